// The example runs as a user starts it: a process of its own that knows only the package.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../examples/discharge3d/run.mjs', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'voxelith-discharge3d-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('examples/discharge3d', () => {
  it('[law] three rates on a small window: what is kept is kept, what falls with the rate falls', () => {
    const text = execFileSync(process.execPath, [script, '--size', '16', '--threads', '1', '--out', out], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(text.match(/^- holds: /gm)).toHaveLength(4);
    expect(text).not.toContain('DOES NOT HOLD');
    for (const name of ['cathode.nrrd', 'cell.yaml', 'soc-0.2C-25%.vti', 'soc-3C-end.vti', 'curves.csv']) {
      expect(existsSync(join(out, name))).toBe(true);
    }
    expect(readFileSync(join(out, 'discharge3d.html'), 'utf8')).toContain('Where the charge is');
  });
});

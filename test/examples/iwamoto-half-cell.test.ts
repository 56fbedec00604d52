// The example runs as a user starts it: a process of its own that knows only the package.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/index.js';

const script = fileURLToPath(new URL('../../examples/iwamoto-half-cell/run.mjs', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'voxelith-iwamoto-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('examples/iwamoto-half-cell', () => {
  it('[published] the five statements of Iwamoto 2023 hold: three D_SCA at the same ε and M, D50 beside them', () => {
    const text = execFileSync(process.execPath, [script, '--size', '64', '--threads', '1', '--out', out], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(text.match(/^- holds: /gm)).toHaveLength(5);
    expect(text).not.toContain('DOES NOT HOLD');
    const { rows } = parseCsv('capacities.csv', readFileSync(join(out, 'capacities.csv'), 'utf8'));
    expect(rows.map(({ particles }) => particles)).toEqual(['D_SCA', 'D50', 'D_SCA', 'D50', 'D_SCA', 'D50']);
    const diameters = rows.filter(({ particles }) => particles === 'D_SCA').map(({ diameterUm }) => Number(diameterUm));
    expect(diameters[1] / diameters[0]).toBeCloseTo(1.25, 10);
    expect(diameters[2] / diameters[0]).toBeCloseTo(1.6, 10);
    expect(readFileSync(join(out, 'structure-3.html'), 'utf8')).toContain('Rate capability');
  });
});

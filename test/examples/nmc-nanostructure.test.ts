// The example runs as a user starts it: a process of its own that knows only the package.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/index.js';

const script = fileURLToPath(new URL('../../examples/nmc-nanostructure/run.mjs', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'voxelith-nmc-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

function run(...args: string[]): string {
  return execFileSync(process.execPath, [script, '--size', '40', '--threads', '1', '--out', out, ...args], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
  });
}

describe('examples/nmc-nanostructure', () => {
  it('[law] one realisation: a row with all columns, both tables with the printed values; ' +
      'a second run adds what is missing', () => {
    const text = run('--samples', 'c900', '--realisations', '1');
    const [, first] = /\| C900 \| ([\d.]+) \| 0\.70 \|/.exec(text)!;
    const [row] = parseCsv('structures.csv', readFileSync(join(out, 'structures.csv'), 'utf8')).rows;
    expect(Number(first)).toBeCloseTo(Number(row.volumeFraction2), 3);
    expect(Number(row.volumeFraction2) + Number(row.volumeFraction3)).toBeCloseTo(1, 12);
    for (const phase of ['2', '3']) {
      expect(Number(row[`mFactor${phase}`])).toBeLessThan(Number(row[`volumeFraction${phase}`]));
      expect(Number(row[`meanGeodesicTortuosity${phase}`])).toBeGreaterThanOrEqual(1);
    }
    expect(text).toContain('not comparable');

    const both = run('--samples', 'c900', '--realisations', '2');
    expect(both).toMatch(/\| C900 \| [\d.]+ ± [\d.]+ \| 0\.70 \|/);
    const { rows } = parseCsv('structures.csv', readFileSync(join(out, 'structures.csv'), 'utf8'));
    expect(rows.map(({ realisation }) => realisation)).toEqual(['0', '1']);
    expect(rows[0]).toEqual(row);
  });
});

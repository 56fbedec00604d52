// The example runs as a user starts it: a process of its own that knows only the package.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../examples/liquid-electrode/run.mjs', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'voxelith-liquid-electrode-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('examples/liquid-electrode', () => {
  it('[law] a small window at one rate: the charge is current times time, with little binder and with much', () => {
    const args = ['--side', '8', '--planes', '24', '--rates', '1', '--threads', '1', '--out', out];
    const text = execFileSync(process.execPath, [script, ...args], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(text.match(/ % binder, 1 C: .* lowerVoltage after /g)).toHaveLength(2);
    const [names, ...rows] = readFileSync(join(out, 'discharges.csv'), 'utf8').trim().split('\n')
      .map((line) => line.split(','));
    const value = (row: readonly string[], name: string): number => Number(row[names.indexOf(name)]);
    expect(rows.map((row) => value(row, 'binder'))).toEqual([0.0341, 0.14]);
    for (const row of rows) {
      expect(value(row, 'capacity') / (value(row, 'currentDensity') * value(row, 'time'))).toBeCloseTo(1, 9);
    }
  });
});

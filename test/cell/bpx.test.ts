import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { layoutOf } from '../../src/cell/cell.js';
import { rateTable } from '../../src/cell/experiments/rate-table.js';
import { cellFromBpx, isBpx } from '../../src/cell/file/bpx.js';
import { readCell } from '../../src/cell/file/read.js';
import { stateAt } from '../../src/cell/outputs/curve.js';

/** The example of the standard: faraday-institution/BPX, MIT licence; see test/published/README.md. */
const pouch = JSON.parse(readFileSync(new URL('../published/nmc-pouch-cell-bpx.json', import.meta.url), 'utf8'));

describe('BPX', () => {
  it('[published] NMC111 pouch cell: its own C/20 and 1 C curves, charged as its limits say', () => {
    const { cell, nominalCapacity } = readCell(cellFromBpx(pouch, 'pouch.json'), () => 'pouch.json');
    for (const [name, rate, bound] of [['C/20 discharge', 0.05, 0.012], ['1C discharge', 1, 0.025]] as const) {
      const { 'Time [s]': time, 'Voltage [V]': voltage } = pouch.Validation[name];
      const [run] = rateTable(cell, [(rate * nominalCapacity) / 3600], { electrodeVolumes: 15 });
      const errors = time.map((t: number, i: number) =>
        (t < 0.97 * run.duration ? run.model.voltage(stateAt(run, t)) - voltage[i] : 0));
      const rms = Math.sqrt(errors.reduce((sum: number, e: number) => sum + e * e, 0) / errors.length);
      expect(rms, name).toBeLessThan(bound);
    }
    // What PyBaMM makes of it: ε = aR/3.
    expect(layoutOf(cell).positive.active.volumeFraction).toBeCloseTo((432072 * 4.6e-6) / 3, 12);
  });

  it('unknown and missing fields are told, with what was meant', () => {
    const changed = (change: (file: any) => void): unknown => {
      const file = structuredClone(pouch);
      change(file);
      return file;
    };
    const attempt = (change: (parameters: any) => void) => (): unknown =>
      cellFromBpx(changed((file) => change(file.Parameterisation)), 'p.json');
    expect(attempt((all) => { all['Positive electrode']['Particle radius [um]'] = 4; })).toThrow(
      'p.json: unknown field "Particle radius [um]" in "Positive electrode"; did you mean "Particle radius [m]"',
    );
    expect(attempt((all) => { all.Cel = {}; })).toThrow('unknown section "Cel"');
    expect(attempt((all) => { delete all.Separator; }))
      .toThrow('"Separator" has no "Thickness [m]", which a discharge needs');
    expect(attempt((all) => { all.Separator['Thickness [m]'] = 'thin'; })).toThrow('must be a number, got "thin"');
    expect(isBpx({ regions: [] })).toBe(false);
  });
});

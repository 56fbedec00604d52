import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/cell/cell.js';
import { readCell, type CellDescription } from '../../src/cell/file/read.js';
import { rateTable } from '../../src/cell/experiments/rate-table.js';
import { readYaml } from '../../src/study/yaml.js';
import { MARQUIS } from './full-cell.js';

const folder = new URL('../../examples/cells/', import.meta.url);
function load(name: string): CellDescription {
  const text = readYaml(readFileSync(new URL(name, folder), 'utf8'), name);
  return readCell(text.value, (issue) => text.locate(issue));
}

describe('cells in examples', () => {
  it.each(readdirSync(folder))('[law] %s is read, says its sources, and gives less at a higher rate', (name) => {
    const { cell, entries, nominalCapacity } = load(name);
    expect(entries.every(({ source }) => source.length > 3)).toBe(true);
    const [slow, fast] = rateTable(cell, [0.2, 1].map((rate) => (rate * nominalCapacity) / 3600), {
      electrodeVolumes: 15,
    }).map(({ last, model }) => last[model.at.charge]);
    expect(slow / nominalCapacity).toBeGreaterThan(0.9);
    expect(slow / nominalCapacity).toBeLessThan(1.7);
    expect(fast).toBeLessThan(slow);
  });

  it('[exact] marquis2019.yaml is the cell that is compared with COMSOL', () => {
    const [a, b] = [load('marquis2019.yaml').cell, MARQUIS].map(
      (cell) => rateTable(cell, [48], { electrodeVolumes: 10 })[0],
    );
    expect(a.duration / b.duration).toBeCloseTo(1, 9);
  });

  it.each(['lg-m50.yaml', 'lg-m50-oregan2022.yaml'])('[published] %s: 5 Ah at 0.1 C within 5 %', (name) => {
    const { cell, nominalCapacity } = load(name);
    const [run] = rateTable(cell, [(0.1 * nominalCapacity) / 3600], { electrodeVolumes: 15 });
    expect(Math.abs(run.last[run.model.at.charge] / nominalCapacity - 1)).toBeLessThan(0.05);
  });

  it('[oracle] O\'Regan 2022: the published functions, evaluated as they are printed', () => {
    const { negative, positive } = layoutOf(load('lg-m50-oregan2022.yaml').cell);
    const { electrolyte } = positive.electrolyte;
    if (electrolyte.kind !== 'binary' || negative === null) throw new Error('a full cell with a binary electrolyte');
    const bell = (x: number, middle: number, width: number): number => Math.exp(-((x - middle) ** 2) / width);
    const T = 298.15;
    for (const x of [0.1, 0.31, 0.46, 0.62, 0.8, 0.95]) {
      const inNmc = 2.7 * 10 ** (-13.96 - 0.9231 * bell(x, 0.3216, 0.002534) - 0.4066 * bell(x, 0.4532, 0.003926) -
        0.993 * bell(x, 0.8098, 0.09924));
      const inGraphite = 3.0321 * 10 ** (11.17 * x - 15.11 - 1.553 * bell(x, 0.2031, 0.0006091) -
        6.136 * bell(x, 0.5375, 0.06438) - 9.725 * bell(x, 0.9144, 0.0578) + 1.85 * bell(x, 0.5953, 0.001356));
      expect(positive.active.diffusivity.value(x) / inNmc).toBeCloseTo(1, 9);
      expect(negative.active.diffusivity.value(x) / inGraphite).toBeCloseTo(1, 9);
      expect(positive.kinetics.exchangeCurrent.value(x, 1.5) /
        (5.028 * 1.5 ** 0.57 * x ** 0.43 * (1 - x) ** 0.57)).toBeCloseTo(1, 9);
      // In mol/l, from 0.2 to 1.9.
      const c = 2 * x;
      const conductivity = 0.0521 * (1 + (T - 228)) * c *
        (1 - 1.06 * Math.sqrt(c) + 0.353 * (1 - 3.59e-3 * Math.exp(1000 / T)) * c) /
        (1 + c ** 4 * 1.48e-3 * Math.exp(1000 / T));
      const diffusivity = 1.01e-7 * Math.exp(1.01 * c - 1.56e3 / T - (4.87e2 * c) / T);
      const transference = -12.8 - 6.12 * c + 0.0821 * T + 0.904 * c * c + 0.0318 * c * T - 1.27e-4 * T * T +
        0.0175 * c ** 3 - 3.12e-3 * c * c * T - 3.96e-5 * c * T * T;
      const factor = 25.7 - 45.1 * c - 0.177 * T + 1.94 * c * c + 0.295 * c * T + 3.08e-4 * T * T + 0.259 * c ** 3 -
        9.46e-3 * c * c * T - 4.54e-4 * c * T * T;
      expect(electrolyte.conductivity.value(1000 * c) / conductivity).toBeCloseTo(1, 5);
      expect(electrolyte.diffusivity.value(1000 * c) / diffusivity).toBeCloseTo(1, 5);
      expect(electrolyte.transferenceNumber.value(1000 * c)).toBeCloseTo(transference, 5);
      expect(electrolyte.thermodynamicFactor.value(1000 * c)).toBeCloseTo(factor, 5);
    }
  });
});

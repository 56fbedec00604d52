import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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

  it('[published] LG M50: 5 Ah at 0.1 C within 5 %', () => {
    const { cell, nominalCapacity } = load('lg-m50.yaml');
    const [run] = rateTable(cell, [(0.1 * nominalCapacity) / 3600], { electrodeVolumes: 15 });
    expect(Math.abs(run.last[run.model.at.charge] / nominalCapacity - 1)).toBeLessThan(0.05);
  });
});

// `npm run bench:cells`: what a cell costs on one thread, warm: least and median of many runs, in ms. S1 of
// docs/cell.md.
import { readFileSync } from 'node:fs';
import { readCell } from '../src/cell/file/read.js';
import { rateTable } from '../src/cell/experiments/rate-table.js';
import { impedanceSpectrum } from '../src/cell/impedance/spectrum.js';
import { MESH_DEFAULTS } from '../src/cell/p2d/mesh.js';
import { settle, uniformState } from '../src/cell/p2d/start.js';
import { P2D } from '../src/cell/p2d/system.js';
import { readYaml } from '../src/study/yaml.js';
import { median } from './harness.js';

const text = readYaml(readFileSync('examples/cells/s1.yaml', 'utf8'), 's1.yaml');
const { cell } = readCell(text.value, (issue) => text.locate(issue));
const frequencies = Array.from({ length: 60 }, (_, k) => 10 ** (5 - (8 * k) / 59));
const rates = [3, 6, 12, 18, 24, 36, 48, 96];

const CASES: readonly (readonly [name: string, goal: number, run: () => unknown])[] = [
  ['discharge of a half-cell', 30, () => rateTable(cell, [24])],
  ['impedance at 60 frequencies', 5, () => {
    const model = new P2D(cell, MESH_DEFAULTS);
    const y = uniformState(model, { positive: 0.5 });
    settle(model, y, { kind: 'current', value: 0 });
    return impedanceSpectrum(model, y, frequencies);
  }],
  ['table of eight rates', 300, () => rateTable(cell, rates)],
];

for (const [name, goal, run] of CASES) {
  const times: number[] = [];
  for (let k = 0; k < 40; k++) {
    const start = performance.now();
    run();
    if (k >= 10) times.push(performance.now() - start);
  }
  const [least, middle] = [Math.min(...times), median(times)].map((value) => value.toFixed(1));
  process.stdout.write(`${name.padEnd(30)} ${least.padStart(7)} ${middle.padStart(7)} ms, goal ${goal}\n`);
}

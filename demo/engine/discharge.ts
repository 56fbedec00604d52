// Discharges of the present structure on its voxels, at several rates.
import {
  discharge3d, discharge3dReport, grainTable, lithiumOfGrains, segmentGrains, type ResolvedDischarge,
} from '../../src/browser.js';
import type { Discharged, DischargedPart, DischargeChoice } from '../protocol.js';
import { homogenised, imageCell } from './cell.js';
import { reproducibility, type State } from './state.js';
import { stepsOf, type TaskRun } from './steps.js';

/** Where maps and profiles are kept. */
const MOMENTS = [
  ...[0.25, 0.5, 0.75].map((share) => ({ kind: 'charge', share } as const)), { kind: 'end' } as const,
];

export async function discharge(
  state: State, choice: DischargeChoice, run: TaskRun, tell: (part: DischargedPart) => void,
): Promise<Discharged> {
  if (state.structure === null) throw new Error('Draw a structure or open an image first.');
  const { session, structure: { name, volume } } = state;
  const { active, electrolyte, axis, rates, names } = choice;
  const started = performance.now();
  const step = stepsOf(run, rates.length + 3);
  const cell = await step('measuring the composite', (more) => imageCell(state, choice, {}, more));
  const { text, description } = cell;
  await step('discharging the homogenised cell', () =>
    homogenised(cell, rates, run.signal, (one) => tell({ homogenised: one })));
  const runs: ResolvedDischarge[] = [];
  for (const rate of rates) {
    const resolved = await step(`discharging at ${rate} C`, (more) =>
      discharge3d(session, volume, description.cell, { active, electrolyte, axis, rate, moments: MOMENTS }, more));
    tell({ resolved });
    runs.push(resolved);
  }
  const found = await step('grains', (more) => segmentGrains(session, volume, { phase: active }, more));
  const table = await grainTable(session, volume, found);
  const lithium = runs.map(({ maps }) => (maps.length === 0 ? null : lithiumOfGrains(maps[maps.length - 1], found)));
  return {
    cellFile: text,
    report: {
      file: 'discharge3d.html',
      html: discharge3dReport({
        title: name, names, volume, active, axis, separator: 'low', description, runs,
        grains: { table, lithium },
        reproducibility: reproducibility(state, []),
      }),
    },
    seconds: (performance.now() - started) / 1000,
  };
}

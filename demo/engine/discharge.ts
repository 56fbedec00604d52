// Discharges of the present structure on its voxels, at several rates.
import {
  cells, discharge3d, discharge3dReport, grainTable, lithiumOfGrains, measureComposite, segmentGrains,
} from '../../src/browser.js';
import type { Discharged, DischargeChoice } from '../protocol.js';
import { reproducibility, type State } from './state.js';
import { stepsOf, type TaskRun } from './steps.js';

/** Where maps and profiles are kept. */
const MOMENTS = [
  ...[0.25, 0.5, 0.75].map((share) => ({ kind: 'charge', share } as const)), { kind: 'end' } as const,
];

/** The cell file that `voxelith cell` writes, with a separator of another thickness. */
function cellFileOf(measured: cells.MeasuredComposite, { chemistry, separatorUm }: DischargeChoice) {
  const file = cells.cellFromImage(measured, cells.findChemistry(chemistry)) as { readonly regions: readonly object[] };
  const thickness = { value: separatorUm, unit: 'um', source: 'given' };
  return {
    ...file,
    regions: file.regions.map((region) =>
      ('kind' in region && region.kind === 'separator' ? { ...region, thickness } : region)),
  };
}

export async function discharge(state: State, choice: DischargeChoice, run: TaskRun): Promise<Discharged> {
  if (state.structure === null) throw new Error('Draw a structure or open an image first.');
  const { session, structure: { name, volume } } = state;
  const { active, electrolyte, axis, rates, names } = choice;
  const started = performance.now();
  const step = stepsOf(run, rates.length + 2);
  const measured = await step('measuring the composite', (more) =>
    measureComposite(session, volume, { image: name, active, electrolyte, axis }, more));
  const file = cellFileOf(measured, choice);
  const description = cells.readCell(file, ({ message }) => message);
  const runs: Discharged['runs'][number][] = [];
  for (const rate of rates) {
    runs.push(await step(`discharging at ${rate} C`, (more) =>
      discharge3d(session, volume, description.cell, { active, electrolyte, axis, rate, moments: MOMENTS }, more)));
  }
  const found = await step('grains', (more) => segmentGrains(session, volume, { phase: active }, more));
  const table = await grainTable(session, volume, found);
  const lithium = runs.map(({ maps }) => (maps.length === 0 ? null : lithiumOfGrains(maps[maps.length - 1], found)));
  return {
    runs,
    cellFile: JSON.stringify(file, null, 2),
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

// A cell of the present structure as porous electrodes: discharges at several rates and an impedance spectrum by the
// pseudo-two-dimensional model, from a cell file that the image and a chemistry give.
import { cells, dischargeReport, impedanceReport, measureComposite, type RunOptions } from '../../src/browser.js';
import type { CellChoice, HomogenisedRun, Simulated, SimulateChoice } from '../protocol.js';
import { reproducibility, type State } from './state.js';
import { stepsOf, type TaskRun } from './steps.js';

/** From 100 kHz to 1 mHz, six per decade, as `voxelith impedance` has them. */
const FREQUENCIES = Array.from({ length: 49 }, (_, k) => Number((10 ** (5 - k / 6)).toPrecision(6)));

export interface ImageCell {
  /** For `voxelith discharge`, `impedance` and `discharge3d`: JSON, which is YAML too. */
  readonly text: string;
  readonly description: cells.CellDescription;
}

/** The cell that `voxelith cell` writes, with a separator of another thickness. */
export async function imageCell(
  state: State, { active, electrolyte, axis, chemistry, separatorUm }: CellChoice,
  options: Partial<cells.FromImageOptions>, run: RunOptions,
): Promise<ImageCell> {
  if (state.structure === null) throw new Error('Draw a structure or open an image first.');
  const { name: image, volume } = state.structure;
  const measured = await measureComposite(state.session, volume, { image, active, electrolyte, axis }, run);
  const found = cells.cellFromImage(measured, cells.findChemistry(chemistry), options) as {
    readonly regions: readonly object[];
  };
  const thickness = { value: separatorUm, unit: 'um', source: 'given' };
  const file = {
    ...found,
    regions: found.regions.map((region) =>
      ('kind' in region && region.kind === 'separator' ? { ...region, thickness } : region)),
  };
  return { text: JSON.stringify(file, null, 2), description: cells.readCell(file, ({ message }) => message) };
}

/** Discharges from the start of the file, one after another; each can be cancelled before it begins. */
export async function homogenised(
  { description }: ImageCell, rates: readonly number[], signal: AbortSignal, tell: (run: HomogenisedRun) => void,
): Promise<readonly cells.Run[]> {
  const model = new cells.P2D(description.cell, cells.MESH_DEFAULTS);
  const start = cells.uniformState(model);
  const runs: cells.Run[] = [];
  for (const rate of rates) {
    // The worker hears of a cancellation between its tasks only.
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
    const run = cells.constantCurrent(model, start, {
      current: (rate * description.nominalCapacity) / 3600, duration: null,
    });
    runs.push(run);
    const { losses: _losses, ...summary } = cells.summaryOf(run, description);
    const { time, charge, voltage } = cells.curveOf(run);
    tell({ ...summary, curve: { time, charge, voltage } });
  }
  return runs;
}

export async function simulate(
  state: State, choice: SimulateChoice, run: TaskRun, tell: (part: HomogenisedRun) => void,
): Promise<Simulated> {
  const begin = performance.now();
  const { rates, stoichiometry, area, thicknessUm } = choice;
  const step = stepsOf(run, 3);
  const cell = await step('measuring the composite', (more) => imageCell(state, choice, { area, thicknessUm }, more));
  const { text, description } = cell;
  const runs = await step('discharging', () => homogenised(cell, rates, run.signal, tell));
  const model = new cells.P2D(description.cell, cells.MESH_DEFAULTS);
  const { positive, negative } = cells.layoutOf(description.cell);
  const x = stoichiometry ?? positive.active.stoichiometry;
  const rest = cells.uniformState(model, { positive: x });
  const impedance = await step('impedance', async () => {
    cells.settle(model, rest, { kind: 'current', value: 0 });
    return cells.impedanceSpectrum(model, rest, FREQUENCIES);
  });
  const title = description.cell.name;
  const { temperature } = description.cell;
  const facts = { title, description, reproducibility: reproducibility(state, []) };
  return {
    impedance, stoichiometry: x, cellFile: text,
    nominalCapacity: description.nominalCapacity,
    reports: [
      {
        file: 'discharge.html',
        html: dischargeReport({
          ...facts, runs, summaries: runs.map((one) => cells.summaryOf(one, description)),
          ragone: cells.compareRagone(runs),
        }),
      },
      {
        file: 'impedance.html',
        html: impedanceReport({
          ...facts, stoichiometry: x, impedance, resistances: {
            ...cells.seriesResistances(description.cell),
            positive: cells.electrodeResistances(positive, x, temperature),
            negative: negative === null ? null
              : cells.electrodeResistances(negative, negative.active.stoichiometry, temperature),
          },
        }),
      },
    ],
    seconds: (performance.now() - begin) / 1000,
  };
}

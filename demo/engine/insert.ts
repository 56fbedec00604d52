// A phase added to the present structure.
import { insertPhase, labelCounts, structureAt } from '../../src/browser.js';
import type { Inserted, InsertChoice } from '../protocol.js';
import { present, type State } from './state.js';
import { stepsOf, type TaskRun } from './steps.js';

/** Contents of the curve, beside the one that is shown. */
const CURVE = 50;

export async function insert(state: State, choice: InsertChoice, run: TaskRun): Promise<Inserted> {
  if (state.structure === null) throw new Error('Draw a structure or open an image first.');
  const { session, structure: { name, volume } } = state;
  const { into, label, method, fraction, seed, before: { phaseNames, command } } = choice;
  const voxels = volume.labels.length;
  const held = labelCounts(volume.labels);
  const [start, room] = [held[label], held[into]];
  const wanted = Math.round(fraction * voxels);
  const fits = wanted >= start && wanted <= start + room;
  const counts = [...new Set([
    ...Array.from({ length: CURVE + 1 }, (_, k) => start + Math.round((k * room) / CURVE)), wanted,
  ])].sort((a, b) => a - b);
  // One that does not fit is for the library to refuse.
  const options = { into, label, method, seed, fractions: fits ? counts.map((n) => n / voxels) : [fraction] };
  const found = await stepsOf(run, 1)('filling', (more) => insertPhase(session, volume, options, more));
  const structure = structureAt(volume, found, counts.indexOf(wanted));
  const flags = `--into ${into} --label ${label} --method ${method} --fraction ${fraction} --seed ${seed}`;
  const shown = await present(state, `${name}, with ${phaseNames[label]}`, structure, {
    phaseNames, warnings: [],
    command: command === null ? null
      : `${command}, then voxelith insert structure.npy ${flags} -o structure-${label}.npy`,
  });
  const { steps, spansAt, spansFrom } = found;
  return { present: shown, steps, shown: counts.indexOf(wanted), spansAt, spansFrom };
}

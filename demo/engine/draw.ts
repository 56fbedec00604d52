// Structures drawn from a specification, as `voxelith generate` reads it.
import { generate, readStructure, voxelCount } from '../../src/browser.js';
import type { Present, Tasks } from '../protocol.js';
import { present, type State } from './state.js';
import { stepsOf, type TaskRun } from './steps.js';

/** Level sets cost memory and no time: the smooth interface then follows the model, not its voxels. Beyond this many
 *  voxels the memory is better spent on the structure. */
const LEVEL_SETS_UP_TO = 256 ** 3;

export async function draw(
  state: State, { title, specification, command }: Tasks['draw']['input'], run: TaskRun,
): Promise<Present> {
  const { model, spec: plain } = readStructure('draw', specification);
  const known: Readonly<Record<string, unknown>> = model.settings;
  const levelSets = Object.hasOwn(known, 'levelSets') && voxelCount(plain.size) <= LEVEL_SETS_UP_TO &&
    !('electrolyte' in plain && plain.electrolyte === 'polyhedra');
  const spec = levelSets ? readStructure('draw', { ...specification, levelSets }).spec : plain;
  const structure = await stepsOf(run, 1)('drawing the structure', (options) =>
    generate(state.session, spec, options));
  const phaseNames = Object.fromEntries(model.phases(spec).map(({ label, name }) => [label, name]));
  const name = 'seed' in spec && spec.seed !== undefined ? `${title}, seed ${spec.seed}` : title;
  return present(state, name, structure, { phaseNames, command, warnings: [] });
}

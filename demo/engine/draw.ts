// Structures drawn from a parameter set or from the last calibration.
import { findParameterSet, generate, specFromSet, type Chi2Spec, type ThreePhaseSpec } from '../../src/browser.js';
import type { Present, Tasks } from '../protocol.js';
import { MODEL_PHASES, present, type State } from './state.js';
import { stepsOf, type TaskRun } from './steps.js';

/** Level sets cost memory and no time: the smooth interface then follows the model, not its voxels. */
function specOf(
  state: State, { source, edge, seed }: Tasks['draw']['input'],
): { name: string; from: string; spec: ThreePhaseSpec | Chi2Spec } {
  const draw = { size: [edge, edge, edge] as const, seed, levelSets: true };
  if (source !== 'calibrated') {
    const { title } = findParameterSet(source);
    return { name: `${title}, seed ${seed}`, from: `--model ${source}`, spec: specFromSet(source, draw) };
  }
  if (state.calibration === null) throw new Error('Nothing has been calibrated yet.');
  const { name, found: { model, parameters, voxelEdgesUm: voxelSizeUm } } = state.calibration;
  const spec = { ...draw, voxelSizeUm, model, parameters } as ThreePhaseSpec | Chi2Spec;
  return { name: `Model of ${name}, seed ${seed}`, from: 'calibrated.yaml', spec };
}

export async function draw(state: State, input: Tasks['draw']['input'], run: TaskRun): Promise<Present> {
  const { name, from, spec } = specOf(state, input);
  const structure = await stepsOf(run, 1)('drawing the structure', (options) => generate(state.session, spec, options));
  const phaseNames = spec.model === 'chi2' ? { 2: 'solid', 3: 'pore' } : MODEL_PHASES;
  const command = `voxelith generate ${from} --size ${input.edge} --seed ${input.seed} -o structure.npy`;
  return present(state, name, structure, { phaseNames, command, warnings: [] });
}

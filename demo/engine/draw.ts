// Structures drawn from a parameter set, from a model by its name, or from the last calibration.
import {
  findModel, findParameterSet, generate, parameterSets, readStructure, specFromSet, type ParametricSpec,
  type StructureSpec,
} from '../../src/browser.js';
import type { Present, Tasks } from '../protocol.js';
import { present, type State } from './state.js';
import { stepsOf, type TaskRun } from './steps.js';

interface Wanted {
  readonly name: string;
  readonly spec: StructureSpec;
  /** Flags of `voxelith generate`. */
  readonly flags: string;
}

/** Level sets cost memory and no time: the smooth interface then follows the model, not its voxels. */
function wantedOf(state: State, { source, edge, seed, parameters: changed }: Tasks['draw']['input']): Wanted {
  const draw = { size: [edge, edge, edge] as const, seed, levelSets: true };
  const flags = `--size ${edge} --seed ${seed}`;
  if (source === 'calibrated') {
    if (state.calibration === null) throw new Error('Nothing has been calibrated yet.');
    const { name, found: { model, parameters, voxelEdgesUm: voxelSizeUm } } = state.calibration;
    const spec = { ...draw, voxelSizeUm, model, parameters } as ParametricSpec;
    return { name: `Model of ${name}, seed ${seed}`, spec, flags: `calibrated.yaml ${flags}` };
  }
  if (parameterSets.some(({ name }) => name === source)) {
    const { title } = findParameterSet(source);
    return { name: `${title}, seed ${seed}`, spec: specFromSet(source, draw), flags: `--model ${source} ${flags}` };
  }
  const known = Object.keys(findModel(source)?.settings ?? {});
  const own = Object.fromEntries(Object.entries(draw).filter(([key]) => known.includes(key)));
  const changes = Object.entries(changed).map(([key, value]) => ` --set ${key}=${value}`).join('');
  const { model, spec } = readStructure('draw', {
    model: source, ...own, ...(changes !== '' && { parameters: changed }),
  });
  const hasSeed = known.includes('seed');
  return {
    name: hasSeed ? `${model.title}, seed ${seed}` : model.title, spec,
    flags: `--model ${source} ${hasSeed ? flags : `--size ${edge}`}${changes}`,
  };
}

export async function draw(state: State, input: Tasks['draw']['input'], run: TaskRun): Promise<Present> {
  const { name, flags, spec } = wantedOf(state, input);
  const structure = await stepsOf(run, 1)('drawing the structure', (options) => generate(state.session, spec, options));
  const phases = findModel(spec.model)?.phases(spec) ?? [];
  const phaseNames = Object.fromEntries(phases.map(({ label, name: phase }) => [label, phase]));
  const command = `voxelith generate ${flags} -o structure.npy`;
  return present(state, name, structure, { phaseNames, command, warnings: [] });
}

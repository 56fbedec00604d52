// Numbers per voxel of the present structure, as its colours: what carries the current, how far the interface is, how
// wide a phase is.
import { distance, localThickness, mFactor, type LabelVolume, type Phase } from '../../src/browser.js';
import type { VoxelField } from '../../src/viewer.js';
import type { FieldTask } from '../protocol.js';
import type { State } from './state.js';
import { stepsOf, type Step, type TaskRun } from './steps.js';

type Make = (
  state: State, volume: LabelVolume, task: FieldTask, step: Step,
) => Promise<{ readonly values: Float32Array; readonly unit: string; readonly range?: VoxelField['range'] }>;

const lengthUnit = ({ voxelSizeUm }: LabelVolume): string => (voxelSizeUm === null ? 'voxels' : 'µm');

/** Flux is drawn up to the value that this share of the conducting voxels stays below: a few narrow ones carry most. */
const FLUX_SHARE = 0.995;
/** So many voxels are enough to find it. */
const FLUX_SAMPLES = 100_000;

function fluxEnd(flux: Float32Array): number {
  const step = Math.max(1, Math.floor(flux.length / FLUX_SAMPLES));
  const sample = new Float32Array(Math.floor(flux.length / step)).map((_, k) => flux[k * step])
    .filter((value) => value > 0).sort();
  return sample.length === 0 ? 1 : sample[Math.floor(FLUX_SHARE * (sample.length - 1))];
}

const MAKERS: Readonly<Record<FieldTask['kind'], Make>> = {
  async flux({ session }, volume, { phase, axis }, step) {
    const { fields } = await step(`conduction in phase ${phase}`, (more) =>
      mFactor(session, volume, { phase, axis, fields: true }, more));
    const values = fields?.flux ?? new Float32Array(volume.labels.length);
    return { values, unit: 'σ × mean gradient', range: [0, fluxEnd(values)] };
  },
  async distance({ session }, volume, { phase }, step) {
    const values = await step('distances', (more) => distance(session, volume, { phase }, more));
    return { values, unit: lengthUnit(volume) };
  },
  async thickness({ session }, volume, { phase }, step) {
    const values = await step('local thickness', (more) => localThickness(session, volume, { phase }, more));
    return { values: values.map((radius) => 2 * radius), unit: lengthUnit(volume) };
  },
};

/** Phases beside the one that is asked for have no value. */
function outside(values: Float32Array, labels: Uint8Array, phase: Phase): Float32Array {
  for (let i = 0; i < values.length; i++) if (labels[i] !== phase) values[i] = NaN;
  return values;
}

export async function field(state: State, task: FieldTask, run: TaskRun): Promise<VoxelField> {
  if (state.structure === null) throw new Error('Draw a structure or open an image first.');
  const { volume } = state.structure;
  const { values, ...more } = await MAKERS[task.kind](state, volume, task, stepsOf(run, 1));
  return { name: task.name, ...more, values: outside(values, volume.labels, task.phase) };
}

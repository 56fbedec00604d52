// What a solve can be asked for, and the checks of it.
import { SpecError } from '../core/errors.js';
import { checkCrossed, voxelCount, type Axis, type VoxelSize } from '../core/grid.js';
import { checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { checkSmoothing } from '../kernels/apertures.js';
import { checkConductors, type Conductivities, type Conductors } from './conductors.js';

/** Options of `conduct`: what conducts how well, along which axis, and how exactly. */
export interface ConductOptions {
  /** Phase that M refers to. Without `conductivity` it is the only one that conducts. */
  readonly phase: Phase | null;
  /** σ per label, in any unit; labels that are not named insulate. null: {[phase]: 1}. */
  readonly conductivity: Conductivities | null;
  /** Transport axis. */
  readonly axis: Axis;
  /** `dirichlet`: u = 1 and 0 on the two outer faces (half a voxel from the first centres), no flux through the others.
   *  `periodic`: the window repeats in all three directions under a mean gradient along the axis. */
  readonly boundary: 'dirichlet' | 'periodic';
  /** `voxel`: current passes the whole face between two voxels, with the harmonic mean of their conductivities.
   *  `smooth`: it passes the open part of the face, by a level set; one conducting phase only. */
  readonly interface: 'voxel' | 'smooth';
  /** `smooth` without a level set: it is the indicator of the phase smoothed by a Gaussian of this many voxels, minus
   *  ½. */
  readonly smoothing: number;
  /** `smooth`: f32 per voxel centre in C order, positive in the phase, e.g. a model's own (`phaseLevelSet`). */
  readonly levelSet: Float32Array | null;
  /** Relative error of the effective conductivity at which the solve stops, by its own estimate. */
  readonly tolerance: number;
  /** True residual, relative to ‖b‖ as in the result, at which the solve stops if its error is small enough too; null:
   *  any. */
  readonly residualTolerance: number | null;
  /** Of the conjugate gradients; a solve that comes to it has `converged: false`. */
  readonly maxIterations: number;
  /** Coarse levels of the multigrid: `blocks` of voxels, or their connected `parts`, which converge in few iterations
   *  where blocks join what does not touch (near percolation, thin sheets, contacts along edges) and cost memory.
   *  `auto` looks at the structure. */
  readonly coarsening: 'auto' | 'blocks' | 'parts';
  /** Whether to return the iterations. */
  readonly history: boolean;
  /** Whether to return the mean flux along all three axes: a column of the conductivity tensor. */
  readonly meanFlux: boolean;
  /** Whether to return potential and flux of every voxel, the mean flux, and the share of the flux in the narrowest
   *  tenth. */
  readonly fields: boolean;
  /** Whether to say in the result what speaks against the image (`imageWarnings`). */
  readonly warnings: boolean;
  /** Whether to give M of the material with its error bar (`Uncertainty`): of voxels, window and solver. Costs about
   *  as much as the solve, less in large windows. */
  readonly uncertainty: boolean;
}

/** Options of `conduct` that are not given: whole voxel faces, u = 1 and 0 on the faces across z, error 10⁻⁴. */
export const CONDUCT_DEFAULTS = {
  phase: null, conductivity: null, axis: 'z', boundary: 'dirichlet', interface: 'voxel', smoothing: 0.6, levelSet: null,
  tolerance: 1e-4, residualTolerance: null, maxIterations: 200, coarsening: 'auto', history: false, meanFlux: false,
  fields: false, warnings: false, uncertainty: false,
} as const satisfies ConductOptions;

/** Options as they are solved for. */
export interface ConductJob extends Omit<ConductOptions, 'conductivity'>, Conductors {}

/** Edges of a voxel in any unit: only their ratios matter. */
export function voxelEdges(size: VoxelSize): readonly [z: number, y: number, x: number] {
  return size ?? [1, 1, 1];
}

/** Whether unit conductances between equal voxels will do: one phase, cubic voxels, plain faces, closed sides. */
export function isPlain(
  { conducting, boundary, interface: kind }: Pick<ConductJob, 'conducting' | 'boundary' | 'interface'>, size: VoxelSize,
): boolean {
  const [hz, hy, hx] = voxelEdges(size);
  return conducting.length === 1 && boundary === 'dirichlet' && kind === 'voxel' && hz === hy && hy === hx;
}

function checkChoice<T extends string>(where: string, name: string, value: T, choices: readonly T[]): void {
  if (!choices.includes(value)) {
    throw new SpecError(`${where}: ${name} must be ${choices.join(' or ')}, got "${String(value)}"`);
  }
}

/** Part of the voxels of the phase or of the level set that must be of both. */
const LEAST_AGREEMENT = 0.75;

/** A level set of something else would give that something's M, under the name of the phase. */
function checkAgreement(where: string, labels: Uint8Array, phase: Phase, levelSet: Float32Array): void {
  let [voxels, positive, both] = [0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    // What is not finite is found, and said, where the faces are made.
    if (!Number.isFinite(levelSet[i])) return;
    const inside = labels[i] === phase;
    if (inside) voxels++;
    if (levelSet[i] > 0) {
      positive++;
      if (inside) both++;
    }
  }
  if (both >= LEAST_AGREEMENT * (voxels + positive - both)) return;
  throw new SpecError(
    `${where}: the level set is positive in ${positive} voxels, label ${phase} fills ${voxels}, ` +
      `and only ${both} are of both; expected a level set of that phase, positive in it and negative elsewhere`,
  );
}

function checkSmooth(
  where: string, { shape, labels }: LabelVolume, { conducting, smoothing, levelSet }: ConductJob,
): void {
  if (conducting.length !== 1) {
    throw new SpecError(
      `${where}: interface smooth needs exactly one conducting phase, ` +
        `found ${conducting.length} (${conducting.join(', ')}); use interface voxel for several`,
    );
  }
  if (levelSet === null) checkSmoothing(where, smoothing);
  else if (!(levelSet instanceof Float32Array)) {
    throw new SpecError(
      `${where}: the level set must be a Float32Array, got ${Object.prototype.toString.call(levelSet).slice(8, -1)}; ` +
        'copy it with Float32Array.from',
    );
  } else if (levelSet.length !== voxelCount(shape)) {
    throw new SpecError(
      `${where}: the level set needs one number per voxel, ${voxelCount(shape)} for ${shape.join('×')}, found ` +
        `${levelSet.length}`,
    );
  } else checkAgreement(where, labels, conducting[0], levelSet);
}

/** Options with their defaults.
 *  @throws SpecError */
export function checkConduct(where: string, volume: LabelVolume, options: Partial<ConductOptions>): ConductJob {
  const { shape } = checkVolume(where, volume);
  const { conductivity, ...chosen } = { ...CONDUCT_DEFAULTS, ...options };
  const { axis, boundary, interface: kind, coarsening, tolerance, residualTolerance, maxIterations } = chosen;
  checkChoice(where, 'boundary', boundary, ['dirichlet', 'periodic']);
  checkChoice(where, 'interface', kind, ['voxel', 'smooth']);
  checkChoice(where, 'coarsening', coarsening, ['auto', 'blocks', 'parts']);
  if (coarsening === 'parts' && boundary === 'periodic') {
    throw new SpecError(
      `${where}: coarsening parts needs boundary dirichlet, found periodic; use coarsening auto or blocks`,
    );
  }
  checkCrossed(where, shape, axis);
  if (!(tolerance > 0 && Number.isFinite(tolerance))) {
    throw new SpecError(`${where}: tolerance is the relative error of M and must be > 0, got ${tolerance}`);
  }
  if (!(residualTolerance === null || (residualTolerance > 0 && Number.isFinite(residualTolerance)))) {
    throw new SpecError(
      `${where}: residualTolerance is the residual over ‖b‖ and must be > 0, or null, got ${residualTolerance}`,
    );
  }
  if (!(Number.isInteger(maxIterations) && maxIterations >= 1 && maxIterations <= 100_000)) {
    throw new SpecError(`${where}: maxIterations must be a whole number from 1 to 100000, got ${maxIterations}`);
  }
  const job = { ...chosen, ...checkConductors(where, volume, chosen.phase, conductivity) };
  if (kind === 'smooth') checkSmooth(where, volume, job);
  else if (chosen.levelSet !== null) {
    throw new SpecError(`${where}: a level set says where a smooth interface lies; ask for interface: 'smooth'`);
  }
  return job;
}

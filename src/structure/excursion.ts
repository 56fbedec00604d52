// Excursion sets of χ² and Gaussian fields, drawn by the core: what the three-phase and the χ²₂ model share.
import { SpecError } from '../core/errors.js';
import { checkShape, voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import {
  checkPeriod, fieldPairPlan, synthesisePair, type DrawKey, type Excursion, type FieldGrid, type FieldOutput,
  type FieldPair,
} from '../kernels/fields.js';
import { transformLength, twiddlePlan, writeTwiddles } from '../kernels/transform.js';
import { exp } from '../numeric/elementary.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { covarianceFamily, type Covariance } from './covariance.js';
import { mixedMarginal } from './pair-probability.js';
import type { FieldAt, ModelStructure, RandomSpec } from './model.js';
import { fieldCoverage, type FieldParameters } from './two-point.js';

/** What the models of excursion sets of random fields share. */
export interface ExcursionSpec extends RandomSpec {
  readonly model: string;
  /** θ of the model, among it a and the covariance. */
  readonly parameters: { readonly anisotropyFactor: number; readonly covariance?: Covariance };
  /** Size of the periodic box; overrides `edges`. Fix it to compare structures of different α number by number. */
  readonly period?: Shape | null;
}

// Fields by role; n only adds to them, so that a model keeps its numbers when its n grows by pairs.
export const X_SQUARES = 0x00000;
export const Y_SQUARES = 0x10000;
export const ODD_SQUARES = 0x20000;
export const GAUSSIANS = 0x30000;

/** A pair and what becomes of it. Targets: fields X and Y. */
export interface ModelPair extends Pick<FieldPair, 'id' | 'alpha'> {
  readonly target: 'x' | 'y' | 'both';
  readonly square: boolean;
}

/** What a model with these parameters consists of. */
export interface ExcursionSets {
  readonly pairs: readonly ModelPair[];
  readonly lambda: readonly [x: number, y: number];
  /** Labels where X ≥ λ_X; else where Y ≥ λ_Y; else. */
  readonly outcome: readonly [Phase, Phase, Phase];
  /** false: there is no field Y. */
  readonly hasY: boolean;
}

/** Periods over which a covariance may reach in a periodic box: its images are summed. */
const MAX_IMAGES = 4;

/** Edges of a voxel (z, y, x). */
export function edgesOf({ voxelSizeUm = null }: Pick<RandomSpec, 'voxelSizeUm'>): VoxelSize {
  return typeof voxelSizeUm === 'number' ? [voxelSizeUm, voxelSizeUm, voxelSizeUm] : voxelSizeUm;
}

/** a in voxels: a material stretched by a has less of it where voxels are longer along z. */
export function stretchOf(
  spec: Pick<RandomSpec, 'voxelSizeUm'> & { readonly parameters: { readonly anisotropyFactor: number } },
): number {
  const [z, , x] = edgesOf(spec) ?? [1, 1, 1];
  return (spec.parameters.anisotropyFactor * x) / z;
}

/** @throws SpecError unless voxels are as long along y as along x */
export function checkEdges(where: string, spec: Pick<RandomSpec, 'voxelSizeUm'>): void {
  const edges = edgesOf(spec);
  if (edges !== null && edges[1] !== edges[2]) {
    throw new SpecError(`${where}: voxels must be as long along y as along x, got ${edges.join(', ')} µm (z, y, x)`);
  }
}

export const keyOf = ({ seed, scenario, realisation }: Required<RandomSpec>): DrawKey =>
  ({ seed, scenario, realisation });

function periodOf(spec: Required<ExcursionSpec>, window: Shape, alpha: number): Shape {
  if (spec.period !== null) return spec.period;
  if (spec.edges === 'periodic') return window;
  // Opposite faces are a range apart, around the box.
  const margin = covarianceFamily(spec.parameters.covariance).range / alpha;
  const [nz, ny, nx] = window;
  return [transformLength(nz + margin * stretchOf(spec)), transformLength(ny + margin), transformLength(nx + margin)];
}

function pairsOf(spec: Required<ExcursionSpec>, { pairs }: ExcursionSets): (FieldPair & ModelPair)[] {
  const common = { anisotropyFactor: stretchOf(spec), covariance: covarianceFamily(spec.parameters.covariance).radial };
  return pairs.map((pair) => ({ ...common, ...pair }));
}

function gridOf(spec: Required<ExcursionSpec>, pairs: readonly FieldPair[]): FieldGrid {
  const window = checkShape('generate', spec.size);
  const alpha = Math.min(...pairs.flatMap((pair) => pair.alpha));
  const period = periodOf(spec, window, alpha);
  const end = pairs[0].covariance?.end ?? 0;
  const images = end / alpha / Math.min(period[0] / stretchOf(spec), period[1], period[2]);
  if (images > MAX_IMAGES) {
    throw new SpecError(
      `generate: α = ${alpha} per voxel makes the covariance reach over ${images.toFixed(1)} periods of the box ` +
        `${period.join(' × ')}, at most ${MAX_IMAGES}; take a larger window or period, or edges: cropped`,
    );
  }
  return { window, period };
}

/** Size (z, y, x) of the periodic box from which the window is cut. */
export function excursionPeriod(spec: Required<ExcursionSpec>, sets: ExcursionSets): Shape {
  return gridOf(spec, pairsOf(spec, sets)).period;
}

/** Memory in the core. */
export function excursionPlan(spec: Required<ExcursionSpec>, sets: ExcursionSets, threads: number): LeasePlan {
  const pairs = pairsOf(spec, sets);
  const grid = gridOf(spec, pairs);
  const voxels = voxelCount(grid.window);
  return {
    leases: [
      { name: 'labels', bytes: voxels },
      { name: 'field X', bytes: 4 * voxels },
      ...(sets.hasY ? [{ name: 'field Y', bytes: 4 * voxels }] : []),
      ...twiddlePlan(grid.period),
    ],
    then: pairs.map((pair) => fieldPairPlan(grid, pair, threads)),
    ...(
      spec.period === null &&
        { ofCube: (edge: number) => excursionPlan({ ...spec, size: [edge, edge, edge] }, sets, threads) }
    ),
  };
}

/** @throws SpecError, CapacityError (before any work), CancelledError */
export async function drawExcursion(
  session: Session, spec: Required<ExcursionSpec>, sets: ExcursionSets, run: RunOptions,
): Promise<ModelStructure> {
  const key = keyOf(spec);
  const pairs = pairsOf(spec, sets);
  const grid = gridOf(spec, pairs);
  checkPeriod('generate', grid);
  const voxels = voxelCount(grid.window);
  const { lambda, outcome, hasY } = sets;
  return session.run('generate', excursionPlan(spec, sets, session.threads), voxels, run, async (frame) => {
    const labels = frame.lease('labels', voxels);
    const x = frame.lease('field X', 4 * voxels);
    const y = hasY ? frame.lease('field Y', 4 * voxels) : null;
    const twiddles = await writeTwiddles(frame, grid.period);
    const started = new Set<Lease>();
    const excursion: Excursion = { labels, x, y, lambda, outcome };
    let clippedShare = 0;
    for (const [index, pair] of pairs.entries()) {
      const first = pair.target === 'y' ? (y as Lease) : x;
      const second = pair.target === 'x' ? x : (y as Lease);
      const add = [started.has(first), started.has(second)] as const;
      started.add(first).add(second);
      const stage = `fields ${index + 1}/${pairs.length}`;
      const last = index === pairs.length - 1;
      const output: FieldOutput = { first, second, square: pair.square, add, excursion: last ? excursion : null };
      clippedShare = Math.max(clippedShare, await synthesisePair(frame, grid, pair, key, twiddles, output, stage));
    }
    const structure: ModelStructure = {
      labels: await frame.read(labels, Uint8Array, voxels),
      shape: grid.window,
      voxelSizeUm: edgesOf(spec),
      provenance: {
        model: spec.model, parameters: { ...spec.parameters }, ...key, size: [...grid.window], period: [...grid.period],
        ...(pairs[0].covariance !== null && { clippedShare }),
      },
    };
    if (!spec.levelSets) return structure;
    const levelSets = {
      x: await frame.read(x, Float32Array, voxels),
      y: y === null ? null : await frame.read(y, Float32Array, voxels),
    };
    return { ...structure, levelSets };
  });
}

/** Parameters of a field by their names among those of the model. */
export interface FieldKeys {
  readonly lambda: string;
  readonly alphaChi: string;
  readonly alphaGauss: string | null;
}

/** Share of the range of ρ at which a coverage is that of independent ends. */
const REACH = 0.75;

/** The excursion set of one field, for a calibration. */
export function excursionField(field: FieldParameters, keys: FieldKeys, covariance: Covariance | undefined): FieldAt {
  const { correlation, range } = covarianceFamily(covariance);
  const marginal = marginalOf(field);
  const least = Math.min(field.alphaChi, field.alphaGauss ?? Infinity);
  return {
    share: { value: marginal.survival, derivatives: { [keys.lambda]: -marginal.density } },
    coverage: (lag) => {
      const c = fieldCoverage(field, lag, correlation, marginal);
      return {
        value: c.value,
        derivatives: {
          [keys.lambda]: c.dLambda, [keys.alphaChi]: c.dAlphaChi,
          ...(keys.alphaGauss !== null && { [keys.alphaGauss]: c.dAlphaGauss }),
          anisotropyFactor: c.dAnisotropyFactor,
        },
      };
    },
    reach: (REACH * range) / least,
  };
}

function marginalOf(field: FieldParameters): { readonly survival: number; readonly density: number } {
  if (field.alphaGauss !== null) return mixedMarginal(field.n, field.lambda);
  const survival = exp(-Math.max(0, field.lambda) / 2);
  return { survival, density: survival / 2 };
}

/** Margin of sections that have to be cut from a volume. */
const MOST_THICKNESS = 64;

/** Periodic box of a window for a calibration: fields smoother than the window is long are drawn periodic in two
 *  windows. The Gaussian covariance is a product over the axes: a section needs no thickness to be cut from. */
export function calibrationPeriod(
  shape: Shape, alpha: number, anisotropyFactor: number, covariance: Covariance | undefined,
): Shape {
  const { range, radial } = covarianceFamily(covariance);
  const stretch = [anisotropyFactor, 1, 1];
  return shape.map((n, k) => {
    if (n === 1 && radial === null) return 1;
    const margin = (range / alpha) * stretch[k];
    return transformLength(n + Math.min(Math.max(n, MOST_THICKNESS), margin));
  }) as unknown as Shape;
}

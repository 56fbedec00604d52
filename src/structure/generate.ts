// One function draws every structure: stochastic models and the deterministic test structures.
import { AM, PORE, SE, type LabelVolume } from '../core/volume.js';
import { SpecError } from '../core/errors.js';
import { checkShape, checkVoxelSize, voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import {
  checkPeriod, fieldPairPlan, synthesisePair, type DrawKey, type Excursion, type FieldGrid, type FieldOutput, type FieldPair,
} from '../kernels/fields.js';
import { transformLength, twiddlePlan, writeTwiddles } from '../kernels/transform.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { channels, type ChannelsSpec } from './channels.js';
import { laminate, type LaminateSpec } from './laminate.js';
import { covarianceFamily } from './covariance.js';
import { checkChi2, checkThreePhase, type Chi2Parameters, type ThreePhaseParameters } from './parameters.js';
import { refuseUnknown } from './settings.js';
import { spheres, type SpheresSpec } from './spheres.js';

/** What every structure needs; (z, y, x) throughout. */
export interface CommonSpec {
  readonly size: Shape;
  /** Edge of a voxel in µm; null when unknown. */
  readonly voxelSizeUm?: number | null;
}

/** What the stochastic models share. Random numbers are keyed by seed, scenario and realisation; α and λ do not change
 *  them, so that structures with the same key and period are coupled (common random numbers). */
export interface RandomSpec extends Omit<CommonSpec, 'voxelSizeUm'> {
  /** Edge of a voxel in µm, or edges (z, y, x) of which y and x are equal; α is per edge x. null when unknown. */
  readonly voxelSizeUm?: number | VoxelSize;
  /** Whole number from 0 to 2⁵³−1. */
  readonly seed: number;
  /** Whole numbers below 2³². */
  readonly scenario?: number;
  readonly realisation?: number;
  /** Also return the level sets X−λ_X and Y−λ_Y. */
  readonly levelSets?: boolean;
  /** `cropped`: a window of a larger periodic box, so that opposite faces are independent (ρ < 1.3e-4);
   *  `periodic`: the box is the window. */
  readonly edges?: 'cropped' | 'periodic';
  /** Size of the periodic box; overrides `edges`. Fix it to compare structures of different α number by number. */
  readonly period?: Shape | null;
}

export interface ThreePhaseSpec extends RandomSpec {
  readonly model: 'three-phase';
  readonly parameters: ThreePhaseParameters;
}

export interface Chi2Spec extends RandomSpec {
  readonly model: 'chi2';
  readonly parameters: Chi2Parameters;
}

export type StructureSpec = ThreePhaseSpec | Chi2Spec | SpheresSpec | LaminateSpec | ChannelsSpec;

export const GENERATE_DEFAULTS = {
  scenario: 0, realisation: 0, levelSets: false, edges: 'cropped', period: null, voxelSizeUm: null,
} as const;

export interface ModelStructure extends LabelVolume {
  /** X−λ_X and, in the three-phase model, Y−λ_Y at the voxel centres; ≥ 0 inside. For spheres x is radius − distance. */
  readonly levelSets?: { readonly x: Float32Array; readonly y: Float32Array | null };
}

/** Periods over which a covariance may reach in a periodic box: its images are summed. */
const MAX_IMAGES = 4;

// Fields by role; n only adds to them, so that a model keeps its numbers when its n grows by pairs.
const X_SQUARES = 0x00000;
const Y_SQUARES = 0x10000;
const ODD_SQUARES = 0x20000;
const GAUSSIANS = 0x30000;

/** A pair and what becomes of it. Targets: fields X and Y. */
interface PlannedPair extends FieldPair {
  readonly target: 'x' | 'y' | 'both';
  readonly square: boolean;
}

/** Edges of a voxel (z, y, x). */
function edgesOf({ voxelSizeUm = GENERATE_DEFAULTS.voxelSizeUm }: Pick<RandomSpec, 'voxelSizeUm'>): VoxelSize {
  return voxelSizeUm === null || Array.isArray(voxelSizeUm) ? (voxelSizeUm as VoxelSize) : [voxelSizeUm as number, voxelSizeUm as number, voxelSizeUm as number];
}

/** a in voxels: a material stretched by a has less of it where voxels are longer along z. */
function stretchOf(spec: ThreePhaseSpec | Chi2Spec): number {
  const [z, , x] = edgesOf(spec) ?? [1, 1, 1];
  return (spec.parameters.anisotropyFactor * x) / z;
}

function pairsOf(spec: ThreePhaseSpec | Chi2Spec): PlannedPair[] {
  const anisotropyFactor = stretchOf(spec);
  const common = { anisotropyFactor, covariance: covarianceFamily(spec.parameters.covariance).radial };
  if (spec.model === 'chi2') {
    const { alpha } = spec.parameters;
    return [{ ...common, id: X_SQUARES, alpha: [alpha, alpha], target: 'x', square: true }];
  }
  const { n, alphaChiX, alphaChiY, alphaGaussX, alphaGaussY } = spec.parameters;
  const pairs: PlannedPair[] = [];
  for (let j = 0; j < Math.floor(n / 2); j++) {
    pairs.push({ ...common, id: X_SQUARES + j, alpha: [alphaChiX, alphaChiX], target: 'x', square: true });
    pairs.push({ ...common, id: Y_SQUARES + j, alpha: [alphaChiY, alphaChiY], target: 'y', square: true });
  }
  if (n % 2 === 1) pairs.push({ ...common, id: ODD_SQUARES, alpha: [alphaChiX, alphaChiY], target: 'both', square: true });
  pairs.push({ ...common, id: GAUSSIANS, alpha: [alphaGaussX, alphaGaussY], target: 'both', square: false });
  return pairs;
}

function periodOf(spec: ThreePhaseSpec | Chi2Spec, window: Shape, alpha: number): Shape {
  if (spec.period) return checkShape('generate: period', spec.period);
  if ((spec.edges ?? GENERATE_DEFAULTS.edges) === 'periodic') return window;
  // Opposite faces are a range apart, around the box.
  const margin = covarianceFamily(spec.parameters.covariance).range / alpha;
  const [nz, ny, nx] = window;
  return [transformLength(nz + margin * stretchOf(spec)), transformLength(ny + margin), transformLength(nx + margin)];
}

function gridOf(spec: ThreePhaseSpec | Chi2Spec, pairs: readonly PlannedPair[]): FieldGrid {
  const window = checkShape('generate', spec.size);
  const alpha = Math.min(...pairs.flatMap((pair) => pair.alpha));
  const period = periodOf(spec, window, alpha);
  const end = pairs[0].covariance?.end ?? 0;
  const images = end / alpha / Math.min(period[0] / stretchOf(spec), period[1], period[2]);
  if (images > MAX_IMAGES) {
    throw new SpecError(
      `generate: α = ${alpha} per voxel makes the covariance reach over ${images.toFixed(1)} periods of the box ${period.join(' × ')}, at most ${MAX_IMAGES}; ` +
        'take a larger window or period, or edges: cropped',
    );
  }
  return { window, period };
}

/** Size (z, y, x) of the periodic box from which `generate` cuts the window. */
export function generatedPeriod(spec: ThreePhaseSpec | Chi2Spec): Shape {
  return gridOf(spec, pairsOf(spec)).period;
}

const SPEC_KEYS = ['model', 'parameters', 'size', 'seed', 'scenario', 'realisation', 'voxelSizeUm', 'levelSets', 'edges', 'period'];

function checkRandom(spec: ThreePhaseSpec | Chi2Spec): DrawKey {
  refuseUnknown('generate', spec, SPEC_KEYS);
  const { seed, scenario = GENERATE_DEFAULTS.scenario, realisation = GENERATE_DEFAULTS.realisation, edges = 'cropped' } = spec;
  if (!Number.isSafeInteger(seed) || seed < 0) throw new SpecError(`generate: seed must be a whole number from 0 to 2^53-1, got ${seed}`);
  for (const [name, value] of [['scenario', scenario], ['realisation', realisation]] as const) {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) {
      throw new SpecError(`generate: ${name} must be a whole number from 0 to 2^32-1, got ${value}`);
    }
  }
  if (edges !== 'cropped' && edges !== 'periodic') throw new SpecError(`generate: edges must be cropped or periodic, got "${String(edges)}"`);
  return { seed, scenario, realisation };
}

function checkSpec(spec: StructureSpec): void {
  checkShape('generate', spec.size);
  const edges = checkVoxelSize('generate', edgesOf(spec));
  if (spec.model === 'three-phase') checkThreePhase('generate three-phase', spec.parameters);
  else if (spec.model === 'chi2') checkChi2('generate chi2', spec.parameters);
  else if (typeof (spec.voxelSizeUm ?? 0) !== 'number') throw new SpecError(`generate ${spec.model}: drawn on cubic voxels; give one edge as voxelSizeUm`);
  if (edges !== null && edges[1] !== edges[2]) {
    throw new SpecError(`generate: voxels must be as long along y as along x, got ${edges.join(', ')} µm (z, y, x)`);
  }
}

function fieldPlan(spec: ThreePhaseSpec | Chi2Spec, threads: number): LeasePlan {
  const pairs = pairsOf(spec);
  const grid = gridOf(spec, pairs);
  const voxels = voxelCount(grid.window);
  return {
    leases: [
      { name: 'labels', bytes: voxels },
      { name: 'field X', bytes: 4 * voxels },
      ...(spec.model === 'three-phase' ? [{ name: 'field Y', bytes: 4 * voxels }] : []),
      ...twiddlePlan(grid.period),
    ],
    then: pairs.map((pair) => fieldPairPlan(grid, pair, threads)),
    ...(!spec.period && { ofCube: (edge: number) => fieldPlan({ ...spec, size: [edge, edge, edge] }, threads) }),
  };
}

/** Memory of `generate` in the core; nothing for the deterministic structures.
 *  @throws SpecError on bad input */
export function generatePlan(spec: StructureSpec, threads: number): LeasePlan {
  checkSpec(spec);
  return spec.model === 'three-phase' || spec.model === 'chi2' ? fieldPlan(spec, threads) : { leases: [] };
}

/** Draws a structure. Labels of the three-phase model: 1 SE, 2 AM, 3 pore; of chi2: 2 solid, 3 pore.
 *  The result is a function of `spec` alone: the same bits on any number of threads, in Node and in browsers.
 *  @throws SpecError, CapacityError (before any work), CancelledError */
export async function generate(session: Session, spec: StructureSpec, run: RunOptions = {}): Promise<ModelStructure> {
  checkSpec(spec);
  switch (spec.model) {
    case 'three-phase':
    case 'chi2':
      return generateFields(session, spec, run);
    case 'spheres':
      return spheres(spec);
    case 'laminate':
      return laminate(spec);
    case 'channels':
      return channels(spec);
    default:
      throw new SpecError(
        `generate: model must be three-phase, chi2, spheres, laminate or channels, got "${String((spec as { model: unknown }).model)}"`,
      );
  }
}

async function generateFields(session: Session, spec: ThreePhaseSpec | Chi2Spec, run: RunOptions): Promise<ModelStructure> {
  const key = checkRandom(spec);
  const pairs = pairsOf(spec);
  const grid = gridOf(spec, pairs);
  checkPeriod('generate', grid);
  const voxels = voxelCount(grid.window);
  const threePhase = spec.model === 'three-phase';
  return session.run('generate', fieldPlan(spec, session.threads), voxels, run, async (frame) => {
    const labels = frame.lease('labels', voxels);
    const x = frame.lease('field X', 4 * voxels);
    const y = threePhase ? frame.lease('field Y', 4 * voxels) : null;
    const twiddles = await writeTwiddles(frame, grid.period);
    const started = new Set<Lease>();
    const lambda = spec.model === 'chi2' ? ([spec.parameters.lambda, 0] as const) : ([spec.parameters.lambdaX, spec.parameters.lambdaY] as const);
    const excursion: Excursion = { labels, x, y, lambda, outcome: threePhase ? [SE, AM, PORE] : [AM, PORE, PORE] };
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

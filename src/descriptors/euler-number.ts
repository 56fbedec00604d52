// Euler number and integral of mean curvature of phases from the patterns of their 2×2×2 cells (decisions/0022).
//
// The Euler number is counted on a complex of cells, vertices − edges + squares − cubes: for 26 neighbours that of the
// closed voxels, for 6 that which has a vertex at each voxel. Mean curvature is Crofton's formula for planes, M = 2π ∫
// χ(X ∩ plane), over the lattice planes of 13 normals, with the weights of the surface estimator (Ohser & Mücklich
// 2000, ch. 4; Ohser, Nagel, Schladitz 2009, Image Anal. Stereol. 28:179).
import { once } from '../core/once.js';
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { metricDirections } from '../kernels/direction-weights.js';
import { DIRECTIONS } from '../core/directions.js';
import { voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { configurations, configurationsPlan, PATTERNS, type Configurations } from '../kernels/configurations.js';
import { labelsPresent, labelsPresentPlan } from '../kernels/histogram.js';
import { labelLease } from '../kernels/transitions.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';

/** Options of `eulerNumbers`. */
export interface EulerNumberOptions {
  /** Labels to measure; null: all that occur. */
  readonly phases?: readonly Phase[] | null;
}

/** Options of `eulerNumbers` that are not given: every phase. */
export const EULER_NUMBER_DEFAULTS = { phases: null } as const satisfies Required<EulerNumberOptions>;

/** One value for each adjacency of the phase: 26 connects voxels at corners (then other phases only through faces), 6
 *  the reverse. */
export interface ByAdjacency<T> {
  /** Voxels are joined through faces. */
  readonly 6: T;
  /** Voxels are joined at faces, edges and corners. */
  readonly 26: T;
}

/** Euler number and integral of mean curvature of a phase, in the window and per volume. */
export interface EulerNumber {
  readonly phase: Phase;
  /** Euler number of the voxels of the phase in the window with nothing around it: components − tunnels + cavities.
   *  Whole. */
  readonly eulerNumber: ByAdjacency<number>;
  /** Euler number per volume of the structure that the window is a part of, from the cells inside it: no part of the
   *  window's edge counts. µm⁻³ (per voxel when no size is known); null in a window one voxel thick. */
  readonly eulerDensity: ByAdjacency<number> | null;
  /** ∫ (κ₁ + κ₂)/2 over the surface of the same voxels with nothing around, µm (voxels when no size is known). 4πR for
   *  a ball. */
  readonly meanCurvature: number;
  /** The same per volume of the structure, µm⁻² (per voxel²), > 0 where the phase is convex; null as `eulerDensity`. */
  readonly meanCurvatureDensity: number | null;
  /** What all of them follow from. */
  readonly configurations: Configurations;
}

/** Memory of `eulerNumbers`: 1 byte a voxel. */
export function eulerNumbersPlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('eulerNumbersPlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return { leases: [labelLease(shape)], then: [labelsPresentPlan, configurationsPlan(threads)] };
}

type Voxel = readonly [dz: number, dy: number, dx: number];
const CELL: readonly Voxel[] = Array.from({ length: 8 }, (_, bit): Voxel => [(bit >> 1) & 1, bit & 1, bit >> 2]);

/** Sets of the cell's voxels, as patterns, whose voxels share their values of `keys`. */
function groups(key: (voxel: Voxel) => number | string, size: number): number[] {
  const found = new Map<number | string, number>();
  CELL.forEach((voxel, bit) => found.set(key(voxel), (found.get(key(voxel)) ?? 0) | (1 << bit)));
  return [...found.values()].filter((mask) => bits(mask) === size);
}

const bits = (mask: number): number => CELL.reduce((sum, _, bit) => sum + ((mask >> bit) & 1), 0);
const EDGES = [0, 1, 2].flatMap((axis) => groups((voxel) => voxel.filter((_, k) => k !== axis).join(), 2));
const SQUARES = [0, 1, 2].flatMap((axis) => groups((voxel) => voxel[axis], 4));

/** Eight times the share of each pattern in the Euler number: a cell of the complex in n patterns counts 1/n in
 *  each. */
const eulerWeights = once((): ByAdjacency<readonly number[]> => ({
  6: patternTable((pattern) => {
    const whole = (mask: number): number => ((pattern & mask) === mask ? 1 : 0);
    return bits(pattern) - 2 * sum(EDGES, whole) + 4 * sum(SQUARES, whole) - 8 * whole(255);
  }),
  26: patternTable((pattern) => {
    const any = (mask: number): number => ((pattern & mask) === 0 ? 0 : 1);
    return 8 * any(255) - 4 * sum(SQUARES, any) + 2 * sum(EDGES, any) - bits(pattern);
  }),
}));

function patternTable(value: (pattern: number) => number): number[] {
  return Array.from({ length: PATTERNS }, (_, pattern) => value(pattern));
}

function sum<T>(list: readonly T[], value: (item: T) => number): number {
  return list.reduce((total, item) => total + value(item), 0);
}

/** For each of the 13 normals, 16 times the share of each pattern in the Euler numbers of the lattice planes across it.
 *  Squares and rectangles whose diagonal alone is of the phase count as the mean of connected and not; triangles have
 *  no such case. */
const planeWeights = once((): readonly (readonly number[])[] => DIRECTIONS.map(({ offset }) => {
  const across = ([z, y, x]: Voxel): number => z * offset[0] + y * offset[1] + x * offset[2];
  const polygons = [...groups(across, 4), ...groups(across, 3)];
  const triangles = bits(polygons[0]) === 3;
  const sides = polygons.flatMap((polygon) => {
    const members = CELL.flatMap((voxel, bit) => ((polygon >> bit) & 1 ? [{ voxel, bit }] : []));
    const pairs = members.flatMap((a, i) => members.slice(i + 1).map((b) => {
      const step = a.voxel.map((v, k) => b.voxel[k] - v);
      const sign = step.find((s) => s !== 0)! > 0 ? 1 : -1;
      // The same text for a step and its opposite; + 0 makes −0 a 0.
      return {
        mask: (1 << a.bit) | (1 << b.bit), direction: step.map((s) => s * sign + 0).join(),
        square: sum(step, (s) => s * s),
      };
    }));
    const diagonal = Math.max(...pairs.map(({ square }) => square));
    return pairs.filter(({ square }) => triangles || square < diagonal);
  });
  const alike = (direction: string): number => sides.filter((side) => side.direction === direction).length;
  const perPlane = triangles ? 1 : 1 / polygons.length;
  return patternTable((pattern) => {
    const whole = (mask: number): number => ((pattern & mask) === mask ? 1 : 0);
    const any = (mask: number): number => ((pattern & mask) === 0 ? 0 : 1);
    const vertices = bits(pattern) / 8;
    const apart =
      vertices - sum(sides, ({ mask, direction }) => whole(mask) / alike(direction)) + perPlane * sum(polygons, whole);
    const joined =
      perPlane * sum(polygons, any) - sum(sides, ({ mask, direction }) => any(mask) / alike(direction)) + vertices;
    return 16 * (triangles ? apart : (apart + joined) / 2);
  });
}));

const total = (weights: readonly number[], counts: Float64Array): number =>
  weights.reduce((all, w, k) => all + w * counts[k], 0);

/** 2π Σ_d w_d χ_d: normals of lattice planes are the directions of the reciprocal lattice, whose lengths times the
 *  volume of a voxel are the areas per lattice point in the plane. @returns the integral over the voxels counted, in
 *  units of length. */
function crofton(counts: Float64Array, size: VoxelSize): number {
  const [hz, hy, hx] = size ?? [1, 1, 1];
  const terms = metricDirections([1 / hz, 1 / hy, 1 / hx])
    .map(({ weight, length }, d) => (weight * total(planeWeights()[d], counts)) / length);
  return (2 * Math.PI * sum(terms, (term) => term)) / 16;
}

/** Euler numbers and mean curvature that follow from the patterns of one phase. */
export function topologyOf(
  phase: Phase, found: Configurations, shape: Shape, size: VoxelSize,
): EulerNumber {
  const all = found.inside.map((count, k) => count + found.border[k]);
  const cells = voxelCount([shape[0] - 1, shape[1] - 1, shape[2] - 1]);
  const volume = cells * (size === null ? 1 : size[0] * size[1] * size[2]);
  const euler = (counts: Float64Array, by: number): ByAdjacency<number> => ({
    6: total(eulerWeights()[6], counts) / (8 * by), 26: total(eulerWeights()[26], counts) / (8 * by),
  });
  return {
    phase,
    eulerNumber: euler(all, 1),
    eulerDensity: cells === 0 ? null : euler(found.inside, volume),
    meanCurvature: crofton(all, size),
    meanCurvatureDensity: cells === 0 ? null : crofton(found.inside, size) / volume,
    configurations: found,
  };
}

const EULER_NUMBER_OPTION_NAMES: Names<EulerNumberOptions> = { phases: true };

/** Euler number and integral of mean curvature of each phase, of the voxels in the window and per volume of the
 *  structure.
 *  @throws SpecError for a phase that does not occur. */
export async function eulerNumbers(
  session: Session, volume: LabelVolume, options: EulerNumberOptions = {}, run: RunOptions = {},
): Promise<EulerNumber[]> {
  checkOperation('eulerNumbers', session, run, {
    volume: [volume, 'record'], options: [options, EULER_NUMBER_OPTION_NAMES],
  });
  const where = 'eulerNumbers';
  const { shape, labels, voxelSizeUm } = checkVolume(where, volume);
  const wanted = options.phases ?? EULER_NUMBER_DEFAULTS.phases;
  wanted?.forEach((phase) => checkPhase(where, volume, phase));
  return session.run(where, eulerNumbersPlan(shape, session.threads), voxelCount(shape), run, async (frame) => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    await frame.write(lease, labels);
    const phases = [...new Set(wanted ?? (await labelsPresent(frame, lease, shape)))].sort((a, b) => a - b);
    const results: EulerNumber[] = [];
    for (const phase of phases) {
      results.push(topologyOf(phase, await configurations(frame, lease, shape, phase), shape, voxelSizeUm));
    }
    return results;
  });
}

// Specific surface areas of phases and interfaces by Cauchy-Crofton from one pass over the labels.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { metricDirections } from '../kernels/direction-weights.js';
import { DIRECTIONS } from '../core/directions.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { labelsPresent, labelsPresentPlan } from '../kernels/histogram.js';
import { labelLease, MAX_CLASSES, transitions, transitionsPlan, type ClassPair } from '../kernels/transitions.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';

/** Options of `surfaceAreas`. */
export interface SurfaceAreaOptions {
  /** Labels to measure, 7 at most when others occur beside them (all others then count as one neighbour); null: all. */
  readonly phases?: readonly Phase[] | null;
}

/** Options of `surfaceAreas` that are not given: every phase. */
export const SURFACE_AREA_DEFAULTS = { phases: null } as const satisfies Required<SurfaceAreaOptions>;

/** The interface of two phases. */
export interface InterfaceArea {
  /** The lower label first. */
  readonly phases: readonly [Phase, Phase];
  /** Area per volume of the window. */
  readonly area: number;
}

/** Areas in µm⁻¹ (µm² per µm³ of the whole window), or per voxel edge when no voxel size is known. */
export interface SurfaceAreas {
  /** S of the whole boundary of each phase inside the window, labels ascending. */
  readonly phases: readonly { readonly phase: Phase; readonly specificSurfaceArea: number }[];
  /** Every pair of measured phases once, the lower label first. S_a is the sum of its interfaces. */
  readonly interfaces: readonly InterfaceArea[];
}

const MAX_PAIRS = (MAX_CLASSES * (MAX_CLASSES - 1)) / 2;

/** Memory of `surfaceAreas`: 1 byte a voxel, and counters. */
export function surfaceAreasPlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('surfaceAreasPlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return { leases: [labelLease(shape)], then: [labelsPresentPlan, transitionsPlan(threads, MAX_PAIRS)] };
}

/** Area per volume from the 13 transition counts of one class pair: 2 Σ w_d (transitions_d / pairs_d) / length_d.
 *  Directions without a voxel pair in the window (one voxel thick) are left out and the other weights rescaled to sum
 *  to 1, so that a flat window still estimates the area of an isotropic structure; 0 for a single voxel. */
export function cauchyCrofton(counts: readonly number[], shape: Shape, size: VoxelSize): number {
  checkArguments('cauchyCrofton', { counts: [counts, 'list'], shape: [shape, 'shape'] });
  let sum = 0;
  let weights = 0;
  metricDirections(size).forEach(({ length, weight }, d) => {
    const pairs = DIRECTIONS[d].offset.reduce((product, step, k) => product * (shape[k] - Math.abs(step)), 1);
    if (pairs === 0) return;
    sum += (weight * counts[d]) / (pairs * length);
    weights += weight;
  });
  // Whole windows keep the table's weights, whose sum differs from 1 in the last printed digit.
  const complete = shape.every((n) => n > 1);
  return weights === 0 ? 0 : (2 * sum) / (complete ? 1 : weights);
}

const SURFACE_AREA_OPTION_NAMES: Names<SurfaceAreaOptions> = { phases: true };

/** Specific surface area of each phase and the area of each interface, estimated along the 13 directions of a 2×2×2
 *  cell with spherical Voronoi weights. Interfaces follow S_ab = (S_a + S_b − S_{a∪b})/2, which is the count of a-b
 *  pairs. Single flat walls are biased by −7.3 % ({100}) to −3.9 % ({111}); the isotropic mean is unbiased.
 *  @throws SpecError for a phase that does not occur, or more labels than one pass can tell apart. */
export async function surfaceAreas(
  session: Session, volume: LabelVolume, options: SurfaceAreaOptions = {}, run: RunOptions = {},
): Promise<SurfaceAreas> {
  checkOperation('surfaceAreas', session, run, {
    volume: [volume, 'record'], options: [options, SURFACE_AREA_OPTION_NAMES],
  });
  const { shape, labels, voxelSizeUm } = checkVolume('surfaceAreas', volume);
  const wanted = options.phases ?? SURFACE_AREA_DEFAULTS.phases;
  wanted?.forEach((phase) => checkPhase('surfaceAreas', volume, phase));
  const plan = surfaceAreasPlan(shape, session.threads);
  return session.run('surfaceAreas', plan, voxelCount(shape), run, async (frame) => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    await frame.write(lease, labels);
    const present = await labelsPresent(frame, lease, shape);
    const phases = [...new Set(wanted ?? present)].sort((a, b) => a - b);
    const hasRest = phases.length < present.length;
    const classes = phases.length + (hasRest ? 1 : 0);
    if (classes > MAX_CLASSES) {
      throw new SpecError(
        `surfaceAreas: one pass tells ${MAX_CLASSES} labels apart, the image has ${present.length} ` +
          `(${present.slice(0, 12).join(', ')}${present.length > 12 ? ', …' : ''}); ` +
            `name up to ${MAX_CLASSES - 1} phases`,
      );
    }
    const pairs: ClassPair[] = phases.flatMap((a, i) => phases.slice(i + 1).map((b): ClassPair => [a, b]));
    if (hasRest) for (const a of phases) pairs.push([a, null]);
    const areas = pairs.length === 0 ? [] : (await transitions(frame, lease, shape, phases, pairs)).map(
      (counts) => cauchyCrofton(counts, shape, voxelSizeUm),
    );
    return {
      phases: phases.map((phase) => ({
        phase,
        specificSurfaceArea: pairs.reduce((sum, [a, b], i) => (a === phase || b === phase ? sum + areas[i] : sum), 0),
      })),
      interfaces: pairs.flatMap(([a, b], i) => (b === null ? [] : [{ phases: [a, b] as const, area: areas[i] }])),
    };
  });
}

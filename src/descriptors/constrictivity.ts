// Constrictivity β = (r_min/r_max)²: how narrow the bottlenecks of a phase are beside its bulges.
//
// CPSD(r) is the volume fraction that balls of radius r inside the phase cover, SMIP(r) the same for balls that can
// enter from a face, as in simulated mercury intrusion. r_max and r_min are the largest radii at which they reach ε/2
// (Münch & Holzer 2008, J. Am. Ceram. Soc. 91:4059; Holzer et al. 2013, J. Mater. Sci. 48:2934).
// Both are found by bisection over the distances that occur; decisions/0021 says what that means on a lattice.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { checkCrossed, checkFace, voxelCount, type Axis, type Face, type Shape, type VoxelSize } from '../core/grid.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { checkDistanceShape } from '../kernels/distance.js';
import { squaredEdges } from '../kernels/metric.js';
import { labelLease } from '../kernels/transitions.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';
import { openingsPlan, withOpenings, type Inlet, type Openings } from './openings.js';

/** Options of `constrictivity`. */
export interface ConstrictivityOptions {
  readonly phase: Phase;
  /** Axis along which balls enter; default z. */
  readonly axis?: Axis;
  /** Face from which they enter; default low (index 0). */
  readonly from?: Face;
  /** true: CPSD and SMIP at up to CURVE_POINTS of the distances that occur; or the radii to use, in the unit of the
   *  result (µm, or voxels when no size is known); null (default): no curves. */
  readonly curves?: boolean | readonly number[] | null;
}
/** Options of `constrictivity` that are not given: balls enter through the low face across z; no curves. */
export const CONSTRICTIVITY_DEFAULTS = { axis: 'z', from: 'low', curves: null } as const;
/** Most radii at which CPSD and SMIP are given where none are named. */
export const CURVE_POINTS = 64;

/** Volume fractions of the window against radius; µm, or voxels when no size is known. */
export interface SizeCurves {
  /** Ascending. */
  readonly radius: readonly number[];
  /** Share of the window that balls of that radius inside the phase cover. */
  readonly cpsd: readonly number[];
  /** Share of the window that balls of that radius cover which come in through the face. */
  readonly smip: readonly number[];
}

/** β of a phase along an axis from a face, with the two radii that it is made of. */
export interface Constrictivity {
  readonly axis: Axis;
  readonly from: Face;
  /** r_min, µm (voxels when no size is known); 0 when no ball that enters covers half of the phase; null: unbounded. */
  readonly bottleneckRadius: number | null;
  /** r_max, likewise; null when the phase fills the window, so that every ball fits. */
  readonly bulgeRadius: number | null;
  /** β, 0…1; 0 when r_min is 0, 1 when the phase fills the window. */
  readonly constrictivity: number;
  /** Absent where they were not asked for. */
  readonly curves?: SizeCurves;
}

/** Leases of `constrictivityOfPhase` beside the labels. */
export const constrictivityPhasePlan = openingsPlan;

/** Leases of `constrictivity`. */
export function constrictivityPlan(shape: Shape, threads: number, size: VoxelSize = null): LeasePlan {
  checkArguments('constrictivityPlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return { leases: [labelLease(shape)], then: [openingsPlan(shape, threads, size)] };
}

const CONSTRICTIVITY_OPTION_NAMES: Names<ConstrictivityOptions> = { phase: true, axis: true, from: true, curves: true };

/** β of one phase along one axis from one face. Balls are round on anisotropic voxels, too.
 *  @throws SpecError for an absent phase, one voxel along the axis or bad radii; CapacityError */
export async function constrictivity(
  session: Session, volume: LabelVolume, options: ConstrictivityOptions, run: RunOptions = {},
): Promise<Constrictivity> {
  checkOperation('constrictivity', session, run, {
    volume: [volume, 'record'], options: [options, CONSTRICTIVITY_OPTION_NAMES],
  });
  const where = 'constrictivity';
  checkVolume(where, volume);
  checkPhase(where, volume, options.phase);
  const settings = { ...CONSTRICTIVITY_DEFAULTS, ...options };
  const inlet = { axis: checkCrossed(where, volume.shape, settings.axis), from: checkFace(where, settings.from) };
  checkCurves(where, settings.curves);
  checkDistanceShape(where, volume.shape);
  const size = volume.voxelSizeUm;
  return session.run(
    where, constrictivityPlan(volume.shape, session.threads, size), voxelCount(volume.shape), run,
    async (frame) => {
      const { labels } = frame.take([labelLease(volume.shape)]);
      await frame.write(labels, volume.labels);
      const request = { phase: settings.phase, inlets: [inlet], curves: settings.curves, size };
      return (await constrictivityOfPhase(frame, labels, volume.shape, request))[0];
    },
  );
}

/** What `constrictivityOfPhase` measures. */
export interface PhaseRequest {
  readonly phase: Phase;
  /** Axes and faces where balls enter; one result each. */
  readonly inlets: readonly Inlet[];
  /** As in ConstrictivityOptions. */
  readonly curves: boolean | readonly number[] | null;
  /** Edges (z, y, x) of a voxel in µm; null: results are in voxels. */
  readonly size: VoxelSize;
}

/** β for several inlets of one phase, in their order; distance transform, r_max and CPSD are computed once. `labels`:
 *  one byte a voxel, left as it is. The diagonal of the window must be 16384 voxels at most. */
export async function constrictivityOfPhase(
  frame: Frame, labels: Lease, shape: Shape, request: PhaseRequest,
): Promise<Constrictivity[]> {
  const edge = squaredEdges(request.size).unit;
  const whole = request.size === null || request.size.every((h) => h === edge);
  return withOpenings(frame, labels, shape, request.phase, async (openings) => {
    const cpsd = new Map<number, number>();
    const smips = request.inlets.map(() => new Map<number, number>());
    const radii = request.curves ? curveRadii(openings, request, edge) : [];
    // What curves know need not be looked up again for the two radii.
    for (const [k, inlet] of request.inlets.entries()) {
      await lookUpAll(openings, inlet, radii.map((radius) => squareOf(radius / edge, whole)), cpsd, smips[k]);
    }
    const bulge = await crossing(openings, null, openings.squaredRadii?.length ?? 0, cpsd);
    const results: Constrictivity[] = [];
    for (const [k, inlet] of request.inlets.entries()) {
      const smip = smips[k];
      // SMIP ≤ CPSD < ε/2 one step above the bulge: the bracket of the bottleneck ends there, and β ≤ 1.
      const bottleneck = await crossing(openings, inlet, bulge + 1, smip);
      const curve = (known: Map<number, number>): number[] =>
        radii.map((radius) => known.get(squareOf(radius / edge, whole))! / voxelCount(shape));
      const squares = openings.squaredRadii;
      const radius = (index: number): number => (index < 0 ? 0 : Math.sqrt(squares![index]));
      results.push({
        ...inlet,
        bottleneckRadius: squares === null ? null : radius(bottleneck) * edge,
        bulgeRadius: squares === null ? null : radius(bulge) * edge,
        constrictivity: squares === null ? 1 : bottleneck < 0 ? 0 : squares[bottleneck] / squares[bulge],
        ...(request.curves ? { curves: { radius: radii, cpsd: curve(cpsd), smip: curve(smip) } } : {}),
      });
    }
    return results;
  }, request.size);
}

/** Index of the radius at which half of the phase stops being covered, between −1 (never covered) and `above`, where it
 *  is known not to be. `known` collects the voxels covered by squared radius. */
async function crossing(
  openings: Openings, inlet: Inlet | null, above: number, known: Map<number, number>,
): Promise<number> {
  const { squaredRadii, phaseVoxels } = openings;
  if (squaredRadii === null) return -1;
  let low = -1;
  let high = Math.min(above, squaredRadii.length);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (2 * (await lookUp(openings, inlet, squaredRadii[middle], known)) >= phaseVoxels) low = middle;
    else high = middle;
  }
  return low;
}

async function lookUp(
  openings: Openings, inlet: Inlet | null, squaredRadius: number, known: Map<number, number>,
): Promise<number> {
  const found = known.get(squaredRadius);
  if (found !== undefined) return found;
  const covered = await openings.covered(squaredRadius, inlet);
  known.set(squaredRadius, covered);
  return covered;
}

/** Fills `cpsd` and `smip` with what they lack of these squared radii. */
async function lookUpAll(
  openings: Openings, inlet: Inlet, squaredRadii: readonly number[], cpsd: Map<number, number>,
  smip: Map<number, number>,
): Promise<void> {
  const requests = [...new Set(squaredRadii)].map((squaredRadius) => (
    { squaredRadius, anywhere: !cpsd.has(squaredRadius), entering: !smip.has(squaredRadius) }
  ));
  const found = await openings.coveredAll(requests, inlet);
  requests.forEach(({ squaredRadius, anywhere, entering }, k) => {
    if (anywhere) cpsd.set(squaredRadius, found[k].anywhere);
    if (entering) smip.set(squaredRadius, found[k].entering);
  });
}

/** Radii of the curves in the unit of the result. */
const curveRadii = (openings: Openings, { curves }: PhaseRequest, edge: number): readonly number[] =>
  (Array.isArray(curves) ? (curves as readonly number[])
    : spread(openings.squaredRadii ?? []).map((squared) => Math.sqrt(squared) * edge));

/** Squared radius of a radius in voxel edges. d ≥ r and distance < r compare whole squares, so r² may be rounded up;
 *  the last factors forgive √ and the voxel size. */
function squareOf(radius: number, whole: boolean): number {
  const wanted = radius ** 2;
  return whole ? Math.max(1, Math.ceil(wanted * (1 - 1e-9))) : Math.max(1, Math.fround(wanted * (1 - 2 ** -22)));
}

/** All values, or CURVE_POINTS of them whose roots are as evenly spaced as they can be, ends included. */
function spread(squared: readonly number[]): number[] {
  if (squared.length <= CURVE_POINTS) return [...squared];
  const first = Math.sqrt(squared[0]);
  const last = Math.sqrt(squared[squared.length - 1]);
  const chosen = new Set<number>();
  for (let k = 0; k < CURVE_POINTS; k++) {
    const wanted = (first + ((last - first) * k) / (CURVE_POINTS - 1)) ** 2 * (1 - 1e-9);
    chosen.add(squared.find((value) => value >= wanted) ?? squared[squared.length - 1]);
  }
  return [...chosen];
}

function checkCurves(where: string, curves: boolean | readonly number[] | null): void {
  if (curves === null || typeof curves === 'boolean') return;
  const bad = curves.find((r) => !(r >= 0 && Number.isFinite(r)));
  if (bad !== undefined) throw new SpecError(`${where}: curve radii must be finite and ≥ 0, got ${bad}`);
}

// Memory is planned before it is used: an operation names its leases, and their peak is checked against the limit.
import { CapacityError } from '../core/errors.js';
import { cbrt } from '../numeric/elementary.js';
import { memoryAdvice, usableBytes } from './memory.js';

/** Alignment of every lease, bytes: one cache line. */
export const ALIGNMENT = 64;
/** Room between two leases for the canaries of a debug session; kept in release so that plans do not differ. */
export const GUARD = 64;

/** A lease that an operation will ask for. */
export interface PlannedLease<N extends string = string> {
  readonly name: N;
  /** Length. */
  readonly bytes: number;
}

/** Leases held together, then nested plans that run one after another while they are held. */
export interface LeasePlan<N extends string = string> {
  readonly leases: readonly PlannedLease<N>[];
  readonly then?: readonly LeasePlan[];
  /** The plan of a cube, for the advice of a CapacityError; absent: memory is taken as proportional to voxels. */
  readonly ofCube?: (edge: number) => LeasePlan;
}

/** Leases by what they hold and their bytes, in this order. */
export function named<N extends string>(bytes: Readonly<Record<N, number>>): PlannedLease<N>[] {
  return Object.entries<number>(bytes).map(([name, size]) => ({ name: name as N, bytes: size }));
}

/** Arena bytes that a lease takes. */
export function leaseFootprint(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT + GUARD;
}

/** Highest number of arena bytes leased at once. */
export function peakBytes(plan: LeasePlan): number {
  const held = plan.leases.reduce((sum, lease) => sum + leaseFootprint(lease.bytes), 0);
  const nested = (plan.then ?? []).reduce((peak, inner) => Math.max(peak, peakBytes(inner)), 0);
  return held + nested;
}

/** Leases that are held at the moment of the peak, largest first. */
export function peakLeases(plan: LeasePlan): PlannedLease[] {
  let worst: LeasePlan | null = null;
  for (const inner of plan.then ?? []) if (worst === null || peakBytes(inner) > peakBytes(worst)) worst = inner;
  const nested = worst === null ? [] : peakLeases(worst);
  return [...plan.leases, ...nested].sort((a, b) => b.bytes - a.bytes);
}

/** Largest edge, `most` at most, of a cube whose plan stays within the limit; 0 when none does. Memory must not fall as
 *  edges grow. */
export function largestEdge(planOf: (edge: number) => LeasePlan, limitBytes: number, most: number): number {
  let [fits, beyond] = [0, most + 1];
  while (beyond - fits > 1) {
    const middle = (fits + beyond) >> 1;
    if (peakBytes(planOf(middle)) <= usableBytes(limitBytes, middle * middle * middle)) fits = middle;
    else beyond = middle;
  }
  return fits;
}

const MIB = 2 ** 20;

/** @throws CapacityError when the plan's peak is above `memoryBytes`; the message lists the leases and what would fit.
 *  @param voxels size of the problem, from which the largest cube that would fit is estimated; 0 when it has none. */
export function checkCapacity(operation: string, plan: LeasePlan, memoryBytes: number, voxels: number): void {
  const limitBytes = usableBytes(memoryBytes, voxels);
  const needed = peakBytes(plan);
  if (needed <= limitBytes) return;
  const list = peakLeases(plan)
    .slice(0, 8)
    .map((lease) => `${lease.name} ${(lease.bytes / MIB).toFixed(1)}`)
    .join(', ');
  throw new CapacityError(
    `${operation}: needs ${(needed / MIB).toFixed(1)} MiB, the session may use ${(limitBytes / MIB).toFixed(1)} MiB ` +
      `(MiB: ${list}).${fitting(plan, memoryBytes, voxels)} ` +
      `Raise --memory (${memoryAdvice()}) or use a smaller window.`,
    needed,
    limitBytes,
  );
}

/** A sentence on the largest cube whose plan stays within so many bytes of the arena; '' when none does. */
export function fitting(plan: LeasePlan, memoryBytes: number, voxels: number): string {
  const limitBytes = usableBytes(memoryBytes, voxels);
  const needed = peakBytes(plan);
  const proportional = voxels > 0 ? Math.floor(cbrt((voxels * limitBytes) / needed)) : 0;
  const edge = plan.ofCube ? largestEdge(plan.ofCube, memoryBytes, Math.ceil(cbrt(voxels))) : proportional;
  return edge > 0 ? ` ${plan.ofCube ? 'A cube of' : 'About'} ${edge}³ voxels would fit.` : '';
}

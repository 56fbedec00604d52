// Bump allocator over the WASM memory; bookkeeping lives here, never in the memory itself. Last in, first out.
import { ARENA_START } from '../../assembly/layout.js';
import { VoxelithError } from '../core/errors.js';
import { leaseFootprint, type LeasePlan, type PlannedLease } from './plan.js';

/** A named piece of WASM memory. `ptr` is a byte address, 64-byte aligned. */
export interface Lease {
  readonly name: string;
  /** Byte address. */
  readonly ptr: number;
  /** Length. */
  readonly bytes: number;
}

/** Leases by their planned names. */
export type Leases<N extends string = string> = Readonly<Record<N, Lease>>;

/** The leases of what a plan function plans. */
export type LeasesOf<P extends (...args: never[]) => LeasePlan | readonly PlannedLease[]> =
  ReturnType<P> extends LeasePlan<infer N> | readonly PlannedLease<infer N>[] ? Leases<N> : never;

export class Arena {
  private top: number;
  private readonly stack: Lease[] = [];
  /** The peak before each lease was made. */
  private readonly before: number[] = [];
  private high: number;

  /** @param start address of its first byte, a multiple of 64 */
  constructor(readonly start: number = ARENA_START) {
    this.top = start;
    this.high = start;
  }

  /** First byte after everything leased. */
  get end(): number {
    return this.top;
  }

  /** Bytes leased now. */
  get usedBytes(): number {
    return this.top - this.start;
  }

  /** Most bytes leased at once since the last `resetPeak`. */
  get peakBytes(): number {
    return this.high - this.start;
  }

  get depth(): number {
    return this.stack.length;
  }

  resetPeak(): void {
    this.high = this.top;
  }

  lease(name: string, bytes: number): Lease {
    if (!Number.isInteger(bytes) || bytes < 0) {
      throw new VoxelithError(`arena: lease "${name}" needs a whole number of bytes ≥ 0, got ${bytes}`);
    }
    const lease = { name, ptr: this.top, bytes };
    this.before.push(this.high);
    this.top += leaseFootprint(bytes);
    this.high = Math.max(this.high, this.top);
    this.stack.push(lease);
    return lease;
  }

  /** Gives back what lies behind the first `bytes` of the newest lease and was never used: it counts for no peak.
   *  @returns the lease as it is from now on */
  trim(lease: Lease, bytes: number): Lease {
    const last = this.stack.length - 1;
    if (this.stack[last]?.ptr !== lease.ptr || bytes > lease.bytes) {
      throw new VoxelithError(`arena: only the newest lease is trimmed, and not to more than it has: "${lease.name}"`);
    }
    this.stack[last] = { ...lease, bytes };
    this.top = lease.ptr + leaseFootprint(bytes);
    this.high = Math.max(this.before[last], this.top);
    return this.stack[last];
  }

  /** Releases the newest leases until `depth` are left, newest first, and hands each to `onRelease`. */
  releaseTo(depth: number, onRelease?: (lease: Lease) => void): void {
    while (this.stack.length > depth) {
      const lease = this.stack.pop() as Lease;
      this.before.pop();
      this.top = lease.ptr;
      onRelease?.(lease);
    }
  }
}

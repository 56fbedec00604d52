// A session: threads, memory and the rule that one operation runs at a time, its memory planned before it starts.
import { ARENA_START, CALL_RECORD, MAX_THREADS, STATUS_CANCELLED, STATUS_FAULT } from '../../assembly/layout.js';
import type { Names } from '../core/arguments.js';
import { CancelledError, CapacityError, KernelError, SpecError, VoxelithError } from '../core/errors.js';
import { Arena, type Lease, type Leases } from './arena.js';
import { openSharedBackend, openUnsharedBackend, type Backend, type CallStatistics } from './backend.js';
import { describeCall, encodeCall, type AddressBytes, type Arguments, type KernelName } from './call.js';
import { inPlainWords } from './host-memory.js';
import { NARROW_BYTES, WIDE_VOXELS } from './memory.js';
import { checkCapacity, fitting, GUARD, peakBytes, type LeasePlan, type PlannedLease } from './plan.js';
import type { Platform } from './protocol.js';

/** How far an operation is, as `onProgress` hears it. */
export interface Progress {
  /** Public operation, e.g. "conduct". */
  readonly operation: string;
  /** What runs now, e.g. "multigrid". */
  readonly stage: string;
  /** Voxels of work done and expected in this stage. */
  readonly done: number;
  /** What `done` comes to at the end of the stage, in the same unit. */
  readonly total: number;
  /** What it has come to, e.g. "900 s, 3.71 V", where that says more than voxels per second. */
  readonly remark?: string;
}

/** Options that every public operation takes. */
export interface RunOptions {
  /** Aborting it ends the operation with a CancelledError. */
  readonly signal?: AbortSignal;
  /** Ten times a second while a kernel runs. What it throws, or rejects with, stops the kernel and rejects the
   *  operation. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Threads of a session that is not told how many, on a machine of so many cores. */
export const defaultThreads = (cores: number): number => Math.min(cores, 8);

/** What a session may use of the machine. Results do not depend on it, bit for bit. */
export interface SessionOptions {
  /** Worker threads; default: the machine's cores, 8 at most. */
  readonly threads?: number;
  /** Bytes of WebAssembly memory that the session may use: 4 GiB at most, or 16 GiB where the engine has memories of
   *  64-bit addresses (Node from 24 on). Default: 4 GiB, and up to ¾ of the machine's memory where it can be used. */
  readonly memoryBytes?: number;
  /** Bytes above which an operation works in a memory of 64-bit addresses, where there is one: 4 GiB at most (default);
   *  0: always. Results have the same bits. The session stays with that memory, whose kernels are a little slower. */
  readonly wideAbove?: number;
  /** Checks canaries between leases and fills released memory with NaN bytes; with 64-bit addresses leases lie above 4
   *  GiB, so that an address that was cut to 32 bits shows. */
  readonly debug?: boolean;
  /** false: one worker with its own memory, as in a page without cross-origin isolation. */
  readonly shared?: boolean;
}

const CANARY = 0xc5;
const RELEASED = 0xff;
const PROGRESS_INTERVAL = 100;

interface TypedArrayType<T> {
  new (buffer: ArrayBuffer): T;
  readonly BYTES_PER_ELEMENT: number;
}
/** Arrays that are copied into leases and out of them. */
export type AnyTypedArray =
  Uint8Array | Int8Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** A part of an operation, with the voxels of work that it will count. */
export interface Stage {
  readonly name: string;
  /** Voxels. */
  readonly work: number;
}

/** Memory and kernels for one operation. Leases are released when the scope that made them ends. */
export interface Frame {
  /** Of the session. */
  readonly threads: number;
  /** Bytes of an address in this memory: of records that hold addresses. */
  readonly addressBytes: AddressBytes;
  /** Arena bytes leased at the peak of this operation so far, control pages included. */
  readonly peakBytes: number;
  /** @throws VoxelithError when the operation asks for more than its plan said. */
  lease(name: string, bytes: number): Lease;
  /** Gives back what lies behind the first `bytes` of the newest lease, where less was used than was planned. */
  trim(lease: Lease, bytes: number): void;
  /** Leases what a plan, or a list of planned leases, says; nested plans wait for their turn.
   *  @returns the leases by name @throws VoxelithError when two have one name, and as `lease` */
  take<N extends string>(plan: LeasePlan<N> | readonly PlannedLease<N>[]): Leases<N>;
  /** Plans more memory when only the data say how much is needed: `plan` on top of what is leased now.
   *  @throws CapacityError before anything is allocated */
  extend(plan: LeasePlan): Promise<void>;
  /** Runs `body`; everything leased in it is released afterwards. */
  scope<T>(body: () => Promise<T>): Promise<T>;
  /** Calls a kernel on all threads, its arguments by name (./abi.ts). `stage` names it for the progress bar.
   *  @returns its status: STATUS_OK, or a code that the kernel documents.
   *  @throws CancelledError, KernelError */
  call<K extends KernelName>(kernel: K, args: Arguments<K>, stage?: Stage): Promise<number>;
  write(lease: Lease, data: AnyTypedArray, byteOffset?: number): Promise<void>;
  /** Copies `count` elements (default: all that fit) out of a lease. */
  read<T extends AnyTypedArray>(lease: Lease, type: TypedArrayType<T>, count?: number, byteOffset?: number): Promise<T>;
  /** Copies bytes of a lease into `to`, from its element `element` on: what a caller gets is written once. A copy that
   *  is asked for after a call began, and before that ended, runs beside it where memory is shared. */
  readInto(lease: Lease, to: AnyTypedArray, element: number, count: number): Promise<void>;
  fill(lease: Lease, byte: number): Promise<void>;
}

/** Threads and WebAssembly memory for operations, which run one at a time in the order of their calls. */
export interface Session {
  /** Workers that every kernel runs on. */
  readonly threads: number;
  /** Whether threads share one memory; when not, `unsharedReason` says why. */
  readonly shared: boolean;
  /** Why threads do not share a memory, in words; null where they do. */
  readonly unsharedReason: string | null;
  /** Where it was opened. */
  readonly platform: 'node' | 'browser';
  /** Bytes of WebAssembly memory that an operation may plan at most, as the options or the platform say. */
  readonly memoryBytes: number;
  /** Statistics of the last kernel call, for tests and benches; null where memory is not shared. */
  readonly statistics: CallStatistics | null;
  /** Runs one operation; others wait for their turn.
   *  @param voxels problem size, for the advice in a CapacityError; 0 when it has none.
   *  @throws CapacityError before anything is allocated, CancelledError, KernelError */
  run<T>(
    operation: string, plan: LeasePlan, voxels: number, options: RunOptions, body: (frame: Frame) => Promise<T>,
  ): Promise<T>;
  /** Ends the workers and gives their memory back. Operations after it are refused. */
  close(): void;
}

export const SESSION_OPTION_NAMES: Names<SessionOptions> = {
  threads: true, memoryBytes: true, wideAbove: true, debug: true, shared: true,
};

function checkOptions(options: SessionOptions): void {
  const { threads, memoryBytes } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS)) {
    throw new SpecError(`session: threads must be a whole number from 1 to ${MAX_THREADS}, got ${threads}`);
  }
  if (memoryBytes !== undefined && !(memoryBytes >= 2 ** 20)) {
    throw new SpecError(`session: memory must be at least 1 MiB, got ${memoryBytes} bytes`);
  }
}

/** Opens a session on a platform. Users call `openSession` of the package entry, which knows its platform. */
export async function openSessionOn(platform: Platform, options: SessionOptions = {}): Promise<Session> {
  checkOptions(options);
  const unsharedReason = options.shared === false ? 'the caller asked for unshared memory' : platform.unsharedReason;
  const open = (addressBytes: AddressBytes): Promise<Backend> =>
    unsharedReason === null
      ? openSharedBackend(platform, addressBytes, options.threads ?? defaultThreads(platform.defaultThreads))
      : openUnsharedBackend(platform, addressBytes);
  const above = platform.maxMemoryBytes > NARROW_BYTES ? Math.min(options.wideAbove ?? NARROW_BYTES, NARROW_BYTES)
    : Infinity;
  const wide = { open, above };
  const first = await open(above === 0 ? 8 : 4);
  return createSession(first, wide, platform, unsharedReason, options);
}

/** An operation that began with 32-bit addresses needs more than these reach, and may have it: it begins again. */
class NarrowError extends Error {}

const arenaOf = ({ addressBytes }: Backend, debug: boolean | undefined): Arena =>
  new Arena(debug && addressBytes === 8 ? 2 ** 32 + ARENA_START : ARENA_START);

function createSession(
  first: Backend, wide: { readonly open: (addressBytes: AddressBytes) => Promise<Backend>; readonly above: number },
  platform: Platform, unsharedReason: string | null, options: SessionOptions,
): Session {
  const memoryBytes = Math.min(options.memoryBytes ?? platform.defaultMemoryBytes, platform.maxMemoryBytes);
  let backend = first;
  let arena = arenaOf(first, options.debug);
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function runNow<T>(
    operation: string, plan: LeasePlan, voxels: number, run: RunOptions, body: (frame: Frame) => Promise<T>,
  ): Promise<T> {
    if (closed) throw new VoxelithError(`${operation}: the session was closed`);
    if (run.signal?.aborted) throw new CancelledError(operation);
    checkCapacity(operation, plan, memoryBytes - ARENA_START, voxels);
    const planned = peakBytes(plan);
    if (isBeyond(planned)) await change(8);
    else if (voxels >= WIDE_VOXELS) await change(4);
    await grow(operation, plan, voxels);
    arena.resetPeak();
    const onAbort = (): void => backend.cancel();
    run.signal?.addEventListener('abort', onAbort);
    try {
      return await body(createFrame(operation, planned, voxels, run));
    } catch (error) {
      if (!(error instanceof NarrowError)) throw inPlainWords(operation, voxels, error);
    } finally {
      run.signal?.removeEventListener('abort', onAbort);
      arena.releaseTo(0);
    }
    await change(8);
    return runNow(operation, plan, voxels, run, body);
  }

  /** Memory for a plan. @throws CapacityError with what would fit, where the machine refuses */
  async function grow(operation: string, plan: LeasePlan, voxels: number): Promise<void> {
    try {
      await backend.ensure(arena.start + peakBytes(plan));
    } catch (error) {
      if (!(error instanceof CapacityError)) throw error;
      const { message, neededBytes, limitBytes } = error;
      throw new CapacityError(
        `${operation}: ${message}, it gave ${(limitBytes / 2 ** 20).toFixed(1)}.` +
          `${fitting(plan, limitBytes - arena.start, voxels)} Close other programs or tabs, or use a smaller window.`,
        neededBytes, limitBytes,
      );
    }
  }

  const isBeyond = (planned: number): boolean => backend.addressBytes === 4 && ARENA_START + planned > wide.above;

  /** From here on the session works in a memory of that width; the other one and its workers go. */
  async function change(addressBytes: AddressBytes): Promise<void> {
    if (backend.addressBytes === addressBytes) return;
    const next = await wide.open(addressBytes);
    backend.close();
    backend = next;
    arena = arenaOf(next, options.debug);
  }

  function createFrame(operation: string, firstPlan: number, voxels: number, run: RunOptions): Frame {
    let planned = firstPlan;
    const at = (lease: Lease, byteOffset: number, bytes: number): number => {
      if (byteOffset < 0 || byteOffset + bytes > lease.bytes) {
        throw new VoxelithError(
          `${operation}: ${bytes} bytes at ${byteOffset} are outside the lease "${lease.name}" of ${lease.bytes}`,
        );
      }
      return lease.ptr + byteOffset;
    };
    const guardOf = (lease: Lease): number => lease.ptr + Math.ceil(lease.bytes / 64) * 64;
    const pending: Promise<void>[] = [];
    /** What the caller's onProgress threw: the operation is rejected with it, as if a kernel had failed. */
    let thrown: { readonly error: unknown } | null = null;
    const onThrown = (error: unknown): void => {
      thrown ??= { error };
      backend.cancel();
    };
    const checkThrown = (): void => {
      if (thrown !== null) throw thrown.error;
    };

    const frame: Frame = {
      threads: backend.threads,
      addressBytes: backend.addressBytes,
      get peakBytes() {
        return ARENA_START + arena.peakBytes;
      },
      lease(name, bytes) {
        const lease = arena.lease(name, bytes);
        if (arena.usedBytes > planned) {
          throw new VoxelithError(
            `${operation}: the lease "${name}" of ${bytes} bytes goes beyond the planned ${planned}; its plan is wrong`,
          );
        }
        if (options.debug) pending.push(backend.fill(guardOf(lease), GUARD, CANARY));
        return lease;
      },
      trim(lease, bytes) {
        const trimmed = arena.trim(lease, bytes);
        if (options.debug) pending.push(backend.fill(guardOf(trimmed), GUARD, CANARY));
      },
      take<N extends string>(plan: LeasePlan<N> | readonly PlannedLease<N>[]) {
        const taken = new Map<N, Lease>();
        for (const { name, bytes } of 'leases' in plan ? plan.leases : plan) {
          if (taken.has(name)) throw new VoxelithError(`${operation}: the plan has two leases "${name}"`);
          taken.set(name, frame.lease(name, bytes));
        }
        return Object.fromEntries(taken) as Leases<N>;
      },
      async extend(more) {
        const whole = { leases: [{ name: 'held already', bytes: Math.max(arena.usedBytes - GUARD, 0) }], then: [more] };
        checkCapacity(operation, whole, memoryBytes - ARENA_START, voxels);
        if (isBeyond(peakBytes(whole))) throw new NarrowError();
        await grow(operation, whole, voxels);
        planned = Math.max(planned, peakBytes(whole));
      },
      async scope(inner) {
        const depth = arena.depth;
        const released: Lease[] = [];
        let result;
        try {
          result = await inner();
        } finally {
          arena.releaseTo(depth, (lease) => released.push(lease));
        }
        // Only after success: a failed operation has a better story to tell, and its memory may be gone.
        if (options.debug) for (const lease of released) await checkCanary(operation, lease, guardOf(lease));
        return result;
      },
      async call(kernel, args, stage) {
        const call = encodeCall(kernel, args, backend.addressBytes);
        // Without a wait when nothing is pending: the call has begun when this function returns.
        if (pending.length > 0) await Promise.all(pending.splice(0));
        if (run.signal?.aborted) throw new CancelledError(operation);
        checkThrown();
        const report = (): void => {
          if (thrown !== null) return;
          const statistics = backend.statistics();
          const done = statistics === null ? 0 : statistics.work.reduce((sum, work) => sum + work, 0);
          const total = stage?.work ?? 0;
          try {
            // A callback may be async: its promise is not waited for, its failure is heard.
            const returned: unknown =
              run.onProgress?.({ operation, stage: stage?.name ?? kernel, done: Math.min(done, total), total });
            if (returned instanceof Promise) returned.catch(onThrown);
          } catch (error) {
            onThrown(error);
          }
        };
        const timer = run.onProgress && stage ? setInterval(report, PROGRESS_INTERVAL) : null;
        try {
          if (call.record !== null) await backend.write(CALL_RECORD, call.record);
          const status = await backend.call(call);
          checkThrown();
          if (status === STATUS_CANCELLED) throw new CancelledError(operation);
          if (status === STATUS_FAULT) {
            throw new KernelError(`kernel ${describeCall(call)} left its barrier after a fault`, kernel, call.named);
          }
          return status;
        } finally {
          if (timer !== null) clearInterval(timer);
        }
      },
      async write(lease, data, byteOffset = 0) {
        const ptr = at(lease, byteOffset, data.byteLength);
        await backend.write(ptr, new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength));
      },
      async read(lease, type, count, byteOffset = 0) {
        const bytes =
          (count ?? Math.floor((lease.bytes - byteOffset) / type.BYTES_PER_ELEMENT)) * type.BYTES_PER_ELEMENT;
        const data = await backend.read(at(lease, byteOffset, bytes), bytes);
        return new type(data.buffer as ArrayBuffer);
      },
      async readInto(lease, to, element, count) {
        const size = to.BYTES_PER_ELEMENT;
        await backend.readInto(
          at(lease, 0, count * size), new Uint8Array(to.buffer, to.byteOffset + element * size, count * size),
        );
      },
      async fill(lease, byte) {
        await backend.fill(lease.ptr, lease.bytes, byte);
      },
    };
    return frame;
  }

  async function checkCanary(operation: string, lease: Lease, guard: number): Promise<void> {
    const bytes = await backend.read(guard, GUARD);
    await backend.fill(lease.ptr, lease.bytes, RELEASED);
    if (bytes.some((byte) => byte !== CANARY)) {
      throw new VoxelithError(`${operation}: something wrote behind the lease "${lease.name}" of ${lease.bytes} bytes`);
    }
  }

  return {
    threads: first.threads,
    shared: first.shared,
    unsharedReason,
    platform: platform.name,
    memoryBytes,
    get statistics() {
      return backend.statistics();
    },
    run(operation, plan, voxels, run, body) {
      const turn = queue.then(() => runNow(operation, plan, voxels, run, (frame) => frame.scope(() => body(frame))));
      queue = turn.catch(() => undefined);
      return turn;
    },
    close() {
      closed = true;
      backend.close();
    },
  };
}

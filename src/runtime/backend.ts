// Where kernels run. Two ways: a pool of workers over one shared memory, or one worker with a memory of its own.
import {
  ARENA_START, CONTROL_ARRIVED, CONTROL_CANCEL, CONTROL_FAULT, CONTROL_LINE, CONTROL_PHASE, CONTROL_VERDICT,
  CONTROL_WORK, STATUS_CANCELLED,
} from '../../assembly/layout.js';
import { CapacityError, KernelError, VoxelithError } from '../core/errors.js';
import { checkCore } from './core-file.js';
import { describeCall, type AddressBytes, type KernelCall } from './call.js';
import { createMemory, growMemory, PAGE_BYTES } from './memory.js';
import type { Platform, WorkerHandle, WorkerReply, WorkerRequest } from './protocol.js';

const INITIAL_PAGES = 16;
const MIB = 2 ** 20;
const CLOSED = 'the session was closed';
/** What a machine gives of a refused growth is found to this part of it. */
const FINEST_STEP = 32;
/** Workers get this long to leave a barrier after a fault before they are terminated, ms. */
const LEAVE_TIMEOUT = 2000;

/** What the last kernel call did, per thread. */
export interface CallStatistics {
  /** Voxels of work done. */
  readonly work: readonly number[];
  /** Largest number of voxels between two looks at the cancel word. */
  readonly largestStep: readonly number[];
}

export interface Backend {
  readonly addressBytes: AddressBytes;
  readonly threads: number;
  readonly shared: boolean;
  /** Grows the memory to at least `bytes`. @throws CapacityError when the machine refuses. */
  ensure(bytes: number): Promise<void>;
  /** Runs a kernel on all threads; its record, if any, has been written. @returns its status. @throws KernelError on a
   *  trap, after the pool was replaced. */
  call(call: KernelCall): Promise<number>;
  read(ptr: number, bytes: number): Promise<Uint8Array>;
  /** Fills `to`. */
  readInto(ptr: number, to: Uint8Array): Promise<void>;
  write(ptr: number, data: Uint8Array): Promise<void>;
  fill(ptr: number, bytes: number, value: number): Promise<void>;
  /** Asks the running call to stop. */
  cancel(): void;
  /** Null where the host cannot look into the memory while a kernel runs. */
  statistics(): CallStatistics | null;
  close(): void;
}

type Body<T> = T extends { job: number } ? Omit<T, 'job'> : never;

/** One worker and the requests it has not answered yet. */
class Port {
  private readonly handle: WorkerHandle;
  private readonly waiting = new Map<number, { resolve(reply: WorkerReply): void; reject(error: Error): void }>();
  private nextJob = 0;
  readonly ready: Promise<void>;

  constructor(
    platform: Platform, module: WebAssembly.Module, memory: WebAssembly.Memory | null, addressBytes: AddressBytes,
  ) {
    this.handle = platform.spawnWorker();
    this.ready = new Promise<void>((resolve, reject) => {
      this.handle.onMessage((reply) => {
        if (reply.type === 'ready') {
          try {
            checkCore(reply);
            resolve();
          } catch (error) {
            reject(error as Error);
          }
        } else if (reply.type === 'failed' && reply.job < 0) reject(new VoxelithError(`worker: ${reply.message}`));
        else this.settle(reply);
      });
      this.handle.onError((message) => {
        reject(new VoxelithError(
          `openSession: a worker did not start: ${message}; worker.${platform.name === 'node' ? 'node' : 'web'}.js ` +
            'must lie beside the program, or workerUrl say where; "voxelith/inline" has it inside',
        ));
        this.failAll(message);
      });
    });
    this.handle.post({ type: 'init', module, memory, initialPages: INITIAL_PAGES, addressBytes });
  }

  private settle(reply: Exclude<WorkerReply, { type: 'ready' }>): void {
    const entry = this.waiting.get(reply.job);
    this.waiting.delete(reply.job);
    if (reply.type === 'failed') entry?.reject(new VoxelithError(reply.message));
    else entry?.resolve(reply);
  }

  private failAll(message: string): void {
    for (const entry of this.waiting.values()) entry.reject(new VoxelithError(message));
    this.waiting.clear();
  }

  send(body: Body<WorkerRequest>, transfer?: ArrayBuffer[]): Promise<WorkerReply> {
    const job = this.nextJob++;
    return new Promise((resolve, reject) => {
      this.waiting.set(job, { resolve, reject });
      this.handle.post({ ...body, job } as WorkerRequest, transfer);
    });
  }

  terminate(reason: string): void {
    this.handle.terminate();
    this.failAll(reason);
  }
}

function statusOf(reply: WorkerReply): number {
  return reply.type === 'done' ? reply.status : 0;
}

/** A cancelled thread outranks all else: the others may have stopped early because of it. */
function combine(statuses: readonly number[]): number {
  return statuses.includes(STATUS_CANCELLED) ? STATUS_CANCELLED : Math.max(...statuses);
}

function kernelError(call: KernelCall, reason: string): KernelError {
  return new KernelError(
    `kernel ${describeCall(call)} failed: ${reason}; its workers were replaced, the session can be used again`,
    call.kernel,
    call.named,
  );
}

/** @throws CapacityError where the machine has no room for its addresses */
function reserve(addressBytes: AddressBytes): WebAssembly.Memory {
  try {
    return createMemory(addressBytes, INITIAL_PAGES);
  } catch {
    throw new CapacityError(
      `session: the machine refused a WebAssembly memory of ${8 * addressBytes}-bit addresses; ` +
        'allow more address space (ulimit -v) or use a smaller window',
      INITIAL_PAGES * PAGE_BYTES, 0,
    );
  }
}

/** Grows a memory of so many pages to `bytes`; where the machine refuses, as far as it goes, in halving steps.
 *  @throws CapacityError with what the memory has then */
async function growAsFar(bytes: number, pages: number, grow: (pages: number) => Promise<void>): Promise<void> {
  const missing = Math.ceil(bytes / PAGE_BYTES) - pages;
  if (missing <= 0) return;
  let given = 0;
  for (let step = missing; step > missing / FINEST_STEP; step = Math.floor(step / 2)) {
    try {
      await grow(step);
      given += step;
    } catch {
      // Half of it may be there.
    }
    if (given === missing) return;
  }
  throw new CapacityError(
    `the machine refused ${(bytes / MIB).toFixed(1)} MiB of WebAssembly memory`, bytes, (pages + given) * PAGE_BYTES,
  );
}

/** SPMD pool over shared memory: every call runs on all workers, the host looks into the memory directly. */
export async function openSharedBackend(
  platform: Platform, addressBytes: AddressBytes, threads: number,
): Promise<Backend> {
  const module = await platform.loadCore(addressBytes);
  const memory = reserve(addressBytes);
  let ports: Port[] = [];
  let closed = false;
  const close = (reason: string): void => {
    for (const port of ports) port.terminate(reason);
  };
  const open = async (): Promise<void> => {
    ports = Array.from({ length: threads }, () => new Port(platform, module, memory, addressBytes));
    try {
      await Promise.all(ports.map((port) => port.ready));
    } catch (error) {
      // Those that did start would stay.
      close('another worker did not start');
      throw error;
    }
  };
  await open();

  const words = (): Int32Array => new Int32Array(memory.buffer, 0, ARENA_START >> 2);
  const clearControl = (): void => {
    const control = words();
    for (
      const at of [CONTROL_ARRIVED, CONTROL_CANCEL, CONTROL_VERDICT, CONTROL_VERDICT + CONTROL_LINE, CONTROL_FAULT]
    ) {
      Atomics.store(control, at >> 2, 0);
    }
    control.fill(0, CONTROL_WORK >> 2, (CONTROL_WORK + threads * CONTROL_LINE) >> 2);
  };
  const replacePool = async (): Promise<void> => {
    close('the pool is being replaced');
    await open();
  };
  const raiseFault = (): void => {
    const control = words();
    Atomics.store(control, CONTROL_FAULT >> 2, 1);
    Atomics.notify(control, CONTROL_PHASE >> 2);
  };

  return {
    addressBytes,
    threads,
    shared: true,
    async ensure(bytes) {
      const pages = memory.buffer.byteLength / PAGE_BYTES;
      await growAsFar(bytes, pages, async (more) => growMemory(memory, addressBytes, more));
    },
    async call(call) {
      clearControl();
      const { kernel, args } = call;
      const replies = ports.map((port, thread) =>
        port.send({ type: 'call', kernel, thread, threads, args }).catch((error: Error) => {
          raiseFault();
          throw error;
        }),
      );
      const outcomes = Promise.allSettled(replies);
      try {
        return combine((await Promise.all(replies)).map(statusOf));
      } catch (error) {
        // No new workers for a session that was closed meanwhile.
        if (closed) throw new VoxelithError(CLOSED);
        let timer: ReturnType<typeof setTimeout> | undefined;
        await Promise.race([outcomes, new Promise((resolve) => (timer = setTimeout(resolve, LEAVE_TIMEOUT)))]);
        clearTimeout(timer);
        if (closed) throw new VoxelithError(CLOSED);
        await replacePool();
        throw kernelError(call, (error as Error).message);
      }
    },
    async read(ptr, bytes) {
      const copy = new Uint8Array(bytes);
      copy.set(new Uint8Array(memory.buffer, ptr, bytes));
      return copy;
    },
    async readInto(ptr, to) {
      to.set(new Uint8Array(memory.buffer, ptr, to.length));
    },
    async write(ptr, data) {
      new Uint8Array(memory.buffer, ptr, data.byteLength).set(data);
    },
    async fill(ptr, bytes, value) {
      new Uint8Array(memory.buffer, ptr, bytes).fill(value);
    },
    cancel() {
      Atomics.store(words(), CONTROL_CANCEL >> 2, 1);
    },
    statistics() {
      const counters = new BigUint64Array(memory.buffer, CONTROL_WORK, (threads * CONTROL_LINE) / 8);
      const at = (thread: number, word: number): number =>
        Number(Atomics.load(counters, (thread * CONTROL_LINE) / 8 + word));
      const threadIds = Array.from({ length: threads }, (_, thread) => thread);
      return { work: threadIds.map((t) => at(t, 0)), largestStep: threadIds.map((t) => at(t, 1)) };
    },
    close() {
      closed = true;
      close(CLOSED);
    },
  };
}

/** One worker that owns its memory. Cancelling terminates it, and the next call runs in a fresh one. */
export async function openUnsharedBackend(platform: Platform, addressBytes: AddressBytes): Promise<Backend> {
  const module = await platform.loadCore(addressBytes);
  let port = new Port(platform, module, null, addressBytes);
  let pages = INITIAL_PAGES;
  let running = false;
  let cancelled = false;
  let closed = false;
  await port.ready.catch((error: Error) => {
    port.terminate(error.message);
    throw error;
  });

  const respawn = async (): Promise<void> => {
    port.terminate('the worker is being replaced');
    port = new Port(platform, module, null, addressBytes);
    pages = INITIAL_PAGES;
    await port.ready;
  };
  const read = async (ptr: number, bytes: number): Promise<Uint8Array> => {
    const reply = await port.send({ type: 'read', ptr, bytes });
    return (reply as Extract<WorkerReply, { type: 'data' }>).data;
  };

  return {
    addressBytes,
    threads: 1,
    shared: false,
    async ensure(bytes) {
      await growAsFar(bytes, pages, async (more) => {
        await port.send({ type: 'grow', pages: more });
        pages += more;
      });
    },
    async call(call) {
      cancelled = false;
      running = true;
      try {
        const { kernel, args } = call;
        return statusOf(await port.send({ type: 'call', kernel, thread: 0, threads: 1, args }));
      } catch (error) {
        if (closed) throw new VoxelithError(CLOSED);
        await respawn();
        if (cancelled) return STATUS_CANCELLED;
        throw kernelError(call, (error as Error).message);
      } finally {
        running = false;
      }
    },
    read,
    async readInto(ptr, to) {
      to.set(await read(ptr, to.length));
    },
    async write(ptr, data) {
      const copy = data.slice();
      await port.send({ type: 'write', ptr, data: copy }, [copy.buffer]);
    },
    async fill(ptr, bytes, value) {
      await port.send({ type: 'fill', ptr, bytes, value });
    },
    cancel() {
      if (!running) return;
      cancelled = true;
      port.terminate('cancelled');
    },
    statistics: () => null,
    close() {
      closed = true;
      port.terminate(CLOSED);
    },
  };
}

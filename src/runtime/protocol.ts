// Messages between the host and a worker, and what a platform (Node, browser) must provide.

import type { AddressBytes } from './call.js';
import type { CoreFacts } from './core-file.js';

export interface InitMessage {
  readonly type: 'init';
  readonly module: WebAssembly.Module;
  /** Shared memory, or null: the worker makes its own (page without cross-origin isolation). */
  readonly memory: WebAssembly.Memory | null;
  readonly initialPages: number;
  /** Bytes of the module's addresses. */
  readonly addressBytes: AddressBytes;
}

export type WorkerRequest =
  | InitMessage
  | {
    readonly type: 'call';
    readonly job: number;
    readonly kernel: string;
    readonly thread: number;
    readonly threads: number;
    readonly args: readonly (number | bigint)[];
  }
  | { readonly type: 'grow'; readonly job: number; readonly pages: number }
  | { readonly type: 'read'; readonly job: number; readonly ptr: number; readonly bytes: number }
  | { readonly type: 'write'; readonly job: number; readonly ptr: number; readonly data: Uint8Array }
  | {
    readonly type: 'fill';
    readonly job: number;
    readonly ptr: number;
    readonly bytes: number;
    readonly value: number;
  };

export type WorkerReply =
  | { readonly type: 'ready' } & CoreFacts
  | { readonly type: 'done'; readonly job: number; readonly status: number }
  | { readonly type: 'data'; readonly job: number; readonly data: Uint8Array }
  | { readonly type: 'failed'; readonly job: number; readonly message: string };

/** A worker as the pool sees it, the same for Node's worker_threads and Web Workers. */
export interface WorkerHandle {
  post(message: WorkerRequest, transfer?: ArrayBuffer[]): void;
  onMessage(listener: (reply: WorkerReply) => void): void;
  onError(listener: (message: string) => void): void;
  terminate(): void;
}

/** What differs between Node and the browser: loading bytes and spawning workers. */
export interface Platform {
  readonly name: 'node' | 'browser';
  /** Threads used when the caller names none. */
  readonly defaultThreads: number;
  /** Why memory cannot be shared between threads here, or null when it can. */
  readonly unsharedReason: string | null;
  /** The core with addresses of that width. */
  loadCore(addressBytes: AddressBytes): Promise<WebAssembly.Module>;
  /** Bytes of memory that a session can use, and those that it may when it is not told how many: beyond 4 GiB where
   *  `loadCore` has the wide core, and the engine memories for it. */
  readonly maxMemoryBytes: number;
  readonly defaultMemoryBytes: number;
  spawnWorker(): WorkerHandle;
}

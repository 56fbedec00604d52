// Sessions in Node: the core from disk, workers as worker_threads.
import { readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { checkArguments, type Names } from '../core/arguments.js';
import { FileError } from '../core/errors.js';
import { compileCore } from './core-file.js';
import { defaultMemoryBytes, maxMemoryBytes } from './memory.js';
import type { Platform, WorkerReply } from './protocol.js';
import { openSessionOn, SESSION_OPTION_NAMES, type Session, type SessionOptions } from './session.js';

/** Options of `openSession` in Node: those of every session, and where the three files of the core lie. */
export interface NodeSessionOptions extends SessionOptions {
  /** Where core.wasm lies; default: beside this file. */
  readonly wasmUrl?: URL;
  /** Where core64.wasm lies, for operations beyond 4 GiB; default: beside core.wasm. */
  readonly wideWasmUrl?: URL;
  /** Where the worker script lies; default: beside this file. */
  readonly workerUrl?: URL;
}

const OPTION_NAMES: Names<NodeSessionOptions> = {
  ...SESSION_OPTION_NAMES, wasmUrl: true, wideWasmUrl: true, workerUrl: true,
};

async function readCore(url: URL): Promise<WebAssembly.Module> {
  const where = url.protocol === 'file:' ? fileURLToPath(url) : url.href;
  const bytes = await readFile(url).catch((error: NodeJS.ErrnoException) => {
    throw new FileError(
      `openSession: ${where} cannot be read (${error.code ?? error.message}); ` +
        'core.wasm must lie beside the program, or wasmUrl say where',
    );
  });
  return compileCore(bytes, where);
}

function nodePlatform(options: NodeSessionOptions): Platform {
  const wasmUrl = options.wasmUrl ?? new URL('./core.wasm', import.meta.url);
  const wideWasmUrl = options.wideWasmUrl ?? new URL('./core64.wasm', options.wasmUrl ?? import.meta.url);
  const workerUrl = options.workerUrl ?? new URL('./worker.node.js', import.meta.url);
  return {
    name: 'node',
    defaultThreads: availableParallelism(),
    unsharedReason: null,
    maxMemoryBytes: maxMemoryBytes(),
    defaultMemoryBytes: defaultMemoryBytes(totalmem()),
    loadCore: (addressBytes) => readCore(addressBytes === 8 ? wideWasmUrl : wasmUrl),
    spawnWorker() {
      const worker = new Worker(workerUrl);
      worker.unref();
      let pending = 0;
      return {
        // A worker keeps the process alive only while it owes an answer.
        post(message, transfer) {
          if (pending++ === 0) worker.ref();
          worker.postMessage(message, transfer);
        },
        onMessage: (listener) =>
          void worker.on('message', (reply: WorkerReply) => {
            if (--pending === 0) worker.unref();
            listener(reply);
          }),
        onError: (listener) => void worker.on('error', (error) => listener((error as Error).message)),
        terminate: () => void worker.terminate(),
      };
    },
  };
}

/** Opens a session: worker threads and WebAssembly memory for the operations of this package. Close it when done. */
export async function openSession(options: NodeSessionOptions = {}): Promise<Session> {
  checkArguments('openSession', { options: [options, OPTION_NAMES] });
  return openSessionOn(nodePlatform(options), options);
}

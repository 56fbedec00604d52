// Package entry for browsers: fetches the core and spawns Web Workers. Everything else is in index.ts.
import { checkArguments, type Names } from './core/arguments.js';
import { FileError } from './core/errors.js';
import { compileCore } from './runtime/core-file.js';
import { webPlatform, workerFromText } from './runtime/platform.web.js';
import type { Platform } from './runtime/protocol.js';
import { openSessionOn, SESSION_OPTION_NAMES, type Session, type SessionOptions } from './runtime/session.js';

export * from './index.js';

/** Options of `openSession` in a page: those of every session, and where the three files of the core lie. */
export interface BrowserSessionOptions extends SessionOptions {
  /** Where core.wasm lies; default: beside this file. */
  readonly wasmUrl?: URL | string;
  /** Where core64.wasm lies, for operations beyond 4 GiB; default: beside core.wasm. */
  readonly wideWasmUrl?: URL | string;
  /** Where the worker script lies, on any origin; default: beside this file. */
  readonly workerUrl?: URL | string;
}

const OPTION_NAMES: Names<BrowserSessionOptions> = {
  ...SESSION_OPTION_NAMES, wasmUrl: true, wideWasmUrl: true, workerUrl: true,
};

/** Not written where it is used, or bundlers would pack the script a second time. */
const WORKER = './worker.web.js';

async function fetchCore(url: URL | string): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new FileError(
      `openSession: ${url} answered ${response.status}; serve core.wasm there or pass wasmUrl, or import ` +
        'voxelith/inline, which has it inside',
    );
  }
  return compileCore(new Uint8Array(await response.arrayBuffer()), String(url));
}

/** A worker whose script may lie on another origin, as on a server of script libraries: browsers start none from there,
 *  but one of the page's own may import it. */
function workerFrom(url: URL | string): Worker {
  const { href, origin } = new URL(url, location.href);
  if (origin === globalThis.origin || href.startsWith('blob:') || href.startsWith('data:')) {
    return new Worker(href, { type: 'module' });
  }
  return workerFromText(`import ${JSON.stringify(href)};`);
}

/** Opens a session: workers and WebAssembly memory for the operations of this package. Close it when done. */
export async function openSession(options: BrowserSessionOptions = {}): Promise<Session> {
  checkArguments('openSession', { options: [options, OPTION_NAMES] });
  const createWorker = (): Worker => {
    if (options.workerUrl !== undefined) return workerFrom(options.workerUrl);
    // Bundlers know this file by these very words, and put their own address of it in their place.
    const here = new URL(import.meta.url);
    return here.origin === globalThis.origin || here.protocol === 'file:'
      ? new Worker(new URL('./worker.web.js', import.meta.url), { type: 'module' })
      : workerFrom(new URL(WORKER, here));
  };
  const { wasmUrl = new URL('./core.wasm', import.meta.url) } = options;
  const { wideWasmUrl = options.wasmUrl === undefined ? new URL('./core64.wasm', import.meta.url)
    : new URL('./core64.wasm', new URL(options.wasmUrl, location.href)) } = options;
  const loadCore: Platform['loadCore'] = (addressBytes) => fetchCore(addressBytes === 8 ? wideWasmUrl : wasmUrl);
  return openSessionOn(webPlatform(loadCore, createWorker), options);
}

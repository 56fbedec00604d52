// Where the files of the page lie: beside its script, or inside the page where that is one HTML file
// (scripts/single-file.mjs), which has taken them out under addresses of their own.
import type { Tasks } from './protocol.js';

const inside = (globalThis as { readonly voxelithFiles?: Readonly<Record<string, string>> }).voxelithFiles;

/** @returns the address of a file of the page */
export const addressOf = (name: string): string => inside?.[name] ?? new URL(name, import.meta.url).href;

/** Where it is inside, the engine is a classic script: pages from a disk may start no other. */
export const engineWorker = (): Worker =>
  new Worker(addressOf('engine.js'), { type: inside === undefined ? 'module' : 'classic' });

/** What the engine's session is opened with. */
export const coreFiles = (): Tasks['open']['input'] => ({
  wasmUrl: addressOf('core.wasm'), wideWasmUrl: addressOf('core64.wasm'), workerUrl: addressOf('worker.web.js'),
});

// What sessions in browsers have in common, wherever core and worker script come from.
import { defaultMemoryBytes, maxMemoryBytes } from './memory.js';
import type { Platform, WorkerReply } from './protocol.js';

function unsharedReason(): string | null {
  if (globalThis.crossOriginIsolated) return null;
  return globalThis.origin === 'null'
    ? 'the page has no server that could isolate it; it was opened from a disk'
    : 'the page is not cross-origin isolated (it and every page around it need the headers COOP: same-origin and ' +
      'COEP: require-corp)';
}

export function webPlatform(
  loadCore: Platform['loadCore'], createWorker: () => Worker, memoryBytes: number = maxMemoryBytes(),
): Platform {
  return {
    name: 'browser',
    defaultThreads: navigator.hardwareConcurrency || 1,
    unsharedReason: unsharedReason(),
    maxMemoryBytes: memoryBytes,
    // Pages are told no more than 8 GiB, and nothing at all by some engines.
    defaultMemoryBytes: Math.min(
      memoryBytes, defaultMemoryBytes(2 ** 30 * ((navigator as { readonly deviceMemory?: number }).deviceMemory ?? 0)),
    ),
    loadCore,
    spawnWorker() {
      const worker = createWorker();
      return {
        post: (message, transfer) => worker.postMessage(message, transfer ?? []),
        onMessage: (listener) =>
          worker.addEventListener('message', (event: MessageEvent<WorkerReply>) => listener(event.data)),
        onError: (listener) =>
          worker.addEventListener('error', (event) => listener(event.message || 'its script could not be loaded')),
        terminate: () => worker.terminate(),
      };
    },
  };
}

/** A worker from source text. Its address is freed as soon as the worker has its script, or has failed to get it. */
export function workerFromText(source: string): Worker {
  const own = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(own, { type: 'module' });
  const free = (): void => URL.revokeObjectURL(own);
  for (const event of ['message', 'error']) worker.addEventListener(event, free, { once: true });
  return worker;
}

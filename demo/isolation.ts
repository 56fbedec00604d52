// Threads share memory only in pages whose server sends two headers. Hosts of files send none; there a service worker
// (service-worker.ts) adds them, for which the page is loaded once more.
import { addressOf } from './files.js';

/** Told before the page is loaded again: a page that has no headers then gets none, and is not loaded for ever. */
const TRIED = 'voxelith-isolation';

function triedBefore(): boolean {
  try {
    const tried = sessionStorage.getItem(TRIED) !== null;
    sessionStorage.setItem(TRIED, '');
    return tried;
  } catch {
    return true; // no storage: nothing could stop a second attempt
  }
}

function forget(): void {
  try {
    sessionStorage.removeItem(TRIED);
  } catch {
    // nothing was kept
  }
}

/** Waits until the worker answers for the page's files. @returns false where it was given up */
async function isActive({ installing, waiting, active }: ServiceWorkerRegistration): Promise<boolean> {
  const worker = installing ?? waiting ?? active;
  if (worker === null) return false;
  while (worker.state !== 'activated') {
    if (worker.state === 'redundant') return false;
    await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
  }
  return true;
}

/** Makes the page cross-origin isolated where its server does not. Pages within other pages stay as they are.
 *  @returns true where the page is being loaded again: nothing else is worth doing */
export async function isolate(): Promise<boolean> {
  if (globalThis.crossOriginIsolated) {
    forget();
    return false;
  }
  if (!('serviceWorker' in navigator) || window !== window.top || !location.protocol.startsWith('http')) return false;
  if (navigator.serviceWorker.controller !== null || triedBefore()) return false;
  try {
    // Browsers that were told to block such workers give nothing.
    const registration: ServiceWorkerRegistration | undefined =
      await navigator.serviceWorker.register(addressOf('service-worker.js'));
    if (registration === undefined || !await isActive(registration)) return false;
  } catch {
    return false;
  }
  location.reload();
  return true;
}

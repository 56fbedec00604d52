// Package entry for pages and bundlers without asset support: the core and the worker script are inside.
import { checkArguments } from './core/arguments.js';
import { NARROW_BYTES } from './runtime/memory.js';
import { webPlatform, workerFromText } from './runtime/platform.web.js';
import { openSessionOn, SESSION_OPTION_NAMES, type Session, type SessionOptions } from './runtime/session.js';
import { packedCore, workerSource } from 'virtual:inline-assets';

export * from './index.js';

/** Opens a session: workers and WebAssembly memory for the operations of this package, 4 GiB of it at most: the core
 *  for more is not inside. Close it when done. */
export async function openSession(options: SessionOptions = {}): Promise<Session> {
  checkArguments('openSession', { options: [options, SESSION_OPTION_NAMES] });
  const loadCore = async (): Promise<WebAssembly.Module> => {
    const packed = Uint8Array.from(atob(packedCore), (character) => character.charCodeAt(0));
    const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    return WebAssembly.compile(await new Response(plain).arrayBuffer());
  };
  return openSessionOn(webPlatform(loadCore, () => workerFromText(workerSource), NARROW_BYTES), options);
}

// Answers for the files of the page with what the server sends, and the two headers without which pages may not share
// memory between threads. Keeps nothing.

interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface LifeEvent {
  waitUntil(what: Promise<void>): void;
}
interface Scope {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: LifeEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}

async function isolated(request: Request): Promise<Response> {
  const response = await fetch(request);
  // Redirects and files of other origins come without anything that could be changed.
  if (response.type !== 'basic' || response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  const body = [204, 205, 304].includes(response.status) ? null : response.body;
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}

const scope = globalThis as unknown as Scope;
scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener('fetch', (event) => {
  const { url, cache, mode } = event.request;
  // blob: and data: addresses, and requests that only the cache may answer, are not for servers.
  if (!url.startsWith('http') || (cache === 'only-if-cached' && mode !== 'same-origin')) return;
  event.respondWith(isolated(event.request));
});

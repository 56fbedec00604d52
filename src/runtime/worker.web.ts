// Worker entry for browsers.
import { createWorkerHandler } from './worker.js';
import type { WorkerRequest } from './protocol.js';

const scope = globalThis as unknown as {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
};
const handle = createWorkerHandler((reply, transfer) => scope.postMessage(reply, transfer ?? []));
scope.onmessage = (event) => handle(event.data);

// Worker entry for Node.
import { parentPort } from 'node:worker_threads';
import { createWorkerHandler } from './worker.js';

const port = parentPort as NonNullable<typeof parentPort>;
port.on('message', createWorkerHandler((reply, transfer) => port.postMessage(reply, transfer)));

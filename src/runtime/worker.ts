// What a worker does with a message; the two worker entries only connect it to their platform's port.
import { CONTROL_FAULT, CONTROL_PHASE } from '../../assembly/layout.js';
import { VERSION } from '../core/version.js';
import type { AddressBytes } from './call.js';
import { createMemory, growMemory } from './memory.js';
import type { WorkerReply, WorkerRequest } from './protocol.js';

type Kernel = (...args: (number | bigint)[]) => number;

/** @returns the message handler. `post` sends a reply; the second argument lists buffers to transfer. */
export function createWorkerHandler(post: (reply: WorkerReply, transfer?: ArrayBuffer[]) => void) {
  let memory: WebAssembly.Memory | null = null;
  let addressBytes: AddressBytes = 4;
  let kernels: Record<string, Kernel> = {};

  async function initialise(message: Extract<WorkerRequest, { type: 'init' }>): Promise<void> {
    memory = message.memory ?? createMemory(message.addressBytes, message.initialPages);
    addressBytes = message.addressBytes;
    const instance = await WebAssembly.instantiate(message.module, {
      env: {
        memory,
        abort(_message: number, _file: number, line: number, column: number): never {
          throw new Error(`assertion at line ${line}, column ${column}`);
        },
      },
    });
    kernels = instance.exports as Record<string, Kernel>;
    // Functions of a core of 64-bit addresses have no other number of parameters.
    const takes = Object.fromEntries(Object.entries(kernels).map(([name, { length }]) => [name, length - 2]));
    post({ type: 'ready', version: VERSION, takes });
  }

  function call(message: Extract<WorkerRequest, { type: 'call' }>): void {
    const kernel = kernels[message.kernel];
    if (typeof kernel !== 'function') throw new Error(`the core has no kernel "${message.kernel}"`);
    const takes = kernel.length - 2;
    if (message.args.length !== takes) {
      throw new Error(`it takes ${takes} arguments after thread and threads, got ${message.args.length}`);
    }
    post({ type: 'done', job: message.job, status: kernel(message.thread, message.threads, ...message.args) });
  }

  /** The other threads wait at a barrier for this one: wake them, they leave when they see the word. */
  function raiseFault(): void {
    if (memory === null) return;
    const words = new Int32Array(memory.buffer);
    Atomics.store(words, CONTROL_FAULT >> 2, 1);
    Atomics.notify(words, CONTROL_PHASE >> 2);
  }

  return (message: WorkerRequest): void => {
    if (message.type === 'init') {
      initialise(message).catch((error: Error) => post({ type: 'failed', job: -1, message: error.message }));
      return;
    }
    try {
      const own = memory as WebAssembly.Memory;
      switch (message.type) {
        case 'call':
          call(message);
          break;
        case 'grow':
          growMemory(own, addressBytes, message.pages);
          post({ type: 'done', job: message.job, status: 0 });
          break;
        case 'read': {
          const data = new Uint8Array(message.bytes);
          data.set(new Uint8Array(own.buffer, message.ptr, message.bytes));
          post({ type: 'data', job: message.job, data }, [data.buffer]);
          break;
        }
        case 'write':
          new Uint8Array(own.buffer).set(message.data, message.ptr);
          post({ type: 'done', job: message.job, status: 0 });
          break;
        case 'fill':
          new Uint8Array(own.buffer, message.ptr, message.bytes).fill(message.value);
          post({ type: 'done', job: message.job, status: 0 });
          break;
      }
    } catch (error) {
      // Of a refused growth or copy no other thread waits, and the next call must not find the word.
      if (message.type === 'call') raiseFault();
      post({ type: 'failed', job: message.job, message: (error as Error).message });
    }
  };
}

// Seconds in which at least one worker ran a kernel, seen from the host: the rest of what a caller waits for is copies,
// files, start-up and loops of the host. It looks at the messages between host and workers, so that it serves every
// build. Loaded with `node --import` before the command line, it writes its seconds to the file named by
// VOXELITH_KERNEL_CLOCK when the process ends.
import { writeFileSync } from 'node:fs';
import { isMainThread, Worker } from 'node:worker_threads';

interface Message { readonly type?: string; readonly job?: number }

let busy = 0;
let since = 0;
let seconds = 0;

/** Seconds in kernels since the process began. */
export const kernelSeconds = (): number => seconds;

function begin(): void {
  if (busy++ === 0) since = performance.now();
}

function end(): void {
  if (--busy === 0) seconds += (performance.now() - since) / 1000;
}

const post = Worker.prototype.postMessage;
const waiting = new WeakMap<Worker, Set<number>>();

if (isMainThread) {
  Worker.prototype.postMessage = function (this: Worker, message: Message, ...rest: readonly unknown[]): void {
    if (message.type === 'call') {
      let jobs = waiting.get(this);
      if (jobs === undefined) {
        const own = new Set<number>();
        waiting.set(this, (jobs = own));
        this.prependListener('message', (reply: Message) => {
          if (own.delete(reply.job ?? -1)) end();
        });
        this.once('exit', () => {
          for (const _ of own) end();
          own.clear();
        });
      }
      jobs.add(message.job!);
      begin();
    }
    (post as (...args: unknown[]) => void).call(this, message, ...rest);
  };
  const file = process.env.VOXELITH_KERNEL_CLOCK;
  if (file !== undefined) process.once('exit', () => writeFileSync(file, String(seconds)));
}

// The page's side of the worker: calls that report progress and can be cancelled.
import type { PartOf, Reply, Request, TaskName, Tasks } from './protocol.js';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (text: string, share: number | null) => void;
}

/** @param tell called with what a task tells before it is done */
export type Call = <N extends TaskName>(
  name: N, input: Tasks[N]['input'], options?: CallOptions, tell?: (part: PartOf<N>) => void,
) => Promise<Tasks[N]['output']>;

interface Pending {
  readonly resolve: (output: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: CallOptions['onProgress'];
  readonly tell: ((part: never) => void) | undefined;
}

/** @returns the calls of the page's worker, which throw an Error with the name and message that the worker's had */
export function startEngine(worker: Worker): Call {
  const pending = new Map<number, Pending>();
  let last = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
    const call = pending.get(data.id);
    if (call === undefined) return;
    if (data.kind === 'progress') return call.onProgress?.(data.text, data.share);
    if (data.kind === 'part') return call.tell?.(data.part as never);
    pending.delete(data.id);
    if (data.kind === 'done') call.resolve(data.output as never);
    else call.reject(Object.assign(new Error(data.message), { name: data.name }));
  });
  worker.addEventListener('error', (event) => {
    const reason = event.message || 'the worker of this page could not be loaded';
    for (const { reject } of pending.values()) reject(new Error(reason));
    pending.clear();
  });
  const post = (request: Request): void => worker.postMessage(request);
  return (name, input, { signal, onProgress } = {}, tell) => new Promise((resolve, reject) => {
    // A signal that has fired does not fire again: the answer to the call before may have been on its way.
    if (signal?.aborted) return reject(Object.assign(new Error('cancelled'), { name: 'AbortError' }));
    const id = ++last;
    pending.set(id, { resolve, reject, onProgress, tell });
    signal?.addEventListener('abort', () => post({ kind: 'cancel', id }));
    post({ kind: 'task', id, name, input });
  });
}

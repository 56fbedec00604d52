// The worker of the page: all work is done here, so that the page never waits. One task at a time comes from the page;
// a cancelled one ends at the next look at its signal.
import { encodeVolume, openSession, type BrowserSessionOptions, type LabelVolume } from '../../src/browser.js';
import type { PartOf, Reply, Request, TaskName, Tasks } from '../protocol.js';
import { calibrate } from './calibrate.js';
import { simulate } from './cell.js';
import { design, quantities } from './design.js';
import { discharge } from './discharge.js';
import { draw } from './draw.js';
import { field } from './fields.js';
import { grains } from './grains.js';
import { adopt, example, grey, load, plane, segment } from './image.js';
import { insert } from './insert.js';
import { measure } from './measure.js';
import type { State } from './state.js';
import type { TaskRun } from './steps.js';
import { reportStudy, row, study } from './study.js';

type Work = {
  readonly [N in TaskName]: (
    state: State, input: Tasks[N]['input'], run: TaskRun, tell: (part: PartOf<N>) => void,
  ) => Promise<Tasks[N]['output']>;
};

async function encode(
  { structure }: State, { extension }: Tasks['encode']['input'],
): Promise<Tasks['encode']['output']> {
  if (structure === null) throw new Error('Draw a structure or open an image first.');
  const { labels, shape, voxelSizeUm, provenance }: LabelVolume = structure.volume;
  const file = `structure.${extension}`;
  const { bytes, sidecar } = await encodeVolume(file, { labels, shape, voxelSizeUm, provenance });
  return [{ file, bytes }, ...(sidecar === null ? [] : [{ file: `${file}.json`, bytes: sidecar }])];
}

const work: Work = {
  open: async ({ session: { threads, unsharedReason, memoryBytes } }) => ({ threads, unsharedReason, memoryBytes }),
  draw, load, example, grey, plane, segment, adopt, measure, insert, grains, simulate, discharge, calibrate, field,
  encode, study, row, reportStudy, design, quantities,
};

interface WorkerScope {
  postMessage(reply: Reply, transfer?: readonly ArrayBufferLike[]): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
}
const scope = globalThis as unknown as WorkerScope;
let open: (options: BrowserSessionOptions) => void;
const opening = new Promise<BrowserSessionOptions>((resolve) => { open = resolve; })
  .then(async (given): Promise<State> => ({
    session: await openSession(given), image: null, grey: null, structure: null, studies: new Map(),
    openSession: (options) => openSession({ ...given, ...options }),
  }));
const controllers = new Map<number, AbortController>();

async function perform({ id, name, input }: Request & { kind: 'task' }): Promise<void> {
  const controller = new AbortController();
  controllers.set(id, controller);
  const run: TaskRun = {
    signal: controller.signal, report: (text, share) => scope.postMessage({ kind: 'progress', id, text, share }),
  };
  try {
    if (name === 'open') open(input as Tasks['open']['input']);
    const task = work[name] as (
      state: State, input: unknown, run: TaskRun, tell: (part: unknown) => void,
    ) => Promise<unknown>;
    const tell = (part: unknown): void => scope.postMessage({ kind: 'part', id, part });
    const output = await task(await opening, input, run, tell);
    // 401³ values are 258 MB: they are given to the page, which would stand still over a copy.
    const given = name === 'field' ? [(output as Tasks['field']['output']).values.buffer] : [];
    scope.postMessage({ kind: 'done', id, output }, given);
  } catch (error) {
    const { name: kind, message } = error as Error;
    scope.postMessage({ kind: 'failed', id, name: kind, message });
  } finally {
    controllers.delete(id);
  }
}

scope.onmessage = ({ data }) => {
  if (data.kind === 'cancel') controllers.get(data.id)?.abort();
  else void perform(data);
};

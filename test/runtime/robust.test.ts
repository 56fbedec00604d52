// What goes wrong is told in plain words, and nothing stays behind: workers, memory.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { CapacityError, FileError, generate, mFactor } from '../../src/index.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { checkCore, compileCore } from '../../src/runtime/core-file.js';
import type { Platform } from '../../src/runtime/protocol.js';
import { openSessionOn, type Session } from '../../src/runtime/session.js';
import { openSession } from '../../src/node.js';
import { testSession } from '../session.js';

const dist = new URL('../../dist/', import.meta.url);
const wasmUrl = new URL('core.wasm', dist);
const workerUrl = new URL('worker.node.js', dist);
const folder = mkdtempSync(join(tmpdir(), 'voxelith-robust-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file of the core that is none. */
function core(name: string, bytes: Uint8Array | string): URL {
  writeFileSync(join(folder, name), bytes);
  return pathToFileURL(join(folder, name));
}

/** Node, with workers that are counted. `broken`: from so many on they do not start. */
function countingPlatform(broken = Infinity): { platform: Platform; alive: Set<Worker>; spawned: () => number } {
  const alive = new Set<Worker>();
  let spawned = 0;
  return {
    alive,
    spawned: () => spawned,
    platform: {
      name: 'node', defaultThreads: 2, unsharedReason: null, maxMemoryBytes: 2 ** 30, defaultMemoryBytes: 2 ** 30,
      loadCore: () => WebAssembly.compile(readFileSync(wasmUrl)),
      spawnWorker() {
        const worker = new Worker(++spawned < broken ? workerUrl : new URL('nowhere.js', dist));
        alive.add(worker);
        worker.on('exit', () => alive.delete(worker));
        return {
          post: (message, transfer) => worker.postMessage(message, transfer),
          onMessage: (listener) => void worker.on('message', listener),
          onError: (listener) => void worker.on('error', (error) => listener((error as Error).message)),
          terminate: () => void worker.terminate(),
        };
      },
    },
  };
}

const endless = (session: Session, signal?: AbortSignal): Promise<unknown> => {
  const plan = { leases: [{ name: 'x', bytes: 4096 }, { name: 'sums', bytes: 64 }, { name: 'total', bytes: 64 }] };
  return session.run('endless', plan, 0, { signal }, async (frame) => {
    const { x, sums, total } = frame.take(plan);
    await frame.call('probeSum', { total, sums, x, slices: 4, perSlice: 256, repeats: 2_000_000_000 });
  });
};
const wait = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms); });

describe('workers', () => {
  it.each([true, false])('[law] a session closed in the middle of a run leaves none (shared: %s)', async (shared) => {
    const { platform, alive, spawned } = countingPlatform();
    const session = await openSessionOn(platform, { shared });
    const before = spawned();
    const run = endless(session);
    const next = endless(session);
    await wait(100);
    session.close();
    await expect(run).rejects.toThrow(/^the session was closed$/);
    await expect(next).rejects.toThrow(/endless: the session was closed/);
    await expect.poll(() => alive.size).toBe(0);
    await wait(50);
    expect(spawned()).toBe(before);
    await expect(generate(session, specFromSet('bm01', { size: [8, 8, 8], seed: 1 })))
      .rejects.toThrow(/^generate: the session was closed$/);
  });

  it.each([true, false])('[law] a cancelled run leaves those of the session, no more (shared: %s)', async (shared) => {
    const { platform, alive } = countingPlatform();
    const session = await openSessionOn(platform, { shared });
    const count = alive.size;
    for (let k = 0; k < 3; k++) {
      const controller = new AbortController();
      const run = endless(session, controller.signal);
      await wait(30);
      controller.abort();
      await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    }
    await expect.poll(() => alive.size).toBe(count);
    session.close();
    await expect.poll(() => alive.size).toBe(0);
  });

  it('[law] where one does not start, the others go, and the message names the file', async () => {
    const { platform, alive } = countingPlatform(2);
    await expect(openSessionOn(platform, { threads: 3 })).rejects.toThrow(
      /openSession: a worker did not start: .*nowhere\.js.*; worker\.node\.js must lie beside the program/,
    );
    await expect.poll(() => alive.size).toBe(0);
  });

  it('[law] two sessions at once give the bits of one after the other', async () => {
    const sessions = [await testSession({ threads: 2 }), await testSession({ threads: 1 })];
    const work = async (session: Session, seed: number): Promise<unknown> => {
      const structure = await generate(session, specFromSet('bm03', { size: [24, 24, 24], seed }));
      return [structure.labels.join(), (await mFactor(session, structure, { phase: 2 })).mFactor];
    };
    const alone = [await work(sessions[0], 1), await work(sessions[0], 2)];
    expect(await Promise.all(sessions.map((session, k) => work(session, k + 1)))).toEqual(alone);
  });
});

describe('a core that is none', () => {
  const whole = readFileSync(wasmUrl);
  it.each([
    ['cut off', whole.subarray(0, 100_000), /cannot be compiled: its 100000 bytes are cut off or damaged/],
    ['a page', '<!doctype html><title>app</title>', /is no WebAssembly, it is a page: does the server answer every/],
    ['empty', '', /is no WebAssembly, it is empty/],
    ['a pointer of Git LFS', 'version https://git-lfs', /is no WebAssembly, it begins with "version http"/],
    ['another module', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), /of another version.*it has no kernel "/],
  ])('%s is told with what to do', async (name, bytes, message) => {
    const opening = openSession({ wasmUrl: core(`${name}.wasm`, bytes), workerUrl, threads: 1 });
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toThrow(/copy all of dist\/ again, or import from "voxelith\/inline"/);
  });

  it('an engine without WebAssembly is told as that, not as a file that is damaged', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    await expect(compileCore(whole, 'core.wasm')).rejects.toThrow(/has no WebAssembly; voxelith needs Chrome/);
    vi.unstubAllGlobals();
  });

  it.runIf(process.arch === 'x64')('an engine without SIMD, too', () => {
    // V8 has SIMD where the processor has SSE 4.1.
    const program = `import(${JSON.stringify(new URL('node.js', dist).href)})` +
      '.then(({ openSession }) => openSession({ threads: 1 }))' +
      '.then((session) => session.close(), ({ message }) => console.log(message))';
    const told = execFileSync(process.execPath, ['--no-enable-sse4-1', '-e', program], { encoding: 'utf8' });
    expect(told).toMatch(/^openSession: this program has WebAssembly without SIMD; voxelith needs Chrome or Edge 91/);
  });

  it('a file that is not there, and a worker script of another version', async () => {
    const opening = openSession({ wasmUrl: pathToFileURL(join(folder, 'none.wasm')), workerUrl });
    await expect(opening).rejects.toThrow(FileError);
    await expect(opening).rejects.toThrow(/none\.wasm cannot be read \(ENOENT\)/);
    expect(() => checkCore({})).toThrow(/the worker script is of version unknown, the program of \d/);
  });
});

describe('memory that the machine refuses', () => {
  it('[law] the size that the message says would fit does', async () => {
    // No debug session: those of an engine with 64-bit addresses begin above 4 GiB.
    const session = await testSession({ debug: false });
    const spec = (edge: number): Parameters<typeof generate>[1] =>
      specFromSet('bm01', { size: [edge, edge, edge], seed: 1 });
    const limit = 24 * 2 ** 20;
    const original = WebAssembly.Memory.prototype.grow;
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(function refuse(
      this: WebAssembly.Memory, pages: number | bigint,
    ) {
      if (this.buffer.byteLength + 65536 * Number(pages) > limit) {
        throw new RangeError('WebAssembly.Memory.grow(): refused');
      }
      return original.call(this, pages as number);
    });
    try {
      const failure = await generate(session, spec(160)).catch((error: Error) => error);
      expect(failure).toBeInstanceOf(CapacityError);
      const { message } = failure as Error;
      expect(message).toMatch(
        /^generate: the machine refused \d+\.\d MiB of WebAssembly memory, it gave 2[234]\.\d\. A.* \d+³ voxels would/,
      );
      const edge = Number(/(\d+)³/.exec(message)![1]);
      expect(edge).toBeGreaterThan(60);
      expect((await generate(session, spec(edge))).labels.length).toBe(edge ** 3);
    } finally {
      grow.mockRestore();
    }
  });

  it('[exact] a refused array of the host has plain words, other errors stay as they are', async () => {
    const session = await testSession({ threads: 1 });
    const run = (body: () => unknown): Promise<unknown> =>
      session.run('tell', { leases: [] }, 1000 ** 3, {}, async () => body());
    await expect(run(() => new Uint8Array(2 ** 53))).rejects.toThrow(CapacityError);
    await expect(run(() => new Uint8Array(2 ** 53))).rejects.toThrow(
      /^tell: no memory for its results beside WebAssembly's \(Invalid typed array length: \d+\)\. .*smaller window\.$/,
    );
    const other = new RangeError('toFixed() digits');
    await expect(run(() => { throw other; })).rejects.toBe(other);
  });
});

describe('fifty cycles', () => {
  it('[law] generate, describe and solve: no more memory after the 50th than after the 10th', async () => {
    const script = fileURLToPath(new URL('cycles-child.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    const seen = stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, number>);
    expect(seen).toHaveLength(50);
    expect(new Set(seen.map(({ arena }) => arena)).size).toBe(1);
    // The least of ten, since messages that are on their way count as well.
    const least = (from: number, name: string): number =>
      Math.min(...seen.slice(from, from + 10).map((cycle) => cycle[name]));
    const more = (name: string): number => least(40, name) - least(5, name);
    // The labels of each cycle would be 2.2 MB.
    expect(more('arrayBuffers')).toBeLessThan(1e6);
    expect(more('heapUsed')).toBeLessThan(3e6);
    // The engine takes up to 15 MB for code that it compiles by and by; a memory or worker of each would be hundreds.
    expect(more('rss')).toBeLessThan(50e6);
  });
});

import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { CapacityError, KernelError } from '../../src/core/errors.js';
import { within } from '../../src/runtime/call.js';
import { named } from '../../src/runtime/plan.js';
import type { Frame, Session } from '../../src/runtime/session.js';
import { uniform } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';

const SLICES = 61;
const PER_SLICE = 4099;
const plan = { leases: named({ x: 4 * SLICES * PER_SLICE, sums: 8 * SLICES, total: 8 }) };

async function sum(
  session: Session, values: Float32Array, repeats: number, signal?: AbortSignal, onProgress?: () => void,
): Promise<number> {
  return session.run('sum', plan, 0, { signal, onProgress }, async (frame: Frame) => {
    const { x, sums, total } = frame.take(plan);
    await frame.write(x, values);
    await frame.call(
      'probeSum', { total, sums, x, slices: SLICES, perSlice: PER_SLICE, repeats }, { name: 'sum', work: 0 },
    );
    return (await frame.read(total, Float64Array))[0];
  });
}

const random = uniform(7);
const values = Float32Array.from({ length: SLICES * PER_SLICE }, () => random() - 0.5);

describe('session', () => {
  it('[law] sums to the same bits for 1, 2, 3 and 7 threads and in unshared memory', async () => {
    const results = await forEachThreadCount((session) => sum(session, values, 2));
    let expected = 0;
    for (let s = 0; s < SLICES; s++) {
      let slice = 0;
      for (let i = 0; i < PER_SLICE; i++) slice += values[s * PER_SLICE + i];
      expected += slice;
    }
    expect(results).toEqual(results.map(() => expected));
    const unshared = await testSession({ shared: false });
    expect(unshared.shared).toBe(false);
    expect(await sum(unshared, values, 2)).toBe(expected);
  });

  it.each([true, false])('[law] cancels a running kernel and stays usable (shared: %s)', async (shared) => {
    const session = await testSession({ shared });
    const once = await sum(session, values, 1);
    const controller = new AbortController();
    const job = sum(session, values, 1_000_000, controller.signal);
    setTimeout(() => controller.abort(), 50);
    await expect(job).rejects.toMatchObject({ name: 'AbortError' });
    expect(await sum(session, values, 1)).toBe(once);
  });

  it.each([[true, 'throws'], [false, 'throws'], [true, 'rejects']])(
    '[law] an onProgress that fails stops the kernel and rejects the operation with its error (shared: %s, it %s)',
    async (shared, how) => {
      const session = await testSession({ shared });
      const once = await sum(session, values, 1);
      const error = new Error('from the callback');
      let calls = 0;
      const onProgress = (): void => {
        calls++;
        if (how === 'rejects') return Promise.reject(error) as unknown as undefined;
        throw error;
      };
      await expect(sum(session, values, 1_000_000, undefined, onProgress)).rejects.toBe(error);
      expect(calls).toBe(1);
      expect(await sum(session, values, 1)).toBe(once);
    },
  );

  it('[law] looks at the cancel word within 2^20 voxels of work', async () => {
    const session = await testSession();
    await sum(session, values, 3);
    const { work, largestStep } = session.statistics!;
    expect(work.reduce((a, b) => a + b)).toBe(3 * SLICES * PER_SLICE);
    expect(Math.max(...largestStep)).toBeLessThanOrEqual(POLL_VOXELS);
  });

  it.each([1, 2, 3, 7])('[law] a trap on one of %i threads is a KernelError and the pool ' +
      'is usable', async (threads) => {
    const session = await testSession({ threads });
    const before = await sum(session, values, 1);
    const trap = session.run('trap', { leases: [] }, 0, {}, (frame) =>
      frame.call('probeTrap', { trapThread: threads - 1, barriers: 3 }));
    await expect(trap).rejects.toThrow(KernelError);
    await expect(trap).rejects.toMatchObject({ args: { trapThread: threads - 1, barriers: 3 } });
    await expect(trap).rejects.toThrow(/probeTrap\(trapThread: \d, barriers: 3\) failed: unreachable/);
    expect(await sum(session, values, 1)).toBe(before);
  });

  it('[law] an unshared worker that traps is replaced', async () => {
    const session = await testSession({ shared: false });
    const trap = session.run('trap', { leases: [] }, 0, {}, (frame) =>
      frame.call('probeTrap', { trapThread: 0, barriers: 0 }));
    await expect(trap).rejects.toThrow(KernelError);
    expect(Number.isFinite(await sum(session, values, 1))).toBe(true);
  });

  it('[law] raises CapacityError before the body runs or memory grows', async () => {
    const session = await testSession({ memoryBytes: 2 ** 20 });
    let entered = false;
    const job = session.run('big', { leases: [{ name: 'field', bytes: 2 ** 21 }] }, 2 ** 19, {}, async () => {
      entered = true;
    });
    await expect(job).rejects.toThrow(CapacityError);
    await expect(job).rejects.toThrow(/needs 2\.0 MiB.*may use 0\.9 MiB.*field 2\.0.*About \d+³ voxels would fit/);
    expect(entered).toBe(false);
  });

  it('refuses leases beyond the plan and writes beyond a lease', async () => {
    const session = await testSession();
    const small = { leases: [{ name: 'a', bytes: 64 }] };
    await expect(session.run('op', small, 0, {}, async (frame) => void frame.lease('b', 4096))).rejects.toThrow(
      /its plan is wrong/,
    );
    await expect(
      session.run('op', small, 0, {}, (frame) => frame.write(frame.lease('a', 64), new Uint8Array(65))),
    ).rejects.toThrow(/outside the lease "a"/);
  });

  it('[exact] takes the leases of a plan by name, in its order, and refuses two of one name', async () => {
    const session = await testSession();
    const two = { leases: named({ first: 1, second: 65 }) };
    const taken = await session.run('op', two, 0, {}, async (frame) => frame.take(two));
    expect(taken.first).toMatchObject({ name: 'first', bytes: 1 });
    expect(taken.second).toMatchObject({ name: 'second', bytes: 65, ptr: taken.first.ptr + 128 });
    const twice = { leases: [...two.leases, ...named({ first: 1 })] };
    await expect(session.run('op', twice, 0, {}, async (frame) => void frame.take(twice))).rejects.toThrow(
      /two leases "first"/,
    );
  });

  it('[law] a debug session notices a kernel that writes behind its lease', async () => {
    const session = await testSession();
    const tight = { leases: named({ total: 64, x: 4096 }) };
    const job = session.run('overrun', tight, 0, {}, async (frame) => {
      const { total, x } = frame.take(tight);
      const behind = within(total, 64);
      await frame.call('probeSum', { total: behind, sums: x, x, slices: 4, perSlice: 16, repeats: 1 });
    });
    await expect(job).rejects.toThrow(/wrote behind the lease "total"/);
  });

  it('runs operations one after another', async () => {
    const session = await testSession();
    const results = await Promise.all([1, 2, 3].map(() => sum(session, values, 1)));
    expect(new Set(results).size).toBe(1);
  });
});

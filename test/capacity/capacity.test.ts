import { describe, expect, it } from 'vitest';
import { largestCube, PLANNED_OPERATIONS, plannedBytes } from '../../src/capacity/capacity.js';
import { CapacityError, SpecError } from '../../src/core/errors.js';
import { describe as describeVolume } from '../../src/descriptors/describe.js';
import { NARROW_BYTES } from '../../src/runtime/memory.js';
import { generate } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { conduct } from '../../src/transport/conduct.js';
import { testSession } from '../session.js';

const MIB = 2 ** 20;

describe('the largest cube', () => {
  it.each(PLANNED_OPERATIONS.map(({ name }) => [name]))('[law] %s: it fits, the next does not', (name) => {
    for (const memory of [64 * MIB, NARROW_BYTES]) {
      const edge = largestCube(name, memory, 2);
      expect(edge).toBeGreaterThan(memory === NARROW_BYTES ? 400 : 30);
      expect(plannedBytes(name, [edge, edge, edge], 2)).toBeLessThanOrEqual(memory);
      if ((edge + 1) ** 3 < 2 ** 32) {
        expect(plannedBytes(name, [edge + 1, edge + 1, edge + 1], 2)).toBeGreaterThan(memory);
      }
    }
  });

  it('[law] operations run at it, and one voxel more is refused before any work with what would fit', async () => {
    const memoryBytes = 6 * MIB;
    const session = await testSession({ threads: 2, memoryBytes });
    const spec = (edge: number) => specFromSet('bm10', { size: [edge, edge, edge], seed: 1 });
    const edge = largestCube('generate-bm10', memoryBytes, 2);
    await generate(session, spec(edge));
    await expect(generate(session, spec(edge + 1))).rejects.toThrow(CapacityError);
    await expect(generate(session, spec(edge + 20))).rejects.toThrow(new RegExp(`A cube of ${edge}³ voxels would fit`));
    const labels = async (n: number) => generate(await testSession({ threads: 2 }), spec(n));
    for (const [name, run] of [
      ['describe', async (n: number) => describeVolume(session, await labels(n))],
      ['conduct', async (n: number) => conduct(session, await labels(n), { phase: 2 })],
    ] as const) {
      const most = largestCube(name, memoryBytes, 2);
      await run(most);
      await expect(run(most + 1)).rejects.toThrow(CapacityError);
      // The advice of an operation whose memory is proportional to voxels is near the truth: rows are padded and
      // threads have buffers, which counts at these edges of 60.
      const advice = await run(most + 12).then(() => '', (error: Error) => error.message);
      const told = Number(/About (\d+)³ voxels would fit/.exec(advice)?.[1]);
      expect(Math.abs(told - most) / most).toBeLessThan(0.08);
    }
  });

  it('[law] 401³ fits with room: what the study needs, and 512³ for describe and conduct', () => {
    expect(plannedBytes('generate', [401, 401, 401], 2)).toBeLessThan(1.2 * 1024 * MIB);
    expect(plannedBytes('generate-bm10', [401, 401, 401], 2)).toBeLessThan(1.2 * 1024 * MIB);
    for (const name of ['describe', 'conduct', 'conduct-smooth', 'conduct-coded']) {
      expect(largestCube(name, NARROW_BYTES, 2)).toBeGreaterThanOrEqual(512);
    }
  });

  it('lists the names when one is unknown', () => {
    expect(() => largestCube('conductivity')).toThrow(SpecError);
    expect(() => largestCube('conductivity')).toThrow(/no operation is called "conductivity"; there are generate, /);
  });
});

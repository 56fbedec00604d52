// Seconds from the caller's abort to the rejected promise, in the middle of each long operation. Must stay under 0.2 s.
import { constrictivity } from '../../src/descriptors/constrictivity.js';
import { geodesicTortuosity } from '../../src/descriptors/geodesic-tortuosity.js';
import { generate } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { mFactor } from '../../src/transport/m-factor.js';
import type { RunOptions, Session } from '../../src/runtime/session.js';
import type { ModelStructure } from '../../src/structure/generate.js';
import type { BenchCase } from '../harness.js';

type Operation = (session: Session, structure: ModelStructure, run: RunOptions) => Promise<unknown>;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  generate: (session, { shape }, run) => generate(session, specFromSet('bm01', { size: shape, seed: 2 }), run),
  geodesic: (session, structure, run) => geodesicTortuosity(session, structure, { phase: 1 }, run),
  constrictivity: (session, structure, run) => constrictivity(session, structure, { phase: 1 }, run),
  mFactor: (session, structure, run) => mFactor(session, structure, { phase: 1, tolerance: 1e-9 }, run),
};
/** Points of an operation's duration at which it is cancelled. */
const MOMENTS = [0.2, 0.5, 0.8];

async function latency(
  operation: Operation, session: Session, structure: ModelStructure, delay: number,
): Promise<number> {
  const controller = new AbortController();
  let aborted = 0;
  const timer = setTimeout(() => {
    aborted = performance.now();
    controller.abort();
  }, delay);
  try {
    await operation(session, structure, { signal: controller.signal });
    return 0;
  } catch {
    return (performance.now() - aborted) / 1000;
  } finally {
    clearTimeout(timer);
  }
}

export const cases: readonly BenchCase[] = [
  {
    name: 'cancel',
    bytesPerVoxel: null,
    async setup(session, edge) {
      const structure = await generate(session, specFromSet('bm01', { size: [edge, edge, edge], seed: 1 }));
      return {
        voxels: edge ** 3,
        async run() {
          const worst: Record<string, number> = {};
          for (const [name, operation] of Object.entries(OPERATIONS)) {
            const start = performance.now();
            await operation(session, structure, {});
            const duration = performance.now() - start;
            const latencies: number[] = [];
            for (const moment of MOMENTS) {
              latencies.push(await latency(operation, session, structure, moment * duration));
            }
            worst[name] = Number(Math.max(...latencies).toFixed(4));
          }
          return worst;
        },
      };
    },
  },
];

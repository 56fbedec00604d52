// One-pass measures on the three-phase structure of BM01: labels in host memory, as callers have them.
import { components } from '../../src/descriptors/components.js';
import { eulerNumbers } from '../../src/descriptors/euler-number.js';
import { surfaceAreas } from '../../src/descriptors/surface-area.js';
import { triplePhaseBoundaries } from '../../src/descriptors/triple-phase-boundary.js';
import { volumeFractions } from '../../src/descriptors/volume-fraction.js';
import type { LabelVolume } from '../../src/core/volume.js';
import type { Session } from '../../src/runtime/session.js';
import { generate } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import type { BenchCase, Peer } from '../harness.js';

type Measure = (session: Session, volume: LabelVolume) => Promise<Readonly<Record<string, number>> | void>;

let kept: { readonly edge: number; readonly volume: LabelVolume } | null = null;

/** Generating takes longer than measuring: the cases of one size share their structure. */
async function structure(session: Session, edge: number): Promise<LabelVolume> {
  if (kept?.edge !== edge) {
    kept = { edge, volume: await generate(session, specFromSet('bm01', { size: [edge, edge, edge], seed: 1 })) };
  }
  return kept.volume;
}

function measure(name: string, bytesPerVoxel: number, run: Measure, peer?: Peer): BenchCase {
  return {
    name,
    bytesPerVoxel,
    peers: peer ? [peer] : [],
    async setup(session, edge) {
      const volume = await structure(session, edge);
      return { voxels: edge ** 3, run: () => run(session, volume) };
    },
  };
}

// Each label is copied into the arena (read and write) and read by the pass, or one-hot coded (read, write) and read
// again.
export const cases: readonly BenchCase[] = [
  measure('measures-volume', 4, async (session, volume) => void (await volumeFractions(session, volume))),
  measure(
    'measures-surface', 6,
    async (session, volume) => void (await surfaceAreas(session, volume)),
    { name: 'QuantImPy, one phase', threads: 1, seconds: { 128: 0.0091, 256: 0.071, 401: 0.287 } },
  ),
  measure(
    'measures-euler', 3,
    async (session, volume) => void (await eulerNumbers(session, volume, { phases: [1] })),
    { name: 'QuantImPy, one phase', threads: 1, seconds: { 128: 0.0091, 256: 0.071, 401: 0.287 } },
  ),
  measure('measures-triple-lines', 6, async (session, volume) => (
    { length: (await triplePhaseBoundaries(session, volume))[0].length }
  )),
  ...([6, 26] as const).map((neighbourhood) =>
    measure(
      `measures-components-${neighbourhood}`, 4,
      async (session, volume) => ({ count: (await components(session, volume, { phase: 1, neighbourhood })).count }),
      {
        name: 'cc3d',
        threads: 1,
        seconds: neighbourhood === 6
          ? { 128: 0.0073, 256: 0.062, 401: 0.265 }
          : { 128: 0.0077, 256: 0.068, 401: 0.289 },
      },
    )),
];

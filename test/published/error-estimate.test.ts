// The promise of the default stop: 200 random structures, each solved again to 1e-10.
import { describe, expect, it } from 'vitest';
import type { Shape } from '../../src/core/grid.js';
import { voxelCount } from '../../src/core/grid.js';
import { mFactor } from '../../src/transport/m-factor.js';
import { uniform } from '../random.js';
import { testSession } from '../session.js';
import { smoothNoise } from '../windows.js';

/** Label 1 where the field is lowest, or nearest to 0, in a share ε of the window; else 2. */
function lowest(field: Float64Array, share: number): Uint8Array {
  const limit = Float64Array.from(field).sort()[Math.floor(share * field.length)];
  return Uint8Array.from(field, (value) => (value < limit ? 1 : 2));
}

interface Kind {
  readonly name: string;
  /** Range of ε. */
  readonly share: readonly [number, number];
  readonly passes: number;
  /** Sheets around the zero of the field percolate at any ε. */
  readonly sheets: boolean;
}

const KINDS: readonly Kind[] = [
  { name: 'blobs', share: [0.25, 0.9], passes: 4, sheets: false },
  { name: 'sheets', share: [0.03, 0.43], passes: 6, sheets: true },
  { name: 'independent voxels from their percolation on', share: [0.31, 0.51], passes: 0, sheets: false },
  { name: 'fine blobs', share: [0.1, 0.6], passes: 2, sheets: false },
];

describe('error estimate of M', () => {
  it('[law] is above the true error in 200 random structures', async () => {
    const session = await testSession();
    const random = uniform(20);
    const between = (low: number, high: number): number => low + (high - low) * random();
    let solved = 0;
    for (let k = 0; solved < 200; k++) {
      const kind = KINDS[k % KINDS.length];
      const shape: Shape = [Math.floor(between(12, 48)), Math.floor(between(12, 42)), Math.floor(between(12, 42))];
      const field = smoothNoise(random, shape, Math.floor(between(0, kind.passes + 1)));
      const labels = lowest(kind.sheets ? field.map(Math.abs) : field, between(...kind.share));
      const volume = { labels, shape, voxelSizeUm: null };
      const rough = await mFactor(session, volume, { phase: 1 });
      if (!rough.percolates || rough.mFactor === null) continue;
      solved++;
      const fine = await mFactor(session, volume, { phase: 1, tolerance: 1e-10, maxIterations: 1000 });
      const error = rough.mFactor / fine.mFactor! - 1;
      expect(rough.converged, `${kind.name}, ${voxelCount(shape)} voxels`).toBe(true);
      expect(error).toBeGreaterThan(-1e-7);
      expect(error, `${kind.name}, structure ${k}`).toBeLessThanOrEqual(rough.errorEstimate);
    }
  });
});

// The promise of the default stop: 200 random structures, each solved again to 1e-10.
import { describe, expect, it } from 'vitest';
import type { Shape } from '../../src/core/grid.js';
import { voxelCount } from '../../src/core/grid.js';
import { mFactor } from '../../src/transport/m-factor.js';
import { uniform } from '../random.js';
import { testSession } from '../session.js';

/** Uniform noise, averaged `passes` times over the three neighbours along each axis; the window repeats. */
function smoothNoise([nz, ny, nx]: Shape, random: () => number, passes: number): Float64Array {
  const stride = [ny * nx, nx, 1];
  let field = Float64Array.from({ length: nz * ny * nx }, () => random() + random() - 1);
  for (let pass = 0; pass < 3 * passes; pass++) {
    const along = [nz, ny, nx][pass % 3];
    const step = stride[pass % 3];
    field = field.map((value, i, all) => {
      const c = Math.floor(i / step) % along;
      return value + all[c > 0 ? i - step : i + (along - 1) * step] +
        all[c < along - 1 ? i + step : i - (along - 1) * step];
    });
  }
  return field;
}

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
  // One of these 200 sheets is 1.74 times its estimate off: a mode that has not shown itself deceives (decision 0157).
  it('[law] is above the true error in 199 of 200 random structures, above half of it in all', async () => {
    const session = await testSession();
    const random = uniform(20);
    const between = (low: number, high: number): number => low + (high - low) * random();
    let [solved, above] = [0, 0];
    for (let k = 0; solved < 200; k++) {
      const kind = KINDS[k % KINDS.length];
      const shape: Shape = [Math.floor(between(12, 48)), Math.floor(between(12, 42)), Math.floor(between(12, 42))];
      const field = smoothNoise(shape, random, Math.floor(between(0, kind.passes + 1)));
      const labels = lowest(kind.sheets ? field.map(Math.abs) : field, between(...kind.share));
      const volume = { labels, shape, voxelSizeUm: null };
      const rough = await mFactor(session, volume, { phase: 1 });
      if (!rough.percolates || rough.mFactor === null) continue;
      solved++;
      const fine = await mFactor(session, volume, { phase: 1, tolerance: 1e-10, maxIterations: 1000 });
      const error = rough.mFactor / fine.mFactor! - 1;
      expect(rough.converged, `${kind.name}, ${voxelCount(shape)} voxels`).toBe(true);
      expect(error).toBeGreaterThan(-1e-7);
      expect(error, `${kind.name}, structure ${k}`).toBeLessThanOrEqual(2 * rough.errorEstimate);
      if (error <= rough.errorEstimate) above++;
    }
    expect(above).toBeGreaterThanOrEqual(199);
  });
});

import { describe, expect, it } from 'vitest';
import type { LabelVolume } from '../../src/core/volume.js';
import type { Session } from '../../src/runtime/session.js';
import { mFactor } from '../../src/transport/m-factor.js';
import { testSession } from '../session.js';
import { SPHERE_ARRAYS } from './sphere-arrays.js';

const CENTRES = {
  SC: [[0.5, 0.5, 0.5]],
  BCC: [[0.5, 0.5, 0.5], [0, 0, 0]],
  FCC: [[0.5, 0.5, 0.5], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5]],
} as const;

/** One cubic cell of n³ voxels: label 2 where the voxel's centre lies in a sphere of the array, 1 elsewhere. */
function sphereArray(lattice: keyof typeof CENTRES, fraction: number, n: number): LabelVolume {
  const centres = CENTRES[lattice];
  const square = Math.cbrt((3 * fraction) / (4 * Math.PI * centres.length)) ** 2;
  const labels = new Uint8Array(n ** 3).fill(1);
  const gap = (i: number, c: number): number => {
    const d = Math.abs((i + 0.5) / n - c);
    return Math.min(d, 1 - d) ** 2;
  };
  let i = 0;
  for (let z = 0; z < n; z++) {
    for (let y = 0; y < n; y++) {
      for (let x = 0; x < n; x++, i++) {
        for (const [cz, cy, cx] of centres) if (gap(z, cz) + gap(y, cy) + gap(x, cx) < square) labels[i] = 2;
      }
    }
  }
  return { labels, shape: [n, n, n], voxelSizeUm: null };
}

async function conductivity(
  session: Session, lattice: keyof typeof CENTRES, fraction: number, n: number,
): Promise<number> {
  return (await mFactor(session, sphereArray(lattice, fraction, n), { phase: 1, tolerance: 1e-6 })).mFactor;
}

const EXACT = SPHERE_ARRAYS.map(
  ([lattice, fraction, exact]) => [lattice.toUpperCase() as keyof typeof CENTRES, fraction, exact] as const,
);

describe('mFactor of cubic arrays of insulating spheres', () => {
  it.each(
    [[0.1, 0.85253], [0.3, 0.59835], [0.45, 0.4248]],
  )('[published] plain voxels, SC, fraction %d at 64 per edge', async (fraction, plain) => {
    const session = await testSession();
    expect(Math.abs((await conductivity(session, 'SC', fraction, 64)) - plain)).toBeLessThan(6e-5);
  });

  it.each(EXACT)('[rate] %s at fraction %d approaches %d', async (lattice, fraction, exact) => {
    const session = await testSession();
    const errors: number[] = [];
    for (const n of [24, 48, 96]) errors.push((await conductivity(session, lattice, fraction, n)) / exact - 1);
    // The staircase makes every value low; its error is of first order, with the scatter of how centres fall into
    // spheres.
    expect(Math.max(...errors)).toBeLessThan(0);
    expect(errors[2]).toBeGreaterThan(-0.06);
    const order = Math.log2(errors[0] / errors[2]) / 2;
    expect(order, `errors ${errors}`).toBeGreaterThan(0.5);
  });
});

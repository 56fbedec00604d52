// Spheres off any lattice, and what they connect as they are added. Kernels: assembly/networks/spheres.ts.
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { spansOf, type Percolation, type RandomKey } from './insertion.js';

/** Edges (z, y, x) of a box, in any unit. */
export type Box = readonly [z: number, y: number, x: number];

/** A radius, and the share of spheres up to and with it; the last share is 1. */
export interface SphereKind {
  readonly radius: number;
  readonly upTo: number;
}

export const cloudPlan = (count: number) => named({ centres: 24 * count, radii: 8 * count });

/** What `drawSpheres` leases. */
export function drawSpheresPlan(kinds: number, threads: number) {
  return { leases: named({ kinds: 16 * kinds, 'random words': 64 * threads }) };
}

/** Spheres at random places, in an order that is theirs. */
export async function drawSpheres(
  frame: Frame, centres: Lease, radii: Lease, kinds: readonly SphereKind[], count: number, [z, y, x]: Box,
  [key0, key1]: RandomKey,
): Promise<void> {
  await frame.scope(async () => {
    const leases = frame.take(drawSpheresPlan(kinds.length, frame.threads));
    await frame.write(leases.kinds, Float64Array.from(kinds.flatMap(({ radius, upTo }) => [radius, upTo])));
    await frame.call(
      'drawSpheres',
      {
        centres, radii, kinds: leases.kinds, scratch: leases['random words'], count, kindCount: kinds.length, z, y, x,
        key0, key1,
      },
      { name: 'spheres', work: count },
    );
  });
}

/** Cells as wide as the largest reach of two spheres, at least. */
function cellsOf([z, y, x]: Box, edge: number): readonly [nz: number, ny: number, nx: number] {
  const along = (length: number): number => Math.max(1, Math.floor(length / edge));
  return [along(z), along(y), along(x)];
}

/** @param reach largest sum of two radii */
export function percolateSpheresPlan(count: number, box: Box, reach: number, steps: number) {
  const [nz, ny, nx] = cellsOf(box, reach);
  return {
    leases: named({
      links: 4 * count, faces: count, before: 4 * count, cells: 4 * nz * ny * nx, steps: 4 * steps, largest: 4 * steps,
      spans: 12,
    }),
  };
}

/** Adds spheres one by one, until a cluster has spanned along all axes and the last step is reached.
 *  @param steps ascending numbers of spheres added */
export async function percolateSpheres(
  frame: Frame, centres: Lease, radii: Lease, count: number, box: Box, reach: number, steps: readonly number[],
): Promise<Percolation> {
  return frame.scope(async () => {
    const leases = frame.take(percolateSpheresPlan(count, box, reach, steps.length));
    const [nz, ny, nx] = cellsOf(box, reach);
    const [z, y, x] = box;
    await frame.write(leases.steps, Uint32Array.from(steps));
    await frame.call(
      'percolateSpheres',
      { ...leases, centres, radii, nz, ny, nx, count, stepCount: steps.length, z, y, x, edge: reach },
      { name: 'percolation', work: count },
    );
    return {
      largest: await frame.read(leases.largest, Uint32Array, steps.length),
      spans: spansOf(await frame.read(leases.spans, Uint32Array, 3)),
    };
  });
}

// The interface of an electrode on the voxels: its faces, and areas that a smooth interface would have.
import { cauchyCrofton } from '../descriptors/surface-area.js';
import { voxelCount, type Shape } from '../core/grid.js';
import {
  listInterface, type InterfaceAreas, type InterfaceCount, type InterfaceFaces, type InterfaceImage,
} from '../kernels/interface-faces.js';
import { labelLease, transitions, transitionsPlan, type ClassPair } from '../kernels/transitions.js';
import type { Leases } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';

/** Where areas come from. `corrected`: faces are weighted by the direction of the interface and then all by one factor,
 *  so that they have the area that 13 directions see; `faces`: of the faces of voxels, right for walls along the axes
 *  alone. */
export type InterfaceAreaOption = 'corrected' | 'faces';

const pairsOf = ({ active, electrolyte }: InterfaceImage): ClassPair[] =>
  active.flatMap((a) => electrolyte.map((b): ClassPair => [a, b]));

/** Memory of the 13 directions; none of it stays. */
export function directionsPlan(shape: Shape, threads: number, pairs: number): LeasePlan {
  return { leases: [labelLease(shape)], then: [transitionsPlan(threads, pairs)] };
}

/** Area between active material and electrolyte by Cauchy-Crofton in 13 directions, within the electrode's planes.
 *  @param edges along z, y, x @returns in the unit of the edges, squared */
async function areaInDirections(
  frame: Frame, image: InterfaceImage, edges: readonly [number, number, number],
): Promise<number> {
  const { labels, from, to, active, electrolyte } = image;
  const [, ny, nx] = image.shape;
  const shape: Shape = [to - from, ny, nx];
  return frame.scope(async () => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    await frame.write(lease, labels.subarray(from * ny * nx, to * ny * nx));
    const counts = await transitions(frame, lease, shape, [...active, ...electrolyte], pairsOf(image));
    const perVolume = counts.reduce((sum, each) => sum + cauchyCrofton(each, shape, edges), 0);
    return perVolume * voxelCount(shape) * edges[0] * edges[1] * edges[2];
  });
}

/** Lists the faces of an electrode with their weights.
 *  @param edges of a voxel along z, y, x, in any unit, of whose square the areas are
 *  @param leases as `interfaceFacesPlan` says; `directionsPlan` comes beside what that nests */
export async function electrodeInterface(
  frame: Frame, image: InterfaceImage, count: InterfaceCount, edges: readonly [number, number, number],
  area: InterfaceAreaOption, leases: Leases<'active' | 'electrolyte' | 'weight'>,
): Promise<{ readonly faces: InterfaceFaces; readonly areas: InterfaceAreas }> {
  return listInterface(frame, image, count, {
    edges,
    ...(area === 'faces' ? { weights: 'faces', area: null } : {
      weights: 'normal', area: await areaInDirections(frame, image, edges),
    }),
  }, leases);
}

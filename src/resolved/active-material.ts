// Which part of the active material takes part: what touches electrolyte, what is joined to the collector, and what no
// lithium can reach.
import { voxelCount, type Shape } from '../core/grid.js';
import { isWired } from './electrode.js';
import type { ResolvedDischarge } from './result.js';

/** @param labels per voxel, LABEL_FLOATING where a piece does not hang together with its side's contact
 *  @param isActive whether a label is active material @param faces active voxels of the interface */
export function activeShares(
  labels: Uint8Array, shape: Shape, isActive: (label: number) => boolean, faces: Uint32Array,
): ResolvedDischarge['active'] {
  const [, ny, nx] = shape;
  const plane = ny * nx;
  const count = voxelCount(shape);
  // 1: lithium comes here, through faces of the interface or from neighbours of which that is so.
  const reached = new Uint8Array(count);
  const queue: number[] = [];
  for (const voxel of faces) {
    if (reached[voxel] === 1) continue;
    reached[voxel] = 1;
    queue.push(voxel);
  }
  const touching = queue.length;
  let moving = 0;
  const visit = (voxel: number): void => {
    if (reached[voxel] === 1 || !isActive(labels[voxel])) return;
    reached[voxel] = 1;
    queue.push(voxel);
  };
  for (let voxel = queue.pop(); voxel !== undefined; voxel = queue.pop()) {
    moving++;
    const [x, row] = [voxel % nx, voxel % plane];
    if (x > 0) visit(voxel - 1);
    if (x < nx - 1) visit(voxel + 1);
    if (row >= nx) visit(voxel - nx);
    if (row < plane - nx) visit(voxel + nx);
    if (voxel >= plane) visit(voxel - plane);
    if (voxel < count - plane) visit(voxel + plane);
  }
  let [voxels, wired] = [0, 0];
  for (const label of labels) {
    if (!isActive(label)) continue;
    voxels++;
    if (isWired(label)) wired++;
  }
  return { voxels, touching: touching / voxels, wired: wired / voxels, dead: 1 - moving / voxels };
}

// Percolation of a phase that grows voxel by voxel: union-find in the order of adding (Newman & Ziff 2001, Phys. Rev. E
// 64:016706). One pass gives the largest cluster at every content, and the content at which it first spans.
import { barrier, enter, leave, poll } from '../core/control';
import { beginCluster, beginClusters, join, largestCluster, noteCluster, spannedAll } from './growing';

/** Joins with the voxels that share an edge, or a corner as well. @param furthest axes along which a neighbour may lie
 *  apart */
function joinDiagonal(
  root: u32, voxel: u32, z: i32, y: i32, x: i32, nz: i32, ny: i32, nx: i32, furthest: i32,
): u32 {
  const plane = ny * nx;
  for (let dz = z > 0 ? -1 : 0; dz <= (z + 1 < nz ? 1 : 0); dz++) {
    for (let dy = y > 0 ? -1 : 0; dy <= (y + 1 < ny ? 1 : 0); dy++) {
      const near = i32(dz != 0) + i32(dy != 0);
      const row = voxel + <u32>(dz * plane + dy * nx);
      if (near == 2) root = join(root, row);
      if (near == 0 || near == furthest) continue;
      if (x > 0) root = join(root, row - 1);
      if (x + 1 < nx) root = join(root, row + 1);
    }
  }
  return root;
}

/** Adds a voxel. @param furthest axes along which a neighbour may lie apart: 1 of 6, 2 of 18, 3 of 26 neighbours
 *  @param added voxels so far, those from the start not counted */
function add(voxel: u32, added: u32, nz: u32, ny: u32, nx: u32, furthest: i32): void {
  const row = voxel / nx;
  const x = voxel - row * nx;
  const z = row / ny;
  const y = row - z * ny;
  beginCluster(
    voxel,
    u32(z == 0) | (u32(z == nz - 1) << 1) | (u32(y == 0) << 2) | (u32(y == ny - 1) << 3) | (u32(x == 0) << 4) |
      (u32(x == nx - 1) << 5),
  );
  let root = voxel;
  if (x > 0) root = join(root, voxel - 1);
  if (x + 1 < nx) root = join(root, voxel + 1);
  if (y > 0) root = join(root, voxel - nx);
  if (y + 1 < ny) root = join(root, voxel + nx);
  if (z > 0) root = join(root, voxel - ny * nx);
  if (z + 1 < nz) root = join(root, voxel + ny * nx);
  if (furthest > 1) root = joinDiagonal(root, voxel, z, y, x, nz, ny, nx, furthest);
  noteCluster(root, added);
}

/** What `percolate` takes. */
@unmanaged
export class Percolation {
  /** i32[voxels]. */
  links: usize;
  /** u8[voxels]. */
  faces: usize;
  /** u8[voxels]: the phase is there from the start where they say `label`. */
  labels: usize;
  /** u32[count]: the voxels that are added, in their order. */
  voxels: usize;
  /** u32[steps], ascending: how many were added. */
  steps: usize;
  /** u32[steps]: voxels of the largest cluster then. */
  largest: usize;
  /** u32[3]: how many were added when a cluster first spanned along z, y, x; 2³² − 1: never. */
  spans: usize;
  nz: u32;
  ny: u32;
  nx: u32;
  label: i32;
  count: u32;
  stepCount: u32;
  /** Axes along which a neighbour may lie apart: 1 of 6, 2 of 18, 3 of 26 neighbours. */
  furthest: i32;
}

/** Adds voxels in their order, until all is known. On one thread. Work counted: the voxels of the window, and those
 *  that are added. */
export function percolate(thread: i32, threads: i32, run: Percolation): i32 {
  enter();
  if (thread == 0) grow(run);
  const status = barrier(thread, threads);
  return status ? status : leave();
}

function grow(run: Percolation): void {
  const nz = run.nz, ny = run.ny, nx = run.nx, furthest = run.furthest;
  const total = nz * ny * nx;
  beginClusters(run.links, run.faces, run.spans, total);
  for (let voxel: u32 = 0; voxel < total; voxel++) {
    if (<i32>load<u8>(run.labels + <usize>voxel) == run.label) add(voxel, 0, nz, ny, nx, furthest);
    if (poll(0, 1)) return;
  }
  let step: u32 = 0;
  for (let added: u32 = 0; ; added++) {
    while (step < run.stepCount && load<u32>(run.steps + (<usize>step << 2)) == added) {
      store<u32>(run.largest + (<usize>step << 2), largestCluster());
      step++;
    }
    if (added == run.count || (step == run.stepCount && spannedAll())) {
      poll(0, run.count - added);
      return;
    }
    add(load<u32>(run.voxels + (<usize>added << 2)), added + 1, nz, ny, nx, furthest);
    if (poll(0, 1)) return;
  }
}

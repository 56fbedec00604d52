// Percolation of a phase that grows voxel by voxel: union-find in the order of adding (Newman & Ziff 2001, Phys. Rev. E
// 64:016706). One pass gives the largest cluster at every content, and the content at which it first spans.
//
//   links[v]: 0 absent, −(voxels) of a root, 1 + a voxel of the same cluster nearer to its root
//   faces[v]: of a root, one bit for each window face that its cluster touches
import { barrier, enter, leave, poll } from '../core/control';

/** Never spanned. */
const NEVER: u32 = 0xffffffff;

let linksAt: usize = 0;
let facesAt: usize = 0;
let largest: i32 = 0;

// @ts-ignore: decorator
@inline
function linkOf(voxel: u32): i32 { return load<i32>(linksAt + (<usize>voxel << 2)); }

/** Root of a voxel that is there; halves the path on the way. */
function rootOf(voxel: u32): u32 {
  let at = voxel;
  let link = linkOf(at);
  while (link > 0) {
    const above = linkOf(<u32>(link - 1));
    if (above > 0) store<i32>(linksAt + (<usize>at << 2), above);
    at = <u32>(link - 1);
    link = above;
  }
  return at;
}

/** Joins the cluster `root` with that of a neighbour. @returns the root of both */
function join(root: u32, neighbour: u32): u32 {
  if (linkOf(neighbour) == 0) return root;
  const other = rootOf(neighbour);
  if (other == root) return root;
  const size = linkOf(root);
  const otherSize = linkOf(other);
  // The larger one stays: no path is longer than the logarithm of its cluster. Sizes are negative.
  const keep = size <= otherSize ? root : other;
  const drop = size <= otherSize ? other : root;
  store<i32>(linksAt + (<usize>keep << 2), size + otherSize);
  store<i32>(linksAt + (<usize>drop << 2), <i32>keep + 1);
  store<u8>(facesAt + <usize>keep, load<u8>(facesAt + <usize>keep) | load<u8>(facesAt + <usize>drop));
  return keep;
}

/** Adds a voxel. @returns the faces that its cluster touches now */
function add(voxel: u32, nz: u32, ny: u32, nx: u32): u32 {
  const row = voxel / nx;
  const x = voxel - row * nx;
  const z = row / ny;
  const y = row - z * ny;
  store<i32>(linksAt + (<usize>voxel << 2), -1);
  store<u8>(
    facesAt + <usize>voxel,
    <u8>(u32(z == 0) | (u32(z == nz - 1) << 1) | (u32(y == 0) << 2) | (u32(y == ny - 1) << 3) | (u32(x == 0) << 4) |
      (u32(x == nx - 1) << 5)),
  );
  let root = voxel;
  if (x > 0) root = join(root, voxel - 1);
  if (x + 1 < nx) root = join(root, voxel + 1);
  if (y > 0) root = join(root, voxel - nx);
  if (y + 1 < ny) root = join(root, voxel + nx);
  if (z > 0) root = join(root, voxel - ny * nx);
  if (z + 1 < nz) root = join(root, voxel + ny * nx);
  largest = min(largest, linkOf(root));
  return <u32>load<u8>(facesAt + <usize>root);
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
}

/** Adds voxels in their order. On one thread. Work counted: the voxels of the window, and those that are added. */
export function percolate(thread: i32, threads: i32, run: Percolation): i32 {
  enter();
  if (thread == 0) grow(run);
  const status = barrier(thread, threads);
  return status ? status : leave();
}

function grow(run: Percolation): void {
  linksAt = run.links;
  facesAt = run.faces;
  largest = 0;
  const nz = run.nz, ny = run.ny, nx = run.nx;
  const total = nz * ny * nx;
  memory.fill(linksAt, 0, <usize>total << 2);
  for (let axis: usize = 0; axis < 3; axis++) store<u32>(run.spans + (axis << 2), NEVER);
  for (let voxel: u32 = 0; voxel < total; voxel++) {
    if (<i32>load<u8>(run.labels + <usize>voxel) == run.label) note(run.spans, add(voxel, nz, ny, nx), 0);
    if (poll(0, 1)) return;
  }
  let step: u32 = 0;
  for (let added: u32 = 0; ; added++) {
    while (step < run.stepCount && load<u32>(run.steps + (<usize>step << 2)) == added) {
      store<u32>(run.largest + (<usize>step << 2), <u32>-largest);
      step++;
    }
    if (added == run.count) return;
    note(run.spans, add(load<u32>(run.voxels + (<usize>added << 2)), nz, ny, nx), added + 1);
    if (poll(0, 1)) return;
  }
}

/** Writes down where a cluster with these faces spans for the first time. */
// @ts-ignore: decorator
@inline
function note(spans: usize, faces: u32, added: u32): void {
  // Pairs of bits that are both set, at the lower one of each.
  const both = faces & (faces >> 1) & 0b010101;
  if (both == 0) return;
  for (let axis: u32 = 0; axis < 3; axis++) {
    const at = spans + (<usize>axis << 2);
    if ((both >> (2 * axis)) & 1 && load<u32>(at) == NEVER) store<u32>(at, added);
  }
}

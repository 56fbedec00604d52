// Keys of an additive that bridges narrow gaps first: shells of local size, and clusters of voxels within a shell.
import { barrier, enter, leave, poll, slabStart } from '../core/control';
import { unite, parentOf } from '../core/clusters';
import { philox4 } from '../core/random';

/** Counter word that tells these random numbers from others. */
const BRIDGES: u32 = 0x62726467;
/** Shells that are told apart; the last one is for voxels that wait until all others are filled. */
const LAST: u32 = 255;

/** shells[v] = least whole radius that reaches the local size at v, 1 … 254; `LAST` where the size is at most `least`;
 *  0 outside. shells: u8[rows · nx]; sizes: f32, squared, rows of `stride`. */
export function sizeShells(
  thread: i32, threads: i32, shells: usize, sizes: usize, rows: i32, nx: i32, stride: i32, least: f32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const from = sizes + (<usize>row * <usize>stride << 2);
    const to = shells + <usize>row * <usize>nx;
    for (let x = 0; x < nx; x++) {
      const squared = load<f32>(from + (<usize>x << 2));
      const shell = min(<u32>Math.ceil(Math.sqrt(<f64>squared)), LAST - 1);
      store<u8>(to + <usize>x, <u8>(squared == 0 ? 0 : squared <= least ? LAST : shell));
    }
    if (poll(thread, nx)) break;
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** Joins voxels of one shell that share a face or an edge. parents: u32[nz·ny·nx]. On one thread. */
export function joinShells(
  thread: i32, threads: i32, parents: usize, shells: usize, nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  if (thread == 0) joinAll(parents, shells, nz, ny, nx);
  const status = barrier(thread, threads);
  return status ? status : leave();
}

// @ts-ignore: decorator
@inline
function joinWith(parents: usize, shells: usize, voxel: u32, other: u32, shell: u8): void {
  if (load<u8>(shells + <usize>other) == shell) unite(parents, voxel, other);
}

function joinAll(parents: usize, shells: usize, nz: i32, ny: i32, nx: i32): void {
  const plane = <u32>(ny * nx);
  const total = <u32>nz * plane;
  for (let voxel: u32 = 0; voxel < total; voxel++) store<u32>(parents + (<usize>voxel << 2), voxel);
  let voxel: u32 = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, voxel++) {
        const shell = load<u8>(shells + <usize>voxel);
        if (shell == 0) continue;
        const left = x > 0;
        const right = x + 1 < nx;
        if (left) joinWith(parents, shells, voxel, voxel - 1, shell);
        if (y > 0) {
          const before = voxel - <u32>nx;
          if (left) joinWith(parents, shells, voxel, before - 1, shell);
          joinWith(parents, shells, voxel, before, shell);
          if (right) joinWith(parents, shells, voxel, before + 1, shell);
        }
        if (z > 0) {
          const below = voxel - plane;
          if (y > 0) joinWith(parents, shells, voxel, below - <u32>nx, shell);
          if (left) joinWith(parents, shells, voxel, below - 1, shell);
          joinWith(parents, shells, voxel, below, shell);
          if (right) joinWith(parents, shells, voxel, below + 1, shell);
          if (y + 1 < ny) joinWith(parents, shells, voxel, below + <u32>nx, shell);
        }
      }
      if (poll(0, nx)) return;
    }
  }
}

/** keys[i] of voxels[i]: a random number that its cluster has in common (shell: false), or the round in which the
 *  cluster's turn comes: its shell, and one more each time that it is left out with probability `randomness`.
 *  scratch: 64 bytes a thread. */
export function bridgeKeys(
  thread: i32, threads: i32, keys: usize, voxels: usize, parents: usize, shells: usize, scratch: usize, count: i32,
  round: bool, randomness: f64, key0: u32, key1: u32,
): i32 {
  enter();
  const words = scratch + (<usize>thread << 6);
  const zero = i32x4.splat(0);
  const end = slabStart(thread + 1, threads, count);
  for (let i = slabStart(thread, threads, count); i < end; i++) {
    const voxel = load<u32>(voxels + (<usize>i << 2));
    let root = voxel;
    while (parentOf(parents, root) != root) root = parentOf(parents, root);
    philox4(words, i32x4.splat(root), i32x4.splat(BRIDGES), zero, zero, key0, key1);
    let key = load<u32>(words);
    if (round) {
      key = <u32>load<u8>(shells + <usize>voxel);
      const draw = (<f64>load<u32>(words, 16) + 0.5) / 4294967296;
      for (let left = randomness; draw < left && key < LAST - 1; left *= randomness) key++;
    }
    store<u32>(keys + (<usize>i << 2), key);
    if (poll(thread, 1)) break;
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

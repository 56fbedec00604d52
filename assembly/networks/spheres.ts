// Percolation of spheres that may overlap, off any lattice: spheres are added one by one, and those that overlap, or
// touch, are joined (Newman & Ziff's method with a list of spheres for each cell of a grid).
import { barrier, enter, leave, poll, slabStart } from '../core/control';
import { philox1 } from '../core/random';
import { beginCluster, beginClusters, join, largestCluster, noteCluster, spannedAll } from './growing';

/** Counter word that tells these random numbers from others. */
const SPHERES: u32 = 0x73706872;
const WORD: f64 = 4294967296;

/** A number in [0, 1) from two words. */
// @ts-ignore: decorator
@inline
function unitOf(words: usize): f64 { return (<f64>load<u32>(words) + <f64>load<u32>(words, 4) / WORD) / WORD; }

/** Centres, uniform in a box, and radii of `count` spheres. Sphere i has the Philox blocks (i, SPHERES, 0 and 1, 0).
 *  centres: f64[3·count] (z, y, x); radii: f64[count]; kinds: f64[2·kindCount], each a radius and the share of spheres
 *  up to and with it; scratch: 64 bytes a thread. */
export function drawSpheres(
  thread: i32, threads: i32, centres: usize, radii: usize, kinds: usize, scratch: usize, count: i32, kindCount: i32,
  z: f64, y: f64, x: f64, key0: u32, key1: u32,
): i32 {
  enter();
  const words = scratch + (<usize>thread << 6);
  const end = slabStart(thread + 1, threads, count);
  for (let i = slabStart(thread, threads, count); i < end; i++) {
    philox1(words, i, SPHERES, 0, 0, key0, key1);
    philox1(words + 16, i, SPHERES, 1, 0, key0, key1);
    const centre = centres + <usize>i * 24;
    store<f64>(centre, unitOf(words) * z);
    store<f64>(centre, unitOf(words + 8) * y, 8);
    store<f64>(centre, unitOf(words + 16) * x, 16);
    const draw = unitOf(words + 24);
    let kind = 0;
    while (kind + 1 < kindCount && draw >= load<f64>(kinds + (<usize>kind << 4), 8)) kind++;
    store<f64>(radii + (<usize>i << 3), load<f64>(kinds + (<usize>kind << 4)));
    if (poll(thread, 1)) break;
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** What `percolateSpheres` takes. */
@unmanaged
export class SphereCloud {
  /** f64[3·count], (z, y, x). */
  centres: usize;
  /** f64[count]. */
  radii: usize;
  /** i32[count]. */
  links: usize;
  /** u8[count]. */
  faces: usize;
  /** u32[count]: 1 + the sphere that came into the same cell before; 0: none. */
  before: usize;
  /** u32[nz·ny·nx]: 1 + the last sphere of each cell; 0: none. */
  cells: usize;
  /** u32[steps], ascending: how many were added. */
  steps: usize;
  /** u32[steps]: spheres of the largest cluster then. */
  largest: usize;
  /** u32[3], as of `percolate`. */
  spans: usize;
  nz: u32;
  ny: u32;
  nx: u32;
  count: u32;
  stepCount: u32;
  /** Edges of the box. */
  z: f64;
  y: f64;
  x: f64;
  /** Edge of a cell, the largest distance of centres of spheres that touch, at least. */
  edge: f64;
}

/** Adds spheres in their order, until all is known; a sphere touches a face where it reaches it. On one thread. Work
 *  counted: the spheres. */
export function percolateSpheres(thread: i32, threads: i32, run: SphereCloud): i32 {
  enter();
  if (thread == 0) addAll(run);
  const status = barrier(thread, threads);
  return status ? status : leave();
}

// @ts-ignore: decorator
@inline
function cellOf(at: f64, edge: f64, cells: u32): i32 { return max(0, min(<i32>(at / edge), <i32>cells - 1)); }

function add(run: SphereCloud, sphere: u32): void {
  const centre = run.centres + <usize>sphere * 24;
  const z = load<f64>(centre), y = load<f64>(centre, 8), x = load<f64>(centre, 16);
  const r = load<f64>(run.radii + (<usize>sphere << 3));
  beginCluster(
    sphere,
    u32(z - r <= 0) | (u32(z + r >= run.z) << 1) | (u32(y - r <= 0) << 2) | (u32(y + r >= run.y) << 3) |
      (u32(x - r <= 0) << 4) | (u32(x + r >= run.x) << 5),
  );
  const nz = run.nz, ny = run.ny, nx = run.nx;
  const cz = cellOf(z, run.edge, nz), cy = cellOf(y, run.edge, ny), cx = cellOf(x, run.edge, nx);
  let root = sphere;
  for (let kz = max(0, cz - 1); kz <= min(<i32>nz - 1, cz + 1); kz++) {
    for (let ky = max(0, cy - 1); ky <= min(<i32>ny - 1, cy + 1); ky++) {
      for (let kx = max(0, cx - 1); kx <= min(<i32>nx - 1, cx + 1); kx++) {
        const cell = run.cells + (<usize>((<u32>kz * ny + <u32>ky) * nx + <u32>kx) << 2);
        for (let other = load<u32>(cell); other != 0; other = load<u32>(run.before + (<usize>(other - 1) << 2))) {
          const far = run.centres + <usize>(other - 1) * 24;
          const dz = load<f64>(far) - z, dy = load<f64>(far, 8) - y, dx = load<f64>(far, 16) - x;
          const reach = r + load<f64>(run.radii + (<usize>(other - 1) << 3));
          if (dz * dz + dy * dy + dx * dx <= reach * reach) root = join(root, other - 1);
        }
      }
    }
  }
  const own = run.cells + (<usize>((<u32>cz * ny + <u32>cy) * nx + <u32>cx) << 2);
  store<u32>(run.before + (<usize>sphere << 2), load<u32>(own));
  store<u32>(own, sphere + 1);
  noteCluster(root, sphere + 1);
}

function addAll(run: SphereCloud): void {
  beginClusters(run.links, run.faces, run.spans, run.count);
  memory.fill(run.cells, 0, <usize>(run.nz * run.ny * run.nx) << 2);
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
    add(run, added);
    if (poll(0, 1)) return;
  }
}

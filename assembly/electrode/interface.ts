// The faces at which active material meets electrolyte, in the six classes of src/kernels/interface-faces.ts: counted
// by planes, then written from where each plane begins, so that any number of threads writes the same list.
//
// Voxel faces overstate a smooth interface by |n_z| + |n_y| + |n_x| of its normal n. A face's weight is the inverse of
// that sum, n being the slope of the least-squares plane through the indicator of active material in the 5×5×5 voxels
// around both of its voxels, weighted by B(dz)·B(dy)·B(dx) with B = 1 4 6 4 1. Where the electrode ends, the window
// does. By symmetry the weights of walls {100}, {110} and {111} are exact inside.
//
//   a row of the kinds:  0 0 k k k … k   (two bytes of nothing, which also end the row before)
import { enter, leave, poll, slabStart } from '../core/control';

/** Kinds of voxels: 1 active material, 2 electrolyte, 0 others. */
const ACTIVE: u8 = 1;
const BOTH: u8 = 3;
const CLASSES: usize = 6;
/** Reach of the window. */
const REACH: i32 = 2;

/** B at a distance of up to 2. */
// @ts-ignore: decorator
@inline
function binomial(d: i32): i32 {
  return d == 0 ? 6 : d == 1 || d == -1 ? 4 : 1;
}

/** kinds: u8[nz·ny·(nx + 2) + 8]. labels: u8[nz·ny·nx]; table: u8[256], kind of each label. */
export function interfaceKinds(
  thread: i32, threads: i32, kinds: usize, labels: usize, table: usize, nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  const rows = nz * ny;
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const to = kinds + <usize>row * <usize>(nx + REACH);
    const from = labels + <usize>row * <usize>nx;
    store<u16>(to, 0);
    for (let x: usize = 0; x < <usize>nx; x++) {
      store<u8>(to + x + REACH, load<u8>(table + <usize>load<u8>(from + x)));
    }
    if (poll(thread, nx)) break;
  }
  if (thread == threads - 1) store<u64>(kinds + <usize>rows * <usize>(nx + REACH), 0);
  return leave();
}

/** What `listInterface` takes. */
@unmanaged
export class InterfaceList {
  /** u32[count], u32[count], f32[count]: voxels of the two sides, and weights. */
  active: usize;
  electrolyte: usize;
  weight: usize;
  /** f64[nz][6]: sums of the weights of faces that lie between two planes of the electrode, or in one. */
  sums: usize;
  /** u32[nz][6]: where the faces of each plane and class begin, and afterwards where they end. */
  places: usize;
  /** As `interfaceKinds` writes them. */
  kinds: usize;
  nz: i32;
  ny: i32;
  nx: i32;
  /** Planes of the electrode: from … to − 1. */
  from: i32;
  to: i32;
  /** Edges of a voxel. */
  hz: f64;
  hy: f64;
  hx: f64;
  /** Whether weights follow the normal; else they are 1. */
  corrected: bool;
}

/** Slope of the indicator at the voxel that was looked at last. Mutable globals are per worker. */
let slopeZ: f64 = 0;
let slopeY: f64 = 0;
let slopeX: f64 = 0;

/** Sum of B along an axis of which `below` and `above` voxels lie within reach. */
// @ts-ignore: decorator
@inline
function totalOf(below: i32, above: i32): i32 {
  let total = 0;
  for (let d = -below; d <= above; d++) total += binomial(d);
  return total;
}

/** Slope along an axis from the sums of B·d·f and of B·f over the window, times the sum of B. */
// @ts-ignore: decorator
@inline
function slopeOf(moment: i32, sum: i32, below: i32, above: i32): f64 {
  let first = 0, second = 0;
  for (let d = -below; d <= above; d++) {
    first += binomial(d) * d;
    second += binomial(d) * d * d;
  }
  const total = <f64>totalOf(below, above);
  const mean = <f64>first / total;
  const variance = <f64>second / total - mean * mean;
  return variance > 0 ? (<f64>moment - mean * <f64>sum) / variance : 0;
}

// @ts-ignore: decorator
@inline
function across(lanes: v128): i32 {
  return i32x4.extract_lane(lanes, 0) + i32x4.extract_lane(lanes, 1) + i32x4.extract_lane(lanes, 2)
    + i32x4.extract_lane(lanes, 3);
}

function slopeAt(image: InterfaceList, z: i32, y: i32, x: i32): void {
  const ny = image.ny, nx = image.nx;
  const belowZ = min(REACH, z - image.from), aboveZ = min(REACH, image.to - 1 - z);
  const belowY = min(REACH, y), aboveY = min(REACH, ny - 1 - y);
  const belowX = min(REACH, x), aboveX = min(REACH, nx - 1 - x);
  let plain = i16x8.splat(0), alongZ = plain, alongY = plain;
  for (let dz = -belowZ; dz <= aboveZ; dz++) {
    for (let dy = -belowY; dy <= aboveY; dy++) {
      // From x − 2 on; lanes behind x + 2 weigh nothing.
      const at = image.kinds + <usize>((z + dz) * ny + y + dy) * <usize>(nx + REACH) + <usize>x;
      const own = i16x8.extend_low_i8x16_u(v128.and(v128.load64_zero(at), i8x16.splat(<i8>ACTIVE)));
      const weighted = i16x8.mul(own, i16x8.splat(<i16>(binomial(dz) * binomial(dy))));
      plain = i16x8.add(plain, weighted);
      alongZ = i16x8.add(alongZ, i16x8.mul(weighted, i16x8.splat(<i16>dz)));
      alongY = i16x8.add(alongY, i16x8.mul(weighted, i16x8.splat(<i16>dy)));
    }
  }
  const along = i16x8(1, 4, 6, 4, 1, 0, 0, 0);
  const sum = across(i32x4.dot_i16x8_s(plain, along));
  const all = <f64>(totalOf(belowZ, aboveZ) * totalOf(belowY, aboveY) * totalOf(belowX, aboveX));
  slopeZ = slopeOf(across(i32x4.dot_i16x8_s(alongZ, along)), sum, belowZ, aboveZ) / (all * image.hz);
  slopeY = slopeOf(across(i32x4.dot_i16x8_s(alongY, along)), sum, belowY, aboveY) / (all * image.hy);
  const momentX = across(i32x4.dot_i16x8_s(plain, i16x8(-2, -4, 0, 4, 2, 0, 0, 0)));
  slopeX = slopeOf(momentX, sum, belowX, aboveX) / (all * image.hx);
}

/** Whether two voxels are of the two kinds. */
// @ts-ignore: decorator
@inline
function meet(own: u8, other: u8): bool {
  return (own | other) == BOTH;
}

// @ts-ignore: decorator
@inline
function placeOf(places: usize, axis: usize, own: u8): usize {
  return places + ((2 * axis + (own == ACTIVE ? 0 : 1)) << 2);
}

/** places: u32[nz][6], how many faces of each class every plane has, counted at its upper voxel, of those of which a
 *  side lies in the planes from … to − 1. kinds: as `interfaceKinds` writes them. */
export function countInterface(
  thread: i32, threads: i32, places: usize, kinds: usize, nz: i32, ny: i32, nx: i32, from: i32, to: i32,
): i32 {
  enter();
  const row = <usize>(nx + REACH);
  const plane = <usize>ny * row;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const mine = places + ((<usize>z * CLASSES) << 2);
    memory.fill(mine, 0, CLASSES << 2);
    const inside = z >= from && z < to;
    const below = z > 0 && z >= from && z <= to;
    for (let y = 0; y < ny; y++) {
      const at = kinds + <usize>z * plane + <usize>y * row + REACH;
      for (let x: usize = 0; x < <usize>nx; x++) {
        const own = load<u8>(at + x);
        if (below && meet(own, load<u8>(at + x - plane))) increment(placeOf(mine, 0, own));
        if (!inside) continue;
        if (y > 0 && meet(own, load<u8>(at + x - row))) increment(placeOf(mine, 1, own));
        // Nothing lies before a row.
        if (meet(own, load<u8>(at + x - 1))) increment(placeOf(mine, 2, own));
      }
      if (poll(thread, nx)) break;
    }
  }
  return leave();
}

// @ts-ignore: decorator
@inline
function increment(place: usize): u32 {
  const k = load<u32>(place);
  store<u32>(place, k + 1);
  return k;
}

/** Writes the face between voxel (z, y, x) and the one lower by (dz, dy, dx). cut: whether it lies between the
 *  electrode and what was added to it, where the wall is flat */
function write(
  image: InterfaceList, own: u8, z: i32, y: i32, x: i32, axis: usize, dz: i32, dy: i32, dx: i32, cut: bool,
): void {
  const k = <usize>increment(placeOf(image.places + ((<usize>z * CLASSES) << 2), axis, own)) << 2;
  const voxel = <u32>(z * image.ny + y) * <u32>image.nx + <u32>x;
  const lower = <u32>((z - dz) * image.ny + y - dy) * <u32>image.nx + <u32>(x - dx);
  store<u32>(image.active + k, own == ACTIVE ? voxel : lower);
  store<u32>(image.electrolyte + k, own == ACTIVE ? lower : voxel);
  if (cut) {
    store<f32>(image.weight + k, 1);
    return;
  }
  let weight: f64 = 1;
  if (image.corrected) {
    slopeAt(image, z, y, x);
    const ownZ = slopeZ, ownY = slopeY, ownX = slopeX;
    slopeAt(image, z - dz, y - dy, x - dx);
    const gz = ownZ + slopeZ, gy = ownY + slopeY, gx = ownX + slopeX;
    const faces = abs(gz) + abs(gy) + abs(gx);
    // Where the window sees no direction: the mean over all of them.
    weight = faces > 0 ? sqrt(gz * gz + gy * gy + gx * gx) / faces : 2.0 / 3.0;
  }
  store<f32>(image.weight + k, <f32>weight);
  const sum = image.sums + ((<usize>z * CLASSES + 2 * axis + (own == ACTIVE ? 0 : 1)) << 3);
  store<f64>(sum, load<f64>(sum) + <f64><f32>weight);
}

/** The list of faces of which a side lies in the electrode, and the sums of its weights. */
export function listInterface(thread: i32, threads: i32, image: InterfaceList): i32 {
  enter();
  const ny = image.ny, nx = image.nx;
  const row = <usize>(nx + REACH);
  const plane = <usize>ny * row;
  const end = slabStart(thread + 1, threads, image.nz);
  for (let z = slabStart(thread, threads, image.nz); z < end; z++) {
    memory.fill(image.sums + ((<usize>z * CLASSES) << 3), 0, CLASSES << 3);
    const inside = z >= image.from && z < image.to;
    const below = z > 0 && z >= image.from && z <= image.to;
    const cut = z == image.from || z == image.to;
    for (let y = 0; y < ny; y++) {
      const at = image.kinds + <usize>z * plane + <usize>y * row + REACH;
      for (let x = 0; x < nx; x++) {
        const own = load<u8>(at + <usize>x);
        if (below && meet(own, load<u8>(at + <usize>x - plane))) write(image, own, z, y, x, 0, 1, 0, 0, cut);
        if (!inside) continue;
        if (y > 0 && meet(own, load<u8>(at + <usize>x - row))) write(image, own, z, y, x, 1, 0, 1, 0, false);
        if (meet(own, load<u8>(at + <usize>x - 1))) write(image, own, z, y, x, 2, 0, 0, 1, false);
      }
      if (poll(thread, nx)) break;
    }
  }
  return leave();
}

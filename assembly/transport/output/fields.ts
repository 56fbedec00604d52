// Potential and flux of a solved network, in the natural order of the image.
import { barrier, enter, poll, slabStart } from '../../core/control';
import { Optional } from '../../core/kinds';
import { bookX, bookY, bookZ, conductanceAt } from '../level/codes';
import { Level } from '../level/levels';

/** Conductance between element i of the network and its neighbour j; `codes` are those of the faces, held by element
 *  `face`. */
// @ts-ignore: decorator
@inline
function conductance(entry: Level, codes: usize, face: usize, book: usize, i: usize, j: usize, boundary: bool): f64 {
  if (entry.coded) return conductanceAt(entry, book, codes, face);
  const n = entry.network;
  if (load<u8>(n + i) == 0) return 0;
  return boundary ? 2 : load<u8>(n + j) != 0 ? 1 : 0;
}

// @ts-ignore: decorator
@inline
function valueAt(x: usize, second: usize, element: usize): f64 {
  const value = <f64>load<f32>(x + (element << 2));
  return second ? value + <f64>load<f32>(second + (element << 2)) : value;
}

/** Potential 1 − (l + x)/nz, l the linear profile that rises by 1 per voxel, and magnitude of the flux at voxel centres
 *  (mean of the two faces along each axis) in units of the conductivity 1 × the mean gradient; NaN and 0 where nothing
 *  conducts.
 *  @param out f64[ny][3]: flux × length along z, y, x summed over the faces of each row of planes: over all rows and
 *    per voxel, the mean flux
 *  @param second second word of x, laid out like it
 *  @param potential, flux f32[nz·ny·nx] with sz, sy, sx elements between neighbours; 0 when only `out` is wanted
 *  @param scaleY, scaleX voxel edge along y and x over that along z */
export function transportFields(
  thread: i32, threads: i32, out: usize, entry: Level, x: usize, second: Optional, potential: Optional, flux: Optional,
  sz: u32, sy: u32, sx: u32, scaleY: f64, scaleX: f64,
): i32 {
  enter();
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  const pitch = entry.rowBytes >> 2;
  const plane = entry.planeBytes >> 2;
  const half = entry.halfBytes >> 2;
  const length = <f64>nz;
  const yEnd = slabStart(thread + 1, threads, ny);
  for (let y = slabStart(thread, threads, ny); y < yEnd; y++) {
    let sumZ: f64 = 0;
    let sumY: f64 = 0;
    let sumX: f64 = 0;
    for (let z = 0; z < nz; z++) {
      const lowest = entry.boundaryAt(z);
      const highest = entry.boundaryAt(z + 1);
      const rise = entry.riseBelow(z);
      const row = <usize>z * plane + <usize>y * pitch;
      for (let k = 0; k < nx; k++) {
        const colour = <usize>((z + y + k) & 1);
        const i = row + colour * half + <usize>(k >> 1);
        const j = row + (1 - colour) * half + <usize>(k >> 1);
        const west = row + (1 - colour) * half + <usize>((k + 1) >> 1) - 1;
        const down = conductance(entry, entry.faceZ, i, bookZ(entry, z), i, j - plane, lowest);
        const up = conductance(entry, entry.faceZ, j + plane, bookZ(entry, z + 1), i, j + plane, highest);
        const south = conductance(entry, entry.faceY, i, bookY(entry), i, j - pitch, false);
        const north = conductance(entry, entry.faceY, j + pitch, bookY(entry), i, j + pitch, false);
        const left = conductance(entry, entry.faceX, i, bookX(entry), i, west, false);
        const right = conductance(entry, entry.faceX, west + 1, bookX(entry), i, west + 1, false);
        const v = valueAt(x, second, i);
        const inZ = down * (v - valueAt(x, second, j - plane) + rise);
        const outZ = up * (valueAt(x, second, j + plane) - v + entry.riseBelow(z + 1));
        const inY = south * (v - valueAt(x, second, j - pitch)) * scaleY;
        const outY = north * (valueAt(x, second, j + pitch) - v) * scaleY;
        const inX = left * (v - valueAt(x, second, west)) * scaleX;
        const outX = right * (valueAt(x, second, west + 1) - v) * scaleX;
        sumZ += rise * inZ + (highest ? 0.5 * outZ : 0);
        sumY += inY;
        sumX += inX;
        if (potential) {
          const at = (<usize>z * sz + <usize>y * sy + <usize>k * sx) << 2;
          const conducts = down + up + south + north + left + right > 0;
          store<f32>(potential + at, conducts ? <f32>(1 - (<f64>z + 0.5 + v) / length) : NaN);
          const a = inZ + outZ;
          const b = inY + outY;
          const c = inX + outX;
          store<f32>(flux + at, conducts ? <f32>(0.5 * Math.sqrt(a * a + b * b + c * c)) : 0);
        }
      }
      if (poll(thread, nx)) break;
    }
    store<f64>(out + <usize>y * 24, sumZ);
    store<f64>(out + <usize>y * 24, sumY, 8);
    store<f64>(out + <usize>y * 24, sumX, 16);
  }
  return barrier(thread, threads);
}

// Potential and flux of a solved network, in the natural order of the image.
import { barrier, enter, poll, slabStart } from '../../core/control';
import { Optional } from '../../core/kinds';
import { bookX, bookY, bookZ, conductanceAt } from '../level/codes';
import { Level } from '../level/levels';

/** Conductance between an element that conducts and its neighbour, whose byte of the network is at `neighbour`; `codes`
 *  are those of the faces, held by element `face`. */
// @ts-ignore: decorator
@inline
function conductance(
  entry: Level, coded: bool, codes: usize, face: usize, book: usize, neighbour: usize, boundary: bool,
): f64 {
  if (coded) return conductanceAt(entry, book, codes, face);
  return boundary ? 2 : load<u8>(neighbour) != 0 ? 1 : 0;
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
  const coded = entry.coded;
  const network = entry.network;
  const faceZ = entry.faceZ;
  const faceY = entry.faceY;
  const faceX = entry.faceX;
  const yEnd = slabStart(thread + 1, threads, ny);
  for (let y = slabStart(thread, threads, ny); y < yEnd; y++) {
    let sumZ: f64 = 0;
    let sumY: f64 = 0;
    let sumX: f64 = 0;
    for (let z = 0; z < nz; z++) {
      const lowest = entry.boundaryAt(z);
      const highest = entry.boundaryAt(z + 1);
      const rise = entry.riseBelow(z);
      const riseAbove = entry.riseBelow(z + 1);
      const booksBelow = bookZ(entry, z);
      const booksAbove = bookZ(entry, z + 1);
      const booksY = bookY(entry);
      const booksX = bookX(entry);
      const row = <usize>z * plane + <usize>y * pitch;
      for (let k = 0; k < nx; k++) {
        const colour = <usize>((z + y + k) & 1);
        const i = row + colour * half + <usize>(k >> 1);
        const at = (<usize>z * sz + <usize>y * sy + <usize>k * sx) << 2;
        if (!coded && load<u8>(network + i) == 0) {
          if (potential) {
            store<f32>(potential + at, NaN);
            store<f32>(flux + at, 0);
          }
          continue;
        }
        const j = row + (1 - colour) * half + <usize>(k >> 1);
        const west = row + (1 - colour) * half + <usize>((k + 1) >> 1) - 1;
        const beside = network + j;
        const down = conductance(entry, coded, faceZ, i, booksBelow, beside - plane, lowest);
        const up = conductance(entry, coded, faceZ, j + plane, booksAbove, beside + plane, highest);
        const south = conductance(entry, coded, faceY, i, booksY, beside - pitch, false);
        const north = conductance(entry, coded, faceY, j + pitch, booksY, beside + pitch, false);
        const left = conductance(entry, coded, faceX, i, booksX, network + west, false);
        const right = conductance(entry, coded, faceX, west + 1, booksX, network + west + 1, false);
        const v = valueAt(x, second, i);
        const inZ = down * (v - valueAt(x, second, j - plane) + rise);
        const outZ = up * (valueAt(x, second, j + plane) - v + riseAbove);
        const inY = south * (v - valueAt(x, second, j - pitch)) * scaleY;
        const outY = north * (valueAt(x, second, j + pitch) - v) * scaleY;
        const inX = left * (v - valueAt(x, second, west)) * scaleX;
        const outX = right * (valueAt(x, second, west + 1) - v) * scaleX;
        sumZ += rise * inZ + (highest ? 0.5 * outZ : 0);
        sumY += inY;
        sumX += inX;
        if (potential) {
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

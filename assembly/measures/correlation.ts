// Correlation of two phases at all lags through their spectra, and the voxels of a phase near the faces of the window.
// Fields and spectra have the layouts of fields/transform.ts.
import { barrier, enter, slabStart, tick } from '../core/control';

/** field = 1 − mean in voxels of `phase`, −mean in the others, 0 outside the window. field: f32[pz·py·pitch], 16-byte
 *  blocks; labels: u8[nz·ny·nx] and 16 readable bytes behind. */
export function indicatorField(
  thread: i32, threads: i32, field: usize, labels: usize, phase: i32, mean: f32, nz: i32, ny: i32, nx: i32, pz: i32,
  py: i32,
  pitch: i32,
): i32 {
  enter();
  const inside = f32x4.splat(1 - mean);
  const outside = f32x4.splat(-mean);
  const wanted = i8x16.splat(<i8>phase);
  const bytes = <usize>pitch << 2;
  const end = slabStart(thread + 1, threads, pz * py);
  for (let row = slabStart(thread, threads, pz * py); row < end; row++) {
    const z = row / py;
    const y = row - z * py;
    const to = field + <usize>row * bytes;
    let x = 0;
    if (z < nz && y < ny) {
      const from = labels + (<usize>z * <usize>ny + <usize>y) * <usize>nx;
      for (; x + 16 <= nx; x += 16) {
        const same = i8x16.eq(v128.load(from + <usize>x), wanted);
        const low = i16x8.extend_low_i8x16_s(same);
        const high = i16x8.extend_high_i8x16_s(same);
        const at = to + (<usize>x << 2);
        v128.store(at, v128.bitselect(inside, outside, i32x4.extend_low_i16x8_s(low)));
        v128.store(at, v128.bitselect(inside, outside, i32x4.extend_high_i16x8_s(low)), 16);
        v128.store(at, v128.bitselect(inside, outside, i32x4.extend_low_i16x8_s(high)), 32);
        v128.store(at, v128.bitselect(inside, outside, i32x4.extend_high_i16x8_s(high)), 48);
      }
      for (; x < nx; x++) {
        store<f32>(to + (<usize>x << 2), load<u8>(from + <usize>x) == <u8>phase ? 1 - mean : -mean);
      }
    }
    memory.fill(to + (<usize>x << 2), 0, bytes - (<usize>x << 2));
    if (tick(thread, pitch)) break;
  }
  return barrier(thread, threads);
}

/** a = conj(a)·b. a, b: spectra of `blocks` blocks of 32 bytes; may be the same. */
export function spectrumProduct(thread: i32, threads: i32, a: usize, b: usize, blocks: u32): i32 {
  enter();
  const chunks = <i32>((blocks + 2047) >> 11);
  const end = slabStart(thread + 1, threads, chunks);
  for (let chunk = slabStart(thread, threads, chunks); chunk < end; chunk++) {
    const first = <u32>chunk << 11;
    let n = <i32>min<u32>(2048, blocks - first);
    let p = a + (<usize>first << 5);
    let q = b + (<usize>first << 5);
    do {
      const ar = v128.load(p);
      const ai = v128.load(p, 16);
      const br = v128.load(q);
      const bi = v128.load(q, 16);
      v128.store(p, f32x4.add(f32x4.mul(ar, br), f32x4.mul(ai, bi)));
      v128.store(p, f32x4.sub(f32x4.mul(ar, bi), f32x4.mul(ai, br)), 16);
      p += 32;
      q += 32;
    } while (--n > 0);
    if (tick(thread, 2048 << 3)) break;
  }
  return barrier(thread, threads);
}

/** out[l + L] = field[l mod p] for l = −L … L along every axis. out: f32[2lz+1][2ly+1][2lx+1]; L ≤ p/2. */
export function cropLags(
  thread: i32, threads: i32, out: usize, field: usize, lz: i32, ly: i32, lx: i32, pz: i32, py: i32, px: i32, pitch: i32,
): i32 {
  enter();
  const width = <usize>(2 * lx + 1) << 2;
  const below = <usize>lx << 2;
  const rows = (2 * lz + 1) * (2 * ly + 1);
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const i = row / (2 * ly + 1);
    const z = i < lz ? pz + i - lz : i - lz;
    const j = row - i * (2 * ly + 1);
    const y = j < ly ? py + j - ly : j - ly;
    const from = field + ((<usize>(z * py + y) * <usize>pitch) << 2);
    const to = out + <usize>row * width;
    memory.copy(to, from + (<usize>(px - lx) << 2), below);
    memory.copy(to + below, from, below + 4);
    if (tick(thread, 2 * lx + 1)) break;
  }
  return barrier(thread, threads);
}

/** First voxel of bin `b` along an axis of n voxels whose first and last `edge` voxels are bins of their own. */
// @ts-ignore: decorator
@inline
function binStart(b: i32, n: i32, edge: i32): i32 {
  return 2 * edge >= n || b <= edge ? b : n - 2 * edge + b - 1;
}

/** bins: u32[bz][by][bx]: voxels of `phase` where every voxel plane within `edge` of a face is a bin and all planes
 *  between are one: min(n, 2·edge + 1) bins along each axis. labels: u8[nz·ny·nx]. */
export function edgeCounts(
  thread: i32, threads: i32, bins: usize, labels: usize, phase: i32, nz: i32, ny: i32, nx: i32, ez: i32, ey: i32,
  ex: i32,
): i32 {
  enter();
  const bz = min(nz, 2 * ez + 1);
  const by = min(ny, 2 * ey + 1);
  const bx = min(nx, 2 * ex + 1);
  const middle = 2 * ex >= nx ? nx : ex;
  const after = 2 * ex >= nx ? nx : nx - ex;
  let stop = false;
  for (let bin = thread; bin < bz * by && !stop; bin += threads) {
    const zb = bin / by;
    const yb = bin - zb * by;
    const out = bins + (<usize>bin * <usize>bx << 2);
    memory.fill(out, 0, <usize>bx << 2);
    const zEnd = binStart(zb + 1, nz, ez);
    const yEnd = binStart(yb + 1, ny, ey);
    for (let z = binStart(zb, nz, ez); z < zEnd && !stop; z++) {
      for (let y = binStart(yb, ny, ey); y < yEnd; y++) {
        const row = labels + (<usize>z * <usize>ny + <usize>y) * <usize>nx;
        for (let x = 0; x < middle; x++) {
          const at = out + (<usize>x << 2);
          store<u32>(at, load<u32>(at) + (load<u8>(row + <usize>x) == <u8>phase ? 1 : 0));
        }
        let count: u32 = 0;
        for (let x = middle; x < after; x++) count += load<u8>(row + <usize>x) == <u8>phase ? 1 : 0;
        if (after > middle) store<u32>(out + (<usize>middle << 2), load<u32>(out + (<usize>middle << 2)) + count);
        for (let x = after; x < nx; x++) {
          const at = out + (<usize>(x - after + middle + 1) << 2);
          store<u32>(at, load<u32>(at) + (load<u8>(row + <usize>x) == <u8>phase ? 1 : 0));
        }
        if (tick(thread, nx)) {
          stop = true;
          break;
        }
      }
    }
  }
  return barrier(thread, threads);
}

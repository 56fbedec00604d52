// From sums over pairs of voxels to two-point coverages: the windows in which a lag can begin, and means over shells of
// lags.
import { SHELL_VALUES } from '../layout';
import { barrier, enter, poll, slabStart } from '../core/control';
import { Optional } from '../core/kinds';

/** Along the middle of three axes: what is left of each line without its first −l or last l bins, l = −edge … edge.
 *  @param left u32[outer][2·edge + 1][inner]; bins u32[outer][count][inner] */
export function shrinkWindows(
  thread: i32, threads: i32, left: usize, bins: usize, outer: i32, count: i32, inner: i32, edge: i32,
): i32 {
  enter();
  // Threads share the lines, in blocks: those of one outer index lie side by side.
  const split = outer >= threads ? outer : inner;
  const begin = slabStart(thread, threads, split);
  const end = slabStart(thread + 1, threads, split);
  const o0 = split == outer ? begin : 0;
  const o1 = split == outer ? end : outer;
  const k0 = <usize>(split == outer ? 0 : begin) << 2;
  const k1 = <usize>(split == outer ? inner : end) << 2;
  const row = <usize>inner << 2;
  for (let o = o0; o < o1; o++) {
    const from = bins + <usize>o * <usize>count * row;
    const middle = left + <usize>(o * (2 * edge + 1) + edge) * row;
    for (let k = k0; k < k1; k += 4) store<u32>(middle + k, 0);
    for (let i = 0; i < count; i++) {
      const bin = from + <usize>i * row;
      for (let k = k0; k < k1; k += 4) store<u32>(middle + k, load<u32>(middle + k) + load<u32>(bin + k));
    }
    for (let l = 1; l <= edge; l++) {
      const high = middle + <usize>l * row;
      const low = middle - <usize>l * row;
      const first = from + <usize>(l - 1) * row;
      const last = from + <usize>(count - l) * row;
      for (let k = k0; k < k1; k += 4) {
        store<u32>(high + k, load<u32>(high - row + k) - load<u32>(last + k));
        store<u32>(low + k, load<u32>(low + row + k) - load<u32>(first + k));
      }
      if (poll(thread, <i32>((k1 - k0) >> 2))) break;
    }
    if (poll(thread, count)) break;
  }
  return barrier(thread, threads);
}

/** What `lagMap` takes. Lengths in voxels unless said otherwise. */
@unmanaged
export class LagMap {
  /** f32: sums of the centred indicators (cropLags), then the coverage. */
  map: usize;
  /** f32: centred coverage. */
  centred: usize;
  /** f64[2·lz + 1][count][5]: per plane of lags, see SHELL_VALUES; shell k holds the lengths from k − ½ to k + ½
   *  widths. */
  shells: usize;
  /** u32: voxels of the first phase where a lag can begin; absent: always all of them, the number `first`. */
  low: Optional;
  /** u32: voxels of the second phase where the opposite lag can begin; absent with `low`, then `second`. */
  ahead: Optional;
  first: f64;
  second: f64;
  /** What was taken off the indicators. */
  meanFirst: f64;
  meanSecond: f64;
  /** Longest lags. */
  lz: i32;
  ly: i32;
  lx: i32;
  /** The window. */
  nz: i32;
  ny: i32;
  nx: i32;
  /** Pairs wrap around. */
  periodic: bool;
  /** Edges of a voxel, in the unit of `width`. */
  hz: f64;
  hy: f64;
  hx: f64;
  /** Of a shell, and how many there are. */
  width: f64;
  count: i32;
}

/** Coverage and centred coverage of every lag −L … L in C order, and sums over shells of lags of about the same
 *  length. */
export function lagMap(thread: i32, threads: i32, lagged: LagMap): i32 {
  enter();
  const map = lagged.map, centred = lagged.centred, low = lagged.low, ahead = lagged.ahead, first = lagged.first;
  const second = lagged.second, meanFirst = lagged.meanFirst, meanSecond = lagged.meanSecond, lx = lagged.lx;
  const nx = lagged.nx, periodic = lagged.periodic, hx = lagged.hx, width = lagged.width, count = lagged.count;
  const planes = 2 * lagged.lz + 1;
  const rows = 2 * lagged.ly + 1;
  const lags = 2 * lx + 1;
  const last = (<usize>planes * <usize>rows * <usize>lags - 1) << 2;
  const end = slabStart(thread + 1, threads, planes);
  for (let z = slabStart(thread, threads, planes); z < end; z++) {
    const own = lagged.shells + <usize>z * <usize>count * (SHELL_VALUES << 3);
    memory.fill(own, 0, <usize>count * (SHELL_VALUES << 3));
    const dz = <f64>(z - lagged.lz) * lagged.hz;
    const pairsZ = periodic ? lagged.nz : lagged.nz - abs(z - lagged.lz);
    for (let y = 0; y < rows; y++) {
      const dy = <f64>(y - lagged.ly) * lagged.hy;
      const square = dz * dz + dy * dy;
      const across = <f64>pairsZ * <f64>(periodic ? lagged.ny : lagged.ny - abs(y - lagged.ly));
      let i = (<usize>(z * rows + y) * <usize>lags) << 2;
      for (let x = 0; x < lags; x++, i += 4) {
        const n = across * <f64>(periodic ? nx : nx - abs(x - lx));
        // The end of a lag l lies where lag −l begins.
        const here = low ? <f64>load<u32>(low + i) : first;
        const there = low ? <f64>load<u32>(ahead + last - i) : second;
        const sum = <f64>load<f32>(map + i) + meanSecond * here + meanFirst * there - meanFirst * meanSecond * n;
        const met = max(0.0, Math.floor(sum + 0.5));
        const share = <f32>(met / n);
        const varied = <f32>(met / n - here * there / (n * n));
        store<f32>(map + i, share);
        store<f32>(centred + i, varied);
        const dx = <f64>(x - lx) * hx;
        const distance = Math.sqrt(square + dx * dx);
        const shell = <i32>(distance / width + 0.5);
        if (shell >= count) continue;
        const at = own + <usize>shell * (SHELL_VALUES << 3);
        store<f64>(at, load<f64>(at) + 1);
        store<f64>(at, load<f64>(at, 8) + distance, 8);
        store<f64>(at, load<f64>(at, 16) + n * <f64>share, 16);
        store<f64>(at, load<f64>(at, 24) + n * <f64>varied, 24);
        store<f64>(at, load<f64>(at, 32) + n, 32);
      }
      if (poll(thread, lags)) break;
    }
  }
  return barrier(thread, threads);
}

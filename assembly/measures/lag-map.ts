// From sums over pairs of voxels to two-point coverages: the windows in which a lag can begin, and means over shells of lags.
import { barrier, enter, poll, slabStart } from '../core/control';

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

/** Values of a shell, f64: lags, Σ distance, Σ n·coverage, Σ n·centred, Σ n over lags of n pairs of voxels. */
const VALUES: usize = 5;

/** Coverage and centred coverage of every lag −L … L in C order, and sums over shells of lags of about the same length.
 *  @param map f32: sums of the centred indicators (cropLags), then the coverage; centred: f32
 *  @param shells f64[2·lz + 1][count][5]: per plane of lags, see VALUES; shell k holds the lengths from k − ½ to k + ½ widths
 *  @param low, ahead u32: voxels of the first phase where a lag can begin, of the second where the opposite one can; 0: always all
 *         of them, the numbers `first` and `second`
 *  @param meanFirst, meanSecond what was taken off the indicators; hz, hy, hx: edges of a voxel; periodic: pairs wrap around */
export function lagMap(
  thread: i32, threads: i32, map: usize, centred: usize, shells: usize, low: usize, ahead: usize, first: f64, second: f64,
  meanFirst: f64, meanSecond: f64, lz: i32, ly: i32, lx: i32, nz: i32, ny: i32, nx: i32, periodic: i32,
  hz: f64, hy: f64, hx: f64, width: f64, count: i32,
): i32 {
  enter();
  const planes = 2 * lz + 1;
  const rows = 2 * ly + 1;
  const lags = 2 * lx + 1;
  const last = (<usize>planes * <usize>rows * <usize>lags - 1) << 2;
  const end = slabStart(thread + 1, threads, planes);
  for (let z = slabStart(thread, threads, planes); z < end; z++) {
    const own = shells + <usize>z * <usize>count * (VALUES << 3);
    memory.fill(own, 0, <usize>count * (VALUES << 3));
    const dz = <f64>(z - lz) * hz;
    const pairsZ = periodic ? nz : nz - abs(z - lz);
    for (let y = 0; y < rows; y++) {
      const dy = <f64>(y - ly) * hy;
      const square = dz * dz + dy * dy;
      const across = <f64>pairsZ * <f64>(periodic ? ny : ny - abs(y - ly));
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
        const at = own + <usize>shell * (VALUES << 3);
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

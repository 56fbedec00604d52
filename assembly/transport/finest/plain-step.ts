// One step of conjugate gradients at red on the finest level for one phase, in one sweep over memory.
import { barrier, leave, tick } from '../../core/control';
import { firstPlane, Level } from '../level/levels';
import {
  addTo, countsOf, highCounts, lowCounts, plus, sideOf, sixHigh, sixLow, where, withTerm,
} from '../level/lanes';
import { lastOctet, octetAt, octetsOf } from './octets';

/** x += alpha·p, r −= alpha·A·p in red row (z, y). @returns sum + Σ r² */
function stepRow<D>(entry: Level, x: usize, p: usize, alpha: v128, z: i32, y: i32, sum: v128): v128 {
  const octets = octetsOf(entry, z, y);
  const last = lastOctet(octets);
  if (octets == last) return sum;
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const row = <usize>z * plane + <usize>y * pitch;
  const red = p + row;
  const black = red + entry.halfBytes;
  const to = x + row;
  const r = entry.right + row;
  const m = entry.diagonal + row;
  const network = entry.network + (row >> 2);
  const side = sideOf((z + y) & 1);
  let k = octets;
  do {
    const i = octetAt(k);
    const counts = countsOf(network + (i >> 2));
    const lows = lowCounts(counts);
    const highs = highCounts(counts);
    const low = v128.load(red + i);
    const high = v128.load(red + i, 16);
    const o = black + i;
    const lowProduct =
      f32x4.sub(f32x4.mul(withTerm<D>(lows, m + i), low), sixLow(o, side, pitch, o - plane, o + plane));
    const highProduct =
      f32x4.sub(f32x4.mul(withTerm<D>(highs, m + i + 16), high), sixHigh(o, side, pitch, o - plane, o + plane));
    v128.store(to + i, f32x4.add(v128.load(to + i), f32x4.mul(alpha, low)));
    v128.store(to + i, f32x4.add(v128.load(to + i, 16), f32x4.mul(alpha, high)), 16);
    const lowLeft = where(lows, f32x4.sub(v128.load(r + i), f32x4.mul(alpha, lowProduct)));
    const highLeft = where(highs, f32x4.sub(v128.load(r + i, 16), f32x4.mul(alpha, highProduct)));
    v128.store(r + i, lowLeft);
    v128.store(r + i, highLeft, 16);
    sum = plus(sum, f32x4.add(f32x4.mul(lowLeft, lowLeft), f32x4.mul(highLeft, highLeft)));
    k += 2;
  } while (k != last);
  return sum;
}

/** x += alpha·p, r −= alpha·A·p at red. sums: Σ r² per plane */
export function advance<D>(
  thread: i32, threads: i32, entry: Level, x: usize, p: usize, alpha: f32, sums: usize,
): i32 {
  const z0 = firstPlane(thread, threads, entry);
  const z1 = firstPlane(thread + 1, threads, entry);
  const ny = entry.ny;
  const step = f32x4.splat(alpha);
  for (let first = 0; first < ny; first += entry.tileRows) {
    const last = min(first + entry.tileRows, ny);
    for (let z = z0; z < z1; z++) {
      let sum = f64x2.splat(0);
      for (let y = first; y < last; y++) sum = stepRow<D>(entry, x, p, step, z, y, sum);
      const at = sums + (<usize>z << 3);
      if (first == 0) store<f64>(at, 0);
      addTo(at, sum);
      if (tick(thread, <usize>(last - first) * <usize>entry.nx)) break;
    }
    if (leave()) break;
  }
  return barrier(thread, threads);
}

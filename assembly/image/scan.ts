// Tomograms of labels: a grey value for each, and white noise on top. Marsaglia's polar method on the counters (pair,
// attempt) of Philox; f64 and only + − × ÷ √, as src/numeric/portable.ts, so that a scan is the same bits wherever it
// is drawn.
import { barrier, enter, poll, slabStart } from '../core/control';
import { philox1 } from '../core/random';

const LN2: f64 = 0.6931471805599453;
const WORD: f64 = 4294967296.0;
/** Voxels between two looks at the cancel word; even, because normal numbers come in pairs. */
const PART: u32 = 4096;

/** values[i] = greys[labels[i]]. greys: f32[256] */
export function greysOfLabels(
  thread: i32, threads: i32, values: usize, labels: usize, greys: usize, voxels: u32,
): i32 {
  enter();
  const parts = <i32>((voxels + PART - 1) / PART);
  const end = slabStart(thread + 1, threads, parts);
  for (let part = slabStart(thread, threads, parts); part < end; part++) {
    const last = min(voxels, (<u32>part + 1) * PART);
    for (let i = <u32>part * PART; i < last; i++) {
      store<f32>(values + (<usize>i << 2), load<f32>(greys + (<usize>load<u8>(labels + <usize>i) << 2)));
    }
    if (poll(thread, PART)) break;
  }
  return barrier(thread, threads);
}

/** ln x for x in (0, 1], as portableLogarithm. */
function logarithm(x: f64): f64 {
  let halvings: f64 = 0;
  while (x < 0.7) {
    x *= 2;
    halvings += 1;
  }
  const t = (x - 1) / (x + 1);
  const square = t * t;
  let sum: f64 = 0;
  let power = t;
  for (let k: f64 = 1; k < 60; k += 2) {
    sum += power / k;
    power *= square;
  }
  return 2 * sum - halvings * LN2;
}

// @ts-ignore: decorator
@inline
function uniform(at: usize): f64 {
  return (2 * (<f64>load<u32>(at) + 0.5)) / WORD - 1;
}

/** pair[0], pair[1]: two independent standard normals; block: u32[4], scratch. */
function drawPair(pair: usize, block: usize, index: u32, key0: u32, key1: u32): void {
  for (let attempt: u32 = 0; ; attempt++) {
    philox1(block, index, attempt, 0, 0, key0, key1);
    for (let word: usize = 0; word < 16; word += 8) {
      const u = uniform(block + word);
      const v = uniform(block + word + 4);
      const square = u * u + v * v;
      if (square >= 1 || square == 0) continue;
      const factor = Math.sqrt((-2 * logarithm(square)) / square);
      store<f64>(pair, u * factor);
      store<f64>(pair, v * factor, 8);
      return;
    }
  }
}

/** out[i] = values[i] + noise · normal(i), rounded and held within the range of its type (`kind` 1, 2, 4 as in
 *  ./values; f32 as it is). values: f32, apart from `out`. scratch: u8[threads][64]. */
export function addNoise(
  thread: i32, threads: i32, out: usize, values: usize, kind: i32, noise: f64, scratch: usize, key0: u32, key1: u32,
  voxels: u32,
): i32 {
  enter();
  const pair = scratch + (<usize>thread << 6);
  store<f64>(pair, 0);
  store<f64>(pair, 0, 8);
  const high: f64 = kind == 1 ? 255 : 65535;
  const parts = <i32>((voxels + PART - 1) / PART);
  const end = slabStart(thread + 1, threads, parts);
  for (let part = slabStart(thread, threads, parts); part < end; part++) {
    const last = min(voxels, (<u32>part + 1) * PART);
    for (let i = <u32>part * PART; i < last; i++) {
      if (noise > 0 && !(i & 1)) drawPair(pair, pair + 16, i >> 1, key0, key1);
      const value = <f64>load<f32>(values + (<usize>i << 2)) + noise * load<f64>(pair + (<usize>(i & 1) << 3));
      if (kind == 4) store<f32>(out + (<usize>i << 2), <f32>value);
      else {
        const whole = <u32>max<f64>(0, min<f64>(high, Math.floor(value + 0.5)));
        if (kind == 1) store<u8>(out + <usize>i, <u8>whole);
        else store<u16>(out + (<usize>i << 1), <u16>whole);
      }
    }
    if (poll(thread, PART)) break;
  }
  return barrier(thread, threads);
}

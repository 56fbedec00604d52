// b·x on level 1, over blocks or parts.
import { barrier, slabStart, tick } from '../../core/control';
import { lengthOf, plus, sumOf } from '../level/lanes';
import { Level } from '../level/levels';
import { PartsLevel, partsAbove } from '../parts/record';

function planeOfBlocks(coarse: Level, z: i32): f64 {
  const length = lengthOf(coarse);
  let sum = f64x2.splat(0);
  for (let y = 0; y < coarse.ny; y++) {
    for (let colour: usize = 0; colour < 2; colour++) {
      const row = <usize>z * coarse.planeBytes + <usize>y * coarse.rowBytes + colour * coarse.halfBytes;
      const b = coarse.right + row;
      const u = coarse.solution + row;
      let i: usize = 0;
      do {
        sum = plus(sum, f32x4.add(
          f32x4.mul(v128.load(b + i), v128.load(u + i)), f32x4.mul(v128.load(b + i, 16), v128.load(u + i, 16)),
        ));
        i += 32;
      } while (i != length);
    }
  }
  return sumOf(sum);
}

function planeOfParts(level: PartsLevel, z: i32): f64 {
  let sum: f64 = 0;
  for (let colour = 0; colour < 2; colour++) {
    const end = <usize>level.firstNode(colour, z + 1) << 2;
    for (let node = <usize>level.firstNode(colour, z) << 2; node < end; node += 4) {
      sum += <f64>load<f32>(level.loads + node) * <f64>load<f32>(level.values + node);
    }
  }
  return sum;
}

/** sums: f64 per plane of level 1 */
export function coarseProducts(thread: i32, threads: i32, entry: Level, sums: usize): i32 {
  const coarse = entry.coarse;
  const planes = coarse.nz;
  const end = slabStart(thread + 1, threads, planes);
  for (let z = slabStart(thread, threads, planes); z < end; z++) {
    store<f64>(sums + (<usize>z << 3), entry.parts
      ? planeOfParts(partsAbove(entry).level(0), z) : planeOfBlocks(coarse, z));
    if (tick(thread, <usize>coarse.ny * <usize>coarse.nx)) break;
  }
  return barrier(thread, threads);
}

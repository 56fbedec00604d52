// Edges of the voxel lattice at which three chosen labels meet: among the four voxels around the edge, each occurs.
// Works on the one-hot codes of transitions.ts: the OR of four codes names the set of labels around an edge.
//
//   edge along x: rows (z, y), (z, y+1), (z+1, y), (z+1, y+1) at x     along y: rows (z, y), (z+1, y) at x and x + 1
//   edge along z: rows (z, y), (z, y+1) at x and x + 1
import { barrier, enter, poll, slabStart } from '../core/control';
import { addBytes, firstBytes } from '../core/lanes';

/** 16-byte blocks that a u8 accumulator can count before it overflows. */
const BLOCKS = 255;
/** counts: f64[threads][triples][3], whole numbers: edges along z, y, x inside the window at which all labels of
 *  triples[k] meet, for each thread's rows; the caller adds the threads. codes: one-hot labels u8[nz·ny·nx + 64], the
 *  bytes behind the last voxel are read and not used. triples: u8[count], three bits each. */
export function tripleLines(
  thread: i32, threads: i32, counts: usize, codes: usize, nz: i32, ny: i32, nx: i32, triples: usize, count: i32,
): i32 {
  enter();
  const mine = counts + <usize>thread * <usize>count * 24;
  memory.fill(mine, 0, <usize>count * 24);
  const pitch = <usize>nx;
  const slice = <usize>ny * pitch;
  const blocks = (nx + 15) >> 4;
  const end = slabStart(thread + 1, threads, nz * ny);
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    const z = row / ny;
    const y = row - z * ny;
    const right = y + 1 < ny ? pitch : 0;
    const above = z + 1 < nz ? slice : 0;
    for (let k = 0; k < count; k++) {
      const out = mine + <usize>k * 24;
      const triple = i8x16.splat(load<i8>(triples + <usize>k));
      let a = codes + <usize>row * pitch;
      let block = 0;
      while (block < blocks) {
        const stop = min(blocks, block + BLOCKS);
        let alongZ = i8x16.splat(0);
        let alongY = alongZ;
        let alongX = alongZ;
        do {
          const a0 = v128.load(a);
          const b0 = v128.load(a + right);
          const c0 = v128.load(a + above);
          const a2 = v128.or(a0, v128.load(a, 1));
          const lanes = nx - (block << 4);
          const shared = v128.and(triple, firstBytes(lanes));
          const paired = v128.and(triple, firstBytes(lanes - 1));
          const z4 = v128.or(a2, v128.or(b0, v128.load(a + right, 1)));
          const y4 = v128.or(a2, v128.or(c0, v128.load(a + above, 1)));
          const x4 = v128.or(v128.or(a0, b0), v128.or(c0, v128.load(a + right + above)));
          // Lanes beyond the row are 0 and a triple is not.
          alongZ = i8x16.sub(alongZ, i8x16.eq(v128.and(z4, paired), triple));
          alongY = i8x16.sub(alongY, i8x16.eq(v128.and(y4, paired), triple));
          alongX = i8x16.sub(alongX, i8x16.eq(v128.and(x4, shared), triple));
          a += 16;
        } while (++block < stop);
        if (right) addBytes(out, alongZ);
        if (above) addBytes(out + 8, alongY);
        if (right && above) addBytes(out + 16, alongX);
      }
    }
    if (poll(thread, nx)) break;
  }
  return barrier(thread, threads);
}

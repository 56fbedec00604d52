// Which voxels are joined to an end plane over open faces. Rows are bit sets (core/rows.ts), and the flood moves whole
// rows.
import { poll } from '../../core/control';
import { enqueue, equalBits, Faces, reachRow, spreadRow } from '../../core/rows';

/** Which of `count` bytes, `stride` apart, equal `value`, or with `same` false do not, as bits. @returns how many are
 *  set. */
export function packRow(bits: usize, words: i32, bytes: usize, count: i32, stride: usize, value: i32, same: bool): i32 {
  const wanted = i8x16.splat(<i8>value);
  const flip: u64 = same ? 0 : ~<u64>0;
  let set = 0;
  for (let w = 0; w < words; w++) {
    let word: u64 = 0;
    const first = w << 6;
    const here = min(64, count - first);
    let at = bytes + <usize>first * stride;
    if (stride == 1 && here == 64) {
      word = flip ^ equalBits(at, wanted);
    } else {
      for (let k = 0; k < here; k++) {
        word |= u64((<i32>load<u8>(at) == value) == same) << <u64>k;
        at += stride;
      }
    }
    store<u64>(bits + (<usize>w << 3), word);
    set += <i32>popcnt<u64>(word);
  }
  return set;
}

/** Fills `reached` (u64[nz·ny·words], zeros) with the voxels that are joined to the seeds in plane z0.
 *  @param seeds u64[ny·words]: voxels of plane z0 whose boundary face is open
 *  @param linkZ, linkY, linkX u64[nz·ny·words], of Faces: open faces to the neighbours one lower; those below z = 0 are
 *         not looked at; of Voxels: the set of those that are joined to all neighbours in it, three times
 *  @param queue i32[nz·ny]; queued u8[nz·ny], zeros */
export function flood<Links>(
  thread: i32, reached: usize, seeds: usize, linkZ: usize, linkY: usize, linkX: usize, queue: usize, queued: usize,
  z0: i32, nz: i32, ny: i32, nx: i32, words: i32,
): void {
  const bytes = <usize>words << 3;
  const rows = nz * ny;
  let head = 0;
  let waiting = 0;
  for (let y = 0; y < ny; y++) {
    const row = z0 * ny + y;
    memory.copy(reached + <usize>row * bytes, seeds + <usize>y * bytes, bytes);
    spreadRow<Links>(reached + <usize>row * bytes, linkX + <usize>row * bytes, words);
    waiting = enqueue(queue, queued, rows, head, waiting, row);
  }
  while (waiting > 0) {
    const row = load<i32>(queue + (<usize>head << 2));
    head = head + 1 == rows ? 0 : head + 1;
    waiting--;
    store<u8>(queued + <usize>row, 0);
    const z = row / ny;
    const y = row - z * ny;
    for (let side = 0; side < 4; side++) {
      let next = row;
      if (side == 0) { if (z + 1 == nz) continue; next += ny; }
      else if (side == 1) { if (z == 0) continue; next -= ny; }
      else if (side == 2) { if (y + 1 == ny) continue; next++; }
      else { if (y == 0) continue; next--; }
      // The face between two rows belongs to the higher one.
      const links = sizeof<Links>() == sizeof<Faces>() ? max(row, next) : next;
      const to = reached + <usize>next * bytes;
      const open = (side < 2 ? linkZ : linkY) + <usize>links * bytes;
      if (!reachRow(to, reached + <usize>row * bytes, open, words, false)) continue;
      spreadRow<Links>(to, linkX + <usize>next * bytes, words);
      waiting = enqueue(queue, queued, rows, head, waiting, next);
    }
    if (poll(thread, nx)) return;
  }
}

// Which voxels are joined to an end plane over open faces. Rows are bit sets, 64 voxels a word, and the flood moves whole rows, so
// that its cost is a few visits per row, not per voxel.
import { poll } from '../../core/control';

/** Which of `count` bytes, `stride` apart, equal `value`, or with `same` false do not, as bits. @returns how many are set. */
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
      word = flip ^ (<u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at), wanted))
        | (<u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at, 16), wanted)) << 16)
        | (<u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at, 32), wanted)) << 32)
        | (<u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at, 48), wanted)) << 48));
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

/** Spreads the reached bits of a row over its open faces. links: bit x is the face between x − 1 and x. */
function spreadRow(reached: usize, links: usize, words: i32): void {
  let carry: u64 = 0;
  for (let w = 0; w < words; w++) {
    let open = load<u64>(links + (<usize>w << 3));
    let s = load<u64>(reached + (<usize>w << 3)) | (open & carry);
    // After each step `open` says where twice as many faces in a row are open.
    for (let reach: u64 = 1; reach < 64; reach <<= 1) {
      s |= open & (s << reach);
      open &= open << reach;
    }
    store<u64>(reached + (<usize>w << 3), s);
    carry = s >> 63;
  }
  carry = 0;
  let above: u64 = 0;
  for (let w = words - 1; w >= 0; w--) {
    const own = load<u64>(links + (<usize>w << 3));
    let open = (own >> 1) | (above << 63);
    let s = load<u64>(reached + (<usize>w << 3)) | (open & (carry << 63));
    for (let reach: u64 = 1; reach < 64; reach <<= 1) {
      s |= open & (s >> reach);
      open &= open >> reach;
    }
    store<u64>(reached + (<usize>w << 3), s);
    carry = s & 1;
    above = own & 1;
  }
}

/** Reaches row `to` from row `from` over the open faces `links`. @returns whether anything new was reached. */
// @ts-ignore: decorator
@inline
function reachRow(to: usize, from: usize, links: usize, words: i32): bool {
  let any: u64 = 0;
  for (let w: usize = 0; w < <usize>words << 3; w += 8) {
    const old = load<u64>(to + w);
    const fresh = load<u64>(from + w) & load<u64>(links + w) & ~old;
    store<u64>(to + w, old | fresh);
    any |= fresh;
  }
  return any != 0;
}

/** Fills `reached` (u64[nz·ny·words], zeros) with the voxels that are joined to the seeds in plane z0.
 *  @param seeds u64[ny·words]: voxels of plane z0 whose boundary face is open
 *  @param linkZ, linkY, linkX u64[nz·ny·words]: open faces to the neighbours one lower; those below z = 0 are not looked at
 *  @param queue i32[nz·ny]; queued u8[nz·ny], zeros */
export function flood(
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
    spreadRow(reached + <usize>row * bytes, linkX + <usize>row * bytes, words);
    store<i32>(queue + (<usize>waiting << 2), row);
    store<u8>(queued + <usize>row, 1);
    waiting++;
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
      let links = linkZ;
      if (side == 0) { if (z + 1 == nz) continue; next += ny; links += <usize>next * bytes; }
      else if (side == 1) { if (z == 0) continue; next -= ny; links += <usize>row * bytes; }
      else if (side == 2) { if (y + 1 == ny) continue; next++; links = linkY + <usize>next * bytes; }
      else { if (y == 0) continue; next--; links = linkY + <usize>row * bytes; }
      const to = reached + <usize>next * bytes;
      if (!reachRow(to, reached + <usize>row * bytes, links, words)) continue;
      spreadRow(to, linkX + <usize>next * bytes, words);
      if (load<u8>(queued + <usize>next)) continue;
      store<u8>(queued + <usize>next, 1);
      let tail = head + waiting;
      if (tail >= rows) tail -= rows;
      store<i32>(queue + (<usize>tail << 2), next);
      waiting++;
    }
    if (poll(thread, nx)) return;
  }
}

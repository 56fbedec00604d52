// Rows of a window as bits, 64 voxels a word: what is reached in a row spreads in a few operations a word, so that a
// flood costs a few visits per row, not per voxel.

/** What the links of a row are, told apart by type: a bit per voxel, neighbours that are both set being joined; or a
 *  bit per face, bit x for that between x − 1 and x. */
export type Voxels = u8;
export type Faces = u16;

/** Which of the 64 bytes at `at` equal those of `wanted`. */
// @ts-ignore: decorator
@inline
export function equalBits(at: usize, wanted: v128): u64 {
  return <u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at), wanted))
    | (<u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at, 16), wanted)) << 16)
    | (<u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at, 32), wanted)) << 32)
    | (<u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at, 48), wanted)) << 48);
}

/** Open faces of the word at `at`, bit x for that between x − 1 and x. before: the last voxel of the word before, in
 *  bit 0 */
// @ts-ignore: decorator
@inline
function openFaces<Links>(at: usize, before: u64): u64 {
  const own = load<u64>(at);
  return sizeof<Links>() == sizeof<Faces>() ? own : own & ((own << 1) | before);
}

/** Spreads the reached bits of a row over its open faces. */
export function spreadRow<Links>(reached: usize, links: usize, words: i32): void {
  const end = <usize>words << 3;
  let carry: u64 = 0;
  let before: u64 = 0;
  for (let at: usize = 0; at != end; at += 8) {
    const open = openFaces<Links>(links + at, before);
    const s = load<u64>(reached + at);
    const seeds = ((s << 1) | carry) & open;
    // Adding a seed to its run of open faces clears the run from the seed up, unless another seed is there.
    const up = s | seeds | (open & ~(open + seeds));
    store<u64>(reached + at, up);
    carry = up >> 63;
    before = load<u64>(links + at) >> 63;
  }
  carry = 0;
  let above: u64 = 0;
  for (let at = end; at != 0; ) {
    at -= 8;
    const own = openFaces<Links>(links + at, at ? load<u64>(links + at - 8) >> 63 : 0);
    let open = (own >> 1) | (above << 63);
    let s = load<u64>(reached + at) | (open & (carry << 63));
    // After each step `open` says where twice as many faces in a row are open.
    for (let reach: u64 = 1; reach < 64; reach <<= 1) {
      s |= open & (s >> reach);
      open &= open >> reach;
    }
    store<u64>(reached + at, s);
    carry = s & 1;
    above = own & 1;
  }
}

/** Reaches row `to` from row `from` where `allowed` has a bit. widen: from the neighbours at x ± 1 too
 *  @returns whether anything new was reached */
// @ts-ignore: decorator
@inline
export function reachRow(to: usize, from: usize, allowed: usize, words: i32, widen: bool): bool {
  const end = <usize>words << 3;
  let any: u64 = 0;
  let before: u64 = 0;
  let here = load<u64>(from);
  for (let at: usize = 0; at != end; at += 8) {
    const after = at + 8 != end ? load<u64>(from + at, 8) : 0;
    const seed = widen ? here | (here << 1) | (before >> 63) | (here >> 1) | (after << 63) : here;
    const old = load<u64>(to + at);
    const fresh = seed & load<u64>(allowed + at) & ~old;
    store<u64>(to + at, old | fresh);
    any |= fresh;
    before = here;
    here = after;
  }
  return any != 0;
}

/** Puts a row at the end of a ring of rows that wait, unless it does so already.
 *  @param ring i32[capacity]; queued: u8 per row; head, waiting: the first, and how many wait
 *  @returns how many wait now */
// @ts-ignore: decorator
@inline
export function enqueue(ring: usize, queued: usize, capacity: i32, head: i32, waiting: i32, row: i32): i32 {
  if (load<u8>(queued + <usize>row)) return waiting;
  store<u8>(queued + <usize>row, 1);
  let tail = head + waiting;
  if (tail >= capacity) tail -= capacity;
  store<i32>(ring + (<usize>tail << 2), row);
  return waiting + 1;
}

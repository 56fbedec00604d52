// Median over 3³ voxels by sorting. The nine values over and beside a voxel in y and z are sorted once for each x and
// serve three medians. Sorted again across the three columns by rank (a, b, c → low ≤ middle ≤ high), 14 of the 27 have
// too many values above or below them to be the fourteenth:
//
//            rank 0  1  2  3  4  5  6  7  8        13 are left, in three sorted lists:
//     low         ·  ·  ·  ·  ·  x  x  x  x        l5 … l8
//     middle      ·  ·  x  x  x  x  x  ·  ·        m2 … m6
//     high        x  x  x  x  ·  ·  ·  ·  ·        h0 … h3
//
// Low and high are merged to p0 … p7; the seventh of p and m is the least of max(p_i, m_j) with i + j = 7 counted from
// 1. 110 operations a vector, where bits from the top (median.ts) take 1300 for 16 bits.

/** Sorts the nine values of each column in place: rows of `bytes` bytes, multiples of 16, lie one after another from
 *  `first`. */
export function sortColumns<T>(first: usize, bytes: usize): void {
  let t: v128;
  for (let x: usize = 0; x < bytes; x += 16) {
    const at = first + x;
    let r0 = v128.load(at);
    let r1 = v128.load(at + bytes);
    let r2 = v128.load(at + 2 * bytes);
    let r3 = v128.load(at + 3 * bytes);
    let r4 = v128.load(at + 4 * bytes);
    let r5 = v128.load(at + 5 * bytes);
    let r6 = v128.load(at + 6 * bytes);
    let r7 = v128.load(at + 7 * bytes);
    let r8 = v128.load(at + 8 * bytes);
    // 25 exchanges in 7 layers, the fewest there are [Knuth, TAOCP 3, 5.3.4].
    t =
      v128.min<T>(r0, r3); r3 = v128.max<T>(r0, r3); r0 = t; t = v128.min<T>(r1, r7); r7 = v128.max<T>(r1, r7); r1 = t;
    t =
      v128.min<T>(r2, r5); r5 = v128.max<T>(r2, r5); r2 = t; t = v128.min<T>(r4, r8); r8 = v128.max<T>(r4, r8); r4 = t;
    t =
      v128.min<T>(r0, r7); r7 = v128.max<T>(r0, r7); r0 = t; t = v128.min<T>(r2, r4); r4 = v128.max<T>(r2, r4); r2 = t;
    t =
      v128.min<T>(r3, r8); r8 = v128.max<T>(r3, r8); r3 = t; t = v128.min<T>(r5, r6); r6 = v128.max<T>(r5, r6); r5 = t;
    t =
      v128.min<T>(r0, r2); r2 = v128.max<T>(r0, r2); r0 = t; t = v128.min<T>(r1, r3); r3 = v128.max<T>(r1, r3); r1 = t;
    t =
      v128.min<T>(r4, r5); r5 = v128.max<T>(r4, r5); r4 = t; t = v128.min<T>(r7, r8); r8 = v128.max<T>(r7, r8); r7 = t;
    t =
      v128.min<T>(r1, r4); r4 = v128.max<T>(r1, r4); r1 = t; t = v128.min<T>(r3, r6); r6 = v128.max<T>(r3, r6); r3 = t;
    t = v128.min<T>(r5, r7); r7 = v128.max<T>(r5, r7); r5 = t;
    t =
      v128.min<T>(r0, r1); r1 = v128.max<T>(r0, r1); r0 = t; t = v128.min<T>(r2, r4); r4 = v128.max<T>(r2, r4); r2 = t;
    t =
      v128.min<T>(r3, r5); r5 = v128.max<T>(r3, r5); r3 = t; t = v128.min<T>(r6, r8); r8 = v128.max<T>(r6, r8); r6 = t;
    t =
      v128.min<T>(r2, r3); r3 = v128.max<T>(r2, r3); r2 = t; t = v128.min<T>(r4, r5); r5 = v128.max<T>(r4, r5); r4 = t;
    t = v128.min<T>(r6, r7); r7 = v128.max<T>(r6, r7); r6 = t;
    t =
      v128.min<T>(r1, r2); r2 = v128.max<T>(r1, r2); r1 = t; t = v128.min<T>(r3, r4); r4 = v128.max<T>(r3, r4); r3 = t;
    t = v128.min<T>(r5, r6); r6 = v128.max<T>(r5, r6); r5 = t;
    v128.store(at, r0);
    v128.store(at + bytes, r1);
    v128.store(at + 2 * bytes, r2);
    v128.store(at + 3 * bytes, r3);
    v128.store(at + 4 * bytes, r4);
    v128.store(at + 5 * bytes, r5);
    v128.store(at + 6 * bytes, r6);
    v128.store(at + 7 * bytes, r7);
    v128.store(at + 8 * bytes, r8);
  }
}

/** Median of the 27 values in the columns at `at` and its two neighbours behind it, in each lane. Columns are
 *  sorted. */
// @ts-ignore: decorator
@inline
export function medianOfColumns<T>(at: usize, bytes: usize): v128 {
  const one = <usize>1 << alignof<T>();
  const two = <usize>2 << alignof<T>();
  let p4 = high<T>(at, one, two);
  let p5 = high<T>(at + bytes, one, two);
  let p6 = high<T>(at + 2 * bytes, one, two);
  let p7 = high<T>(at + 3 * bytes, one, two);
  let p0 = low<T>(at + 5 * bytes, one, two);
  let p1 = low<T>(at + 6 * bytes, one, two);
  let p2 = low<T>(at + 7 * bytes, one, two);
  let p3 = low<T>(at + 8 * bytes, one, two);
  let t: v128;
  // Odd-even merge.
  t = v128.min<T>(p0, p4); p4 = v128.max<T>(p0, p4); p0 = t; t = v128.min<T>(p1, p5); p5 = v128.max<T>(p1, p5); p1 = t;
  t = v128.min<T>(p2, p6); p6 = v128.max<T>(p2, p6); p2 = t; t = v128.min<T>(p3, p7); p7 = v128.max<T>(p3, p7); p3 = t;
  t = v128.min<T>(p2, p4); p4 = v128.max<T>(p2, p4); p2 = t; t = v128.min<T>(p3, p5); p5 = v128.max<T>(p3, p5); p3 = t;
  t = v128.min<T>(p1, p2); p2 = v128.max<T>(p1, p2); p1 = t; t = v128.min<T>(p3, p4); p4 = v128.max<T>(p3, p4); p3 = t;
  t = v128.min<T>(p5, p6); p6 = v128.max<T>(p5, p6); p5 = t;
  let seventh = p6;
  seventh = v128.min<T>(seventh, v128.max<T>(p5, middle<T>(at + 2 * bytes, one, two)));
  seventh = v128.min<T>(seventh, v128.max<T>(p4, middle<T>(at + 3 * bytes, one, two)));
  seventh = v128.min<T>(seventh, v128.max<T>(p3, middle<T>(at + 4 * bytes, one, two)));
  seventh = v128.min<T>(seventh, v128.max<T>(p2, middle<T>(at + 5 * bytes, one, two)));
  return v128.min<T>(seventh, v128.max<T>(p1, middle<T>(at + 6 * bytes, one, two)));
}

// @ts-ignore: decorator
@inline
function low<T>(at: usize, one: usize, two: usize): v128 {
  return v128.min<T>(v128.min<T>(v128.load(at), v128.load(at + one)), v128.load(at + two));
}

// @ts-ignore: decorator
@inline
function high<T>(at: usize, one: usize, two: usize): v128 {
  return v128.max<T>(v128.max<T>(v128.load(at), v128.load(at + one)), v128.load(at + two));
}

// @ts-ignore: decorator
@inline
function middle<T>(at: usize, one: usize, two: usize): v128 {
  const a = v128.load(at);
  const b = v128.load(at + one);
  return v128.max<T>(v128.min<T>(a, b), v128.min<T>(v128.max<T>(a, b), v128.load(at + two)));
}

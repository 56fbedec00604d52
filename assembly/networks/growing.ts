// Clusters of items that are added one by one: union-find by size, with the window faces that each cluster touches.
//
//   links[i]: 0 absent, −(items) of a root, 1 + an item of the same cluster nearer to its root
//   faces[i]: of a root, one bit for each window face that its cluster touches: low and high of z, y, x

/** Never spanned. */
export const NEVER: u32 = 0xffffffff;

let linksAt: usize = 0;
let facesAt: usize = 0;
let spansAt: usize = 0;
let largest: i32 = 0;
let spanned: u32 = 0;

/** Begins with no item. links: i32[items]; faces: u8[items]; spans: u32[3]. */
export function beginClusters(links: usize, faces: usize, spans: usize, items: u32): void {
  linksAt = links;
  facesAt = faces;
  spansAt = spans;
  largest = 0;
  spanned = 0;
  memory.fill(links, 0, <usize>items << 2);
  for (let axis: usize = 0; axis < 3; axis++) store<u32>(spans + (axis << 2), NEVER);
}

/** Items of the largest cluster. */
// @ts-ignore: decorator
@inline
export function largestCluster(): u32 { return <u32>-largest; }

/** Whether clusters have spanned along all axes. */
// @ts-ignore: decorator
@inline
export function spannedAll(): bool { return spanned == 0b010101; }

// @ts-ignore: decorator
@inline
function linkOf(item: u32): i32 { return load<i32>(linksAt + (<usize>item << 2)); }

/** Root of an item that is there; halves the path on the way. */
function rootOf(item: u32): u32 {
  let at = item;
  let link = linkOf(at);
  while (link > 0) {
    const above = linkOf(<u32>(link - 1));
    if (above > 0) store<i32>(linksAt + (<usize>at << 2), above);
    at = <u32>(link - 1);
    link = above;
  }
  return at;
}

/** A new cluster of one item. */
// @ts-ignore: decorator
@inline
export function beginCluster(item: u32, faces: u32): void {
  store<i32>(linksAt + (<usize>item << 2), -1);
  store<u8>(facesAt + <usize>item, <u8>faces);
}

/** Joins the cluster `root` with that of another item, if that is there. @returns the root of both */
export function join(root: u32, item: u32): u32 {
  if (linkOf(item) == 0) return root;
  const other = rootOf(item);
  if (other == root) return root;
  const size = linkOf(root);
  const otherSize = linkOf(other);
  // The larger one stays: no path is longer than the logarithm of its cluster. Sizes are negative.
  const keep = size <= otherSize ? root : other;
  const drop = size <= otherSize ? other : root;
  store<i32>(linksAt + (<usize>keep << 2), size + otherSize);
  store<i32>(linksAt + (<usize>drop << 2), <i32>keep + 1);
  store<u8>(facesAt + <usize>keep, load<u8>(facesAt + <usize>keep) | load<u8>(facesAt + <usize>drop));
  return keep;
}

/** What the cluster that an item was added to is now: its size, and where it spans for the first time.
 *  @param added items so far, those from the start not counted */
// @ts-ignore: decorator
@inline
export function noteCluster(root: u32, added: u32): void {
  largest = min(largest, linkOf(root));
  const faces = <u32>load<u8>(facesAt + <usize>root);
  // Pairs of bits that are both set, at the lower one of each.
  const both = faces & (faces >> 1) & 0b010101 & ~spanned;
  if (both == 0) return;
  for (let axis: u32 = 0; axis < 3; axis++) {
    if ((both >> (2 * axis)) & 1) store<u32>(spansAt + (<usize>axis << 2), added);
  }
  spanned |= both;
}

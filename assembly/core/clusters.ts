// Union-find over u32 parents: which items are joined. The root of a cluster is its lowest item, so that the result
// does not depend on the order in which items were joined.

// @ts-ignore: decorator
@inline
export function parentOf(parents: usize, item: u32): u32 { return load<u32>(parents + (<usize>item << 2)); }

/** Root of an item; halves the path on the way. */
// @ts-ignore: decorator
@inline
function find(parents: usize, item: u32): u32 {
  let at = item;
  let parent = parentOf(parents, at);
  while (parent != at) {
    const above = parentOf(parents, parent);
    if (above != parent) store<u32>(parents + (<usize>at << 2), above);
    at = parent;
    parent = above;
  }
  return at;
}

/** Joins the clusters of two items. */
// @ts-ignore: decorator
@inline
export function unite(parents: usize, a: u32, b: u32): void {
  if (parentOf(parents, a) == parentOf(parents, b)) return;
  const p = find(parents, a);
  const q = find(parents, b);
  if (p < q) store<u32>(parents + (<usize>q << 2), p);
  else store<u32>(parents + (<usize>p << 2), q);
}

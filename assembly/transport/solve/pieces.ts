// Pieces of a network that nothing holds: no boundary of given potential, no diagonal term. What flows into one must
// flow out again, and its potential is known but for a constant, which is chosen so that its mean is 0.
import { Optional } from '../../core/kinds';
import { POLL_VOXELS } from '../../layout';
import { barrier, enter, tick } from '../../core/control';
import { bookX, bookY, bookZ, conductanceAt } from '../level/codes';
import { Level, originOf } from '../level/levels';

/** The element that stands for what holds: the first one of a field, a ghost's. The lowest is the root of a piece,
 *  hence of all held ones. */
const GROUND: u32 = 0;

/** Root of an element; entries are elements + 1, 0 for those not seen yet. Halves the path. */
function root(ids: usize, element: u32): u32 {
  let e = element;
  let p = load<u32>(ids + (<usize>e << 2));
  if (p == 0) {
    store<u32>(ids + (<usize>e << 2), e + 1);
    return e;
  }
  while (p != e + 1) {
    const over = load<u32>(ids + (<usize>(p - 1) << 2));
    store<u32>(ids + (<usize>e << 2), over);
    e = over - 1;
    p = load<u32>(ids + (<usize>e << 2));
  }
  return e;
}

function join(ids: usize, a: u32, b: u32): void {
  const p = root(ids, a);
  const q = root(ids, b);
  if (p < q) store<u32>(ids + (<usize>q << 2), p + 1);
  else store<u32>(ids + (<usize>p << 2), q + 1);
}

/** Element of a voxel, counted from the beginning of a field. */
// @ts-ignore: decorator
@inline
function elementOf(entry: Level, origin: u32, z: i32, y: i32, x: i32): u32 {
  return origin + <u32>z * <u32>(entry.planeBytes >> 2) + <u32>y * <u32>(entry.rowBytes >> 2)
    + <u32>((z + y + x) & 1) * <u32>(entry.halfBytes >> 2) + <u32>(x >> 1);
}

/** Numbers the loose pieces of a coded or stored level: 1, 2 … in ids, 0 elsewhere. One thread works.
 *  @param out u32[1]: how many there are
 *  @param ids u32 field from its first byte on */
export function findPieces(thread: i32, threads: i32, out: usize, entry: Level, ids: usize): i32 {
  enter();
  if (thread == 0) {
    memory.fill(ids, 0, entry.halfBytes << 1);
    store<u32>(out, joinPieces(thread, entry, ids));
  }
  return barrier(thread, threads);
}

function joinPieces(thread: i32, entry: Level, ids: usize): u32 {
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  const origin = <u32>originOf(ny, nx);
  root(ids, GROUND);
  for (let z = 0; z < nz; z++) {
    const below = z > 0 ? z - 1 : nz - 1;
    for (let y = 0; y < ny; y++) {
      const south = y > 0 ? y - 1 : ny - 1;
      for (let x = 0; x < nx; x++) {
        const e = elementOf(entry, origin, z, y, x);
        const face = <usize>(e - origin);
        if (conductanceAt(entry, bookX(entry), entry.faceX, face) > 0) {
          join(ids, e, elementOf(entry, origin, z, y, x > 0 ? x - 1 : nx - 1));
        }
        if (conductanceAt(entry, bookY(entry), entry.faceY, face) > 0) {
          join(ids, e, elementOf(entry, origin, z, south, x));
        }
        if (conductanceAt(entry, bookZ(entry, z), entry.faceZ, face) > 0) {
          join(ids, e, entry.boundaryAt(z) ? GROUND : elementOf(entry, origin, below, y, x));
        }
        if (entry.boundaryAt(z + 1)) {
          const top = <usize>(elementOf(entry, origin, z + 1, y, x) - origin);
          if (conductanceAt(entry, bookZ(entry, z + 1), entry.faceZ, top) > 0) join(ids, e, GROUND);
        }
        if (entry.diagonal && load<f32>(entry.diagonal + (face << 2)) > 0) join(ids, e, GROUND);
      }
    }
    if (tick(thread, <usize>ny * <usize>nx)) return 0;
  }
  // Roots are lower than what leads to them: they have their numbers first.
  let count: u32 = 0;
  const elements = <u32>(entry.halfBytes >> 1);
  for (let e: u32 = 0; e < elements; e++) {
    const at = ids + (<usize>e << 2);
    const p = load<u32>(at);
    if (p != 0) store<u32>(at, e == GROUND ? 0 : p == e + 1 ? ++count : load<u32>(ids + (<usize>(p - 1) << 2)));
    if ((e & (POLL_VOXELS / 4 - 1)) == 0 && tick(thread, POLL_VOXELS / 4)) return 0;
  }
  return count;
}

/** Takes its mean from a field in every loose piece. One thread works.
 *  @param out f64[1]: the greatest |Σ| / Σ|…| of any piece before
 *  @param field f32 from its first byte on; second: its second word, which is then what changes
 *  @param ids of findPieces; sums, sizes, counts f64[count] scratch: Σ, Σ|…| and voxels of every piece */
export function levelPieces(
  thread: i32, threads: i32, out: usize, entry: Level, field: usize, second: Optional, ids: usize, sums: usize,
  sizes: usize, counts: usize,
  count: u32,
): i32 {
  enter();
  if (thread == 0) {
    memory.fill(sums, 0, <usize>count << 3);
    memory.fill(sizes, 0, <usize>count << 3);
    memory.fill(counts, 0, <usize>count << 3);
    const bytes = entry.halfBytes << 1;
    for (let at: usize = 0; at < bytes; at += 4) {
      if ((at & (POLL_VOXELS - 1)) == 0 && tick(thread, POLL_VOXELS >> 2)) break;
      const id = load<u32>(ids + at);
      if (!id) continue;
      const value = <f64>load<f32>(field + at) + (second ? <f64>load<f32>(second + at) : 0);
      const piece = <usize>(id - 1) << 3;
      store<f64>(sums + piece, load<f64>(sums + piece) + value);
      store<f64>(sizes + piece, load<f64>(sizes + piece) + Math.abs(value));
      store<f64>(counts + piece, load<f64>(counts + piece) + 1);
    }
    let worst: f64 = 0;
    const last = <usize>count << 3;
    for (let piece: usize = 0; piece < last; piece += 8) {
      const sum = load<f64>(sums + piece);
      if (sum != 0) worst = max(worst, Math.abs(sum) / load<f64>(sizes + piece));
      store<f64>(sums + piece, sum / load<f64>(counts + piece));
    }
    store<f64>(out, worst);
    const to = second ? second : field;
    for (let at: usize = 0; at < bytes; at += 4) {
      if ((at & (POLL_VOXELS - 1)) == 0 && tick(thread, POLL_VOXELS >> 2)) break;
      const id = load<u32>(ids + at);
      if (id) store<f32>(to + at, <f32>(<f64>load<f32>(to + at) - load<f64>(sums + (<usize>(id - 1) << 3))));
    }
  }
  return barrier(thread, threads);
}

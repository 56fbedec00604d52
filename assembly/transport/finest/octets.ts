// Octets of a row of the finest level for one phase: 8 elements of either colour, 16 voxels. Passes walk along those
// that conduct alone. A loop over a list has no branch that a processor could guess wrongly, and at most half of the
// octets of most structures conduct.
import { barrier, enter, poll, slabStart } from '../../core/control';
import { lengthOf } from '../level/lanes';
import { Level } from '../level/levels';

/** Address of the list of row (z, y), u16[1 + octets]: how many conduct, then their numbers. */
// @ts-ignore: decorator
@inline
function listOf(lists: usize, entry: Level, z: i32, y: i32): usize {
  return lists + <usize>(z * entry.ny + y) * (2 + (entry.rowBytes >> 4));
}

/** First octet of row (z, y) that conducts: address of its number; those of the others follow. */
// @ts-ignore: decorator
@inline
export function octetsOf(entry: Level, z: i32, y: i32): usize { return listOf(entry.octets, entry, z, y) + 2; }

/** Where the numbers that begin at `first` end. */
// @ts-ignore: decorator
@inline
export function lastOctet(first: usize): usize { return first + (<usize>load<u16>(first - 2) << 1); }

/** Bytes from the beginning of an f32 row to the octet whose number lies at `at`. */
// @ts-ignore: decorator
@inline
export function octetAt(at: usize): usize { return <usize>load<u16>(at) << 5; }

/** Lists the octets that conduct.
 *  @param lists u16[nz·ny][1 + octets of a row]; entry: of the finest level, with its byte network */
export function listOctets(thread: i32, threads: i32, lists: usize, entry: Level): i32 {
  enter();
  const ny = entry.ny;
  const length = lengthOf(entry);
  const half = entry.halfBytes >> 2;
  const end = slabStart(thread + 1, threads, entry.nz);
  for (let z = slabStart(thread, threads, entry.nz); z < end; z++) {
    for (let y = 0; y < ny; y++) {
      const network = entry.network + ((<usize>z * entry.planeBytes + <usize>y * entry.rowBytes) >> 2);
      const list = listOf(lists, entry, z, y);
      let next = list + 2;
      for (let i: usize = 0; i < length; i += 32) {
        store<u16>(next, <u16>(i >> 5));
        next += (load<u64>(network + (i >> 2)) | load<u64>(network + half + (i >> 2))) != 0 ? 2 : 0;
      }
      store<u16>(list, <u16>((next - list - 2) >> 1));
      if (poll(thread, entry.nx)) break;
    }
  }
  return barrier(thread, threads);
}

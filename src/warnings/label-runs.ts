// What warnings about labels are decided on, counted by the host: as `labelRuns` of assembly/measures/label-runs.ts
// counts it where a session is at hand, several times as fast.
import { RUNS_CHANGES, RUNS_ENDS, RUNS_PAIRS, RUNS_THIN, RUNS_VOXELS } from '../../assembly/layout.js';
import type { Window } from './label-statistics.js';

/** Longest run of a label between two others that may be the trace of a blurred boundary, voxels. */
const LINING = 2;

/** Neighbours at `stride` that differ, and the runs that end there. A change looks back along its line for the run that
 *  ended: most voxels are one comparison.
 *  @param place voxels of the line before the first one, growing by `step` from voxel to voxel */
function countRow(
  { labels, places, kinds }: Window, begin: number, end: number, stride: number, place: number, step: 0 | 1,
  counts: Float64Array,
): void {
  for (let i = begin; i < end; i++) {
    if (labels[i] === labels[i - stride]) continue;
    const [label, last] = [places[labels[i]], places[labels[i - stride]]];
    counts[RUNS_CHANGES]++;
    counts[RUNS_ENDS + last]++;
    counts[RUNS_ENDS + label]++;
    if (kinds === 0) continue;
    counts[RUNS_PAIRS + Math.min(last, label) * kinds + Math.max(last, label)]++;
    const before = place + step * (i - begin);
    for (let length = 1; length <= LINING && length < before; length++) {
      const first = places[labels[i - (length + 1) * stride]];
      if (first === last) continue;
      const triple = (Math.min(first, label) * kinds + Math.max(first, label)) * kinds + last;
      if (first !== label) counts[RUNS_PAIRS + kinds * kinds + triple]++;
      break;
    }
  }
}

/** Voxels of each label in no block of 2×2×2 voxels of one label; of 2×2 in a section. Plane by plane: the first voxels
 *  of squares, from them those of blocks, from them all voxels of blocks. */
function countThin({ labels, shape: [nz, ny, nx], places }: Window, counts: Float64Array): void {
  const plane = ny * nx;
  const [dy, dx] = [ny > 1 ? nx : 0, nx > 1 ? 1 : 0];
  const [rows, columns] = [Math.max(1, ny - 1), Math.max(1, nx - 1)];
  const findSquares = (z: number, flags: Uint8Array): void => {
    for (let y = 0; y < rows; y++) {
      for (let i = y * nx, k = z * plane + i; i < y * nx + columns; i++, k++) {
        const label = labels[k];
        flags[i] = Number(labels[k + dx] === label && labels[k + dy] === label && labels[k + dy + dx] === label);
      }
    }
  };
  let [here, ahead] = [new Uint8Array(plane), new Uint8Array(plane)];
  /** Voxels in blocks that begin in this plane, and in the one before. */
  let [inside, behind] = [new Uint8Array(plane), new Uint8Array(plane)];
  findSquares(0, here);
  for (let z = 0; z < nz; z++) {
    inside.fill(0);
    if (z + 1 < nz) findSquares(z + 1, ahead);
    if (z + 1 < nz || nz === 1) {
      const [next, second] = nz === 1 ? [0, here] : [plane, ahead];
      for (let y = 0; y < rows; y++) {
        for (let i = y * nx, k = z * plane + i; i < y * nx + columns; i++, k++) {
          if ((here[i] & second[i]) === 0 || labels[k] !== labels[k + next]) continue;
          inside[i] = inside[i + dx] = inside[i + dy] = inside[i + dy + dx] = 1;
        }
      }
    }
    for (let i = 0, k = z * plane; i < plane; i++, k++) {
      if ((inside[i] | behind[i]) === 0) counts[RUNS_THIN + places[labels[k]]]++;
    }
    [here, ahead, inside, behind] = [ahead, here, behind, inside];
  }
}

/** Fills counts that are 0. @returns them */
export function countRuns(window: Window, counts: Float64Array): Float64Array {
  const { labels, shape: [nz, ny, nx], places, kinds } = window;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = (z * ny + y) * nx;
      countRow(window, row + 1, row + nx, 1, 1, 1, counts);
      if (y > 0) countRow(window, row, row + nx, nx, y, 0, counts);
      if (z > 0) countRow(window, row, row + nx, ny * nx, z, 0, counts);
    }
  }
  for (let i = 0; i < labels.length; i++) counts[RUNS_VOXELS + places[labels[i]]]++;
  if (kinds > 0) countThin(window, counts);
  return counts;
}

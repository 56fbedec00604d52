// Pairs of spheres that are near each other, in a periodic box: one grid of cells for every octave of radii, so that
// small spheres do not search the neighbourhoods of large ones. Only + − × ÷ and sqrt.
import { SpecError } from '../../core/errors.js';

/** Lengths (z, y, x) of a periodic box. */
export type Box = readonly [z: number, y: number, x: number];

/** Centres: z, y, x of each sphere. */
export interface Spheres {
  readonly centres: Float64Array;
  readonly radii: Float64Array;
}

/** Two spheres, and the distance that counts for them: i[p] < j[p] or of a smaller octave. */
export interface Pairs {
  readonly count: number;
  readonly i: Int32Array;
  readonly j: Int32Array;
  /** Reach of a pair: within it they touch. */
  readonly reach: Float64Array;
}

/** Pairs that one list may hold: 2 GiB. */
const MOST_PAIRS = 2 ** 27;

interface Level {
  readonly cells: readonly [number, number, number];
  /** Largest reach of its spheres: radius. */
  readonly radius: number;
  /** Where the spheres of a cell begin in `members`. */
  readonly starts: Int32Array;
  readonly members: Int32Array;
  /** z, y, x of each of them inside of the box. */
  readonly places: Float64Array;
}

/** A step between two places inside of a periodic box, to the nearest image of the other one. */
export function nearestImage(step: number, length: number): number {
  return step > length / 2 ? step - length : step < -length / 2 ? step + length : step;
}

const wrapped = (value: number, length: number): number => value - length * Math.floor(value / length);

function cellOf(value: number, length: number, cells: number): number {
  return Math.min(cells - 1, Math.floor((wrapped(value, length) / length) * cells));
}

/** Octaves of the radii: 0 holds the largest. */
function octaves(radii: Float64Array): Uint8Array {
  let largest = 0;
  for (const radius of radii) largest = Math.max(largest, radius);
  return Uint8Array.from(radii, (radius) => {
    let octave = 0;
    for (let r = radius; 2 * r < largest && octave < 255; r *= 2) octave++;
    return octave;
  });
}

function gridOf({ centres, radii }: Spheres, members: readonly number[], box: Box, margin: number): Level {
  let radius = 0;
  for (const k of members) radius = Math.max(radius, radii[k]);
  const edge = 2 * radius + margin;
  // Not many more cells than spheres.
  let most = 2;
  while (most * most * most < 4 * members.length) most++;
  const cells = box.map((length) => Math.max(1, Math.min(Math.floor(length / edge), most))) as [number, number, number];
  const cellAt = (k: number): number =>
    (cellOf(centres[3 * k], box[0], cells[0]) * cells[1] + cellOf(centres[3 * k + 1], box[1], cells[1])) * cells[2] +
    cellOf(centres[3 * k + 2], box[2], cells[2]);
  const starts = new Int32Array(cells[0] * cells[1] * cells[2] + 1);
  for (const k of members) starts[cellAt(k) + 1]++;
  for (let c = 1; c < starts.length; c++) starts[c] += starts[c - 1];
  const next = starts.slice();
  const sorted = new Int32Array(members.length);
  for (const k of members) sorted[next[cellAt(k)]++] = k;
  const places = new Float64Array(3 * sorted.length);
  for (let m = 0; m < sorted.length; m++) {
    for (let axis = 0; axis < 3; axis++) places[3 * m + axis] = wrapped(centres[3 * sorted[m] + axis], box[axis]);
  }
  return { cells, radius, starts, members: sorted, places };
}

/** First cell of a range around a place, and how many: each cell once, even where the range is longer than the box. */
function rangeOf(value: number, reach: number, length: number, cells: number): readonly [first: number, count: number] {
  const at = wrapped(value, length);
  const first = Math.floor(((at - reach) / length) * cells);
  const last = Math.floor(((at + reach) / length) * cells);
  return last - first + 1 >= cells ? [0, cells] : [first, last - first + 1];
}

/** All pairs whose centres are nearer than reachOf(i, j) + margin through the nearest image; reach ≤ 0: never.
 *  @param reachOf at most the sum of the radii of `spheres`
 *  @throws SpecError for more pairs than a list may hold */
export function nearPairs(
  spheres: Spheres, box: Box, margin: number, reachOf: (i: number, j: number) => number,
): Pairs {
  const { centres, radii } = spheres;
  const [lz, ly, lx] = box;
  const octave = octaves(radii);
  const groups: number[][] = [];
  octave.forEach((at, k) => (groups[at] ??= []).push(k));
  const levels = groups.map((members) => gridOf(spheres, members, box, margin));
  let capacity = Math.max(64, 8 * radii.length);
  let [i, j, reach] = [new Int32Array(capacity), new Int32Array(capacity), new Float64Array(capacity)];
  let count = 0;
  const add = (a: number, b: number, within: number): void => {
    if (count === capacity) {
      capacity *= 2;
      if (capacity > MOST_PAIRS) {
        throw new SpecError(
          `generate packing: more than ${MOST_PAIRS / 2} pairs of particles are near each other; ` +
            'take larger particles or a smaller window',
        );
      }
      const grown = [new Int32Array(capacity), new Int32Array(capacity), new Float64Array(capacity)] as const;
      grown[0].set(i);
      grown[1].set(j);
      grown[2].set(reach);
      [i, j, reach] = grown;
    }
    i[count] = a;
    j[count] = b;
    reach[count++] = within;
  };
  for (let k = 0; k < radii.length; k++) {
    const z = wrapped(centres[3 * k], lz);
    const y = wrapped(centres[3 * k + 1], ly);
    const x = wrapped(centres[3 * k + 2], lx);
    // Partners of the same octave or a larger one; of the same one those behind.
    for (let at = 0; at <= octave[k]; at++) {
      const level = levels[at];
      if (level === undefined) continue;
      const { starts, members, places } = level;
      const search = radii[k] + level.radius + margin;
      const limit = search * search;
      const [cz, cy, cx] = level.cells;
      const [z0, nz] = rangeOf(z, search, lz, cz);
      const [y0, ny] = rangeOf(y, search, ly, cy);
      const [x0, nx] = rangeOf(x, search, lx, cx);
      for (let a = 0; a < nz; a++) {
        const plane = ((z0 + a + cz) % cz) * cy;
        for (let b = 0; b < ny; b++) {
          const row = (plane + ((y0 + b + cy) % cy)) * cx;
          for (let c = 0; c < nx; c++) {
            const cell = row + ((x0 + c + cx) % cx);
            for (let m = starts[cell]; m < starts[cell + 1]; m++) {
              const dz = nearestImage(places[3 * m] - z, lz);
              const dy = nearestImage(places[3 * m + 1] - y, ly);
              const dx = nearestImage(places[3 * m + 2] - x, lx);
              const square = dz * dz + dy * dy + dx * dx;
              if (square >= limit) continue;
              const other = members[m];
              if (at === octave[k] && other <= k) continue;
              const within = reachOf(k, other);
              if (within > 0 && square < (within + margin) * (within + margin)) add(k, other, within);
            }
          }
        }
      }
    }
  }
  return { count, i, j, reach };
}

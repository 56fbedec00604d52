// What warnings about labels are decided on: how wide the labels are, and which label lies between which. Where labels
// change along an axis is a bit per voxel, found four voxels at a time; all else is counted from these bits.
import { axisIndex, AXES, voxelCount, type Shape } from '../core/grid.js';
import { labelCounts, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';

/** More labels than this are grey values, or particles that were numbered: none of them is a phase. */
export const MOST_PHASES = 32;
/** Widths are a property of the whole image: a window in its middle of this edge tells them. */
const WINDOW = 256;
/** Longest run of a label between two others that may be the trace of a blurred boundary, voxels. */
const LINING = 2;

/** Of one label within the window. */
export interface LabelWidth {
  readonly label: Phase;
  readonly voxels: number;
  /** Mean length of its runs along the axes, voxels: 4ε/S of an isotropic phase. null: no run ends in the window. */
  readonly meanChord: number | null;
  /** Share of its voxels that are in no block of 2×2×2 voxels of it: all of a sheet one voxel thin. */
  readonly thinShare: number;
}

/** A label where two others would meet. */
export interface Lining {
  readonly label: Phase;
  readonly between: readonly [low: Phase, high: Phase];
  /** Crossings along the axes from one of the two to the other, straight or through at most two voxels of the label. */
  readonly crossings: number;
  /** Share of these crossings that go through the label. */
  readonly share: number;
}

export interface LabelStatistics {
  /** All labels of the image, ascending. */
  readonly labels: readonly Phase[];
  /** Mean length of a run of any label along the axes, voxels; null where no run ends. */
  readonly meanRun: number | null;
  /** Neighbours along the axes that differ. */
  readonly changes: number;
  /** Empty where there are more labels than MOST_PHASES. */
  readonly widths: readonly LabelWidth[];
  readonly linings: readonly Lining[];
}

/** The middle of the image, rows padded to whole words of four labels. */
interface Window {
  readonly labels: Uint8Array;
  readonly shape: Shape;
  /** Labels between rows. */
  readonly pitch: number;
}

function windowOf({ labels, shape }: LabelVolume): Window {
  const size = shape.map((n) => Math.min(n, WINDOW)) as unknown as Shape;
  const [z0, y0, x0] = shape.map((n, k) => (n - size[k]) >> 1);
  const [nz, ny, nx] = size;
  const pitch = 4 * Math.ceil(nx / 4);
  const middle = new Uint8Array(nz * ny * pitch);
  for (let z = 0, to = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++, to += pitch) {
      const from = ((z + z0) * shape[1] + y + y0) * shape[2] + x0;
      middle.set(labels.subarray(from, from + nx), to);
    }
  }
  return { labels: middle, shape: size, pitch };
}

/** A bit per voxel, rows of whole words: bit x & 31 of word x >> 5. */
interface Bits {
  readonly words: Int32Array;
  /** Words of a row. */
  readonly perRow: number;
}

/** Which of four bytes are not 0, as four bits. */
function notZero(bytes: number): number {
  const high = ((((bytes & 0x7f7f7f7f) + 0x7f7f7f7f) | bytes) & 0x80808080) >>> 7;
  // Moves bits 0, 8, 16, 24 to 28 … 31.
  return Math.imul(high, 0x10204080) >>> 28;
}

/** Of 32 voxels from x on, those that lie in a row. */
const insideRow = (x: number, nx: number): number => (nx - x >= 32 ? -1 : (1 << (nx - x)) - 1);

/** Voxels whose label is another than that of the neighbour one lower along an axis: four labels at a time. */
function changesAlong({ labels, shape: [nz, ny, nx], pitch }: Window, axis: 0 | 1 | 2): Bits {
  const fours = new Int32Array(labels.buffer);
  const perFour = pitch >> 2;
  const perRow = Math.ceil(nx / 32);
  const words = new Int32Array(nz * ny * perRow);
  const back = axis === 0 ? ny * perFour : perFour;
  for (let z = 0, row = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++, row++) {
      if ((axis === 0 && z === 0) || (axis === 1 && y === 0)) continue;
      let [four, before] = [row * perFour, labels[row * pitch]];
      for (let x = 0, at = row * perRow; x < nx; x += 32, at++) {
        let bits = 0;
        for (let k = 0; k < 32 && x + k < pitch; k += 4, four++) {
          const own = fours[four];
          const differs = own ^ (axis === 2 ? (own << 8) | before : fours[four - back]);
          before = own >>> 24;
          bits |= notZero(differs) << k;
        }
        words[at] = bits & insideRow(x, nx);
      }
    }
  }
  return { words, perRow };
}

/** Crossings by (low, high, through), labels by their places. */
interface Crossings {
  readonly straight: Float64Array;
  readonly through: Float64Array;
}

function ones(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

const countOnes = ({ words }: Bits): number => words.reduce((sum, bits) => sum + ones(bits), 0);

/** Counts crossings along an axis where labels change: a run is as long as it is from one change to the next.
 *  @param place of every label among those that occur, `kinds` of them */
function countAlong(
  { labels, shape: [nz, ny, nx], pitch }: Window, axis: 0 | 1 | 2, changes: Bits, place: Uint8Array, kinds: number,
  { straight, through }: Crossings,
): void {
  const { words, perRow } = changes;
  const step = axis === 0 ? ny * pitch : axis === 1 ? pitch : 1;
  const wordStep = axis === 0 ? ny * perRow : perRow;
  const pair = (a: number, b: number): number => (a < b ? a * kinds + b : b * kinds + a);
  for (let z = 0, at = 0, row = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++, row++) {
      const along = axis === 0 ? z : y;
      for (let x = 0; x < nx; x += 32, at++) {
        const here = words[at];
        if (here === 0) continue;
        const first = row * pitch + x;
        for (let left = here; left !== 0; left &= left - 1) {
          const i = first + 31 - Math.clz32(left & -left);
          straight[pair(place[labels[i]], place[labels[i - step]])]++;
        }
        for (let length = 1; length <= LINING; length++) {
          // Those whose run before is as long as this: a change there, and none between.
          let ends = here;
          for (let k = 1; k <= length; k++) {
            const before = axis === 2 ? (here << k) | (x > 0 ? words[at - 1] >>> (32 - k) : 0)
              : along >= k ? words[at - k * wordStep] : 0;
            ends &= k === length ? before : ~before;
          }
          for (; ends !== 0; ends &= ends - 1) {
            const i = first + 31 - Math.clz32(ends & -ends);
            const [low, high] = [labels[i - (length + 1) * step], labels[i]];
            if (low !== high) through[pair(place[low], place[high]) * kinds + place[labels[i - step]]]++;
          }
        }
      }
    }
  }
}

/** Voxels of each label in no block of 2×2×2 voxels of one label; of 2×2 in a section.
 *  @param changes along z, y, x; none along axes of one voxel */
function thinVoxels(
  { labels, shape: [nz, ny, nx], pitch }: Window, changes: readonly Bits[], place: Uint8Array, kinds: number,
): Float64Array {
  const [alongZ, alongY, alongX] = changes.map(({ words }) => words);
  const { perRow } = changes[0];
  const [dz, dy] = [nz > 1 ? ny * perRow : 0, ny > 1 ? perRow : 0];
  const dx = nx > 1 ? 1 : 0;
  // The word of a row moved down or up by a voxel, where blocks have two along x.
  const next = (words: Int32Array, at: number, w: number): number =>
    (words[at] >>> 1) | (w + 1 < perRow ? words[at + 1] << 31 : 0);
  const blocks = new Int32Array(alongX.length);
  for (let z = 0; z < Math.max(1, nz - 1); z++) {
    for (let y = 0; y < Math.max(1, ny - 1); y++) {
      for (let w = 0, at = (z * ny + y) * perRow; w < perRow; w++, at++) {
        const open = alongY[at + dy] | alongY[at + dz + dy] | alongZ[at + dz]
          | (dx === 0 ? 0 : next(alongX, at, w) | next(alongX, at + dy, w) | next(alongX, at + dz, w)
            | next(alongX, at + dz + dy, w));
        blocks[at] = ~open & insideRow(32 * w, nx - dx);
      }
    }
  }
  const thin = new Float64Array(kinds);
  for (let z = 0, at = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let w = 0; w < perRow; w++, at++) {
        let covered = 0;
        for (const up of z > 0 ? [0, dz] : [0]) {
          for (const back of y > 0 ? [0, dy] : [0]) {
            const word = blocks[at - up - back];
            covered |= word;
            if (dx > 0) covered |= (word << 1) | (w > 0 ? blocks[at - up - back - 1] >>> 31 : 0);
          }
        }
        for (let left = ~covered & insideRow(32 * w, nx); left !== 0; left &= left - 1) {
          thin[place[labels[(z * ny + y) * pitch + 32 * w + 31 - Math.clz32(left & -left)]]]++;
        }
      }
    }
  }
  return thin;
}

export function labelStatistics(volume: LabelVolume): LabelStatistics {
  const labels = phasesOf(volume);
  const kinds = labels.length;
  const window = windowOf(volume);
  const { shape } = window;
  const along = AXES.map((axis) => changesAlong(window, axisIndex(axis)));
  const axes = AXES.map(axisIndex).filter((axis) => shape[axis] > 1);
  const changes = axes.reduce<number>((sum, axis) => sum + countOnes(along[axis]), 0);
  const meanRun = changes > 0 ? (axes.length * voxelCount(shape)) / changes : null;
  if (kinds > MOST_PHASES) return { labels, meanRun, changes, widths: [], linings: [] };
  const place = new Uint8Array(256);
  labels.forEach((label, k) => { place[label] = k; });
  const found = { straight: new Float64Array(kinds ** 2), through: new Float64Array(kinds ** 3) };
  for (const axis of axes) countAlong(window, axis, along[axis], place, kinds, found);
  const { straight, through } = found;
  // Rows are padded with zeros.
  const counts = labelCounts(window.labels);
  counts[0] -= window.labels.length - voxelCount(shape);
  const thin = thinVoxels(window, along, place, kinds);
  const widths = labels.map((label, k): LabelWidth => {
    const voxels = counts[label];
    const ends = labels.reduce((sum, _, other) => sum + straight[Math.min(k, other) * kinds + Math.max(k, other)], 0);
    return {
      label, voxels, meanChord: ends > 0 ? (2 * axes.length * voxels) / ends : null,
      thinShare: voxels > 0 ? thin[k] / voxels : 0,
    };
  });
  const linings: Lining[] = [];
  for (let low = 0; low < kinds; low++) {
    for (let high = low + 1; high < kinds; high++) {
      for (let k = 0; k < kinds; k++) {
        const pair = low * kinds + high;
        const crossings = straight[pair] + through[pair * kinds + k];
        if (through[pair * kinds + k] === 0) continue;
        const share = through[pair * kinds + k] / crossings;
        linings.push({ label: labels[k], between: [labels[low], labels[high]], crossings, share });
      }
    }
  }
  return { labels, meanRun, changes, widths, linings };
}

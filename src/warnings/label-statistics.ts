// What warnings about labels are decided on: how wide the labels are, and which label lies between which. One pass over
// the runs along each axis, in the order of memory, and one over the blocks of 2×2×2 voxels.
import { axisIndex, AXES, voxelCount, type Shape } from '../core/grid.js';
import { phasesOf, type LabelVolume, type Phase } from '../core/volume.js';

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

interface Window {
  /** Indices into the labels, in C order. */
  readonly indices: Uint8Array;
  readonly shape: Shape;
}

/** The middle of the image, labels replaced by their place in the list. */
function windowOf({ labels, shape }: LabelVolume, present: readonly Phase[]): Window {
  const place = new Uint8Array(256);
  present.forEach((label, k) => { place[label] = k; });
  const size = shape.map((n) => Math.min(n, WINDOW)) as unknown as Shape;
  const [z0, y0, x0] = shape.map((n, k) => (n - size[k]) >> 1);
  const [nz, ny, nx] = size;
  const indices = new Uint8Array(voxelCount(size));
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      let from = ((z + z0) * shape[1] + y + y0) * shape[2] + x0;
      for (let x = 0; x < nx; x++, i++, from++) indices[i] = place[labels[from]];
    }
  }
  return { indices, shape: size };
}

/** Crossings by (low, high, through) and the ends of runs by label, added up over the axes. */
interface Crossings {
  readonly straight: Float64Array;
  readonly through: Float64Array;
  readonly ends: Float64Array;
  changes: number;
}

/** The runs of all lines along an axis at once, plane by plane: a line is where its last run stands. */
function countAlong({ indices, shape }: Window, axis: 0 | 1 | 2, kinds: number, found: Crossings): void {
  const [nz, ny, nx] = shape;
  const lines = voxelCount(shape) / shape[axis];
  const now = new Uint8Array(lines);
  const before = new Int16Array(lines).fill(-1);
  const length = new Uint8Array(lines);
  const [dz, dy, dx] = axis === 0 ? [0, nx, 1] : axis === 1 ? [nx, 0, 1] : [ny, 1, 0];
  const { straight, through, ends } = found;
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        const line = z * dz + y * dy + x * dx;
        const label = indices[i];
        if (length[line] === 0) {
          now[line] = label;
          length[line] = 1;
        } else if (label === now[line]) {
          if (length[line] <= LINING) length[line]++;
        } else {
          const last = now[line];
          found.changes++;
          ends[last]++;
          ends[label]++;
          if (kinds <= MOST_PHASES) {
            straight[last < label ? last * kinds + label : label * kinds + last]++;
            const first = before[line];
            if (first >= 0 && first !== label && length[line] <= LINING) {
              const pair = first < label ? first * kinds + label : label * kinds + first;
              through[pair * kinds + last]++;
            }
          }
          before[line] = last;
          now[line] = label;
          length[line] = 1;
        }
      }
    }
  }
}

/** Voxels of each label in no block of 2×2×2 voxels of one label; of 2×2 in a section. */
function thinVoxels({ indices, shape: [nz, ny, nx] }: Window, kinds: number): Float64Array {
  const [dz, dy, dx] = [nz > 1 ? ny * nx : 0, ny > 1 ? nx : 0, nx > 1 ? 1 : 0];
  const corners = Int32Array.from({ length: 8 }, (_, c) => (c & 4 ? dz : 0) + (c & 2 ? dy : 0) + (c & 1 ? dx : 0));
  const covered = new Uint8Array(indices.length);
  for (let z = 0; z < Math.max(1, nz - 1); z++) {
    for (let y = 0; y < Math.max(1, ny - 1); y++) {
      const row = (z * ny + y) * nx;
      for (let i = row; i < row + Math.max(1, nx - 1); i++) {
        const label = indices[i];
        let c = 1;
        while (c < 8 && indices[i + corners[c]] === label) c++;
        if (c === 8) for (c = 0; c < 8; c++) covered[i + corners[c]] = 1;
      }
    }
  }
  const thin = new Float64Array(kinds);
  for (let i = 0; i < indices.length; i++) if (covered[i] === 0) thin[indices[i]]++;
  return thin;
}

export function labelStatistics(volume: LabelVolume): LabelStatistics {
  const labels = phasesOf(volume);
  const kinds = labels.length;
  const few = kinds <= MOST_PHASES;
  const window = windowOf(volume, labels);
  const found: Crossings = {
    straight: new Float64Array(few ? kinds ** 2 : 0), through: new Float64Array(few ? kinds ** 3 : 0),
    ends: new Float64Array(kinds), changes: 0,
  };
  const axes = AXES.map(axisIndex).filter((axis) => window.shape[axis] > 1);
  for (const axis of axes) countAlong(window, axis, kinds, found);
  const { straight, through, ends, changes } = found;
  const { length } = window.indices;
  const meanRun = changes > 0 ? (axes.length * length) / changes : null;
  if (!few) return { labels, meanRun, changes, widths: [], linings: [] };
  const voxels = new Float64Array(kinds);
  for (let i = 0; i < length; i++) voxels[window.indices[i]]++;
  const thin = thinVoxels(window, kinds);
  const widths = labels.map((label, k): LabelWidth => ({
    label, voxels: voxels[k], meanChord: ends[k] > 0 ? (2 * axes.length * voxels[k]) / ends[k] : null,
    thinShare: voxels[k] > 0 ? thin[k] / voxels[k] : 0,
  }));
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

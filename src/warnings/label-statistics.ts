// What warnings about labels are decided on: how wide the labels are, and which label lies between which.
import { RUNS_CHANGES, RUNS_ENDS, RUNS_PAIRS, RUNS_THIN, RUNS_VOXELS } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { countRuns } from './label-runs.js';

/** More labels than this are grey values, or particles that were numbered: none of them is a phase. */
export const MOST_PHASES = 32;
/** Widths are a property of the whole image: a window in its middle of this edge tells them. */
const WINDOW = 256;

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

/** What is counted: the middle of an image, and the place of each label in the list of those that occur. */
export interface Window {
  readonly labels: Uint8Array;
  readonly shape: Shape;
  readonly places: Uint8Array;
  /** Labels that occur; 0 where they are more than MOST_PHASES, whose pairs and widths are not counted. */
  readonly kinds: number;
}

function middleOf({ labels, shape }: LabelVolume): Pick<Window, 'labels' | 'shape'> {
  const size = shape.map((n) => Math.min(n, WINDOW)) as unknown as Shape;
  if (size.every((n, k) => n === shape[k])) return { labels, shape };
  const [z0, y0, x0] = shape.map((n, k) => (n - size[k]) >> 1);
  const [nz, ny, nx] = size;
  const middle = new Uint8Array(voxelCount(size));
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const from = ((z + z0) * shape[1] + y + y0) * shape[2] + x0;
      middle.set(labels.subarray(from, from + nx), (z * ny + y) * nx);
    }
  }
  return { labels: middle, shape: size };
}

/** @param present labels of the whole image, ascending */
export function windowOf(volume: LabelVolume, present: readonly Phase[]): Window {
  const places = new Uint8Array(256);
  present.forEach((label, k) => {
    places[label] = k;
  });
  return { ...middleOf(volume), places, kinds: present.length > MOST_PHASES ? 0 : present.length };
}

/** Elements of the counts of `labelRuns` for so many kinds. */
export const runCounts = (kinds: number): number => RUNS_PAIRS + kinds ** 2 * (kinds + 1);

/** @param counts of the window, laid out as `labelRuns` does */
export function statisticsOf(
  labels: readonly Phase[], { shape, kinds }: Window, counts: Float64Array,
): LabelStatistics {
  const axes = shape.filter((n) => n > 1).length;
  const changes = counts[RUNS_CHANGES];
  const meanRun = changes > 0 ? (axes * voxelCount(shape)) / changes : null;
  if (kinds === 0) return { labels, meanRun, changes, widths: [], linings: [] };
  const widths = labels.map((label, k): LabelWidth => {
    const [ends, voxels, thin] = [counts[RUNS_ENDS + k], counts[RUNS_VOXELS + k], counts[RUNS_THIN + k]];
    return {
      label, voxels, meanChord: ends > 0 ? (2 * axes * voxels) / ends : null,
      thinShare: voxels > 0 ? thin / voxels : 0,
    };
  });
  const linings: Lining[] = [];
  for (let low = 0; low < kinds; low++) {
    for (let high = low + 1; high < kinds; high++) {
      const pair = low * kinds + high;
      for (let k = 0; k < kinds; k++) {
        const through = counts[RUNS_PAIRS + kinds ** 2 + pair * kinds + k];
        if (through === 0) continue;
        const crossings = counts[RUNS_PAIRS + pair] + through;
        linings.push({
          label: labels[k], between: [labels[low], labels[high]], crossings, share: through / crossings,
        });
      }
    }
  }
  return { labels, meanRun, changes, widths, linings };
}

/** @param count fills the counts: `labelRuns` of the kernels */
export async function statisticsBy(
  volume: LabelVolume, count: (window: Window) => Promise<Float64Array>,
): Promise<LabelStatistics> {
  const labels = phasesOf(volume);
  const window = windowOf(volume, labels);
  return statisticsOf(labels, window, await count(window));
}

/** Counted by the host, for callers without a session. */
export function labelStatistics(volume: LabelVolume): LabelStatistics {
  const labels = phasesOf(volume);
  const window = windowOf(volume, labels);
  return statisticsOf(labels, window, countRuns(window, new Float64Array(runCounts(window.kinds))));
}

// A labelled image or model structure: plain host data, so that every operation is a function of its input.
import { checkArguments, has } from './arguments.js';
import { SpecError } from './errors.js';
import { checkShape, checkVoxelSize, voxelCount, type Shape, type VoxelSize } from './grid.js';
import { quoted } from './quote.js';
import { labelsText } from './text.js';

/** Phase label of a voxel. Models use 1 = SE, 2 = AM, 3 = pore; images any set in 0…255. */
export type Phase = number;

/** Label of the solid electrolyte in models and in the descriptors of a cathode. */
export const SE: Phase = 1;
/** Label of the active material in models and in the descriptors of a cathode. */
export const AM: Phase = 2;
/** Label of the pores in models and in the descriptors of a cathode. */
export const PORE: Phase = 3;

/** "1-2": an unordered pair of labels as a key. */
export const pairKey = (a: Phase, b: Phase): string => (a < b ? `${a}-${b}` : `${b}-${a}`);

/** Labels in C order (z, y, x) with the grid they live on. */
export interface LabelVolume {
  /** A label per voxel, 0 … 255: z·ny·nx + y·nx + x is the index of voxel (z, y, x). */
  readonly labels: Uint8Array;
  /** Voxels along (z, y, x); their product is the length of `labels`. */
  readonly shape: Shape;
  /** Edges of a voxel in µm along (z, y, x); null: unknown, and results are in voxels. */
  readonly voxelSizeUm: VoxelSize;
  /** What made the volume: model parameters and seed, or import steps. Written beside exported files. */
  readonly provenance?: Readonly<Record<string, unknown>>;
}

/** A volume whose arrays and numbers fit together.
 *  @throws SpecError when the labels are not bytes or do not match their shape. */
export function checkVolume(where: string, volume: LabelVolume): LabelVolume {
  checkArguments(where, { volume: [volume, 'record'] });
  checkShape(where, volume.shape);
  checkVoxelSize(where, volume.voxelSizeUm);
  // Kernels take the bytes as they are: those of wider numbers would be read as other labels.
  if (!(volume.labels instanceof Uint8Array)) {
    const found = quoted(volume.labels);
    throw new SpecError(`${where}: labels must be a Uint8Array, got ${found}; copy them with Uint8Array.from`);
  }
  const expected = voxelCount(volume.shape);
  if (volume.labels.length !== expected) {
    throw new SpecError(
      `${where}: ${volume.shape.join('×')} needs ${expected} labels, the array holds ${volume.labels.length}`,
    );
  }
  return volume;
}

/** Labels as words of four; `at` is the first label of the first word. */
function foursOf(labels: Uint8Array): { readonly fours: Int32Array; readonly at: number } {
  const at = Math.min(labels.length, (4 - (labels.byteOffset & 3)) & 3);
  return { fours: new Int32Array(labels.buffer, labels.byteOffset + at, (labels.length - at) >> 2), at };
}

/** How many voxels have each of the labels 0…255. */
export function labelCounts(labels: Uint8Array): Float64Array {
  checkArguments('labelCounts', { labels: [labels, 'bytes'] });
  const { fours, at } = foursOf(labels);
  // A table per byte: equal neighbours would wait for each other.
  const tables = new Float64Array(4 * 256);
  for (let i = 0; i < fours.length; i++) {
    const four = fours[i];
    tables[four & 255]++;
    tables[256 + ((four >>> 8) & 255)]++;
    tables[512 + ((four >>> 16) & 255)]++;
    tables[768 + (four >>> 24)]++;
  }
  const counts = tables.slice(0, 256).map((count, k) => count + tables[256 + k] + tables[512 + k] + tables[768 + k]);
  for (let i = 0; i < at; i++) counts[labels[i]]++;
  for (let i = at + 4 * fours.length; i < labels.length; i++) counts[labels[i]]++;
  return counts;
}

/** Share of the voxels of every label that occurs, labels ascending. */
export function labelFractions(labels: Uint8Array): Map<Phase, number> {
  checkArguments('labelFractions', { labels: [labels, 'bytes'] });
  return new Map([...labelCounts(labels).entries()]
    .filter(([, count]) => count > 0).map(([label, count]) => [label, count / labels.length]));
}

/** Sorted labels that occur in the volume. */
export function phasesOf(volume: LabelVolume): Phase[] {
  checkArguments('phasesOf', { volume: [volume, has<LabelVolume>('labels')] });
  const seen = new Uint8Array(256);
  const { labels } = volume;
  const { fours, at } = foursOf(labels);
  let low = 0;
  for (let i = 0; i < fours.length; i++) {
    const four = fours[i];
    // Labels below 32 without a branch: a shift takes five bits of a number.
    if ((four & 0xe0e0e0e0) === 0) {
      low |= (1 << four) | (1 << (four >>> 8)) | (1 << (four >>> 16)) | (1 << (four >>> 24));
    } else {
      for (let shift = 0; shift < 32; shift += 8) seen[(four >>> shift) & 255] = 1;
    }
  }
  for (let label = 0; label < 32; label++) if ((low >>> label) & 1) seen[label] = 1;
  for (let i = 0; i < at; i++) seen[labels[i]] = 1;
  for (let i = at + 4 * fours.length; i < labels.length; i++) seen[labels[i]] = 1;
  const phases: Phase[] = [];
  for (let label = 0; label < 256; label++) if (seen[label]) phases.push(label);
  return phases;
}

/** A label that occurs in a volume.
 *  @throws SpecError when `phase` does not occur; names the labels that do. */
export function checkPhase(where: string, volume: LabelVolume, phase: Phase): Phase {
  if (!Number.isInteger(phase) || phase < 0 || phase > 255) {
    throw new SpecError(`${where}: a phase is a whole label from 0 to 255, got ${quoted(phase)}`);
  }
  if (!volume.labels.includes(phase)) {
    const present = labelsText(phasesOf(volume));
    throw new SpecError(`${where}: label ${phase} does not occur in the image; it has ${present}`);
  }
  return phase;
}

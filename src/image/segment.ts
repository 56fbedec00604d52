// Segmentation: grey values to labels, by thresholds given, by Otsu's, by those that meet given volume fractions, or
// with blur and noise in the model.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { labelFractions, type LabelVolume, type Phase } from '../core/volume.js';
import { binsPlan, greyBins, greyRange, greyRangePlan, type GreyKind, type GreyRange } from '../kernels/greys.js';
import { segmentPlan as levelsPlan, segmentValues } from '../kernels/threshold.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';
import { AUTO_DEFAULTS, autoPlan, autoSegment, checkAutoClasses, type AutoSegmented } from './auto.js';
import { valleyWarnings } from '../warnings/valley.js';
import { checkGrey, greyKind, greyLease, type GreyVolume } from './grey.js';
import { checkFractions, fractionNotes, fractionThresholds, otsuThresholds } from './thresholds.js';

/** Classes go from dark to bright; a threshold is the lowest value of the class above it. */
export type Segmentation =
  /** Blur, noise and grey values of the classes are estimated; see ./auto.ts. */
  | { readonly method: 'auto'; readonly classes?: number }
  | { readonly method: 'otsu'; readonly classes?: number }
  | { readonly method: 'thresholds'; readonly thresholds: readonly number[] }
  | { readonly method: 'fractions'; readonly fractions: readonly number[] };

/** Options of `segmentGreys`. */
export interface SegmentOptions {
  /** Label of each class, dark to bright; null: 1, 2, 3 … */
  readonly labels?: readonly Phase[] | null;
}

/** Options of `segmentGreys` that are not given: classes are labelled 1, 2, 3 … from dark to bright. */
export const SEGMENT_DEFAULTS = { labels: null } as const;
/** What method `otsu` does not say: two classes. */
export const OTSU_DEFAULTS = { classes: 2 } as const;

/** Labels of a grey image, and how they were found. */
export interface Segmented {
  /** Labels on the grid of the grey image. */
  readonly volume: LabelVolume;
  /** Grey values, one fewer than classes; each is the lowest value of the class above it. */
  readonly thresholds: readonly number[];
  /** Label of each class, dark to bright. */
  readonly labels: readonly Phase[];
  /** Volume fraction of each class, dark to bright. */
  readonly fractions: readonly number[];
  /** Otsu only: share of the grey variance that the classes explain. */
  readonly explained: number | null;
  /** auto only: what the image was found to be made of. Grey value of each class, blur (standard deviation, voxels),
   *  noise (standard deviation, grey values), and the least step between two classes as one voxel shows it over it. */
  readonly found: Omit<AutoSegmented, 'classes' | 'warnings'> | null;
  /** What speaks against the classes, one line each, with the remedy. */
  readonly warnings: readonly string[];
}

/** How many classes a segmentation makes. */
export function segmentationClasses(segmentation: Segmentation): number {
  if (segmentation.method === 'auto') return segmentation.classes ?? AUTO_DEFAULTS.classes;
  if (segmentation.method === 'otsu') return segmentation.classes ?? OTSU_DEFAULTS.classes;
  return segmentation.method === 'thresholds' ? segmentation.thresholds.length + 1 : segmentation.fractions.length;
}

/** @throws SpecError */
export function checkSegmentation(segmentation: Segmentation, labels: readonly Phase[] | null): Segmentation {
  const where = 'segment';
  const { method } = segmentation;
  if (method !== 'auto' && method !== 'otsu' && method !== 'thresholds' && method !== 'fractions') {
    throw new SpecError(`${where}: method is auto, otsu, thresholds or fractions, got "${String(method)}"`);
  }
  if (method === 'thresholds') {
    const { thresholds } = segmentation;
    if (
      thresholds.length === 0 || thresholds.some((t, i) => !Number.isFinite(t) || (i > 0 && t <= thresholds[i - 1]))
    ) {
      throw new SpecError(
        `${where}: thresholds are one or more ascending grey values, got ${thresholds.join(', ') || 'none'}`,
      );
    }
  }
  const classes = segmentationClasses(segmentation);
  if (method === 'auto') checkAutoClasses(where, classes);
  if (method === 'fractions') checkFractions(segmentation.fractions);
  if (!Number.isInteger(classes) || classes < 2 || classes > 256) {
    throw new SpecError(`${where}: classes are 2 or more, got ${classes}`);
  }
  if (
    labels !== null &&
      (labels.length !== classes || labels.some((label) => !Number.isInteger(label) || label < 0 || label > 255))
  ) {
    throw new SpecError(
      `${where}: ${classes} classes need ${classes} labels from 0 to 255, dark to bright, got ${labels.join(', ')}`,
    );
  }
  return segmentation;
}

const labelLeases = (shape: Shape) => named({ labels: voxelCount(shape) });

/** Memory of `segmentGreys`.
 *  @param segmentation absent: by thresholds, however they are found */
export function segmentPlan(
  shape: Shape, kind: GreyKind, threads: number, segmentation?: Segmentation,
): LeasePlan {
  checkArguments('segmentPlan', { shape: [shape, 'shape'], kind: [kind, 'number'], threads: [threads, 'count'] });
  return segmentation?.method === 'auto'
    ? autoPlan(shape, kind, threads, segmentationClasses(segmentation))
    : thresholdPlan(shape, kind, threads);
}

function thresholdPlan(shape: Shape, kind: GreyKind, threads: number) {
  return {
    leases: [greyLease('grey values', shape, kind)],
    then: [greyRangePlan(threads), binsPlan(threads), { leases: labelLeases(shape), then: [levelsPlan(256)] }],
  };
}

const SEGMENT_OPTION_NAMES: Names<SegmentOptions> = { labels: true };

/** Labels from grey values.
 *  @throws SpecError when no thresholds can be found, or when all voxels fall into one class; CapacityError */
export async function segmentGreys(
  session: Session, volume: GreyVolume, segmentation: Segmentation, options: SegmentOptions = {}, run: RunOptions = {},
): Promise<Segmented> {
  checkOperation('segmentGreys', session, run, {
    volume: [volume, 'record'], segmentation: [segmentation, 'record'], options: [options, SEGMENT_OPTION_NAMES],
  });
  const where = 'segment';
  const chosen = options.labels ?? SEGMENT_DEFAULTS.labels;
  checkSegmentation(segmentation, chosen);
  const { data, shape, voxelSizeUm, provenance } = checkGrey(where, volume);
  const kind = greyKind(data);
  const classes = segmentationClasses(segmentation);
  const labels = chosen ?? Array.from({ length: classes }, (_, k) => k + 1);
  const plan = segmentPlan(shape, kind, session.threads, segmentation);
  const grid = { shape, voxelSizeUm, provenance };
  return session.run(where, plan, voxelCount(shape), run, async (frame) => {
    if (segmentation.method === 'auto') return byModel(frame, volume, labels);
    const { 'grey values': values } = frame.take(thresholdPlan(shape, kind, session.threads));
    await frame.write(values, data);
    const range = await checkedRange(frame, values, kind, shape);
    const histogram = await greyBins(frame, values, kind, shape, range);
    let explained: number | null = null;
    let thresholds: readonly number[];
    if (segmentation.method === 'otsu') ({ thresholds, explained } = otsuThresholds(histogram, classes));
    else if (segmentation.method === 'fractions') thresholds = fractionThresholds(histogram, segmentation.fractions);
    else ({ thresholds } = segmentation);
    // What is compared is what is reported: thresholds are 32-bit floats, exact for whole grey values.
    thresholds = thresholds.map(Math.fround);
    const result = await frame.scope(async () => {
      const { labels: lease } = frame.take(labelLeases(shape));
      await segmentValues(frame, lease, values, kind, shape, thresholds, labels);
      return frame.read(lease, Uint8Array);
    });
    const fractions = classFractions(result, labels);
    const warnings = [
      ...(segmentation.method === 'fractions' ? fractionNotes(segmentation.fractions) : []),
      ...emptyClasses(where, thresholds, labels, fractions, range), ...valleyWarnings(histogram, thresholds),
    ];
    return { volume: { ...grid, labels: result }, thresholds, labels, fractions, explained, found: null, warnings };
  });
}

/** @throws SpecError when there is nothing to divide */
async function checkedRange(frame: Frame, values: Lease, kind: GreyKind, shape: Shape): Promise<GreyRange> {
  const range = await greyRange(frame, values, kind, shape);
  if (range.notFinite > 0) throw new SpecError(`segment: ${range.notFinite} values are not finite; replace them first`);
  if (range.min === range.max) {
    throw new SpecError(
      `segment: all grey values are ${range.min}: the image is empty; is it the right file, page or channel?`,
    );
  }
  return range;
}

/** Labels with blur and noise in the model; `thresholds` lie half way between the grey values of the classes. */
async function byModel(frame: Frame, volume: GreyVolume, labels: readonly Phase[]): Promise<Segmented> {
  const { data, shape, voxelSizeUm, provenance } = volume;
  const kind = greyKind(data);
  const range = await frame.scope(async () => {
    const lease = greyLease('grey values', shape, kind);
    const values = frame.lease(lease.name, lease.bytes);
    await frame.write(values, data);
    return checkedRange(frame, values, kind, shape);
  });
  const { classes, warnings, ...found } = await autoSegment(frame, volume, labels.length);
  const result = classes.map((k) => labels[k]);
  const thresholds = found.means.slice(1).map((mean, k) => (mean + found.means[k]) / 2);
  const fractions = classFractions(result, labels);
  return {
    volume: { labels: result, shape, voxelSizeUm, provenance }, thresholds, labels, fractions, explained: null, found,
    warnings: [...emptyClasses('segment', thresholds, labels, fractions, range), ...warnings],
  };
}

function classFractions(result: Uint8Array, labels: readonly Phase[]): number[] {
  const fractions = labelFractions(result);
  return labels.map((label) => fractions.get(label) ?? 0);
}

/** @throws SpecError when only one label is left. */
function emptyClasses(
  where: string, thresholds: readonly number[], labels: readonly Phase[], fractions: readonly number[],
  range: { readonly min: number; readonly max: number },
): string[] {
  const values = `grey values lie from ${range.min} to ${range.max}`;
  const full = fractions.indexOf(1);
  if (full >= 0) {
    throw new SpecError(
      `${where}: all voxels get label ${labels[full]}: ${values}, thresholds are ${thresholds.join(', ')}; ` +
        'take thresholds inside, or otsu',
    );
  }
  return labels.flatMap((label, k) => (
    fractions[k] === 0 ? [`no voxel has label ${label}: ${values}, thresholds are ${thresholds.join(', ')}`] : []
  ));
}

// Segmentation: grey values to labels, by thresholds given, by Otsu's, or by those that meet given volume fractions.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { labelFractions, type LabelVolume, type Phase } from '../core/volume.js';
import { binsPlan, greyBins, greyRange, greyRangePlan, type GreyKind } from '../kernels/greys.js';
import { segmentPlan as levelsPlan, segmentValues } from '../kernels/threshold.js';
import { named } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { checkGrey, greyKind, greyLease, type GreyVolume } from './grey.js';
import { fractionThresholds, otsuThresholds } from './thresholds.js';

/** Classes go from dark to bright; a threshold is the lowest value of the class above it. */
export type Segmentation =
  | { readonly method: 'otsu'; readonly classes?: number }
  | { readonly method: 'thresholds'; readonly thresholds: readonly number[] }
  | { readonly method: 'fractions'; readonly fractions: readonly number[] };

export interface SegmentOptions {
  /** Label of each class, dark to bright; null: 1, 2, 3 … */
  readonly labels?: readonly Phase[] | null;
}

export const SEGMENT_DEFAULTS = { labels: null } as const;
export const OTSU_DEFAULTS = { classes: 2 } as const;

export interface Segmented {
  readonly volume: LabelVolume;
  readonly thresholds: readonly number[];
  readonly labels: readonly Phase[];
  /** Volume fraction of each class, dark to bright. */
  readonly fractions: readonly number[];
  /** Otsu only: share of the grey variance that the classes explain. */
  readonly explained: number | null;
  readonly warnings: readonly string[];
}

function classesOf(segmentation: Segmentation): number {
  if (segmentation.method === 'otsu') return segmentation.classes ?? OTSU_DEFAULTS.classes;
  return segmentation.method === 'thresholds' ? segmentation.thresholds.length + 1 : segmentation.fractions.length;
}

/** @throws SpecError */
export function checkSegmentation(segmentation: Segmentation, labels: readonly Phase[] | null): Segmentation {
  const where = 'segment';
  const { method } = segmentation;
  if (method !== 'otsu' && method !== 'thresholds' && method !== 'fractions') {
    throw new SpecError(`${where}: method is otsu, thresholds or fractions, got "${String(method)}"`);
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
  const classes = classesOf(segmentation);
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

export function segmentPlan(shape: Shape, kind: GreyKind, threads: number) {
  checkArguments('segmentPlan', { shape: [shape, 'shape'], kind: [kind, 'number'], threads: [threads, 'count'] });
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
  const classes = classesOf(segmentation);
  const labels = chosen ?? Array.from({ length: classes }, (_, k) => k + 1);
  const plan = segmentPlan(shape, kind, session.threads);
  return session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const { 'grey values': values } = frame.take(plan);
    await frame.write(values, data);
    const range = await greyRange(frame, values, kind, shape);
    if (range.notFinite > 0) {
      throw new SpecError(`${where}: ${range.notFinite} values are not finite; replace them first`);
    }
    if (range.min === range.max) {
      throw new SpecError(
        `${where}: all grey values are ${range.min}: the image is empty; is it the right file, page or channel?`,
      );
    }
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
    const warnings = emptyClasses(where, thresholds, labels, fractions, range);
    return {
      volume: { labels: result, shape, voxelSizeUm, provenance }, thresholds, labels, fractions, explained, warnings,
    };
  });
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

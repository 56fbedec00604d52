// Image and model side by side: descriptors, M and curves that the calibration has not used.
import { checkOperation, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { cropLabels } from '../image/crop.js';
import { hypot } from '../numeric/elementary.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { generate } from '../structure/generate.js';
import type { LagVector } from '../structure/two-point.js';
import { specLike } from './bootstrap.js';
import type { Calibration } from './calibrate.js';
import { coverageCurves, type CoverageCurve } from './coverage-curves.js';
import { fractionVariance } from '../descriptors/fraction-variance.js';
import { calibratedModel } from './model.js';
import {
  COMPARED_QUANTITIES, keyOf, measure, SECTION_QUANTITIES, valueAt, type CurveName, type Measured, type QuantityName,
} from './measure.js';

/** Options of `validateCalibration`. */
export interface ValidateOptions {
  /** Structures drawn with the fitted θ. */
  readonly realisations?: number;
  /** Longest edge of the window that is compared; a larger image is cut to its middle. */
  readonly maxEdge?: number;
  /** Key of the structures drawn. */
  readonly seed?: number;
}

/** Options of `validateCalibration` that are not given; `maxEdge` in voxels. */
export const VALIDATE_DEFAULTS = { realisations: 5, maxEdge: 128, seed: 1 } as const;

/** Mean and scatter of a quantity over windows. */
export interface Spread {
  /** Windows. */
  readonly count: number;
  /** Over the windows. */
  readonly mean: number;
  /** Of one window; null for a single one. */
  readonly standardDeviation: number | null;
}

/** A descriptor or M of the image beside that of the fitted model. */
export interface ComparedQuantity {
  /** Name of the quantity, as `describe` and `conduct` give it. */
  readonly quantity: QuantityName;
  /** Label in the image; two for an interface. */
  readonly phases: readonly Phase[];
  /** Of the window, or of all sections together; null where the image does not show it and where there is no path. */
  readonly image: number | null;
  /** Subwindows of half the edges. */
  readonly subwindows: Spread | null;
  /** σ_p̂ of the image's value: for volume fractions by [B, eq. 18], else the deviation of the subwindows times the
   *  ratio that eq. 18 gives for the fraction of the phase between the two sizes. Null when the image is too small to
   *  say. */
  readonly imageDeviation: number | null;
  /** Of the structures drawn; null where none of them has a value. */
  readonly model: Spread | null;
  /** (image − model) over the deviation of both. */
  readonly deviations: number | null;
}

/** A curve of one phase; `image` null for sections. */
export interface ComparedCurve {
  readonly curve: CurveName;
  readonly phase: Phase;
  /** Radius, length or ratio, as the curve has it. */
  readonly x: readonly number[];
  /** Of the window; null for sections. */
  readonly image: readonly number[] | null;
  /** Mean over the structures drawn. */
  readonly model: readonly number[];
  /** Of one window; null for a single realisation. */
  readonly standardDeviation: readonly number[] | null;
}

/** Image and model side by side. */
export interface Validation {
  /** Of the volumes that are compared; for sections that of the model's. */
  readonly window: Shape;
  /** `sections`: image and model agree on planes, and paths, constrictions and M are the model's alone. */
  readonly compares: 'volume' | 'sections';
  /** Descriptors and M, phase by phase. */
  readonly quantities: readonly ComparedQuantity[];
  /** Curves over radius, lag or length, of image and model. */
  readonly curves: readonly ComparedCurve[];
  /** Two-point coverage of the phases: data of all images, exact values of the model. */
  readonly coverages: readonly CoverageCurve[];
  /** One drawn structure, with the labels of the image. */
  readonly example: LabelVolume;
  /** What it is compared with: the image, or its middle; null for sections. */
  readonly imageWindow: LabelVolume | null;
}

/** Sections are small: enough of them are drawn for a standard deviation. */
const LEAST_SECTIONS = 20;
/** Subwindows per axis at most, and their shortest edge. */
const MOST_PARTS = 3;
const SHORTEST_PART = 16;
const CURVE_POINTS = 48;

function spread(rows: readonly Measured[], key: string): Spread | null {
  const values = rows.flatMap(({ numbers }) => numbers.get(key) ?? []);
  if (values.length === 0) return null;
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const square = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  // Equal values differ in the last bits of their mean only.
  const deviation = Math.sqrt(square / Math.max(1, values.length - 1));
  return {
    count: values.length, mean,
    standardDeviation: values.length < 2 ? null : deviation > 1e-12 * Math.abs(mean) ? deviation : 0,
  };
}

/** Means over sections, weighted by their voxels. */
function pooled(parts: readonly Measured[], voxels: readonly number[]): Measured {
  const total = voxels.reduce((sum, n) => sum + n, 0);
  const keys = new Set(parts.flatMap(({ numbers }) => [...numbers.keys()]));
  return {
    numbers: new Map([...keys].map(
      (key) => [key, parts.reduce((sum, { numbers }, i) => sum + ((numbers.get(key) ?? 0) * voxels[i]) / total, 0)],
    )),
    curves: new Map(),
  };
}

const shorter = (shape: Shape, change: (n: number) => number): Shape =>
  shape.map((n) => (n === 1 ? 1 : change(n))) as unknown as Shape;

/** Windows of a shape that do not overlap, spread over the image. */
function partsOf(image: LabelVolume, shape: Shape): LabelVolume[] {
  if (shape.some((n, k) => image.shape[k] > 1 && n < SHORTEST_PART)) return [];
  const starts = image.shape.map((n, k) => {
    const count = Math.min(MOST_PARTS, Math.floor(n / shape[k]));
    return Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.floor((i * (n - shape[k])) / (count - 1))));
  });
  return starts[0].flatMap((z) => starts[1].flatMap(
    (y) => starts[2].map((x) => cropLabels(image, [z, y, x].map((from, k) => [from, from + shape[k]]))),
  ));
}

const middle = (image: LabelVolume, shape: Shape): LabelVolume =>
  cropLabels(image, shape.map((n, k) => [(image.shape[k] - n) >> 1, ((image.shape[k] - n) >> 1) + n]));

/** Factor from the deviation over windows of one shape to that over another, by the fraction of the phases; null when
 *  the image is too small to know. */
async function shrinkage(
  session: Session, image: LabelVolume, phases: readonly Phase[], from: Shape, to: Shape, run: RunOptions,
): Promise<Map<Phase, { factor: number; deviation: number }>> {
  const found = new Map<Phase, { factor: number; deviation: number }>();
  for (const phase of phases) {
    try {
      const variance = await fractionVariance(session, image, phase, run);
      found.set(
        phase, { factor: Math.sqrt(variance.of(to) / variance.of(from)), deviation: Math.sqrt(variance.of(to)) },
      );
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
    }
  }
  return found;
}

interface Side {
  readonly whole: Measured | null;
  readonly parts: readonly Measured[];
  readonly scales: ReadonlyMap<Phase, { factor: number; deviation: number }>;
  /** Images whose mean the value is. */
  readonly count: number;
  /** Independent ones that they are worth. */
  readonly worth: number;
}

const NOTHING: Side = { whole: null, parts: [], scales: new Map(), count: 1, worth: 1 };

function compare(
  quantity: QuantityName, phases: readonly Phase[], { whole, parts, scales, count, worth }: Side,
  drawn: readonly Measured[],
): ComparedQuantity {
  const key = keyOf(quantity, phases);
  const value = whole?.numbers.get(key) ?? null;
  const subwindows = spread(parts, key);
  const independent = spread(drawn, key);
  // Sections of the model are drawn independent of each other, those of the image may be near.
  const model = independent?.standardDeviation == null
    ? independent
    : { ...independent, standardDeviation: independent.standardDeviation * Math.sqrt(count / worth) };
  const scale = phases.flatMap((phase) => scales.get(phase) ?? []);
  const factor = scale.length < phases.length ? null : Math.max(...scale.map((one) => one.factor)) / Math.sqrt(worth);
  const deviation = subwindows?.standardDeviation ?? null;
  const imageDeviation = value === null || factor === null ? null
    : quantity === 'volumeFraction'
      ? scale[0].deviation / Math.sqrt(worth)
      : deviation === null ? null
      : deviation * factor;
  const both = hypot(model?.standardDeviation ?? 0, imageDeviation ?? 0);
  return {
    quantity, phases, image: value, subwindows, imageDeviation, model,
    deviations: value === null || model === null || !(both > 0) ? null : (value - model.mean) / both,
  };
}

function compareCurves(phases: readonly Phase[], whole: Measured | null, drawn: readonly Measured[]): ComparedCurve[] {
  return phases.flatMap((phase) => (['cpsd', 'smip', 'tortuosity'] as const).flatMap((curve): ComparedCurve[] => {
    const key = keyOf(curve, [phase]);
    const image = whole?.curves.get(key) ?? null;
    const models = drawn.flatMap(({ curves }) => curves.get(key) ?? []);
    if (models.length === 0) return [];
    const all = [...models, ...(image === null ? [] : [image])];
    const low = Math.min(...all.map(({ x }) => x[0]));
    const high = Math.max(...all.map(({ x }) => x[x.length - 1]));
    const x = Array.from({ length: CURVE_POINTS }, (_, i) => low + ((high - low) * i) / (CURVE_POINTS - 1));
    const rows = x.map(
      (at) => models.map((one) => (curve !== 'tortuosity' && at > one.x[one.x.length - 1] ? 0 : valueAt(one, at))),
    );
    const means = rows.map((values) => values.reduce((sum, v) => sum + v, 0) / values.length);
    return [{
      curve, phase, x, model: means,
      image: image === null
        ? null
        : x.map((at) => (curve !== 'tortuosity' && at > image.x[image.x.length - 1] ? 0 : valueAt(image, at))),
      standardDeviation: models.length < 2 ? null : rows.map(
        (values, i) => Math.sqrt(values.reduce((sum, v) => sum + (v - means[i]) ** 2, 0) / (values.length - 1)),
      ),
    }];
  }));
}

function checkOptions({ realisations, maxEdge }: Required<ValidateOptions>): void {
  for (const [name, value, least] of [['realisations', realisations, 1], ['maxEdge', maxEdge, 16]] as const) {
    if (!Number.isInteger(value) || value < least) {
      throw new SpecError(`validate: ${name} must be a whole number of at least ${least}, got ${value}`);
    }
  }
}

const VALIDATE_OPTION_NAMES: Names<ValidateOptions> = { realisations: true, maxEdge: true, seed: true };

/** Draws structures with the fitted θ on the window of the image and describes both. Of several volumes the largest is
 *  compared. Sections (no volume among the images) are compared with sections of the model; a cube of `maxEdge` voxels
 *  shows what they cannot.
 *  @param images the images that the calibration came from
 *  @throws SpecError, CapacityError, CancelledError */
export async function validateCalibration(
  session: Session, images: LabelVolume | readonly LabelVolume[], calibration: Calibration,
  options: ValidateOptions = {}, run: RunOptions = {},
): Promise<Validation> {
  checkOperation('validateCalibration', session, run, {
    calibration: [calibration, has<Calibration>('model', 'parameters', 'phases')],
    options: [options, VALIDATE_OPTION_NAMES],
  });
  const settings = { ...VALIDATE_DEFAULTS, ...options };
  checkOptions(settings);
  const { realisations, maxEdge, seed } = settings;
  const { model, parameters, phases, voxelSizeUm: reference } = calibration;
  const all = 'labels' in images ? [images] : images;
  const volumes =
    all.filter(({ shape }) => shape.every((n) => n > 1)).sort((a, b) => voxelCount(b.shape) - voxelCount(a.shape));
  const [volume = null] = volumes;
  const window: Shape =
    volume === null ? [maxEdge, maxEdge, maxEdge] : shorter(volume.shape, (n) => Math.min(n, maxEdge));
  const imageWindow = volume === null ? null : middle(volume, window);
  const pairs = [...phases].sort((a, b) => a - b).flatMap((a, i, sorted) => sorted.slice(i + 1).map((b) => [a, b]));

  const relabelled = new Uint8Array(256);
  calibratedModel('validate', model).phases().forEach(({ label }, i) => (relabelled[label] = phases[i]));
  const draw = async (shape: Shape, voxel: LagVector, scenario: number, realisation: number): Promise<LabelVolume> => {
    const spec = specLike(model, parameters, { voxels: [voxel] }, 0, shape, { seed, scenario, realisation });
    const { labels } = await generate(session, spec, run);
    return {
      labels: labels.map((label) => relabelled[label]), shape,
      voxelSizeUm: reference === null ? null : (voxel.map((edge) => edge * reference) as unknown as LagVector),
    };
  };
  const voxelOf = ({ voxelSizeUm }: LabelVolume): LagVector =>
    (voxelSizeUm ?? [1, 1, 1]).map((edge) => edge / (reference ?? 1)) as unknown as LagVector;

  // The window of a volume, and what a volume of the model shows beside sections.
  const drawn: Measured[] = [];
  let example: LabelVolume | null = null;
  for (let realisation = 0; realisation < realisations; realisation++) {
    const structure = await draw(window, volume === null ? [1, 1, 1] : voxelOf(volume), 3, realisation);
    example ??= structure;
    drawn.push(await measure(session, structure, { curves: true }, run));
  }
  let side = NOTHING;
  const drawnSections: Measured[] = [];
  if (volume !== null && imageWindow !== null) {
    const half = shorter(window, (n) => n >> 1);
    const parts: Measured[] = [];
    for (const part of partsOf(volume, half)) parts.push(await measure(session, part, { curves: false }, run));
    side = {
      whole: await measure(session, imageWindow, { curves: true }, run), parts,
      scales: await shrinkage(session, volume, phases, half, window, run), count: 1, worth: 1,
    };
  } else {
    const wholes: Measured[] = [];
    const parts: Measured[] = [];
    for (const section of all) {
      wholes.push(await measure(session, section, { curves: false }, run));
      for (const part of partsOf(section, shorter(section.shape, (n) => n >> 1))) {
        parts.push(await measure(session, part, { curves: false }, run));
      }
    }
    const [first] = all;
    const sizes = all.map(({ shape }) => voxelCount(shape));
    side = {
      whole: pooled(wholes, sizes), parts,
      scales: await shrinkage(session, first, phases, shorter(first.shape, (n) => n >> 1), first.shape, run),
      count: all.length, worth: calibration.independentImages,
    };
    for (let k = 0; k < Math.max(realisations, LEAST_SECTIONS); k++) {
      const planes: Measured[] = [];
      for (const [i, section] of all.entries()) {
        planes.push(
          await measure(session, await draw(section.shape, voxelOf(section), 4 + i, k), { curves: false }, run),
        );
      }
      drawnSections.push(pooled(planes, sizes));
    }
  }
  const inSections = (quantity: QuantityName): boolean => volume === null && SECTION_QUANTITIES.includes(quantity);
  const wanted = [
    ...phases.flatMap((phase) => COMPARED_QUANTITIES.filter((quantity) => quantity !== 'interfaceArea').map(
      (quantity) => ({ quantity, labels: [phase] }),
    )),
    // Two phases have one interface, which is the surface of both.
    ...(phases.length < 3 ? [] : pairs.map((labels) => ({ quantity: 'interfaceArea' as const, labels }))),
  ];
  return {
    window, compares: volume === null ? 'sections' : 'volume',
    quantities: wanted.map(({ quantity, labels }) => compare(
      quantity, labels, volume !== null || inSections(quantity) ? side : NOTHING,
      inSections(quantity) ? drawnSections : drawn,
    )),
    curves: compareCurves(phases, side.whole, drawn),
    coverages: await coverageCurves(session, all, calibration, run),
    example: example!, imageWindow,
  };
}

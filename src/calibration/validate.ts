// Image and model side by side: descriptors and M that the calibration has not used.
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { describe } from '../descriptors/describe.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { generate } from '../structure/generate.js';
import { mFactor } from '../transport/m-factor.js';
import { specLike } from './bootstrap.js';
import type { Calibration } from './calibrate.js';
import type { LagVector } from '../structure/two-point.js';

export interface ValidateOptions {
  /** Structures drawn with the fitted θ. */
  readonly realisations?: number;
  /** Longest edge of the window that is compared; a larger image is cut to its middle. */
  readonly maxEdge?: number;
  readonly seed?: number;
}

export const VALIDATE_DEFAULTS = { realisations: 5, maxEdge: 128, seed: 1 } as const;

export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** Of one window; null for a single one. */
  readonly standardDeviation: number | null;
}

export interface ComparedQuantity {
  readonly quantity: 'volumeFraction' | 'specificSurfaceArea' | 'geodesicTortuosity' | 'constrictivity' | 'mFactor';
  /** Label in the image. */
  readonly phase: Phase;
  /** Of the window; null for sections and where there is no path. */
  readonly image: number | null;
  /** Eight subwindows of half the edges; null where they are shorter than 16 voxels. Representativity of the window: σ/√8. */
  readonly subwindows: Spread | null;
  readonly model: Spread | null;
  /** (image − model) over the model's standard deviation. */
  readonly deviations: number | null;
}

export interface Validation {
  readonly window: Shape;
  readonly quantities: readonly ComparedQuantity[];
  /** One drawn structure, with the labels of the image. */
  readonly example: LabelVolume;
  readonly imageWindow: LabelVolume | null;
}

const QUANTITIES = ['volumeFraction', 'specificSurfaceArea', 'geodesicTortuosity', 'constrictivity', 'mFactor'] as const;
type Measured = ReadonlyMap<string, number>;

function crop(volume: LabelVolume, from: Shape, shape: Shape): LabelVolume {
  const [, ny, nx] = volume.shape;
  const labels = new Uint8Array(voxelCount(shape));
  for (let z = 0, i = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++, i += shape[2]) {
      const start = ((from[0] + z) * ny + from[1] + y) * nx + from[2];
      labels.set(volume.labels.subarray(start, start + shape[2]), i);
    }
  }
  return { labels, shape, voxelSizeUm: volume.voxelSizeUm };
}

async function measure(session: Session, volume: LabelVolume, run: RunOptions): Promise<Measured> {
  const found = new Map<string, number>();
  const { phases } = await describe(session, volume, { only: QUANTITIES.filter((name) => name !== 'mFactor') }, run);
  for (const phase of phasesOf(volume)) {
    const { volumeFraction, specificSurfaceArea, geodesicTortuosity, constrictivity } = phases[phase];
    const put = (name: string, value: number | null | undefined): void => { if (value !== null && value !== undefined) found.set(`${name} ${phase}`, value); };
    put('volumeFraction', volumeFraction);
    put('specificSurfaceArea', specificSurfaceArea);
    put('geodesicTortuosity', geodesicTortuosity?.z?.mean);
    put('constrictivity', constrictivity?.z?.constrictivity);
    put('mFactor', (await mFactor(session, volume, { phase, axis: 'z', tolerance: 1e-3 }, run)).mFactor);
  }
  return found;
}

function spread(rows: readonly Measured[], key: string): Spread | null {
  const values = rows.flatMap((row) => row.get(key) ?? []);
  if (values.length === 0) return null;
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const square = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { count: values.length, mean, standardDeviation: values.length < 2 ? null : Math.sqrt(square / (values.length - 1)) };
}

/** Draws structures with the fitted θ on the window of the image and describes both. For sections (no volume) the window is a cube of `maxEdge`
 *  voxels and the image's columns are empty.
 *  @param image the volume or one of the sections that the calibration came from
 *  @throws SpecError, CapacityError, CancelledError */
export async function validateCalibration(
  session: Session, image: LabelVolume, calibration: Calibration, options: ValidateOptions = {}, run: RunOptions = {},
): Promise<Validation> {
  const { realisations, maxEdge, seed } = { ...VALIDATE_DEFAULTS, ...options };
  for (const [name, value, least] of [['realisations', realisations, 1], ['maxEdge', maxEdge, 16]] as const) {
    if (!Number.isInteger(value) || value < least) throw new SpecError(`validate: ${name} must be a whole number of at least ${least}, got ${value}`);
  }
  const isVolume = image.shape.every((n) => n > 1);
  const window = (isVolume ? image.shape.map((n) => Math.min(n, maxEdge)) : [maxEdge, maxEdge, maxEdge]) as unknown as Shape;
  const from = image.shape.map((n, k) => Math.max(0, (n - window[k]) >> 1)) as unknown as Shape;
  const imageWindow = isVolume ? crop(image, from, window) : null;
  const whole = imageWindow === null ? null : await measure(session, imageWindow, run);
  const half = window.map((n) => n >> 1) as unknown as Shape;
  const parts: Measured[] = [];
  if (imageWindow !== null && half.every((n) => n >= 16)) {
    for (let k = 0; k < 8; k++) {
      const corner = half.map((n, axis) => ((k >> axis) & 1) * n) as unknown as Shape;
      parts.push(await measure(session, crop(imageWindow, corner, half), run));
    }
  }
  const reference = calibration.voxelSizeUm ?? 1;
  const voxel = (isVolume ? (image.voxelSizeUm ?? [1, 1, 1]) : [reference, reference, reference]).map((edge) => edge / reference) as unknown as LagVector;
  const prepared = { voxels: [voxel] };
  const modelLabels = calibration.model === 'chi2' ? [2, 3] : [1, 2, 3];
  const table = new Uint8Array(256);
  modelLabels.forEach((label, i) => (table[label] = calibration.phases[i]));
  const drawn: Measured[] = [];
  let example: LabelVolume | null = null;
  for (let realisation = 0; realisation < realisations; realisation++) {
    const structure = await generate(session, specLike(calibration.model, calibration.parameters, prepared, 0, window, { seed, scenario: 3, realisation }), run);
    const volume: LabelVolume = {
      labels: structure.labels.map((label) => table[label]), shape: window,
      voxelSizeUm: calibration.voxelSizeUm === null ? null : (voxel.map((edge) => edge * reference) as unknown as LagVector),
    };
    example ??= volume;
    drawn.push(await measure(session, volume, run));
  }
  const quantities = calibration.phases.flatMap((phase) => QUANTITIES.map((quantity): ComparedQuantity => {
    const key = `${quantity} ${phase}`;
    const [value, model] = [whole?.get(key) ?? null, spread(drawn, key)];
    const deviation = model?.standardDeviation ?? 0;
    return {
      quantity, phase, image: value, subwindows: parts.length === 0 ? null : spread(parts, key), model,
      deviations: value === null || model === null || !(deviation > 0) ? null : (value - model.mean) / deviation,
    };
  }));
  return { window, quantities, example: example!, imageWindow };
}

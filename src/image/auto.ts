// Segmentation with blur and noise in the model: labels are the unknowns of grey = blur(class means) + noise; blur,
// means and noise are estimated with them. A threshold makes a skin of the middle class wherever a dark and a bright
// one meet across a blurred boundary; here such a skin would have to be seen in the image, and is not.
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { deconvolution, deconvolutionPlan, MAX_BLUR, type BlurModel } from '../kernels/deconvolve.js';
import { greyRangePlan, type GreyKind } from '../kernels/greys.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { blurStart, nearestClasses, type BlurStart } from './blur-start.js';
import { cropGreys } from './crop.js';
import { greyLease, type GreyVolume } from './grey.js';

export const AUTO_DEFAULTS = { classes: 3 } as const;
export const MOST_AUTO_CLASSES = 8;

export interface AutoSegmented extends BlurModel {
  /** Classes from 0 on. */
  readonly classes: Uint8Array;
  /** Least step between two classes as one voxel shows it, in deviations of the noise. */
  readonly contrast: number;
  readonly warnings: readonly string[];
}

/** Blur, means and noise are few numbers: a window of this edge tells them. */
const WINDOW = 96;
const FIRST_BLUR = 0.6;
const ROUNDS = 6;
const ROUND_SWEEPS = 3;
const LAST_SWEEPS = 24;
/** Cost of an unlike neighbour: the first where a voxel tells its class, the second where only many together do. */
const PRIOR = { clear: 0.7, noisy: 0.35 } as const;
const CONTRAST = { clear: 1.8, noisy: 0.7 } as const;

function windowOf(shape: Shape): Shape {
  return shape.map((n) => Math.min(n, WINDOW)) as unknown as Shape;
}

/** Memory of `autoSegment`. */
export function autoPlan(shape: Shape, kind: GreyKind, threads: number, classes: number): LeasePlan {
  const grey = { leases: [greyLease('grey values', shape, kind)], then: [greyRangePlan(threads)] };
  return {
    leases: [],
    then: [grey, deconvolutionPlan(windowOf(shape), threads, classes), deconvolutionPlan(shape, threads, 0)],
    ofCube: (edge) => autoPlan([edge, edge, edge], kind, threads, classes),
  };
}

/** Σ of the squares of a Gaussian's weights over the axes that have more than one voxel. */
function power(blur: number, shape: Shape): number {
  const axes = shape.filter((n) => n > 1).length;
  const one = Math.min(1, 1 / (2 * blur * Math.sqrt(Math.PI)));
  return one ** axes;
}

/** Least step between two classes as one voxel shows it, in deviations of the noise. */
function contrastOf({ means, blur, noise }: BlurModel, shape: Shape): number {
  const least = Math.min(...means.slice(1).map((mean, k) => mean - means[k]));
  return (least * Math.sqrt(power(blur, shape))) / Math.max(noise, 1e-6 * least);
}

/** Between the two costs as the contrast lies between its ends. */
function priorOf(contrast: number): number {
  const share = (contrast - CONTRAST.noisy) / (CONTRAST.clear - CONTRAST.noisy);
  return PRIOR.noisy + (PRIOR.clear - PRIOR.noisy) * Math.min(1, Math.max(0, share));
}

const temperatureOf = (contrast: number): number => (contrast < CONTRAST.clear ? 1 : 0);

/** Blur, noise and means, from the middle of the image. */
async function estimate(
  frame: Frame, volume: GreyVolume, classes: number,
): Promise<{ readonly start: BlurStart; readonly model: BlurModel }> {
  const shape = windowOf(volume.shape);
  const middle = volume.shape.map((n, k) => [(n - shape[k]) >> 1, ((n - shape[k]) >> 1) + shape[k]] as const);
  const { data } = cropGreys(volume, middle);
  return frame.scope(async () => {
    const window = await deconvolution(frame, Float32Array.from(data), shape);
    const start = await blurStart(shape, classes, window.smoothed);
    await frame.write(window.labels, nearestClasses(await window.smoothed(start.smoothing), start.means));
    let model: BlurModel = { means: start.means, blur: FIRST_BLUR, noise: Math.max(start.noise, 1e-3) };
    for (let round = 0; round < ROUNDS; round++) {
      const prior = priorOf(contrastOf(model, shape)) * (round === 0 ? 1.5 : 1);
      await window.relax(model, { sweeps: ROUND_SWEEPS, prior, temperature: 0 }, 'blur and noise');
      const found = await window.fit(classes, model.blur);
      if (found.means.length < classes || found.means.some((mean, k) => k > 0 && mean <= found.means[k - 1])) break;
      model = { ...found, noise: Math.max(found.noise, 1e-3) };
    }
    return { start, model };
  });
}

/** Classes of a grey image within the memory of `autoPlan`.
 *  @throws SpecError when there are fewer grey values than classes */
export async function autoSegment(frame: Frame, volume: GreyVolume, classes: number): Promise<AutoSegmented> {
  const { data, shape } = volume;
  const { start, model } = await estimate(frame, volume, classes);
  return frame.scope(async () => {
    const whole = await deconvolution(frame, Float32Array.from(data), shape);
    await frame.write(whole.labels, nearestClasses(await whole.smoothed(start.smoothing), model.means));
    const contrast = contrastOf(model, shape);
    const how = { sweeps: LAST_SWEEPS, prior: priorOf(contrast), temperature: temperatureOf(contrast) };
    await whole.relax(model, how, 'labels under blur and noise');
    const noise = await whole.unexplained(model);
    const found = { ...model, noise };
    return {
      ...found, contrast, classes: await frame.read(whole.labels, Uint8Array, voxelCount(shape)),
      warnings: warningsOf(found, start, contrast),
    };
  });
}

function warningsOf({ blur, noise }: BlurModel, start: BlurStart, contrast: number): string[] {
  const round = (value: number): number => Number(value.toPrecision(3));
  const [width, left, alone] = [round(blur), round(noise), round(start.noise)];
  return [
    ...(blur > 0.95 * MAX_BLUR
      ? [`the blur is ${width} voxels or more: structures of a few voxels cannot be recovered; take a sharper image`]
      : []),
    ...(blur > 0.9 && blur <= 0.95 * MAX_BLUR
      ? [`the blur is ${width} voxels: what is finer than four voxels is uncertain, and M with it by a tenth or more`]
      : []),
    ...(contrast < CONTRAST.noisy
      ? [`the noise (${left} grey values) hides the smallest step between classes: M may be off by a tenth or more; `
        + 'take a less noisy image']
      : []),
    ...(noise > 1.3 * start.noise + 1
      ? [`blur and classes leave ${left} grey values unexplained, the noise alone is ${alone}: grey values drift `
        + '(--flatten), or there are more classes than given']
      : []),
  ];
}

/** @throws SpecError */
export function checkAutoClasses(where: string, classes: number): number {
  if (!Number.isInteger(classes) || classes < 2 || classes > MOST_AUTO_CLASSES) {
    throw new SpecError(`${where}: auto takes 2 to ${MOST_AUTO_CLASSES} classes, got ${classes}`);
  }
  return classes;
}

// Segmentation with blur and noise in the model: labels are the unknowns of grey = blur(class means) + noise; blur,
// means and noise are estimated with them. A threshold makes a skin of the middle class wherever a dark and a bright
// one meet across a blurred boundary; here such a skin would have to be seen in the image, and is not.
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { deconvolution, deconvolutionPlan, MAX_BLUR, type BlurModel } from '../kernels/deconvolve.js';
import { greyRangePlan, type GreyKind } from '../kernels/greys.js';
import { pow } from '../numeric/elementary.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { blurStart, nearestClasses, type BlurStart } from './blur-start.js';
import { cropGreys } from './crop.js';
import { greyLease, type GreyVolume } from './grey.js';

export const AUTO_DEFAULTS = { classes: 3 } as const;
export const MOST_AUTO_CLASSES = 8;

/** Classes of a grey image with blur and noise in the model, and what the image was found to be made of. */
export interface AutoSegmented extends BlurModel {
  /** Classes from 0 on. */
  readonly classes: Uint8Array;
  /** Least step between two classes as one voxel shows it, in deviations of the noise. */
  readonly contrast: number;
  /** Share of the voxels of each class that are expected to be wrong. */
  readonly doubt: readonly number[];
  readonly warnings: readonly string[];
}

/** Blur, means and noise are few numbers: a window of this edge tells them. */
const WINDOW = 96;
const FIRST_BLUR = 0.6;
/** Rounds with the best labels for a first guess, then rounds of draws, of which the last ones are averaged. */
const ROUNDS = { best: 3, draws: 8, kept: 4 } as const;
const ROUND_SWEEPS = { best: 3, draws: 2 } as const;
const FIT_STEPS = { best: 4, draws: 1 } as const;
/** Further guesses of the means where the first one leaves too much unexplained: where the classes lie between the
 *  darkest and the brightest one, for even places between 0 and 1. */
const GUESSES: readonly ((share: number) => number)[] = [(share) => share, Math.sqrt, (share) => share * share];
/** Steps between classes below this share of an even one are looked at again. */
const SPLIT = 0.35;
/** Contrast below which M is uncertain; noise over the least step from which S is; share of a class that may be
 *  wrong. Measured: docs/segmentation.csv. */
const FAINT = 0.7;
const NOISY = 0.4;
const DOUBTFUL = 0.15;
const FIRST_PRIOR = 0.4;
/** Draws before the labels are taken from draws, and of these. */
const SWEEPS = { before: 16, kept: 20 } as const;
/** What the draws' pseudo-likelihood says of the cost of unlike neighbours is taken times this. */
const COUPLING = 0.9;

function windowOf(shape: Shape): Shape {
  return shape.map((n) => Math.min(n, WINDOW)) as unknown as Shape;
}

/** Memory of `autoSegment`. */
export function autoPlan(shape: Shape, kind: GreyKind, threads: number, classes: number): LeasePlan {
  const grey = { leases: [greyLease('grey values', shape, kind)], then: [greyRangePlan(threads)] };
  return {
    leases: [],
    then: [
      grey, deconvolutionPlan(windowOf(shape), threads, classes, 'fit'),
      deconvolutionPlan(shape, threads, classes, 'marginals'),
    ],
    ofCube: (edge) => autoPlan([edge, edge, edge], kind, threads, classes),
  };
}

/** Σ of the squares of a Gaussian's weights over the axes that have more than one voxel. */
function power(blur: number, shape: Shape): number {
  const axes = shape.filter((n) => n > 1).length;
  const one = Math.min(1, 1 / (2 * blur * Math.sqrt(Math.PI)));
  return pow(one, axes);
}

const leastStep = (means: readonly number[]): number => Math.min(...means.slice(1).map((mean, k) => mean - means[k]));

/** Least step between two classes as one voxel shows it, in deviations of the noise. */
function contrastOf({ means, blur, noise }: BlurModel, shape: Shape): number {
  const least = leastStep(means);
  return (least * Math.sqrt(power(blur, shape))) / Math.max(noise, 1e-6 * least);
}

const ascending = (means: readonly number[], classes: number): boolean =>
  means.length === classes && means.every((mean, k) => k === 0 || mean > means[k - 1]);

/** Of the least step between classes: sharper images would let no voxel change its mind. */
const LEAST_NOISE = 0.03;
/** A model as the image allows it. Labels may follow the noise, so that less of it seems to be left than there is, and
 *  means of thin classes run away: the grey values of classes lie among those of the image. */
const noisy = (model: BlurModel, { noise, range: [low, high] }: BlurStart): BlurModel => ({
  ...model, means: model.means.map((mean) => Math.min(high, Math.max(low, mean))),
  noise: Math.max(model.noise, noise, LEAST_NOISE * leastStep(model.means)),
});

/** Means between the darkest and the brightest one, even or drawn to one of them. */
function spread(means: readonly number[], place: (share: number) => number): number[] {
  const last = means.length - 1;
  const [low, high] = [means[0], means[last]];
  return means.map((_, k) => low + (high - low) * place(k / last));
}

/** Whether more is left unexplained than the noise alone. */
const unclear = ({ means, noise }: BlurModel, start: BlurStart): boolean =>
  noise > 1.3 * start.noise + 1 + LEAST_NOISE * leastStep(means);

/** Two classes of nearly one grey value: a class was split, and another one is missing. */
const degenerate = ({ means }: BlurModel): boolean =>
  leastStep(means) < (SPLIT * (means[means.length - 1] - means[0])) / (means.length - 1);

interface Estimate {
  readonly start: BlurStart;
  readonly model: BlurModel;
  readonly prior: number;
}

/** Blur, noise, means and cost of unlike neighbours, from the middle of the image: what labels drawn with them would
 *  give again [stochastic EM, Celeux & Diebolt 1985]. */
async function estimate(frame: Frame, volume: GreyVolume, classes: number): Promise<Estimate> {
  const shape = windowOf(volume.shape);
  const middle = volume.shape.map((n, k) => [(n - shape[k]) >> 1, ((n - shape[k]) >> 1) + shape[k]] as const);
  const { data } = cropGreys(volume, middle);
  return frame.scope(async () => {
    const stage = 'blur and noise';
    const window = await deconvolution(frame, Float32Array.from(data), shape);
    const start = await blurStart(shape, classes, window.smoothed);
    const calm = await window.smoothed(start.smoothing);
    let prior = FIRST_PRIOR;
    /** Best labels from one guess of the means. */
    const tried = async (means: readonly number[]): Promise<BlurModel> => {
      await frame.write(window.labels, nearestClasses(calm, means));
      let found = noisy({ means, blur: FIRST_BLUR, noise: (means[1] - means[0]) / 2 }, start);
      // What the first labels leave unexplained counts as noise until better ones explain it.
      for (let round = 0; round <= ROUNDS.best; round++) {
        if (round > 0) await window.relax(found, { sweeps: ROUND_SWEEPS.best, prior, by: 'draws' }, stage);
        const next = await window.fit(found, FIT_STEPS.best);
        if (!ascending(next.means, classes)) break;
        found = noisy(next, start);
      }
      return found;
    };
    let model = await tried(start.means);
    if (unclear(model, start) || degenerate(model)) {
      const others = GUESSES.map((place) => spread(start.means, place));
      let best = start.means;
      for (const means of others) {
        const found = await tried(means);
        const better = degenerate(model) === degenerate(found) ? found.noise < model.noise : !degenerate(found);
        if (better) [model, best] = [found, means];
      }
      if (best !== others[others.length - 1]) model = await tried(best);
    }
    const kept: (BlurModel & { readonly prior: number })[] = [];
    for (let round = 0; round < ROUNDS.draws; round++) {
      await window.relax(model, { sweeps: ROUND_SWEEPS.draws, prior, by: 'draws' }, stage);
      const found = await window.fit(model, FIT_STEPS.draws);
      if (!ascending(found.means, classes)) break;
      model = noisy(found, start);
      prior = await window.coupling(classes, prior);
      if (round >= ROUNDS.draws - ROUNDS.kept) kept.push({ ...model, prior });
    }
    if (kept.length === 0) return { start, model, prior };
    const mean = (of: (each: typeof kept[number]) => number): number =>
      kept.reduce((sum, each) => sum + of(each), 0) / kept.length;
    return {
      start, prior: COUPLING * mean((each) => each.prior),
      model: {
        means: model.means.map((_, k) => mean((each) => each.means[k])), blur: mean((each) => each.blur),
        noise: mean((each) => each.noise),
      },
    };
  });
}

/** Classes of a grey image within the memory of `autoPlan`.
 *  @throws SpecError when there are fewer grey values than classes */
export async function autoSegment(frame: Frame, volume: GreyVolume, classes: number): Promise<AutoSegmented> {
  const { data, shape } = volume;
  const { start, model, prior } = await estimate(frame, volume, classes);
  return frame.scope(async () => {
    const stage = 'labels under blur and noise';
    const whole = await deconvolution(frame, Float32Array.from(data), shape);
    await frame.write(whole.labels, nearestClasses(await whole.smoothed(start.smoothing), model.means));
    await whole.relax(model, { sweeps: SWEEPS.before, prior, by: 'draws' }, stage);
    const sure = await whole.likeliest(model, prior, SWEEPS.kept, stage);
    const contrast = contrastOf(model, shape);
    const noise = await whole.unexplained(model);
    const found = { ...model, noise };
    return {
      ...found, contrast, doubt: sure.doubt, classes: await frame.read(whole.labels, Uint8Array, voxelCount(shape)),
      warnings: warningsOf(found, start, contrast, sure.doubt),
    };
  });
}

/** What makes the labels doubtful, each with what to do. */
function warningsOf(model: BlurModel, start: BlurStart, contrast: number, doubt: readonly number[]): string[] {
  const { means, blur, noise } = model;
  const worst = Math.max(...doubt);
  const round = (value: number): number => Number(value.toPrecision(3));
  const [width, left, alone] = [round(blur), round(noise), round(start.noise)];
  return [
    ...(blur > 0.95 * MAX_BLUR
      ? [`the blur is ${width} voxels or more: structures of a few voxels cannot be recovered; take a sharper image`]
      : []),
    ...(blur > 0.9 && blur <= 0.95 * MAX_BLUR
      ? [`the blur is ${width} voxels: what is finer than four voxels is uncertain, and M with it by a tenth or more`]
      : []),
    ...(contrast < FAINT
      ? [`the noise (${left} grey values) hides the smallest step between classes: M may be off by a tenth or more; `
        + 'take a less noisy image']
      : []),
    ...(contrast >= FAINT && noise > NOISY * leastStep(means)
      ? [`the noise (${left} grey values) is ${round(noise / leastStep(means))} of the smallest step between classes: `
        + 'S of thin phases may be off by a tenth, M by a twentieth; take a less noisy image']
      : []),
    ...(contrast >= FAINT && blur <= 0.9 && worst > DOUBTFUL
      ? [`${round(100 * worst)} % of the class at grey value ${round(means[doubt.indexOf(worst)])} are expected to be `
        + 'wrong: it is thin for this blur and noise, and S and M may be off by a tenth; take finer voxels']
      : []),
    ...(unclear(model, start)
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

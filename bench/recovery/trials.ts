// Structures with known parameters, calibrated: what `npm run recovery` plots and test/recovery promises.
import {
  calibrate, generate, regionDistance, type LabelVolume, type Session, type Shape,
} from '../../src/index.js';
import { hotellingLimit } from '../../src/numeric/distributions.js';

/** Models whose recovery is on record. */
export type RecoveryModel = 'three-phase' | 'chi2';

export interface RecoveryCase {
  readonly name: string;
  readonly title: string;
  readonly model: RecoveryModel;
  /** One image each; one voxel along an axis: a section across it. */
  readonly shapes: readonly Shape[];
}

export const CASES: readonly RecoveryCase[] = [
  { name: 'three-phase-3d', title: 'three-phase, volume of 48³ voxels', model: 'three-phase', shapes: [[48, 48, 48]] },
  {
    name: 'three-phase-2d', title: 'three-phase, sections across x and z of 200² voxels', model: 'three-phase',
    shapes: [[200, 200, 1], [1, 200, 200]],
  },
  { name: 'chi2-3d', title: 'χ²₂, volume of 48³ voxels', model: 'chi2', shapes: [[48, 48, 48]] },
  { name: 'chi2-2d', title: 'χ²₂, one section across x of 200² voxels', model: 'chi2', shapes: [[200, 200, 1]] },
];

/** Trials per case; the region has to cover θ in 34 of them. */
export const TRIALS = 40;
export const DRAWS = 40;

/** Parameters of the trials lie in these ranges, per voxel: structures that the windows show, five correlation lengths
 *  and more per edge. */
const RANGES: Readonly<Record<RecoveryModel, Readonly<Record<string, readonly [number, number]>>>> = {
  'three-phase': {
    alphaChiX: [0.15, 0.27], alphaGaussX: [0.25, 0.45], lambdaX: [1.4, 2.2], alphaChiY: [0.22, 0.4],
    alphaGaussY: [0.14, 0.24], lambdaY: [-0.3, 0.5],
    anisotropyFactor: [0.85, 1.1],
  },
  chi2: { alpha: [0.09, 0.16], lambda: [0.7, 1.6], anisotropyFactor: [0.85, 1.1] },
};

export const parameterNames = (model: RecoveryModel): readonly string[] => Object.keys(RANGES[model]);

/** θ of a trial: point `trial` of an additive recurrence with the powers of the generalised golden ratio, which fills
 *  the box evenly. */
export function trueParameters(model: RecoveryModel, trial: number): Readonly<Record<string, number>> {
  const ranges = Object.entries(RANGES[model]);
  let ratio = 1;
  for (let k = 0; k < 60; k++) ratio = (1 + ratio) ** (1 / (ranges.length + 1));
  return Object.fromEntries(ranges.map(([name, [low, high]], i) => {
    const u = (0.5 + (trial + 1) * ratio ** -(i + 1)) % 1;
    // Four digits, so that tables show θ itself.
    return [name, Number((low + u * (high - low)).toPrecision(4))];
  }));
}

export interface Trial {
  readonly case: string;
  readonly trial: number;
  /** T² of the true θ. */
  readonly distance: number;
  /** Of the joint 95 % region. */
  readonly limit: number;
  readonly truth: Readonly<Record<string, number>>;
  readonly estimate: Readonly<Record<string, number>>;
  readonly standardError: Readonly<Record<string, number>>;
  /** Of the optima that the calibration names as fitting as well, and its estimate, the one nearest to θ; of X and of Y
   *  by itself. */
  readonly nearest: Readonly<Record<string, number>>;
}

type Values = Readonly<Record<string, number>>;

/** α of X and of Y can each have two optima. */
const FIELDS: Readonly<Record<RecoveryModel, readonly (readonly string[])[]>> = {
  'three-phase': [['alphaChiX', 'alphaGaussX', 'lambdaX', 'anisotropyFactor'], ['alphaChiY', 'alphaGaussY', 'lambdaY']],
  chi2: [['alpha', 'lambda', 'anisotropyFactor']],
};

function nearestTo(truth: Values, model: RecoveryModel, optima: readonly Values[]): Values {
  return Object.fromEntries(FIELDS[model].flatMap((keys) => {
    const away = (optimum: Values): number => keys.filter((key) => key.startsWith('alpha'))
      .reduce((sum, key) => sum + Math.abs(optimum[key] - truth[key]) / truth[key], 0);
    const best = optima.reduce((least, optimum) => (away(optimum) < away(least) ? optimum : least));
    return keys.map((key) => [key, best[key]]);
  }));
}

/** Draws structures with the θ of the trial and calibrates to them. */
export async function runTrial(session: Session, { name, model, shapes }: RecoveryCase, trial: number): Promise<Trial> {
  const truth = trueParameters(model, trial);
  const parameters = (model === 'chi2' ? truth : { ...truth, n: 2 }) as never;
  const images: LabelVolume[] = [];
  for (const [i, size] of shapes.entries()) {
    images.push(await generate(session, { model, parameters, size, seed: 1000 + trial, scenario: 900 + i }));
  }
  const found = await calibrate(session, images, { model, draws: DRAWS, seed: 5000 + trial });
  return {
    case: name, trial, distance: regionDistance(found, parameters), limit: found.region.limit, truth,
    estimate: Object.fromEntries(found.estimates.map((e) => [e.name, e.value])),
    standardError: Object.fromEntries(found.estimates.map((e) => [e.name, e.standardError])),
    nearest: nearestTo(truth, model, [found.parameters, ...found.alternatives] as unknown as Values[]),
  };
}

export const covers = ({ distance, limit }: Trial): boolean => distance <= limit;

/** Expected T² of the smallest, second, … of `count` trials: medians of its distribution's ranks. */
export function expectedDistances(model: RecoveryModel, count: number): number[] {
  return Array.from(
    { length: count }, (_, i) => hotellingLimit((i + 0.5) / count, parameterNames(model).length, DRAWS),
  );
}

// Intervals of ε from single images of structures with known ε, and σ_p̂ [B, eq. 18] beside the scatter of ε over
// realisations.
import {
  chi2Fractions, generate, threePhaseFractions, volumeFractionInterval, type Chi2Parameters, type FractionInterval,
  type Session, type Shape, type ThreePhaseParameters,
} from '../../src/index.js';
import { modelVariance } from '../../src/calibration/representativity.js';
import type { RecoveryModel } from './trials.js';

export interface FractionCase {
  readonly name: string;
  readonly model: RecoveryModel;
  readonly shape: Shape;
}

const CHI2: Chi2Parameters = { alpha: 0.2, lambda: 1.2, anisotropyFactor: 0.95 };
const THREE_PHASE: ThreePhaseParameters = {
  alphaChiX: 0.2, alphaGaussX: 0.35, alphaChiY: 0.3, alphaGaussY: 0.18, lambdaX: 1.76, lambdaY: 0.1, n: 2,
  anisotropyFactor: 0.92,
};

/** The first phase of a model: solid, or SE. */
const FIRST: Readonly<Record<RecoveryModel, number>> = { chi2: 2, 'three-phase': 1 };

export const FRACTION_CASES: readonly FractionCase[] = (['chi2', 'three-phase'] as const).flatMap((model) => [
  ...[32, 48, 64].map((edge) => ({ name: `${model} ${edge}³`, model, shape: [edge, edge, edge] as const })),
  ...[64, 96, 128, 200].map((edge) => ({ name: `${model} ${edge}²`, model, shape: [edge, edge, 1] as const })),
]);

export const FRACTION_TRIALS = 200;

/** What the trials of a window say. */
export interface FractionSummary {
  readonly case: string;
  readonly truth: number;
  readonly trials: number;
  /** Trials whose 95 % interval covers ε. */
  readonly covered: number;
  /** Standard deviation of ε over the trials. */
  readonly scatter: number;
  /** σ_p̂ of the model. */
  readonly exact: number;
  /** σ_p̂ from each image alone: mean and standard deviation. */
  readonly fromImages: number;
  readonly fromImagesDeviation: number;
}

/** Known ε. */
function fractionOf(model: RecoveryModel): number {
  return model === 'chi2' ? chi2Fractions(CHI2).volumeFraction[2] : threePhaseFractions(THREE_PHASE).volumeFraction[1];
}

const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;
const deviation = (list: readonly number[]): number =>
  Math.sqrt(list.reduce((sum, x) => sum + (x - mean(list)) ** 2, 0) / (list.length - 1));

/** Draws the structures of a window and takes the interval of each. */
export async function runFractions(session: Session, { name, model, shape }: FractionCase): Promise<FractionSummary> {
  const truth = fractionOf(model);
  const found: FractionInterval[] = [];
  const common = { size: shape, seed: 700, scenario: FRACTION_CASES.findIndex((each) => each.name === name) };
  for (let realisation = 0; realisation < FRACTION_TRIALS; realisation++) {
    const structure = await generate(session, model === 'chi2' ? { ...common, realisation, model, parameters: CHI2 } : {
      ...common, realisation, model, parameters: THREE_PHASE,
    });
    found.push(await volumeFractionInterval(session, structure, FIRST[model], 0.95));
  }
  return {
    case: name, truth, trials: found.length,
    covered: found.filter(({ interval: [low, high] }) => low <= truth && truth <= high).length,
    scatter: deviation(found.map(({ volumeFraction }) => volumeFraction)),
    exact: Math.sqrt(modelVariance(model, model === 'chi2' ? CHI2 : THREE_PHASE, 'x', shape, [1, 1, 1])),
    fromImages: mean(found.map(({ standardError }) => standardError)),
    fromImagesDeviation: deviation(found.map(({ standardError }) => standardError)),
  };
}

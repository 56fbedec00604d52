// Synthetic study tables whose descriptors spread and correlate like the paper's 495 structures; M follows a given law.
import { uniform } from '../random.js';
import { PAPER_TABLE, formulaByName, type RegressionSample } from '../../src/regression/index.js';

export function gaussian(seed: number): () => number {
  const random = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Descriptors of SE (1) or AM (2) in the ranges that the paper prints; mFactor from `law`. */
export function cathode(
  phase: '1' | '2', random: () => number, normal: () => number, law: (s: RegressionSample) => number,
): RegressionSample {
  const share = random();
  const volumeFraction = (phase === '1' ? 0.33 + 0.15 * share : 0.57 - 0.12 * share) + 0.008 * normal();
  const meanGeodesicTortuosity =
    phase === '1' ? 1.175 - 0.085 * share + 0.008 * normal() : 1.062 + 0.018 * share + 0.003 * normal();
  const stdGeodesicTortuosity = phase === '1'
    ? Math.max(0.004, 0.03 - 0.018 * share + 0.004 * normal())
    : Math.max(0.003, 0.008 + 0.002 * normal());
  const constrictivity = phase === '1'
    ? Math.min(0.99, Math.max(0.31, 0.4 + 0.5 * share + 0.08 * normal()))
    : Math.min(1, 0.93 + 0.03 * normal());
  const sample = { volumeFraction, meanGeodesicTortuosity, stdGeodesicTortuosity, constrictivity, mFactor: NaN };
  return { ...sample, mFactor: law(sample) };
}

/** The paper's own M̂4 as the generating law. */
export function paperLaw(phase: '1' | '2', formula = 'M4'): (s: RegressionSample) => number {
  return (s) => formulaByName(formula).value(PAPER_TABLE[phase][formula].coefficients, s);
}

export function flatten(sample: RegressionSample, phase: string): Record<string, number> {
  return Object.fromEntries(Object.entries(sample).map(([column, value]) => [column + phase, value]));
}

/** `count` rows with both phases; relative noise on M of the given size. */
export function studyTable(count: number, seed: number, noise: number): Record<string, number>[] {
  const random = uniform(seed);
  const normal = gaussian(seed + 1);
  return Array.from({ length: count }, () => Object.assign({}, ...(['1', '2'] as const).map((phase) => {
    const law = paperLaw(phase);
    return flatten(cathode(phase, random, normal, (s) => law(s) * (1 + noise * normal())), phase);
  })));
}

// The window's part of error bars, on realisations of one model: the interval of each against the mean of all.
import {
  conduct, findParameterSet, generate, type Session, type StructureSpec, type ThreePhaseParameters,
} from '../../src/node.js';

export const REALISATIONS = 100;

export interface WindowCase {
  readonly name: string;
  readonly phase: number;
  readonly edges: readonly number[];
  spec(edge: number, realisation: number): StructureSpec;
}

/** A parameter set with features smaller by a factor. */
function cathode(name: string, phase: number, factor: number, edges: readonly number[]): WindowCase {
  const { alphaChiX, alphaChiY, alphaGaussX, alphaGaussY, ...rest } =
    findParameterSet(name).parameters as ThreePhaseParameters;
  const parameters = {
    ...rest, alphaChiX: alphaChiX * factor, alphaChiY: alphaChiY * factor, alphaGaussX: alphaGaussX * factor,
    alphaGaussY: alphaGaussY * factor,
  };
  return {
    name: `${name} × ${factor}, phase ${phase}`, phase, edges,
    spec: (edge, realisation) =>
      ({ model: 'three-phase', parameters, size: [edge, edge, edge], seed: 1921, realisation }),
  };
}

function chi2(alpha: number, lambda: number, phase: number, edges: readonly number[]): WindowCase {
  return {
    name: `chi2 ${alpha}, ${lambda}, phase ${phase}`, phase, edges,
    spec: (edge, realisation) => ({
      model: 'chi2', parameters: { alpha, lambda, anisotropyFactor: 1 }, size: [edge, edge, edge], seed: 1922,
      realisation,
    }),
  };
}

function balls(volumeFraction: number, radius: number, phase: number, edges: readonly number[]): WindowCase {
  return {
    name: `balls ${volumeFraction}, ${radius}, phase ${phase}`, phase, edges,
    spec: (edge, realisation) => ({
      model: 'boolean', parameters: { volumeFraction, radius, anisotropyFactor: 1 }, size: [edge, edge, edge],
      seed: 1923, realisation,
    }),
  };
}

/** Windows of 4 to 20 correlation lengths: M scatters by 5 to 50 %. */
export const WINDOW_CASES: readonly WindowCase[] = [
  cathode('bm01', 1, 1, [48, 64, 96]), cathode('bm01', 2, 1, [48, 64]), cathode('bm03', 1, 1.8, [48, 64]),
  cathode('bm10', 1, 2.5, [48, 64]), chi2(0.15, 1.4, 2, [48, 64, 96]), chi2(0.2, 1, 3, [48, 64]),
  balls(0.5, 5, 3, [48, 64]), balls(0.6, 4, 2, [48, 64, 96]),
];

/** One realisation: M of its window extrapolated to small voxels, and its half width for the window; NaN where there is
 *  no error bar. */
export interface WindowTrial {
  readonly case: string;
  readonly edge: number;
  readonly realisation: number;
  readonly value: number;
  readonly halfWidth: number;
}

export async function runWindow(
  session: Session, { name, phase, spec }: WindowCase, edge: number, realisation: number,
): Promise<WindowTrial> {
  const { uncertainty } = await conduct(session, await generate(session, spec(edge, realisation)), {
    phase, uncertainty: true,
  });
  const { parts, resolution } = uncertainty!;
  return {
    case: name, edge, realisation, value: resolution?.limit ?? NaN, halfWidth: parts.window ?? NaN,
  };
}

export interface WindowSummary {
  readonly trials: number;
  readonly refused: number;
  readonly mean: number;
  /** Standard deviation of M over the realisations, relative to their mean. */
  readonly deviation: number;
  readonly covered: number;
  /** Median half width over 1.96 deviations: 1 would be the interval of one who knows the deviation. */
  readonly width: number;
}

export function windowSummary(trials: readonly WindowTrial[]): WindowSummary {
  const known = trials.filter(({ value }) => Number.isFinite(value));
  const given = known.filter(({ halfWidth }) => Number.isFinite(halfWidth));
  const mean = known.reduce((sum, { value }) => sum + value, 0) / known.length;
  const deviation = Math.sqrt(known.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (known.length - 1));
  const widths = given.map(({ halfWidth }) => halfWidth).sort((a, b) => a - b);
  return {
    trials: trials.length, refused: trials.length - given.length, mean, deviation: deviation / mean,
    covered: given.filter(({ value, halfWidth }) => Math.abs(value - mean) <= halfWidth).length,
    width: widths[widths.length >> 1] / (1.96 * deviation),
  };
}

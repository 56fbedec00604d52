// Three-phase excursion model of a cathode: solid electrolyte, active material, pore [A, eqs 1-11].
import { SpecError } from '../../core/errors.js';
import type { Shape } from '../../core/grid.js';
import { AM, PORE, SE } from '../../core/volume.js';
import { bisectDecreasing } from '../../numeric/bisect.js';
import type { Covariance } from '../covariance.js';
import {
  calibrationPeriod, checkEdges, drawExcursion, excursionField, excursionPeriod, excursionPlan, GAUSSIANS, ODD_SQUARES,
  X_SQUARES,
  Y_SQUARES, type ExcursionSets, type ExcursionSpec, type ModelPair,
} from '../excursion.js';
import { threePhaseFromDescriptors } from '../from-descriptors.js';
import type { ParameterSetOf, PlannedDrawing, SeenField, StructureModel } from '../model.js';
import {
  alpha, ANISOTROPY, COVARIANCE, EXCURSION_SETTINGS, lambda, lambdaRange, MAX_CHI_FIELDS, MIN_FRACTION,
  type ThreePhaseParameters,
} from '../parameters.js';
import { bm01 } from '../parameter-sets/bm01.js';
import { bm03 } from '../parameter-sets/bm03.js';
import { bm10 } from '../parameter-sets/bm10.js';
import { number } from '../settings.js';
import {
  mixedSurface, mixedSurvival, threePhaseFractions, threePhaseQuantities, threePhaseQuantityDerivatives,
} from '../theory.js';
import { fieldsOf, threePhaseCoverage, threePhaseLatticeSurface } from '../two-point.js';

/** Three-phase excursion model of a cathode, SE (1), AM (2), pore (3) [A, eqs 1-11]: θ, window and seed. */
export interface ThreePhaseSpec extends ExcursionSpec {
  readonly model: 'three-phase';
  /** θ, α per voxel. */
  readonly parameters: ThreePhaseParameters;
}

export type ThreePhaseSet = ParameterSetOf<'three-phase', ThreePhaseParameters>;

/** Names of the parameters of the three-phase model that are numbers. */
export const THREE_PHASE_KEYS = [
  'alphaChiX', 'alphaChiY', 'alphaGaussX', 'alphaGaussY', 'lambdaX', 'lambdaY', 'n', 'anisotropyFactor',
] as const;

const PHASES = [
  { label: SE, name: 'solid electrolyte', symbol: 'SE', brightness: 1 },
  { label: AM, name: 'active material', symbol: 'AM', brightness: 2 },
  { label: PORE, name: 'pore', symbol: 'pore', brightness: 0 },
] as const;

/** n changes no pair that is there already: see `X_SQUARES`. */
function setsOf(
  { n, alphaChiX, alphaChiY, alphaGaussX, alphaGaussY, lambdaX, lambdaY }: ThreePhaseParameters,
): ExcursionSets {
  const pairs: ModelPair[] = [];
  for (let j = 0; j < Math.floor(n / 2); j++) {
    pairs.push({ id: X_SQUARES + j, alpha: [alphaChiX, alphaChiX], target: 'x', square: true });
    pairs.push({ id: Y_SQUARES + j, alpha: [alphaChiY, alphaChiY], target: 'y', square: true });
  }
  if (n % 2 === 1) pairs.push({ id: ODD_SQUARES, alpha: [alphaChiX, alphaChiY], target: 'both', square: true });
  pairs.push({ id: GAUSSIANS, alpha: [alphaGaussX, alphaGaussY], target: 'both', square: false });
  return { pairs, lambda: [lambdaX, lambdaY], outcome: [SE, AM, PORE], hasY: true };
}

/** θ of the three-phase model in which every number is in its range.
 *  @throws SpecError for a number out of its range, or a λ that leaves a phase empty */
export function checkThreePhase(where: string, parameters: ThreePhaseParameters): ThreePhaseParameters {
  const { volumeFraction } = threePhaseFractions(parameters);
  const empty = PHASES.filter(({ label }) => volumeFraction[label] < MIN_FRACTION).map(({ symbol }) => symbol);
  if (empty.length === 0) return parameters;
  const useX = empty.includes('SE') || volumeFraction[SE] > 1 - 2 * MIN_FRACTION;
  const key = useX ? 'lambdaX' : 'lambdaY';
  const survival = (value: number): number =>
    threePhaseFractions({ ...parameters, [key]: value })[useX ? 'survivalX' : 'survivalY'];
  throw new SpecError(
    `${where}: ${key} = ${parameters[key]} leaves ${empty.join(' and ')} empty ` +
      `(expected volume fraction below ${MIN_FRACTION}); take ${key} ${lambdaRange(survival, 1e-5, 1 - 1e-5)}`,
  );
}

function planned(
  name: string, set: ThreePhaseSet, covariance: Covariance = 'gaussian',
): PlannedDrawing<ThreePhaseSpec> {
  return {
    name,
    title: covariance === 'gaussian' ? set.title : `${set.title}, covariance ${String(covariance)}`,
    spec: (size: Shape) => ({ model: 'three-phase', size, seed: 0, parameters: { ...set.parameters, covariance } }),
  };
}

/** Starts that differ in how α is shared between the χ² and the Gaussian part: the curve may have two optima. */
const SHARES = [[1, 1], [0.75, 2], [1.15, 0.5]] as const;

/** λ and α of a field with this share and surface, of which both parts have one α. */
function fieldWith(n: number, { share, surface }: SeenField): { readonly lambda: number; readonly alpha: number } {
  const value = bisectDecreasing((x) => mixedSurvival(n, x), share, -20, 200, 80);
  return { lambda: value, alpha: surface / mixedSurface(n, value, 1, 1) };
}

export const threePhase: StructureModel<ThreePhaseSpec> = {
  name: 'three-phase',
  title: 'three-phase excursion model',
  settings: EXCURSION_SETTINGS,
  parameters: {
    alphaChiX: alpha('α_χX: χ² part of X, per voxel'),
    alphaChiY: alpha('α_χY: χ² part of Y, per voxel'),
    alphaGaussX: alpha('α_gX: Gaussian part of X, per voxel'),
    alphaGaussY: alpha('α_gY: Gaussian part of Y, per voxel'),
    lambdaX: lambda('λ_X: SE where X ≥ λ_X'),
    lambdaY: lambda('λ_Y: AM where Y ≥ λ_Y, outside of SE'),
    n: number({ meaning: 'n: squared fields in X and in Y', min: 1, max: MAX_CHI_FIELDS, whole: true }),
    anisotropyFactor: ANISOTROPY,
    covariance: COVARIANCE,
  },
  sets: [bm01, bm03, bm10],
  phases: () => PHASES,
  check(where, spec) {
    checkEdges(where, spec);
    checkThreePhase(where, spec.parameters);
  },
  expected: {
    volumeFraction: ({ parameters }) => threePhaseFractions(parameters).volumeFraction,
    quantities: ({ parameters }) => threePhaseQuantities(parameters),
    derivatives: ({ parameters }) => threePhaseQuantityDerivatives(parameters),
    latticeSurface: ({ parameters }) => threePhaseLatticeSurface(parameters),
    coverage: ({ parameters }, lag) => threePhaseCoverage(parameters, lag),
  },
  period: (spec) => excursionPeriod(spec, setsOf(spec.parameters)),
  plan: (spec, threads) => excursionPlan(spec, setsOf(spec.parameters), threads),
  planned: [
    planned('generate', bm01), planned('generate-bm10', bm10), planned('generate-exponential', bm01, 'exponential'),
  ],
  draw: (session, spec, run) => drawExcursion(session, spec, setsOf(spec.parameters), run),
  calibration: {
    fields: {
      x: {
        title: 'SE', caption: 'X (SE)', keys: ['alphaChiX', 'alphaGaussX', 'lambdaX', 'anisotropyFactor'],
        at: (p) => excursionField(
          fieldsOf(p).x, { lambda: 'lambdaX', alphaChi: 'alphaChiX', alphaGauss: 'alphaGaussX' }, p.covariance,
        ),
      },
      y: {
        title: 'AM outside of SE', caption: 'Y (AM outside of SE)', keys: ['alphaChiY', 'alphaGaussY', 'lambdaY'],
        at: (p) => excursionField(
          fieldsOf(p).y, { lambda: 'lambdaY', alphaChi: 'alphaChiY', alphaGauss: 'alphaGaussY' }, p.covariance,
        ),
      },
    },
    free: ['alphaChiX', 'alphaGaussX', 'lambdaX', 'alphaChiY', 'alphaGaussY', 'lambdaY', 'anisotropyFactor'],
    guess({ x, y }, anisotropyFactor, n) {
      const [ofX, ofY] = [fieldWith(n, x), fieldWith(n, y as SeenField)];
      return {
        alphaChiX: ofX.alpha, alphaGaussX: ofX.alpha, lambdaX: ofX.lambda,
        alphaChiY: ofY.alpha, alphaGaussY: ofY.alpha, lambdaY: ofY.lambda, n, anisotropyFactor,
      };
    },
    starts: (guess) => SHARES.map(([chi, gauss]) => ({
      ...guess, alphaChiX: guess.alphaChiX * chi, alphaChiY: guess.alphaChiY * chi,
      alphaGaussX: guess.alphaGaussX * gauss, alphaGaussY: guess.alphaGaussY * gauss,
    })),
    fromDescriptors: ([se, am], options) => threePhaseFromDescriptors({
      volumeFraction: { se: se.volumeFraction, am: am.volumeFraction },
      specificSurfaceArea: { se: se.specificSurfaceArea, am: am.specificSurfaceArea },
    }, options),
    window(parameters, shape, key) {
      const { alphaChiX, alphaChiY, alphaGaussX, alphaGaussY, anisotropyFactor, covariance } = parameters;
      const least = Math.min(alphaChiX, alphaChiY, alphaGaussX, alphaGaussY);
      return {
        model: 'three-phase', size: shape, period: calibrationPeriod(shape, least, anisotropyFactor, covariance),
        ...key, parameters,
      };
    },
  },
};

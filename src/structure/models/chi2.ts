// χ²₂ two-phase model of a nanoporous material: solid and pore [B].
import { SpecError } from '../../core/errors.js';
import { AM, PORE } from '../../core/volume.js';
import { log } from '../../numeric/elementary.js';
import {
  calibrationPeriod, checkEdges, drawExcursion, excursionField, excursionPeriod, excursionPlan, X_SQUARES,
  type ExcursionSets,
  type ExcursionSpec,
} from '../excursion.js';
import { chi2FromDescriptors } from '../from-descriptors.js';
import type { ParameterSetOf, StructureModel } from '../model.js';
import {
  alpha, ANISOTROPY, COVARIANCE, EXCURSION_SETTINGS, lambda, lambdaRange, MIN_FRACTION, type Chi2Parameters,
} from '../parameters.js';
import { c850 } from '../parameter-sets/c850.js';
import { c900 } from '../parameter-sets/c900.js';
import { f850 } from '../parameter-sets/f850.js';
import { f900 } from '../parameter-sets/f900.js';
import { m850 } from '../parameter-sets/m850.js';
import { m900 } from '../parameter-sets/m900.js';
import { chi2Fractions, chi2Quantities, chi2QuantityDerivatives } from '../theory.js';
import { chi2Field, chi2LatticeSurface, chi2PhaseCoverage } from '../two-point.js';

/** χ²₂ two-phase model of a nanoporous material, solid (2) and pore (3) [B]: θ, window and seed. */
export interface Chi2Spec extends ExcursionSpec {
  readonly model: 'chi2';
  /** θ, α per voxel. */
  readonly parameters: Chi2Parameters;
}

export type Chi2Set = ParameterSetOf<'chi2', Chi2Parameters>;

/** Names of the parameters of the χ²₂ model that are numbers. */
export const CHI2_KEYS = ['alpha', 'lambda', 'anisotropyFactor'] as const;

/** The solid has the label that the active material has in the three-phase model. */
const SOLID = AM;

const PHASES = [
  { label: SOLID, name: 'solid', symbol: 'solid', brightness: 1 },
  { label: PORE, name: 'pore', symbol: 'pore', brightness: 0 },
] as const;

function setsOf(parameters: Chi2Parameters): ExcursionSets {
  return {
    pairs: [{ id: X_SQUARES, alpha: [parameters.alpha, parameters.alpha], target: 'x', square: true }],
    lambda: [parameters.lambda, 0], outcome: [SOLID, PORE, PORE], hasY: false,
  };
}

/** θ of the χ²₂ model in which every number is in its range.
 *  @throws SpecError for a number out of its range, or a λ that leaves a phase empty */
export function checkChi2(where: string, parameters: Chi2Parameters): Chi2Parameters {
  const { volumeFraction } = chi2Fractions(parameters);
  const empty = PHASES.find(({ label }) => volumeFraction[label] < MIN_FRACTION);
  if (empty === undefined) return parameters;
  const range =
    lambdaRange((value) => chi2Fractions({ ...parameters, lambda: value }).volumeFraction[SOLID], 1e-5, 1 - 1e-5);
  throw new SpecError(
    `${where}: lambda = ${parameters.lambda} leaves the ${empty.name} empty (expected volume fraction below ` +
      `${MIN_FRACTION}); take lambda ${range}`,
  );
}

export const chi2: StructureModel<Chi2Spec> = {
  name: 'chi2',
  title: 'χ²₂ two-phase model',
  settings: EXCURSION_SETTINGS,
  parameters: {
    alpha: alpha('α: of the field, per voxel'),
    lambda: lambda('λ: solid where the field ≥ λ'),
    anisotropyFactor: ANISOTROPY,
    covariance: COVARIANCE,
  },
  sets: [f850, f900, m850, m900, c850, c900],
  phases: () => PHASES,
  check(where, spec) {
    checkEdges(where, spec);
    checkChi2(where, spec.parameters);
  },
  expected: {
    volumeFraction: ({ parameters }) => chi2Fractions(parameters).volumeFraction,
    quantities: ({ parameters }) => chi2Quantities(parameters),
    derivatives: ({ parameters }) => chi2QuantityDerivatives(parameters),
    latticeSurface: ({ parameters }) => chi2LatticeSurface(parameters),
    coverage: ({ parameters }, lag) => chi2PhaseCoverage(parameters, lag),
  },
  period: (spec) => excursionPeriod(spec, setsOf(spec.parameters)),
  plan: (spec, threads) => excursionPlan(spec, setsOf(spec.parameters), threads),
  planned: [{
    name: 'generate-chi2', title: f850.title,
    spec: (size) => ({ model: 'chi2', size, seed: 0, parameters: f850.parameters }),
  }],
  draw: (session, spec, run) => drawExcursion(session, spec, setsOf(spec.parameters), run),
  calibration: {
    fields: {
      x: {
        title: 'the solid', caption: 'solid', keys: ['alpha', 'lambda', 'anisotropyFactor'],
        at: (p) =>
          excursionField(chi2Field(p), { lambda: 'lambda', alphaChi: 'alpha', alphaGauss: null }, p.covariance),
      },
      y: null,
    },
    free: ['alpha', 'lambda', 'anisotropyFactor'],
    guess({ x: { share, surface } }, anisotropyFactor) {
      const value = -2 * log(share);
      const unit = chi2Quantities({ alpha: 1, lambda: value, anisotropyFactor: 1 }).specificSurfaceArea[SOLID];
      return { alpha: surface / unit, lambda: value, anisotropyFactor };
    },
    starts: (guess) => [guess],
    fromDescriptors: ([solid], { n: _n, gaussRatio: _ratio, ...options }) => chi2FromDescriptors(solid, options),
    window: (parameters, shape, key) => ({
      model: 'chi2', size: shape, ...key, parameters,
      period: calibrationPeriod(shape, parameters.alpha, parameters.anisotropyFactor, parameters.covariance),
    }),
  },
};

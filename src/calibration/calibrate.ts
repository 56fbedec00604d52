// θ of a model from volumes or sections.
import { checkArguments, checkOperation, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import type { VoxelSize } from '../core/grid.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { product, transposed } from '../numeric/dense.js';
import { hotellingLimit } from '../numeric/distributions.js';
import { covarianceOf } from '../numeric/statistics.js';
import type { RunOptions, Session } from '../runtime/session.js';
import type { Chi2Parameters, ThreePhaseParameters } from '../structure/parameters.js';
import { covarianceFamily, type Covariance } from '../structure/covariance.js';
import { drawStatistics, type DrawPlan } from './bootstrap.js';
import { countImage, valuesOf, type FieldName, type ImageCounts, type Statistic } from './curves.js';
import { fitFrom, type FitOutcome, type FitProblem } from './fit.js';
import { chooseStatistics, longestEdge, longestLag, prepareImages, type PreparedImages } from './images.js';
import { misfitOf, REJECTED, type Misfit } from './misfit.js';
import { calibratedModel, calibrationOf, predict, toCoordinates, type ModelName, type Parameters } from './model.js';
import {
  confounded, coordinateCovariance, estimatesOf, scoreDistance, type Confounded, type ParameterEstimate,
  type RegionData,
} from './region.js';
import { sampleNotes, sectionNotes, segmentationNotes } from './notes.js';
import { drawShapes, independentImages } from './representativity.js';
import { firstGuess } from './starts.js';
import { basis, whitener } from './weights.js';

/** Options of `calibrate`: which model, and what of it is not estimated. */
export interface CalibrateOptions {
  /** Model whose θ is estimated. */
  readonly model: ModelName;
  /** Labels of the image in the order SE, AM, pore (three-phase) or solid, pore (chi2); null: 1, 2, 3 or 2, 3. */
  readonly phases?: readonly Phase[] | null;
  /** Squared fields in X and Y; not estimated. */
  readonly n?: number;
  /** Family of ρ; not estimated. */
  readonly covariance?: Covariance;
  /** Parameters to hold at a value, e.g. {anisotropyFactor: 1}; α per voxel of the reference edge. */
  readonly fixed?: Readonly<Record<string, number>>;
  /** Structures drawn for the covariance of the statistics, twice over. */
  readonly draws?: number;
  /** Key of the structures drawn. */
  readonly seed?: number;
  /** Distance between neighbouring sections across one axis, in the order given, reference voxels; null: far enough to
   *  be independent. */
  readonly apart?: number | null;
}

/** Options of `calibrate` that are not given. */
export const CALIBRATE_DEFAULTS = {
  phases: null, n: 2, covariance: 'gaussian', fixed: {}, draws: 80, seed: 1, apart: null,
} as const;

/** A coverage of the data beside that of the model. */
export interface CurvePoint {
  /** Which two-point function it belongs to. */
  readonly field: FieldName;
  /** Along z, or across it: along y and x. */
  readonly direction: 'z' | 'across';
  /** Reference voxels. */
  readonly lag: number;
  /** Coverage of the images. */
  readonly data: number;
  /** Coverage of the model with the fitted θ. */
  readonly model: number;
  /** Of the data, by the draws. */
  readonly standardError: number;
}

/** θ of a model from images, with its errors and what the data cannot tell. */
export interface Calibration<P extends Parameters = Parameters> {
  /** The model that was fitted. */
  readonly model: ModelName;
  /** α per voxel of the reference edge. */
  readonly parameters: P;
  /** Labels of the image in the order of the model. */
  readonly phases: readonly Phase[];
  /** Reference edge, that along x of the first image. */
  readonly voxelSizeUm: number | null;
  /** Edges (z, y, x) of the voxels that the model was seen on; a specification with them draws on the same voxels. */
  readonly voxelEdgesUm: VoxelSize;
  /** Names of the parameters that were estimated. */
  readonly free: readonly string[];
  /** The free parameters with standard errors and intervals, in the order of `free`. */
  readonly estimates: readonly ParameterEstimate[];
  /** In the coordinates ln α, λ, ln a of `free`. */
  readonly covariance: readonly (readonly number[])[];
  /** What the data cannot tell apart; empty when all is determined. */
  readonly confounded: readonly Confounded[];
  /** Other optima that fit within the limit of the region: the curves of the two parts of a field can stand for each
   *  other. */
  readonly alternatives: readonly Parameters[];
  /** Two-point functions of the data beside those of the model. */
  readonly curves: readonly CurvePoint[];
  /** How far the model is from the data, and whether noise explains it. */
  readonly misfit: Misfit;
  /** `noise`: the fit weighs curves by their covariance. `plain`: the model cannot have these curves, and the fit is
   *  near to all of them alike, with shares met ten times better; its standard errors are those of sampling alone. */
  readonly weighting: 'noise' | 'plain';
  /** What the standard errors rest on and the data may not keep. */
  readonly notes: readonly string[];
  /** The number of images, or less where sections are near to each other (`apart`). */
  readonly independentImages: number;
  /** The joint region of confidence at its limit. */
  readonly region: RegionData & { readonly limit: number };
  /** Whether the fit came to rest. */
  readonly converged: boolean;
}

function statisticsOfFields(statistics: readonly Statistic[], field: FieldName): Statistic[] {
  return statistics.filter((statistic) => statistic.field === field);
}

function fieldOfKey(model: ModelName, key: string): FieldName {
  return calibrationOf(model).fields.x.keys.includes(key) ? 'x' : 'y';
}

interface FitSet extends FitOutcome {
  /** Other optima of one field each, by distance above the best. */
  readonly others: readonly { readonly parameters: Parameters; readonly excess: number }[];
}

/** Optima closer than this in every coordinate are one. */
const SAME_OPTIMUM = 0.02;

/** Each field by itself from several starts, then all together. */
function fitAll(problem: FitProblem, starts: readonly Parameters[]): FitSet {
  let parameters = starts[0];
  const others: { field: readonly string[]; outcome: FitOutcome; excess: number }[] = [];
  for (const field of ['x', 'y'] as const) {
    const rows = problem.statistics.flatMap((statistic, i) => (statistic.field === field ? [i] : []));
    const free = problem.free.filter((key) => fieldOfKey(problem.model, key) === field);
    if (rows.length === 0 || free.length === 0) continue;
    const mine = {
      ...problem, free, statistics: statisticsOfFields(problem.statistics, field),
      data: Float64Array.from(rows, (i) => problem.data[i]),
    };
    const whitened =
      problem.whitener.filter((row) => rows.some((i) => row[i] !== 0)).map((row) => rows.map((i) => row[i]));
    const outcomes = starts.map((start) => fitFrom({ ...mine, whitener: whitened }, {
      ...parameters, ...Object.fromEntries(free.map((key) => [key, (start as unknown as Record<string, number>)[key]])),
    })).sort((one, two) => one.distance - two.distance);
    const [best, ...rest] = outcomes;
    const kept = [best];
    for (const outcome of rest) {
      const here = toCoordinates(problem.model, outcome.parameters, free);
      const isNew = kept.every((other) => toCoordinates(problem.model, other.parameters, free).some(
        (u, i) => Math.abs(u - here[i]) > SAME_OPTIMUM,
      ));
      if (!isNew) continue;
      kept.push(outcome);
      others.push({ field: free, outcome, excess: outcome.distance - best.distance });
    }
    parameters = best.parameters;
  }
  const joint = fitFrom(problem, parameters);
  return {
    ...joint,
    others: others.map(({ field, outcome, excess }) => ({
      excess, parameters: {
        ...joint.parameters,
        ...Object.fromEntries(field.map((key) => [key, (outcome.parameters as unknown as Record<string, number>)[key]]))
      },
    })),
  };
}

function checkOptions(where: string, options: CalibrateOptions): void {
  const { parameters } = calibratedModel(where, options.model);
  const known: readonly string[] = calibrationOf(options.model).free;
  for (const [key, value] of Object.entries(options.fixed ?? {})) {
    if (!known.includes(key)) {
      throw new SpecError(`${where}: ${options.model} has no parameter ${key} to fix; it has ${known.join(', ')}`);
    }
    if (!Number.isFinite(value)) throw new SpecError(`${where}: fixed ${key} must be a finite number, got ${value}`);
  }
  if (options.covariance !== undefined && !Object.hasOwn(parameters, 'covariance')) {
    throw new SpecError(`${where}: ${options.model} has no covariance to hold`);
  }
  covarianceFamily(options.covariance);
  const { draws = CALIBRATE_DEFAULTS.draws } = options;
  if (!Number.isInteger(draws) || draws < 30) {
    throw new SpecError(`${where}: draws must be a whole number of at least 30, got ${draws}`);
  }
  const { apart = CALIBRATE_DEFAULTS.apart } = options;
  if (apart !== null && !(apart >= 0 && Number.isFinite(apart))) {
    throw new SpecError(`${where}: apart must be null or a distance of 0 or more voxels, got ${apart}`);
  }
}

function freeKeys(
  where: string, options: CalibrateOptions, prepared: PreparedImages,
): { free: string[]; fixed: Record<string, number> } {
  const fixed: Record<string, number> = { ...options.fixed };
  if (!('anisotropyFactor' in fixed) && !(prepared.seesZ && prepared.seesAcross)) {
    throw new SpecError(
      `${where}: the anisotropy factor needs a section that contains z, these are all across z; add one, ` +
        'or hold it with fixed: {anisotropyFactor: 1}',
    );
  }
  return { free: calibrationOf(options.model).free.filter((key) => !(key in fixed)), fixed };
}

/** Smallest volume fraction of a phase that can be drawn. */
const LEAST_FRACTION = 1e-5;

/** A fit at the edge of what exists: a phase is gone. */
function isDegenerate(model: ModelName, parameters: Parameters): boolean {
  const fractions: Readonly<Record<number, number>> =
    calibratedModel('calibrate', model).expected.volumeFraction?.({ parameters }) ?? {};
  return Object.values(fractions).some((fraction) => !(fraction > LEAST_FRACTION));
}

/** Error of a share that counts as much as 3 % of a decrement, where the model cannot have the curves. */
const PLAIN_SHARES = 0.003;

const CALIBRATE_OPTION_NAMES: Names<CalibrateOptions> = {
  model: true, phases: true, n: true, covariance: true, fixed: true, draws: true, seed: true, apart: true,
};

/** Calibrates a model to volumes or to sections (one voxel along an axis) of one material.
 *
 *  Fits the two-point coverages of the fields along and across z by generalised least squares; the covariance of the
 *  data comes from structures drawn with the fitted θ on the same windows. Two rounds: the first gives the weights, the
 *  second, with other draws, the covariance of θ.
 *  @throws SpecError when labels, sizes or directions do not admit it */
export async function calibrate(
  session: Session, images: LabelVolume | readonly LabelVolume[], options: CalibrateOptions, run: RunOptions = {},
): Promise<Calibration> {
  checkOperation('calibrate', session, run, { options: [options, CALIBRATE_OPTION_NAMES] });
  const where = 'calibrate';
  checkOptions(where, options);
  const {
    model, n = CALIBRATE_DEFAULTS.n, draws = CALIBRATE_DEFAULTS.draws, seed = CALIBRATE_DEFAULTS.seed,
    apart = CALIBRATE_DEFAULTS.apart,
  } = options;
  const prepared = prepareImages(where, model, 'labels' in images ? [images] : images, options.phases ?? null);
  const { free, fixed } = freeKeys(where, options, prepared);
  const lags = longestLag(prepared.images);
  const counts: ImageCounts[] = [];
  for (const image of prepared.images) counts.push(await countImage(session, image, prepared.roles, lags, run));
  const statistics = chooseStatistics(where, model, prepared, counts);
  const data = valuesOf(counts, statistics);

  const { covariance: family = CALIBRATE_DEFAULTS.covariance } = options;
  const base: Parameters = {
    ...firstGuess(model, n, statistics, data), ...fixed, ...(family !== 'gaussian' && { covariance: family })
  };
  const problem: FitProblem = {
    model, free, statistics, data, whitener: basis(statistics, data), longest: longestEdge(prepared),
  };
  const starts = calibrationOf(model).starts(base).map((start) => ({ ...start, ...fixed }));
  let found = fitAll(problem, starts);

  const covarianceAt = async (
    parameters: Parameters, scenario: number,
  ): Promise<{ covariance: number[][]; rows: number }> => {
    const failed = (): SpecError => new SpecError(
      `${where}: no parameters of the ${model} model come near to these curves; ` +
        `${segmentationNotes(prepared, statistics, data).join('; ') || 'look at the labels and at --phases'}`,
    );
    if (!toCoordinates(model, parameters, free).every(Number.isFinite) || isDegenerate(model, parameters)) {
      throw failed();
    }
    const { shapes, scale } = drawShapes(where, model, prepared, parameters, apart);
    const plan: DrawPlan = { model, prepared, shapes, statistics, seed };
    const rows = await drawStatistics(session, plan, parameters, draws, scenario, run);
    if (rows.length < 30) {
      throw new SpecError(
        `${where}: most structures drawn with the fitted parameters lack a phase; ` +
          'the window is too small for a calibration',
      );
    }
    const { covariance } = covarianceOf(rows);
    return {
      covariance: covariance.map(
        (row, i) => row.map((x, j) => x * Math.sqrt(scale[statistics[i].field] * scale[statistics[j].field])),
      ),
      rows: rows.length,
    };
  };
  const first = await covarianceAt(found.parameters, 1);
  sampleNotes(where, model, statistics, data, first.covariance);
  const white = whitener(statistics, data, first.covariance);
  found = fitAll({ ...problem, whitener: white }, [found.parameters, ...starts]);
  const second = await covarianceAt(found.parameters, 2);

  const regionOf = (rows: readonly (readonly number[])[]): RegionData & { limit: number } => ({
    model, free, statistics, values: data, weights: product(transposed(rows), rows), covariance: second.covariance,
    draws: second.rows,
    limit: hotellingLimit(0.95, free.length, second.rows),
  });
  let region = regionOf(white);
  let misfit = misfitOf(region, white, found.parameters);
  const weighting = misfit.probability < REJECTED ? 'plain' : 'noise';
  if (weighting === 'plain') {
    // Weights from the noise put the misfit of a wrong model where the draws happen to see least.
    const plain = basis(statistics, data, PLAIN_SHARES);
    found = fitAll({ ...problem, whitener: plain }, starts);
    region = regionOf(plain);
    misfit = { ...misfit, relative: misfitOf(region, white, found.parameters).relative };
  }
  const covariance = coordinateCovariance(region, found.parameters);
  const worth = independentImages(where, model, prepared, found.parameters, apart);
  const prediction = predict(model, found.parameters, free, statistics);
  return {
    model, parameters: found.parameters, phases: Object.values(prepared.roles).filter((label) => label !== null),
    voxelSizeUm: prepared.voxelSizeUm, voxelEdgesUm: prepared.voxelEdgesUm, free, converged: found.converged,
    estimates: estimatesOf(model, free, found.parameters, covariance, second.rows),
    covariance,
    confounded: confounded(model, free, covariance),
    alternatives: found.others.filter(({ excess }) => excess < region.limit).map(({ parameters }) => parameters),
    curves: statistics.flatMap(({ field, direction, lag }, i) => (direction === null || lag === null ? [] : [{
      field, direction, lag: lag[0] + lag[2], data: data[i], model: prediction.values[i],
      standardError: Math.sqrt(second.covariance[i][i]),
    }])),
    misfit,
    weighting,
    independentImages: worth,
    notes: [
      ...segmentationNotes(prepared, statistics, data),
      ...sampleNotes(where, model, statistics, data, second.covariance),
      ...sectionNotes(model, found.parameters, prepared, apart, worth),
    ],
    region,
  };
}

/** Distance of θ from the data, as Hotelling's T²; the joint 95 % region is where it is at most
 *  `calibration.region.limit`. */
export function regionDistance(calibration: Calibration, parameters: Parameters): number {
  checkArguments('regionDistance', {
    calibration: [calibration, has<Calibration>('model', 'region')], parameters: [parameters, 'record'],
  });
  return scoreDistance(calibration.region, parameters);
}

export type ThreePhaseCalibration = Calibration<ThreePhaseParameters>;
export type Chi2Calibration = Calibration<Chi2Parameters>;

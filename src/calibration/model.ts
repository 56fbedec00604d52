// The models as functions from coordinates to summary statistics, with derivatives. Which parameters a model has and
// where they are looked for, its own object says.
import { SpecError } from '../core/errors.js';
import { suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { exp, log } from '../numeric/elementary.js';
import type { CalibratedModel, FieldAt, Parameter, ParameterCoordinate } from '../structure/model.js';
import { CALIBRATED_MODELS, type AnyModel, type ParametricSpec } from '../structure/models.js';
import type { FieldName, Statistic } from './curves.js';

/** Models whose θ can be estimated from images, by the names of their specifications. */
export type ModelName = ParametricSpec['model'];
/** θ of a model that can be fitted. */
export type Parameters = ParametricSpec['parameters'];

const NAMES = CALIBRATED_MODELS.map(({ name }) => name as ModelName);

/** The model of a name. @throws SpecError when there is none, or it cannot be fitted */
export function calibratedModel(where: string, name: ModelName): AnyModel {
  const found = CALIBRATED_MODELS.find((model) => model.name === name);
  if (found) return found;
  throw new SpecError(
    `${where}: model must be ${NAMES.join(' or ')}, got ${quoted(name)}; ` +
      `${suggestion(String(name), NAMES, 'there are')}`,
  );
}

const modelOf = (name: ModelName): AnyModel => calibratedModel('calibrate', name);

/** What a model says of its calibration. */
export function calibrationOf(name: ModelName): CalibratedModel<ParametricSpec> {
  return modelOf(name).calibration as CalibratedModel<ParametricSpec>;
}

/** Fields that images show of a model. */
export function fieldNames(name: ModelName): readonly FieldName[] {
  return calibrationOf(name).fields.y === null ? ['x'] : ['x', 'y'];
}

/** A field of a model with these parameters. */
export function fieldAt(model: ModelName, parameters: Parameters, name: FieldName): FieldAt {
  const { x, y } = calibrationOf(model).fields;
  return (name === 'x' || y === null ? x : y).at(parameters);
}

function coordinateOf(model: ModelName, key: string): ParameterCoordinate {
  const parameters: Readonly<Record<string, Parameter>> = modelOf(model).parameters;
  return parameters[key].coordinate as ParameterCoordinate;
}

/** Whether the coordinate of a parameter is its logarithm. */
export const isLog = (model: ModelName, key: string): boolean => coordinateOf(model, key).kind === 'logarithm';
const values = (parameters: Parameters): Record<string, number> => parameters as unknown as Record<string, number>;

/** Derivatives of θ in its coordinate: θ for logarithms. */
export function scaleOf(model: ModelName, key: string, parameters: Parameters): number {
  return isLog(model, key) ? values(parameters)[key] : 1;
}

export function toCoordinates(model: ModelName, parameters: Parameters, free: readonly string[]): Float64Array {
  return Float64Array.from(
    free, (key) => (isLog(model, key) ? log(values(parameters)[key]) : values(parameters)[key]),
  );
}

/** The parameters with the free ones replaced. */
export function fromCoordinates<P extends Parameters>(
  model: ModelName, base: P, free: readonly string[], u: ArrayLike<number>,
): P {
  return { ...base, ...Object.fromEntries(free.map((key, i) => [key, isLog(model, key) ? exp(u[i]) : u[i]])) };
}

/** Limits of a coordinate. @param longest edge of the images, voxels */
export function limitsOf(model: ModelName, key: string, longest: number): readonly [number, number] {
  const { kind, limits } = coordinateOf(model, key);
  const [low, high] = limits(longest);
  return kind === 'logarithm' ? [log(low), log(high)] : [low, high];
}

export interface Prediction {
  readonly values: Float64Array;
  /** A row per statistic, derivatives in the free coordinates. */
  readonly jacobian: Float64Array[];
}

/** Expected statistics of a model. */
export function predict(
  model: ModelName, parameters: Parameters, free: readonly string[], statistics: readonly Statistic[],
): Prediction {
  const known = new Map(fieldNames(model).map((name) => [name, fieldAt(model, parameters, name)]));
  const result = new Float64Array(statistics.length);
  const scales = free.map((key) => scaleOf(model, key, parameters));
  const jacobian = statistics.map((statistic, i) => {
    const field = known.get(statistic.field)!;
    const { value, derivatives } = statistic.lag === null ? field.share : field.coverage(statistic.lag);
    result[i] = value;
    return Float64Array.from(free, (key, j) => (derivatives[key] ?? 0) * scales[j]);
  });
  return { values: result, jacobian };
}

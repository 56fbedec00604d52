// θ of a design: which parameters are free, within which bounds, and their coordinates in the unit cube.
import { Checker, type Path } from '../core/check.js';
import { quoted } from '../core/quote.js';
import { exp, log } from '../numeric/elementary.js';
import type { Parameter } from '../structure/model.js';
import type { AnyModel } from '../structure/models.js';
import { rescaled } from '../structure/parameter-sets.js';

/** A parameter that a design chooses. */
export interface FreeParameter {
  readonly name: string;
  /** What moves evenly along the coordinate. */
  readonly kind: 'logarithm' | 'linear';
  /** Least value. */
  readonly low: number;
  /** Greatest value. */
  readonly high: number;
}

/** Where a design looks for θ. */
export interface DesignSpace {
  readonly model: AnyModel;
  /** Parameters that are chosen, with their bounds. */
  readonly free: readonly FreeParameter[];
  /** All others of the model. */
  readonly held: Readonly<Record<string, unknown>>;
}

type Theta = Readonly<Record<string, number>>;

/** Digits of θ that are drawn: a specification that people can copy, and the same for engines that differ in the last
 *  bits of a closed form. */
const DIGITS = 6;

/** Numbers of θ of the free parameters at a point of the unit cube, rounded as they are drawn. */
export function thetaAt({ free }: Pick<DesignSpace, 'free'>, u: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(free.map(({ name, kind, low, high }, j) => {
    const value = kind === 'linear' ? low + u[j] * (high - low) : exp(log(low) + u[j] * (log(high) - log(low)));
    return [name, Math.min(high, Math.max(low, Number(value.toPrecision(DIGITS))))];
  }));
}

/** Coordinates of θ; outside of [0, 1] where it lies beyond the bounds. */
export function coordinatesOf({ free }: Pick<DesignSpace, 'free'>, theta: Theta): number[] {
  return free.map(({ name, kind, low, high }) => (kind === 'linear'
    ? (theta[name] - low) / (high - low)
    : (log(theta[name]) - log(low)) / (log(high) - log(low))));
}

/** dθ/du of every free parameter at θ. */
export function slopesAt({ free }: Pick<DesignSpace, 'free'>, theta: Theta): number[] {
  return free.map(({ name, kind, low, high }) =>
    (kind === 'linear' ? high - low : theta[name] * (log(high) - log(low))));
}

/** All parameters of the model. */
export const wholeTheta = ({ held }: Pick<DesignSpace, 'held'>, theta: Theta): Record<string, unknown> =>
  ({ ...held, ...theta });

/** Published (or surrogate) parameters of the model, for voxels of this edge. */
export function namedThetas(model: AnyModel, voxelSizeUm: number): { readonly name: string; readonly theta: Theta }[] {
  return model.sets.map((set) => {
    const scale = voxelSizeUm / set.voxelSizeUm;
    return {
      name: set.name,
      theta: (
        scale === 1 ? set.parameters : rescaled(set.parameters as object, model.parameters as never, scale)
      ) as Theta,
    };
  });
}

/** Whether a value between two ends can be read at all: counts and words cannot. */
function isContinuous(setting: Parameter, low: number, high: number): boolean {
  const trial = new Checker('');
  setting.read(trial, low + 0.3819 * (high - low), []);
  return trial.issues.length === 0;
}

/** Bounds where none are given: what the named sets span and a quarter more to both sides, α by factors. */
function spanOf(sets: readonly { readonly theta: Theta }[], name: string, kind: FreeParameter['kind']):
  readonly [number, number] | null {
  const values = sets.map(({ theta }) => theta[name]).filter(Number.isFinite);
  if (values.length < 2) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const digits = (value: number): number => Number(value.toPrecision(3));
  if (kind === 'logarithm') return [digits(low / 1.25), digits(high * 1.25)];
  const span = Math.max(high - low, 1) / 4;
  return [digits(low - span), digits(high + span)];
}

/** Reads the section `parameters`: bounds `[low, high]` of what is free, one value of what is held. What is not named
 *  is at the model's fallback, or free in the span of the model's named sets, widened. */
export function readSpace(check: Checker, value: unknown, model: AnyModel, voxelSizeUm: number): DesignSpace {
  const table = model.parameters as Readonly<Record<string, Parameter>>;
  const path = ['parameters'];
  const map = check.mapping(value, path, Object.keys(table)) ?? {};
  const sets = namedThetas(model, voxelSizeUm);
  const free: FreeParameter[] = [];
  const held: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(table)) {
    const kind = setting.coordinate?.kind ?? 'linear';
    const given = map[name];
    const at: Path = [...path, name];
    if (Array.isArray(given)) {
      const bounds = readBounds(check, given, at, setting);
      if (bounds !== null) free.push({ name, kind, low: bounds[0], high: bounds[1] });
    } else if (given !== undefined) held[name] = setting.read(check, given, at);
    else if (setting.fallback !== undefined) held[name] = setting.fallback;
    else if (!Object.hasOwn(setting, 'fallback')) {
      const span = setting.coordinate === undefined ? null : spanOf(sets, name, kind);
      const same = new Set(sets.map(({ theta }) => theta[name]));
      if (span !== null) free.push({ name, kind, low: span[0], high: span[1] });
      else if (same.size === 1 && typeof sets[0].theta[name] === 'number') held[name] = sets[0].theta[name];
      else check.fail(path, `parameters needs ${name} (${setting.meaning}): bounds such as [1, 2], or one value`);
    }
  }
  if (free.length === 0 && check.issues.length === 0) {
    check.fail(path, 'no parameter is free; give bounds [low, high] of one at least');
  }
  return { model, free, held };
}

function readBounds(
  check: Checker, given: readonly unknown[], path: Path, setting: Parameter,
): readonly [number, number] | null {
  const name = path.join('.');
  if (given.length !== 2 || !given.every((x) => typeof x === 'number' && Number.isFinite(x))) {
    check.fail(path, `${name} must be bounds [low, high], or one value that is held, got ${quoted(given)}`);
    return null;
  }
  const [low, high] = given as number[];
  if (!(low < high)) {
    check.fail(path, `${name} must be bounds [low, high] with low < high, got ${quoted(given)}; one value holds it`);
    return null;
  }
  const before = check.issues.length;
  setting.read(check, low, [...path, 0]);
  setting.read(check, high, [...path, 1]);
  if (check.issues.length > before) return null;
  if (!isContinuous(setting, low, high)) {
    check.fail(path, `${name} (${setting.meaning}) takes no values between ${low} and ${high}; give one value`);
    return null;
  }
  return [low, high];
}

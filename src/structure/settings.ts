// Settings of a structure by name: how each is read from an untyped value, what it means, what it is when it is not
// given. The tables of a model are the only place that knows them; library, command line and page read specifications
// through these.
import { nameOf, type Checker, type NumberRange, type Path } from '../core/check.js';
import { SpecError } from '../core/errors.js';
import { AXES, checkShape, checkVoxelSize, type Axis, type Shape, type VoxelSize } from '../core/grid.js';
import { own } from '../core/names.js';
import { quoted } from '../core/quote.js';
import type { Phase } from '../core/volume.js';
import { covarianceFamily, type Covariance } from './covariance.js';

/** What a setting or parameter means, its fallback and how it is read. */
export interface Setting<T = unknown> {
  /** A few words for help and reports. */
  readonly meaning: string;
  /** Value when none is given; absent: one has to be given; undefined: there is none then. */
  readonly fallback?: T | undefined;
  /** Of a setting that is a number. */
  readonly range?: NumberRange;
  /** Of a number that has one: "voxel", "µm". */
  readonly unit?: string;
  /** A usable value; what is wrong with the given one goes to `check`. */
  read(check: Checker, value: unknown, path: Path): T;
}

/** One setting for every key of T. */
export type SettingTable<T> = { readonly [K in keyof T]-?: Setting<Exclude<T[K], undefined>> };

interface About<T> {
  readonly meaning: string;
  readonly fallback?: T | undefined;
}

function setting<T>(about: About<T>, read: Setting<T>['read']): Setting<T> {
  return { meaning: about.meaning, ...('fallback' in about && { fallback: about.fallback }), read };
}

export function number(about: About<number> & NumberRange & Pick<Setting, 'unit'>): Setting<number> {
  const { meaning: _meaning, fallback: _fallback, unit, ...range } = about;
  return {
    ...setting(about, (check, value, path) => check.number(value, path, range, 0)), range,
    ...(unit !== undefined && { unit }),
  };
}

export function choice<T extends string>(words: readonly T[], about: About<T>): Setting<T> {
  return setting(about, (check, value, path) => check.choice(value, path, words, words[0]));
}

export function flag(about: About<boolean>): Setting<boolean> {
  return setting(about, (check, value, path) => {
    if (typeof value !== 'boolean') check.fail(path, `${nameOf(path)} must be true or false, got ${quoted(value)}`);
    return value === true;
  });
}

/** The setting, or null. */
export function orNull<T>(inner: Setting<T>): Setting<T | null> {
  return { ...inner, read: (check, value, path) => (value === null ? null : inner.read(check, value, path)) };
}

export const axis = (about: About<Axis>): Setting<Axis> => choice<Axis>(AXES, about);

/** A label of the volume. */
export const label = (about: About<Phase>): Setting<Phase> => number({ ...about, min: 0, max: 255, whole: true });

/** What `make` makes of a value; its SpecError is an issue of the setting. */
function checked<T>(about: About<T>, instead: T, make: (value: unknown, name: string) => T): Setting<T> {
  return setting(about, (check, value, path) => {
    try {
      return make(value, nameOf(path));
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      check.fail(path, error.message);
      return instead;
    }
  });
}

/** Voxels (z, y, x), or one number for a cube. */
export function shape(about: About<Shape>): Setting<Shape> {
  return checked<Shape>(about, [1, 1, 1], (value, name) => {
    if (typeof value === 'number') return checkShape(name, [value, value, value]);
    if (Array.isArray(value)) return checkShape(name, value as number[]);
    throw new SpecError(
      `${name} must be three whole numbers of voxels ≥ 1 (z, y, x), or one for a cube, got ${quoted(value)}`,
    );
  });
}

/** One edge of a cubic voxel in µm; null when unknown. */
export const edge = (meaning: string): Setting<number | null> =>
  ({ ...orNull(number({ meaning, above: 0 })), fallback: null });

/** One edge in µm, or edges (z, y, x). */
export function edges(about: About<number | VoxelSize>): Setting<number | VoxelSize> {
  return checked<number | VoxelSize>(about, null, (value, name) => {
    if (value === null) return null;
    const list: unknown[] = Array.isArray(value) ? value : [value, value, value];
    if (list.some((h) => typeof h !== 'number')) {
      throw new SpecError(`${name} must be one edge in µm, or three (z, y, x), got ${quoted(value)}`);
    }
    checkVoxelSize(name, list as unknown as VoxelSize);
    return value as number | VoxelSize;
  });
}

export function covariance(about: About<Covariance>): Setting<Covariance> {
  return checked<Covariance>(about, 'gaussian', (value) => {
    covarianceFamily(value as Covariance);
    return value as Covariance;
  });
}

/** A list of at least one item. */
export function listOf<T>(
  about: About<readonly T[]>, read: (check: Checker, item: unknown, path: Path) => T,
): Setting<readonly T[]> {
  return setting(about, (check, value, path) => {
    if (Array.isArray(value) && value.length > 0) return value.map((item, i) => read(check, item, [...path, i]));
    check.fail(path, `${nameOf(path)} must be a list of at least one item, got ${quoted(value)}`);
    return [];
  });
}

/** Reads what is given, in the order in which it is given, and adds what is not. Keys that there are not are the
 *  caller's to refuse.
 *  @param given null: what was to be read is no mapping */
export function readSettings<T>(
  check: Checker, given: Readonly<Record<string, unknown>> | null, path: Path, table: SettingTable<T>,
): T {
  const known = table as Readonly<Record<string, Setting>>;
  const result = new Map<string, unknown>();
  for (const [key, value] of Object.entries(given ?? {})) {
    const found = own(known, key);
    if (found !== undefined && value !== undefined) result.set(key, found.read(check, value, [...path, key]));
  }
  for (const [key, { meaning, fallback }] of given === null ? [] : Object.entries(known)) {
    if (result.has(key)) continue;
    if (fallback !== undefined) result.set(key, fallback);
    else if (!Object.hasOwn(known[key], 'fallback')) {
      check.fail(path, `${nameOf(path) || check.subject} needs ${key} (${meaning})`);
    }
  }
  return Object.fromEntries(result) as T;
}

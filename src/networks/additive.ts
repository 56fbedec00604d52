// A phase that is added inside another one, as files say it.
import type { Checker } from '../core/check.js';
import type { Phase } from '../core/volume.js';
import { readValues } from '../core/values.js';
import { INSERT_DEFAULTS } from './insert.js';
import { INSERT_METHODS, type InsertMethodName } from './methods.js';

/** A phase that is added inside another one. */
export interface Additive {
  readonly into: Phase;
  readonly label: Phase;
  readonly method: InsertMethodName;
  /** Settings of the method. */
  readonly settings: Readonly<Record<string, number>>;
  /** Contents: shares of the window, ascending. */
  readonly fractions: readonly number[];
}

const LABEL = { min: 0, max: 255, whole: true } as const;

/** Reads the section `additive`. @param contents whether it says them */
export function readAdditive(check: Checker, value: unknown, contents: boolean): Additive | null {
  if (value === undefined) return null;
  const path = ['additive'];
  const own = Object.values(INSERT_METHODS).flatMap(({ defaults }) => Object.keys(defaults));
  const map =
    check.mapping(value, path, ['into', 'label', 'method', ...(contents ? ['fractions'] : []), ...own]) ?? {};
  const names = Object.keys(INSERT_METHODS) as InsertMethodName[];
  const method = check.choice(map.method, [...path, 'method'], names, INSERT_DEFAULTS.method);
  const settings: Record<string, number> = {};
  for (const key of own) {
    if (map[key] === undefined) continue;
    if (!(key in INSERT_METHODS[method].defaults)) {
      check.fail([...path, key], `${key} does not belong to the method ${method}`, true);
    }
    settings[key] = check.number(map[key], [...path, key], {}, 0);
  }
  const fractions = contents ? readValues(check, map.fractions, [...path, 'fractions']) : [];
  const wrong = fractions.findIndex((share, k) => !(share >= 0 && share <= 1) || (k > 0 && share <= fractions[k - 1]));
  if (wrong >= 0) {
    check.fail([...path, 'fractions'], `contents are shares of the window that rise, got ${fractions.join(', ')}`);
  }
  const label = (key: 'into' | 'label'): Phase => check.number(map[key] ?? null, [...path, key], LABEL, 0);
  const [into, added] = [label('into'), label('label')];
  if (into === added) check.fail([...path, 'label'], `label must be another one than into, got ${into} for both`);
  return { into, label: added, method, settings, fractions };
}

// Lists of numbers, as files say them.
import type { Checker, Path } from './check.js';
import { stepCount, steppedValues } from './sequence.js';

/** Beyond it a list is a slip. */
const MOST_VALUES = 1000;

/** A list of numbers, or {from, to, step}. */
export function readValues(check: Checker, value: unknown, path: Path): readonly number[] {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const map = check.mapping(value, path, ['from', 'to', 'step']) ?? {};
    const [from, to] = ['from', 'to'].map((key) => check.number(map[key] ?? null, [...path, key], {}, 0));
    const step = check.number(map.step ?? null, [...path, 'step'], { above: 0 }, 1);
    const count = stepCount(from, to, step);
    if (!(count >= 1 && count <= MOST_VALUES)) {
      check.fail(path, `expected 1 to ${MOST_VALUES} values from ${from} to ${to} in steps of ${step}, found ${count}`);
      return [from];
    }
    return steppedValues(from, step, count);
  }
  const list = typeof value === 'number' ? [value] : value;
  return check.list(list ?? null, path, 1, (item, at) => check.number(item, at, {}, 0), [0]);
}

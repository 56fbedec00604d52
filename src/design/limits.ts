// What a design has to keep: one line of text per constraint or target, and what such lines cannot have together.
import { nameOf, type Checker, type Path } from '../core/check.js';
import { suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';
import type { Phase } from '../core/volume.js';
import { phaseColumn } from '../descriptors/quantity.js';
import { M_FACTOR } from '../transport/quantities.js';

/** low ≤ column ≤ high. */
export interface Limit {
  /** Name of the column. */
  readonly column: string;
  /** −∞ where there is none. */
  readonly low: number;
  /** ∞ where there is none. */
  readonly high: number;
  /** Of a target: the value in the middle; null: a constraint. */
  readonly target: number | null;
  /** As it was written. */
  readonly text: string;
  /** "constraints[0]" */
  readonly place: string;
}

const NUMBER = '[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?';
const LINE = new RegExp(
  `^\\s*([A-Za-z][\\w.]*)\\s*(>=|≥|<=|≤|=)\\s*(${NUMBER})\\s*(?:(?:±|\\+-|\\+/-)\\s*(${NUMBER})\\s*(%?)\\s*)?$`,
);
/** How near a target has to be met where nobody says it, relative. */
const NEAR = 0.02;

const EXAMPLES = {
  constraints: 'such as "mFactor2 >= 0.25" or "volumeFraction3 <= 0.1"',
  targets: 'such as "volumeFraction1 = 0.4" or "mFactor1 = 0.1 +- 0.005"',
} as const;

/** A column that a design knows.
 *  @returns null and a complaint for any other text */
export function readColumn(check: Checker, value: unknown, path: Path, columns: readonly string[]): string | null {
  if (typeof value === 'string' && columns.includes(value)) return value;
  const hint = suggestion(typeof value === 'string' ? value : '', columns, 'there are');
  check.fail(path, `unknown quantity ${quoted(value)}; ${hint}`);
  return null;
}

export function readLimit(
  check: Checker, value: unknown, path: Path, section: keyof typeof EXAMPLES, columns: readonly string[],
): Limit | null {
  const found = typeof value === 'string' ? LINE.exec(value) : null;
  const isTarget = section === 'targets';
  if (found === null || (found[2] === '=') !== isTarget || (found[4] !== undefined && !isTarget)) {
    check.fail(path, `${nameOf(path)} must be a line ${EXAMPLES[section]}, got ${quoted(value)}`);
    return null;
  }
  const column = readColumn(check, found[1], path, columns);
  if (column === null) return null;
  const number = Number(found[3]);
  const written = found[4] === undefined ? NEAR : Number(found[4]) / (found[5] === '%' ? 100 : 1);
  const tolerance = found[4] === undefined || found[5] === '%' ? written * Math.abs(number) : written;
  if (isTarget && !(tolerance > 0)) {
    check.fail(path, `${nameOf(path)} needs a tolerance above 0, ${EXAMPLES.targets}, got ${quoted(value)}`);
    return null;
  }
  const below = found[2] === '<=' || found[2] === '≤';
  return {
    column,
    low: isTarget ? number - tolerance : below ? -Infinity : number,
    high: isTarget ? number + tolerance : below ? number : Infinity,
    target: isTarget ? number : null, text: String(value).trim(), place: nameOf(path),
  };
}

/** Values that a quantity can have at all, by the beginning of its columns. */
const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  volumeFraction: [0, 1], mFactor: [0, 1], constrictivity: [0, Infinity], meanGeodesicTortuosity: [1, Infinity],
  specificSurfaceArea: [0, Infinity],
};

export interface Contradiction {
  /** Indices of the limits that cannot hold together: without any of them the others are not refused. */
  readonly limits: readonly number[];
  readonly message: string;
}

const named = ({ text, place }: Limit): string => `${quoted(text)} (${place})`;

/** Limits that no structure keeps, by arithmetic alone: bounds of one quantity that exclude each other, values that it
 *  never has, M above the volume fraction, volume fractions whose sum is not 1. */
export function contradictions(limits: readonly Limit[], phases: readonly Phase[]): Contradiction[] {
  const found: Contradiction[] = [];
  const add = (indices: readonly number[], why: string): void => {
    found.push({ limits: indices, message: `${indices.map((i) => named(limits[i])).join(' and ')} ${why}` });
  };
  limits.forEach(({ column, low, high }, i) => {
    const key = Object.keys(RANGES).find((name) => column.startsWith(name));
    if (key !== undefined) {
      const [least, most] = RANGES[key];
      if (low > most) add([i], `asks for more than ${most}, which ${key} never exceeds`);
      if (high < least) add([i], `asks for less than ${least}, which ${key} never is`);
    }
    limits.forEach((other, j) => {
      if (j !== i && other.column === column && low > other.high) add([i, j], 'exclude each other');
    });
  });
  if (found.length > 0) return found;
  /** The highest of the lower limits of ε, which are those of M, too: M ≤ ε (columns side by side conduct best). */
  const lowest = (phase: Phase): { readonly value: number; readonly index: number } => {
    let best = { value: 0, index: -1 };
    limits.forEach(({ column, low }, index) => {
      const counts = column === `volumeFraction${phase}` || column === phaseColumn(M_FACTOR, phase);
      if (counts && low > best.value) best = { value: low, index };
    });
    return best;
  };
  const highest = (phase: Phase): { readonly value: number; readonly index: number } => {
    let best = { value: 1, index: -1 };
    limits.forEach(({ column, high }, index) => {
      if (column === `volumeFraction${phase}` && high < best.value) best = { value: high, index };
    });
    return best;
  };
  for (const phase of phases) {
    const [low, high] = [lowest(phase), highest(phase)];
    if (low.value > high.value) {
      add([low.index, high.index], 'exclude each other: M of a phase is never above its volume fraction');
    }
  }
  const sum = (of: readonly { readonly value: number }[]): number => of.reduce((total, { value }) => total + value, 0);
  const needed = phases.map(lowest);
  if (sum(needed) > 1 + 1e-9) {
    add(
      needed.flatMap(({ index }) => (index < 0 ? [] : [index])),
      `need volume fractions of ${Number(sum(needed).toPrecision(6))} in all, and there is only 1 (M ≤ ε)`,
    );
  }
  const allowed = phases.map(highest);
  if (sum(allowed) < 1 - 1e-9) {
    add(
      allowed.flatMap(({ index }) => (index < 0 ? [] : [index])),
      `leave volume fractions of ${Number(sum(allowed).toPrecision(6))} at most, and all phases together have 1`,
    );
  }
  return found;
}

// Reading an untyped value against a list of settings: collects every problem with its path, one line each.
import { SpecError } from './errors.js';
import { closest, suggestion } from './names.js';
import { fewLines, printable, quoted } from './quote.js';

/** Where in a file: keys and indices from the root. */
export type Path = readonly (string | number)[];

/** What is wrong in a file, and where. */
export interface Issue {
  /** Keys and indices that lead to it. */
  readonly path: Path;
  /** The key itself is wrong, not its value. */
  readonly onKey: boolean;
  /** What was expected, what was found. */
  readonly message: string;
}

/** What a number of a file may be; ends are open where they are absent. */
export interface NumberRange {
  /** Least value. */
  readonly min?: number;
  /** Greatest value. */
  readonly max?: number;
  /** Values are greater than this. */
  readonly above?: number;
  /** Values are less than this. */
  readonly below?: number;
  /** Whole numbers only. */
  readonly whole?: boolean;
}

function rangeText(range: NumberRange): string {
  const parts = [];
  if (range.min !== undefined) parts.push(`≥ ${range.min}`);
  if (range.above !== undefined) parts.push(`> ${range.above}`);
  if (range.max !== undefined) parts.push(`≤ ${range.max}`);
  if (range.below !== undefined) parts.push(`< ${range.below}`);
  return [range.whole ? 'a whole number' : 'a finite number', parts.join(' and ')].filter(Boolean).join(' ');
}

/** "steps.h[2]" */
export function nameOf(path: Path): string {
  return path.reduce<string>((text, part) => {
    const name = printable(String(part), 80);
    return typeof part === 'number' ? `${text}[${name}]` : text ? `${text}.${name}` : name;
  }, '');
}

/** Collects issues while values are read. Every reader gives a usable value, so that reading goes on after an issue. */
export class Checker {
  readonly issues: Issue[] = [];

  /** @param subject what a value at the root is called, e.g. "the study". */
  constructor(readonly subject: string) {}

  fail(path: Path, message: string, onKey = false): void {
    this.issues.push({ path, message, onKey });
  }

  private name(path: Path): string {
    return nameOf(path) || this.subject;
  }

  /** The own entries of a mapping with known keys only; undefined reads as empty, what is no mapping as null. */
  mapping(value: unknown, path: Path, keys: readonly string[]): Readonly<Record<string, unknown>> | null {
    if (value === undefined) return {};
    if (value === null || typeof value !== 'object' || Object.prototype.toString.call(value) !== '[object Object]') {
      this.fail(path, `${this.name(path)} must be a mapping with the keys ${keys.join(', ')}, got ${quoted(value)}`);
      return null;
    }
    for (const key of Object.keys(value)) {
      if (keys.includes(key)) continue;
      const name = quoted(nameOf([...path, key]));
      this.fail([...path, key], `unknown key ${name}; ${suggestion(key, keys, 'valid keys')}`, true);
    }
    return Object.assign(Object.create(null) as Record<string, unknown>, value);
  }

  number(value: unknown, path: Path, range: NumberRange, fallback: number): number {
    if (value === undefined) return fallback;
    const ok =
      typeof value === 'number' && Number.isFinite(value) && (!range.whole || Number.isSafeInteger(value)) &&
      value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity) &&
      value > (range.above ?? -Infinity) && value < (range.below ?? Infinity);
    if (ok) return value;
    this.fail(path, `${this.name(path)} must be ${rangeText(range)}, got ${quoted(value)}`);
    return fallback;
  }

  /** A number, or a fraction of two whole numbers in a text such as "1/6". */
  fraction(value: unknown, path: Path, range: NumberRange, fallback: number): number {
    const parts = typeof value === 'string' ? /^\s*(\d+)\s*\/\s*(\d+)\s*$/.exec(value) : null;
    return this.number(parts ? Number(parts[1]) / Number(parts[2]) : value, path, range, fallback);
  }

  choice<T extends string>(value: unknown, path: Path, words: readonly T[], fallback: T): T {
    if (value === undefined) return fallback;
    if (words.includes(value as T)) return value as T;
    const near = typeof value === 'string' ? closest(value, words) : null;
    const hint = near === null ? '' : `; did you mean "${near}"?`;
    this.fail(path, `${this.name(path)} must be one of ${words.join(', ')}, got ${quoted(value)}${hint}`);
    return fallback;
  }

  /** A list whose items `read` reads; items must differ. */
  list<T>(
    value: unknown, path: Path, minimum: number, read: (item: unknown, path: Path) => T, fallback: readonly T[],
  ): readonly T[] {
    if (value === undefined) return fallback;
    if (!Array.isArray(value) || value.length < minimum) {
      const items = `${minimum} item${minimum === 1 ? '' : 's'}`;
      this.fail(path, `${this.name(path)} must be a list with at least ${items}, got ${quoted(value)}`);
      return fallback;
    }
    const seen = new Set<string>();
    return Array.from(value as unknown[], (item, i) => {
      const before = this.issues.length;
      const found = read(item, [...path, i]);
      // What stands in for a wrong item is no repetition.
      if (this.issues.length > before) return found;
      const key = JSON.stringify(found);
      if (seen.has(key)) this.fail([...path, i], `${this.name(path)} names ${quoted(found)} twice`);
      seen.add(key);
      return found;
    });
  }

  /** @param locate says where in a file a path stands, e.g. "study.yaml:3:1".
   *  @throws SpecError when there are issues: one line each, the first few of them. */
  refuse(locate: (issue: Issue) => string): void {
    const lines = this.issues.map((issue) => () => `${locate(issue)}: ${issue.message}`);
    if (lines.length > 0) throw new SpecError(fewLines(lines, 'problems'));
  }
}

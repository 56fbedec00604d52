// Reading an untyped value against a list of settings: collects every problem with its path, one line each.

/** Where in a specification: keys and indices from the root. */
export type Path = readonly (string | number)[];

export interface Issue {
  readonly path: Path;
  /** The key itself is wrong, not its value. */
  readonly onKey: boolean;
  readonly message: string;
}

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
  readonly whole?: boolean;
}

/** Edit distance, for the closest valid key. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The candidate most like `word`, or null when none is near. */
export function closest(word: string, candidates: readonly string[]): string | null {
  const scored = candidates.map((name) => ({ name, score: distance(word.toLowerCase(), name.toLowerCase()) }));
  scored.sort((a, b) => a.score - b.score);
  return scored.length > 0 && scored[0].score <= Math.max(2, word.length / 2) ? scored[0].name : null;
}

function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}

function rangeText(range: NumberRange): string {
  const parts = [];
  if (range.min !== undefined) parts.push(`≥ ${range.min}`);
  if (range.above !== undefined) parts.push(`> ${range.above}`);
  if (range.max !== undefined) parts.push(`≤ ${range.max}`);
  if (range.below !== undefined) parts.push(`< ${range.below}`);
  return [range.whole ? 'a whole number' : 'a finite number', parts.join(' and ')].filter(Boolean).join(' ');
}

/** Collects issues while values are read; every reader returns a usable value, so that reading goes on after an issue. */
export class Checker {
  readonly issues: Issue[] = [];

  /** @param root what the whole is called, e.g. "the study" */
  constructor(private readonly root: string) {}

  fail(path: Path, message: string, onKey = false): void {
    this.issues.push({ path, message, onKey });
  }

  private name(path: Path): string {
    return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${part}` : part), '');
  }

  /** A mapping with known keys only; a missing one (undefined) reads as empty. */
  mapping(value: unknown, path: Path, keys: readonly string[]): Record<string, unknown> {
    if (value === undefined) return {};
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      this.fail(path, `${this.name(path) || this.root} must be a mapping with the keys ${keys.join(', ')}, got ${show(value)}`);
      return {};
    }
    for (const key of Object.keys(value)) {
      if (keys.includes(key)) continue;
      const near = closest(key, keys);
      const hint = near === null ? `valid keys: ${keys.join(', ')}` : `did you mean "${near}"?`;
      this.fail([...path, key], `unknown key "${this.name([...path, key])}"; ${hint}`, true);
    }
    return value as Record<string, unknown>;
  }

  number(value: unknown, path: Path, range: NumberRange, fallback: number): number {
    if (value === undefined) return fallback;
    const ok =
      typeof value === 'number' && Number.isFinite(value) && (!range.whole || Number.isSafeInteger(value)) &&
      value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity) &&
      value > (range.above ?? -Infinity) && value < (range.below ?? Infinity);
    if (ok) return value;
    this.fail(path, `${this.name(path)} must be ${rangeText(range)}, got ${show(value)}`);
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
    this.fail(path, `${this.name(path)} must be one of ${words.join(', ')}, got ${show(value)}${near ? `; did you mean "${near}"?` : ''}`);
    return fallback;
  }

  /** A list whose items `read` reads; items must differ. */
  list<T>(value: unknown, path: Path, minimum: number, read: (item: unknown, path: Path) => T, fallback: readonly T[]): readonly T[] {
    if (value === undefined) return fallback;
    if (!Array.isArray(value) || value.length < minimum) {
      this.fail(path, `${this.name(path)} must be a list with at least ${minimum} item${minimum === 1 ? '' : 's'}, got ${show(value)}`);
      return fallback;
    }
    const items = value.map((item, i) => read(item, [...path, i]));
    const seen = new Set<string>();
    items.forEach((item, i) => {
      const text = JSON.stringify(item);
      if (seen.has(text)) this.fail([...path, i], `${this.name(path)} names ${text} twice`);
      seen.add(text);
    });
    return items;
  }
}

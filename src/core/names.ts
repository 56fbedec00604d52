// Names that users give: finding what they stand for, and what they may have meant.
import { printable } from './quote.js';

/** A name longer than this is no typing error. */
const LONGEST_NAME = 64;

/** The record's own entry, so that "constructor" and "__proto__" are names like any other. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Edit distance, for the closest valid name. */
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
  if (word.length > LONGEST_NAME) return null;
  const scored = candidates.map((name) => ({ name, score: distance(word.toLowerCase(), name.toLowerCase()) }));
  scored.sort((a, b) => a.score - b.score);
  return scored.length > 0 && scored[0].score <= Math.max(2, word.length / 2) ? scored[0].name : null;
}

/** How a message ends that refuses a name: the one that was meant, or all there are. */
export function suggestion(word: string, candidates: readonly string[], what: string): string {
  const near = closest(word, candidates);
  return near === null ? `${what}: ${printable(candidates.join(', '))}` : `did you mean "${near}"?`;
}

// Parts of pages in docs/ that programs write, between two marks.
import { readFileSync, writeFileSync } from 'node:fs';

/** Writes parts of a page anew: for each, what stands between its two marks. */
export function writeParts(
  page: string, parts: readonly { readonly from: string; readonly to: string; readonly text: string }[],
): void {
  const written = parts.reduce((whole, { from, to, text }) => {
    const [begin, end] = [whole.indexOf(from), whole.indexOf(to)];
    if (begin < 0 || end < begin) throw new Error(`${page}: the marks "${from}" and "${to}" are missing`);
    return whole.slice(0, begin + from.length) + text + whole.slice(end);
  }, readFileSync(page, 'utf8'));
  writeFileSync(page, written);
}

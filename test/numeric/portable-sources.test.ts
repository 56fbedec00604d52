// Same bits on every engine, by construction: host code that gives numbers calls no function of `Math` whose last bits
// engines are free to choose (ECMA-262 §21.3.2: "implementation-approximated").
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));
/** Pictures, and text that rounds what it shows. */
const SHOWS = /^(report|viewer|cli)\/|^viewer\.ts$/;
const FREE = /\bMath\.(a?(?:cos|sin|tan)h?|atan2|cbrt|exp|expm1|hypot|log|log10|log1p|log2|pow)\b/g;
/** Squares are products in all engines, powers of two and of BigInt are exact; others go through `pow`. */
const POWER = /(\S+) \*\* (-?[\w.(]+)/g;
const EXACT = /(^|[^\w.])2n?$/;
/** Its powers are of BigInt. */
const WHOLE = 'study/sha256.ts';

function code(file: string): string[] {
  return readFileSync(src + file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .split('\n').map((line) => line.replace(/\/\/.*$/, '').replace(/'[^']*'|`[^`]*`/g, "''"));
}

it('[law] no host code that gives numbers uses functions or powers that engines round as they like', () => {
  const found = (readdirSync(src, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts') && !SHOWS.test(file))
    .flatMap((file) => code(file).flatMap((line, i) => [
      ...[...line.matchAll(FREE)].map(([text]) => text),
      ...[...line.matchAll(POWER)].filter(([, base, to]) => to !== '2' && !EXACT.test(base) && file !== WHOLE)
        .map(([text]) => text),
    ].map((text) => `${file}:${i + 1} ${text}`)));
  expect(found).toEqual([]);
});

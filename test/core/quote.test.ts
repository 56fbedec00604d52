// How user input reads in messages, and how names are looked up.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.js';
import { closest, own } from '../../src/core/names.js';
import { fewLines, printable, quoted } from '../../src/core/quote.js';

/** What a terminal shows as itself, on one line. */
const HARMLESS = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]*$/u;

describe('user input in messages', () => {
  it('[exact] texts in quotes, lists and mappings as JSON, absence and strange kinds by name', () => {
    expect([undefined, null, 'a"b', '', NaN, -0, 3n, true].map(quoted))
      .toEqual(['nothing', 'null', '"a\\"b"', '""', 'NaN', '-0', '3n', 'true']);
    expect(quoted({ a: [1, { b: null }], c: undefined })).toBe('{"a":[1,{"b":null}],"c":nothing}');
    expect([new Float32Array(8), new Map(), new Date(0), () => 1, Symbol('s')].map(quoted))
      .toEqual(['Float32Array of 8 numbers', 'a Map', 'a Date', 'a function', 'a symbol']);
  });

  it('[exact] escapes what a terminal would obey: colours, line ends, marks of direction, halves of pairs', () => {
    expect(quoted('\x1b[31mred\n\u202egnp.exe')).toBe('"\\u001b[31mred\\n\\u202egnp.exe"');
    expect(printable('\ud83d\ude00 \ud83d')).toBe('\ud83d\ude00 \\ud83d');
    expect(new SpecError('s.yaml: key \u009b2J\nsecond').message).toBe('s.yaml: key \\u009b2J\nsecond');
  });

  it('[exact] keeps both ends of a long line: the place and the remedy', () => {
    const message = new SpecError(`s.yaml:1:2: ${'x'.repeat(1e6)}; take another`).message;
    expect(message.length).toBeLessThanOrEqual(600);
    expect(message).toMatch(/^s\.yaml:1:2: x+…x+; take another$/);
  });

  it('[exact] shows the first of many lines and says how many more there are', () => {
    const lines = (n: number) => fewLines(Array.from({ length: n }, (_, i) => () => `line ${i}`), 'problems');
    expect(lines(4)).toBe('line 0\nline 1\nline 2\nline 3');
    expect(lines(100)).toBe('line 0\nline 1\nline 2\nand 97 more problems');
  });

  it('[law] any value reads as one harmless line of at most 100 characters', () => {
    fc.assert(fc.property(fc.anything({ withBigInt: true, withMap: true, withTypedArray: true }), (value) => {
      expect([...quoted(value)].length).toBeLessThanOrEqual(100);
      expect(quoted(value)).toMatch(HARMLESS);
    }));
    const texts = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(fc.property(texts, fc.integer({ min: 20, max: 120 }), (text, most) => {
      expect([...printable(text, most)].length).toBeLessThanOrEqual(most);
      expect(printable(text, most)).toMatch(HARMLESS);
    }));
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(quoted(cycle)).toBe('{"self":{"self":{"self":{"self":{…}}}}}');
    expect(quoted({ get x() { throw new Error('no'); } })).toBe('an object that cannot be read');
  });

  it('[exact] names: only own entries, the nearest within reach, nothing for an essay', () => {
    expect(['a', 'constructor', '__proto__'].map((name) => own({ a: 1 }, name))).toEqual([1, undefined, undefined]);
    expect([closest('sze', ['size', 'seed']), closest('x'.repeat(1e6), ['size'])]).toEqual(['size', null]);
  });
});

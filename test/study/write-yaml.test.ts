// Settings that the program writes, read by the reader of settings.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatYaml } from '../../src/study/write-yaml.js';
import { readYaml } from '../../src/study/yaml.js';

const { value: settings } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 }, fc.string(),
    fc.constantFrom('no', 'null', '1e3', '0x1', '~', 'a: b', '- a', '#', 'mFactor1 >= 0.25'),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)), fc.integer(),
    fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 12 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 8, noNullPrototype: true }),
  ),
}));

describe('settings as YAML', () => {
  it('[law] come back as they were, whatever they hold', () => {
    fc.assert(fc.property(fc.dictionary(fc.string({ minLength: 1 }), settings, { noNullPrototype: true }), (given) => {
      const { value } = readYaml(formatYaml(given, ['made by a test']), 'test.yaml');
      expect(value).toEqual(given);
    }), { numRuns: 500 });
  });

  it('[exact] stand on one line as far as they fit, and leave out what is undefined', () => {
    expect(formatYaml({
      name: 'page', size: [48, 48, 48], cell: undefined, plan: { kind: 'grid', vary: { lambdaX: [1.5, 2] } },
      constraints: ['mFactor2 >= 0.25'],
      parameters: Object.fromEntries(Array.from({ length: 8 }, (_, k) => [`parameter${k}`, 0.123456789 + k])),
    }, ['by hand'])).toBe(`# by hand
name: page
size: [48, 48, 48]
plan: {kind: grid, vary: {lambdaX: [1.5, 2]}}
constraints: ["mFactor2 >= 0.25"]
parameters:
${Array.from({ length: 8 }, (_, k) => `  parameter${k}: ${0.123456789 + k}\n`).join('')}`);
    expect(formatYaml({})).toBe('{}\n');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImportStep } from '../../src/image/import.js';
import { importFlags, STEP_FLAGS } from '../../src/image/step-text.js';

const positive = fc.double({ min: 0.01, max: 10, noNaN: true });
const bound = fc.option(fc.nat(500), { nil: null });
const thresholds = fc.uniqueArray(fc.double({ min: -1e4, max: 1e4, noNaN: true }).map((x) => x + 0), {
  minLength: 1, maxLength: 4,
}).map((list) => list.sort((a, b) => a - b));

/** Steps with every setting given, so that nothing is left to a default. */
const step: fc.Arbitrary<ImportStep> = fc.oneof(
  fc.record({ step: fc.constant('crop' as const), window: fc.tuple(...[0, 1, 2].map(() => fc.tuple(bound, bound))) }),
  fc.record({
    step: fc.constant('filter' as const),
    filter: fc.oneof(
      fc.record({ kind: fc.constant('box' as const), size: fc.nat(10).map((k) => 2 * k + 3) }),
      fc.record({ kind: fc.constant('median' as const), size: fc.constantFrom(3 as const, 5 as const) }),
      fc.record({ kind: fc.constant('gaussian' as const), sigma: positive }),
      fc.record(
        { kind: fc.constant('anisotropic' as const), iterations: fc.integer({ min: 1, max: 99 }), kappa: positive },
      ),
    ),
  }),
  fc.record({
    step: fc.constant('flatten' as const), degree: fc.constantFrom(1 as const, 2 as const),
    axes: fc.subarray(['x', 'y', 'z'] as const, { minLength: 1 }),
  }),
  fc.record({
    step: fc.constant('segment' as const),
    segmentation: fc.oneof(
      fc.record({ method: fc.constant('otsu' as const), classes: fc.integer({ min: 2, max: 5 }) }),
      thresholds.map((list) => ({ method: 'thresholds' as const, thresholds: list })),
      fc.constant({ method: 'fractions' as const, fractions: [0.25, 0.5, 0.25] }),
    ),
  }),
  fc.record({ step: fc.constant('clean' as const), minVoxels: fc.integer({ min: 1, max: 1e6 }) }),
  fc.record({
    step: fc.constantFrom('open' as const, 'close' as const), radius: positive,
    phase: fc.option(fc.nat(255), { nil: null }),
  }),
  fc.record(
    { step: fc.constant('rescale' as const), factor: fc.oneof(positive, fc.tuple(positive, positive, positive)) },
  ),
);

describe('import steps as text', () => {
  it('[law] the flag of a step means that step', () => {
    fc.assert(fc.property(step, (given) => {
      const [, flag, text] = /^--(\S+) (.*)$/.exec(importFlags([given])) ?? [];
      const read = STEP_FLAGS.find((known) => known.flag === flag)?.step(text);
      expect(read)
        .toEqual(given.step === 'flatten' ? { ...given, axes: expect.arrayContaining([...given.axes ?? []]) } : given);
    }));
  });

  it('[exact] several steps are one line of flags, labels of the classes among them', () => {
    const segmentation = { method: 'otsu', classes: 3 } as const;
    expect(importFlags([
      { step: 'crop', window: [[1, null], [null, 5], [null, null]] },
      { step: 'filter', filter: { kind: 'anisotropic' } },
      { step: 'flatten' }, { step: 'segment', segmentation, labels: [3, 1, 2] }, { step: 'rescale', factor: [1, 2, 4] },
    ])).toBe(
      '--crop 1:,:5,: --filter anisotropic:10 --flatten linear:z --segment otsu:3 --labels 3,1,2 --rescale 4,2,1',
    );
    expect(() => importFlags([{ step: 'clean', minVoxels: 5, phases: [1] }])).toThrow(/no flag/);
  });
});

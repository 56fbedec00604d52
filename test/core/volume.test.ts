import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFace } from '../../src/core/grid.js';
import { labelCounts, labelFractions, phasesOf } from '../../src/core/volume.js';

describe('labels', () => {
  it('[oracle] counts and fractions of every label that occurs', () => {
    // Low labels and high ones; arrays that begin anywhere in a word.
    const low = fc.uint8Array({ minLength: 4, maxLength: 200, max: 31 });
    const any = fc.uint8Array({ minLength: 4, maxLength: 200 });
    fc.assert(fc.property(fc.oneof(low, any), fc.nat({ max: 3 }), (bytes, skip) => {
      const labels = bytes.subarray(skip);
      const fractions = labelFractions(labels);
      expect([...fractions.keys()]).toEqual(phasesOf({ labels, shape: [1, 1, labels.length], voxelSizeUm: null }));
      const counts = labelCounts(labels);
      for (let label = 0; label < 256; label++) {
        const count = labels.filter((l) => l === label).length;
        expect(counts[label]).toBe(count);
        expect(fractions.get(label) ?? 0).toBe(count / labels.length);
      }
    }), { numRuns: 60 });
  });
});

describe('faces', () => {
  it('[exact] low and high; anything else is told with its setting', () => {
    expect([checkFace('here', 'low'), checkFace('here', 'high')]).toEqual(['low', 'high']);
    expect(() => checkFace('here', 'top')).toThrow('here: from must be "low" or "high", got "top"');
    expect(() => checkFace('here', 'Low', 'collector')).toThrow('here: collector must be "low" or "high", got "Low"');
  });
});

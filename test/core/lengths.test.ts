import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLength, readVoxelSize, voxelSizeWarnings } from '../../src/core/lengths.js';

describe('lengths', () => {
  it('[exact] units everywhere, one behind the last of three for all', () => {
    const sizes: [string, number[]][] = [
      ['200nm', [0.2, 0.2, 0.2]], ['0.2 µm', [0.2, 0.2, 0.2]], ['0.2um', [0.2, 0.2, 0.2]], ['0.2', [0.2, 0.2, 0.2]],
      ['2e-4mm', [0.2, 0.2, 0.2]], ['200nm,200nm,0.4µm', [0.4, 0.2, 0.2]], ['0.1,0.2,0.4um', [0.4, 0.2, 0.1]],
      ['100, 200, 400 nm', [0.4, 0.2, 0.1]], ['.2 microns', [0.2, 0.2, 0.2]], ['2E2nm', [0.2, 0.2, 0.2]],
    ];
    for (const [text, expected] of sizes) {
      readVoxelSize('x', text).forEach((h, k) => expect(h).toBeCloseTo(expected[k], 12));
    }
    for (const wrong of ['', '0', '-1um', '1parsec', '1,2', '200nm,200nm,1', '200nm,1,1um', 'um', '1e400', '1 2']) {
      expect(() => readVoxelSize('--voxel-size', wrong)).toThrow(/^--voxel-size: expected e\.g\. 0\.2um/);
    }
    expect([readLength('10'), readLength('5 nm'), readLength('nm')]).toEqual([
      { value: 10, um: null }, { value: 5, um: 1e-3 }, null,
    ]);
  });

  it('[law] a number and its unit come back', () => {
    const units = fc.constantFrom(['nm', 1e-3], ['µm', 1], ['um', 1], ['mm', 1e3] as const);
    fc.assert(fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), units, (value, [unit, um]) => {
      expect(readLength(`${value}${unit}`)).toEqual({ value, um });
    }));
  });

  it('asks about voxels that no tomogram has', () => {
    expect(voxelSizeWarnings([200, 200, 200], [96, 96, 96])).toEqual([
      'a voxel would be 200 µm wide, the window 19200 × 19200 × 19200 µm: if that is not meant, say 200nm',
    ]);
    expect(voxelSizeWarnings([2e-4, 0.2, 0.2])[0]).toMatch(/0\.0002 µm wide.*say 0\.2um/);
    expect([voxelSizeWarnings([0.2, 0.2, 0.2]), voxelSizeWarnings(null)]).toEqual([[], []]);
  });
});

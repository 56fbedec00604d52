// What of an image a current can reach, and what is said where none can.
import { describe, expect, it } from 'vitest';
import type { Shape } from '../../../src/core/grid.js';
import { separatorMesh } from '../../../src/resolved/liquid/separator.js';
import { CLASS, liquidWindow } from '../../../src/resolved/liquid/window.js';
import { ACTIVE, ADDITIVE, PORE } from './windows.js';

/** One column of voxels from the separator to the collector, and another one beside it. */
const window = (columns: readonly (readonly number[])[], separators = 1) => {
  const [first] = columns;
  const shape: Shape = [first.length, 1, columns.length];
  const labels = Uint8Array.from(first.flatMap((_, z) => columns.map((column) => column[z])));
  return liquidWindow({ labels, shape, pore: PORE, active: ACTIVE, additive: ADDITIVE }, separators);
};

describe('the window of an electrode that a liquid fills', () => {
  it('[exact] has separator before and collector behind it, and counts what takes part', () => {
    const { shape, first, active, idle } = window([[PORE, PORE, ACTIVE], [ACTIVE, ACTIVE, ACTIVE]]);
    expect(shape).toEqual([5, 1, 2]);
    expect(first).toBe(1);
    // The first voxel of the second column touches pore and separator, the next one pore, the third one nothing.
    expect(active).toEqual({ voxels: 4, touching: 3, wired: 4, dead: 0 });
    expect(idle).toEqual({ ions: 0, electrons: 0 });
  });

  it('[exact] leaves out what neither network reaches: closed pores, additive that hangs in pores', () => {
    const { classes, idle, active, first } = window([
      [PORE, ADDITIVE, PORE, 7, ACTIVE], [7, 7, PORE, ACTIVE, ACTIVE], [7, 7, 7, 7, ACTIVE], [7, PORE, 7, 7, 7],
      [7, 7, 7, ACTIVE, 7],
    ]);
    expect(idle).toEqual({ ions: 1, electrons: 1 });
    expect(active).toEqual({ voxels: 5, touching: 1, wired: 4, dead: 1 });
    const at = (z: number, column: number): number => classes[5 * (z + first) + column];
    expect(at(1, 0)).toBe(CLASS.additiveIons);
    expect(at(1, 3)).toBe(CLASS.none);
    expect(at(3, 4)).toBe(CLASS.none);
  });

  it('[exact] says what is missing where no current can pass', () => {
    expect(() => window([[PORE, PORE]])).toThrow('no voxel has the label 2 of active material');
    expect(() => window([[7, ACTIVE]])).toThrow('share no face');
    expect(() => window([[ACTIVE, 7], [7, 7]])).toThrow('(0 of 1 voxels of active material are joined to the');
  });

  it('[exact] a separator is planes and layers of its own thickness, thin at the window', () => {
    const parts = [
      { thickness: 100e-6, porosity: 0.9, mFactor: 0.8 }, { thickness: 20e-6, porosity: 0.5, mFactor: 0.3 },
    ];
    const { planes, layers } = separatorMesh(parts, 1e-6);
    expect(planes).toBe(4);
    const whole = layers.reduce((sum, { thickness }) => sum + thickness, 0);
    expect(whole + planes * 1e-6).toBeCloseTo(120e-6, 12);
    const own = layers.filter(({ porosity }) => porosity === 0.5);
    expect(own.reduce((sum, { thickness }) => sum + thickness, 0)).toBeCloseTo(16e-6, 12);
    expect(layers[0].porosity).toBe(0.9);
    expect(layers[layers.length - 1].thickness).toBeLessThan(2e-6);
    const thin = separatorMesh([{ thickness: 0.5e-6, porosity: 0.5, mFactor: 0.3 }], 1e-6);
    expect(thin.planes).toBe(0);
    expect(thin.layers.reduce((sum, { thickness }) => sum + thickness, 0)).toBeCloseTo(0.5e-6, 14);
  });
});

import { describe, expect, it } from 'vitest';
import type { Axis, Shape } from '../../src/core/grid.js';
import { narrowShare, type Conduction } from '../../src/transport/narrow-share.js';
import { uniform } from '../random.js';

const conductivityOf = (values: Readonly<Record<number, number>>): Float64Array =>
  Float64Array.from({ length: 256 }, (_, label) => values[label] ?? 0);

/** Straight conduction: the potential falls evenly along the axis. */
function straight(
  shape: Shape, axis: Axis, label: (z: number, y: number, x: number) => number, conductivity: Float64Array,
): Conduction {
  const [nz, ny, nx] = shape;
  const labels = new Uint8Array(nz * ny * nx);
  const potential = new Float32Array(nz * ny * nx);
  let i = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        labels[i] = label(z, y, x);
        const along = axis === 'z' ? (z + 0.5) / nz : axis === 'y' ? (y + 0.5) / ny : (x + 0.5) / nx;
        potential[i] = conductivity[labels[i]] > 0 ? 1 - along : NaN;
      }
    }
  }
  return { shape, axis, labels, potential, conductivity, apertures: null };
}

/** The definition itself: sort the faces of a plane by density, take a tenth of their area, of what flows forward. */
function sorted(faces: readonly (readonly [area: number, density: number])[]): number {
  let wanted = 0.1 * faces.reduce((sum, [area]) => sum + area, 0);
  const total = faces.reduce((sum, [area, density]) => sum + area * Math.max(0, density), 0);
  let flux = 0;
  for (const [area, density] of [...faces].sort((a, b) => b[1] - a[1])) {
    const part = Math.min(area, wanted);
    flux += part * Math.max(0, density);
    wanted -= part;
  }
  return flux / total;
}

describe('narrowShare', () => {
  it.each(
    ['z', 'y', 'x'] as const,
  )('[exact] along %s: a tenth where the flux is uniform, insulators beside it or not', (axis) => {
    const one = conductivityOf({ 1: 1 });
    for (const conducts of [() => 1, (z: number, y: number, x: number) => ({ z: y, y: x, x: z })[axis] % 2]) {
      const share = narrowShare(straight([10, 20, 30], axis, conducts, one))!;
      expect(share.mean).toBeCloseTo(0.1, 4);
      expect(share.highest).toBeCloseTo(0.1, 4);
      expect(share.planes).toHaveLength({ z: 9, y: 19, x: 29 }[axis]);
    }
  });

  it('[exact] a good conductor on a tenth of the area carries σ₁/(σ₁ + 9σ₂)', () => {
    const share =
      narrowShare(straight([6, 20, 10], 'z', (_z, _y, x) => (x === 3 ? 1 : 2), conductivityOf({ 1: 10, 2: 1 })))!;
    expect(share.mean).toBeCloseTo(10 / 19, 5);
    const thin =
      narrowShare(straight([6, 20, 20], 'y', (_z, _y, x) => (x === 3 ? 1 : 2), conductivityOf({ 1: 10, 2: 1 })))!;
    expect(thin.highest).toBeCloseTo((0.05 * 10 + 0.05) / (0.05 * 10 + 0.95), 5);
  });

  it('[exact] finds the plane with the neck', () => {
    // All flux through one of 100 voxels in layer 4, evenly spread elsewhere.
    const shape: Shape = [9, 10, 10];
    const potential = new Float32Array(900);
    for (let z = 0; z < 9; z++) for (let i = 0; i < 100; i++) potential[100 * z + i] = z < 5 ? 1 : i === 42 ? 0 : 1;
    const share = narrowShare({
      shape, axis: 'z', potential, labels: new Uint8Array(900).fill(1), conductivity: conductivityOf({ 1: 1 }),
      apertures: null,
    })!;
    expect(share).toMatchObject({ mean: 1, highest: 1, plane: 4 });
    expect(share.planes[0]).toBeNull();
  });

  it('[oracle] agrees with sorting to 1e-3, apertures as areas', () => {
    const draw = uniform(5);
    const shape: Shape = [4, 30, 40];
    const voxels = 4800;
    const potential = Float32Array.from(
      { length: voxels }, (_, i) => (draw() < 0.3 ? NaN : 1 - 0.2 * Math.floor(i / 1200) - 0.15 * draw() ** 3),
    );
    const apertures = Uint8Array.from({ length: voxels }, () => Math.floor(256 * draw()));
    const labels = Uint8Array.from({ length: voxels }, () => 1 + Math.floor(2 * draw()));
    const conductivity = conductivityOf({ 1: 1, 2: 0.4 });
    for (const open of [apertures, null]) {
      const share = narrowShare({ shape, axis: 'z', potential, labels, conductivity, apertures: open })!;
      share.planes.forEach((found, plane) => {
        const faces: [number, number][] = [];
        for (let i = 1200 * (plane + 1); i < 1200 * (plane + 2); i++) {
          const drop = potential[i - 1200] - potential[i];
          const [a, b] = [conductivity[labels[i]], conductivity[labels[i - 1200]]];
          if (!Number.isNaN(drop)) faces.push([open === null ? 1 : open[i] / 255, ((2 * a * b) / (a + b)) * drop]);
        }
        expect(Math.abs(found! / sorted(faces) - 1)).toBeLessThan(1e-3);
      });
    }
  });

  it('[exact] flux that a detour takes back is in no share: never more than all', () => {
    // Of 20 faces two carry 1 forward, one of the others 0.3 back: the tenth carries 2 of 2, net is 1.7.
    const shape: Shape = [2, 4, 5];
    const potential = new Float32Array(40).fill(0.5);
    for (const [i, drop] of [[3, 1], [11, 1], [17, -0.3]]) potential[i] = 0.5 + drop;
    const share = narrowShare({
      shape, axis: 'z', potential, labels: new Uint8Array(40).fill(1), conductivity: conductivityOf({ 1: 1 }),
      apertures: null,
    })!;
    expect(share.highest).toBe(1);
    // A third of 0.5: 2 of 2.5 forward, whatever flows back.
    potential[5] = 1;
    const three = narrowShare({
      shape, axis: 'z', potential, labels: new Uint8Array(40).fill(1), conductivity: conductivityOf({ 1: 1 }),
      apertures: null,
    })!;
    expect(three.highest).toBeCloseTo(0.8, 6);
  });

  it('[oracle] agrees with sorting where flux goes back, too', () => {
    const draw = uniform(11);
    const shape: Shape = [3, 30, 40];
    const potential = Float32Array.from({ length: 3600 }, (_, i) => 1 - 0.2 * Math.floor(i / 1200) - 0.4 * draw());
    const conductivity = conductivityOf({ 1: 1 });
    const labels = new Uint8Array(3600).fill(1);
    const share = narrowShare({ shape, axis: 'z', potential, labels, conductivity, apertures: null })!;
    share.planes.forEach((found, plane) => {
      const faces = Array.from({ length: 1200 }, (_, k): [number, number] => {
        const i = 1200 * (plane + 1) + k;
        return [1, potential[i - 1200] - potential[i]];
      });
      expect(faces.filter(([, density]) => density < 0).length).toBeGreaterThan(100);
      expect(Math.abs(found! / sorted(faces) - 1)).toBeLessThan(1e-3);
    });
  });

  it('[exact] null where nothing flows', () => {
    expect(narrowShare({
      shape: [3, 2, 2], axis: 'z', potential: new Float32Array(12).fill(NaN), labels: new Uint8Array(12),
      conductivity: conductivityOf({}), apertures: null,
    })).toBeNull();
  });
});

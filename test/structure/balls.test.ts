import { describe, expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { ballPainter, BAND, emptyDepth } from '../../src/structure/balls.js';
import { uniform } from '../random.js';

const SHAPE: Shape = [9, 11, 14];
const [nz, ny, nx] = SHAPE;

/** Largest radius − distance over all balls and their images in neighbouring periods, the largest first. */
function depths(balls: readonly (readonly number[])[], stretch: number, periodic: boolean): number[] {
  const images = periodic ? [-2, -1, 0, 1, 2] : [0];
  const shifts = images.flatMap((i) => images.flatMap((j) => images.map((k) => [i, j, k] as const)));
  const found: number[] = [];
  for (let z = 0; z < nz; z++) for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) {
    found.push(Math.max(...balls.flatMap(([cz, cy, cx, radius]) =>
      shifts.map(([i, j, k]) => {
        const [dz, dy, dx] = [(z + 0.5 - cz - i * nz) / stretch, y + 0.5 - cy - j * ny, x + 0.5 - cx - k * nx];
        return radius - Math.hypot(dz, dy, dx);
      }))));
  }
  return found;
}

describe('balls painted into a window', () => {
  it.each([
    [1, true], [1, false], [0.6, true], [1.7, false],
  ] as const)('[oracle] labels and depths are those of every voxel asked for every ball, stretch %d, ' +
      'periodic %s', (stretch, periodic) => {
    const random = uniform(11);
    const place = (n: number): number => n * (1.4 * random() - 0.2);
    const ball = (): number[] => [place(nz), place(ny), place(nx), 0.3 + 5 * random() ** 2];
    for (let trial = 0; trial < 3; trial++) {
      const balls = Array.from({ length: 4 }, ball);
      const exact = depths(balls, stretch, periodic);
      const plain = new Uint8Array(voxelCount(SHAPE)).fill(3);
      const deep = plain.slice();
      const depth = emptyDepth(plain.length);
      const canvas = { shape: SHAPE, label: 2, stretch, periodic };
      const paint = ballPainter({ ...canvas, labels: plain, depth: null });
      const deepen = ballPainter({ ...canvas, labels: deep, depth });
      for (const [cz, cy, cx, radius] of balls) {
        paint(cz, cy, cx, radius);
        deepen(cz, cy, cx, radius);
      }
      expect(deep).toEqual(plain);
      exact.forEach((value, i) => {
        if (Math.abs(value) > 1e-9) expect(plain[i]).toBe(value > 0 ? 2 : 3);
        if (value > -BAND + 1e-6) expect(depth[i]).toBeCloseTo(value, 4);
        else expect(depth[i]).toBeLessThan(-BAND + 1e-5);
      });
    }
  });
});

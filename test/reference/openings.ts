// Brute-force openings and the bisection on them, straight from the definitions.
import type { Axis, Face, Shape } from '../../src/core/grid.js';
import { squaredDistanceTwin } from './distance.js';
import { reachTwin } from './reach.js';

/** Voxels nearer than √squaredRadius to a centre: a voxel at least that far from the outside, and, with an inlet,
 *  connected to the inlet layer through centres (26 neighbours). */
export function openingTwin(
  squared: readonly number[], shape: Shape, squaredRadius: number, inlet: { axis: Axis; from: Face } | null,
): Uint8Array {
  const [, ny, nx] = shape;
  let centre: ArrayLike<boolean> = squared.map((d) => d >= squaredRadius);
  if (inlet !== null) centre = Array.from(reachTwin(centre, shape, inlet.axis, inlet.from, 26), (m) => m === 1);
  const position = (i: number): [number, number, number] =>
    [Math.floor(i / (nx * ny)), Math.floor(i / nx) % ny, i % nx];
  const centres = squared.map((_, i) => i).filter((i) => centre[i]).map(position);
  return Uint8Array.from(squared, (_, i) => {
    const [z, y, x] = position(i);
    return centres.some(([c, b, a]) => (c - z) ** 2 + (b - y) ** 2 + (a - x) ** 2 < squaredRadius) ? 1 : 0;
  });
}

/** r_min² and r_max² by bisection over the sorted distinct squared distances, each probe a brute-force opening. */
export function constrictivityTwin(
  inside: readonly boolean[], shape: Shape, inlet: { axis: Axis; from: Face },
): { bottleneck: number; bulge: number } {
  const squared = squaredDistanceTwin(inside, shape);
  const values = [...new Set(squared.filter((d) => d > 0))].sort((a, b) => a - b);
  const half = inside.filter(Boolean).length / 2;
  const search = (above: number, to: { axis: Axis; from: Face } | null): number => {
    let [low, high] = [-1, above];
    while (high > low + 1) {
      const middle = Math.floor((low + high) / 2);
      const covered = openingTwin(squared, shape, values[middle], to).reduce((a, b) => a + b, 0);
      if (covered >= half) low = middle;
      else high = middle;
    }
    return low;
  };
  const bulge = search(values.length, null);
  const bottleneck = search(bulge + 1, inlet);
  return { bottleneck: bottleneck < 0 ? 0 : values[bottleneck], bulge: values[bulge] };
}

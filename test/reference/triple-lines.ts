// Slow twin of the triple-line count: every lattice edge, its four voxels, their labels as a set.
import type { Shape } from '../../src/core/grid.js';

/** Edges along z, y, x inside the window with all of `triple` around them. */
export function triplesTwin(labels: Uint8Array, shape: Shape, triple: readonly number[]): [number, number, number] {
  const counts: [number, number, number] = [0, 0, 0];
  const [, ny, nx] = shape;
  for (let axis = 0; axis < 3; axis++) {
    const ends = shape.map((n, k) => (k === axis ? n : n - 1));
    for (let z = 0; z < ends[0]; z++) for (let y = 0; y < ends[1]; y++) for (let x = 0; x < ends[2]; x++) {
      const around = new Set<number>();
      for (let k = 0; k < 8; k++) {
        const step = [k & 1, (k >> 1) & 1, k >> 2];
        if (step[axis] === 0) around.add(labels[((z + step[0]) * ny + y + step[1]) * nx + x + step[2]]);
      }
      if (triple.every((label) => around.has(label))) counts[axis]++;
    }
  }
  return counts;
}

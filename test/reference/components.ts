// Brute-force twin of connected components: flood fill from each voxel in raster order.
import type { Shape } from '../../src/core/grid.js';

/** Component numbers 1, 2, … in raster order of the first voxel, 0 outside the phase. */
export function componentsTwin(
  labels: Uint8Array, [nz, ny, nx]: Shape, phase: number, neighbourhood: number,
): Uint32Array {
  const furthest = neighbourhood === 6 ? 1 : neighbourhood === 18 ? 2 : 3;
  const numbers = new Uint32Array(labels.length);
  let count = 0;
  for (let seed = 0; seed < labels.length; seed++) {
    if (labels[seed] !== phase || numbers[seed] !== 0) continue;
    numbers[seed] = ++count;
    const stack = [seed];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [z, y, x] = [Math.floor(at / (ny * nx)), Math.floor(at / nx) % ny, at % nx];
      for (let dz = -1; dz <= 1; dz++) {
        for (let dy = -1; dy <= 1; dy++) {
          for (let dx = -1; dx <= 1; dx++) {
            const [c, b, a] = [z + dz, y + dy, x + dx];
            if (dz * dz + dy * dy + dx * dx > furthest) continue;
            if (c < 0 || b < 0 || a < 0 || c >= nz || b >= ny || a >= nx) continue;
            const next = (c * ny + b) * nx + a;
            if (labels[next] !== phase || numbers[next] !== 0) continue;
            numbers[next] = count;
            stack.push(next);
          }
        }
      }
    }
  }
  return numbers;
}

/** For each component number, whether it touches low z, high z, low y, high y, low x, high x. */
export function facesTwin(numbers: Uint32Array, [nz, ny, nx]: Shape): Map<number, boolean[]> {
  const faces = new Map<number, boolean[]>();
  numbers.forEach((number, i) => {
    if (number === 0) return;
    const at = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    const touched = faces.get(number) ?? [false, false, false, false, false, false];
    [nz, ny, nx].forEach((n, k) => {
      touched[2 * k] ||= at[k] === 0;
      touched[2 * k + 1] ||= at[k] === n - 1;
    });
    faces.set(number, touched);
  });
  return faces;
}

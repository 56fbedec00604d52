// Faces between active material and electrolyte, one by one, and their weights by a least-squares plane that is solved
// as three by three equations.
import type { InterfaceImage } from '../../src/kernels/interface-faces.js';

const B = [1, 4, 6, 4, 1];

/** Slope (z, y, x) of the weighted least-squares plane through f in the 5×5×5 voxels around a voxel, per length. */
function slope(
  f: (z: number, y: number, x: number) => number | null, [z, y, x]: readonly number[], edges: readonly number[],
): number[] {
  // Normal equations of f ≈ c + g·d with the weights B·B·B.
  const matrix = Array.from({ length: 4 }, () => [0, 0, 0, 0, 0]);
  for (let dz = -2; dz <= 2; dz++) {
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) {
        const value = f(z + dz, y + dy, x + dx);
        if (value === null) continue;
        const weight = B[dz + 2] * B[dy + 2] * B[dx + 2];
        const terms = [1, dz * edges[0], dy * edges[1], dx * edges[2]];
        terms.forEach((a, i) => {
          terms.forEach((b, j) => (matrix[i][j] += weight * a * b));
          matrix[i][4] += weight * a * value;
        });
      }
    }
  }
  // Gauss-Jordan; directions in which there is one voxel have no slope.
  const pivots = [0, 1, 2, 3].filter((i) => i === 0 || matrix[i][i] > 0);
  for (const i of pivots) {
    const pivot = matrix[i][i];
    for (let j = 0; j < 5; j++) matrix[i][j] /= pivot;
    for (const k of pivots) {
      if (k === i) continue;
      const factor = matrix[k][i];
      for (let j = 0; j < 5; j++) matrix[k][j] -= factor * matrix[i][j];
    }
  }
  return [1, 2, 3].map((i) => (pivots.includes(i) ? matrix[i][4] : 0));
}

/** What `listInterface` lists, without a factor. */
export function interfaceTwin(image: InterfaceImage, edges: readonly [number, number, number]) {
  const { labels, shape: [nz, ny, nx], from, to } = image;
  const at = (z: number, y: number, x: number): number => (z * ny + y) * nx + x;
  const isActive = (i: number): boolean => image.active.includes(labels[i]);
  const isElectrolyte = (i: number): boolean => image.electrolyte.includes(labels[i]);
  const indicator = (z: number, y: number, x: number): number | null =>
    z < from || z >= to || y < 0 || y >= ny || x < 0 || x >= nx ? null : Number(isActive(at(z, y, x)));
  const found: { active: number; electrolyte: number; weight: number; cut: boolean }[][] =
    Array.from({ length: 6 }, () => []);
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        [[z - 1, y, x], [z, y - 1, x], [z, y, x - 1]].forEach((lower, axis) => {
          const sides = [z, lower[0]].filter((plane) => plane >= from && plane < to).length;
          if (lower.some((place) => place < 0) || sides === 0) return;
          const [own, other] = [at(z, y, x), at(lower[0], lower[1], lower[2])];
          const forward = isActive(own) && isElectrolyte(other);
          if (!forward && !(isElectrolyte(own) && isActive(other))) return;
          const ends = [[z, y, x], lower].map((place) => slope(indicator, place, edges));
          const g = ends[0].map((value, k) => value + ends[1][k]);
          const faces = g.reduce((sum, value) => sum + Math.abs(value), 0);
          found[2 * axis + (forward ? 0 : 1)].push({
            active: forward ? own : other, electrolyte: forward ? other : own, cut: sides === 1,
            weight: sides === 1 ? 1 : faces > 1e-12 ? Math.hypot(...g) / faces : 2 / 3,
          });
        });
      }
    }
  }
  const all = found.flat();
  const classes = [0];
  for (const each of found) classes.push(classes[classes.length - 1] + each.length);
  return {
    active: all.map((face) => face.active), electrolyte: all.map((face) => face.electrolyte),
    weight: all.map((face) => face.weight), cut: all.map((face) => face.cut), classes,
  };
}

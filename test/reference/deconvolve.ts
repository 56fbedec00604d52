// Slow twins of the model of blurred labels: f64, one voxel after the other.
import type { Shape } from '../../src/core/grid.js';
import type { BlurModel } from '../../src/kernels/deconvolve.js';

/** Gaussian, cut at 4 σ and normalised; the outermost voxels are repeated beyond the window. */
export function blurTwin(values: Float64Array, shape: Shape, sigma: number): Float64Array {
  const reach = Math.max(1, Math.floor(4 * sigma + 0.5));
  const raw = Array.from({ length: 2 * reach + 1 }, (_, j) => Math.exp(-((j - reach) ** 2) / (2 * sigma * sigma)));
  const total = raw.reduce((sum, w) => sum + w, 0);
  const [, ny, nx] = shape;
  const strides = [ny * nx, nx, 1];
  return [0, 1, 2].reduce((field, axis) => field.map((_, i) => {
    const place = Math.floor(i / strides[axis]) % shape[axis];
    return raw.reduce((sum, w, j) => {
      const to = Math.max(0, Math.min(shape[axis] - 1, place + j - reach));
      return sum + (w / total) * field[i + (to - place) * strides[axis]];
    }, 0);
  }), values);
}

/** Squares of what the model leaves over twice the variance, and the cost of unlike neighbours. */
export function misfitTwin(
  labels: Uint8Array, grey: Float32Array, shape: Shape, model: BlurModel, prior: number,
): number {
  const blurred = blurTwin(Float64Array.from(labels, (k) => model.means[k]), shape, model.blur);
  let energy = 0;
  for (let i = 0; i < grey.length; i++) energy += (grey[i] - blurred[i]) ** 2 / (2 * model.noise ** 2);
  const [nz, ny, nx] = shape;
  for (let z = 0; z < nz; z++) for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) {
    for (let n = 14; n < 27; n++) {
      const [dz, dy, dx] = [Math.floor(n / 9) - 1, (Math.floor(n / 3) % 3) - 1, (n % 3) - 1];
      const [c, b, a] = [z + dz, y + dy, x + dx];
      if (c < 0 || b < 0 || a < 0 || c >= nz || b >= ny || a >= nx) continue;
      const unlike = labels[(z * ny + y) * nx + x] !== labels[(c * ny + b) * nx + a];
      if (unlike) energy += prior / (Math.abs(dz) + Math.abs(dy) + Math.abs(dx));
    }
  }
  return energy;
}

/** Logarithm of the pseudo-likelihood of labels: each voxel off the faces of the window given its 26 neighbours. */
export function neighbourLikelihoodTwin(labels: Uint8Array, shape: Shape, classes: number, prior: number): number {
  const [nz, ny, nx] = shape;
  let sum = 0;
  for (let z = 1; z + 1 < nz; z++) for (let y = 1; y + 1 < ny; y++) for (let x = 1; x + 1 < nx; x++) {
    const alike = new Float64Array(classes);
    for (let n = 0; n < 27; n++) {
      const [dz, dy, dx] = [Math.floor(n / 9) - 1, (Math.floor(n / 3) % 3) - 1, (n % 3) - 1];
      const steps = Math.abs(dz) + Math.abs(dy) + Math.abs(dx);
      if (steps > 0) alike[labels[((z + dz) * ny + y + dy) * nx + x + dx]] += 1 / steps;
    }
    const total = alike.reduce((part, count) => part + Math.exp(prior * count), 0);
    sum += prior * alike[labels[(z * ny + y) * nx + x]] - Math.log(total);
  }
  return sum;
}

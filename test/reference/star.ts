// Level set of star-shaped particles, voxel by voxel: every particle asked at every voxel.
import { harmonicSum } from '../../src/numeric/harmonics.js';

type Triple = readonly [number, number, number];

interface Particle {
  readonly centre: Triple;
  readonly coefficients: ArrayLike<number>;
}

/** Radius − distance of one particle at a place, at most the band. */
export function levelAt({ centre, coefficients }: Particle, place: readonly number[], band: number): number {
  const d = place.map((at, axis) => at - centre[axis]);
  const r = Math.max(1e-12, Math.hypot(...d));
  return Math.min(band, harmonicSum(coefficients, [d[0] / r, d[1] / r, d[2] / r]) - r);
}

/** Largest radius − distance, clamped to ± band. */
export function rawLevels(
  particles: readonly Particle[], shape: Triple, edges: Triple, band: number,
): Float64Array {
  const levels = new Float64Array(shape[0] * shape[1] * shape[2]).fill(-band);
  for (let z = 0, i = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++, i++) {
        const place = [z, y, x].map((n, axis) => (n + 0.5) * edges[axis]);
        for (const own of particles) levels[i] = Math.max(levels[i], levelAt(own, place, band));
      }
    }
  }
  return levels;
}

/** Levels over the length of their gradient, clamped to ± band. */
export function scaledLevels(levels: Float64Array, shape: Triple, edges: Triple, band: number): Float64Array {
  const strides = [shape[1] * shape[2], shape[2], 1];
  return levels.map((level, i) => {
    if (Math.abs(level) >= band) return level;
    const place = [Math.floor(i / strides[0]), Math.floor(i / strides[1]) % shape[1], i % shape[2]];
    const slopes = place.map((n, axis) => {
      const [low, high] = [n > 0 ? i - strides[axis] : i, n + 1 < shape[axis] ? i + strides[axis] : i];
      const steps = (high - low) / strides[axis];
      return steps === 0 ? 0 : (levels[high] - levels[low]) / (steps * edges[axis]);
    });
    return Math.max(-band, Math.min(band, level / Math.max(1e-6, Math.hypot(...slopes))));
  });
}

// Particles as a window has them: faces across the axis cut those of a periodic packing in two.
import { axisIndex, type Axis } from '../core/grid.js';
import type { ModelStructure } from '../structure/model.js';
import { particleImage } from '../structure/packing/particle-image.js';

/** Numbers of the particles of a structure, where both parts of one that goes on at the opposite face across the axis
 *  have numbers of their own; null: the structure has no particles. */
export function windowParticles(volume: ModelStructure, axis: Axis): Uint16Array | Uint32Array | null {
  const { particles, shape } = volume;
  if (particles === undefined) return null;
  const numbers = particleImage(volume);
  if (!particles.periodic) return numbers;
  const [, ny, nx] = shape;
  const along = axisIndex(axis);
  const length = shape[along];
  const stride = [ny * nx, nx, 1][along];
  const parts = Uint32Array.from(numbers);
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === 0) continue;
    const place = (Math.floor(i / stride) % length) + 0.5;
    const centre = particles.centres[3 * (parts[i] - 1) + along];
    if (2 * Math.abs(place - centre) > length) parts[i] += particles.radii.length;
  }
  return parts;
}

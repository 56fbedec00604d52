// The separator before the window: a few planes of voxels, in which current spreads, and for the rest a chain of
// layers, thin at the window and thicker towards the foil.
import type { SeparatorLayer } from './materials.js';

/** Planes of voxels at most. */
const PLANES = 4;
/** Each layer over the one before it, seen from the window, and how many equal ones a separator holds at least. */
const GROWTH = 1.5;
const LEAST_LAYERS = 12;

export interface SeparatorMesh {
  /** Planes of voxels, of the last separator. */
  readonly planes: number;
  /** From the foil to the window, one at least. */
  readonly layers: readonly SeparatorLayer[];
}

/** @param separators from the foil to the electrode @param edge of a voxel across them, in m */
export function separatorMesh(separators: readonly SeparatorLayer[], edge: number): SeparatorMesh {
  const last = separators[separators.length - 1];
  const planes = Math.max(0, Math.min(PLANES, Math.floor(last.thickness / edge) - 1));
  const layers: SeparatorLayer[] = [];
  let thickness = edge;
  for (const part of [...separators].reverse()) {
    let left = part === last ? part.thickness - planes * edge : part.thickness;
    while (left > 0) {
      thickness = Math.min(thickness, part.thickness / LEAST_LAYERS);
      // What would be left over by less than half a layer goes to this one.
      const own = left < 1.5 * thickness ? left : thickness;
      layers.push({ ...part, thickness: own });
      left -= own;
      thickness *= GROWTH;
    }
  }
  return { planes, layers: layers.reverse() };
}

// Means over the planes of an electrode, from its state: what a homogenised model would call its profiles.
import type { Moment } from './moments.js';
import type { DepthProfile } from './result.js';

/** An electrode whose planes lie across z, the separator below. */
export interface ProfiledGrid {
  /** Planes, and voxels of each. */
  readonly planes: number;
  readonly perPlane: number;
  /** Voxels before the first plane: of what was put before the image. */
  readonly first: number;
  /** Of the voxels, from the first one of all: whether they hold lithium, and which potential is theirs. */
  readonly isActive: (voxel: number) => boolean;
  readonly carries: (voxel: number) => 'electrons' | 'ions' | 'nothing';
  /** Edges of a voxel along z, y, x in m. */
  readonly edges: readonly [z: number, y: number, x: number];
}

/** Faces of the interface, with classes as in `InterfaceFaces`. */
export interface ProfiledFaces {
  readonly active: Uint32Array;
  readonly weight: Float32Array;
  readonly classes: readonly number[];
}

export interface ProfiledState {
  readonly moment: Moment;
  readonly time: number;
  /** Per voxel of active material, in the order of the image. */
  readonly lithium: Float64Array;
  /** Per voxel in V. */
  readonly potential: Float64Array;
  /** Per face in A/m². */
  readonly reaction: Float64Array;
}

/** Means of one state over every plane. Reaction is counted in the plane of its active voxel, so that its sum over the
 *  planes times their thickness is the current, whatever the structure. */
export function depthProfile(grid: ProfiledGrid, faces: ProfiledFaces, state: ProfiledState): DepthProfile {
  const { planes, perPlane, first, isActive, carries, edges: [hz, hy, hx] } = grid;
  const sums = (): Float64Array => new Float64Array(planes);
  const [lithium, solid, electrolyte, reaction] = [sums(), sums(), sums(), sums()];
  const [active, electronic, ionic] = [sums(), sums(), sums()];
  let next = 0;
  for (let i = 0; i < first; i++) if (isActive(i)) next++;
  for (let plane = 0, at = first; plane < planes; plane++) {
    for (const end = at + perPlane; at < end; at++) {
      if (isActive(at)) {
        lithium[plane] += state.lithium[next++];
        active[plane]++;
      }
      const carried = carries(at);
      if (carried === 'electrons') {
        solid[plane] += state.potential[at];
        electronic[plane]++;
      } else if (carried === 'ions') {
        electrolyte[plane] += state.potential[at];
        ionic[plane]++;
      }
    }
  }
  // Classes come in pairs, across z, y and x.
  const areas = [hy * hx, hz * hx, hz * hy];
  const volume = perPlane * hz * hy * hx;
  for (let pair = 0; pair < areas.length; pair++) {
    for (let k = faces.classes[2 * pair]; k < faces.classes[2 * pair + 2]; k++) {
      const plane = Math.floor((faces.active[k] - first) / perPlane);
      reaction[plane] += (state.reaction[k] * faces.weight[k] * areas[pair]) / volume;
    }
  }
  const means = (total: Float64Array, count: Float64Array): number[] =>
    Array.from(total, (sum, plane) => (count[plane] > 0 ? sum / count[plane] : NaN));
  return {
    moment: state.moment,
    time: state.time,
    stoichiometry: means(lithium, active),
    reaction: Array.from(reaction, (sum, plane) => (active[plane] > 0 ? sum : NaN)),
    solidPotential: means(solid, electronic),
    electrolytePotential: means(electrolyte, ionic),
  };
}

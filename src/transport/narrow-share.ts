// How unevenly the current is spread over a plane: the share of its flux that the most loaded tenth of its area
// carries.
import { checkArguments, has } from '../core/arguments.js';
import { axisIndex, type Axis, type Shape } from '../core/grid.js';

/** Share of the forward flux through a plane that passes the tenth of its conducting area with the highest flux
 *  density: 0.1 where the flux is uniform, towards 1 where it squeezes through few necks. Forward is from low to high:
 *  what a detour takes back through the plane is in no share, since the tenth could carry more than the rest. One plane
 *  of voxel faces between each two layers. */
export interface NarrowShare {
  /** Over the planes through which something flows. */
  readonly mean: number;
  /** Of one plane. */
  readonly highest: number;
  /** Layer below the plane with the highest share, counted from the low face. */
  readonly plane: number;
  /** All planes, n − 1 of them; null where nothing flows. */
  readonly planes: readonly (number | null)[];
}

/** Potential and what conducts. Arrays in the volume's C order (z, y, x). */
export interface Conduction {
  /** Voxels along (z, y, x). */
  readonly shape: Shape;
  /** Along which current flows. */
  readonly axis: Axis;
  /** NaN where nothing conducts; falls along the axis. */
  readonly potential: Float32Array;
  /** Of each voxel. */
  readonly labels: Uint8Array;
  /** σ per label, 256 numbers. */
  readonly conductivity: Float64Array;
  /** Open part of the face between a voxel and the one below it along the axis, in 255ths; null: 255 everywhere. */
  readonly apertures: Uint8Array | null;
}

const TENTH = 0.1;
/** Bins of flux density per plane. Within the bin where the tenth ends the density counts as constant: an error below
 *  1e-3 of the share. */
const BINS = 1024;

/** Sums over the planes of voxel faces across the axis. */
interface PlaneSums {
  /** By plane and bin of the flux density, from the least to the greatest of the plane that go forward. */
  readonly areas: Float64Array;
  readonly fluxes: Float64Array;
  /** Area of each plane through which flux goes back. */
  readonly backward: Float64Array;
}

/** Two passes over the open faces, the first for the ends of the bins. Plain loops: a call per face took longer than
 *  the solve. */
function sumPlanes(
  { shape: [nz, ny, nx], axis, potential, labels, conductivity, apertures }: Conduction, count: number,
): PlaneSums {
  const lowest = new Float64Array(count).fill(Infinity);
  const highest = new Float64Array(count).fill(-Infinity);
  const areas = new Float64Array(count * BINS);
  const fluxes = new Float64Array(count * BINS);
  const backward = new Float64Array(count);
  const step = axis === 'z' ? ny * nx : axis === 'y' ? nx : 1;
  const along = axisIndex(axis);
  const begin = along === 2 ? 1 : 0;
  for (const binning of [false, true]) {
    for (let z = along === 0 ? 1 : 0; z < nz; z++) {
      for (let y = along === 1 ? 1 : 0; y < ny; y++) {
        const row = (z * ny + y) * nx;
        for (let x = begin; x < nx; x++) {
          const i = row + x;
          const drop = potential[i - step] - potential[i];
          const area = apertures === null ? 1 : apertures[i] / 255;
          if (Number.isNaN(drop) || area === 0) continue;
          const plane = (along === 0 ? z : along === 1 ? y : x) - 1;
          const above = conductivity[labels[i]];
          const below = conductivity[labels[i - step]];
          const density = ((2 * above * below) / (above + below)) * drop;
          if (!binning) {
            if (density < 0) continue;
            if (density < lowest[plane]) lowest[plane] = density;
            if (density > highest[plane]) highest[plane] = density;
          } else if (density < 0) {
            backward[plane] += area;
          } else {
            const span = highest[plane] - lowest[plane];
            const bin = span > 0 ? Math.min(BINS - 1, Math.floor(((density - lowest[plane]) / span) * BINS)) : 0;
            areas[plane * BINS + bin] += area;
            fluxes[plane * BINS + bin] += area * density;
          }
        }
      }
    }
  }
  return { areas, fluxes, backward };
}

/** Flux through the densest part of a plane, from sums per bin, up to the area that is `wanted`. */
function densest(wanted: number, areas: Float64Array, fluxes: Float64Array): number {
  let flux = 0;
  for (let bin = areas.length - 1; bin >= 0 && wanted > 0; bin--) {
    const part = areas[bin] > wanted ? wanted / areas[bin] : 1;
    flux += part * fluxes[bin];
    wanted -= part * areas[bin];
  }
  return flux;
}

/** Share of the forward flux in the narrowest tenth of the conducting area, plane by plane across the axis. Two passes,
 *  no sort.
 *  @returns null when nothing flows */
export function narrowShare(conduction: Conduction): NarrowShare | null {
  checkArguments('narrowShare', { conduction: [conduction, has<Conduction>('shape', 'axis', 'potential')] });
  const count = conduction.shape[axisIndex(conduction.axis)] - 1;
  const { areas, fluxes, backward } = sumPlanes(conduction, count);
  const planes = Array.from({ length: count }, (_, plane) => {
    const [ownAreas, ownFluxes] = [areas, fluxes].map((all) => all.subarray(plane * BINS, (plane + 1) * BINS));
    const [area, flux] = [ownAreas, ownFluxes].map((own) => own.reduce((sum, value) => sum + value, 0));
    return flux > 0 ? Math.min(1, densest(TENTH * (area + backward[plane]), ownAreas, ownFluxes) / flux) : null;
  });
  const known = planes.filter((share) => share !== null);
  if (known.length === 0) return null;
  const worst = known.reduce((a, b) => Math.max(a, b));
  return {
    mean: known.reduce((sum, share) => sum + share, 0) / known.length, highest: worst, plane: planes.indexOf(worst),
    planes,
  };
}

// Grains of a label image as star-shaped particles: a centre, and a radius in every direction as a sum of spherical
// harmonics [Feinauer et al. 2015; Neumann et al. 2023, eqs 1-4].
import {
  STAR_CENTRE, STAR_CUT, STAR_OPEN, STAR_RAYS, STAR_SQUARE, STAR_SURFACE, STAR_VOLUME,
} from '../../assembly/layout.js';
import { checkArguments, checkOperation, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import {
  BOX, CROSSINGS, starRays, starRaysPlan, type Crossing, type Edges, type RayResult,
} from '../kernels/star.js';
import { checkDegree, powerSpectrum } from '../numeric/harmonics.js';
import { portableCubeRoot } from '../numeric/portable.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import {
  centreInside, checkGrains, grainAt, surveyGrains, type GrainNumbers, type Survey,
} from './survey.js';

/** Options of `starParticles`. */
export interface StarOptions {
  /** Largest degree ℓ of the harmonics, 0 to 20; (degree + 1)² coefficients a grain. */
  readonly degree?: number;
  /** Radius along a ray that leaves the grain more than once. */
  readonly crossing?: Crossing;
  /** Voxel edges (the longest one) that a particle reaches into its neighbours and beyond the window's faces, so that
   *  no gaps are left between them when they are drawn; 0: grains as they are. */
  readonly overlap?: number;
}

/** Options of `starParticles` that are not given: harmonics to degree 10, radii that keep the volume along each ray,
 *  grains as they are. */
export const STAR_DEFAULTS = { degree: 10, crossing: 'volume', overlap: 0 } as const satisfies Required<StarOptions>;

const STAR_OPTION_NAMES: Names<StarOptions> = { degree: true, crossing: true, overlap: true };

/** Times that a centre is moved at most, and what a share of 1 may lack. */
const [ROUNDS, ROUNDING] = [2, 1e-12];

/** Lengths in µm, or in voxels where no size is known. */
export interface StarParticle {
  /** Number of the grain in its image. */
  readonly grain: number;
  /** Of the grain in the image. */
  readonly voxels: number;
  /** From the corner of the window, (z, y, x). */
  readonly centre: readonly [z: number, y: number, x: number];
  /** c_ℓm at ℓ² + ℓ + m of real orthonormal harmonics (docs/networks.md). */
  readonly coefficients: Float64Array;
  /** Σ_m c_ℓm² of each ℓ, length². */
  readonly spectrum: Float64Array;
  /** ⅓ ∫ ψ³ dΩ. */
  readonly volume: number;
  /** Area of the particle, length². */
  readonly surface: number;
  /** Of the sphere of that volume. */
  readonly equivalentDiameter: number;
  /** Surface of that sphere over `surface`: 1 for spheres, less otherwise. */
  readonly sphericity: number;
  /** √(mean square of the radius that the harmonics miss) over √(mean square radius). */
  readonly missed: number;
  /** Shares of the directions: whose rays leave the grain once; leave it into no grain; leave the window. */
  readonly starShare: number;
  /** Of the directions whose rays leave the grain into no other grain, inside the window. */
  readonly freeShare: number;
  /** Of the directions whose rays leave the window. */
  readonly cutShare: number;
}

/** All grains of an image as star-shaped particles, with the window that they lie in. */
export interface StarParticles {
  /** Largest degree ℓ of the harmonics. */
  readonly degree: number;
  /** Which radius a ray has that leaves the grain more than once. */
  readonly crossing: Crossing;
  /** Voxel edges (the longest one) that particles reach into their neighbours. */
  readonly overlap: number;
  /** Of the window in which the grains lie. */
  readonly shape: Shape;
  /** Edges (z, y, x) of the image's voxels in µm; null: lengths are in voxels. */
  readonly voxelSizeUm: VoxelSize;
  /** One for each grain, by ascending numbers. */
  readonly particles: readonly StarParticle[];
  readonly provenance?: Readonly<Record<string, unknown>>;
}

/** Share of the rays that have to leave a grain once for it to count as star-shaped. */
export const STAR_SHARE = 0.95;

/** How far the grains are star-shaped, and whole. */
export interface StarCounts {
  /** All of them. */
  readonly particles: number;
  /** Every ray leaves them once. */
  readonly whole: number;
  /** Fewer than STAR_SHARE of the rays do. */
  readonly notStarShaped: number;
  /** The window cuts them. */
  readonly cut: number;
  /** They touch another grain. */
  readonly touching: number;
}

/** Counts the particles that are star-shaped, whole and free. */
export function starCounts(all: Pick<StarParticles, 'particles'>): StarCounts {
  checkArguments('starCounts', { all: [all, has<StarParticles>('particles')] });
  const { particles } = all;
  checkArguments('starCounts', { particles: [particles, 'records'] });
  const count = (is: (particle: StarParticle) => boolean): number => particles.filter(is).length;
  return {
    particles: particles.length, whole: count(({ starShare }) => starShare > 1 - ROUNDING),
    notStarShaped: count(({ starShare }) => starShare < STAR_SHARE),
    cut: count(({ cutShare }) => cutShare > 0),
    touching: count(({ freeShare, cutShare }) => freeShare + cutShare < 1 - ROUNDING),
  };
}

/** @throws SpecError */
export function checkStarOptions(where: string, options: StarOptions): Required<StarOptions> {
  const { degree, crossing, overlap } = { ...STAR_DEFAULTS, ...options };
  checkDegree(where, degree);
  if (!CROSSINGS.includes(crossing)) {
    throw new SpecError(`${where}: crossing must be ${CROSSINGS.join(' or ')}, got ${quoted(crossing)}`);
  }
  if (!(overlap >= 0 && overlap <= 100)) {
    throw new SpecError(`${where}: overlap must be from 0 to 100 voxels, got ${quoted(overlap)}`);
  }
  return { degree, crossing, overlap };
}

/** Memory of `starParticles`.
 *  @param degree largest degree ℓ of the harmonics
 *  @param grains number of grains */
export function starParticlesPlan(shape: Shape, degree: number, grains: number, threads: number): LeasePlan {
  checkArguments('starParticlesPlan', {
    shape: [shape, 'shape'], degree: [degree, 'number'], grains: [grains, 'count'], threads: [threads, 'count'],
  });
  return starRaysPlan(shape, degree, grains, threads);
}

type Measured = Pick<
  StarParticle, 'coefficients' | 'spectrum' | 'volume' | 'surface' | 'equivalentDiameter' | 'sphericity'
>;

/** What follows from the harmonics of a particle. */
export function measured(coefficients: Float64Array, volume: number, surface: number): Measured {
  return {
    coefficients, volume, surface, spectrum: powerSpectrum(coefficients),
    equivalentDiameter: portableCubeRoot((6 * volume) / Math.PI),
    sphericity: portableCubeRoot(36 * Math.PI * volume * volume) / surface,
  };
}

/** Rows of a list of rows. */
function gathered(rows: Int32Array, width: number, chosen: readonly number[]): Int32Array {
  const out = new Int32Array(width * chosen.length);
  chosen.forEach((k, at) => out.set(rows.subarray(width * k, width * (k + 1)), width * at));
  return out;
}

/** Grains that are not wholly seen from their centres, with the centroids of what is seen from there, as far as these
 *  lie in them. */
function movedCentres(
  { image, labels }: Survey, shape: Shape, edges: Edges, centres: Float64Array, found: readonly RayResult[],
): { readonly grains: readonly number[]; readonly centres: Float64Array } {
  const [grains, moved]: [number[], number[]] = [[], []];
  found.forEach(({ values }, k) => {
    if (values[STAR_RAYS] > 1 - ROUNDING) return;
    const centre = [0, 1, 2].map((axis) => centres[3 * k + axis] + values[STAR_CENTRE + axis]);
    if (grainAt(image, shape, centre.map((place, axis) => place / edges[axis])) !== labels[k]) return;
    grains.push(k);
    moved.push(...centre);
  });
  return { grains, centres: Float64Array.from(moved) };
}

/** Radius functions of all grains from their exact boundaries in the image, faces of voxels. A grain that the window
 *  cuts ends at the window's face, and a grain that touches another ends there.
 *  The same bits on any number of threads, in Node and in browsers.
 *  @throws SpecError, CapacityError, CancelledError */
export async function starParticles(
  session: Session, grains: GrainNumbers, options: StarOptions = {}, run: RunOptions = {},
): Promise<StarParticles> {
  const where = 'starParticles';
  checkOperation(where, session, run, {
    grains: [grains, has<GrainNumbers>('numbers', 'shape')], options: [options, STAR_OPTION_NAMES],
  });
  const { degree, crossing, overlap } = checkStarOptions(where, options);
  const { shape, voxelSizeUm, provenance } = checkGrains(where, grains);
  const edges: Edges = voxelSizeUm ?? [1, 1, 1];
  const survey = surveyGrains(where, grains);
  const count = survey.labels.length;
  const centres = new Float64Array(3 * count);
  for (let k = 0; k < count; k++) {
    const centre = centreInside(survey, shape, edges, k);
    for (let axis = 0; axis < 3; axis++) centres[3 * k + axis] = centre[axis] * edges[axis];
  }
  const plan = starParticlesPlan(shape, degree, count, session.threads);
  const found = await session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const task = { shape, edges, degree, crossing, overlap: overlap * Math.max(...edges) };
    const best = await starRays(frame, survey.image, survey.boxes, centres, task);
    for (let round = 0; round < ROUNDS; round++) {
      const moved = movedCentres(survey, shape, edges, centres, best);
      if (moved.grains.length === 0) break;
      const boxes = gathered(survey.boxes, BOX, moved.grains);
      const again = await starRays(frame, survey.image, boxes, moved.centres, task);
      moved.grains.forEach((k, at) => {
        if (again[at].values[STAR_RAYS] <= best[k].values[STAR_RAYS]) return;
        best[k] = again[at];
        centres.set(moved.centres.subarray(3 * at, 3 * at + 3), 3 * k);
      });
    }
    return best;
  });
  const particles = found.map(({ values, coefficients }, k): StarParticle => {
    const own = measured(coefficients, values[STAR_VOLUME], values[STAR_SURFACE]);
    const kept = own.spectrum.reduce((sum, power) => sum + power, 0);
    return {
      ...own, grain: survey.labels[k], voxels: survey.counts[k],
      centre: [centres[3 * k], centres[3 * k + 1], centres[3 * k + 2]],
      missed: Math.sqrt(Math.max(0, 1 - kept / values[STAR_SQUARE])),
      starShare: values[STAR_RAYS], freeShare: values[STAR_OPEN], cutShare: values[STAR_CUT],
    };
  });
  return { degree, crossing, overlap, shape, voxelSizeUm, particles, provenance };
}

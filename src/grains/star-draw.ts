// Star-shaped particles drawn at any voxel size: labels of their union, its level set, and which particle is where.
import { checkArguments, checkOperation, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { checkShape, checkVoxelSize, voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { starLevels, starLevelsPlan, type Edges } from '../kernels/star.js';
import { degreeOf } from '../numeric/harmonics.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import type { StarParticles } from './star-particles.js';

/** Options of `drawStarParticles`. */
export interface StarDrawOptions {
  /** Voxels; default: as many as fill the window at the voxel size. */
  readonly shape?: Shape;
  /** Default: the window over the shape, or that of the image. */
  readonly voxelSizeUm?: VoxelSize;
  /** Of the particles. */
  readonly label?: Phase;
  /** Of the rest. */
  readonly matrix?: Phase;
  /** Also give the level set. */
  readonly levelSet?: boolean;
  /** Also say which particle is the deepest at each voxel. */
  readonly owners?: boolean;
}

/** Options of `drawStarParticles` that are not given: AM among pores, with the level set. */
export const STAR_DRAW_DEFAULTS = { label: 2, matrix: 3, levelSet: true, owners: false } as const;

const STAR_DRAW_OPTION_NAMES: Names<StarDrawOptions> = {
  shape: true, voxelSizeUm: true, label: true, matrix: true, levelSet: true, owners: true,
};

/** The union of star-shaped particles as labels, with what else was asked for. */
export interface DrawnParticles extends LabelVolume {
  /** At the voxel centres, positive in the particles: for `conduct` with `interface: 'smooth'`. Largest over the
   *  particles of radius − distance to the centre in the direction from there, over the length of its gradient, between
   *  −3 and 3 voxels: to first order the distance to the surface. null where not asked for. */
  readonly levelSet: Float32Array | null;
  /** Number of the grain at each voxel of the particles, 0 elsewhere; null where not asked for. */
  readonly numbers: Int32Array | null;
}

/** Levels are known so far from the surface, voxels. */
const BAND = 3;

interface DrawGrid {
  readonly shape: Shape;
  readonly edges: Edges;
}

/** Grid of the drawing in the unit of the particles. @throws SpecError */
function gridOf(where: string, particles: StarParticles, options: StarDrawOptions): DrawGrid {
  const own: Edges = particles.voxelSizeUm ?? [1, 1, 1];
  const extent = particles.shape.map((n, k) => n * own[k]);
  const given = checkVoxelSize(where, options.voxelSizeUm ?? null);
  if (given !== null && particles.voxelSizeUm === null) {
    throw new SpecError(`${where}: the particles are in voxels, so that a voxel size in µm says nothing; give shape`);
  }
  const shape = options.shape === undefined
    ? checkShape(where, extent.map((length, k) => Math.max(1, Math.round(length / (given ?? own)[k]))))
    : checkShape(where, options.shape);
  const edges = given ?? (options.shape === undefined ? own : extent.map((length, k) => length / shape[k]));
  return { shape, edges: [edges[0], edges[1], edges[2]] };
}

function checkLabel(where: string, name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 255) return value;
  throw new SpecError(`${where}: ${name} must be a label from 0 to 255, got ${quoted(value)}`);
}

/** Memory of `drawStarParticles`. */
export function drawStarParticlesPlan(
  particles: StarParticles, threads: number, options: StarDrawOptions = {},
): LeasePlan {
  checkArguments('drawStarParticlesPlan', {
    particles: [particles, has<StarParticles>('degree', 'particles', 'shape')], threads: [threads, 'count'],
    options: [options, STAR_DRAW_OPTION_NAMES],
  });
  const { shape } = gridOf('drawStarParticlesPlan', particles, options);
  const owners = options.owners ?? STAR_DRAW_DEFAULTS.owners;
  return starLevelsPlan(shape, particles.degree, particles.particles.length, owners, threads);
}

/** Draws the union of the particles in the window of their image.
 *  The same bits on any number of threads, in Node and in browsers.
 *  @throws SpecError, CapacityError, CancelledError */
export async function drawStarParticles(
  session: Session, particles: StarParticles, options: StarDrawOptions = {}, run: RunOptions = {},
): Promise<DrawnParticles> {
  const where = 'drawStarParticles';
  checkOperation(where, session, run, {
    particles: [particles, has<StarParticles>('degree', 'particles', 'shape')],
    options: [options, STAR_DRAW_OPTION_NAMES],
  });
  const { label, matrix, levelSet, owners } = { ...STAR_DRAW_DEFAULTS, ...options };
  checkLabel(where, 'label', label);
  if (checkLabel(where, 'matrix', matrix) === label) {
    throw new SpecError(`${where}: label and matrix must differ, both are ${label}`);
  }
  const { degree, particles: list } = particles;
  if (list.some(({ coefficients }) => degreeOf(coefficients) !== degree)) {
    throw new SpecError(`${where}: every particle needs the ${(degree + 1) ** 2} coefficients of degree ${degree}`);
  }
  const { shape, edges } = gridOf(where, particles, options);
  const plan = drawStarParticlesPlan(particles, session.threads, options);
  const { levels, owners: deepest } = await session.run(where, plan, voxelCount(shape), run, (frame) =>
    starLevels(frame, list, { shape, edges, degree, band: BAND * Math.min(...edges), owners }));
  const labels = new Uint8Array(levels.length);
  for (let i = 0; i < levels.length; i++) labels[i] = levels[i] > 0 ? label : matrix;
  const numbers = deepest?.map((k, i) => (levels[i] > 0 ? list[k].grain : 0)) ?? null;
  return {
    labels, shape, levelSet: levelSet ? levels : null, numbers,
    voxelSizeUm: particles.voxelSizeUm === null ? null : edges,
    provenance: {
      ...particles.provenance, drawn: 'star-shaped particles', degree, crossing: particles.crossing,
      overlap: particles.overlap, count: list.length, label, matrix,
    },
  };
}

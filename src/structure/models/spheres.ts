// Cubic arrays and random packings of equal spheres: composites with known conductivities. Only + − × ÷ and sqrt.
import { SpecError } from '../../core/errors.js';
import { cubicVoxels, voxelCount, type Shape } from '../../core/grid.js';
import { portableCubeRoot, portableLogarithm } from '../../numeric/portable.js';
import { ballPainter, BAND, emptyDepth } from '../balls.js';
import type { CommonSpec, ModelStructure, StructureModel } from '../model.js';
import { choice, edge, flag, label, number, orNull, shape } from '../settings.js';

/** Equal spheres in a cubic array or at random: composites whose conductivities are known. */
export interface SpheresSpec extends CommonSpec {
  readonly model: 'spheres';
  /** Cubic arrays: SC, BCC, FCC cells; `random`: spheres that do not touch; `overlapping`: a Boolean model.
   *  Periodic. */
  readonly arrangement?: 'sc' | 'bcc' | 'fcc' | 'random' | 'overlapping';
  /** Volume fraction of the spheres; for `overlapping` of their union, in expectation. */
  readonly volumeFraction?: number;
  /** Cubic arrays: edge of a unit cell in voxels; null: the smallest edge of the window. Must divide the window. */
  readonly cell?: number | null;
  /** Random arrangements: radius in voxels. */
  readonly radius?: number;
  /** Random arrangements. */
  readonly seed?: number;
  /** Label of the spheres, 0 … 255. Default: 2. */
  readonly label?: number;
  /** Label of the rest, 0 … 255. Default: 1. */
  readonly matrix?: number;
  /** Also return radius − distance to the nearest centre; positive inside. */
  readonly levelSets?: boolean;
}

/** Settings of `spheres` that are not given; lengths in voxels. */
export const SPHERES_DEFAULTS = {
  arrangement: 'sc', volumeFraction: 0.3, cell: null, radius: 8, seed: 1, label: 2, matrix: 1, levelSets: false,
} as const;

type Point = readonly [z: number, y: number, x: number];

const SITES: Readonly<Record<'sc' | 'bcc' | 'fcc', readonly Point[]>> = {
  sc: [[0.5, 0.5, 0.5]],
  bcc: [[0, 0, 0], [0.5, 0.5, 0.5]],
  fcc: [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]],
};
/** Volume fraction at which the spheres touch: π/6, √3π/8, √2π/6. */
const TOUCHING = {
  sc: Math.PI / 6, bcc: (Math.sqrt(3) * Math.PI) / 8, fcc: (Math.SQRT2 * Math.PI) / 6, random: 0.38, overlapping: 1,
};
/** Random sequential addition jams at 0.38; up to this many tries for one sphere. */
const MAX_TRIES = 100_000;

/** Uniform numbers in [0, 1) from 32-bit words of a Weyl sequence hashed with murmur3's finaliser. */
function uniform(seed: number): () => number {
  let state = (Math.floor(seed / 2 ** 32) ^ (seed % 2 ** 32)) >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let h = state;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
  };
}

function wrap(d: number, period: number): number {
  if (d > period / 2) return d - period;
  return d < -period / 2 ? d + period : d;
}

function randomCentres(shape: Shape, radius: number, fraction: number, overlapping: boolean, seed: number): Point[] {
  const volume = (4 / 3) * Math.PI * radius * radius * radius;
  const density = overlapping ? -portableLogarithm(1 - fraction) : fraction;
  const count = Math.round((density * voxelCount(shape)) / volume);
  const draw = uniform(seed);
  const centres: Point[] = [];
  const free = (p: Point): boolean =>
    centres.every((c) => {
      const [dz, dy, dx] = [wrap(p[0] - c[0], shape[0]), wrap(p[1] - c[1], shape[1]), wrap(p[2] - c[2], shape[2])];
      return dz * dz + dy * dy + dx * dx >= 4 * radius * radius;
    });
  for (let placed = 0; placed < count; placed++) {
    for (let tries = 0; ; tries++) {
      const p: Point = [draw() * shape[0], draw() * shape[1], draw() * shape[2]];
      if (overlapping || free(p)) {
        centres.push(p);
        break;
      }
      if (tries === MAX_TRIES) {
        throw new SpecError(
          `generate spheres: only ${placed} of ${count} spheres found room; ` +
            `lower volumeFraction (${fraction}) or take arrangement overlapping`,
        );
      }
    }
  }
  return centres;
}

function cubicCentres(arrangement: 'sc' | 'bcc' | 'fcc', shape: Shape, cell: number): Point[] {
  if (shape.some((n) => n % cell !== 0)) {
    throw new SpecError(`generate spheres: the cell of ${cell} voxels must divide the size ${shape.join('×')}`);
  }
  const centres: Point[] = [];
  for (let z = 0; z < shape[0]; z += cell) {
    for (let y = 0; y < shape[1]; y += cell) {
      for (let x = 0; x < shape[2]; x += cell) {
        for (const [a, b, c] of SITES[arrangement]) centres.push([z + a * cell, y + b * cell, x + c * cell]);
      }
    }
  }
  return centres;
}

/** @throws SpecError for spheres that would overlap, or larger than the window */
function check(where: string, { size, arrangement, volumeFraction, radius }: Required<SpheresSpec>): void {
  if (!(volumeFraction < TOUCHING[arrangement])) {
    throw new SpecError(
      `${where}: volumeFraction must be above 0 and below ${TOUCHING[arrangement].toFixed(4)} for ${arrangement}, ` +
        `got ${volumeFraction}`,
    );
  }
  if ((arrangement === 'random' || arrangement === 'overlapping') && !(2 * radius <= Math.min(...size))) {
    throw new SpecError(`${where}: radius must be above 0 and at most half the window, got ${radius}`);
  }
}

/** @throws SpecError for a packing that finds no room */
function draw(spec: Required<SpheresSpec>): ModelStructure {
  const { size: shape, arrangement, volumeFraction, cell, radius: given, seed, label, matrix, levelSets } = spec;
  let radius: number = given;
  let centres: Point[];
  if (arrangement === 'random' || arrangement === 'overlapping') {
    centres = randomCentres(shape, radius, volumeFraction, arrangement === 'overlapping', seed);
  } else {
    const edge = cell ?? Math.min(...shape);
    centres = cubicCentres(arrangement, shape, edge);
    radius = edge * portableCubeRoot((3 * volumeFraction) / (4 * Math.PI * SITES[arrangement].length));
  }

  const voxels = voxelCount(shape);
  const labels = new Uint8Array(voxels).fill(matrix);
  const depth = levelSets ? emptyDepth(voxels) : null;
  const paint = ballPainter({ shape, labels, label, depth, stretch: 1, periodic: true });
  for (const [cz, cy, cx] of centres) paint(cz, cy, cx, radius);
  return {
    labels, shape, voxelSizeUm: cubicVoxels(spec.voxelSizeUm),
    provenance: {
      model: 'spheres', arrangement, volumeFraction, radius, count: centres.length, seed, label, matrix,
      size: [...shape],
    },
    ...(depth === null ? {} : { levelSets: { x: depth, y: null } }),
  };
}

const DEFAULTS = SPHERES_DEFAULTS;

export const spheres: StructureModel<SpheresSpec> = {
  name: 'spheres',
  title: 'arrays and packings of equal spheres',
  settings: {
    size: shape({ meaning: 'voxels' }),
    voxelSizeUm: edge('edge of a cubic voxel in µm'),
    arrangement: choice(['sc', 'bcc', 'fcc', 'random', 'overlapping'], {
      meaning: 'cubic cells, spheres that do not touch, or that may overlap', fallback: DEFAULTS.arrangement,
    }),
    volumeFraction: number({ meaning: 'of the spheres', above: 0, below: 1, fallback: DEFAULTS.volumeFraction }),
    cell: {
      ...orNull(number({ meaning: 'edge of a cubic cell, voxels', unit: 'voxel', min: 1, whole: true })),
      fallback: DEFAULTS.cell,
    },
    radius: number({ meaning: 'of spheres at random, voxels', unit: 'voxel', above: 0, fallback: DEFAULTS.radius }),
    seed: number(
      { meaning: 'random numbers', min: 0, max: Number.MAX_SAFE_INTEGER, whole: true, fallback: DEFAULTS.seed },
    ),
    label: label({ meaning: 'label of the spheres', fallback: DEFAULTS.label }),
    matrix: label({ meaning: 'label of the rest', fallback: DEFAULTS.matrix }),
    levelSets: flag({ meaning: 'also return radius − distance', fallback: DEFAULTS.levelSets }),
  },
  parameters: {},
  sets: [],
  phases: ({ label: inside = DEFAULTS.label, matrix = DEFAULTS.matrix } = {}) => [
    { label: inside, name: 'spheres', symbol: 'spheres', brightness: 1 },
    { label: matrix, name: 'matrix', symbol: 'matrix', brightness: 0 },
  ],
  check,
  finer: ({ cell, radius }, factor) => ({ cell: cell === null ? null : cell * factor, radius: radius * factor }),
  levelSetReach: BAND,
  expected: {},
  plan: () => ({ leases: [] }),
  planned: [],
  draw: async (_session, spec) => draw(spec),
  calibration: null,
};

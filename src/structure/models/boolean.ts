// Boolean model of balls: germs of a Poisson process, each the centre of a ball of random radius; balls overlap
// (Matheron 1975; Chiu, Stoyan, Kendall & Mecke 2013, §3). Everything that decides a voxel is + − × ÷ and sqrt.
import { SpecError } from '../../core/errors.js';
import { voxelCount } from '../../core/grid.js';
import { AM, pairKey, PORE, type Phase } from '../../core/volume.js';
import { bisectDecreasing } from '../../numeric/bisect.js';
import { exp, log, pow } from '../../numeric/elementary.js';
import { philox, streamKey } from '../../numeric/philox.js';
import { portableExponential, portableLogarithm } from '../../numeric/portable.js';
import type { RunOptions } from '../../runtime/session.js';
import { ballPainter, BAND, emptyDepth } from '../balls.js';
import { checkEdges, edgesOf, keyOf, stretchOf } from '../excursion.js';
import { checkArea, checkFraction, FROM_DESCRIPTORS_DEFAULTS } from '../from-descriptors.js';
import { inTurns } from '../../runtime/host-work.js';
import type { ModelStructure, RandomSpec, StructureModel } from '../model.js';
import { ANISOTROPY, RANDOM_SETTINGS } from '../parameters.js';
import { label, number } from '../settings.js';
import { latticeSurface, squaredLag, type LagVector, type WithDerivatives } from '../two-point.js';
import { radiusFamily, RADII, type BallRadii } from './boolean-radii.js';

export interface BooleanParameters {
  /** Expected volume fraction of the union of the balls. */
  readonly volumeFraction: number;
  /** Scale of the radii, voxels. */
  readonly radius: number;
  /** a: the structure is compressed along z below 1; balls are ellipsoids then. */
  readonly anisotropyFactor: number;
  /** absent: constant */
  readonly radii?: BallRadii;
}

export interface BooleanSpec extends RandomSpec {
  readonly model: 'boolean';
  readonly parameters: BooleanParameters;
  readonly label?: Phase;
  readonly matrix?: Phase;
}

/** Edge of the cubes in which germs are drawn, voxels. A germ belongs to its cube, whatever window shows it. */
const CUBE = 8;
/** Words of a counter's last place: 16 bits name a germ, 16 bits what is drawn of it. */
const MOST_GERMS = 2 ** 15;
/** Poisson numbers are drawn in parts with this mean at most, so that e^−mean is a normal number. */
const PART_MEAN = 500;
const WORD = 2 ** 32;

/** Germs per voxel, in the structure as it is stretched. */
export function booleanIntensity({ volumeFraction, radius, radii }: BooleanParameters, stretch: number): number {
  const volume = (4 / 3) * Math.PI * radius * radius * radius * radiusFamily(radii).cube;
  return -portableLogarithm(1 - volumeFraction) / (volume * stretch);
}

/** Numbers of germs by inversion of the distribution function: one uniform number of 53 bits for each part. */
function poisson(mean: number, part: number, e: number, u: number): number {
  let [count, term] = [0, e];
  for (let left = u - term; left >= 0 && term > 0; left -= term) term *= mean / part / ++count;
  return count;
}

async function draw(spec: Required<BooleanSpec>, run: RunOptions): Promise<ModelStructure> {
  const { size, parameters, label: inside, matrix, levelSets, edges } = spec;
  const stretch = stretchOf(spec);
  const family = radiusFamily(parameters.radii);
  const intensity = booleanIntensity(parameters, stretch);
  const mean = intensity * CUBE * CUBE * CUBE;
  const parts = Math.max(1, Math.ceil(mean / PART_MEAN));
  const least = portableExponential(-mean / parts);
  const voxels = voxelCount(size);
  const labels = new Uint8Array(voxels).fill(matrix);
  const depth = levelSets ? emptyDepth(voxels) : null;
  const periodic = edges === 'periodic';
  const paint = ballPainter({ shape: size, labels, label: inside, depth, stretch, periodic });
  // Germs that reach into the window from outside of it.
  const reach = parameters.radius * family.most + (levelSets ? BAND : 0);
  const margins = periodic ? [0, 0, 0] : [reach * stretch, reach, reach];
  const low = margins.map((margin) => Math.floor(-margin / CUBE));
  const high = size.map((n, k) => Math.ceil((n + margins[k]) / CUBE));
  const [key0, key1] = streamKey(keyOf(spec));
  const block = new Uint32Array(4);
  let germs = 0;
  const drawGerm = (bz: number, by: number, bx: number, germ: number): void => {
    philox(block, bz, by, bx, germ, key0, key1);
    const [z, y, x] = [CUBE * (bz + block[0] / WORD), CUBE * (by + block[1] / WORD), CUBE * (bx + block[2] / WORD)];
    let [attempt, word] = [0, 4];
    const more = (): readonly [number, number] => {
      if (word === 4) {
        philox(block, bz, by, bx, (++attempt << 16) | germ, key0, key1);
        word = 0;
      }
      word += 2;
      return [(block[word - 2] + 0.5) / WORD, (block[word - 1] + 0.5) / WORD];
    };
    const radius = parameters.radius * family.draw(block[3] / WORD, more);
    if (periodic && (z >= size[0] || y >= size[1] || x >= size[2])) return;
    germs++;
    paint(z, y, x, radius);
  };
  await inTurns('generate', 'balls', (high[0] - low[0]) * (high[1] - low[1]), run, (row) => {
    const bz = low[0] + Math.floor(row / (high[1] - low[1]));
    const by = low[1] + (row % (high[1] - low[1]));
    for (let bx = low[2]; bx < high[2]; bx++) {
      let count = 0;
      for (let part = 0; part < parts; part++) {
        philox(block, bz, by, bx, -1 - part, key0, key1);
        count += poisson(mean, parts, least, (block[0] + Math.floor(block[1] / 2 ** 11) / 2 ** 21) / WORD);
      }
      for (let germ = 0; germ < count; germ++) drawGerm(bz, by, bx, germ);
    }
  });
  return {
    labels, shape: size, voxelSizeUm: edgesOf(spec),
    provenance: {
      model: 'boolean', parameters: { ...parameters }, ...keyOf(spec), size: [...size], edges, label: inside, matrix,
      intensity, germs,
    },
    ...(depth !== null && { levelSets: { x: depth, y: null } }),
  };
}

interface Overlap {
  readonly value: number;
  readonly slope: number;
}

/** Mean volume that a ball shares with itself moved by a lag, over the mean volume; and its derivative in the lag. */
function overlap({ radius, radii }: BooleanParameters, lag: number): Overlap {
  const { moment } = radiusFamily(radii);
  const [x, h] = [lag / (2 * radius), lag / radius];
  const volume = (4 / 3) * moment(3, 0);
  return {
    value: ((4 / 3) * moment(3, x) - h * moment(2, x) + (h * h * h * moment(0, x)) / 12) / volume,
    slope: (-moment(2, x) + (h * h * moment(0, x)) / 4) / volume / radius,
  };
}

/** P(both ends of a lag are outside of all balls): (1 − p)^(2 − g), g the overlap at that lag. */
function outside(p: BooleanParameters, lag: LagVector): WithDerivatives {
  const q = 1 - p.volumeFraction;
  const h = Math.sqrt(squaredLag(lag, p.anisotropyFactor));
  const { value: g, slope } = overlap(p, h);
  const value = pow(q, 2 - g);
  const byLag = -log(q) * value * slope;
  return {
    value,
    derivatives: {
      volumeFraction: -(2 - g) * pow(q, 1 - g),
      radius: (-byLag * h) / p.radius,
      anisotropyFactor: (-byLag * lag[0] * lag[0]) / (pow(p.anisotropyFactor, 3) * h),
    },
  };
}

interface Pairs {
  readonly inside: WithDerivatives;
  readonly mixed: WithDerivatives;
  readonly none: WithDerivatives;
}

/** The pair probabilities of balls and matrix. */
function pairs(p: BooleanParameters, lag: LagVector): Pairs {
  const none = outside(p, lag);
  const with_ = (value: number, byFraction: number, sign: number): WithDerivatives => ({
    value,
    derivatives: Object.fromEntries(Object.entries(none.derivatives).map(([key, d]) =>
      [key, sign * d + (key === 'volumeFraction' ? byFraction : 0)])),
  });
  return {
    none,
    mixed: with_(1 - p.volumeFraction - none.value, -1, -1),
    inside: with_(2 * p.volumeFraction - 1 + none.value, 2, 1),
  };
}

/** Area per volume: −ln(1 − p)·(1 − p) times the mean area over the mean volume of a ball. */
function surface({ volumeFraction, radius, radii }: BooleanParameters): number {
  const { moment } = radiusFamily(radii);
  return (-log(1 - volumeFraction) * (1 - volumeFraction) * 3 * moment(2, 0)) / (radius * moment(3, 0));
}

function surfaceOnLattice(p: BooleanParameters): number {
  const [area] = latticeSurface(p.anisotropyFactor, (square) => {
    const { value } = outside({ ...p, anisotropyFactor: 1 }, [0, 0, Math.sqrt(square)]);
    return [1 - p.volumeFraction - value];
  });
  return area;
}

/** As in the χ²₂ model: the solid has the label of the active material. */
export const BOOLEAN_DEFAULTS = { label: AM, matrix: PORE, volumeFraction: 0.3, radius: 8 } as const;

const labelsOf = (spec: Partial<BooleanSpec>): readonly [Phase, Phase] =>
  [spec.label ?? BOOLEAN_DEFAULTS.label, spec.matrix ?? BOOLEAN_DEFAULTS.matrix];

export const booleanModel: StructureModel<BooleanSpec> = {
  name: 'boolean',
  title: 'Boolean model of balls',
  settings: {
    ...RANDOM_SETTINGS,
    label: label({ meaning: 'label of the balls', fallback: BOOLEAN_DEFAULTS.label }),
    matrix: label({ meaning: 'label of the rest', fallback: BOOLEAN_DEFAULTS.matrix }),
  },
  parameters: {
    volumeFraction: {
      ...number({
        meaning: 'ε: expected volume fraction of the balls', above: 0, max: 0.999,
        fallback: BOOLEAN_DEFAULTS.volumeFraction,
      }),
      coordinate: { kind: 'linear', limits: () => [1e-4, 0.999] },
    },
    radius: {
      ...number({ meaning: 'R: scale of the radii, voxels', min: 0.5, max: 1000, fallback: BOOLEAN_DEFAULTS.radius }),
      edgePower: -1,
      coordinate: { kind: 'logarithm', limits: (longest) => [0.6, longest] },
    },
    anisotropyFactor: ANISOTROPY,
    radii: RADII,
  },
  sets: [],
  phases: (spec = {}) => [
    { label: labelsOf(spec)[0], name: 'balls', symbol: 'balls', brightness: 1 },
    { label: labelsOf(spec)[1], name: 'matrix', symbol: 'matrix', brightness: 0 },
  ],
  check(where, spec) {
    checkEdges(where, spec);
    if (spec.label === spec.matrix) {
      throw new SpecError(`${where}: label and matrix must differ, both are ${spec.label}`);
    }
    const germs = booleanIntensity(spec.parameters, stretchOf(spec)) * (CUBE * CUBE * CUBE);
    if (germs > MOST_GERMS) {
      throw new SpecError(
        `${where}: ${Math.round(germs)} balls in ${CUBE}³ voxels are more than can be told apart; take a larger radius`,
      );
    }
  },
  levelSetReach: BAND,
  expected: {
    volumeFraction: ({ parameters: { volumeFraction: p }, ...spec }) =>
      ({ [labelsOf(spec)[0]]: p, [labelsOf(spec)[1]]: 1 - p }),
    quantities: (spec) => {
      const [inside, matrix] = labelsOf(spec);
      const area = surface(spec.parameters);
      const p = spec.parameters.volumeFraction;
      return {
        volumeFraction: { [inside]: p, [matrix]: 1 - p },
        specificSurfaceArea: { [inside]: area, [matrix]: area }, interfaceAreas: { [pairKey(inside, matrix)]: area },
      };
    },
    latticeSurface: (spec) =>
      Object.fromEntries(labelsOf(spec).map((phase) => [phase, surfaceOnLattice(spec.parameters)])),
    coverage: (spec, lag) => {
      const [inside, matrix] = labelsOf(spec);
      const found = pairs(spec.parameters, lag);
      return {
        [pairKey(inside, inside)]: found.inside, [pairKey(inside, matrix)]: found.mixed,
        [pairKey(matrix, matrix)]: found.none,
      };
    },
  },
  plan: () => ({ leases: [] }),
  planned: [],
  draw: (_session, spec, run) => draw(spec, run),
  calibration: {
    fields: {
      x: {
        title: 'the balls', caption: 'balls', keys: ['volumeFraction', 'radius', 'anisotropyFactor'],
        at: (p) => ({
          share: { value: p.volumeFraction, derivatives: { volumeFraction: 1 } },
          coverage: (lag) => pairs(p, lag).inside,
          reach: 2 * p.radius * radiusFamily(p.radii).most,
        }),
      },
      y: null,
    },
    free: ['volumeFraction', 'radius', 'anisotropyFactor'],
    guess: ({ x: { share, surface: area } }, anisotropyFactor) => ({
      volumeFraction: share, anisotropyFactor,
      radius: surface({ volumeFraction: share, radius: 1, anisotropyFactor }) / area,
    }),
    starts: (guess) => [guess],
    fromDescriptors([{ volumeFraction, specificSurfaceArea }], options) {
      const where = 'calibrate from descriptors';
      const { anisotropyFactor, areas, voxelSizeUm } = { ...FROM_DESCRIPTORS_DEFAULTS, ...options };
      checkFraction(where, 'ε of the balls', volumeFraction);
      checkArea(where, 'S of the balls', specificSurfaceArea);
      const area = specificSurfaceArea * (voxelSizeUm ?? 1);
      const unit = { volumeFraction, radius: 1, anisotropyFactor };
      const counted = (u: number): number => surfaceOnLattice({ ...unit, radius: exp(u) });
      const radius = areas === 'continuum'
        ? surface(unit) / area
        : exp(bisectDecreasing(counted, area, log(0.1), log(1e4), 60));
      return { volumeFraction, radius, anisotropyFactor };
    },
    window: (parameters, shape, key) => ({ model: 'boolean', size: shape, ...key, parameters }),
  },
};

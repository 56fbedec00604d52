// Structures whose M in the limit of ever smaller voxels is known: spheres, slanted layers, random fields.
import {
  conduct, findParameterSet, generate, phaseLevelSet, type ConductOptions, type Covariance,
  type LabelVolume, type Session, type Shape, type StructureSpec,
} from '../../src/node.js';
import { philox, streamKey } from '../../src/numeric/philox.js';

/** An image with the limit of its M, or of its σ_eff over that of the best phase. */
export interface KnownImage {
  readonly name: string;
  readonly volume: LabelVolume;
  readonly options: Partial<ConductOptions>;
  readonly limit: number;
}

export const KINDS = ['spheres', 'layers', 'fields', 'large fields', 'two phases'] as const;
export type Kind = (typeof KINDS)[number];

/** Uniform numbers of a case: each call the next one. */
function numbersOf(kind: Kind, trial: number): () => number {
  const [key0, key1] = streamKey({ seed: 1924, scenario: KINDS.indexOf(kind), realisation: trial });
  const block = new Uint32Array(4);
  let count = 0;
  return () => {
    philox(block, count++, 0, 0, 0, key0, key1);
    return block[0] / 2 ** 32;
  };
}

type Random = () => number;
const between = (random: Random, low: number, high: number): number => low + (high - low) * random();
const oneOf = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)];
/** Even, so that every second voxel of a periodic window is periodic. */
const evenEdge = (random: Random): number => 2 * Math.round(between(random, 12, 50));

/** Insulating spheres on cubic lattices, by Rayleigh's multipole expansion. */
const ARRAYS = [
  ['sc', 0.1, 0.8571119], ['sc', 0.2, 0.726703], ['sc', 0.3, 0.6056612], ['sc', 0.4, 0.4901099],
  ['sc', 0.45, 0.4327176], ['bcc', 0.3, 0.6082724], ['bcc', 0.5, 0.3957568], ['bcc', 0.6, 0.29751],
  ['fcc', 0.3, 0.60839], ['fcc', 0.5, 0.3965379], ['fcc', 0.6, 0.2991676],
] as const;
/** Ten times better conducting spheres, simple cubic. */
const CONDUCTING = [[0.1, 1.243339], [0.3, 1.88774], [0.4, 2.36443]] as const;
const POINTS = {
  sc: [[0, 0, 0]], bcc: [[0, 0, 0], [0.5, 0.5, 0.5]],
  fcc: [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]],
} as const;

/** Labels by a rule at voxel centres, in a box of edge 1. */
function draw(shape: Shape, label: (z: number, y: number, x: number) => number): LabelVolume {
  const labels = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (let z = 0, i = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++, i++) {
        labels[i] = label((z + 0.5) / shape[0], (y + 0.5) / shape[1], (x + 0.5) / shape[2]);
      }
    }
  }
  return { labels, shape, voxelSizeUm: null };
}

/** Label 2 in spheres that stand anywhere on the grid of voxels. */
function sphereArray(random: Random, lattice: keyof typeof POINTS, fraction: number): LabelVolume {
  const n = evenEdge(random);
  const shift = [random(), random(), random()];
  const radius = Math.cbrt((3 * fraction) / (4 * Math.PI * POINTS[lattice].length));
  return draw([n, n, n], (...place) => {
    const inside = POINTS[lattice].some((point) => place.reduce((square, p, k) => {
      const d = p - point[k] - shift[k];
      return square + (d - Math.round(d)) ** 2;
    }, 0) < radius * radius);
    return inside ? 2 : 1;
  });
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** Flat layers of label 1 and 2 at a slant that voxels never repeat: edges without a common divisor but 2. With it, all
 *  walls would lie alike in their voxels, and no image could tell where. */
function layers(random: Random): { volume: LabelVolume; fraction: number; along: number } {
  let waves: number[];
  do waves = [0, 1, 2].map(() => Math.floor(5 * random()) - 2); while (waves.filter((k) => k !== 0).length < 2);
  let shape: Shape;
  do shape = [evenEdge(random), evenEdge(random), evenEdge(random)];
  while (divisor(shape[0], shape[1]) > 2 || divisor(shape[0], shape[2]) > 2 || divisor(shape[1], shape[2]) > 2);
  const [fraction, shift] = [between(random, 0.25, 0.75), random()];
  const volume = draw(shape, (z, y, x) => {
    const phase = waves[0] * z + waves[1] * y + waves[2] * x + shift;
    return phase - Math.floor(phase) < fraction ? 1 : 2;
  });
  const slopes = waves.map((k, i) => (k / shape[i]) ** 2);
  return { volume, fraction, along: slopes[0] / (slopes[0] + slopes[1] + slopes[2]) };
}

/** Every voxel of an image that was drawn three times as fine, moved so that both have one window. */
function moved<T extends Uint8Array | Float32Array>(data: T, n: number): T {
  const out = new (data.constructor as new (length: number) => T)(data.length);
  const back = (i: number): number => (i === 0 ? n - 1 : i - 1);
  for (let z = 0; z < n; z++) {
    for (let y = 0; y < n; y++) {
      const [to, from] = [(z * n + y) * n, (back(z) * n + back(y)) * n];
      for (let x = 0; x < n; x++) out[to + x] = data[from + back(x)];
    }
  }
  return out;
}

/** How rough a field is: smooth, or with a share of ever smaller features. */
const COVARIANCES: readonly (Covariance | undefined)[] = [
  undefined, undefined, undefined, { family: 'matern', smoothness: 2.5 }, { family: 'matern', smoothness: 1.5 },
];

/** A periodic box of a model at several resolutions, and one of its phases. */
function fieldOf(random: Random, n: number, trial: number) {
  const covariance = oneOf(random, COVARIANCES);
  const common = { seed: 1925, realisation: trial, edges: 'periodic', levelSets: true } as const;
  if (random() < 0.4) {
    // At least 3.6 correlation lengths a box, features of 4 voxels and more.
    const alpha = between(random, 0.1, 0.25);
    const lambda = between(random, 0.5, 2.2);
    const spec = (finer: number): StructureSpec => ({
      ...common, model: 'chi2', size: [n * finer, n * finer, n * finer],
      parameters: { alpha: alpha / finer, lambda, anisotropyFactor: 1, ...(covariance && { covariance }) },
    });
    return { spec, phase: oneOf(random, [2, 3]), name: `chi2 ${alpha.toFixed(3)} ${lambda.toFixed(2)}` };
  }
  const set = findParameterSet(oneOf(random, ['bm01', 'bm03', 'bm10']));
  if (set.model !== 'three-phase') throw new Error(`${set.name} is no three-phase set`);
  const { alphaChiX, alphaChiY, alphaGaussX, alphaGaussY, ...rest } = set.parameters;
  const finest = between(random, 0.1, 0.2);
  const scale = finest / Math.min(alphaChiX, alphaChiY);
  const spec = (finer: number): StructureSpec => ({
    ...common, model: 'three-phase', size: [n * finer, n * finer, n * finer],
    parameters: {
      ...rest, alphaChiX: (alphaChiX * scale) / finer, alphaChiY: (alphaChiY * scale) / finer,
      alphaGaussX: (alphaGaussX * scale) / finer, alphaGaussY: (alphaGaussY * scale) / finer,
      ...(covariance && { covariance }),
    },
  });
  return { spec, phase: oneOf(random, [1, 1, 2]), name: `${set.name} ${finest.toFixed(3)}` };
}

/** The limit of a field: from level sets of the same draw at its own resolution and three times finer, whose error
 *  falls with the square of the voxel (docs/accuracy.md). */
async function field(session: Session, kind: Kind, trial: number, n: number): Promise<KnownImage | null> {
  const random = numbersOf(kind, trial);
  const { spec, phase, name } = fieldOf(random, n, trial);
  const [coarse, fine] = [await generate(session, spec(1)), await generate(session, spec(3))];
  if (!coarse.labels.includes(phase)) return null;
  const smooth = { phase, interface: 'smooth', tolerance: 1e-5 } as const;
  const own = await conduct(session, coarse, { ...smooth, levelSet: phaseLevelSet(coarse, phase) });
  const better = await conduct(session, { ...fine, labels: moved(fine.labels, 3 * n) }, {
    ...smooth, levelSet: moved(phaseLevelSet(fine, phase), 3 * n),
  });
  if (!(own.percolates && better.percolates)) return null;
  const { labels, shape, voxelSizeUm } = coarse;
  return {
    name: `${name} phase ${phase}`, volume: { labels, shape, voxelSizeUm }, options: { phase },
    limit: better.effectiveConductivity + (better.effectiveConductivity - own.effectiveConductivity) / 8,
  };
}

/** The image of a trial; null where its phase does not conduct. */
export async function knownImage(session: Session, kind: Kind, trial: number): Promise<KnownImage | null> {
  const random = numbersOf(kind, trial);
  if (kind === 'fields') return field(session, kind, trial, 40);
  if (kind === 'large fields') return field(session, kind, trial, 80);
  const boundary = 'periodic';
  if (kind === 'spheres') {
    const [lattice, fraction, limit] = oneOf(random, ARRAYS);
    const volume = sphereArray(random, lattice, fraction);
    return { name: `${lattice} ${fraction}, ${volume.shape[0]}`, volume, options: { phase: 1, boundary }, limit };
  }
  if (kind === 'two phases' && random() < 0.3) {
    const [fraction, limit] = oneOf(random, CONDUCTING);
    const volume = sphereArray(random, 'sc', fraction);
    const conductivity = { 1: 1, 2: 10 };
    return {
      name: `sc ${fraction} of 10, ${volume.shape[0]}`, volume, limit, options: { phase: 1, conductivity, boundary },
    };
  }
  const { volume, fraction: f, along } = layers(random);
  const other = kind === 'layers' ? 0 : 10 ** -between(random, 0.3, 3);
  const [arithmetic, harmonic] = [f + (1 - f) * other, other === 0 ? 0 : 1 / (f + (1 - f) / other)];
  return {
    name: `layers ${f.toFixed(2)} ${other.toPrecision(2)}, ${volume.shape.join('×')}`, volume,
    options: { phase: 1, boundary, ...(other > 0 && { conductivity: { 1: 1, 2: other } }) },
    limit: arithmetic * (1 - along) + harmonic * along,
  };
}

// Star-shaped particles as a JSON file, and as a table.
import { checkArguments, has } from '../core/arguments.js';
import { Checker, type Path } from '../core/check.js';
import { FileError } from '../core/errors.js';
import { checkShape, checkVoxelSize, type Shape, type VoxelSize } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { CROSSINGS } from '../kernels/star.js';
import { coefficientCount, MOST_DEGREE } from '../numeric/harmonics.js';
import { measured, type StarParticle, type StarParticles } from './star-particles.js';

const FORMAT = 'voxelith star-shaped particles';
const VERSION = 1;

/** A particle as it is stored: what follows from its coefficients is left out. */
const STORED = ['grain', 'voxels', 'volume', 'surface', 'missed', 'starShare', 'freeShare', 'cutShare'] as const;

/** JSON text of particles. Lengths as in `StarParticle`. */
export function formatStarParticles(all: StarParticles): string {
  checkArguments('formatStarParticles', { all: [all, has<StarParticles>('degree', 'particles', 'shape')] });
  const { particles, ...rest } = all;
  const lines = particles.map((particle) => JSON.stringify({
    ...Object.fromEntries(STORED.map((key) => [key, particle[key]])), centre: particle.centre,
    coefficients: [...particle.coefficients],
  }));
  const head = JSON.stringify({ format: FORMAT, version: VERSION, ...rest });
  return `${head.slice(0, -1)},"particles":[\n${lines.join(',\n')}\n]}\n`;
}

/** Reads what `formatStarParticles` wrote, by this program or another.
 *  @param name for messages @throws FileError */
export function parseStarParticles(name: string, text: string): StarParticles {
  checkArguments('parseStarParticles', { name: [name, 'text'], text: [text, 'text'] });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FileError(`${name}: is no JSON, or cut off; expected what "voxelith star" writes; write it again`);
  }
  if (typeof value !== 'object' || value === null || (value as { format?: unknown }).format !== FORMAT) {
    throw new FileError(`${name}: holds no particles; expected "format": "${FORMAT}", as "voxelith star" writes it`);
  }
  const check = new Checker('the particles');
  const keys =
    ['format', 'version', 'degree', 'crossing', 'overlap', 'shape', 'voxelSizeUm', 'provenance', 'particles'];
  const given = check.mapping(value, [], keys) ?? {};
  check.number(given.version, ['version'], { min: VERSION, max: VERSION }, VERSION);
  const degree = check.number(given.degree, ['degree'], { min: 0, max: MOST_DEGREE, whole: true }, 0);
  const crossing = check.choice(given.crossing, ['crossing'], CROSSINGS, 'volume');
  const overlap = check.number(given.overlap, ['overlap'], { min: 0 }, 0);
  const particles = check.issues.length > 0 || !Array.isArray(given.particles)
    ? [] : (given.particles as unknown[]).map((one, k) => readParticle(check, one, ['particles', k], degree));
  if (!Array.isArray(given.particles)) check.fail(['particles'], 'particles must be a list');
  const [shape, voxelSizeUm] = readGrid(check, given.shape, given.voxelSizeUm);
  if (check.issues.length > 0) {
    throw new FileError(`${name}: ${check.issues[0].message}${
      check.issues.length > 1 ? `, and ${check.issues.length - 1} more problems` : ''}; write the file again`);
  }
  const provenance = typeof given.provenance === 'object' && given.provenance !== null
    ? { provenance: given.provenance as Record<string, unknown> } : {};
  return { degree, crossing, overlap, shape, voxelSizeUm, particles, ...provenance };
}

function readGrid(check: Checker, shape: unknown, size: unknown): readonly [Shape, VoxelSize] {
  try {
    return [checkShape('shape', shape as Shape), checkVoxelSize('voxelSizeUm', (size ?? null) as VoxelSize)];
  } catch (error) {
    check.fail(['shape'], (error as Error).message);
    return [[1, 1, 1], null];
  }
}

/** A list of finite numbers of a certain length. */
function readNumbers(check: Checker, value: unknown, path: Path, length: number): readonly number[] {
  if (Array.isArray(value) && value.length === length && value.every((one) => Number.isFinite(one))) return value;
  const found = Array.isArray(value) ? `a list of ${value.length}` : quoted(value);
  check.fail(path, `${path.join('.')} must be a list of ${length} finite numbers, got ${found}`);
  return Array.from({ length }, () => 0);
}

function readParticle(check: Checker, value: unknown, path: Path, degree: number): StarParticle {
  const given = check.mapping(value ?? null, path, [...STORED, 'centre', 'coefficients']) ?? {};
  const number = (key: (typeof STORED)[number]): number =>
    check.number(given[key] ?? null, [...path, key], { min: 0 }, 0);
  const [z, y, x] = readNumbers(check, given.centre, [...path, 'centre'], 3);
  const coefficients = readNumbers(check, given.coefficients, [...path, 'coefficients'], coefficientCount(degree));
  return {
    ...measured(Float64Array.from(coefficients), number('volume'), number('surface')), centre: [z, y, x],
    grain: number('grain'), voxels: number('voxels'), missed: number('missed'), starShare: number('starShare'),
    freeShare: number('freeShare'), cutShare: number('cutShare'),
  };
}

/** One row a particle: what is known of it, then Σ_m c_ℓm² of every degree; µm and µm², or voxels. */
export function starTable(all: StarParticles): {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly number[])[];
} {
  checkArguments('starTable', { all: [all, has<StarParticles>('degree', 'particles')] });
  const columns = [
    'grain', 'voxels', 'z', 'y', 'x', 'volume', 'equivalentDiameter', 'surface', 'sphericity', 'starShare', 'freeShare',
    'cutShare', 'missed', ...Array.from({ length: all.degree + 1 }, (_, l) => `power${l}`),
  ];
  return {
    columns,
    rows: all.particles.map((p) => [
      p.grain, p.voxels, ...p.centre, p.volume, p.equivalentDiameter, p.surface, p.sphericity, p.starShare, p.freeShare,
      p.cutShare, p.missed, ...p.spectrum,
    ]),
  };
}

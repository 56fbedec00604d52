// Sobol' sequences: points that fill the unit cube more evenly than random ones, each 2^m of them with one in every
// interval of length 2^−m of every coordinate.
import { checkArguments, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { Sequence } from '../core/sequence.js';
import { SOBOL_DIRECTIONS } from './sobol-directions.js';
import { checkSeed, keyedBits } from './uniform.js';

const BITS = 32;

/** Coordinates of which there are direction numbers. */
export const MAX_SOBOL_DIMENSIONS = 1 + SOBOL_DIRECTIONS.split(';').length;

/** Options of `sobolSequence`. */
export interface SobolOptions {
  /** Coordinates of a point. */
  readonly dimensions: number;
  /** Points, at most 2³². */
  readonly count: number;
  /** Points left out at the beginning; 1 leaves out the corner 0. */
  readonly skip?: number;
  /** null: the plain sequence. A seed scrambles it: a random lower triangular matrix for the digits of each coordinate
   *  and a random digital shift (Matoušek, J. Complexity 14 (1998) 527), which keep how evenly the points lie, so that
   *  each point is uniform and estimates have a variance between seeds. */
  readonly seed?: number | null;
}

/** Options of `sobolSequence` that are not given: the plain sequence from its beginning. */
export const SOBOL_DEFAULTS = { skip: 0, seed: null } as const;

const SOBOL_NAMES: Names<SobolOptions> = { dimensions: true, count: true, skip: true, seed: true };

/** v_1 … v_32 of a coordinate, the first bit the highest. */
function directionsOf(coordinate: number): Uint32Array {
  const v = new Uint32Array(BITS);
  if (coordinate === 0) return v.map((_, k) => 2 ** (BITS - 1 - k));
  const [polynomial, ...initial] = SOBOL_DIRECTIONS.split(';')[coordinate - 1].trim().split(/\s+/).map(Number);
  const degree = initial.length;
  for (let k = 0; k < BITS; k++) {
    if (k < degree) {
      v[k] = initial[k] * 2 ** (BITS - 1 - k);
      continue;
    }
    let word = v[k - degree] ^ (v[k - degree] >>> degree);
    for (let j = 1; j < degree; j++) if ((polynomial >>> (degree - j)) & 1) word ^= v[k - j];
    v[k] = word;
  }
  return v;
}

/** Every word times a random lower triangular matrix over the digits, ones on its diagonal. */
function scrambled(v: Uint32Array, rows: Uint32Array): Uint32Array {
  return v.map((word) => {
    let result = 0;
    for (let k = 0; k < BITS; k++) {
      let digits = word & rows[k];
      digits ^= digits >>> 16;
      digits ^= digits >>> 8;
      digits ^= digits >>> 4;
      digits ^= digits >>> 2;
      digits ^= digits >>> 1;
      result |= (digits & 1) << (BITS - 1 - k);
    }
    return result;
  });
}

/** Points of a Sobol' sequence in [0, 1), in the order of Gray's code (Antonov and Saleev), each made when it is asked
 *  for. The same bits everywhere.
 *  @throws SpecError for more coordinates than there are direction numbers, or more points than 2³² */
export function sobolSequence(options: SobolOptions): Sequence<Float64Array> {
  const where = 'sobolSequence';
  checkArguments(where, { options: [options, SOBOL_NAMES] });
  checkArguments(where, { 'options.dimensions': [options.dimensions, 'count'] });
  const { dimensions, count } = options;
  const { skip, seed } = { ...SOBOL_DEFAULTS, ...options };
  if (seed !== null) checkSeed(where, seed);
  if (dimensions > MAX_SOBOL_DIMENSIONS) {
    throw new SpecError(
      `${where}: there are direction numbers for ${MAX_SOBOL_DIMENSIONS} coordinates, got ${dimensions}`,
    );
  }
  if (!(Number.isSafeInteger(count) && Number.isSafeInteger(skip) && count >= 0 && skip >= 0 &&
    count + skip <= 2 ** BITS)) {
    throw new SpecError(`${where}: count and skip are whole numbers, at most 2³² together, got ${count}, ${skip}`);
  }
  const bits = seed === null ? null : keyedBits({ seed, scenario: 0, realisation: 0 });
  const shift = new Uint32Array(dimensions);
  const directions = Array.from({ length: dimensions }, (_, j) => {
    const plain = directionsOf(j);
    if (bits === null) return plain;
    shift[j] = bits(j, BITS)[0];
    // Row k has digit k and random ones above it.
    const rows = Uint32Array.from({ length: BITS }, (_, k) => {
      const diagonal = 2 ** (BITS - 1 - k);
      const above = k === 0 ? 0 : (0xffffffff << (BITS - k)) >>> 0;
      return diagonal | (bits(j, k)[0] & above);
    });
    return scrambled(plain, rows);
  });
  return new Sequence(count, (index) => {
    const place = index + skip;
    let gray = (place ^ (place >>> 1)) >>> 0;
    const words = shift.slice();
    for (let k = 0; gray !== 0; k++, gray >>>= 1) {
      if (gray & 1) for (let j = 0; j < dimensions; j++) words[j] ^= directions[j][k];
    }
    return Float64Array.from(words, (word) => word / 2 ** BITS);
  });
}

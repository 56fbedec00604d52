// The finest level of a network: how its conductances are stored, and which of them make islands.
import type { Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { layoutOf, type LevelAddresses } from './levels.js';

/** Conductance of each code, for a cubic voxel: 0 for code 0. */
export type Codebook = Float64Array;

/** Faces that may all conduct differently. */
interface Faces {
  readonly z: Lease;
  readonly y: Lease;
  readonly x: Lease;
  readonly periodic: boolean;
  /** Whether voxels are kept that no boundary holds. */
  readonly keepsAll: boolean;
  /** Of the faces across z, y, x (transport axis first): what a conductance between cubic voxels is multiplied by. */
  readonly weights: readonly number[];
  /** Conductivities that make islands, ascending, in the unit of the conductances. */
  readonly islands: readonly number[];
}

export interface PlainLevel {
  /** One phase on cubic voxels: a byte per voxel, its conducting faces. */
  readonly kind: 'plain';
  readonly network: Lease;
}

export interface CodedLevel extends Faces {
  /** A byte per face and a codebook. */
  readonly kind: 'coded';
  readonly book: Lease;
  readonly codebook: Codebook;
}

export interface StoredLevel extends Faces {
  /** An f32 per face. */
  readonly kind: 'stored';
}

export type FinestLevel = PlainLevel | CodedLevel | StoredLevel;

/** Share of a conductivity from which on a face counts as having it: between it and a far lower one the harmonic mean
 *  is far lower too, and between two that are high it is as high. */
const NEARLY = 0.999;

export const isPeriodic = (finest: FinestLevel): boolean => finest.kind !== 'plain' && finest.periodic;

/** Sets of islands that a level can have. */
export const islandSets = (finest: FinestLevel): number => (finest.kind === 'plain' ? 0 : finest.islands.length);

/** Whether codes are shares of one conductance. */
export function isLinear(book: Codebook): boolean {
  return book.every((g, code) => Math.abs(g - code * book[1]) <= 1e-12 * book[1] * code);
}

/** Ratio of conductances from which on they lie far apart. */
const FAR = 50;

/** Whether conductances lie far apart, so that a solve may not see for long what is slow. Apertures, which are shares
 *  of one conductivity, do not. */
export function areFarApart(finest: FinestLevel): boolean {
  if (finest.kind === 'plain') return false;
  if (finest.kind === 'stored' || finest.islands.length > 0) return true;
  const open = finest.codebook.filter((g) => g > 0);
  return !isLinear(finest.codebook) && Math.max(...open) >= FAR * Math.min(...open);
}

/** Addresses of the finest level's conductances for its entry. */
export function finestAddresses(finest: FinestLevel, shape: Shape): LevelAddresses {
  const { origin } = layoutOf(shape);
  if (finest.kind === 'plain') return { network: finest.network.ptr + origin };
  const { z, y, x } = finest;
  const from = finest.kind === 'stored' ? 4 * origin : origin;
  return {
    faceZ: z.ptr + from, faceY: y.ptr + from, faceX: x.ptr + from,
    inverse: finest.kind === 'coded' ? finest.book.ptr : 0,
  };
}

/** Least conductance of a face that joins voxels of an island, along any axis: per set. */
export function lowestOf(finest: FinestLevel): readonly number[] {
  if (finest.kind === 'plain') return [];
  const least = Math.min(...finest.weights);
  return finest.islands.map((sigma) => NEARLY * sigma * least);
}

/** Which faces join voxels of an island, as the kernel reads it: 256 bytes per set, whether a code does, or f32 per
 *  axis from which conductance on. */
export function strongFaces(finest: FinestLevel): readonly Uint8Array[] {
  if (finest.kind === 'plain') return [];
  return finest.islands.map((sigma) => {
    if (finest.kind === 'coded') return Uint8Array.from(finest.codebook, (g) => (g >= NEARLY * sigma ? 1 : 0));
    return new Uint8Array(
      Float32Array.from({ length: 64 }, (_, axis) => NEARLY * sigma * (finest.weights[axis] ?? Infinity)).buffer,
    );
  });
}

// Sizes of the multigrid levels and of their fields, as in assembly/transport/level/levels.ts.
import { LEVEL_BYTES } from '../../assembly/layout.js';
import type { Shape } from '../core/grid.js';
import { encodeLayout, type AddressBytes } from '../runtime/call.js';

/** The red-black layout of one level, in elements. */
export interface Layout {
  readonly shape: Shape;
  readonly pitch: number;
  readonly plane: number;
  readonly half: number;
  readonly origin: number;
}

export function layoutOf(shape: Shape): Layout {
  const [nz, ny, nx] = shape;
  const pitch = Math.ceil((4 * Math.ceil(nx / 8) + 1) / 16) * 16;
  const plane = (ny + 2) * pitch;
  return { shape, pitch, plane, half: (nz + 2) * plane, origin: plane + pitch };
}

/** What faces across z, y, x (transport axis first) conduct relative to each other where all else is equal. */
export type Weights = readonly number[];
const EQUAL: Weights = [1, 1, 1];
/** Share of the greatest weight from which on a level is coarsened across an axis. A level that is coarsened across
 *  some axes brings them nearer to the others by a factor of 4, to half of theirs at least. */
const STRONG = 0.5;

/** A level, and along which axes the next one is half as fine. */
export interface LevelStep {
  readonly shape: Shape;
  readonly halved: readonly [boolean, boolean, boolean];
}

/** A shape with half as many voxels along some axes. */
export function halve(shape: Shape, halved: LevelStep['halved']): Shape {
  const [z, y, x] = shape.map((n, axis) => (halved[axis] ? Math.ceil(n / 2) : n));
  return [z, y, x];
}

/** Axes that are halved, as the kernels read them. */
export const halvesOf = ([z, y, x]: LevelStep['halved']): number => (z ? 4 : 0) | (y ? 2 : 0) | (x ? 1 : 0);

/** The weights of the next level: faces add up, or half of them do along an axis that is halved. */
function nextWeights({ shape, halved }: LevelStep, weights: Weights): Weights {
  const joined = halved.map((half, axis): number => (half && shape[axis] > 1 ? 2 : 1));
  const faces = joined.reduce((product, n) => product * n, 1);
  return weights.map((weight, axis) => weight * faces / joined[axis] ** 2);
}

/** Levels from the finest down to one of at most 4 voxels along every axis, two at least. Where faces across some axes
 *  conduct far less than across others, levels are coarsened across the others alone until they do not, as a half sweep
 *  smooths along these alone (decisions/0180); on the coarsest level they conduct alike. */
export function levelSteps(shape: Shape, weights: Weights = EQUAL): LevelStep[] {
  const steps: LevelStep[] = [];
  for (let level = { shape, weights }; ; ) {
    const strongest = Math.max(...level.weights.filter((_, axis) => level.shape[axis] > 1));
    const [z, y, x] = level.shape.map((n, axis) => n === 1 || level.weights[axis] >= STRONG * strongest);
    const step: LevelStep = { shape: level.shape, halved: [z, y, x] };
    steps.push(step);
    if (steps.length >= 2 && Math.max(...level.shape) <= 4 && z && y && x) return steps;
    level = { shape: halve(step.shape, step.halved), weights: nextWeights(step, level.weights) };
  }
}

/** Level sizes where all axes are halved. */
export const levelShapes = (shape: Shape): Shape[] => levelSteps(shape).map((level) => level.shape);

/** Addresses of element (0, 0, 0) of the red halves; codes, network in bytes, fields in f32. 0 where a level has
 *  none. */
export interface LevelAddresses {
  readonly solution?: number;
  readonly right?: number;
  readonly faceX?: number;
  readonly faceY?: number;
  readonly faceZ?: number;
  /** Inverse diagonal, or on a coded finest level the codebook. */
  readonly inverse?: number;
  readonly network?: number;
  /** Buffers of all threads for the finest level's byte network. */
  readonly scratch?: number;
  /** Record of the islands, for every level. */
  readonly islands?: number;
  /** Record of the levels of connected parts. */
  readonly parts?: number;
  /** Diagonal term. */
  readonly diagonal?: number;
  /** Right-hand side of the finest level, where it is not the residual of the linear profile. */
  readonly given?: number;
  /** Lists of octets of a plain finest level. */
  readonly octets?: number;
}

/** Rows that the passes over the byte network walk together through the planes: a tile of one colour then takes 32 KiB
 *  a plane, and the planes between a voxel's first and last use stay in a core's L2 cache. An even number: aggregates
 *  stay whole. */
function tileRows(shape: Shape): number {
  const fitting = Math.floor((32 * 1024) / (4 * layoutOf(shape).pitch));
  return 2 * Math.ceil(Math.min(Math.max(fitting, 8), shape[1]) / 2);
}

/** Buffers of one thread: 9 planes of a tile with three rows around it, and a line before and after. */
export const bufferBytes = (shape: Shape): number => 9 * (tileRows(shape) + 6) * 4 * layoutOf(shape).pitch + 128;

/** Lists of the octets that conduct, u16 each, with their number before them, of every row. */
export const octetBytes = (shape: Shape): number => shape[0] * shape[1] * (2 + layoutOf(shape).pitch / 4);

/** A level's entry, LEVEL_BYTES of it. The last: along which axes the next level is half as fine. */
export function levelEntry(
  { shape, pitch, plane, half }: Layout, at: LevelAddresses, periodic: boolean, addressBytes: AddressBytes,
  halved: LevelStep['halved'] = [true, true, true],
): Uint8Array {
  const [nz, ny, nx] = shape;
  const entry = new Uint8Array(LEVEL_BYTES);
  entry.set(encodeLayout('Level', {
    nz, ny, nx, rowBytes: 4 * pitch, planeBytes: 4 * plane, halfBytes: 4 * half, wraps: periodic ? 1 : 0,
    scratchBytes: bufferBytes(shape), tileRows: tileRows(shape),
    halves: halvesOf(halved), ...at,
  }, addressBytes));
  return entry;
}

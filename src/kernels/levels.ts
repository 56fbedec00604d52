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

/** Level sizes from the finest down to one of at most 4 voxels along every axis; two at least. */
export function levelShapes(shape: Shape): Shape[] {
  const shapes: Shape[] = [shape];
  for (let last = shape; shapes.length < 2 || Math.max(...last) > 4; ) {
    last = [Math.ceil(last[0] / 2), Math.ceil(last[1] / 2), Math.ceil(last[2] / 2)];
    shapes.push(last);
  }
  return shapes;
}

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
}

/** Rows that the passes over the byte network walk together through the planes: a tile of one colour then takes 48 KiB
 *  a plane, and the planes between a voxel's first and last use stay in a core's L2 cache. An even number: aggregates
 *  stay whole. */
function tileRows(shape: Shape): number {
  const fitting = Math.floor((48 * 1024) / (4 * layoutOf(shape).pitch));
  return 2 * Math.ceil(Math.min(Math.max(fitting, 8), shape[1]) / 2);
}

/** Buffers of one thread: 6 planes of a tile with two rows around it, and a line before and after. */
export const bufferBytes = (shape: Shape): number => 6 * (tileRows(shape) + 4) * 4 * layoutOf(shape).pitch + 128;

/** A level's entry, LEVEL_BYTES of it. */
export function levelEntry(
  { shape, pitch, plane, half }: Layout, at: LevelAddresses, periodic: boolean, addressBytes: AddressBytes,
): Uint8Array {
  const [nz, ny, nx] = shape;
  const entry = new Uint8Array(LEVEL_BYTES);
  entry.set(encodeLayout('Level', {
    nz, ny, nx, rowBytes: 4 * pitch, planeBytes: 4 * plane, halfBytes: 4 * half, wraps: periodic ? 1 : 0,
    scratchBytes: bufferBytes(shape), tileRows: tileRows(shape), ...at,
  }, addressBytes));
  return entry;
}

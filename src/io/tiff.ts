// TIFF 6.0: one page per slice, uncompressed, all slices in a row, as ImageJ writes stacks: it shows the voxel size. A
// line of the description holds it exactly. Reading: tiff-images.ts finds the pages, tiff-pixels.ts reads them.
import { FileError } from '../core/errors.js';
import type { DecodeContext, VoxelFormat } from './formats.js';
import { OWN_KEY } from './tiff-description.js';
import { imageOf } from './tiff-images.js';
import { pixelsOf } from './tiff-pixels.js';
import { asciiJson, bytesOf, bytesPerVoxel, concatenated, dataTypeOf, type VoxelArray } from './voxels.js';

const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const SAMPLE_FORMATS: Readonly<Record<string, 1 | 2 | 3>> = { u: 1, i: 2, f: 3 };

/** Pixels per µm as a TIFF rational. */
function resolution(um: number): [number, number] {
  let over = 1e9;
  while (over > 1 && over * um >= 2 ** 32) over /= 10;
  return [over, Math.max(1, Math.round(over * um))];
}

/** ImageJ's description [ij.io.FileSaver]: resolution tags are per `unit`, slices are `spacing` of them apart. */
function describe({ shape, voxelSizeUm, provenance }: VoxelArray): string {
  const [nz] = shape;
  const lines = ['ImageJ=1.53t', ...(nz > 1 ? [`images=${nz}`, `slices=${nz}`] : [])];
  if (voxelSizeUm !== null) lines.push('unit=um', `spacing=${voxelSizeUm[0]}`);
  lines.push('loop=false', `${OWN_KEY}=${asciiJson({ voxelSizeUm, provenance: provenance ?? null })}`);
  return `${lines.join('\n')}\n\0`;
}

/** Header, then one directory per slice, then all slices in a row: the layout that memory-mapping readers like. */
function encode(array: VoxelArray): Uint8Array {
  const { data, shape, voxelSizeUm } = array;
  const [nz, ny, nx] = shape;
  const type = dataTypeOf(data);
  const description = new TextEncoder().encode(describe(array));
  const entries = 13;
  const directory = 2 + 12 * (entries + 1) + 4;
  const resolutionAt = 8 + description.length + (description.length % 2);
  const firstDirectory = resolutionAt + 16;
  const slice = ny * nx * bytesPerVoxel(type);
  const dataAt = Math.ceil((firstDirectory + nz * directory) / 64) * 64;
  if (dataAt + nz * slice >= 2 ** 32) {
    throw new FileError(`TIFF: ${shape.join('×')} ${type} are beyond its 4 GiB; write .nrrd or .npy instead`);
  }
  const head = new Uint8Array(dataAt);
  const view = new DataView(head.buffer);
  head.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, firstDirectory, true);
  head.set(description, 8);
  const [xResolution, yResolution] =
    voxelSizeUm === null ? [[1, 1], [1, 1]] : [resolution(voxelSizeUm[2]), resolution(voxelSizeUm[1])];
  [...xResolution, ...yResolution].forEach((value, i) => view.setUint32(resolutionAt + 4 * i, value, true));

  let at = firstDirectory;
  const entry = (tag: number, kind: number, count: number, value: number): void => {
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, kind, true);
    view.setUint32(at + 4, count, true);
    if (kind === SHORT) view.setUint16(at + 8, value, true);
    else view.setUint32(at + 8, value, true);
    at += 12;
  };
  for (let z = 0; z < nz; z++) {
    const first = z === 0;
    const next = firstDirectory + (z + 1) * directory;
    view.setUint16(at, entries + (first ? 1 : 0), true);
    at += 2;
    entry(256, LONG, 1, nx);
    entry(257, LONG, 1, ny);
    entry(258, SHORT, 1, 8 * bytesPerVoxel(type));
    entry(259, SHORT, 1, 1);
    entry(262, SHORT, 1, 1);
    if (first) entry(270, 2, description.length, 8);
    entry(273, LONG, 1, dataAt + z * slice);
    entry(277, SHORT, 1, 1);
    entry(278, LONG, 1, ny);
    entry(279, LONG, 1, slice);
    entry(282, RATIONAL, 1, resolutionAt);
    entry(283, RATIONAL, 1, resolutionAt + 8);
    entry(296, SHORT, 1, 1);
    entry(339, SHORT, 1, SAMPLE_FORMATS[type[0]]);
    view.setUint32(at, z + 1 < nz ? next : 0, true);
    at = next;
  }
  return concatenated(head, bytesOf(data));
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { planes, shape, meta } = await imageOf(context, bytes);
  const files = new Set(planes.map((plane) => plane.bytes));
  files.delete(bytes);
  const others = [...files].reduce((sum, { length }) => sum + length, 0);
  return { data: await pixelsOf({ ...context, room: context.room - others }, planes, shape), shape, ...meta };
}

export const tiff: VoxelFormat = { name: 'tiff', extensions: ['.tif', '.tiff'], sidecar: 'none', encode, decode };

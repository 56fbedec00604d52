// Zarr, a folder of chunks. Written without a package: version 2 with OME-NGFF 0.4 metadata, zlib, 64³ chunks: what
// every program that knows Zarr reads. Read through the optional package `zarrita`, loaded on use: versions 2 and 3,
// Blosc, zstd, lz4, gzip, zlib, shards; the finest level of OME-NGFF images.
import { causeText } from '../core/cause.js';
import { FileError, VoxelithError } from '../core/errors.js';
import type { VoxelSize } from '../core/grid.js';
import {
  alongZyx, arranged, arrangementOf, axesFrom, checkArranged, chosen, voxelSizeIn, withPiece, type Arrangement,
  type Attributes, type Listed,
} from './arranged.js';
import { compressed } from './compress.js';
import type { DecodeContext, Folder, VoxelFormat } from './formats.js';
import { loadLibrary } from './libraries.js';
import { placeOf } from './place.js';
import type { Room } from './room.js';
import { packageNumbers } from './stored.js';
import { unitUm } from '../core/lengths.js';
import {
  asciiJson, bytesOf, bytesPerVoxel, dataTypeOf, objectFrom, provenanceFrom, spacingFrom, STORED_TYPES,
  type DataType, type Remarks, type VoxelArray, type VoxelData,
} from './voxels.js';
import { registerBounded, withBoundedCodecs } from './zarr-codecs.js';

const PROVENANCE = 'voxelith';
const CHUNK = 64;
const DTYPES: Readonly<Record<DataType, string>> = {
  uint8: '|u1', int8: '|i1', uint16: '<u2', int16: '<i2', uint32: '<u4', int32: '<i4', float32: '<f4', float64: '<f8',
};
/** Bytes of a whole array that are decoded at a time: whole layers of chunks up to this. */
const PIECE = 2 ** 26;
/** Chunks of it: each is a task of its own. */
const PIECE_CHUNKS = 2 ** 14;
/** More chunks than this must be there: missing ones stand for a value, and cost time. */
const MOST_MISSING = 2 ** 20;

/** zarr-python 2 takes ASCII only. */
function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${asciiJson(value)}\n`);
}

/** One chunk, its part beyond the array filled with zeros as version 2 wants it. */
function chunkOf(
  bytes: Uint8Array, shape: readonly number[], width: number, chunk: readonly number[], at: readonly number[],
): Uint8Array {
  const [cz, cy, cx] = chunk;
  const [z0, y0, x0] = at.map((k, axis) => k * chunk[axis]);
  const [nz, ny, nx] = shape;
  const result = new Uint8Array(cz * cy * cx * width);
  const row = Math.min(cx, nx - x0) * width;
  for (let z = z0; z < Math.min(nz, z0 + cz); z++) {
    for (let y = y0; y < Math.min(ny, y0 + cy); y++) {
      const from = ((z * ny + y) * nx + x0) * width;
      result.set(bytes.subarray(from, from + row), ((z - z0) * cy + (y - y0)) * cx * width);
    }
  }
  return result;
}

async function encode(array: VoxelArray, name: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const { dataset } = placeOf(name);
  if (dataset !== null) throw new FileError(`${name}: a Zarr is written whole; leave out "${dataset}"`);
  const { data, shape, voxelSizeUm, provenance } = array;
  const unit = voxelSizeUm === null ? {} : { unit: 'micrometer' };
  const axes = ['z', 'y', 'x'].map((axis) => ({ name: axis, type: 'space', ...unit }));
  const scale = { type: 'scale', scale: voxelSizeUm ?? [1, 1, 1] };
  const attributes = {
    multiscales: [{ version: '0.4', axes, datasets: [{ path: '0', coordinateTransformations: [scale] }] }],
    ...(provenance ? { [PROVENANCE]: provenance } : {}),
  };
  const chunks = shape.map((n) => Math.min(n, CHUNK));
  const files = new Map([
    ['.zgroup', json({ zarr_format: 2 })],
    ['.zattrs', json(attributes)],
    ['0/.zarray', json({
      zarr_format: 2, shape, chunks, dtype: DTYPES[dataTypeOf(data)], compressor: { id: 'zlib', level: 6 },
      fill_value: 0, order: 'C', filters: null,
      dimension_separator: '/',
    })],
  ]);
  const bytes = bytesOf(data);
  const [kz, ky, kx] = shape.map((n, axis) => Math.ceil(n / chunks[axis]));
  for (let z = 0; z < kz; z++) {
    // A layer at a time: the platform compresses its chunks on several threads.
    const places = Array.from({ length: ky * kx }, (_, k) => [z, Math.floor(k / kx), k % kx]);
    const packed = await Promise.all(
      places.map((at) => compressed(chunkOf(bytes, shape, bytesPerVoxel(dataTypeOf(data)), chunks, at), 'deflate')),
    );
    places.forEach((at, k) => files.set(`0/${at.join('/')}`, packed[k]));
  }
  return files;
}

/** One resolution of an OME-NGFF image. */
interface Level {
  readonly axes: readonly { readonly name?: unknown; readonly unit?: unknown }[];
  readonly scale: readonly number[];
  readonly finest: boolean;
}

interface Contents {
  readonly arrays: readonly Listed[];
  readonly attributes: ReadonlyMap<string, Attributes>;
  readonly levels: ReadonlyMap<string, Level>;
}

function joined(group: string, path: string): string {
  return [group, path].filter((part) => part !== '').join('/');
}

/** Product of the scales among coordinate transformations. */
function scaleOf(rank: number, ...lists: unknown[]): number[] {
  const scale = Array.from({ length: rank }, () => 1);
  for (const list of lists) {
    for (const { type, scale: factors } of Array.isArray(list) ? (list as { type?: unknown; scale?: unknown }[]) : []) {
      if (type === 'scale' && Array.isArray(factors)) {
        factors.slice(0, rank).forEach((factor, k) => void (scale[k] *= Number(factor)));
      }
    }
  }
  return scale;
}

function levelsOf(group: string, attributes: Attributes): [string, Level][] {
  const { ome, multiscales = (ome as Attributes | undefined)?.multiscales } = attributes;
  if (!Array.isArray(multiscales)) return [];
  return (multiscales as Attributes[]).flatMap(({ axes, datasets, coordinateTransformations }) =>
    (Array.isArray(datasets) ? (datasets as Attributes[]) : []).map((dataset, k): [string, Level] => {
      // Version 0.3 has names only, earlier ones nothing: always t, c, z, y, x.
      const named = (Array.isArray(axes) ? axes : ['t', 'c', 'z', 'y', 'x'])
        .map((axis: unknown) => (typeof axis === 'string' ? { name: axis } : (axis as Level['axes'][number])));
      return [
        joined(group, String(dataset.path)),
        {
          axes: named, scale: scaleOf(named.length, dataset.coordinateTransformations, coordinateTransformations),
          finest: k === 0,
        },
      ];
    }),
  );
}

async function contentsOf(name: string, folder: Folder): Promise<Contents> {
  const arrays: Listed[] = [];
  const attributes = new Map<string, Attributes>();
  for (const path of [...(await folder.list())].sort()) {
    const file = path.slice(path.lastIndexOf('/') + 1);
    if (!['.zarray', '.zattrs', 'zarr.json'].includes(file)) continue;
    const node = path.slice(0, Math.max(0, path.length - file.length - 1));
    const value = objectFrom(new TextDecoder().decode((await folder.read(path)) ?? new Uint8Array(0)));
    if (value === null) throw new FileError(`${name}: ${path} is truncated or damaged (no JSON); write it again`);
    const isArray = file === '.zarray' || value.node_type === 'array';
    if (isArray && Array.isArray(value.shape)) {
      arrays.push({ path: node, shape: value.shape as number[], dtype: String(value.dtype ?? value.data_type) });
    }
    if (file === '.zattrs') attributes.set(node, value);
    else if (file === 'zarr.json') {
      attributes.set(
        node, { ...(value.attributes as Attributes | undefined), _ARRAY_DIMENSIONS: value.dimension_names },
      );
    }
  }
  return { arrays, attributes, levels: new Map([...attributes].flatMap(([group, own]) => levelsOf(group, own))) };
}

function voxelSize(
  remarks: Remarks, level: Level | undefined, attributes: Attributes, found: Arrangement, rank: number,
): VoxelSize {
  if (level === undefined || level.axes.length !== rank) return voxelSizeIn(remarks, attributes, found, rank);
  const units = alongZyx(found, level.axes, rank).map(({ unit }) => unitUm(String(unit ?? '')));
  const known = units.every((unit) => unit !== null);
  const [z, y, x] = alongZyx(found, level.scale, rank).map((h, k) => (known ? h * (units[k] as number) : h));
  return spacingFrom(remarks, [x, y, z], known ? 1 : null);
}

async function decode(_: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name, dataset: wanted, folder } = context;
  if (folder === null) {
    throw new FileError(`${name}: a Zarr is a folder of files; read it by its path, or with decodeFolder`);
  }
  const { arrays, attributes, levels } = await contentsOf(name, folder);
  if (arrays.length === 0) throw new FileError(`${name}: not a Zarr folder: no .zarray and no zarr.json in it`);
  const candidates =
    arrays.some(({ path }) => path === wanted) ? arrays : arrays.filter(({ path }) => levels.get(path)?.finest ?? true);
  const { path, shape: sizes } = chosen(name, wanted, candidates);
  const place = path === '' ? name : `${name}:${path}`;
  const level = levels.get(path);
  const own = attributes.get(path) ?? {};
  const parent = attributes.get(path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '') ?? {};
  const axes = level?.axes.length === sizes.length ? level.axes.map((axis) => String(axis.name)) : axesFrom(own);
  const found = arrangementOf(place, sizes, axes);
  const inside = { ...context, name: place };
  const numbers = await numbersIn(inside, folder, path, sizes, found);
  const made = own[PROVENANCE] ?? parent[PROVENANCE];
  const voxelSizeUm = voxelSize(inside, level, { ...parent, ...own }, found, sizes.length);
  return { data: arranged(numbers, sizes, found), shape: found.shape, voxelSizeUm, ...provenanceFrom(made) };
}

/** Bytes of an element of a type such as uint16. */
function widthOf(dtype: string): number {
  return Math.max(1, Number(/\d+$/.exec(dtype)?.[0] ?? 8) / 8);
}

/** How many layers of the first axis are decoded at a time: whole chunks, as many as PIECE allows. */
function layersOf(sizes: readonly number[], chunks: readonly number[], width: number): number {
  const product = (list: readonly number[]): number => list.reduce((result, n) => result * n, 1);
  const bytes = width * product(sizes.slice(1));
  const count = product(sizes.slice(1).map((n, k) => Math.ceil(n / chunks[k + 1])));
  return Math.max(1, Math.floor(Math.min(PIECE / bytes / chunks[0], PIECE_CHUNKS / count))) * chunks[0];
}

/** What a codec said, without its name among ours. */
function causeOf(error: Error): string {
  return causeText(error.cause instanceof FileError ? error.cause : error).replace('voxelith.', '');
}

async function numbersIn(
  context: DecodeContext, folder: Folder, path: string, sizes: readonly number[], arrangement: Arrangement,
): Promise<VoxelData> {
  const place = context.name;
  const library = await loadLibrary('zarrita', context.libraries, `${place}: reading Zarr`);
  try {
    registerBounded(library.registry);
    const files = new Set(await folder.list());
    const store = {
      get: async (key: string): Promise<Uint8Array | undefined> => {
        const file = key.slice(1);
        const bytes = files.has(file) ? await folder.read(file) : null;
        return bytes === null
          ? undefined
          : /(^|\/)(\.zarray|zarr\.json)$/.test(file) ? withBoundedCodecs(bytes)
          : bytes;
      },
    };
    const array = await library.open(library.root(store).resolve(path), { kind: 'array' });
    const count = sizes.reduce((product, n) => product * n, 1);
    const { chunks } = array;
    if (chunks.length !== sizes.length || !chunks.every((n) => Number.isInteger(n) && n > 0)) {
      throw new FileError(
        `${place}: has chunks of ${chunks.join('×')}; they must be whole numbers above 0, one for each axis`,
      );
    }
    const chunkCount = sizes.reduce((product, n, k) => product * Math.ceil(n / chunks[k]), 1);
    if (chunkCount > MOST_MISSING && chunkCount > files.size) {
      throw new FileError(
        `${place}: consists of ${chunkCount} chunks of ${chunks.join('×')}, ${files.size} files are there; ` +
          'copy it anew',
      );
    }
    const width = widthOf(String(array.dtype));
    const step = layersOf(sizes, chunks, width);
    const layer = count / sizes[0];
    // A piece, the same once more as chunks, and the chunk that is decoded.
    const chunk = chunks.reduce((product, n) => product * n, 1);
    checkArranged(context, sizes, arrangement, width, width * (2 * Math.min(step, sizes[0]) * layer + chunk));
    let all: VoxelData | null = null;
    for (let from = 0; from < sizes[0]; from += step) {
      const part = await library.get(
        array, [library.slice(from, Math.min(sizes[0], from + step)), ...sizes.slice(1).map(() => null)],
      );
      all = withPiece(context, all, numbersOfChunk(context, String(array.dtype), part), count, from * layer);
    }
    if (all === null) throw new FileError(`${place}: the array is empty; write it again`);
    return all;
  } catch (error) {
    if (error instanceof VoxelithError) throw error;
    throw new FileError(`${place}: cannot be read as Zarr (${causeOf(error as Error)}); write it again`);
  }
}

/** A part of an array as numbers in C order. */
function numbersOfChunk(
  room: Room, dtype: string, { data, shape, stride }: { data: unknown; shape: number[]; stride: number[] },
): VoxelData {
  const values =
    packageNumbers(room, dtype === 'bool' ? new Uint8Array((data as { buffer: ArrayBuffer }).buffer) : data);
  if (values === null) {
    throw new FileError(`${room.name}: holds ${dtype}; expected one of ${STORED_TYPES.join(', ')}`);
  }
  const expected = shape.map((_, k) => shape.slice(k + 1).reduce((product, n) => product * n, 1));
  if (shape.every((n, k) => n === 1 || stride[k] === expected[k])) return values;
  // Chunks in Fortran order may come back as they lie.
  const result = values.slice();
  for (let i = 0; i < result.length; i++) {
    let at = 0;
    for (let k = 0; k < shape.length; k++) at += (Math.floor(i / expected[k]) % shape[k]) * stride[k];
    result[i] = values[at];
  }
  return result;
}

export const zarr: VoxelFormat = { name: 'zarr', extensions: ['.zarr'], sidecar: 'none', folder: true, encode, decode };

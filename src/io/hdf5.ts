// HDF5 through the optional package `h5wasm` (the HDF5 library as WebAssembly), loaded on use: any chunking, byte order
// and gzip, shuffle, fletcher32 or szip filters. Written: one dataset in chunks of at most 64³, gzip, `element_size_um`
// as Fiji and ilastik have it.
import type { Dataset, File, Group } from 'h5wasm';
import { causeText } from '../core/cause.js';
import { FileError, VoxelithError } from '../core/errors.js';
import {
  arranged, arrangementOf, axesFrom, checkArranged, chosen, voxelSizeIn, withPiece, type Arrangement, type Attributes,
  type Listed,
} from './arranged.js';
import type { DecodeContext, VoxelFormat } from './formats.js';
import { loadLibrary, type Libraries } from './libraries.js';
import type { Room } from './room.js';
import { placeOf } from './place.js';
import { packageNumbers } from './stored.js';
import {
  asciiJson, bytesPerVoxel, dataTypeOf, objectFrom, provenanceFrom, STORED_TYPES, type DataType, type VoxelArray,
  type VoxelData,
} from './voxels.js';

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const DATASET = 'data';
const PROVENANCE = 'voxelith';
const CHUNK = 64;
/** Level 1 takes a third of the time of level 4 for files that are a tenth larger. */
const DEFLATE_LEVEL = 1;
/** Bytes that are read from the file at a time: whole layers of chunks up to this. */
const PIECE = 2 ** 25;

type Library = typeof import('h5wasm');
type FileSystem = Awaited<Library['ready']>['FS'];

async function load(name: string, libraries: Libraries = {}): Promise<Library> {
  const library = await loadLibrary('h5wasm', libraries, `${name}: HDF5`);
  // Otherwise the HDF5 library prints a page on stderr for each thing that it does not find.
  (await library.ready).activate_throwing_error_handler();
  return library;
}

/** The innermost cause in an error of the HDF5 library, which is a page. */
function causeOf(error: unknown): string {
  const { message } = error as Error;
  return [...message.matchAll(/#\d+: .* line \d+ in \w+\(\): (.*)/g)].at(-1)?.[1] ?? causeText(error);
}

let files = 0;

/** Lends a place in the library's own file system, which only it sees. */
async function withFile<T>(
  name: string, libraries: Libraries, doing: 'read' | 'written',
  work: (library: Library, fs: FileSystem, path: string) => T,
): Promise<T> {
  const library = await load(name, libraries);
  const { FS } = await library.ready;
  const path = `/voxelith-${files++}.h5`;
  try {
    return work(library, FS, path);
  } catch (error) {
    if (error instanceof VoxelithError) throw error;
    const cause = causeOf(error);
    // A filter that is not built in is looked for among plugins, on a disk that the library does not have.
    if (/plugin/.test(cause)) {
      throw new FileError(
        `${name}: compressed with a filter that h5wasm does not have (lzf, Blosc …); write it with gzip, e.g. ` +
          'h5repack -f GZIP=1',
      );
    }
    throw new FileError(
      `${name}: cannot be ${doing} as HDF5 (${cause}); ` +
        `${doing === 'read' ? 'write the file again' : 'write .nrrd or .npy'}`,
    );
  } finally {
    if (FS.analyzePath(path).exists) FS.unlink(path);
  }
}

const product = (list: readonly number[]): number => list.reduce((result, n) => result * n, 1);

/** Layers of the first axis that are read at a time: whole chunks, as many as PIECE allows. */
function layersOf({ shape, metadata }: Dataset): number {
  const depth = metadata.chunks?.[0] ?? 1;
  const layer = Math.max(1, product((shape as number[]).slice(1)) * metadata.size);
  return Math.max(1, Math.floor(PIECE / layer / depth)) * depth;
}

/** @throws CapacityError when there is no room for the array, a piece of it three times (in the library, its copy, its
 *    numbers) and a chunk */
function checkPieces(room: Room, dataset: Dataset, arrangement: Arrangement): void {
  const { metadata } = dataset;
  const sizes = dataset.shape as number[];
  const piece = Math.min(layersOf(dataset), sizes[0]) * product(sizes.slice(1));
  checkArranged(room, sizes, arrangement, metadata.size, metadata.size * (3 * piece + product(metadata.chunks ?? [0])));
}

/** Numbers of one dataset in their type, layer by layer: the whole would be in memory three times. */
function numbersIn(room: Room, dataset: Dataset): VoxelData {
  const size = dataset.shape as number[];
  const count = product(size);
  const step = layersOf(dataset);
  let all: VoxelData | null = null;
  for (let from = 0; from < size[0]; from += step) {
    const part = dataset.slice([[from, Math.min(size[0], from + step)], ...size.slice(1).map((): [] => [])]) as unknown;
    const piece = packageNumbers(room, part);
    if (piece === null) {
      throw new FileError(`${room.name}: holds ${String(dataset.dtype)}; expected one of ${STORED_TYPES.join(', ')}`);
    }
    all = withPiece(room, all, piece, count, from * (count / size[0]));
  }
  if (all === null) throw new FileError(`${room.name}: the dataset is empty; write the file again`);
  return all;
}

/** Class of whole numbers, of floats and of enumerations (numpy's bool) in HDF5. */
const NUMERIC = [0, 1, 8];
const ENUM = 8;

function listed(path: string, { shape, metadata }: Dataset): Listed | null {
  if (shape === null || shape.length === 0 || metadata.vlen || !NUMERIC.includes(metadata.type)) return null;
  const letter = metadata.type === ENUM ? 'bool' : metadata.type === 1 ? 'float' : metadata.signed ? 'int' : 'uint';
  return { path, shape, dtype: letter === 'bool' ? letter : `${letter}${8 * metadata.size}` };
}

function attributesOf(node: Dataset | Group): Attributes {
  return Object.fromEntries(Object.entries(node.attrs).map(([key, { value }]) => [key, value]));
}

function read(context: DecodeContext, library: Library, file: File): VoxelArray {
  const { name, dataset: wanted } = context;
  const isDataset = (node: unknown): node is Dataset => node instanceof library.Dataset;
  const all = file.paths().sort().flatMap((path) => {
    const node = file.get(path);
    return isDataset(node) ? (listed(path, node) ?? []) : [];
  });
  const { path } = chosen(name, wanted, all);
  const dataset = file.get(path) as Dataset;
  const place = `${name.includes(':') ? placeOf(name).file : name}:${path}`;
  const own = attributesOf(dataset);
  const parent = path.includes('/') ? (file.get(path.slice(0, path.lastIndexOf('/'))) as Group) : file;
  const around: Attributes = { ...attributesOf(file), ...attributesOf(parent), ...own };
  const sizes = dataset.shape as number[];
  const found = arrangementOf(place, sizes, axesFrom(own));
  const inside = { ...context, name: place };
  checkPieces(inside, dataset, found);
  const numbers = numbersIn(inside, dataset);
  // numpy's bool is an enumeration of signed bytes.
  const data =
    dataset.metadata.type === ENUM && numbers instanceof Int8Array ? new Uint8Array(numbers.buffer) : numbers;
  return {
    data: arranged(data, sizes, found),
    shape: found.shape,
    voxelSizeUm: voxelSizeIn(inside, around, found, sizes.length),
    ...provenanceFrom(typeof own[PROVENANCE] === 'string' ? objectFrom(own[PROVENANCE]) : null),
  };
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name } = context;
  // A user block of 512, 1024, … bytes may precede the signature.
  const starts = (at: number): boolean => SIGNATURE.every((byte, k) => bytes[at + k] === byte);
  let at = 0;
  while (at < bytes.length && !starts(at)) at = at === 0 ? 512 : 2 * at;
  if (at >= bytes.length) throw new FileError(`${name}: not an HDF5 file: no \\x89HDF at its beginning`);
  return withFile(name, context.libraries, 'read', (library, fs, path) => {
    fs.writeFile(path, bytes);
    const file = new library.File(path, 'r');
    try {
      return read(context, library, file);
    } finally {
      file.close();
    }
  });
}

const DTYPES: Readonly<Record<DataType, string>> = {
  uint8: '<B', int8: '<b', uint16: '<H', int16: '<h', uint32: '<I', int32: '<i', float32: '<f', float64: '<d',
};

async function encode(array: VoxelArray, name: string, libraries: Libraries): Promise<Uint8Array> {
  const { data, shape, voxelSizeUm, provenance } = array;
  const path = placeOf(name).dataset ?? DATASET;
  return withFile(name, libraries, 'written', (library, fs, place) => {
    const file = new library.File(place, 'w');
    try {
      const groups = path.split('/').slice(0, -1);
      groups.forEach((_, k) => void file.create_group(groups.slice(0, k + 1).join('/')));
      const type = dataTypeOf(data);
      const dataset = file.create_dataset({
        name: path, data, shape: [...shape], dtype: DTYPES[type], chunks: shape.map((n) => Math.min(n, CHUNK)),
        compression: 'gzip', compression_opts: DEFLATE_LEVEL,
      });
      if (dataset === null) {
        throw new FileError(
          `${name}: ${shape.join('×')} ${type} (${data.length * bytesPerVoxel(type)} bytes) cannot be written as ` +
            'HDF5; write .nrrd or .npy',
        );
      }
      if (voxelSizeUm !== null) dataset.create_attribute('element_size_um', [...voxelSizeUm], [3], '<d');
      if (provenance) dataset.create_attribute(PROVENANCE, asciiJson(provenance));
    } finally {
      file.close();
    }
    return fs.readFile(place);
  });
}

export const hdf5: VoxelFormat = {
  name: 'hdf5', extensions: ['.h5', '.hdf5', '.hdf'], sidecar: 'none', available: load, encode, decode,
};

// The table of file formats. A new one is a file of its own and one line here.
import { checkArguments, has } from '../core/arguments.js';
import { CapacityError, FileError, SpecError } from '../core/errors.js';
import { checkVolume, type LabelVolume } from '../core/volume.js';
import { amira } from './amira.js';
import { bmp } from './bmp.js';
import { compressed } from './compress.js';
import { kindOfFile } from './file-kind.js';
import { hdf5 } from './hdf5.js';
import { inflated, type Extent } from './inflate.js';
import { jpeg } from './jpeg.js';
import { mha, mhd } from './mha.js';
import { nifti, niftiPair } from './nifti.js';
import { npy } from './npy.js';
import { npz } from './npz.js';
import { nhdr, nrrd } from './nrrd.js';
import { isBeside, placeOf } from './place.js';
import { png } from './png.js';
import { raw, rawUnderOtherNames } from './raw.js';
import { checkLibraries, type Libraries } from './libraries.js';
import {
  noRoom, READ_OPTION_NAMES, WRITE_OPTION_NAMES, type RawLayout, type ReadOptions, type Room, type WriteOptions,
} from './room.js';
import { encodeSidecar } from './sidecar.js';
import { tiff } from './tiff.js';
import { vti } from './vti.js';
import { checkArray, fromLabels, toLabels, type Remarks, type VoxelArray } from './voxels.js';
import { zarr } from './zarr.js';

/** Files below a folder, or in a map or an archive that stands for one. Paths have no slash at their ends. */
export interface Folder {
  /** null when there is no such file. */
  readonly read: (path: string) => Promise<Uint8Array | null>;
  /** Paths of all files. */
  readonly list: () => Promise<readonly string[]>;
}

/** What a format is given beside the bytes of a file. */
export interface DecodeContext extends Room, Remarks {
  /** Content of FILE.json beside the file, or null when there is none. */
  readonly sidecar: string | null;
  /** Path of an array inside the file; null: the only one. */
  readonly dataset: string | null;
  /** What lies in the folder, for formats that are one. */
  readonly folder: Folder | null;
  /** A file beside this one, by a name that stands in this one; null: there is none. */
  readonly beside: (file: string) => Promise<Uint8Array | null>;
  /** How numbers lie in a raw file; null: FILE.raw.json says it. */
  readonly raw: RawLayout | null;
  /** Loaders of optional packages, for formats that need one. */
  readonly libraries: Libraries;
}

type Encoded = Uint8Array | ReadonlyMap<string, Uint8Array>;

/** A file format of voxels: its names, and how bytes become an array and an array bytes. */
export interface VoxelFormat {
  /** In words, as messages call it. */
  readonly name: string;
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Whether voxel size and provenance live in FILE.json. `required`: the shape does, too. */
  readonly sidecar: 'none' | 'optional' | 'required';
  /** The format is a folder: `encode` gives its files by path, `decode` takes them from the context. */
  readonly folder?: boolean;
  /** Fails when the package that writes the format is not installed. @throws FileError */
  readonly available?: (name: string) => Promise<unknown>;
  /** null: this format is only read. `name` is that of the file, with the path inside it. @throws FileError */
  readonly encode: ((array: VoxelArray, name: string, libraries: Libraries) => Encoded | Promise<Encoded>) | null;
  /** What a file of the format holds. @throws FileError, CapacityError when the image takes more than `context.room`
   *  beside its file
   *  @throws FileError, CapacityError when the image takes more than `context.room` beside its file */
  readonly decode: (bytes: Uint8Array, context: DecodeContext) => Promise<VoxelArray>;
}

/** A format whose header says how long the file is, so that it can be compressed as a whole. */
export interface SizedFormat extends VoxelFormat {
  /** Length of the file as its first bytes promise it; null: they are too few to tell. @throws FileError */
  readonly extent: (head: Uint8Array, context: DecodeContext) => Extent | null;
}

/** The same with gzip around it: FILE.nii.gz, FILE.raw.gz. */
function gzipped(format: SizedFormat): VoxelFormat {
  const { extent, ...plain } = format;
  return {
    ...plain,
    extensions: format.extensions.map((extension) => `${extension}.gz`),
    encode: async (array, name, libraries) =>
      compressed((await format.encode?.(array, name, libraries)) as Uint8Array, 'gzip'),
    decode: async (bytes, context) => {
      const inner = await inflated(context, bytes, 'gzip', (head) => extent(head, context));
      return format.decode(inner, { ...context, room: context.room - inner.length });
    },
  };
}

/** Every format that voxels are read from or written to; a file has the first one whose extension ends its name. */
export const VOXEL_FORMATS: readonly VoxelFormat[] = [
  npy, npz, tiff, nrrd, nhdr, mha, mhd, nifti, gzipped(nifti), ...niftiPair, hdf5, zarr, vti, amira, raw,
  rawUnderOtherNames, ...[npy, nrrd, mha, raw].map(gzipped), png, jpeg, bmp,
];

/** The format that a name's extension says; undefined when none does. */
export function formatNamed(name: string): VoxelFormat | undefined {
  const file = placeOf(name).file.toLowerCase();
  return VOXEL_FORMATS.find(({ extensions }) => extensions.some((extension) => file.endsWith(extension)));
}

/** Format of a file by its extension.
 *  @param name with or without a path inside the file, as in scan.h5:/volumes/raw
 *  @throws FileError that names the extensions there are. */
export function formatOf(name: string, purpose: 'read' | 'write'): VoxelFormat {
  checkArguments('formatOf', { name: [name, 'text'] });
  const format = formatNamed(name);
  if (format !== undefined && (purpose === 'read' || format.encode !== null)) return format;
  throw new FileError(
    `${name}: the file's extension says its format; expected one of ${endings(purpose)} to ${purpose}`,
  );
}

const endings = (purpose: 'read' | 'write'): string =>
  VOXEL_FORMATS.filter(({ encode }) => purpose === 'read' || encode !== null).flatMap(({ extensions }) => extensions)
    .join(', ');

/** Format of a file to read: by its extension; what no format has is raw where the options say how its numbers lie.
 *  @throws FileError */
export function formatToRead(name: string, { raw: layout }: ReadOptions): VoxelFormat {
  if (layout !== undefined && formatNamed(name) === undefined) return raw;
  const format = formatOf(name, 'read');
  if (layout !== undefined && format.name !== raw.name) {
    throw new SpecError(`${name}: a ${format.name} file says itself how its numbers lie; leave out --raw-shape (raw)`);
  }
  return format;
}

/** A file's bytes, and the text of FILE.json where its format needs one. */
export interface EncodedVoxels {
  /** Empty for a folder. */
  readonly bytes: Uint8Array;
  /** Text of FILE.json (voxel size, provenance, for .raw the shape); null where the file holds it all. */
  readonly sidecar: string | null;
  /** Files of a format that is a folder (Zarr), by path; null for the others. */
  readonly folder: ReadonlyMap<string, Uint8Array> | null;
}

/** Numbers of any type as a file. Shape (z, y, x), voxel size in µm and provenance go with them.
 *  @param name its extension chooses the format: .npy, .npz, .tif, .nrrd, .mha, .nii, .nii.gz, .h5, .zarr, .vti, .raw;
 *    out.h5:/volumes/labels says where in the file.
 *  @throws FileError, also when .h5 is asked for and the package h5wasm is not installed */
export async function encodeVoxels(
  name: string, array: VoxelArray, options: WriteOptions = {},
): Promise<EncodedVoxels> {
  checkArguments('encodeVoxels', {
    name: [name, 'text'], array: [array, has<VoxelArray>('data', 'shape')], options: [options, WRITE_OPTION_NAMES],
  });
  checkLibraries('encodeVoxels', options.libraries);
  checkArray('encodeVoxels', array);
  const { encode, sidecar } = formatOf(name, 'write');
  const content = await (encode as NonNullable<VoxelFormat['encode']>)(array, name, options.libraries ?? {});
  const json = sidecar === 'none' ? null : encodeSidecar(array);
  return content instanceof Uint8Array
    ? { bytes: content, sidecar: json, folder: null }
    : { bytes: new Uint8Array(0), sidecar: json, folder: content };
}

/** What a reader says of a file, with what the file is by its first bytes where its name says something else. */
function refusal(name: string, bytes: Uint8Array, { message }: FileError): string {
  const kind = kindOfFile(bytes);
  const format = formatNamed(name);
  // Numbers without a header may look like anything.
  if (kind === null || format?.sidecar === 'required') return message;
  const [ending] = kind.extensions;
  if (format === undefined) {
    return ending === undefined
      ? `${name}: is ${kind.title}, by its first bytes; expected an image with one of the endings ${endings('read')}`
      : `${name}: is ${kind.title}, by its first bytes; give it the ending ${ending}`;
  }
  if (kind.extensions.some((extension) => format.extensions.includes(extension))) return message;
  const advice = ending === undefined ? 'this is not read as an image' : `give it the ending ${ending}`;
  return `${message}; by its first bytes it is ${kind.title}: ${advice}`;
}

/** Runs a reader. The platform may refuse what the limit allows. */
async function decoded(
  name: string, bytes: Uint8Array, found: Pick<DecodeContext, 'sidecar' | 'folder'>, options: ReadOptions,
): Promise<VoxelArray> {
  const { maxBytes = Infinity, onWarning, beside, raw: layout = null, libraries = {} } = options;
  checkLibraries(name, libraries);
  if (!(maxBytes >= 0)) throw new SpecError(`${name}: maxBytes must be a number of bytes, got ${maxBytes}`);
  const room = maxBytes - bytes.length;
  if (room < 0) throw noRoom(name, 'the file takes', bytes.length, maxBytes);
  if (bytes.length === 0 && found.folder === null) {
    throw new FileError(`${name}: the file is empty (0 bytes); write or copy it again`);
  }
  try {
    return await formatToRead(name, options).decode(bytes, {
      ...found, name, dataset: placeOf(name).dataset, room, raw: layout, libraries,
      warn: (message) => onWarning?.(`${name}: ${message}`),
      beside: async (file) => (beside !== undefined && isBeside(file) ? beside(file) : null),
    });
  } catch (error) {
    // Texts of damaged headers may have line ends.
    if (error instanceof FileError) throw new FileError(refusal(name, bytes, error).replace(/\s*[\r\n]\s*/g, ' '));
    if (!(error instanceof RangeError)) throw error;
    if (/allocation|array length|string length|string longer/i.test(error.message)) {
      throw new CapacityError(
        `${name}: the machine refused the memory for it (${error.message}); read a part of it`, NaN, room,
      );
    }
    // A place in the file that some number in it names.
    throw new FileError(
      `${name}: the file is truncated or damaged: it names a place beyond its end (${error.message}); write it again`,
    );
  }
}

/** The numbers in a file, whatever their type.
 *  @param name scan.h5:/volumes/raw, scan.npz:image or scan.vti:phase names one of several arrays in a file
 *  @throws FileError when the file is truncated, damaged or of another kind than its extension says; CapacityError when
 *    it takes more than `options.maxBytes`, before that is allocated */
export async function decodeVoxels(
  name: string, bytes: Uint8Array, sidecar: string | null = null, options: ReadOptions = {},
): Promise<VoxelArray> {
  checkArguments('decodeVoxels', {
    name: [name, 'text'], bytes: [bytes, 'bytes'], options: [options, READ_OPTION_NAMES],
  });
  // Node's Buffer is a Uint8Array whose slice() does not copy; formats see plain arrays only.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return decoded(name, plain, { sidecar, folder: null }, options);
}

/** The numbers in a Zarr folder, from disk, a map of its files, or wherever `folder` finds them.
 *  @param name scan.zarr, or scan.zarr:/path/of/array when there are several
 *  @throws FileError */
export async function decodeFolder(
  name: string, folder: Folder | ReadonlyMap<string, Uint8Array>, options: ReadOptions = {},
): Promise<VoxelArray> {
  checkArguments('decodeFolder', {
    name: [name, 'text'], folder: [folder, 'object'], options: [options, READ_OPTION_NAMES],
  });
  const source: Folder = 'list' in folder
    ? folder
    : { read: async (path) => folder.get(path) ?? null, list: async () => [...folder.keys()] };
  return decoded(name, new Uint8Array(0), { sidecar: null, folder: source }, options);
}

/** Labels as a file, in the format that the extension of the name says. @throws FileError */
export async function encodeVolume(
  name: string, volume: LabelVolume, options: WriteOptions = {},
): Promise<EncodedVoxels> {
  checkArguments('encodeVolume', { name: [name, 'text'], options: [options, WRITE_OPTION_NAMES] });
  return encodeVoxels(name, fromLabels(checkVolume('encodeVolume', volume)), options);
}

/** The labels in a file. Any number type is read as long as all values are whole numbers from 0 to 255.
 *  @throws FileError */
export async function decodeVolume(
  name: string, bytes: Uint8Array, sidecar: string | null = null, options: ReadOptions = {},
): Promise<LabelVolume> {
  checkArguments('decodeVolume', {
    name: [name, 'text'], bytes: [bytes, 'bytes'], options: [options, READ_OPTION_NAMES],
  });
  return toLabels(name, await decodeVoxels(name, bytes, sidecar, options));
}

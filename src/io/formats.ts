// The table of file formats. A new one is a file of its own and one line here.
import { FileError } from '../core/errors.js';
import type { LabelVolume } from '../core/volume.js';
import { mha } from './mha.js';
import { nifti, niftiGzip } from './nifti.js';
import { npy, npz } from './npy.js';
import { nrrd } from './nrrd.js';
import { raw } from './raw.js';
import { encodeSidecar } from './sidecar.js';
import { tiff } from './tiff.js';
import { vti } from './vti.js';
import { fromLabels, toLabels, type VoxelArray } from './voxels.js';

export interface DecodeContext {
  /** File name for messages. */
  readonly name: string;
  /** Content of FILE.json beside the file, or null when there is none. */
  readonly sidecar: string | null;
}

export interface VoxelFormat {
  readonly name: string;
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Whether voxel size and provenance live in FILE.json. `required`: the shape does, too. */
  readonly sidecar: 'none' | 'optional' | 'required';
  /** null: this format is only read. */
  readonly encode: ((array: VoxelArray) => Uint8Array) | null;
  /** @throws FileError */
  readonly decode: (bytes: Uint8Array, context: DecodeContext) => Promise<VoxelArray>;
}

export const VOXEL_FORMATS: readonly VoxelFormat[] = [npy, npz, tiff, nrrd, mha, nifti, niftiGzip, vti, raw];

/** Format of a file by its extension.
 *  @throws FileError that names the extensions there are. */
export function formatOf(name: string, purpose: 'read' | 'write'): VoxelFormat {
  const format = VOXEL_FORMATS.find(({ extensions }) => extensions.some((extension) => name.toLowerCase().endsWith(extension)));
  if (format !== undefined && (purpose === 'read' || format.encode !== null)) return format;
  const known = VOXEL_FORMATS.filter(({ encode }) => purpose === 'read' || encode !== null).flatMap(({ extensions }) => extensions);
  throw new FileError(`${name}: the file's extension says its format; expected one of ${known.join(', ')} to ${purpose}`);
}

/** A file's bytes, and the text of FILE.json where its format needs one. */
export interface EncodedVoxels {
  readonly bytes: Uint8Array;
  readonly sidecar: string | null;
}

/** Numbers of any type as a file. Shape (z, y, x), voxel size in µm and provenance go with them.
 *  @param name its extension chooses the format: .npy, .npz, .tif, .nrrd, .mha, .nii, .nii.gz, .vti, .raw.
 *  @throws FileError */
export function encodeVoxels(name: string, array: VoxelArray): EncodedVoxels {
  const format = formatOf(name, 'write');
  const bytes = (format.encode as (array: VoxelArray) => Uint8Array)(array);
  return { bytes, sidecar: format.sidecar === 'none' ? null : encodeSidecar(array) };
}

/** The numbers in a file, whatever their type.
 *  @throws FileError when the file is truncated, damaged or of another kind than its extension says. */
export async function decodeVoxels(name: string, bytes: Uint8Array, sidecar: string | null = null): Promise<VoxelArray> {
  // Node's Buffer is a Uint8Array whose slice() does not copy; formats see plain arrays only.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return formatOf(name, 'read').decode(plain, { name, sidecar });
}

/** Labels as a file. @throws FileError */
export function encodeVolume(name: string, volume: LabelVolume): EncodedVoxels {
  return encodeVoxels(name, fromLabels(volume));
}

/** The labels in a file. Any number type is read as long as all values are whole numbers from 0 to 255.
 *  @throws FileError */
export async function decodeVolume(name: string, bytes: Uint8Array, sidecar: string | null = null): Promise<LabelVolume> {
  return toLabels(name, await decodeVoxels(name, bytes, sidecar));
}

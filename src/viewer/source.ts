// Voxel files by their address, with the library's readers. This part of the entry is loaded on use.
import { FileError } from '../core/errors.js';
import type { LabelVolume } from '../core/volume.js';
import { contentOf } from '../image/import.js';
import { decodeVoxels, formatNamed } from '../io/formats.js';
import type { Libraries } from '../io/libraries.js';
import { toLabels } from '../io/voxels.js';
import type { VoxelField } from './field.js';

export interface Loaded {
  readonly volume: LabelVolume;
  /** Grey values, where the file holds no labels: the volume is then one label. */
  readonly grey: VoxelField | null;
}

async function fetched(address: URL, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(address, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new FileError(
      `${address.href}: the file could not be fetched (no answer, or another origin that does not allow it by CORS)`,
    );
  }
}

/** Bytes of a file; null where there is none. */
async function bytesAt(address: URL, signal: AbortSignal): Promise<Uint8Array | null> {
  const response = await fetched(address, signal);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
}

/** @param address what comes after # is the path inside the file: scan.h5#/volumes/labels
 *  @throws FileError for a file that is not there, damaged, or of no format that is read */
export async function loadVoxels(address: URL, signal: AbortSignal, libraries: Libraries): Promise<Loaded> {
  const inside = decodeURIComponent(address.hash.slice(1));
  const file = new URL(address);
  file.hash = '';
  const base = decodeURIComponent(file.pathname.split('/').pop() ?? '');
  const name = inside === '' ? base : `${base}:${inside}`;
  const response = await fetched(file, signal);
  if (!response.ok) throw new FileError(`${name}: ${file.href} answered ${response.status}; put the file there`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const hasSidecar = (formatNamed(name)?.sidecar ?? 'none') !== 'none';
  const beside = (path: string): Promise<Uint8Array | null> => bytesAt(new URL(path, file), signal);
  const sidecar = hasSidecar ? await beside(`${encodeURIComponent(base)}.json`) : null;
  const array = await decodeVoxels(
    name, bytes, sidecar === null ? null : new TextDecoder().decode(sidecar), { beside, libraries },
  );
  if (contentOf(array, [], null) === 'labels') return { volume: toLabels(name, array), grey: null };
  const { data, shape, voxelSizeUm, provenance } = array;
  return {
    volume: { labels: new Uint8Array(data.length), shape, voxelSizeUm, provenance },
    grey: { name: 'grey value', unit: '', values: Float32Array.from(data as ArrayLike<number>) },
  };
}

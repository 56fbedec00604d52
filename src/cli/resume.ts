// What a table of images has already: rows know the image and the settings that they are of.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { FileError } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import { readBytes } from '../io/files.node.js';
import { bytesOf, dataTypeOf, type VoxelArray } from '../io/voxels.js';
import type { TableLine } from './batch.js';
import type { Invocation } from './command.js';
import { decodeTable } from './table.js';

const DIGITS = 16;

const hash = (...parts: readonly (string | Uint8Array)[]): string => {
  const all = createHash('sha256');
  for (const part of parts) all.update(part);
  return all.digest('hex').slice(0, DIGITS);
};

/** "measure:IMAGE:SETTINGS": what the numbers of a row are of. The image counts by its numbers, not by name or date;
 *  another version of the program counts as other settings. */
export async function fingerprintOf(command: string, settings: unknown, image: VoxelArray): Promise<string> {
  const { data, shape, voxelSizeUm } = image;
  const what = JSON.stringify([dataTypeOf(data), shape, voxelSizeUm]);
  return [command, hash(what, bytesOf(data)), hash(JSON.stringify([VERSION, settings]))].join(':');
}

/** The rows of a table that is there. */
export interface KeptRows {
  /** Those of an image by the same settings; null when there are none, and then a note says what changed. */
  readonly find: (file: string, fingerprint: string, call: Pick<Invocation, 'note'>) => readonly TableLine[] | null;
  /** Those of files that are not among these. */
  readonly others: (files: Iterable<string>) => readonly TableLine[];
}

/** @param again nothing is taken from the table for images of this call
 *  @throws FileError when the file is no table of the command */
export async function keptRows(path: string, command: string, again: boolean): Promise<KeptRows> {
  const there = await stat(path).then((found) => found.size > 0, () => false);
  const byFile = new Map<string, TableLine[]>();
  if (there) {
    const { columns, rows } = await decodeTable(path, await readBytes(path));
    const strange = !columns.includes('file') || !columns.includes('fingerprint') ||
      rows.some(({ fingerprint }) => fingerprint !== '' && !String(fingerprint).startsWith(`${command}:`));
    if (strange) {
      throw new FileError(
        `${path}: a file is there that is no table of "voxelith ${command}"; choose another name, or remove it`,
      );
    }
    for (const row of rows) byFile.set(String(row.file), [...(byFile.get(String(row.file)) ?? []), row]);
  }
  return {
    find(file, fingerprint, call) {
      const rows = byFile.get(file);
      // A row without a fingerprint is that of an image that failed.
      if (again || rows === undefined || rows[0].fingerprint === '') return null;
      if (rows.every((row) => row.fingerprint === fingerprint)) return rows;
      const [, image] = String(rows[0].fingerprint).split(':');
      const reason = image === fingerprint.split(':')[1] ? 'the options or the program have changed' : 'it has changed';
      call.note(`${file}: ${reason}, again`);
      return null;
    },
    others(files) {
      const named = new Set(files);
      return [...byFile].flatMap(([file, rows]) => (named.has(file) ? [] : rows));
    },
  };
}

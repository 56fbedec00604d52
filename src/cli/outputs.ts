// Files that a command writes: of the kind that their name says, never over one that it reads, and only over another of
// their kind. All of it is said before hours of work, not after.
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileError, SpecError } from '../core/errors.js';
import { namedAfter } from '../io/files.node.js';
import { formatOf } from '../io/formats.js';
import { parquetWriter } from '../io/parquet.js';
import { placeOf } from '../io/place.js';
import { checkWritable } from '../io/write.node.js';
import { isParquet } from './table.js';

interface OutputKind {
  readonly what: string;
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Whether a file that is there begins like one of the kind. */
  readonly begins: (head: string, path: string) => boolean;
}

/** Voxel files begin with numbers, of which some are 0. */
const isText = (head: string): boolean => !head.includes('\0');

const KINDS = {
  report: {
    what: 'a report is HTML', extensions: ['.html', '.htm'],
    begins: (head) => /^\s*<(?:!doctype\s+html|html)/i.test(head),
  },
  table: {
    what: 'the table is CSV or Parquet', extensions: ['.csv', '.parquet'],
    begins: (head, path) => (isParquet(path) ? head.startsWith('PAR1') : isText(head)),
  },
  particles: {
    what: 'a list of particles is CSV or JSON', extensions: ['.csv', '.json'], begins: isText,
  },
  law: {
    what: 'a law is JSON', extensions: ['.json'], begins: (head) => head.includes('"kind":"voxelith law"'),
  },
  specification: {
    what: 'a specification is YAML', extensions: ['.yaml', '.yml', '.json'],
    begins: isText,
  },
} as const satisfies Readonly<Record<string, OutputKind>>;

const HEAD_BYTES = 512;

/** The first characters of a file; null when there is none, or it is no plain file. */
async function headOf(path: string): Promise<string | null> {
  if ((await stat(path).catch(() => null))?.isFile() !== true) return null;
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = await file.read(bytes, 0, HEAD_BYTES, 0);
    return new TextDecoder().decode(bytes.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** What tells a file from every other, whatever its name; null when there is none. */
async function identityOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  return found === null ? null : `${found.dev}:${found.ino}`;
}

/** Files that writing `path` replaces, as far as they are there. */
const replacedBy = (path: string): string[] => [placeOf(path).file, `${placeOf(path).file}.json`];

/** @throws SpecError where writing `output` would replace a file that is read, under whatever name, or a part of one */
async function checkNoInput(output: string, inputs: readonly string[]): Promise<void> {
  const places = replacedBy(output);
  const folder = await realpath(dirname(places[0])).catch(() => null);
  const identities = (await Promise.all(places.map(identityOf))).filter((one) => one !== null);
  for (const input of inputs) {
    const { file } = placeOf(input);
    const names = [...replacedBy(input)];
    const whole = await realpath(file).catch(() => null);
    if (whole !== null && (await stat(whole)).isDirectory()) {
      names.push(...(await readdir(whole)).map((name) => join(whole, name)));
      // A Zarr is one image, however deep its files lie.
      const inside = folder !== null && `${folder}/`.startsWith(`${whole}/`);
      if (inside && /\.zarr$/i.test(whole)) throw overwriting(output, input);
    }
    for (const name of names) {
      const identity = await identityOf(name);
      if (identity !== null && identities.includes(identity)) throw overwriting(output, input);
    }
  }
}

const overwriting = (output: string, input: string): SpecError => new SpecError(
  `${output}: writing it would replace ${output === input ? 'the input' : `the input ${input}`}; choose another name`,
);

/** Checks a file that will be written.
 *  @param kind `voxels`: any format that is written, by the extension
 *  @param inputs what the command reads: files, folders, arrays inside of files
 *  @throws SpecError, FileError */
export async function checkOutput(
  path: string, kind: keyof typeof KINDS | 'voxels', inputs: readonly string[],
): Promise<void> {
  if (kind === 'voxels') {
    formatOf(path, 'write');
    await checkNoInput(path, inputs);
  } else {
    const { what, extensions, begins } = KINDS[kind];
    if (!extensions.some((extension) => path.toLowerCase().endsWith(extension))) {
      throw new FileError(`${path}: ${what}; give a name that ends in ${extensions[0]}`);
    }
    await checkNoInput(path, inputs);
    const head = await headOf(path);
    if (head !== null && head !== '' && !begins(head, path)) {
      throw new FileError(`${path}: a file of another kind is there (${what}); choose another name, or remove it`);
    }
    if (kind === 'table' && isParquet(path)) await parquetWriter(path);
  }
  await checkWritable(path);
}

/** A file of any kind: only that it replaces no input. @throws SpecError, FileError */
export async function checkFile(path: string, inputs: readonly string[]): Promise<void> {
  await checkNoInput(path, inputs);
  await checkWritable(path);
}

/** The same for arrays that `fieldFiles` writes: all in one .vti, or a file each. */
export async function checkFieldOutputs(
  path: string, names: readonly string[], inputs: readonly string[],
): Promise<void> {
  const one = formatOf(path, 'write').name === 'vti';
  for (const place of one ? [path] : names.map((name) => namedAfter(path, name))) {
    await checkOutput(place, 'voxels', inputs);
  }
}

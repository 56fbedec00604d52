// Other programs' readers and writers, through Debian's python3 with the packages that CI installs. Where they are not
// here, the checks are left out with a message.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readVoxels } from '../../src/io/files.node.js';
import { bytesPerVoxel, numbersOf, type DataType, type VoxelData } from '../../src/io/voxels.js';

const CANDIDATES = [process.env.VOXELITH_PYTHON ?? '', '/usr/bin/python3', 'python3'].filter((path) => path !== '');

/** Runs a script whose only output is JSON. @param args sys.argv[1:] */
export type Python = (script: string, ...args: readonly string[]) => unknown;

/** @param modules that the scripts import
 *  @returns null where no interpreter has them all */
export function pythonWith(modules: readonly string[]): Python | null {
  const imports = `import ${modules.join(', ')}`;
  const path = CANDIDATES.find((candidate) => spawnSync(candidate, ['-c', imports]).status === 0);
  if (path === undefined) {
    console.warn(`left out: no python3 with ${modules.join(', ')} is here (VOXELITH_PYTHON=path, or apt-get install)`);
    return null;
  }
  return (script, ...args) => {
    const text = execFileSync(path, ['-W', 'ignore', '-c', `${imports}\n${script}`, ...args], {
      encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(text) as unknown;
  };
}

/** Does something in a folder that goes afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'voxelith-python-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Helpers of every script: values of all bits of a type, and `keep`, which lays the numbers beside a file. */
export const SCRIPT = `
import numpy as np
folder, manifest = sys.argv[1], []
def ramp(dtype, shape=(3, 9, 21)):
    dtype = np.dtype(dtype)
    n = np.arange(int(np.prod(shape)), dtype='i8').reshape(shape)
    if dtype.kind == 'b': return n % 3 == 0
    if dtype.kind == 'f': return ((n * 77 % 2048) - 1024).astype(dtype) / 4
    wide = min(dtype.itemsize * 8, 52) - (dtype.kind == 'i')
    value = n * 7919 * 2 ** max(wide - 20, 0) % 2 ** wide
    if dtype.kind == 'i': value = value * (1 - 2 * (n % 2))
    return value.astype(dtype)
def keep(name, array, size=None, want=None):
    np.asarray(array).astype('<f8').tofile(os.path.join(folder, name + '.f64'))
    manifest.append({'name': name, 'read': want or name, 'shape': list(np.shape(array)), 'size': size})
path = lambda name: os.path.join(folder, name)
`;

export interface Kept {
  readonly name: string;
  readonly read: string;
  readonly shape: readonly number[];
  readonly size: readonly number[] | null;
}

/** Compares what is read with what was written. @param most that a value may be off */
export async function expectKept(folder: string, kept: readonly Kept[], most = 0): Promise<void> {
  expect(kept.length).toBeGreaterThan(0);
  for (const { name, read, shape, size } of kept) {
    const bytes = readFileSync(join(folder, `${name}.f64`));
    const wanted = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const array = await readVoxels(join(folder, read));
    expect([read, array.shape]).toEqual([read, shape.length === 2 ? [1, ...shape] : shape]);
    const wrong = wanted.findIndex((value, i) => !(Math.abs(value - array.data[i]) <= most));
    expect([read, wrong, wanted[wrong]]).toEqual([read, -1, undefined]);
    if (size !== null) {
      expect([read, array.voxelSizeUm?.map((h) => Number(h.toPrecision(7))) ?? null]).toEqual([read, size]);
    }
  }
}

const VALUES: Readonly<Record<string, (i: number) => number>> = {
  uint8: (i) => (i * 7) % 256, int8: (i) => ((i * 7) % 256) - 128, uint16: (i) => i * 300,
  int16: (i) => i * 300 - 30000, uint32: (i) => i * 2 ** 24, int32: (i) => i * 2 ** 23 - 2 ** 30,
  float32: (i) => i / 4 - 9, float64: (i) => i / 3 - 9,
};
/** Numbers of a type, all different or nearly so. */
export function arrayOf(type: DataType, length: number): VoxelData {
  const numbers = Float64Array.from({ length }, (_, i) => VALUES[type](i));
  return numbersOf(new Uint8Array(length * bytesPerVoxel(type)), type).map((_, i) => numbers[i]) as VoxelData;
}

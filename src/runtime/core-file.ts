// The core as bytes of a file or a server, which may have given something else: a page, a part, another version.
import { FileError, VoxelithError } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import { KERNELS, RECORDS } from './abi.js';

const REMEDY = `core.wasm, core64.wasm and the worker script must be those of voxelith ${VERSION}: copy all of dist/ ` +
  'again, or import from "voxelith/inline", which has them inside';
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** Compiles the core. @param where its file or address, for messages @throws FileError when the bytes are no core */
export async function compileCore(bytes: Uint8Array, where: string): Promise<WebAssembly.Module> {
  if (MAGIC.some((byte, k) => bytes[k] !== byte)) {
    const head = String.fromCharCode(...bytes.subarray(0, 12));
    const found = bytes.length === 0 ? 'it is empty'
      : /^\s*</.test(head) ? 'it is a page: does the server answer every address with one?'
      : `it begins with ${JSON.stringify(head)}`;
    throw new FileError(`openSession: ${where} is no WebAssembly, ${found}; ${REMEDY}`);
  }
  try {
    return await WebAssembly.compile(bytes as BufferSource);
  } catch {
    throw new FileError(
      `openSession: ${where} cannot be compiled: its ${bytes.length} bytes are cut off or damaged, or this engine ` +
        `lacks WebAssembly SIMD and threads; ${REMEDY}`,
    );
  }
}

/** What a worker says of the module that it has. */
export interface CoreFacts {
  /** Of the worker script. */
  readonly version: string;
  /** Arguments of every exported function, after thread and threads. */
  readonly takes: Readonly<Record<string, number>>;
}

/** @throws VoxelithError when worker script or core are of another version than this program */
export function checkCore(facts: Partial<CoreFacts>): void {
  const { version, takes = {} } = facts;
  if (version !== VERSION) {
    throw new VoxelithError(
      `openSession: the worker script is of version ${version ?? 'unknown'}, the program of ${VERSION}; ${REMEDY}`,
    );
  }
  for (const [kernel, fields] of Object.entries(KERNELS)) {
    const wanted = RECORDS.includes(kernel) ? 1 : Object.keys(fields).length;
    if (takes[kernel] !== wanted) {
      const found = takes[kernel] === undefined ? 'has no' : `takes ${takes[kernel]} arguments, not ${wanted}, for the`;
      throw new VoxelithError(
        `openSession: the core is of another version than this program: it ${found} kernel "${kernel}"; ${REMEDY}`,
      );
    }
  }
}

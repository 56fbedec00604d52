// The core as bytes of a file or a server, which may have given something else: a page, a part, another version.
import { FileError, VoxelithError } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import { KERNELS, RECORDS } from './abi.js';

const REMEDY = `core.wasm, core64.wasm and the worker script must be those of voxelith ${VERSION}: copy all of dist/ ` +
  'again, or import from "voxelith/inline", which has them inside';
/** Where WebAssembly is missing or lacks what the core is made of: nothing that lies on a server can mend it. */
const ENGINES = 'voxelith needs Chrome or Edge 91, Firefox 89, Safari 16.4, Node 20 or newer, in which nothing ' +
  '(such as a lockdown mode) switches WebAssembly off';
/** A module of one function that makes a vector: valid where the engine has SIMD. */
const WITH_SIMD = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, // \0asm, version 1
  1, 5, 1, 96, 0, 1, 123, // type () → v128
  3, 2, 1, 0, // one function of it
  10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11, // i32.const 0, i8x16.splat, i8x16.popcnt
);
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
  if (typeof WebAssembly === 'undefined') {
    throw new VoxelithError(`openSession: this program has no WebAssembly; ${ENGINES}`);
  }
  try {
    return await WebAssembly.compile(bytes as BufferSource);
  } catch {
    if (!WebAssembly.validate(WITH_SIMD)) {
      throw new VoxelithError(`openSession: this program has WebAssembly without SIMD; ${ENGINES}`);
    }
    throw new FileError(
      `openSession: ${where} cannot be compiled: its ${bytes.length} bytes are cut off or damaged, or this engine ` +
        `lacks threads in WebAssembly; ${REMEDY}`,
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

// Named errors. A message says where, what was expected, what was found and what to do about it.
import { printable } from './quote.js';

/** Root of all errors that voxelith raises on purpose. */
export class VoxelithError extends Error {
  override name = 'VoxelithError';
  /** @param message one line per problem; whatever a file or path brought into it cannot write to a terminal. */
  constructor(message: string) {
    super(message.split('\n').map((line) => printable(line)).join('\n'));
  }
}

/** Bad input from the caller: parameters, options, a study file. The command line exits with 2. */
export class SpecError extends VoxelithError {
  override name = 'SpecError';
}

/** A file that cannot be read or written, or does not hold what it should. The command line exits with 2. */
export class FileError extends VoxelithError {
  override name = 'FileError';
}

/** More memory would be needed than the session may use. Raised before anything is allocated. */
export class CapacityError extends VoxelithError {
  override name = 'CapacityError';
  constructor(message: string, readonly neededBytes: number, readonly limitBytes: number) {
    super(message);
  }
}

/** A kernel trapped. The session has already replaced its workers and can be used again.
 *  `args`: the numbers it was called with, by the names in its signature. */
export class KernelError extends VoxelithError {
  override name = 'KernelError';
  constructor(message: string, readonly kernel: string, readonly args: Readonly<Record<string, number>>) {
    super(message);
  }
}

/** The caller's AbortSignal fired. Named like the DOM's own, so that `error.name === 'AbortError'` works everywhere. */
export class CancelledError extends VoxelithError {
  override name = 'AbortError';
  constructor(operation: string) {
    super(`${operation}: cancelled by the caller`);
  }
}

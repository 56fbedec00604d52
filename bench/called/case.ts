// What a caller calls, timed whole: functions of the package's entry and commands. A case takes the library and the
// command line from a build, so that two builds run the same case.
import type { Peer } from '../harness.js';

export type Library = typeof import('../../src/node.js');
type Session = Awaited<ReturnType<Library['openSession']>>;
type Labels = Parameters<Library['conduct']>[1];
type Greys = Parameters<Library['filterGreys']>[1];

/** What the cases of one edge length work on, the same for all builds. */
export interface Inputs {
  readonly edge: number;
  /** Phases 1, 2, 3 at .4, .5, .1, the structure of the peers' record; no voxel size. */
  readonly volume: Labels;
  /** The same with 8-bit greys, blurred and noisy. */
  readonly grey: Greys;
  /** The folder of labels.npy, labels.tif, …, greys.npy; cases write below it. */
  readonly folder: string;
}

export interface Place {
  readonly library: Library;
  readonly session: Session;
  readonly inputs: Inputs;
  readonly threads: number;
  /** Runs a command of the build. @returns seconds in kernels */
  command(...args: readonly string[]): Promise<number>;
}

export interface CalledCase {
  readonly name: string;
  readonly peers?: readonly Peer[];
  /** Whether `npm run record` keeps it; default: true. */
  readonly recorded?: boolean;
  /** Longest edge at which it runs; default: any. */
  readonly upTo?: number;
  /** Once, before it is timed. */
  readonly prepare?: (place: Place) => Promise<void>;
  /** @returns seconds in kernels where the kernels ran in another process */
  readonly run: (place: Place) => Promise<number | void>;
}

/** A case of a function: what it gives is dropped. */
export function calls(
  name: string, run: (place: Place) => Promise<unknown>, more: Omit<CalledCase, 'name' | 'run'> = {},
): CalledCase {
  return { name, run: async (place) => void (await run(place)), ...more };
}

import type { Engine } from '../engines.mjs';
/** By name of the operation: path and exact value of everything in its result. */
export type Leaves = Readonly<Record<string, readonly (readonly [path: string, leaf: string])[]>>;
export interface Digest {
  readonly leaves: Leaves;
  readonly unequal: readonly { readonly name: string; readonly threads: number; readonly lines: readonly string[] }[];
}
export function runInEngine(
  engine: Engine, only: readonly string[], threadCounts?: readonly number[],
): Promise<Digest>;
export function runHere(only: readonly string[], threadCounts: readonly number[]): Promise<Digest>;
export function unlike(found: Leaves, truth: Leaves): string[];

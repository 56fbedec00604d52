// How long a study takes: from the rows that are there, or from two small structures drawn for the purpose.
import { voxelCount, type Shape } from '../core/grid.js';
import type { PlannedStructure } from './plan.js';
import type { StudyRow } from './rows.js';

/** Seconds of one worker for one structure. */
export interface StructureCost {
  readonly describe: number;
  readonly conduct: number;
}

/** Describing and the solve grow a little faster than the window: caches, and 12, 19, 23 iterations at 100³, 200³, 401³. */
const DESCRIBE_EXPONENT = 1.05;
const CONDUCT_EXPONENT = 1.15;

/** Cost at `shape` from the cost measured at `measured`. */
export function scaleCost(cost: StructureCost, measured: Shape, shape: Shape): StructureCost {
  const ratio = voxelCount(shape) / voxelCount(measured);
  return { describe: cost.describe * ratio ** DESCRIBE_EXPONENT, conduct: cost.conduct * ratio ** CONDUCT_EXPONENT };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}

/** Mean cost of finished structures; a part that none of them has comes from `fallback`. */
export function costOfRows(rows: readonly StudyRow[], fallback: StructureCost | null): StructureCost | null {
  const good = rows.filter((row) => row.error === null && row.seconds.describe > 0);
  const describe = mean(good.map((row) => row.seconds.describe)) ?? fallback?.describe ?? null;
  const conduct = mean(good.filter((row) => row.seconds.conduct > 0).map((row) => row.seconds.conduct)) ?? fallback?.conduct ?? null;
  return describe === null || conduct === null ? null : { describe, conduct };
}

/** Wall time for `describe` structures without and `conduct` structures with M on `workers` workers, s. */
export function expectedSeconds(cost: StructureCost, counts: { readonly describe: number; readonly conduct: number }, workers: number): number {
  return (counts.describe * cost.describe + counts.conduct * (cost.describe + cost.conduct)) / workers;
}

/** How many of the structures need M, and how many do not. */
export function countKinds(structures: readonly PlannedStructure[]): { describe: number; conduct: number } {
  const conduct = structures.filter((structure) => structure.conduct).length;
  return { describe: structures.length - conduct, conduct };
}

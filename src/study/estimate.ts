// How long a study takes: from the rows that are there, or from two small structures drawn for the purpose.
import { voxelCount, type Shape } from '../core/grid.js';
import { pow } from '../numeric/elementary.js';
import type { PlannedStructure, StudyCounts } from './plan.js';
import type { StudyRow } from './rows.js';

/** Seconds of one worker for one structure. */
export interface StructureCost {
  /** Of drawing and describing. */
  readonly describe: number;
  /** Of solving for M. */
  readonly conduct: number;
}

/** Describing and the solve grow a little faster than the window: caches, and 12, 19, 23 iterations at 100³, 200³,
 *  401³. */
const DESCRIBE_EXPONENT = 1.05;
const CONDUCT_EXPONENT = 1.15;

/** Cost at `shape` from the cost measured at `measured`. */
export function scaleCost(cost: StructureCost, measured: Shape, shape: Shape): StructureCost {
  const ratio = voxelCount(shape) / voxelCount(measured);
  return {
    describe: cost.describe * pow(ratio, DESCRIBE_EXPONENT), conduct: cost.conduct * pow(ratio, CONDUCT_EXPONENT),
  };
}

/** Mean cost of finished structures, taken up one by one. */
export class MeasuredCost {
  private describe = 0;
  private described = 0;
  private conduct = 0;
  private conducted = 0;

  add({ error, seconds }: Pick<StudyRow, 'error' | 'seconds'>): void {
    if (error !== null || !(seconds.describe > 0)) return;
    this.describe += seconds.describe;
    this.described++;
    if (!(seconds.conduct > 0)) return;
    this.conduct += seconds.conduct;
    this.conducted++;
  }

  /** A part that no structure has comes from `fallback`; null where that has none either. */
  mean(fallback: StructureCost | null): StructureCost | null {
    const describe = this.described > 0 ? this.describe / this.described : fallback?.describe;
    const conduct = this.conducted > 0 ? this.conduct / this.conducted : fallback?.conduct;
    return describe === undefined || conduct === undefined ? null : { describe, conduct };
  }
}

/** Wall time for `describe` structures without and `conduct` structures with M on `workers` workers, s. */
export function expectedSeconds(cost: StructureCost, counts: Readonly<KindCounts>, workers: number): number {
  return (counts.describe * cost.describe + counts.conduct * (cost.describe + cost.conduct)) / workers;
}

/** How many structures need M, and how many do not. */
export interface KindCounts {
  describe: number;
  conduct: number;
}

export function countKind(counts: KindCounts, { conduct }: Pick<PlannedStructure, 'conduct'>, by = 1): void {
  if (conduct) counts.conduct += by;
  else counts.describe += by;
}

/** Structures of the rounds from `index` on, which are not planned yet. */
export function unplanned({ rounds }: StudyCounts, index: number): KindCounts {
  const later = rounds.slice(index);
  const conduct = later.reduce((sum, round) => sum + round.conduct, 0);
  return { conduct, describe: later.reduce((sum, round) => sum + round.structures, 0) - conduct };
}

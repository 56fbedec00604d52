// Status: how far a study is, from its rows alone, while it runs or after it was killed.
import { checkArguments, has } from '../core/arguments.js';
import { countKind, expectedSeconds, MeasuredCost, unplanned } from './estimate.js';
import type { PlannedStructure, StudyCounts } from './plan.js';
import { countStudy } from './plans.js';
import type { StudyRow } from './rows.js';
import { derivePlan, readRows, type Study, type StudyRows } from './study.js';

/** How far a round is. */
export interface RoundStatus {
  /** Structures that have a row. */
  readonly done: number;
  /** Structures of the round. */
  readonly total: number;
  readonly failures: readonly { readonly id: string; readonly error: string }[];
}

/** How far a study is, by its rows alone. */
export interface StudyStatus {
  /** SHA-256 of the specification. */
  readonly specHash: string;
  /** Structures of all rounds. */
  readonly counts: StudyCounts;
  /** Round by round, as far as rounds are known. */
  readonly rounds: readonly RoundStatus[];
  /** Structures of all rounds that have a row. */
  readonly done: number;
  /** Structures of all rounds. */
  readonly total: number;
  /** Lines of row files that cannot be read or were changed. */
  readonly damagedLines: number;
  /** Where the first of them are: "rows.jsonl:7". */
  readonly damagedAt: readonly string[];
  /** Rows of other versions of the program. */
  readonly foreignRows: number;
  /** Structures per second, over the last hour in which rows were written; null with fewer than two rows. */
  readonly perSecond: number | null;
  /** At that rate, weighted with what the kinds of structures cost, s. */
  readonly secondsLeft: number | null;
  /** Unix time of the last row, s. */
  readonly lastRow: number | null;
}

const RATE_WINDOW = 3600;

/** How far a study is. @param given rows that were read just now; default: those of all shards are read
 *  @throws SpecError, FileError */
export async function studyStatus(study: Study, given?: StudyRows): Promise<StudyStatus> {
  checkArguments('studyStatus', { study: [study, has<Study>('spec', 'specHash', 'version', 'store')] });
  const counts = countStudy(study.spec);
  const rows = given ?? await readRows(study);
  const plan = derivePlan(study, rows);
  const open = unplanned(counts, plan.rounds.length);
  const measured = new MeasuredCost();
  const done: StudyRow[] = [];
  const roundOf = (structures: Iterable<PlannedStructure>, total: number): RoundStatus => {
    const before = done.length;
    const failures: { id: string; error: string }[] = [];
    for (const structure of structures) {
      const row = rows.of(structure);
      if (row === null) {
        countKind(open, structure);
        continue;
      }
      done.push(row);
      measured.add(row);
      if (row.error !== null) failures.push({ id: row.id, error: row.error });
    }
    return { done: done.length - before, total, failures };
  };
  const rounds = counts.rounds.map(({ structures }, k) => roundOf(plan.rounds[k] ?? [], structures));
  const lastRow = done.reduce<number | null>((last, row) => Math.max(last ?? 0, row.finished), null);
  const recent = done.filter((row) => row.finished > (lastRow ?? 0) - RATE_WINDOW);
  const span = recent.length < 2 ? 0 : recent.reduce((most, row) => Math.max(most, (lastRow ?? 0) - row.finished), 0);
  const perSecond = span > 0 ? (recent.length - 1) / span : null;
  const cost = measured.mean(null) ?? measured.mean({ describe: 1, conduct: 1 });
  // Work of the recent rows over their span gives the number of workers that were busy.
  const busy = recent.reduce((sum, row) => sum + row.seconds.describe + row.seconds.conduct, 0) / Math.max(span, 1);
  return {
    specHash: study.specHash,
    counts,
    rounds,
    done: done.length,
    total: counts.total,
    damagedLines: rows.damaged,
    damagedAt: rows.damagedAt,
    foreignRows: rows.foreign,
    perSecond,
    secondsLeft: cost === null || span === 0 || busy === 0 ? null
      : expectedSeconds(cost, open, busy),
    lastRow,
  };
}

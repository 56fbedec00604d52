// Status: how far a study is, from its rows alone, while it runs or after it was killed.
import { countKinds, costOfRows, expectedSeconds } from './estimate.js';
import { countStudy, type PlannedStructure, type StudyCounts } from './plan.js';
import { derivePlan, readRows, type Study } from './study.js';

export interface RoundStatus {
  readonly done: number;
  readonly total: number;
  readonly failures: readonly { readonly id: string; readonly error: string }[];
}

export interface StudyStatus {
  readonly specHash: string;
  readonly counts: StudyCounts;
  readonly rounds: readonly [RoundStatus, RoundStatus];
  readonly done: number;
  readonly total: number;
  /** Lines of row files that could not be read, and rows of other program versions. */
  readonly damagedLines: number;
  readonly foreignRows: number;
  /** Structures per second, over the last hour in which rows were written; null with fewer than two rows. */
  readonly perSecond: number | null;
  /** At that rate, weighted with what the kinds of structures cost, s. */
  readonly secondsLeft: number | null;
  /** Unix time of the last row, s. */
  readonly lastRow: number | null;
}

const RATE_WINDOW = 3600;

/** Reads the rows of all shards. @throws SpecError, FileError */
export async function studyStatus(study: Study): Promise<StudyStatus> {
  const counts = countStudy(study.spec);
  const rows = await readRows(study);
  const plan = derivePlan(study, rows);
  const roundOf = (structures: readonly PlannedStructure[], total: number): RoundStatus => {
    const found = structures.flatMap((structure) => rows.of(structure) ?? []);
    return { done: found.length, total, failures: found.flatMap(({ id, error }) => (error === null ? [] : [{ id, error }])) };
  };
  const rounds = [roundOf(plan.round1, counts.round1), roundOf(plan.round2 ?? [], counts.round2)] as const;
  const known = [...plan.round1, ...(plan.round2 ?? [])];
  const done = known.flatMap((structure) => rows.of(structure) ?? []);
  const lastRow = done.reduce<number | null>((last, row) => Math.max(last ?? 0, row.finished), null);
  const recent = done.filter((row) => row.finished > (lastRow ?? 0) - RATE_WINDOW);
  const span = recent.length < 2 ? 0 : (lastRow ?? 0) - Math.min(...recent.map((row) => row.finished));
  const perSecond = span > 0 ? (recent.length - 1) / span : null;
  const cost = costOfRows(done, null) ?? costOfRows(done, { describe: 1, conduct: 1 });
  const open = countKinds(known.filter((structure) => rows.of(structure) === null));
  const later = plan.round2 === null ? counts.round2 : 0;
  // Work of the recent rows over their span gives the number of workers that were busy.
  const busy = recent.reduce((sum, row) => sum + row.seconds.describe + row.seconds.conduct, 0) / Math.max(span, 1);
  return {
    specHash: study.specHash,
    counts,
    rounds,
    done: done.length,
    total: counts.total,
    damagedLines: rows.damaged,
    foreignRows: rows.foreign,
    perSecond,
    secondsLeft: cost === null || span === 0 || busy === 0 ? null
      : expectedSeconds(cost, { describe: open.describe, conduct: open.conduct + later }, busy),
    lastRow,
  };
}

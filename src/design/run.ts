// A design from its spec to a confirmed θ: rounds of belief, simulation and confirmation, all rows kept.
import { checkArguments, has, type Names } from '../core/arguments.js';
import { VoxelithError } from '../core/errors.js';
import type { Steps } from '../numeric/steps.js';
import { inSteps } from '../runtime/host-work.js';
import type { Session, SessionOptions } from '../runtime/session.js';
import type { TableRow } from '../regression/sample.js';
import type { Column } from '../study/columns.js';
import { evaluateDrawing, bytesForDrawings, timeDrawing } from '../study/evaluate.js';
import { expectedSeconds, MeasuredCost } from '../study/estimate.js';
import { chooseLayout, type Layout } from '../study/parallel.js';
import type { StudyRow } from '../study/rows.js';
import { withSessions } from '../study/run.js';
import type { StudyStore } from '../study/store.js';
import { openStudy, readRows, type Study, type StudyOptions } from '../study/study.js';
import { evaluateAll, type Evaluate } from '../study/work.js';
import { exactColumns, type ExactColumns } from './exact.js';
import type { Limit } from './limits.js';
import { cathodeDistances, type CathodeDistance } from './nearest.js';
import { bestRound, confirmationOf, confirmedMeans, isSettled, type DesignRound } from './rounds.js';
import {
  attainable, BELIEVED, bestByBelief, blockingLimits, violationOf, type Attitude, type BestBelieved, type Effort,
} from './search.js';
import { coordinatesOf, thetaAt, wholeTheta } from './space.js';
import { askedColumns, type DesignSpec } from './spec.js';
import { startRows, type StartRows } from './start.js';
import {
  cathodeStructures, designDrawing, initialStructures, numbersOf, structureAt, type DesignStructure,
} from './structures.js';
import { fitSurrogate, type Belief, type Observation, type Surrogate } from './surrogate.js';

/** A structure and what was measured of it. */
export interface DesignRow {
  readonly structure: DesignStructure;
  readonly row: StudyRow;
}

/** A θ of which no other is better in all objectives, by what is believed. */
export interface FrontMember {
  /** Free parameters. */
  readonly theta: Readonly<Record<string, number>>;
  /** Means that are believed. */
  readonly columns: Readonly<Record<Column, Belief>>;
  /** θ* itself. */
  readonly chosen: boolean;
}

/** A limit that the others exclude. */
export interface Blocking {
  readonly limit: Limit;
  /** Values of its column that θ can give while all other limits hold, by what is believed. */
  readonly attainable: readonly [low: number, high: number];
}

/** `met`: every limit is kept. `impossible`: the limits in `blocking` exclude each
 *  other within the bounds of θ. `unsettled`: neither is shown within the budget. */
export type DesignStatus = 'met' | 'impossible' | 'unsettled';

/** What a design found: a θ with its confirmation, or what stands in the way. */
export interface DesignResult {
  /** Whether the limits are met. */
  readonly status: DesignStatus;
  /** `closed forms`: impossible before anything was simulated. */
  readonly decidedBy: 'closed forms' | 'simulation';
  /** The chosen θ, free parameters and held ones; null where closed forms exclude any. */
  readonly theta: Readonly<Record<string, unknown>> | null;
  /** Fresh structures of it, which no belief was trained by. */
  readonly confirmation: DesignRound | null;
  /** In order. */
  readonly rounds: readonly DesignRound[];
  /** Points of several objectives of which none is better in all. */
  readonly front: readonly FrontMember[];
  /** Limits that exclude each other; empty unless `impossible`. */
  readonly blocking: readonly Blocking[];
  /** How far the result is from the known cathodes, the nearest in descriptors first. */
  readonly distances: readonly CathodeDistance[];
  /** How good the belief was. */
  readonly surrogate: Pick<Surrogate, 'trained' | 'leaveOneOutR2' | 'scatter'>;
  /** Rows of the starting table that were used, and why others were not; null without a table. */
  readonly start: StartRows['leftOut'] & { readonly used: number } | null;
  /** Every structure that was simulated, as rows of a table. */
  readonly rows: readonly DesignRow[];
  /** Structures that failed, with the reason. */
  readonly failures: readonly { readonly id: string; readonly error: string }[];
  /** SHA-256 of the design. */
  readonly specHash: string;
  /** Of the program. */
  readonly version: string;
  /** Wall time of this call, s. */
  readonly seconds: number;
}

/** What a design costs at most, said before it starts. */
export interface DesignEstimate {
  /** Structures with M, at most. */
  readonly structures: number;
  /** Without a row yet, at most. */
  readonly open: number;
  /** Wall time of the open ones. */
  readonly seconds: number;
  /** Sessions beside each other, and threads of each. */
  readonly layout: Layout;
  /** WebAssembly memory of one structure at its peak. */
  readonly bytesPerStructure: number;
}

/** How far a design is. */
export interface DesignProgress {
  /** What is simulated now. */
  readonly stage: string;
  /** Structures of this stage that have a row. */
  readonly done: number;
  /** Structures of this stage. */
  readonly total: number;
  /** Until the stage is done, s; null before the first estimate. */
  readonly secondsLeft: number | null;
  /** Structures per second since the stage began. */
  readonly perSecond: number;
}

/** Options of `runDesign`: what of the machine it may use, and who is told. */
export interface DesignRunOptions {
  /** Of all sessions together. */
  readonly threads: number;
  /** WebAssembly memory that all sessions together may use. */
  readonly memoryBytes: number;
  /** The platform's `openSession`. */
  readonly openSession: (options: SessionOptions) => Promise<Session>;
  /** Rows of the table that the design's `start` names, and its name. */
  readonly start?: { readonly rows: readonly TableRow[]; readonly name: string } | null;
  /** Aborting it ends the call; what was simulated is kept. */
  readonly signal?: AbortSignal;
  /** Called once before anything is simulated. */
  readonly onEstimate?: (estimate: DesignEstimate) => void;
  /** Called while structures are simulated. */
  readonly onProgress?: (progress: DesignProgress) => void;
  /** Called after each round. */
  readonly onRound?: (round: DesignRound) => void;
  /** Default: draw and measure. Anything else is for tests of the machinery. */
  readonly evaluate?: Evaluate;
}

const RUN_OPTION_NAMES: Names<DesignRunOptions> = {
  threads: true, memoryBytes: true, openSession: true, start: true, signal: true, onEstimate: true, onProgress: true,
  onRound: true, evaluate: true,
};

/** Attitudes of the candidates of a round, one after another: as believed, hopeful, careful, more hopeful. */
const ATTITUDES: readonly Attitude[] = [
  BELIEVED, { margin: -1, hope: 1 }, { margin: 1, hope: 0 }, { margin: -2, hope: 2 }, { margin: 0, hope: 1 },
  { margin: 1, hope: 1 },
];
/** Of the θ that is confirmed: limits are kept with a standard error of its confirmation to spare. */
const CAREFUL: Attitude = { margin: 1, hope: 0 };
/** Limits count as impossible where they are so even when missed by so many errors. */
const HOPEFUL: Attitude = { margin: -2, hope: 0 };
/** Of a search among closed forms, whose areas take milliseconds and whose gradients do the rest. */
const CLOSED_FORM_EVALUATIONS = 300;
/** Streams of random numbers of the searches of a round. */
const STREAMS = 64;

/** Opens the rows of a design in a directory of its own.
 *  @throws SpecError when the store holds another design, with the first settings that differ */
export async function openDesign(spec: DesignSpec, store: StudyStore, options: StudyOptions): Promise<Study> {
  checkArguments('openDesign', { spec: [spec, has<DesignSpec>('space', 'measured', 'limits')] });
  const { name, space, measured, objectives, limits, start, ...rest } = spec;
  const design = {
    model: space.model.name, free: space.free, held: space.held, objectives,
    limits: limits.map(({ text }) => text), start, ...rest,
  };
  return openStudy({ ...measured, name, design } as never, store, options);
}

const observed = ({ structure, row }: DesignRow): Observation => ({ u: structure.u, values: numbersOf(row.values) });

/** Structures that a design simulates at most.
 *  @param startRowCount rows of the table that it starts with */
export function countDesign(spec: DesignSpec, startRowCount: number): number {
  checkArguments('countDesign', {
    spec: [spec, has<DesignSpec>('space', 'budget', 'confirm')], startRowCount: [startRowCount, 'number'],
  });
  const { budget, confirm, space } = spec;
  return space.model.sets.length + Math.max(0, budget.initial - startRowCount) +
    budget.rounds * (budget.batch + confirm.realisations) + confirm.realisations;
}

/** Memory of a structure: every corner of the bounds may need the most. */
export function designBytes(spec: DesignSpec, threads: number): number {
  const { free } = spec.space;
  const ends = [0, 1].map((end) => structureAt(spec, 'initial', 'end', 1, 0, free.map(() => end)));
  const structures = [...ends, ...cathodeStructures(spec)];
  return bytesForDrawings(spec.measured, structures.map((one) => designDrawing(spec, one)), threads);
}

/** Limits that cannot be kept together, each with what the others leave of its column. */
function* blockingOf(
  surrogate: Surrogate, spec: DesignSpec, attitude: Attitude, effort: Effort,
): Steps<Blocking[]> {
  const limits = yield* blockingLimits(surrogate, spec, attitude, effort);
  const found: Blocking[] = [];
  for (const [i, limit] of limits.entries()) {
    const left = { ...effort, stream: effort.stream + STREAMS + 2 * i };
    found.push({ limit, attainable: yield* attainable(surrogate, { ...spec, limits }, limit, left) });
  }
  return found;
}

/** Limits that closed forms alone exclude within the bounds; empty where they do not. */
function* impossibleByClosedForms(spec: DesignSpec, exact: ExactColumns): Steps<Blocking[]> {
  const limits = spec.limits.filter(({ column }) => exact.columns.includes(column));
  if (limits.length === 0) return [];
  const known: DesignSpec = { ...spec, limits, objectives: [] };
  const surrogate = yield* fitSurrogate(spec.space, exact, limits.map(({ column }) => column), []);
  const effort = { seed: spec.measured.seed, stream: 0, maxEvaluations: CLOSED_FORM_EVALUATIONS };
  return yield* blockingOf(surrogate, known, BELIEVED, effort);
}

/** Runs what is left of a design. A killed run goes on where it stopped: every choice follows from spec and rows.
 *  @throws CancelledError with all finished rows kept; BusyError, CapacityError, FileError, SpecError */
export async function runDesign(study: Study, spec: DesignSpec, options: DesignRunOptions): Promise<DesignResult> {
  checkArguments('runDesign', {
    study: [study, has<Study>('spec', 'specHash', 'version', 'store')],
    spec: [spec, has<DesignSpec>('space', 'measured', 'limits')],
    options: [options, RUN_OPTION_NAMES],
  });
  checkArguments('runDesign', { options: [options, has<DesignRunOptions>('threads', 'memoryBytes', 'openSession')] });
  const began = performance.now();
  const { space, measured, limits, budget, confirm } = spec;
  const { seed } = measured;
  const exact = exactColumns(space, measured);
  const columns = askedColumns(spec);
  const simulated = columns.filter((column) => !exact.columns.includes(column));
  const start = options.start ? startRows(space, options.start.rows, simulated, options.start.name) : null;
  const common = { specHash: study.specHash, version: study.version };
  const seconds = (): number => (performance.now() - began) / 1000;
  const startFacts = start === null ? null : { used: start.observations.length, ...start.leftOut };

  /** Searches hear of a cancellation between two evaluations. */
  const search = <T>(work: Steps<T>): Promise<T> => inSteps('design', work, { signal: options.signal });
  const excluded = await search(impossibleByClosedForms(spec, exact));
  if (excluded.length > 0) {
    return {
      status: 'impossible', decidedBy: 'closed forms', theta: null, confirmation: null, rounds: [], front: [],
      blocking: excluded, distances: [], surrogate: { trained: {}, leaveOneOutR2: {}, scatter: {} },
      start: startFacts, rows: [], failures: [], ...common, seconds: seconds(),
    };
  }

  const total = countDesign(spec, start?.observations.length ?? 0);
  const bytes = designBytes(spec, options.threads);
  const layout = chooseLayout(measured.size, bytes, options.threads, options.memoryBytes);
  const first = await readRows(study);
  const typical = structureAt(spec, 'initial', 'calibration', 1, 99_999, space.free.map(() => 0.5));
  const cost = options.evaluate === undefined
    ? await timeDrawing(measured, (small) => designDrawing({ space, measured: small }, typical), layout, options)
    : { describe: 0, conduct: 0 };
  const evaluate: Evaluate = options.evaluate ?? ((session, _spec, structure, run) => evaluateDrawing(
    session, measured, { id: structure.id, conduct: true, drawing: designDrawing(spec, structure) }, run,
  ));
  const open = Math.max(0, total - first.count);
  options.onEstimate?.({
    structures: total, open, layout, bytesPerStructure: bytes,
    seconds: expectedSeconds(cost, { describe: 0, conduct: open }, layout.sessions),
  });

  return withSessions(layout, options, async (sessions) => {
    const all: DesignRow[] = [];
    const failures: { id: string; error: string }[] = [];
    const spent = new MeasuredCost();
    /** Rows of structures, from the store or simulated now. */
    const simulate = async (stage: string, structures: readonly DesignStructure[]): Promise<DesignRow[]> => {
      const from = performance.now();
      let computed = 0;
      const report = (): void => {
        options.onProgress?.({
          stage, done: Math.min(all.length + computed, total), total,
          perSecond: computed / ((performance.now() - from) / 1000 + 1e-3),
          secondsLeft: expectedSeconds(
            spent.mean(cost)!, { describe: 0, conduct: Math.max(0, total - all.length - computed) }, sessions.length,
          ),
        });
      };
      await evaluateAll(study, structures, {
        name: 'rows', sessions, signal: options.signal, evaluate,
        onRow(row) {
          computed++;
          spent.add(row);
          report();
        },
      });
      const rows = await readRows(study);
      const made = structures.map((structure): DesignRow => {
        const row = rows.of(structure);
        if (row === null) throw new VoxelithError(`design: the row of ${structure.id} is gone; run it again`);
        if (row.error !== null) failures.push({ id: structure.id, error: row.error });
        return { structure, row };
      });
      all.push(...made);
      return made;
    };

    const cathodes = await simulate('cathodes', cathodeStructures(spec));
    const fill = Math.max(0, budget.initial - (start?.observations.length ?? 0));
    await simulate('initial points', initialStructures(spec, exact, fill));
    /** A structure with other held parameters, such as a cathode of another anisotropy, is of another function. */
    const trains = ({ structure }: DesignRow): boolean => Object.entries(space.held).every(([name, value]) =>
      typeof value !== 'number' || structure.parameters?.[name] === value);
    const believe = (): Promise<Surrogate> => search(fitSurrogate(space, exact, columns, [
      ...(start?.observations ?? []), ...all.filter(trains).map(observed),
    ]));
    const confirmations = async (
      round: number, id: string, index: number, u: ArrayLike<number>, surrogate: Surrogate,
    ): Promise<DesignRound> => {
      const structures = Array.from({ length: confirm.realisations }, (_, k) =>
        structureAt(spec, 'confirmation', `${id}/confirmation/${k}`, round, index, u, k));
      const theta = thetaAt(space, u);
      const predicted = surrogate.at(coordinatesOf(space, theta));
      const made = await simulate(id, structures);
      return confirmationOf(
        spec, exact.columns, round, theta, predicted, made.map(({ row }) => numbersOf(row.values)), all.length,
      );
    };

    const rounds: DesignRound[] = [];
    let incumbent: ArrayLike<number> | null = null;
    let impossible = 0;
    for (let round = 1; round <= budget.rounds; round++) {
      const surrogate = await believe();
      const effort = { seed, stream: STREAMS * round };
      const { best, front }: BestBelieved = await search(
        bestByBelief(careful(surrogate, confirm.realisations), spec, CAREFUL, effort, incumbent),
      );
      const tried: ArrayLike<number>[] = [];
      for (let k = 0; k < budget.batch; k++) {
        const spread = front[Math.floor(((k + 0.5) * front.length) / budget.batch)];
        tried.push(spec.objectives.length > 1 && spread !== undefined && k % 2 === 0
          ? spread.x
          : (await search(bestByBelief(
            surrogate, oneAim(spec, k), ATTITUDES[k % ATTITUDES.length], { seed, stream: effort.stream + 1 + k },
            best.u,
          ))).best.u);
      }
      await simulate(`round ${round}`, tried.map((u, k) =>
        structureAt(spec, 'candidate', `round${round}/candidate/${k}`, round, round * STREAMS + k, u)));
      const done = await confirmations(round, `round${round}`, round, best.u, surrogate);
      rounds.push(done);
      options.onRound?.(done);
      incumbent = best.u;
      const hoped = await search(bestByBelief(
        surrogate, { ...spec, objectives: [] }, HOPEFUL, { seed, stream: effort.stream + STREAMS - 1 }, best.u,
      ));
      const hopeless = violationOf(limits, surrogate.at(hoped.best.u), HOPEFUL.margin) > 0;
      impossible = hopeless && done.verdicts.includes('missed') ? impossible + 1 : 0;
      if (impossible >= 2 || isSettled(spec, rounds)) break;
    }

    const surrogate = await believe();
    const effort = { seed, stream: STREAMS * (budget.rounds + 1) };
    const front = spec.objectives.length < 2 ? [] : (await search(
      bestByBelief(careful(surrogate, confirm.realisations), spec, CAREFUL, effort, incumbent),
    )).front;
    const chosen = bestRound(spec, rounds, surrogate);
    const u = coordinatesOf(space, chosen.theta);
    const confirmation = await confirmations(rounds.length + 1, 'final', 0, u, surrogate);
    const met = confirmation.kept;
    const blocking = met ? []
      : await search(blockingOf(surrogate, spec, HOPEFUL, { seed, stream: effort.stream + STREAMS }));
    const ofChosen = Object.fromEntries(confirmedMeans(all.filter(({ structure }) =>
      structure.id.startsWith('final/')).map(({ row }) => numbersOf(row.values))));
    const members = front.map(({ x }): FrontMember => ({
      theta: thetaAt(space, x), columns: surrogate.at(x), chosen: false,
    }));
    return {
      status: met ? 'met' : blocking.length > 0 ? 'impossible' : 'unsettled',
      decidedBy: 'simulation', theta: wholeTheta(space, chosen.theta), confirmation, rounds,
      front: [...members, { theta: chosen.theta, columns: surrogate.at(u), chosen: true }],
      blocking,
      distances: cathodeDistances(
        space, { theta: chosen.theta, values: ofChosen },
        cathodes.map(({ structure, row }) => (
          { name: structure.id.replace('cathode/', ''), theta: structure.theta, values: numbersOf(row.values) }
        )),
        all.map(({ row }) => numbersOf(row.values)),
      ),
      surrogate: { trained: surrogate.trained, leaveOneOutR2: surrogate.leaveOneOutR2, scatter: surrogate.scatter },
      start: startFacts, rows: all, failures, ...common, seconds: seconds(),
    };
  });
}

/** Beliefs whose errors are those of a mean over fresh structures. */
function careful(surrogate: Surrogate, realisations: number): Surrogate {
  return {
    ...surrogate,
    at: (u) => Object.fromEntries(Object.entries(surrogate.at(u)).map(([column, { mean, error }]) => {
      const scatter = surrogate.scatter[column] ?? 0;
      return [column, { mean, error: Math.sqrt(error * error + (scatter * scatter) / realisations) }];
    })),
  };
}

/** A design with one of its objectives, in turns: candidates improve the ends of a front. */
function oneAim(spec: DesignSpec, k: number): DesignSpec {
  const { objectives } = spec;
  return objectives.length < 2 ? spec : { ...spec, objectives: [objectives[(k >> 1) % objectives.length]] };
}

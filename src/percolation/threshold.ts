// Spanning probability in windows of several sizes, and the threshold of an infinite one.
import { checkArguments, has } from '../core/arguments.js';
import { CancelledError, SpecError } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import { labelCounts } from '../core/volume.js';
import { components } from '../descriptors/components.js';
import { insertPhase } from '../networks/insert.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { generate } from '../structure/generate.js';
import type { StructureSpec } from '../structure/models.js';
import { memoryStore, type StudyStore } from '../study/store.js';
import { thresholdOf, type Outcome, type Threshold } from './finite-size.js';
import { openRows } from '../study/kept-rows.js';
import { levelSpans, randomVoxelSpans, sphereSpans } from './spanning.js';
import type { ThresholdSpec } from './spec.js';
import { structureOf, type Place } from './structures.js';
import type { SweepProgress } from './sweep.js';

/** Options of `runThreshold`. */
export interface ThresholdRunOptions {
  /** Where rows are kept; default: in memory. */
  readonly store?: StudyStore;
  /** Told how far the call is. */
  readonly onProgress?: (progress: SweepProgress) => void;
  /** Aborting it ends the call; rows that are done are kept in the store. */
  readonly signal?: AbortSignal;
}

/** A percolation threshold with the structures that it is from. */
export interface ThresholdResult {
  /** As it was run. */
  readonly spec: ThresholdSpec;
  /** Of the infinite window, with its error. */
  readonly threshold: Threshold;
  /** Rows that this call computed; a row holds several structures. */
  readonly computed: number;
  /** Rows that were there. */
  readonly kept: number;
  /** "rows.jsonl:7" of damaged rows, computed anew. */
  readonly damagedAt: readonly string[];
}

/** Realisations that one row holds. */
const BLOCK = 25;

/** Some realisations in a window, at a place of what is varied. */
interface Task {
  readonly size: number;
  readonly place: Place;
  readonly first: number;
  readonly runs: number;
}

function tasksOf({ sizes, runs, vary }: ThresholdSpec): Task[] {
  const places: Place[] = vary === null ? [{}] : vary.values.map((value) => ({ [vary.name]: value }));
  return sizes.flatMap((size) => places.flatMap((place) =>
    Array.from({ length: Math.ceil(runs / BLOCK) }, (_, k) =>
      ({ size, place, first: k * BLOCK, runs: Math.min(BLOCK, runs - k * BLOCK) }))));
}

/** Outcomes of a task. */
async function work(session: Session, spec: ThresholdSpec, task: Task, run: RunOptions): Promise<Outcome[]> {
  const { system, axis, seed, neighbourhood } = spec;
  const { size, first, runs } = task;
  if (system === 'voxels') {
    const found = await randomVoxelSpans(session, { shape: [size, size, size], neighbourhood, seed, first, runs }, run);
    return found.map((spans) => ({ from: spans[axis] }));
  }
  if (system === 'spheres') {
    const sizes = spec.spheres.map(({ diameter, share }) => ({ radius: diameter / 2, share }));
    const found = await sphereSpans(session, { box: [size, size, size], sizes, seed, first, runs }, run);
    return found.map((spans) => ({ from: spans[axis] }));
  }
  const outcomes: Outcome[] = [];
  for (let realisation = first; realisation < first + runs; realisation++) {
    outcomes.push(await outcomeOf(session, spec, task, realisation, run));
  }
  return outcomes;
}

/** Outcome of a structure that a model draws. */
async function outcomeOf(
  session: Session, spec: ThresholdSpec, { size, place }: Task, realisation: number, run: RunOptions,
): Promise<Outcome> {
  const { axis, seed, neighbourhood, phase } = spec;
  const drawn = structureOf(WHERE, spec.structure!, place, { axis, seed, realisation, size });
  const byLevels = spec.system === 'levels';
  const volume = await generate(session, byLevels ? { ...drawn, levelSets: true } as StructureSpec : drawn, run);
  if (byLevels) {
    const levels = volume.levelSets?.x;
    if (levels === undefined) throw new SpecError(`${WHERE}: the model ${drawn.model} has no level sets`);
    return { from: (await levelSpans(session, { shape: volume.shape, levels, neighbourhood }, run))[axis] };
  }
  if (spec.system === 'insert') {
    const { into, label, method, settings } = spec.additive!;
    const share = labelCounts(volume.labels)[label] / volume.labels.length;
    const { spansAt } = await insertPhase(session, volume, {
      into, label, method, ...settings, fractions: [share], seed: seed + realisation, neighbourhood,
    }, run);
    return { from: spansAt[axis] };
  }
  const count = labelCounts(volume.labels)[phase];
  const content = Object.values(place)[0];
  if (count === 0) return { content, spans: false };
  return { content, spans: (await components(session, volume, { phase, neighbourhood }, run)).percolates[axis]! };
}

const WHERE = 'percolate';

/** What a row is computed from. */
function inputOf(spec: ThresholdSpec, task: Task): unknown {
  const { name: _name, sizes: _sizes, runs: _runs, vary: _vary, ...rest } = spec;
  return { ...rest, ...task };
}

/** Spans windows of every size as often as the specification says, and extrapolates. What a store holds is not computed
 *  again.
 *  @throws SpecError for what no threshold follows from, CapacityError, BusyError, CancelledError with all finished
 *          rows kept */
export async function runThreshold(
  session: Session, spec: ThresholdSpec, options: ThresholdRunOptions = {},
): Promise<ThresholdResult> {
  checkArguments('runThreshold', {
    session: [session, 'session'], spec: [spec, has<ThresholdSpec>('kind', 'system', 'sizes', 'runs')],
    options: [options, { store: true, onProgress: true, signal: true }],
  });
  const tasks = tasksOf(spec);
  // The model refuses what it does not take before any work.
  if (spec.structure !== null) {
    for (const { size, place } of tasks) {
      structureOf(WHERE, spec.structure, place, { axis: spec.axis, seed: spec.seed, realisation: 0, size });
    }
  }
  const rows = await openRows<readonly Outcome[]>(options.store ?? memoryStore(), VERSION);
  try {
    const bySize = new Map<number, Outcome[]>(spec.sizes.map((size) => [size, []]));
    const open = tasks.filter((task) => rows.of(inputOf(spec, task)) === null);
    const costOf = ({ size, runs }: Task): number => size * size * size * runs;
    const total = open.reduce((sum, task) => sum + costOf(task), 0);
    const began = performance.now();
    let [computed, done] = [0, 0];
    for (const task of tasks) {
      const input = inputOf(spec, task);
      let row = rows.of(input);
      if (row === null) {
        if (options.signal?.aborted) throw new CancelledError(WHERE);
        const start = performance.now();
        const value = await work(session, spec, task, { signal: options.signal });
        row = { value, error: null, seconds: (performance.now() - start) / 1000 };
        await rows.add(input, row);
        computed++;
        done += costOf(task);
        options.onProgress?.({
          done: computed, total: open.length,
          secondsLeft: ((performance.now() - began) / 1000 / done) * (total - done),
        });
      }
      bySize.get(task.size)!.push(...row.value!);
    }
    const windows = [...bySize].map(([size, outcomes]) => ({ size, outcomes }));
    return {
      spec, threshold: thresholdOf(windows, { seed: spec.seed % 2 ** 32 }), computed, kept: tasks.length - computed,
      damagedAt: rows.damagedAt,
    };
  } finally {
    await rows.close();
  }
}

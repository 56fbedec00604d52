// Refinement study: the same structure on ever finer voxels, and what its numbers tend to.
import { checkArguments, has } from '../core/arguments.js';
import { CancelledError, SpecError } from '../core/errors.js';
import { isCrossed, type Shape, type VoxelSize } from '../core/grid.js';
import { VERSION } from '../core/version.js';
import { checkVolume, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { cropLabels } from '../image/crop.js';
import { pow } from '../numeric/elementary.js';
import { gridConvergence } from '../numeric/grid-convergence.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { finerStructure } from '../structure/finer.js';
import { generate } from '../structure/generate.js';
import { phaseLevelSet } from '../structure/level-set.js';
import type { ModelStructure } from '../structure/model.js';
import type { StructureSpec } from '../structure/models.js';
import { openRows } from '../study/kept-rows.js';
import { sha256 } from '../study/sha256.js';
import { memoryStore, type StudyStore } from '../study/store.js';
import {
  measureColumns, measuredColumns, measuredOf, type ColumnValues, type Measured, type MeasuredColumn,
  type MeasuredOptions,
} from './measured.js';
import type { OwnErrorBar, RefinedQuantity, Refinement, RefineLevel } from './refinement.js';
import { longerEdges, sampled, sampledShape, sampleStarts, splitVoxels } from './sampling.js';

/** How far a refinement or window study is. */
export interface StudyProgress {
  /** Rows that are there. */
  readonly done: number;
  /** Rows in all. */
  readonly total: number;
}

/** Options of `refineStructure` and `refineImage`. */
export interface RefineOptions extends MeasuredOptions {
  /** How many times shorter voxels are from one grid to the next. */
  readonly ratio?: number;
  /** Grids, at least 2; an order is observed from 3 on. */
  readonly levels?: number;
  /** Of images: split voxels instead of taking every second, fourth … one. */
  readonly split?: boolean;
  /** Whether every grid's plain M gets the error bar that `conduct` gives to a single image. */
  readonly uncertainty?: boolean;
  /** Where rows are kept, so that a stopped study goes on; default: in memory. */
  readonly store?: StudyStore;
  /** Called while grids are measured. */
  readonly onProgress?: (progress: StudyProgress) => void;
  /** Aborting it ends the call; rows that are done are kept in the store. */
  readonly signal?: AbortSignal;
}

/** Options of `refineStructure` and `refineImage` that are not given: three grids, each twice as fine as the one
 *  before. */
export const REFINE_DEFAULTS = { ratio: 2, levels: 3, split: false, uncertainty: true } as const;

const WHERE = 'refine';
/** Fewer voxels along an axis say nothing. */
const LEAST_EDGE = 8;

interface Row {
  readonly values: ColumnValues;
  readonly errorBars: Readonly<Record<Phase, OwnErrorBar>>;
}

/** What is refined: how it is called in rows, and its finest voxels, made when they are needed. */
interface Source {
  readonly kind: Refinement['source'];
  readonly same: boolean;
  readonly key: unknown;
  /** Of the finest grid. */
  readonly shape: Shape;
  /** Edges of the finest grid, µm, or over those of the specification. */
  readonly edges: NonNullable<VoxelSize>;
  readonly sizeKnown: boolean;
  readonly levelSets: boolean;
  /** Steps over the finest voxels, from the coarsest grid on. */
  readonly steps: readonly number[];
  /** Finest voxels in an edge of the specification or image. */
  readonly unit: number;
  finest(session: Session, run: RunOptions): Promise<ModelStructure>;
}

function checkOptions(options: RefineOptions): { ratio: number; levels: number; split: boolean; uncertainty: boolean } {
  const { ratio, levels, split, uncertainty } = { ...REFINE_DEFAULTS, ...options };
  if (!(Number.isInteger(ratio) && ratio >= 2 && ratio <= 8)) {
    throw new SpecError(`${WHERE}: ratio must be a whole number from 2 to 8, got ${ratio}`);
  }
  if (!(Number.isInteger(levels) && levels >= 2 && levels <= 8)) {
    throw new SpecError(`${WHERE}: levels must be a whole number from 2 to 8, got ${levels}`);
  }
  return { ratio, levels, split, uncertainty };
}

const OPTION_NAMES = {
  phases: true, axis: true, descriptors: true, boundary: true, tolerance: true, ratio: true, levels: true, split: true,
  uncertainty: true, store: true, onProgress: true, signal: true,
} as const;

/** The structure of a specification on its own voxels and on finer ones.
 *  @throws SpecError, CapacityError before any work, BusyError, CancelledError with all finished rows kept */
export async function refineStructure(
  session: Session, spec: StructureSpec, options: RefineOptions = {},
): Promise<Refinement> {
  checkArguments('refineStructure', {
    session: [session, 'session'], spec: [spec, 'record'], options: [options, OPTION_NAMES],
  });
  const { ratio, levels, split } = checkOptions(options);
  if (split) throw new SpecError(`${WHERE}: split is for images; a model is drawn on finer voxels`);
  const unit = pow(ratio, levels - 1);
  const { model, spec: finest, same } = finerStructure(WHERE, spec, unit);
  const { size, voxelSizeUm = null, levelSets = false } =
    finest as unknown as { size: Shape; voxelSizeUm?: number | VoxelSize; levelSets?: boolean };
  const edges = typeof voxelSizeUm === 'number' ? [voxelSizeUm, voxelSizeUm, voxelSizeUm] as const : voxelSizeUm;
  const reach = model.levelSetReach ?? Infinity;
  return refine(session, {
    kind: 'model', same, key: finest, shape: size, edges: edges ?? [1 / unit, 1 / unit, 1 / unit],
    // Neighbours on either side of a boundary know it only if it is not farther than what is clamped.
    levelSets: levelSets && unit <= reach + 1,
    sizeKnown: edges !== null, steps: stepsOf(ratio, levels), unit,
    finest: (one, run) => generate(one, finest, run),
  }, model.phases(finest).map(({ label }) => label), options);
}

/** An image on its own voxels and on longer ones; with `split` on voxels cut in pieces: then numbers tend to those of
 *  its cubes, not of the material.
 *  @throws as `refineStructure` */
export async function refineImage(
  session: Session, image: LabelVolume, options: RefineOptions = {},
): Promise<Refinement> {
  checkArguments('refineImage', {
    session: [session, 'session'], image: [image, has<LabelVolume>('labels', 'shape')],
    options: [options, OPTION_NAMES],
  });
  checkVolume(WHERE, image);
  const { ratio, levels, split } = checkOptions(options);
  const whole = pow(ratio, levels - 1);
  const { labels, shape, voxelSizeUm } = image;
  const edges = voxelSizeUm ?? [1, 1, 1];
  const source = {
    same: true, levelSets: false, sizeKnown: voxelSizeUm !== null, steps: stepsOf(ratio, levels),
    key: { hash: sha256(labels), shape, edges: voxelSizeUm, split: split ? whole : 1 },
  };
  if (split) {
    const finer = shape.map((n) => (n === 1 ? 1 : n * whole)) as unknown as Shape;
    return refine(session, {
      ...source, kind: 'split', shape: finer, edges: longerEdges(edges, 1 / whole), unit: whole,
      finest: async () => ({ ...splitVoxels(image, whole), voxelSizeUm: null }),
    }, phasesOf(image), options);
  }
  // All grids show the same window.
  const fitting = shape.map((n) => (n === 1 ? 1 : n - (n % whole))) as unknown as Shape;
  const part = fitting.every((n, k) => n === shape[k]) ? image
    : cropLabels(image, shape.map((n, k) => [(n - fitting[k]) >> 1, ((n - fitting[k]) >> 1) + fitting[k]]));
  const found = await refine(session, {
    ...source, kind: 'sampled', shape: fitting, edges, unit: 1, finest: async () => part,
  }, phasesOf(part), options);
  return part === image ? found : {
    ...found, notes: [
      `the middle of the image is refined, ${fitting.join('×')} of ${shape.join('×')} voxels, which all grids share`,
      ...found.notes,
    ],
  };
}

const stepsOf = (ratio: number, levels: number): number[] =>
  Array.from({ length: levels }, (_, k) => pow(ratio, levels - 1 - k));

/** Grids, each with samples of the finest voxels. Pieces of a split voxel are all alike. */
const startsOf = ({ kind }: Source, step: number): number[] => (kind === 'split' ? [0] : sampleStarts(step));

function checkGrids({ shape, steps, kind }: Source, { axis }: Measured): void {
  const coarsest = sampledShape(shape, steps[0]);
  const short = coarsest.find((n, k) => shape[k] > 1 && n < LEAST_EDGE);
  if (short !== undefined) {
    throw new SpecError(
      `${WHERE}: the coarsest grid has ${coarsest.join('×')} voxels, at least ${LEAST_EDGE} are needed along each ` +
        `axis; take fewer levels, or a larger ${kind === 'model' ? 'size' : 'image'}`,
    );
  }
  if (!isCrossed(shape, axis)) {
    throw new SpecError(`${WHERE}: the image is one voxel thick along ${axis}; choose another axis`);
  }
}

async function refine(
  session: Session, source: Source, own: readonly Phase[], options: RefineOptions,
): Promise<Refinement> {
  const { ratio, uncertainty } = { ...REFINE_DEFAULTS, ...options };
  const measured = measuredOf(WHERE, options, own, ['voxel', 'smooth']);
  checkGrids(source, measured);
  const run: RunOptions = { signal: options.signal };
  const rows = await openRows<Row>(options.store ?? memoryStore(), VERSION);
  let finest: ModelStructure | null = null;
  const levelSets = new Map<Phase, Float32Array>();
  let computed = 0;
  const plan = source.steps.flatMap((step) => startsOf(source, step).map((start) => ({ step, start })));
  const inputOf = (step: number, start: number): unknown =>
    ({ study: WHERE, source: source.key, step, start, measured, uncertainty, levelSets: source.levelSets });
  try {
    const open = plan.filter(({ step, start }) => rows.of(inputOf(step, start)) === null).length;
    const levels: RefineLevel[] = [];
    for (const step of source.steps) {
      const found: Row[] = [];
      let seconds = 0;
      const shape = sampledShape(source.shape, step);
      const edges = longerEdges(source.edges, step);
      for (const start of startsOf(source, step)) {
        const input = inputOf(step, start);
        let row = rows.of(input);
        if (row === null) {
          if (options.signal?.aborted) throw new CancelledError(WHERE);
          finest ??= await source.finest(session, run);
          const began = performance.now();
          const volume = { labels: sampled(finest.labels, source.shape, step, start), shape, voxelSizeUm: edges };
          // One sample of a grid tells its error bar.
          const value = await measureOne(
            session, volume, measured, uncertainty && start === startsOf(source, step)[0], run,
            (phase) => levelSetOf(source, finest!, levelSets, phase, step, start),
          );
          row = { value, error: null, seconds: (performance.now() - began) / 1000 };
          await rows.add(input, row);
          computed++;
          options.onProgress?.({ done: computed, total: open });
        }
        found.push(row.value!);
        seconds += row.seconds;
      }
      levels.push({
        edge: step / source.unit, voxelSizeUm: source.sizeKnown ? edges : null, shape, samples: found.length,
        ...meanOf(found.map(({ values }) => values)), errorBars: found[0].errorBars, seconds,
      });
    }
    const quantities = measuredColumns(measured).map((column) => refined(column, levels, ratio, source));
    return {
      source: source.kind, same: source.same, smoothFrom: source.levelSets ? 'levelSet' : 'labels', ratio, measured,
      lengthUnit: source.sizeKnown ? 'µm' : 'voxel', levels, quantities, computed, kept: plan.length - computed,
      damagedAt: rows.damagedAt, notes: notesOf(source), warnings: blockedOn(levels, quantities),
    };
  } finally {
    await rows.close();
  }
}

function levelSetOf(
  { levelSets, shape }: Source, finest: ModelStructure, kept: Map<Phase, Float32Array>, phase: Phase, step: number,
  start: number,
): Float32Array | null {
  if (!levelSets) return null;
  const whole = kept.get(phase) ?? phaseLevelSet(finest, phase);
  kept.set(phase, whole);
  return sampled(whole, shape, step, start);
}

async function measureOne(
  session: Session, volume: LabelVolume, measured: Measured, uncertainty: boolean, run: RunOptions,
  levelSet: (phase: Phase) => Float32Array | null,
): Promise<Row> {
  const errorBars: Record<Phase, OwnErrorBar> = {};
  const values = await measureColumns(session, volume, measured, run, {
    levelSet, uncertainty,
    onSolve: (phase, kind, { uncertainty: found }) => {
      if (kind !== 'voxel' || found === undefined) return;
      const { resolution, parts, reasons } = found;
      const known = resolution !== null && parts.voxels !== null;
      errorBars[phase] = {
        limit: known ? resolution.limit : null, plusMinus: known ? parts.voxels : null,
        reason: known ? null : reasons[0] ?? null,
      };
    },
  });
  return { values, errorBars };
}

/** Means of samples, and how far they lie apart. A value that one sample lacks is missing. */
function meanOf(samples: readonly ColumnValues[]): Pick<RefineLevel, 'values' | 'spread'> {
  const names = Object.keys(samples[0]);
  const all = (name: string): number[] | null => {
    const found = samples.map((values) => values[name]);
    return found.includes(null) ? null : found as number[];
  };
  return {
    values: Object.fromEntries(names.map((name) => {
      const found = all(name);
      return [name, found === null ? null : found.reduce((sum, value) => sum + value, 0) / found.length];
    })),
    spread: Object.fromEntries(names.map((name) => {
      const found = all(name);
      return [name, found === null ? null : Math.max(...found) - Math.min(...found)];
    })),
  };
}

function refined(
  column: MeasuredColumn, levels: readonly RefineLevel[], ratio: number, source: Source,
): RefinedQuantity {
  const values = levels.map((level) => level.values[column.name]);
  const formalOrder = column.interface === 'smooth' && source.levelSets ? 2 : 1;
  // Grids whose phase does not conduct yet say nothing of those that do.
  const first =
    values.map((value) => value === null || (column.interface !== null && value === 0)).lastIndexOf(true) + 1;
  const usable = values.slice(first) as number[];
  return {
    ...column, values, formalOrder,
    convergence: usable.length < 2 ? null : gridConvergence(usable, ratio, formalOrder),
  };
}

function notesOf(source: Source): string[] {
  const notes: string[] = [];
  if (source.kind === 'split') {
    notes.push(
      'voxels of the image are split: the cubes stay as they are, so that values tend to those of the cubes, not of ' +
        'the material; how far these are apart is not seen here',
    );
  }
  if (source.kind === 'sampled') {
    notes.push(
      'coarser grids are samples of the image\'s voxels: what the image does not resolve, none of them does',
    );
  }
  if (!source.same) {
    notes.push(
      'random numbers of this model are keyed by voxels: all grids show one realisation, another one than the ' +
        'specification draws on its own voxels',
    );
  }
  const even = source.steps.some((step) => step > 1 && step % 2 === 0);
  if (even && source.kind !== 'split') {
    const shift = source.edges.map((edge) => edge / 2)[0];
    notes.push(
      `coarser values are means of two samples, shifted by ${Number(shift.toPrecision(3))} ` +
        `${source.sizeKnown ? 'µm' : 'of an edge'} to either side, half of the finest voxel`,
    );
  }
  return notes;
}

function blockedOn(levels: readonly RefineLevel[], quantities: readonly RefinedQuantity[]): string[] {
  return quantities.flatMap(({ phase, interface: kind, values }) => {
    const blocked = values.flatMap((value, k) => (value === 0 ? [levels[k].shape.join('×')] : []));
    if (kind !== 'voxel' || blocked.length === 0) return [];
    return [blocked.length === values.length ? `phase ${phase} conducts on none of the grids`
      : `phase ${phase} does not conduct on ${blocked.join(', ')} voxels, which are left out`];
  });
}

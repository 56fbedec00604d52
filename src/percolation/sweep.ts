// A sweep: structures at every place, each with several realisations, what was computed kept in a store.
import { checkArguments, has } from '../core/arguments.js';
import { CancelledError, SpecError, VoxelithError } from '../core/errors.js';
import { axisIndex } from '../core/grid.js';
import { VERSION } from '../core/version.js';
import { checkPhase, checkVolume, type LabelVolume } from '../core/volume.js';
import { contentRange } from '../networks/insert.js';
import type { Session } from '../runtime/session.js';
import { generate } from '../structure/generate.js';
import type { StructureSpec } from '../structure/models.js';
import { sha256 } from '../study/sha256.js';
import { memoryStore, type StudyStore } from '../study/store.js';
import { evaluateSweep, type SweepRow } from './evaluate.js';
import { computeRow, isOpen, openRows, type KeptRow } from '../study/kept-rows.js';
import type { SweepSpec } from './spec.js';
import { placesOf, structureOf, type Place } from './structures.js';
import {
  alongOf, limitAnswer, linesOf, pointOf, type LimitAnswer, type SweepPoint,
} from './summary.js';
import type { SweepQuantityName } from './quantities.js';

/** How far a sweep or a threshold is. */
export interface SweepProgress {
  /** Structures (of a threshold rows) that this call has computed. */
  readonly done: number;
  /** That this call has to compute. */
  readonly total: number;
  /** Until all is done, s; null before the first. */
  readonly secondsLeft: number | null;
}

/** Options of `runSweep`. */
export interface SweepOptions {
  /** Where rows are kept; default: in memory. */
  readonly store?: StudyStore;
  /** Structures instead of a model: each is taken with every realisation of the additive. */
  readonly images?: readonly LabelVolume[];
  /** Told how far the sweep is. */
  readonly onProgress?: (progress: SweepProgress) => void;
  /** Aborting it ends the call; rows that are done are kept in the store. */
  readonly signal?: AbortSignal;
}

/** A structure of a sweep. */
interface Planned {
  readonly place: Place;
  readonly realisation: number;
  readonly source: { readonly spec: StructureSpec } | { readonly image: LabelVolume; readonly hash: string };
}

/** What a sweep found, place by place, and where limits are kept. */
export interface SweepResult {
  /** As it was run. */
  readonly spec: SweepSpec;
  /** In the order of the sweep. */
  readonly points: readonly SweepPoint[];
  /** One for every limit and every line of the sweep. */
  readonly answers: readonly LimitAnswer[];
  /** Content at which the additive itself first spans along the axis, of every structure; null: never. */
  readonly additiveSpansAt: readonly { readonly place: Place; readonly contents: readonly (number | null)[] }[];
  /** Of areas per volume: `voxel` where an edge is not known. */
  readonly lengthUnit: 'µm' | 'voxel';
  /** Structures that were computed by this call. */
  readonly computed: number;
  /** Structures that were there. */
  readonly kept: number;
  /** Structures that could not be made or measured. */
  readonly failures: readonly { readonly place: Place; readonly realisation: number; readonly error: string }[];
  /** "rows.jsonl:7" of damaged rows, computed anew. */
  readonly damagedAt: readonly string[];
}

const WHERE = 'percolate';
/** Windows of fewer voxels along the axis are spanned by single particles. */
const LEAST_EDGE = 8;

function checkImage(spec: SweepSpec, image: LabelVolume): void {
  checkVolume(WHERE, image);
  const { active, additive } = spec;
  checkPhase(WHERE, image, active);
  if (additive === null) return;
  const { into, fractions } = additive;
  checkPhase(WHERE, image, into);
  const range = contentRange(image, additive);
  if (Math.round(fractions[0] * range.voxels) > range.before + range.room) {
    throw new SpecError(
      `${WHERE}: a content of ${fractions[0]} does not fit into label ${into}; at most ` +
        `${((range.before + range.room) / range.voxels).toFixed(4)} of the window does`,
    );
  }
}

function checkWindow({ axis, collector }: SweepSpec, shape: readonly number[]): void {
  const edge = shape[axisIndex(axis)];
  if (edge >= LEAST_EDGE) return;
  throw new SpecError(
    `${WHERE}: the window has ${edge} voxels along ${axis} from the separator to the collector (${collector} face), ` +
      `at least ${LEAST_EDGE} are needed; choose another axis or a larger window`,
  );
}

/** All structures of a sweep, checked before the first is drawn.
 *  @throws SpecError for settings that a model does not take, windows that are too small */
async function planSweep(spec: SweepSpec, images: readonly LabelVolume[]): Promise<Planned[]> {
  const realisations = Array.from({ length: spec.realisations }, (_, realisation) => realisation);
  if (spec.structure === null) {
    if (spec.vary.length > 0) throw new SpecError(`${WHERE}: settings of images cannot be varied; leave out vary`);
    if (images.length === 0) throw new SpecError(`${WHERE}: there is neither a structure nor an image`);
    const planned: Planned[] = [];
    for (const image of images) {
      checkImage(spec, image);
      checkWindow(spec, image.shape);
      const source = { image, hash: sha256(image.labels) };
      planned.push(...realisations.map((realisation) => ({ place: {}, realisation, source })));
    }
    return planned;
  }
  const template = spec.structure;
  return placesOf(spec.vary).flatMap((place) => realisations.map((realisation) => {
    const drawn = structureOf(WHERE, template, place, { axis: spec.axis, seed: spec.seed, realisation });
    checkWindow(spec, drawn.size as readonly number[]);
    return { place, realisation, source: { spec: drawn } };
  }));
}

/** What a row is computed from: all but names, limits and the rest of the sweep. */
function inputOf(spec: SweepSpec, { realisation, source }: Planned): unknown {
  const { name: _name, structure: _structure, vary: _vary, limits: _limits, realisations: _all, ...rest } = spec;
  return {
    ...rest, realisation,
    source: 'spec' in source
      ? source.spec
      : { hash: source.hash, shape: source.image.shape, edges: source.image.voxelSizeUm },
  };
}

/** Computes what a sweep asks for and is not there yet, and says where its limits are kept.
 *  The same bits for every number of threads.
 *  @throws SpecError before any work, VoxelithError when every structure failed, CapacityError, BusyError,
 *          CancelledError with all finished rows kept */
export async function runSweep(session: Session, spec: SweepSpec, options: SweepOptions = {}): Promise<SweepResult> {
  checkArguments('runSweep', {
    session: [session, 'session'], spec: [spec, has<SweepSpec>('kind', 'vary', 'realisations')],
    options: [options, { store: true, images: true, onProgress: true, signal: true }],
  });
  const planned = await planSweep(spec, options.images ?? []);
  const rows = await openRows<SweepRow>(options.store ?? memoryStore(), VERSION);
  try {
    const found: KeptRow<SweepRow>[] = [];
    const began = performance.now();
    const open = planned.filter((one) => isOpen(rows.of(inputOf(spec, one)))).length;
    let computed = 0;
    for (const one of planned) {
      const input = inputOf(spec, one);
      let row = rows.of(input);
      if (isOpen(row)) {
        if (options.signal?.aborted) throw new CancelledError(WHERE);
        const run = { signal: options.signal };
        const { source, realisation } = one;
        row = await computeRow(async () => {
          const volume = 'spec' in source ? await generate(session, source.spec, run) : source.image;
          return evaluateSweep(session, spec, volume, realisation, run);
        });
        await rows.add(input, row);
        computed++;
        const each = (performance.now() - began) / 1000 / computed;
        options.onProgress?.({ done: computed, total: open, secondsLeft: each * (open - computed) });
      }
      found.push(row!);
    }
    if (found.every(({ error }) => error !== null)) {
      throw new VoxelithError(
        `${WHERE}: none of ${found.length} structures could be made; the first: ${found[0].error}`,
      );
    }
    return { ...resultOf(spec, planned, found), computed, kept: planned.length - computed, damagedAt: rows.damagedAt };
  } finally {
    await rows.close();
  }
}

const hasEdge = (source: Planned['source']): boolean =>
  ('spec' in source ? source.spec.voxelSizeUm : source.image.voxelSizeUm) !== null;

function resultOf(
  spec: SweepSpec, planned: readonly Planned[], found: readonly KeptRow<SweepRow>[],
): Omit<SweepResult, 'computed' | 'kept' | 'damagedAt'> {
  const places = new Map<string, { place: Place; rows: KeptRow<SweepRow>[] }>();
  planned.forEach(({ place }, k) => {
    const key = JSON.stringify(place);
    const group = places.get(key) ?? { place, rows: [] };
    group.rows.push(found[k]);
    places.set(key, group);
  });
  const contents = spec.additive?.fractions ?? [null];
  const points = [...places.values()].flatMap(({ place, rows }) => contents.map((content, k) => pointOf(
    place, content, rows.flatMap(({ value }) => value?.steps[k] ?? []), rows.flatMap(({ error }) => error ?? []),
    rows.filter(({ value }) => value !== null && value.steps[k] === null).length,
  )));
  const lines = linesOf(spec, points);
  const along = alongOf(spec);
  return {
    spec, points, lengthUnit: planned.every(({ source }) => hasEdge(source)) ? 'µm' : 'voxel',
    answers: Object.entries(spec.limits).flatMap(([name, limit]) =>
      lines.map((line) => limitAnswer(line, along, name as SweepQuantityName, limit))),
    additiveSpansAt: spec.additive === null ? [] : [...places.values()].map(({ place, rows }) => ({
      place, contents: rows.flatMap(({ value }) => (value === null ? [] : [value.additiveSpansAt])),
    })),
    failures: planned.flatMap(({ place, realisation }, k) =>
      (found[k].error === null ? [] : [{ place, realisation, error: found[k].error! }])),
  };
}

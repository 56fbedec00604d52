// Window study: how much numbers differ between windows of growing size, and which windows, how many of them, a wanted
// precision takes.
import { checkArguments, has } from '../core/arguments.js';
import { CancelledError, SpecError, VoxelithError } from '../core/errors.js';
import { isCrossed, type Shape, type VoxelSize } from '../core/grid.js';
import { VERSION } from '../core/version.js';
import { checkVolume, phasesOf, type LabelVolume } from '../core/volume.js';
import { fractionVariance } from '../descriptors/fraction-variance.js';
import { cropLabels, type CropWindow } from '../image/crop.js';
import { pow } from '../numeric/elementary.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { generate } from '../structure/generate.js';
import { phaseLevelSet } from '../structure/level-set.js';
import { readStructure, type StructureSpec } from '../structure/models.js';
import { computeRow, isOpen, openRows, type KeptRow } from '../study/kept-rows.js';
import { sha256 } from '../study/sha256.js';
import { memoryStore, type StudyStore } from '../study/store.js';
import {
  measureColumns, measuredColumns, measuredOf, type ColumnValues, type Interface, type Measured, type MeasuredOptions,
} from './measured.js';
import { modelFractionVariance } from './model-variance.js';
import type { StudyProgress } from './refine.js';
import { LEAST_WINDOWS } from './representative.js';
import { blockedIn, costOf, quantityOf, type WindowQuantity, type WindowSize } from './window-answers.js';

export type { WindowNeed, WindowQuantity, WindowSize } from './window-answers.js';

/** Options of `windowsOfModel` and `windowsOfImage`. */
export interface WindowOptions extends MeasuredOptions {
  /** Edges of cubic windows, voxels; absent: a quarter, three eighths, half, three quarters and all of the
   *  specification's smallest edge, or a tenth to half of the image's. */
  readonly sizes?: readonly number[];
  /** Structures of the largest window; of smaller ones up to four times as many, at the cost of the largest. */
  readonly realisations?: number;
  /** Half width of an interval at 95 % over the value. */
  readonly precision?: number;
  /** How M is solved for. Default: voxel. */
  readonly interface?: Interface;
  /** Where rows are kept, so that a stopped study goes on; default: in memory. */
  readonly store?: StudyStore;
  /** Called while windows are measured. */
  readonly onProgress?: (progress: StudyProgress) => void;
  /** Aborting it ends the call; rows that are done are kept in the store. */
  readonly signal?: AbortSignal;
}

/** Options of `windowsOfModel` and `windowsOfImage` that are not given: ± 2 % is wanted. */
export const WINDOW_DEFAULTS = { realisations: 12, precision: 0.02, interface: 'voxel' } as const;

/** Scatter of numbers between windows of growing size, and which window a precision takes. */
export interface WindowStudy {
  /** `model`: every window is drawn; `image`: windows beside each other in an image. */
  readonly source: 'model' | 'image';
  /** What was measured, and how. */
  readonly measured: Measured;
  /** Half width of an interval at 95 % over the value that is wanted. */
  readonly precision: number;
  /** Whether windows repeat themselves: their values differ from those of windows cut from a material. */
  readonly periodic: boolean;
  /** Edges (z, y, x) of a voxel in µm; null: unknown. */
  readonly voxelSizeUm: VoxelSize;
  /** 3, of sections 2. */
  readonly dimensions: number;
  /** Sizes of windows, ascending. */
  readonly sizes: readonly WindowSize[];
  /** Each quantity with its scatter by size, and the window that it needs. */
  readonly quantities: readonly WindowQuantity[];
  /** Rows that this call measured. */
  readonly computed: number;
  /** Rows that were there. */
  readonly kept: number;
  /** Windows that could not be measured; `edge` in voxels. */
  readonly failures: readonly { readonly edge: number; readonly window: number; readonly error: string }[];
  /** "rows.jsonl:7" of damaged rows, measured anew. */
  readonly damagedAt: readonly string[];
  /** How the numbers were made, one line each. */
  readonly notes: readonly string[];
  /** What speaks against them. */
  readonly warnings: readonly string[];
}

const WHERE = 'window';
const LEAST_EDGE = 8;
/** Smaller windows are this many times as many as the largest, at most. */
const MORE = 4;

const OPTION_NAMES = {
  phases: true, axis: true, descriptors: true, boundary: true, tolerance: true, sizes: true, realisations: true,
  precision: true, interface: true, store: true, onProgress: true, signal: true,
} as const;

/** One window to measure. */
interface Planned {
  readonly size: number;
  readonly window: number;
  readonly key: unknown;
  make(session: Session, run: RunOptions): Promise<LabelVolume & Parameters<typeof phaseLevelSet>[0]>;
}

interface Source {
  readonly kind: WindowStudy['source'];
  readonly periodic: boolean;
  readonly voxelSizeUm: VoxelSize;
  readonly dimensions: number;
  readonly shapes: readonly Shape[];
  readonly edges: readonly number[];
  readonly planned: readonly Planned[];
  readonly notes: readonly string[];
  /** Variance of ε of a phase by shape; null: not known. */
  fractionVariance(phase: number): Promise<((shape: Shape) => number) | null>;
}

type Settings = Required<Pick<WindowOptions, 'realisations' | 'precision' | 'interface'>>;

function settingsOf(options: WindowOptions): Settings {
  const { realisations, precision, interface: kind } = { ...WINDOW_DEFAULTS, ...options };
  if (!(precision > 0 && precision < 1)) {
    throw new SpecError(`${WHERE}: precision must be above 0 and below 1, such as 0.02, got ${precision}`);
  }
  if (!(Number.isInteger(realisations) && realisations >= LEAST_WINDOWS)) {
    throw new SpecError(
      `${WHERE}: realisations must be a whole number of at least ${LEAST_WINDOWS}, from which a variance can be ` +
        `told, got ${realisations}`,
    );
  }
  return { realisations, precision, interface: kind };
}

/** @param most largest edge that windows can have */
function sizesOf(given: readonly number[] | undefined, shares: readonly number[], most: number): number[] {
  const wanted = given ?? shares.map((share) => Math.max(LEAST_EDGE, Math.round(share * most)));
  const sizes = [...new Set(wanted)].sort((a, b) => a - b);
  const wrong = sizes.find((size) => !(Number.isInteger(size) && size >= LEAST_EDGE && size <= most));
  if (wrong !== undefined) {
    throw new SpecError(
      `${WHERE}: sizes are whole numbers of voxels from ${LEAST_EDGE}` +
        `${Number.isFinite(most) ? ` to ${most}` : ''}, got ${wrong}`,
    );
  }
  if (sizes.length < 2) {
    throw new SpecError(
      `${WHERE}: at least two sizes are needed, got ${sizes.join(', ') || 'none'}; give them, or take a larger ` +
        `${given === undefined ? 'size or image' : 'range'}`,
    );
  }
  return sizes;
}

/** Windows of a model, every one drawn anew.
 *  @throws SpecError for a structure without chance, or sizes and settings that cannot be; VoxelithError when none of
 *          the windows could be made; CapacityError, BusyError, CancelledError with all finished rows kept */
export async function windowsOfModel(
  session: Session, spec: StructureSpec, options: WindowOptions = {},
): Promise<WindowStudy> {
  checkArguments('windowsOfModel', {
    session: [session, 'session'], spec: [spec, 'record'], options: [options, OPTION_NAMES],
  });
  const settings = settingsOf(options);
  const { model, spec: complete } = readStructure(WHERE, spec);
  if (!Object.hasOwn(model.settings, 'realisation')) {
    throw new SpecError(
      `${WHERE}: the model ${model.name} has one realisation, so that windows do not differ by chance; there is ` +
        'nothing to be representative of',
    );
  }
  const given = complete as unknown as {
    size: Shape; voxelSizeUm: number | VoxelSize; period?: Shape | null; edges?: string; seed: number;
  };
  const flat = given.size.some((n) => n === 1);
  const edges = sizesOf(options.sizes, [0.25, 0.375, 0.5, 0.75, 1],
    options.sizes === undefined ? Math.min(...given.size.filter((n) => n > 1)) : Infinity);
  const largest = edges[edges.length - 1];
  const dimensions = given.size.filter((n) => n > 1).length;
  const shapes = edges.map((edge) => given.size.map((n) => (n === 1 ? 1 : edge)) as unknown as Shape);
  const levelSets = settings.interface === 'smooth' && Object.hasOwn(model.settings, 'levelSets');
  const planned = edges.flatMap((edge, k): Planned[] => {
    const count = Math.min(
      MORE * settings.realisations, Math.floor(settings.realisations * pow(largest / edge, dimensions)),
    );
    return Array.from({ length: count }, (_, window): Planned => {
      // Each size has random numbers of its own, whatever other sizes there are.
      const drawn = readStructure(WHERE, {
        ...complete, size: shapes[k], scenario: edge, realisation: window, levelSets,
        ...(Object.hasOwn(model.settings, 'period') && { period: null }),
      }).spec;
      return { size: k, window, key: drawn, make: (one, run) => generate(one, drawn, run) };
    });
  });
  const { voxelSizeUm } = given;
  const periodic = given.edges === 'periodic';
  return study(session, {
    kind: 'model', periodic, dimensions, shapes, edges, planned,
    voxelSizeUm: typeof voxelSizeUm === 'number' ? [voxelSizeUm, voxelSizeUm, voxelSizeUm] : voxelSizeUm,
    notes: [
      ...(given.period == null ? [] : ['the period of the specification is left out: every window has its own']),
      ...(flat ? ['windows are sections, one voxel thick'] : []),
    ],
    // A window that repeats itself holds its own images: the two-point function of the material is another.
    fractionVariance: async (phase) => (periodic || flat ? null : modelFractionVariance(complete, phase)),
  }, measuredOf(WHERE, options, model.phases(complete).map(({ label }) => label), [settings.interface]), settings,
  options);
}

/** Windows of an image, beside each other.
 *  @throws as `windowsOfModel` */
export async function windowsOfImage(
  session: Session, image: LabelVolume, options: WindowOptions = {},
): Promise<WindowStudy> {
  checkArguments('windowsOfImage', {
    session: [session, 'session'], image: [image, has<LabelVolume>('labels', 'shape')],
    options: [options, OPTION_NAMES],
  });
  checkVolume(WHERE, image);
  const settings = settingsOf(options);
  const { shape, labels, voxelSizeUm } = image;
  const dimensions = shape.filter((n) => n > 1).length;
  const shortest = Math.min(...shape.filter((n) => n > 1));
  const edges = sizesOf(options.sizes, [1 / 6, 1 / 5, 1 / 4, 1 / 3, 1 / 2], shortest);
  const hash = sha256(labels);
  const planned = edges.flatMap((edge, k): Planned[] => {
    const windows = tiles(shape, edge);
    if (windows.length < LEAST_WINDOWS) {
      throw new SpecError(
        `${WHERE}: ${windows.length} windows of ${edge} voxels fit beside each other into ${shape.join('×')}, at ` +
          `least ${LEAST_WINDOWS} are needed; take sizes up to ${Math.floor(shortest / 2)}`,
      );
    }
    return windows.map((window, n) => ({
      size: k, window: n, key: { hash, shape, edges: voxelSizeUm, window },
      make: async () => cropLabels(image, window),
    }));
  });
  return study(session, {
    kind: 'image', periodic: false, dimensions, voxelSizeUm, edges, planned,
    shapes: edges.map((edge) => shape.map((n) => (n === 1 ? 1 : edge)) as unknown as Shape),
    notes: [
      'windows lie beside each other in one image: how far its own mean is from that of the material is not seen here',
    ],
    fractionVariance: async (phase) => {
      try {
        return (await fractionVariance(session, image, phase, { signal: options.signal })).of;
      } catch (error) {
        // An image whose correlation does not end has no variance to compare with.
        if (error instanceof SpecError) return null;
        throw error;
      }
    },
  }, measuredOf(WHERE, options, phasesOf(image), [settings.interface]), settings, options);
}

/** Cubes beside each other, in the middle of the image. */
function tiles(shape: Shape, edge: number): CropWindow[] {
  const ranges = shape.map((n): (readonly [number, number])[] => {
    if (n === 1) return [[0, 1]];
    const count = Math.floor(n / edge);
    const first = (n - count * edge) >> 1;
    return Array.from({ length: count }, (_, k) => [first + k * edge, first + (k + 1) * edge] as const);
  });
  return ranges[0].flatMap((z) => ranges[1].flatMap((y) => ranges[2].map((x) => [z, y, x])));
}

async function study(
  session: Session, source: Source, measured: Measured, settings: Settings, options: WindowOptions,
): Promise<WindowStudy> {
  if (!isCrossed(source.shapes[0], measured.axis)) {
    throw new SpecError(`${WHERE}: windows are one voxel thick along ${measured.axis}; choose another axis`);
  }
  const run: RunOptions = { signal: options.signal };
  const rows = await openRows<ColumnValues>(options.store ?? memoryStore(), VERSION);
  try {
    const inputOf = ({ key }: Planned): unknown => ({ study: WHERE, source: key, measured });
    const open = source.planned.filter((one) => isOpen(rows.of(inputOf(one)))).length;
    const found: KeptRow<ColumnValues>[] = [];
    let computed = 0;
    for (const one of source.planned) {
      let row = rows.of(inputOf(one));
      if (isOpen(row)) {
        if (options.signal?.aborted) throw new CancelledError(WHERE);
        row = await computeRow(async () => {
          const volume = await one.make(session, run);
          return measureColumns(session, volume, measured, run, {
            levelSet: (phase) => (volume.levelSets === undefined ? null : phaseLevelSet(volume, phase)),
          });
        });
        await rows.add(inputOf(one), row);
        computed++;
        options.onProgress?.({ done: computed, total: open });
      }
      found.push(row!);
    }
    const first = found.find(({ error }) => error !== null);
    if (first !== undefined && found.every(({ error }) => error !== null)) {
      throw new VoxelithError(`${WHERE}: none of ${found.length} windows could be measured; the first: ${first.error}`);
    }
    return {
      ...(await resultOf(source, measured, settings, found)), computed, kept: source.planned.length - computed,
      damagedAt: rows.damagedAt,
    };
  } finally {
    await rows.close();
  }
}

async function resultOf(
  source: Source, measured: Measured, settings: Settings, found: readonly KeptRow<ColumnValues>[],
): Promise<Omit<WindowStudy, 'computed' | 'kept' | 'damagedAt'>> {
  const { edges, shapes, planned, dimensions } = source;
  const rowsOf = edges.map((_, k) => found.filter((row, i) => planned[i].size === k && row.value !== null));
  const sizes = edges.map((edge, k): WindowSize => ({
    edge, shape: shapes[k], windows: rowsOf[k].length,
    seconds: rowsOf[k].reduce((sum, { seconds }) => sum + seconds, 0) / Math.max(1, rowsOf[k].length),
  }));
  const secondsOf = costOf(sizes, dimensions);
  const quantities: WindowQuantity[] = [];
  for (const column of measuredColumns(measured)) {
    const values = rowsOf.map((rows) => rows.map(({ value }) => value![column.name]));
    const variance = column.name === `volumeFraction${column.phase}`
      ? await source.fractionVariance(column.phase) : null;
    quantities.push(quantityOf(column, values, source, settings.precision, secondsOf, variance));
  }
  return {
    source: source.kind, measured, precision: settings.precision, periodic: source.periodic,
    voxelSizeUm: source.voxelSizeUm, dimensions, sizes, quantities, notes: source.notes,
    warnings: blockedIn(quantities, sizes),
    failures: planned.flatMap(({ size, window }, i) =>
      (found[i].error === null ? [] : [{ edge: edges[size], window, error: found[i].error }])),
  };
}

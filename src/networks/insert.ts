// A phase added to a structure, inside another one: carbon-binder in the pores of a cathode. The voxels of the room get
// an order, and a content is the first so many of them: larger contents hold smaller ones.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import {
  byCrossedAxis, checkNeighbourhood, voxelCount, type Axis, type Neighbourhood, type Shape,
} from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { checkPhase, checkVolume, labelCounts, type LabelVolume, type Phase } from '../core/volume.js';
import {
  collectPlan, collectRoom, keysPlan, percolate, percolatePlan, type Percolation, type Room,
} from '../kernels/insertion.js';
import { labelLease } from '../kernels/transitions.js';
import { streamKey } from '../numeric/philox.js';
import { checkSeed } from '../numeric/uniform.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { INSERT_METHODS, type InsertMethodName } from './methods.js';
import type { BridgeSettings } from './methods/bridge.js';
import type { EnergySettings } from './methods/energy.js';
import type { FieldSettings } from './methods/field.js';
import type { InsertMethod } from './methods/method.js';

/** Options of `insertPhase`: what is added where, how much, and by which method with which settings. */
export interface InsertOptions extends Partial<EnergySettings>, Partial<BridgeSettings>, Partial<FieldSettings> {
  /** The phase whose voxels are filled; no other changes. */
  readonly into: Phase;
  /** Label of the additive. Where it occurs already, it is the start of the network and counts in the contents. */
  readonly label: Phase;
  /** How voxels are ordered (see INSERT_METHODS). Default: wetting. */
  readonly method?: InsertMethodName;
  /** Contents: shares of the window that the additive has in the end, ascending. */
  readonly fractions: readonly number[];
  /** Key of the random numbers. Default: 1. */
  readonly seed?: number;
  /** Voxels of the additive that are joined: 6 share a face (as fluxes do), 18 also an edge, 26 also a corner. */
  readonly neighbourhood?: Neighbourhood;
}

/** Options of `insertPhase` that are not given; settings of a method have their defaults beside it. */
export const INSERT_DEFAULTS = { method: 'wetting', seed: 1, neighbourhood: 6 } as const;

const INSERT_NAMES: Names<InsertOptions> = {
  into: true, label: true, method: true, fractions: true, seed: true, weight: true, leastRadius: true, randomness: true,
  correlationLength: true, neighbourhood: true,
};

/** The structure at one content of the additive. */
export interface InsertStep {
  /** Share of the window that the additive has, exactly. */
  readonly fraction: number;
  /** Of the additive. */
  readonly voxels: number;
  /** Share of the room that is filled. */
  readonly filled: number;
  /** Share of the additive in its largest cluster; null without additive. */
  readonly connectivity: number | null;
  /** Whether a cluster joins both faces across the axis; null where the window is one voxel thick, as below. */
  readonly spans: Readonly<Record<Axis, boolean | null>>;
}

/** A phase added to a structure, content by content. */
export interface Insertion {
  /** The phase that was filled. */
  readonly into: Phase;
  /** Of the additive. */
  readonly label: Phase;
  /** How voxels were ordered. */
  readonly method: InsertMethodName;
  /** Of the method, complete. */
  readonly settings: Readonly<Record<string, number>>;
  /** Key of the random numbers. */
  readonly seed: number;
  /** Voxels of `into` before. */
  readonly room: number;
  /** Voxels of `label` before. */
  readonly before: number;
  /** One for each content, ascending. */
  readonly steps: readonly InsertStep[];
  /** Share of the room that is filled when the additive first joins both faces across each axis, one voxel exactly;
   *  null: never. */
  readonly spansFrom: Readonly<Record<Axis, number | null>>;
  /** The same as a share of the window that the additive has then. */
  readonly spansAt: Readonly<Record<Axis, number | null>>;
  /** Voxels of the room in the order in which they are filled. */
  readonly order: Uint32Array;
}

/** @throws SpecError for settings of another method, or out of range */
function settingsOf(
  where: string, options: InsertOptions,
): { method: InsertMethodName; settings: Record<string, number> } {
  const method = options.method ?? INSERT_DEFAULTS.method;
  const names = Object.keys(INSERT_METHODS);
  if (!names.includes(method)) {
    throw new SpecError(`${where}: method is one of ${names.join(', ')}, got ${quoted(method)}`);
  }
  const own = INSERT_METHODS[method] as InsertMethod<Record<string, number>>;
  const settings = { ...own.defaults };
  for (const [name, other] of Object.entries(INSERT_METHODS)) {
    for (const key of Object.keys(other.defaults) as (keyof InsertOptions)[]) {
      const value = options[key];
      if (value === undefined) continue;
      if (!(key in own.defaults)) {
        throw new SpecError(`${where}: ${key} belongs to the method ${name}, not to ${method}`);
      }
      checkArguments(where, { [`options.${key}`]: [value, 'number'] });
      settings[key] = value as number;
    }
  }
  own.check(where, settings);
  return { method, settings };
}

/** Where contents of an additive lie: voxels that have its label, those of the phase into which more can go, and those
 *  of the window. */
export interface ContentRange {
  readonly before: number;
  readonly room: number;
  readonly voxels: number;
}

export function contentRange(
  { labels }: Pick<LabelVolume, 'labels'>, { into, label }: Pick<InsertOptions, 'into' | 'label'>,
): ContentRange {
  const counts = labelCounts(labels);
  return { before: counts[label], room: counts[into], voxels: labels.length };
}

/** Whether a content is neither below what is there nor above what there is room for. */
export function isInRange({ before, room, voxels }: ContentRange, content: number): boolean {
  const wanted = Math.round(content * voxels);
  return wanted >= before && wanted <= before + room;
}

/** Voxels to add for each content. @throws SpecError for contents that are none, below what is there, or above the
 *  room */
function targetsOf(
  where: string, { fractions, into, label }: InsertOptions, { before, room, voxels }: ContentRange,
): number[] {
  if (!Array.isArray(fractions) || fractions.length === 0) {
    throw new SpecError(`${where}: fractions is a list of contents, such as [0.05], got ${quoted(fractions)}`);
  }
  return fractions.map((fraction, k) => {
    if (!(typeof fraction === 'number' && fraction >= 0 && fraction <= 1)) {
      throw new SpecError(`${where}: a content is a share of the window from 0 to 1, got ${quoted(fraction)}`);
    }
    if (k > 0 && !(fraction > fractions[k - 1])) {
      throw new SpecError(`${where}: contents must rise, got ${fraction} after ${fractions[k - 1]}`);
    }
    const added = Math.round(fraction * voxels) - before;
    if (added < 0) {
      throw new SpecError(
        `${where}: label ${label} has ${(before / voxels).toFixed(4)} of the window already, more than ${fraction}; ` +
          'a content counts what is there',
      );
    }
    if (added > room) {
      throw new SpecError(
        `${where}: a content of ${fraction} needs ${added} voxels, label ${into} has ${room} ` +
          `(at most ${((before + room) / voxels).toFixed(4)} of the window)`,
      );
    }
    return added;
  });
}

/** Memory of `insertPhase`. @param room voxels of the phase that is filled */
export function insertPlan(
  shape: Shape, room: number, threads: number, options: Pick<InsertOptions, 'method' | 'fractions'>,
): LeasePlan {
  checkArguments('insertPlan', {
    shape: [shape, 'shape'], room: [room, 'number'], threads: [threads, 'count'], options: [options, INSERT_NAMES],
  });
  const { method, settings } = settingsOf('insertPlan', options as InsertOptions);
  const own = INSERT_METHODS[method] as InsertMethod<Record<string, number>>;
  return {
    leases: [labelLease(shape), ...named({ order: 4 * room })],
    then: [
      {
        leases: keysPlan(room), then: [collectPlan(threads), ...own.plan({ shape, count: room, threads }, settings)],
      },
      percolatePlan(shape, options.fractions.length),
    ],
  };
}

/** Orders the voxels of a phase for filling, and says at which content what is filled first spans the window, and how
 *  much of it hangs together at each. The same bits for every number of threads. The structure at a content is
 *  `structureAt`.
 *  @throws SpecError for a room that does not occur, contents larger than it, settings out of range; CapacityError */
export async function insertPhase(
  session: Session, volume: LabelVolume, options: InsertOptions, run: RunOptions = {},
): Promise<Insertion> {
  const where = 'insert';
  checkOperation(where, session, run, { volume: [volume, 'record'], options: [options, INSERT_NAMES] });
  const { labels, shape, voxelSizeUm } = checkVolume(where, volume);
  const { into, label, seed = INSERT_DEFAULTS.seed } = options;
  const neighbourhood = checkNeighbourhood(where, options.neighbourhood ?? INSERT_DEFAULTS.neighbourhood);
  checkPhase(where, volume, into);
  if (!Number.isInteger(label) || label < 0 || label > 255 || label === into) {
    throw new SpecError(`${where}: label is a whole number from 0 to 255 other than ${into}, got ${quoted(label)}`);
  }
  checkSeed(where, seed);
  const { method, settings } = settingsOf(where, options);
  const range = contentRange(volume, options);
  const targets = targetsOf(where, options, range);
  const { before, room: count, voxels } = range;
  if (count === voxels && method !== 'random' && method !== 'field') {
    throw new SpecError(
      `${where}: label ${into} fills the window, there is no wall for ${method} to begin at; take random or field`,
    );
  }
  const own = INSERT_METHODS[method] as InsertMethod<Record<string, number>>;
  const plan = insertPlan(shape, count, session.threads, options);
  return session.run(where, plan, voxels, run, async (frame) => {
    const { labels: lease, order } = frame.take([labelLease(shape), ...named({ order: 4 * count })]);
    await frame.write(lease, labels);
    const key = streamKey({ seed, scenario: 0, realisation: 0 });
    const room: Room = { shape, into, count, key, labels: lease, order };
    await frame.scope(async () => {
      const { keys } = frame.take(keysPlan(count));
      await collectRoom(frame, room, keys);
      await own.order(frame, { room, keys, label, voxelSizeUm }, settings);
    });
    const found = await percolate(frame, room, label, targets, neighbourhood);
    return {
      into, label, method, settings, seed, room: count, before,
      ...resultOf(shape, count, before, targets, found),
      order: await frame.read(order, Uint32Array, count),
    };
  });
}

function resultOf(
  shape: Shape, count: number, before: number, targets: readonly number[], { largest, spans }: Percolation,
): Pick<Insertion, 'steps' | 'spansFrom' | 'spansAt'> {
  const voxels = voxelCount(shape);
  const at = (axis: Axis, share: (added: number) => number): number | null =>
    spans[axis] === null ? null : share(spans[axis]);
  return {
    steps: targets.map((added, k) => ({
      fraction: (before + added) / voxels,
      voxels: before + added,
      filled: added / count,
      connectivity: before + added === 0 ? null : largest[k] / (before + added),
      spans: byCrossedAxis(shape, (axis) => spans[axis] !== null && spans[axis] <= added),
    })),
    spansFrom: byCrossedAxis(shape, (axis) => at(axis, (added) => added / count)),
    spansAt: byCrossedAxis(shape, (axis) => at(axis, (added) => (before + added) / voxels)),
  };
}

/** The structure with the additive at one of the contents of an insertion.
 *  @param step index into `steps` @throws SpecError for a volume or a step of another insertion */
export function structureAt(volume: LabelVolume, insertion: Insertion, step: number): LabelVolume {
  const where = 'structureAt';
  checkArguments(where, { volume: [volume, 'record'], insertion: [insertion, 'record'], step: [step, 'number'] });
  checkVolume(where, volume);
  const { order, steps, before, label, into, method, settings, seed } = insertion;
  const found = steps[step];
  if (found === undefined) {
    throw new SpecError(`${where}: step is a whole number from 0 to ${steps.length - 1}, got ${quoted(step)}`);
  }
  const labels = volume.labels.slice();
  for (const voxel of order.subarray(0, found.voxels - before)) {
    if (labels[voxel] !== into) throw new SpecError(`${where}: the insertion is that of another volume`);
    labels[voxel] = label;
  }
  const inserted = { into, label, method, ...settings, seed, fraction: found.fraction };
  // What else a model's structure carries, such as its level sets, is not that of the new labels.
  const { shape, voxelSizeUm, provenance } = volume;
  return { labels, shape, voxelSizeUm, provenance: { ...provenance, insert: inserted } };
}

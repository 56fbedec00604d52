// Grains one by one: what they measure, where they lie, what they touch, and whether they are connected.
import { checkArguments, checkOperation, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { AXES, checkCrossed, checkFace, voxelCount, type Axis, type Face, type Shape } from '../core/grid.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { countGrains, countGrainsPlan } from '../kernels/contacts.js';
import { labelLease } from '../kernels/transitions.js';
import { portableCubeRoot } from '../numeric/portable.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { isolate, isolatePlans } from './connectivity.js';
import type { GrainLabels } from './grains.js';

/** Options of `grainTable`. */
export interface GrainTableOptions {
  /** Label of the grains, for their connection to the collector; null: that is left out. */
  readonly phase?: Phase | null;
  /** Label of the ion conductor, for the area that is active; null: that is left out. */
  readonly ionic?: Phase | null;
  /** Axis from separator to collector. Default: z. */
  readonly axis?: Axis;
  /** Face at the current collector; the separator is opposite. */
  readonly collector?: Face;
}

/** Options of `grainTable` that are not given: no connection is looked at. */
export const GRAIN_TABLE_DEFAULTS = {
  phase: null, ionic: null, axis: 'z', collector: 'high',
} as const satisfies Required<GrainTableOptions>;

/** Two grains that touch, and the area of their interface. */
export interface GrainContacts {
  /** Numbers of grains, the lower one of each pair, ascending. */
  readonly first: Uint32Array;
  /** The higher one of each pair. */
  readonly second: Uint32Array;
  /** Of the interface of the two, µm² or voxel edges². */
  readonly area: Float64Array;
}

/** Entry k − 1 of every list belongs to grain k. µm, or voxel edges when no size is known; areas by the 13 directions
 *  of `surfaceAreas`, window faces not counted. */
export interface GrainTable {
  /** Grains, and the length of every list. */
  readonly count: number;
  /** Of the window. */
  readonly shape: Shape;
  /** Of each grain. */
  readonly voxels: Float64Array;
  /** µm³, or voxels. */
  readonly volume: Float64Array;
  /** Diameter of the ball of the same volume. */
  readonly equivalentDiameter: Float64Array;
  /** Of the grain against all that is not it, inside the window. */
  readonly surface: Float64Array;
  /** Surface of the ball of the same volume over the grain's; null for one without surface, or at the window, where a
   *  part of it is missing. */
  readonly sphericity: (number | null)[];
  /** z, y, x from the corner of the window, three numbers a grain. */
  readonly centroid: Float64Array;
  /** Lowest and highest voxel along z, y, x, six numbers a grain. */
  readonly box: Int32Array;
  /** Whether a voxel of it lies at a face of the window: it may go on beyond. Across an axis one voxel thick, none
   *  does. */
  readonly touchesWindow: boolean[];
  /** How many other grains it touches, over faces, edges or corners of voxels, and the area with all of them. */
  readonly contacts: Uint32Array;
  /** Area with all other grains together. */
  readonly contactArea: Float64Array;
  /** Area with what is no grain, by label. */
  readonly interfaces: ReadonlyMap<Phase, Float64Array>;
  /** Grains that touch each other, pair by pair. */
  readonly pairs: GrainContacts;
  /** Share of its voxels that the phase connects to the collector, 6 neighbours; null when not asked for. */
  readonly utilisation: Float64Array | null;
  /** Area with ion conductor that is connected to the separator; null when not asked for. */
  readonly activeArea: Float64Array | null;
}

/** Memory of `grainTable`. @param count of grains */
export function grainTablePlan(shape: Shape, count: number): LeasePlan {
  checkArguments('grainTablePlan', { shape: [shape, 'shape'], count: [count, 'number'] });
  return { leases: [labelLease(shape)], then: [...isolatePlans(shape), countGrainsPlan(shape, count)] };
}

/** @throws SpecError unless there are as many numbers of grains as voxels */
export function checkGrainNumbers(where: string, numbers: ArrayLike<number>, shape: Shape): void {
  if (numbers.length === voxelCount(shape)) return;
  throw new SpecError(
    `${where}: ${shape.join('×')} needs ${voxelCount(shape)} numbers of grains, the array holds ${numbers.length}`,
  );
}

/** Numbers that kernels may use as places. @throws SpecError */
function checkGrains(where: string, { numbers, count }: GrainLabels, shape: Shape): Uint32Array {
  checkGrainNumbers(where, numbers, shape);
  let highest = 0;
  for (let i = 0; i < numbers.length; i++) if (numbers[i] > highest) highest = numbers[i];
  if (!Number.isInteger(count) || count < highest) {
    throw new SpecError(`${where}: grains are numbered up to ${highest}, but there are ${count}; give their count`);
  }
  return numbers instanceof Uint32Array ? numbers : Uint32Array.from(numbers);
}

const GRAIN_TABLE_OPTION_NAMES: Names<GrainTableOptions> = { phase: true, ionic: true, axis: true, collector: true };

/** Volumes, surfaces, places, contacts and connection of grains, of a watershed or of any numbers of voxels.
 *  @param volume the image in which the grains lie
 *  @throws SpecError for numbers that do not fit the image, phases that do not occur, one voxel along the axis */
export async function grainTable(
  session: Session, volume: LabelVolume, grains: GrainLabels, options: GrainTableOptions = {}, run: RunOptions = {},
): Promise<GrainTable> {
  const where = 'grainTable';
  checkOperation(where, session, run, {
    volume: [volume, 'record'], grains: [grains, has<GrainLabels>('numbers')],
    options: [options, GRAIN_TABLE_OPTION_NAMES],
  });
  const { shape, labels, voxelSizeUm } = checkVolume(where, volume);
  const { phase, ionic, axis, collector } = { ...GRAIN_TABLE_DEFAULTS, ...options };
  const numbers = checkGrains(where, grains, shape);
  const { count } = grains;
  for (const label of [phase, ionic]) if (label !== null) checkPhase(where, volume, label);
  if (phase !== null && phase === ionic) {
    throw new SpecError(`${where}: two different phases are needed, got ${ionic} twice`);
  }
  checkFace(where, collector, 'collector');
  if (phase !== null || ionic !== null) checkCrossed(where, shape, axis);
  const separator: Face = collector === 'high' ? 'low' : 'high';
  const parts: (readonly [Phase, Face])[] = [];
  if (phase !== null) parts.push([phase, collector]);
  if (ionic !== null) parts.push([ionic, separator]);
  const plan = grainTablePlan(shape, count);
  const [isolated, { totals, pairs }] = await session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    await frame.write(lease, labels);
    const apart = parts.length === 0 ? [] : await isolate(where, frame, lease, shape, axis, 6, parts);
    const found = await countGrains(frame, lease, shape, voxelSizeUm, numbers, count, phase);
    return [new Map(apart.map((label, k) => [label, parts[k][0]])), found] as const;
  });
  const edges = voxelSizeUm ?? [1, 1, 1];
  const voxelVolume = edges[0] * edges[1] * edges[2];
  const { voxels, centres, boxes, connected } = totals;
  const volumes = voxels.map((n) => n * voxelVolume);
  const equivalentDiameter = volumes.map((v) => (v > 0 ? portableCubeRoot((6 * v) / Math.PI) : 0));
  const [surface, contactArea] = [new Float64Array(count), new Float64Array(count)];
  const contacts = new Uint32Array(count);
  const interfaces = new Map<Phase, Float64Array>();
  const activeArea = ionic === null ? null : new Float64Array(count);
  let between = 0;
  pairs.first.forEach((a, k) => {
    const [b, area] = [pairs.second[k], pairs.area[k]];
    surface[a - 1] += area;
    if (b <= count) {
      between++;
      for (const grain of [a, b]) {
        contacts[grain - 1]++;
        contactArea[grain - 1] += area;
      }
      surface[b - 1] += area;
      return;
    }
    const label = b - count - 1;
    if (label === ionic && activeArea !== null) activeArea[a - 1] += area;
    const whole = isolated.get(label) ?? label;
    if (!interfaces.has(whole)) interfaces.set(whole, new Float64Array(count));
    interfaces.get(whole)![a - 1] += area;
  });
  const kept = { first: new Uint32Array(between), second: new Uint32Array(between), area: new Float64Array(between) };
  let next = 0;
  pairs.second.forEach((b, k) => {
    if (b > count) return;
    kept.first[next] = pairs.first[k];
    kept.second[next] = b;
    kept.area[next++] = pairs.area[k];
  });
  const list = <T>(of: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => of(k));
  const touchesWindow = list((k) => AXES.some(
    (_, a) => voxels[k] > 0 && shape[a] > 1 && (boxes[6 * k + a] === 0 || boxes[6 * k + 3 + a] === shape[a] - 1),
  ));
  return {
    count, shape, voxels, volume: volumes, equivalentDiameter, surface, contacts, contactArea, pairs: kept, activeArea,
    box: boxes,
    centroid: centres.map((place, i) => (place + 0.5) * edges[i % 3]),
    touchesWindow,
    sphericity: list((k) => (
      surface[k] === 0 || touchesWindow[k] ? null : (Math.PI * equivalentDiameter[k] ** 2) / surface[k])),
    interfaces: new Map([...interfaces].sort(([a], [b]) => a - b)),
    utilisation: phase === null ? null : connected.map((n, k) => n / voxels[k]),
  };
}

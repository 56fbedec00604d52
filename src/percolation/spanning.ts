// At which content random systems first span their window: one pass of adding for each, exact to one voxel or sphere.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { checkNeighbourhood, checkShape, voxelCount, type Axis, type Neighbourhood, type Shape } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import {
  collectPlan, collectRoom, keysPlan, percolate, percolatePlan, sortByValues, sortOrder, sortPlan, type RandomKey,
  type Room,
} from '../kernels/insertion.js';
import {
  cloudPlan, drawSpheres, drawSpheresPlan, percolateSpheres, percolateSpheresPlan, type SphereKind,
} from '../kernels/spheres.js';
import { labelLease } from '../kernels/transitions.js';
import { exp, log, pow } from '../numeric/elementary.js';
import { streamKey } from '../numeric/philox.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';

/** Contents at which a cluster first joins both faces across each axis; null: never. */
export type SpanningContents = Readonly<Record<Axis, number | null>>;

interface Realisations {
  /** Realisation r has the random numbers of (seed, 0, r). */
  readonly seed?: number;
  /** The first realisation, and how many. */
  readonly first?: number;
  readonly runs?: number;
}

const REALISATIONS = { seed: 1, first: 0, runs: 1 } as const;

/** Options of `randomVoxelSpans`. */
export interface RandomVoxelsOptions extends Realisations {
  /** Voxels along (z, y, x). */
  readonly shape: Shape;
  /** Voxels that are joined. Default: 6, those that share a face. */
  readonly neighbourhood?: Neighbourhood;
}

export const RANDOM_VOXELS_DEFAULTS = { ...REALISATIONS, neighbourhood: 6 } as const;

const VOXELS_NAMES: Names<RandomVoxelsOptions> = {
  shape: true, neighbourhood: true, seed: true, first: true, runs: true,
};

function keysOf(where: string, { seed, first, runs }: Required<Realisations>): RandomKey[] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new SpecError(`${where}: seed is a whole number from 0 to 2⁵³ − 1, got ${quoted(seed)}`);
  }
  if (!Number.isInteger(first) || first < 0 || !Number.isInteger(runs) || runs < 1 || first + runs > 2 ** 32) {
    throw new SpecError(
      `${where}: first is a whole number ≥ 0 and runs one ≥ 1, got ${quoted(first)}, ${quoted(runs)}`,
    );
  }
  return Array.from({ length: runs }, (_, k) => streamKey({ seed, scenario: 0, realisation: first + k }));
}

/** Memory of `randomVoxelSpans`. */
export function randomVoxelSpansPlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('randomVoxelSpansPlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  const count = voxelCount(shape);
  return {
    leases: [labelLease(shape), ...named({ order: 4 * count })],
    then: [
      { leases: keysPlan(count), then: [collectPlan(threads), sortPlan(count)] }, percolatePlan(shape, 0),
    ],
  };
}

/** Site percolation: voxels are added at random. A content is a share of the voxels.
 *  The same bits for every number of threads.
 *  @throws SpecError, CapacityError, CancelledError */
export async function randomVoxelSpans(
  session: Session, options: RandomVoxelsOptions, run: RunOptions = {},
): Promise<SpanningContents[]> {
  const where = 'randomVoxelSpans';
  checkOperation(where, session, run, { options: [options, VOXELS_NAMES] });
  const { shape: given, neighbourhood: asked, ...realisations } = { ...RANDOM_VOXELS_DEFAULTS, ...options };
  const shape = checkShape(where, given);
  const neighbourhood = checkNeighbourhood(where, asked);
  const keys = keysOf(where, realisations);
  const count = voxelCount(shape);
  return session.run(where, randomVoxelSpansPlan(shape, session.threads), count, run, async (frame) => {
    const { labels, order } = frame.take([labelLease(shape), ...named({ order: 4 * count })]);
    await frame.fill(labels, 0);
    const found: SpanningContents[] = [];
    for (const key of keys) {
      const room: Room = { shape, into: 0, count, key, labels, order };
      await frame.scope(async () => {
        const { keys: sorting } = frame.take(keysPlan(count));
        await collectRoom(frame, room, sorting);
        await sortOrder(frame, room, sorting);
      });
      const { spans } = await percolate(frame, room, 1, [], neighbourhood);
      found.push(contentsOf(spans, (added) => added / count));
    }
    return found;
  });
}

const contentsOf = (spans: SpanningContents, contentOf: (added: number) => number): SpanningContents => {
  const of = (added: number | null): number | null => (added === null ? null : contentOf(added));
  return { z: of(spans.z), y: of(spans.y), x: of(spans.x) };
};

/** Options of `levelSpans`. */
export interface LevelSpansOptions {
  /** Voxels along (z, y, x). */
  readonly shape: Shape;
  /** Values of a field at the voxels; the highest come first. */
  readonly levels: Float32Array;
  /** Voxels that are joined. Default: 6, those that share a face. */
  readonly neighbourhood?: Neighbourhood;
}

const LEVEL_NAMES: Names<LevelSpansOptions> = { shape: true, levels: true, neighbourhood: true };

/** Voxels are added in the order of falling values of a field: the excursion sets of a random field at all levels.
 *  A content is a share of the voxels.
 *  @throws SpecError, CapacityError, CancelledError */
export async function levelSpans(
  session: Session, options: LevelSpansOptions, run: RunOptions = {},
): Promise<SpanningContents> {
  const where = 'levelSpans';
  checkOperation(where, session, run, { options: [options, LEVEL_NAMES] });
  const shape = checkShape(where, options.shape);
  const neighbourhood = checkNeighbourhood(where, options.neighbourhood ?? RANDOM_VOXELS_DEFAULTS.neighbourhood);
  const count = voxelCount(shape);
  const { levels } = options;
  if (!(levels instanceof Float32Array) || levels.length !== count) {
    throw new SpecError(`${where}: levels must be a Float32Array of ${count} numbers, got ${quoted(levels)}`);
  }
  const plan: LeasePlan = {
    leases: [labelLease(shape), ...named({ order: 4 * count })],
    then: [
      {
        leases: keysPlan(count),
        then: [collectPlan(session.threads), { leases: named({ levels: 4 * count }), then: [sortPlan(count)] }],
      },
      percolatePlan(shape, 0),
    ],
  };
  return session.run(where, plan, count, run, async (frame) => {
    const { labels, order } = frame.take([labelLease(shape), ...named({ order: 4 * count })]);
    await frame.fill(labels, 0);
    const room: Room = { shape, into: 0, count, key: [0, 0], labels, order };
    await frame.scope(async () => {
      const { keys } = frame.take(keysPlan(count));
      // Voxels of one value stay in raster order.
      await collectRoom(frame, room, keys);
      const { levels: values } = frame.take(named({ levels: 4 * count }));
      await frame.write(values, levels);
      await sortByValues(frame, room, keys, values, shape[2], true);
      await sortOrder(frame, room, keys);
    });
    const { spans } = await percolate(frame, room, 1, [], neighbourhood);
    return contentsOf(spans, (added) => added / count);
  });
}

/** A size of spheres and how many of them have it. */
export interface SphereSize {
  /** In the unit of `box`. */
  readonly radius: number;
  /** Share of the number of spheres. */
  readonly share: number;
}

/** Options of `sphereSpans`: spheres at random that may overlap. */
export interface SphereSpansOptions extends Realisations {
  /** Edges of the box. Centres lie inside, spheres reach beyond its faces. */
  readonly box: readonly [z: number, y: number, x: number];
  /** Radii and how often each is drawn. */
  readonly sizes: readonly SphereSize[];
  /** Volume share of the union up to which spheres are added. */
  readonly most?: number;
}

export const SPHERE_SPANS_DEFAULTS = { ...REALISATIONS, most: 0.5 } as const;

const SPHERE_NAMES: Names<SphereSpansOptions> = {
  box: true, sizes: true, most: true, seed: true, first: true, runs: true,
};

const BALL = (4 / 3) * Math.PI;

function kindsOf(where: string, sizes: readonly SphereSize[]): SphereKind[] {
  const sum = sizes.reduce((total, { share }) => total + share, 0);
  const good = sizes.length > 0 && sizes.every(({ radius, share }) => radius > 0 && share > 0) &&
    Math.abs(sum - 1) < 1e-9;
  if (!good) {
    throw new SpecError(
      `${where}: sizes is a list of {radius, share} above 0 whose shares sum to 1, got ${quoted(sizes)}`,
    );
  }
  let upTo = 0;
  return sizes.map(({ radius, share }) => ({ radius, upTo: (upTo += share) }));
}

/** Overlapping spheres at random places, off any lattice, added one by one. A content is the volume share of the union
 *  in an infinite window, 1 − e^(−η), η the volume of the spheres so far per volume of the box.
 *  The same bits for every number of threads.
 *  @throws SpecError, CapacityError, CancelledError */
export async function sphereSpans(
  session: Session, options: SphereSpansOptions, run: RunOptions = {},
): Promise<SpanningContents[]> {
  const where = 'sphereSpans';
  checkOperation(where, session, run, { options: [options, SPHERE_NAMES] });
  const { box, sizes, most, ...realisations } = { ...SPHERE_SPANS_DEFAULTS, ...options };
  checkArguments(where, { 'options.box': [box, 'list'], 'options.sizes': [sizes, 'records'] });
  if (box.length !== 3 || !box.every((edge) => edge > 0)) {
    throw new SpecError(`${where}: box is three edges above 0, got ${quoted(box)}`);
  }
  if (!(most > 0 && most < 1)) throw new SpecError(`${where}: most lies above 0 and below 1, got ${quoted(most)}`);
  const kinds = kindsOf(where, sizes);
  const keys = keysOf(where, realisations);
  const largest = Math.max(...kinds.map(({ radius }) => radius));
  const volume = BALL * sizes.reduce((sum, { radius, share }) => sum + share * pow(radius, 3), 0);
  const count = Math.ceil((-log(1 - most) * box[0] * box[1] * box[2]) / volume);
  if (!(Math.min(...box) >= 2 * largest)) {
    throw new SpecError(
      `${where}: the box of ${box.join(' × ')} is smaller than a sphere of diameter ${2 * largest}; take a larger one`,
    );
  }
  const cloud = cloudPlan(count);
  const plan: LeasePlan = {
    leases: cloud,
    then: [drawSpheresPlan(kinds.length, session.threads), percolateSpheresPlan(count, box, 2 * largest, 0)],
  };
  return session.run(where, plan, 0, run, async (frame) => {
    const { centres, radii } = frame.take(cloud);
    const found: SpanningContents[] = [];
    for (const key of keys) {
      await drawSpheres(frame, centres, radii, kinds, count, box, key);
      const { spans } = await percolateSpheres(frame, centres, radii, count, box, 2 * largest, []);
      const drawn = await frame.read(radii, Float64Array, count);
      const shareOf = (added: number): number => {
        let sum = 0;
        for (let i = 0; i < added; i++) sum += drawn[i] * drawn[i] * drawn[i];
        return 1 - exp((-BALL * sum) / (box[0] * box[1] * box[2]));
      };
      found.push(contentsOf(spans, shareOf));
    }
    return found;
  });
}

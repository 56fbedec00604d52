// Networks of small label images for tests of the solver: made, prepared and solved by the kernels alone.
import { turnedShape, voxelCount, type Axis, type Shape } from '../../src/core/grid.js';
import {
  codedNetwork, codedPlan, faceWeights, labelFaces, labelFacesPlan, pairFaces, type CodedCounts,
  type PairConductances,
} from '../../src/kernels/coded.js';
import { facePlan, leaseFaces } from '../../src/kernels/faces.js';
import type { FinestLevel } from '../../src/kernels/finest.js';
import { islandThresholds } from '../../src/kernels/islands.js';
import { ALL, countPlan, STRONG } from '../../src/kernels/parts.js';
import { solverPlan, type SolverNeeds } from '../../src/kernels/solver-memory.js';
import { prepareSolver, type Solver } from '../../src/kernels/solver.js';
import { storedNetwork, storedPlan } from '../../src/kernels/stored.js';
import {
  countNetworkParts, networkPlan, prepareNetwork, preparingPlan, type NetworkCounts,
} from '../../src/kernels/transport.js';
import type { Lease } from '../../src/runtime/arena.js';
import type { LeasePlan } from '../../src/runtime/plan.js';
import type { Frame, RunOptions, Session } from '../../src/runtime/session.js';

export interface NetworkCase {
  readonly shape: Shape;
  readonly labels: Uint8Array;
  readonly sigma: Readonly<Record<number, number>>;
  /** Conductances of pairs of labels, in place of those that `sigma` gives. */
  readonly pairs?: PairConductances;
  readonly kind: 'plain' | 'coded' | 'stored';
  readonly axis?: Axis;
  readonly edges?: readonly [number, number, number];
  readonly periodic?: boolean;
  readonly keep?: 'percolating' | 'all';
  readonly coarse?: 'blocks' | 'parts';
  readonly maxIterations?: number;
}

/** A solver and what goes in and out of it as arrays in the order of the image. */
export interface Bench {
  readonly frame: Frame;
  readonly solver: Solver;
  readonly counts: NetworkCounts;
  readonly finest: FinestLevel;
  /** A lease of one number per voxel with these values; a new one each time. */
  lease(values: ArrayLike<number>): Promise<Lease>;
  /** Where solutions go. */
  readonly solution: Lease;
  read(lease: Lease): Promise<Float32Array>;
}

/** Fields of one number per voxel that a test may lease. */
const FIELDS = 12;

async function makeNetwork(
  frame: Frame, plan: ReturnType<typeof planOf>, given: NetworkCase,
): Promise<{ finest: FinestLevel; counts: NetworkCounts | CodedCounts }> {
  const { shape, labels, sigma, kind, axis = 'z', edges = [1, 1, 1], periodic = false, keep = 'percolating' } = given;
  if (kind === 'plain') {
    const [phase] = Object.keys(sigma).map(Number);
    const { network } = frame.take(plan.kept);
    return { finest: { kind, network }, counts: await prepareNetwork(frame, network, labels, phase, shape, axis) };
  }
  const islands = islandThresholds(Object.values(sigma));
  const source = { axis, shape, islands, voxelSize: edges, periodic, keep };
  const kept = Object.values(frame.take(plan.kept));
  return frame.scope(async () => {
    const codes = kind === 'stored' ? Object.values(frame.take(plan.codes)) : kept;
    const faces = leaseFaces(frame, shape);
    const many = new Set(Object.values(sigma)).size > 22;
    const open = Object.fromEntries(Object.keys(sigma).map((label) => [label, 1]));
    const book = given.pairs ? await pairFaces(frame, faces, labels, shape, given.pairs)
      : await labelFaces(frame, faces, labels, shape, many ? open : sigma, periodic);
    if (kind === 'coded') return codedNetwork(frame, { ...source, faces, book }, codes);
    return storedNetwork(
      frame, { ...source, faces, book }, kept, codes, many ? { image: labels, conductivity: sigma } : null,
    );
  });
}

function planOf({ shape, kind, axis = 'z', periodic = false }: NetworkCase, threads: number) {
  const turned = turnedShape(shape, axis);
  if (kind === 'plain') {
    return { kept: networkPlan(shape, axis), codes: [], making: [preparingPlan(shape, axis)] };
  }
  if (kind === 'coded') {
    const { finest, scratch } = codedPlan(turned, threads, periodic);
    return {
      kept: finest, codes: [],
      making: [{ leases: facePlan(shape), then: [labelFacesPlan(shape), { leases: scratch }] }],
    };
  }
  const { finest, codes, scratch } = storedPlan(turned, threads, periodic);
  return {
    kept: finest, codes, making: [{ leases: [...codes, ...facePlan(shape)], then: [labelFacesPlan(shape), scratch] }],
  };
}

/** Makes a network, prepares a solver of it and hands it to `body`.
 *  @param diagonal one number per voxel, in the order of the image; records: of faces to begin with */
export async function onSolver<T>(
  session: Session, given: NetworkCase, needs: Partial<SolverNeeds>, body: (bench: Bench) => Promise<T>,
  {
    diagonal = null, records = null, run = {},
  }: { diagonal?: ArrayLike<number> | null; records?: Uint8Array | null; run?: RunOptions } = {},
): Promise<T> {
  const { shape, axis = 'z', kind, sigma, edges = [1, 1, 1], coarse = 'blocks', maxIterations = 200 } = given;
  const turned = turnedShape(shape, axis);
  const plan = planOf(given, session.threads);
  const bytes = 4 * voxelCount(shape);
  const fields = Array.from({ length: FIELDS }, (_, k) => ({ name: `field ${k}`, bytes }));
  const sets = kind === 'plain' ? 0 : islandThresholds(Object.values(sigma)).length;
  const weights = faceWeights({ axis, voxelSize: edges });
  const made = { maxIterations, plain: kind === 'plain', weights, ...needs };
  const blocks: LeasePlan = { ...solverPlan(turned, session.threads, made, sets) };
  const counting = { leases: countPlan(turned, kind !== 'plain') };
  const whole = { leases: [...plan.kept, ...fields], then: [...plan.making, counting, blocks] };
  return session.run('solver', whole, voxelCount(shape), run, async (frame) => {
    const { finest, counts } = await makeNetwork(frame, plan, given);
    const leases = fields.map(({ name }) => frame.lease(name, bytes));
    let next = 1;
    const lease = async (values: ArrayLike<number>): Promise<Lease> => {
      const field = leases[next++];
      await frame.write(field, Float32Array.from(values));
      return field;
    };
    const parts = coarse === 'blocks' ? null : await countNetworkParts(frame, finest, turned, sets > 0 ? STRONG : ALL);
    const all = { maxIterations, plain: kind === 'plain', weights, parts, diagonal: diagonal !== null, ...needs };
    await frame.extend({
      ...solverPlan(turned, frame.threads, all, sets),
      then: [{ leases: [{ name: 'lists', bytes: 40 * bytes + 4096 }] }],
    });
    const list = frame.lease('faces to begin with', records?.length ?? 0);
    if (records !== null) await frame.write(list, records);
    const faces = records && { list, count: records.length / 8 };
    const network = {
      finest, axis, shape, linearEnergy: counts.linearEnergy, diagonal: diagonal && await lease(diagonal), faces,
    };
    return frame.scope(async () => {
      const solver = await prepareSolver(frame, network, all);
      return body(
        { frame, solver, counts, finest, lease, solution: leases[0], read: (from) => frame.read(from, Float32Array) },
      );
    });
  });
}

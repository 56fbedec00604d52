// The solver that is asked twice: a second solve beside the first, with a diagonal term, stored faces, after an update.
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { codedNetwork, codedPlan, labelFaces, labelFacesPlan } from '../../src/kernels/coded.js';
import { facePlan, leaseFaces } from '../../src/kernels/faces.js';
import { solverPlan, type SolverNeeds } from '../../src/kernels/solver-memory.js';
import { prepareSolver, type NetworkChange } from '../../src/kernels/solver.js';
import { faceListBytes, faceRecords, storedNetwork, storedPlan } from '../../src/kernels/stored.js';
import type { LeasePlan } from '../../src/runtime/plan.js';
import type { Session } from '../../src/runtime/session.js';
import type { BenchCase } from '../harness.js';
import { recordStructure } from '../record.js';

/** A conductor, one that is 20 times worse, and one that is between them. */
const SIGMA = { 1: 1, 2: 0.05, 3: 0.3 };
const GOAL = { tolerance: null, residualTolerance: 1e-4 } as const;

interface Variant {
  readonly kind: 'coded' | 'stored';
  readonly diagonal?: boolean;
  /** Share of the faces that an update changes. */
  readonly update?: number;
}

/** Every k-th face between two voxels along x, and its conductance. */
function someFaces(labels: Uint8Array, [, , nx]: Shape, share: number): { faces: number[]; conductances: number[] } {
  const step = Math.max(1, Math.round(1 / (3 * share)));
  const faces: number[] = [];
  for (let i = 0; i < labels.length; i += step) if (i % nx !== 0) faces.push(3 * i + 2);
  return { faces, conductances: faces.map((_, k) => 0.05 + (k % 10) / 20) };
}

/** A right-hand side, and how far it has moved: that of the next time step. */
function rightOf(voxels: number, moved: number): Float32Array {
  return Float32Array.from(
    { length: voxels }, (_, i) => ((i * 2654435761) % 1000) / 1000 - 0.5 + moved * (((i * 40503) % 101) / 50 - 1),
  );
}

async function measure(session: Session, edge: number, variant: Variant): Promise<Record<string, number>> {
  const { labels, shape } = await recordStructure(session, edge);
  const voxels = voxelCount(shape);
  const { kind, diagonal = false, update = 0 } = variant;
  const needs: SolverNeeds = { maxIterations: 100, rightHandSide: true, diagonal, updates: update > 0 };
  const codes = codedPlan(shape, session.threads, false);
  const stored = storedPlan(shape, session.threads, false);
  const { faces, conductances } = someFaces(labels, shape, update);
  const fields = ['right-hand sides', 'terms'].map((name) => ({ name, bytes: 4 * voxels }));
  const list = { name: 'list', bytes: faceListBytes(update > 0 ? faces.length : 0) };
  const making: LeasePlan = kind === 'coded'
    ? { leases: facePlan(shape), then: [labelFacesPlan(shape), { leases: codes.scratch }] }
    : { leases: [...stored.codes, ...facePlan(shape)], then: [labelFacesPlan(shape), stored.scratch] };
  const kept = kind === 'coded' ? codes.finest : stored.finest;
  const plan = { leases: [...kept, ...fields, list], then: [making, solverPlan(shape, session.threads, needs)] };
  return session.run('solver', plan, voxels, {}, async (frame) => {
    const leases = Object.values(frame.take(kept));
    const source = { axis: 'z', shape, voxelSize: [1, 1, 1], periodic: false } as const;
    const { finest, counts } = await frame.scope(async () => {
      const red = kind === 'stored' ? Object.values(frame.take(stored.codes)) : leases;
      const natural = leaseFaces(frame, shape);
      const book = await labelFaces(frame, natural, labels, shape, SIGMA, false);
      const all = { ...source, faces: natural, book };
      return kind === 'coded' ? codedNetwork(frame, all, leases) : storedNetwork(frame, all, leases, red);
    });
    const [right, terms, records] = [...fields, list].map(({ name, bytes }) => frame.lease(name, bytes));
    await frame.write(right, rightOf(voxels, 0));
    await frame.write(terms, new Float32Array(voxels).fill(0.01));
    await frame.write(records, faceRecords(update > 0 ? faces : [], conductances));
    const seconds: number[] = [];
    const timed = async <T>(body: () => Promise<T>): Promise<T> => {
      const start = performance.now();
      const result = await body();
      seconds.push((performance.now() - start) / 1000);
      return result;
    };
    const solver = await timed(() => prepareSolver(
      frame, { finest, axis: 'z', shape, linearEnergy: counts.linearEnergy, diagonal: diagonal ? terms : null }, needs,
    ));
    const first = await timed(() => solver.solve({ ...GOAL, rightHandSide: right }));
    const change: NetworkChange =
      update > 0 ? { faces: { list: records, count: faces.length } } : diagonal ? { diagonal: terms } : {};
    await timed(() => (update > 0 || diagonal ? solver.update(change) : Promise.resolve(null)));
    await frame.write(right, rightOf(voxels, 0.01));
    const second = await timed(() => solver.solve({ ...GOAL, rightHandSide: right, start: 'last' }));
    const [prepared, solved, updated, again] = seconds.map((value) => Number(((value * 1e9) / voxels).toFixed(1)));
    return {
      prepareNs: prepared, firstNs: solved, updateNs: updated, secondNs: again, iterations: first.iterations,
      secondIterations: second.iterations, nsPerIteration: Number((solved / first.iterations).toFixed(2)),
    };
  });
}

function solverCase(name: string, variant: Variant): BenchCase {
  return {
    name,
    bytesPerVoxel: null,
    async setup(session, edge) {
      await recordStructure(session, edge);
      return { voxels: edge ** 3, run: () => measure(session, edge, variant) };
    },
  };
}

export const cases: readonly BenchCase[] = [
  solverCase('solver-coded', { kind: 'coded' }),
  solverCase('solver-stored', { kind: 'stored' }),
  solverCase('solver-diagonal', { kind: 'coded', diagonal: true }),
  solverCase('solver-faces', { kind: 'stored', update: 0.08 }),
];

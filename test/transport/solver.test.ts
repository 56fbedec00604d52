// The solver that is asked more than once: right-hand sides, starts, diagonal terms, single faces, updates.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisIndex, voxelCount, type Shape } from '../../src/core/grid.js';
import type { SolverNeeds } from '../../src/kernels/solver-memory.js';
import type { SolveResult } from '../../src/kernels/solver.js';
import { faceListBytes, faceRecords } from '../../src/kernels/stored.js';
import { randomLabels, uniform } from '../random.js';
import { referenceFaces, type Face } from '../reference/conduction.js';
import { directNetwork, percolating, type DirectNetwork } from '../reference/network.js';
import { forEachThreadCount, testSession } from '../session.js';
import { onSolver, type NetworkCase } from './networks.js';

const SIGMA = { 1: 1, 2: 0.05, 3: 0.6 };
const RESIDUAL = { tolerance: null, residualTolerance: 1e-9 } as const;
/** Where nothing holds the network, rounding of b in single precision is what remains of its sum. */
const ROUNDED = { tolerance: null, residualTolerance: 1e-6 } as const;
const NEEDS: Partial<SolverNeeds> = { rightHandSide: true, floating: true };

/** The faces of the twin: those that are kept. */
function facesOf(
  { labels, shape, sigma, axis = 'z', edges, periodic = false, keep = 'percolating' }: NetworkCase,
): Face[] {
  const faces = referenceFaces(labels, shape, sigma, { axis: axisIndex(axis), edges, periodic });
  return periodic || keep === 'all' ? faces : percolating(labels.length, faces);
}

/** The twin; voxels that are not kept have no diagonal term. */
function twin(given: NetworkCase, diagonal: ArrayLike<number> | null = null, faces = facesOf(given)): DirectNetwork {
  const n = given.labels.length;
  if (diagonal === null) return directNetwork(n, faces);
  const { unknown } = directNetwork(n, faces);
  const all = given.periodic || given.keep === 'all';
  return directNetwork(n, faces, Float64Array.from(diagonal, (value, i) => (all || unknown[i] ? value : 0)));
}

/** Largest error over the largest value. */
function errorOf(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const size = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Array.from(expected).reduce((most, value, i) => Math.max(most, Math.abs(found[i] - value)), 0) / size;
}

/** The codebook that `labelFaces` makes of conductivities in this order. */
function codebookOf(sigma: readonly number[]): Float64Array {
  const book = new Float64Array(256);
  let code = 0;
  sigma.forEach((a, i) => sigma.slice(0, i + 1).forEach((b) => (book[++code] = (2 * a * b) / (a + b))));
  return book;
}

const randomField = (n: number, seed: number, least = -1): Float32Array => {
  const draw = uniform(seed);
  return Float32Array.from({ length: n }, () => least + draw() * (1 - least));
};

const CASES: Omit<NetworkCase, 'labels'>[] = [
  { kind: 'plain', shape: [8, 9, 10], sigma: { 1: 1 } },
  { kind: 'plain', shape: [7, 8, 9], sigma: { 1: 1 }, axis: 'x', coarse: 'parts' },
  { kind: 'coded', shape: [7, 9, 10], sigma: SIGMA },
  { kind: 'coded', shape: [9, 8, 7], sigma: SIGMA, axis: 'y', edges: [1, 0.7, 1.3], coarse: 'parts' },
  { kind: 'coded', shape: [8, 7, 9], sigma: { 1: 1, 2: 1 }, axis: 'x' },
  { kind: 'coded', shape: [9, 8, 8], sigma: { 1: 1, 2: 1e-3, 3: 1e-3 } },
  { kind: 'coded', shape: [9, 8, 8], sigma: { 1: 1, 2: 1e-3, 3: 1e-3 }, coarse: 'parts' },
  { kind: 'coded', shape: [8, 8, 8], sigma: SIGMA, periodic: true },
  { kind: 'coded', shape: [7, 9, 8], sigma: { 1: 1, 3: 0.01 }, periodic: true, axis: 'x' },
  { kind: 'coded', shape: [8, 8, 9], sigma: { 1: 1, 3: 0.3 }, keep: 'all' },
  { kind: 'stored', shape: [7, 9, 10], sigma: SIGMA, edges: [1, 1.2, 0.8] },
  { kind: 'stored', shape: [8, 8, 8], sigma: { 1: 1, 2: 1e-3, 3: 1e-3 }, coarse: 'parts', axis: 'y' },
  { kind: 'stored', shape: [8, 8, 8], sigma: { 1: 1, 2: 1e-3, 3: 1e-3 } },
  { kind: 'stored', shape: [9, 7, 8], sigma: SIGMA, periodic: true, axis: 'y' },
  { kind: 'stored', shape: [9, 8, 7], sigma: { 1: 1, 3: 0.2 }, keep: 'all', coarse: 'parts', axis: 'x' },
];
const labelsOf = (shape: Shape, seed: number): Uint8Array => randomLabels(shape, { 1: 0.6, 2: 0.2, 3: 0.2 }, seed, 2);

/** A right-hand side of which every loose piece takes in as much as it gives. */
const balanced = (network: DirectNetwork, n: number, seed: number): Float32Array =>
  Float32Array.from(network.apply(network.solve(randomField(n, seed))));

describe('any right-hand side', () => {
  it.each(CASES)('[oracle] against a direct solve, with a diagonal term and without: %j', async (shapeless) => {
    const session = await testSession();
    const given: NetworkCase = { ...shapeless, labels: labelsOf(shapeless.shape, 3) };
    const n = voxelCount(given.shape);
    const draw = uniform(8);
    for (const diagonal of [null, Float32Array.from({ length: n }, () => (draw() < 0.5 ? 0 : 0.3 * draw()))]) {
      const network = twin(given, diagonal);
      const b = balanced(network, n, 5);
      await onSolver(session, given, NEEDS, async ({ solver, solution, lease, read }) => {
        const goal = diagonal === null && given.periodic ? ROUNDED : RESIDUAL;
        const result = await solver.solve({ ...goal, rightHandSide: await lease(b), solution });
        const x = await read(solution);
        const expected = network.solve(b);
        expect(result.converged).toBe(true);
        expect(errorOf(x, expected)).toBeLessThan(goal === ROUNDED ? 2e-5 : 2e-6);
        const energy = expected.reduce((sum, value, i) => sum + value * b[i], 0);
        expect(Math.abs(result.energy / energy - 1)).toBeLessThan(1e-6);
        network.unknown.forEach((is, i) => is || expect(x[i]).toBe(0));
      }, { diagonal });
    }
  });
});

/** A case that has everything: islands, unequal edges, stored faces. */
const STORED: NetworkCase = {
  kind: 'stored', shape: [9, 8, 10], sigma: { 1: 1, 2: 1e-3, 3: 0.4 }, labels: labelsOf([9, 8, 10], 7), axis: 'y',
  edges: [1, 0.8, 1.1],
};
const DIAGONAL = randomField(720, 21, 0);

/** What a solve gives, for comparison bit for bit. */
const bitsOf = (result: SolveResult, x: Float32Array): unknown =>
  ({ ...result, history: [...result.history], x: [...x] });

describe('asked twice', () => {
  it.each(
    ['blocks', 'parts'] as const,
  )('[law] many right-hand sides in one frame are separate solves, bit for bit: %s', async (coarse) => {
    const session = await testSession();
    const given = { ...STORED, coarse };
    const fields = [null, randomField(720, 1), null, randomField(720, 2)];
    const solveAll = (of: readonly (Float32Array | null)[]): Promise<unknown[]> =>
      onSolver(session, given, NEEDS, async ({ solver, solution, lease, read }) => {
        const results: unknown[] = [];
        for (const b of of) {
          const rightHandSide = b && (await lease(b));
          results.push(bitsOf(
            await solver.solve({ tolerance: 1e-7, residualTolerance: null, rightHandSide, solution }),
            await read(solution),
          ));
        }
        return results;
      }, { diagonal: DIAGONAL });
    const together = await solveAll(fields);
    const apart = [];
    for (const b of fields) apart.push(...(await solveAll([b])));
    expect(together).toEqual(apart);
  });

  it('[law] a start at the solution takes no iterations, one near to it few, ' +
      'one far off leads to the same', async () => {
    const session = await testSession();
    const network = twin(STORED, DIAGONAL);
    const b = balanced(network, 720, 3);
    const expected = network.solve(b);
    await onSolver(session, STORED, NEEDS, async ({ solver, solution, lease, read }) => {
      const rightHandSide = await lease(b);
      const goal = { tolerance: null, residualTolerance: 1e-6, rightHandSide, solution };
      const cold = await solver.solve(goal);
      expect((await solver.solve({ ...goal, start: 'last' })).iterations).toBe(0);
      expect((await solver.solve({ ...goal, start: await lease(expected) })).iterations).toBe(0);
      const near = await solver.solve({ ...goal, start: await lease(expected.map((value) => value * 1.001)) });
      expect(near.iterations).toBeGreaterThan(0);
      expect(near.iterations).toBeLessThan(cold.iterations);
      const far = await solver.solve({ ...goal, start: await lease(randomField(720, 9).map((value) => 100 * value)) });
      expect(far.converged).toBe(true);
      expect(errorOf(await read(solution), expected)).toBeLessThan(1e-5);
      // b = 0 from anywhere: 0.
      const zero = await solver.solve({
        tolerance: 1e-8, residualTolerance: 1e-8, rightHandSide: await lease(new Float32Array(720)), start: 'last',
        solution,
      });
      expect(zero.converged).toBe(true);
      expect(errorOf((await read(solution)).map((value) => value + 1), new Float32Array(720).fill(1)))
        .toBeLessThan(1e-6);
    }, { diagonal: DIAGONAL });
  });

  it('[law] the error estimate of the energy holds, whatever the right-hand side', async () => {
    const session = await testSession();
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
      const shape: Shape = [8, 7, 9];
      const given: NetworkCase = { kind: 'coded', shape, sigma: SIGMA, labels: labelsOf(shape, seed) };
      const diagonal = randomField(504, seed, 0);
      const network = twin(given, diagonal);
      const b = balanced(network, 504, seed + 1);
      const exact = network.solve(b).reduce((sum, value, i) => sum + value * b[i], 0);
      await onSolver(session, given, NEEDS, async ({ solver, lease }) => {
        const { energy, energyError, converged } =
          await solver.solve({ tolerance: 1e-4, residualTolerance: null, rightHandSide: await lease(b) });
        expect(converged).toBe(true);
        // Approached from below, as x·A·x is.
        expect(exact - energy).toBeLessThan(energyError + 1e-6 * exact);
        expect(exact - energy).toBeGreaterThan(-1e-6 * exact);
      }, { diagonal });
    }), { numRuns: 12 });
  });

  it('[law] same bits for 1, 2, 3 and 7 threads', async () => {
    const shape: Shape = [37, 34, 41];
    const n = voxelCount(shape);
    const labels = randomLabels(shape, { 1: 0.6, 2: 0.2, 3: 0.2 }, 7, 5);
    const b = randomField(n, 4);
    const diagonal = randomField(n, 5, 0);
    const cases: Omit<NetworkCase, 'shape' | 'labels'>[] = [
      { kind: 'plain', sigma: { 1: 1 } }, { kind: 'coded', sigma: { 1: 1, 2: 0.1 }, periodic: true },
      { kind: 'stored', sigma: { 1: 1, 2: 1e-3, 3: 1e-3 }, coarse: 'parts' },
    ];
    for (const rest of cases) {
      const results = await forEachThreadCount((session) => onSolver(session, { ...rest, shape, labels }, NEEDS,
        async ({ solver, solution, lease, read }) => {
          const result =
            await solver.solve({ tolerance: 1e-6, residualTolerance: null, rightHandSide: await lease(b), solution });
          return bitsOf(result, await read(solution));
        }, { diagonal }));
      for (const result of results) expect(result).toEqual(results[0]);
    }
  });
});

describe('diagonal terms', () => {
  it('[exact] [rate] screened potential between plates: cosh across layers, second order in the voxels', async () => {
    const session = await testSession();
    // −u″ + k²u = 0 over a length of 1, u = 1 at both ends: cosh(k(z − ½))/cosh(k/2).
    const k = 3;
    const errors: number[] = [];
    for (const nz of [8, 16, 32]) {
      for (const kind of ['plain', 'coded'] as const) {
        const shape: Shape = [nz, 3, 4];
        const n = voxelCount(shape);
        const given: NetworkCase = { kind, shape, sigma: { 1: 1 }, labels: new Uint8Array(n).fill(1) };
        const b = Float32Array.from({ length: n }, (_, i) => (i < 12 ? 2 : 0) + (i >= n - 12 ? 2 : 0));
        await onSolver(session, given, NEEDS, async ({ solver, solution, lease, read }) => {
          await solver.solve({ ...RESIDUAL, rightHandSide: await lease(b), solution });
          const x = await read(solution);
          const exact = Float64Array.from(
            { length: n }, (_, i) => Math.cosh(k * ((Math.floor(i / 12) + 0.5) / nz - 0.5)) / Math.cosh(k / 2),
          );
          errors.push(errorOf(x, exact));
          // The discrete solution is a cosh, too: 2·cosh q = 2 + (k/nz)².
          const q = Math.acosh(1 + (k / nz) ** 2 / 2);
          const discrete =
            Float64Array.from({ length: n }, (_, i) => Math.cosh(q * (Math.floor(i / 12) + 0.5 - nz / 2)));
          // Its amplitude is what the boundary, half a step away, makes of it.
          const scale = x[0] / discrete[0];
          expect(errorOf(x, discrete.map((value) => value * scale))).toBeLessThan(2e-6);
        }, { diagonal: new Float32Array(n).fill((k / nz) ** 2) });
      }
    }
    const [coarse, , middle, , fine] = errors;
    expect(errors[1]).toBeCloseTo(coarse, 5);
    expect(Math.log2(coarse / middle)).toBeGreaterThan(1.7);
    expect(Math.log2(middle / fine)).toBeGreaterThan(1.7);
  });

  it('[exact] a diagonal term alone: x = b/d in voxels that touch nothing', async () => {
    const session = await testSession();
    const shape: Shape = [6, 5, 7];
    const n = voxelCount(shape);
    const given: NetworkCase = {
      kind: 'coded', keep: 'all', shape, sigma: { 1: 1 },
      labels: Uint8Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : 2)),
    };
    const d = randomField(n, 3, 0).map((value) => value + 0.5);
    const b = randomField(n, 4);
    await onSolver(session, given, NEEDS, async ({ solver, solution, lease, read }) => {
      const { converged } = await solver.solve({ ...RESIDUAL, rightHandSide: await lease(b), solution });
      expect(converged).toBe(true);
      const network = twin(given, d);
      expect(errorOf(await read(solution), network.solve(b))).toBeLessThan(1e-6);
    }, { diagonal: d });
  });

  it('[law] a diagonal term costs no more iterations than none', async () => {
    const session = await testSession();
    const shape: Shape = [40, 41, 42];
    const n = voxelCount(shape);
    const labels = randomLabels(shape, { 1: 0.7, 2: 0.3 }, 7, 5);
    const iterations = [];
    for (const size of [0, 1e-4, 1e-2, 1, 100]) {
      const diagonal = randomField(n, 5, 0).map((value) => size * value);
      for (const coarse of ['blocks', 'parts'] as const) {
        iterations.push(await onSolver(session, {
          kind: 'coded', shape, labels, sigma: { 1: 1, 2: 0.01 }, coarse,
        }, NEEDS,
          async ({ solver, lease }) => {
            const goal = { tolerance: null, residualTolerance: 1e-5, rightHandSide: await lease(randomField(n, 4)) };
            return (await solver.solve(goal)).iterations;
          }, { diagonal }));
      }
    }
    for (const count of iterations) expect(count).toBeLessThanOrEqual(Math.max(iterations[0], iterations[1]) + 1);
  });
});

describe('stored faces and updates', () => {
  it('[law] faces stored as conductances give the bits of their codes', async () => {
    const session = await testSession();
    for (const rest of [{}, { periodic: true }, { coarse: 'parts' as const, axis: 'x' as const }]) {
      const solveAs = (kind: 'coded' | 'stored'): Promise<unknown> => onSolver(session, {
        ...STORED, ...rest, kind,
      }, NEEDS,
        async ({ solver, solution, read }) =>
          bitsOf(await solver.solve({ tolerance: 1e-7, residualTolerance: null, solution }), await read(solution)));
      expect(await solveAs('stored')).toEqual(await solveAs('coded'));
    }
  });

  it.each(
    [
      {}, { axis: 'z', periodic: true }, { axis: 'x', coarse: 'parts' }, { keep: 'all', coarse: 'parts' },
    ] as Partial<NetworkCase>[],
  )(
    '[oracle] single faces against a direct solve, also at boundaries, and after a second update: %j', async (rest) => {
      const session = await testSession();
      const given: NetworkCase = { ...STORED, ...rest };
      const { axis = 'z', shape } = given;
      const n = voxelCount(shape);
      const faces = facesOf(given);
      const draw = uniform(31);
      const column = new Map<number, number>();
      const top = faces.filter(({ rise, j }) => j < 0 && rise < 0).map(({ i }) => i);
      referenceFaces(given.labels, shape, given.sigma, { axis: axisIndex(axis) })
        .filter(({ rise, j }) => j < 0 && rise < 0)
        .forEach(({ i }, k) => column.set(i, k));
      const idOf = ({ i, rise, axis: across }: Face): number =>
        (rise < 0 ? 3 * n + column.get(i)! : 3 * i + across);
      expect(top.length > 0 || given.periodic === true).toBe(true);
      const change = (share: number): Face[] => {
        for (const [k, face] of faces.entries()) {
          if (face.g > 0 && draw() < share) faces[k] = { ...face, g: Math.fround(0.01 + draw()) };
        }
        return [...faces];
      };
      const diagonal = DIAGONAL.map((value) => 0.1 * value);
      await onSolver(session, given, { ...NEEDS, updates: true }, async ({ frame, solver, solution, lease, read }) => {
        for (const [round, share] of [0.3, 0.2].entries()) {
          const before = [...faces];
          const now = change(share);
          const changed = now.filter((face, k) => face.g !== before[k].g);
          const list = frame.lease(`list ${round}`, faceListBytes(changed.length));
          await frame.write(list, faceRecords(changed.map(idOf), changed.map(({ g }) => g)));
          await solver.update({ faces: { list, count: changed.length } });
          const network = twin(given, diagonal, now);
          const b = balanced(network, n, 5 + round);
          const result = await solver.solve({ ...RESIDUAL, rightHandSide: await lease(b), start: 'last', solution });
          expect(result.converged).toBe(true);
          expect(errorOf(await read(solution), network.solve(b))).toBeLessThan(3e-6);
        }
      }, { diagonal });
    },
  );

  it.each(
    ['blocks', 'parts'] as const,
  )('[law] a solve after an update is one of a solver made anew, bit for bit: %s', async (coarse) => {
    const session = await testSession();
    const b = randomField(720, 12);
    const later = randomField(720, 13, 0);
    // Islands of a coded network, one conductivity: what is strong stays strong.
    const cases: NetworkCase[] = [
      { ...STORED, sigma: { 1: 1, 2: 0.3, 3: 0.4 } }, { ...STORED, kind: 'coded', sigma: { 1: 1, 2: 0.3 } },
    ];
    for (const given of cases) {
      const faces = facesOf(given).filter(({ g, rise }, k) => g > 0 && rise >= 0 && k % 3 === 0);
      const records =
        faceRecords(faces.map(({ i, axis }) => 3 * i + axis), faces.map(({ g }, k) => g * (0.5 + (k % 7))));
      const goal = { tolerance: 1e-7, residualTolerance: null };
      const needs = { ...NEEDS, updates: true };
      const run = (
        updated: boolean,
      ): Promise<unknown> => onSolver(session, { ...given, coarse }, needs, async (bench) => {
        const { frame, solver, solution, lease, read } = bench;
        const rightHandSide = await lease(b);
        if (updated) {
          await solver.solve({ ...goal, rightHandSide });
          const list = frame.lease('list', records.length);
          await frame.write(list, records);
          await solver.update({
            diagonal: await lease(later), ...(given.kind === 'stored' ? { faces: { list, count: faces.length } } : {})
          });
        }
        const results = [];
        for (const right of [rightHandSide, null]) {
          results.push(bitsOf(await solver.solve({ ...goal, rightHandSide: right, solution }), await read(solution)));
        }
        return results;
      }, { diagonal: updated ? DIAGONAL : later, records: updated || given.kind !== 'stored' ? null : records });
      expect(await run(true)).toEqual(await run(false));
    }
  });

  it.each(
    ['blocks', 'parts'] as const,
  )('[law] [oracle] a new codebook: the solver of the new conductivities, islands too: %s', async (coarse) => {
    const session = await testSession();
    const given: NetworkCase = { ...STORED, kind: 'coded', coarse };
    const now = { 1: 1.5, 2: 2e-3, 3: 0.9 };
    const expected = twin({ ...given, sigma: now });
    const b = balanced(expected, 720, 4);
    await onSolver(
      session, given, { ...NEEDS, updates: true },
      async ({ frame, solver, solution, lease, read, finest }) => {
        const book = codebookOf(Object.values(now));
        const counts = await solver.update({ codebook: book });
        const energy = facesOf({ ...given, sigma: now }).reduce((sum, { g, rise }) => sum + g * rise ** 2, 0);
        expect(Math.abs(counts!.linearEnergy / energy - 1)).toBeLessThan(1e-6);
        const { converged } = await solver.solve({ ...RESIDUAL, rightHandSide: await lease(b), solution });
        expect(converged).toBe(true);
        expect(errorOf(await read(solution), expected.solve(b))).toBeLessThan(3e-6);
        expect([frame.threads, finest.kind]).toEqual([2, 'coded']);
      },
    );
  });

  it('[law] parts keep their links: an update that opens none gives the same iterations as a new solver', async () => {
    const session = await testSession();
    const shape: Shape = [40, 38, 36];
    const n = voxelCount(shape);
    const labels = randomLabels(shape, { 1: 0.3, 2: 0.7 }, 7, 4);
    const given: NetworkCase = { kind: 'coded', shape, labels, sigma: { 1: 1, 2: 1e-4 }, coarse: 'parts' };
    const b = randomField(n, 3);
    const solveWith = (sigma: number, codebook: Float64Array | null): Promise<SolveResult> =>
      onSolver(
        session, { ...given, sigma: { 1: 1, 2: sigma } }, { ...NEEDS, updates: true },
        async ({ solver, lease }) => {
          if (codebook !== null) await solver.update({ codebook });
          return solver.solve({ tolerance: 1e-5, residualTolerance: null, rightHandSide: await lease(b) });
        },
      );
    const fresh = await solveWith(3e-4, null);
    const updated = await solveWith(1e-4, codebookOf([1, 3e-4]));
    expect(updated.converged).toBe(true);
    expect(Math.abs(updated.energy / fresh.energy - 1)).toBeLessThan(1e-4);
    expect(Math.abs(updated.iterations - fresh.iterations)).toBeLessThanOrEqual(1);
  });
});

describe('what cannot be', () => {
  it('[law] nothing holds a piece, and more flows in than out: says so; with a diagonal term, or balanced, ' +
      'it is solved', async () => {
    const session = await testSession();
    const given: NetworkCase = { ...STORED, kind: 'coded', periodic: true };
    const b = new Float32Array(720).fill(1);
    await onSolver(session, given, NEEDS, async ({ solver, lease, solution, read }) => {
      const rightHandSide = await lease(b);
      await expect(solver.solve({ ...ROUNDED, rightHandSide })).rejects.toThrow(
        /neither a boundary nor a diagonal term holds/,
      );
      const network = twin(given);
      const fair = balanced(network, 720, 3);
      const { converged } = await solver.solve({ ...ROUNDED, rightHandSide: await lease(fair), solution });
      expect(converged).toBe(true);
      const x = await read(solution);
      expect(Math.abs(x.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-3 * Math.max(...x));
    });
    await onSolver(session, given, NEEDS, async ({ solver, lease }) => {
      expect((await solver.solve({ ...ROUNDED, rightHandSide: await lease(b) })).converged).toBe(true);
    }, { diagonal: DIAGONAL });
  });

  it('says where, what was expected, what was found and what to do', async () => {
    const session = await testSession();
    const holes = DIAGONAL.map((value, i) => (i === 17 ? -1 : value));
    await expect(onSolver(session, { ...STORED, keep: 'all' }, NEEDS, async () => 0, { diagonal: holes }))
      .rejects.toThrow(/1 values of the diagonal term.*expected a finite number ≥ 0/);
    await onSolver(session, { ...STORED, keep: 'all' }, NEEDS, async ({ frame, solver, lease }) => {
      await expect(
        solver.solve({ ...RESIDUAL, rightHandSide: await lease(DIAGONAL.map((v, i) => (i === 5 ? NaN : v))) }),
      )
        .rejects.toThrow(/1 values of the right-hand side.*expected a finite number/);
      await expect(solver.solve({ tolerance: null, residualTolerance: null })).rejects.toThrow(/any x would do/);
      await expect(solver.update({ codebook: codebookOf([1]) })).rejects.toThrow(
        /a codebook is for coded networks, this one is stored/,
      );
      const set = async (face: number, g: number): Promise<void> => {
        await frame.scope(async () => {
          const list = frame.lease('one', 8);
          await frame.write(list, faceRecords([face], [g]));
          await solver.update({ faces: { list, count: 1 } });
        });
      };
      await expect(set(3 * 720 + 90, 1)).rejects.toThrow(/1 of 1 faces do not exist/);
      await expect(set(4, 0)).rejects.toThrow(/no finite number above 0/);
      // The low face along x, which is not the transport axis, is insulated.
      await expect(set(2, 1)).rejects.toThrow(/1 of 1 faces are closed/);
    });
    await onSolver(session, STORED, {}, async ({ solver, lease }) => {
      await expect(solver.solve({ ...RESIDUAL, rightHandSide: await lease(DIAGONAL) })).rejects.toThrow(
        /no memory was planned for a right-hand side/,
      );
      await expect(solver.update({ diagonal: await lease(DIAGONAL) })).rejects.toThrow(
        /no memory was planned for a diagonal term/,
      );
    });
  });

  it('a solve can be cancelled, and says how far it is', async () => {
    const session = await testSession({ debug: false });
    // Seconds of work, so that the first word about it comes while it goes on.
    const shape: Shape = [112, 112, 112];
    const n = voxelCount(shape);
    const controller = new AbortController();
    const stages: string[] = [];
    const onProgress = ({ stage }: { stage: string }): void => {
      stages.push(stage);
      if (stage === 'multigrid') controller.abort();
    };
    const run = { signal: controller.signal, onProgress };
    const labels = randomLabels(shape, { 1: 0.6, 2: 0.4 }, 7, 5);
    const given: NetworkCase = { kind: 'stored', shape, labels, sigma: { 1: 1, 2: 0.01 }, coarse: 'parts' };
    await expect(onSolver(session, given, NEEDS, async ({ solver, lease }) => {
      const rightHandSide = await lease(randomField(n, 3));
      return solver.solve({ tolerance: 1e-12, residualTolerance: 1e-12, rightHandSide });
    }, { run })).rejects.toThrow(/cancel/i);
    expect(stages.at(-1)).toBe('multigrid');
  });
});

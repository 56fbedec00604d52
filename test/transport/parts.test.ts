// Coarse levels of connected parts: what is counted, that they solve the same equations, and in how many iterations.
import { describe, expect, it } from 'vitest';
import { hardStructure, type HardKind } from '../../bench/hard.js';
import { CapacityError } from '../../src/core/errors.js';
import { voxelCount, type Axis, type Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { codedNetwork, codedPlan, labelFaces, labelFacesPlan } from '../../src/kernels/coded.js';
import { facePlan, leaseFaces } from '../../src/kernels/faces.js';
import { ALL, countPlan, STRONG, type PartCounts, type Joining } from '../../src/kernels/parts.js';
import { lowestOf } from '../../src/kernels/finest.js';
import { prepareSolver, type SolveResult } from '../../src/kernels/solver.js';
import { countNetworkParts, networkPlan, prepareNetwork, preparingPlan } from '../../src/kernels/transport.js';
import { peakBytes, type LeasePlan } from '../../src/runtime/plan.js';
import type { Session } from '../../src/runtime/session.js';
import { conduct, conductPlan, type ConductOptions } from '../../src/transport/conduct.js';
import { mFactor } from '../../src/transport/m-factor.js';
import { uniform } from '../random.js';
import { referenceConduction } from '../reference/conduction.js';
import { forEachThreadCount, testSession } from '../session.js';

function random(shape: Shape, seed: number, share: number): LabelVolume {
  const draw = uniform(seed);
  return {
    labels: Uint8Array.from({ length: voxelCount(shape) }, () => (draw() < share ? 1 : 2)), shape, voxelSizeUm: null,
  };
}

/** Numbers of the sets that `joined` pairs make of 0 … count − 1: for every element the lowest of its set. */
function sets(count: number, joined: readonly (readonly [number, number])[]): number[] {
  const root = Array.from({ length: count }, (_, i) => i);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [a, b] of joined) {
      const low = Math.min(root[a], root[b]);
      if (root[a] !== low || root[b] !== low) {
        root[a] = low;
        root[b] = low;
        changed = true;
      }
    }
  }
  return root;
}

/** Voxels, then cells, of one level: which conduct, and the pairs of them that an open face joins. */
interface Lattice {
  readonly shape: Shape;
  readonly solid: readonly boolean[];
  readonly joined: readonly (readonly [number, number])[];
}

/** Blocks of 2×2×2 of a lattice, their parts and links between parts, by floods within blocks; and the lattice of
 *  blocks. */
function referenceBlocks(
  { shape: [nz, ny, nx], solid, joined }: Lattice,
): { counts: Record<'blocks' | 'parts' | 'split' | 'links' | 'red', number>; above: Lattice } {
  const shape: Shape = [Math.ceil(nz / 2), Math.ceil(ny / 2), Math.ceil(nx / 2)];
  const [, NY, NX] = shape;
  const blockOf = (i: number): number => {
    const [z, y, x] = [Math.floor(i / ny / nx), Math.floor(i / nx) % ny, i % nx].map((c) => Math.floor(c / 2));
    return (z * NY + y) * NX + x;
  };
  const part = sets(solid.length, joined.filter(([a, b]) => blockOf(a) === blockOf(b)));
  const parts = new Map<number, Set<number>>();
  solid.forEach((is, i) => {
    if (is) parts.set(blockOf(i), (parts.get(blockOf(i)) ?? new Set()).add(part[i]));
  });
  const across = joined.filter(([a, b]) => blockOf(a) !== blockOf(b));
  const isRed = (block: number): boolean =>
    (Math.floor(block / NY / NX) + (Math.floor(block / NX) % NY) + (block % NX)) % 2 === 0;
  const all = [...parts];
  return {
    counts: {
      blocks: parts.size,
      parts: all.reduce((sum, [, of]) => sum + of.size, 0),
      split: all.filter(([, of]) => of.size > 1).length,
      links: new Set(across.map(([a, b]) => `${part[a]} ${part[b]}`)).size,
      red: all.reduce((sum, [block, of]) => sum + (isRed(block) ? of.size : 0), 0),
    },
    above: {
      shape, solid: Array.from({ length: voxelCount(shape) }, (_, block) => parts.has(block)),
      joined: across.map(([a, b]) => [blockOf(a), blockOf(b)]),
    },
  };
}

/** Voxels of label 1 that reach both ends along z, and the faces between them. */
function referenceLattice({ labels, shape }: LabelVolume): Lattice {
  const [nz, ny, nx] = shape;
  const pairs: [number, number][] = [];
  labels.forEach((label, i) => {
    if (label !== 1) return;
    if (i % nx > 0 && labels[i - 1] === 1) pairs.push([i, i - 1]);
    if (Math.floor(i / nx) % ny > 0 && labels[i - nx] === 1) pairs.push([i, i - nx]);
    if (i >= ny * nx && labels[i - ny * nx] === 1) pairs.push([i, i - ny * nx]);
  });
  const cluster = sets(labels.length, pairs);
  const low = new Set<number>();
  const high = new Set<number>();
  for (let i = 0; i < ny * nx; i++) {
    const top = i + (nz - 1) * ny * nx;
    if (labels[i] === 1) low.add(cluster[i]);
    if (labels[top] === 1) high.add(cluster[top]);
  }
  const solid = Array.from(labels, (label, i) => label === 1 && low.has(cluster[i]) && high.has(cluster[i]));
  return { shape, solid, joined: pairs.filter(([a]) => solid[a]) };
}

/** Works on the byte network of label 1 with memory for what `plan` says. */
function onNetwork<T>(
  session: Session, { labels, shape }: LabelVolume, plan: LeasePlan,
  body: (count: () => Promise<PartCounts>, solveWith: (parts: PartCounts | null) => Promise<SolveResult>) => Promise<T>,
): Promise<T> {
  const leases = networkPlan(shape, 'z');
  const whole = { leases, then: [preparingPlan(shape, 'z'), { leases: countPlan(shape) }, plan] };
  return session.run('parts', whole, 0, {}, async (frame) => {
    const { network } = frame.take(leases);
    const counts = await prepareNetwork(frame, network, labels, 1, shape, 'z');
    const goal = { tolerance: 1e-9, residualTolerance: null, rightNorm: null };
    return body(() => countNetworkParts(frame, { kind: 'plain', network }, shape), (parts) => frame.scope(async () => {
      const solver = await prepareSolver(
        frame, { finest: { kind: 'plain', network }, axis: 'z', shape, linearEnergy: counts.linearEnergy },
        { maxIterations: 200, parts },
      );
      return solver.solve(goal);
    }));
  });
}

/** The same counts on face codes. */
function countCoded(
  session: Session, { labels, shape }: LabelVolume, sigma: Readonly<Record<number, number>> = { 1: 1 },
  joining: Joining['kind'] = 'all',
): Promise<PartCounts> {
  const { finest: planned, scratch } = codedPlan(shape, session.threads, false);
  const then = [
    { leases: facePlan(shape), then: [labelFacesPlan(shape), { leases: scratch }] }, { leases: countPlan(shape, true) },
  ];
  return session.run('parts', { leases: planned, then }, 0, {}, async (frame) => {
    const leases = Object.values(frame.take(planned));
    const { finest } = await frame.scope(async () => {
      const faces = leaseFaces(frame, shape);
      const book = await labelFaces(frame, faces, labels, shape, sigma, false);
      return codedNetwork(
        frame,
        {
          axis: 'z', shape, faces, book, islands: joining === 'above' ? [1] : [], voxelSize: [1, 1, 1], periodic: false,
        },
        leases,
      );
    });
    const [conductance] = lowestOf(finest);
    const joinings: Record<Joining['kind'], Joining> = {
      all: ALL, strong: STRONG, above: { kind: 'above', conductance },
    };
    return countNetworkParts(frame, finest, shape, joinings[joining]);
  });
}

describe('counts of connected parts', () => {
  it('[oracle] are those of floods within blocks, on every level', async () => {
    const session = await testSession({ threads: 3 });
    let split = 0;
    for (
      const [shape, share] of
        [[[9, 8, 41], 0.5], [[7, 12, 33], 0.6], [[16, 5, 9], 0.8], [[2, 6, 70], 0.9]] as [Shape, number][]
    ) {
      const volume = random(shape, 5, share);
      const { levels, links, red } = await onNetwork(session, volume, { leases: [] }, (count) => count());
      expect(await countCoded(session, volume), `codes of ${shape.join('×')}`)
        .toEqual({ levels, links, red, joining: ALL });
      let lattice = referenceLattice(volume);
      levels.forEach((level, k) => {
        const { counts, above } = referenceBlocks(lattice);
        expect(level, `level ${k + 1} of ${shape.join('×')}`)
          .toEqual({ blocks: counts.blocks, parts: counts.parts, split: counts.split });
        if (k === 0) expect([links, red]).toEqual([counts.links, counts.red]);
        lattice = above;
      });
      split += levels[0].split;
    }
    expect(split).toBeGreaterThan(50);
  });
});

const SHARE = 0.05;

/** Pairs of neighbours that conduct at least SHARE of what is the most at either, boundary faces included; all voxels
 *  conduct. */
function strongPairs(
  { labels, shape: [nz, ny, nx] }: LabelVolume, sigma: Readonly<Record<number, number>>,
): [number, number][] {
  const pairs: [number, number, number][] = [];
  const best = new Float64Array(labels.length);
  const add = (a: number, b: number): void => {
    const g = (2 * sigma[labels[a]] * sigma[labels[b]]) / (sigma[labels[a]] + sigma[labels[b]]);
    pairs.push([a, b, g]);
    for (const v of [a, b]) best[v] = Math.max(best[v], g);
  };
  labels.forEach((label, i) => {
    if (i % nx > 0) add(i, i - 1);
    if (Math.floor(i / nx) % ny > 0) add(i, i - nx);
    if (i >= ny * nx) add(i, i - ny * nx);
    if (i < ny * nx || i >= (nz - 1) * ny * nx) best[i] = Math.max(best[i], 2 * sigma[label]);
  });
  return pairs.filter(([a, b, g]) => g >= SHARE * Math.max(best[a], best[b])).map(([a, b]) => [a, b]);
}

describe('counts where conductivities are far apart', () => {
  it('[oracle] strong links alone join within blocks', async () => {
    const session = await testSession({ threads: 2 });
    const sigma = { 1: 1, 2: 1e-3, 3: 0.3 };
    for (const shape of [[9, 8, 41], [6, 7, 19]] as Shape[]) {
      const draw = uniform(7);
      const volume: LabelVolume = {
        labels: Uint8Array.from({ length: voxelCount(shape) }, () => 1 + Math.floor(3 * draw())), shape,
        voxelSizeUm: null,
      };
      const { levels, red } = await countCoded(session, volume, sigma, 'strong');
      const solid = Array.from(volume.labels, () => true);
      const { counts } = referenceBlocks({ shape, solid, joined: strongPairs(volume, sigma) });
      expect(levels[0]).toEqual({ blocks: counts.blocks, parts: counts.parts, split: counts.split });
      expect(red).toBe(counts.red);
      expect(counts.split).toBeGreaterThan(counts.blocks / 2);
    }
  });

  it('[oracle] the better phase alone counts like an image of it', async () => {
    const session = await testSession({ threads: 3 });
    const volume = random([9, 8, 41], 5, 0.5);
    const { levels, red } = await countCoded(session, volume, { 1: 1, 2: 1e-3 }, 'above');
    // Without the flood, and without voxels that no face of the phase reaches.
    const lattice = referenceLattice(volume);
    const [nz, ny, nx] = volume.shape;
    const neighbours = (i: number): number[] => [
      ...(i % nx > 0 ? [i - 1] : []), ...(i % nx < nx - 1 ? [i + 1] : []),
      ...(Math.floor(i / nx) % ny > 0 ? [i - nx] : []),
      ...(Math.floor(i / nx) % ny < ny - 1 ? [i + nx] : []), ...(i >= ny * nx ? [i - ny * nx] : []),
      ...(i < (nz - 1) * ny * nx ? [i + ny * nx] : []),
    ];
    const atEnd = (i: number): boolean => i < ny * nx || i >= (nz - 1) * ny * nx;
    const solid = Array.from(
      volume.labels, (label, i) => label === 1 && (atEnd(i) || neighbours(i).some((o) => volume.labels[o] === 1)),
    );
    const joined = solid.flatMap((is, i) => (
      is ? neighbours(i).filter((o) => o < i && volume.labels[o] === 1).map((o): [number, number] => [i, o]) : []
    ));
    let at: Lattice = { ...lattice, solid, joined };
    levels.forEach((level, k) => {
      const { counts, above } = referenceBlocks(at);
      expect(level, `level ${k + 1}`).toEqual({ blocks: counts.blocks, parts: counts.parts, split: counts.split });
      if (k === 0) expect(red).toBe(counts.red);
      at = above;
    });
  });
});

describe('coarse levels of connected parts', () => {
  it('[oracle] solve the same equations as dense CG', async () => {
    const session = await testSession();
    const cases: {
      shape: Shape;
      share: number;
      axis: Axis;
      options: Partial<ConductOptions>;
      edges?: [number, number, number];
    }[] = [
      { shape: [10, 12, 14], share: 0.5, axis: 'z', options: { phase: 1 } },
      { shape: [11, 9, 13], share: 0.45, axis: 'x', options: { phase: 1 } },
      { shape: [3, 17, 18], share: 0.7, axis: 'y', options: { phase: 1 } },
      { shape: [12, 11, 10], share: 0.5, axis: 'z', options: { conductivity: { 1: 1, 2: 0.1 } } },
      { shape: [12, 11, 10], share: 0.5, axis: 'z', options: { conductivity: { 1: 1, 2: 0.01 } } },
      { shape: [9, 13, 11], share: 0.3, axis: 'x', options: { conductivity: { 1: 1, 2: 1e-3 } }, edges: [1, 0.7, 1.9] },
      { shape: [9, 10, 11], share: 0.6, axis: 'y', options: { phase: 1 }, edges: [1, 0.7, 1.9] },
    ];
    for (const { shape, share, axis, options, edges } of cases) {
      const volume = { ...random(shape, 9, share), voxelSizeUm: edges ?? null };
      const result = await conduct(session, volume, { ...options, axis, coarsening: 'parts', tolerance: 1e-10 });
      const sigma = options.conductivity ?? { 1: 1 };
      const reference = referenceConduction(
        volume.labels, shape, sigma, { axis: axis === 'z' ? 0 : axis === 'y' ? 1 : 2, ...(edges && { edges }) },
      );
      expect(result.effectiveConductivity).toBeGreaterThan(0);
      expect(result.effectiveConductivity / reference.effective, `${shape.join('×')} ${axis}`).toBeCloseTo(1, 6);
      const blocks = await conduct(session, volume, { ...options, axis, coarsening: 'blocks', tolerance: 1e-10 });
      expect(blocks.effectiveConductivity / result.effectiveConductivity).toBeCloseTo(1, 6);
    }
  });

  it('[law] give the same bits for every number of threads', async () => {
    const volume = random([56, 53, 60], 3, 0.42);
    for (
      const options of [{ phase: 1 }, { phase: 1, interface: 'smooth' }, { conductivity: { 1: 1, 2: 1e-5 } }] as const
    ) {
      const results = await forEachThreadCount(
        (session) => conduct(session, volume, { ...options, coarsening: 'parts', history: true }),
      );
      expect(results[0].percolates).toBe(true);
      for (const { history, effectiveConductivity } of results) {
        expect(history).toEqual(results[0].history);
        expect(effectiveConductivity).toBe(results[0].effectiveConductivity);
      }
    }
  });

  it('[law] give them, too, where they are many enough to be linked by all threads', async () => {
    // 42³ blocks, some of them of several parts.
    const volume = random([84, 83, 85], 3, 0.42);
    for (const options of [{ phase: 1 }, { conductivity: { 1: 1, 2: 1e-5 } }] as const) {
      const results = await forEachThreadCount((session) => conduct(
        session, volume, { ...options, coarsening: 'parts', history: true, maxIterations: 2, tolerance: 1e-8 },
      ));
      for (const { history } of results) expect(history).toEqual(results[0].history);
    }
  });

  it('[law] converge where blocks do not: at most 10 iterations to M, 20 to a residual of 1e-6', async () => {
    const session = await testSession();
    // Iterations of levels of blocks at 64³, at least.
    const kinds: [HardKind, number, number][] = [
      ['voxels', 0.36, 30], ['sheets', 0.2, 12], ['blocks of 5', 0.45, 9], ['blobs', 0.2, 11],
    ];
    for (const [kind, share, slow] of kinds) {
      const volume = hardStructure(kind, 64, share);
      const rough = await mFactor(session, volume, { phase: 1 });
      const fine = await mFactor(session, volume, { phase: 1, residualTolerance: 1e-6 });
      const blocks = await mFactor(session, volume, { phase: 1, coarsening: 'blocks' });
      expect(rough.iterations, kind).toBeLessThanOrEqual(10);
      expect(fine.iterations, kind).toBeLessThanOrEqual(20);
      expect(fine.residual).toBeLessThanOrEqual(1e-6);
      expect(blocks.iterations, kind).toBeGreaterThanOrEqual(slow);
      expect(rough.mFactor / blocks.mFactor).toBeCloseTo(1, 3);
    }
  });

  it('[rate] keep strong links: a better phase that floats or hardly percolates takes at most 12 iterations to M, ' +
      '20 to a residual of 1e-6', async () => {
    const session = await testSession();
    // Iterations of levels of blocks at 48³: 43, 38, 28, 60, 25 to M and 52, 38, 42, 87, 47 to the residual
    // (decisions/0057).
    const kinds: [HardKind, number, number][] = [
      ['fine blobs', 0.15, 1e-4], ['fine blobs', 0.15, 1e-6], ['fine blobs', 0.2, 1e-4], ['voxels', 0.33, 1e-4],
      ['sheets', 0.2, 1e-4],
    ];
    for (const [kind, share, weak] of kinds) {
      const volume = hardStructure(kind, 48, share);
      const options = { conductivity: { 1: 1, 2: weak } };
      const rough = await conduct(session, volume, options);
      const fine = await conduct(session, volume, { ...options, residualTolerance: 1e-6 });
      expect([rough.coarsening, rough.converged, fine.converged], `${kind} ${share} ${weak}`)
        .toEqual(['parts', true, true]);
      expect(rough.iterations, `${kind} ${share} ${weak}`).toBeLessThanOrEqual(12);
      expect(fine.iterations, `${kind} ${share} ${weak}`).toBeLessThanOrEqual(20);
      expect(Math.abs(rough.effectiveConductivity / fine.effectiveConductivity - 1)).toBeLessThan(1e-4);
    }
  });

  it('[law] of two phases are taken where the better one is split or floats, and else left', async () => {
    const session = await testSession();
    const of = async (volume: LabelVolume) =>
      (await conduct(session, volume, { conductivity: { 1: 1, 2: 1e-4 } })).coarsening;
    // Cubes of 5³ that float one by one: none of them splits a block of the first levels into pieces of the better
    // phase.
    const floating = random([48, 48, 48], 1, 0);
    floating.labels.forEach((_, i) => {
      const [z, y, x] = [Math.floor(i / 48 / 48), Math.floor(i / 48) % 48, i % 48].map((c) => c % 8);
      if (z > 0 && z < 6 && y > 0 && y < 6 && x > 0 && x < 6) floating.labels[i] = 1;
    });
    expect([await of(hardStructure('blobs', 48, 0.6)), await of(hardStructure('voxels', 48, 0.4)), await of(floating)])
      .toEqual(['blocks', 'parts', 'parts']);
  });

  it('[law] are taken by themselves only where blocks are split', async () => {
    const session = await testSession();
    const of = (volume: LabelVolume, coarsening: ConductOptions['coarsening']) =>
      mFactor(session, volume, { phase: 1, coarsening, history: true });
    const easy = hardStructure('blobs', 48, 0.6);
    expect((await of(easy, 'auto')).history).toEqual((await of(easy, 'blocks')).history);
    const hard = hardStructure('voxels', 40, 0.4);
    expect((await of(hard, 'auto')).history).toEqual((await of(hard, 'parts')).history);
    // Cut voxels split some blocks of any smooth interface; only where the structure does are parts worth their cost.
    const smooth = async (volume: LabelVolume) =>
      (await conduct(session, volume, { phase: 1, interface: 'smooth' })).coarsening;
    expect([await smooth(easy), await smooth(hardStructure('sheets', 48, 0.2))]).toEqual(['blocks', 'parts']);
  });

  it('[law] are done without where memory is short, unless they were asked for', async () => {
    const volume = hardStructure('voxels', 40, 0.5);
    const needed = peakBytes(conductPlan(volume.shape, 2)) + 2 ** 17;
    const small = await testSession({ memoryBytes: needed });
    const blocks = await mFactor(small, volume, { phase: 1, coarsening: 'blocks' });
    expect((await mFactor(small, volume, { phase: 1 })).iterations).toBe(blocks.iterations);
    await expect(mFactor(small, volume, { phase: 1, coarsening: 'parts' })).rejects.toThrow(CapacityError);
  });

  it('[law] end early when the levels take more room than expected', async () => {
    const session = await testSession();
    const volume = random([40, 36, 44], 8, 0.4);
    const {
      energies, iterations,
    } = await onNetwork(session, volume, { leases: [{ name: 'any', bytes: 2 ** 23 }] }, async (count, solveWith) => {
      const counts = await count();
      // The room follows from the links that were counted: for all levels, for some, and not for the first.
      const all = await solveWith(counts);
      const few = await solveWith({ ...counts, links: 0 });
      await expect(solveWith({ ...counts, links: -2 * counts.links })).rejects.toThrow('takes more room');
      return { energies: [all.energy, few.energy], iterations: [all.iterations, few.iterations] };
    });
    expect(energies[1] / energies[0]).toBeCloseTo(1, 6);
    expect(iterations[1]).toBeGreaterThan(iterations[0]);
  });
});

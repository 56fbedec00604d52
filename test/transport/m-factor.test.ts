import { describe, expect, it } from 'vitest';
import { CancelledError, CapacityError, SpecError } from '../../src/core/errors.js';
import { voxelCount, type Axis, type Shape } from '../../src/core/grid.js';
import { ARENA_START, POLL_VOXELS } from '../../assembly/layout.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { mFactor, mFactorPlan } from '../../src/transport/m-factor.js';
import { randomLabels } from '../random.js';
import { referenceMFactor } from '../reference/m-factor.js';
import { forEachThreadCount, testSession } from '../session.js';

/** Labels 1 and 2 by a rule. */
function volumeOf(shape: Shape, conducts: (z: number, y: number, x: number) => boolean): LabelVolume {
  const labels = new Uint8Array(voxelCount(shape));
  let i = 0;
  for (let z = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) for (let x = 0; x < shape[2]; x++) labels[i++] = conducts(z, y, x) ? 1 : 2;
  }
  return { labels, shape, voxelSizeUm: null };
}

function randomVolume(shape: Shape, share: number, seed: number, smooth: number): LabelVolume {
  return { labels: randomLabels(shape, { 1: share, 2: 1 - share }, seed, smooth), shape, voxelSizeUm: null };
}

/** The volume whose (z, y, x) are the given axes of `volume`. */
function turned({ labels, shape }: LabelVolume, order: readonly [number, number, number]): LabelVolume {
  const stride = [shape[1] * shape[2], shape[2], 1];
  const size: Shape = [shape[order[0]], shape[order[1]], shape[order[2]]];
  const out = new Uint8Array(labels.length);
  let i = 0;
  for (let a = 0; a < size[0]; a++) {
    for (let b = 0; b < size[1]; b++) {
      for (let c = 0; c < size[2]; c++) {
        out[i++] = labels[a * stride[order[0]] + b * stride[order[1]] + c * stride[order[2]]];
      }
    }
  }
  return { labels: out, shape: size, voxelSizeUm: null };
}

const SHAPES: Shape[] = [
  [2, 2, 2], [2, 7, 5], [9, 2, 2], [2, 2, 9], [2, 3, 4], [33, 2, 20], [20, 33, 2], [16, 16, 16], [13, 31, 65],
  [5, 40, 3], [70, 6, 5],
];

describe('mFactor on closed forms', () => {
  it.each(SHAPES)('[exact] a block of %i × %i × %i is 1 without an iteration', async (...shape) => {
    const session = await testSession();
    for (const axis of ['z', 'y', 'x'] as const) {
      const result = await mFactor(session, volumeOf(shape, () => true), { phase: 1, axis });
      expect(result).toMatchObject({
        mFactor: 1, tortuosityFactor: 1, percolates: true, iterations: 0, residual: 0, flux: { inlet: 1, outlet: 1 },
        converged: true, errorEstimate: 0, unknowns: voxelCount(shape),
      });
    }
  });

  it('[exact] parallel laminates give their fraction, perpendicular ones nothing', async () => {
    const session = await testSession();
    const volume = volumeOf([24, 21, 19], (_z, y) => y % 3 === 0);
    for (const axis of ['z', 'x'] as const) {
      expect(await mFactor(session, volume, { phase: 1, axis }))
        .toMatchObject({ mFactor: 1 / 3, iterations: 0, converged: true });
    }
    expect(await mFactor(session, volume, { phase: 1, axis: 'y' })).toMatchObject({
      mFactor: 0, tortuosityFactor: null, percolates: false, iterations: 0, unknowns: 0, converged: true,
      flux: { inlet: 0, outlet: 0 },
    });
  });

  it('[exact] a channel that widens halfway is two resistors in series away from the step', async () => {
    const session = await testSession();
    // Columns of 1 and of 4 voxels, joined by a plane that spans both: dead ends of the plane carry no flux.
    const channel = volumeOf([30, 8, 8], (_z, y, x) => y === 3 && x === 5);
    expect((await mFactor(session, channel, { phase: 1 })).mFactor).toBe(1 / 64);
    const deadEnds =
      volumeOf([30, 8, 8], (z, y, x) => x === 5 && (y === 3 || (z === 10 && y > 3) || (z < 9 && y === 0)));
    const result = await mFactor(session, deadEnds, { phase: 1, tolerance: 1e-9 });
    expect(result.mFactor).toBeCloseTo(1 / 64, 10);
    expect(result.unknowns).toBe(30 + 4);
  });

  it('[exact] one voxel across the axis: rows and single columns', async () => {
    const session = await testSession();
    for (const shape of [[9, 1, 1], [33, 1, 20], [20, 33, 1]] as const) {
      expect(await mFactor(session, volumeOf(shape, () => true), { phase: 1 }))
        .toMatchObject({ mFactor: 1, iterations: 0, unknowns: voxelCount(shape) });
    }
  });
});

describe('mFactor against the twin', () => {
  const cases: [Shape, number, number][] = [
    [[12, 13, 14], 0.5, 4], [[20, 9, 17], 0.45, 6], [[17, 16, 5], 0.8, 0], [[30, 11, 12], 0.36, 0],
    [[24, 24, 24], 0.34, 0],
    [[9, 33, 20], 0.4, 8], [[21, 22, 20], 0.95, 3], [[40, 5, 6], 0.6, 2], [[10, 12, 55], 0.5, 4],
    [[9, 10, 100], 0.45, 6],
  ];
  it.each(cases)('[oracle] %j with fraction %d, smoothing %d', async (shape, share, smooth) => {
    const session = await testSession();
    let percolating = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const volume = randomVolume(shape, share, seed, smooth);
      const expected = referenceMFactor(volume.labels, shape, 1);
      const result = await mFactor(session, volume, { phase: 1, tolerance: 1e-8 });
      expect(result.percolates).toBe(expected !== null);
      if (expected === null) continue;
      percolating++;
      expect(result.converged).toBe(true);
      expect(result.unknowns).toBe(expected.unknowns);
      expect(Math.abs(result.mFactor / expected.mFactor - 1)).toBeLessThan(1e-8);
      expect(result.mFactor).toBeLessThanOrEqual(result.bounds.wiener);
      expect(Math.abs(result.flux.inlet / result.mFactor - 1)).toBeLessThan(2e-3);
      expect(Math.abs(result.flux.inlet / result.flux.outlet - 1)).toBeLessThan(2e-3);
    }
    expect(percolating).toBeGreaterThan(0);
  });
});

describe('mFactor laws', () => {
  it('[law] same bits for 1, 2, 3 and 7 threads', async () => {
    const volume = randomVolume([45, 52, 61], 0.5, 11, 6);
    const results = await forEachThreadCount((session) => mFactor(session, volume, { phase: 1, history: true }));
    for (const { mFactor: value, history, residual, flux } of results) {
      expect({ value, history, residual, flux }).toEqual({
        value: results[0].mFactor, history: results[0].history, residual: results[0].residual, flux: results[0].flux,
      });
    }
  });

  it('[law] along y and x it has the bits of the turned volume along z', async () => {
    const session = await testSession();
    const volume = randomVolume([31, 40, 70], 0.5, 12, 5);
    const orders: [Axis, [number, number, number]][] = [['y', [1, 0, 2]], ['x', [2, 0, 1]]];
    for (const [axis, order] of orders) {
      const along = await mFactor(session, volume, { phase: 1, axis });
      expect(along.mFactor).toBeGreaterThan(0);
      expect(along.mFactor).toBe((await mFactor(session, turned(volume, order), { phase: 1 })).mFactor);
    }
  });

  it('[law] a reflected volume has the same M', async () => {
    const session = await testSession();
    const volume = randomVolume([30, 31, 32], 0.5, 13, 5);
    const { labels, shape } = volume;
    const plain = await mFactor(session, volume, { phase: 1, tolerance: 1e-8 });
    const reflected =
      await mFactor(session, { ...volume, labels: labels.slice().reverse() }, { phase: 1, tolerance: 1e-8 });
    expect(Math.abs(reflected.mFactor / plain.mFactor - 1)).toBeLessThan(1e-8);
    expect(reflected.unknowns).toBe(plain.unknowns);
    expect(shape).toEqual(volume.shape);
  });

  it('[law] the estimated error is above the true one, which is positive, in 38 of 40 random structures', async () => {
    const session = await testSession();
    let above = 0;
    let solved = 0;
    for (let seed = 1; solved < 40; seed++) {
      const share = 0.25 + (0.6 * (seed % 17)) / 16;
      const volume =
        randomVolume([20 + (seed % 5) * 6, 20 + (seed % 7) * 4, 20 + (seed % 3) * 9], share, seed, seed % 9);
      const rough = await mFactor(session, volume, { phase: 1, tolerance: 1e-3 });
      if (!rough.percolates) continue;
      solved++;
      const fine = await mFactor(session, volume, { phase: 1, tolerance: 1e-10 });
      const error = rough.mFactor / fine.mFactor - 1;
      expect(rough.errorEstimate).toBeLessThanOrEqual(1e-3);
      expect(error).toBeGreaterThan(-1e-9);
      if (error <= rough.errorEstimate) above++;
    }
    expect(above).toBeGreaterThanOrEqual(38);
  });

  it('[law] cancels, stays usable and looks at the cancel word within 2^20 voxels', async () => {
    const session = await testSession();
    const volume = randomVolume([40, 50, 60], 0.5, 14, 3);
    const before = await mFactor(session, volume, { phase: 1 });
    expect(Math.max(...session.statistics!.largestStep)).toBeLessThanOrEqual(POLL_VOXELS);
    const controller = new AbortController();
    const job = mFactor(session, volume, { phase: 1 }, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    controller.abort();
    await expect(job).rejects.toThrow(CancelledError);
    expect((await mFactor(session, volume, { phase: 1 })).mFactor).toBe(before.mFactor);
  });

  it('[law] the preconditioner stays definite where level rows end near their pitch', async () => {
    // 201 → 101 → 51 → 26: a leak between rows of the 26-wide level once made r·z negative here.
    const session = await testSession();
    const hash = (a: number): number => Math.imul(a ^ (a >>> 12), 0x297a2d39);
    const block = (i: number, prime: number): number => Math.imul(Math.floor(i / 5) + 1, prime);
    const volume = volumeOf([60, 201, 201], (z, y, x) => {
      const mixed = block(x, 73856093) ^ block(y, 19349663) ^ block(z, 83492791);
      const h = hash(Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d));
      return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32 < 0.45;
    });
    const result = await mFactor(session, volume, { phase: 1, tolerance: 1e-5 });
    expect(result.converged).toBe(true);
    expect(result.iterations).toBeLessThan(30);
  });

  it('[law] the same bits where threads share a coarse level, in slabs that are walked and in thin ones', async () => {
    // Level 1 has more voxels than one thread works on alone; with seven threads its slabs have four planes.
    const volume = randomVolume([80, 70, 72], 0.6, 21, 1);
    const results =
      await forEachThreadCount((one) => mFactor(one, volume, { phase: 1, coarsening: 'blocks', history: true }));
    expect(results[0].iterations).toBeGreaterThan(2);
    for (const { history } of results) expect(history).toEqual(results[0].history);
  });

  it('[law] looks at the cancel word within 2^20 voxels where one plane has more', async () => {
    const session = await testSession();
    const shape: Shape = [3, 1030, 1030];
    const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => (i % 7 === 0 && i % 3 === 0 ? 2 : 1));
    const result = await mFactor(session, { labels, shape, voxelSizeUm: null }, { phase: 1, tolerance: 1e-2 });
    expect(result.iterations).toBeGreaterThan(0);
    expect(Math.max(...session.statistics!.largestStep)).toBeLessThanOrEqual(POLL_VOXELS);
  });

  it('[law] plans at most 1 GiB for 401³ voxels on one thread, before coarse levels of parts', () => {
    expect(peakBytes(mFactorPlan([401, 401, 401], 1))).toBeLessThan(2 ** 30);
  });

  it('[law] says its memory beforehand', async () => {
    const shape: Shape = [64, 60, 50];
    const session = await testSession();
    const bytes = peakBytes(mFactorPlan(shape, session.threads)) + 2 ** 17;
    const volume = randomVolume(shape, 0.6, 15, 1);
    expect((await mFactor(session, volume, { phase: 1 })).peakBytes).toBe(bytes);
    const small = await testSession({ memoryBytes: bytes - 65536 });
    await expect(mFactor(small, volume, { phase: 1 })).rejects.toThrow(CapacityError);
    expect(peakBytes(mFactorPlan([401, 401, 401], 8))).toBeLessThan(1.5 * 2 ** 30);
  });
});

describe('mFactor on bad input', () => {
  it('names what is wrong', async () => {
    const session = await testSession();
    const volume = volumeOf([4, 4, 4], () => true);
    await expect(mFactor(session, volume, { phase: 3 })).rejects.toThrow(
      /label 3 does not occur in the image; it has 1/,
    );
    await expect(mFactor(session, volume, { phase: 1, tolerance: 0 })).rejects.toThrow(SpecError);
    await expect(mFactor(session, volume, { phase: 1, tolerance: NaN })).rejects.toThrow(/tolerance.*got NaN/);
    await expect(mFactor(session, volume, { phase: 1, maxIterations: 0 })).rejects.toThrow(SpecError);
    await expect(mFactor(session, volume, { phase: 1, residualTolerance: 0 })).rejects.toThrow(
      /residualTolerance.*got 0/,
    );
    await expect(mFactor(session, volume, { phase: 1, axis: 'w' as Axis })).rejects.toThrow(/axis must be x, y or z/);
    const wide = { ...volume, labels: Uint16Array.from(volume.labels) as unknown as Uint8Array };
    await expect(mFactor(session, wide, { phase: 1 })).rejects.toThrow(/labels must be a Uint8Array, got Uint16Array/);
    const plate = volumeOf([4, 1, 4], () => true);
    await expect(mFactor(session, plate, { phase: 1, axis: 'y' })).rejects.toThrow(
      /at least 2 voxels along y, found 1; choose another axis/,
    );
  });

  it('does not pretend when the iterations run out', async () => {
    const session = await testSession();
    const volume = randomVolume([30, 31, 32], 0.5, 13, 5);
    const good = await mFactor(session, volume, { phase: 1, tolerance: 1e-7 });
    const poor = await mFactor(session, volume, { phase: 1, tolerance: 1e-7, maxIterations: 4 });
    expect(poor).toMatchObject({ converged: false, iterations: 4 });
    expect(poor.mFactor).toBeGreaterThan(good.mFactor);
    expect(poor.bracket[0]).toBeLessThan(good.mFactor);
    expect(poor.bracket[1]).toBe(poor.mFactor);
    // Before there is an estimate the bracket is all that is certain.
    expect(await mFactor(session, volume, { phase: 1, maxIterations: 1 }))
      .toMatchObject({ converged: false, errorEstimate: 1, bracket: [0, expect.any(Number)] });
  });
});

/** A channel one voxel wide that winds through every second plane in lanes two voxels apart, from the low to the high
 *  face; edge ≡ 1 mod 4. Resistors in series: M = edge / (voxels · edge²). */
function windingChannel(edge: number): { volume: LabelVolume; mFactor: number } {
  const labels = new Uint8Array(edge ** 3).fill(2);
  let [y, x, toX] = [0, 0, 2];
  let voxels = 0;
  const visit = (z: number): void => {
    labels[(z * edge + y) * edge + x] = 1;
    voxels++;
  };
  for (let z = 0; z < edge; z++) {
    visit(z);
    if (z % 2 === 0) continue;
    for (let lane = 0; lane <= edge >> 1; lane++) {
      const toY = y === 0 ? 1 : -1;
      for (let k = 1; k < edge; k++) {
        y += toY;
        visit(z);
      }
      for (let k = 0; k < 2 && lane < edge >> 1; k++) {
        x += toX / 2;
        visit(z);
      }
    }
    toX = -toX;
  }
  return { volume: { labels, shape: [edge, edge, edge], voxelSizeUm: null }, mFactor: edge / (voxels * edge ** 2) };
}

describe('mFactor at the limit of single precision', () => {
  it('[exact] a channel that winds through the window, far from the linear profile', async () => {
    const session = await testSession();
    const { volume, mFactor: exact } = windingChannel(17);
    for (const tolerance of [1e-5, 1e-9]) {
      const result = await mFactor(session, volume, { phase: 1, tolerance, maxIterations: 500 });
      expect(result.converged).toBe(true);
      expect(Math.abs(result.mFactor! / exact - 1)).toBeLessThan(3 * tolerance);
    }
  });

  it('[exact] a tolerance beyond single precision is met by a second word for the potential', async () => {
    const session = await testSession();
    for (const edge of [9, 13, 17]) {
      const { volume, mFactor: exact } = windingChannel(edge);
      const result = await mFactor(
        session, volume, { phase: 1, tolerance: 1e-13, residualTolerance: 1e-12, fields: true, maxIterations: 2000 },
      );
      expect(result).toMatchObject({ converged: true, percolates: true });
      expect(result.residual).toBeLessThan(1e-12);
      expect(Math.abs(result.mFactor / exact - 1)).toBeLessThan(1e-12);
      // The fluxes through faces are those of both words.
      expect(Math.abs(result.meanFlux!.z / exact - 1)).toBeLessThan(1e-8);
      expect(Math.abs(result.flux.inlet / exact - 1)).toBeLessThan(1e-8);
    }
  });

  it('[law] the same bits for every number of threads, in two words too', async () => {
    const { volume } = windingChannel(13);
    const results = await forEachThreadCount(
      (session) => mFactor(session, volume, { phase: 1, tolerance: 1e-12, fields: true, maxIterations: 2000 }),
    );
    for (const { mFactor: value, iterations, fields } of results) {
      expect({ value, iterations, fields })
        .toEqual({ value: results[0].mFactor, iterations: results[0].iterations, fields: results[0].fields });
    }
  });

  it('[law] residualTolerance: the true residual is below it, or the solve did not converge', async () => {
    const session = await testSession();
    const volume = randomVolume([40, 36, 44], 0.5, 16, 5);
    const loose = await mFactor(session, volume, { phase: 1 });
    expect(loose.residual).toBeGreaterThan(1e-6);
    for (const residualTolerance of [1e-5, 3e-7, 1e-12]) {
      const tight = await mFactor(session, volume, { phase: 1, residualTolerance, history: true });
      expect(tight.converged).toBe(true);
      expect(tight.residual).toBeLessThanOrEqual(residualTolerance);
      expect(tight.iterations).toBeGreaterThan(loose.iterations);
    }
  });

  it('[law] without memory for a second word, or beyond two, ' +
      'a solve ends unconverged with a bracket that holds M', async () => {
    const volume = randomVolume([40, 36, 44], 0.5, 16, 5);
    const fine = await mFactor(await testSession(), volume, { phase: 1, tolerance: 1e-12, maxIterations: 500 });
    expect(fine.converged).toBe(true);
    const memoryBytes = ARENA_START + peakBytes(mFactorPlan(volume.shape, 2, { maxIterations: 500 })) + 4096;
    for (const [options, residualTolerance] of [[{ memoryBytes }, 1e-12], [{}, 1e-18]] as const) {
      const poor = await mFactor(
        await testSession(options), volume, { phase: 1, coarsening: 'blocks', residualTolerance, maxIterations: 500 },
      );
      expect(poor.converged).toBe(false);
      expect(poor.residual).toBeLessThan(1e-6);
      expect(poor.iterations).toBeLessThan(400);
      expect(poor.bracket[0]).toBeLessThanOrEqual(fine.mFactor);
      expect(poor.bracket[1]).toBeGreaterThan(fine.mFactor * (1 - 1e-9));
    }
  });
});

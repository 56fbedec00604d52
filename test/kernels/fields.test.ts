import { describe, expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import {
  checkPeriod, fieldPairPlan, synthesisePair, type DrawKey, type FieldGrid, type FieldPair,
} from '../../src/kernels/fields.js';
import { isTransformLength, transformLength, twiddlePlan, writeTwiddles } from '../../src/kernels/transform.js';
import type { Session } from '../../src/runtime/session.js';
import { uniform } from '../random.js';
import { inverseDft } from '../reference/dft.js';
import { testSession } from '../session.js';

const session = await testSession();

/** Philox blocks (or the normals made of them) of the given counters. */
async function philox(counters: Uint32Array, key: readonly [number, number], gaussian: boolean): Promise<number[]> {
  const leases = [
    { name: 'out', bytes: counters.byteLength }, { name: 'counters', bytes: counters.byteLength },
    { name: 'scratch', bytes: 128 },
  ];
  return session.run('philox', { leases }, 0, {}, async (frame) => {
    const [out, input, scratch] = leases.map((lease) => frame.lease(lease.name, lease.bytes));
    await frame.write(input, counters);
    const [key0, key1] = key;
    await frame.call('philoxBlocks', {
      blocks: out, counters: input, scratch, count: counters.length / 4, key0, key1, gaussian,
    });
    return Array.from(gaussian ? await frame.read(out, Float32Array) : await frame.read(out, Uint32Array));
  });
}

/** Two raw fields of one pair. */
async function fieldsOf(
  s: Session, grid: FieldGrid, pair: Partial<FieldPair> & Pick<FieldPair, 'alpha'>, key: Partial<DrawKey> = {},
): Promise<readonly [Float32Array, Float32Array]> {
  const full: FieldPair = { id: 0, anisotropyFactor: 1, covariance: null, ...pair };
  const bytes = 4 * voxelCount(grid.window);
  const plan = {
    leases: [{ name: 'a', bytes }, { name: 'b', bytes }, ...twiddlePlan(grid.period)],
    then: [fieldPairPlan(grid, full, s.threads)],
  };
  return s.run('fields', plan, 0, {}, async (frame) => {
    const [first, second] = [frame.lease('a', bytes), frame.lease('b', bytes)];
    const twiddles = await writeTwiddles(frame, grid.period);
    const output = { first, second, square: false, add: [false, false], excursion: null } as const;
    await synthesisePair(
      frame, grid, full, { seed: 1, scenario: 0, realisation: 0, ...key }, twiddles, output, 'fields',
    );
    return [
      await frame.read(first, Float32Array, bytes / 4), await frame.read(second, Float32Array, bytes / 4),
    ] as const;
  });
}

const cube = (n: number, period = n): FieldGrid => ({ window: [n, n, n], period: [period, period, period] });

/** Mean of a(r)·b(r + lag) over the periodic box. */
function product(a: Float32Array, b: Float32Array, [nz, ny, nx]: Shape, [dz, dy, dx]: Shape): number {
  let sum = 0;
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        sum += a[i] * b[(((z + dz) % nz) * ny + ((y + dy) % ny)) * nx + ((x + dx) % nx)];
      }
    }
  }
  return sum / (nz * ny * nx);
}

/** Standardised mean of independent deviations. */
function score(values: readonly number[]): number {
  const m = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((s, v) => s + (v - m) ** 2, 0) / (values.length - 1);
  return Math.abs(m) / Math.sqrt(variance / values.length);
}

describe('random numbers', () => {
  it('[published] Philox4x32-10: known answers of Random123', async () => {
    // kat_vectors of the Random123 distribution (Salmon et al. 2011): counter, key, block.
    const vectors: [number[], [number, number], number[]][] = [
      [[0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
      [
        [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff],
        [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
      ],
      [
        [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0],
        [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
      ],
    ];
    for (const [counter, key, block] of vectors) {
      const counters = new Uint32Array(16);
      counters.set(counter, 8);
      expect((await philox(counters, key, false)).slice(8, 12)).toEqual(block);
    }
  });

  it('[exact] normals are Box-Muller of the words, to f32 accuracy, tails included', async () => {
    const random = uniform(5);
    const counters = Uint32Array.from({ length: 4 * 4096 }, () => random() * 2 ** 32);
    const words = await philox(counters, [1, 2], false);
    const normals = await philox(counters, [1, 2], true);
    for (let i = 0; i < words.length; i += 2) {
      const r = Math.sqrt(-2 * Math.log((words[i] + 0.5) / 2 ** 32));
      const angle = (2 * Math.PI * words[i + 1]) / 2 ** 32;
      expect(Math.abs(normals[i] - r * Math.cos(angle))).toBeLessThan(2e-4 * (r < 0.02 ? 5 : 1e-1));
      expect(Math.abs(normals[i + 1] - r * Math.sin(angle))).toBeLessThan(2e-4 * (r < 0.02 ? 5 : 1e-1));
    }
  });

  it('[exact] moments of 131072 normals: mean, variance, skewness, kurtosis within 4.5 standard errors', async () => {
    const counters = Uint32Array.from({ length: 131072 }, (_, i) => (i % 4 === 0 ? i / 4 : 7));
    const z = await philox(counters, [3, 4], true);
    const moment = (power: number): number => z.reduce((s, v) => s + v ** power, 0) / z.length;
    // Var z = 1, Var z² = 2, Var z³ = 15, Var z⁴ = 96.
    for (const [power, expected, variance] of [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]]) {
      expect(Math.abs(moment(power) - expected) / Math.sqrt(variance / z.length), `moment ${power}`).toBeLessThan(4.5);
    }
  });
});

describe('transforms', () => {
  it.each(
    [1, 2, 3, 4, 5, 6, 8, 9, 12, 15, 16, 25, 30, 48, 54, 60, 75, 128, 240, 450],
  )('[oracle] %i points equal the naive sum', async (n) => {
    const random = uniform(n);
    const x = Float32Array.from({ length: 8 * n }, () => random() - 0.5);
    const leases = [{ name: 'x', bytes: 32 * n }, { name: 'work', bytes: 32 * n }, { name: 'twiddles', bytes: 8 * n }];
    const out = await session.run('fft', { leases }, 0, {}, async (frame) => {
      const [a, b, tw] = leases.map((lease) => frame.lease(lease.name, lease.bytes));
      await frame.write(a, x);
      await frame.call('fftTwiddles', { twiddles: tw, length: n });
      await frame.call('fftFour', { x: a, work: b, twiddles: tw, length: n });
      return frame.read(a, Float32Array, 8 * n);
    });
    for (let lane = 0; lane < 4; lane++) {
      const part = (from: Float32Array, offset: number): number[] =>
        Array.from({ length: n }, (_, i) => from[8 * i + offset + lane]);
      const expected = inverseDft(part(x, 0), part(x, 4));
      part(out, 0).forEach((v, i) => expect(Math.abs(v - expected.re[i])).toBeLessThan(1e-6 * Math.sqrt(n) * 4));
      part(out, 4).forEach((v, i) => expect(Math.abs(v - expected.im[i])).toBeLessThan(1e-6 * Math.sqrt(n) * 4));
    }
  });

  it('[exact] chooses and checks lengths', () => {
    expect([1, 7, 11, 401, 431, 449].map(transformLength)).toEqual([1, 8, 12, 405, 432, 450]);
    expect([1, 6, 7, 2.5, 0].map(isTransformLength)).toEqual([true, true, false, false, false]);
    expect(() => checkPeriod('test', cube(7))).toThrow(/nearest are 6 and 8/);
  });
});

describe('Gaussian random fields', () => {
  // 40 periodic boxes of 40³; the covariance estimate of each lag within 4.5 standard errors (p < 6e-5 for Student's t
  // with 39 degrees of freedom, 28 comparisons: one false alarm in 600 seeds; the seed is fixed).
  it.each([
    ['equal α', [0.3, 0.3], 1],
    ['unequal α, a = 0.8', [0.25, 0.4], 0.8],
  ] as [
    string, [number, number], number,
  ][])('[exact] covariance is exp(−(αh)²), the two fields of a pair are independent: %s', async (_, alpha, a) => {
    const lags: Shape[] = [[0, 0, 0], [0, 0, 1], [0, 3, 0], [2, 0, 0], [4, 0, 0], [1, 2, 3]];
    const deviations: Record<string, number[]> = {};
    const size: Shape = [40, 40, 40];
    for (let realisation = 0; realisation < 40; realisation++) {
      const fields = await fieldsOf(session, cube(40), { alpha, anisotropyFactor: a }, { realisation });
      for (const lag of lags) {
        const h2 = (lag[0] / a) ** 2 + lag[1] ** 2 + lag[2] ** 2;
        fields.forEach((field, f) => {
          (deviations[`field ${f}, lag ${lag.join()}`] ??= [])
            .push(product(field, field, size, lag) - Math.exp(-alpha[f] * alpha[f] * h2));
        });
      }
      (deviations['cross, lag 0'] ??= []).push(product(fields[0], fields[1], size, [0, 0, 0]));
      (deviations['cross, lag 1,2,3'] ??= []).push(product(fields[0], fields[1], size, [1, 2, 3]));
    }
    for (const [name, values] of Object.entries(deviations)) expect(score(values), name).toBeLessThan(4.5);
  });

  // 800 values; 4.5 standard errors: p = 7e-6 for a normal mean, 4 comparisons.
  it('[exact] single voxels are normal: moments and tail over 400 independent fields', async () => {
    const z: number[] = [];
    for (let realisation = 0; realisation < 400; realisation++) {
      const [a, b] =
        await fieldsOf(session, { window: [1, 1, 1], period: [24, 24, 24] }, { alpha: [0.5, 0.5] }, { realisation });
      z.push(a[0], b[0]);
    }
    const moment = (power: number): number => z.reduce((s, v) => s + v ** power, 0) / z.length;
    for (const [power, expected, variance] of [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]]) {
      expect(Math.abs(moment(power) - expected) / Math.sqrt(variance / z.length), `moment ${power}`).toBeLessThan(4.5);
    }
  });

  // One product of two boxes each, 4.5 standard deviations: p = 7e-6, 5 comparisons: one false alarm in 29000 seeds.
  it('[law] pairs, seeds, scenarios and realisations are independent', async () => {
    const grid = cube(40);
    const [base] = await fieldsOf(session, grid, { alpha: [0.5, 0.5] });
    // Correlation volume (π/2)^(3/2)/α³ = 15.7 voxels: standard deviation of the product √(15.7/40³) = 0.0157.
    for (
      const [pair, key] of [
        [{ id: 1 }, {}], [{}, { seed: 2 }], [{}, { seed: 1 + 2 ** 32 }], [{}, { scenario: 1 }],
        [{}, { realisation: 1 }],
      ] as [object, object][]
    ) {
      const [other] = await fieldsOf(session, grid, { alpha: [0.5, 0.5], ...pair }, key);
      expect(Math.abs(product(base, other, grid.window, [0, 0, 0]))).toBeLessThan(4.5 * 0.0157);
    }
  });

  it('[law] a mode has the same number at every α: equal fields in the limit of equal α, by either path', async () => {
    const grid = cube(30);
    const [a, b] = await fieldsOf(session, grid, { alpha: [0.3, 0.3] });
    const [c, d] = await fieldsOf(session, grid, { alpha: [0.3, 0.3 * (1 + 1e-12)] });
    a.forEach((v, i) => expect(Math.abs(v - c[i])).toBeLessThan(1e-5));
    b.forEach((v, i) => expect(Math.abs(v - d[i])).toBeLessThan(1e-5));
    // The first field does not depend on the second's α, although they share a transform: but for the dead modes that
    // it leaves out alone, 5e-6 of the variance.
    const [e] = await fieldsOf(session, grid, { alpha: [0.3, 0.6] });
    a.forEach((v, i) => expect(Math.abs(v - e[i])).toBeLessThan(4.5 * Math.sqrt(5e-6)));
  });

  it('[law] opposite faces of a cropped window are independent, of a periodic one they are not', async () => {
    const cross = async (window: number, period: number): Promise<number[]> => {
      const values: number[] = [];
      for (let realisation = 0; realisation < 30; realisation++) {
        const grid: FieldGrid = { window: [window, 24, 24], period: [period, 36, 36] };
        const [field] = await fieldsOf(session, grid, { alpha: [0.3, 0.3] }, { realisation });
        const plane = 24 * 24;
        let sum = 0;
        for (let i = 0; i < plane; i++) sum += field[i] * field[(window - 1) * plane + i];
        values.push(sum / plane);
      }
      return values;
    };
    expect(score(await cross(26, 36))).toBeLessThan(4.5);
    const periodic = await cross(36, 36);
    expect(periodic.reduce((a, b) => a + b, 0) / periodic.length).toBeGreaterThan(0.7);
  });
});

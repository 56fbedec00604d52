import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import type { Shape } from '../../src/core/grid.js';
import { fieldPairPlan, synthesisePair, type FieldGrid, type FieldPair } from '../../src/kernels/fields.js';
import { octantPlan, octantSize, RADIAL_INTERVALS, writeOctant } from '../../src/kernels/octant.js';
import { twiddlePlan, writeTwiddles } from '../../src/kernels/transform.js';
import type { Session } from '../../src/runtime/session.js';
import { covarianceFamily, type Covariance } from '../../src/structure/covariance.js';
import { generate, generatedPeriod, type Chi2Spec, type ThreePhaseSpec } from '../../src/structure/generate.js';
import {
  chi2Fractions, chi2Quantities, gaussianSurface, threePhaseFractions, threePhaseQuantities,
} from '../../src/structure/theory.js';
import { chi2LatticeSurface, threePhaseLatticeSurface } from '../../src/structure/two-point.js';
import { surfaceByDirections } from '../reference/surface.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();

// cos decays like a damped wave: a covariance in three dimensions (a spectral density of two Lorentzians), negative at
// some lags.
const wave: Covariance = (() => {
  const lag = Array.from({ length: 121 }, (_, i) => i / 10);
  return { family: 'table', lag, rho: lag.map((u) => (u === 0 ? 1 : (Math.exp(-u) * Math.sin(u)) / u)) };
})();
const families: readonly (readonly [string, Covariance])[] = [
  ['exponential', 'exponential'], ['matern ν = 3/2', 'matern'],
  ['matern ν = 0.8', { family: 'matern', smoothness: 0.8 }],
  ['spherical', 'spherical'], ['table', wave],
];

async function octant(
  s: Session, period: Shape, covariance: Covariance, alpha: number, a: number,
): Promise<{ amplitudes: Float32Array; clipped: number }> {
  const { bytes } = octantSize(period);
  const plan = { leases: [{ name: 'octant', bytes }, ...twiddlePlan(period)], then: [octantPlan(period, s.threads)] };
  return s.run('octant', plan, 0, {}, async (frame) => {
    const lease = frame.lease('octant', bytes);
    const twiddles = await writeTwiddles(frame, period);
    const clipped =
      await writeOctant(frame, period, lease, covarianceFamily(covariance).radial!, alpha, a, twiddles, 'test');
    for (const step of s.statistics!.largestStep) expect(step).toBeLessThanOrEqual(POLL_VOXELS);
    return { amplitudes: await frame.read(lease, Float32Array, bytes / 4), clipped };
  });
}

/** Slow twin: eigenvalues of the periodised covariance by cosine sums over the whole box, for every mode of an
 *  octant. */
function slowOctant(
  [nz, ny, nx]: Shape, covariance: Covariance, alpha: number, a: number,
): { amplitudes: number[]; clipped: number } {
  const { correlation: { value: slow }, radial } = covarianceFamily(covariance);
  const known = new Map<number, number>();
  const correlation = (u: number): number => known.get(u) ?? (known.set(u, slow(u)), known.get(u)!);
  const images = Math.ceil(radial!.end / alpha / Math.min(nz / a, ny, nx)) + 1;
  const rho = (z: number, y: number, x: number): number => {
    let sum = 0;
    for (let i = -images; i <= images; i++) {
      for (let j = -images; j <= images; j++) {
        for (let k = -images; k <= images; k++) {
          sum += correlation(alpha * Math.hypot((z + i * nz) / a, y + j * ny, x + k * nx));
        }
      }
    }
    return sum;
  };
  const half = (n: number): number => Math.floor(n / 2) + 1;
  const values: number[] = [];
  for (let z = 0; z < nz; z++) for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) values.push(rho(z, y, x));
  const eigenvalues: { value: number; many: number }[] = [];
  const many = (k: number, n: number): number => (k === 0 || 2 * k === n ? 1 : 2);
  for (let ky = 0; ky < half(ny); ky++) {
    for (let kx = 0; kx < half(nx); kx++) {
      for (let kz = 0; kz < half(nz); kz++) {
        let value = 0;
        for (let z = 0, i = 0; z < nz; z++) {
          for (let y = 0; y < ny; y++) {
            for (let x = 0; x < nx; x++, i++) {
              value += values[i] * Math.cos(2 * Math.PI * ((kz * z) / nz + (ky * y) / ny + (kx * x) / nx));
            }
          }
        }
        eigenvalues.push({ value, many: many(kz, nz) * many(ky, ny) * many(kx, nx) });
      }
    }
  }
  const positive = eigenvalues.reduce((sum, { value, many: m }) => sum + m * Math.max(0, value), 0);
  const negative = eigenvalues.reduce((sum, { value, many: m }) => sum + m * Math.max(0, -value), 0);
  return {
    amplitudes: eigenvalues.map(({ value }) => Math.sqrt(Math.max(0, value) / positive)),
    clipped: negative / (positive - negative),
  };
}

describe('amplitudes of the modes', () => {
  it.each(families)('[oracle] %s equals the cosine sums over the periodised covariance', async (_, covariance) => {
    for (const [period, alpha, a] of [[[6, 8, 5], 0.9, 1], [[9, 4, 10], 1.1, 0.8]] as [Shape, number, number][]) {
      const expected = slowOctant(period, covariance, alpha, a);
      const found = await octant(session, period, covariance, alpha, a);
      const half = Math.floor(period[0] / 2) + 1;
      const { line } = octantSize(period);
      expected.amplitudes.forEach((value, i) => {
        expect(Math.abs(found.amplitudes[Math.floor(i / half) * line + (i % half)] - value), `entry ${i}`)
          .toBeLessThan(2e-4);
      });
      expect(Math.abs(found.clipped - expected.clipped)).toBeLessThan(1e-5);
    }
  });

  it('[exact] Matérn functions: closed forms, a value of Abramowitz & Stegun table 9.8, ' +
      'and the host equals the core', async () => {
    const at = async (smoothness: number): Promise<Float64Array> => {
      const bytes = 8 * 401;
      return session.run('matern', { leases: [{ name: 'values', bytes }] }, 0, {}, async (frame) => {
        const lease = frame.lease('values', bytes);
        await frame.call('maternValues', { values: lease, count: 401, step: 0.05, nu: smoothness });
        return frame.read(lease, Float64Array, 401);
      });
    };
    const forms: [number, (s: number) => number][] = [
      [0.5, (s) => Math.exp(-s)], [1.5, (s) => (1 + s) * Math.exp(-s)],
      [2.5, (s) => (1 + s + (s * s) / 3) * Math.exp(-s)],
    ];
    for (const [smoothness, form] of forms) {
      // The closed form and, a hair away from it, the Bessel function.
      for (const nu of [smoothness, smoothness * (1 + 1e-12)]) {
        (await at(nu)).forEach(
          (value, i) => expect(Math.abs(value - form(Math.sqrt(2 * smoothness) * 0.05 * i))).toBeLessThan(1e-10),
        );
      }
    }
    // ν = 1 and s = 1: K₁(1) = 0.60190723.
    expect(covarianceFamily({ family: 'matern', smoothness: 1 }).correlation.value(1 / Math.SQRT2))
      .toBeCloseTo(0.60190723, 7);
    for (const smoothness of [0.1, 0.3, 1, 4.7, 20]) {
      const { correlation: { value: correlation } } = covarianceFamily({ family: 'matern', smoothness });
      (await at(smoothness)).forEach((value, i) => expect(Math.abs(value - correlation(0.05 * i))).toBeLessThan(1e-9));
    }
    // ν → ∞ is exp(−u²/2).
    expect(covarianceFamily({ family: 'matern', smoothness: 20 }).correlation.value(1)).toBeCloseTo(Math.exp(-0.5), 1);
  });

  it('[law] slopes are the derivatives of the values', () => {
    for (
      const covariance of
        [...families.map(([, c]) => c), 'gaussian' as const, { family: 'matern', smoothness: 4.7 } as const]
    ) {
      const { value, slope } = covarianceFamily(covariance).correlation;
      for (const u of [0.13, 0.52, 0.91, 1.7, 3.3]) {
        expect(slope(u)).toBeCloseTo((value(u + 1e-5) - value(u - 1e-5)) / 2e-5, 6);
      }
    }
  });

  it('[law] every family has died where it says so', () => {
    for (
      const covariance of [
        ...families.map(([, c]) => c), 'gaussian' as const,
        ...[0.1, 0.2, 0.3, 0.7, 1, 2, 5, 12, 20].map((smoothness) => ({ family: 'matern', smoothness }) as const),
      ]
    ) {
      const { range, correlation: { value: correlation }, radial } = covarianceFamily(covariance);
      for (const u of [range, 1.1 * range, 1.5 * range]) expect(Math.abs(correlation(u))).toBeLessThan(1.3e-4);
      if (radial) expect(Math.abs(correlation(radial.end * (1 + 1e-9)))).toBeLessThan(1e-7);
      if (radial?.values instanceof Float64Array) expect(radial.values[RADIAL_INTERVALS]).toBeCloseTo(0, 5);
    }
  });
});

async function fieldsOf(
  s: Session, grid: FieldGrid, pair: FieldPair, realisation: number,
): Promise<readonly [Float32Array, Float32Array]> {
  const bytes = 4 * grid.window[0] * grid.window[1] * grid.window[2];
  const plan = {
    leases: [{ name: 'a', bytes }, { name: 'b', bytes }, ...twiddlePlan(grid.period)],
    then: [fieldPairPlan(grid, pair, s.threads)],
  };
  return s.run('fields', plan, 0, {}, async (frame) => {
    const [first, second] = [frame.lease('a', bytes), frame.lease('b', bytes)];
    const twiddles = await writeTwiddles(frame, grid.period);
    const output = { first, second, square: false, add: [false, false], excursion: null } as const;
    await synthesisePair(frame, grid, pair, { seed: 11, scenario: 0, realisation }, twiddles, output, 'fields');
    return [
      await frame.read(first, Float32Array, bytes / 4), await frame.read(second, Float32Array, bytes / 4),
    ] as const;
  });
}

/** Mean of a(r)·b(r + lag) over a periodic cube. */
function product(a: Float32Array, b: Float32Array, n: number, [dz, dy, dx]: Shape): number {
  let sum = 0;
  for (let z = 0, i = 0; z < n; z++) {
    for (let y = 0; y < n; y++) {
      for (let x = 0; x < n; x++, i++) sum += a[i] * b[(((z + dz) % n) * n + ((y + dy) % n)) * n + ((x + dx) % n)];
    }
  }
  return sum / n ** 3;
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** Standardised mean of independent deviations. */
function score(values: readonly number[]): number {
  const m = mean(values);
  return Math.abs(m) / Math.sqrt(values.reduce((s, v) => s + (v - m) ** 2, 0) / (values.length - 1) / values.length);
}

describe('fields of other families', () => {
  // 36 periodic boxes of 40³ each, two fields of one transform with unequal α; every mean within 4.5 standard errors: p
  // < 8e-5 for Student's t with 35 degrees of freedom, 90 comparisons: one false alarm in 140 seeds; the seed is fixed.
  it.each(families)('[exact] %s: covariance along axes and diagonals, ' +
      'independence of the two fields', async (_, covariance) => {
    const { radial, correlation: { value: correlation } } = covarianceFamily(covariance);
    const n = 40;
    const alpha = [1.6, 0.8] as const;
    const a = 0.8;
    const periodised = (f: number, [z, y, x]: Shape): number => {
      let sum = 0;
      for (const i of [-1, 0, 1]) {
        for (const j of [-1, 0, 1]) {
          for (const k of [-1, 0, 1]) sum += correlation(alpha[f] * Math.hypot((z + i * n) / a, y + j * n, x + k * n));
        }
      }
      return sum;
    };
    const known = new Map<string, number>();
    const expected = (f: number, lag: Shape): number => {
      const name = `${f} ${lag.join()}`;
      if (!known.has(name)) known.set(name, periodised(f, lag));
      return known.get(name)!;
    };
    const lags: Shape[] = [[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [2, 0, 0], [0, 2, 2], [1, 1, 1], [0, 0, 4]];
    const deviations: Record<string, number[]> = {};
    for (let realisation = 0; realisation < 36; realisation++) {
      const grid: FieldGrid = { window: [n, n, n], period: [n, n, n] };
      const fields =
        await fieldsOf(session, grid, { id: 0, alpha, anisotropyFactor: a, covariance: radial }, realisation);
      for (const lag of lags) {
        fields.forEach((field, f) => (deviations[`field ${f}, lag ${lag.join()}`] ??= []).push(
          product(field, field, n, lag) - expected(f, lag),
        ));
      }
      (deviations['cross, lag 0'] ??= []).push(product(fields[0], fields[1], n, [0, 0, 0]));
      (deviations['cross, lag 1,2,3'] ??= []).push(product(fields[0], fields[1], n, [1, 2, 3]));
    }
    for (const [name, values] of Object.entries(deviations)) expect(score(values), name).toBeLessThan(4.5);
  });

  it('[exact] values far apart and of many draws are normal: Kolmogorov-Smirnov at p = 1e-4', async () => {
    const { radial } = covarianceFamily('spherical');
    const values: number[] = [];
    for (let realisation = 0; realisation < 60; realisation++) {
      // Voxels 8 apart are beyond the spherical range of 1/α = 4: independent.
      const pair: FieldPair = { id: 3, alpha: [0.25, 0.25], anisotropyFactor: 1, covariance: radial };
      for (const field of await fieldsOf(session, { window: [17, 17, 17], period: [24, 24, 24] }, pair, realisation)) {
        for (const z of [0, 8, 16]) {
          for (const y of [0, 8, 16]) for (const x of [0, 8, 16]) values.push(field[(z * 17 + y) * 17 + x]);
        }
      }
    }
    values.sort((p, q) => p - q);
    const cumulative = (x: number): number => 1 - chi2Tail(x);
    const distance = values.reduce(
      (worst, v, i) =>
        Math.max(worst, Math.abs(cumulative(v) - i / values.length), Math.abs(cumulative(v) - (i + 1) / values.length)),
      0,
    );
    // Kolmogorov: P(√n D > 2.23) = 2 e^(−2·2.23²) = 1e-4; n = 3240.
    expect(distance * Math.sqrt(values.length)).toBeLessThan(2.23);
  });

  // 4.5 standard deviations of a product over 64000 voxels: p = 7e-6, 4 comparisons.
  it('[law] pairs, seeds, scenarios and realisations are independent, ' +
      'and opposite faces of a cropped window', async () => {
    const parameters = { alpha: 0.5, lambda: 1.4, anisotropyFactor: 1, covariance: 'spherical' } as const;
    const spec: Chi2Spec = { model: 'chi2', parameters, size: [40, 40, 40], edges: 'periodic', seed: 1 };
    const levels = async (change: Partial<Chi2Spec>): Promise<Float32Array> =>
      (await generate(session, { ...spec, levelSets: true, ...change })).levelSets!.x;
    const centred = (values: Float32Array): Float32Array => values.map((v) => (v + 1.4 - 2) / 2);
    const base = centred(await levels({}));
    // X = χ²₂ has correlation ρ²; its correlation volume is Σ ρ⁴ over the lattice: the product's standard deviation
    // follows.
    const { correlation: { value: correlation } } = covarianceFamily('spherical');
    let volume = 0;
    for (let z = -2; z <= 2; z++) {
      for (let y = -2; y <= 2; y++) for (let x = -2; x <= 2; x++) volume += correlation(0.5 * Math.hypot(z, y, x)) ** 4;
    }
    const deviation = Math.sqrt(volume / 40 ** 3);
    for (const change of [{ seed: 2 }, { seed: 1 + 2 ** 32 }, { scenario: 1 }, { realisation: 1 }]) {
      expect(Math.abs(product(base, centred(await levels(change)), 40, [0, 0, 0]))).toBeLessThan(4.5 * deviation);
    }
    expect(generatedPeriod({ ...spec, edges: 'cropped' })).toEqual([45, 45, 45]);
    expect(generatedPeriod({ ...spec, edges: 'cropped', parameters: { ...parameters, covariance: 'exponential' } }))
      .toEqual([60, 60, 60]);
  });
});

/** P(Z ≥ x), by the integral of the density; for one test. */
function chi2Tail(x: number): number {
  let sum = 0;
  const step = (9 - x) / 4000;
  for (let i = 0; i <= 4000; i++) sum += Math.exp(-((x + i * step) ** 2) / 2) * (i === 0 || i === 4000 ? 0.5 : 1);
  return (sum * step) / Math.sqrt(2 * Math.PI);
}

describe('structures of other families', () => {
  const theta = {
    alphaChiX: 0.25, alphaChiY: 0.35, alphaGaussX: 0.3, alphaGaussY: 0.35, lambdaX: 2, lambdaY: 1, n: 2,
    anisotropyFactor: 0.9,
  };

  // 16 draws of 40³; 4.5 standard errors: p < 5e-4 for Student's t with 15 degrees of freedom, 24 comparisons: one
  // false alarm in 90 seeds.
  it.each([['exponential', 'exponential'], ['matern', 'matern'], ['spherical', 'spherical'], ['table', wave]] as const)(
    '[exact] %s: volume fractions and the expectation of S on the lattice', async (_, covariance) => {
      const parameters = { ...theta, covariance };
      const expected = threePhaseFractions(parameters).volumeFraction;
      const lattice = threePhaseLatticeSurface(parameters);
      const seen: Record<string, number[]> = {};
      for (let realisation = 0; realisation < 16; realisation++) {
        const volume =
          await generate(session, { model: 'three-phase', parameters, size: [40, 40, 40], seed: 5, realisation });
        for (const phase of [1, 2, 3]) {
          (seen[`ε${phase}`] ??= []).push(
            volume.labels.reduce((sum, label) => sum + Number(label === phase), 0) / volume.labels.length -
              expected[phase],
          );
          (seen[`S${phase}`] ??= []).push(surfaceByDirections(volume, phase) - lattice[phase]);
        }
      }
      for (const [name, deviations] of Object.entries(seen)) expect(score(deviations), name).toBeLessThan(4.5);
    },
  );

  it('[law] the same bits for 1, 2, 3 and 7 threads, and a corner of a larger window with the ' +
      'same period', async () => {
    const spec: ThreePhaseSpec = {
      model: 'three-phase', parameters: { ...theta, n: 3, covariance: 'matern' }, size: [13, 21, 18],
      period: [40, 45, 48], seed: 9, levelSets: true,
    };
    const results = await forEachThreadCount((s) => generate(s, spec));
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
    expect(results[0].provenance!.clippedShare).toBeLessThan(1e-4);
    const small = await generate(session, { ...spec, size: [5, 6, 7] });
    for (let z = 0, i = 0; z < 5; z++) {
      for (let y = 0; y < 6; y++) {
        for (let x = 0; x < 7; x++, i++) {
          expect(small.levelSets!.y![i]).toBe(results[0].levelSets!.y![(z * 21 + y) * 18 + x]);
        }
      }
    }
  });

  it('[law] common random numbers go across families: a table of the Gaussian covariance gives the Gaussian ' +
      'structure', async () => {
    const lag = Array.from({ length: 161 }, (_, i) => i / 40);
    const table: Covariance = { family: 'table', lag, rho: lag.map((u) => Math.exp(-u * u)) };
    const spec: Chi2Spec = {
      model: 'chi2', parameters: { alpha: 0.25, lambda: 1.4, anisotropyFactor: 0.9 }, size: [40, 40, 40],
      period: [60, 60, 60], seed: 4,
    };
    const gaussian = await generate(session, spec);
    const other = await generate(session, { ...spec, parameters: { ...spec.parameters, covariance: table } });
    expect(gaussian.labels.reduce((sum, label, i) => sum + Number(label !== other.labels[i]), 0) / 64000)
      .toBeLessThan(2e-3);
  });

  it('[exact] surface in the continuum: Matérn by its curvature, refused where it is infinite', () => {
    const p = { alpha: 0.1, lambda: 1.832581, anisotropyFactor: 1 };
    const gaussian = chi2Quantities(p).specificSurfaceArea[2];
    expect(gaussian).toBeCloseTo(0.1222015, 6);
    // ρ = 1 − ν/(2(ν−1)) u² + …: 1.5 for ν = 3/2.
    expect(chi2Quantities({ ...p, covariance: 'matern' }).specificSurfaceArea[2])
      .toBeCloseTo(Math.sqrt(1.5) * gaussian, 10);
    expect(chi2Fractions({ ...p, covariance: 'exponential' })).toEqual(chi2Fractions(p));
    for (const covariance of ['exponential', 'spherical', { family: 'matern', smoothness: 1 }, wave] as const) {
      expect(() => chi2Quantities({ ...p, covariance })).toThrow(/continuum.*chi2LatticeSurface/);
      expect(() => threePhaseQuantities({ ...theta, covariance })).toThrow(/threePhaseLatticeSurface/);
      expect(chi2LatticeSurface({ ...p, covariance })[2]).toBeGreaterThan(gaussian);
    }
    // [rate] Fine lattices approach the continuum where there is one.
    const fine = { ...p, alpha: 0.004, covariance: { family: 'matern', smoothness: 2.5 } } as const;
    expect(chi2LatticeSurface(fine)[2] / chi2Quantities(fine).specificSurfaceArea[2]).toBeCloseTo(1, 2);
    expect(gaussianSurface(0.2533471, 0.1)).toBeCloseTo(0.0871882, 6);
  });

  it('refuses what is no covariance, with what would help', async () => {
    const bad = (covariance: unknown, change: object = {}): Promise<unknown> =>
      generate(
        session,
        {
          model: 'chi2', parameters: { alpha: 0.5, lambda: 1, anisotropyFactor: 1, covariance }, size: [24, 24, 24],
          seed: 1, ...change
        } as Chi2Spec,
      );
    await expect(bad('cubic')).rejects.toThrow(/one of gaussian, exponential, matern, spherical, table, got "cubic"/);
    await expect(bad({ family: 'matern', smoothness: 0 })).rejects.toThrow(/smoothness \(ν\) must be from 0.1 to 20/);
    await expect(bad({ family: 'matern', nu: 1 })).rejects.toThrow(/unknown setting nu/);
    await expect(bad({ family: 'spherical', smoothness: 1 })).rejects.toThrow(
      /unknown setting smoothness; it has family/,
    );
    await expect(bad({ family: 'table', lag: [0, 1, 2], rho: [1, 0.5] })).rejects.toThrow(/one ρ for each lag/);
    await expect(bad({ family: 'table', lag: [0, 2, 1], rho: [1, 0.5, 0] })).rejects.toThrow(
      /lags must increase, got 2 before 1/,
    );
    await expect(bad({ family: 'table', lag: [0, 1, 2], rho: [1, 0.5, 0.4] })).rejects.toThrow(
      /ρ is 0.4 at the last lag/,
    );
    await expect(bad({ family: 'table', lag: [0, 1, 2], rho: [0.9, 0.5, 0] })).rejects.toThrow(/must begin with lag 0/);
    await expect(bad({ family: 'table', lag: [0, 1, 2], rho: [1, NaN, 0] })).rejects.toThrow(/finite/);
    // A step function is no covariance in three dimensions.
    await expect(bad({ family: 'table', lag: [0, 2, 2.01, 3], rho: [1, 1, 0, 0] })).rejects.toThrow(
      /negative eigenvalues hold \d.* % of the variance.*smooth the table/,
    );
    await expect(bad('exponential', {
      edges: 'periodic', parameters: { alpha: 0.05, lambda: 1, anisotropyFactor: 1, covariance: 'exponential' },
    }))
      .rejects.toThrow(/reach over .* periods of the box 24 × 24 × 24/);
  });
});

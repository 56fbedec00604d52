// The public operation on structures whose conductivity is known.
import { describe, expect, it } from 'vitest';
import { CapacityError, SpecError } from '../../src/core/errors.js';
import { axisIndex, voxelCount, type Axis, type Shape, type VoxelSize } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { generate } from '../../src/structure/generate.js';
import { conduct, conductPlan, type ConductOptions } from '../../src/transport/conduct.js';
import { mFactor, type MFactorOptions } from '../../src/transport/m-factor.js';
import { randomLabels, uniform } from '../random.js';
import { referenceConduction } from '../reference/conduction.js';
import { forEachThreadCount, testSession } from '../session.js';

/** Labels by a rule. */
function volumeOf(
  shape: Shape, label: (z: number, y: number, x: number) => number, voxelSizeUm: VoxelSize = null,
): LabelVolume {
  const labels = new Uint8Array(voxelCount(shape));
  let i = 0;
  for (let z = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) for (let x = 0; x < shape[2]; x++) labels[i++] = label(z, y, x);
  }
  return { labels, shape, voxelSizeUm };
}

const random = (shape: Shape, seed: number, voxelSizeUm: VoxelSize = null): LabelVolume =>
  ({ labels: randomLabels(shape, { 1: 0.5, 2: 0.3, 3: 0.2 }, seed, 4), shape, voxelSizeUm });

describe('conduct on laminates', () => {
  const place = { z: 0, y: 1, x: 2 } as const;
  const cases = (['z', 'y', 'x'] as const)
    .flatMap((axis) => (['dirichlet', 'periodic'] as const).map((boundary) => [axis, boundary] as const));

  it.each(cases)('[exact] layers across %s, %s: arithmetic mean along them, ' +
      'harmonic across', async (layers, boundary) => {
    const session = await testSession();
    const voxelSizes: VoxelSize[] = [null, [0.3, 0.2, 0.1]];
    for (const voxelSizeUm of voxelSizes) {
      const volume = volumeOf([12, 9, 15], (z, y, x) => 1 + ([z, y, x][place[layers]] % 3 === 0 ? 1 : 0), voxelSizeUm);
      for (const ratio of [0.5, 1e-2, 1e-4]) {
        for (const axis of ['z', 'y', 'x'] as const) {
          const { effectiveConductivity, bounds, converged, flux } = await conduct(session, volume, {
            conductivity: { 1: 3, 2: 3 * ratio }, axis, boundary, tolerance: 1e-7,
          });
          const expected = axis === layers ? 3 / (2 / 3 + 1 / 3 / ratio) : 3 * (2 / 3 + ratio / 3);
          expect(converged).toBe(true);
          expect(Math.abs(effectiveConductivity / expected - 1)).toBeLessThan(1e-5);
          expect(Math.abs(flux.inlet / flux.outlet - 1)).toBeLessThan(0.05);
          expect(axis === layers ? bounds.lowerWiener : bounds.wiener).toBeCloseTo(expected / 3, 12);
        }
      }
    }
  });

  it('[exact] 10⁸ apart: layers along the current, and across it within the solver’s own estimate', async () => {
    const session = await testSession();
    const volume = volumeOf([12, 10, 8], (_z, y) => 1 + (y % 2));
    const { effectiveConductivity } = await conduct(session, volume, { conductivity: { 1: 1, 2: 1e-8 } });
    expect(effectiveConductivity).toBeCloseTo(0.5 * (1 + 1e-8), 12);
    for (const shape of [[12, 9, 15], [60, 20, 20]] as const) {
      const across =
        await conduct(session, volumeOf(shape, (z) => (z % 4 === 0 ? 2 : 1)), { conductivity: { 1: 1, 2: 1e-8 } });
      expect(across).toMatchObject({ converged: true, bounds: { obeyed: 'wiener' } });
      const exact = 1 / (3 / 4 + 1 / 4 / 1e-8);
      expect(across.bracket[0]).toBeLessThanOrEqual(exact);
      expect(across.bracket[1]).toBeGreaterThanOrEqual(exact);
    }
  });
});

describe('conduct on other closed forms', () => {
  it('[rate] a checkerboard approaches √(σ₁σ₂) as its squares get finer voxels', async () => {
    const session = await testSession();
    const errors: number[] = [];
    for (const edge of [4, 8, 16, 32]) {
      // The faces lie on mirror planes, through the middles of the squares: the window is a piece of the infinite
      // board.
      const volume = volumeOf(
        [2 * edge, 1, 2 * edge], (z, _y, x) => 1 + ((Math.floor(z / edge + 0.5) + Math.floor(x / edge + 0.5)) % 2),
      );
      const result = await conduct(session, volume, { conductivity: { 1: 1, 2: 10 }, tolerance: 1e-6 });
      expect(result.bounds.obeyed).toBe('both');
      const periodic =
        await conduct(session, volume, { conductivity: { 1: 1, 2: 10 }, boundary: 'periodic', tolerance: 1e-6 });
      expect(Math.abs(periodic.effectiveConductivity / result.effectiveConductivity - 1)).toBeLessThan(1e-5);
      errors.push(result.effectiveConductivity / Math.sqrt(10) - 1);
    }
    for (let k = 1; k < errors.length; k++) expect(Math.abs(errors[k])).toBeLessThan(0.75 * Math.abs(errors[k - 1]));
    expect(Math.abs(errors[3])).toBeLessThan(0.05);
  });

  it.each([[0.1, 1.243339], [0.3, 1.88774], [0.4, 2.36443]])('[published] cubic array of spheres that conduct 10 ' +
      'times better, fraction %d: %d', async (volumeFraction, exact) => {
    const session = await testSession();
    const volume = await generate(session, { model: 'spheres', size: [48, 48, 48], arrangement: 'sc', volumeFraction });
    const result = await conduct(session, volume, { phase: 1, conductivity: { 1: 1, 2: 10 }, tolerance: 1e-6 });
    expect(result).toMatchObject({ phase: 1, tortuosityFactor: null, bruggemanExponent: null, percolates: true });
    expect(result.mFactor).toBe(result.effectiveConductivity);
    expect(Math.abs(result.effectiveConductivity / exact - 1)).toBeLessThan(0.01);
  });

  it('[published] the same array sampled with voxels three times as long as wide', async () => {
    const session = await testSession();
    const [fraction, exact] = [0.3, 0.6056612];
    const radius = Math.cbrt((3 * fraction) / (4 * Math.PI));
    const gap = (i: number, n: number): number => ((i + 0.5) / n - 0.5) ** 2;
    const volume = volumeOf(
      [24, 72, 72], (z, y, x) => (gap(z, 24) + gap(y, 72) + gap(x, 72) < radius * radius ? 2 : 1), [0.3, 0.1, 0.1],
    );
    for (const axis of ['z', 'y', 'x'] as const) {
      const { mFactor: m } = await mFactor(session, volume, { phase: 1, axis, tolerance: 1e-5 });
      expect(Math.abs(m / exact - 1)).toBeLessThan(0.03);
    }
  });
});

describe('conduct with a smooth interface', () => {
  it('[published] insulating spheres: within 0.5 % at 48 voxels a cell, where whole faces are 2 % off', async () => {
    const session = await testSession();
    const exact = 0.6056612;
    const volume = await generate(
      session, { model: 'spheres', size: [48, 48, 48], arrangement: 'sc', volumeFraction: 0.3, levelSets: true },
    );
    // The spheres' own level set is positive inside of them.
    const levelSet = volume.levelSets!.x.map((value) => -value);
    const plain = await mFactor(session, volume, { phase: 1, tolerance: 1e-5 });
    expect(plain.mFactor / exact - 1).toBeLessThan(-0.01);
    for (const own of [{}, { levelSet }, { levelSet, boundary: 'periodic' }] as Partial<MFactorOptions>[]) {
      const result =
        await mFactor(session, volume, { phase: 1, interface: 'smooth', tolerance: 1e-5, fields: true, ...own });
      expect(Math.abs(result.mFactor / exact - 1)).toBeLessThan(0.005);
      expect(result).toMatchObject({ interface: 'smooth', percolates: true, converged: true });
      expect(result.openFraction!.z).toBeCloseTo(0.7, 2);
      expect(result.volumeFraction).toBe(result.openFraction!.z);
      expect(result.tortuosityFactor).toBeCloseTo(result.volumeFraction / result.mFactor, 12);
      expect(result.macMullinNumber).toBeCloseTo(1 / result.mFactor, 12);
      expect(result.bounds.wiener).toBeCloseTo(result.volumeFraction, 12);
      expect(result.meanFlux!.z).toBeCloseTo(result.mFactor, 3);
      expect(result.narrowShare!.mean).toBeGreaterThan(0.1);
    }
  });

  it('says why it cannot: several phases, a level set of the wrong length, or none wanted, ' +
      'a bad smoothing', async () => {
    const session = await testSession();
    const volume = volumeOf([4, 4, 4], (z) => 1 + (z % 2));
    const wrong: [Partial<ConductOptions>, RegExp][] = [
      [
        { conductivity: { 1: 1, 2: 0.5 } },
        /interface smooth needs exactly one conducting phase, found 2 \(1, 2\); use interface voxel/,
      ],
      [{ phase: 1, levelSet: new Float32Array(9) }, /needs one number per voxel, 64 for 4×4×4, found 9/],
      [
        { phase: 1, levelSet: new Float64Array(64) as unknown as Float32Array },
        /level set must be a Float32Array, got Float64Array/,
      ],
      [{ phase: 1, levelSet: new Float32Array(64).fill(NaN) }, /not finite/],
      [
        { phase: 2, levelSet: Float32Array.from(volume.labels, (label) => (label === 1 ? 1 : -1)) },
        /positive in 32 voxels, label 2 fills 32, and only 0 are of both; expected a level set of that phase/,
      ],
      [
        { phase: 1, levelSet: new Float32Array(64).fill(1) },
        /positive in 64 voxels, label 1 fills 32, and only 32 are of both/,
      ],
      [{ phase: 1, smoothing: 0 }, /smoothing must be/],
      [{ phase: 1, interface: 'voxel', levelSet: new Float32Array(64) }, /ask for interface: 'smooth'/],
      [{ phase: 1, interface: 'round' as 'smooth' }, /interface must be voxel or smooth, got "round"/],
    ];
    for (const [options, message] of wrong) {
      const outcome =
        await conduct(session, volume, { interface: 'smooth', ...options }).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(SpecError);
      expect((outcome as Error).message).toMatch(message);
    }
  });
});

describe('conduct laws', () => {
  it('[law] one conducting phase: the same M by phase, by conductivity, and along the general path', async () => {
    const session = await testSession();
    const volume = random([20, 21, 22], 5);
    const tolerance = 1e-8;
    // With levels of parts an iteration more or less, by rounding alone, changes the residual tenfold.
    const plain = await mFactor(session, volume, { phase: 1, tolerance, coarsening: 'blocks' });
    const named =
      await conduct(session, volume, { phase: 1, conductivity: { 1: 2.5, 2: 0 }, tolerance, coarsening: 'blocks' });
    expect(named.mFactor).toBe(plain.mFactor);
    expect(named.effectiveConductivity).toBe(2.5 * plain.mFactor);
    expect(named.tortuosityFactor).toBe(plain.tortuosityFactor);
    const alone = await conduct(session, volume, { conductivity: { 1: 2.5 }, tolerance });
    expect(alone).toMatchObject({ phase: null, mFactor: null, tortuosityFactor: null, referenceConductivity: 2.5 });
    // Voxels that are cubic but for rounding take the general path.
    const general = await mFactor(
      session, { ...volume, voxelSizeUm: [0.2, 0.2, 0.2 * (1 + 1e-12)] }, { phase: 1, tolerance, coarsening: 'blocks' },
    );
    expect(Math.abs(general.mFactor / plain.mFactor - 1)).toBeLessThan(1e-7);
    expect(general.unknowns).toBe(plain.unknowns);
    expect(general.flux.inlet).toBeCloseTo(plain.flux.inlet, 4);
    // One iterates over red alone, the other over all voxels: an iteration more or less changes the residual tenfold.
    expect(general.residual / plain.residual).toBeGreaterThan(0.02);
    expect(general.residual / plain.residual).toBeLessThan(50);
  });

  it('[law] the unit of σ and of lengths does not matter; the reference does', async () => {
    const session = await testSession();
    const volume = random([16, 17, 18], 6, [0.2, 0.3, 0.1]);
    const options = { conductivity: { 1: 1, 2: 0.1, 3: 0.01 }, tolerance: 1e-7, meanFlux: true };
    const base = await conduct(session, volume, options);
    const longer = await conduct(session, { ...volume, voxelSizeUm: [0.4, 0.6, 0.2] }, options);
    expect(longer.effectiveConductivity).toBe(base.effectiveConductivity);
    const relative = await conduct(session, volume, { ...options, phase: 2 });
    expect(relative.mFactor! / base.effectiveConductivity).toBeCloseTo(10, 10);
    expect(relative.effectiveConductivity / base.effectiveConductivity).toBeCloseTo(1, 12);
    for (const axis of ['z', 'y', 'x'] as const) {
      expect(relative.meanFlux![axis] / base.meanFlux![axis]).toBeCloseTo(10, 6);
    }
    expect(relative.bounds.wiener / base.bounds.wiener).toBeCloseTo(10, 12);
    expect(relative.volumeFraction)
      .toBeCloseTo(volume.labels.filter((label) => label === 2).length / volume.labels.length, 14);
    expect(base.volumeFraction).toBeCloseTo(1, 14);
  });

  it('[law] turned with its voxels, a volume keeps its conductivity', async () => {
    const session = await testSession();
    const { labels, shape: [nz, ny, nx] } = random([14, 15, 16], 7);
    const volume = { labels, shape: [nz, ny, nx] as const, voxelSizeUm: [0.2, 0.3, 0.1] as const };
    const turned = volumeOf([nx, nz, ny], (a, b, c) => labels[(b * ny + c) * nx + a], [0.1, 0.2, 0.3]);
    for (const boundary of ['dirichlet', 'periodic'] as const) {
      const options = { conductivity: { 1: 1, 2: 0.1 }, tolerance: 1e-8, boundary };
      for (const [axis, now] of [['x', 'z'], ['z', 'y'], ['y', 'x']] as [Axis, Axis][]) {
        const [one, other] = [
          await conduct(session, volume, { ...options, axis }),
          await conduct(session, turned, { ...options, axis: now }),
        ];
        expect(Math.abs(one.effectiveConductivity / other.effectiveConductivity - 1)).toBeLessThan(1e-6);
      }
    }
  });

  it('[law] periodic: rolled volumes have the same conductivity', async () => {
    const session = await testSession();
    const shape: Shape = [12, 14, 16];
    const { labels } = random(shape, 8);
    const options = { conductivity: { 1: 1, 2: 0.05 }, boundary: 'periodic', tolerance: 1e-8 } as const;
    const rolled = volumeOf(shape, (z, y, x) => labels[(((z + 5) % 12) * 14 + ((y + 3) % 14)) * 16 + ((x + 10) % 16)]);
    const [one, other] = [
      await conduct(session, { labels, shape, voxelSizeUm: null }, options), await conduct(session, rolled, options),
    ];
    expect(Math.abs(one.effectiveConductivity / other.effectiveConductivity - 1)).toBeLessThan(1e-6);
  });

  it('[exact] fields of parallel columns: potential linear, flux σ everywhere, ' +
      'the better tenth carries its share', async () => {
    const session = await testSession();
    const shape: Shape = [8, 10, 6];
    const volume = volumeOf(shape, (_z, y) => (y === 4 ? 1 : 2), [0.3, 0.1, 0.2]);
    for (const axis of ['z', 'x'] as const) {
      for (const boundary of ['dirichlet', 'periodic'] as const) {
        const { fields, meanFlux, narrowShare } =
          await conduct(session, volume, { conductivity: { 1: 8, 2: 2 }, axis, boundary, fields: true });
        const [nz, ny, nx] = shape;
        volume.labels.forEach((label, i) => {
          const [along, n] = axis === 'z' ? [Math.floor(i / (ny * nx)), nz] : [i % nx, nx];
          expect(fields!.potential[i]).toBeCloseTo(1 - (along + 0.5) / n, 6);
          expect(fields!.flux[i]).toBeCloseTo(label === 1 ? 1 : 0.25, 6);
        });
        expect(meanFlux).toEqual({ z: 0, y: 0, x: 0, [axis]: expect.closeTo(0.325, 6) });
        expect(narrowShare!.mean).toBeCloseTo(0.1 / 0.325, 5);
      }
    }
  });

  it('[law] fields: the potential falls from 1 to 0, the flux averages to σ_eff, ' +
      'nothing where nothing conducts', async () => {
    const session = await testSession();
    const shape: Shape = [30, 21, 18];
    const { labels } = random(shape, 9);
    const volume = { labels, shape, voxelSizeUm: null };
    const result = await mFactor(session, volume, { phase: 1, axis: 'y', fields: true, tolerance: 1e-8 });
    const { potential, flux } = result.fields!;
    let [carrying, insulating] = [0, 0];
    labels.forEach((label, i) => {
      if (Number.isNaN(potential[i])) {
        expect(flux[i]).toBe(0);
        insulating++;
      } else {
        expect(label).toBe(1);
        expect(potential[i]).toBeGreaterThan(0);
        expect(potential[i]).toBeLessThan(1);
        carrying++;
      }
    });
    expect([carrying, insulating]).toEqual([result.unknowns, labels.length - result.unknowns]);
    expect(result.meanFlux!.y).toBeCloseTo(result.mFactor, 5);
    expect(result.flux.inlet).toBeCloseTo(result.mFactor, 5);
    expect(result.narrowShare!.mean).toBeGreaterThan(0.1);
    expect(result.narrowShare!.highest).toBeGreaterThanOrEqual(result.narrowShare!.mean);
    const blocked = await mFactor(session, volumeOf([6, 6, 6], (z) => (z === 3 ? 2 : 1)), { phase: 1, fields: true });
    expect(blocked).toMatchObject({ mFactor: 0, narrowShare: null, meanFlux: { z: 0, y: 0, x: 0 } });
    expect(blocked.fields!.potential.every(Number.isNaN)).toBe(true);
  });

  it('[oracle] the residual is that of the Dirichlet system at the potential, ' +
      'over the norm of its right-hand side', async () => {
    const session = await testSession();
    const shape: Shape = [14, 15, 16];
    const [nz, ny, nx] = shape;
    const volume = random(shape, 11);
    const { fields, residual } = await mFactor(session, volume, { phase: 1, tolerance: 0.05, fields: true });
    const u = fields!.potential;
    let [square, right] = [0, 0];
    u.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
      let r = (z === 0 ? 2 * (1 - value) : 0) - (z === nz - 1 ? 2 * value : 0);
      if (z === 0) right += 4;
      for (
        const [inside, j] of [
          [z > 0, i - ny * nx], [z < nz - 1, i + ny * nx], [y > 0, i - nx], [y < ny - 1, i + nx], [x > 0, i - 1],
          [x < nx - 1, i + 1],
        ] as const
      ) {
        if (inside && !Number.isNaN(u[j])) r += u[j] - value;
      }
      square += r * r;
    });
    expect(residual).toBeGreaterThan(1e-4);
    expect(Math.sqrt(square / right) / residual).toBeCloseTo(1, 3);
  });

  it('[law] says its memory beforehand', async () => {
    const session = await testSession();
    const volume = random([40, 41, 42], 10);
    // Memory for connected parts follows from the structure.
    for (const needs of [{ phase: 1 }, { phase: 1, fields: true }, {
      conductivity: { 1: 1, 2: 0.1 }, axis: 'x', fields: true,
    }, { phase: 2, boundary: 'periodic', meanFlux: true },
      { phase: 1, interface: 'smooth' }, {
        phase: 1, interface: 'smooth', levelSet: Float32Array.from(volume.labels, (label) => (label === 1 ? 1 : -1)),
      }] as Partial<ConductOptions>[]) {
      const options = { ...needs, coarsening: 'blocks' } as const;
      const bytes = peakBytes(conductPlan(volume.shape, session.threads, options)) + 2 ** 17;
      expect((await conduct(session, volume, options)).peakBytes).toBe(bytes);
      const small = await testSession({ memoryBytes: bytes - 65536 });
      await expect(conduct(small, volume, options)).rejects.toThrow(CapacityError);
    }
  });
});

describe('conduct on bad input', () => {
  it('says where, what was expected, what was found and what to do', async () => {
    const session = await testSession();
    const volume = volumeOf([4, 4, 4], (z) => 1 + (z % 2));
    const wrong: [Partial<ConductOptions>, RegExp][] = [
      [{}, /expected a phase or a conductivity per label, found neither; give/],
      [{ conductivity: { 1: 1, 7: 1 } }, /label 7 does not occur in the image; it has 1, 2/],
      [{ conductivity: { 1: -1 } }, /conductivity of label 1 must be a finite number ≥ 0, got -1/],
      [{ conductivity: { 1: 1, 2: Infinity } }, /conductivity of label 2 must be a finite number ≥ 0, got Infinity/],
      [{ conductivity: { 1: NaN } }, /label 1 .*got NaN/],
      [{ conductivity: { 1: 0, 2: 0 } }, /no label conducts; expected at least one/],
      [{ conductivity: {} }, /no label conducts/],
      [
        { conductivity: { 1: 1, 2: 1e-9 } },
        /from 1e-9 \(label 2\) to 1 \(label 1\) differ by more than a factor of 1e\+8.*set the smallest to 0/,
      ],
      [{ phase: 2, conductivity: { 1: 1 } }, /relative to phase 2, which has no conductivity/],
      [{ phase: 1, boundary: 'neumann' as 'periodic' }, /boundary must be dirichlet or periodic, got "neumann"/],
      [{ phase: 1, tolerance: 0 }, /tolerance is the relative error of M and must be > 0, got 0/],
    ];
    for (const [options, message] of wrong) {
      const outcome = await conduct(session, volume, options).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(SpecError);
      expect((outcome as Error).message).toMatch(message);
    }
  });
});
describe('more conductivities than a byte per face can tell apart', () => {
  const SIZE: Shape = [9, 10, 11];
  /** 50 labels, and conductivities over three decades. */
  const many = (): { labels: Uint8Array; conductivity: Record<number, number> } => {
    const draw = uniform(5);
    const labels = Uint8Array.from({ length: voxelCount(SIZE) }, () => Math.floor(51 * draw()));
    const conductivity = Object.fromEntries(Array.from({ length: 50 }, (_, k) => [k + 1, 10 ** (-3 * draw())]));
    return { labels, conductivity };
  };

  it.each([
    {}, { axis: 'y', boundary: 'periodic' }, { axis: 'x', coarsening: 'parts' }, { axis: 'y', coarsening: 'blocks' },
  ] as const)('[oracle] 50 labels of 50 conductivities: %j', async (options) => {
    const session = await testSession();
    const { labels, conductivity } = many();
    const result = await conduct(session, { labels, shape: SIZE, voxelSizeUm: [0.2, 0.3, 0.2] }, {
      conductivity, tolerance: 1e-8, meanFlux: true, ...options
    });
    const { axis = 'z' } = { ...options } as { axis?: Axis };
    const expected = referenceConduction(labels, SIZE, conductivity, {
      axis: axisIndex(axis), edges: [0.2, 0.3, 0.2], periodic: 'boundary' in options,
    });
    expect(result.converged).toBe(true);
    expect(Math.abs(result.effectiveConductivity / expected.effective - 1)).toBeLessThan(1e-6);
    Object.values(result.meanFlux!).forEach((flux, k) =>
      expect(Math.abs(flux * result.referenceConductivity - expected.meanFlux[k]))
        .toBeLessThan(1e-4 * expected.effective));
  });

  it('[exact] layers of 60 conductivities: harmonic mean across, arithmetic along', async () => {
    const session = await testSession();
    const sigma = Array.from({ length: 60 }, (_, k) => 1 + k / 7);
    const volume = volumeOf([60, 4, 5], (z) => z + 1);
    const conductivity = Object.fromEntries(sigma.map((value, k) => [k + 1, value]));
    const across = await conduct(session, volume, { conductivity, tolerance: 1e-8 });
    const along = await conduct(session, volume, { conductivity, axis: 'x', tolerance: 1e-8 });
    expect(across.effectiveConductivity).toBeCloseTo(60 / sigma.reduce((sum, value) => sum + 1 / value, 0), 5);
    expect(along.effectiveConductivity).toBeCloseTo(sigma.reduce((sum, value) => sum + value, 0) / 60, 5);
  });

  it('[law] says its memory beforehand, and the same bits for any number of threads', async () => {
    const { labels, conductivity } = many();
    const results = await forEachThreadCount(
      (session) => conduct(session, { labels, shape: SIZE, voxelSizeUm: null }, { conductivity }),
    );
    for (const { effectiveConductivity, iterations, flux } of results) {
      expect({ effectiveConductivity, iterations, flux }).toEqual({
        effectiveConductivity: results[0].effectiveConductivity, iterations: results[0].iterations,
        flux: results[0].flux,
      });
    }
    const planned = peakBytes(conductPlan(SIZE, 1, { conductivity, coarsening: 'blocks' }));
    const session = await testSession({ threads: 1 });
    const { peakBytes: used } =
      await conduct(session, { labels, shape: SIZE, voxelSizeUm: null }, { conductivity, coarsening: 'blocks' });
    expect(used).toBeLessThanOrEqual(planned + 2 ** 17);
  });
});

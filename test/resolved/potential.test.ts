import { describe, expect, it } from 'vitest';
import { LABEL_COLLECTOR, LABEL_FLOATING } from '../../assembly/layout.js';
import { FARADAY, thermalSlope } from '../../src/cell/constants.js';
import { expression } from '../../src/cell/curves/expression.js';
import { newmanExchange } from '../../src/cell/exchange-current/newman.js';
import { overpotential } from '../../src/cell/p2d/butler-volmer.js';
import { SpecError } from '../../src/core/errors.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import {
  crossSection, electrodeImage, isElectrolyte, isSolid, isWired, type ElectrodeImage, type ElectrodeImageOptions,
  type ElectrodeMaterials,
} from '../../src/resolved/electrode.js';
import { POTENTIAL_DEFAULTS, type Potentials } from '../../src/resolved/potential.js';
import { potentialsPlan, preparePotentials } from '../../src/resolved/prepare.js';
import type { Session } from '../../src/runtime/session.js';
import { randomLabels, uniform } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';

const U = expression(
  '-0.8090*x + 4.4875 - 0.0428*tanh(18.5138*(x-0.5542)) - 17.7326*tanh(15.7890*(x-0.3117)) + ' +
    '17.5842*tanh(15.9308*(x-0.3120))',
);
const i0 = newmanExchange(1);
const MATERIALS: ElectrodeMaterials = {
  temperature: 298.15, thermal: thermalSlope(298.15), electrolyte: 0.045, active: 91, carbon: null, potential: U,
  exchange: { value: (x) => i0.value(x, 1), slope: (x) => i0.slopeInSolid(x, 1), domain: null, constant: null },
  diffusivity: { value: () => 1e-14, slope: () => 0, domain: null, constant: 1e-14 }, alpha: 0.5, film: 0,
  maximumConcentration: 5e4, stoichiometry: 0.27, window: [0, 1], separator: 0, contact: 0, foil: null,
  voltageLimits: [3, 4.3],
};

interface Case {
  readonly labels: Uint8Array;
  readonly shape: Shape;
  readonly edges?: readonly [number, number, number];
  readonly materials?: Partial<ElectrodeMaterials>;
  readonly image?: Partial<ElectrodeImageOptions>;
  readonly area?: 'faces' | 'corrected';
  readonly tolerance?: number;
}

/** Runs `body` on an electrode whose faces stand at x = 0.27 … and do not answer to the current. */
async function withElectrode<T>(
  session: Session,
  { labels, shape, edges = [0.2, 0.2, 0.2], materials = {}, image: chosen, area = 'faces', tolerance = 1e-9 }: Case,
  body: (found: Potentials, image: ElectrodeImage, materials: ElectrodeMaterials) => Promise<T>,
  filling: (k: number) => number = () => 0.27,
): Promise<T> {
  const image = electrodeImage('test', { labels, shape, voxelSizeUm: edges }, chosen);
  const options = { ...POTENTIAL_DEFAULTS, area, tolerance };
  const all = { ...MATERIALS, ...materials };
  return session.run('potentials', potentialsPlan(image.shape, session.threads, options), 0, {}, async (frame) => {
    const found = await preparePotentials('test', frame, image, all, options);
    await frame.write(found.reaction.base, Float64Array.from({ length: found.faces.count }, (_, k) => filling(k)));
    await frame.write(found.reaction.slope, new Float64Array(found.faces.count));
    return body(found, image, all);
  });
}

/** Layers of electrolyte and active material across z. */
function layers(counts: readonly (readonly [label: number, planes: number])[], ny: number, nx: number): Case {
  const labels = counts.flatMap(([label, planes]) => Array<number>(planes * ny * nx).fill(label));
  return { labels: Uint8Array.from(labels), shape: [labels.length / (ny * nx), ny, nx] };
}

/** j of a face by halving. */
function currentOf(rise: number, x: number, resistance: number, { thermal, alpha }: ElectrodeMaterials): number {
  let [low, high] = [-1e5, 1e5];
  for (let k = 0; k < 200; k++) {
    const j = (low + high) / 2;
    if (j * resistance + U.value(x) + overpotential(j / i0.value(x, 1), alpha, thermal) > rise) high = j;
    else low = j;
  }
  return (low + high) / 2;
}

/** What every voxel gets and does not pass on, in A, from potentials alone. @returns largest over the current of a
 *  voxel's column, and Σ of the reaction */
function leftOver(
  u: Float64Array, { shape: [nz, ny, nx], labels, edges }: ElectrodeImage, materials: ElectrodeMaterials,
  current: number, x: number,
): { worst: number; reaction: number } {
  const area = [edges[1] * edges[2], edges[0] * edges[2], edges[0] * edges[1]];
  const { electrolyte, active, carbon } = materials;
  // Of the collector nothing is looked at but what solids pass to it, over half a voxel of theirs.
  const best = Infinity;
  const sigma = (label: number): number => [0, electrolyte, active, carbon ?? 0, electrolyte, best][label];
  const strides = [ny * nx, nx, 1];
  const left = new Float64Array(u.length);
  let reaction = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let c = 0; c < nx; c++) {
        const i = (z * ny + y) * nx + c;
        [z, y, c].forEach((at, axis) => {
          if (at === 0) return;
          const k = i - strides[axis];
          const [a, b] = [labels[i], labels[k]];
          // The collector is one potential; what it takes is not looked at voxel by voxel.
          if (a === LABEL_COLLECTOR && b === LABEL_COLLECTOR) return;
          let flow = 0;
          if (isSolid(a) && a > 0 && b > 0 && isSolid(b)) {
            const g = 2 / (1 / sigma(a) + 1 / sigma(b));
            flow = g * (area[axis] / edges[axis]) * (u[k] - u[i]);
          } else if (isElectrolyte(a) && isElectrolyte(b)) {
            flow = materials.electrolyte * (area[axis] / edges[axis]) * (u[k] - u[i]);
          } else if ((a === 2 && isElectrolyte(b)) || (b === 2 && isElectrolyte(a))) {
            const [s, e] = a === 2 ? [i, k] : [k, i];
            const half = (edges[axis] / 2) * (1 / materials.active + 1 / materials.electrolyte);
            const j = currentOf(u[s] - u[e], x, materials.film + half, materials);
            reaction += j * area[axis];
            flow = s === i ? -j * area[axis] : j * area[axis];
          }
          left[i] += flow;
          left[k] -= flow;
        });
        if (z === 0 && isElectrolyte(labels[i])) {
          left[i] -= 2 * materials.electrolyte * (area[0] / edges[0]) * u[i];
        }
      }
    }
  }
  const worst = left.reduce((most, value, i) => (
    labels[i] === LABEL_COLLECTOR ? most : Math.max(most, Math.abs(value))
  ), 0);
  return { worst: worst / (Math.abs(current) * area[0]), reaction };
}

const session = await testSession();
const CURRENT = 24;

describe('potentials of an electrode', () => {
  it('[exact] planar electrolyte and active material: V is U + η less ohmic drops, for either current', async () => {
    const planar = layers([[1, 10], [2, 10]], 2, 3);
    const image = { separatorPlanes: 0 };
    for (const current of [5, 50, -20]) {
      const { voltage, balance, converged } = await withElectrode(
        session, { ...planar, edges: [1, 0.5, 0.7], image }, ({ solve }) => solve(current),
      );
      const eta = overpotential(-current / i0.value(0.27, 1), 0.5, MATERIALS.thermal);
      const exact = U.value(0.27) + eta - current * (1e-5 / 0.045 + 1e-5 / 91);
      expect(converged).toBe(true);
      expect(Math.abs(voltage - exact)).toBeLessThan(3e-9);
      expect(Math.abs(balance)).toBeLessThan(1e-13);
      if (current === 5) expect(Math.abs(voltage - 4.18148753)).toBeLessThan(2e-8);
    }
  });

  it('[exact] planes of separator before it add their resistance, a film its own, at an uneven α', async () => {
    const planar = layers([[1, 3], [2, 4]], 2, 2);
    const materials = { film: 2e-3, alpha: 0.35, temperature: 320, thermal: FARADAY / (8.314462618 * 320) };
    const { voltage } = await withElectrode(
      session, { ...planar, materials, image: { separatorPlanes: 5 } }, ({ solve }) => solve(CURRENT),
    );
    const eta = overpotential(-CURRENT / i0.value(0.27, 1), 0.35, materials.thermal);
    const exact = U.value(0.27) + eta - CURRENT * (8 * 2e-7 / 0.045 + 4 * 2e-7 / 91 + 2e-3);
    expect(Math.abs(voltage - exact)).toBeLessThan(3e-9);
  });

  it('[oracle] in any structure every voxel passes on what it gets, by the law of each face', async () => {
    for (const [seed, carbon, size] of [[1, null, 0.2], [2, 3, 2], [3, null, 0.05]] as const) {
      const shape: Shape = [9, 7, 8];
      const fractions: Record<number, number> =
        carbon === null ? { 0: 0.1, 1: 0.45, 2: 0.45 } : { 0: 0.1, 1: 0.4, 2: 0.4, 3: 0.1 };
      const labels = randomLabels(shape, fractions, seed, 1);
      const materials = { carbon: carbon === null ? null : 500 };
      const edges = [size, size, 1.3 * size] as const;
      await withElectrode(
        session, { labels, shape, edges, materials, image: { carbon, separatorPlanes: 2 }, tolerance: 1e-13 },
        async (found, image, all) => {
          const { converged, balance } = await found.solve(CURRENT);
          expect(converged).toBe(true);
          expect(Math.abs(balance)).toBeLessThan(1e-13);
          expect(found.labels.some((label) => (label & LABEL_FLOATING) !== 0)).toBe(true);
          const { worst, reaction } = leftOver(await found.read(), image, all, CURRENT, 0.27);
          expect(worst).toBeLessThan(2e-5);
          expect(Math.abs(reaction / (-CURRENT * crossSection(image)) - 1)).toBeLessThan(1e-6);
        },
      );
    }
  });

  it('[law] the same bits for any number of threads, and again from what was saved', async () => {
    const shape: Shape = [11, 9, 10];
    const labels = randomLabels(shape, { 0: 0.05, 1: 0.45, 2: 0.5 }, 8, 2);
    const random = uniform(5);
    const fill = Array.from({ length: 6 * voxelCount(shape) }, () => 0.3 + 0.4 * random());
    const runs = await forEachThreadCount((each) => withElectrode(
      each, { labels, shape, area: 'corrected' }, async (found) => {
        const first = await found.solve(CURRENT);
        const saved = await found.save();
        const next = await found.solve(2 * CURRENT);
        await found.load(saved);
        return { first, saved, next, again: await found.solve(2 * CURRENT), fields: await found.read() };
      }, (k) => fill[k],
    ));
    expect(runs[0].again).toEqual(runs[0].next);
    for (const run of runs.slice(1)) expect(run).toEqual(runs[0]);
  });

  it('[law] without current nothing reacts where all is filled alike, and V is U', async () => {
    const shape: Shape = [8, 6, 6];
    const labels = randomLabels(shape, { 1: 0.5, 2: 0.5 }, 4, 1);
    const { voltage, balance } = await withElectrode(session, { labels, shape }, ({ solve }) => solve(0));
    expect(Math.abs(voltage - U.value(0.27))).toBeLessThan(1e-9);
    expect(Math.abs(balance)).toBeLessThan(1e-12);
  });

  it('[law] what enters a piece that floats leaves it on its other side', async () => {
    // A grain of active material in electrolyte, cut off from the collector.
    const shape: Shape = [8, 5, 5];
    const labels = new Uint8Array(voxelCount(shape)).fill(1);
    labels.fill(2, 6 * 25);
    for (const z of [2, 3]) labels[z * 25 + 12] = 2;
    const given = { labels, shape, image: { separatorPlanes: 1 }, tolerance: 1e-13 };
    await withElectrode(session, given, async (found, image, materials) => {
      await found.solve(CURRENT);
      const floating = [...found.labels].flatMap((label, k) => (label === (2 | LABEL_FLOATING) ? [k] : []));
      expect(floating.length).toBe(2);
      const u = await found.read();
      // Lithium enters on the side of the separator and leaves on the other.
      const drops = floating.map((k, side) => u[k] - u[k + (side === 0 ? -25 : 25)]);
      expect(drops[0]).toBeLessThan(U.value(0.27));
      expect(drops[1]).toBeGreaterThan(U.value(0.27));
      expect(leftOver(u, image, materials, CURRENT, 0.27).worst).toBeLessThan(2e-5);
      expect(floating.every((k) => !isWired(found.labels[k]))).toBe(true);
    });
  });

  it('[law] grains without an interface keep their potential exactly, and change nothing elsewhere', async () => {
    const shape: Shape = [9, 7, 7];
    const at = (z: number, y: number, x: number): number => (z * 7 + y) * 7 + x;
    const bare = new Uint8Array(voxelCount(shape)).fill(1);
    bare.fill(2, at(6, 0, 0));
    for (let z = 1; z < 5; z++) for (let y = 1; y < 6; y++) bare.fill(0, at(z, y, 1), at(z, y, 6));
    // Two voxels of active material and two of electrolyte, each in the middle of pores.
    const [grain, drop] = [[at(2, 3, 2), at(3, 3, 2)], [at(2, 3, 4), at(3, 3, 4)]];
    const filled = bare.slice();
    for (const k of grain) filled[k] = 2;
    for (const k of drop) filled[k] = 1;
    const solve = (labels: Uint8Array) => withElectrode(
      session, { labels, shape, image: { separatorPlanes: 1 } }, async (found) => {
        for (const current of [CURRENT, 2 * CURRENT]) expect((await found.solve(current)).converged).toBe(true);
        return (await found.read()).slice(49);
      },
    );
    const [without, u] = [await solve(bare), await solve(filled)];
    for (const [a, b] of [grain, drop]) expect(u[a]).toBe(u[b]);
    expect(Math.abs(u[grain[0]] - U.value(0.27))).toBeLessThan(1e-9);
    without.forEach((value, k) => {
      if (!Number.isNaN(value)) expect(Math.abs(u[k] - value)).toBeLessThan(1e-7);
    });
  });

  it('[law] refuses what no current can pass, by name, and what is no image of an electrode', async () => {
    const solve = (each: Case): Promise<unknown> => withElectrode(session, each, (found) => found.solve(CURRENT));
    const apart = layers([[1, 3], [0, 2], [2, 3]], 3, 3);
    await expect(solve(apart)).rejects.toThrow(/meet nowhere/);
    const cut = layers([[0, 1], [1, 3], [2, 3]], 3, 3);
    await expect(solve(cut)).rejects.toThrow(/no electrolyte hangs together with the separator/);
    const loose = layers([[1, 3], [2, 3], [0, 1]], 3, 3);
    await expect(solve(loose)).rejects.toThrow(/no active material hangs together with the collector/);
    const flipped = layers([[2, 3], [1, 3]], 3, 3);
    await expect(solve(flipped)).rejects.toThrow(SpecError);
    expect((await withElectrode(
      session, { ...flipped, image: { separator: 'high' } }, (found) => found.solve(CURRENT),
    )).converged).toBe(true);
    await expect(solve({ ...flipped, image: { active: 7 } })).rejects.toThrow(/label of active material, 7/);
    await expect(solve({ ...flipped, image: { active: 1 } })).rejects.toThrow(/label 1, which another phase has/);
    await expect(solve({ ...flipped, image: { separatorPlanes: -1 } })).rejects.toThrow(/separatorPlanes/);
  });

  it('[exact] any axis, from either side, is the same electrode turned', async () => {
    const shape: Shape = [5, 6, 7];
    const labels = randomLabels(shape, { 0: 0.05, 1: 0.45, 2: 0.5 }, 12, 1);
    const straight = await withElectrode(session, { labels, shape }, ({ solve }) => solve(CURRENT));
    // Along y, and from its high face.
    const turned = new Uint8Array(labels.length);
    for (let z = 0; z < 5; z++) {
      for (let y = 0; y < 6; y++) {
        for (let x = 0; x < 7; x++) turned[(y * 5 + (4 - z)) * 7 + x] = labels[(z * 6 + y) * 7 + x];
      }
    }
    const other = await withElectrode(
      session, { labels: turned, shape: [6, 5, 7], image: { axis: 'y', separator: 'high' } },
      ({ solve }) => solve(CURRENT),
    );
    expect(other).toEqual(straight);
  });
});

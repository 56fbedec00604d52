import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REACTION_PIECE } from '../../assembly/layout.js';
import { FARADAY, GAS_CONSTANT } from '../../src/cell/constants.js';
import { expression } from '../../src/cell/curves/expression.js';
import { table } from '../../src/cell/curves/table.js';
import { newmanExchange } from '../../src/cell/exchange-current/newman.js';
import { latzExchange } from '../../src/cell/exchange-current/latz.js';
import type { Curve } from '../../src/cell/curves/curve.js';
import { overpotential } from '../../src/cell/p2d/butler-volmer.js';
import { prepareReaction, reactionPlan, type ReactionLaw } from '../../src/kernels/reaction.js';
import { tableOf, tableValue } from '../../src/resolved/curve-table.js';
import { named } from '../../src/runtime/plan.js';
import type { Session } from '../../src/runtime/session.js';
import { uniform } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';

/** Chen et al. 2020, NMC811. */
const U = expression(
  '-0.8090*x + 4.4875 - 0.0428*tanh(18.5138*(x-0.5542)) - 17.7326*tanh(15.7890*(x-0.3117)) + ' +
    '17.5842*tanh(15.9308*(x-0.3120))',
);
const THERMAL = FARADAY / (GAS_CONSTANT * 298.15);
const exchangeCurve = (law: ReturnType<typeof newmanExchange>): Curve => ({
  value: (x) => law.value(x, 1), slope: (x) => law.slopeInSolid(x, 1), domain: null, constant: null,
});
const VOLTS = { tolerance: 1e-9, relative: false, range: [0, 1] } as const;
const SHARE = { tolerance: 1e-8, relative: true, range: [0.01, 0.99] } as const;

describe('curve tables', () => {
  it('[exact] smooth potentials and exchange currents within 1e-9 V and 1e-8 between the nodes, too', () => {
    const random = uniform(3);
    for (const [curve, goal] of [
      [U, VOLTS], [exchangeCurve(newmanExchange(2)), SHARE], [exchangeCurve(latzExchange(2)), SHARE],
      // Xu et al. 2019, whose end is steep.
      [expression('4.3452 - 1.6518*x + 1.6225*x**2 - 2.0843*x**3 + 3.5146*x**4 - 2.2166*x**5 - ' +
        '0.5623e-4*exp(109.451*x - 100.006)'), VOLTS],
    ] as const) {
      const made = tableOf(curve, goal);
      expect(made.error).toBeLessThanOrEqual(goal.tolerance);
      for (let k = 0; k < 2000; k++) {
        const x = goal.range[0] + (goal.range[1] - goal.range[0]) * random();
        const size = goal.relative ? Math.abs(curve.value(x)) : 1;
        expect(Math.abs(tableValue(made, x) - curve.value(x)) / size).toBeLessThan(1.1 * goal.tolerance);
      }
    }
  });

  it('[law] says by how much a table of few points is missed, and where', () => {
    const kinked = table([0, 0.3, 0.31, 1], [4.2, 4.0, 3.7, 3.6]);
    const made = tableOf(kinked, VOLTS);
    expect(made.error).toBeGreaterThan(1e-9);
    expect(made.error).toBeLessThan(1e-5);
    expect([0.3, 0.31].some((knot) => Math.abs(knot - made.at) < 1 / made.cells)).toBe(true);
  });

  it('[law] stay above 0 and monotone where the curve has no slope at its end', () => {
    const made = tableOf(exchangeCurve(newmanExchange(1)), SHARE);
    let last = tableValue(made, 0);
    expect(last).toBeGreaterThan(0);
    for (let x = 0; x < 4 / made.cells; x += 0.01 / made.cells) {
      expect(tableValue(made, x)).toBeGreaterThanOrEqual(last);
      last = tableValue(made, x);
    }
  });
});

interface Face {
  readonly rise: number;
  readonly base: number;
  readonly slope: number;
  readonly weight: number;
}

const area = [4e-14, 5e-14, 6e-14] as const;
const lawOf = (curves: { potential: Curve; exchange: Curve }, more: Partial<ReactionLaw> = {}): ReactionLaw => ({
  potential: tableOf(curves.potential, VOLTS), exchange: tableOf(curves.exchange, SHARE), alpha: 0.5, thermal: THERMAL,
  film: 1e-4, half: [2e-6, 3e-6, 4e-6], area, unit: 1e6, ...more,
});

/** Faces that have two voxels of their own each, in turns of the six classes. */
async function solved(session: Session, faces: readonly Face[], law: ReactionLaw) {
  const count = faces.length;
  const leases =
    named({ active: 4 * count, electrolyte: 4 * count, weight: 4 * count, labels: 2 * count, u: 16 * count });
  const classes = Array.from({ length: 7 }, (_, k) => Math.round((k * count) / 6)) as
    [number, number, number, number, number, number, number];
  const plan = { leases: [...leases, ...reactionPlan(count, law)] };
  return session.run('reaction', plan, 0, {}, async (frame) => {
    const { active, electrolyte, weight, labels, u } = frame.take(leases);
    await frame.write(active, Uint32Array.from(faces, (_, k) => 2 * k));
    await frame.write(electrolyte, Uint32Array.from(faces, (_, k) => 2 * k + 1));
    await frame.write(weight, Float32Array.from(faces, (face) => face.weight));
    await frame.fill(labels, 0);
    await frame.write(u, Float64Array.from({ length: 2 * count }, (_, k) => (k % 2 ? 0 : faces[k / 2].rise - 3)));
    const reaction = await prepareReaction(frame, { active, electrolyte, weight, count, classes }, law);
    await frame.write(reaction.base, Float64Array.from(faces, ({ base }) => base));
    await frame.write(reaction.slope, Float64Array.from(faces, ({ slope }) => slope));
    const state = { labels, potential: u, reference: 3 };
    const sums = await reaction.solve(state);
    const records = await frame.read(reaction.conductances, Float32Array, 2 * count);
    const current = await frame.read(reaction.current, Float64Array, count);
    const shifted = await reaction.shift(state, 1e-6);
    return { sums, current, conductance: records.filter((_, k) => k % 2 === 1), classes, shifted };
  });
}

/** j by halving, from the curves themselves. */
function twin(
  { rise, base, slope, weight }: Face, axis: number, law: ReactionLaw,
  curves: { readonly potential: Curve; readonly exchange: Curve },
): number {
  const clip = (x: number): number => Math.min(Math.max(x, 1e-9), 1 - 1e-9);
  const excess = (j: number): number => {
    const x = base + slope * j;
    const s = j / curves.exchange.value(clip(x));
    return j * (law.film + weight * law.half[axis]) + curves.potential.value(x) +
      overpotential(s, law.alpha, law.thermal) - rise;
  };
  let [low, high] = [-1e4, 1e4];
  for (let k = 0; k < 200; k++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

describe('the reaction on faces', () => {
  const session = testSession();
  const curves = { potential: U, exchange: exchangeCurve(newmanExchange(2)) };

  it('[oracle] currents are those of halving, for any face and α, and conductances their slopes', async () => {
    await fc.assert(fc.asyncProperty(
      fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(0.5, 0.3, 0.62), async (seed, alpha) => {
        const random = uniform(seed);
        const faces = Array.from({ length: 30 }, () => {
          const base = 0.1 + 0.8 * random();
          return {
            base, slope: -random() * 0.02, weight: Math.fround(0.57 + 0.43 * random()),
            rise: U.value(base) + 0.6 * (random() - 0.5),
          };
        });
        const law = lawOf(curves, { alpha });
        const { current, conductance, classes, sums } = await solved(await session, faces, law);
        expect(sums.failed).toBe(0);
        faces.forEach((face, k) => {
          const axis = classes.findIndex((end, kind) => kind > 0 && k < end) - 1 >> 1;
          const x = face.base + face.slope * current[k];
          // Where lithium runs out or fills up, the table of i0 has its own end.
          if (x < 0.01 || x > 0.99) return;
          const at = (rise: number): number => twin({ ...face, rise }, axis, law, curves);
          const slope = (at(face.rise + 1e-5) - at(face.rise - 1e-5)) / 2e-5;
          expect(Math.abs(current[k] - at(face.rise)) / slope).toBeLessThan(5e-9);
          const wA = face.weight * area[axis] * law.unit;
          expect(Math.abs(conductance[k] / (wA * slope) - 1)).toBeLessThan(1e-4);
        });
      },
    ), { numRuns: 20 });
  });

  it('[law] ends for any potentials and fillings, far beyond what an electrode meets', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
      const random = uniform(seed);
      const faces = Array.from({ length: 60 }, () => ({
        base: -0.5 + 2 * random(), slope: -(10 ** (4 * random() - 4)), weight: 1, rise: 40 * (random() - 0.5),
      }));
      const { sums, current } = await solved(await session, faces, lawOf(curves, { film: 0 }));
      expect(sums.failed).toBe(0);
      expect(current.every(Number.isFinite)).toBe(true);
    }), { numRuns: 30 });
  });

  it('[law] the same bits for any number of threads; sums add up, and a shift is one of first order', async () => {
    const random = uniform(9);
    const faces = Array.from({ length: 2 * REACTION_PIECE + 77 }, () => {
      const base = 0.3 + 0.5 * random();
      return { base, slope: -0.001, weight: 0.7, rise: U.value(base) - 0.1 * random() };
    });
    const law = lawOf(curves);
    const runs = await forEachThreadCount((each) => solved(each, faces, law));
    for (const run of runs.slice(1)) expect(run).toEqual(runs[0]);
    const [{ sums, current, classes, shifted }] = runs;
    const areaOf = (k: number): number =>
      Math.fround(0.7) * area[(classes.findIndex((end, kind) => kind > 0 && k < end) - 1) >> 1];
    const total = current.reduce((sum, j, k) => sum + areaOf(k) * j, 0);
    expect(Math.abs(sums.total / total - 1)).toBeLessThan(1e-12);
    expect(sums.wired).toBe(sums.total);
    expect(Math.abs((shifted - sums.total) / (sums.slopes * 1e-6) - 1)).toBeLessThan(1e-7);
  });
});

import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../src/core/errors.js';
import { openDesign, runDesign, type DesignResult, type DesignRunOptions } from '../../src/design/run.js';
import { readDesignSpec } from '../../src/design/read-spec.js';
import { memoryStore, type StudyStore } from '../../src/study/store.js';
import type { Evaluate } from '../../src/study/work.js';
import { normals } from '../random.js';
import { testSession } from '../session.js';

const BOUNDS = 'model: chi2\nsize: 16\nparameters: {alpha: [0.05, 0.2], lambda: [0.3, 2]}\n';
const BUDGET = 'budget: {initial: 12, rounds: 3, batch: 2}\nconfirm: {realisations: 3}\n';

/** M of the solid as a known function of θ with noise from the key, in place of a simulation. */
const model = (noise: number): Evaluate => async (_session, _spec, { parameters, key }) => {
  const { alpha, lambda } = parameters as { alpha: number; lambda: number };
  const normal = normals(key.scenario * 1000 + key.realisation + 1);
  const solid = Math.exp(-lambda / 2);
  return {
    values: {
      volumeFraction2: solid + 0.1 * noise * normal(), specificSurfaceArea2: 3 * alpha, volumeFraction3: 1 - solid,
      mFactor2: solid - 20 * (alpha - 0.12) ** 2 + noise * normal(), mFactor3: 1 - solid,
    },
    problems: [], seconds: { describe: 0.01, conduct: 0.01 },
  };
};

async function design(
  text: string, options: Partial<DesignRunOptions> = {}, store: StudyStore = memoryStore(),
): Promise<DesignResult> {
  const spec = readDesignSpec(BOUNDS + BUDGET + text, 'targets.yaml');
  const study = await openDesign(spec, store, { version: '1' });
  return runDesign(study, spec, {
    threads: 1, memoryBytes: 2 ** 30, openSession: ({ threads }) => testSession({ threads: threads ?? 1 }),
    evaluate: model(0.002), ...options,
  });
}

/** Structures before the first search: the published sets of the model, and what the budget says. */
const INITIAL = 6 + 12;

const CONSTRAINED = 'maximise: mFactor2\nconstraints: [volumeFraction2 <= 0.6]\n';

describe('designs', () => {
  it('[exact] the optimum of a known function under a constraint on a closed form is found and confirmed', async () => {
    const { status, theta, confirmation, rounds, distances, rows } = await design(CONSTRAINED);
    expect(status).toBe('met');
    // .02 beside it M is .008 less.
    expect(Math.abs((theta!.alpha as number) - 0.12)).toBeLessThan(0.02);
    // ε of the solid is exp(−λ/2).
    expect(theta!.lambda as number).toBeCloseTo(-2 * Math.log(0.6), 2);
    expect(theta!.anisotropyFactor).toBe(1);
    const m = confirmation!.columns.find(({ column }) => column === 'mFactor2')!;
    expect(m.agrees).toBe(true);
    expect(Math.abs(m.mean! - 0.6)).toBeLessThan(0.01);
    expect(rounds.length).toBeLessThanOrEqual(3);
    expect(distances).toHaveLength(6);
    distances.slice(1).forEach(({ descriptors }, i) =>
      expect(descriptors).toBeGreaterThanOrEqual(distances[i].descriptors));
    expect(new Set(rows.map(({ structure }) => structure.id)).size).toBe(rows.length);
    const keys = rows.map(({ structure: { key } }) => `${key.scenario}/${key.realisation}`);
    expect(new Set(keys).size).toBe(rows.length);
  });

  it('[law] stopped after any row, a design goes on to the same θ and rows, on one session and on two', async () => {
    const whole = await design(CONSTRAINED);
    const strip = ({ rows, seconds: _seconds, ...rest }: DesignResult) =>
      ({ ...rest, rows: rows.map(({ structure, row: { values } }) => ({ structure, values })) });
    for (const after of [3, 19, 24]) {
      const store = memoryStore();
      const controller = new AbortController();
      let count = 0;
      const counted: Evaluate = async (...args) => {
        if (++count === after) controller.abort();
        return model(0.002)(...args);
      };
      await expect(design(CONSTRAINED, { evaluate: counted, signal: controller.signal }, store))
        .rejects.toThrow(CancelledError);
      let again = 0;
      const rest: Evaluate = async (...args) => {
        again++;
        return model(0.002)(...args);
      };
      const second = await design(CONSTRAINED, { evaluate: rest, threads: 2 }, store);
      expect(strip(second)).toEqual(strip(whole));
      expect(again).toBe(whole.rows.length - after);
    }
  });

  it('[law] a cancellation during a search ends it: no candidate of that search is drawn', async () => {
    const controller = new AbortController();
    const drawn: string[] = [];
    const last: Evaluate = async (session, spec, structure, run) => {
      drawn.push(structure.id);
      // Heard only where the search lets the event loop have a turn.
      if (drawn.length === INITIAL) setTimeout(() => controller.abort());
      return model(0.002)(session, spec, structure, run);
    };
    await expect(design(CONSTRAINED, { evaluate: last, signal: controller.signal })).rejects.toThrow(CancelledError);
    expect(drawn).toHaveLength(INITIAL);
  });

  it('[exact] targets in closed forms are met; those that exclude each other need no structure', async () => {
    const met = await design('targets: [volumeFraction2 = 0.5 +- 0.001, specificSurfaceArea2 = 0.5 +- 0.01]\n', {
      evaluate: async (session, spec, structure, run) => {
        const found = await model(0)(session, spec, structure, run);
        return { ...found, values: { ...found.values, specificSurfaceArea2: 0.5 } };
      },
    });
    expect(met.status).toBe('met');
    expect(met.theta!.lambda as number).toBeCloseTo(-2 * Math.log(0.5), 3);
    let evaluated = 0;
    const impossible = await design(
      'targets: [volumeFraction2 = 0.8 +- 0.01, specificSurfaceArea2 = 1.22 +- 0.01]\n' +
        'constraints: [volumeFraction3 >= 0.1]\n',
      { evaluate: async (...args) => (evaluated++, model(0)(...args)) },
    );
    expect(impossible.status).toBe('impossible');
    expect(impossible.decidedBy).toBe('closed forms');
    expect(evaluated).toBe(0);
    expect(impossible.blocking.map(({ limit }) => limit.column)).toEqual(['volumeFraction2', 'specificSurfaceArea2']);
    // Largest S of the solid at ε = .79 … .81 and α ≤ .2 per voxel of .2 µm.
    const [, high] = impossible.blocking[1].attainable;
    expect(high).toBeLessThan(1.21);
    expect(high).toBeGreaterThan(0.5);
  });

  it('[exact] limits that simulation excludes are named, and no needless one', async () => {
    const { status, blocking, decidedBy } = await design(
      'maximise: mFactor2\nconstraints:\n  - mFactor2 >= 0.45\n  - specificSurfaceArea2 >= 0.1\n' +
        '  - mFactor3 >= 0.54\n  - volumeFraction2 >= 0.2\n', {
        evaluate: async (session, spec, structure, run) => {
          const found = await model(0.002)(session, spec, structure, run);
          return { ...found, values: { ...found.values, mFactor3: 0.9 * (found.values.mFactor3 as number) } };
        },
      },
    );
    expect(status).toBe('impossible');
    expect(decidedBy).toBe('simulation');
    expect(blocking.map(({ limit }) => limit.column)).toEqual(['mFactor2', 'mFactor3']);
  });

  it('[law] two objectives have a front between their ends, and the weights choose from it', async () => {
    const text = (a: number, b: number): string =>
      `maximise: {mFactor2: ${a}, mFactor3: ${b}}\n`;
    const [first, second] = await Promise.all([design(text(10, 1)), design(text(1, 10))]);
    for (const { front, status } of [first, second]) {
      expect(status).toBe('met');
      expect(front.length).toBeGreaterThan(4);
      // Both sum to 1 less what α costs.
      for (const { columns } of front) {
        expect(columns.mFactor2.mean + columns.mFactor3.mean).toBeLessThan(1.02);
        expect(columns.mFactor2.mean + columns.mFactor3.mean).toBeGreaterThan(0.95);
      }
    }
    expect(first.theta!.lambda as number).toBeLessThan(second.theta!.lambda as number);
  });

  it('[exact] a directory of another design is refused with the settings that differ', async () => {
    const store = memoryStore();
    await design(CONSTRAINED, {}, store);
    await expect(design(CONSTRAINED.replace('0.6', '0.5'), {}, store)).rejects.toThrow(/other settings/);
  });
});

// Sensitivity of studies: plans whose rows share random numbers, and what follows from their tables.
import { describe, expect, it } from 'vitest';
import { generatedPeriod, type StructureSpec } from '../../src/structure/generate.js';
import { sensitivityReport } from '../../src/report/sensitivity.js';
import { studySensitivity, type MorrisOutput, type SobolOutput } from '../../src/sensitivity/sensitivity.js';
import { sensitivityTable } from '../../src/sensitivity/table.js';
import { drawingOf } from '../../src/study/evaluate.js';
import { countStudy, planOf, planRound1 } from '../../src/study/plans.js';
import type { RowStructure } from '../../src/study/plans/rows-plan.js';
import { parseStudySpec, type StudySpec } from '../../src/study/spec.js';
import type { StudyTable } from '../../src/study/table.js';
import { normals } from '../random.js';

const BALLS = { size: 16, phases: [2], descriptors: ['volumeFraction'], structure: { model: 'boolean' } };
const VARY = { volumeFraction: [0.4, 0.8], radius: { from: 2, to: 4, scale: 'log' } };
const morrisOf = (more: object = {}): StudySpec =>
  parseStudySpec({ ...BALLS, plan: { kind: 'morris', trajectories: 12, candidates: 50, vary: VARY, ...more } });
const sobolOf = (more: object = {}): StudySpec =>
  parseStudySpec({ ...BALLS, plan: { kind: 'sobol-indices', rows: 64, vary: VARY, ...more } });

const structuresOf = (spec: StudySpec): RowStructure[] => planRound1(spec) as RowStructure[];

/** The table of a study whose outputs are made up. @param f of share, radius and a normal number of the draw */
function tableOf(spec: StudySpec, f: (share: number, radius: number, noise: number) => number): StudyTable {
  const draws = new Map<string, number>();
  const normal = normals(3);
  const rows = structuresOf(spec).map((structure) => {
    const { parameters, key } = structure;
    const draw = `${key.scenario}/${key.realisation}`;
    if (!draws.has(draw)) draws.set(draw, normal());
    const y = f(parameters!.volumeFraction, parameters!.radius, draws.get(draw)!);
    return { ...planOf(spec).cells(structure), volumeFraction2: y, mFactor2: 0.25 };
  });
  return { columns: Object.keys(rows[0]), rows };
}

describe('plans for sensitivity', () => {
  it('[law] a trajectory moves one parameter at a time, with the same random numbers; one more draws anew', () => {
    const spec = morrisOf();
    const all = structuresOf(spec);
    expect(countStudy(spec)).toMatchObject({ total: 48, table: 48 });
    expect(new Set(all.map(({ id }) => id)).size).toBe(48);
    for (let t = 0; t < 12; t++) {
      const row = all.slice(4 * t, 4 * t + 4);
      expect(row.map(({ sample }) => sample)).toEqual(['0', '1', '2', 'realisation']);
      expect(new Set(row.map(({ key }) => key.scenario))).toEqual(new Set([t]));
      expect(row.map(({ key }) => key.realisation)).toEqual([0, 0, 0, 1]);
      expect(row[3].parameters).toEqual(row[2].parameters);
      for (let k = 1; k < 3; k++) {
        const moved = Object.keys(row[k].parameters!).filter((name) =>
          row[k].parameters![name] !== row[k - 1].parameters![name]);
        expect(moved.length).toBe(1);
      }
    }
  });

  it('[law] mixtures of A and B: one factor, or the random numbers, of the other sample', () => {
    const spec = sobolOf({ secondOrder: true, rows: 8 });
    const all = structuresOf(spec);
    const names = ['A', 'B', 'AB.volumeFraction', 'AB.radius', 'AB.realisation', 'BA.volumeFraction', 'BA.radius',
      'BA.realisation'];
    for (let r = 0; r < 8; r++) {
      const row = Object.fromEntries(all.slice(8 * r, 8 * r + 8).map((one) => [one.sample, one]));
      expect(Object.keys(row)).toEqual(names);
      const { A: a, B: b } = row;
      expect(row['AB.radius'].parameters).toEqual({ ...a.parameters, radius: b.parameters!.radius });
      expect(row['BA.radius'].parameters).toEqual({ ...b.parameters, radius: a.parameters!.radius });
      expect(row['AB.realisation'].parameters).toEqual(a.parameters);
      expect(names.map((name) => row[name].key.realisation)).toEqual([0, 1, 0, 0, 1, 1, 1, 0]);
    }
  });

  it('[law] all structures of a row of a field model are cut from one box', () => {
    const spec = parseStudySpec({
      size: 16, voxelSizeUm: 0.4, structure: { model: 'three-phase', set: 'bm01' },
      plan: {
        kind: 'morris', trajectories: 3, candidates: 20,
        vary: { alphaChiX: [0.15, 0.3], lambdaX: [1.4, 2.2], anisotropyFactor: [0.8, 1.2] },
      },
    });
    const all = structuresOf(spec);
    for (let t = 0; t < 3; t++) {
      const drawn = all.slice(5 * t, 5 * t + 5).map((one) => drawingOf(spec, one).structure as StructureSpec);
      const boxes = drawn.map((one) => generatedPeriod(one).join());
      expect(new Set(boxes).size).toBe(1);
      // No structure of the row needs a larger one.
      for (const one of drawn) {
        const own = generatedPeriod({ ...one, period: null } as StructureSpec);
        const box = generatedPeriod(one);
        own.forEach((n, k) => expect(n).toBeLessThanOrEqual(box[k]));
      }
    }
  });

  it('refuses what cannot be planned', () => {
    expect(() => morrisOf({ levels: 5 })).toThrow('levels must be an even number, got 5');
    expect(() => morrisOf({ realisations: 3 })).toThrow('realisations does not belong to the plan morris');
    expect(() => morrisOf({ candidates: 4 })).toThrow('12 trajectories are chosen out of at least as many');
    expect(() => morrisOf({ vary: { radius: [2, 2] } })).toThrow('radius is the same at both bounds, 2');
    expect(() => morrisOf({ vary: { radios: [2, 3] } })).toThrow('did you mean "radius"');
    expect(() => sobolOf({ rows: 4 })).toThrow('rows must be');
    expect(() => sobolOf({ second: true })).toThrow('secondOrder');
  });
});

describe('studySensitivity', () => {
  it('[exact] effects of a sum: per whole range of a factor, without noise; the noise is a factor of its own', () => {
    const spec = morrisOf();
    // Per whole range: 0.4 of the share; radius on a logarithmic scale: 3 · ln 2.
    const found = studySensitivity(spec, tableOf(spec, (share, radius, noise) =>
      share - 3 * Math.log(radius) + noise / 10));
    expect(found.method).toBe('morris');
    expect(found.factors.map(({ name }) => name)).toEqual(['volumeFraction', 'radius', 'realisation']);
    const [output] = found.outputs as MorrisOutput[];
    const [share, radius, noise] = output.effects;
    expect(share!.mu).toBeCloseTo(0.4, 9);
    expect(radius!.mu).toBeCloseTo(-3 * Math.LN2, 9);
    expect(radius!.sigma).toBeCloseTo(0, 9);
    // Differences of two draws have √2 times their deviation.
    expect(Math.abs(noise!.sigma / (0.1 * Math.SQRT2) - 1)).toBeLessThan(0.5);
    expect(output.noise!.share).toBeGreaterThan(0);
    expect(output.noise!.share).toBeLessThan(0.05);
    expect(found.gaps).toEqual([{
      column: 'mFactor2', title: 'M-factor M, phase 2', reason: 'it does not vary, it is 0.25 everywhere',
    }]);
    const table = sensitivityTable(found);
    expect(table.rows.length).toBe(3);
    expect(table.rows.every((row) => row.length === table.columns.length)).toBe(true);
    const html = sensitivityReport({ title: 's', sensitivity: found, warnings: [], reproducibility: [] });
    expect(html).not.toMatch(/NaN|undefined/);
    expect(html).toContain('of the variance is realisation noise');
  });

  it('[exact] Sobol’ indices of a sum: shares of the variances, the noise among them', () => {
    const spec = sobolOf({ rows: 1024, secondOrder: true });
    // Uniform on 0.4: variance 0.16/12; on ln 2: (ln 2)²/12; noise 0.1².
    const parts = [0.16 / 12, (0.1 * Math.LN2) ** 2 / 12, 0.01];
    const all = parts.reduce((sum, part) => sum + part, 0);
    const found = studySensitivity(spec, tableOf(spec, (share, radius, noise) =>
      share + 0.1 * Math.log(radius) + noise / 10));
    const [output] = found.outputs as SobolOutput[];
    output.factors.forEach(({ first, total }, i) => {
      expect(Math.abs(first.value - parts[i] / all)).toBeLessThan(0.06);
      expect(Math.abs(total.value - parts[i] / all)).toBeLessThan(0.06);
    });
    expect(output.noise!.share).toBe(output.factors[2].total.value);
    expect(Math.abs(output.factors[0].firstOfMean! - parts[0] / (parts[0] + parts[1]))).toBeLessThan(0.08);
    expect(output.factors[2].firstOfMean).toBeNull();
    output.second!.forEach(({ index }) => expect(Math.abs(index.value)).toBeLessThan(0.08));
    const table = sensitivityTable(found);
    expect(table.rows.length).toBe(6);
    expect(table.rows.every((row) => row.length === table.columns.length)).toBe(true);
    expect(sensitivityReport({ title: 's', sensitivity: found, warnings: [], reproducibility: [] }))
      .not.toMatch(/NaN|undefined/);
  });

  it('[law] values that are missing leave their row out, and are counted', () => {
    const spec = sobolOf();
    const whole = tableOf(spec, (share, radius) => share * radius);
    const holes = { ...whole, rows: whole.rows.map((row, i) => (i < 10 ? { ...row, volumeFraction2: NaN } : row)) };
    const [output] = studySensitivity(spec, holes).outputs as SobolOutput[];
    expect([output.rows, output.leftOut]).toEqual([62, 2]);
    const walk = morrisOf();
    const steps = tableOf(walk, (share) => share);
    const cut = { ...steps, rows: steps.rows.map((row, i) => (i === 1 ? { ...row, volumeFraction2: NaN } : row)) };
    const [effects] = studySensitivity(walk, cut).outputs as MorrisOutput[];
    expect([effects.rows, effects.leftOut]).toEqual([11, 1]);
    expect(effects.effects.map((one) => one!.count)).toEqual([11, 11, 12]);
  });

  it('refuses other plans and other tables', () => {
    const other = parseStudySpec({ ...BALLS, plan: { kind: 'sobol', points: 4, vary: VARY } });
    expect(() => studySensitivity(other, { columns: [], rows: [] })).toThrow('must be morris or sobol-indices');
    expect(() => studySensitivity(morrisOf(), { columns: ['a'], rows: [] })).toThrow('the table has no column "row"');
  });
});

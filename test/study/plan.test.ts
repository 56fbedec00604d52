import { describe, expect, it } from 'vitest';
import { studyColumns, type Column, type Values } from '../../src/study/columns.js';
import { interpolate, step, THETA, type ThetaName } from '../../src/study/plans/paper-parameters.js';
import type { PlannedStructure, PointGradient } from '../../src/study/plan.js';
import { countStudy, planRound1, planRound2 } from '../../src/study/plans.js';
import { paper as plan, roundOne, studyPoints, type PaperStructure } from '../../src/study/plans/paper.js';

import { paperStudy } from './paper.js';

const paper = paperStudy({});

/** A descriptor that is linear in θ, so that forward differences are exact up to rounding. */
function linear(
  spec: typeof paper, slopes: Readonly<Record<ThetaName, number>>,
): (structure: Pick<PlannedStructure, 'parameters'>) => Values {
  return ({ parameters }) => {
    const f = THETA.reduce((sum, name) => sum + slopes[name] * parameters![name], 0);
    return Object.fromEntries(studyColumns(spec, true).map((column) => [column, f]));
  };
}
const slopes = { alphaChiX: 1, alphaChiY: -2, alphaGaussX: 3, alphaGaussY: 0.5, lambdaX: -0.25, lambdaY: 4 };

describe('study plan', () => {
  it('[published] the study of [A]: 525 structures for gradients, 15 + 480 = 495 rows, 1020 in all', () => {
    expect(countStudy(paper)).toMatchObject({
      rounds: [{ structures: 540, conduct: 15 }, { structures: 480, conduct: 480 }], total: 1020, table: 495,
    });
    const first = planRound1(paper);
    expect(first.filter((structure) => structure.conduct)).toHaveLength(15);
    expect(planRound2(paper, plan.gradients!(paper, linear(paper, slopes)))).toHaveLength(480);
  });

  it('[law] ids and draws are unique, but for the seven structures of a difference, which share theirs', () => {
    const all = [...planRound1(paper), ...planRound2(paper, plan.gradients!(paper, linear(paper, slopes)))];
    expect(new Set(all.map((structure) => structure.id)).size).toBe(1020);
    const keys = new Map<string, number>();
    for (const { key } of all) keys.set(JSON.stringify(key), (keys.get(JSON.stringify(key)) ?? 0) + 1);
    expect([...keys.values()].filter((count) => count === 7)).toHaveLength(75);
    expect([...keys.values()].filter((count) => count === 1)).toHaveLength(495);
    const independent = paperStudy({ gradient: { randomNumbers: 'independent' } });
    expect(new Set(planRound1(independent).map(({ key }) => JSON.stringify(key))).size).toBe(540);
    expect(planRound1(independent).every(({ boxOf }) => boxOf === null)).toBe(true);
    // α + δ would be drawn in a smaller box, with other numbers.
    for (const { family, boxOf, key } of all) {
      expect(boxOf).toEqual(family === 'gradient' ? studyPoints(paper).at(key.scenario).parameters : null);
    }
  });

  it('[law] a plan of a million is made structure by structure, with the ids and draws of the list', () => {
    const large = paperStudy({ gradient: { realisations: 10_000 }, realisations: { interpolated: 10_000 } });
    const before = process.memoryUsage().heapUsed;
    const first = roundOne(large);
    expect(first.length).toBe(15 * 10_000 * 8);
    expect(first.at(first.length - 1).id).toBe('bm03-bm10/t5/gradient/lambdaY/9999');
    expect(countStudy(large).total).toBe(first.length + 480);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 ** 24);
    expect([...roundOne(paper)].map(({ id }) => id)).toEqual(planRound1(paper).map(({ id }) => id));
    expect(planRound1(paper)[16])
      .toMatchObject({ id: 'bm01-bm03/t1/gradient/alphaChiX/0', key: { scenario: 0, realisation: 0 } });
  });

  it('[exact] interpolates every parameter, a included', () => {
    const [bm01, bm03] = paper.scenarios.map((scenario) => scenario.parameters);
    const middle = interpolate(bm01, bm03, 0.5);
    expect(middle.anisotropyFactor).toBeCloseTo(0.93, 12);
    expect(middle.lambdaY).toBeCloseTo((0.0906 - 0.0871) / 2, 12);
    expect(studyPoints(paper).at(0).parameters.alphaChiX).toBeCloseTo(0.1026 + (0.0841 - 0.1026) / 6, 12);
  });

  it('[exact] gradients of a linear function are its slopes, S counted per voxel', () => {
    for (const { gradient, descriptor, realisations } of plan.gradients!(paper, linear(paper, slopes))) {
      const unit = descriptor.startsWith('specific') ? 0.2 : 1;
      expect(realisations).toBe(5);
      gradient!.forEach((value, j) => expect(value).toBeCloseTo(unit * slopes[THETA[j]], 10));
    }
  });

  it('[law] realisations without a value are left out; with none there is no gradient, and a step says so', () => {
    const values = linear(paper, slopes);
    const hole: Column = 'meanGeodesicTortuosity1';
    const some = plan.gradients!(paper, (of) => (of.id.endsWith('/0') ? { ...values(of), [hole]: null } : values(of)));
    expect(new Set(some.map((entry) => `${entry.descriptor === hole} ${entry.realisations}`)))
      .toEqual(new Set(['true 4', 'false 5']));
    const none =
      plan.gradients!(paper, (of) => (of.id.includes('lambdaX') ? { ...values(of), [hole]: null } : values(of)));
    const stepped = (planRound2(paper, none) as PaperStructure[]).filter((structure) => structure.descriptor === hole);
    expect(stepped).toHaveLength(60);
    for (const structure of stepped) {
      expect(structure.parameters).toBeNull();
      expect(structure.reason).toMatch(/no gradient of meanGeodesicTortuosity1/);
    }
  });

  it('[exact] steps add h times the gradient, clip α at the limit and say which', () => {
    const base = studyPoints(paper).at(0).parameters;
    const { parameters, clipped } = step(base, [1, 0, -2, 0, 0.5, -0.5], -0.1, 0.05);
    expect(clipped).toEqual(['alphaChiX']);
    expect(parameters).toEqual({
      ...base, alphaChiX: 0.05, alphaGaussX: base.alphaGaussX + 0.2, lambdaX: base.lambdaX - 0.05,
      lambdaY: base.lambdaY + 0.05,
    });
  });

  it('[exact] β takes its own steps', () => {
    const gradients: PointGradient[] = plan.gradients!(paper, linear(paper, slopes));
    const factors = (descriptor: string): number[] =>
      [...new Set((planRound2(paper, gradients) as PaperStructure[])
        .filter((s) => s.descriptor === descriptor).map((s) => s.h as number))];
    expect(factors('constrictivity2')).toEqual([-0.05, -0.025, 0.025, 0.05]);
    expect(factors('volumeFraction2')).toEqual([-0.2, -0.1, 0.1, 0.2]);
  });

  it('[law] a study without steps needs no gradients', () => {
    expect(countStudy(paperStudy({ steps: { descriptors: [] } })))
      .toMatchObject({ rounds: [{ structures: 15 }, { structures: 0 }], total: 15, table: 15 });
  });
});

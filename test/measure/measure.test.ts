import { describe, expect, it } from 'vitest';
import type { Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { describe as describeImage, describeRow } from '../../src/descriptors/describe.js';
import { measure, measurePlan, measureRow } from '../../src/measure/measure.js';
import { fitLaw } from '../../src/regression/index.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { drawingOf, evaluateStructure } from '../../src/study/evaluate.js';
import { studyColumns } from '../../src/study/columns.js';
import { planRound1 } from '../../src/study/plans.js';
import { parseStudySpec } from '../../src/study/spec.js';
import { generate } from '../../src/structure/generate.js';
import { mFactor } from '../../src/transport/m-factor.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';

const shape: Shape = [14, 16, 18];
const volume: LabelVolume = {
  labels: randomLabels(shape, { 1: 0.5, 2: 0.4, 3: 0.1 }, 3, 2), shape, voxelSizeUm: [0.2, 0.2, 0.2],
};

describe('measure', async () => {
  const session = await testSession();

  it('[law] says what describe and mFactor say, in one row', async () => {
    const found = await measure(session, volume, { axes: 'all', only: 'all' });
    const row = measureRow(found);
    expect(row).toMatchObject(describeRow(await describeImage(session, volume, { axes: 'all' })));
    for (const phase of [1, 2, 3]) {
      for (const [axis, along] of [['z', ''], ['y', 'AlongY'], ['x', 'AlongX']] as const) {
        const { mFactor: m, tortuosityFactor, errorEstimate } = await mFactor(session, volume, { phase, axis });
        expect(row[`mFactor${phase}${along}`]).toBe(m);
        expect(row[`tortuosityFactor${phase}${along}`]).toBe(tortuosityFactor);
        expect(row[`errorEstimate${phase}${along}`]).toBe(errorEstimate);
      }
    }
  });

  it('[law] error bars are columns where they are asked for, and reasons are problems', async () => {
    const labels = randomLabels([32, 32, 32], { 1: 0.6, 2: 0.4 }, 7, 2);
    const sample: LabelVolume = { labels, shape: [32, 32, 32], voxelSizeUm: null };
    const options = { phases: [1], only: ['volumeFraction'] };
    const found = await measure(session, sample, { ...options, uncertainty: true });
    const { uncertainty } = await mFactor(session, sample, { phase: 1, uncertainty: true });
    expect(measureRow(found)).toMatchObject({
      materialMFactor1: uncertainty!.value, materialMFactorPlusMinus1: uncertainty!.plusMinus,
      materialMFactorVoxels1: uncertainty!.parts.voxels, materialMFactorWindow1: uncertainty!.parts.window,
    });
    expect(Object.keys(measureRow(await measure(session, sample, options))).join()).not.toContain('material');
    const small = await measure(session, volume, { ...options, uncertainty: true });
    expect(small.problems.join()).toMatch(/phase 1: no error bar of M along z: /);
    expect(measureRow(small).materialMFactor1).toBeNull();
  });

  it('[law] columns and values are those of a study of the same structure, but for the units in names', async () => {
    const spec = parseStudySpec({ scenarios: ['bm01', 'bm03'], t: [0.5], size: 24 });
    const structure = planRound1(spec).find(({ conduct }) => conduct)!;
    const { values } = await evaluateStructure(session, spec, structure);
    const drawn = await generate(session, drawingOf(spec, structure).structure!);
    const row = measureRow(await measure(session, drawn, { phases: spec.phases, ...spec.transport }));
    for (const column of studyColumns(spec, true)) {
      const value = row[column] === undefined ? row[`${column}PerUm`] : row[column];
      expect([column, value]).toEqual([column, values[column]]);
    }
  });

  it('[exact] a phase that does not occur has ε = S = M = 0, and nothing else', async () => {
    const { problems, ...found } = await measure(session, volume, { phases: [1, 7], axes: ['x'] });
    const row = measureRow({ problems, ...found });
    expect(Object.fromEntries(Object.entries(row).filter(([name]) => /[a-z]7/.test(name)))).toEqual({
      volumeFraction7: 0, specificSurfaceArea7PerUm: 0, mFactor7AlongX: 0,
    });
    expect(problems).toContain('phase 7 does not occur');
    const none = measureRow(await measure(session, volume, { phases: [9] }));
    expect(none).toMatchObject({ mFactor9: 0 });
  });

  it('[law] a section has no M along its one voxel, and says so', async () => {
    const section = { labels: volume.labels.slice(0, 16 * 18), shape: [1, 16, 18] as Shape, voxelSizeUm: null };
    const found = await measure(session, section, { axes: 'all' });
    expect(found.skipped?.transport).toBe('along z, where the image is one voxel thick');
    expect(Object.keys(measureRow(found)).filter((name) => name.startsWith('mFactor1'))).toEqual([
      'mFactor1AlongY', 'mFactor1AlongX',
    ]);
    expect(Object.keys(found.phases[1].transport!)).toEqual(['y', 'x']);
  });

  it('refuses grey values whose phases nobody names, before any work', async () => {
    const grey = { ...volume, labels: volume.labels.map((_, i) => i % 200) };
    await expect(measure(session, grey)).rejects.toThrow(/measure: the image has .*, like grey values/);
    await expect(measure(session, volume, { phases: [] })).rejects.toThrow(/phases is empty/);
    await expect(measure(session, volume, { axes: [] })).rejects.toThrow(/axes is empty/);
    expect(peakBytes(measurePlan(shape, 2))).toBeGreaterThan(0);
  });

  it('[law] rows are what a law is fitted to, with names: published values belong to what is called SE', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => {
      const e = 0.3 + 0.02 * i;
      return {
        volumeFraction4: e, meanGeodesicTortuosity4: 1.1, stdGeodesicTortuosity4: 0.05, constrictivity4: 0.5,
        mFactor4: e ** 1.8,
      };
    });
    const named = fitLaw(rows, { phases: ['4'], formulas: ['M1'], names: { 4: 'SE', 1: 'pore' } });
    expect(named.phases[0]).toMatchObject({ title: 'SE', material: '1' });
    expect(named.phases[0].formulas[0].coefficients[0].value).toBeCloseTo(1.8, 6);
    expect(named.phases[0].published.map(({ name }) => name)).toContain('dufter2026-M1-SE');
    const plain = fitLaw(rows, { phases: ['4'], formulas: ['M1'] });
    expect(plain.phases[0]).toMatchObject({ title: 'phase 4', material: null });
    expect(plain.phases[0].published.some(({ name }) => name.startsWith('dufter'))).toBe(false);
  });
});

// Sweeps: what is planned, what is kept, where limits are; thresholds of models.
import { describe, expect, it } from 'vitest';
import type { Shape } from '../../src/core/grid.js';
import { parseImageSweep, parsePercolation, type SweepSpec, type ThresholdSpec } from '../../src/percolation/spec.js';
import { crossing, limitAnswer, linesOf, pointOf } from '../../src/percolation/summary.js';
import { placesOf, structureOf } from '../../src/percolation/structures.js';
import { runSweep } from '../../src/percolation/sweep.js';
import { sweepTable, thresholdTable } from '../../src/percolation/table.js';
import { runThreshold } from '../../src/percolation/threshold.js';
import type { SweepValues } from '../../src/percolation/quantities.js';
import { sweepReport, thresholdReport } from '../../src/report/percolation.js';
import { memoryStore } from '../../src/study/store.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';

const session = await testSession();

/** Balls of active material, the rest of a window electrolyte. */
const BALLS = {
  structure: { model: 'boolean', size: 20, voxelSizeUm: 0.5, label: 2, matrix: 1, parameters: { radius: 3 } },
  vary: { volumeFraction: [0.2, 0.5, 0.8] }, realisations: 3, densities: { 2: 4.7 }, specificCapacity: 200,
};
const sweepOf = (value: object): SweepSpec => parsePercolation(value) as SweepSpec;

describe('places and structures', () => {
  it('[exact] all combinations, the first setting fastest', () => {
    expect(placesOf([{ name: 'a', values: [1, 2] }, { name: 'b', values: [5, 6] }]))
      .toEqual([{ a: 1, b: 5 }, { a: 2, b: 5 }, { a: 1, b: 6 }, { a: 2, b: 6 }]);
    expect(placesOf([])).toEqual([{}]);
  });

  it('[exact] parameters, settings and thickness go where they belong', () => {
    const found = structureOf('percolate', BALLS.structure, { volumeFraction: 0.4, thickness: 15, matrix: 3 },
      { axis: 'z', seed: 7, realisation: 2 });
    expect(found).toMatchObject({
      model: 'boolean', size: [30, 20, 20], matrix: 3, seed: 7, realisation: 2,
      parameters: { volumeFraction: 0.4, radius: 3 },
    });
  });

  it('says which setting there is not', () => {
    const drawn = { axis: 'z', seed: 1, realisation: 0 } as const;
    expect(() => structureOf('percolate', BALLS.structure, { volumFraction: 0.4 }, drawn)).toThrow('did you mean');
    expect(() => structureOf('percolate', { model: 'ball' }, {}, drawn)).toThrow('unknown model "ball"');
    expect(() => structureOf('percolate', { model: 'boolean', size: 20 }, { thickness: 9 }, drawn))
      .toThrow('thickness needs voxelSizeUm');
  });
});

describe('limits', () => {
  const at = (share: number): SweepValues => ({
    ...Object.fromEntries(Object.keys(pointOf({}, null, [], [], 0).quantities).map((name) => [name, null])),
    activeUtilisation: share, electronsSpan: share > 0.5, ionsSpan: true,
  } as SweepValues);
  const points = [[0.1, 0.3], [0.6, 0.8], [0.9, 1], [0.2, 0.2]].map((shares, k) =>
    pointOf({ a: k }, null, shares.map(at), [], 0));

  it('[exact] a limit lies on the line between two places, from below and from above', () => {
    expect(crossing([0, 1, 2], [0.1, 0.5, 0.9], 0.3)).toBeCloseTo(0.5, 12);
    expect(crossing([0, 1], [0.4, 0.9], 0.3)).toBe(0);
    expect(crossing([0, 1], [0.1, 0.2], 0.3)).toBeNull();
    const [line] = linesOf({ vary: [{ name: 'a', values: [] }], additive: null }, points);
    const found = limitAnswer(line, 'a', 'activeUtilisation', 0.45);
    expect(found.from).toBeCloseTo(0.5, 12);
    expect(found.to).toBeCloseTo(2 + 0.5 / 0.75, 12);
    expect([found.atStart, found.atEnd, found.best]).toEqual([false, false, { value: 0.95, at: 2 }]);
    expect(limitAnswer(line, 'a', 'activeUtilisation', 0.99)).toMatchObject({ from: null, to: null });
  });

  it('[exact] t intervals of two structures are 12.7062 half differences, cut at 0 and 1', () => {
    const [low, middle] = points;
    expect(low.quantities.activeUtilisation!.interval).toEqual({ low: 0, high: 1 });
    const narrow = pointOf({}, null, [at(0.5), at(0.51)], [], 0).quantities.activeUtilisation!;
    expect(narrow.interval!.high - narrow.mean).toBeCloseTo(12.7062 * 0.005, 6);
    expect(middle.electronsSpan).toMatchObject({ probability: 1, structures: 2 });
  });
});

describe('runSweep', () => {
  it('[law] keeps what is computed, computes what is new or damaged, and the table says the same', async () => {
    const store = memoryStore();
    const first = await runSweep(session, sweepOf(BALLS), { store });
    expect([first.computed, first.kept, first.failures]).toEqual([9, 0, []]);
    const use = first.points.map(({ quantities }) => quantities.activeUtilisation!.mean);
    expect(use[2]).toBeGreaterThan(0.99);
    expect(use[0]).toBeLessThan(use[2]);
    // 10 µm of balls of 4.7 g/cm³ and 200 mAh/g.
    const { capacityPerMass, capacityPerArea, activeFraction, workingShare } = first.points[1].quantities;
    expect(capacityPerMass!.mean).toBeCloseTo(200 * workingShare!.mean, 10);
    expect(capacityPerArea!.mean).toBeGreaterThan(0.8 * 200 * workingShare!.mean * activeFraction!.mean * 4.7 * 1e-3);
    expect(capacityPerArea!.mean).toBeLessThan(1.2 * 200 * workingShare!.mean * activeFraction!.mean * 4.7 * 1e-3);
    const wider = await runSweep(
      session, sweepOf({ ...BALLS, vary: { volumeFraction: [0.2, 0.35, 0.5, 0.8] }, limits: { workingShare: 0.9 } }),
      { store },
    );
    expect([wider.computed, wider.kept]).toEqual([3, 9]);
    expect(wider.points.filter(({ place }) => place.volumeFraction !== 0.35)).toEqual(first.points);
    const text = (await store.read('rows.jsonl'))!;
    await store.write('rows.jsonl', text.replace('"activeFraction":0.', '"activeFraction":1.'));
    const again = await runSweep(session, sweepOf(BALLS), { store });
    expect([again.computed, again.kept, again.damagedAt]).toEqual([1, 8, ['rows.jsonl:1']]);
    expect(again.points).toEqual(first.points);
    const { columns, rows } = sweepTable(first);
    expect(columns.slice(0, 5)).toEqual(['volumeFraction', 'structures', 'activeFraction', 'activeFractionLow',
      'activeFractionHigh']);
    expect(columns).toContain('capacityPerArea (mAh/cm²)');
    expect(rows.map((row) => row[columns.indexOf('activeUtilisation')])).toEqual(use);
  });

  it('[law] an additive that bridges a gap is needed from where it spans it', async () => {
    const shape: Shape = [16, 12, 12];
    // Active material at the collector and at the separator, a slab of pore between.
    const labels = new Uint8Array(16 * 144).map((_, i) => (i < 5 * 144 || i >= 9 * 144 ? 2 : 3));
    const spec = parseImageSweep({
      additive: { into: 3, label: 4, method: 'random', fractions: { from: 0, to: 0.25, step: 0.05 } }, electrolyte: 3,
      realisations: 4,
    }, () => 'here', 'slab');
    const found = await runSweep(session, spec, { images: [{ labels, shape, voxelSizeUm: null }] });
    const [answer] = found.answers;
    const use = found.points.map(({ quantities }) => quantities.activeUtilisation!.mean);
    expect(use[0]).toBeCloseTo(7 / 12, 12);
    expect(use.at(-1)).toBe(1);
    expect([answer.along, found.lengthUnit]).toEqual(['content', 'voxel']);
    expect(answer.from).toBeGreaterThan(0);
    const html = sweepReport({ title: 'slab', result: found, warnings: ['blurred'], reproducibility: [] });
    expect(html).toContain('activeUtilisation of at least 0.950: from content');
    // More than the room holds is not there, and is no failure.
    const more = await runSweep(
      session, { ...spec, additive: { ...spec.additive!, fractions: [0.1, 0.9] } },
      { images: [{ labels, shape, voxelSizeUm: null }] },
    );
    expect(more.points.map(({ structures }) => structures)).toEqual([4, 0]);
  });

  it('says what is wrong before any work, and which structures are missing', async () => {
    const run = (value: object): Promise<unknown> => runSweep(session, sweepOf({ ...BALLS, ...value }));
    await expect(run({ vary: { volumeFraction: [0.2, 1.5] } })).rejects.toThrow('volumeFraction must be');
    await expect(run({ structure: { ...BALLS.structure, size: [6, 20, 20] } })).rejects
      .toThrow('the window has 6 voxels along z from the separator to the collector (high face), at least 8');
    const image = { labels: randomLabels([8, 8, 8], { 1: 1, 2: 1 }, 1), shape: [8, 8, 8], voxelSizeUm: null } as const;
    const additive = { into: 3, label: 4, fractions: [0.1] };
    await expect(runSweep(session, parseImageSweep({ additive }, () => 'here', 'a'), { images: [image] })).rejects
      .toThrow('label 3 does not occur in the image; it has 1, 2');
  });
});

describe('runThreshold', () => {
  const of = (value: object): ThresholdSpec => parsePercolation({ kind: 'threshold', ...value }) as ThresholdSpec;

  it('[law] rows are kept, and more runs go on from them', async () => {
    const store = memoryStore();
    const spec = of({ system: 'voxels', sizes: [6, 10], runs: 50 });
    const first = await runThreshold(session, spec, { store });
    expect([first.computed, first.kept]).toEqual([4, 0]);
    const more = await runThreshold(session, { ...spec, sizes: [6, 10, 14], runs: 75 }, { store });
    expect([more.computed, more.kept]).toEqual([5, 4]);
    expect(more.threshold.windows[0].trials).toBe(75);
    expect(thresholdTable(first).rows.length).toBe(2 * 33);
    expect(thresholdReport({ title: 'voxels', result: first, reproducibility: [] })).toContain('Spanning probability');
  });

  it('[published] balls drawn on voxels: near the .28957 of overlapping spheres', async () => {
    const structure = { model: 'boolean', parameters: { radius: 2.5 } };
    const { threshold } = await runThreshold(session, of({
      system: 'model', structure, vary: { volumeFraction: { from: 0.2, to: 0.5, step: 0.05 } }, sizes: [16, 24, 32],
      runs: 25,
    }));
    expect(Math.abs(threshold.threshold - 0.28957)).toBeLessThan(4 * threshold.error + 0.01);
    expect(threshold.error).toBeLessThan(0.02);
    expect(threshold.nuFromWidths).toBeNull();
  });

  it('says what a system needs', () => {
    expect(() => of({})).toThrow('a threshold needs a system');
    expect(() => of({ system: 'spheres' })).toThrow('system spheres needs spheres');
    expect(() => of({ system: 'voxels', structure: {} })).toThrow('structure does not belong to the system voxels');
    expect(() => of({ system: 'voxels', sizes: [8] })).toThrow('sizes must be a list with at least 2 items');
    expect(() => of({ system: 'voxels', runs: 3 })).toThrow('runs must be a whole number ≥ 8');
    expect(() => of({ system: 'voxels', neighbourhood: 7 })).toThrow('neighbourhood must be 6, 18 or 26');
  });
});

describe('parsePercolation', () => {
  it('says what is missing, misspelt or empty', () => {
    expect(() => sweepOf({ vary: { a: [1] } })).toThrow('a sweep needs a structure');
    expect(() => sweepOf({ structure: {} })).toThrow('nothing is varied');
    expect(() => sweepOf({ ...BALLS, vary: { volumeFraction: [] } })).toThrow('at least 1 item');
    expect(() => sweepOf({ ...BALLS, vary: { volumeFraction: { from: 1, to: 0, step: 0.1 } } })).toThrow('found -');
    expect(() => sweepOf({ ...BALLS, limit: 0.9 })).toThrow('did you mean "limits"');
    expect(() => sweepOf({ ...BALLS, limits: { activUtilisation: 0.9 } })).toThrow('did you mean "activeUtilisation"');
    expect(() => sweepOf({ ...BALLS, additive: { into: 3, label: 4, fractions: [0.2, 0.1] } })).toThrow('that rise');
    expect(() => sweepOf({ ...BALLS, additive: { into: 3, label: 4, weight: 0.1, fractions: [0.1] } }))
      .toThrow('weight does not belong to the method wetting');
    expect(sweepOf({ ...BALLS, vary: { volumeFraction: { from: 0.1, to: 0.3, step: 0.1 } } }).vary[0].values)
      .toEqual([0.1, 0.2, 0.3]);
  });
});

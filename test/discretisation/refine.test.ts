// Refinement studies: structures with a known limit, the same structure on all grids, images.
import { describe, expect, it } from 'vitest';
import { convergenceText, plusMinusText, refineReport } from '../../src/report/discretisation.js';
import { refineImage, refineStructure } from '../../src/discretisation/refine.js';
import type { RefinedQuantity, Refinement } from '../../src/discretisation/refinement.js';
import { sampled, sampleStarts, splitVoxels } from '../../src/discretisation/sampling.js';
import { refineTable } from '../../src/discretisation/table.js';
import { finerStructure } from '../../src/structure/finer.js';
import { generate, generatedPeriod } from '../../src/structure/generate.js';
import type { StructureSpec } from '../../src/structure/models.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { memoryStore } from '../../src/study/store.js';
import { everySecond } from '../../src/transport/uncertainty/solving.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';

const session = await testSession();
const of = ({ quantities }: Refinement, name: string): RefinedQuantity =>
  quantities.find((quantity) => quantity.name === name)!;
const SPHERES: StructureSpec = { model: 'spheres', arrangement: 'sc', volumeFraction: 0.3, size: [12, 12, 12] };

describe('refineStructure', () => {
  it('[exact] [rate] spheres on a cubic lattice: second order, and Rayleigh’s M within the interval', async () => {
    const found = await refineStructure(session, SPHERES, { phases: [1], descriptors: ['volumeFraction'] });
    const smooth = of(found, 'mFactor1Smooth');
    expect(found.smoothFrom).toBe('levelSet');
    expect(found.levels.map(({ shape }) => shape[0])).toEqual([12, 24, 48]);
    expect(found.levels.map(({ edge, samples }) => [edge, samples])).toEqual([[1, 2], [0.5, 2], [0.25, 1]]);
    expect(Math.abs(smooth.convergence!.order! - 2)).toBeLessThan(0.4);
    // 0.6056612: multipole expansion of Rayleigh, as in docs/accuracy.md.
    expect(Math.abs(smooth.convergence!.limit - 0.6056612)).toBeLessThan(5e-4);
    expect(Math.abs(smooth.values[2]! - 0.6056612)).toBeLessThan(smooth.convergence!.plusMinus);
    const plain = of(found, 'mFactor1');
    expect(Math.abs(plain.values[2]! - 0.6056612)).toBeLessThan(plain.convergence!.plusMinus);
    for (const { errorBars } of found.levels) {
      const { limit, plusMinus } = errorBars[1];
      expect(Math.abs(limit! - 0.6056612)).toBeLessThan(plusMinus!);
    }
    expect(Math.abs(of(found, 'volumeFraction1').values[2]! - 0.7)).toBeLessThan(0.002);
    const html = refineReport({ title: 'spheres', refinement: found, warnings: [], reproducibility: [] });
    expect(html).toMatch(/>extrapolated limit; finest grid 0\.60\d+ ± 0\.\d+</);
    expect(html).not.toMatch(/NaN|undefined/);
    expect(html).toContain('Beside the error bar of a single grid');
    const table = refineTable(found);
    expect(table.rows.length).toBe(9);
    expect(table.rows[0].length).toBe(table.columns.length);
  });

  it('[law] the finer structure of a field model is its own: every second voxel of it is what SPEC draws', async () => {
    for (const edges of ['cropped', 'periodic'] as const) {
      const spec = specFromSet('bm01', { size: [24, 24, 24], seed: 3, edges });
      const { spec: finer, same } = finerStructure('test', spec, 2);
      expect(same).toBe(true);
      const [own, fine] = [await generate(session, spec), await generate(session, finer)];
      expect(fine.shape).toEqual([48, 48, 48]);
      expect(fine.voxelSizeUm).toEqual([0.1, 0.1, 0.1]);
      const half = everySecond(fine.labels, fine.shape, 0).data;
      const different = half.reduce((count, label, i) => count + Number(label !== own.labels[i]), 0);
      expect(different / half.length).toBeLessThan(0.01);
    }
  });

  it('[exact] the box of a field model keeps its length', () => {
    for (const edge of [17, 20, 23, 26, 29]) {
      const spec = specFromSet('bm01', { size: [edge, edge, edge], seed: 1 });
      const { spec: finer } = finerStructure('test', spec, 2);
      expect(generatedPeriod(finer)).toEqual(generatedPeriod(spec).map((n) => 2 * n));
    }
  });

  it('[law] designs keep their lengths on finer voxels', async () => {
    const layers: StructureSpec = {
      model: 'laminate', size: [12, 8, 8], layers: [{ thickness: 2, label: 1 }, { thickness: 4, label: 2 }],
    };
    const channels: StructureSpec = { model: 'channels', size: [8, 16, 16], width: 4, spacing: 8 };
    for (const spec of [layers, channels]) {
      const own = await generate(session, spec);
      const fine = await generate(session, finerStructure('test', spec, 3).spec);
      expect(sampled(fine.labels, fine.shape, 3, sampleStarts(3)[0])).toEqual(own.labels);
    }
  });

  it('[law] rows are kept: a second call computes nothing and says the same', async () => {
    const store = memoryStore();
    const options = { store, phases: [2], levels: 2, descriptors: ['volumeFraction'], uncertainty: false } as const;
    const spec: StructureSpec = {
      model: 'boolean', size: [16, 16, 16], seed: 4,
      parameters: { volumeFraction: 0.5, radius: 4, anisotropyFactor: 1 },
    };
    const first = await refineStructure(session, spec, options);
    const again = await refineStructure(session, spec, options);
    expect([first.computed, first.kept, again.computed, again.kept]).toEqual([3, 0, 0, 3]);
    expect(again.quantities).toEqual(first.quantities);
    expect(first.same).toBe(false);
    expect(first.notes.join()).toContain('another one than the specification draws');
    const stopped = new AbortController();
    stopped.abort();
    await expect(refineStructure(session, spec, { ...options, store: memoryStore(), signal: stopped.signal }))
      .rejects.toThrow('cancelled');
  });

  it('refuses what cannot be', async () => {
    const refused = (options: object, spec: StructureSpec = SPHERES) =>
      expect(refineStructure(session, spec, options)).rejects;
    await refused({ levels: 1 }).toThrow('levels must be a whole number from 2 to 8');
    await refused({ ratio: 1 }).toThrow('ratio must be a whole number from 2 to 8');
    await refused({ split: true }).toThrow('split is for images');
    await refused({ phases: [7] }).toThrow('label 7 does not occur; there are 2, 1');
    await refused({ descriptors: ['volumFraction'] }).toThrow('did you mean "volumeFraction"');
    await refused({}, { ...SPHERES, size: [6, 6, 6] }).toThrow('the coarsest grid has 6×6×6 voxels, at least 8');
    await refused({}, { model: 'packing', size: [16, 16, 16], voxelSizeUm: null, seed: 1, parameters: {} })
      .toThrow('give voxelSizeUm');
  });
});

describe('refineImage', () => {
  it('[exact] layers cut in pieces have the same M and fraction on all grids', async () => {
    const image = await generate(session, { model: 'laminate', size: [8, 8, 8], axis: 'x' } as StructureSpec);
    const found = await refineImage(session, image, {
      split: true, levels: 2, phases: [1], descriptors: ['volumeFraction'], uncertainty: false,
    });
    expect(of(found, 'volumeFraction1').convergence).toMatchObject({ kind: 'equal', limit: 0.5 });
    expect(of(found, 'mFactor1').values.map((value) => Number(value!.toFixed(6)))).toEqual([0.5, 0.5]);
    expect(found.notes.join()).toContain('not of the material');
    expect(found.levels.map(({ edge }) => edge)).toEqual([1, 0.5]);
  });

  it('[law] an image is sampled on its middle, and says where a phase stops conducting', async () => {
    const shape = [35, 33, 33] as const;
    const labels = randomLabels(shape, { 1: 0.5, 2: 0.5 }, 5, 3);
    const found = await refineImage(session, { labels, shape, voxelSizeUm: [0.5, 0.5, 0.5] }, {
      phases: [1], descriptors: ['specificSurfaceArea'],
    });
    expect(found.levels.map(({ shape: one }) => one)).toEqual([[8, 8, 8], [16, 16, 16], [32, 32, 32]]);
    expect(found.levels[0].voxelSizeUm).toEqual([2, 2, 2]);
    expect(found.notes[0]).toContain('32×32×32 of 35×33×33');
    expect(of(found, 'mFactor1').formalOrder).toBe(1);
    // Nearly random voxels: S of every fourth is much less.
    expect(of(found, 'specificSurfaceArea1').values[0]!).toBeLessThan(of(found, 'specificSurfaceArea1').values[2]!);
    expect(of(found, 'specificSurfaceArea1').convergence!.kind).toBe('monotone');
    const thin = { labels: Uint8Array.from({ length: 32 ** 3 }, (_, i) => (i % 32 < 1 ? 1 : 2)) };
    const plate = await refineImage(session, { ...thin, shape: [32, 32, 32], voxelSizeUm: null }, {
      phases: [1], descriptors: [], uncertainty: false,
    });
    // One voxel thick at the face: samples from the second voxel on do not see it.
    expect(plate.warnings.join()).toMatch(/phase 1 does not conduct on 8×8×8/);
  });

  it('[exact] samples and pieces of a small image', () => {
    const shape = [1, 2, 4] as const;
    const labels = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);
    expect([...sampled(labels, shape, 2, 1)]).toEqual([5, 7]);
    expect([sampleStarts(1), sampleStarts(2), sampleStarts(3), sampleStarts(4)]).toEqual([[0], [0, 1], [1], [1, 2]]);
    const pieces = splitVoxels({ labels, shape }, 2);
    expect(pieces.shape).toEqual([1, 4, 8]);
    expect(Array.from(pieces.labels.subarray(0, 8))).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });
});

describe('texts', () => {
  it('[exact] say what was seen', () => {
    expect(plusMinusText(0.60551, 0.00044)).toBe('0.60551 ± 0.00044');
    const base = { values: [1, 1.1, 1.2] } as unknown as RefinedQuantity;
    expect(convergenceText({ ...base, convergence: null })).toContain('fewer than two grids');
    expect(convergenceText({
      ...base, convergence: { kind: 'oscillating', order: null, usedOrder: null, limit: 1.2, plusMinus: 0.1 },
    })).toContain('differences change sign');
  });
});

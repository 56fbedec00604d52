// The report of an import, and what it says of each step.
import { describe, expect, it } from 'vitest';
import { voxelCount } from '../../src/core/grid.js';
import { importImage, type DoneStep, type ImportStep } from '../../src/image/import.js';
import { stepChange } from '../../src/image/step-change.js';
import type { VoxelArray } from '../../src/io/voxels.js';
import { importReport, type ImportReportData } from '../../src/report/index.js';
import { normals } from '../random.js';
import { testSession } from '../session.js';
import { checkPage } from './page.js';

const session = await testSession();
const shape = [12, 14, 16] as const;
const normal = normals(2);
const image: VoxelArray = {
  data: Uint8Array.from({ length: voxelCount(shape) }, (_, i) => (i % 16 < 7 ? 60 : 180) + 15 * normal()), shape,
  voxelSizeUm: [0.2, 0.2, 0.2],
};

const median: ImportStep = { step: 'filter', filter: { kind: 'median', size: 3 } };
const otsu: ImportStep = { step: 'segment', segmentation: { method: 'otsu', classes: 2 } };

async function reported(
  array: VoxelArray, steps: readonly ImportStep[],
): Promise<{ readonly data: ImportReportData, readonly done: readonly DoneStep[] }> {
  const done: DoneStep[] = [];
  const { content, labels, array: result, warnings } =
    await importImage(session, 'x', array, steps, { onStep: (step) => void done.push(step) });
  const segmented = done.find(({ record }) => record.step === 'segment')?.before ?? null;
  const shown =
    done.map((step) => ({ record: step.record, change: stepChange(step), text: `of ${step.record.step} <` }));
  return {
    done,
    data: {
      title: 'a & b', read: array, grey: content === 'grey', segmented, steps: shown, result, labels,
      warnings: [...warnings, 'look <here>'], reproducibility: [{ label: 'version', value: 'voxelith <test>' }],
    },
  };
}

describe('what a step changed', () => {
  it('[oracle] voxels by comparing one by one, what a crop cut away, what cannot be compared', async () => {
    const { done } = await reported(image, [
      { step: 'crop', window: [[0, 10], [null, null], [null, null]] }, median, otsu, { step: 'clean', minVoxels: 5 },
      { step: 'close', radius: 1, phase: 1 }, { step: 'rescale', factor: 0.5 },
    ]);
    const [crop, filter, segment, clean, close, rescale] = done.map(stepChange);
    expect(crop).toMatchObject({ changed: 2 * 14 * 16, share: 1 / 6, voxels: [12 * 14 * 16, 10 * 14 * 16] });
    const differ = ({ before, after }: DoneStep): number =>
      Array.from(before.data).filter((value, i) => value !== after.data[i]).length;
    for (const [k, change] of [[1, filter], [3, clean], [4, close]] as const) {
      expect([done[k].record.step, change.changed]).toEqual([done[k].record.step, differ(done[k])]);
    }
    const square = Array.from(done[1].before.data).reduce((sum, v, i) => sum + (v - done[1].after.data[i]) ** 2, 0);
    expect(filter.rms).toBeCloseTo(Math.sqrt(square / 2240), 12);
    // The steps say of themselves how many voxels they changed.
    expect([clean.changed, close.changed]).toEqual([done[3].record.voxels, done[4].record.voxels]);
    expect([segment.changed, rescale]).toEqual([null, expect.objectContaining({ changed: null, voxels: [2240, 280] })]);
  });
});

describe('import report', () => {
  it('[law] pictures of both along three axes, histograms with thresholds, steps, labels, warnings', async () => {
    const { data } = await reported(image, [
      median, otsu,
    ]);
    const html = importReport(data);
    checkPage(html);
    expect(html.match(/<image /g)).toHaveLength(9);
    expect(html.match(/stroke-dasharray="5 3"/g)).toHaveLength(1);
    for (const text of [
      'a &amp; b', 'look &lt;here&gt;', 'Before segmentation', 'Grey values as read', 'of filter &lt;',
      'volume fraction', 'voxelith &lt;test&gt;', 'middle plane across x; y to the right, z downwards',
    ]) expect(html).toContain(text);
    expect(importReport(data)).toBe(html);
  });

  it('[law] without a filter two pictures an axis; class means of auto; a section has one plane', async () => {
    const section = { ...image, data: image.data.slice(0, 14 * 16), shape: [1, 14, 16] as const };
    const { data } = await reported(section, [{ step: 'segment', segmentation: { method: 'auto', classes: 2 } }]);
    const html = importReport(data);
    checkPage(html);
    expect(html.match(/<image /g)).toHaveLength(2);
    expect(html).toContain('without blur');
  });

  it('[law] labels in, labels out; grey values that were not segmented', async () => {
    const labels = { ...image, data: image.data.map((value) => Number(value > 120) + 1) };
    const cleaned = importReport((await reported(labels, [{ step: 'clean', minVoxels: 3 }])).data);
    checkPage(cleaned);
    expect([cleaned.match(/<image /g)?.length, cleaned.includes('Grey values')]).toEqual([6, false]);
    const grey = importReport((await reported(image, [median])).data);
    checkPage(grey);
    expect([grey.match(/<image /g)?.length, grey.includes('volume fraction')]).toEqual([6, false]);
  });
});

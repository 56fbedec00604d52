import { beforeAll, describe, expect, it } from 'vitest';
import { readCell } from '../../src/cell/index.js';
import { resistanceReport } from '../../src/report/index.js';
import { areaSpecificResistance, type ElectrodeResistance } from '../../src/resolved/resistance.js';
import { referenceFile } from '../cell/reference-file.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';
import { checkPage } from './page.js';

const volume = {
  labels: randomLabels([16, 12, 14], { 1: 0.45, 2: 0.45, 0: 0.1 }, 2, 5), shape: [16, 12, 14] as const,
  voxelSizeUm: [0.5, 0.5, 0.5] as const,
};
const description = readCell(referenceFile, ({ message }) => message);
const base = {
  title: 'a & b', volume, axis: 'z', separator: 'low', description,
  reproducibility: [{ label: 'version', value: 'voxelith <test>' }],
} as const;
const charts = (html: string): number => html.match(/<svg viewBox[^>]*role="img"/g)!.length;

describe('report of a resistance on voxels', () => {
  let result: ElectrodeResistance;
  beforeAll(async () => {
    result = await areaSpecificResistance(await testSession(), volume, description.cell);
  });

  it('[law] shares that add up, the reaction of both over the depth, the difference of homogeneous media', () => {
    const html = resistanceReport({ ...base, result });
    checkPage(html);
    expect(charts(html)).toBe(1);
    for (const text of [
      'a &amp; b', 'voxelith &lt;test&gt;', '16 × 12 × 14 voxels (8.00 × 6.00 × 7.00 µm)', 'homogenised</text>',
      'M of the electrolyte', 'Model card', 'separator at the low face',
    ]) expect(html).toContain(text);
    const { difference, resistance } = result.homogenised!;
    expect(html).toContain(`the voxels resist ${difference! < 0 ? 'less' : 'more'} than ` +
      (1e4 * resistance!).toPrecision(4));
    // What stands in the table is what the whole of it says.
    const rows = [.../<section id="losses">[^]*?<\/section>/.exec(html)![0]
      .matchAll(/<th scope="row">([^<]*)<\/th><td>([^<]*)<\/td>/g)].map(([, name, value]) => [name, Number(value)]);
    const [[last, total], ...parts] = rows.reverse() as [string, number][];
    expect(last).toBe('together');
    expect(parts).toHaveLength(6);
    expect(Math.abs(parts.reduce((sum, [, value]) => sum + value, 0) / total - 1)).toBeLessThan(2e-3);
    expect(resistanceReport({ ...base, result })).toBe(html);
  });

  it('[exact] without the comparison, and where there is none', () => {
    const alone = resistanceReport({ ...base, result: { ...result, homogenised: null } });
    checkPage(alone);
    expect(alone).not.toContain('homogen');
    const none = resistanceReport({
      ...base, notes: ['watch <it>'],
      result: {
        ...result,
        homogenised: {
          ...result.homogenised!, resistance: null, difference: null, depthNumber: null, reaction: null,
        },
      },
    });
    checkPage(none);
    expect(none).toContain('does not percolate by itself');
    expect(none).toContain('watch &lt;it&gt;');
    expect(none).not.toContain('homogenised</text>');
  });
});

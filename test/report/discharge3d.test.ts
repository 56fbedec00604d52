import { describe, expect, it } from 'vitest';
import { readCell } from '../../src/cell/index.js';
import { grainTable } from '../../src/descriptors/grain-table.js';
import { segmentGrains } from '../../src/descriptors/grains.js';
import { discharge3dReport, socColour, socFigures, socScale } from '../../src/report/index.js';
import { lithiumOfGrains } from '../../src/resolved/maps.js';
import { referenceFile } from '../cell/reference-file.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';
import { decode } from './decode-png.js';
import { checkPage } from './page.js';
import { ACTIVE, runMadeUp } from './resolved-run.js';

const shape = [20, 24, 22] as const;
const volume = {
  labels: randomLabels(shape, { 1: 0.4, 2: 0.5, 3: 0.1 }, 3, 6), shape, voxelSizeUm: [0.2, 0.2, 0.2] as const,
};
const base = {
  title: 'a & b', volume, active: ACTIVE, axis: 'z', separator: 'low',
  description: readCell(referenceFile, ({ message }) => message),
  reproducibility: [{ label: 'version', value: 'voxelith <test>' }],
} as const;
const pictures = (html: string): number => html.match(/<svg viewBox[^>]*role="img"/g)!.length;

describe('report of discharges on voxels', () => {
  const runs = [0.1, 1, 2].map((rate) => runMadeUp(volume, rate));

  it('[law] three rates: curves, pictures, profiles, grains, checks', async () => {
    const session = await testSession();
    const grains = await segmentGrains(session, volume, { phase: ACTIVE });
    const data = {
      ...base, runs,
      grains: {
        table: await grainTable(session, volume, grains),
        lithium: runs.map(({ maps }) => lithiumOfGrains(maps[1], grains)),
      },
    };
    const html = discharge3dReport(data);
    checkPage(html);
    // Two curves, two maps a rate, three profiles at the end and two over time a rate, two of grains.
    expect(pictures(html)).toBe(2 + 2 * 3 + 3 + 2 * 3 + 2);
    for (const text of [
      'a &amp; b', 'Where the charge is', '0.10 C, 25%', '2.0 C, end', 'Utilisation by size', 'lies above',
      'voxelith &lt;test&gt;', `${grains.count} grains`, 'NMC811 of the LG M50', 'corrected for stairs by 0.6667',
    ]) expect(html).toContain(text);
    expect(discharge3dReport(data)).toBe(html);
  });

  it('[law] without maps and profiles only curves; a run that stopped early is said', () => {
    const bare = runs.map((run) => ({ ...run, maps: [], profiles: [], endedBy: 'stuck' as const }));
    const html = discharge3dReport({ ...base, runs: bare.slice(0, 1) });
    checkPage(html);
    expect(pictures(html)).toBe(1);
    expect(html).toContain('The run at 0.10 C stopped before a limit: no step found.');
  });

  it('[exact] says on which side of the picture the separator lies', () => {
    const sideOf = (axis: 'x' | 'y' | 'z', separator: 'low' | 'high'): string =>
      /the separator lies ([a-z ]+)\./.exec(discharge3dReport({ ...base, axis, separator, runs }))![1];
    expect((['z', 'y', 'x'] as const).map((axis) => [sideOf(axis, 'low'), sideOf(axis, 'high')]))
      .toEqual([['above', 'below'], ['on the left', 'on the right'], ['on the left', 'on the right']]);
  });
});

describe('pictures of the state of charge', () => {
  const labels = Uint8Array.of(2, 2, 1, 3, 0, 2, 2, 2);
  const grid = { labels, shape: [2, 2, 2], voxelSizeUm: null } as const;
  const soc = (values: readonly number[]): Float32Array => Float32Array.from(values);
  const view = { name: 'n', caption: 'c', across: 'z' } as const;
  const pixelsOf = (svg: string) => decode(Uint8Array.from(Buffer.from(/base64,([^"]+)/.exec(svg)![1], 'base64')));

  it('[exact] are shaded in proportion on one scale; what is beside has greys by its label', () => {
    // From 0.2 to 0.7 in steps of 0.05.
    const one = soc([0.2, 0.7, NaN, NaN, NaN, 0.5, 0.2, 0.2]);
    const other = soc([0.2, 0.2, NaN, NaN, NaN, 0.2, 0.2, 0.2]);
    const [first, second, third] = socFigures(grid, [
      { ...view, stateOfCharge: one, index: 0 }, { ...view, stateOfCharge: one, index: 1 },
      { ...view, stateOfCharge: other, index: 0 },
    ]).map(pixelsOf);
    expect(first.pixels).toEqual([6, 6 + 239, 1, 3]);
    expect(second.pixels).toEqual([0, 6 + Math.round(0.6 * 239), 6, 6]);
    expect(third.pixels).toEqual([6, 6, 1, 3]);
    expect(first.palette.slice(18, 21)).toEqual([68, 1, 84]);
    expect(first.palette.slice(-3)).toEqual([253, 231, 37]);
  });

  it('[exact] a scale has round ends around what there is, a width where all is even, is 0 to 1 for nothing', () => {
    const { from, to } = socScale([soc([0.193, NaN]), soc([0.668])]);
    expect([from, to].map((end) => Number(end.toFixed(12)))).toEqual([0.15, 0.7]);
    // What is charged beyond the start takes no half of the colours.
    const beyond = socScale([soc([0.02, 1.03])]);
    expect([beyond.from, beyond.to].map((end) => Number(end.toFixed(12)))).toEqual([0, 1.1]);
    const even = socScale([soc([0.5, 0.5])]);
    expect(even.from).toBeLessThanOrEqual(0.5);
    expect(even.to).toBeGreaterThan(0.5);
    expect(socScale([soc([NaN])])).toEqual({ from: 0, to: 1 });
    expect(socColour(-1, { from: 0, to: 1 })).toEqual([68, 1, 84]);
    expect(socColour(0.6, { from: 0.5, to: 0.6 })).toEqual([253, 231, 37]);
  });
});

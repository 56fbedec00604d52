import { describe as suite, expect, it } from 'vitest';
import { describe } from '../../src/descriptors/describe.js';
import { describeReport } from '../../src/report/index.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';
import { checkPage } from './page.js';

const shape = [24, 26, 28] as const;
const labels = randomLabels(shape, { 1: 0.5, 2: 0.3, 3: 0.2 }, 3, 4);

suite('describe report', () => {
  it('[law] a chart for every curve that the description holds, numbers, what was left out', async () => {
    const session = await testSession();
    const volume = { labels, shape, voxelSizeUm: [0.2, 0.2, 0.2] as const };
    const description = await describe(session, volume, {
      only: ['volumeFraction', 'constrictivity', 'twoPoint', 'chordLength', 'profiles'], curves: true,
    });
    const data = {
      title: 'a & b', description: { ...description, skipped: { one: 'needs <more>' } },
      reproducibility: [{ label: 'version', value: 'voxelith <test>' }],
    };
    const html = describeReport(data);
    checkPage(html);
    // Sizes 1, two-point 2, chords 2 along z; profiles 2 across each of three axes.
    expect(html.match(/<svg viewBox[^>]*role="img"/g)).toHaveLength(1 + 2 + 2 + 6);
    for (
      const text of [
        'a &amp; b', 'left out: one needs &lt;more&gt;', 'correlationLength1Um', 'CPSD', 'phase 2, SMIP',
        'voxelith &lt;test&gt;',
      ]
    ) {
      expect(html).toContain(text);
    }
    expect(describeReport(data)).toBe(html);
    const doubted = describeReport({ ...data, description: { ...description, warnings: ['small <window>'] } });
    checkPage(doubted);
    expect(doubted).toContain('small &lt;window&gt;');
  });

  it('[law] flat and unmeasured: no empty charts', async () => {
    const session = await testSession();
    const flat = { labels: labels.slice(0, 26 * 28), shape: [1, 26, 28] as const, voxelSizeUm: null };
    const html = describeReport({
      title: 't',
      description: await describe(session, flat, { axes: 'all', only: ['twoPoint', 'chordLength', 'profiles'] }),
      reproducibility: [],
    });
    checkPage(html);
    expect(html).not.toContain('NaN');
    expect(html).not.toContain('Coverage along z');
    const numbers = describeReport(
      { title: 't', description: await describe(session, flat, { only: ['volumeFraction'] }), reproducibility: [] },
    );
    expect(numbers).not.toContain('<svg');
  });
});

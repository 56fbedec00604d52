import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { studyReport } from '../../src/report/index.js';
import { escape, formulaHtml, readable } from '../../src/report/html.js';
import { indexedPng, pngDataUri } from '../../src/report/png.js';
import { axis, bins, niceStep } from '../../src/report/scale.js';
import { sliceOf } from '../../src/report/slices.js';
import { decode } from './decode-png.js';
import { tinyStudy } from './fixture.js';
import { checkPage } from './page.js';

describe('png', () => {
  it('[oracle] zlib reads back every pixel, for all bit depths and odd widths', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 37 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(2, 3, 5, 20), fc.nat(),
      (width, height, colours, seed) => {
        const pixels = Uint8Array.from({ length: width * height }, (_, i) => ((i * 2654435761 + seed) >>> 7) % colours);
        const palette = Array.from({ length: colours }, (_, i) => [i, 2 * i, 255 - i]);
        const image = decode(indexedPng(pixels, width, height, palette));
        expect(image).toEqual({ width, height, pixels: [...pixels], palette: palette.flat() });
      },
    ));
  });

  it('[oracle] more than one stored block; base64 as Node writes it', () => {
    const pixels = Uint8Array.from({ length: 400 * 401 }, (_, i) => (i * i) % 200);
    const png = indexedPng(pixels, 400, 401, Array.from({ length: 200 }, (_, i) => [i, i, i]));
    expect(decode(png).pixels).toEqual([...pixels]);
    for (const n of [png.length, 7, 8, 9]) {
      expect(pngDataUri(png.subarray(0, n)))
        .toBe(`data:image/png;base64,${Buffer.from(png.subarray(0, n)).toString('base64')}`);
    }
  });
});

describe('scales', () => {
  it('[law] axes cover the data with 2 to 8 round ticks; labels tell them apart', () => {
    fc.assert(fc.property(
      fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.double({ min: 1e-4, max: 1e3, noNaN: true }),
      (low, span) => {
        const a = axis(low, low + span);
        expect(a.from).toBeLessThan(low);
        expect(a.to).toBeGreaterThan(low + span);
        expect(a.ticks.length).toBeGreaterThanOrEqual(2);
        expect(a.ticks.length).toBeLessThanOrEqual(8);
        expect(new Set(a.ticks.map(a.label)).size).toBe(a.ticks.length);
      },
    ));
    expect(axis(3, 3).ticks.length).toBeGreaterThan(0);
    expect(axis(0, 0).ticks.length).toBeGreaterThan(0);
    expect([niceStep(1, 4), niceStep(10, 10), niceStep(0.03, 4)]).toEqual([0.5, 1, 0.01]);
  });

  it('[law] bins count every value once', () => {
    fc.assert(fc.property(
      fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1 }),
      fc.array(fc.double({ min: -5, max: 5, noNaN: true })),
      (a, b) => {
        const { edges, counts } = bins([a, b]);
        expect(counts.map((c) => c.reduce((sum, n) => sum + n, 0))).toEqual([a.length, b.length]);
        expect(edges.length).toBe(counts[0].length + 1);
        expect(edges.length).toBeLessThan(40);
      },
    ), { examples: [[[5e-324], []]] });
  });
});

describe('text', () => {
  it('[exact] numbers, formulas, escapes', () => {
    expect([readable(0.12345), readable(-1234.6, 4), readable(0), readable(NaN), readable(null), readable(1.2e-7, 2)])
      .toEqual(['0.123', '−1235', '0', '–', '–', '1.2e−7']);
    expect(formulaHtml('c1 · ε^-0.09')).toBe('<i>c</i><sub>1</sub> · ε<sup>−0.09</sup>');
    expect(formulaHtml('M̂3 = ε^c1')).toBe('M̂<sub>3</sub> = ε<sup><i>c</i><sub>1</sub></sup>');
    expect(escape('<a & "b">')).toBe('&lt;a &amp; &quot;b&quot;&gt;');
  });
});

describe('slices', () => {
  it('[exact] planes across each axis', () => {
    const volume = {
      labels: Uint8Array.from({ length: 24 }, (_, i) => i), shape: [2, 3, 4] as const,
      voxelSizeUm: [0.2, 0.2, 0.2] as const,
    };
    expect([...sliceOf(volume, 'z', '', '').labels]).toEqual(Array.from({ length: 12 }, (_, i) => 12 + i));
    expect([...sliceOf(volume, 'y', '', '', 2).labels]).toEqual([8, 9, 10, 11, 20, 21, 22, 23]);
    expect([...sliceOf(volume, 'x', '', '', 0).labels]).toEqual([0, 4, 8, 12, 16, 20]);
  });
});

const data = await tinyStudy();

describe('study report', () => {
  const html = studyReport(data);

  it('[law] one file: no script, no request, nothing undefined, every tag closed', () => {
    checkPage(html);
  });

  it('[law] holds what it must: 8 fit charts, 12 distributions, 8 drivers, 3 slices, 8 of coverage, Table 1, ' +
      'ranges, caveat, reproducibility', () => {
    expect(html.match(/<svg viewBox[^>]*role="img"/g)!.length).toBe(8 + 12 + 8 + 3 + 8);
    const left = data.law!.phases[0].leftOut.filter(({ reason }) => reason.startsWith('mFactor is 0')).length;
    expect(left).toBeGreaterThan(0);
    for (const text of [
      '−21.52', '4.36', '0.911', '1.081 – 1.186', 'Stenzel 2016', 'the paper’s are 401 × 401 × 401 voxels',
      data.reproducibility[0].value, `${left} × mFactor is 0`,
    ]) expect(html).toContain(text);
    expect(html).toContain('x64, 2 cores &lt;test&gt; &amp; &quot;quotes&quot;');
  });

  it('[law] papers are links; a difference from the paper is put down to no cause alone', () => {
    for (const paper of [
      'https://arxiv.org/abs/2603.23248', 'https://doi.org/10.1002/aic.15160', 'https://doi.org/10.1002/aic.14416',
      'https://doi.org/10.1002/andp.19354160705',
    ]) {
      expect(html).toContain(`<a href="${paper}">`);
    }
    expect(html).toContain('Smaller windows scatter more');
    expect(html).toContain('Which of these a difference is due to, this study alone does not tell.');
  });

  it('[law] every family that the program writes has a name in the legend', () => {
    const legend = html.slice(html.indexOf('id="distributions"')).match(/<ul class="legend">.*?<\/ul>/)![0];
    const names = [...legend.matchAll(/<\/span>([^<]*)</g)].map(([, name]) => name);
    expect(names).toEqual(['interpolated between cathodes', 'stepped along a gradient']);
  });

  it('[law] pure: the same data give the same document; without a law or slices it still stands', () => {
    expect(studyReport(data)).toBe(html);
    const bare = studyReport({ ...data, law: null, slices: [] });
    expect(bare).toContain('Too few usable structures');
    expect(bare).not.toMatch(/NaN|undefined/);
  });
});

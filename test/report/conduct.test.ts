import { describe, expect, it } from 'vitest';
import { logAxis } from '../../src/report/scale.js';
import { lines } from '../../src/report/chart.js';
import { conductReport, fluxFigures } from '../../src/report/index.js';
import { conduct } from '../../src/transport/conduct.js';
import { conductivityTensor } from '../../src/transport/tensor.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';
import { decode } from './decode-png.js';
import { checkPage } from './page.js';

const shape = [24, 26, 28] as const;
const volume = {
  labels: randomLabels(shape, { 1: 0.5, 2: 0.3, 3: 0.2 }, 3, 4), shape, voxelSizeUm: [0.4, 0.2, 0.2] as const,
};

describe('conduct report', () => {
  const reproducibility = [{ label: 'version', value: 'voxelith <test>' }];

  it('[law] one phase: value, checks, pictures on one scale, share of the flux, iterations', async () => {
    const session = await testSession();
    const result = await conduct(session, volume, { phase: 1, fields: true, history: true });
    const html = conductReport({ title: 'a & b', volume, results: [result], tensor: null, reproducibility });
    checkPage(html);
    expect(html.match(/<svg viewBox[^>]*role="img"/g)).toHaveLength(3 + 1 + 2);
    for (
      const text of [
        'a &amp; b', 'M-factor', 'tortuosity factor', 'Hashin-Shtrikman', 'An even flux would give 10',
        'voxelith &lt;test&gt;', '24 × 26 × 28 voxels (9.60 × 5.20 × 5.60 µm)',
      ]
    ) {
      expect(html).toContain(text);
    }
    expect(conductReport({ title: 'a & b', volume, results: [result], tensor: null, reproducibility })).toBe(html);
  });

  it('[law] several phases with the tensor; without fields and history only numbers', async () => {
    const session = await testSession();
    const tensor = await conductivityTensor(session, volume, { conductivity: { 1: 1, 2: 0.1 } });
    const html = conductReport({ title: 't', volume, results: Object.values(tensor.axes), tensor, reproducibility });
    checkPage(html);
    expect(html).not.toContain('<svg');
    for (const text of ['σ_eff along y', 'Conductivity tensor', 'Principal conductivities']) {
      expect(html).toContain(text);
    }
    expect(html).not.toContain('tortuosity factor');
  });

  it('[law] says what to distrust: no path, no convergence', async () => {
    const session = await testSession();
    const blocked = { ...volume, labels: volume.labels.map((label, i) => (i < 26 * 28 ? 2 : label)) };
    const none = await conduct(session, blocked, { phase: 1, fields: true, history: true });
    const page = conductReport({ title: 't', volume: blocked, results: [none], tensor: null, reproducibility });
    checkPage(page);
    expect(page).toContain('Nothing conducts from face to face along z');
    const poor = await conduct(session, volume, { phase: 1, tolerance: 1e-9, maxIterations: 4 });
    expect(conductReport({ title: 't', volume, results: [poor], tensor: null, reproducibility }))
      .toContain('did not converge');
  });
});

describe('pictures of the flux', () => {
  it('[exact] shades from 0 to a round end in proportion, brightest above it, ' +
      'the first colour where nothing flows', () => {
    const flux = Float32Array.from({ length: 2 * 20 * 20 }, (_, i) => (i % 20 === 0 ? 0 : (i % 20) / 10));
    const views = [
      { name: 'n', caption: 'c', across: 'z', index: 1 }, { name: 'n', caption: 'c', across: 'x', index: 7 },
    ] as const;
    const pictures = fluxFigures({ flux, shape: [2, 20, 20], voxelSizeUm: [0.2, 0.1, 0.1] }, views)
      .map((svg) => decode(Uint8Array.from(Buffer.from(/base64,([^"]+)/.exec(svg)![1], 'base64'))));
    expect(pictures.map(({ width, height }) => [width, height])).toEqual([[20, 20], [20, 2]]);
    expect(pictures[0].pixels.slice(0, 4))
      .toEqual([0, 1 + Math.round(0.05 * 254), 1 + Math.round(0.1 * 254), 1 + Math.round(0.15 * 254)]);
    expect(new Set(pictures[1].pixels)).toEqual(new Set([1 + Math.round(0.35 * 254)]));
    const [nothing, lowest, highest] = [0, 1, 255].map((shade) => pictures[0].palette.slice(3 * shade, 3 * shade + 3));
    expect([nothing, lowest, highest]).toEqual([[226, 229, 233], [68, 1, 84], [253, 231, 37]]);
    const spike = flux.map((value, i) => (i === 405 ? 100 : value));
    const [clipped] = fluxFigures({ flux: spike, shape: [2, 20, 20], voxelSizeUm: null }, [views[0]]);
    expect(decode(Uint8Array.from(Buffer.from(/base64,([^"]+)/.exec(clipped)![1], 'base64'))).pixels[5]).toBe(255);
    expect(clipped).toMatch(/≥ 2/);
  });
});

describe('charts of the report', () => {
  it('[exact] logarithmic axes: whole powers, at most seven ticks', () => {
    const axis = logAxis(2e-7, 0.3);
    expect([axis.from, axis.to + 0]).toEqual([-7, 0]);
    expect(axis.ticks.map((tick) => axis.label(tick))).toEqual(['10⁻⁶', '10⁻⁴', '10⁻²', '1']);
    expect(logAxis(1, 1)).toMatchObject({ from: 0, to: 1 });
    expect(logAxis(1e-30, 1e30).ticks.length).toBeLessThanOrEqual(7);
  });

  it('[exact] a missing value interrupts its line', () => {
    const svg = lines([{ name: 'a', colour: 'p1', x: [1, 2, 3, 4], y: [1, null, 3, 4] }], {
      title: 't', xLabel: 'x', yLabel: 'y', yScale: 'log',
    });
    expect(/class="line p1" d="([^"]*)"/.exec(svg)![1].match(/[ML]/g)).toEqual(['M', 'M', 'L']);
  });
});

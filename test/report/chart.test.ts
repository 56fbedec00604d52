import { describe, expect, it } from 'vitest';
import { lines, scatter } from '../../src/report/chart.js';
import { axis, equalAxes, partsAxis } from '../../src/report/scale.js';

describe('lines', () => {
  it('[exact] puts doublings at equal distances on a log x axis', () => {
    const svg = lines([{ name: 'a', colour: 'p1', x: [24, 48, 96, 384], y: [4, 2, 1, 0.25] }], {
      title: 't', xLabel: 'x', yLabel: 'y', xScale: 'log', yScale: 'log',
    });
    const ticks = [...svg.matchAll(/<text x="([\d.]+)" y="[\d.]+" text-anchor="middle">(\d+)<\/text>/g)]
      .map(([, x, label]) => [Number(x), Number(label)]);
    expect(ticks.map(([, label]) => label)).toEqual([24, 48, 96, 192, 384]);
    ticks.slice(1).forEach(([x], k) => expect(x - ticks[k][0]).toBeCloseTo(ticks[1][0] - ticks[0][0], 0));
    // A line of slope −1 is straight.
    const path = /d="(M[^"]+)"/.exec(svg.slice(svg.indexOf('class="line p1"')))?.[1] ?? '';
    const points = path.slice(1).split('L').map((p) => p.split(' ').map(Number));
    const slope = (k: number): number => (points[k][1] - points[0][1]) / (points[k][0] - points[0][0]);
    expect(slope(3)).toBeCloseTo(slope(1), 1);
  });
});

describe('names at the ends of lines', () => {
  it('[law] names of lines that end together stand a line apart, in the order of the lines', () => {
    const series = [1, 1.01, 1.02].map((y, i) => ({ name: `line ${i}`, colour: 'p1', x: [1, 2], y: [y, y] }));
    const svg = lines(series, { title: 't', xLabel: 'x', yLabel: 'y', yScale: 'log', names: 'ends' });
    const names = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)">(line \d)</g)]
      .map(([, x, y, name]) => ({ x: Number(x), y: Number(y), name }));
    const right = Number(/V[\d.]+H([\d.]+)"/.exec(svg)?.[1]);
    expect(names.every(({ x }) => x > right && x < 260)).toBe(true);
    expect(names.map(({ name }) => name)).toEqual(['line 2', 'line 1', 'line 0']);
    expect(names[1].y - names[0].y).toBeGreaterThanOrEqual(12);
    expect(names[2].y - names[1].y).toBeGreaterThanOrEqual(12);
  });
});

describe('error bars', () => {
  const barOf = (error: number): { drawn: number; ticks: number[] } => {
    const svg = scatter([
      { colour: 'p1', mark: 'train', x: [1, 2], y: [1, 2] },
      { colour: 'p1', mark: 'test', x: [0], y: [2], errors: [error] },
    ], { title: 't', xLabel: 'x', yLabel: 'y' });
    const [, from, to] = /class="error p1" d="M[\d.]+ ([\d.]+)V([\d.]+)"/.exec(svg)!;
    const ticks = [...svg.matchAll(/y="([\d.]+)" text-anchor="end">([\d.]+)</g)];
    const [first, last] = [ticks[0], ticks[ticks.length - 1]];
    const pixels = (Number(first[1]) - Number(last[1])) / (Number(last[2]) - Number(first[2]));
    return { drawn: (Number(from) - Number(to)) / pixels, ticks: ticks.map(([, , label]) => Number(label)) };
  };

  it('[exact] are drawn whole, unless they are many times what the points span', () => {
    expect(barOf(0.1).drawn).toBeCloseTo(0.2, 1);
    expect(barOf(1.5).drawn).toBeCloseTo(3, 1);
    const absurd = barOf(50);
    expect(Math.max(...absurd.ticks)).toBeLessThan(4);
    expect(absurd.drawn).toBeLessThan(4);
  });
});

describe('parts of an axis', () => {
  const parts = [{ name: 'separator', from: 0, to: 30 }, { name: 'positive', from: 30, to: 33 }];

  it('[exact] a thin part has three tenths before all are fitted, the rest is linear within each part', () => {
    const { across, axis: { ticks, label }, toScale } = partsAxis(parts);
    expect(toScale).toBe(false);
    expect([0, 30, 33].map(across)).toEqual([0, expect.closeTo(10 / 11 / (10 / 11 + 0.3), 12), expect.closeTo(1, 12)]);
    expect(across(31.5) - across(30)).toBeCloseTo(across(33) - across(31.5), 12);
    expect(ticks.map((place) => Number(label(place)))).toEqual(expect.arrayContaining([0, 10, 20, 30, 32]));
    for (const place of ticks) expect(across(Number(label(place)))).toBeCloseTo(place, 12);
    const even = partsAxis([{ name: 'a', from: 0, to: 4 }, { name: 'b', from: 4, to: 10 }]);
    expect([even.toScale, ...[2, 4, 7].map(even.across)]).toEqual([true, 0.2, 0.4, 0.7]);
  });

  it('[law] the picture names the parts, divides them, and says when they are not to one scale', () => {
    const svg = (shown: typeof parts): string => lines(
      [{ name: 'a', colour: 'p1', x: [1, 31, 32], y: [0, 1, 2] }],
      { title: 't', xLabel: 'x (µm)', yLabel: 'y', parts: shown },
    );
    expect(svg(parts)).toMatch(/class="one"[^]*separator[^]*positive|separator[^]*class="one"[^]*positive/);
    expect(svg(parts)).toContain('x (µm), parts not to one scale');
    expect(svg([{ name: 'positive', from: 0, to: 33 }])).not.toMatch(/not to one scale|>positive</);
  });

  it('[exact] equal axes: a unit is as long along both, and neither loses what it showed', () => {
    for (const [x, y] of [[axis(0, 10), axis(0, 1)], [axis(0, 1), axis(0, 10)]]) {
      const [across, up] = equalAxes(x, y, 400, 200);
      expect((across.to - across.from) / 400).toBeCloseTo((up.to - up.from) / 200, 12);
      expect(across.to).toBeGreaterThanOrEqual(x.to - 1e-12);
      expect(up.to).toBeGreaterThanOrEqual(y.to - 1e-12);
      for (const { ticks, from, to } of [across, up]) {
        expect(ticks.length).toBeGreaterThan(1);
        expect(ticks.every((t) => t >= from && t <= to)).toBe(true);
      }
    }
  });
});

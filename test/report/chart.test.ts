import { describe, expect, it } from 'vitest';
import { lines, scatter } from '../../src/report/chart.js';

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

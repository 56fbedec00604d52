import { describe, expect, it } from 'vitest';
import { lines } from '../../src/report/chart.js';

describe('lines', () => {
  it('[exact] puts doublings at equal distances on a log x axis', () => {
    const svg = lines([{ name: 'a', colour: 'p1', x: [24, 48, 96, 384], y: [4, 2, 1, 0.25] }], {
      title: 't', xLabel: 'x', yLabel: 'y', xScale: 'log', yScale: 'log',
    });
    const ticks = [...svg.matchAll(/<text x="([\d.]+)" y="[\d.]+" text-anchor="middle">(\d+)<\/text>/g)].map(([, x, label]) => [Number(x), Number(label)]);
    expect(ticks.map(([, label]) => label)).toEqual([24, 48, 96, 192, 384]);
    ticks.slice(1).forEach(([x], k) => expect(x - ticks[k][0]).toBeCloseTo(ticks[1][0] - ticks[0][0], 0));
    // A line of slope −1 is straight.
    const path = /d="(M[^"]+)"/.exec(svg.slice(svg.indexOf('class="line p1"')))?.[1] ?? '';
    const points = path.slice(1).split('L').map((p) => p.split(' ').map(Number));
    const slope = (k: number): number => (points[k][1] - points[0][1]) / (points[k][0] - points[0][0]);
    expect(slope(3)).toBeCloseTo(slope(1), 1);
  });
});

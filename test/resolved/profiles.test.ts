import { describe, expect, it } from 'vitest';
import { lithiumOfGrains, stateOfChargeMap } from '../../src/resolved/maps.js';
import { depthProfile } from '../../src/resolved/profiles.js';
import { randomLabels, uniform } from '../random.js';

const [SE, AM, SEPARATOR, COLLECTOR] = [1, 2, 4, 5];
const [nz, ny, nx] = [9, 7, 6];
const edges = [3e-7, 2e-7, 1e-7] as const;
const perPlane = ny * nx;
const FIRST = 2;
const END = { kind: 'end' } as const;

/** An image between two planes of separator and one of collector. */
function electrode() {
  const image = randomLabels([nz - 3, ny, nx], { 0: 0.1, [SE]: 0.4, [AM]: 0.5 }, 5, 2);
  const labels = new Uint8Array(nz * perPlane).fill(SEPARATOR);
  labels.set(image, FIRST * perPlane);
  labels.fill(COLLECTOR, (nz - 1) * perPlane);
  return labels;
}

/** All faces between AM and SE, class by class, found by looking at every pair of neighbours. */
function facesOf(labels: Uint8Array) {
  const active: number[] = [];
  const classes = [0];
  const at = (z: number, y: number, x: number): number => (z * ny + y) * nx + x;
  for (const [dz, dy, dx] of [[1, 0, 0], [0, 1, 0], [0, 0, 1]]) {
    for (const activeIsHigher of [true, false]) {
      for (let z = 0; z + dz < nz; z++) {
        for (let y = 0; y + dy < ny; y++) {
          for (let x = 0; x + dx < nx; x++) {
            const [low, high] = [at(z, y, x), at(z + dz, y + dy, x + dx)];
            const [am, se] = activeIsHigher ? [high, low] : [low, high];
            if (labels[am] === AM && labels[se] === SE) active.push(am);
          }
        }
      }
      classes.push(active.length);
    }
  }
  return { active: Uint32Array.from(active), classes };
}

describe('profiles over the depth', () => {
  const labels = electrode();
  const { active, classes } = facesOf(labels);
  const random = uniform(11);
  const reaction = Float64Array.from(active, () => random() - 0.8);
  const weight = Float32Array.from(active, () => 0.5 + random() / 2);
  const lithium = Float64Array.from(labels.filter((label) => label === AM), () => random());
  const potential = Float64Array.from(labels, () => random());
  const profile = depthProfile({
    planes: nz - 3, perPlane, first: FIRST * perPlane, edges, isActive: (i) => labels[i] === AM,
    carries: (i) => (labels[i] === AM ? 'electrons' : labels[i] === SE ? 'ions' : 'nothing'),
  }, { active, weight, classes }, { moment: END, time: 3, lithium, potential, reaction });

  it('[oracle] are means over the voxels of each plane, of its own label', () => {
    const places = [...labels.keys()].filter((i) => labels[i] === AM);
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    for (let plane = 0; plane < nz - 3; plane++) {
      const inside = (i: number): boolean => Math.floor(i / perPlane) === plane + FIRST;
      const of = (label: number): number =>
        mean([...labels.keys()].filter((i) => inside(i) && labels[i] === label).map((i) => potential[i]));
      expect(profile.stoichiometry[plane])
        .toBeCloseTo(mean([...lithium].filter((_, n) => inside(places[n]))), 12);
      expect(profile.solidPotential[plane]).toBeCloseTo(of(AM), 12);
      expect(profile.electrolytePotential[plane]).toBeCloseTo(of(SE), 12);
    }
  });

  it('[law] the reaction adds up to the current through all of the interface', () => {
    const [hz, hy, hx] = edges;
    const area = [hy * hx, hy * hx, hz * hx, hz * hx, hz * hy, hz * hy];
    let current = 0;
    for (let c = 0; c < 6; c++) {
      for (let k = classes[c]; k < classes[c + 1]; k++) current += reaction[k] * weight[k] * area[c];
    }
    const perArea = current / (perPlane * hy * hx);
    expect(profile.reaction.reduce((sum, r) => sum + r * hz, 0) / perArea).toBeCloseTo(1, 12);
  });

  it('[exact] a plane without active material has no stoichiometry and no reaction', () => {
    const holed = labels.slice();
    holed.fill(SE, 3 * perPlane, 4 * perPlane);
    const found = depthProfile({
      planes: nz - 3, perPlane, first: FIRST * perPlane, edges, isActive: (i) => holed[i] === AM,
      carries: () => 'nothing',
    }, { active: new Uint32Array(0), weight: new Float32Array(0), classes: [0, 0, 0, 0, 0, 0, 0] }, {
      moment: END, time: 0, lithium, potential, reaction: new Float64Array(0),
    });
    expect([found.stoichiometry[1], found.reaction[1], found.solidPotential[0]]).toEqual([NaN, NaN, NaN]);
    expect(found.reaction[0]).toBe(0);
  });
});

describe('lithium per voxel and grain', () => {
  const stoichiometry = Float32Array.of(0.25, 0.5, NaN, 1, 0.75, 0.25, NaN, 0.5);
  const numbers = Uint16Array.of(1, 1, 0, 3, 3, 0, 2, 3);
  const grains = { numbers, count: 3, shape: [2, 2, 2], voxelSizeUm: null } as const;

  it('[exact] the state of charge is 1 at the start, 0 at the end of the window, of nothing else', () => {
    const ends = { charged: 0.25, discharged: 1 };
    expect([...stateOfChargeMap(ends, { stoichiometry: Float32Array.of(0.25, 1, 0.625, NaN) })])
      .toEqual([1, 0, 0.5, NaN]);
  });

  it('[exact] each grain has its own mean, spread and range; one without active material has none', () => {
    const found = lithiumOfGrains({ stoichiometry }, grains);
    expect([...found.voxels]).toEqual([2, 0, 3]);
    expect([...found.mean]).toEqual([0.375, NaN, 0.75]);
    expect(found.std[0]).toBeCloseTo(0.125, 12);
    expect(found.std[2]).toBeCloseTo(Math.sqrt(0.125 / 3), 12);
    expect([[...found.least], [...found.most]]).toEqual([[0.25, NaN, 0.5], [0.5, NaN, 1]]);
  });

  it('[exact] refuses numbers that do not fit', () => {
    expect(() => lithiumOfGrains({ stoichiometry: stoichiometry.slice(1) }, grains)).toThrow('found 8 for 7');
    expect(() => lithiumOfGrains({ stoichiometry }, { ...grains, count: 2 })).toThrow('there are 2');
  });
});

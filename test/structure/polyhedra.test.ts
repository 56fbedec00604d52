import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelCounts } from '../../src/core/volume.js';
import { generate } from '../../src/structure/generate.js';
import type { ModelStructure } from '../../src/structure/model.js';
import { readStructure } from '../../src/structure/models.js';
import type { PackingSpec } from '../../src/structure/models/packing.js';
import { packingContacts } from '../../src/structure/packing/contacts.js';
import type { Box } from '../../src/structure/packing/neighbours.js';
import type { PackingParameters } from '../../src/structure/packing/parameters.js';
import { particleImage, particleTable } from '../../src/structure/packing/particle-image.js';
import { depthInCell, eachCell, type Diagram } from '../../src/structure/packing/power-cells.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();
const spec = (parameters: PackingParameters = {}, change: Partial<PackingSpec> = {}): PackingSpec =>
  ({ model: 'packing', size: [44, 48, 52], seed: 1, electrolyte: 'polyhedra', parameters, ...change });

/** Power of a voxel's centre with respect to every generator, through all images. */
function powers({ centres, radii, box, stretch }: Diagram, shape: readonly number[], at: number): number[] {
  const [, ny, nx] = shape;
  const place = [(Math.floor(at / (ny * nx)) + 0.5) / stretch, (Math.floor(at / nx) % ny) + 0.5, (at % nx) + 0.5];
  return Array.from(radii, (radius, k) => place.reduce((sum, c, axis) => {
    const d = centres[3 * k + axis] - c;
    return sum + (box[axis] < Infinity ? d - box[axis] * Math.round(d / box[axis]) : d) ** 2;
  }, -radius * radius));
}

describe('cells of a power diagram', () => {
  it('[oracle] every voxel belongs to the generator of the least power; its depth is that of all planes', () => {
    // Twentieths of the window, so that no two generators are nearly one.
    const place = fc.integer({ min: -4, max: 24 });
    const generator = fc.record({
      at: fc.tuple(place, place, place), r: fc.double({ min: 0, max: 4, noNaN: true }),
    });
    fc.assert(fc.property(
      fc.uniqueArray(generator, {
        minLength: 1, maxLength: 150, selector: ({ at }) => at.map((c) => (c + 20) % 20).join(),
      }),
      fc.boolean(), fc.constantFrom(1, 0.7, 1.5),
      (generators, periodic, stretch) => {
        const shape = [17, 12, 10] as const;
        const lengths = [17 / stretch, 12, 10];
        const diagram: Diagram = {
          centres: Float64Array.from(generators.flatMap(({ at }) => at.map((c, axis) => (c / 20) * lengths[axis]))),
          radii: Float64Array.from(generators, ({ r }) => r), stretch,
          box: lengths.map((l) => (periodic ? l : Infinity)) as unknown as Box,
        };
        let visited = 0;
        eachCell(diagram, shape, 1.5, (at) => at % 3 === 0, (at, own, candidates, from) => {
          visited++;
          const all = powers(diagram, shape, at);
          const least = Math.min(...all);
          expect(all[candidates.generators[own]]).toBeLessThan(least + 1e-9);
          // Images of the block's centre are those of its voxels only where cells are small.
          if (periodic) return;
          const k = candidates.generators[own];
          const depths = all.flatMap((power, j) => {
            const apart = Math.hypot(...[0, 1, 2].map((a) => diagram.centres[3 * j + a] - diagram.centres[3 * k + a]));
            return j === k || apart === 0 ? [] : [(power - all[k]) / (2 * apart)];
          });
          const depth = Math.min(Infinity, ...depths);
          const found = depthInCell(diagram, candidates, own, from);
          if (depth < 1.5) expect(found).toBeCloseTo(depth, 9);
          else expect(found).toBeGreaterThan(1.5 - 1e-9);
        });
        expect(visited).toBe(680);
      }), { numRuns: 60 });
  });
});

describe('polyhedra around spheres', () => {
  const shares = (structure: ModelStructure): number[] => {
    const counts = labelCounts(structure.labels);
    return [1, 2, 3].map((label) => counts[label] / structure.labels.length);
  };

  it.each<[string, PackingSpec]>([
    ['cells left out', spec()],
    ['gaps', spec({ voidFraction: 0.1 }, { voids: 'gaps' })],
    ['cut from a larger packing', spec({ voidFraction: 0.15 }, { edges: 'cropped' })],
    ['no active material', spec({ activeShare: 0, electrolyteSpread: 0.2 })],
    ['no void', spec({ voidFraction: 0, activeShare: 0.55 })],
    ['long voxels', spec({}, { voxelSizeUm: [0.3, 0.2, 0.2] })],
  ])('[exact] %s: every label has its share; numbers are those of the least power', async (_, of) => {
    const structure = await generate(session, of);
    const p = (readStructure('generate', of).spec as unknown as { parameters: Required<PackingParameters> }).parameters;
    const solid = 1 - p.voidFraction;
    const wanted = [solid * (1 - p.activeShare), solid * p.activeShare, p.voidFraction];
    shares(structure).forEach((share, k) => expect(Math.abs(share - wanted[k])).toBeLessThan(2e-5));
    const { shape, labels, particles } = structure;
    const numbers = particleImage(structure);
    const { centres, radii, stretch, periodic } = particles!;
    const generators = Array.from(radii.keys()).filter((k) => particles!.labels[k] === 1);
    const diagram: Diagram = {
      centres: Float64Array.from(generators.flatMap((k) =>
        [centres[3 * k] / stretch, centres[3 * k + 1], centres[3 * k + 2]])),
      radii: Float64Array.from(generators, (k) => radii[k]), stretch,
      box: [shape[0] / stretch, shape[1], shape[2]].map((l) => (periodic ? l : Infinity)) as unknown as Box,
    };
    const seen = new Set<number>();
    const labelOf = (number: number): number => (number === 0 ? 3 : particles!.labels[number - 1]);
    expect(labels).toEqual(Uint8Array.from(numbers, labelOf));
    labels.forEach((label, at) => {
      if (label !== 1) return;
      seen.add(numbers[at]);
      if (at % 97 !== 0) return;
      const all = powers(diagram, shape, at);
      expect(all[generators.indexOf(numbers[at] - 1)]).toBeLessThan(Math.min(...all) + 1e-9);
    });
    // Every polyhedron of the list has voxels.
    expect(seen.size).toBe(generators.length);
    expect(Object.keys(packingContacts(structure).coordination)).toEqual(p.activeShare > 0 ? ['2'] : []);
  });

  it('[law] cells are convex: between two voxels of one lies the same one', async () => {
    const structure = await generate(session, spec({ activeShare: 0, voidFraction: 0 }, { edges: 'cropped' }));
    const numbers = particleImage(structure);
    const places = new Map<number, number[][]>();
    numbers.forEach((number, at) => {
      const place = [Math.floor(at / 2496), Math.floor(at / 52) % 48, at % 52];
      places.set(number, [...(places.get(number) ?? []), ...(at % 5 === 0 ? [place] : [])]);
    });
    let compared = 0;
    for (const [number, all] of places) {
      for (const [n, a] of all.entries()) {
        const b = all[(n * 7919 + 13) % all.length];
        const middle = a.map((c, axis) => (c + b[axis]) / 2);
        if (!middle.every(Number.isInteger)) continue;
        compared++;
        expect(numbers[(middle[0] * 48 + middle[1]) * 52 + middle[2]]).toBe(number);
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });

  it('[exact] the polyhedra have the volume of spheres of their D50, whole or between gaps', async () => {
    for (const voids of ['cells', 'gaps'] as const) {
      const structure = await generate(session, spec({ activeShare: 0, voidFraction: 0.2 }, { voids }));
      const polyhedra = particleTable(structure).rows.length;
      const volume = (0.8 * structure.labels.length) / polyhedra;
      expect(volume / ((Math.PI / 6) * 10 ** 3)).toBeGreaterThan(0.93);
      expect(volume / ((Math.PI / 6) * 10 ** 3)).toBeLessThan(1.07);
    }
  });

  it('[law] same bits for any number of threads; seeds differ', async () => {
    const results = await forEachThreadCount((s) => generate(s, spec({}, { voids: 'gaps' })));
    for (const other of results.slice(1)) expect(other.labels).toEqual(results[0].labels);
    expect((await generate(session, spec({}, { voids: 'gaps', seed: 2 }))).labels).not.toEqual(results[0].labels);
  });

  it('[law] what polyhedra do not have is refused', () => {
    const bad = (parameters: object, change: object): (() => unknown) =>
      () => readStructure('generate', spec(parameters, change));
    expect(bad({}, { levelSets: true })).toThrow(/levelSets are there for two classes of spheres/);
    expect(bad({ further: [{ label: 1, share: 0.1 }] }, {})).toThrow(/of label 1 are spheres, but electrolyte is poly/);
    expect(bad({}, { voids: 'holes' })).toThrow(/voids must be one of cells, gaps, got "holes"/);
  });
});

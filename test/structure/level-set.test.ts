import { describe, expect, it } from 'vitest';
import { generate } from '../../src/structure/generate.js';
import { phaseLevelSet } from '../../src/structure/level-set.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { testSession } from '../session.js';

const SIZE = [20, 22, 24] as const;

describe('phaseLevelSet', () => {
  it('[law] is positive exactly where the label is, for every phase of every model', async () => {
    const session = await testSession();
    const structures = [
      await generate(session, specFromSet('bm01', { size: SIZE, seed: 3, levelSets: true })),
      await generate(session, specFromSet('f850', { size: SIZE, seed: 3, levelSets: true })),
      await generate(session, {
        model: 'spheres', size: [24, 24, 24], arrangement: 'bcc', volumeFraction: 0.4, label: 7, matrix: 4,
        levelSets: true,
      }),
    ];
    for (const structure of structures) {
      for (const phase of new Set(structure.labels)) {
        const levelSet = phaseLevelSet(structure, phase);
        expect(levelSet.every((value, i) => (structure.labels[i] === phase ? value > 0 : value < 0))).toBe(true);
      }
    }
  });

  it('[exact] is the distance to the surface of a sphere', async () => {
    const session = await testSession();
    const structure =
      await generate(session, { model: 'spheres', size: [16, 16, 16], volumeFraction: 0.3, levelSets: true });
    const radius = 16 * Math.cbrt(0.9 / (4 * Math.PI));
    expect(phaseLevelSet(structure, 1)[(8 * 16 + 8) * 16 + 13]).toBeCloseTo(Math.hypot(0.5, 0.5, 5.5) - radius, 5);
    expect(phaseLevelSet(structure, 2)[(8 * 16 + 8) * 16 + 8]).toBeCloseTo(radius - Math.sqrt(0.75), 5);
  });

  it('refuses structures and labels without one', async () => {
    const session = await testSession();
    const plain = await generate(session, { model: 'spheres', size: [8, 8, 8] });
    expect(() => phaseLevelSet(plain, 1)).toThrow(/levelSets: true/);
    const spheres = await generate(session, { model: 'spheres', size: [8, 8, 8], levelSets: true });
    expect(() => phaseLevelSet(spheres, 3)).toThrow(/has no label 3; it has 2, 1/);
  });
});

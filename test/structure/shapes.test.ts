import { describe, expect, it } from 'vitest';
import { generate, type ModelStructure, type StructureSpec } from '../../src/structure/generate.js';
import { testSession } from '../session.js';

const session = await testSession();
const make = (spec: StructureSpec): Promise<ModelStructure> => generate(session, spec);

function fraction(volume: ModelStructure, label: number): number {
  return volume.labels.reduce((count, l) => count + Number(l === label), 0) / volume.labels.length;
}

describe('deterministic structures', () => {
  it.each(
    [['sc', 0.4], ['bcc', 0.5], ['fcc', 0.6]] as const,
  )('[exact] %s spheres fill %d of the window', async (arrangement, volumeFraction) => {
    const volume = await make({ model: 'spheres', arrangement, volumeFraction, size: [64, 64, 64], levelSets: true });
    expect(Math.abs(fraction(volume, 2) - volumeFraction)).toBeLessThan(3e-3);
    expect(volume.labels.findIndex((label, i) => (label === 2) !== volume.levelSets!.x[i] >= 0)).toBe(-1);
  });

  it('[exact] cells tile the window; spheres refuse to overlap', async () => {
    const one = await make({ model: 'spheres', volumeFraction: 0.3, size: [16, 16, 16] });
    const tiled = await make({ model: 'spheres', volumeFraction: 0.3, cell: 16, size: [16, 32, 16] });
    expect(fraction(tiled, 2)).toBe(fraction(one, 2));
    await expect(make({ model: 'spheres', volumeFraction: 0.53, size: [16, 16, 16] })).rejects.toThrow(
      /below 0\.5236 for sc/,
    );
    await expect(make({ model: 'spheres', cell: 10, size: [16, 16, 16] })).rejects.toThrow(/must divide/);
    await expect(make({ model: 'spheres', arrangement: 'hcp' as never, size: [8, 8, 8] })).rejects.toThrow(
      /sc, bcc, fcc, random, overlapping/,
    );
  });

  it('[exact] random packings have the fraction asked for, and depend on the seed only', async () => {
    const spec = {
      model: 'spheres', arrangement: 'random', volumeFraction: 0.25, radius: 6, size: [60, 60, 60], seed: 4,
    } as const;
    const volume = await make(spec);
    expect(Math.abs(fraction(volume, 2) - 0.25)).toBeLessThan(0.01);
    expect((await make(spec)).labels).toEqual(volume.labels);
    // Boolean model: the union's fraction has a standard deviation of about 0.01 here; the seed is fixed.
    const boolean = await make({ ...spec, arrangement: 'overlapping', volumeFraction: 0.5 });
    expect(Math.abs(fraction(boolean, 2) - 0.5)).toBeLessThan(0.04);
  });

  it.each(['z', 'y', 'x'] as const)('[exact] laminate and channels along %s', async (axis) => {
    const layers = [{ thickness: 2, label: 7 }, { thickness: 1, label: 9 }];
    const laminate = await make({ model: 'laminate', axis, layers, size: [6, 6, 6] });
    const stride = { z: 36, y: 6, x: 1 }[axis];
    expect([0, 1, 2, 3, 4, 5].map((i) => laminate.labels[i * stride])).toEqual([7, 7, 9, 7, 7, 9]);
    expect(fraction(laminate, 9)).toBeCloseTo(1 / 3, 12);
    const channels = await make({ model: 'channels', axis, width: 2, spacing: 4, size: [8, 8, 8] });
    expect(fraction(channels, 1)).toBe(0.25);
    const along = { z: 64, y: 8, x: 1 }[axis];
    for (let i = 0; i < 512; i++) {
      expect(channels.labels[i]).toBe(channels.labels[i - (Math.floor(i / along) % 8) * along]);
    }
    await expect(make({ model: 'channels', axis, width: 5, spacing: 4, size: [8, 8, 8] })).rejects.toThrow(
      /at least the width/,
    );
    await expect(make({ model: 'laminate', axis, layers: [], size: [8, 8, 8] })).rejects.toThrow(/at least one/);
  });

  it.each([
    [
      { model: 'spheres', size: [8, 8, 8], volumefraction: 0.3 },
      /generate: unknown key "volumefraction"; did you mean "volumeFraction"\?$/,
    ],
    [{ model: 'laminate', size: [8, 8, 8], layer: [] }, /generate: unknown key "layer"; did you mean "layers"\?$/],
    [
      { model: 'channels', size: [8, 8, 8], diameter: 3, labels: 1 },
      /unknown key "diameter"; valid keys: model, size, voxelSizeUm, axis.*\n.*"labels"; did you mean "label"/,
    ],
  ])('[exact] a setting that there is not: %j', async (spec, message) => {
    await expect(make(spec as never)).rejects.toThrow(message);
  });
});

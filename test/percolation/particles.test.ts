import { describe, expect, it } from 'vitest';
import { windowParticles } from '../../src/percolation/particles.js';
import { generate } from '../../src/structure/generate.js';
import { particleImage } from '../../src/structure/packing/particle-image.js';
import { testSession } from '../session.js';

const session = await testSession();

describe('windowParticles', () => {
  it('[law] parts a particle at the faces across the axis and nowhere else', async () => {
    const volume = await generate(session, {
      model: 'packing', size: [40, 40, 40], voxelSizeUm: null, seed: 3,
      parameters: { activeDiameter: 12, electrolyteDiameter: 9, voidFraction: 0.4 },
    });
    const whole = particleImage(volume);
    const count = volume.particles!.radii.length;
    for (const [axis, stride] of [['z', 1600], ['y', 40], ['x', 1]] as const) {
      const parts = windowParticles(volume, axis)!;
      const planes = new Map<number, Set<number>>();
      let strangers = 0;
      parts.forEach((part, i) => {
        if (part === 0) return;
        if ((part - 1) % count !== whole[i] - 1) strangers++;
        planes.set(part, (planes.get(part) ?? new Set()).add(Math.floor(i / stride) % 40));
      });
      expect(strangers).toBe(0);
      // The planes of each part follow each other, so that no part is at both faces.
      for (const found of planes.values()) expect(Math.max(...found) - Math.min(...found)).toBeLessThan(13);
      expect(planes.size).toBeGreaterThan(count);
    }
    expect(windowParticles({ ...volume, particles: undefined }, 'z')).toBeNull();
  });
});

// Star-shaped particles: rays and harmonics of the grains of the nanostructure F850, and their union drawn again.
import { segmentGrains } from '../../src/descriptors/grains.js';
import { drawStarParticles } from '../../src/grains/star-draw.js';
import { starParticles } from '../../src/grains/star-particles.js';
import type { Session } from '../../src/runtime/session.js';
import { generate } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import type { BenchCase } from '../harness.js';

async function grainsOf(session: Session, edge: number) {
  const volume = await generate(session, specFromSet('f850', { size: [edge, edge, edge], seed: 1 }));
  return segmentGrains(session, volume, { phase: 2 });
}

export const cases: readonly BenchCase[] = [
  {
    name: 'star-particles',
    bytesPerVoxel: null,
    async setup(session, edge) {
      const grains = await grainsOf(session, edge);
      return {
        voxels: edge ** 3,
        run: async () => ({ grains: (await starParticles(session, grains)).particles.length }),
      };
    },
  },
  {
    name: 'star-draw',
    bytesPerVoxel: null,
    async setup(session, edge) {
      const particles = await starParticles(session, await grainsOf(session, edge), { overlap: 4 });
      return { voxels: edge ** 3, run: async () => void (await drawStarParticles(session, particles)) };
    },
  },
];

// Packings: 5000 equal spheres at 60 %, two sizes at 68 % without overlap, and at 75 % with overlap, in one window
// whatever its voxels; the voxels of a packing that is there; polyhedra.
import type { BenchCase } from '../harness.js';
import { generate } from '../../src/structure/generate.js';
import { PORE } from '../../src/core/volume.js';
import { fitSpheres } from '../../src/structure/packing/fit.js';
import { particleImage } from '../../src/structure/packing/particle-image.js';
import type { PackingSpec } from '../../src/structure/models/packing.js';

const HARD = { activeOverlap: 0, mixedOverlap: 0, electrolyteOverlap: 0 } as const;
const SPHERES = 5000;

/** Diameter of so many equal spheres that fill a share of a cube, over its edge. */
const diameterOf = (share: number, count: number): number => Math.cbrt((6 * share) / (Math.PI * count));

const packings: Readonly<Record<string, (edge: number) => Partial<PackingSpec>>> = {
  '5000 equal, .60': (edge) => ({
    parameters: { ...HARD, voidFraction: 0.4, activeShare: 1, activeDiameter: edge * diameterOf(0.6, SPHERES) },
  }),
  // 3 : 1 in diameter, seven tenths of the volume large: one in 12.6 particles is.
  '5000 of two sizes, .68': (edge) => {
    const large = 3 * edge * diameterOf(0.68 * (0.3 + 0.7 / 27), SPHERES);
    const sizes = { activeDiameter: large, electrolyteDiameter: large / 3 };
    return { parameters: { ...HARD, ...sizes, voidFraction: 0.32, activeShare: 0.7 } };
  },
  '5000 with overlap, .75': (edge) => {
    const large = 2 * edge * diameterOf(0.75 * (0.35 + 0.65 / 8), SPHERES);
    return { parameters: { activeDiameter: large, electrolyteDiameter: large / 2 } };
  },
  'polyhedra around spheres': (edge) => {
    const large = 2 * edge * diameterOf(0.75 * (0.35 + 0.65 / 8), SPHERES);
    return { electrolyte: 'polyhedra', parameters: { activeDiameter: large, electrolyteDiameter: large / 2 } };
  },
};

const specOf = (name: string, edge: number): PackingSpec =>
  ({ model: 'packing', size: [edge, edge, edge], seed: 1, voxelSizeUm: null, parameters: {}, ...packings[name](edge) });

const drawing = Object.keys(packings).map((name): BenchCase => ({
  name: `packing ${name}`,
  bytesPerVoxel: null,
  async setup(session, edge) {
    return {
      voxels: edge ** 3,
      async run() {
        const before = process.cpuUsage();
        const { particles, provenance } = await generate(session, specOf(name, edge));
        return {
          particles: particles!.radii.length, iterations: provenance!.iterations as number,
          cpuSeconds: process.cpuUsage(before).user / 1e6,
        };
      },
    };
  },
}));

const painting: BenchCase = {
  name: 'voxels of a packing',
  bytesPerVoxel: 1,
  async setup(session, edge) {
    const { particles, shape } = await generate(session, specOf('5000 with overlap, .75', edge));
    return {
      voxels: edge ** 3,
      async run() {
        const canvas = { shape, labels: new Uint8Array(edge ** 3).fill(PORE), free: PORE };
        for (const label of [2, 1]) fitSpheres(canvas, particles!, label, [1, 1], Infinity);
      },
    };
  },
};

const numbering: BenchCase = {
  name: 'particle image',
  bytesPerVoxel: 3,
  async setup(session, edge) {
    const structure = await generate(session, specOf('5000 with overlap, .75', edge));
    return { voxels: edge ** 3, run: async () => void particleImage(structure) };
  },
};

export const cases: readonly BenchCase[] = [...drawing, painting, numbering];

// A series of 20 contents of an additive, without conduction: order of the room's voxels, clusters and spanning
// contents, and the structure at each content. A random field with 70 % active material, 30 % pores that are filled.
import { insertPhase, structureAt } from '../../src/networks/insert.js';
import { INSERT_METHODS, type InsertMethodName } from '../../src/networks/methods.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { generate } from '../../src/structure/generate.js';
import type { BenchCase } from '../harness.js';

const CONTENTS = Array.from({ length: 20 }, (_, k) => 0.01 * (k + 1));

export const cases: readonly BenchCase[] = (Object.keys(INSERT_METHODS) as InsertMethodName[]).map((method) => ({
  name: `insert-${method}`,
  bytesPerVoxel: null,
  async setup(session, edge) {
    const volume = await generate(session, specFromSet('c900', { size: [edge, edge, edge], seed: 1 }));
    return {
      voxels: edge ** 3,
      async run() {
        const begin = performance.now();
        const found = await insertPhase(session, volume, { into: 3, label: 4, method, fractions: CONTENTS });
        const ordered = performance.now();
        for (const k of CONTENTS.keys()) structureAt(volume, found, k);
        return {
          room: found.room, orderS: (ordered - begin) / 1000, structuresS: (performance.now() - ordered) / 1000,
        };
      },
    };
  },
}));

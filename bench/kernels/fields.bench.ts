// Drawing a three-phase structure (n = 2: three transforms for six fields): narrow (BM01) and wide (BM10) spectrum.
import type { BenchCase } from '../harness.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { generate, generatePlan, type ThreePhaseSpec } from '../../src/structure/generate.js';
import { findParameterSet } from '../../src/structure/parameter-sets.js';

// One unit field pair by FFTW, times the three pairs that n = 2 needs; peers were measured at 405³ for 401³.
const peer = { name: 'FFTW pair × 3', threads: 2, seconds: { 128: 0.042, 256: 0.411, 401: 3.45 } };

export const cases: readonly BenchCase[] = ['bm01', 'bm10'].map((name) => ({
  name: `generate ${name}`,
  bytesPerVoxel: null,
  peer,
  async setup(session, edge) {
    const set = findParameterSet(name);
    if (set.model !== 'three-phase') throw new Error(`${name} is no three-phase set`);
    const spec: ThreePhaseSpec = { model: 'three-phase', parameters: set.parameters, size: [edge, edge, edge], seed: 1 };
    const peakMiB = Math.round(peakBytes(generatePlan(spec, session.threads)) / 2 ** 20);
    return {
      voxels: edge ** 3,
      async run() {
        await generate(session, spec);
        return { peakMiB };
      },
    };
  },
}));

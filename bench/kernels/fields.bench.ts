// Fields: one pair of unit fields, and three-phase structures (n = 2: three transforms for six fields) of a narrow
// (BM01) and a wide (BM10) spectrum and of one without an end.
import type { BenchCase, Peer } from '../harness.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { fieldPairPlan, synthesisePair, type FieldGrid, type FieldPair } from '../../src/kernels/fields.js';
import { transformLength, twiddlePlan, writeTwiddles } from '../../src/kernels/transform.js';
import { generate, generatePlan, type ThreePhaseSpec } from '../../src/structure/generate.js';
import { findParameterSet } from '../../src/structure/parameter-sets.js';

// One unit field with its random numbers by SciPy and by FFTW, times the three pairs that n = 2 needs; peers were
// measured at 405³ for 401³.
const peers: readonly Peer[] = [
  { name: 'SciPy pair × 3', threads: 1, seconds: { 128: 0.132, 256: 1.14, 401: 5.04 } },
  { name: 'FFTW pair × 3', threads: 2, seconds: { 128: 0.042, 256: 0.411, 401: 3.45 } },
];

/** Two unit fields in the time that the peer takes for one, RNG included on both sides. */
const unitPair: BenchCase = {
  name: 'unit field pair',
  bytesPerVoxel: null,
  peers: [
    { name: 'SciPy field', threads: 1, seconds: { 128: 0.044, 256: 0.38, 401: 1.68 } },
    { name: 'FFTW field', threads: 2, seconds: { 128: 0.014, 256: 0.137, 401: 1.15 } },
  ],
  async setup(session, edge) {
    const alpha = 0.15;
    const length = transformLength(edge + 3 / alpha);
    const grid: FieldGrid = { window: [edge, edge, edge], period: [length, length, length] };
    const pair: FieldPair = { id: 0, alpha: [alpha, alpha], anisotropyFactor: 1, covariance: null };
    const leases = ['first', 'second'].map((name) => ({ name, bytes: 4 * edge ** 3 }));
    const plan = {
      leases: [...leases, ...twiddlePlan(grid.period)], then: [fieldPairPlan(grid, pair, session.threads)],
    };
    return {
      voxels: edge ** 3,
      run: () =>
        session.run('unit field pair', plan, edge ** 3, {}, async (frame) => {
          const [first, second] = leases.map(({ name, bytes }) => frame.lease(name, bytes));
          const twiddles = await writeTwiddles(frame, grid.period);
          const before = process.cpuUsage();
          await synthesisePair(
            frame, grid, pair, { seed: 1, scenario: 0, realisation: 0 }, twiddles,
            { first, second, square: false, add: [false, false], excursion: null }, 'pair',
          );
          return { cpuSeconds: process.cpuUsage(before).user / 1e6 };
        }),
    };
  },
};

const structures = [['bm01', 'gaussian'], ['bm10', 'gaussian'], ['bm01', 'exponential']] as const;

const drawing = structures.map(([name, covariance]): BenchCase => ({
  name: `generate ${name}${covariance === 'gaussian' ? '' : ` ${covariance}`}`,
  bytesPerVoxel: null,
  peers,
  async setup(session, edge) {
    const set = findParameterSet(name);
    if (set.model !== 'three-phase') throw new Error(`${name} is no three-phase set`);
    const spec: ThreePhaseSpec = {
      model: 'three-phase', parameters: { ...set.parameters, covariance }, size: [edge, edge, edge], seed: 1,
    };
    const peakMiB = Math.round(peakBytes(generatePlan(spec, session.threads)) / 2 ** 20);
    return {
      voxels: edge ** 3,
      async run() {
        const before = process.cpuUsage();
        await generate(session, spec);
        return { peakMiB, cpuSeconds: process.cpuUsage(before).user / 1e6 };
      },
    };
  },
}));

export const cases: readonly BenchCase[] = [unitPair, ...drawing];

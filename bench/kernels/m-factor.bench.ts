// M-factor of phase 1 of the record's structure.
import { mFactor, type MFactorOptions } from '../../src/transport/m-factor.js';
import { solverPlan } from '../../src/kernels/solver-memory.js';
import { prepareSolver } from '../../src/kernels/solver.js';
import { networkPlan, prepareNetwork, preparingPlan } from '../../src/kernels/transport.js';
import { measureBandwidth, type BenchCase, type Peer } from '../harness.js';
import { recordStructure } from '../record.js';

/** Bytes per voxel that one iteration moves between memory and caches on the finest level where every octet conducts,
 *  lines that are written being read first: down reads r (2), network (1), writes the coarse right-hand side (1); up
 *  reads r, network, the coarse solution (½), p (4), writes p (4); the step reads p, x, r, network (8½), writes x, r
 *  (4). */
const FINEST_BYTES = 28;
/** The same on the coarse levels: 180 per voxel and visit, with 1/8, 2/64, 4/512 … visited voxels per voxel of the
 *  image. */
const COARSE_BYTES = 30;
/** Triad counts 12 bytes an element, of which 16 move. */
const TRIAD_MOVES = 16 / 12;

const HYPRE: readonly Peer[] = [
  { name: 'hypre, residual 1e-6', threads: 1, seconds: { 128: 1.56, 256: 14.2, 401: 55.8 } },
  { name: 'hypre, residual 1e-6', threads: 2, seconds: { 128: 0.82, 256: 7.4, 401: 33.2 } },
];

function solveCase(name: string, options: Partial<MFactorOptions>): BenchCase {
  return {
    name,
    bytesPerVoxel: null,
    peers: HYPRE,
    async setup(session, edge) {
      const volume = await recordStructure(session, edge);
      return {
        voxels: edge ** 3,
        async run() {
          const start = process.cpuUsage();
          const result = await mFactor(session, volume, { phase: 1, ...options });
          const { user, system } = process.cpuUsage(start);
          return {
            M: Number(result.mFactor?.toPrecision(6)), iterations: result.iterations,
            residual: Number(result.residual.toExponential(1)),
            MiB: Math.round(result.peakBytes / 2 ** 20), cpuSeconds: Number(((user + system) / 1e6).toFixed(2)),
          };
        },
      };
    },
  };
}

/** The finest level's passes by themselves, eight iterations of them. */
const finest: BenchCase = {
  name: 'mFactor-finest',
  bytesPerVoxel: null,
  async setup(session, edge) {
    const { labels, shape } = await recordStructure(session, edge);
    const bandwidth = (await measureBandwidth(session)) * TRIAD_MOVES;
    const planned = networkPlan(shape, 'z');
    const plan = {
      leases: planned,
      then: [preparingPlan(shape, 'z'), solverPlan(shape, session.threads, { maxIterations: 2, plain: true })],
    };
    return {
      voxels: edge ** 3,
      run: () => session.run('finest level', plan, edge ** 3, {}, async (frame) => {
        const { network } = frame.take(planned);
        const { linearEnergy } = await prepareNetwork(frame, network, labels, 1, shape, 'z');
        let seconds = 0;
        const solver = await prepareSolver(
          frame, { finest: { kind: 'plain', network }, axis: 'z', shape, linearEnergy }, { maxIterations: 2 },
        );
        await solver.solve(
          { tolerance: 1e-12, residualTolerance: null, rightNorm: null },
          async ({ entry, deviation, direction, sums }) => {
            const start = performance.now();
            await frame.call('probeFinest', { entry, x: deviation, p: direction, sums, nz: edge, repeats: 8 });
            seconds = (performance.now() - start) / 1000;
          },
        );
        const each = seconds / 8 / edge ** 3;
        const moved = FINEST_BYTES / each / 1e9;
        return {
          nsPerVoxel: Number((each * 1e9).toFixed(2)), bytes: FINEST_BYTES, GBs: Number(moved.toFixed(1)),
          share: Number((moved / bandwidth).toFixed(2)),
        };
      }),
    };
  },
};

/** One iteration: what eight more of them take. */
const iteration: BenchCase = {
  name: 'mFactor-iteration',
  bytesPerVoxel: null,
  async setup(session, edge) {
    const volume = await recordStructure(session, edge);
    const bandwidth = (await measureBandwidth(session)) * TRIAD_MOVES;
    const seconds = async (maxIterations: number): Promise<number> => {
      const start = performance.now();
      await mFactor(session, volume, { phase: 1, tolerance: 1e-12, maxIterations });
      return (performance.now() - start) / 1000;
    };
    return {
      voxels: edge ** 3,
      async run() {
        const few = await seconds(2);
        const each = ((await seconds(10)) - few) / 8 / edge ** 3;
        const moved = (FINEST_BYTES + COARSE_BYTES) / each / 1e9;
        return {
          nsPerVoxel: Number((each * 1e9).toFixed(2)), finestBytes: FINEST_BYTES, coarseBytes: COARSE_BYTES,
          GBs: Number(moved.toFixed(1)), share: Number((moved / bandwidth).toFixed(2)),
        };
      },
    };
  },
};

export const cases: readonly BenchCase[] = [
  solveCase('mFactor', {}),
  solveCase('mFactor-residual', { residualTolerance: 1e-6 }),
  iteration,
  finest,
];

// M-factor of phase 1 of the record's structure: χ²_2 (α = 0.08) plus Gaussian (α = 0.15) at a volume fraction of 0.4.
import { generate } from '../../src/structure/generate.js';
import { mFactor } from '../../src/transport/m-factor.js';
import type { BenchCase } from '../harness.js';

/** Bytes per voxel that one iteration moves at least on the finest level (f32 fields, byte network): reads of r, u, x, p and
 *  the network by each of its phases, and writes. */
const BYTES_PER_ITERATION = 60;

const parameters = {
  n: 2, alphaChiX: 0.08, alphaGaussX: 0.15, alphaChiY: 0.1, alphaGaussY: 0.1, lambdaX: 2.061154, lambdaY: 0, anisotropyFactor: 1,
};

function solveCase(name: string, tolerance: number, threads: number, seconds: Readonly<Record<number, number>>): BenchCase {
  return {
    name,
    bytesPerVoxel: null,
    peer: { name: 'hypre BoomerAMG-CG, residual 1e-6', threads, seconds },
    async setup(session, edge) {
      const volume = await generate(session, { model: 'three-phase', parameters, size: [edge, edge, edge], seed: 1 });
      return {
        voxels: edge ** 3,
        async run() {
          const start = process.cpuUsage();
          const result = await mFactor(session, volume, { phase: 1, tolerance });
          const { user, system } = process.cpuUsage(start);
          return {
            M: Number(result.mFactor.toPrecision(6)), iterations: result.iterations, residual: Number(result.residual.toExponential(1)),
            MiB: Math.round(result.peakBytes / 2 ** 20), cpuSeconds: Number(((user + system) / 1e6).toFixed(2)),
            finestGB: Number(((BYTES_PER_ITERATION * result.iterations * edge ** 3) / 1e9).toFixed(1)),
          };
        },
      };
    },
  };
}

export const cases: readonly BenchCase[] = [
  solveCase('mFactor', 1e-4, 1, { 128: 1.56, 256: 14.2, 401: 55.8 }),
  solveCase('mFactor-2-threads', 1e-4, 2, { 128: 0.82, 256: 7.4, 401: 33.2 }),
];

// Solves on the coded finest level: several conductivities, a smooth interface from labels, periodic edges.
import type { LabelVolume } from '../../src/core/volume.js';
import type { Session } from '../../src/runtime/session.js';
import { conduct, conductAxes, type ConductOptions } from '../../src/transport/conduct.js';
import { conductivityTensor } from '../../src/transport/tensor.js';
import type { BenchCase } from '../harness.js';
import { recordStructure } from '../record.js';

/** A case on the record's structure. solve: one run, and what is printed of it */
function solveCase(
  name: string, solve: (session: Session, volume: LabelVolume) => Promise<Record<string, number>>,
): BenchCase {
  return {
    name,
    bytesPerVoxel: null,
    async setup(session, edge) {
      const volume = await recordStructure(session, edge);
      return { voxels: edge ** 3, run: () => solve(session, volume) };
    },
  };
}

const sixDigits = (value: number): number => Number(value.toPrecision(6));

const conductCase = (name: string, options: Partial<ConductOptions>): BenchCase =>
  solveCase(name, async (session, volume) => {
    const result = await conduct(session, volume, options);
    return {
      sigma: sixDigits(result.effectiveConductivity), iterations: result.iterations,
      MiB: Math.round(result.peakBytes / 2 ** 20),
    };
  });

/** One phase along all axes: of their time at most 2.2 times that of `mFactor` is wanted. */
const allAxes = solveCase('conduct-axes', async (session, volume) => {
  const { x, y, z } = await conductAxes(session, volume, { phase: 1 });
  return {
    Mx: sixDigits(x.effectiveConductivity), My: sixDigits(y.effectiveConductivity),
    Mz: sixDigits(z.effectiveConductivity), iterations: x.iterations + y.iterations + z.iterations,
  };
});

const tensor = solveCase('conduct-tensor', async (session, volume) => {
  const { axes: { x, y, z }, asymmetry } = await conductivityTensor(session, volume, { phase: 1 });
  return { iterations: x.iterations + y.iterations + z.iterations, asymmetry: Number(asymmetry.toPrecision(3)) };
});

export const cases: readonly BenchCase[] = [
  conductCase('conduct-three-phase', { conductivity: { 1: 1, 2: 1e-3, 3: 0.1 } }),
  conductCase('conduct-smooth', { phase: 1, interface: 'smooth' }),
  conductCase('conduct-periodic', { phase: 1, boundary: 'periodic' }),
  allAxes,
  tensor,
];

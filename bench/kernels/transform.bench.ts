// A whole real field there and back again: the two transforms of a two-point function, or of the FFT peer's unit field.
import type { BenchCase } from '../harness.js';
import {
  fieldBytes, forwardTransform, inverseTransform, openTransform, transformLength, transformPlan,
} from '../../src/kernels/transform.js';
import type { Shape } from '../../src/core/grid.js';

export const cases: readonly BenchCase[] = [
  {
    name: 'transform pair',
    bytesPerVoxel: null,
    // The peer also draws its white noise.
    peers: [{ name: 'FFTW field', threads: 2, seconds: { 128: 0.014, 256: 0.137, 401: 1.15 } }],
    async setup(session, edge) {
      const n = transformLength(edge);
      const shape: Shape = [n, n, n];
      const plan = { leases: [{ name: 'field', bytes: fieldBytes(shape) }, ...transformPlan(shape, session.threads)] };
      return {
        voxels: n ** 3,
        run: () =>
          session.run('transform', plan, n ** 3, {}, async (frame) => {
            const field = frame.lease('field', fieldBytes(shape));
            const transform = await openTransform(frame, shape);
            await frame.fill(field, 0);
            const start = process.cpuUsage();
            const wall = performance.now();
            await forwardTransform(frame, transform, field);
            await inverseTransform(frame, transform, field);
            const { user } = process.cpuUsage(start);
            return { cpuSeconds: user / 1e6, transformSeconds: (performance.now() - wall) / 1000 };
          }),
      };
    },
  },
];

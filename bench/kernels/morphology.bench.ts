// Exact distances, one opening, connection to a face and β of phase 1 in a structure like that of the peer record.
// Labels are copied into the arena in every run; the results of distance and opening stay there.
import { constrictivity, constrictivityPlan } from '../../src/descriptors/constrictivity.js';
import { localThicknessPlan, openingSizes } from '../../src/descriptors/local-thickness.js';
import { openingsPlan, withOpenings } from '../../src/descriptors/openings.js';
import { distance16, distanceLeases } from '../../src/kernels/distance.js';
import { metricDistance, metricLeases, squaredEdges } from '../../src/kernels/metric.js';
import { reachMask, reachMaskLeases } from '../../src/kernels/reach.js';
import { named, peakBytes } from '../../src/runtime/plan.js';
import type { Session } from '../../src/runtime/session.js';
import { generate } from '../../src/structure/generate.js';
import type { BenchCase, BenchRun, Peer } from '../harness.js';
import { PEER_STRUCTURE } from './geodesic.bench.js';

type Volume = Awaited<ReturnType<typeof generate>>;

function benchCase(
  name: string, peers: readonly Peer[],
  run: (session: Session, volume: Volume) => BenchRun['run'], bytesPerVoxel: number | null = null,
): BenchCase {
  return {
    name,
    bytesPerVoxel,
    peers,
    async setup(session, edge) {
      const volume = await generate(
        session, { model: 'three-phase', size: [edge, edge, edge], seed: 1, parameters: PEER_STRUCTURE },
      );
      return { voxels: edge ** 3, run: run(session, volume) };
    },
  };
}

const EDT: readonly Peer[] = [
  { name: 'edt', threads: 1, seconds: { 128: 0.049, 256: 0.42, 401: 1.76 } },
  { name: 'edt', threads: 2, seconds: { 128: 0.029, 256: 0.276, 401: 1.05 } },
];

export const cases: readonly BenchCase[] = [
  benchCase('distance', EDT, (session, { labels, shape }) => {
    const leases = distanceLeases(shape, session.threads);
    const plan = { leases: [...named({ labels: labels.length }), ...leases] };
    return () =>
      session.run('distance', plan, labels.length, {}, async (frame) => {
        const { labels: input, ...taken } = frame.take(plan);
        await frame.write(input, labels);
        const largest = await distance16(frame, input, shape, 1, 'open', taken);
        return { largest, MiB: Math.round(peakBytes(plan) / 2 ** 20) };
      });
    // labels in, u8 out and in, u16 out.
  }, 5),
  // The same phase on voxels twice as high: f32 sums of weighted squares, 4 bytes a voxel out.
  benchCase('distance-anisotropic', [], (session, { labels, shape }) => {
    const leases = metricLeases(shape, session.threads);
    const plan = { leases: [...named({ labels: labels.length }), ...leases] };
    return () =>
      session.run('distance', plan, labels.length, {}, async (frame) => {
        const { labels: input, ...taken } = frame.take(plan);
        await frame.write(input, labels);
        await metricDistance(frame, input, shape, 1, 'open', squaredEdges([0.2, 0.1, 0.1]), taken);
        return { MiB: Math.round(peakBytes(plan) / 2 ** 20) };
      });
    // labels in, u8 out and in, f32 out, in and out.
  }, 15),
  benchCase('opening', [], (session, { labels, shape }) => {
    const plan = { leases: [{ name: 'labels', bytes: labels.length }], then: [openingsPlan(shape, session.threads)] };
    return () =>
      session.run('opening', plan, labels.length, {}, async (frame) => {
        const input = frame.lease('labels', labels.length);
        await frame.write(input, labels);
        return withOpenings(frame, input, shape, 1, async (openings) => {
          const start = performance.now();
          await openings.covered(36, null);
          const middle = performance.now();
          await openings.covered(36, { axis: 'z', from: 'low' });
          const end = performance.now();
          return { openingMs: Math.round(middle - start), connectedOpeningMs: Math.round(end - middle) };
        });
      });
  }),
  benchCase(
    'reach', [{ name: 'cc3d components 6', threads: 1, seconds: { 128: 0.0073, 256: 0.062, 401: 0.265 } }],
    (session, { labels, shape }) => {
      const plan = { leases: [{ name: 'labels', bytes: labels.length }, ...reachMaskLeases(shape, session.threads)] };
      return () =>
        session.run('reach', plan, labels.length, {}, async (frame) => {
          const input = frame.lease('labels', labels.length);
          await frame.write(input, labels);
          const counts =
            await reachMask(frame, null, input, shape, { phase: 1, axis: 'z', from: 'low', neighbours: 6 });
          return { share: Number((counts.reduce((a, b) => a + b, 0) / labels.length).toFixed(4)) };
        });
    },
  ),
  benchCase(
    'thickness', [{ name: "PoreSpy's local thickness", threads: 1, seconds: { 128: 0.91, 256: 8.1, 401: 32.6 } }],
    (session, volume) => async () => {
      const { d50, largest } = await openingSizes(session, volume, { phase: 1 });
      const MiB = Math.round(peakBytes(localThicknessPlan(volume.shape, session.threads)) / 2 ** 20);
      return { d50: Number(d50?.toFixed(4)), largest: Number(largest?.toFixed(4)), MiB };
    },
  ),
  // Both curves at the 64 radii of CURVE_POINTS; the goal is 30 s on two threads.
  benchCase('curves', [], (session, volume) => async () => {
    const { curves } = await constrictivity(session, volume, { phase: 1, curves: true });
    return { radii: curves!.radius.length };
  }),
  benchCase(
    'constrictivity', [{ name: "PoreSpy's two curves", threads: 1, seconds: { 128: 1.8, 256: 17.3 } }],
    (session, volume) => async () => {
      const result = await constrictivity(session, volume, { phase: 1 });
      return {
        beta: Number(result.constrictivity.toFixed(6)), rMin: Number(result.bottleneckRadius?.toFixed(4)),
        rMax: Number(result.bulgeRadius?.toFixed(4)),
        MiB: Math.round(peakBytes(constrictivityPlan(volume.shape, session.threads)) / 2 ** 20),
      };
    },
  ),
];

// Smooth interfaces at sizes that the everyday tests leave out.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeVolume } from '../../src/index.js';
import { apertureFaces, aperturePlan } from '../../src/kernels/apertures.js';
import { facePlan, leaseFaces } from '../../src/kernels/faces.js';
import { generate } from '../../src/structure/generate.js';
import { phaseLevelSet } from '../../src/structure/level-set.js';
import { conduct } from '../../src/transport/conduct.js';
import { faceComponents, type FaceCodes } from '../reference/apertures.js';
import { testSession } from '../session.js';
import { SPHERE_ARRAYS } from '../transport/sphere-arrays.js';

const folder = process.env.VOXELITH_DATA ?? new URL('../../../shared/data', import.meta.url).pathname;
const electrode = `${folder}/electrode.tiff`;

describe('smooth interfaces', () => {
  it.each([[128, 0.002, 0.0035], [256, 0.0004, 0.001]])(
    '[exact] insulating spheres at %i per edge: within %d from the level set, %d from labels', async (
      n, fromLevelSet, fromLabels,
    ) => {
      const session = await testSession({ debug: false });
      for (const [arrangement, fraction, exact] of SPHERE_ARRAYS) {
        const volume = await generate(
          session, { model: 'spheres', arrangement, volumeFraction: fraction, size: [n, n, n], levelSets: true },
        );
        const error = async (levelSet: Float32Array | null): Promise<number> =>
          (
            (
              await conduct(session, volume, { phase: 1, interface: 'smooth', levelSet, tolerance: 1e-5 })
            ).mFactor as number
          ) / exact - 1;
        expect(Math.abs(await error(phaseLevelSet(volume, 1)))).toBeLessThan(fromLevelSet);
        expect(Math.abs(await error(null))).toBeLessThan(fromLabels);
      }
    },
  );

  it.skipIf(
    !existsSync(electrode),
  )('[law] the faces of a segmented electrode, 256³, join what its labels join, phase by phase', async () => {
    const session = await testSession({ debug: false });
    const { labels, shape } = await decodeVolume(electrode, new Uint8Array(readFileSync(electrode)));
    for (const phase of [0, 85, 170]) {
      const plan = { leases: facePlan(shape), then: [aperturePlan(shape, 0.6, session.threads)] };
      const codes = await session.run('apertures', plan, labels.length, {}, async (frame): Promise<FaceCodes> => {
        const faces = leaseFaces(frame, shape);
        await apertureFaces(frame, faces, { labels, phase, smoothing: 0.6 }, shape);
        const [z, y, x, topZ, topY, topX] =
          await Promise.all(Object.values(faces).map((lease) => frame.read(lease, Uint8Array)));
        return { low: [z, y, x], top: [topZ, topY, topX] };
      });
      const network = faceComponents(codes, shape, false);
      // The labels' own faces: those of the network between two voxels of the phase are all of them, and all open.
      const strides = [shape[1] * shape[2], shape[2], 1];
      const own = codes.low.map((open, axis) =>
        open.map((code, i) => {
          const above = Math.floor(i / strides[axis]) % shape[axis] > 0 && labels[i] === phase &&
            labels[i - strides[axis]] === phase;
          if (above && code === 0) throw new Error(`a face between two voxels of phase ${phase} is closed`);
          return above ? 1 : 0;
        })) as unknown as FaceCodes['low'];
      const truth = faceComponents({ low: own, top: codes.top }, shape, false);
      const forth = new Int32Array(labels.length).fill(-1);
      const back = new Int32Array(labels.length).fill(-1);
      let wrong = 0;
      for (let i = 0; i < labels.length; i++) {
        if (labels[i] !== phase) continue;
        if (forth[truth[i]] < 0) forth[truth[i]] = network[i];
        if (back[network[i]] < 0) back[network[i]] = truth[i];
        if (forth[truth[i]] !== network[i] || back[network[i]] !== truth[i]) wrong++;
      }
      expect(wrong).toBe(0);
      const factors = await Promise.all((['voxel', 'smooth'] as const).map(
        (kind) => conduct(session, { labels, shape, voxelSizeUm: null }, { phase, interface: kind }),
      ));
      console.log(
        `phase ${phase}: M ${factors.map(({ mFactor }) => mFactor?.toFixed(5)).join(' on plain voxels, ')} with ` +
          'smooth interfaces',
      );
      expect(factors[1].percolates).toBe(factors[0].percolates);
    }
  });
});

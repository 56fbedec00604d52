// What a study's report shows of its structures.
import { describe, expect, it } from 'vitest';
import { sliceOf, studySlices } from '../../src/report/index.js';
import { generate } from '../../src/structure/generate.js';

import { paperStudy } from '../study/paper.js';
import { testSession } from '../session.js';

describe('slices of a study', () => {
  it('[law] show the structures of the study: its covariance, seed and voxels', async () => {
    const session = await testSession();
    for (const covariance of ['spherical', undefined] as const) {
      const family = covariance && { covariance };
      const spec = paperStudy({ scenarios: ['bm01', 'bm10'], size: 24, seed: 5, ...family });
      const slices = await studySlices(session, spec);
      for (const [i, { name, parameters }] of spec.scenarios.entries()) {
        const own = { ...parameters, ...family };
        const drawn = await generate(session, { model: 'three-phase', parameters: own, size: [24, 24, 24], seed: 5 });
        expect(slices[i]).toMatchObject({ name, width: 24, height: 24, pixelUm: spec.voxelSizeUm });
        expect([...slices[i].labels]).toEqual([...sliceOf(drawn, 'y', '', '').labels]);
      }
    }
  });
});

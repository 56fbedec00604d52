// The joint 95 % region of the calibration, about many structures with known parameters. Minutes: `npm run test:recovery`.
import { describe, expect, it } from 'vitest';
import { calibrate, regionDistance } from '../../src/calibration/calibrate.js';
import type { Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { generate, type ThreePhaseParameters } from '../../src/index.js';
import { testSession } from '../session.js';

const theta: ThreePhaseParameters = {
  alphaChiX: 0.2, alphaGaussX: 0.35, alphaChiY: 0.3, alphaGaussY: 0.18, lambdaX: 1.76, lambdaY: 0.1, n: 2, anisotropyFactor: 0.92,
};
const chi2 = { alpha: 0.12, lambda: 1.55, anisotropyFactor: 0.95 };
const TRIALS = 40;

describe('joint 95 % region of structures with known θ', () => {
  const cases = [
    ['three-phase, 48³', 'three-phase', [[48, 48, 48]]], ['three-phase, sections across x and z, 200²', 'three-phase', [[200, 200, 1], [1, 200, 200]]],
    ['χ²₂, 48³', 'chi2', [[48, 48, 48]]], ['χ²₂, one section across x, 200²', 'chi2', [[200, 200, 1]]],
  ] as const;
  it.each(cases)('[law] covers θ in at least 34 of 40: %s', async (name, model, shapes) => {
    const session = await testSession({ debug: false });
    const truth = model === 'chi2' ? chi2 : theta;
    let covered = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const images: LabelVolume[] = [];
      for (const [i, size] of shapes.entries()) {
        const common = { size: size as unknown as Shape, seed: 1000 + trial, scenario: 900 + i };
        images.push(await generate(session, model === 'chi2' ? { ...common, model, parameters: chi2 } : { ...common, model, parameters: theta }));
      }
      const found = await calibrate(session, images, { model, draws: 40, seed: 5000 + trial });
      if (regionDistance(found, truth) <= found.region.limit) covered++;
    }
    console.log(`${name}: ${covered} of ${TRIALS}`);
    expect(covered).toBeGreaterThanOrEqual(34);
  });
});

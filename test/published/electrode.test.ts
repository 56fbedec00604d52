import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { components, decodeVolume, mFactor, volumeFractions, type LabelVolume } from '../../src/index.js';
import { testSession } from '../session.js';

const folder = process.env.VOXELITH_DATA ?? new URL('../../../shared/data', import.meta.url).pathname;
const file = `${folder}/electrode.tiff`;
const [PORE, NMC, BINDER] = [0, 85, 170];

if (!existsSync(file)) {
  console.warn(`left out: ${file} is not here (set VOXELITH_DATA to the folder of the published images)`);
}

async function electrode(): Promise<LabelVolume> {
  return decodeVolume(file, new Uint8Array(readFileSync(file)));
}

describe.skipIf(!existsSync(file))('electrode of tldr-group/taufactor, 256³', () => {
  it('[published] volume fractions', async () => {
    const session = await testSession({ debug: false });
    const { phases } = await volumeFractions(session, await electrode());
    const fractions = Object.fromEntries(phases.map((entry) => [entry.phase, entry.volumeFraction]));
    expect(fractions[PORE]).toBeCloseTo(0.449917, 6);
    expect(fractions[NMC]).toBeCloseTo(0.400466, 6);
    expect(fractions[BINDER]).toBeCloseTo(0.149616, 6);
  });

  it('[published] 6-connected through-fractions', async () => {
    const session = await testSession({ debug: false });
    const volume = await electrode();
    for (const [phase, expected] of [[PORE, 0.9989], [NMC, 0.9611], [BINDER, 0.974]] as const) {
      const { percolatingFraction } = await components(session, volume, { phase, neighbourhood: 6 });
      expect(percolatingFraction.z).toBeCloseTo(expected, 4);
    }
  });

  it('[published] tortuosity factor of the pores along the first two axes, within their stop criterion', async () => {
    const session = await testSession({ debug: false });
    const volume = await electrode();
    for (const [axis, expected] of [['z', 2.0772], ['y', 2.0766]] as const) {
      const { tortuosityFactor } = await mFactor(session, volume, { phase: PORE, axis, tolerance: 1e-6 });
      console.log(`tortuosity factor along ${axis}: ${tortuosityFactor?.toFixed(5)}, published ${expected}`);
      expect(Math.abs(tortuosityFactor! / expected - 1)).toBeLessThan(1e-3);
    }
  });
});

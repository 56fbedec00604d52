// A discharge on the voxels beside the homogeneous cell that the same image's descriptors make.
import { expect, it } from 'vitest';
import { findChemistry } from '../../src/cell/chemistries/index.js';
import { rateTable } from '../../src/cell/experiments/rate-table.js';
import { cellFromImage } from '../../src/cell/file/from-image.js';
import { readCell } from '../../src/cell/file/read.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { contactDiameterOf } from '../../src/descriptors/contact-diameter.js';
import { surfaceAreas } from '../../src/descriptors/surface-area.js';
import { volumeFractions } from '../../src/descriptors/volume-fraction.js';
import { discharge3d } from '../../src/resolved/discharge.js';
import type { Session } from '../../src/runtime/session.js';
import { mFactor } from '../../src/transport/m-factor.js';
import { testSession } from '../session.js';
import { AM, imageOf, SE } from './truths.js';

/** Lamellae of 4 µm from separator to collector: half of one at either side of the window. */
const lamellae = imageOf([40, 4, 4], 1, (_, __, x) => (x < 2 ? SE : AM));

async function measure(session: Session, volume: LabelVolume) {
  const { phases } = await volumeFractions(session, volume, { phases: [AM, SE] });
  const { interfaces } = await surfaceAreas(session, volume, { phases: [AM, SE] });
  return {
    image: 'lamellae', axis: 'z', thickness: volume.shape[0] * volume.voxelSizeUm![0],
    activeFraction: phases[0].volumeFraction, electrolyteFraction: phases[1].volumeFraction,
    activeMFactor: (await mFactor(session, volume, { phase: AM, axis: 'z' })).mFactor!,
    electrolyteMFactor: (await mFactor(session, volume, { phase: SE, axis: 'z' })).mFactor!,
    interfaceArea: interfaces[0].area,
    contactDiameter: contactDiameterOf(phases[0].volumeFraction, interfaces[0].area)!,
  };
}

/** Charge of the homogeneous cell over that on the voxels, both down to the voltage limit. */
async function chargeShare(diffusivity: number, rate: number): Promise<number> {
  const session = await testSession({ threads: 1 });
  const chemistry = findChemistry('nmc811-lps');
  const active = { ...chemistry.active, diffusivity: { value: diffusivity, unit: 'm^2/s', source: 'given' } };
  const file = cellFromImage(await measure(session, lamellae), { ...chemistry, active });
  const { cell } = readCell(file, () => 'lamellae');
  const found = await discharge3d(session, lamellae, cell, { rate, moments: [] });
  const [run] = rateTable(cell, [found.currentDensity]);
  expect([found.endedBy, run.endedBy]).toEqual(['lowerVoltage', 'lowerVoltage']);
  const { charge } = run.model.at;
  return (run.last[charge] - run.first[charge]) / found.capacity;
}

it.each([
  ['lithium moves at once', 1e-12, 1], ['the rate is low', 4e-15, 0.02],
])('[oracle] lamellae give the charge of the cell that their descriptors make where %s', async (_, ...given) => {
  expect(Math.abs((await chargeShare(...given)) - 1)).toBeLessThan(0.01);
});

it('[oracle] where diffusion matters, balls of D_SCA give less than lamellae', async () => {
  // Surfaces lag behind their mean by R/5 and ℓ/3 times the flux: a ball of the area of sheets of half thickness ℓ has
  // R = 3ℓ. Here the area of both is that which 13 directions count, and R = D_SCA/2 = 2.4ℓ.
  const share = await chargeShare(4e-15, 1);
  expect(share).toBeLessThan(0.99);
  expect(share).toBeGreaterThan(0.97);
});

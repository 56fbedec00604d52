// Published images through the whole path of the calibration: electrodes that the models were not made for.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../src/calibration/calibrate.js';
import { volumeFractionInterval } from '../../src/calibration/interval.js';
import { validateCalibration, type Validation } from '../../src/calibration/validate.js';
import {
  decodeVolume, threePhaseQuantities, twoPointCoverage, volumeFractions, type LabelVolume, type Phase,
  type ThreePhaseParameters,
} from '../../src/index.js';
import type { Session } from '../../src/runtime/session.js';
import { testSession } from '../session.js';

const folder = process.env.VOXELITH_DATA ?? new URL('../../../shared/data', import.meta.url).pathname;
const fileOf = (name: string): string => `${folder}/${name}`;

async function fractionsOf(session: Session, image: LabelVolume, labels: readonly Phase[]): Promise<string[]> {
  const { phases } = await volumeFractions(session, image);
  return labels.map((label) => phases.find(({ phase }) => phase === label)!.volumeFraction.toFixed(4));
}

/** Voxel faces inside the window between a label and any other, by label: pairs one step apart along the axes. */
async function facesOf(session: Session, image: LabelVolume): Promise<Map<Phase, number>> {
  const { directions } = await twoPointCoverage(session, image, { maxLag: 1 });
  const faces = new Map<Phase, number>();
  for (const { functions } of directions) {
    for (const { phases: [a, b], counts, reversed } of functions) {
      if (a === b) continue;
      for (const label of [a, b]) faces.set(label, (faces.get(label) ?? 0) + counts[1] + reversed[1]);
    }
  }
  return faces;
}

/** M and ε of the window and of the model, for the log. */
function logged({ quantities }: Validation): Map<string, { image: number; model: number }> {
  const found = new Map(quantities.filter(({ image, model }) => image !== null && model !== null)
    .map(({ quantity, phases, image, model }) => [
      `${quantity} ${phases.join('-')}`, { image: image!, model: model!.mean },
    ]));
  console.log(quantities.map(({ quantity, phases, image, imageDeviation, model }) =>
    `${quantity} ${phases.join('-')}: image ${image?.toPrecision(4)} ± ${imageDeviation?.toPrecision(2)}, ` +
      `model ${model?.mean.toPrecision(4)} ± ${model?.standardDeviation?.toPrecision(2)}`).join('\n'));
  return found;
}

describe.skipIf(
  !existsSync(fileOf('electrode.tiff')),
)('electrode of tldr-group/taufactor, an electrode the model was not made for', () => {
  const [PORE, NMC, BINDER] = [0, 85, 170];

  it('[published] fractions and voxel-face areas; calibrated as a compromise, with its fractions, ' +
      'and M of image and model', async () => {
    const session = await testSession({ debug: false });
    const edge = 100 / 256;
    const image = {
      ...(await decodeVolume(fileOf('electrode.tiff'), new Uint8Array(readFileSync(fileOf('electrode.tiff'))))),
      voxelSizeUm: [edge, edge, edge] as const,
    };
    expect(await fractionsOf(session, image, [PORE, NMC, BINDER])).toEqual(['0.4499', '0.4005', '0.1496']);
    // Their convention: faces inside the window (its own faces left out, nothing periodic) over the whole volume.
    const faces = await facesOf(session, image);
    const perMetre = (label: Phase): number => Math.round(faces.get(label)! / 256 ** 3 / (edge * 1e-6));
    expect([PORE, NMC, BINDER].map(perMetre)).toEqual([785502, 374028, 876100]);

    // Active material first, as its particles do not know of the rest; binder among what is left.
    const found = await calibrate(session, image, { model: 'three-phase', phases: [NMC, BINDER, PORE], draws: 40 });
    expect(found.weighting).toBe('plain');
    expect(found.misfit.probability).toBeLessThan(1e-6);
    const model = threePhaseQuantities(found.parameters as ThreePhaseParameters).volumeFraction;
    for (const [label, value] of [[NMC, model[1]], [BINDER, model[2]], [PORE, model[3]]] as const) {
      const { interval } = await volumeFractionInterval(session, image, label);
      expect(value, String(label)).toBeGreaterThan(interval[0] - 0.005);
      expect(value, String(label)).toBeLessThan(interval[1] + 0.005);
    }
    console.log(
      found.estimates.map(
        ({ name, value, standardError }) => `${name} ${value.toFixed(4)} ± ${standardError.toFixed(4)}`,
      ).join(', '),
      JSON.stringify(found.misfit),
    );
    const compared = logged(await validateCalibration(session, image, found, { realisations: 2, maxEdge: 64 }));
    for (const [key, { image: value, model: drawn }] of compared) {
      if (key.startsWith('mFactor')) for (const m of [value, drawn]) expect(m, key).toBeLessThan(0.45);
    }
  });
});

describe.skipIf(!existsSync(fileOf('nmc_bridge.tif')))('electrode of NREL/MATBOX', () => {
  it('[published] fractions; its two sizes along z and across are kept, and it is calibrated', async () => {
    const session = await testSession({ debug: false });
    const image = await decodeVolume(fileOf('nmc_bridge.tif'), new Uint8Array(readFileSync(fileOf('nmc_bridge.tif'))));
    expect(image.shape).toEqual([251, 301, 301]);
    expect(await fractionsOf(session, image, [0, 1, 2])).toEqual(['0.4005', '0.4995', '0.1000']);
    const found = await calibrate(session, image, { model: 'three-phase', phases: [1, 2, 0], draws: 30 });
    expect(found.weighting).toBe('plain');
    const { volumeFraction } = threePhaseQuantities(found.parameters as ThreePhaseParameters);
    for (const [k, value] of [[1, 0.4995], [2, 0.1], [3, 0.4005]] as const) {
      expect(Math.abs(volumeFraction[k] - value)).toBeLessThan(0.01);
    }
    console.log(
      found.estimates.map(({ name, value }) => `${name} ${value.toFixed(4)}`).join(', '), JSON.stringify(found.misfit),
    );
  });
});

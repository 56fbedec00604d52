// A published electrode through the whole path of the calibration.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../src/calibration/calibrate.js';
import { volumeFractionInterval } from '../../src/calibration/interval.js';
import { decodeVolume, surfaceAreas, threePhaseQuantities, volumeFractions, type ThreePhaseParameters } from '../../src/index.js';
import { testSession } from '../session.js';

const folder = process.env.VOXELITH_DATA ?? new URL('../../../shared/data', import.meta.url).pathname;
const file = `${folder}/electrode.tiff`;

describe.skipIf(!existsSync(file))('electrode of tldr-group/taufactor, an electrode the model was not made for', () => {
  const [PORE, NMC, BINDER] = [0, 85, 170];

  it('[published] fractions of the calibrated model lie within the intervals of the image; the misfit is said', async () => {
    const session = await testSession({ debug: false });
    const image = await decodeVolume(file, new Uint8Array(readFileSync(file)));
    const { phases } = await volumeFractions(session, image);
    const fraction = (label: number): number => phases.find(({ phase }) => phase === label)!.volumeFraction;
    expect([fraction(PORE), fraction(NMC), fraction(BINDER)].map((e) => e.toFixed(4))).toEqual(['0.4499', '0.4005', '0.1496']);
    // Active material first, as its particles do not know of the rest; binder among what is left.
    const found = await calibrate(session, image, { model: 'three-phase', phases: [NMC, BINDER, PORE], draws: 40 });
    const model = threePhaseQuantities(found.parameters as ThreePhaseParameters).volumeFraction;
    for (const [label, value] of [[NMC, model[1]], [BINDER, model[2]], [PORE, model[3]]] as const) {
      const { interval } = await volumeFractionInterval(session, image, label);
      console.log(`label ${label}: ε image ${fraction(label).toFixed(4)}, interval ${interval.map((x) => x.toFixed(4)).join(' … ')}, model ${value.toFixed(4)}`);
      expect(Math.abs(value - fraction(label))).toBeLessThan(0.06);
    }
    const { phases: areas } = await surfaceAreas(session, { ...image, voxelSizeUm: null });
    const q = threePhaseQuantities(found.parameters as ThreePhaseParameters).specificSurfaceArea;
    for (const [label, value] of [[NMC, q[1]], [BINDER, q[2]], [PORE, q[3]]] as const) {
      console.log(`label ${label}: S per voxel, image ${areas.find(({ phase }) => phase === label)!.specificSurfaceArea.toFixed(4)}, model ${value.toFixed(4)}`);
    }
    console.log(`misfit T² ${found.misfit.distance.toFixed(1)}, probability ${found.misfit.probability.toExponential(1)}`, found.estimates.map(({ name, value, standardError }) => `${name} ${value.toFixed(4)} ± ${standardError.toFixed(4)}`).join(', '));
    for (const { text } of found.confounded) console.log(text);
  });
});

// Tiny electrodes for tests.
import { constant } from '../../src/cell/curves/curve.js';
import { expression } from '../../src/cell/curves/expression.js';
import { newmanExchange } from '../../src/cell/exchange-current/newman.js';
import { CHEN_U } from '../cell/reference-cells.js';
import type { Role, TwinElectrode } from './twin.js';

const MATERIALS = {
  separatorPlanes: 0, ionic: 0.045, electronic: 91, carbon: 1e3, potential: expression(CHEN_U),
  diffusivity: constant(1e-14), exchangeCurrent: newmanExchange(1), alpha: 0.5, film: 0, maximum: 5e4, start: 0.27,
  temperature: 298.15,
};

/** 10 µm of electrolyte before 10 µm of active material: potentials and diffusion in closed form. */
export const planar = (voxels: number): TwinElectrode => ({
  ...MATERIALS, shape: [2 * voxels, 1, 1], voxel: 10e-6 / voxels,
  roles: Array.from({ length: 2 * voxels }, (_, k): Role => (k < voxels ? 'electrolyte' : 'active')),
});

/** Two channels of electrolyte in active material, one of them crooked, with a pore, an island of either kind and a
 *  plane of separator: every way in which voxels meet. */
export const smallElectrode = (): TwinElectrode => {
  const planes = [
    'SSA ASA AAA', 'SAA ASA A.A', 'SAA SSA AAA', 'SAA SAA AAS', 'AAA SSA AAS', 'AA. AAA AAA',
  ].map((plane) => plane.replaceAll(' ', ''));
  return {
    ...MATERIALS, shape: [6, 3, 3], voxel: 1e-6, separatorPlanes: 1,
    roles: [...planes.join('')].map((letter): Role =>
      (letter === 'S' ? 'electrolyte' : letter === 'A' ? 'active' : 'pore')),
  };
};

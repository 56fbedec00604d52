import { describe, expect, it } from 'vitest';
import type { Cell, Region } from '../../src/cell/cell.js';
import { expression } from '../../src/cell/curves/expression.js';
import { asymmetricExchange } from '../../src/cell/exchange-current/asymmetric.js';
import { latzExchange } from '../../src/cell/exchange-current/latz.js';
import { measuredExchange } from '../../src/cell/exchange-current/measured.js';
import { settle, uniformState } from '../../src/cell/p2d/start.js';
import { P2D, type Control } from '../../src/cell/p2d/system.js';
import { uniform } from '../random.js';
import { electrolyte, MARQUIS } from './full-cell.js';
import { S1 } from './reference-cells.js';

const varied = {
  ...electrolyte, transferenceNumber: expression('0.3 + 1e-4*x'), thermodynamicFactor: expression('1 + 3e-4*x'),
};
/** Solids conduct poorly here, so that differences of large currents do not drown what is compared. */
const changed = (cell: Cell, change: (region: Region) => Region): Cell => ({
  ...cell,
  regions: cell.regions.map(change).map((region): Region =>
    region.kind === 'porous-electrode' ? { ...region, electronicConductivity: 0.05 } : region),
});
const CELLS: readonly (readonly [string, Cell])[] = [
  ['single-ion half-cell', changed(S1, (region) => region)],
  ['half-cell with D(x), film, asymmetric kinetics and lithium kinetics', changed(S1, (region) => {
    if (region.kind === 'lithium-foil') return { ...region, exchangeCurrent: 5 };
    if (region.kind !== 'porous-electrode') return region;
    return {
      ...region,
      active: { ...region.active, diffusivity: expression('1e-14*(1+2*x)') },
      kinetics: { ...region.kinetics, exchangeCurrent: asymmetricExchange(5, 0.43), transferCoefficient: 0.43,
        filmResistance: 0.01 },
    };
  })],
  ['half-cell in a salt whose t₊ and χ vary', changed(S1, (region) => {
    if (region.kind === 'lithium-foil') return { ...region, exchangeCurrent: 5 };
    if (!('electrolyte' in region)) return region;
    const phase = { electrolyte: varied, volumeFraction: 0.4, mFactor: 0.2 };
    return region.kind === 'separator' ? { ...region, electrolyte: phase } : {
      ...region, electrolyte: phase, kinetics: { ...region.kinetics, exchangeCurrent: latzExchange(3) },
    };
  })],
  ['full cell', changed(MARQUIS, (region) => (region.kind !== 'porous-electrode' ? region : {
    ...region, kinetics: { ...region.kinetics, exchangeCurrent: measuredExchange(expression('2 + x')) },
  }))],
];

describe('the linear algebra of P2D', () => {
  it.each(CELLS)('[exact] (s·M − J)·x = b for the J of differences: %s', (_, cell) => {
    const model = new P2D(cell, { electrodeVolumes: 4, separatorVolumes: 3, radialModes: 4 });
    const random = uniform(7);
    for (const control of [
      { kind: 'current', value: 30 }, { kind: 'voltage', value: 3.6 }, { kind: 'power', value: 90 },
    ] satisfies Control[]) {
      const y = uniformState(model);
      settle(model, y, { kind: 'current', value: 30 });
      // Away from any symmetry.
      for (let k = 0; k < model.at.reaction; k++) y[k] += 0.02 * (random() - 0.5);
      for (let i = 0; model.binary && i < model.mesh.volumes; i++) y[model.at.salt + i] *= 0.9 + 0.2 * random();
      for (let k = model.at.reaction; k < model.at.ionic; k++) y[k] *= 0.8 + 0.4 * random();
      model.control = control;
      const s = 0.01;
      model.linearise(y);
      model.factor(s);
      const b = Float64Array.from({ length: model.size }, () => random() - 0.5);
      const x = b.slice();
      model.solve(x);
      const size = Math.max(...x.map(Math.abs));
      const h = 0.01 / size;
      // Central differences of the fourth order.
      const slope = new Float64Array(model.size);
      for (const [steps, weight] of [[-2, 1], [-1, -8], [1, 8], [2, -1]] as const) {
        const r = new Float64Array(model.size);
        model.derivative(y.map((v, k) => v + steps * h * x[k]), r);
        r.forEach((v, k) => { slope[k] += (weight * v) / (12 * h); });
      }
      const rows = b.map((_value, k) => s * model.mass[k] * x[k] - slope[k]);
      const scale = Math.max(...rows.map((_value, k) => Math.abs(s * model.mass[k] * x[k])), 1);
      rows.forEach((row, k) => expect(Math.abs(row - b[k]) / scale, `row ${k}`).toBeLessThan(1e-5));
    }
  });
});

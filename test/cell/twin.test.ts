import { describe, expect, it } from 'vitest';
import { expression } from '../../src/cell/curves/expression.js';
import { rateTable } from '../../src/cell/experiments/rate-table.js';
import { stateAt } from '../../src/cell/outputs/curve.js';
import { referenceDischarge, type ReferenceHalfCell } from '../reference/half-cell.js';
import { CHEN_U, referenceCell } from './reference-cells.js';

const twin = (diameter: number, diffusivity: number): ReferenceHalfCell => ({
  thickness: 43e-6, ionic: 0.0045, electronic: 27.3, fraction: 0.66, radius: diameter / 2, diffusivity, maximum: 5e4,
  start: 0.27, exchange: 1, separatorResistance: 50e-6 / 0.045, potential: expression(CHEN_U).value,
});

describe('a second discretisation', () => {
  it.each([[5e-6, 1e-14, 24, 3300], [10e-6, 2e-15, 24, 2400], [5e-6, 1e-14, 96, 380]])(
    '[oracle] finite volumes in r and BDF2: d = %d m, D = %d m²/s at %d A/m²',
    (diameter, diffusivity, current, end) => {
      const steps = 150;
      const voltages = referenceDischarge(twin(diameter, diffusivity), current, end, steps, 12, 100);
      const [run] = rateTable(referenceCell('twin', diameter, diffusivity), [current], { electrodeVolumes: 12 });
      // The first steps of the twin are coarse.
      for (let n = 15; n <= steps; n++) {
        const v = run.model.voltage(stateAt(run, (n * end) / steps));
        expect(Math.abs(v - voltages[n - 1]), `step ${n}`).toBeLessThan(1e-3);
      }
    });
});

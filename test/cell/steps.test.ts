import { describe, expect, it } from 'vitest';
import { sequence } from '../../src/cell/experiments/sequence.js';
import { parseSteps } from '../../src/cell/experiments/steps.js';
import { isPartial } from '../../src/cell/experiments/run.js';
import { rateTable } from '../../src/cell/experiments/rate-table.js';
import { explain } from '../../src/cell/experiments/explain.js';
import { expression } from '../../src/cell/curves/expression.js';
import { readCell } from '../../src/cell/file/read.js';
import { summaryOf } from '../../src/cell/outputs/summary.js';
import { MESH_DEFAULTS } from '../../src/cell/p2d/mesh.js';
import { uniformState } from '../../src/cell/p2d/start.js';
import { P2D } from '../../src/cell/p2d/system.js';
import { referenceFile } from './reference-file.js';
import { S2 } from './reference-cells.js';

const description = readCell(referenceFile, () => 's2');
const oneC = description.nominalCapacity / 3600;
const steps = (text: string): unknown => parseSteps(text, description).map(({ step }) => step);

describe('experiments as text', () => {
  it('[exact] every form of step, in SI units', () => {
    const text = '1C to 3.5V, charge 2.4 mA/cm^2 until 4200mV for 2h,  4.2V until 0.05C for 30 min, rest 10min, ';
    expect(steps(`${text}Rest for .5h`)).toEqual([
      { kind: 'current', current: oneC, duration: null, untilVoltage: 3.5 },
      { kind: 'current', current: -24, duration: 7200, untilVoltage: 4.2 },
      { kind: 'voltage', voltage: 4.2, untilCurrent: oneC * 0.05, duration: 1800 },
      { kind: 'rest', duration: 600 }, { kind: 'rest', duration: 1800 },
    ]);
    expect(steps('discharge 5mW/cm² for 1e2s,charge 3W/m2')).toEqual([
      { kind: 'power', power: 50, duration: 100 }, { kind: 'power', power: -3, duration: null },
    ]);
  });

  it.each([
    ['1C, 4.2V', 'steps: step 2, "4.2V": a voltage that is held needs an end, such as "until 0.05C" or "for 30min"'],
    ['1C to 5V', '5 V lies outside the cell\'s limits, 3.4 to 4.4 V'],
    ['3V for 1h', '3 V lies outside'], ['1C,,1C', 'step 2 is empty; a step is [charge|discharge]'],
    ['1C until 0.1C', 'only a voltage that is held can end at a current'],
    ['4V until 4.1V', 'a voltage that is held cannot end at another one'],
    ['charge 4V for 1s', 'needs no "charge" or "discharge"'], ['rest', 'a rest needs a time and nothing else'],
    ['rest 5s to 4V', 'a rest needs a time and nothing else'], ['rest 4V', 'a rest needs a time and nothing else'],
    ['10min', 'a time alone is no step'], ['1C for 3.5V', '"for" stands before a time'],
    ['1C to 10s', '"for" stands before a time'], ['4V until 1W/m2', 'a step cannot end at a power'],
    ['1C to 4V until 3.5V', 'has two ends of the same kind, a voltage'],
    ['1 amp', 'the unit "amp" is not known; there are C, A/m2'], ['-1C', '"-1C" is no positive number with a unit'],
    ['0C', 'must be finite and above 0'], ['1e999C', 'must be finite and above 0'], ['1C to', 'no positive number'],
  ])('refuses %s', (text, message) => {
    expect(() => parseSteps(text, description)).toThrow(message);
  });

  it('[law] steps end at the voltage that they were to come to, down and up; held, the current dies', () => {
    const model = new P2D(description.cell, MESH_DEFAULTS);
    const written = parseSteps('1C to 3.7V, rest 5min, charge 0.5C to 4.1V, 4.1V until 0.05C', description);
    const runs = sequence(model, uniformState(model), written.map(({ step }) => step));
    expect(runs.map(({ endedBy }) => endedBy)).toEqual(['voltage', 'time', 'voltage', 'current']);
    expect(model.voltage(runs[0].last)).toBeCloseTo(3.7, 8);
    expect(model.voltage(runs[2].last)).toBeCloseTo(4.1, 8);
    expect(runs[3].last[model.at.current] / (-0.05 * oneC)).toBeCloseTo(1, 8);
    // Charge is current times time, and goes on counting through the steps.
    const { charge } = model.at;
    expect((runs[2].last[charge] - runs[2].first[charge]) / (-0.5 * oneC * runs[2].duration)).toBeCloseTo(1, 10);
    expect(runs[3].first[charge]).toBe(runs[2].last[charge]);
  });

  it('a step that begins beyond its voltage says so', () => {
    const model = new P2D(description.cell, MESH_DEFAULTS);
    const [run] = sequence(model, uniformState(model), [
      { kind: 'current', current: 24, duration: null, untilVoltage: 4.35 },
    ]);
    expect([run.endedBy, run.duration]).toEqual(['voltage', 0]);
    expect(explain(run)).toContain('began at or beyond the voltage');
  });
});

describe('runs that cannot begin or go on', () => {
  it('a current without potentials marks its run, names the process and leaves the others their bits', () => {
    const [failed, other] = rateTable(S2, [1e6, 24]);
    const [alone] = rateTable(S2, [24]);
    expect([failed.endedBy, failed.duration]).toEqual(['noPotentials', 0]);
    expect([isPartial(failed), isPartial(other)]).toEqual([true, false]);
    expect(explain(failed)).toMatch(/^no potentials .* alone would cost 3190 V of a window of 1 V; lower the current$/);
    expect([...other.last]).toEqual([...alone.last]);
    expect(summaryOf(failed, description)).toMatchObject({
      currentDensity: 1e6, dischargeCapacity: 0, energy: 0, partial: true, meanVoltage: null,
    });
  });

  it('[exact] a power beyond what the cell can give: U²/(4R) of its resistances', () => {
    const model = new P2D(S2, MESH_DEFAULTS);
    const hold = (power: number): string => {
      const [run, after] = sequence(model, uniformState(model), [
        { kind: 'power', power, duration: 1 }, { kind: 'rest', duration: 1 },
      ]);
      return `${run.endedBy} ${after === undefined ? 'last' : 'more'} ${explain(run)}`;
    };
    expect(hold(5000)).toMatch(/^noPotentials last no potentials give 5000 W\/m²: .* about 761 W\/m² at most; lower/);
    expect(hold(300)).toMatch(/^lowerVoltage more|^time more/);
  });

  it('a solver that cannot go on keeps what it found, and names the property that has no value there', () => {
    const diffusivity = expression('2e-15*sqrt(0.5 - x)');
    const cell = { ...S2, regions: S2.regions.map((region) => (region.kind === 'porous-electrode'
      ? { ...region, active: { ...region.active, diffusivity } } : region)) };
    const [run] = rateTable(cell, [24]);
    expect(run.endedBy).toBe('stuck');
    expect(run.duration).toBeGreaterThan(10);
    expect(run.last[run.model.at.charge] / (24 * run.duration)).toBeCloseTo(1, 10);
    expect(explain(run)).toMatch(/cannot continue after \S+ s: the diffusivity of the active material is not above 0/);
  });
});

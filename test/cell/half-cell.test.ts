// Numbers of S1 and S2 were computed outside: a spectral method in x and r with SciPy's Radau, three resolutions of
// which agree in all printed digits.
import { describe, expect, it } from 'vitest';
import type { Cell, PorousElectrode, Region } from '../../src/cell/cell.js';
import { FARADAY } from '../../src/cell/constants.js';
import { constant } from '../../src/cell/curves/curve.js';
import { expression } from '../../src/cell/curves/expression.js';
import { constantExchange } from '../../src/cell/exchange-current/constant.js';
import { constantCurrent } from '../../src/cell/experiments/constant-current.js';
import { rateTable, type SimulationOptions } from '../../src/cell/experiments/rate-table.js';
import type { Run } from '../../src/cell/experiments/run.js';
import { sequence } from '../../src/cell/experiments/sequence.js';
import { stateAt } from '../../src/cell/outputs/curve.js';
import { splitVoltage } from '../../src/cell/outputs/overpotential.js';
import { profilesOf } from '../../src/cell/outputs/profiles.js';
import { MESH_DEFAULTS } from '../../src/cell/p2d/mesh.js';
import { uniformState } from '../../src/cell/p2d/start.js';
import { P2D } from '../../src/cell/p2d/system.js';
import { RODAS4P } from '../numeric/rodas4p.js';
import { referenceCell, S1, S2 } from './reference-cells.js';

const discharge = (cell: Cell, current: number, options: Partial<SimulationOptions> = {}): Run =>
  rateTable(cell, [current], options)[0];
const voltageAt = (run: Run, t: number): number => run.model.voltage(stateAt(run, t));
const charge = (run: Run): number => run.last[run.model.at.charge];
const energy = (run: Run): number => run.last[run.model.at.energy];
/** The same cell with another electrode. */
const withElectrode = (cell: Cell, change: (electrode: PorousElectrode) => Partial<PorousElectrode>): Cell => ({
  ...cell,
  regions: cell.regions.map((region): Region =>
    region.kind === 'porous-electrode' ? { ...region, ...change(region) } : region),
});

describe('reference half-cells', () => {
  it.each([
    ['S1', S1, [[10, 4.154767], [60, 4.123423], [300, 4.0711], [900, 3.93412], [1800, 3.718523], [2700, 3.566501],
      [3300, 3.474783]], 3722.929],
    ['S2', S2, [[60, 4.0558], [300, 3.944681], [900, 3.752626], [1800, 3.569191], [2700, 3.423515]], 2827.962],
  ] as const)('[exact] %s at 24 A/m²: voltages to 1e-4 V, the end to 1e-4 of it', (_, cell, points, end) => {
    const run = discharge(cell, 24);
    for (const [t, v] of points) expect(Math.abs(voltageAt(run, t) - v)).toBeLessThan(1e-4);
    expect(run.endedBy).toBe('lowerVoltage');
    expect(Math.abs(run.duration / end - 1)).toBeLessThan(1e-4);
    expect(run.model.voltage(run.last)).toBeCloseTo(3.4, 9);
  });

  it('[exact] surfaces at the two ends of S1 and S2 when they are empty, by extrapolation to the faces', () => {
    for (const [cell, front, back] of [[S1, 0.99704, 0.88867], [S2, 0.97792, 0.87325]] as const) {
      const run = discharge(cell, 24, { electrodeVolumes: 80 });
      const x = profilesOf(run.model, run.last).surfaceStoichiometry.filter((value) => value !== null);
      const toFace = (a: number, b: number, c: number): number => (15 * a - 10 * b + 3 * c) / 8;
      expect(Math.abs(toFace(x[0], x[1], x[2]) - front)).toBeLessThan(2e-4);
      expect(Math.abs(toFace(x[79], x[78], x[77]) - back)).toBeLessThan(2e-5);
    }
  });

  it('[exact] S1: charge and energy of a rate table', () => {
    const truth = [[6, 99381.6, 377602], [12, 97181, 366795], [24, 89350.3, 334076], [48, 70769.4, 261137],
      [96, 40901.3, 147720]];
    const runs = rateTable(S1, truth.map(([current]) => current));
    runs.forEach((run, i) => {
      // The error of 40 volumes grows with the current.
      const bound = truth[i][0] < 96 ? 1e-4 : 4e-4;
      expect(Math.abs(charge(run) / truth[i][1] - 1)).toBeLessThan(bound);
      expect(Math.abs(energy(run) / truth[i][2] - 1)).toBeLessThan(bound);
    });
  });

  it('[rate] second order in x, spectral in r, both integrators to the same voltages', () => {
    const at = (options: Partial<SimulationOptions>): number => voltageAt(discharge(S1, 24, options), 60);
    const tight = { tolerance: 1e-7 };
    const [coarse, middle, fine] = [10, 20, 40].map((electrodeVolumes) => at({ ...tight, electrodeVolumes }));
    expect(Math.log2((middle - coarse) / (fine - middle))).toBeGreaterThan(1.8);
    expect(Math.log2((middle - coarse) / (fine - middle))).toBeLessThan(2.2);
    const [few, more, many] = [5, 7, 12].map((radialModes) => at({ ...tight, electrodeVolumes: 20, radialModes }));
    // Each polynomial more gains a factor of 3 or better.
    expect(Math.abs(more - many)).toBeLessThan(Math.abs(few - many) / 9);
    const other = at({ ...tight, electrodeVolumes: 20, method: RODAS4P });
    expect(Math.abs(other - middle)).toBeLessThan(1e-6);
    for (const [tolerance, bound] of [[1e-3, 5e-4], [1e-4, 3e-5], [1e-5, 3e-6]] as const) {
      expect(Math.abs(at({ tolerance, electrodeVolumes: 20 }) - middle)).toBeLessThan(bound);
    }
  });
});

describe('laws of half-cells', () => {
  it('[law] lithium and charge to rounding at every step, whatever D(x) and the kinetics', () => {
    const diffusivity = expression('1e-14*(1 + 3*x*(1-x))');
    const cells = [S1, S2, withElectrode(S1, ({ active, kinetics }) => ({
      active: { ...active, diffusivity },
      // Not the area of the spheres: the flux factor keeps lithium.
      area: 5e5,
      kinetics: { ...kinetics, transferCoefficient: 0.4, filmResistance: 0.002 },
    }))];
    for (const cell of cells) {
      const run = discharge(cell, 24);
      const { model, model: { at, mesh, interfaces } } = run;
      const { active, thickness } = model.layout.positive;
      const capacity = FARADAY * active.maximumConcentration * active.volumeFraction * thickness;
      const mean = (y: Float64Array): number =>
        [...mesh.porous.keys()].reduce((sum, p) => sum + y[p * at.modes], 0) / mesh.porous.length;
      for (const { y1, start, width } of run.steps) {
        const passed = 24 * (start + width);
        expect(Math.abs((mean(y1) - mean(run.first)) - passed / capacity)).toBeLessThan(1e-13);
        expect(Math.abs(y1[at.charge] - passed) / capacity).toBeLessThan(1e-13);
        const reacting = interfaces.reduce((sum, area, p) => sum + area * y1[at.reaction + p], 0);
        expect(Math.abs(reacting / -24 - 1)).toBeLessThan(1e-12);
      }
    }
  });

  it('[law] charged back and rested, the cell is where it began', () => {
    const model = new P2D({ ...S1, voltageLimits: [3, 5] }, MESH_DEFAULTS);
    const start = uniformState(model);
    const runs = sequence(model, start, [
      { kind: 'current', current: 24, duration: 1500 }, { kind: 'current', current: -24, duration: 1500 },
      { kind: 'rest', duration: 50_000 },
    ]);
    const { last } = runs[2];
    expect(last[model.at.charge]).toBeCloseTo(0, 7);
    const mean = profilesOf(model, last);
    const x = mean.surfaceStoichiometry.filter((value) => value !== null);
    for (const value of x) expect(value).toBeCloseTo(0.27, 3);
    const average = mean.meanStoichiometry.filter((value) => value !== null);
    expect(average.reduce((sum, value) => sum + value, 0) / average.length).toBeCloseTo(0.27, 12);
  });

  it('[exact] C → 0: all that lies between the limits, and V → U', () => {
    const run = discharge(S1, 0.05, { tolerance: 1e-5 });
    const { active, thickness } = run.model.layout.positive;
    // This U is 3.487 V at x = 1: the surface fills, and what is left of 3.4 V is its reaction.
    expect(run.endedBy).toBe('lowerVoltage');
    const all = FARADAY * active.maximumConcentration * active.volumeFraction * thickness * (1 - 0.27);
    expect(Math.abs(charge(run) / all - 1)).toBeLessThan(3e-5);
    const x = 0.27 + 0.73 / 2;
    expect(Math.abs(voltageAt(run, all / 0.05 / 2) - active.potential.value(x))).toBeLessThan(5e-4);
  });

  it('[exact] perfect conductors: a single particle, whose surface is known in closed form', () => {
    const cell = withElectrode({
      ...S1,
      regions: S1.regions.map((region): Region => region.kind === 'separator'
        ? { ...region, electrolyte: { ...region.electrolyte, electrolyte: { kind: 'single-ion', conductivity: 1e9 } } }
        : region),
    }, ({ electrolyte, kinetics }) => ({
      electronicConductivity: 1e9,
      electrolyte: { ...electrolyte, electrolyte: { kind: 'single-ion', conductivity: 1e9 } },
      kinetics: { ...kinetics, exchangeCurrent: constantExchange(2) },
    }));
    const run = discharge(cell, 24, { tolerance: 1e-7, radialModes: 12 });
    const { active, area, thickness } = run.model.layout.positive;
    const j = 24 / (area * thickness);
    const diffusivity = active.diffusivity.constant!;
    // Surface of a sphere under constant flux, (c − c₀)·D/(NR), at τ = Dt/R².
    const truth = [[1e-2, 0.1236433542], [0.05, 0.3121654291], [0.1, 0.4867616863], [0.2, 0.7982534211],
      [0.5, 1.6999959119], [1, 3.2]];
    const f = run.model.slope;
    for (const [tau, response] of truth) {
      const t = (tau * active.radius ** 2) / diffusivity;
      const x = 0.27 + (response * j * active.radius) / (FARADAY * diffusivity * active.maximumConcentration);
      const v = active.potential.value(x) - (2 / f) * Math.asinh(j / 2 / 2);
      expect(Math.abs(voltageAt(run, t) - v)).toBeLessThan(2e-6);
      const surface = profilesOf(run.model, stateAt(run, t)).surfaceStoichiometry[20]!;
      expect(surface).toBeCloseTo(x, 6);
    }
  });

  it('[law] the losses add up to the voltage, and dissipate its power', () => {
    const cell = withElectrode({
      ...S1,
      regions: [
        { kind: 'lithium-foil', exchangeCurrent: 10 }, ...S1.regions.slice(1),
        { kind: 'current-collector', contactResistance: 1e-4 },
      ],
    }, () => ({ electronicConductivity: 0.02 }));
    const run = discharge(cell, 24);
    for (const t of [0, 10, 900, run.duration]) {
      const y = stateAt(run, t);
      const { voltage, equilibrium, losses } = splitVoltage(run.model, y);
      const total = Object.values(losses).reduce((sum, loss) => sum + loss, 0);
      // Between steps the interface's equation holds to the tolerance.
      expect(Math.abs(equilibrium - total - voltage)).toBeLessThan(t === 0 ? 1e-12 : 1e-5);
      expect(losses.separator).toBeCloseTo(24 * (50e-6 / 0.045), 12);
      expect(losses.contact).toBeCloseTo(24e-4, 12);
      expect(losses.electrolyteDiffusion).toBeCloseTo(0, 12);
      // Li: (2/f) asinh(I/2i0); the rest of the charge transfer is > 0.
      expect(losses.chargeTransfer).toBeGreaterThan((2 / run.model.slope) * Math.asinh(24 / 20));
      for (const loss of [losses.ionic, losses.electronic]) expect(loss).toBeGreaterThan(0);
    }
  });

  it('[law] twice the diameter costs rate capability: 6.5 % at 24 A/m², 34 % at 96 A/m²', () => {
    const loss = (current: number): number =>
      1 - charge(discharge(referenceCell('d', 10e-6, 1e-14), current)) / charge(discharge(S1, current));
    expect(loss(24)).toBeCloseTo(0.065, 3);
    expect(loss(96)).toBeCloseTo(0.34, 2);
  });
});

describe('ends of a discharge', () => {
  it('a table of U that ends, a time, a window', () => {
    const window = withElectrode(S1, ({ active }) => ({ active: { ...active, window: [0, 0.8] } }));
    const run = discharge(window, 24);
    expect(run.endedBy).toBe('stoichiometry');
    expect(Math.max(...profilesOf(run.model, run.last).surfaceStoichiometry.map((x) => x ?? 0))).toBeCloseTo(0.8, 8);
    const short = withElectrode(S1, ({ active }) => ({
      active: { ...active, potential: { ...active.potential, domain: [0.2, 0.5] as const } },
    }));
    expect(discharge(short, 24).endedBy).toBe('tableEnd');
    const model = new P2D(S1, MESH_DEFAULTS);
    const timed = constantCurrent(model, uniformState(model), { current: 24, duration: 100 });
    expect([timed.endedBy, timed.duration]).toEqual(['time', 100]);
    // So high that the cell is below its limit at once.
    const instant = discharge(S1, 1500);
    expect([instant.endedBy, instant.duration, instant.steps.length]).toEqual(['lowerVoltage', 0, 0]);
  });

  it('[law] CC-CV: the voltage is held, the current dies down, and a power that is held is held', () => {
    const model = new P2D(S1, MESH_DEFAULTS);
    const [first, second, third] = sequence(model, uniformState(model, { positive: 0.8 }), [
      { kind: 'current', current: -24, duration: 800 },
      { kind: 'voltage', voltage: 4.05, untilCurrent: 1, duration: null },
      { kind: 'power', power: 60, duration: 300 },
    ]);
    expect(first.endedBy).toBe('time');
    expect(second.endedBy).toBe('current');
    expect(second.last[model.at.current]).toBeCloseTo(-1, 7);
    for (const { y1 } of second.steps) expect(Math.abs(model.voltage(y1) - 4.05)).toBeLessThan(1e-9);
    for (const { y1 } of third.steps) {
      expect(Math.abs(model.voltage(y1) * y1[model.at.current] - 60)).toBeLessThan(0.01);
    }
    const given = third.last[model.at.energy] - third.first[model.at.energy];
    expect(Math.abs(given / (60 * 300) - 1)).toBeLessThan(1e-5);
  });

  it('constant D is the special case of a D(x) that does not change', () => {
    const hidden = { ...constant(1e-14), constant: null };
    const general = withElectrode(S1, ({ active }) => ({ active: { ...active, diffusivity: hidden } }));
    const [a, b] = [discharge(S1, 48), discharge(general, 48)];
    expect(charge(b) / charge(a)).toBeCloseTo(1, 9);
  });
});

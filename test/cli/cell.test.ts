import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCell } from '../../src/cell/file/read.js';
import { layoutOf } from '../../src/cell/cell.js';
import { thermalSlope } from '../../src/cell/constants.js';
import { particleImpedance } from '../../src/cell/closed-forms/diffusion.js';
import { interfaceAdmittance } from '../../src/cell/closed-forms/interface.js';
import { porousElectrodeImpedance } from '../../src/cell/closed-forms/porous-electrode.js';
import { parseCsv } from '../../src/io/csv.js';
import { referenceFile } from '../cell/reference-file.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const S2 = 'examples/cells/s2.yaml';

describe('voxelith discharge', () => {
  it('[exact] S2 at 24 A/m² lasts 2827.962 s; capacity is current times time, energy between the limits', async () => {
    const { stdout, code } = await voxelith('discharge', S2, '--current', '6,12,24', '--json');
    expect(code).toBe(0);
    const { runs, nominalCapacity, fluxFactors, inputs } = JSON.parse(stdout);
    expect(runs.map((run: { currentDensity: number }) => run.currentDensity)).toEqual([6, 12, 24]);
    for (const { currentDensity, dischargeCapacity, duration, energy, endedBy } of runs) {
      expect(dischargeCapacity / (currentDensity * duration)).toBeCloseTo(1, 12);
      expect(energy / dischargeCapacity).toBeGreaterThan(3.4);
      expect(energy / dischargeCapacity).toBeLessThan(4.3);
      expect(endedBy).toBe('lowerVoltage');
    }
    expect(Math.abs(runs[2].duration / 2827.962 - 1)).toBeLessThan(1e-4);
    expect(nominalCapacity).toBeCloseTo(99946.261, 2);
    expect(fluxFactors[0]).toBeCloseTo(1, 12);
    for (const { source, unit } of inputs) expect([source === '', unit === '']).toEqual([false, false]);
  });

  it('writes tables, curves and a report without requests', async () => {
    const [table, curves, report] = ['t.csv', 'c.csv', 'r.html'].map((name) => join(folder, name));
    const { code } = await voxelith(
      'discharge', S2, '--rates', '0.5,2', '-o', table, '--curves', curves, '--report', report,
    );
    expect(code).toBe(0);
    const rates = parseCsv(table, readFileSync(table, 'utf8')).rows;
    expect(rates.map(({ rate }) => Number(rate).toFixed(6))).toEqual(['0.500000', '2.000000']);
    const { rows } = parseCsv(curves, readFileSync(curves, 'utf8'));
    const last = rows[rows.length - 1];
    expect(Number(last.voltage)).toBeCloseTo(3.4, 8);
    expect(Number(last.charge)).toBeCloseTo(Number(rates[1].dischargeCapacity), 6);
    const page = readFileSync(report, 'utf8');
    const parts = ['Rate capability', 'Where the voltage goes', 'Model card', '75Li2S-25P2S5 glass, Iwamoto 2023'];
    for (const text of parts) expect(page).toContain(text);
    expect(page).not.toMatch(/NaN|undefined|<script|src="http/);
  });

  it('a current that the cell cannot give ends at once and says what is to blame; the others are there', async () => {
    const { stdout } = await voxelith('discharge', S2, '--current', '1500,24', '--json');
    const [first, second] = JSON.parse(stdout).runs;
    expect([first.duration, first.dischargeCapacity, first.endedBy]).toEqual([0, 0, 'lowerVoltage']);
    expect(first.cause).toContain('at once: the separator alone costs 1.67 V of a window of 1 V');
    expect(second.duration).toBeGreaterThan(2800);
  });

  it('a run that cannot begin is marked and fails the command with one line; the others are there', async () => {
    const [table, curves, report] = ['p.csv', 'p-curves.csv', 'p.html'].map((name) => join(folder, name));
    const { stdout, stderr, code } = await voxelith(
      'discharge', S2, '--current', '1e6,24', '--json', '-o', table, '--curves', curves, '--report', report,
    );
    expect(code).toBe(1);
    expect(stderr.split('\n').filter((line) => line.startsWith('error:'))).toEqual([expect.stringMatching(
      /^error: examples\/cells\/s2.yaml: at 1000000 A\/m²: no potentials .* would cost 3190 V of a window of 1 V; lo/,
    )]);
    const [first, second] = JSON.parse(stdout).runs;
    expect([first.partial, first.endedBy, second.partial, second.endedBy])
      .toEqual([true, 'noPotentials', false, 'lowerVoltage']);
    expect(parseCsv(table, readFileSync(table, 'utf8')).rows.map(({ partial }) => partial)).toEqual(['true', 'false']);
    expect(parseCsv(curves, readFileSync(curves, 'utf8')).rows[0].partial).toBe('true');
    const page = readFileSync(report, 'utf8');
    expect(page).toContain(', partial: no potentials');
    expect(page).not.toMatch(/NaN|undefined/);
  });

  it('steps one after another, from a stoichiometry of choice', async () => {
    const [table, curves, report] = ['s.csv', 's-curves.csv', 's.html'].map((name) => join(folder, name));
    const steps = 'charge 0.5C to 4.1V, 4.1V until 0.05C, rest 10min';
    const { stdout, code } = await voxelith(
      'discharge', S2, '--steps', steps, '--stoichiometry', '0.8', '--json', '-o', table, '--curves', curves,
      '--report', report,
    );
    expect(code).toBe(0);
    const { runs } = JSON.parse(stdout);
    expect(runs.map(({ step, endedBy }: Record<string, string>) => [step, endedBy])).toEqual([
      ['charge 0.5C to 4.1V', 'voltage'], ['4.1V until 0.05C', 'current'], ['rest 10min', 'time'],
    ]);
    expect(runs[0].dischargeCapacity).toBeLessThan(0);
    expect(runs[0].endVoltage).toBeCloseTo(4.1, 8);
    const rows = parseCsv(curves, readFileSync(curves, 'utf8')).rows;
    expect(new Set(rows.map(({ step }) => step)).size).toBe(3);
    expect(parseCsv(table, readFileSync(table, 'utf8')).rows[2].step).toBe('rest 10min');
    const page = readFileSync(report, 'utf8');
    for (const part of ['time (h)', '2: 4.1V until 0.05C', 'one after another']) expect(page).toContain(part);
    expect(page).not.toMatch(/NaN|undefined/);
  });

  it('refuses what it cannot use, in one line with its place', async () => {
    const broken = join(folder, 'broken.yaml');
    writeFileSync(broken, readFileSync(S2, 'utf8').replace('value: 43, unit: um', 'value: -43, unit: um'));
    await expectRefused('discharge', [
      [[S2, '--rates', '1', '--current', '3'], /--rates and --current say the same/],
      [[S2, '--rates', '1', '--steps', '1C'], /--rates and --steps say the same/],
      [[S2, '--steps', '1C to 9V'], /--steps: step 1, "1C to 9V": 9 V lies outside the cell's limits/],
      [[S2, '--negative-stoichiometry', '0.5'], /has lithium foil as negative electrode/],
      [[S2, '--rates', '0'], /Expected numbers above 0, found 0/],
      [[S2, '--current', '3,3'], /--current has 3 twice/],
      [[broken], /broken.yaml:\d+:\d+: regions\[2\].thickness must be a finite number > 0 um, got -43/],
      [['nothing.yaml'], /nothing.yaml: cannot be read/],
    ]);
  });
});

describe('voxelith impedance', () => {
  it('[exact] S2 at half charge: its closed form', async () => {
    const { stdout, code } = await voxelith(
      'impedance', S2, '--frequencies', '1e4,100,1,1e-3', '--stoichiometry', '0.5', '--json',
    );
    expect(code).toBe(0);
    const { cell } = readCell(referenceFile, () => 's2');
    const { positive } = layoutOf(cell);
    const { active, area, thickness } = positive;
    for (const { frequency, real, imaginary } of JSON.parse(stdout).impedance) {
      const particle = particleImpedance({
        length: active.radius, diffusivity: 2e-15, maximumConcentration: 5e4, slope: active.potential.slope(0.5),
      }, 'sphere', frequency);
      const admittance = interfaceAdmittance(frequency, 0.2, 1 / thermalSlope(298.15), particle);
      const z = porousElectrodeImpedance({ thickness, ionic: 0.0045, electronic: 27.3, area }, admittance);
      expect(real / (z.re + 50e-6 / 0.045)).toBeCloseTo(1, 6);
      expect(imaginary / z.im).toBeCloseTo(1, 6);
    }
  });

  it('writes a table and a report; refuses what it cannot use', async () => {
    const [table, report] = ['z.csv', 'z.html'].map((name) => join(folder, name));
    const { code } = await voxelith('impedance', S2, '-o', table, '--report', report);
    expect(code).toBe(0);
    expect(parseCsv(table, readFileSync(table, 'utf8')).rows).toHaveLength(49);
    expect(readFileSync(report, 'utf8')).toContain('Nyquist');
    await expectRefused('impedance', [
      [[S2, '--stoichiometry', '1'], /Expected a stoichiometry above 0 and below 1, found "1"/],
      [[S2, '--negative-stoichiometry', '0.5'], /has lithium foil as negative electrode/],
      [[S2, '--frequencies', '-1'], /Expected numbers above 0/],
    ]);
  });
});

describe('voxelith cell', () => {
  it('[law] an image becomes a cell file whose M is that of conduct, and which discharges', async () => {
    const [image, file] = ['cathode.npy', 'image.yaml'].map((name) => join(folder, name));
    await voxelith('generate', '--model', 'bm01', '--size', '48', '--seed', '3', '-o', image);
    const made = await voxelith('cell', image, '--chemistry', 'nca-lps', '-o', file, '--json');
    expect(made.stderr.replace(/warning:.*\n/g, '')).not.toMatch(/error/);
    const { file: { regions: [, , electrode] }, theoretical, nominalCapacity } = JSON.parse(made.stdout);
    expect(theoretical.loading * theoretical.specificCapacity / nominalCapacity).toBeCloseTo(1, 12);
    expect(readFileSync(file, 'utf8'))
      .toMatch(/^# Holds in theory: .* mAh\/cm² .* mg\/cm² of active material at .* mAh\/g/m);
    const conducted = await voxelith('conduct', image, '--phase', '1', '--json');
    expect(electrode.electrolyte.mFactor.value).toBeCloseTo(JSON.parse(conducted.stdout).mFactor, 5);
    const { volumeFraction } = electrode.active;
    expect(electrode.active.radius.source).toBe(`measured: ${image}, half of the contact diameter D_SCA`);
    const discharged = await voxelith('discharge', file, '--rates', '0.1', '--json');
    const { runs, fluxFactors, inputs } = JSON.parse(discharged.stdout);
    expect(runs[0].dischargeCapacity).toBeGreaterThan(0);
    expect(fluxFactors[0]).toBeCloseTo(1, 5);
    const fraction = inputs.find(({ path }: { path: string }) => path === 'regions[2].active.volumeFraction');
    expect(fraction.value).toBe(volumeFraction.value);
    // The file reads like one: a line per number.
    expect(readFileSync(file, 'utf8')).toMatch(/^ {4}thickness: \{ value: [\d.]+, unit: um, source: /m);
    await expectRefused('cell', [
      [[image, '--chemistry', 'nca', '-o', file], /chemistry "nca" is unknown.*there are nca-lps, nmc811-lps/],
      [[image, '--chemistry', 'nca-lps', '--active', '1', '-o', file], /--active and --electrolyte are both 1/],
      [[image, '--chemistry', 'nca-lps', '--formula', 'LiQ2', '-o', file], /formula "LiQ2": "Q2" is not known/],
      [[image, '--chemistry', 'nca-lps', '--window', '1,0.2', '-o', file], /Expected two stoichiometries/],
      [[image, '--chemistry', 'nca-lps', '--density', '0', '-o', file], /Expected a density in g\/cm³ above 0/],
      [[image, '--chemistry', 'nca-lps', '--radius', '5', '-o', file], /Expected a length such as 5um or 200nm/],
    ]);
  });
});

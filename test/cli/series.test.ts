import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/io/csv.js';
import { writeVolume } from '../../src/io/files.node.js';
import { randomLabels } from '../random.js';
import { expectRefused, scratchFolder, stopped, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);
const INTO = ['--into', '3', '--label', '4'];

describe('voxelith series', () => {
  const shape = [16, 20, 24] as const;
  const original = randomLabels(shape, { 1: 1, 2: 4, 3: 5 }, 5, 6);
  beforeAll(async () => {
    await writeVolume(at('cathode.nrrd'), { labels: original, shape, voxelSizeUm: [0.1, 0.1, 0.1] });
    await writeVolume(at('pixels.npy'), { labels: original, shape, voxelSizeUm: null });
    await writeVolume(at('large.nrrd'), {
      labels: randomLabels([64, 64, 64], { 2: 4, 3: 5 }, 5, 4), shape: [64, 64, 64], voxelSizeUm: [0.1, 0.1, 0.1],
    });
  });
  const series = (...args: string[]) => voxelith('series', at('cathode.nrrd'), ...INTO, '--quiet', ...args);
  const table = (name: string) => parseCsv(name, readFileSync(at(name), 'utf8'));

  it('[law] the table has the numbers of the JSON; a rerun measures what is missing, and gives the same', async () => {
    const first = await series('--steps', '0.04,0.12', '-o', at('t.csv'), '--json');
    expect([first.code, first.stderr]).toEqual([0, '']);
    const found = JSON.parse(first.stdout);
    const { rows, columns } = table('t.csv');
    expect(rows.map((row) => Number(row.voxels))).toEqual([0, 307, 922]);
    for (const [k, row] of rows.entries()) {
      const step = found.steps[k];
      expect(Number(row.electronConductivitySPerM)).toBe(step.electronConductivity);
      expect(Number(row.ionMFactor)).toBe(step.ionMFactor);
      expect(Number(row['interfaceArea2-4PerUm'])).toBe(step.interfaceArea['2-4']);
      expect(Number(row.arealCapacityMAhPerCm2)).toBe(step.arealCapacity);
    }
    for (const column of columns.filter((name) => !['file', 'problems', 'fingerprint'].includes(name))) {
      expect(found.units[column]).toBeDefined();
    }
    // What another run measured is taken as it stands: a changed number shows that it was not measured again.
    const text = readFileSync(at('t.csv'), 'utf8');
    const changed = text.replace(String(found.steps[1].ionMFactor), '0.123456');
    writeFileSync(at('t.csv'), changed);
    const again = await voxelith(
      'series', at('cathode.nrrd'), ...INTO, '--steps', '0.04..0.12:0.04', '-o', at('t.csv'), '--json',
    );
    expect(again.stderr).toMatch(/t\.csv: 3 contents were done already/);
    expect(JSON.parse(again.stdout).steps.map(({ ionMFactor }: { ionMFactor: number }) => ionMFactor))
      .toEqual([found.steps[0].ionMFactor, 0.123456, expect.any(Number), found.steps[2].ionMFactor]);
    expect(table('t.csv').rows.map((row) => Number(row.voxels))).toEqual([0, 307, 614, 922]);
    // Other materials for solves are other numbers; masses alone are not.
    const heavier = await series('--steps', '0.04', '-o', at('t.csv'), '--density', '2=5', '--json');
    expect(JSON.parse(heavier.stdout).steps[1].ionMFactor).toBe(0.123456);
    const other = await voxelith(
      'series', at('cathode.nrrd'), ...INTO, '--steps', '0.04', '-o', at('t.csv'), '--sigma', '2=0.5,4=50', '--json',
    );
    expect(other.stderr).toMatch(/the options or the program have changed, again/);
    expect(JSON.parse(other.stdout).steps[1].ionMFactor).toBe(found.steps[1].ionMFactor);
    expect(table('t.csv').rows).toHaveLength(2);
  });

  it('[law] an interrupted run leaves whole rows, and the next one goes on', async () => {
    const args = ['series', at('large.nrrd'), ...INTO, '--steps', '0.02..0.2:0.005', '-o', at('long.csv')];
    const moment = { folder, files: /^long\.csv$/, lines: 3 };
    expect((await stopped('SIGINT', moment, ...args)).code).toBe(130);
    expect(readdirSync(folder).filter((name) => name.includes('long.csv')).sort())
      .toEqual(['long.csv', 'long.csv-metadata.json']);
    expect(table('long.csv').rows.length).toBeGreaterThan(0);
    const { code: done, stderr } = await voxelith(...args);
    expect([done, stderr]).toEqual([0, expect.stringMatching(/long\.csv: \d+ contents were done already/)]);
    expect(table('long.csv').rows).toHaveLength(38);
  });

  it('[law] text and report say where it spans, what is assumed, and show the additive', async () => {
    const { code, stdout } = await series(
      '--steps', '0.05..0.3:0.05', '--report', at('r.html'), '--names', '1=SE,2=AM,3=pore,4=binder',
      '--source', 'conductivity2=measured by us', '--sigma', '2=0.3,4=80', '--keep', '0.3',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/spans along z from [\d.]+ vol-%/);
    expect(stdout).toMatch(/ions keep 30 % of M up to [\d.]+ vol-%\nwindow: /);
    const html = readFileSync(at('r.html'), 'utf8');
    for (const text of [
      'measured by us', 'assumed: 1 M LiPF6', 'binder (4)', 'How the window is chosen', 'rgb(20,24,30)', 'AM|binder',
      'data:image/png',
    ]) expect(html).toContain(text);
    expect(html).not.toMatch(/<script|undefined|NaN/);
  });

  it('[law] without contents: steps of 1 % up to 20 %, above what is there, as far as there is room', async () => {
    const { steps } = JSON.parse((await series('--json', '--tolerance', '0.1')).stdout);
    expect(steps.map(({ voxels }: { voxels: number }) => voxels))
      .toEqual(Array.from({ length: 21 }, (_, k) => Math.round(k * 76.8)));
    const labels = original.map((label) => (label === 2 ? 2 : label === 1 ? 3 : 4));
    await writeVolume(at('filled.npy'), { labels, shape, voxelSizeUm: null });
    const most = labels.reduce((sum, label) => sum + (label === 2 ? 0 : 1), 0) / labels.length;
    const { stderr, code } = await voxelith('series', at('filled.npy'), ...INTO);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/has 0\.\d+ of the window already, and there is room/)]);
    const cleared = JSON.parse((await voxelith('series', at('filled.npy'), ...INTO, '--clear', '--json', '--quiet',
      '--tolerance', '0.1')).stdout);
    expect(cleared.steps).toHaveLength(21);
    expect(most).toBeGreaterThan(0.2);
  });

  it('[exact] without a voxel size masses are unknown, and areas per voxel edge', async () => {
    const { stdout } = await voxelith('series', at('pixels.npy'), ...INTO, '--steps', '0.1', '--json', '--quiet');
    const { steps, units, inputs } = JSON.parse(stdout);
    expect([steps[1].loading, steps[1].ohmicResistance]).toEqual([null, null]);
    expect(units['interfaceArea2-4PerVoxel']).toBe('voxel⁻¹');
    expect(inputs.map(({ name }: { name: string }) => name)).not.toContain('thickness');
    const thick = await voxelith('series', at('pixels.npy'), ...INTO, '--steps', '0.1', '--json', '--quiet',
      '--thickness', '75');
    expect(JSON.parse(thick.stdout).steps[1].loading).toBeGreaterThan(0);
  });

  it('a solve that stops early: the numbers are printed, and the exit code is 1', async () => {
    const { code, stdout, stderr } = await series('--steps', '0.1', '--max-iterations', '1', '--tolerance', '1e-9');
    expect([code, stdout]).toEqual([1, expect.stringMatching(/vol-%/)]);
    expect(stderr).toMatch(/^error: series: 2 of 2 contents have a solve that did not converge/);
  });

  it('says what is wrong, in one line, and writes nothing', async () => {
    const before = readdirSync(folder);
    const image = at('cathode.nrrd');
    await expectRefused('series', [
      [[image, ...INTO, '--active', '9'], /label 9 does not occur/],
      [[image, ...INTO, '--active', '3'], /the active material has a label of its own/],
      [[image, ...INTO, '--electrolyte', '4'], /label 4 does not occur/],
      [[image, ...INTO, '--steps', '0.1..0.95'], /a content of 0\.\d+ needs \d+ voxels, label 3 has/],
      [[image, ...INTO, '--sigma', '2=-1,4=1'], /conductivity2 must be a finite number above 0 \(S\/m\), got -1/],
      [[image, ...INTO, '--source', 'sigma2=x'], /there is no input "sigma2" .* there are conductivity2,/],
      [[image, ...INTO, '--additive-transport', '2'], /\(X\/τ\) is a share from 0 to 1, got 2/],
      [[image, ...INTO, '-o', at('new.txt')], /the table is CSV/],
      [[image, ...INTO, '-o', at('new.csv'), '--report', image], /a report is HTML/],
    ]);
    expect(readdirSync(folder)).toEqual(before);
  });
});

import {
  copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/io/csv.js';
import { writeVolume, writeVoxels } from '../../src/io/files.node.js';
import { randomLabels } from '../random.js';
import { checkPage } from '../report/page.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);
const shape = [10, 11, 12] as const;
const rowsOf = (name: string): readonly Readonly<Record<string, string>>[] =>
  parseCsv(name, readFileSync(at(name), 'utf8')).rows;

/** stderr without what is said against images as small as these. */
const told = ({ stderr }: { readonly stderr: string }): string => stderr.replace(/^warning: .*\n/gm, '');

describe('voxelith measure', () => {
  beforeAll(async () => {
    for (let k = 0; k < 4; k++) {
      const labels = randomLabels(shape, { 1: 0.5 + 0.05 * k, 2: 0.4 - 0.05 * k, 3: 0.1 }, k + 1, 1);
      await writeVolume(at(`${k}.nrrd`), { labels, shape, voxelSizeUm: [0.2, 0.2, 0.2] });
    }
    writeFileSync(at('bad.nrrd'), 'no image');
  });

  it('[law] a bad image is a row with its error, and a rerun does what is missing', async () => {
    const images = ['0.nrrd', 'bad.nrrd', '1.nrrd'].map(at);
    const args = ['measure', ...images, '--phase', '1,2', '--names', '1=SE,2=AM,3=pore', '-o', at('t.csv')];
    const first = await voxelith(...args);
    expect(first.code).toBe(1);
    expect(first.stderr).toMatch(/error: .*bad\.nrrd: .*\n[^]*error: measure: 1 of 3 images failed; .*t\.csv has/);
    const rows = rowsOf('t.csv');
    expect(rows.map(({ file }) => file)).toEqual(images);
    expect(rows[1].error).toMatch(/^.*bad\.nrrd: /);
    expect([rows[1].mFactor1, rows[0].error, rows[0].phaseName2]).toEqual(['', '', 'AM']);
    expect(Number(rows[2].mFactor1)).toBeGreaterThan(0);

    // The name stays, what it holds becomes an image; another image is only touched.
    copyFileSync(at('2.nrrd'), at('bad.nrrd'));
    utimesSync(at('0.nrrd'), new Date(), new Date());
    const second = await voxelith(...args);
    expect([second.code, told(second)]).toEqual([0, `${at('t.csv')}: 3 rows, 2 images were done already\n`]);
    expect(rowsOf('t.csv')[0]).toEqual(rows[0]);
    expect(Number(rowsOf('t.csv')[1].mFactor1)).toBeGreaterThan(0);

    // Another image under the same name, and other options.
    copyFileSync(at('3.nrrd'), at('bad.nrrd'));
    const third = await voxelith(...args);
    expect(told(third)).toBe(
      `${at('bad.nrrd')}: it has changed, again\n${at('t.csv')}: 3 rows, 2 images were done already\n`,
    );
    const fourth = await voxelith(...args, '--axis', 'all');
    expect(fourth.stderr.match(/the options or the program have changed, again/g)).toHaveLength(3);
    expect(rowsOf('t.csv')[0].mFactor1AlongX).not.toBe('');

    // Rows of images that are not named now stay.
    const fifth = await voxelith('measure', at('3.nrrd'), '--phase', '1,2', '-o', at('t.csv'));
    expect(told(fifth)).toBe(`${at('t.csv')}: 4 rows, 3 rows of other images kept\n`);
    writeFileSync(at('bad.nrrd'), 'no image');
  });

  it('[law] the law of one’s own images, by the names given', async () => {
    const images = Array.from({ length: 12 }, (_, k) => at(`own${k}.tif`));
    for (const [k, path] of images.entries()) {
      const labels = randomLabels([16, 16, 16], { 1: 0.5 + 0.02 * k, 2: 0.45 - 0.02 * k, 3: 0.05 }, 40 + k, 1);
      await writeVolume(path, { labels, shape: [16, 16, 16], voxelSizeUm: [0.2, 0.2, 0.2] });
    }
    const measured = await voxelith(
      'measure', ...images, '--phase', 'SE', '--names', '1=SE,2=AM,3=pore', '-o', at('own.csv'),
      '--report', at('own.html'),
    );
    expect([measured.code, measured.stdout]).toEqual([0, expect.stringMatching(/SE \(1\) +0\.\d+/)]);
    const law = await voxelith('fit', at('own.csv'), '--phase', 'SE', '--formula', 'M1', '--json');
    expect(law.code).toBe(0);
    const [phase] = JSON.parse(law.stdout).phases;
    expect(phase).toMatchObject({ phase: '1', title: 'SE', material: '1', leftOut: [] });
    expect(phase.rows).toHaveLength(12);
    const plain = await voxelith('fit', at('own.csv'), '--formula', 'M1');
    expect(plain.stdout).toMatch(/^SE \(phase 1\): 8 structures train, 4 test\n/);
    const wrong = await voxelith('fit', at('own.csv'), '--phase', 'silicon');
    expect([wrong.code, wrong.stderr])
      .toEqual([2, expect.stringMatching(/found "silicon"; names are: SE, AM, pore\n$/)]);
    const html = readFileSync(at('own.html'), 'utf8');
    checkPage(html);
    expect(html.match(/data:image\/png/g)).toHaveLength(12);
    for (const text of ['SE (1)', 'pore (3)', 'M and ε']) expect(html).toContain(text);
  });

  it('[law] grey images go in one go: as import and measure of its labels', async () => {
    const labels = randomLabels([12, 12, 12], { 1: 0.6, 2: 0.4 }, 9, 2);
    await writeVoxels(at('grey.tif'), { data: labels.map((l) => 60 * l), shape: [12, 12, 12], voxelSizeUm: null });
    const steps = ['--segment', 'otsu:2', '--labels', '2,1'];
    const { code, stdout } = await voxelith('measure', at('grey.tif'), ...steps, '--json');
    await voxelith('import', at('grey.tif'), ...steps, '-o', at('labels.npy'), '--quiet');
    const two = await voxelith('measure', at('labels.npy'), '--json');
    const without = (text: string): string => text.replace(/"seconds":[^,]*/g, '').replace(/"warnings":\[[^\]]*\]/, '');
    expect([code, without(stdout)]).toEqual([0, without(two.stdout)]);
    expect(JSON.parse(stdout).units)
      .toMatchObject({ volumeFraction: '1', specificSurfaceArea: 'voxel⁻¹', mFactor: '1' });
    expect(JSON.parse(stdout).phases[2].volumeFraction).toBe(labels.filter((l) => l === 1).length / 1728);
  });

  it('[law] outputs never replace an input, whatever it is called, nor a file of another kind', async () => {
    copyFileSync(at('0.nrrd'), at('in.nrrd'));
    symlinkSync(at('in.nrrd'), at('sym.nrrd'));
    linkSync(at('in.nrrd'), at('hard.nrrd'));
    symlinkSync(at('in.nrrd'), at('table.csv'));
    writeFileSync(at('other.csv'), 'a,b\n1,2\n');
    writeFileSync(at('notes.html'), 'notes of mine');
    mkdirSync(at('slices'));
    copyFileSync(at('in.nrrd'), at('slices/a.nrrd'));
    const before = readFileSync(at('in.nrrd'));
    await expectRefused('measure', [
      [[at('in.nrrd'), '-o', at('in.nrrd')], /in\.nrrd: the table is CSV or Parquet; give a name that ends in \.csv/],
      [[at('in.nrrd'), '-o', at('table.csv')], /table\.csv: writing it would replace the input .*in\.nrrd/],
      [[at('in.nrrd'), '-o', at('other.csv')], /other\.csv: a file is there that is no table of "voxelith measure"/],
      [[at('in.nrrd'), '--report', at('notes.html')], /notes\.html: a file of another kind is there/],
      [[at('in.nrrd'), '--report', at('page.tif')], /page\.tif: a report is HTML/],
      [[at('in.nrrd'), '--labels', '1,2'], /--labels: names the classes of --segment, and there is none/],
      [[at('in.nrrd'), '--names', '1=SE,1=AM'], /--names.*Expected LABEL=NAME/],
      [[at('bad.nrrd'), at('bad.nrrd')], /bad\.nrrd: /],
    ]);
    await expectRefused('import', [
      [[at('in.nrrd'), '-o', at('in.nrrd')], /in\.nrrd: writing it would replace the input; choose another name/],
      [[at('in.nrrd'), '-o', at('sym.nrrd')], /sym\.nrrd: writing it would replace the input .*in\.nrrd/],
      [[at('sym.nrrd'), '-o', at('hard.nrrd')], /hard\.nrrd: writing it would replace the input .*sym\.nrrd/],
      [[at('slices'), '-o', at('slices/a.nrrd')], /a\.nrrd: writing it would replace the input .*slices/],
    ]);
    expect(readFileSync(at('in.nrrd'))).toEqual(before);
    expect([readFileSync(at('other.csv'), 'utf8'), existsSync(at('page.tif'))]).toEqual(['a,b\n1,2\n', false]);
  });

  it('[law] batches of describe and conduct keep what is done, too; conduct takes several phases', async () => {
    const images = ['0.nrrd', 'bad.nrrd', '1.nrrd'].map(at);
    const described = await voxelith('describe', ...images, '--only', 'volumeFraction', '-o', at('d.csv'));
    expect([described.code, rowsOf('d.csv').map(({ volumeFraction1 }) => volumeFraction1 !== '')])
      .toEqual([1, [true, false, true]]);
    const solved = await voxelith('conduct', ...images, '--phase', 'SE,AM', '--names', '1=SE,2=AM', '-o', at('c.csv'));
    expect([solved.code, rowsOf('c.csv').map(({ phase }) => phase)]).toEqual([1, ['1', '2', '', '1', '2']]);
    const again = await voxelith('conduct', ...images, '--phase', '1,2', '--names', '1=SE,2=AM', '-o', at('c.csv'));
    expect(again.stderr).toMatch(/c\.csv: 5 rows, 2 images were done already/);
    const { stdout } = await voxelith('conduct', images[0], '--phase', '1,2', '--json');
    expect(Object.values(JSON.parse(stdout).phases).map((one) => (one as { phase: number }).phase)).toEqual([1, 2]);
    const text = await voxelith('conduct', images[0], '--phase', 'AM', '--names', '1=SE,2=AM');
    expect(text.stdout).toContain('0.nrrd, AM (2)\n');
    const wrong = await voxelith('describe', ...images, '-o', at('c.csv'));
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/no table of "voxelith describe"/)]);
  });
});

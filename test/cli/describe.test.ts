import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/io/csv.js';
import { decodeParquet } from '../../src/io/parquet-read.js';
import { readVoxels, writeVolume } from '../../src/io/files.node.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);

describe('voxelith describe', () => {
  // Slabs of 4 of 8 voxels along x: phase 1 is straight along z and y, and does not cross x.
  const labels = Uint8Array.from({ length: 8 * 8 * 8 }, (_, i) => (i % 8 < 4 ? 1 : 2));
  beforeAll(async () => {
    await writeVolume(at('slabs.nrrd'), { labels, shape: [8, 8, 8], voxelSizeUm: [0.5, 0.5, 0.5] });
    await writeVolume(at('three.npy'), {
      labels: labels.map((label, i) => (i < 64 ? 3 : label)), shape: [8, 8, 8], voxelSizeUm: [0.5, 0.5, 0.5],
    });
    await writeVolume(at('flat.npy'), { labels, shape: [8, 8, 8], voxelSizeUm: [0.2, 0.5, 0.5] });
  });

  it('[exact] one image: the object of the contract', async () => {
    const { code, stdout, stderr } = await voxelith('describe', at('slabs.nrrd'), '--axis', 'all', '--json');
    expect([code, stderr]).toEqual([0, '']);
    const { shape, voxelSizeUm, phases, interfaceAreas } = JSON.parse(stdout);
    expect([shape, voxelSizeUm]).toEqual([[8, 8, 8], 0.5]);
    expect(phases[1].volumeFraction).toBe(0.5);
    expect(phases[1].geodesicTortuosity.z).toMatchObject({ mean: 1, std: 0, reachableFraction: 1 });
    expect(phases[1].geodesicTortuosity.x).toMatchObject({ mean: null, reachableFraction: 0 });
    expect(phases[1].constrictivity.z.constrictivity).toBe(1);
    expect(interfaceAreas['1-2']).toBeCloseTo(phases[1].specificSurfaceArea, 12);
  });

  it('[exact] several images give a CSV table, whose columns are those of all images', async () => {
    const { code, stdout } = await voxelith('describe', at('slabs.nrrd'), at('three.npy'), '--only', 'volumeFraction');
    expect(code).toBe(0);
    const { columns, rows } = parseCsv('stdout', stdout);
    expect(columns).toEqual(['file', 'volumeFraction1', 'volumeFraction2', 'volumeFraction3']);
    expect(rows.map((row) => Object.values(row))).toEqual([
      [at('slabs.nrrd'), '0.5', '0.5', ''], [at('three.npy'), '0.4375', '0.4375', '0.125'],
    ]);
    await voxelith('describe', at('slabs.nrrd'), '--phase', '2', '-o', at('t.csv'), '--quiet');
    const written = parseCsv('t.csv', readFileSync(at('t.csv'), 'utf8'));
    expect(written.columns).toContain('specificSurfaceArea2PerUm');
    expect(written.rows[0].meanGeodesicTortuosity2).toBe('1');
    const { tableSchema } = JSON.parse(readFileSync(at('t.csv-metadata.json'), 'utf8'));
    expect(tableSchema.columns.find(({ name }: { name: string }) => name === 'specificSurfaceArea2PerUm'))
      .toMatchObject({ 'dc:description': 'specific surface area S of phase 2', 'schema:unitText': 'µm⁻¹' });
  });

  it('[law] a table as Parquet is that of the CSV, and a rerun goes on with it', async () => {
    const table = ['describe', at('slabs.nrrd'), at('three.npy'), '--only', 'volumeFraction', '-o'];
    await voxelith(...table, at('same.csv'), '--quiet');
    await voxelith(...table, at('same.parquet'), '--quiet');
    const { rows } = await decodeParquet('same', readFileSync(at('same.parquet')));
    const csv = parseCsv('same', readFileSync(at('same.csv'), 'utf8'));
    expect(rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, String(cell ?? '')]))))
      .toEqual(csv.rows);
    expect((await voxelith(...table, at('same.parquet'))).stderr).toMatch(/2 images were done already/);
  });

  it('[exact] a raw file with its shape and type, and a folder of slices, are the image that they hold', async () => {
    const expected = JSON.parse((await voxelith('describe', at('slabs.nrrd'), '--json')).stdout);
    const words = new DataView(new ArrayBuffer(7 + 2 * labels.length));
    labels.forEach((label, i) => words.setUint16(7 + 2 * i, label, false));
    writeFileSync(at('slabs.data'), new Uint8Array(words.buffer));
    const how = ['--raw-shape', '8', '--raw-type', 'uint16', '--raw-order', 'big', '--raw-skip', '7'];
    const raw = await voxelith('describe', at('slabs.data'), ...how, '--voxel-size', '0.5um', '--json');
    expect([raw.code, JSON.parse(raw.stdout)]).toEqual([0, expected]);
    mkdirSync(at('slices'));
    for (let z = 0; z < 8; z++) {
      const slice = labels.slice(64 * z, 64 * (z + 1));
      await writeVolume(at(`slices/s${z}.tif`), { labels: slice, shape: [1, 8, 8], voxelSizeUm: [0.5, 0.5, 0.5] });
    }
    const stack = await voxelith('describe', at('slices'), '--json');
    expect([stack.code, JSON.parse(stack.stdout)]).toEqual([0, expected]);
    mkdirSync(at('nothing'));
    await expectRefused('describe', [
      [[at('nothing')], /nothing: no image in this folder; expected slices as/],
      [[at('slabs.data')], /slabs\.data: the file's extension says its format; expected one of/],
      [[at('slabs.nrrd'), '--raw-shape', '8'], /a nrrd file says itself how its numbers lie; leave out --raw-shape/],
      [[at('slabs.data'), '--raw-type', 'uint16'], /--raw-type: says how .* together with --raw-shape x,y,z/],
    ]);
  });

  it('[exact] the table can be read by predict, the text by people', async () => {
    const { stdout } = await voxelith('describe', at('slabs.nrrd'), '--voxel-size', '1um');
    expect(stdout).toMatch(/volumeFraction1 +0\.5\n/);
    const odd = await voxelith('describe', at('flat.npy'));
    expect(odd.stdout).toMatch(/left out: triplePhaseBoundary needs 3 to 8 phases/);
  });

  it('[exact] writes the map of local thickness of one phase', async () => {
    const { code, stderr } = await voxelith(
      'describe', at('slabs.nrrd'), '--phase', '1', '--only', 'volumeFraction,openingSizes', '--thickness-map',
      at('map.npy'),
    );
    expect([code, stderr]).toEqual([0, `${at('map.npy')}\n`]);
    const { data, voxelSizeUm } = await readVoxels(at('map.npy'));
    // A slab at the window's face: its deepest layer is four voxels from the outside.
    expect([data, voxelSizeUm]).toEqual([Float32Array.from(labels, (label) => (label === 1 ? 2 : 0)), [0.5, 0.5, 0.5]]);
  });

  it('[law] bad input is one line, exit 2, nothing written', async () => {
    const wrong: [string[], RegExp][] = [
      [[at('slabs.nrrd'), '--phase', '7'], /slabs\.nrrd: .*label 7 does not occur in the image; it has 1, 2/],
      [[at('slabs.nrrd'), '--phase', '1,one'], /--phase: expected a label .*, found "one"; names are given by --names/],
      [[at('slabs.nrrd'), '--axis', 'w'], /--axis.*Allowed choices are x, y, z, all/],
      [
        [at('slabs.nrrd'), '--only', 'volumeFractions'],
        /no descriptor is called "volumeFractions"; there are volumeFraction/,
      ],
      [[at('flat.npy'), '--only', 'triplePhaseBoundary'], /flat\.npy: .*triplePhaseBoundary needs 3 to 8 phases/],
      [[at('slabs.nrrd'), '--thickness-map', at('map2.npy')], /--thickness-map goes with one phase; give --phase/],
      [[at('slabs.nrrd'), '--voxel-size', '-1um'], /--voxel-size/],
      [[at('slabs.nrrd'), '--voxel-size', 'NaN'], /--voxel-size/],
      [[at('slabs.nrrd'), '--phase', '3', '-o', at('none.csv')], /slabs\.nrrd: .*label 3/],
      [
        [at('slabs.nrrd'), '-o', at('slabs.nrrd')],
        /slabs\.nrrd: the table is CSV or Parquet; give a name that ends in \.csv/,
      ],
      [[at('slabs.nrrd'), '--report', at('page.txt')], /page\.txt: a report is HTML; give a name that ends in \.html/],
    ];
    await expectRefused('describe', wrong);
    expect(existsSync(at('none.csv'))).toBe(false);
  });
});

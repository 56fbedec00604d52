import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/io/csv.js';
import { readVoxels, writeVolume } from '../../src/io/files.node.js';
import { randomLabels } from '../random.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);

describe('voxelith conduct', () => {
  // Half of every line along x conducts: columns along z and y, blocked along x.
  beforeAll(async () => {
    const labels = Uint8Array.from({ length: 8 * 8 * 8 }, (_, i) => (i % 8 < 4 ? 1 : 2));
    await writeVolume(at('columns.npy'), { labels, shape: [8, 8, 8], voxelSizeUm: [0.2, 0.2, 0.2] });
    await writeVolume(at('plate.npy'), { labels: labels.subarray(0, 64), shape: [1, 8, 8], voxelSizeUm: null });
    await writeVolume(at('block.nrrd'), { labels: new Uint8Array(60).fill(1), shape: [3, 4, 5], voxelSizeUm: null });
  });

  it('[exact] a full block has M = 1 along each axis; --axis all gives one object per axis', async () => {
    const { code, stdout, stderr } =
      await voxelith('conduct', at('block.nrrd'), '--phase', '1', '--axis', 'all', '--json');
    expect([code, stderr]).toEqual([0, '']);
    const { axes } = JSON.parse(stdout);
    expect(Object.keys(axes)).toEqual(['x', 'y', 'z']);
    for (const axis of ['x', 'y', 'z']) {
      expect(axes[axis]).toMatchObject({ axis, mFactor: 1, tortuosityFactor: 1, macMullinNumber: 1, percolates: true });
    }
  });

  it('[exact] layers of 50 conductivities: their mean along them', async () => {
    const labels = Uint8Array.from({ length: 50 * 3 * 4 }, (_, i) => 1 + Math.floor(i / 12));
    await writeVolume(at('layers.npy'), { labels, shape: [50, 3, 4], voxelSizeUm: null });
    const sigma = Array.from({ length: 50 }, (_, k) => `${k + 1}=${1 + k / 4}`).join(',');
    const { code, stdout } = await voxelith('conduct', at('layers.npy'), '--sigma', sigma, '--axis', 'x', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).effectiveConductivity).toBeCloseTo(1 + 49 / 8, 5);
  });

  it('[exact] columns conduct their share along z and nothing across; that is a value, exit 0', async () => {
    const along = JSON.parse((await voxelith('conduct', at('columns.npy'), '--phase', '1', '--json')).stdout);
    expect(along.mFactor).toBeCloseTo(0.5, 12);
    const across = await voxelith('conduct', at('columns.npy'), '--phase', '1', '--axis', 'x', '--json');
    expect(across.code).toBe(0);
    expect(JSON.parse(across.stdout))
      .toMatchObject({ mFactor: 0, percolates: false, tortuosityFactor: null, macMullinNumber: null });
  });

  it('[law] --uncertainty: M of the material with its parts, in text, JSON, table and report', async () => {
    const labels = randomLabels([32, 32, 32], { 1: 0.6, 2: 0.4 }, 7, 2);
    await writeVolume(at('sample.npy'), { labels, shape: [32, 32, 32], voxelSizeUm: null });
    const args = [at('sample.npy'), '--phase', '1', '--uncertainty'];
    const { code, stdout } = await voxelith('conduct', ...args, '--json', '--report', at('sample.html'));
    expect(code).toBe(0);
    const { mFactor, uncertainty: { value, plusMinus, interval, parts, reasons } } = JSON.parse(stdout);
    expect(reasons).toEqual([]);
    expect(value).toBeGreaterThan(mFactor);
    expect(interval).toEqual([value - plusMinus, value + plusMinus]);
    expect(plusMinus).toBeCloseTo(Math.hypot(parts.voxels, parts.window, parts.solver), 12);
    const text = (await voxelith('conduct', ...args)).stdout;
    const line = /^M of the material along z: ([\d.]+) ± ([\d.]+) \(voxels [\d.]+, window [\d.]+, solver /m;
    const found = line.exec(text)!;
    expect(Math.abs(Number(found[1]) - value)).toBeLessThan(0.1 * plusMinus);
    expect(Number(found[2]) / plusMinus).toBeCloseTo(1, 0);
    const html = readFileSync(at('sample.html'), 'utf8');
    expect(html).toContain(`${found[1]} ± ${found[2]}`);
    await voxelith('conduct', ...args, '-o', at('bars.csv'), '--quiet');
    const [row] = parseCsv('bars', readFileSync(at('bars.csv'), 'utf8')).rows;
    expect([row.materialValue, row.materialPlusMinus, row.materialPlusMinusWindow].map(Number))
      .toEqual([value, plusMinus, parts.window]);
  });

  it('[law] --uncertainty in a window too small for it: the reason in text, JSON and warnings', async () => {
    const args = [at('columns.npy'), '--phase', '1', '--axis', 'x', '--uncertainty'];
    const { code, stdout, stderr } = await voxelith('conduct', ...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^no error bar of M along x: nothing conducts from face to face along x$/m);
    expect(stderr).toMatch(/^warning: .*no error bar of M along x/m);
    const { uncertainty } = JSON.parse((await voxelith('conduct', ...args, '--json')).stdout);
    expect([uncertainty.value, uncertainty.interval]).toEqual([null, null]);
  });

  it('[exact] several images give a CSV table, on stdout or with -o in a file', async () => {
    const images = [at('columns.npy'), at('block.nrrd')];
    const printed = await voxelith('conduct', ...images, '--phase', '1', '--axis', 'all', '--quiet');
    expect([printed.code, printed.stderr]).toEqual([0, '']);
    const { rows } = parseCsv('stdout', printed.stdout);
    expect(rows.map(({ file, axis, percolates }) => [file, axis, percolates])).toEqual([
      [images[0], 'x', 'false'], [images[0], 'y', 'true'], [images[0], 'z', 'true'],
      [images[1], 'x', 'true'], [images[1], 'y', 'true'], [images[1], 'z', 'true'],
    ]);
    expect(rows[0].tortuosityFactor).toBe('');
    const both = await voxelith('conduct', ...images, '--phase', '1', '-o', at('t.csv'), '--json', '--quiet');
    expect(Object.keys(JSON.parse(both.stdout).images)).toEqual(images);
    expect(parseCsv('t.csv', readFileSync(at('t.csv'), 'utf8')).rows).toHaveLength(2);
  });

  it('[law] --coarsening: noise near percolation takes connected parts, fewer iterations and the same M; ' +
      'not with periodic edges', async () => {
    const shape = [40, 40, 40] as const;
    await writeVolume(
      at('noise.npy'), { labels: randomLabels(shape, { 1: 0.4, 2: 0.6 }, 5, 1), shape, voxelSizeUm: null },
    );
    const solved = async (coarsening: string) =>
      JSON.parse(
        (
          await voxelith(
            'conduct', at('noise.npy'), '--phase', '1', '--tolerance', '1e-6', '--coarsening', coarsening, '--json',
          )
        ).stdout,
      );
    const [auto, blocks] = [await solved('auto'), await solved('blocks')];
    expect([auto.coarsening, blocks.coarsening]).toEqual(['parts', 'blocks']);
    expect(auto.mFactor / blocks.mFactor).toBeCloseTo(1, 5);
    expect(auto.iterations).toBeLessThan(0.7 * blocks.iterations);
    const refused =
      await voxelith('conduct', at('noise.npy'), '--phase', '1', '--coarsening', 'parts', '--boundary', 'periodic');
    expect([refused.code, refused.stderr])
      .toEqual([2, expect.stringContaining('coarsening parts needs boundary dirichlet')]);
  });

  it('[law] a solve that does not reach its tolerance prints its bracket and exits 1', async () => {
    const shape = [24, 25, 26] as const;
    await writeVolume(
      at('random.npy'), { labels: randomLabels(shape, { 1: 0.5, 2: 0.5 }, 3, 4), shape, voxelSizeUm: null },
    );
    const good =
      JSON.parse((await voxelith('conduct', at('random.npy'), '--phase', '1', '--tolerance', '1e-8', '--json')).stdout);
    expect(good.converged).toBe(true);
    const { code, stdout, stderr } = await voxelith(
      'conduct', at('random.npy'), '--phase', '1', '--tolerance', '1e-8', '--max-iterations', '3', '--json', '--quiet',
    );
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^error: .*not converged along z after 3 iterations: M lies between .*--max-iterations.*\n$/,
      ),
    ]);
    const poor = JSON.parse(stdout);
    expect(poor).toMatchObject({ converged: false, iterations: 3 });
    expect(poor.bracket[0]).toBeLessThan(good.mFactor);
    expect(poor.bracket[1]).toBeGreaterThan(good.mFactor);
  });

  it('[law] --residual-tolerance makes the solve go on until the residual is that small', async () => {
    const run = async (...more: string[]): Promise<{ iterations: number; residual: number }> =>
      JSON.parse((await voxelith('conduct', at('random.npy'), '--phase', '1', '--json', ...more)).stdout);
    const [short, long] = [await run(), await run('--residual-tolerance', '1e-6')];
    expect(short.residual).toBeGreaterThan(1e-6);
    expect(long.residual).toBeLessThanOrEqual(1e-6);
    expect(long.iterations).toBeGreaterThan(short.iterations);
  });

  it('[law] --history shows checks and iterations; in the JSON they are objects', async () => {
    const text = await voxelith('conduct', at('random.npy'), '--phase', '1', '--history', '--quiet');
    expect(text.stdout).toMatch(
      /\ntrue residual .*\n.*tortuosity factor .*\nbounds: .*\n\niteration +M +error est\. +residual\n +1 +0\./,
    );
    const { history, iterations } =
      JSON.parse((await voxelith('conduct', at('random.npy'), '--phase', '1', '--history', '--json')).stdout);
    expect(history).toHaveLength(iterations);
    expect(history.at(-1))
      .toMatchObject({ mFactor: expect.any(Number), errorEstimate: expect.any(Number), residual: expect.any(Number) });
  });

  it('[exact] --sigma: M relative to --phase, or σ_eff alone; voxel sizes x,y,z matter by their ratios', async () => {
    const both = JSON.parse(
      (await voxelith('conduct', at('columns.npy'), '--phase', '1', '--sigma', '1=2,2=0.5', '--json')).stdout,
    );
    expect(both)
      .toMatchObject({ phase: 1, tortuosityFactor: null, conductivity: { 1: 2, 2: 0.5 }, referenceConductivity: 2 });
    expect([both.mFactor, both.effectiveConductivity]).toEqual([expect.closeTo(0.625, 6), expect.closeTo(1.25, 6)]);
    const alone = await voxelith(
      'conduct', at('columns.npy'), '--sigma', '1=2,2=0.5', '--axis', 'x', '--voxel-size', '0.1,0.2,0.3', '--tolerance',
      '1e-6', '--json',
    );
    expect(JSON.parse(alone.stdout))
      .toMatchObject({ phase: null, mFactor: null, effectiveConductivity: expect.closeTo(0.8, 5) });
    expect((await voxelith('conduct', at('columns.npy'), '--sigma', '1=2,2=0.5')).stdout)
      .toMatch(/columns\.npy, σ1 = 2, σ2 = 0\.5\naxis +σ_eff +ε +HS bound/);
  });

  it('[law] --interface smooth from labels or from a level set; both are refused for several phases', async () => {
    await voxelith(
      'generate', '--model', 'spheres', '--size', '24', '--set', 'label=1', '--set', 'matrix=2', '--level-sets', '-o',
      at('spheres.npy'), '--quiet',
    );
    const run = async (...args: string[]): Promise<Record<string, never>> =>
      JSON.parse((await voxelith('conduct', at('spheres.npy'), '--phase', '2', '--json', ...args)).stdout);
    const plain = await run();
    const labels = await run('--interface', 'smooth', '--smoothing', '0.7');
    expect(plain).toMatchObject({ interface: 'voxel', openFraction: null });
    expect(labels).toMatchObject({ interface: 'smooth', openFraction: { z: expect.any(Number) } });
    expect(labels.mFactor).toBeGreaterThan(plain.mFactor);
    const given = await voxelith(
      'conduct', at('spheres.npy'), '--phase', '2', '--interface', 'smooth', '--level-set', at('columns.npy'), '--json',
    );
    expect([given.code, given.stderr])
      .toEqual([2, expect.stringMatching(/needs one number per voxel, 13824 for 24×24×24, found 512/)]);
    const own = JSON.parse(
      (
        await voxelith(
          'conduct', at('spheres.npy'), '--phase', '1', '--interface', 'smooth', '--level-set',
          at('spheres-level-x.npy'), '--json',
        )
      ).stdout,
    );
    expect(own).toMatchObject({ interface: 'smooth', percolates: false, mFactor: 0 });
    const several = await voxelith('conduct', at('spheres.npy'), '--sigma', '1=1,2=2', '--interface', 'smooth');
    expect([several.code, several.stderr]).toEqual([2, expect.stringMatching(/exactly one conducting phase, found 2/)]);
  });

  it('[exact] --tensor gives rows of flux and principal conductivities', async () => {
    const { code, stdout } =
      await voxelith('conduct', at('columns.npy'), '--sigma', '1=2,2=0.5', '--tensor', '--tolerance', '1e-6', '--json');
    expect(code).toBe(0);
    const { tensor, principal, asymmetry, axes } = JSON.parse(stdout);
    [[1.25, 0, 0], [0, 1.25, 0], [0, 0, 0.8]]
      .forEach((row, i) => row.forEach((value, j) => expect(tensor[i][j]).toBeCloseTo(value, 4)));
    expect(principal[2].direction[2]).toBeCloseTo(1, 6);
    expect(asymmetry).toBeLessThan(1e-4);
    expect(Object.keys(axes)).toEqual(['x', 'y', 'z']);
    const text = (await voxelith('conduct', at('columns.npy'), '--sigma', '1=2,2=0.5', '--tensor', '--quiet')).stdout;
    expect(text).toMatch(/conductivity tensor: .*\n +z +y +x\nz +1\.25 .*\ny .*\nx .*\n\nprincipal +z +y +x\n +1\.25/);
  });

  it('[law] --fields and --report write files; the JSON holds no field', async () => {
    const { code, stdout, stderr } = await voxelith(
      'conduct', at('random.npy'), '--phase', '1', '--axis', 'all', '--fields', at('flow.npy'), '--report', at(
        'flow.html',
      ), '--json');
    expect([code, stderr]).toEqual([0, expect.stringContaining('flow-x-potential.npy')]);
    const { axes } = JSON.parse(stdout);
    expect(axes.z.fields).toBeUndefined();
    expect(axes.z.history).toBeUndefined();
    expect(axes.z.narrowShare)
      .toMatchObject({ mean: expect.any(Number), highest: expect.any(Number), plane: expect.any(Number) });
    const flux = (await readVoxels(at('flow-z-flux.npy'))).data as Float32Array;
    expect(flux.reduce((sum, value) => sum + value, 0) / flux.length).toBeGreaterThan(axes.z.mFactor);
    expect(readFileSync(at('flow.html'), 'utf8')).toContain('Where the current flows along y');
    await voxelith('conduct', at('random.npy'), '--phase', '1', '--fields', at('flow.vti'), '--quiet');
    expect(readFileSync(at('flow.vti'), 'latin1')).toMatch(/Name="potential".*Name="flux".*Name="labels"/);
  });

  it('[law] bad input is one line that names the image, exit 2; no table is written', async () => {
    writeFileSync(at('short.npy'), readFileSync(at('columns.npy')).subarray(0, 600));
    const wrong: [string[], RegExp][] = [
      [[at('columns.npy'), '--phase', '7'], /columns\.npy: .*label 7 does not occur in the image; it has 1, 2/],
      [[at('columns.npy'), '--phase', 'pore'], /--phase: expected a label .* or the name of one, found "pore"/],
      [
        [at('columns.npy'), '--phase', '1,2', '--report', at('two.html')],
        /--fields, --report and --level-set go with one phase, found 2/,
      ],
      [[at('columns.npy'), '--phase', '1', '--axis', 'w'], /--axis.*Allowed choices are x, y, z, all/],
      [[at('columns.npy'), '--phase', '1', '--tolerance', 'NaN'], /--tolerance.*Expected a number, found "NaN"/],
      [[at('plate.npy'), '--phase', '1'], /plate\.npy: .*at least 2 voxels along z, found 1; choose another axis/],
      [[at('columns.npy'), '--phase', '1', '--residual-tolerance', '0'], /--residual-tolerance.*above 0/],
      [[at('columns.npy'), '--phase', '1', '--max-iterations', '0'], /--max-iterations.*at least 1, found "0"/],
      [[at('columns.npy'), '--phase', '1', '--tolerance', '0'], /--tolerance.*above 0/],
      [
        [at('short.npy'), '--phase', '1'],
        /short\.npy: the file is truncated: 8×8×8 \(z, y, x\) uint8 need 512 bytes, found 472/,
      ],
      [[at('columns.npy')], /expected --phase LABEL or --sigma LABEL=CONDUCTIVITY,…, found neither/],
      [
        [at('columns.npy'), '--sigma', '1=1,2'],
        /--sigma.*Expected LABEL=CONDUCTIVITY, …, such as 1=1\.0,2=1e-3, found "1=1,2"/,
      ],
      [[at('columns.npy'), '--sigma', '1=1,1=2'], /--sigma.*Label 1 is named twice/],
      [
        [at('columns.npy'), '--sigma', '1=-1'],
        /columns\.npy: .*conductivity of label 1 must be a finite number ≥ 0, got -1/,
      ],
      [[at('columns.npy'), '--sigma', '1=1,2=1e-9'], /differ by more than a factor of 1e\+8/],
      [
        [at('columns.npy'), '--phase', '1', '--boundary', 'open'],
        /--boundary.*Allowed choices are dirichlet, periodic/,
      ],
      [[at('columns.npy'), '--phase', '1', '--fields', at('f.txt')], /f\.txt: the file's extension says its format/],
      [
        [at('columns.npy'), at('block.nrrd'), '--phase', '1', '--report', at('r.html')],
        /--fields, --report and --level-set go with one image, found 2/,
      ],
      [[at('columns.npy'), '--phase', '1', '--report', join(at('columns.npy'), 'r.html')], /cannot be written/],
      [[at('columns.npy'), '--phase', '1', '-o', at('t.xlsx')], /t\.xlsx: the table is CSV/],
      [[at('columns.npy'), '--phase', '1', '-o', join(at('columns.npy'), 't.csv')], /cannot be written/],
      [
        [at('missing.npy'), '--phase', '1', '-o', at('none.csv')],
        /missing\.npy: cannot be read: no such file/,
      ],
    ];
    await expectRefused('conduct', wrong);
    expect(existsSync(at('none.csv'))).toBe(false);
  });
});

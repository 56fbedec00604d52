import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVolume, readVoxels } from '../../src/io/files.node.js';
import { generate, type ThreePhaseSpec } from '../../src/structure/generate.js';
import { formatCsv } from '../../src/io/csv.js';
import { particleImage, particleTable } from '../../src/structure/packing/particle-image.js';
import { findParameterSet } from '../../src/structure/parameter-sets.js';
import { testSession } from '../session.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);

describe('voxelith generate', () => {
  it('[law] writes what the library draws, x,y,z turned into (z, y, x), with its origin; ' +
      'stdout is one object', async () => {
    const out = at('bm01.nrrd');
    const { code, stdout, stderr } = await voxelith(
      'generate', '--model', 'bm01', '--size', '10,12,14', '--seed', '7', '--set', 'lambdaX=1.8', '-o', out, '--json',
      '--threads', '1',
    );
    expect([code, stderr]).toEqual([0, '']);
    const printed = JSON.parse(stdout);
    expect(printed)
      .toMatchObject({ files: [out], set: 'bm01', surrogate: true, shape: [14, 12, 10], voxelSizeUm: 0.2, threads: 1 });
    const set = findParameterSet('bm01');
    const spec = {
      model: set.model, parameters: { ...set.parameters, lambdaX: 1.8 }, size: [14, 12, 10], seed: 7,
    } as ThreePhaseSpec;
    const drawn = await generate(await testSession(), spec);
    const written = await readVolume(out);
    expect(written.labels).toEqual(drawn.labels);
    expect(written.voxelSizeUm).toEqual([0.2, 0.2, 0.2]);
    expect(written.provenance)
      .toMatchObject({ set: 'bm01', surrogate: true, seed: 7, program: expect.stringMatching(/^voxelith \d/) });
    for (
      const [label, { volumeFraction }] of Object.entries(printed.phases) as [string, { volumeFraction: number }][]
    ) {
      expect(volumeFraction).toBe(drawn.labels.filter((value) => value === Number(label)).length / drawn.labels.length);
    }
  });

  it('[law] level sets are float32 files beside the labels and decide them', async () => {
    await voxelith('generate', '--model', 'bm10', '--size', '12', '--level-sets', '-o', at('l.npy'));
    const [labels, x, y] = [
      await readVolume(at('l.npy')), await readVoxels(at('l-level-x.npy')), await readVoxels(at('l-level-y.npy')),
    ];
    expect(x.data).toBeInstanceOf(Float32Array);
    expect([...labels.labels]).toEqual([...x.data].map((value, i) => (value >= 0 ? 1 : y.data[i] >= 0 ? 2 : 3)));
  });

  it('[law] a Boolean model is drawn as the library draws it, and help lists its settings', async () => {
    const set = ['--set', 'volumeFraction=0.5', '--set', 'radius=3', '--set', 'radii={family: uniform, width: 0.5}'];
    const draw = ['generate', '--model', 'boolean', '--size', '16', '--seed', '5', ...set, '-o', at('b.npy'), '--json'];
    const { code, stdout } = await voxelith(...draw);
    expect(code).toBe(0);
    const radii = { family: 'uniform', width: 0.5 } as const;
    const parameters = { volumeFraction: 0.5, radius: 3, anisotropyFactor: 1, radii };
    const drawn = await generate(await testSession(), { model: 'boolean', parameters, size: [16, 16, 16], seed: 5 });
    const written = await readVolume(at('b.npy'));
    expect(written.labels).toEqual(drawn.labels);
    expect(written.provenance).toMatchObject({ model: 'boolean', parameters, label: 2, matrix: 3 });
    expect(JSON.parse(stdout).phases['2'].expectedVolumeFraction).toBe(0.5);
    expect((await voxelith('help', 'generate')).stdout)
      .toMatch(/boolean: Boolean model of balls\n +--set volumeFraction, radius/);
  });

  it('[law] a packing with its particles: list and image are those of the library; ' +
      'one that does not fit exits with 1', async () => {
    const draw = ['generate', '--model', 'packing', '--size', '40', '--set', 'activeDiameter=3'];
    const { code, stdout } = await voxelith(
      ...draw, '-o', at('q.npy'), '--particles', at('q.csv'), '--particle-image', '--json',
    );
    const structure = await generate(await testSession(), {
      model: 'packing', size: [40, 40, 40], seed: 1, parameters: { activeDiameter: 3 },
    });
    const { columns, rows } = particleTable(structure);
    expect([code, (await readVolume(at('q.npy'))).labels]).toEqual([0, structure.labels]);
    expect(readFileSync(at('q.csv'), 'utf8')).toBe(formatCsv(columns, rows));
    expect((await readVoxels(at('q-particles.npy'))).data).toEqual(particleImage(structure));
    const printed = JSON.parse(stdout);
    expect(printed.phases['3'].expectedVolumeFraction).toBe(0.25);
    expect(printed.provenance.contacts).toEqual(JSON.parse(JSON.stringify(structure.provenance!.contacts)));
    await voxelith(...draw, '-o', at('q.npy'), '--particles', at('q.json'));
    expect(JSON.parse(readFileSync(at('q.json'), 'utf8'))[2]).toMatchObject({ particle: 3, label: rows[2][1] });

    const full = await voxelith(...draw, '--set', 'voidFraction=0.01', '-o', at('full.npy'), '--quiet');
    expect([full.code, full.stderr]).toEqual(
      [1, expect.stringMatching(/cannot fill 0\.99 of the window; the best that was reached is 0\.\d+ \(void/)],
    );
    expect(existsSync(at('full.npy'))).toBe(false);
    const none = await voxelith('generate', '--model', 'bm01', '--size', '8', '-o', at('n.npy'), '--particle-image');
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/three-phase has no particles/)]);
    await expectRefused('generate', [
      [[...draw.slice(1), '-o', at('r.npy'), '--particles', at('r.txt')], /a list of particles is CSV or JSON/],
    ]);
  });

  it('[law] --phase-level-set is that of the library, for conduct --level-set', async () => {
    const { code, stdout } = await voxelith(
      'generate', '--model', 'bm10', '--size', '12', '--phase-level-set', '2', '-o', at('p.npy'), '--json',
    );
    expect([code, JSON.parse(stdout).files.filter((name: string) => name.endsWith('.npy'))])
      .toEqual([0, [at('p.npy'), at('p-level-2.npy')]]);
    const [{ labels }, { data }] = [await readVolume(at('p.npy')), await readVoxels(at('p-level-2.npy'))];
    expect([...data].map((value) => value > 0)).toEqual([...labels].map((label) => label === 2));
    const smooth = await voxelith(
      'conduct', at('p.npy'), '--phase', '2', '--interface', 'smooth', '--level-set', at('p-level-2.npy'), '--json',
    );
    expect(smooth.code).toBe(0);
    const other = await voxelith(
      'conduct', at('p.npy'), '--phase', '3', '--interface', 'smooth', '--level-set', at('p-level-2.npy'),
    );
    expect([other.code, other.stderr])
      .toEqual([2, expect.stringMatching(/only 0 are of both; expected a level set of that phase/)]);
  });

  it('[exact] a SPEC file in YAML, its flags overridden; sizes are [z, y, x] there', async () => {
    writeFileSync(
      at('layers.yaml'),
      'model: laminate\nsize: [4, 2, 3]\nvoxelSizeUm: 0.5\naxis: z\n' +
        'layers: [{thickness: 1, label: 5}, {thickness: 3, label: 9}]\n',
    );
    expect((await voxelith('generate', at('layers.yaml'), '-o', at('layers.tif'))).code).toBe(0);
    expect(await readVolume(at('layers.tif'))).toMatchObject({ shape: [4, 2, 3], voxelSizeUm: [0.5, 0.5, 0.5] });
    expect([...(await readVolume(at('layers.tif'))).labels]).toEqual([...Array(6).fill(5), ...Array(18).fill(9)]);
    await voxelith('generate', at('layers.yaml'), '--set', 'axis=x', '-o', at('layers.tif'));
    expect([...(await readVolume(at('layers.tif'))).labels].slice(0, 3)).toEqual([5, 9, 9]);
  });

  it('[exact] α of a published set follows the voxel size, so that the structure stays the same in µm', async () => {
    const { stdout } =
      await voxelith('generate', '--model', 'f850', '--size', '8', '--voxel-size', '20nm', '-o', at('f.npy'), '--json');
    expect(JSON.parse(stdout).provenance.parameters.alpha).toBeCloseTo(7.28 * 0.02, 12);
  });

  it('[law] covariance by a word, by settings, and in a SPEC file; ' +
      'expected fractions do not depend on it', async () => {
    const model = ['generate', '--model', 'bm10', '--size', '12', '--json'];
    const { stdout } =
      await voxelith(...model, '--set', 'covariance={family: matern, smoothness: 0.5}', '-o', at('m.npy'));
    expect(JSON.parse(stdout).provenance.parameters.covariance).toEqual({ family: 'matern', smoothness: 0.5 });
    expect(JSON.parse(stdout).phases['1']?.expectedVolumeFraction ?? 0.34).toBeCloseTo(0.34, 3);
    writeFileSync(at('exponential.yaml'), 'model: bm10\nsize: 12\nparameters: {covariance: exponential}\n');
    await voxelith('generate', at('exponential.yaml'), '-o', at('e.npy'));
    const [matern, exponential] = [await readVolume(at('m.npy')), await readVolume(at('e.npy'))];
    // ν = ½ is the exponential, on a slightly different period: the margin of the general family is an upper bound.
    expect(exponential.provenance).toMatchObject({ parameters: { covariance: 'exponential' } });
    expect(matern.shape).toEqual(exponential.shape);
  });

  it('[law] bad input is one line, exit 2, and writes nothing', async () => {
    writeFileSync(at('typo.yaml'), 'model: bm01\nsiez: 8\n');
    writeFileSync(at('broken.yaml'), 'model: [bm01\n');
    const model = ['--model', 'bm01', '--size', '8'];
    const before = readdirSync(folder).sort();
    const wrong: [string[], RegExp][] = [
      [
        [...model, '--set', 'covariance=cubic', '-o', at('x.npy')],
        /covariance: must be one of gaussian, exponential, matern, spherical, table, got "cubic"/,
      ],
      [
        [...model, '--set', 'alphaChiX=NaN', '-o', at('x.npy')],
        /alphaChiX must be a finite number > 0 and ≤ 4, got NaN/,
      ],
      [[...model, '--set', 'alphaChiX=wide', '-o', at('x.npy')], /alphaChiX must be a finite number .*, got "wide"/],
      [[...model, '--set', 'alphaChiX=0', '-o', at('x.npy')], /alphaChiX must be .* > 0/],
      [[...model, '--set', 'alphaGaussY=-0.1', '-o', at('x.npy')], /alphaGaussY must be .* > 0/],
      [[...model, '--set', 'lambdaX=90', '-o', at('x.npy')], /leaves SE empty/],
      [[...model, '--set', 'lambdaY=-90', '-o', at('x.npy')], /leaves pore empty/],
      [
        [...model, '--set', 'alphaChi=0.1', '-o', at('x.npy')],
        /unknown key "parameters\.alphaChi"; did you mean "alphaChiX"/,
      ],
      [[...model, '--set', 'alphaChiX', '-o', at('x.npy')], /expected key=value/],
      [[...model, '-o', at('x.bmp')], /expected one of \.npy/],
      [[...model, '-o', join(at('typo.yaml'), 'x.npy')], /cannot be written: a part of its path is not a directory/],
      [[...model, '-o', at('missing/x.npy')], /cannot be written: no such file or directory/],
      [[...model, '-o', '/proc/x.npy'], /cannot be written/],
      [[at('typo.yaml'), '-o', at('x.npy')], /typo\.yaml:2:1: unknown key "siez"; did you mean "size"/],
      [[at('broken.yaml'), '-o', at('x.npy')], /broken\.yaml:\d+:\d+: /],
      [[at('nothing.yaml'), '-o', at('x.npy')], /nothing\.yaml: cannot be read: no such file/],
      [
        [
          '--model', 'laminate', '--set', 'layers=[{thickness: 4, label: 1}]', '--phase-level-set', '1', '-o',
          at('x.npy'),
        ],
        /the structure has no level sets/,
      ],
      [[...model, '--phase-level-set', '7', '-o', at('x.npy')], /the model has no label 7; it has 1, 2, 3/],
      [['-o', at('x.npy')], /give either a SPEC file or --model/],
      [
        ['--model', 'channels', '--size', '8', '--set', 'axis=w', '-o', at('x.npy')],
        /axis must be one of z, y, x, got "w"/,
      ],
      [
        ['--model', 'bm01', '--size', '0', '-o', at('x.npy')],
        /--size <n\|x,y,z>' argument '0' is invalid\. Expected a whole number of voxels of at least 1/,
      ],
      [
        ['--model', 'bm01', '--size', '4,4', '-o', at('x.npy')],
        /Expected a whole number of voxels of at least 1, or three as x,y,z, found "4,4"/,
      ],
      [['--model', 'bm1', '-o', at('x.npy')], /Allowed choices are bm01/],
    ];
    await expectRefused('generate', wrong);
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it('[law] too little memory is said before any work, exit 1', async () => {
    const { code, stderr } =
      await voxelith('generate', '--model', 'bm01', '--size', '200', '--memory', '8M', '-o', at('big.npy'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: generate: needs .* MiB, the session may use .*\n$/);
    expect(existsSync(at('big.npy'))).toBe(false);
  });
});

import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/io/csv.js';
import { scratchFolder, stopped, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (...names: string[]): string => join(folder, ...names);
const BOUNDS = 'model: chi2\nsize: 16\nparameters: {alpha: [0.1, 0.3], lambda: [0.3, 1.5], anisotropyFactor: 1}\n' +
  'budget: {initial: 8, rounds: 1, batch: 1}\nconfirm: {realisations: 2, level: 0.9}\n';
const file = (name: string, text: string): string => {
  writeFileSync(at(`${name}.yaml`), `name: ${name}\n${BOUNDS}${text}`);
  return at(`${name}.yaml`);
};
// ε of the solid at these bounds is .47 to .86.
const REACHED = 'maximise: mFactor2\nconstraints: [volumeFraction2 <= 0.95]\n';

describe('voxelith design', () => {
  it('[law] what is met can be drawn, has tables, report, figures; killed, it ends with the same', async () => {
    const path = file('reached', REACHED);
    const run = await voxelith('design', path, '--out', at('whole'), '--report', at('report.html'), '--figures',
      at('figures'), '--json', '--quiet');
    expect([run.code, run.stderr]).toEqual([0, '']);
    const found = JSON.parse(run.stdout) as Record<string, unknown> & {
      confirmation: { columns: { column: string; agrees: boolean }[] };
    };
    const { columns } = found.confirmation;
    expect(found).toMatchObject({
      status: 'met', decidedBy: 'simulation', level: 0.9, theta: { anisotropyFactor: 1 },
      thetaFile: at('whole/theta.yaml'),
      disagreeing: columns.filter(({ agrees }) => !agrees).map(({ column }) => column),
    });
    expect(columns.map(({ column }) => column)).toEqual(['mFactor2', 'volumeFraction2']);
    const { rows } = parseCsv('table.csv', readFileSync(at('whole/table.csv'), 'utf8'));
    expect(rows).toHaveLength(found.structures as number);
    const drawn = await voxelith('generate', at('whole/theta.yaml'), '-o', at('designed.nrrd'), '--quiet');
    expect([drawn.code, drawn.stderr]).toEqual([0, '']);

    const html = readFileSync(at('report.html'), 'utf8');
    for (const text of ['Predicted and confirmed', '90 % interval', 'volumeFraction2 &lt;= 0.95', 'Reproducibility']) {
      expect(html).toContain(text);
    }
    expect(html.match(/<image /g)).toHaveLength(3);
    expect(readdirSync(at('figures')).sort()).toEqual(['convergence.svg', 'front.svg', 'slices.svg']);
    const front = readFileSync(at('figures/front.svg'), 'utf8');
    for (const name of ['named cathode', 'fills the space', 'θ*, confirmed']) expect(front).toContain(`>${name}<`);
    // A mark for each structure that has both columns, and one of each kind in the legend.
    const shown = rows.filter(({ family }) => family !== 'cathode')
      .filter(({ mFactor2, volumeFraction2 }) => mFactor2 !== '' && volumeFraction2 !== '').length;
    expect(front.match(/<circle class="train/g)).toHaveLength(shown + 3);

    const moment = { folder: at('again'), files: /^rows.*jsonl$/, lines: 4 };
    const dead = await stopped('SIGKILL', moment, 'design', path, '--out', at('again'), '--quiet', '--json');
    expect(dead).toEqual({ code: null, stdout: '', stderr: '' });
    expect(existsSync(at('again/table.csv'))).toBe(false);
    expect((await voxelith('design', path, '--out', at('again'), '--quiet')).code).toBe(0);
    for (const name of ['table.csv', 'front.csv', 'theta.yaml']) {
      expect(readFileSync(at('again', name), 'utf8'), name).toBe(readFileSync(at('whole', name), 'utf8'));
    }
  });

  it('[exact] what cannot be ends with its limits and exit code 1, what cannot be read with 2', async () => {
    const impossible = await voxelith(
      'design', file('impossible', 'targets: [volumeFraction2 = 0.95 +- 0.01]\n'), '--out', at('impossible'), '--quiet',
    );
    expect(impossible.code).toBe(1);
    expect(impossible.stdout).toMatch(/cannot be met, by closed forms.*\n.*\nvolumeFraction2 = 0.95 \+- 0.01 +targets/);
    expect(impossible.stderr).toMatch(/^error: design: the targets cannot be met .*is out of reach\n$/);
    expect(existsSync(at('impossible/theta.yaml'))).toBe(false);
    const wrong = await voxelith('design', file('wrong', 'maximise: mFactor4\n'), '--quiet');
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toMatch(/^error: .*wrong.yaml:7:11: unknown quantity "mFactor4"; did you mean "mFactor2"/);
    const other = file('reached', REACHED.replace('0.95', '0.9'));
    cpSync(at('whole'), at('other'), { recursive: true });
    const refused = await voxelith('design', other, '--out', at('other'), '--quiet');
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/^error: .*other settings/);
  });
});

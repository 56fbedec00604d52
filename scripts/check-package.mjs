// Packs the package, installs the tarball into an empty project and uses it there: command, library, types, sizes,
// other callers.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkCommonJs, checkExports } from './package/callers.mjs';
import { checkSizes } from './package/sizes.mjs';
import { checkTypes } from './package/types.mjs';

const folder = mkdtempSync(join(tmpdir(), 'voxelith-package-'));
const run = (command, args, options = {}) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });

try {
  const [{ filename: tarball, ...packed }] =
    JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  run('npm', ['install', '--omit=optional', '--no-audit', '--no-fund', join(folder, tarball)], { cwd: folder });
  run(
    'npx', ['voxelith', 'generate', '--model', 'bm01', '--size', '32', '--seed', '1', '--quiet', '-o', 'a.npy'],
    { cwd: folder },
  );
  const result =
    JSON.parse(run('npx', ['voxelith', 'conduct', 'a.npy', '--phase', '2', '--json', '--quiet'], { cwd: folder }));
  writeFileSync(
    join(folder, 'use.mjs'),
    `import { specFromSet, generate, mFactor, openSession } from 'voxelith';
const session = await openSession({ threads: 1 });
const structure = await generate(session, specFromSet('bm01', { size: [32, 32, 32], seed: 1 }));
console.log((await mFactor(session, structure, { phase: 2, axis: 'z' })).mFactor);
session.close();`,
  );
  const fromLibrary = Number(run('node', ['use.mjs'], { cwd: folder }));
  if (!(result.mFactor > 0) || result.mFactor !== fromLibrary) {
    throw new Error(
      `check-package: command gives M = ${result.mFactor}, library ${fromLibrary}; they must be equal and > 0`,
    );
  }
  const installed = join(folder, 'node_modules/voxelith');
  // Both stay with the repository, where npm's page finds them.
  const left = /^docs\/(images|decisions)\//;
  const broken = [...readFileSync(join(installed, 'README.md'), 'utf8').matchAll(/\]\(([^)#\s]+)/g)]
    .map(([, target]) => target)
    .filter((target) => !target.includes(':') && !left.test(target) && !existsSync(join(installed, target)));
  if (broken.length > 0) throw new Error(`check-package: links of README.md lead nowhere: ${broken.join(', ')}`);
  // Without the optional packages the formats that need them say which.
  run('npx', ['voxelith', 'import', 'a.npy', '-o', 'a.zarr', '--quiet'], { cwd: folder });
  for (
    const [from, to, wanted] of [['a.npy', 'a.h5', 'npm install h5wasm'], ['a.zarr', 'b.npy', 'npm install zarrita']]
  ) {
    const { status, stderr } =
      spawnSync('npx', ['voxelith', 'import', from, '-o', to, '--quiet'], { cwd: folder, encoding: 'utf8' });
    const line = stderr.trim().split('\n').at(-1);
    if (status !== 2 || !line.endsWith(wanted)) {
      throw new Error(`check-package: import ${from} -o ${to} without the package: status ${status}, "${line}"`);
    }
  }
  await checkSizes(folder, packed);
  checkTypes(folder, fileURLToPath(new URL('..', import.meta.url)));
  checkCommonJs(folder);
  checkExports(join(folder, tarball));
  const example = run(
    'node',
    [
      'node_modules/voxelith/examples/nmc-nanostructure/run.mjs', '--size', '40', '--realisations', '1', '--samples',
      'c900',
    ],
    { cwd: folder },
  );
  if (!example.includes('| C900 |')) throw new Error(`check-package: the example printed no row for C900:\n${example}`);
  console.log(`packed package works: ${tarball}, M = ${fromLibrary}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

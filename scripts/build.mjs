// Builds everything that the package ships: WASM core (asc), host (tsc, then rollup). Output: dist/; intermediates:
// build/.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { writeAbi } from './abi.mjs';
import { writeCore64 } from './core64.mjs';
import { keepDeclarations } from './declarations.mjs';
import { writeSingleFile } from './single-file.mjs';

const require = createRequire(import.meta.url);
const bin = (name, path) => join(dirname(require.resolve(`${name}/package.json`)), path);
const run = (script, ...args) =>
  execFileSync(process.execPath, [script, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });

const only = process.argv[2];
mkdirSync('dist', { recursive: true });
mkdirSync('build', { recursive: true });
if (!only || only === 'wasm') {
  writeAbi();
  const asc = bin('assemblyscript', 'bin/asc.js');
  run(asc, '--config', 'asconfig.json', '--target', 'release');
  writeCore64('dist/core64.wasm', 'build/core64.key');
  if (only === 'wasm' || process.env.VOXELITH_DEBUG_WASM) run(asc, '--config', 'asconfig.json', '--target', 'debug');
}
if (!only || only === 'host') {
  rmSync('build/js', { recursive: true, force: true });
  // Files of an earlier build whose names are no more would be packed.
  for (const name of readdirSync('dist')) {
    if (!name.endsWith('.wasm')) rmSync(`dist/${name}`, { recursive: true });
  }
  run(bin('typescript', 'bin/tsc'), '-p', 'tsconfig.build.json');
  run(bin('rollup', 'dist/bin/rollup'), '-c', 'rollup.config.js', '--silent');
  copyFileSync('scripts/require.cjs', 'dist/require.cjs');
  keepDeclarations('dist/types', ['node', 'browser', 'pipeline', 'inline', 'viewer']);
  mkdirSync('dist/demo', { recursive: true });
  for (const file of ['index.html', 'style.css']) copyFileSync(`demo/${file}`, `dist/demo/${file}`);
  copyFileSync(bin('uplot', 'dist/uPlot.min.css'), 'dist/demo/uPlot.min.css');
  // The page's folder is whole by itself, so that it can be copied to any host.
  for (const file of ['core.wasm', 'core64.wasm', 'worker.web.js']) copyFileSync(`dist/${file}`, `dist/demo/${file}`);
  await writeSingleFile('dist/demo', 'dist/voxelith.html');
}

// The package in the hands of tools and of other callers: what publint and attw say, CommonJS.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TOOLS = [
  ['publint@0.3.25', 'publint', 'run', '--strict'],
  // What `require` finds is CommonJS that throws, under the types of the ES module (decision 0257); core and worker
  // script are files for tools that copy.
  [
    '@arethetypeswrong/cli@0.18.5', 'attw', '--ignore-rules', 'false-esm', '--exclude-entrypoints', './core.wasm',
    './core64.wasm', './worker.web.js', '--profile', 'esm-only', '--format', 'ascii',
  ],
];

/** @throws Error with what they find */
export function checkExports(tarball) {
  for (const [tool, command, ...args] of TOOLS) {
    const { status, stdout, stderr } =
      spawnSync('npx', ['--yes', `--package=${tool}`, '--', command, ...args, tarball], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`check-package: ${tool}:\n${stdout}${stderr}`);
    console.log(`${tool} finds nothing`);
  }
}

/** require() gives the package where Node can, and says what to do where it cannot. @throws Error */
export function checkCommonJs(folder) {
  writeFileSync(join(folder, 'use.cjs'), "console.log(typeof require('voxelith').generate);");
  const loaded = execFileSync('node', ['use.cjs'], { cwd: folder, encoding: 'utf8' }).trim();
  const { status, stderr } =
    spawnSync('node', ['--no-experimental-require-module', 'use.cjs'], { cwd: folder, encoding: 'utf8' });
  if (loaded !== 'function' || status === 0 || !stderr.includes("await import('voxelith')")) {
    throw new Error(`check-package: require('voxelith') gives ${loaded}, and without require(esm):\n${stderr}`);
  }
  console.log("require('voxelith') works, and says what to do where Node cannot");
}

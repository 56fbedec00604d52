// Bundles tsc's output: library entries, the two workers, the command line, the demo page.
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { existsSync } from 'node:fs';

const external = [/^node:/, 'commander', 'yaml', 'zod', 'geotiff'];
const entry = (input, file, extra = {}) => ({
  input: `build/js/src/${input}.js`,
  external,
  output: { file: `dist/${file}.js`, format: 'es', inlineDynamicImports: true },
  ...extra,
});

export default [
  entry('node', 'node'),
  entry('browser', 'browser'),
  entry('runtime/worker.node', 'worker.node'),
  entry('runtime/worker.web', 'worker.web'),
  existsSync('build/js/src/cli/main.js') &&
    entry('cli/main', 'cli', {
      output: { file: 'dist/cli.js', format: 'es', banner: '#!/usr/bin/env node', inlineDynamicImports: true },
    }),
  existsSync('build/js/demo/main.js') && {
    input: 'build/js/demo/main.js',
    plugins: [nodeResolve()],
    output: { file: 'dist/demo/main.js', format: 'es' },
  },
].filter(Boolean);

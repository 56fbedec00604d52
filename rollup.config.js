// Bundles tsc's output: library entries, once as modules for bundlers and once as files for pages without one, the two
// workers, the command line, the demo page.
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { readFileSync } from 'node:fs';
import { minifySync } from 'rolldown/utils';
import { notices } from './scripts/notices.mjs';

const external = [/^node:/, 'commander', 'yaml'];
const entry = (input, file, extra = {}) => ({
  input: `build/js/src/${input}.js`,
  external,
  output: { file: `dist/${file}.js`, format: 'es', inlineDynamicImports: true },
  ...extra,
});

/** Puts the core and the worker script, both already in dist/, into the inline entry. */
const inlineAssets = {
  name: 'inline-assets',
  resolveId: (id) => (id === 'virtual:inline-assets' ? id : null),
  load: (id) =>
    id === 'virtual:inline-assets'
      ? `export const coreBase64 = ${JSON.stringify(readFileSync('dist/core.wasm', 'base64'))};
export const workerSource = ${JSON.stringify(readFileSync('dist/worker.web.js', 'utf8'))};`
      : null,
};

/** For files that a page loads as they lie. */
const minified = {
  name: 'minified',
  renderChunk(code, { fileName }) {
    const { code: small, errors } = minifySync(fileName, code, { module: true, compress: true, mangle: true });
    if (errors.length > 0) throw new Error(`${fileName}: ${errors[0].message}`);
    return small;
  },
};
const page = (name) => entry(name, name, {
  plugins: [inlineAssets, minified], treeshake: { moduleSideEffects: false },
});

/** The library as its modules, for bundlers, which take what an app calls. The entries lie beside core and worker: a
 *  bundler that leaves their addresses as they are looks for them beside what it makes. */
const modules = {
  input: ['browser', 'inline', 'pipeline'].map((name) => `build/js/src/${name}.js`),
  external,
  plugins: [inlineAssets],
  output: {
    dir: 'dist', format: 'es', preserveModules: true, preserveModulesRoot: 'build/js/src',
    entryFileNames: ({ name, isEntry }) => (isEntry ? `${name}.modules.js` : `lib/${name}.js`),
  },
};

/** Gives the viewer the style sheet of uPlot as text: shadow roots see none of the page's. */
const plotStyles = {
  name: 'plot-styles',
  resolveId: (id) => (id === 'virtual:plot-styles' ? id : null),
  load: (id) =>
    id === 'virtual:plot-styles'
      ? `export const plotStyles = ${JSON.stringify(readFileSync('node_modules/uplot/dist/uPlot.min.css', 'utf8'))};`
      : null,
};

/** Parts of the page. geotiff goes with it in chunks that are loaded on use; its LERC decoder is no module. */
const demo = (input, name) => ({
  input: { [name]: `build/js/demo/${input}.js` },
  external: [...external, 'lerc'],
  plugins: [nodeResolve({ browser: true }), plotStyles],
  output: { dir: 'dist/demo', format: 'es', entryFileNames: '[name].js', chunkFileNames: 'geotiff/[name].js' },
});

/** Readers of voxel files are loaded on use. */
const viewer = {
  input: { viewer: 'build/js/src/viewer.js' },
  external,
  plugins: [nodeResolve({ browser: true }), plotStyles, minified],
  output: { dir: 'dist', format: 'es', chunkFileNames: 'viewer-[name].js' },
};

/** The command line: each command in a chunk of its own, which is loaded on use. They lie beside core.wasm, which they
 *  find by their own address. */
const commandLine = {
  input: { cli: 'build/js/src/cli/main.js' },
  external,
  output: {
    dir: 'dist', format: 'es', banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
    chunkFileNames: 'cli-[name].js', experimentalMinChunkSize: 50_000,
  },
};

export default [
  entry('node', 'node'),
  entry('runtime/worker.node', 'worker.node'),
  entry('runtime/worker.web', 'worker.web'),
  modules,
  page('browser'),
  page('pipeline'),
  page('inline'),
  viewer,
  commandLine,
  demo('main', 'main'),
  demo('engine/main', 'engine'),
  demo('service-worker', 'service-worker'),
].map((bundle) => ({ ...bundle, plugins: [...bundle.plugins ?? [], notices] }));

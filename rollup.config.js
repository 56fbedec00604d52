// Bundles tsc's output: the library as modules for bundlers, as files for pages without one and, with the command line,
// in a few pieces for Node; the two workers; the demo page. Decision 0271 says why these three.
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { minifySync } from 'rolldown/utils';
import { notices } from './scripts/notices.mjs';

const external = [/^node:/, 'commander', 'yaml'];
const entry = (input, file, extra = {}) => ({
  input: `build/js/src/${input}.js`,
  external,
  output: { file: `dist/${file}.js`, format: 'es', inlineDynamicImports: true },
  ...extra,
});

const base64 = (bytes) => bytes.toString('base64');
/** Puts the core, as gzip packs it, and the worker script, both already in dist/, into the inline entry. */
const inlineAssets = {
  name: 'inline-assets',
  resolveId: (id) => (id === 'virtual:inline-assets' ? id : null),
  load: (id) =>
    id === 'virtual:inline-assets'
      ? `export const packedCore = ${JSON.stringify(base64(gzipSync(readFileSync('dist/core.wasm'), { level: 9 })))};
export const workerSource = ${JSON.stringify(readFileSync('dist/worker.web.js', 'utf8'))};`
      : null,
};

const printed = (name, options) => ({
  name,
  renderChunk(code, { fileName }) {
    // What bundlers are told in comments is lost in print.
    if (name === 'dense' && /@vite-ignore|webpackIgnore/.test(code)) return null;
    const { code: result, errors } = minifySync(fileName, code, { module: true, ...options });
    if (errors.length > 0) throw new Error(`${fileName}: ${errors[0].message}`);
    return result;
  },
});
/** For files that a page loads as they lie. */
const minified = printed('minified', { compress: true, mangle: true });
/** For modules that a bundler prints anew: stack traces of an app in development keep the names of functions. */
const dense = printed('dense', { compress: true, mangle: { toplevel: false } });
/** For Node, which runs them as they lie: to be read by people, whom the declarations tell what functions do. */
const plain = printed('plain', { compress: false, mangle: false, codegen: { removeWhitespace: false } });
/** Neither modules nor getters of the library do anything when they are only looked at. */
const NO_EFFECTS = { moduleSideEffects: false, propertyReadSideEffects: false };
const page = (name) => entry(name, name, { plugins: [minified], treeshake: NO_EFFECTS });

/** The same with core and worker inside. The library is that of dist/browser.js, so that errors are of one class. */
const inlinePage = entry('inline', 'inline', {
  external: /\/build\/js\/src\/(index|core\/errors)\.js$/,
  plugins: [inlineAssets, minified],
  output: { file: 'dist/inline.js', format: 'es', paths: () => './browser.js' },
});

/** The library as its modules, for bundlers, which take what an app calls. The entries lie beside core and worker: a
 *  bundler that leaves their addresses as they are looks for them beside what it makes. */
const modules = {
  input: ['browser', 'inline', 'pipeline'].map((name) => `build/js/src/${name}.js`),
  external,
  plugins: [inlineAssets, dense],
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
const demo = (...names) => ({
  input: Object.fromEntries(names.map((name) => [name.split('/')[0], `build/js/demo/${name}.js`])),
  external: [...external, 'lerc'],
  plugins: [nodeResolve({ browser: true }), plotStyles, minified],
  output: {
    dir: 'dist/demo', format: 'es', entryFileNames: '[name].js',
    // Page and engine find the page's files beside themselves, and so does what they share.
    chunkFileNames: ({ moduleIds }) =>
      moduleIds.some((id) => id.includes('/build/js/')) ? 'shared.js' : 'geotiff/[name].js',
  },
});

/** Readers of voxel files are loaded on use. */
const viewer = {
  input: { viewer: 'build/js/src/viewer.js' },
  external,
  plugins: [nodeResolve({ browser: true }), plotStyles, minified],
  output: { dir: 'dist', format: 'es', chunkFileNames: 'viewer-[name].js' },
};

/** The library for Node in rooms, lower ones first: a file each, since reading many takes longer than reading much. */
const ROOMS = {
  core: ['core', 'numeric', 'io', 'runtime', 'assembly'],
  voxels: ['kernels', 'structure', 'descriptors', 'transport', 'image', 'warnings', 'measure', 'grains'],
  cell: ['cell', 'resolved'],
  studies: [
    'regression', 'networks', 'percolation', 'capacity', 'calibration', 'study', 'discretisation', 'sensitivity',
    'design',
  ],
  report: ['report'],
};
const compiled = (name) => fileURLToPath(new URL(`build/js/src/${name}.js`, import.meta.url));
const [NODE, COMMANDS] = [compiled('node'), compiled('cli/main')];

/** @returns an entry and what it imports, at any depth, but not what it loads on use */
function imported(entry, getModuleInfo) {
  const found = new Set([entry]);
  for (const id of found) for (const other of getModuleInfo(id).importedIds) found.add(other);
  return found;
}

let [library, always] = [null, null];
/** Room of a module of the library, or of one that every command needs; what else commands need is rollup's to
 *  arrange. Nothing may lie in the entry itself, which waits for commands that would wait for it. */
function roomOf(id, { getModuleInfo }) {
  library ??= imported(NODE, getModuleInfo);
  always ??= imported(COMMANDS, getModuleInfo);
  const [, folder] = /\/build\/js\/(?:src\/)?(\w+)\//.exec(id) ?? [];
  if (folder === 'src' || id === COMMANDS) return null;
  if (!library.has(id)) return always.has(id) ? 'command' : null;
  const room = Object.keys(ROOMS).find((name) => ROOMS[name].includes(folder));
  if (room === undefined) throw new Error(`rollup.config.js: src/${folder} has no room; add it to ROOMS`);
  return room;
}

/** Library and command line, each command in a chunk that is loaded on use. They lie beside core.wasm, which they find
 *  by their own address. */
const node = {
  input: { node: NODE, cli: COMMANDS },
  external,
  plugins: [plain],
  output: {
    dir: 'dist', format: 'es', banner: ({ name }) => (name === 'cli' ? '#!/usr/bin/env node' : ''),
    chunkFileNames: 'node-[name].js', manualChunks: roomOf, hoistTransitiveImports: false,
  },
  onLog: (level, log, handle) => handle(log.code === 'CIRCULAR_CHUNK' ? 'error' : level, log),
};

export default [
  entry('runtime/worker.node', 'worker.node'),
  entry('runtime/worker.web', 'worker.web'),
  modules,
  page('browser'),
  page('pipeline'),
  inlinePage,
  viewer,
  node,
  demo('main', 'engine/main'),
  demo('service-worker'),
].map((bundle) => ({ ...bundle, plugins: [...bundle.plugins ?? [], notices] }));

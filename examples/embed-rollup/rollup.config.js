import { readFileSync } from 'node:fs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { importMetaAssets } from '@web/rollup-plugin-import-meta-assets';

const page = {
  name: 'page',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'index.html', source: readFileSync('index.html') });
  },
};

export default {
  input: 'main.js',
  output: { dir: 'dist', format: 'es' },
  // rollup alone leaves the addresses of core and worker as they are; importMetaAssets takes the files along.
  plugins: [nodeResolve({ browser: true }), importMetaAssets(), page],
};

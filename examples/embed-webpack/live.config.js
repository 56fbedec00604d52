import './as-loader-shim.cjs';
import page from './webpack.config.js';

/** asconfig.json of the repository in as-loader's words, optimised as little as a quick build needs. */
const core = {
  runtime: 'stub', exportRuntime: false, importMemory: true, noExportMemory: true, sharedMemory: true,
  initialMemory: 2, maximumMemory: 65536, memoryBase: 64, enable: ['simd', 'threads'],
  optimizeLevel: 1, shrinkLevel: 0, noAssert: true, debug: false,
};

export default {
  ...page,
  mode: 'development',
  entry: ['./index.html', './live.js'],
  module: { rules: [...page.module.rules, { test: /\.ts$/, loader: 'as-loader', options: core }] },
  devServer: {
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
};

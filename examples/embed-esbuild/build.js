import { build } from 'esbuild';

await build({
  // esbuild leaves the addresses of core and worker as they are, so that these files go beside the page by their names.
  entryPoints: {
    main: 'main.js', index: 'index.html', 'worker.web': 'voxelith/worker.web.js', core: 'voxelith/core.wasm',
    core64: 'voxelith/core64.wasm',
  },
  loader: { '.html': 'copy', '.wasm': 'copy' },
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  outdir: 'dist',
});

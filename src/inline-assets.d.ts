/** Made by the build (rollup.config.js) from dist/core.wasm and dist/worker.web.js. */
declare module 'virtual:inline-assets' {
  export const coreBase64: string;
  export const workerSource: string;
}

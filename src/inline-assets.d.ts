/** Made by the build (rollup.config.js) from dist/core.wasm and dist/worker.web.js. */
declare module 'virtual:inline-assets' {
  /** core.wasm, packed by gzip, in base64. */
  export const packedCore: string;
  export const workerSource: string;
}

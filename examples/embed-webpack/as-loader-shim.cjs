// as-loader 0.7.1 was written for the compiler's old interface: a CommonJS module "assemblyscript/cli/asc" that ended
// with AssemblyScript 0.20. This module answers in its place, and calls the present compiler.
const Module = require('node:module');

/** Of assemblyscript/src/diagnostics.ts. */
const DiagnosticCategory = { PEDANTIC: 0, INFO: 1, WARNING: 2, ERROR: 3 };
let asc = null;
const ready = import('assemblyscript/asc').then((module) => {
  asc = module;
});

module.exports = {
  DiagnosticCategory,
  ready,
  /** What the compiler prints, for as-loader's messages. */
  createMemoryStream() {
    const chunks = [];
    return { write: (chunk) => chunks.push(String(chunk)), toString: () => chunks.join('') };
  },
  main(args, host, callback) {
    asc.main(args, host).then(({ error }) => callback(error), callback);
  },
};

const resolve = Module._resolveFilename;
Module._resolveFilename = function resolveOrShim(request, parent, ...rest) {
  const asked = request === 'assemblyscript/cli/asc' || request === 'assemblyscript';
  return asked && /[\\/]as-loader[\\/]/.test(parent?.filename ?? '')
    ? __filename
    : resolve.call(this, request, parent, ...rest);
};

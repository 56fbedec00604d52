// Compiles assembly/ a second time, with addresses of 64 bits: asc's compiler has that target, its command line does
// not, and says memories of 32 bits (decisions/0199). Options are those of asconfig.json.
import binaryen from 'binaryen';
import * as compiler from 'assemblyscript';
import { libraryFiles } from 'assemblyscript/asc';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Pages that engines allow a memory of 64-bit addresses: 16 GiB. */
const MAX_PAGES = 262144;

function optionsOf({ options, targets: { release } }) {
  const asked = compiler.newOptions();
  compiler.setTarget(asked, compiler.Target.Wasm64);
  compiler.setRuntime(asked, 0);
  compiler.setBundleVersion(asked, 0, 0, 0);
  compiler.setNoAssert(asked, release.noAssert);
  compiler.setExportMemory(asked, !options.noExportMemory);
  compiler.setImportMemory(asked, options.importMemory);
  compiler.setInitialMemory(asked, options.initialMemory);
  compiler.setMaximumMemory(asked, options.maximumMemory);
  compiler.setSharedMemory(asked, options.sharedMemory);
  compiler.setMemoryBase(asked, options.memoryBase);
  compiler.setLowMemoryLimit(asked, options.lowMemoryLimit);
  for (const feature of [...options.enable, 'memory64']) {
    compiler.setFeature(asked, compiler[`FEATURE_${feature.toUpperCase()}`], true);
  }
  compiler.setOptimizeLevelHints(asked, release.optimizeLevel, release.shrinkLevel);
  return asked;
}

const readText = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : null);

/** Parses the entries and all that they import. */
function parse(program, entries, read) {
  const library = (path) => libraryFiles[path.slice('~lib/'.length)];
  for (const [path, text] of Object.entries(libraryFiles)) {
    if (!path.includes('/')) compiler.parse(program, text, `~lib/${path}.ts`, false);
  }
  compiler.parse(program, library('~lib/rt/index-stub'), '~lib/rt/index-stub.ts', true);
  for (const entry of entries) compiler.parse(program, read(entry), entry, true);
  for (let path = compiler.nextFile(program); path !== null; path = compiler.nextFile(program)) {
    const file = `${path}.ts`;
    const text = path.startsWith('~lib/') ? library(path) ?? null : read(file);
    compiler.parse(program, text, text === null ? path : file, false);
  }
}

function checkDiagnostics(program) {
  let errors = 0;
  let next;
  while ((next = compiler.nextDiagnostic(program)) !== null) {
    if (compiler.isError(next)) errors++;
    process.stderr.write(`${compiler.formatDiagnostic(next, false, true)}\n`);
  }
  if (errors > 0) throw new Error(`core64: ${errors} errors`);
}

/** asc declares a memory of 32-bit addresses whatever the target: declares it anew. */
function widenMemory(module, { initialMemory, sharedMemory }) {
  const segments = Array.from({ length: module.getNumDataSegments() }, (_, i) => {
    const { offset, data } = module.getDataSegmentInfo(module.getDataSegmentByIndex(i));
    return { offset: module.i64.const(BigInt(offset)), data: new Uint8Array(data) };
  });
  module.setMemory(initialMemory, MAX_PAGES, null, segments, sharedMemory, true, '0');
  module.addMemoryImport('0', 'env', 'memory', sharedMemory);
  module.setFeatures(module.getFeatures() | binaryen.Features.Memory64);
}

/** @param entries source files; read: gives the text of one, null where there is none
 *  @returns Binaryen's module */
export function compileWide(entries, read = readText) {
  const config = JSON.parse(readFileSync('asconfig.json', 'utf8'));
  const program = compiler.newProgram(optionsOf(config));
  parse(program, entries, read);
  checkDiagnostics(program);
  compiler.initializeProgram(program);
  const compiled = compiler.compile(program);
  checkDiagnostics(program);
  const module = binaryen.wrapModule(compiler.getBinaryenModuleRef(compiled));
  widenMemory(module, config.options);
  const { optimizeLevel, shrinkLevel } = config.targets.release;
  compiler.optimize(compiled, optimizeLevel, shrinkLevel, false, false);
  if (!module.validate()) throw new Error('core64: the module is not valid');
  return module;
}

/** Everything that goes into the core: sources, options, the compiler's version. */
function keyOf(entries) {
  const hash = createHash('sha256');
  for (const file of readdirSync('assembly', { recursive: true }).sort()) {
    if (file.endsWith('.ts')) hash.update(file).update(readFileSync(join('assembly', file)));
  }
  for (const file of ['asconfig.json', 'scripts/core64.mjs', 'package-lock.json']) hash.update(readFileSync(file));
  return hash.update(entries.join()).digest('hex');
}

/** Compiles the core to `path`, unless what lies there is of the same sources: `keyPath` holds their hash. */
export function writeCore64(path, keyPath) {
  const { entries } = JSON.parse(readFileSync('asconfig.json', 'utf8'));
  const key = keyOf(entries);
  if (existsSync(path) && readText(keyPath) === key) return;
  writeFileSync(path, compileWide(entries).emitBinary());
  writeFileSync(keyPath, key);
}

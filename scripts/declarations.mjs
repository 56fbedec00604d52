// Declarations of the package's entries, and no others.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** uPlot is inside dist/viewer.js, and its types beside those of the viewer: users need not have it. */
function copyTypesOfUplot(folder) {
  const uplot = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));
  const types = readFileSync(join(uplot, 'dist/uPlot.d.ts'), 'utf8');
  writeFileSync(
    join(folder, 'uplot.d.ts'),
    types.replace('export = uPlot;', 'export default uPlot;').replace('export as namespace uPlot;', ''),
  );
  for (const file of readdirSync(join(folder, 'src/viewer'))) {
    const path = join(folder, 'src/viewer', file);
    writeFileSync(path, readFileSync(path, 'utf8').replace("from 'uplot'", "from '../../uplot.js'"));
  }
}

/** The files that an entry names, at any depth. */
function named(entries) {
  const found = new Set(entries);
  for (const file of found) {
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*['"](\.[^'"]*)\.js['"]/g)) {
      found.add(join(dirname(file), `${target}.d.ts`));
    }
  }
  return found;
}

/** @param folder where tsc has written declarations of all sources @param entries of the package, in src/ */
export function keepDeclarations(folder, entries) {
  copyTypesOfUplot(folder);
  const kept = named(entries.map((name) => join(folder, 'src', `${name}.d.ts`)));
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (file.isFile() && !kept.has(path)) rmSync(path);
  }
}

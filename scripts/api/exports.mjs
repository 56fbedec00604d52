// What the package exports, read from its sources: names, the room that each is declared in, the words beside it.
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Entries of the package by their sources. */
export const ENTRIES = {
  voxelith: 'src/node.ts', 'voxelith in browsers': 'src/browser.ts',
  'voxelith/pipeline': 'src/pipeline.ts', 'voxelith/inline': 'src/inline.ts', 'voxelith/viewer': 'src/viewer.ts',
};

const configFile = join(ROOT, 'tsconfig.json');
const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };

export function makeProgram() {
  const { options } = ts.getParsedCommandLineOfConfigFile(configFile, {}, host);
  const roots = [...Object.values(ENTRIES), 'src/inline-assets.d.ts'].map((file) => join(ROOT, file));
  return ts.createProgram(roots, options);
}

const isInternal = (symbol) => symbol.getJsDocTags().some(({ name }) => name === 'internal');

/** Public exports of an entry: under which name, and what is behind it. A namespace (`cells`) is one of them. */
export function exportsOf(program, entry) {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(join(ROOT, entry));
  return checker.getExportsOfModule(checker.getSymbolAtLocation(file)).map((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const [declaration] = target.declarations;
    const source = relative(ROOT, declaration.getSourceFile().fileName);
    return { name: symbol.name, own: target.name, target, declaration, source, room: roomOf(source) };
  }).filter(({ target }) => !isInternal(target)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** src/transport/uncertainty/text.ts → transport; src/node.ts → runtime, where sessions are. */
function roomOf(source) {
  const [, room] = source.split('/');
  return dirname(source) === 'src' ? 'runtime' : room;
}

/** Exports with those of a namespace one by one: `cells.discharge`. */
export function flat(checker, exported) {
  return exported.flatMap(({ name, target }) => (target.flags & ts.SymbolFlags.ValueModule
    ? checker.getExportsOfModule(target).sort((a, b) => (a.name < b.name ? -1 : 1)).map((part) => ({
      name: `${name}.${part.name}`, target: part.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(part) : part,
    }))
    : [{ name, target }]));
}

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
const isOurs = (declaration) => /^(src|assembly)\//.test(relative(ROOT, declaration.getSourceFile().fileName));

/** Public exports of an entry: under which name, and what is behind it. A namespace (`cells`) is one of them. */
export function exportsOf(program, entry) {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(join(ROOT, entry));
  return checker.getExportsOfModule(checker.getSymbolAtLocation(file)).map((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return { ...placeOf(target), name: symbol.name };
  }).filter(({ target }) => !isInternal(target)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function placeOf(target) {
  const [declaration] = target.declarations;
  const source = relative(ROOT, declaration.getSourceFile().fileName);
  return { name: target.name, own: target.name, target, declaration, source, room: roomOf(source) };
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

/** Types that exported declarations name, themselves or through such types, and that no entry exports. */
export function partsOf(program) {
  const checker = program.getTypeChecker();
  const known = new Set(Object.values(ENTRIES).flatMap((entry) =>
    flat(checker, exportsOf(program, entry)).map(({ target }) => target)));
  const parts = [];
  const queue = [...known];
  const visit = (node) => {
    if (ts.isBlock(node)) return;
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const symbol = checker.getSymbolAtLocation(node.typeName ?? node.expression);
      const target = symbol?.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const [declaration] = target?.declarations ?? [];
      const isPart = declaration !== undefined && !ts.isTypeParameterDeclaration(declaration) && isOurs(declaration);
      if (isPart && !known.has(target) && !isInternal(target)) {
        known.add(target);
        queue.push(target);
        parts.push(placeOf(target));
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const target of queue) target.declarations.forEach(visit);
  return parts;
}

// Writes src/runtime/abi.ts, names and kinds of every kernel's arguments, from the AssemblyScript sources.
// Run by the build; a kernel's signature is the only place where its arguments are listed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

export const PAGE = 'src/runtime/abi.ts';
const WIDTH = 116;

/** What the types of AssemblyScript mean at a call; assembly/core/kinds.ts has those that are ours. */
const KINDS = {
  usize: 'pointer', Optional: 'optional', bool: 'flag', i32: 'i32', u32: 'u32', f32: 'f32', f64: 'f64',
};

const parsed = new Map();
function parse(file) {
  const tree = parsed.get(file) ?? ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  parsed.set(file, tree);
  return tree;
}
const decorated = (node, name) => (ts.getDecorators(node) ?? []).some((d) => d.expression.getText() === name);

function kindOf(file, owner, { name, type }) {
  const kind = KINDS[type?.getText()];
  if (kind !== undefined) return [name.getText(), kind];
  // A record that the host lays out in memory: its address.
  if (type !== undefined && recordOf(file, type.getText()) !== null) return [name.getText(), 'pointer'];
  throw new Error(
    `${file}: ${owner}: ${name.getText()} has the type ${type?.getText()}; ` +
      `kernels take ${Object.keys(KINDS).join(', ')} and records`,
  );
}

/** The @unmanaged class of that name, declared in `file` or imported there; null: there is none. */
function recordOf(file, name) {
  const source = parse(file);
  for (const node of source.statements) {
    if (ts.isClassDeclaration(node) && node.name?.text === name) {
      return decorated(node, 'unmanaged') ? { file, node } : null;
    }
    if (!ts.isImportDeclaration(node)) continue;
    const bindings = node.importClause?.namedBindings;
    if (bindings && ts.isNamedImports(bindings) && bindings.elements.some((element) => element.name.text === name)) {
      return recordOf(`${join(dirname(file), node.moduleSpecifier.text)}.ts`, name);
    }
  }
  return null;
}

function recordFields(file, name) {
  const record = recordOf(file, name);
  if (record === null) throw new Error(`${file}: no @unmanaged class ${name} here or imported`);
  return record.node.members.filter(ts.isPropertyDeclaration).map((field) => kindOf(record.file, name, field));
}

function kernelOf(file, name) {
  const node = parse(file).statements.find((each) => ts.isFunctionDeclaration(each) && each.name.text === name);
  if (node === undefined) throw new Error(`${file}: no function ${name}; assembly/index.ts exports functions only`);
  const all = node.parameters.map((parameter) => [parameter.name.getText(), parameter.type.getText()]);
  const own = node.parameters.slice(2);
  if (String(all.slice(0, 2)) !== 'thread,i32,threads,i32' || node.type.getText() !== 'i32') {
    throw new Error(`${file}: a kernel is ${name}(thread: i32, threads: i32, …): i32`);
  }
  const record = own.length === 1 && !(own[0].type.getText() in KINDS) ? own[0].type.getText() : null;
  // Records that the host lays out in memory: among the parameters, or in the record of the arguments.
  const taken = record === null ? own : recordOf(file, record).node.members.filter(ts.isPropertyDeclaration);
  const held = taken.map((each) => each.type.getText()).filter((type) => !(type in KINDS));
  return {
    name, file, record, parameters: own.length,
    layouts: held.map((type) => {
      const home = record === null ? file : recordOf(file, record).file;
      return { name: type, file: recordOf(home, type).file, fields: recordFields(home, type) };
    }),
    fields: record === null ? own.map((each) => kindOf(file, name, each)) : recordFields(file, record),
  };
}

/** Every kernel that assembly/index.ts exports, by name. */
export function readKernels() {
  return parse('assembly/index.ts')
    .statements.filter(ts.isExportDeclaration)
    .flatMap((line) => line.exportClause.elements.map((element) => ({ line, name: element.name.text })))
    .map(({ line, name }) => kernelOf(`${join('assembly', line.moduleSpecifier.text)}.ts`, name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `open`, the items, `close` on one line, or on as many as the width needs. */
function wrapped(indent, open, items, close) {
  const single = `${indent}${open} ${items.join(', ')} ${close}`;
  if (single.length <= WIDTH) return [single];
  const lines = [''];
  for (const item of items) {
    if (`${indent}  ${lines.at(-1)}${item},`.length > WIDTH) lines.push('');
    lines.push(`${lines.pop()}${item}, `);
  }
  return [`${indent}${open}`, ...lines.map((line) => `${indent}  ${line.trimEnd()}`), `${indent}${close}`];
}

/** The text of the page. */
export function abiPage() {
  const kernels = readKernels();
  const row = (name, fields) =>
    wrapped('  ', `${name}: {`, fields.map(([field, kind]) => `${field}: '${kind}'`), '},');
  const rows = kernels.flatMap(({ name, fields }) => row(name, fields));
  const layouts = new Map(kernels.flatMap(({ layouts: held }) => held).map(({ name, fields }) => [name, fields]));
  const records = kernels.filter(({ record }) => record !== null).map(({ name }) => `'${name}'`);
  return [
    '// Names and kinds of every kernel\'s arguments, in the order of its signature. Written by scripts/abi.mjs from',
    '// assembly/: do not edit, build. Every kernel has `thread` and `threads` before these.',
    '',
    'export const KERNELS = {',
    ...rows,
    '} as const;',
    '',
    '/** Kernels that read their arguments from a record in memory: the fields above, one after the other. */',
    ...wrapped('', 'export const RECORDS: readonly string[] = [', records, '];'),
    '',
    '/** Records that the host keeps in memory for kernels, which take their addresses. */',
    'export const LAYOUTS = {',
    ...[...layouts].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, fields]) => row(name, fields)),
    '} as const;',
    '',
  ].join('\n');
}

/** Writes the page when it has changed. */
export function writeAbi() {
  const text = abiPage();
  if (!existsSync(PAGE) || readFileSync(PAGE, 'utf8') !== text) writeFileSync(PAGE, text);
}

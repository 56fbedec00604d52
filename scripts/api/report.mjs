// The public API as text: every export with its signature, and the types that these name without exporting them.
// `npm run api:report` writes it to test/api/report.txt, which a test compares: a change of the API is seen in review.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { ENTRIES, exportsOf, flat, makeProgram, partsOf, ROOT } from './exports.mjs';

export const REPORT = join(ROOT, 'test/api/report.txt');

const FORMAT = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;
const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });
const isHidden = (node) => ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');

/** One declaration without bodies, comments and initial values. */
function textOf(checker, node, name) {
  const file = node.getSourceFile();
  const print = (part) => printer.printNode(ts.EmitHint.Unspecified, part, file);
  const typeOf = (part) => (part.type !== undefined ? print(part.type)
    : checker.typeToString(checker.getTypeAtLocation(part), part, FORMAT));
  const parametersOf = ({ parameters }) => parameters.map((part) => {
    const rest = part.dotDotDotToken === undefined ? '' : '...';
    const optional = part.questionToken !== undefined || part.initializer !== undefined ? '?' : '';
    const label = ts.isIdentifier(part.name) ? part.name.text : 'options';
    return `${rest}${label}${optional}: ${typeOf(part)}`;
  }).join(', ');
  const resultOf = (part) => {
    if (part.type !== undefined) return print(part.type);
    const signature = checker.getSignatureFromDeclaration(part);
    return checker.typeToString(checker.getReturnTypeOfSignature(signature), part, FORMAT);
  };
  const genericsOf = ({ typeParameters: list }) => (list === undefined ? '' : `<${list.map(print).join(', ')}>`);
  if (ts.isFunctionDeclaration(node)) {
    return `function ${name}${genericsOf(node)}(${parametersOf(node)}): ${resultOf(node)}`;
  }
  if (ts.isVariableDeclaration(node)) return `const ${name}: ${typeOf(node)}`;
  if (ts.isClassDeclaration(node)) {
    const heritage = (node.heritageClauses ?? []).map(print).join(' ');
    const members = node.members.filter((member) => !isHidden(member)).map((member) => {
      const modifiers = (member.modifiers ?? []).map(print).filter((word) => word !== 'async' && word !== 'override');
      if (modifiers.includes('private')) return null;
      const before = modifiers.length === 0 ? '' : `${modifiers.join(' ')} `;
      if (ts.isConstructorDeclaration(member)) return `constructor(${parametersOf(member)})`;
      if (ts.isMethodDeclaration(member)) {
        return `${before}${print(member.name)}${genericsOf(member)}(${parametersOf(member)}): ${resultOf(member)}`;
      }
      return ts.isPropertyDeclaration(member) ? `${before}${print(member.name)}: ${typeOf(member)}` : null;
    }).filter((line) => line !== null);
    return `class ${name} ${heritage} {\n${members.map((line) => `    ${line}\n`).join('')}}`;
  }
  // Interfaces, types and enumerations are all surface.
  return print(node).replace(/^export /, '').replaceAll('declare ', '');
}

/** The report: an entry's exports by name; of later entries what the first one has is named only. */
export function apiReport(program = makeProgram()) {
  const checker = program.getTypeChecker();
  const known = new Set();
  const textsOf = ({ name, target }) => target.declarations.map((declaration) => textOf(checker, declaration, name));
  const names = (list) => list.map(({ name }) => name).join(', ');
  let first = null;
  const sections = Object.entries(ENTRIES).map(([title, entry]) => {
    const exported = flat(checker, exportsOf(program, entry));
    const shared = exported.filter(({ target }) => known.has(target));
    const own = exported.filter(({ target }) => !known.has(target));
    own.forEach(({ target }) => known.add(target));
    const texts = own.flatMap(textsOf);
    const lacking = (first ?? []).filter(({ target }) => !shared.some((one) => one.target === target));
    const said = first === null || shared.length === 0 ? []
      : lacking.length < shared.length ? [`All of \`voxelith\`, without ${names(lacking)}; and`]
      : [`Of \`voxelith\`: ${names(shared)}; and`];
    first ??= exported;
    return `## ${title}\n\n${[...said, ...texts].join('\n')}\n`;
  });
  const named = partsOf(program).flatMap(textsOf);
  return [...sections, `## Named by these, and not exported\n\n${named.sort().join('\n')}\n`].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(REPORT, apiReport());

// Options of every public function are checked for names that it does not know: JavaScript has no other check. Reads
// the sources: a parameter of options comes, itself or through other functions, to a check with a list of names.
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ENTRIES, exportsOf, flat, makeProgram } from '../../scripts/api/exports.mjs';

const program = makeProgram();
const checker = program.getTypeChecker();

/** Data that are made by the library, or read from files that have readers of their own; and what charts take of
 *  another package. */
const LEFT_OUT = /Report\(data\)|^chart\(options\)/;

function declarationOf(callee: ts.Node): ts.FunctionDeclaration | null {
  const symbol = checker.getSymbolAtLocation(callee);
  if (symbol === undefined) return null;
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return target.declarations?.find(ts.isFunctionDeclaration) ?? null;
}

/** Whether a list of names is compared with those of the parameter, here or where it is handed on. */
function isChecked(f: ts.FunctionDeclaration, index: number, seen = new Set<string>()): boolean {
  const name = f.parameters[index]?.name.getText();
  const key = `${f.getSourceFile().fileName}:${f.name?.text}:${index}`;
  if (name === undefined || f.body === undefined || seen.has(key)) return false;
  seen.add(key);
  const isIt = (node: ts.Node): boolean => ts.isIdentifier(node) && node.text === name;
  const holdsIt = (node: ts.Node): boolean => isIt(node) || (ts.isObjectLiteralExpression(node) &&
    node.properties.some((part) => ts.isSpreadAssignment(part) && isIt(part.expression)));
  let found = false;
  const visit = (node: ts.Node): void => {
    if (found) return;
    if (ts.isArrayLiteralExpression(node) && node.elements.length === 2 && isIt(node.elements[0])) {
      // A kind is a text, and `has` names what must be there; only names are a list of what may be.
      const [, rule] = node.elements;
      const type = checker.getTypeAtLocation(rule);
      found = !ts.isStringLiteral(rule) && !checker.isArrayType(type) && !ts.isCallExpression(rule);
    }
    if (ts.isCallExpression(node)) {
      node.arguments.forEach((argument, at) => {
        if (!holdsIt(argument)) return;
        const callee = declarationOf(node.expression);
        if (callee === null) return;
        found ||= (callee.name?.text === 'checkOperation' && at === 2) || isChecked(callee, at, seen);
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(f.body);
  return found;
}

const isOptions = (part: ts.ParameterDeclaration): boolean => {
  if (part.initializer !== undefined && ts.isObjectLiteralExpression(part.initializer)) return true;
  return /Options>?$/.test(part.type?.getText() ?? '');
};

const exported = Object.values(ENTRIES).flatMap((entry) => flat(checker, exportsOf(program, entry)));
const taking = exported.flatMap(({ name, target }) => (target.declarations ?? []).flatMap((declaration) =>
  (ts.isFunctionDeclaration(declaration) && declaration.body !== undefined
    ? declaration.parameters.flatMap((part, index) => (isOptions(part)
      ? [{ what: `${name}(${part.name.getText()})`, declaration, index }]
      : []))
    : [])));

describe('options', () => {
  it('[law] every public function that takes options compares their names with those that it knows', () => {
    expect(taking.length).toBeGreaterThan(100);
    const unchecked = taking.filter(({ what, declaration, index }) =>
      !LEFT_OUT.test(what) && !isChecked(declaration, index));
    expect([...new Set(unchecked.map(({ what }) => what))]).toEqual([]);
  });
});

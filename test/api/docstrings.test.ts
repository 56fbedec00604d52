// Docstrings of the public API: the reference and every editor show them, and nothing else tells units and defaults.
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as api from '../../src/node.js';
import { ENTRIES, exportsOf, flat, makeProgram, partsOf } from '../../scripts/api/exports.mjs';

const program = makeProgram();
const checker = program.getTypeChecker();

/** Tags alone (`@throws`) say nothing of what a thing is. */
const textOf = (symbol: ts.Symbol): string =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();

const symbolOf = (node: ts.Node): ts.Symbol => checker.getSymbolAtLocation(node)!;

const exported = new Map(Object.values(ENTRIES).flatMap((entry) =>
  flat(checker, exportsOf(program, entry)).map(({ name, target }) => [target, name] as const)));

/** Types that these name and nobody exports are in the reference, too, unless their modules keep them. */
const parts = partsOf(program)
  .filter(({ declaration }) => ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export)
  .map(({ name, target }) => [target, name] as const);

const named = [...exported, ...parts];

/** Members of the interfaces and classes among them. */
const members = named.flatMap(([target, name]) => (target.declarations ?? []).flatMap((declaration) => {
  if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassDeclaration(declaration)) return [];
  return [...declaration.members].flatMap((member) => {
    const isHidden = ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected);
    return member.name === undefined || isHidden ? [] : [{ what: `${name}.${member.name.getText()}`, member }];
  });
}));

/** Numbers, and lists of them, by what is written: a label (`Phase`) or a `Shape` says itself what it is. */
const isNumber = (type: ts.TypeNode | undefined): boolean =>
  type !== undefined && /\bnumber\b|\b(Float|Int|Uint)\d+Array\b/.test(type.getText());

describe('docstrings', () => {
  it('[law] every public export says what it is, and every type that one names', () => {
    expect(exported.size).toBeGreaterThan(900);
    expect(parts.length).toBeGreaterThan(100);
    expect(named.filter(([target]) => textOf(target) === '').map(([, name]) => name)).toEqual([]);
  }, 120_000);

  it('[law] every number among options and results says what it is', () => {
    const numbers = members.filter(({ member }) =>
      (ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) && isNumber(member.type));
    expect(numbers.length).toBeGreaterThan(500);
    expect(numbers.filter(({ member }) => textOf(symbolOf(member.name!)) === '').map(({ what }) => what)).toEqual([]);
  }, 120_000);

  it('[law] names of functions and settings in docstrings exist', () => {
    const known = new Set<string>();
    const visit = (node: ts.Node): void => {
      if (ts.isBlock(node)) return;
      if (ts.isIdentifier(node) || ts.isStringLiteral(node)) known.add(node.text);
      ts.forEachChild(node, visit);
    };
    for (const [target, name] of named) {
      for (const part of name.split('.')) known.add(part);
      target.declarations?.forEach(visit);
    }
    const tagsOf = (symbol: ts.Symbol): string =>
      symbol.getJsDocTags(checker).map(({ text }) => ts.displayPartsToString(text)).join(' ');
    const texts = [
      ...named.map(([target, name]) => ({ what: name, text: `${textOf(target)} ${tagsOf(target)}` })),
      ...members.map(({ what, member }) => ({ what, text: textOf(symbolOf(member.name!)) })),
    ];
    // Names with digits are columns of tables: `mFactor1`.
    const strange = texts.flatMap(({ what, text }) => [...text.matchAll(/`([a-z]+[A-Z][a-zA-Z]*|[A-Z]+_[A-Z_]+)`/g)]
      .map(([, word]) => word).filter((word) => !known.has(word)).map((word) => `${what}: ${word}`));
    expect(strange).toEqual([]);
  }, 120_000);

  it('[law] a default that a docstring says is the one that the code takes', () => {
    const all: Readonly<Record<string, unknown>> = api;
    const textOfValue = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));
    const values = (file: ts.SourceFile, setting: string): string[] => named.flatMap(([target, name]) => {
      if (!name.endsWith('_DEFAULTS') || target.declarations![0].getSourceFile() !== file) return [];
      const defaults = all[name] as Readonly<Record<string, unknown>> | undefined;
      return defaults !== undefined && Object.hasOwn(defaults, setting) ? [textOfValue(defaults[setting])] : [];
    });
    const said = members.flatMap(({ what, member }) => {
      const [, text] = /\bDefault: ([^]*)/i.exec(textOf(symbolOf(member.name!))) ?? [];
      const known = values(member.getSourceFile(), member.name!.getText());
      return text === undefined || known.length === 0 ? [] : [{ what, text, known }];
    });
    expect(said.length).toBeGreaterThan(20);
    expect(said.filter(({ text, known }) => !known.some((value) => text.startsWith(value)))).toEqual([]);
  }, 120_000);
});

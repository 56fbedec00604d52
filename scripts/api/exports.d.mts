import type ts from 'typescript';

export interface Exported {
  readonly name: string;
  readonly own: string;
  readonly target: ts.Symbol;
  readonly declaration: ts.Declaration;
  readonly source: string;
  readonly room: string;
}
export const ROOT: string;
export const ENTRIES: Readonly<Record<string, string>>;
export function makeProgram(): ts.Program;
export function exportsOf(program: ts.Program, entry: string): readonly Exported[];
export function flat(
  checker: ts.TypeChecker, exported: readonly Exported[],
): readonly Pick<Exported, 'name' | 'target'>[];
export function partsOf(program: ts.Program): readonly Exported[];

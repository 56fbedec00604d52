// Formulas that are given as text: what their names stand for, and their coefficients with starts and bounds.
import { checkArguments } from '../core/arguments.js';
import { own, suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { formulaError, parseFormulaText, type Expression, type FormulaText } from './expression.js';
import type { Formula } from './formulas.js';
import { tapeOf, type Meaning } from './tape.js';

/** Short names of the quantities of a phase, as formulas are written by hand and in print. */
const ALIASES: Readonly<Record<string, string>> = {
  e: 'volumeFraction', eps: 'volumeFraction', epsilon: 'volumeFraction', ε: 'volumeFraction',
  S: 'specificSurfaceArea',
  tau: 'meanGeodesicTortuosity', τ: 'meanGeodesicTortuosity', mu: 'meanGeodesicTortuosity',
  μ: 'meanGeodesicTortuosity', 'μ(τ)': 'meanGeodesicTortuosity',
  sigma: 'stdGeodesicTortuosity', σ: 'stdGeodesicTortuosity', 'σ(τ)': 'stdGeodesicTortuosity',
  beta: 'constrictivity', β: 'constrictivity',
  M: 'mFactor',
};

/** Coefficients that need no declaration. */
const COEFFICIENT = /^c\d{1,3}$/;

/** What names in a formula's text can stand for. */
export interface FormulaNames {
  /** Columns of the table. */
  readonly columns: readonly string[];
  /** Phase that names without a label are of: "eps" is volumeFraction1 of phase "1". Absent: they are of none. */
  readonly phase?: string;
}

/** A formula with the column that it predicts. */
export interface TextFormula extends Formula {
  /** Column that is predicted. */
  readonly target: string;
  /** The text with the columns' own names, which reads alike for every phase. */
  readonly text: string;
}

/** The column that a name without a meaning of its own stands for; null for none. */
function columnOf(name: string, { columns, phase }: FormulaNames): string | null {
  if (columns.includes(name)) return name;
  const [, stem, label] = /^(.*?)(\d{0,3})$/su.exec(name)!;
  const quantity = own(ALIASES, stem) ?? (label === '' ? stem : null);
  if (quantity === null) return null;
  return [label, phase ?? ''].map((end) => quantity + end).find((column) => columns.includes(column)) ?? null;
}

const isPlain = (name: string): boolean => /^[A-Za-z_][A-Za-z\d_]*(\.[A-Za-z\d_]+)*$/.test(name) &&
  !COEFFICIENT.test(name);

type Name = Pick<Expression & { readonly kind: 'name' }, 'name' | 'quoted' | 'at'>;

/** Finds what the names of a formula mean. */
class Meanings {
  readonly coefficients: string[] = [];
  readonly used = new Set<string>();
  /** Where columns stand in the text. */
  readonly places: { readonly at: number; readonly length: number; readonly column: string }[] = [];

  constructor(private readonly formula: FormulaText, private readonly names: FormulaNames) {}

  column(name: Name): string {
    const found = name.quoted
      ? this.names.columns.find((column) => column === name.name) ?? null
      : columnOf(name.name, this.names);
    if (found === null) throw this.unknown(name);
    this.places.push({ at: name.at, length: name.name.length + (name.quoted ? 2 : 0), column: found });
    return found;
  }

  of(name: Name): Meaning {
    const { declarations, text } = this.formula;
    const declared = declarations.some((d) => d.name === name.name);
    if (!name.quoted && (declared || COEFFICIENT.test(name.name))) {
      if (this.names.columns.includes(name.name)) {
        throw formulaError(text, name.at, `${quoted(name.name)} is a coefficient and a column of the table; ` +
          `write \`${name.name}\` in backquotes for the column, or give the coefficient another name`);
      }
      if (!this.coefficients.includes(name.name)) this.coefficients.push(name.name);
      return { coefficient: this.coefficients.indexOf(name.name) };
    }
    const column = this.column(name);
    this.used.add(column);
    return { column };
  }

  private unknown({ name, at, quoted: column }: Name): Error {
    const { columns, phase } = this.names;
    const { declarations, text } = this.formula;
    const aliases = Object.keys(ALIASES).filter((alias) => columnOf(alias, this.names) !== null);
    const known = [...columns, ...aliases, ...declarations.map((d) => d.name)];
    const whose = phase === undefined ? '' : ` (names without a label are of phase ${phase})`;
    return formulaError(text, at, `the table has no column ${quoted(name)}${whose}; ` +
      suggestion(name, known, 'columns') +
      (column ? '' : ` Coefficients are c1, c2, …, or declared: "where ${name} in [0, 5]"`));
  }
}

/** The text with every column by its own name. */
function withColumns(formula: FormulaText, places: Meanings['places']): string {
  let text = formula.label === null ? formula.text : formula.text.slice(formula.text.indexOf(':') + 1);
  const shift = formula.text.length - text.length;
  for (const { at, length, column } of [...places].sort((a, b) => b.at - a.at)) {
    const name = isPlain(column) ? column : `\`${column}\``;
    text = text.slice(0, at - shift) + name + text.slice(at - shift + length);
  }
  return text.trim();
}

/** Where coefficients without a start and bounds are drawn from. */
const WIDE = 5;

/** A formula from `[label:] target = expression [where c = start in [lower, upper], …]`. Names are columns of the
 *  table, or short: e, eps, tau, sigma, beta, S, M, of the phase or with its label (eps2); c1, c2, … and what `where`
 *  declares are coefficients.
 *  @throws SpecError with the place of what is wrong, and what an unknown name may have meant */
export function textFormula(text: string, names: FormulaNames): TextFormula {
  checkArguments('textFormula', { text: [text, 'text'], names: [names, { columns: true, phase: true }] });
  checkArguments('textFormula', { 'names.columns': [names.columns, 'texts'] });
  const read = parseFormulaText(text);
  const meanings = new Meanings(read, names);
  const target = meanings.column(read.target);
  const tape = tapeOf(read.expression, (name) => meanings.of(name));
  const { coefficients } = meanings;
  read.declarations.forEach(({ name, at }, i) => {
    if (!coefficients.includes(name)) {
      throw formulaError(text, at, `${quoted(name)} is declared, but not in the formula`);
    }
    if (read.declarations.findIndex((d) => d.name === name) < i) {
      throw formulaError(text, at, `${quoted(name)} is declared twice`);
    }
  });
  if (coefficients.length === 0) {
    throw formulaError(text, read.expression.at, 'expected a coefficient to fit, c1 or one that "where" declares');
  }
  if (meanings.used.has(target)) {
    throw formulaError(text, read.target.at, `${quoted(target)} is predicted and stands in its own formula`);
  }
  const declared = coefficients.map((name) => read.declarations.find((d) => d.name === name));
  const bounds = declared.map((d) => d?.bounds ?? [-Infinity, Infinity] as const);
  const range = bounds.map(([lower, upper]) => [
    Number.isFinite(lower) ? lower : Math.min(-WIDE, upper - WIDE),
    Number.isFinite(upper) ? upper : Math.max(WIDE, lower + WIDE),
  ] as const);
  return {
    name: read.label ?? read.right, expression: read.right, target, text: withColumns(read, meanings.places),
    coefficientNames: coefficients, columns: [...meanings.used], prefactor: false, bounds, startRange: range,
    starts: {
      given: declared.map((d) => d?.start ?? null),
      first: declared.map((d, j) => d?.start ?? Math.min(Math.max(1, bounds[j][0]), bounds[j][1])),
    },
    ...tape,
  };
}

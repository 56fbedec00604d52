// The text of a formula as a tree: numbers, names, + − * / ^, exp, log, sqrt, parentheses. Nothing in it is ever run as
// code; what is no such expression is refused with its place.
import { SpecError } from '../core/errors.js';
import { suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';

export const FUNCTIONS = ['exp', 'log', 'sqrt'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];
export type Operator = '+' | '-' | '*' | '/' | '^';

/** `at` is where it stands in the text, from 0. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  /** `quoted`: in backquotes, which only a column is. */
  | { readonly kind: 'name'; readonly name: string; readonly quoted: boolean; readonly at: number }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly of: Expression; readonly at: number }
  | {
    readonly kind: 'operation'; readonly operator: Operator; readonly left: Expression; readonly right: Expression;
    readonly at: number;
  };

/** A free coefficient as `where` declares it. */
export interface Declaration {
  readonly name: string;
  readonly start: number | null;
  readonly bounds: readonly [lower: number, upper: number];
  readonly at: number;
}

/** label: target = expression where declarations */
export interface FormulaText {
  readonly text: string;
  readonly label: string | null;
  readonly target: { readonly name: string; readonly quoted: boolean; readonly at: number };
  readonly expression: Expression;
  /** The text of the expression, without the rest. */
  readonly right: string;
  readonly declarations: readonly Declaration[];
}

const LONGEST = 2000;
/** Parentheses, powers and signs within one another. */
const DEEPEST = 100;

/** @param at where in the text, from 0 */
export function formulaError(text: string, at: number, message: string): SpecError {
  const around = text.slice(Math.max(0, at - 20), at + 20);
  const place = at >= text.length ? 'at its end' : `at character ${at + 1}, in ${quoted(around)}`;
  return new SpecError(`formula ${quoted(text)}, ${place}: ${message}`);
}

interface Token {
  readonly kind: 'number' | 'name' | 'column' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const SIGNS: Readonly<Record<string, string>> = { '−': '-', '·': '*', '×': '*', '**': '^' };
const SPACE = /\s*/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/uy;
/** Symbols of the paper's formulas first: their parentheses are part of them. Names hold dots, as cellCapacity0.5C. */
const NAME = /[μσ]\(τ\)\d*|[\p{L}_][\p{L}\p{M}\d_]*(?:\.[\p{L}\d_]+)*/uy;
const SIGN = /\*\*|[-+−*·×/^()=,:[\]]/uy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  for (;;) {
    at += match(SPACE)!.length;
    if (at >= text.length) return [...tokens, { kind: 'end', text: 'the end', at: text.length }];
    const number = match(NUMBER);
    const name = number === null ? match(NAME) : null;
    const sign = number ?? name ?? match(SIGN);
    if (text[at] === '`') {
      const end = text.indexOf('`', at + 1);
      if (end < 0) throw formulaError(text, at, 'this backquote is not closed');
      tokens.push({ kind: 'column', text: text.slice(at + 1, end), at });
      at = end + 1;
      continue;
    }
    if (sign === null) {
      throw formulaError(text, at, `expected numbers, names, + - * / ^ and parentheses, found ${quoted(text[at])}`);
    }
    const kind = number !== null ? 'number' : name !== null ? 'name' : 'sign';
    tokens.push({ kind, text: kind === 'sign' ? SIGNS[sign] ?? sign : sign, at });
    at += sign.length;
  }
}

class Parser {
  private position = 0;
  private depth = 0;
  private readonly tokens: readonly Token[];

  constructor(private readonly text: string) {
    this.tokens = tokensOf(text);
  }

  formula(): FormulaText {
    const second = this.tokens[1]?.text;
    const label = this.here.kind === 'name' && second === ':' ? this.take().text : null;
    if (label !== null) this.take();
    const { kind, text: name, at } = this.here;
    if (kind !== 'name' && kind !== 'column') {
      throw this.expected('the column that is predicted, as in "M = c1 * eps^c2"');
    }
    this.take();
    this.expect('=');
    const start = this.here.at;
    const expression = this.sum();
    const right = this.text.slice(start, this.here.at).trim();
    const declarations: Declaration[] = [];
    if (this.here.kind === 'name' && this.here.text === 'where') {
      do {
        this.take();
        declarations.push(this.declaration());
      } while (this.is(','));
    }
    if (this.here.kind !== 'end') throw this.expected('an operator or "where"');
    return { text: this.text, label, target: { name, quoted: kind === 'column', at }, expression, right, declarations };
  }

  private get here(): Token {
    return this.tokens[this.position];
  }

  private is(...signs: readonly string[]): boolean {
    return this.here.kind === 'sign' && signs.includes(this.here.text);
  }

  private take(): Token {
    const token = this.here;
    if (token.kind !== 'end') this.position++;
    return token;
  }

  private expected(what: string): SpecError {
    const { kind, text, at } = this.here;
    return formulaError(this.text, at, `expected ${what}, found ${kind === 'end' ? text : quoted(text)}`);
  }

  private expect(sign: string): void {
    if (!this.is(sign)) throw this.expected(`"${sign}"`);
    this.take();
  }

  /** Guards the stack: texts come from anywhere. */
  private nested(inner: () => Expression): Expression {
    if (++this.depth > DEEPEST) {
      throw formulaError(this.text, this.here.at, `more than ${DEEPEST} levels within one another; simplify it`);
    }
    const found = inner();
    this.depth--;
    return found;
  }

  private chain(operators: readonly Operator[], part: () => Expression): Expression {
    let left = part();
    while (this.is(...operators)) {
      const { text, at } = this.take();
      left = { kind: 'operation', operator: text as Operator, left, right: part(), at };
    }
    return left;
  }

  private sum(): Expression {
    return this.chain(['+', '-'], () => this.product());
  }

  private product(): Expression {
    return this.chain(['*', '/'], () => this.signed());
  }

  /** −x^2 is −(x²), x^-c is x^(−c). */
  private signed(): Expression {
    if (!this.is('+', '-')) return this.power();
    const { text, at } = this.take();
    const of = this.nested(() => this.signed());
    if (text === '+') return of;
    return { kind: 'operation', operator: '-', left: { kind: 'number', value: 0, at }, right: of, at };
  }

  private power(): Expression {
    const base = this.atom();
    if (!this.is('^')) return base;
    const { at } = this.take();
    return {
      kind: 'operation', operator: '^', left: base, right: this.nested(() => this.signed()), at,
    };
  }

  private atom(): Expression {
    const { kind, text, at } = this.here;
    if (kind === 'number') {
      this.take();
      const value = Number(text);
      if (!Number.isFinite(value)) throw formulaError(this.text, at, `${quoted(text)} is too large for a number`);
      return { kind: 'number', value, at };
    }
    if (kind === 'column' || kind === 'name') {
      this.take();
      if (kind === 'name' && this.is('(')) return this.call(text, at);
      return { kind: 'name', name: text, quoted: kind === 'column', at };
    }
    if (!this.is('(')) throw this.expected('a number, a name or "("');
    return this.parenthesis();
  }

  private parenthesis(): Expression {
    this.expect('(');
    const inner = this.nested(() => this.sum());
    this.expect(')');
    return inner;
  }

  private call(name: string, at: number): Expression {
    const known = FUNCTIONS.find((f) => f === name);
    if (known === undefined) {
      const hint = name === 'ln' ? 'did you mean "log"?' : suggestion(name, FUNCTIONS, 'there are');
      throw formulaError(this.text, at, `no function ${quoted(name)}; ${hint}`);
    }
    return { kind: 'call', name: known, of: this.parenthesis(), at };
  }

  /** c = 1 in [0, 5]: start and bounds, either may be missing. */
  private declaration(): Declaration {
    const { kind, text: name, at } = this.here;
    if (kind !== 'name') throw this.expected('the name of a coefficient');
    this.take();
    let start: number | null = null;
    let bounds: readonly [number, number] = [-Infinity, Infinity];
    if (this.is('=')) {
      this.take();
      start = this.signedNumber();
    }
    if (this.here.kind === 'name' && this.here.text === 'in') {
      this.take();
      this.expect('[');
      const lower = this.signedNumber();
      this.expect(',');
      const upper = this.signedNumber();
      this.expect(']');
      if (!(lower < upper)) {
        throw formulaError(this.text, at, `bounds of ${name} must rise, got [${lower}, ${upper}]`);
      }
      bounds = [lower, upper];
    }
    if (start !== null && !(start >= bounds[0] && start <= bounds[1])) {
      throw formulaError(this.text, at, `${name} starts at ${start}, outside of its bounds [${bounds.join(', ')}]`);
    }
    return { name, start, bounds, at };
  }

  private signedNumber(): number {
    const sign = this.is('-') ? -1 : 1;
    if (this.is('+', '-')) this.take();
    const { kind, text } = this.here;
    if (kind !== 'number' && !(kind === 'name' && text === 'inf')) throw this.expected('a number or inf');
    this.take();
    return sign * (kind === 'name' ? Infinity : Number(text));
  }
}

/** Whether a text is meant as a formula, not as the name of one. */
export const isFormulaText = (text: string): boolean => text.includes('=');

/** Reads `[label:] target = expression [where c = start in [lower, upper], …]`.
 *  @throws SpecError that says where, what was expected and what was found */
export function parseFormulaText(text: string): FormulaText {
  if (text.length > LONGEST) {
    throw new SpecError(`formula: expected at most ${LONGEST} characters, got ${text.length}: ${quoted(text)}`);
  }
  return new Parser(text).formula();
}

// A formula in x, as people write open-circuit voltages, and as BPX files have them: + − * / **, parentheses, numbers,
// exp, log, sqrt, sinh, cosh, tanh. Read once into a tree, differentiated there, and evaluated by functions that every
// engine rounds alike.
import { SpecError } from '../../core/errors.js';
import { quoted } from '../../core/quote.js';
import { cosh, exp, log, pow, sinh, tanh } from '../../numeric/elementary.js';
import type { Curve } from './curve.js';

type Operator = '+' | '-' | '*' | '/' | '**';
type Name = 'exp' | 'log' | 'sqrt' | 'sinh' | 'cosh' | 'tanh';
type Tree =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'x' }
  | { readonly kind: 'operation'; readonly operator: Operator; readonly left: Tree; readonly right: Tree }
  | { readonly kind: 'call'; readonly name: Name; readonly of: Tree };
type Evaluate = (x: number) => number;

const FUNCTIONS: Readonly<Record<Name, Evaluate>> = { exp, log, sqrt: Math.sqrt, sinh, cosh, tanh };
const TOKEN = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|[-+*/()]))/y;
/** Open parentheses and signs; deeper ones are no formula of a material. */
const MAX_DEPTH = 100;

const number = (value: number): Tree => ({ kind: 'number', value });
const isNumber = (tree: Tree, value?: number): tree is Tree & { kind: 'number' } =>
  tree.kind === 'number' && (value === undefined || tree.value === value);
const call = (name: Name, of: Tree): Tree => ({ kind: 'call', name, of });

/** A tree without what changes nothing: + 0, · 1, · 0, numbers among themselves. */
function operation(operator: Operator, left: Tree, right: Tree): Tree {
  if (isNumber(left) && isNumber(right)) return number(combine(operator, left.value, right.value));
  if (operator === '*' && (isNumber(left, 0) || isNumber(right, 0))) return number(0);
  if (operator === '*' && isNumber(left, 1)) return right;
  if (operator === '+' && isNumber(left, 0)) return right;
  if ((operator === '*' || operator === '/' || operator === '**') && isNumber(right, 1)) return left;
  if ((operator === '+' || operator === '-') && isNumber(right, 0)) return left;
  if (operator === '/' && isNumber(left, 0)) return number(0);
  return { kind: 'operation', operator, left, right };
}

function combine(operator: Operator, a: number, b: number): number {
  switch (operator) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '/': return a / b;
    case '**': return pow(a, b);
  }
}

class Parser {
  private at = 0;
  private token = '';
  private depth = 0;

  constructor(private readonly text: string, private readonly variable: string) {
    this.next();
  }

  private fail(expected: string): never {
    const found = this.token === '' ? 'the end' : quoted(this.token);
    const place = `at character ${this.at - this.token.length + 1} of ${quoted(this.text)}`;
    throw new SpecError(`expression: expected ${expected}, found ${found} ${place}`);
  }

  private next(): void {
    TOKEN.lastIndex = this.at;
    const match = TOKEN.exec(this.text);
    if (match === null) {
      this.token = this.text.slice(this.at).trim().slice(0, 1);
      this.at = this.token === '' ? this.text.length : this.text.indexOf(this.token, this.at) + 1;
    } else {
      this.token = match[1] ?? match[2] ?? match[3];
      this.at = TOKEN.lastIndex;
    }
  }

  whole(): Tree {
    const tree = this.sum();
    if (this.token !== '') this.fail('an operator or the end');
    return tree;
  }

  private sum(): Tree {
    if (++this.depth > MAX_DEPTH) this.fail(`parentheses at most ${MAX_DEPTH} deep`);
    let tree = this.product();
    while (this.token === '+' || this.token === '-') {
      const operator = this.token;
      this.next();
      tree = operation(operator, tree, this.product());
    }
    this.depth--;
    return tree;
  }

  private product(): Tree {
    let tree = this.signed();
    while (this.token === '*' || this.token === '/') {
      const operator = this.token;
      this.next();
      tree = operation(operator, tree, this.signed());
    }
    return tree;
  }

  /** −a ** b is −(a ** b), as in Python. */
  private signed(): Tree {
    let sign = 1;
    while (this.token === '+' || this.token === '-') {
      if (this.token === '-') sign = -sign;
      this.next();
    }
    const tree = this.power();
    return sign > 0 ? tree : operation('*', number(-1), tree);
  }

  private power(): Tree {
    const base = this.atom();
    if (this.token !== '**') return base;
    if (++this.depth > MAX_DEPTH) this.fail(`powers at most ${MAX_DEPTH} deep`);
    this.next();
    const tree = operation('**', base, this.signed());
    this.depth--;
    return tree;
  }

  private atom(): Tree {
    const { token } = this;
    if (token === '(') return this.inParentheses();
    if (/^[.\d]/.test(token)) {
      this.next();
      return number(Number(token));
    }
    if (token === this.variable) {
      this.next();
      return { kind: 'x' };
    }
    if (!Object.hasOwn(FUNCTIONS, token)) {
      this.fail(`a number, ${this.variable}, "(" or one of ${Object.keys(FUNCTIONS).join(', ')}`);
    }
    this.next();
    if (this.token !== '(') this.fail(`"(" behind ${token}`);
    const of = this.inParentheses();
    return isNumber(of) ? number(FUNCTIONS[token as Name](of.value)) : call(token as Name, of);
  }

  private inParentheses(): Tree {
    this.next();
    const tree = this.sum();
    if (this.token !== ')') this.fail('")"');
    this.next();
    return tree;
  }
}

function derivative(tree: Tree): Tree {
  switch (tree.kind) {
    case 'number': return number(0);
    case 'x': return number(1);
    case 'call': return operation('*', outerDerivative(tree.name, tree.of), derivative(tree.of));
    case 'operation': {
      const { operator, left, right } = tree;
      const [a, b] = [derivative(left), derivative(right)];
      switch (operator) {
        case '+':
        case '-': return operation(operator, a, b);
        case '*': return operation('+', operation('*', a, right), operation('*', left, b));
        case '/': return operation('/', operation('-', a, operation('*', tree, b)), right);
        case '**': {
          if (isNumber(right)) {
            return operation('*', operation('*', right, operation('**', left, number(right.value - 1))), a);
          }
          const byBase = operation('/', operation('*', right, a), left);
          return operation('*', tree, operation('+', operation('*', b, call('log', left)), byBase));
        }
      }
    }
  }
}

function outerDerivative(name: Name, of: Tree): Tree {
  const self = call(name, of);
  switch (name) {
    case 'exp': return self;
    case 'log': return operation('/', number(1), of);
    case 'sqrt': return operation('/', number(0.5), self);
    case 'sinh': return call('cosh', of);
    case 'cosh': return call('sinh', of);
    case 'tanh': return operation('-', number(1), operation('*', self, self));
  }
}

function compile(tree: Tree): Evaluate {
  switch (tree.kind) {
    case 'number': {
      const { value } = tree;
      return () => value;
    }
    case 'x': return (x) => x;
    case 'call': {
      const [outer, inner] = [FUNCTIONS[tree.name], compile(tree.of)];
      return (x) => outer(inner(x));
    }
    case 'operation': {
      const [left, right] = [compile(tree.left), compile(tree.right)];
      switch (tree.operator) {
        case '+': return (x) => left(x) + right(x);
        case '-': return (x) => left(x) - right(x);
        case '*': return (x) => left(x) * right(x);
        case '/': return (x) => left(x) / right(x);
        case '**': return (x) => pow(left(x), right(x));
      }
    }
  }
}

/** A property as a formula, with its exact derivative: + − * / **, parentheses, exp, log, sqrt, sinh, cosh, tanh.
 *  @param variable its name in the text
 *  @throws SpecError with the place in the text */
export function expression(text: string, variable = 'x'): Curve {
  const tree = new Parser(text, variable).whole();
  return {
    value: compile(tree), slope: compile(derivative(tree)), domain: null, constant: isNumber(tree) ? tree.value : null,
  };
}

// Arguments of the library's functions, for callers without a type checker: what is null, of another kind or misspelt
// is an error that names function and argument, before any work.
import { SpecError } from './errors.js';
import { suggestion } from './names.js';
import { quoted } from './quote.js';

/** What is known of an option: its name; or also that one value stands for a list of it. */
type Known = true | 'one or several';

/** The names of options, each exactly once: TypeScript holds the record and the type together. */
export type Names<O extends object> = Readonly<Record<keyof Required<O>, Known>>;

const isText = (value: unknown): boolean => typeof value === 'string';
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isList = (value: unknown): boolean => Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
/** An object of named values: no list, map, array of numbers. */
const isRecord = (value: unknown): value is object =>
  isObject(value) && Object.prototype.toString.call(value) === '[object Object]';

function isShape(value: unknown): boolean {
  if (!isList(value)) return false;
  const numbers = Array.from(value as ArrayLike<unknown>);
  return numbers.length === 3 && numbers.every((n) => Number.isInteger(n) && (n as number) >= 1);
}

/** What an argument can be: how a message says it, and how it is told. */
const KINDS = {
  session: ['an open session', (value: unknown) => isObject(value) && 'run' in value && isFunction(value.run)],
  record: ['an object', isRecord],
  list: ['a list', isList],
  shape: ['three whole numbers of voxels ≥ 1 (z, y, x)', isShape],
  records: ['a list of objects', (value: unknown) => Array.isArray(value) && value.every(isRecord)],
  lists: ['a list of lists', (value: unknown) => Array.isArray(value) && value.every(isList)],
  texts: ['a list of texts', (value: unknown) => Array.isArray(value) && value.every(isText)],
  factor: ['a number or three of them', (value: unknown) => typeof value === 'number' || isList(value)],
  object: ['an object', isObject],
  bytes: ['a Uint8Array', (value: unknown) => value instanceof Uint8Array],
  text: ['a text', isText],
  number: ['a number', (value: unknown) => typeof value === 'number'],
  count: ['a whole number of at least 1', (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1],
  function: ['a function', isFunction],
} as const satisfies Readonly<Record<string, readonly [expected: string, is: (value: unknown) => boolean]>>;
export type Kind = keyof typeof KINDS;

const RUN_NAMES = { signal: true, onProgress: true } as const;

/** The rule for an argument: a kind, the names that options may have, or those that an object must have. */
export type Rule = Kind | Readonly<Record<string, Known>> | readonly string[];

/** Keys that an object of type T cannot lack. */
type RequiredKey<T> = { [K in keyof T]-?: {} extends Pick<T, K> ? never : K }[keyof T] & string;

/** The rule of an object that must have these entries. */
export function has<T>(...names: RequiredKey<T>[]): readonly string[] {
  return names;
}

/** Arguments by name, each with its rule. */
export type Rules = Readonly<Record<string, readonly [value: unknown, rule: Rule]>>;

const isNames = (rule: Rule): rule is readonly string[] => Array.isArray(rule);

function objectWith(names: readonly string[]): readonly [expected: string, is: (value: unknown) => boolean] {
  const is = (value: unknown): boolean =>
    isRecord(value) && names.every((name) => (value as Record<string, unknown>)[name] != null);
  return [`an object with ${names.join(', ')}`, is];
}

/** Options that are lists wherever they occur. One value instead of a list of one is the commonest slip: a text is a
 *  list of its letters to JavaScript, a number an error of the engine. */
const LISTS: Readonly<Record<string, string>> = {
  phases: 'a list of labels such as [1, 2]', axes: 'a list of axes such as ["z"]', only: 'a list of names',
  more: 'a list of names',
};

/** @throws SpecError where an option that is a list is neither a list, a word for all, nor left out */
function checkLists(
  where: string, argument: string, options: object, known: Readonly<Record<string, Known>>,
): void {
  for (const [name, expected] of Object.entries(LISTS)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (known[name] !== true || value === undefined || value === null || value === 'all' || isList(value)) continue;
    throw new SpecError(`${where}: ${argument}.${name} must be ${expected}, got ${quoted(value)}`);
  }
}

/** Refuses unknown names in an object of options. @throws SpecError */
function checkNames(where: string, argument: string, value: unknown, rule: Readonly<Record<string, Known>>): void {
  const known = Object.keys(rule);
  if (!isRecord(value)) {
    const names = known.length === 0 ? '' : ` with ${known.join(', ')}`;
    throw new SpecError(`${where}: ${argument} must be an object${names}, got ${quoted(value)}`);
  }
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    throw new SpecError(`${where}: ${argument} has no ${quoted(name)}; ${suggestion(name, known, 'there are')}`);
  }
  checkLists(where, argument, value, rule);
}

/** Checks the arguments of a public function, named as in its signature.
 *  @param where the function's name
 *  @throws SpecError that names function and argument, what was expected and what was found */
export function checkArguments(where: string, args: Rules): void {
  for (const [argument, [value, rule]] of Object.entries(args)) {
    if (typeof rule === 'object' && !isNames(rule)) {
      checkNames(where, argument, value, rule);
      continue;
    }
    const [expected, is] = typeof rule === 'string' ? KINDS[rule] : objectWith(rule);
    if (!is(value)) throw new SpecError(`${where}: ${argument} must be ${expected}, got ${quoted(value)}`);
  }
}

/** Checks what operations on a session have in common. @throws SpecError as `checkArguments` */
export function checkOperation(where: string, session: unknown, run: unknown, args: Rules = {}): void {
  checkArguments(where, { session: [session, 'session'], ...args, run: [run, RUN_NAMES] });
}

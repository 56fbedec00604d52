// The one reader of YAML (and therefore JSON) that people write: specs, studies, values of flags. It gives plain values
// and the place of each. What a settings file has no use for is refused with its place: several documents, tags, keys
// that are no words, aliases that multiply, deep nesting, binary data.
import {
  Composer, isAlias, isMap, isPair, isScalar, isSeq, Lexer, LineCounter, Parser, type Document, type ParsedNode,
} from 'yaml';
import { SpecError } from '../core/errors.js';
import type { Issue } from '../core/check.js';
import { printable, quoted } from '../core/quote.js';

/** Larger texts are no settings; 10⁵ values with all aliases resolved are a covariance table of 50,000 lags. */
const MAX_LENGTH = 2 ** 21;
const MAX_VALUES = 100_000;
/** Open lists and mappings; the deepest setting has 5. */
const MAX_DEPTH = 32;
/** The parser opens up to three levels of its own for one of the text. */
const MAX_STACK = 3 * MAX_DEPTH;
const TOO_DEEP = `lists and mappings lie deeper than ${MAX_DEPTH} in each other`;
const KINDS = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'];
const TAGS = new Set(['!', ...KINDS.map((kind) => `tag:yaml.org,2002:${kind}`)]);
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

export interface YamlText {
  /** Plain lists, mappings (own keys only, whatever their names), texts, numbers, booleans; null for an empty text. */
  readonly value: unknown;
  /** "file:line:column" of a value or of its key; of the nearest thing around what is not there. */
  locate(issue: Pick<Issue, 'path' | 'onKey'>): string;
}

/** Offsets in the text where a key and its value begin. */
interface Place {
  readonly key: number;
  readonly value: number;
}

/** A problem at an offset, until the line is known. */
class Refusal extends Error {
  constructor(readonly offset: number, message: string) {
    super(message);
  }
}

function documentsOf(text: string, lines: LineCounter): Document.Parsed[] {
  const lexer = new Lexer();
  const parser = new Parser(lines.addNewLine);
  // Duplicate keys are looked for below, in linear time.
  const composer = new Composer({ lineCounter: lines, prettyErrors: false, version: '1.2', uniqueKeys: false });
  const documents: Document.Parsed[] = [];
  for (const lexeme of lexer.lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...(composer.next(token) as Iterable<Document.Parsed>));
    if (parser.stack.length > MAX_STACK) throw new Refusal(parser.offset, TOO_DEEP);
  }
  for (const token of parser.end()) documents.push(...(composer.next(token) as Iterable<Document.Parsed>));
  documents.push(...(composer.end() as Iterable<Document.Parsed>));
  return documents;
}

/** Turns a parsed document into values, with the places of their members. */
class Reading {
  readonly places = new Map<object, Map<string | number, Place>>();
  private readonly anchors = new Map<string, { value: unknown; count: number }>();
  /** Values so far; those of an alias count each time. */
  private count = 0;

  value(node: ParsedNode | null, at: number, depth = 0): unknown {
    const offset = node?.range[0] ?? at;
    this.add(1, offset);
    if (node === null) return null;
    if (depth > MAX_DEPTH) throw new Refusal(offset, TOO_DEEP);
    if (isAlias(node)) {
      const found = this.anchors.get(node.source);
      if (found === undefined) {
        const name = printable(node.source, 80);
        throw new Refusal(offset, `*${name} stands for nothing: no value before it is marked &${name}`);
      }
      this.add(found.count, offset);
      return found.value;
    }
    if (node.tag !== undefined && !TAGS.has(node.tag)) {
      throw new Refusal(offset, `the tag ${printable(node.tag, 80)} means nothing here; write the value without it`);
    }
    const before = this.count;
    const value = isMap(node)
      ? this.mapping(node.items, offset, depth)
      : isSeq(node) ? this.list(node.items, offset, depth) : node.value;
    if (node.anchor !== undefined) this.anchors.set(node.anchor, { value, count: this.count - before });
    return value;
  }

  private add(count: number, offset: number): void {
    this.count += count;
    if (this.count <= MAX_VALUES) return;
    throw new Refusal(offset, `more than ${MAX_VALUES} values, aliases resolved; this is no settings file`);
  }

  private list(items: readonly unknown[], at: number, depth: number): unknown[] {
    const places = new Map<string | number, Place>();
    const result = items.map((item, i) => {
      const node = item as ParsedNode | null;
      const offset = node?.range?.[0] ?? at;
      places.set(i, { key: offset, value: offset });
      // "[a: 1]" is a list of one mapping.
      return isPair(item) ? this.mapping([item], at, depth + 1) : this.value(node, at, depth + 1);
    });
    this.places.set(result, places);
    return result;
  }

  private mapping(items: readonly unknown[], at: number, depth: number): Record<string, unknown> {
    const places = new Map<string | number, Place>();
    const entries: [string, unknown][] = [];
    for (const { key, value } of items as { key: ParsedNode | null; value: ParsedNode | null }[]) {
      const offset = key?.range[0] ?? at;
      if (!isScalar(key) || key.value === null) {
        throw new Refusal(offset, 'a key must be a word, not a list, a mapping or nothing');
      }
      const name = String(key.value);
      if (places.has(name)) throw new Refusal(offset, `the key ${quoted(name)} stands here twice`);
      places.set(name, { key: offset, value: value?.range[0] ?? offset });
      entries.push([name, this.value(value, offset, depth + 1)]);
    }
    // Defines the keys, "__proto__" as well, instead of assigning them.
    const result = Object.fromEntries(entries);
    this.places.set(result, places);
    return result;
  }
}

/** Reads YAML or JSON that a person wrote.
 *  @param file name of the file or flag, for messages.
 *  @throws SpecError "file:line:column: what is wrong", the first problem only: later ones are often its echo. */
export function readYaml(text: string, file: string): YamlText {
  const lines = new LineCounter();
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  if (text.length > MAX_LENGTH) {
    throw new SpecError(`${file}: ${text.length} characters are too many for settings, at most ${MAX_LENGTH}`);
  }
  const reading = new Reading();
  lines.addNewLine(0);
  try {
    const control = CONTROL.exec(text);
    if (control !== null) {
      for (const end of text.slice(0, control.index).matchAll(/\n/g)) lines.addNewLine(end.index + 1);
      const found = `a control character (${printable(control[0])})`;
      throw new Refusal(control.index, `${found}; expected text: is this a binary file?`);
    }
    const documents = documentsOf(text, lines);
    const [document, second] = documents;
    const problem = document?.errors[0] ?? document?.warnings[0];
    if (problem !== undefined) throw new Refusal(problem.pos[0], printable(problem.message));
    if (second !== undefined) {
      const offset = second.contents?.range[0] ?? second.range[0];
      throw new Refusal(offset, 'a second document begins here; keep one in a file');
    }
    const start = document?.contents?.range[0] ?? 0;
    const value = reading.value(document?.contents ?? null, 0);
    return {
      value,
      locate({ path, onKey }) {
        let place: Place = { key: start, value: start };
        let inner: unknown = value;
        for (const [i, part] of path.entries()) {
          const next = reading.places.get(inner as object)?.get(part);
          if (next === undefined) return at(place.value);
          place = next;
          if (onKey && i === path.length - 1) return at(place.key);
          inner = (inner as Record<string | number, unknown>)[part];
        }
        return at(place.value);
      },
    };
  } catch (error) {
    if (error instanceof Refusal) throw new SpecError(`${at(error.offset)}: ${error.message}`);
    throw error;
  }
}

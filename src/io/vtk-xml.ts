// The XML of VTK files [VTK file formats], as far as it leads to arrays: tags and comments before the appended data.
// Numbers between tags hold no "<", so that even a file of gigabytes is searched fast.
import { FileError } from '../core/errors.js';

export interface XmlTag {
  readonly name: string;
  readonly kind: 'opens' | 'closes' | 'empty' | 'comment';
  readonly attributes: ReadonlyMap<string, string>;
  /** Of a comment. */
  readonly text: string;
  /** Where what follows it begins. */
  readonly end: number;
}

const [LESS, GREATER, QUOTE, APOSTROPHE] = [0x3c, 0x3e, 0x22, 0x27];
/** Our provenance may be long; what goes on beyond this is no tag. */
const TAG_LIMIT = 2 ** 24;

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: '\'' };

function attributesOf(tag: string): Map<string, string> {
  return new Map([...tag.matchAll(/(?<![\w:])([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map((match) => [
    match[1], (match[2] ?? match[3]).replace(/&(lt|gt|amp|quot|apos);/g, (_, entity: string) => ENTITIES[entity]),
  ]));
}

/** Where a tag ends: behind its ">" outside of quotes; −1: not within the bytes. */
function tagEnd(bytes: Uint8Array, at: number): number {
  let quote = 0;
  for (let i = at; i < Math.min(bytes.length, at + TAG_LIMIT); i++) {
    const byte = bytes[i];
    if (quote !== 0) quote = byte === quote ? 0 : quote;
    else if (byte === QUOTE || byte === APOSTROPHE) quote = byte;
    else if (byte === GREATER) return i + 1;
  }
  return -1;
}

/** Where a comment ends: behind "-->"; −1: not within the bytes. */
function commentEnd(bytes: Uint8Array, at: number): number {
  for (let i = bytes.indexOf(GREATER, at); i >= 0 && i < at + TAG_LIMIT; i = bytes.indexOf(GREATER, i + 1)) {
    if (bytes[i - 1] === 0x2d && bytes[i - 2] === 0x2d && i >= at + 6) return i + 1;
  }
  return -1;
}

/** Tags and comments in their order. @throws FileError when one of them does not end */
export function* xmlTags(name: string, bytes: Uint8Array): Generator<XmlTag> {
  const latin1 = new TextDecoder('latin1');
  for (let at = bytes.indexOf(LESS); at >= 0; ) {
    const start = latin1.decode(bytes.subarray(at, at + 4));
    const comment = start === '<!--';
    const end = comment ? commentEnd(bytes, at) : tagEnd(bytes, at);
    if (end < 0) throw new FileError(`${name}: the file is truncated inside its XML; write it again`);
    const text = new TextDecoder().decode(bytes.subarray(at + (comment ? 4 : 1), end - (comment ? 3 : 1)));
    if (comment) yield { name: '', kind: 'comment', attributes: new Map(), text: text.trim(), end };
    else {
      const match = /^(\/?)([\w:]+)/.exec(text);
      if (match !== null) {
        const kind = match[1] === '/' ? 'closes' : text.endsWith('/') ? 'empty' : 'opens';
        yield { name: match[2], kind, attributes: kind === 'closes' ? new Map() : attributesOf(text), text: '', end };
      }
    }
    at = bytes.indexOf(LESS, end);
  }
}

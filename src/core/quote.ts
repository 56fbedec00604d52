// How values and texts of a user read in a message: short, on one line, and harmless in a terminal. Every message that
// repeats what someone gave goes through here.

/** Longest value in a message, and longest line of one. */
const VALUE_LENGTH = 80;
export const LINE_LENGTH = 600;
/** A list or mapping deeper than this reads as an ellipsis. */
const MAX_DEPTH = 4;

/** What a terminal obeys or hides: control characters, line and paragraph ends, marks of direction and width, and
 *  halves of a surrogate pair. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(text: string): string {
  return text.replace(UNPRINTABLE, (c) => {
    const code = c.codePointAt(0)!;
    return SHORT[c] ?? (code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`);
  });
}

/** `text` on one line of at most `most` characters: unprintable ones are escaped, a long text loses its middle. */
export function printable(text: string, most = LINE_LENGTH): string {
  // Longer ends than are shown, so that escaping costs no more than the message is long.
  const half = Math.ceil(most / 2);
  const whole = text.length <= 2 * most ? escaped(text) : null;
  if (whole !== null && whole.length <= most) return whole;
  const head = [...(whole ?? escaped(text.slice(0, most)))].slice(0, most - half).join('');
  const tail = [...(whole ?? escaped(text.slice(-most)))].slice(1 - half).join('');
  return `${head}…${tail}`;
}

/** A list or mapping in JSON's notation, no longer than it is shown. */
function members(value: object, room: number, depth: number): string {
  const list = Array.isArray(value);
  const [open, close] = list ? '[]' : '{}';
  if (depth === MAX_DEPTH) return `${open}…${close}`;
  const parts: string[] = [];
  let left = room;
  for (const key of Object.keys(value)) {
    if (left <= 0) {
      parts.push('…');
      break;
    }
    const member = shown((value as Record<string, unknown>)[key], left, depth + 1);
    const part = list ? member : `${text(key, left)}:${member}`;
    parts.push(part);
    left -= part.length;
  }
  return `${open}${parts.join(',')}${close}`;
}

function text(value: string, room: number): string {
  return `"${printable(value, Math.max(room, 8)).replaceAll('"', '\\"')}"`;
}

function shown(value: unknown, room: number, depth: number): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return text(value, room);
  if (typeof value === 'bigint') return printable(`${value}n`, room);
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? '-0' : String(value);
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value) && 'length' in value) return `${kind} of ${String(value.length)} numbers`;
  return kind === 'Array' || kind === 'Object' ? members(value, room, depth) : `a ${printable(kind, room)}`;
}

/** A value as a message shows it: texts in quotes, lists and mappings as JSON, all bounded; absence as `nothing`. */
export function quoted(value: unknown): string {
  try {
    return printable(shown(value, VALUE_LENGTH, 0), VALUE_LENGTH + 2);
  } catch {
    // A getter or proxy of the caller's that throws.
    return 'an object that cannot be read';
  }
}

/** Most lines of a message. */
const MAX_LINES = 4;

/** Lines of a message: the first few, and how many more there are. Each is made only when it is shown. */
export function fewLines(lines: readonly (() => string)[], what: string): string {
  const shown = lines.length <= MAX_LINES ? lines : lines.slice(0, MAX_LINES - 1);
  const rest = lines.length - shown.length;
  return [...shown.map((line) => line()), ...(rest > 0 ? [`and ${rest} more ${what}`] : [])].join('\n');
}

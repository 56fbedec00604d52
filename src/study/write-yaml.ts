// Settings as text: specs, studies and designs that the program writes, as its commands read them. What fits on a line
// stands on one, which YAML shares with JSON.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';

/** Words that YAML reads as themselves between any brackets. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_.+-]*$/;
const NO_WORDS = /^(true|false|null|yes|no|on|off|y|n)$/i;
const LINE = 100;

type Settings = Readonly<Record<string, unknown>>;

const wordOf = (text: string): string => (PLAIN.test(text) && !NO_WORDS.test(text) ? text : JSON.stringify(text));

const entriesOf = (map: object): [string, unknown][] => Object.entries(map).filter(([, value]) => value !== undefined);

function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${entriesOf(value).map(([key, one]) => `${wordOf(key)}: ${onOneLine(one)}`).join(', ')}}`;
  }
  if (typeof value === 'string') return wordOf(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new SpecError(`formatYaml: settings must be lists, mappings, texts and numbers, got ${typeof value}`);
}

/** Lines of a value below its key. */
function linesOf(value: object, indent: string): string[] {
  const line = (lead: string, one: unknown): string[] => {
    const text = `${indent}${lead} ${onOneLine(one)}`;
    return text.length <= LINE || typeof one !== 'object' || one === null || entriesOf(one).length === 0
      ? [text] : [`${indent}${lead}`, ...linesOf(one, `${indent}  `)];
  };
  return Array.isArray(value) ? value.flatMap((one) => line('-', one))
    : entriesOf(value).flatMap(([key, one]) => line(`${wordOf(key)}:`, one));
}

/** Settings as YAML text: plain lists, mappings, texts, numbers with all their digits.
 *  @param remarks lines that stand above as comments @throws SpecError for what is no plain value */
export function formatYaml(settings: Settings, remarks: readonly string[] = []): string {
  checkArguments('formatYaml', { settings: [settings, 'record'], remarks: [remarks, 'texts'] });
  const lines = linesOf(settings, '');
  return [...remarks.map((remark) => `# ${remark}`), ...(lines.length === 0 ? ['{}'] : lines)]
    .map((line) => `${line}\n`).join('');
}

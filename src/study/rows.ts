// What a finished structure leaves behind: one JSON line, found again by study, structure and program version.
import { objectFrom } from '../io/voxels.js';
import { isColumn, mayHold, type Values } from './columns.js';
import { sealedLine, unsealedLine } from './lines.js';
import type { Parameters, PlannedStructure, SeedKey } from './plan.js';

/** What evaluating one structure gives. */
export interface Evaluation {
  readonly values: Values;
  /** Why values are missing, "meanGeodesicTortuosity1: no path"; empty when all are there. */
  readonly problems: readonly string[];
  /** Wall time of drawing and describing (`describe`), and of solving for M (`conduct`), s. */
  readonly seconds: { readonly describe: number; readonly conduct: number };
}

/** A line of a row file: what was computed of one structure. */
export interface StudyRow extends Evaluation {
  /** SHA-256 of the specification. */
  readonly specHash: string;
  /** Of the program. */
  readonly version: string;
  readonly id: string;
  readonly key: SeedKey;
  readonly parameters: Parameters | null;
  /** The work failed: no values. Such a row counts as done for a merge, and is tried again by the next `work`. */
  readonly error: string | null;
  /** Unix time, s. */
  readonly finished: number;
}

/** Whether a row belongs to a planned structure: same draw, same parameters to the last bit. */
export function isRowOf(row: StudyRow, structure: PlannedStructure): boolean {
  const { key, parameters } = structure;
  if (KEY_NAMES.some((name) => row.key[name] !== key[name])) return false;
  if (row.parameters === null || parameters === null) return row.parameters === parameters;
  const names = Object.keys(parameters);
  return names.length === Object.keys(row.parameters).length &&
    names.every((name) => row.parameters![name] === parameters[name]);
}

const KEY_NAMES = ['seed', 'scenario', 'realisation'] as const;

/** The line of a row. */
export function formatRow(row: StudyRow): string {
  return sealedLine(row);
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';

function areNumbers(value: unknown): value is Readonly<Record<string, number>> {
  return entriesOf(value)?.every(([, n]) => isNumber(n)) ?? false;
}

function numbersOf(value: unknown, names: readonly string[]): boolean {
  return areNumbers(value) && Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name));
}

function entriesOf(value: unknown): [string, unknown][] | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null;
}

/** What each entry of a row may hold. */
const ENTRIES: Readonly<Record<keyof StudyRow, (value: unknown) => boolean>> = {
  specHash: isText,
  version: isText,
  id: isText,
  key: (value) => numbersOf(value, KEY_NAMES),
  parameters: (value) => value === null || areNumbers(value),
  values: (value) => entriesOf(value)?.every(([name, n]) => isColumn(name) && mayHold(name, n)) ?? false,
  problems: (value) => Array.isArray(value) && value.every(isText),
  seconds: (value) => numbersOf(value, ['describe', 'conduct']),
  error: (value) => value === null || isText(value),
  finished: isNumber,
};

/** Reads a line that `formatRow` or an earlier program without checksums wrote; null when it is neither, or damaged. */
export function parseRow(line: string): StudyRow | null {
  const unsealed = unsealedLine(line);
  const found = unsealed === null ? null : objectFrom(unsealed.text);
  const names = Object.keys(ENTRIES) as (keyof StudyRow)[];
  if (found === null || Object.keys(found).length !== names.length) return null;
  return names.every((name) => Object.hasOwn(found, name) && ENTRIES[name](found[name]))
    ? (found as unknown as StudyRow)
    : null;
}

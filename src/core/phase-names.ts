// Names of phases, as users call their labels: SE, AM, pore.
import { SpecError } from './errors.js';
import { suggestion } from './names.js';
import { printable, quoted } from './quote.js';
import type { Phase } from './volume.js';

/** What labels are called in reports and charts, by label: { 1: 'SE', 2: 'NMC' }. */
export type PhaseNames = Readonly<Record<string, string>>;

const LONGEST = 40;

/** @throws SpecError unless every label is one, and every name is short, no number, and given once. */
export function checkPhaseNames(where: string, names: PhaseNames): PhaseNames {
  const seen = new Set<string>();
  for (const [label, name] of Object.entries(names)) {
    if (!/^\d{1,3}$/.test(label) || Number(label) > 255 || String(Number(label)) !== label) {
      throw new SpecError(`${where}: names go with labels from 0 to 255, found ${quoted(label)}`);
    }
    if (typeof name !== 'string' || name.trim() === '' || name.length > LONGEST || /[,=]/.test(name)) {
      throw new SpecError(
        `${where}: the name of label ${label} must be 1 to ${LONGEST} letters without comma and =, got ${quoted(name)}`,
      );
    }
    if (/^[\d.]+$/.test(name.trim()) || name === 'all') {
      throw new SpecError(`${where}: the name of label ${label} must be no number and not "all", got ${quoted(name)}`);
    }
    if (seen.has(name)) throw new SpecError(`${where}: two labels have the name ${quoted(name)}`);
    seen.add(name);
  }
  return names;
}

/** "SE (1)", or "phase 1" where the label has no name. */
export function phaseTitle(phase: Phase | string, names: PhaseNames = {}): string {
  const name = Object.hasOwn(names, String(phase)) ? names[String(phase)] : null;
  return name === null ? `phase ${phase}` : `${printable(name)} (${phase})`;
}

/** The label that a text stands for: itself, or that of the name.
 *  @throws SpecError that lists the names there are */
export function labelNamed(where: string, text: string, names: PhaseNames): Phase {
  const word = text.trim();
  if (/^\d{1,3}$/.test(word) && Number(word) <= 255) return Number(word);
  const found = Object.entries(names).find(([, name]) => name === word);
  if (found !== undefined) return Number(found[0]);
  const known = Object.values(names);
  const hint =
    known.length === 0 ? '; names are given by --names 1=SE,2=AM' : `; ${suggestion(word, known, 'names are')}`;
  throw new SpecError(`${where}: expected a label from 0 to 255 or the name of one, found ${quoted(word)}${hint}`);
}

/** Columns that carry the names of labels through tables: phaseName1 holds SE in every row. */
const NAME_COLUMN = /^phaseName(\d{1,3})$/;

export function nameColumns(names: PhaseNames): Record<string, string> {
  return Object.fromEntries(Object.entries(names).map(([label, name]) => [`phaseName${label}`, name]));
}

/** Names that the rows of a table carry; none where they carry none.
 *  @throws SpecError when two rows name a label differently, or two labels have one name */
export function namesInTable(where: string, rows: readonly Readonly<Record<string, unknown>>[]): PhaseNames {
  const names: Record<string, string> = {};
  for (const row of rows) {
    for (const [column, value] of Object.entries(row)) {
      const label = NAME_COLUMN.exec(column)?.[1];
      if (label === undefined || typeof value !== 'string' || value === '') continue;
      if (Object.hasOwn(names, label) && names[label] !== value) {
        throw new SpecError(
          `${where}: label ${label} is ${quoted(names[label])} in one row and ${quoted(value)} in another; ` +
            'put images of different labels into tables of their own',
        );
      }
      names[label] = value;
    }
  }
  return checkPhaseNames(where, names);
}

// Rows of a table that is there as observations of a design.
import { SpecError } from '../core/errors.js';
import { suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { numberIn, type TableRow } from '../regression/sample.js';
import type { Column } from '../study/columns.js';
import { coordinatesOf, type DesignSpace } from './space.js';
import type { Observation } from './surrogate.js';

/** Rows of a table as a design takes them. */
export interface StartRows {
  /** Rows that train the surrogate. */
  readonly observations: readonly Observation[];
  /** Rows that train nothing: beyond the bounds, other held parameters, no number. */
  readonly leftOut: { readonly outside: number; readonly otherHeld: number; readonly unusable: number };
}

/** Beyond the bounds by so much of them a row still says something of what is inside. */
const BEYOND = 0.25;

/** @param table rows of a study; `where` names it in messages
 *  @param columns that are not known in closed form
 *  @throws SpecError for a table without a parameter or a column that is needed */
export function startRows(
  space: DesignSpace, table: readonly TableRow[], columns: readonly Column[], where: string,
): StartRows {
  if (table.length === 0) throw new SpecError(`${where}: the table has no rows; leave "start" out, or name another`);
  const known = Object.keys(table[0]);
  const missing = [...space.free.map(({ name }) => name), ...columns].filter((name) => !known.includes(name));
  if (missing.length > 0) {
    throw new SpecError(
      `${where}: the table has no column ${missing.map((name) => quoted(name)).join(', ')}, which the design needs; ` +
        suggestion(missing[0], known, 'it has'),
    );
  }
  const leftOut = { outside: 0, otherHeld: 0, unusable: 0 };
  const observations: Observation[] = [];
  for (const row of table) {
    const theta = Object.fromEntries(space.free.map(({ name }) => [name, numberIn(row, name)]));
    const u = coordinatesOf(space, theta);
    const values = Object.fromEntries(columns.map((column) => [column, numberIn(row, column)]));
    const other = Object.entries(space.held).some(([name, held]) =>
      typeof held === 'number' && known.includes(name) && numberIn(row, name) !== held);
    if (!u.every(Number.isFinite) || !Object.values(values).some(Number.isFinite)) leftOut.unusable++;
    else if (other) leftOut.otherHeld++;
    else if (u.some((x) => x < -BEYOND || x > 1 + BEYOND)) leftOut.outside++;
    else observations.push({ u, values });
  }
  return { observations, leftOut };
}

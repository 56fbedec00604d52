// The charts of a study: M as a law predicts it over M as simulated, and any column of the table over another. Their
// points are rows, which can be picked.
import { readable, type StudyTable } from '../src/browser.js';
import { lineOf, showCurves, type Curve, type Mark } from '../src/viewer.js';
import { make } from '../src/viewer/elements.js';
import type { StudiedPhase } from './protocol.js';

/** A row that is drawn as a point. */
interface Point {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

export interface Picking {
  /** Row that is the present structure; null: none. */
  readonly present: string | null;
  pick(id: string): void;
}

/** Points of one colour, `#rrggbb`. */
interface Group {
  readonly label: string;
  readonly colour: string;
  readonly isPale?: boolean;
  readonly points: readonly Point[];
}

/** Points of several colours, the present row ringed. @param lines drawn beneath them */
function showPoints(
  host: HTMLElement, groups: readonly Group[],
  lines: readonly Curve[], labels: readonly [x: string, y: string], { present, pick }: Picking,
): void {
  const known = groups.map(({ points, ...group }) => ({
    ...group, points: points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)).sort((a, b) => a.x - b.x),
  }));
  const marks = known.flatMap(({ colour, points }) => points.filter(({ id }) => id === present)
    // Points that train are pale; what is shown is to be found at once.
    .map(({ x, y }): Mark => ({ label: 'shown', colour, x, y })));
  // The chart takes the width of its host, which is none before it is on the page.
  queueMicrotask(() => showCurves(host, [
    ...lines,
    ...known.map(({ label, colour, isPale, points }): Curve => ({
      label, colour: isPale ? `${colour}66` : colour, style: 'points',
      x: points.map(({ x }) => x), y: points.map(({ y }) => y),
    })),
  ], labels, {
    empty: 'No rows yet.', marks,
    onPick: (curve, point) => pick(known[curve - lines.length].points[point].id),
  }));
}

/** c1 · ε^c2 with what is above and below the line there. */
function formula(expression: string): (Node | string)[] {
  return expression.split(/(\^[−-]?[\w.]+|\bc\d)/).map((piece) => {
    if (piece.startsWith('^')) return make('sup', {}, ...formula(piece.slice(1).replace('-', '−')));
    return /^c\d$/.test(piece) ? make('span', {}, make('i', {}, 'c'), make('sub', {}, piece.slice(1))) : piece;
  });
}

/** A chart of one phase: predicted over simulated, and the line of equality. @param name of the predictor */
export function lawChart(
  { phase, title, simulated, trained, ids, predictors, leftOut }: StudiedPhase, name: string, picking: Picking,
): HTMLElement {
  const found = predictors.find((one) => one.name === name);
  const host = make('div');
  const out = leftOut === 0 ? '' : ` Left out: ${leftOut} without a path or a value.`;
  const words = make('figcaption');
  if (found === undefined) {
    words.textContent = `${title}: too few rows for this law yet, or it is not made for this phase.${out}`;
    return make('figure', {}, words);
  }
  const { predicted, expression, coefficients, test, train, source } = found;
  const scored = test.r2 === null ? 'no rows to test it on yet'
    : `R² ${readable(test.r2, 3)}, mean error ${readable(test.mapePercent, 3)} % on ${test.count} rows`
      + `${train === null ? '' : ' that did not train it'}`;
  words.append(`${title}: M = `, ...formula(expression), ' (', ...formula([...coefficients, source].join(', ')),
    `); ${scored}.${out}`);
  const group = (isTraining: boolean): Point[] => simulated.flatMap((x, k) =>
    ((train !== null && trained[k]) === isTraining ? [{ id: ids[k], x, y: predicted[k] }] : []));
  const all = [...simulated, ...predicted].filter(Number.isFinite);
  const ends = [Math.min(...all), Math.max(...all)];
  showPoints(host, [
    { label: 'trains', colour: lineOf(phase), isPale: true, points: group(true) },
    { label: 'tests', colour: lineOf(phase), points: group(false) },
  ], [
    { label: 'equal', colour: lineOf(3), style: 'dashed', x: ends, y: ends },
  ], ['M simulated', 'M predicted'], picking);
  return make('figure', {}, words, host);
}

/** One column of the table over another. */
export function showColumns(
  host: HTMLElement, { rows }: StudyTable, columns: readonly [x: string, y: string],
  labels: readonly [x: string, y: string], picking: Picking,
): void {
  const points = rows.map((row): Point =>
    ({ id: String(row.id), x: Number(row[columns[0]]), y: Number(row[columns[1]]) }));
  showPoints(host, [{ label: 'rows', colour: lineOf(2), points }], [], labels, picking);
}

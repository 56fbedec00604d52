// Reports of sweeps and of percolation thresholds: self-contained HTML documents, pure functions of their data.
import { checkArguments, has } from '../core/arguments.js';
import type { Interval } from '../numeric/intervals.js';
import type { Threshold } from '../percolation/finite-size.js';
import { quantityOf, SWEEP_QUANTITIES, type SweepQuantity } from '../percolation/quantities.js';
import type { SystemName } from '../percolation/spec.js';
import { alongOf, linesOf, type LimitAnswer, type SpanningShare, type SweepLine } from '../percolation/summary.js';
import type { Place } from '../percolation/structures.js';
import type { SweepResult } from '../percolation/sweep.js';
import { unitOf } from '../percolation/table.js';
import type { ThresholdResult } from '../percolation/threshold.js';
import { lines, scatter, type Line } from './chart.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, readable, section, tableHtml, tilesHtml, warningsHtml, type Cell, type Tile } from './html.js';
import { page } from './page.js';

const COLOURS = ['p1', 'p2', 'p3'];

/** Colour and dashes of a line by its place in a list. */
const styleOf = (k: number): Pick<Line, 'colour' | 'dashed'> =>
  ({ colour: COLOURS[k % COLOURS.length], dashed: Math.floor(k / COLOURS.length) % 2 === 1 });

export const placeText = (place: Place): string =>
  Object.entries(place).map(([name, value]) => `${name} ${readable(value, 4)}`).join(', ');

/** What the report of a sweep is made from. */
export interface SweepReportData {
  readonly title: string;
  readonly result: SweepResult;
  /** What speaks against the numbers, one line each. */
  readonly warnings: readonly string[];
  /** Version, command, machine, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

/** What a limit came to, in one sentence. */
export function answerText(answer: LimitAnswer): string {
  const { quantity, limit, along, place, from, fromInterval, to, atStart, atEnd, best } = answer;
  const where = Object.keys(place).length === 0 ? '' : ` (${placeText(place)})`;
  const what = `${quantity} of at least ${readable(limit, 3)}${where}`;
  if (from === null || to === null) {
    return best === null ? `${what}: nothing is known`
      : `${what} is never reached; the best is ${readable(best.value, 4)} at ${along} ${readable(best.at, 4)}`;
  }
  const late = fromInterval?.high ?? null;
  const high = late === null ? 'beyond the sweep' : readable(late, 4);
  const interval = fromInterval === null || atStart ? '' : ` (95 %: ${readable(fromInterval.low, 4)} to ${high})`;
  const start = atStart
    ? `from the first value on, ${along} ${readable(from, 4)},` : `from ${along} ${readable(from, 4)}${interval}`;
  return `${what}: ${start} up to ${readable(to, 4)}${atEnd ? ', the last' : ''}`;
}

/** Which contents some structures have no room for. */
export function roomWarnings({ points }: SweepResult): string[] {
  const short = points.filter(({ withoutRoom }) => withoutRoom > 0);
  if (short.length === 0) return [];
  const [{ content, place, structures, withoutRoom }] = short;
  const where = Object.keys(place).length === 0 ? '' : ` (${placeText(place)})`;
  const more = short.length === 1 ? '' : `, and ${short.length - 1} more contents in some`;
  return [
    `a content of ${content}${where} does not fit in ${withoutRoom} of ${withoutRoom + structures} structures` +
      `${more}: what is filled is smaller there`,
  ];
}

function chartOf(
  quantity: SweepQuantity, sweep: readonly SweepLine[], along: string, { spec, lengthUnit }: SweepResult,
): string {
  const limit = (spec.limits as Readonly<Record<string, number>>)[quantity.name];
  const unit = unitOf(quantity, lengthUnit);
  const series = sweep.map(({ place, xs, points }, k): Line => {
    const found = points.map((point) => point.quantities[quantity.name as keyof typeof point.quantities]);
    return {
      name: placeText(place), ...styleOf(k), x: xs, y: found.map((one) => one?.mean ?? null),
      band: found.map((one) => one?.interval ?? null),
    };
  });
  const xs = sweep.flatMap((line) => [...line.xs]);
  const ends = [Math.min(...xs), Math.max(...xs)];
  const limits = limit === undefined ? []
    : [{ name: 'limit', colour: 'p0', dashed: true, x: ends, y: [limit, limit] }];
  return `<figure>${lines(
    [...series, ...limits],
    { title: quantity.title, xLabel: along, yLabel: unit ?? 'share', names: 'none', width: 460, height: 250 },
  )}</figure>`;
}

/** Names of the lines, once for all charts. */
function legend(sweep: readonly SweepLine[]): string {
  if (sweep.length < 2) return '';
  const items = sweep.map(({ place }, k) => {
    const { colour, dashed } = styleOf(k);
    return `<li><svg viewBox="0 0 22 10"><path class="line ${colour}"` +
      `${dashed ? ' stroke-dasharray="5 3"' : ''} d="M0 5H22"/></svg>${escape(placeText(place))}</li>`;
  });
  return `<ul class="legend">${items.join('')}</ul>`;
}

function intervalText(value: number | undefined, interval: Interval | null | undefined): string {
  if (value === undefined) return '–';
  const between = interval ? ` (${readable(interval.low, 3)}–${readable(interval.high, 3)})` : '';
  return `${readable(value, 3)}${between}`;
}

function sweepRows({ spec, points }: SweepResult): Cell[][] {
  const spanText = (share: SpanningShare | null): string => intervalText(share?.probability, share?.interval);
  return points.map((point) => [
    [...spec.vary.map(({ name }) => point.place[name]), ...(spec.additive === null ? [] : [point.content])]
      .map((value) => readable(value, 4)).join(' · '),
    String(point.structures),
    ...SHOWN.map((name) => intervalText(point.quantities[name]?.mean, point.quantities[name]?.interval)),
    spanText(point.electronsSpan), spanText(point.ionsSpan),
  ]);
}

const SHOWN = ['activeUtilisation', 'electrolyteUtilisation', 'activeInterface', 'workingShare'] as const;

/** The report of a sweep as one HTML document. */
export function sweepReport(data: SweepReportData): string {
  checkArguments('sweepReport', { data: [data, has<SweepReportData>('title', 'result', 'reproducibility')] });
  const { title, result } = data;
  const { spec, points, answers, failures } = result;
  const along = alongOf(spec);
  const sweep = linesOf(spec, points);
  const tiles = answers.slice(0, 8).map(({ quantity, limit, from, place }): Tile => [
    `${quantity} ≥ ${readable(limit, 3)}`, from === null ? 'never' : `from ${along} ${readable(from, 3)}`,
    Object.keys(place).length === 0 ? 'in this sweep' : placeText(place),
  ]);
  // What is 0 throughout, such as conductors that nobody added, needs no chart.
  const shown = SWEEP_QUANTITIES.filter(({ name }) => points.some((point) => (point.quantities[name]?.mean ?? 0) > 0));
  const head = [
    [...spec.vary.map(({ name }) => name), ...(spec.additive === null ? [] : ['content'])].join(' · '), 'structures',
    ...SHOWN.map((name) => quantityOf(name).title), 'electrons span', 'ions span',
  ];
  return page(title, [
    `<header><p class="kind">voxelith · percolation sweep</p><h1>${escape(title)}</h1>`,
    `<p class="lead">${spec.realisations} structures at each of ${points.length} places; electrons from the ` +
      `collector (${spec.collector} face along ${spec.axis}), ions from the separator opposite.</p>`,
    tilesHtml(tiles),
    warningsHtml([
      ...data.warnings, ...failures.slice(0, 3).map(({ place, error }) => `Missing: ${placeText(place)}: ${error}`),
    ]), '</header>',
    section(
      'answers', 'Where the limits are kept',
      `<ul>${answers.map((one) => `<li>${escape(answerText(one))}</li>`).join('')}</ul>`,
    ),
    section(
      'curves', 'Curves', legend(sweep),
      '<div class="grid" style="--n:2">' +
        `${shown.map((quantity) => chartOf(quantity, sweep, along, result)).join('')}</div>`,
      '<p class="note">Lines are means over structures, bands Student’s t intervals of the mean at 95 %; they are ' +
        'cut at 0, those of shares at 1 too. AM: active material.</p>',
    ),
    section('table', 'Table', tableHtml(
      'Means with t intervals at 95 %; of spanning, shares of the structures with intervals of Clopper and Pearson.',
      head, sweepRows(result),
    )),
    reproducibilitySection(data.reproducibility),
  ].join('\n'));
}

/** What the report of a percolation threshold is made from. */
export interface ThresholdReportData {
  readonly title: string;
  readonly result: ThresholdResult;
  /** Version, command, machine, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

/** What the contents of a system are. */
const CONTENTS: Readonly<Record<SystemName, string>> = {
  voxels: 'share of the voxels', spheres: 'volume share of the union', levels: 'volume share',
  insert: 'share of the window', model: 'value of the setting',
};

function halvesChart({ threshold, slope, correction, nu, windows }: Threshold): string {
  const x = windows.map(({ size }) => size ** (-1 / nu));
  const most = Math.max(...x);
  const across = Array.from({ length: 41 }, (_, k) => (most * k) / 40);
  // 1/L from L^(−1/ν).
  const law = across.map((u) => threshold + slope * u * (1 + correction * u ** nu));
  return `<figure>${scatter([
    {
      colour: 'p1', mark: 'test', x, y: windows.map(({ half }) => half),
      errors: windows.map(({ error }) => 1.96 * error),
    },
    { colour: 'p0', mark: 'train', x: across, y: law },
  ], {
    title: 'Half of the windows are spanned', xLabel: 'L^(−1/ν)', yLabel: 'content', width: 460, height: 300,
  })}<figcaption>Bars: 95 % by bootstrap. Rings: the fitted law; at 0 it is the threshold.</figcaption></figure>`;
}

function curvesChart({ windows }: Threshold, xLabel: string): string {
  return `<figure>${lines(windows.map(({ size, curve }, k): Line => ({
    name: `L = ${size}`, ...styleOf(k), x: curve.map(({ content }) => content),
    y: curve.map(({ probability }) => probability), band: curve.map(({ interval }) => interval),
  })), { title: 'Spanning probability', xLabel, yLabel: 'share spanned', names: 'ends', width: 460, height: 300 })}` +
    '<figcaption>Bands: Clopper and Pearson, 95 %.</figcaption></figure>';
}

/** The report of a threshold as one HTML document. */
export function thresholdReport(data: ThresholdReportData): string {
  checkArguments('thresholdReport', { data: [data, has<ThresholdReportData>('title', 'result', 'reproducibility')] });
  const { title, result: { spec, threshold: found } } = data;
  const content = CONTENTS[spec.system];
  const tiles: Tile[] = [
    ['threshold', readable(found.threshold, 5), `± ${readable(found.error, 2)} (one standard error)`],
    ['95 %', `${readable(found.interval.low, 5)} – ${readable(found.interval.high, 5)}`, content],
    ['χ²', readable(found.chiSquared, 3), `${found.degrees} degrees of freedom`],
    ...(found.nuFromWidths === null ? [] : [[
      'ν from the widths', readable(found.nuFromWidths.nu, 3),
      `± ${readable(found.nuFromWidths.error, 2)}; published 0.8765`,
    ] as const]),
  ];
  return page(title, [
    `<header><p class="kind">voxelith · percolation threshold</p><h1>${escape(title)}</h1>`,
    `<p class="lead">The content at which an infinite window is spanned along ${spec.axis}, from windows of ` +
      `${found.windows.length} sizes.</p>`, tilesHtml(tiles), '</header>',
    section(
      'curves', 'Windows',
      `<div class="grid" style="--n:2">${curvesChart(found, content)}${halvesChart(found)}</div>`,
    ),
    section('table', 'Table', tableHtml(
      'Content at which half of the windows are spanned, its standard error by bootstrap, deviation of single windows.',
      ['L', 'structures', 'half', 'error', 'width'],
      found.windows.map(({ size, trials, half, error, width }) =>
        [String(size), String(trials), readable(half, 5), readable(error, 2), readable(width, 3)]),
    )),
    reproducibilitySection(data.reproducibility),
  ].join('\n'));
}

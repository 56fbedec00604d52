// Reports of refinement and window studies: self-contained HTML documents, pure functions of their data.
import { checkArguments, has } from '../core/arguments.js';
import { axisIndex } from '../core/grid.js';
import { mColumn, type MeasuredColumn } from '../discretisation/measured.js';
import type { RefinedQuantity, Refinement } from '../discretisation/refinement.js';
import { unitOf } from '../discretisation/table.js';
import type { WindowQuantity, WindowStudy } from '../discretisation/window.js';
import { lines, scatter, type Line } from './chart.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, readable, section, tableHtml, tilesHtml, warningsHtml, type Cell, type Tile } from './html.js';
import { page } from './page.js';

interface About {
  readonly title: string;
  /** What speaks against the numbers, one line each. */
  readonly warnings: readonly string[];
  readonly reproducibility: readonly Fact[];
}

/** What the report of a refinement study is made from. */
export interface RefineReportData extends About {
  readonly refinement: Refinement;
}

const notesHtml = (notes: readonly string[]): string =>
  notes.map((text) => `<p class="note">${escape(`${text[0].toUpperCase()}${text.slice(1)}`)}.</p>`).join('');

/** "0.6055 ± 0.0004" */
export function plusMinusText(value: number, plusMinus: number): string {
  if (plusMinus === 0) return `${readable(value, 5)} ± 0`;
  const places = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(plusMinus))));
  return `${value.toFixed(places)} ± ${plusMinus.toFixed(places)}`.replaceAll('-', '−');
}

/** What the values of a quantity tend to, in one sentence. */
export function convergenceText({ convergence, values }: RefinedQuantity): string {
  if (convergence === null) return 'no limit: fewer than two grids have a value';
  const { kind, order, usedOrder, limit, plusMinus } = convergence;
  const finest = values[values.length - 1]!;
  const around = `finest ${plusMinusText(finest, plusMinus)}`;
  if (kind === 'equal') return `the same on all grids, ${readable(finest, 5)}`;
  if (kind === 'oscillating') return `${around}; differences change sign, nothing is extrapolated`;
  const seen = order === null ? `order ${usedOrder} assumed` : `order ${readable(order, 3)} observed`;
  const used = kind === 'monotone' ? `, ${readable(usedOrder, 3)} used with a safety factor of 3` : '';
  return `limit ${readable(limit, 5)}, ${around}; ${seen}${used}`;
}

function convergenceChart(
  { levels, quantities }: Refinement, phase: number, columns: readonly RefinedQuantity[], sizeKnown: boolean,
): string {
  const [first] = columns;
  const styles = { voxel: { colour: 'p1', mark: 'train' }, smooth: { colour: 'p2', mark: 'test' } } as const;
  const series = columns.map((quantity) => {
    const shown = levels.flatMap((level, k) => (quantity.values[k] === null ? [] : [{ level, k }]));
    return {
      ...styles[quantity.interface ?? 'voxel'], x: shown.map(({ level }) => level.edge),
      y: shown.map(({ k }) => quantity.values[k] as number),
    };
  });
  const limits = columns.flatMap(({ convergence, interface: kind }) => (convergence === null ? [] : [{
    ...styles[kind ?? 'voxel'], x: [0], y: [convergence.limit], errors: [convergence.plusMinus],
  }]));
  // What conduct says of each grid alone, beside the grid.
  const own = first.interface === null ? [] : levels.flatMap(({ edge, errorBars }) => {
    const bar = errorBars[phase];
    return bar?.limit == null || bar.plusMinus === null ? [] : [{ edge, limit: bar.limit, error: bar.plusMinus }];
  });
  const title = first.interface === null ? first.title : quantities.find(({ name }) => name === first.name)!.title;
  return `<figure>${scatter([...series, ...limits, ...(own.length === 0 ? [] : [{
    colour: 'p0', mark: 'test' as const, x: own.map(({ edge }) => edge * 1.06), y: own.map(({ limit }) => limit),
    errors: own.map(({ error }) => error),
  }])], {
    title: `${title}, phase ${phase}`, xLabel: 'edge of a voxel over that given',
    yLabel: first.unit === 'none' ? title : `${title} / ${unitOf(first, sizeKnown)}`, width: 460, height: 290,
  })}</figure>`;
}

/** Quantities with one chart each: M with both kinds of interface, every descriptor alone. */
function groupsOf<T extends MeasuredColumn>(quantities: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const quantity of quantities) {
    const key = quantity.interface === null ? quantity.name : mColumn(quantity.phase, 'voxel');
    groups.set(key, [...(groups.get(key) ?? []), quantity]);
  }
  return [...groups.values()];
}

const SOURCES: Readonly<Record<Refinement['source'], string>> = {
  model: 'The structure is drawn on the finest voxels; the others are samples of these.',
  sampled: 'The image on its own voxels, and samples of them.',
  split: 'The image on its own voxels, and these cut in pieces.',
};

/** What the number of a tile is, and the interval beside it. */
function tileText({ convergence, values }: RefinedQuantity): string {
  if (convergence === null) return 'no limit';
  const { kind, plusMinus } = convergence;
  if (kind === 'equal') return 'the same on all grids';
  return kind === 'oscillating'
    ? `finest grid, ± ${readable(plusMinus, 2)}; nothing extrapolated`
    : `extrapolated limit; finest grid ${plusMinusText(values[values.length - 1]!, plusMinus)}`;
}

/** The report of a refinement study as one HTML document. */
export function refineReport(data: RefineReportData): string {
  checkArguments('refineReport', { data: [data, has<RefineReportData>('title', 'refinement', 'reproducibility')] });
  const { title, refinement } = data;
  const { levels, quantities, lengthUnit, source, smoothFrom, ratio } = refinement;
  const sizeKnown = lengthUnit === 'µm';
  const transport = quantities.filter(({ interface: kind }) => kind !== null);
  const tiles = transport.slice(0, 8).map((quantity): Tile => [
    `${quantity.interface === 'smooth' ? 'M, smooth' : 'M, plain'}, phase ${quantity.phase}`,
    quantity.convergence === null ? '–' : readable(quantity.convergence.limit, 4), tileText(quantity),
  ]);
  const rows = quantities.map((quantity): Cell[] => [
    `${quantity.title}, phase ${quantity.phase}`, unitOf(quantity, sizeKnown),
    ...quantity.values.map((value) => readable(value, 5)),
    readable(quantity.convergence?.order, 3), readable(quantity.convergence?.limit, 5),
    readable(quantity.convergence?.plusMinus, 2), quantity.convergence?.kind ?? '–',
  ]);
  const own = refinement.measured.phases.flatMap((phase) => levels.flatMap(({ shape, errorBars }): Cell[][] => {
    const bar = errorBars[phase];
    if (bar === undefined) return [];
    const limit = quantities.find(({ name }) => name === mColumn(phase, 'smooth'))?.convergence?.limit ?? null;
    const held = bar.limit === null || bar.plusMinus === null || limit === null
      ? '–' : Math.abs(limit - bar.limit) <= bar.plusMinus ? 'yes' : 'no';
    return [[
      `phase ${phase}, ${shape.join('×')}`,
      bar.limit === null ? { html: escape(bar.reason ?? '–') } : plusMinusText(bar.limit, bar.plusMinus!),
      readable(limit, 5), held,
    ]];
  }));
  return page(title, [
    `<header><p class="kind">voxelith · refinement study</p><h1>${escape(title)}</h1>`,
    `<p class="lead">${levels.length} grids of ${levels[0].shape.join('×')} to ` +
      `${levels[levels.length - 1].shape.join('×')} voxels, edges in steps of ${ratio}. ${SOURCES[source]}</p>`,
    tilesHtml(tiles), warningsHtml([...data.warnings, ...refinement.warnings]), notesHtml(refinement.notes),
    '</header>',
    section(
      'convergence', 'Values against the voxel',
      `<div class="grid" style="--n:2">${groupsOf(quantities).map((group) =>
        convergenceChart(refinement, group[0].phase, group, sizeKnown)).join('')}</div>`,
      `<p class="note">Rings: plain voxels and descriptors. Diamonds: smooth interfaces, from ` +
        `${smoothFrom === 'levelSet' ? 'the model’s level set' : 'labels'}. At 0 the extrapolated limits; their bars ` +
        'are as long as the interval around the finest value. Grey diamonds: what a single grid says of its limit by ' +
        'its own error bar.</p>',
    ),
    section('table', 'Orders and limits', tableHtml(
      'Values from the coarsest grid to the finest; order from the last three, limit by Richardson’s extrapolation, ' +
        '± by the grid convergence index (Roache; safety factors of Oberkampf and Roy), around the finest value.',
      [
        'quantity', 'unit', ...levels.map(({ edge }) => `edge ${readable(edge, 3)}`), 'order', 'limit', '±', 'kind',
      ], rows,
    )),
    ...(own.length === 0 ? [] : [section('own', 'Beside the error bar of a single grid', tableHtml(
      'M for ever smaller voxels as each grid alone has it (conduct --uncertainty, the part for voxels, 95 %), and ' +
        'whether that interval holds the limit of the smooth solves.',
      ['grid', 'from this grid alone', 'limit, smooth', 'holds it'], own,
    ))]),
    reproducibilitySection(data.reproducibility),
  ].join('\n'));
}

/** What the report of a window study is made from. */
export interface WindowReportData extends About {
  readonly study: WindowStudy;
}

/** Why larger windows than those measured are not foretold; empty where they are. */
function reachText({ extrapolates, laws }: WindowQuantity, dimensions: number): string {
  if (extrapolates || laws === null) return '';
  const exponent = readable(-laws.variance.fitted, 3).replace('-', '−');
  return `windows are too small to tell what larger ones do: the variance falls with edge^${exponent}, in large ` +
    `windows with edge^−${dimensions}; take larger sizes`;
}

/** A window and how many of them, in words. */
export function needText(
  quantity: WindowQuantity, { precision, dimensions }: Pick<WindowStudy, 'precision' | 'dimensions'>,
): string {
  const { best, laws, single, reason } = quantity;
  const wanted = `for ± ${readable(100 * precision, 3)} %`;
  if (laws === null) return `no answer: ${reason}`;
  const reach = reachText(quantity, dimensions);
  const beyond = reach === '' ? '' : `; ${reach}`;
  if (best === null) return `${wanted} no window that was looked at is large enough: its bias alone is more${beyond}`;
  const { windows, shape, interval, seconds } = best;
  const between = interval === null || interval.low === interval.high ? '' : ` (${interval.low} to ${interval.high})`;
  const alone = single === null ? '' : `; a single one needs an edge of ${Math.ceil(single)} voxels`;
  return `${wanted}: ${windows}${between} window${windows === 1 ? '' : 's'} of ${shape.join('×')} voxels, about ` +
    `${readable(seconds, 2)} s${alone}${beyond}`;
}

function decayChart(quantity: WindowQuantity, { sizes, voxelSizeUm }: WindowStudy): string {
  const { laws, expectedDeviation, title, phase } = quantity;
  if (laws === null) return '';
  const { statistics, variance } = laws;
  const edges = statistics.map(({ edge }) => edge);
  const [from, to] = [edges[0], edges[edges.length - 1]];
  const across = Array.from({ length: 25 }, (_, k) => from * (to / from) ** (k / 24));
  const at = (coefficient: number, edge: number): number => Math.sqrt(coefficient / edge ** variance.exponent);
  const law: Line = {
    name: `edge^−${readable(variance.exponent / 2, 3)}`, colour: 'p2', dashed: true, x: across,
    y: across.map((edge) => at(variance.coefficient, edge)),
    band: across.map((edge) => ({
      low: at(variance.coefficientInterval.low, edge), high: at(variance.coefficientInterval.high, edge),
    })),
  };
  const expected = expectedDeviation === null ? [] : [{
    name: 'two-point function', colour: 'p3', x: sizes.map(({ edge }) => edge), y: expectedDeviation,
  }];
  const unit = unitOf(quantity, voxelSizeUm !== null);
  return `<figure>${lines([
    { name: 'measured', colour: 'p1', x: edges, y: statistics.map((one) => one.deviation) }, law, ...expected,
  ], {
    title: `${title}, phase ${phase}: deviation`, xLabel: 'edge of the window, voxels',
    yLabel: unit === '1' ? 'standard deviation' : `standard deviation / ${unit}`, xScale: 'log', yScale: 'log',
    width: 460, height: 260,
  })}</figure>`;
}

function meanChart({ laws, title, phase, ...quantity }: WindowQuantity, sizeKnown: boolean): string {
  if (laws === null) return '';
  const { statistics, bias } = laws;
  const inverse = statistics.map(({ edge }) => 1 / edge);
  const across = [0, ...[...inverse].sort((a, b) => a - b)];
  const unit = unitOf(quantity, sizeKnown);
  return `<figure>${lines([
    {
      name: 'mean', colour: 'p1', x: inverse, y: statistics.map(({ mean }) => mean),
      band: statistics.map(({ interval }) => interval),
    },
    {
      name: bias.seen ? 'mean + bias / edge' : 'no bias seen', colour: 'p2', dashed: true, x: across,
      y: across.map((x) => bias.value + (bias.seen ? bias.bias * x : 0)), band: [bias.interval, ...across.slice(1)
        .map(() => null)],
    },
  ], {
    title: `${title}, phase ${phase}: mean`, xLabel: '1 / edge of the window',
    yLabel: unit === '1' ? 'mean over windows' : `mean / ${unit}`, width: 460, height: 260,
  })}</figure>`;
}

function answerRow(quantity: WindowQuantity, dimensions: number): Cell[] {
  const { title, phase, laws, best, single, reason } = quantity;
  const biased = laws !== null && best === null ? ['the bias alone of all windows looked at is more'] : [];
  const remarks = [reason ?? '', ...biased, reachText(quantity, dimensions)].filter((text) => text !== '');
  return [
    `${title}, phase ${phase}`, best === null ? '–' : String(best.windows),
    best === null || best.interval === null ? '–' : `${best.interval.low}–${best.interval.high}`,
    best === null ? '–' : best.shape.join('×'), best === null ? '–' : readable(best.seconds, 3),
    single === null ? '–' : String(Math.ceil(single)), { html: escape(remarks.join('; ')) },
  ];
}

/** The report of a window study as one HTML document. */
export function windowReport(data: WindowReportData): string {
  checkArguments('windowReport', { data: [data, has<WindowReportData>('title', 'study', 'reproducibility')] });
  const { title, study } = data;
  const { sizes, quantities, precision, voxelSizeUm, dimensions, source, measured } = study;
  const sizeKnown = voxelSizeUm !== null;
  const edgeUm = voxelSizeUm === null ? null : voxelSizeUm[axisIndex(measured.axis)];
  const tiles = quantities.filter(({ interface: kind }) => kind !== null).slice(0, 8).map((quantity): Tile => [
    `M, phase ${quantity.phase}`,
    quantity.best === null ? '–' : `${quantity.best.windows} × ${quantity.best.shape.join('×')}`,
    quantity.best === null ? 'no answer' : `for ± ${readable(100 * precision, 3)} %`,
  ]);
  const charts = quantities.map((quantity) => decayChart(quantity, study) + meanChart(quantity, sizeKnown));
  const laws = quantities.map((quantity): Cell[] => {
    const { laws: found } = quantity;
    const name = `${quantity.title}, phase ${quantity.phase}`;
    if (found === null) return [name, '–', '–', '–', '–', { html: escape(quantity.reason!) }];
    const { variance, bias, referenceVolume } = found;
    const length = referenceVolume === null ? null : referenceVolume ** (1 / dimensions);
    return [
      name, `${readable(bias.value, 4)} (${readable(bias.interval.low, 4)}–${readable(bias.interval.high, 4)})`,
      `${readable(variance.fitted, 3)} (${readable(variance.interval.low, 3)}–${readable(variance.interval.high, 3)})`,
      variance.exponent === dimensions ? String(dimensions) : readable(variance.exponent, 3),
      length === null ? '–' : readable(length, 3) + (edgeUm === null ? '' : ` (${readable(length * edgeUm, 3)} µm)`),
      bias.seen ? `${readable(bias.bias, 3)} (${readable(bias.biasInterval.low, 2)}–` +
        `${readable(bias.biasInterval.high, 2)})` : 'none seen',
    ];
  });
  const needs = quantities.flatMap((quantity): Cell[][] => (quantity.laws === null ? [] : [
    [`${quantity.title}, phase ${quantity.phase}`],
    ...quantity.needs.map((need): Cell[] => [
      need.shape.join('×') + (need.measured ? '' : ' (not measured)'),
      `${readable(100 * need.relativeDeviation, 3)} %`, `${readable(100 * need.relativeBias, 2)} %`,
      need.windows === null ? 'none is enough' : String(need.windows),
      need.interval === null ? '–' : `${need.interval.low}–${need.interval.high}`, readable(need.seconds, 3),
    ]),
  ]));
  const order = sizes.map(({ edge, windows }) => `${windows} of ${edge}`).join(', ');
  return page(title, [
    `<header><p class="kind">voxelith · window study</p><h1>${escape(title)}</h1>`,
    `<p class="lead">${source === 'model' ? 'Windows drawn from a model' : 'Windows beside each other in an image'}: ` +
      `${order} voxels.</p>`,
    tilesHtml(tiles), warningsHtml([...data.warnings, ...study.warnings]), notesHtml(study.notes), '</header>',
    section('answers', `Windows for ± ${readable(100 * precision, 3)} %`, tableHtml(
      'The cheapest windows that give the mean to the precision at 95 %, their number at the ends of the interval of ' +
        'the variance, their time one after another, and the edge of a single window that is enough.',
      ['quantity', 'windows', 'interval', 'of voxels', 'seconds', 'a single one', 'remark'],
      quantities.map((quantity) => answerRow(quantity, dimensions)),
    )),
    section(
      'decay', 'Deviation and mean against the window', `<div class="grid" style="--n:2">${charts.join('')}</div>`,
      '<p class="note">Bands: of the law, the interval of its coefficient; of means, Student’s t at 95 %.</p>',
    ),
    section('laws', 'Laws', tableHtml(
      `Variance = coefficient / edge^exponent; ${dimensions} is what windows much longer than the correlation have, ` +
        'and is used where the interval holds it. Reference length: the edge of a window that differs by as much as ' +
        'its mean, voxels. Intervals at 95 %.',
      ['quantity', 'mean', 'exponent', 'used', 'reference length', 'bias × edge'], laws,
    )),
    section('needs', 'What each window costs', tableHtml(
      'Deviation and bias of one window over the mean; windows that give the mean to the precision at 95 %, at the ' +
        'ends of the interval of the variance, and their time one after another.',
      ['window', 'deviation', 'bias', 'windows', 'interval', 'seconds'], needs,
    )),
    reproducibilitySection(data.reproducibility),
  ].join('\n'));
}

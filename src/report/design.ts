// Report of a design: what was asked, what was found and confirmed, the front, how belief and simulation came together,
// and the designed structure beside the cathodes that are nearest to it.
import { checkArguments, has } from '../core/arguments.js';
import { disagreeing } from '../design/confirm.js';
import { askedColumns, type DesignSpec } from '../design/spec.js';
import type { DesignResult } from '../design/run.js';
import { DESIGN_FAMILIES, type DesignFamily } from '../design/structures.js';
import { isColumn, splitColumn, type Column } from '../study/columns.js';
import { readCellColumn } from '../study/cell-columns.js';
import { unitText } from '../descriptors/quantity.js';
import { lines, scatter, type Points } from './chart.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, readable, section, tableHtml, tilesHtml } from './html.js';
import { page } from './page.js';
import { sliceFigure, slicePicture, type LabelSlice } from './slices.js';
import { panels } from './standalone.js';

/** What the report of a design is made from. */
export interface DesignReportData {
  readonly spec: DesignSpec;
  readonly result: DesignResult;
  /** Planes of the designed structure and of the cathodes nearest to it. */
  readonly slices: readonly LabelSlice[];
  /** Version, command, machine, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

/** A chart of the report by its name as a file. */
export interface DesignFigure {
  /** Without extension. */
  readonly name: string;
  /** The whole chart. */
  readonly svg: string;
  /** What it shows. */
  readonly caption: string;
}

/** "mFactor1", "specificSurfaceArea2 / µm⁻¹" */
function labelOf(column: Column): string {
  const cell = readCellColumn(column);
  const unit = cell !== null ? cell.quantity.unit : isColumn(column) ? unitText(splitColumn(column).quantity.unit) : '';
  return unit === '' ? column : `${column} / ${unit}`;
}

const MARKS: Readonly<Record<DesignFamily, Pick<Points, 'colour' | 'mark'>>> = {
  initial: { colour: 'p0', mark: 'train' }, candidate: { colour: 'p2', mark: 'train' },
  cathode: { colour: 'p3', mark: 'test' }, confirmation: { colour: 'p1', mark: 'train' },
};

/** Two columns of every structure, the front by belief, and θ* with its interval. */
function frontFigure({ spec, result }: DesignReportData): DesignFigure | null {
  const [x, y] = askedColumns(spec);
  if (y === undefined || result.rows.length === 0) return null;
  const series = (Object.keys(MARKS) as DesignFamily[]).map((family): Points => {
    const values = result.rows.filter(({ structure }) => structure.family === family).map(({ row }) => row.values);
    const known = values.filter((one) => typeof one[x] === 'number' && typeof one[y] === 'number');
    const name = known.length === 0 ? undefined : DESIGN_FAMILIES[family];
    return { ...MARKS[family], name, x: known.map((one) => one[x] as number), y: known.map((one) => one[y] as number) };
  });
  const front = result.front.filter(({ chosen }) => !chosen);
  const several = spec.objectives.length > 1;
  if (front.length > 0) series.push({
    name: 'front, by belief', colour: 'p2', mark: 'test', x: front.map(({ columns }) => columns[x].mean),
    y: front.map(({ columns }) => columns[y].mean),
  });
  const [a, b] = [x, y].map((column) => result.confirmation?.columns.find((one) => one.column === column));
  if (a?.mean != null && b?.mean != null) {
    series.push({
      name: 'θ*, confirmed', colour: 'p1', mark: 'test', x: [a.mean], y: [b.mean], errors: [b.halfWidth ?? 0],
    });
  }
  return {
    name: 'front',
    svg: scatter(series, {
      title: several ? 'Pareto front' : 'Structures of the design', xLabel: labelOf(x), yLabel: labelOf(y),
      width: 660, height: 340,
    }),
    caption: `Simulated structures, ${several ? 'the front by belief, ' : ''}and θ* as confirmed, with the interval ` +
      'of the upright quantity.',
  };
}

const percent = ({ confirm }: DesignSpec): string => `${Number((100 * confirm.level).toPrecision(6))} %`;

const PANEL = { width: 430, height: 230 } as const;

/** Predictions and confirmations of one column, round by round. */
function convergenceFigure({ spec, result }: DesignReportData, column: Column): string {
  const rounds = [...result.rounds, ...(result.confirmation === null ? [] : [result.confirmation])];
  const found = rounds.map(({ columns }) => columns.find((one) => one.column === column)!);
  const at = rounds.map(({ structures }) => structures);
  const limits = spec.limits.filter((limit) => limit.column === column)
    .flatMap(({ low, high }) => [low, high].filter(Number.isFinite))
    .map((value) => ({ value, name: `limit ${Number(value.toPrecision(4))}` }));
  return lines([
    {
      name: 'predicted', colour: 'p2', x: at, y: found.map(({ predicted }) => predicted.mean),
      band: found.map(({ predicted: { mean }, predictedHalfWidth: half }) =>
        (half === null ? null : { low: mean - half, high: mean + half })),
    },
    {
      name: 'confirmed', colour: 'p1', x: at, y: found.map(({ mean }) => mean),
      band: found.map(({ mean, halfWidth }) =>
        (mean === null || halfWidth === null ? null : { low: mean - halfWidth, high: mean + halfWidth })),
    },
    ...limits.map(({ value, name }) => ({
      name, colour: 'p0', dashed: true, x: at, y: at.map(() => value),
    })),
  ], {
    title: column, xLabel: 'structures simulated', yLabel: labelOf(column), names: 'ends', ...PANEL,
  });
}

/** The charts of a design, each by its name: in the report, and as files. */
export function designFigures(data: DesignReportData): DesignFigure[] {
  checkArguments('designFigures', { data: [data, has<DesignReportData>('spec', 'result', 'slices')] });
  const { spec, result, slices } = data;
  const front = frontFigure(data);
  const columns = result.rounds.length === 0 ? [] : askedColumns(spec);
  return [
    ...(front === null ? [] : [front]),
    ...(columns.length === 0 ? [] : [{
      name: 'convergence',
      svg: panels('Prediction and confirmation', columns.map((column) => convergenceFigure(data, column)),
        Math.min(2, columns.length), PANEL.width, PANEL.height),
      caption: 'What the surrogate says of each round’s best θ, and what fresh structures say, each with its ' +
        `${percent(spec)} interval; last comes θ* with new structures.`,
    }]),
    ...(slices.length === 0 ? [] : [{
      name: 'slices',
      svg: panels('Designed structure and nearest cathodes', slices.map(named), slices.length, 310, 330),
      caption: slices.map(({ name, caption }) => `${name}: ${caption}`).join('; '),
    }]),
  ];
}

/** A slice with its name below. */
const named = (slice: LabelSlice): string => slicePicture(slice)
  .replace(/viewBox="0 0 300 ([\d.]+)"/, (_, height: string) => `viewBox="0 -20 310 ${Number(height) + 20}"`)
  .replace('</svg>', `<text x="0" y="-7" class="title">${escape(slice.name)}</text></svg>`);

function answer({ status, decidedBy, blocking, confirmation }: DesignResult): string {
  if (status === 'met') {
    const columns = disagreeing(confirmation?.columns ?? []);
    return `Every limit is kept by fresh structures of θ*${columns.length === 0 ? '.'
      : `, but prediction and confirmation of ${columns.join(', ')} do not agree: trust what is confirmed.`}`;
  }
  const why = blocking.map(({ limit, attainable: [low, high] }) =>
    `${limit.text} (the others leave ${limit.column} from ${readable(low)} to ${readable(high)})`).join('; ');
  if (status === 'impossible') return `The targets cannot be met, by ${decidedBy}: ${why}.`;
  return 'Within this budget θ* is not shown to keep every limit: more rounds, more realisations or a larger window ' +
    'would tell.';
}

/** The report as one HTML document without scripts and without requests. */
export function designReport(data: DesignReportData): string {
  checkArguments('designReport', { data: [data, has<DesignReportData>('spec', 'result', 'slices')] });
  const { spec, result, slices, reproducibility } = data;
  const { confirmation, distances, theta } = result;
  const figures = designFigures(data);
  const figure = (name: string): string => figures.filter((one) => one.name === name)
    .map(({ svg, caption }) => `<figure>${svg}<figcaption>${escape(caption)}</figcaption></figure>`).join('');
  const wanted = [
    ...spec.objectives.map(({ column, sign }) => `${sign > 0 ? 'maximise' : 'minimise'} ${column}`),
    ...spec.limits.map(({ text }) => text),
  ];
  const body = [
    `<header><p class="kind">voxelith · inverse design</p><h1>${escape(spec.name)}</h1>`,
    `<p class="lead">${escape(answer(result))}</p>`,
    tilesHtml([
      ['answer', result.status, result.decidedBy],
      ['structures', String(result.rows.length), `${spec.measured.size.join(' × ')} voxels`],
      ['model', spec.space.model.name, `${spec.space.free.length} free parameters`],
      ...(distances.length === 0 ? [] : [[
        'nearest cathode', distances[0].name, `${readable(distances[0].descriptors)} ranges away`,
      ] as const]),
    ]), '</header>',
    section('asked', 'What was asked', `<ul>${wanted.map((text) => `<li>${escape(text)}</li>`).join('')}</ul>`),
  ];
  if (confirmation !== null) {
    body.push(section('confirmed', 'Predicted and confirmed', tableHtml(
      `θ* with ${spec.confirm.realisations} structures of fresh random numbers; ± is half the ${percent(spec)} ` +
        'interval, of the prediction and of the mean. They agree when their difference is at most the root of the ' +
        'sum of both squares.',
      ['quantity', 'predicted', 'confirmed', 'agree', 'limits'],
      confirmation.columns.map(({ column, predicted, predictedHalfWidth, mean, halfWidth, agrees }) => [
        column, `${readable(predicted.mean, 4)} ± ${readable(predictedHalfWidth, 2)}`,
        `${readable(mean, 4)} ± ${readable(halfWidth, 2)}`,
        agrees === null ? '–' : agrees ? 'yes' : `no, ${readable(mean! - predicted.mean, 2)} off`,
        spec.limits.flatMap((limit, i) =>
          (limit.column === column ? [`${limit.text}: ${confirmation.verdicts[i]}`] : [])).join('; ') || '–',
      ]),
    ), tableHtml(
      'θ*: the bounds of what was free, and what was held.', ['parameter', 'value', 'from', 'to'],
      Object.entries(theta ?? {}).map(([name, value]) => {
        const free = spec.space.free.find((one) => one.name === name);
        return [name, String(value), free === undefined ? 'held' : String(free.low),
          free === undefined ? '' : String(free.high)];
      }),
    )));
  }
  if (result.blocking.length > 0) {
    body.push(section('blocking', 'What stands in the way', tableHtml(
      'Limits that exclude each other; without any one of them the others can be kept. Range: what θ can give of the ' +
        'quantity while the others hold.',
      ['limit', 'place', 'from', 'to'],
      result.blocking.map(({ limit, attainable: [low, high] }) =>
        [limit.text, limit.place, readable(low, 4), readable(high, 4)]),
    )));
  }
  body.push(
    ...(figures.some(({ name }) => name === 'front') ? [section('front', 'Front', figure('front'))] : []),
    ...(result.front.length > 2 ? [tableHtml(
      'The front by belief: mean ± standard error of each quantity.', ['member', ...askedColumns(spec)],
      result.front.map(({ columns, chosen }, i) => [chosen ? 'θ*' : String(i + 1), ...askedColumns(spec).map((column) =>
        `${readable(columns[column].mean, 4)} ± ${readable(columns[column].error, 2)}`)]),
    )] : []),
    ...(result.rounds.length > 0 ? [section('convergence', 'Belief and simulation', figure('convergence'))] : []),
    ...(slices.length > 0 ? [section('slices', 'The designed structure beside its neighbours',
      `<div class="grid" style="--n:${slices.length}">${slices.map((slice) => sliceFigure(slice)).join('\n')}</div>`,
    )] : []),
  );
  if (distances.length > 0) {
    body.push(section('neighbours', 'Distance to the cathodes', tableHtml(
      'Descriptors: root mean square of the differences of all measured columns, each over the range of that ' +
        'column in all rows. θ: the same over the free parameters, as shares of their bounds.',
      ['cathode', 'in descriptors', 'in θ', 'differs most in', 'by, in ranges'],
      distances.map(({ name, descriptors, theta: inTheta, most }) => [
        name, readable(descriptors), readable(inTheta), most?.column ?? '–', readable(most?.difference),
      ]),
    )));
  }
  body.push(
    `<p class="note">Families: ${Object.entries(DESIGN_FAMILIES).map(([name, title]) =>
      `${name}, ${title}`).join('; ')}.</p>`,
    reproducibilitySection(reproducibility, '<p>The same design, seed and version give the same rows and the same θ ' +
      'on any number of threads.</p>'),
  );
  return page(spec.name, body.join('\n'));
}

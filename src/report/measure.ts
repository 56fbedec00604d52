// Report of many images that were measured alike: side by side as pictures, as tables and as charts.
import { checkArguments, has } from '../core/arguments.js';
import { AXES, type Axis } from '../core/grid.js';
import { phaseTitle, type PhaseNames } from '../core/phase-names.js';
import { columnName } from '../descriptors/description.js';
import { QUANTITIES } from '../descriptors/descriptor-table.js';
import {
  along, axisLabel, axisTitle, fullTitle, phaseColumn, quantityKey, type Quantity,
} from '../descriptors/quantity.js';
import { M_FACTOR, TRANSPORT_QUANTITIES } from '../transport/quantities.js';
import { scatter, type Points } from './chart.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, readable, section, tableHtml, tilesHtml, type Cell, type Tile } from './html.js';
import { page } from './page.js';
import { labelLegend, sliceFigure, type LabelSlice } from './slices.js';

/** A row of the table that `voxelith measure` writes: numbers, or their texts. */
export type MeasuredRow = Readonly<Record<string, unknown>>;

/** One image among many. */
export interface MeasuredImage {
  /** As the tables call it. */
  readonly name: string;
  /** `measureRow`, with `error` where the image could not be measured, `problems` and `warnings` as texts. */
  readonly row: MeasuredRow;
  /** A plane of its labels. */
  readonly slice: LabelSlice | null;
}

/** What the report of many images is made from. */
export interface MeasureReportData {
  readonly title: string;
  /** What the labels are called. */
  readonly names: PhaseNames;
  /** In the order in which they are shown. */
  readonly images: readonly MeasuredImage[];
  /** Machine, version, command, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

/** A column of numbers of one phase. */
export interface MeasuredColumn {
  readonly column: string;
  readonly phase: string;
  readonly axis: Axis;
  readonly quantity: Quantity;
  /** Of the quantity along its axis, whatever the phase. */
  readonly key: string;
  /** Symbol or words, axis unless z, unit. */
  readonly label: string;
}

/** The columns of quantities in rows, in the order of the tables: M and its kin first. */
export function measuredColumns(rows: readonly MeasuredRow[]): MeasuredColumn[] {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  const labels = Array.from({ length: 256 }, (_, label) => String(label));
  const all = [...TRANSPORT_QUANTITIES, ...QUANTITIES];
  return labels.flatMap((phase) => all.flatMap((quantity) => AXES.flatMap((axis) => [true, false].flatMap((known) => {
    const name = phaseColumn(quantity, phase) + along(axis);
    const column = columnName({ name, unit: quantity.unit }, known);
    if (!names.has(column) || (quantity.unit === 'none' && !known)) return [];
    const where = axis === 'z' ? '' : ` along ${axis}`;
    const label = axisLabel(quantity);
    return [{
      column, phase, axis, quantity, key: quantityKey(quantity) + along(axis) + (known ? '' : ' in voxels'),
      label: (known ? label : label.replace('µm', 'voxel')) + where,
    }];
  }))));
}

const numberOf = ({ row }: MeasuredImage, column: string): number | null => {
  const cell = row[column];
  if (cell === undefined || cell === null || cell === '') return null;
  return Number.isFinite(Number(cell)) ? Number(cell) : null;
};

const textOf = ({ row }: MeasuredImage, column: string): string => String(row[column] ?? '');

const COLOURS: Readonly<Record<string, string>> = { 1: 'p1', 2: 'p2', 3: 'p3' };
const colourClass = (phase: string): string => COLOURS[phase] ?? 'p0';

function pictures(data: MeasureReportData, columns: readonly MeasuredColumn[]): string {
  const shown = data.images.filter(({ slice }) => slice !== null);
  if (shown.length === 0) return '';
  const figures = shown.map((image) => {
    const facts = columns.filter(({ quantity, axis }) => quantity === M_FACTOR && axis === 'z')
      .map(({ column, phase }) => `${phaseTitle(phase, data.names)}: M ${readable(numberOf(image, column), 3)}`);
    return sliceFigure({ ...image.slice!, name: image.name, caption: facts.join(', ') });
  });
  const labels = shown.flatMap(({ slice }) => [...new Set(slice!.labels)]);
  return section(
    'images', 'Images', labelLegend(labels, data.names),
    `<div class="grid" style="--n:${Math.min(4, Math.max(2, shown.length))}">${figures.join('\n')}</div>`,
  );
}

function tables({ images, names }: MeasureReportData, columns: readonly MeasuredColumn[]): string {
  const phases = [...new Set(columns.map(({ phase }) => phase))];
  const parts = phases.map((phase) => {
    const own = columns.filter((column) => column.phase === phase);
    const rows = images.map((image): Cell[] => (textOf(image, 'error') === ''
      ? [image.name, ...own.map(({ column }) => cellText(image, column))]
      : [image.name, 'failed', ...own.slice(1).map(() => '')]));
    return `<h3>${escape(phaseTitle(phase, names))}</h3>` +
      tableHtml('– where a quantity does not exist.', ['image', ...own.map(({ label }) => label)], rows);
  });
  return phases.length === 0 ? '' : section('numbers', 'Numbers', ...parts);
}

function cellText(image: MeasuredImage, column: string): string {
  const text = textOf(image, column);
  return text === 'true' ? 'yes' : text === 'false' ? 'no' : readable(numberOf(image, column), 4);
}

/** Quantities that charts show, as far as they were measured and differ. */
function charts({ images, names }: MeasureReportData, columns: readonly MeasuredColumn[]): string {
  const measured = images.filter((image) => textOf(image, 'error') === '');
  if (measured.length < 2) return '';
  const phases = [...new Set(columns.map(({ phase }) => phase))];
  const of = (quantity: Quantity, phase: string, axis: Axis): MeasuredColumn | undefined =>
    columns.find((column) => column.quantity === quantity && column.phase === phase && column.axis === axis);
  const pairs = columns.filter(({ quantity }) => quantity.symbol !== null && !TRANSPORT_QUANTITIES.includes(quantity));
  const quantities = [...new Map(pairs.map((column) => [column.key, column])).values()];
  const against = quantities.flatMap((one): string[] => {
    const series = phases.flatMap((phase): Points[] => {
      const column = columns.find((other) => other.key === one.key && other.phase === phase);
      const solved = of(M_FACTOR, phase, one.axis) ?? of(M_FACTOR, phase, 'z');
      if (column === undefined || solved === undefined) return [];
      const both = measured.map((image) => [numberOf(image, column.column), numberOf(image, solved.column)] as const)
        .filter((pair): pair is [number, number] => pair[0] !== null && pair[1] !== null);
      return both.length === 0 ? [] : [{
        colour: colourClass(phase), mark: 'test', x: both.map(([x]) => x), y: both.map(([, y]) => y),
      }];
    });
    if (series.length === 0) return [];
    return [scatter(series, {
      title: `M and ${one.quantity.symbol}`, xLabel: one.label, yLabel: axisTitle(M_FACTOR), width: 236, height: 220,
    })];
  });
  const across = [M_FACTOR, ...QUANTITIES.filter(({ symbol }) => symbol !== null)].flatMap((quantity): string[] => {
    const series = phases.flatMap((phase): Points[] => {
      const column = columns.find((one) => one.quantity === quantity && one.phase === phase);
      const places = images.flatMap((image, i) => {
        const y = column === undefined ? null : numberOf(image, column.column);
        return y === null ? [] : [{ x: i + 1, y }];
      });
      return places.length === 0
        ? []
        : [{ colour: colourClass(phase), mark: 'test', x: places.map(({ x }) => x), y: places.map(({ y }) => y) }];
    });
    return series.length === 0 ? [] : [scatter(series, {
      title: fullTitle(quantity), xLabel: 'image, in the order of the table', yLabel: axisLabel(quantity), width: 360,
      height: 210,
    })];
  });
  const grid = (figures: readonly string[], n: number): string =>
    `<div class="grid" style="--n:${n}">${figures.map((svg) => `<figure>${svg}</figure>`).join('\n')}</div>`;
  return section(
    'charts', 'How they differ', labelLegend(phases.map(Number), names), grid(against, 4),
    '<p>The same quantities from image to image.</p>', grid(across, 3),
  );
}

/** The report as one HTML document without scripts and without requests; light and dark, ready to print. */
export function measureReport(data: MeasureReportData): string {
  checkArguments('measureReport', { data: [data, has<MeasureReportData>('title', 'names', 'images')] });
  const { title, names, images } = data;
  const columns = measuredColumns(images.map(({ row }) => row));
  const failed = images.filter((image) => textOf(image, 'error') !== '');
  const tiles = columns.filter(({ quantity, axis }) => quantity === M_FACTOR && axis === 'z')
    .map(({ column, phase }): Tile => {
      const values = images.map((image) => numberOf(image, column)).filter((value) => value !== null);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const range = values.length < 2 || low === high ? readable(low, 4) : `${readable(low, 3)} – ${readable(high, 3)}`;
      return [`M of ${phaseTitle(phase, names)}`, range, `${values.length} images`];
    });
  const told = images.flatMap((image) => ['error', 'problems', 'warnings'].flatMap((column) => {
    const text = textOf(image, column);
    const named = text.startsWith(`${image.name}:`) ? text : `${image.name}: ${text}`;
    return text === '' ? [] : [`<p class="${column === 'problems' ? 'note' : 'warn'}">${escape(named)}</p>`];
  }));
  return page(title, [
    `<header><p class="kind">voxelith · measured images</p><h1>${escape(title)}</h1>`
      + `<p class="lead">Descriptors and M-factor of ${images.length - failed.length} images`
      + `${failed.length > 0 ? `; ${failed.length} failed` : ''}.</p>`
      + `${tilesHtml(tiles)}${told.join('')}</header>`,
    pictures(data, columns), tables(data, columns), charts(data, columns),
    reproducibilitySection(data.reproducibility),
  ].filter(Boolean).join('\n'));
}

// Report of the descriptors of one image: one self-contained HTML document, a pure function of its data.
import { checkArguments, has } from '../core/arguments.js';
import { axisIndex, AXES, type Axis } from '../core/grid.js';
import { phaseTitle, type PhaseNames } from '../core/phase-names.js';
import { describeRow } from '../descriptors/describe.js';
import { sizesConvention, type Description, type PhaseDescription } from '../descriptors/description.js';
import { lines, type Line } from './chart.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, readable, section, tableHtml, tilesHtml, warningsHtml, type Tile } from './html.js';
import { page } from './page.js';
import { labelLegend, sliceFigure, type LabelSlice } from './slices.js';

/** What the report of descriptors is made from. */
export interface DescribeReportData {
  readonly title: string;
  /** What the labels are called. */
  readonly names?: PhaseNames;
  readonly description: Description;
  /** A plane of the labels. */
  readonly slice?: LabelSlice;
  /** Machine, version, command, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** The page's colours; further phases share one. */
const COLOURS: Readonly<Record<string, string>> = { 1: 'p1', 2: 'p2', 3: 'p3' };

/** A description, and what its labels are called. */
type Named = Description & { readonly names: PhaseNames };

/** A chart with a line for each phase that has the curve. */
function chart(
  { phases, names }: Named, texts: { title: string; xLabel: string; yLabel: string; yScale?: 'log'; names?: 'none' },
  ...curves: readonly { readonly name: string; readonly of: (phase: PhaseDescription) => Curve | undefined }[]
): string[] {
  const series = Object.entries(phases).flatMap(([label, phase]) => curves.flatMap(({ name, of }, k): Line[] => {
    const curve = of(phase);
    return curve === undefined || curve.x.length === 0
      ? []
      : [{ name: `${phaseTitle(label, names)}${name}`, colour: COLOURS[label] ?? 'p0', dashed: k > 0, ...curve }];
  }));
  return series.length === 0 ? [] : [`<figure>${lines(series, { ...texts, width: 460, height: 280 })}</figure>`];
}

const share = (counts: readonly number[]): number[] => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
};

function grid(id: string, title: string, text: string, figures: readonly string[], legend = ''): string {
  return figures.length === 0
    ? ''
    : section(id, title, `<p>${text}</p>${legend}`, `<div class="grid" style="--n:2">${figures.join('\n')}</div>`);
}

/** Which colour is which phase. */
function legendOf({ phases, names }: Named): string {
  const entries = Object.keys(phases).map((label) =>
    `<li><span class="swatch" style="background:var(--${COLOURS[label] ?? 'muted'})"></span>` +
      `${escape(phaseTitle(label, names))}</li>`);
  return `<ul class="legend">${entries.join('')}</ul>`;
}

function curveSections(description: Named): string[] {
  const { shape, voxelSizeUm } = description;
  const unit = voxelSizeUm === null ? 'voxels' : 'µm';
  const edge = (axis: Axis): number =>
    (voxelSizeUm === null ? 1 : typeof voxelSizeUm === 'number' ? voxelSizeUm : voxelSizeUm[axisIndex(axis)]);
  const each = (make: (axis: Axis) => string[]): string[] => AXES.flatMap(make);
  const places = (axis: Axis, count: number, first: number): number[] =>
    Array.from({ length: count }, (_, i) => (i + first) * edge(axis));
  const flat = (axis: Axis): boolean => shape[axisIndex(axis)] < 3;
  return [
    grid('sizes', 'Radii of bulges and bottlenecks', 'Share of the window that balls of a radius cover: ' +
        'anywhere in the phase (CPSD), and those that enter from a face (SMIP, dashed).',
      each((axis) => chart(description, {
        title: `CPSD and SMIP along ${axis}`, xLabel: `radius / ${unit}`, yLabel: 'volume fraction',
      },
        {
          name: '',
          of: (phase) => {
            const curves = phase.constrictivity?.[axis]?.curves;
            return curves && { x: curves.radius, y: curves.cpsd };
          },
        },
        {
          name: ', SMIP',
          of: (phase) => {
            const curves = phase.constrictivity?.[axis]?.curves;
            return curves && { x: curves.radius, y: curves.smip };
          },
        }))),
    grid('two-point', 'Two-point coverage', 'Probability that both ends of a lag lie in the phase, ' +
        'and its covariance: where that has fallen to 0 the structure has forgotten itself.',
      each((axis) => flat(axis) ? [] : [
        ...chart(description, { title: `Coverage along ${axis}`, xLabel: `lag / ${unit}`, yLabel: 'C(h)' },
          {
            name: '',
            of: (phase) => {
              const curve = phase.twoPoint?.[axis];
              return curve && { x: curve.lag, y: curve.coverage };
            },
          }),
        ...chart(description, { title: `Centred, along ${axis}`, xLabel: `lag / ${unit}`, yLabel: 'covariance' },
          {
            name: '',
            of: (phase) => {
              const curve = phase.twoPoint?.[axis];
              return curve && { x: curve.lag, y: curve.centred };
            },
          }),
      ])),
    grid('chords', 'Chords and lineal path', 'Lengths of chords with both ends inside the window, ' +
        'and the probability that a segment lies wholly in the phase.',
      each((axis) => flat(axis) ? [] : [
        ...chart(description, { title: `Whole chords along ${axis}`, xLabel: `length / ${unit}`, yLabel: 'share' },
          {
            name: '',
            of: (phase) => {
              const found = phase.chordLength?.[axis];
              return found && { x: found.length, y: share(found.whole) };
            },
          }),
        ...chart(description, {
          title: `Lineal path along ${axis}`, xLabel: `length / ${unit}`, yLabel: 'L(h)', yScale: 'log',
        },
          {
            name: '',
            of: (phase) => {
              const found = phase.linealPath?.[axis];
              return found && { x: found.lag, y: found.probability };
            },
          }),
      ])),
    grid('profiles', 'Profiles', 'Volume fraction of every plane and specific surface area of every two neighbouring ' +
        'planes across each axis.',
      each((axis) => flat(axis) ? [] : [
        ...chart(description, {
          title: `ε across ${axis}`, xLabel: `${axis} / ${unit}`, yLabel: 'volume fraction', names: 'none',
        },
          {
            name: '',
            of: (phase) => { const y = phase.profiles?.[axis]; return y && { x: places(axis, y.length, 0.5), y }; },
          }),
        ...chart(description, {
          title: `S across ${axis}`, xLabel: `${axis} / ${unit}`, yLabel: `S · ${unit === 'µm' ? 'µm' : 'voxel'}`,
          names: 'none',
        },
          {
            name: '',
            of: (phase) => {
              const y = phase.surfaceProfiles?.[axis];
              return y && { x: places(axis, y.length, 1), y };
            },
          }),
      ]), legendOf(description)),
  ];
}

/** The structure itself, with a legend of the labels in the plane. */
function structureSection(slice: LabelSlice, names: PhaseNames): string {
  return section(
    'structure', 'Structure', labelLegend(slice.labels, names),
    `<div class="grid" style="--n:2">${sliceFigure(slice)}</div>`,
  );
}

/** The report as one HTML document without scripts and without requests; light and dark, ready to print. Curves that
 *  the description does not hold are left out. */
export function describeReport(data: DescribeReportData): string {
  checkArguments('describeReport', { data: [data, has<DescribeReportData>('title', 'description')] });
  const { title, names = {}, description, slice, reproducibility } = data;
  const { shape, phases, skipped = {} } = description;
  const tiles = Object.entries(phases).filter(([, { volumeFraction }]) => volumeFraction !== undefined)
    .map(([label, { volumeFraction }]): Tile =>
      [phaseTitle(label, names), readable(volumeFraction, 4), 'volume fraction ε']);
  const titles = Object.keys(phases).map((label) => phaseTitle(label, names)).join(', ');
  const doubts = [
    ...(description.warnings ?? []), ...Object.entries(skipped).map(([name, reason]) => `left out: ${name} ${reason}`),
  ];
  const rows = Object.entries(describeRow(description))
    .map(([name, value]) => [name, typeof value === 'number' || value === null ? readable(value, 5) : String(value)]);
  return page(title, [
    `<header><p class="kind">voxelith · descriptors</p><h1>${escape(title)}</h1>`
      + `<p class="lead">${escape(titles)} of a window of ${shape.join(' × ')} voxels (z, y, x).</p>`
      + `${tilesHtml(tiles)}${warningsHtml(doubts)}</header>`,
    slice === undefined ? '' : structureSection(slice, names),
    ...curveSections({ ...description, names }),
    rows.length === 0 ? '' : section('numbers', 'Numbers', tableHtml(
      ['Names are those of the columns of describe’s table', sizesConvention(description)].filter(Boolean).join('; ') +
        '.', ['descriptor', 'value'], rows,
    )),
    reproducibilitySection(reproducibility),
  ].filter(Boolean).join('\n'));
}

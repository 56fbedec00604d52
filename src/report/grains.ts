// Report of the grains of one phase: one self-contained HTML document, a pure function of its data.
import { checkArguments, has } from '../core/arguments.js';
import { phaseTitle, type PhaseNames } from '../core/phase-names.js';
import type { Phase } from '../core/volume.js';
import type { GrainSizes, SizePercentiles } from '../descriptors/grain-sizes.js';
import type { GrainTable } from '../descriptors/grain-table.js';
import { histogram } from './bars.js';
import { lines } from './chart.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, readable, section, tableHtml, tilesHtml, warningsHtml } from './html.js';
import { page } from './page.js';
import { pictureSvg, type Plane } from './slices.js';
import { indexedPng, pngDataUri } from './png.js';

/** Numbers of grains in a plane, row by row; 0: none. */
export interface GrainSlice extends Plane {
  readonly caption: string;
  /** Number of the grain at each pixel. */
  readonly values: Uint32Array;
}

/** What the report of grains is made from. */
export interface GrainsReportData {
  readonly title: string;
  /** What the labels are called. */
  readonly names?: PhaseNames;
  /** Label of the grains. */
  readonly phase: Phase;
  /** Edge of a voxel in µm, or edges (z, y, x); null: unknown, and lengths are in voxels. */
  readonly voxelSizeUm: number | readonly number[] | null;
  /** Grain by grain. */
  readonly table: GrainTable;
  /** Sizes of all grains. */
  readonly sizes: GrainSizes;
  /** Sizes of the whole ones alone. */
  readonly sizesInside: GrainSizes;
  /** A plane of the grains. */
  readonly slice?: GrainSlice;
  /** What a reader should know, one line each. */
  readonly notes?: readonly string[];
  /** Version, command, machine, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

/** Colours in which neighbours seldom look alike: hues by the golden angle, three lightnesses. */
const PALETTE = Array.from({ length: 254 }, (_, k): readonly number[] => {
  const hue = (k * 137.508) % 360;
  const light = [0.62, 0.48, 0.74][k % 3];
  const chroma = 0.62 * (1 - Math.abs(2 * light - 1));
  return [0, 8, 4].map((n) => {
    const at = (n + hue / 30) % 12;
    return Math.round(255 * (light - (chroma / 2) * Math.max(-1, Math.min(at - 3, 9 - at, 1))));
  });
});

/** Colour of a grain as red, green, blue; of what is none, grey. */
export function grainColour(grain: number): readonly number[] {
  checkArguments('grainColour', { grain: [grain, 'number'] });
  return grain === 0 ? [236, 236, 232] : PALETTE[(grain - 1) % PALETTE.length];
}

function sliceSection(slice: GrainSlice): string {
  const pixels = Uint8Array.from(slice.values, (n) => (n === 0 ? 0 : 1 + ((n - 1) % PALETTE.length)));
  const uri = pngDataUri(indexedPng(pixels, slice.width, slice.height, [grainColour(0), ...PALETTE]));
  const figure =
    `<figure>${pictureSvg('grains', uri, slice)}<figcaption>${escape(slice.caption)}</figcaption></figure>`;
  return section('slice', 'Grains', `<div class="grid" style="--n:2">${figure}</div>`);
}

const sizeRow = (name: string, sizes: SizePercentiles | null): string[] =>
  [name, ...(['mean', 'd10', 'd50', 'd90'] as const).map((key) => readable(sizes?.[key], 4))];

function sizeSection({ table, sizes, sizesInside }: GrainsReportData, unit: string): string {
  const diameters = Array.from(table.equivalentDiameter).sort((a, b) => a - b);
  const order = [...table.volume.keys()].sort((a, b) => table.equivalentDiameter[a] - table.equivalentDiameter[b]);
  const total = table.volume.reduce((a, b) => a + b, 0);
  let sum = 0;
  const shares = order.map((k) => (sum += table.volume[k]) / total);
  const rows = [
    ['all'], sizeRow('by number', sizes.byNumber), sizeRow('by volume', sizes.byVolume),
    [`${sizesInside.count} whole ones, weighted for those that the window cuts`],
    sizeRow('by number', sizesInside.byNumber), sizeRow('by volume', sizesInside.byVolume),
  ];
  const xLabel = `equivalent diameter / ${unit}`;
  return section(
    'sizes', 'Sizes',
    '<div class="grid" style="--n:2">'
      + `<figure>${histogram([diameters], {
        title: 'Grains by size', xLabel, yLabel: 'grains', colour: 'p2', width: 460, height: 280,
        description: `Histogram of the equivalent diameters of ${table.count} grains`,
      })}</figure>`
      + `<figure>${lines([
        { name: 'by number', colour: 'p1', x: diameters, y: diameters.map((_, k) => (k + 1) / diameters.length) },
        { name: 'by volume', colour: 'p2', dashed: true, x: diameters, y: shares },
      ], { title: 'Share up to a size', xLabel, yLabel: 'share', width: 460, height: 280 })}</figure></div>`,
    tableHtml(`Equivalent diameters / ${unit}`, ['', 'mean', 'D10', 'D50', 'D90'], rows),
  );
}

/** The report as one HTML document without scripts and without requests. */
export function grainsReport(data: GrainsReportData): string {
  checkArguments('grainsReport', { data: [data, has<GrainsReportData>('title', 'table', 'sizes')] });
  const { title, names = {}, phase, voxelSizeUm, table, sizes, slice, notes = [], reproducibility } = data;
  const unit = voxelSizeUm === null ? 'voxels' : 'µm';
  const mean = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((a, b) => a + b, 0) / Math.max(1, table.count);
  const spheres = table.sphericity.filter((value) => value !== null);
  const cut = table.touchesWindow.filter(Boolean).length;
  const name = phaseTitle(String(phase), names);
  return page(title, [
    `<header><p class="kind">voxelith · grains</p><h1>${escape(title)}</h1>`
      + `<p class="lead">Grains of ${escape(name)} in a window of ${table.shape.join(' × ')} voxels (z, y, x).</p>`
      + tilesHtml([
        ['grains', String(table.count), `${cut} of them at the window`],
        ['D50', `${readable(sizes.byVolume?.d50, 4)} ${unit}`, 'by volume'],
        ['contacts', readable(mean(table.contacts), 3), 'per grain'],
        ['sphericity', readable(mean(spheres) * table.count / Math.max(1, spheres.length), 3), 'mean'],
      ])
      + `${warningsHtml(notes)}</header>`,
    slice === undefined ? '' : sliceSection(slice),
    sizeSection(data, unit),
    reproducibilitySection(reproducibility),
  ].filter(Boolean).join('\n'));
}

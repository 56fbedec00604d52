// Report of an import: what was read, what each step did to it, and what came out. One self-contained HTML document, a
// pure function of its data.
import { checkArguments, has } from '../core/arguments.js';
import { voxelCount } from '../core/grid.js';
import { labelFractions, type LabelVolume } from '../core/volume.js';
import type { StepRecord } from '../image/import.js';
import type { StepChange } from '../image/step-change.js';
import type { VoxelArray } from '../io/voxels.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { greyFigure, greyHistogramFigure } from './greys.js';
import { escape, readable, section, tableHtml, tilesHtml, warningsHtml, type Cell, type Tile } from './html.js';
import { page } from './page.js';
import { axesAcross, labelLegend, planeText, sliceFigure, sliceOf } from './slices.js';

/** A step of an import as its report shows it. */
export interface ImportReportStep {
  /** The step with all its settings. */
  readonly record: StepRecord;
  /** What it did to the image, as histograms and planes. */
  readonly change: StepChange;
  /** How it was set, and what it found. */
  readonly text: string;
}

/** What the report of an import is made from. */
export interface ImportReportData {
  readonly title: string;
  /** As read. */
  readonly read: VoxelArray;
  /** Whether that was grey values. */
  readonly grey: boolean;
  /** Grey values as the segmentation got them; null when none was done. */
  readonly segmented: VoxelArray | null;
  /** In order. */
  readonly steps: readonly ImportReportStep[];
  /** The image after all steps. */
  readonly result: VoxelArray;
  /** The result as labels; null when it holds grey values. */
  readonly labels: LabelVolume | null;
  /** One line each. */
  readonly warnings: readonly string[];
  /** Program, command, provenance, machine, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

const percent = (share: number): string => `${readable(100 * share, 3)} %`;

function header({ title, read, result, labels, warnings }: ImportReportData): string {
  const tiles: Tile[] = labels === null ? [] : [...labelFractions(labels.labels)].map(
    ([label, fraction]): Tile => [`phase ${label}`, readable(fraction, 4), 'volume fraction ε'],
  );
  const size = ({ shape }: VoxelArray): string => shape.join(' × ');
  const after = size(read) === size(result) ? '' : `, ${size(result)} of them afterwards`;
  return `<header><p class="kind">voxelith · import</p><h1>${escape(title)}</h1>` +
    `<p class="lead">${labels === null ? 'Grey values' : 'Labels'} from an image of ${size(read)} voxels (z, y, x)` +
    `${after}.</p>${tilesHtml(tiles)}${warningsHtml(warnings)}</header>`;
}

/** Rows of pictures, one per axis: as read, as segmented where that differs, as they are now. */
function slicesSection({ read, grey, segmented, result, labels }: ImportReportData): string {
  const filtered = segmented !== null && segmented.data !== read.data ? segmented : null;
  const pictures = axesAcross(result.shape).flatMap((axis) => {
    const text = planeText(axis);
    const before = grey ? greyFigure(read, 'As read', text, axis)
      : sliceFigure(sliceOf(asLabels(read), axis, 'As read', text));
    return [
      before,
      ...(filtered === null ? [] : [greyFigure(filtered, 'Before segmentation', text, axis)]),
      labels === null ? greyFigure(result, 'Result', text, axis) : sliceFigure(sliceOf(labels, axis, 'Labels', text)),
    ];
  });
  const legend = labels === null ? '' : labelLegend([...labelFractions(labels.labels).keys()]);
  return section(
    'slices', 'Before and after', legend,
    `<div class="grid" style="${filtered === null ? '--n:2;max-width:740px' : '--n:3'}">${pictures.join('\n')}</div>`,
  );
}

/** What was read as labels is bytes, or numbers that are. */
function asLabels({ data, ...grid }: VoxelArray): LabelVolume {
  return { ...grid, labels: data instanceof Uint8Array ? data : Uint8Array.from(data) };
}

function greysSection({ read, grey, segmented, steps, result, labels }: ImportReportData): string {
  if (!grey) return '';
  const record = steps.find((step) => step.record.step === 'segment')?.record;
  const thresholds = (record?.thresholds ?? []) as readonly number[];
  const means = (record?.means ?? []) as readonly number[];
  const shown = segmented ?? (labels === null ? result : read);
  const asRead = shown.data === read.data;
  const caption = record === undefined ? '' : means.length > 0
    ? 'Solid: grey values of the classes as they were estimated, without blur. Dashed: half way between them.'
    : 'Dashed: thresholds. Each should lie in a valley.';
  const figures = [
    ...(asRead ? [] : [greyHistogramFigure(read, [], { width: 460 })]),
    greyHistogramFigure(shown, thresholds, {
      title: asRead ? 'Grey values as read' : 'Grey values after the steps before', means, caption, width: 460,
    }),
  ];
  return section('greys', 'Grey values', `<div class="grid" style="--n:2">${figures.join('\n')}</div>`);
}

function changeCells({ changed, share, rms, voxels: [before, after] }: StepChange): Cell[] {
  const moved = changed === null || share === null
    ? [before === after ? '–' : `${before} → ${after}`, '–'] : [String(changed), percent(share)];
  return [...moved, rms === null ? '–' : readable(rms, 3)];
}

function stepsSection({ steps }: ImportReportData): string {
  if (steps.length === 0) return '';
  const rows = steps.map(({ record, change, text }): Cell[] => [
    { html: `${escape(String(record.step))}<small>${escape(text)}</small>` }, ...changeCells(change),
  ]);
  return section('steps', 'What each step changed', tableHtml(
    'Voxels whose number a step changed, of those that it was given; of a crop those that it cut away. The change of ' +
      'grey values is the root of its mean square over all voxels.',
    ['step', 'voxels', 'share', 'change of grey values'], rows,
  ));
}

function labelsSection({ labels }: ImportReportData): string {
  if (labels === null) return '';
  const voxels = voxelCount(labels.shape);
  const rows = [...labelFractions(labels.labels)].map(
    ([label, fraction]): Cell[] => [`phase ${label}`, String(Math.round(fraction * voxels)), readable(fraction, 5)],
  );
  return section('labels', 'Labels', tableHtml('', ['', 'voxels', 'volume fraction'], rows));
}

/** The report as one HTML document without scripts and without requests; light and dark, ready to print. */
export function importReport(data: ImportReportData): string {
  checkArguments('importReport', { data: [data, has<ImportReportData>('title', 'read', 'steps', 'result')] });
  return page(data.title, [
    header(data), slicesSection(data), greysSection(data), stepsSection(data), labelsSection(data),
    reproducibilitySection(data.reproducibility),
  ].filter(Boolean).join('\n'));
}

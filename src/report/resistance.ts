// Report of the resistance of an electrode on its voxels: one self-contained HTML document, a pure function of its
// data.
import { checkArguments, has } from '../core/arguments.js';
import type { Axis, Face } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';
import type { CellDescription } from '../cell/file/read.js';
import type { ElectrodeResistance, ResistanceShares } from '../resolved/resistance.js';
import { modelCard } from './cell.js';
import { lines, type Line } from './chart.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, figuresHtml, readable, section, tableHtml, tilesHtml, warningsHtml, type Tile } from './html.js';
import { page } from './page.js';

/** What the report of an electrode's resistance is made from. */
export interface ResistanceReportData {
  readonly title: string;
  /** Grid of the electrode. */
  readonly volume: Pick<LabelVolume, 'shape' | 'voxelSizeUm'>;
  /** Axis that the current crosses. */
  readonly axis: Axis;
  /** Face of the image at the separator. */
  readonly separator: Face;
  /** The cell and where its numbers come from. */
  readonly description: CellDescription;
  readonly result: ElectrodeResistance;
  /** What a reader should know, one line each. */
  readonly notes?: readonly string[];
  /** Version, command, machine, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

const SHARES: Readonly<Record<keyof ResistanceShares, string>> = {
  separator: 'separator', contact: 'contacts', foil: 'lithium foil', electrolyte: 'ions in the electrolyte',
  electrons: 'electrons in active material and carbon', interface: 'interface: charge transfer and film',
};

/** Ω m² as people give it. */
const perSquareCentimetre = (value: number | null): string => readable(value === null ? null : 1e4 * value, 4);
const percent = (share: number): string => `${readable(100 * share, 3)} %`;

/** How far the voxels are from the homogenised electrode, as a tile. */
function differenceTile({ homogenised }: ElectrodeResistance): Tile[] {
  if (homogenised === null) return [];
  const { difference, resistance } = homogenised;
  if (difference === null) return [['homogenised', '–', 'a phase does not percolate by itself: there is none']];
  return [['against homogenised', `${difference < 0 ? '−' : '+'}${percent(Math.abs(difference))}`,
    `the voxels resist ${difference < 0 ? 'less' : 'more'} than ${perSquareCentimetre(resistance)} Ω cm²`]];
}

function header({ title, volume: { shape, voxelSizeUm }, axis, separator, result, notes = [] }: ResistanceReportData):
  string {
  const size = voxelSizeUm === null ? ''
    : ` (${shape.map((n, i) => readable(n * voxelSizeUm[i], 3)).join(' × ')} µm)`;
  const { area } = result;
  return '<header><p class="kind">voxelith · resistance on the voxels</p>' +
    `<h1>${escape(title)}</h1><p class="lead">Ions, electrons and the interface between them in a window of ` +
    `${shape.join(' × ')} voxels${size}, by one linear solve at rest; the current crosses it along ${axis}, with the ` +
    `separator at the ${separator} face.</p>${tilesHtml([
      ['resistance', `${perSquareCentimetre(result.resistance)} Ω cm²`,
        `of the whole cell at stoichiometry ${readable(result.stoichiometry, 4)}`],
      ['electrode', `${perSquareCentimetre(result.electrode)} Ω cm²`, 'from separator to collector'],
      ...differenceTile(result),
      ['interface', `${readable(area.corrected / 1e6, 4)} 1/µm`,
        `faces of voxels ${readable(area.faces / 1e6, 4)}; ${perSquareCentimetre(result.interfaceResistance)} Ω for ` +
        'each cm² of it'],
    ])}${warningsHtml(notes)}</header>`;
}

function lossesSection({ result: { shares, resistance } }: ResistanceReportData): string {
  const parts = Object.keys(SHARES) as (keyof ResistanceShares)[];
  return section('losses', 'Where it resists', tableHtml(
    'Shares of the resistance by where power is lost; they add up to it.', ['share', 'Ω cm²', 'of all'], [
      ...parts.map((name) => [SHARES[name], perSquareCentimetre(shares[name]), percent(shares[name] / resistance)]),
      ['together', perSquareCentimetre(resistance), percent(1)],
    ],
  ));
}

function reactionSection({ result: { depthUm, reaction, homogenised } }: ResistanceReportData): string {
  const curves: Line[] = [{ name: 'voxels', colour: 'p2', x: depthUm, y: reaction }];
  const smooth = homogenised?.reaction ?? null;
  if (smooth !== null) curves.push({ name: 'homogenised', colour: 'p0', dashed: true, x: depthUm, y: smooth });
  return section('reaction', 'Where it reacts', figuresHtml(lines(curves, {
    title: 'Reaction over the depth', xLabel: 'depth from the separator (µm)', yLabel: 'over its mean', names: 'ends',
    width: 960, height: 300,
  })), '<p>Share of the current that changes from ions to electrons in each plane of voxels; 1 is its mean.</p>');
}

function homogenisedSection({ result }: ResistanceReportData): string {
  const { homogenised, electrode } = result;
  if (homogenised === null) return '';
  const { volumeFractions, mFactor, electronicConductivity, depthNumber, resistance, difference } = homogenised;
  const carbon = volumeFractions.carbon > 0 ? [['volume fraction of carbon', percent(volumeFractions.carbon)]] : [];
  const verdict = difference === null
    ? 'A phase does not percolate by itself, so that as homogeneous media the electrode carries no current.'
    : 'A porous electrode of two homogeneous media in closed form; the voxels resist ' +
      `${percent(Math.abs(difference))} ${difference < 0 ? 'less' : 'more'}.`;
  return section('homogenised', 'Against homogeneous media', `<p>${verdict}</p>`, tableHtml(
    'What the homogeneous electrode takes from the same image, and what it comes to.', ['quantity', 'value'], [
      ['volume fraction of electrolyte', percent(volumeFractions.electrolyte)],
      ['volume fraction of active material', percent(volumeFractions.active)], ...carbon,
      ['M of the electrolyte', readable(mFactor, 4)],
      ['conductivity for electrons (S/m)', readable(electronicConductivity, 4)],
      ['interface per volume (1/µm)', readable(result.area.corrected / 1e6, 4)],
      ['thickness (µm)', readable(1e6 * result.thickness, 4)],
      ['thickness over depth of the reaction ν', readable(depthNumber, 4)],
      ['resistance, homogeneous (Ω cm²)', perSquareCentimetre(resistance)],
      ['resistance, voxels (Ω cm²)', perSquareCentimetre(electrode)],
      ['voxels over homogeneous, less 1', readable(difference, 3)],
    ],
  ));
}

const ASSUMPTIONS = [
  'At rest and at once: the interface conducts as its kinetics do without a current, lithium has not moved.',
  'Electrons in active material and carbon, ions in the electrolyte, on the voxels of the image. Closed sides.',
  'Separator, foil and contacts as resistances from the cell file. Of the electrode’s region the materials are used; ' +
    'volume fractions, M, area and radius are those of the image.',
];

/** The report of a resistance on voxels as one HTML document without scripts and without requests. */
export function resistanceReport(data: ResistanceReportData): string {
  checkArguments('resistanceReport', { data: [data, has<ResistanceReportData>('title', 'volume', 'result')] });
  const { result: { solves, iterations }, description, reproducibility } = data;
  return page(data.title, [
    header(data), lossesSection(data), reactionSection(data), homogenisedSection(data),
    modelCard(ASSUMPTIONS, description.entries),
    reproducibilitySection([
      { label: 'work', value: `${iterations} iterations in ${solves} linear solves` }, ...reproducibility,
    ]),
  ].filter(Boolean).join('\n'));
}

// Report of discharges on the voxels of an electrode: one self-contained HTML document, a pure function of its data.
import { checkArguments, has } from '../core/arguments.js';
import { AXES, axisIndex, type Axis, type Face } from '../core/grid.js';
import type { PhaseNames } from '../core/phase-names.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import type { CellDescription } from '../cell/file/read.js';
import type { GrainTable } from '../descriptors/grain-table.js';
import { stateOfCharge, stateOfChargeMap, type GrainLithium } from '../resolved/maps.js';
import { momentText } from '../resolved/moments.js';
import type { DepthProfile, ResolvedDischarge, ResolvedMap } from '../resolved/result.js';
import { modelCard, perHour } from './cell.js';
import { lines, lineStyle, scatter, type Line } from './chart.js';
import { endText } from './ends.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, figuresHtml, readable, section, tableHtml, tilesHtml, warningsHtml } from './html.js';
import { page } from './page.js';
import { labelLegend } from './slices.js';
import { besideColour, socFigures } from './soc.js';

/** What the report of discharges on voxels is made from. */
export interface Discharge3dReportData {
  readonly title: string;
  /** What the labels are called. */
  readonly names?: PhaseNames;
  /** The electrode. */
  readonly volume: LabelVolume;
  /** Label of the active material. */
  readonly active: Phase;
  /** Axis that the current crosses. */
  readonly axis: Axis;
  /** Face of the image at the separator. */
  readonly separator: Face;
  /** The cell and where its numbers come from. */
  readonly description: CellDescription;
  /** Of one electrode, each from the start. Pictures where they have maps, profiles where they have profiles. */
  readonly runs: readonly ResolvedDischarge[];
  /** Grains of the active material, and their lithium at the end of each run; null for one that has no map. */
  readonly grains?: {
    readonly table: Pick<GrainTable, 'equivalentDiameter' | 'centroid' | 'voxels'>;
    readonly lithium: readonly (GrainLithium | null)[];
  };
  /** What a reader should know, one line each. */
  readonly notes?: readonly string[];
  /** Version, command, machine, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

const rateName = ({ rate }: ResolvedDischarge): string => `${readable(Math.abs(rate), 2)} C`;
const percent = (share: number, digits = 3): string => `${readable(100 * share, digits)} %`;
/** Of the page, for three charts in a row. */
const THIRD = 360;
const wide = { width: 480, height: 300, names: 'ends' } as const;
/** A value that is none, as lines want it. */
const gaps = (values: readonly number[]): (number | null)[] =>
  values.map((value) => (Number.isFinite(value) ? value : null));

/** Share of the material that a run used: mean state of charge at the begin less that at the end. */
function usedShare(run: ResolvedDischarge): number {
  const [first, last] = [run.stoichiometry[0], run.stoichiometry[run.stoichiometry.length - 1]];
  return stateOfCharge(run, first) - stateOfCharge(run, last);
}

function header({ title, volume, axis, separator, runs, notes = [] }: Discharge3dReportData): string {
  const { shape, voxelSizeUm } = volume;
  const size = voxelSizeUm === null ? ''
    : ` (${shape.map((n, i) => readable(n * voxelSizeUm[i], 3)).join(' × ')} µm)`;
  const best = runs.reduce((a, b) => (Math.abs(b.capacity) > Math.abs(a.capacity) ? b : a));
  const { active: { voxels, dead, wired, touching }, area } = best;
  const failed = runs.filter(({ endedBy }) => endedBy === 'stuck' || endedBy === 'noPotentials')
    .map((run) => `The run at ${rateName(run)} stopped before a limit: ${endText(run.endedBy)}.`);
  return `<header><p class="kind">voxelith · discharge on the voxels</p><h1>${escape(title)}</h1>`
    + `<p class="lead">Potentials, lithium and reaction in a window of ${shape.join(' × ')} voxels${size}; the current `
    + `crosses it along ${axis}, with the separator at the ${separator} face.</p>${tilesHtml([
      ['capacity', `${readable(perHour(Math.abs(best.capacity)), 4)} mAh/cm²`, `at ${rateName(best)}`],
      ['energy', `${readable(perHour(Math.abs(best.energy)), 4)} mWh/cm²`, `at ${rateName(best)}`],
      ['utilisation', percent(Math.abs(usedShare(best))), `of ${voxels} voxels of active material`],
      ['interface', `${readable(area.corrected, 4)} m²/m²`,
        `faces ${readable(area.faces, 4)}; corrected for stairs by ${readable(area.corrected / area.faces, 4)}`],
      ['wired', percent(wired), `joined to the collector; ${percent(touching)} touch electrolyte`],
      ['dead', percent(dead), 'without a face to electrolyte: its lithium stays'],
    ])}${warningsHtml([...notes, ...failed])}</header>`;
}

const withSalt = (runs: readonly ResolvedDischarge[]): boolean => runs.some(({ salt }) => salt !== undefined);

/** Least and greatest concentration of salt in the electrode during the run. */
function saltRange({ salt = [] }: ResolvedDischarge): string {
  if (salt.length === 0) return '–';
  const [low, high] = salt.reduce(([a, b], [c, d]) => [Math.min(a, c), Math.max(b, d)]);
  return `${readable(low, 4)} to ${readable(high, 4)}`;
}

function curvesSection({ runs }: Discharge3dReportData): string {
  const voltage = lines(runs.map((run, i): Line => ({
    name: rateName(run), ...lineStyle(i), x: run.charge.map(perHour), y: run.voltage,
  })), { title: 'Voltage', xLabel: 'charge (mAh/cm²)', yLabel: 'voltage (V)', ...wide });
  const ordered = [...runs].sort((a, b) => Math.abs(a.rate) - Math.abs(b.rate));
  const capability = runs.length < 2 ? [] : [lines([{
    name: 'capacity', colour: 'p2', x: ordered.map(({ rate }) => Math.abs(rate)),
    y: ordered.map(({ capacity }) => perHour(Math.abs(capacity))),
  }], {
    title: 'Rate capability', xLabel: 'C-rate', yLabel: 'capacity (mAh/cm²)', xScale: 'log', ...wide, names: 'none',
  })];
  const salted = withSalt(runs);
  const rows = runs.map((run) => [
    rateName(run), readable(run.currentDensity, 4), readable(perHour(run.capacity), 4),
    readable(perHour(run.energy), 4), readable(run.energy / run.capacity, 4),
    readable(run.time[run.time.length - 1], 4), percent(usedShare(run)),
    endText(run.endedBy),
    ...(salted ? [saltRange(run)] : []),
  ]);
  return section('curves', 'Discharge', figuresHtml(voltage, ...capability), tableHtml(
    'Each from the start. Utilisation is the share of what all active material holds between the start and the ' +
      'end of its window.',
    ['rate', 'A/m²', 'mAh/cm²', 'mWh/cm²', 'mean V', 'time (s)', 'utilisation', 'ended by',
      ...(salted ? ['salt (mol/m³)'] : [])], rows,
  ));
}

/** "25%", "3.6V": as it was asked for, with what the run says of it. */
const mapCaption = ({ time, voltage }: ResolvedMap): string => `${readable(time, 4)} s, ${readable(voltage, 4)} V`;

function picturesSection(data: Discharge3dReportData): string {
  const { volume, active, names, axis, separator, runs } = data;
  const beside: Axis = axis === 'y' ? 'x' : 'y';
  const index = Math.floor(volume.shape[axisIndex(beside)] / 2);
  const views = runs.flatMap((run) => run.maps.map((map) => ({
    name: `${rateName(run)}, ${momentText(map.moment)}`, caption: mapCaption(map), across: beside, index,
    stateOfCharge: stateOfChargeMap(run, map),
  })));
  if (views.length === 0) return '';
  const figures = socFigures(volume, views);
  let next = 0;
  const blocks = runs.filter(({ maps }) => maps.length > 0).map((run) => {
    const own = figures.slice(next, next += run.maps.length);
    return `<h3>${escape(rateName(run))}</h3><div class="grid" style="--n:${Math.min(4, Math.max(3, own.length))}">` +
      `${own.join('\n')}</div>`;
  });
  const downwards = AXES.filter((other) => other !== beside)[0] === axis;
  const [before, behind] = downwards ? ['above', 'below'] : ['on the left', 'on the right'];
  return section('pictures', 'Where the charge is',
    `<p>Plane ${index} across ${beside}; ${axis} runs ${downwards ? 'downwards' : 'to the right'}, the separator ` +
      `lies ${separator === 'low' ? before : behind}. One scale of colours for all: 1 is the state at the start, 0 ` +
      'the end of the window.</p>',
    labelLegend(volume.labels.filter((label) => label !== active), names, besideColour), ...blocks);
}

/** Lines over the depth, one per profile; or one per run. */
function overDepth(
  title: string, yLabel: string,
  named: readonly { readonly name: string; readonly x: readonly number[]; readonly y: readonly number[] }[],
  width: number = wide.width,
): string {
  return lines(named.map(({ name, x, y }, i) => ({ name, ...lineStyle(i), x, y: gaps(y) })), {
    title, xLabel: 'depth from the separator (µm)', yLabel, ...wide, width, height: 270,
  });
}

function profilesSection({ runs }: Discharge3dReportData): string {
  const shown = runs.filter(({ profiles }) => profiles.length > 0);
  if (shown.length === 0) return '';
  const named = (run: ResolvedDischarge, value: (profile: DepthProfile) => readonly number[]) =>
    run.profiles.map((profile) => ({ name: momentText(profile.moment), x: run.depthUm, y: value(profile) }));
  const socOf = (run: ResolvedDischarge) => (profile: DepthProfile): number[] =>
    profile.stoichiometry.map((x) => stateOfCharge(run, x));
  const last = (run: ResolvedDischarge): DepthProfile => run.profiles[run.profiles.length - 1];
  const atEnd = (value: (run: ResolvedDischarge) => readonly number[]) =>
    shown.map((run) => ({ name: rateName(run), x: run.depthUm, y: value(run) }));
  const each = shown.map((run) => `<h3>${escape(rateName(run))}</h3>` + figuresHtml(
    overDepth('State of charge', 'mean of the plane', named(run, socOf(run))),
    overDepth('Reaction', 'A/cm³', named(run, ({ reaction }) => reaction.map((value) => 1e-6 * value))),
  ));
  return section('profiles', 'Over the depth',
    '<p>Means over planes of voxels. Reaction is the current from active material to electrolyte per volume of ' +
      'electrode, below 0 where lithium enters.</p>',
    figuresHtml(
      overDepth('Utilisation at the end', 'share', atEnd((run) => socOf(run)(last(run)).map((soc) => 1 - soc)), THIRD),
      overDepth('Electrolyte potential at the end', 'V', atEnd((run) => last(run).electrolytePotential), THIRD),
      overDepth('Solid potential at the end', 'V', atEnd((run) => last(run).solidPotential), THIRD),
    ), ...each);
}

function grainsSection({ grains, runs, axis, separator, volume }: Discharge3dReportData): string {
  if (grains === undefined) return '';
  const { table: { equivalentDiameter, centroid, voxels }, lithium } = grains;
  const unit = volume.voxelSizeUm === null ? 'voxels' : 'µm';
  const along = axisIndex(axis);
  const extent = volume.shape[along] * (volume.voxelSizeUm?.[along] ?? 1);
  const depth = (k: number): number =>
    (separator === 'low' ? centroid[3 * k + along] : extent - centroid[3 * k + along]);
  const ended = runs.flatMap((run, i) => {
    const found = lithium[i];
    return found === null ? [] : [{ run, found, own: [...found.mean.keys()].filter((k) => found.voxels[k] > 0) }];
  });
  if (ended.length === 0) return '';
  const points = (x: (k: number) => number) => ended.map(({ run, found, own }, i) => ({
    name: rateName(run), colour: lineStyle(i).colour, mark: i % 2 === 0 ? 'test' as const : 'train' as const,
    x: own.map(x), y: own.map((k) => 1 - stateOfCharge(run, found.mean[k])),
  }));
  const rows = ended.map(({ run, found, own }) => {
    const used = own.map((k) => ({ used: 1 - stateOfCharge(run, found.mean[k]), share: found.voxels[k] }))
      .sort((a, b) => a.used - b.used);
    const total = used.reduce((sum, { share }) => sum + share, 0);
    const percentile = (level: number): number => {
      let sum = 0;
      return used.find(({ share }) => (sum += share) >= level * total)!.used;
    };
    const within = own.reduce((sum, k) => sum + found.std[k] * found.voxels[k], 0);
    return [
      rateName(run), ...[0.1, 0.5, 0.9].map((level) => percent(percentile(level))),
      readable(within / total / Math.abs(run.discharged - run.charged), 3),
    ];
  });
  return section('grains', 'Grain by grain', figuresHtml(
    scatter(points((k) => equivalentDiameter[k]), {
      title: 'Utilisation by size', xLabel: `equivalent diameter (${unit})`, yLabel: 'share used at the end', ...wide,
    }),
    scatter(points(depth), {
      title: 'Utilisation by depth', xLabel: `depth of the centroid (${unit})`, yLabel: 'share used at the end',
      ...wide,
    }),
  ), tableHtml(
    `Utilisation of ${voxels.length} grains at the end, by volume, and the spread of the state of charge within them ` +
      '(standard deviation, mean by volume).', ['rate', 'D10', 'D50', 'D90', 'spread within'], rows,
  ));
}

function checksSection({ runs }: Discharge3dReportData): string {
  return section('checks', 'Checks and work', tableHtml(
    'Greatest errors over all steps: of lithium over what the electrode holds, of charge over the current.',
    ['rate', 'lithium', 'charge', 'steps', 'rejected', 'Newton steps', 'iterations'],
    runs.map((run) => [
      rateName(run), readable(run.balance.lithium, 2), readable(run.balance.charge, 2), String(run.work.steps),
      String(run.work.rejected), String(run.work.newton), String(run.work.iterations),
    ]),
  ));
}

const SALT_ASSUMPTION =
  'The electrolyte is a liquid: its salt diffuses and migrates on the same voxels, and sets its conductivity there.';

const ASSUMPTIONS = [
  'Electrons in active material and additive, ions in the electrolyte, lithium in active material, on the voxels of ' +
    'the image; reaction at its faces between active material and electrolyte, their area corrected for the stairs ' +
    'of voxels. Closed sides.',
  'Isothermal; no ageing, no mechanics, no phase separation, no double layer.',
  'Separator, foil and contacts as resistances from the cell file. Of the electrode’s region the materials are used; ' +
    'volume fractions, M, area and radius are those of the image.',
];

/** The report of discharges on voxels as one HTML document without scripts and without requests. */
export function discharge3dReport(data: Discharge3dReportData): string {
  checkArguments('discharge3dReport', { data: [data, has<Discharge3dReportData>('title', 'volume', 'runs')] });
  return page(data.title, [
    header(data), curvesSection(data), picturesSection(data), profilesSection(data), grainsSection(data),
    checksSection(data),
    modelCard(withSalt(data.runs) ? [...ASSUMPTIONS, SALT_ASSUMPTION] : ASSUMPTIONS, data.description.entries),
    reproducibilitySection(data.reproducibility),
  ].filter(Boolean).join('\n'));
}

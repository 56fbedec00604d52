// Reports of a cell: its discharges, and its impedance. Self-contained HTML, pure functions of their data.
import { checkArguments, has } from '../core/arguments.js';
import type { Run } from '../cell/experiments/run.js';
import type { CellDescription } from '../cell/file/read.js';
import type { ImpedancePoint } from '../cell/impedance/spectrum.js';
import { curveOf } from '../cell/outputs/curve.js';
import { profilesOf } from '../cell/outputs/profiles.js';
import type { RunSummary } from '../cell/outputs/summary.js';
import type { RagoneComparison } from '../cell/ragone/full.js';
import type { ElectrodeResistances, SeriesResistances } from '../cell/ragone/resistances.js';
import { lines, lineStyle, type Line } from './chart.js';
import { endText } from './ends.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, figuresHtml, readable, section, tableHtml, tilesHtml } from './html.js';
import { page } from './page.js';
import type { Part } from './scale.js';

/** What the report of a cell's discharges, or of an experiment, is made from. */
export interface DischargeReportData {
  readonly title: string;
  /** The cell and where its numbers come from. */
  readonly description: CellDescription;
  /** Discharges of one cell, or steps one after another. */
  readonly runs: readonly Run[];
  /** What each of the runs gave. */
  readonly summaries: readonly RunSummary[];
  /** By resistance alone, for discharges from the start of the file; null for anything else. */
  readonly ragone: readonly RagoneComparison[] | null;
  /** The steps as they were written; null or absent for discharges, each from the start. */
  readonly steps?: readonly string[] | null;
  /** Version, command, machine, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

/** C/m² in mAh/cm², J/m² in mWh/cm². */
export const perHour = (value: number): number => value / 36_000;
const rateName = ({ rate }: RunSummary): string => `${readable(rate, 2)} C`;
/** How runs are called; those that the solver could not finish say so. */
const namesOf = ({ summaries, steps }: DischargeReportData): string[] => summaries.map((run, i) =>
  `${steps ? `${i + 1}: ${steps[i]}` : rateName(run)}${run.partial ? ', partial' : ''}`);

const LOSSES = [
  ['separator', 'separator'], ['ionic', 'electrolyte in electrodes'], ['electronic', 'solid of electrodes'],
  ['chargeTransfer', 'charge transfer'], ['solidDiffusion', 'diffusion in particles'], ['unevenUse', 'uneven use'],
  ['electrolyteDiffusion', 'salt gradients'], ['contact', 'contacts'],
] as const;

function capabilityChart({ summaries, ragone }: DischargeReportData): string[] {
  const order = [...summaries.keys()].filter((i) => !summaries[i].partial)
    .sort((a, b) => summaries[a].currentDensity - summaries[b].currentDensity);
  if (order.length < 2) return [];
  const rates = order.map((i) => summaries[i].rate);
  const capability: Line[] = [
    { name: 'P2D', colour: 'p2', x: rates, y: order.map((i) => perHour(summaries[i].dischargeCapacity)) },
    ...(ragone === null ? [] : [{
      name: 'resistance only', colour: 'p0', dashed: true, x: rates,
      y: order.map((i) => perHour(ragone[i].quick.dischargeCapacity)),
    }]),
  ];
  return [lines(capability, {
    title: 'Rate capability', xLabel: 'C-rate', yLabel: 'capacity (mAh/cm²)', xScale: 'log', names: 'ends',
    width: 480, height: 300,
  })];
}

/** Steps follow each other in time; discharges begin together at no charge. */
function voltageChart(data: DischargeReportData): string {
  const { runs, steps } = data;
  const names = namesOf(data);
  let begun = 0;
  const curves = runs.map((run, i): Line => {
    const { charge, time, voltage } = curveOf(run);
    const x = steps ? time.map((t) => (begun + t) / 3600) : charge.map(perHour);
    begun += run.duration;
    return { name: steps ? `step ${i + 1}` : names[i], ...lineStyle(i), x, y: voltage };
  });
  return lines(curves, {
    title: 'Voltage', xLabel: steps ? 'time (h)' : 'capacity (mAh/cm²)', yLabel: 'voltage (V)', names: 'ends',
    width: steps ? 960 : 480, height: 300,
  });
}

function curvesSection(data: DischargeReportData): string {
  const { summaries, ragone, steps } = data;
  const names = namesOf(data);
  const rows = summaries.map((run, i) => [
    names[i], readable(run.currentDensity), readable(perHour(run.dischargeCapacity), 4),
    readable(perHour(run.energy), 4), readable(run.meanVoltage, 4), readable(run.duration, 4),
    endText(run.endedBy),
    ...(ragone === null ? [] : [
      ragone[i].capacityError === null ? '–' : `${readable(100 * ragone[i].capacityError!, 2)} %`,
    ]),
  ]);
  const causes = summaries.flatMap((run, i) =>
    (run.cause === null ? [] : [`<p>${escape(names[i])}: ${escape(run.cause)}.</p>`]));
  return section('discharge', steps ? 'Steps' : 'Discharge',
    figuresHtml(voltageChart(data), ...(steps ? [] : capabilityChart(data))),
    tableHtml(steps ? 'Steps, each from where the one before it ended' : 'Discharges from the start to a limit', [
      steps ? 'step' : 'rate', steps ? 'A/m², first' : 'A/m²', 'mAh/cm²', 'mWh/cm²', 'mean V', 'time (s)', 'ended by',
      ...(ragone === null ? [] : ['resistance only, capacity']),
    ], rows), ...causes);
}

/** Electrodes and separators of a cell along x, in µm. */
function partsOf({ model: { mesh: { blocks, middles, widths } } }: Run): Part[] {
  return blocks.map(({ first, count, electrode }, k) => {
    const last = first + count - 1;
    return {
      name: electrode === null ? 'separator' : k === blocks.length - 1 ? 'positive' : 'negative',
      from: 1e6 * (middles[first] - widths[first] / 2), to: 1e6 * (middles[last] + widths[last] / 2),
    };
  });
}

function profilesSection(data: DischargeReportData): string {
  const { runs, steps } = data;
  const names = namesOf(data).map((name, i) => (steps ? `step ${i + 1}` : name));
  const at = runs.map((run) => profilesOf(run.model, run.last));
  const parts = partsOf(runs[0]);
  const across = (
    title: string, yLabel: string, field: (i: number) => readonly (number | null)[] | null,
  ): string[] => {
    const series = at.flatMap((profiles, i): Line[] => {
      const values = field(i);
      return values === null ? []
        : [{ name: names[i], ...lineStyle(i), x: profiles.x.map((x) => 1e6 * x), y: values }];
    });
    if (series.length === 0) return [];
    // What only electrodes have is drawn from the first of them to the last.
    const has = parts.map(({ from, to }) =>
      series[0].x.some((place, k) => place > from && place < to && series[0].y[k] !== null));
    const shown = parts.slice(has.indexOf(true), has.lastIndexOf(true) + 1);
    const inside = (place: number): boolean => place > shown[0].from && place < shown[shown.length - 1].to;
    return [lines(series.map(({ x, y, ...rest }) => (
      { ...rest, x: x.filter(inside), y: y.filter((_, k) => inside(x[k])) }
    )), { title, xLabel: 'x (µm)', yLabel, names: 'ends', parts: shown, width: 400, height: 250 })];
  };
  return section('profiles', 'Profiles at the end', figuresHtml(
    ...across('Stoichiometry, surface', 'x', (i) => at[i].surfaceStoichiometry),
    ...across('Stoichiometry, mean', 'x', (i) => at[i].meanStoichiometry),
    ...across('Electrolyte potential', 'V', (i) => at[i].electrolytePotential),
    ...across('Salt', 'mol/m³', (i) => at[i].saltConcentration),
  ));
}

function lossesSection(data: DischargeReportData): string {
  const { summaries } = data;
  const rows = LOSSES.map(([key, name]) => [name, ...summaries.map(({ losses }) => readable(1000 * losses[key], 3))]);
  return section('losses', 'Where the voltage goes', tableHtml(
    'Losses in mV at half of the time, weighted with the reaction: they add up to what the voltage lies below U at ' +
      'the mean stoichiometries', ['process', ...namesOf(data)], rows,
  ));
}

/** What a model takes for granted, and every number of the cell file with its origin. */
export function modelCard(assumptions: readonly string[], entries: CellDescription['entries']): string {
  const rows = entries.map(({ path, value, unit, source }) => [
    path, typeof value === 'number' ? readable(value, 6) : value, unit === '1' ? '' : unit, source,
  ]);
  return section('card', 'Model card', `<ul>${assumptions.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>`,
    tableHtml('Inputs', ['entry', 'value', 'unit', 'source'], rows));
}

function cardSection({ cell, entries, fluxFactors, nominalCapacity }: CellDescription): string {
  const binary = cell.regions.some((region) => 'electrolyte' in region &&
    region.electrolyte.electrolyte.kind === 'binary');
  return modelCard([
    'Porous electrodes as homogeneous media along x, one size of spherical particles; isothermal; no ageing, no ' +
      'mechanics, no phase separation.',
    binary ? 'Binary electrolyte by the theory of concentrated solutions; porosity constant.'
      : 'Single-ion electrolyte: t₊ = 1, no gradient of concentration.',
    'Double layers count in impedances, not in discharges.',
    `Particle flux factor aR/(3ε): ${fluxFactors.map((value) => readable(value, 4)).join(', ')}; nominal capacity ` +
      `${readable(perHour(nominalCapacity), 4)} mAh/cm²; ${readable(cell.temperature, 5)} K.`,
  ], entries);
}

/** The report of discharges as one HTML document without scripts and without requests. */
export function dischargeReport(data: DischargeReportData): string {
  checkArguments('dischargeReport', { data: [data, has<DischargeReportData>('title', 'description', 'runs')] });
  const best = data.summaries.reduce((a, b) => (b.dischargeCapacity > a.dischargeCapacity ? b : a));
  const header = `<header><h1>${escape(data.title)}</h1>${tilesHtml([
    ['capacity', `${readable(perHour(best.dischargeCapacity), 4)} mAh/cm²`,
      data.steps ? 'the most in one step' : `at ${rateName(best)}`],
    ['energy', `${readable(perHour(best.energy), 4)} mWh/cm²`, best.specificEnergy === null ? 'per area of cell'
      : `${readable(best.specificEnergy / 3600, 4)} Wh/kg of what the file weighs`],
    data.steps ? ['steps', String(data.runs.length), 'one after another']
      : ['rates', String(data.runs.length), 'discharges at constant current'],
  ])}</header>`;
  return page(data.title, [
    header, curvesSection(data), lossesSection(data), profilesSection(data), cardSection(data.description),
    reproducibilitySection(data.reproducibility),
  ].join('\n'));
}

/** What the report of a cell's impedance is made from. */
export interface ImpedanceReportData {
  readonly title: string;
  /** The cell and where its numbers come from. */
  readonly description: CellDescription;
  /** Of the positive electrode. */
  readonly stoichiometry: number;
  /** One point for each frequency. */
  readonly impedance: readonly ImpedancePoint[];
  /** In closed form, beside which the spectrum is shown. */
  readonly resistances: SeriesResistances & {
    readonly positive: ElectrodeResistances; readonly negative: ElectrodeResistances | null;
  };
  /** Version, command, machine, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

function sharesTable({ resistances }: ImpedanceReportData): string {
  const { separator, contact, foil, positive, negative } = resistances;
  const inCm = (value: number): string => readable(1e4 * value, 4);
  const of = (name: string, electrode: ElectrodeResistances | null): string[][] => (electrode === null ? [] : [
    [`${name}: electrolyte L/3κ`, inCm(electrode.ionic)], [`${name}: solid L/3σ`, inCm(electrode.electronic)],
    [`${name}: charge transfer`, inCm(electrode.chargeTransfer)], [`${name}: diffusion`, inCm(electrode.diffusion)],
    [`${name}: together`, inCm(electrode.together)],
    [`${name}: thickness over reaction depth ν`, readable(electrode.depthNumber, 4)],
    [`${name}: diffusion time R²/D (s)`, readable(electrode.diffusionTime, 4)],
  ]);
  return tableHtml('Resistances in Ω cm², in closed form', ['part', 'value'], [
    ['separator', inCm(separator)], ['contacts', inCm(contact)], ['lithium foil', inCm(foil)],
    ...of('positive', positive), ...of('negative', negative),
  ]);
}

/** The report of an impedance spectrum. */
export function impedanceReport(data: ImpedanceReportData): string {
  checkArguments('impedanceReport', { data: [data, has<ImpedanceReportData>('title', 'description', 'impedance')] });
  const points = [...data.impedance].sort((a, b) => a.frequency - b.frequency);
  const frequencies = points.map(({ frequency }) => frequency);
  const [real, loss] = [points.map((point) => 1e4 * point.real), points.map((point) => -1e4 * point.imaginary)];
  const bode = (name: string, y: readonly number[]): string => lines([{ name, colour: 'p2', x: frequencies, y }], {
    title: name, xLabel: 'frequency (Hz)', yLabel: 'Ω cm²', xScale: 'log', width: 400, height: 250,
  });
  return page(data.title, [
    `<header><h1>${escape(data.title)}</h1><p>Impedance at rest, stoichiometry ${readable(data.stoichiometry, 4)} of ` +
      'the positive electrode.</p></header>',
    section('spectrum', 'Spectrum', figuresHtml(
      lines([{ name: 'Z', colour: 'p2', x: real, y: loss }], {
        title: 'Nyquist', xLabel: 'Re Z (Ω cm²)', yLabel: '−Im Z (Ω cm²)', equalScales: true, width: 480, height: 300,
      }),
      ...(points.length > 1 ? [bode('Re Z', real), bode('−Im Z', loss)] : []),
    ), tableHtml('Values', ['Hz', 'Re Z (Ω cm²)', 'Im Z (Ω cm²)'], points.map(({ frequency }, i) =>
      [readable(frequency, 4), readable(real[i], 6), readable(-loss[i], 6)]))),
    section('shares', 'What resists', sharesTable(data)),
    cardSection(data.description),
    reproducibilitySection(data.reproducibility),
  ].join('\n'));
}

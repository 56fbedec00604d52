// The tables of docs/published.md about the paper's study, as text.
import { readFileSync } from 'node:fs';
import { parseCsv } from '../../src/io/csv.js';
import { findParameterSet, threePhaseQuantities } from '../../src/index.js';
import type { ThreePhaseSet } from '../../src/structure/models/three-phase.js';
import { formatEstimate, FORMULAS, PAPER_RANGES, PAPER_TABLE, phaseSamples } from '../../src/regression/index.js';
import {
  activeMaterial, neededCorrelation, ownSpreads, paperSpreads, residualSources, splitQuantiles,
} from './active-material.js';
import { interpolatedOfWindows, markdown, minus, phaseOf, THETA_FILE, type WindowLaw } from './tables.js';

const PHASES = [['1', 'SE'], ['2', 'AM']] as const;
const hat = (formula: string): string => `M̂${formula.slice(1)}`;
/** A dash where there is no value, or none that is finite: ln M where a phase does not percolate. */
const fixed = (value: number | null, places: number): string =>
  (value === null || !Number.isFinite(value) ? '–' : minus(value.toFixed(places)));
const largest = (windows: readonly WindowLaw[]): WindowLaw => windows[windows.length - 1];
const cube = ({ window }: Pick<WindowLaw, 'window'>): string => `${window}³`;
const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** R² and MAPE on the test structures, window by window, beside Table 1. */
function scoreTable(windows: readonly WindowLaw[]): string {
  const head = ['phase, formula', ...windows.map((w) => `R² ${cube(w)}`), 'R² [A]',
    ...windows.map((w) => `MAPE % ${cube(w)}`), 'MAPE % [A]'];
  return markdown(head, PHASES.flatMap(([phase, name]) => FORMULAS.map((formula) => {
    const tests = windows.map((w) => phaseOf(w, phase).formulas.find((fit) => fit.formula === formula.name)!.test);
    const paper = PAPER_TABLE[phase][formula.name];
    return [`${name} ${hat(formula.name)}`, ...tests.map(({ r2 }) => fixed(r2, 3)), fixed(paper.r2, 3),
      ...tests.map(({ mapePercent }) => fixed(mapePercent, 2)), fixed(paper.mapePercent, 2)];
  })));
}

/** R² over splits of the table of the largest window, beside the one split of [A]. */
function splitTable(windows: readonly WindowLaw[]): string {
  return markdown(['phase, formula', '5 %', '50 %', '95 %', '[A]'], PHASES.flatMap(([phase, name]) =>
    FORMULAS.map((formula) => [
      `${name} ${hat(formula.name)}`,
      ...splitQuantiles(largest(windows), phase, formula.name, 100).map((r2) => fixed(r2, 3)),
      fixed(PAPER_TABLE[phase][formula.name].r2, 3),
    ])));
}

function coefficientTable(windows: readonly WindowLaw[]): string {
  const cells = (values: readonly string[]): string[] => Array.from({ length: 5 }, (_, j) => minus(values[j] ?? ''));
  return markdown(['phase, formula', '', 'c1', 'c2', 'c3', 'c4', 'c5'], PHASES.flatMap(([phase, name]) =>
    FORMULAS.flatMap((formula) => [
      ...windows.map((w, i): string[] => {
        const fit = phaseOf(w, phase).formulas.find((one) => one.formula === formula.name)!;
        return [
          i === 0 ? `${name} ${hat(formula.name)} = ${formula.expression}` : '', cube(w),
          ...cells(fit.coefficients.map((c) => formatEstimate(c.value, c.standardError))),
        ];
      }),
      ['', '[A]', ...cells(PAPER_TABLE[phase][formula.name].coefficients.map(String))],
    ])));
}

/** The formulas of [A] with their printed coefficients, on our structures: nothing is fitted. */
function predictorTable(windows: readonly WindowLaw[]): string {
  return markdown(['predictor', ...windows.map((w) => `R² ${cube(w)}`), ...windows.map((w) => `MAPE % ${cube(w)}`)],
    PHASES.flatMap(([phase, name]) => phaseOf(largest(windows), phase).published.map(({ name: key, title }) => {
      const all = windows.map((w) => phaseOf(w, phase).published.find((one) => one.name === key)!.all);
      return [`${name}: ${title}`, ...all.map(({ r2 }) => fixed(r2, 3)),
        ...all.map(({ mapePercent }) => fixed(mapePercent, 2))];
    })));
}

/** The printed formulas on the structures of the 15 interpolated θ: MAPE, and the mean error with its sign. */
function interpolatedTable(): string {
  const windows = interpolatedOfWindows();
  const head = [
    'printed formula', ...windows.map((w) => `MAPE % ${cube(w)}`), ...windows.map((w) => `mean % ${cube(w)}`),
  ];
  return markdown(head, PHASES.flatMap(([phase, name]) => FORMULAS.map((formula) => {
    const errors = windows.map(({ rows }) => phaseSamples(rows, phase).samples.map(
      (sample) => 100 * (formula.value(PAPER_TABLE[phase][formula.name].coefficients, sample) / sample.mFactor - 1),
    ));
    return [
      `${name} ${hat(formula.name)}`, ...errors.map((of) => fixed(average(of.map(Math.abs)), 1)),
      ...errors.map((of) => fixed(average(of), 1)),
    ];
  })));
}

const QUANTITIES: readonly (readonly [column: string, name: string, places: number])[] = [
  ['volumeFraction', 'ε', 3], ['specificSurfaceArea', 'S, µm⁻¹', 3], ['meanGeodesicTortuosity', 'μ(τ)', 4],
  ['stdGeodesicTortuosity', 'σ(τ)', 4], ['constrictivity', 'β', 3], ['mFactor', 'M', 4],
];

export function columnOf({ rows }: WindowLaw, column: string): number[] {
  return rows.map((row) => Number(row[column])).filter(Number.isFinite);
}

export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

function rangeTable(windows: readonly WindowLaw[]): string {
  const window = largest(windows);
  return markdown(
    ['quantity', 'least', '5 %', 'median', '95 %', 'largest', '[A]', 'inside, %'],
    PHASES.flatMap(([phase, name]) => QUANTITIES.map(([column, symbol, places]) => {
      const values = columnOf(window, column + phase).sort((a, b) => a - b);
      const paper = PAPER_RANGES[phase][column];
      const inside = paper && values.filter((value) => value >= paper.from && value <= paper.to).length / values.length;
      return [
        `${name} ${symbol}`, ...[0, 0.05, 0.5, 0.95, 1].map((share) => fixed(quantile(values, share), places)),
        paper ? `${paper.from}–${paper.to}${paper.note ? ` (${paper.note})` : ''}` : '–',
        inside === undefined ? '–' : fixed(100 * inside, 0),
      ];
    })),
  );
}

function spreadTable(windows: readonly WindowLaw[]): string {
  const own = windows.map((window) => ({ window, spreads: ownSpreads(window) }));
  return markdown(
    ['structures', 'formula', 'R²', 'MAPE %', 'rms residual %', 'σ(M) from both', 'σ(M) counted'],
    [
      ...paperSpreads().map(({ formula, r2, mapePercent, residual, implied }) =>
        ['[A]', hat(formula), fixed(r2, 3), fixed(mapePercent, 2), fixed(100 * residual, 1), fixed(implied, 4), '–']),
      ...own.flatMap(({ window, spreads }) => spreads.map((spread) => [
        cube(window), hat(spread.formula), fixed(spread.r2, 3), fixed(spread.mapePercent, 2),
        fixed(100 * spread.residual, 1), fixed(spread.implied, 4), fixed(spread.deviation, 4),
      ])),
    ],
  );
}

function suppositionTable(windows: readonly WindowLaw[]): string {
  const asked = windows.map((window) => activeMaterial(window).suppositions);
  return markdown(
    ['supposed', ...windows.map((w) => `R² ${cube(w)}`), ...windows.map((w) => `MAPE % ${cube(w)}`)],
    asked[0].map(({ text }, i) => [
      text, ...asked.map((one) => fixed(one[i].r2, 3)), ...asked.map((one) => fixed(one[i].mapePercent, 2)),
    ]),
  );
}

function noiseTable(windows: readonly WindowLaw[]): string {
  const { noisy } = activeMaterial(largest(windows));
  const rows = noisy.fits.map(({ formula, coefficients, r2, mapePercent }) => [
    hat(formula), coefficients.map((c) => fixed(c, Math.abs(c) < 0.1 ? 3 : 2)).join(', '),
    PAPER_TABLE[2][formula].coefficients.map((c) => minus(String(c))).join(', '),
    fixed(r2, 3), fixed(PAPER_TABLE[2][formula].r2, 3), fixed(mapePercent, 2),
    fixed(PAPER_TABLE[2][formula].mapePercent, 2),
  ]);
  return markdown(
    [`ε off by ${fixed(100 * noisy.error, 1)} %`, 'coefficients', '[A]', 'R²', '[A]', 'MAPE %', '[A]'], rows,
  );
}

function sourceTable(windows: readonly WindowLaw[]): string {
  const percent = (value: number): string => fixed(100 * value, 1);
  return markdown(
    ['window', 'σ(ln ε) %', 'σ(ln M/ε^c1) %', 'correlation', 'by θ %', 'left %'],
    windows.map((window) => {
      const { fraction, residual, correlation, explained, left } = residualSources(window);
      return [
        cube(window), percent(fraction), percent(residual), fixed(correlation, 2), percent(explained), percent(left),
      ];
    }),
  );
}

/** Spreads of ln ε that [A] may have, and what its scores need then. */
function correlationTable(): string {
  return markdown(['σ(ln ε) %', 'σ(ε)', 'correlation'], [0.015, 0.02, 0.03, 0.04, 0.05, 0.06].map((fraction) => [
    fixed(100 * fraction, 1), fixed(0.51 * fraction, 4), fixed(neededCorrelation(fraction), 2),
  ]));
}

/** M and shortest paths of the active material for other θ, M read at the ε of the surrogate. */
function thetaTable(): string {
  const { rows } = parseCsv(THETA_FILE, readFileSync(THETA_FILE, 'utf8'));
  const groups = new Map<string, (typeof rows)[number][]>();
  for (const row of rows) {
    const key = `${row.cathode} ${row.change}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return markdown(
    ['cathode', 'changed', 'ln M/ln ε of AM', 'M of AM at ε', 'μ(τ) of AM', 'β of AM', 'ln M/ln ε of SE'],
    [...groups.values()].map((set) => {
      const of = (column: string): number[] => set.map((row) => Number(row[column]));
      const exponent = (phase: string): number => {
        const fractions = of(`volumeFraction${phase}`);
        return average(of(`mFactor${phase}`).map((m, i) => Math.log(m) / Math.log(fractions[i])));
      };
      const [{ cathode, change }] = set;
      const { volumeFraction } = threePhaseQuantities((findParameterSet(cathode) as ThreePhaseSet).parameters);
      return [
        cathode.toUpperCase(), change, fixed(exponent('2'), 3), fixed(volumeFraction[2] ** exponent('2'), 4),
        fixed(average(of('meanGeodesicTortuosity2')), 4), fixed(average(of('constrictivity2')), 3),
        fixed(exponent('1'), 3),
      ];
    }),
  );
}

/** What stands between the marks of docs/published.md: how to make it, by the name of the mark. */
export function pageParts(windows: readonly WindowLaw[]): ReadonlyMap<string, () => string> {
  return new Map<string, () => string>([
    ['scores', () => scoreTable(windows)], ['splits', () => splitTable(windows)],
    ['coefficients', () => coefficientTable(windows)], ['printed coefficients', () => predictorTable(windows)],
    ['interpolated', interpolatedTable],
    ['ranges', () => rangeTable(windows)], ['spreads', () => spreadTable(windows)],
    ['suppositions', () => suppositionTable(windows)], ['errors of fraction', () => noiseTable(windows)],
    ['sources of the residual', () => sourceTable(windows)], ['correlations', correlationTable],
    ['other shapes', thetaTable],
  ]);
}

export const marksOf = (name: string): { readonly from: string; readonly to: string } => (
  { from: `<!-- ${name}: written by npm run published -->`, to: `<!-- end of ${name} -->` }
);

// Figures 5 to 7 of [A] on our structures, and what the window does to the law.
import { evaluateFit, FORMULAS, PAPER_RANGES, PAPER_TABLE } from '../../src/regression/index.js';
import { histogram } from '../../src/report/bars.js';
import { lines, scatter } from '../../src/report/chart.js';
import { panels, writeFigure } from '../figure.js';
import { columnOf } from './parts.js';
import { phaseOf, type WindowLaw } from './tables.js';

const PHASES = [['1', 'SE', 'p2'], ['2', 'AM', 'p4']] as const;
const SHOWN = [
  ['volumeFraction', 'ε'], ['specificSurfaceArea', 'S (µm⁻¹)'], ['meanGeodesicTortuosity', 'μ(τ)'],
  ['constrictivity', 'β'], ['mFactor', 'M'],
] as const;

/** Figure 5: what the structures cover. */
function coverage(window: WindowLaw): string {
  const [width, height] = [230, 200];
  const charts = PHASES.flatMap(([phase, name, colour]) => SHOWN.map(([column, symbol]) => {
    const range = PAPER_RANGES[phase][column];
    return histogram([columnOf(window, column + phase)], {
      title: `${symbol.split(' ')[0]} of ${name}`, xLabel: symbol, colour, width, height, ...(range && { range }),
    });
  }));
  return panels('Descriptors and M of the structures', charts, SHOWN.length, width, height);
}

/** Figures 6 and 7: predicted against simulated M, formula by formula. */
function predictions(window: WindowLaw, phase: string, name: string, colour: string): string {
  const [width, height] = [250, 250];
  const law = phaseOf(window, phase);
  const charts = law.formulas.map((fit) => {
    const points = (set: 'train' | 'test') => {
      const samples = law.rows.filter((row) => row.set === set).map(({ sample }) => sample);
      return { colour, mark: set, x: samples.map((s) => s.mFactor), y: samples.map((s) => evaluateFit(fit, s)) };
    };
    const paper = PAPER_TABLE[phase][fit.formula];
    return scatter([points('train'), points('test')], {
      title: `M̂${fit.formula.slice(1)}, ${name}`, xLabel: 'simulated M', yLabel: 'predicted M', oneToOne: true, width,
      height, notes: [`R² ${fit.test.r2!.toFixed(3)} ([A] ${paper.r2.toFixed(3)})`,
        `MAPE ${fit.test.mapePercent!.toFixed(2)} % ([A] ${paper.mapePercent})`],
    });
  });
  return panels(`Predicted against simulated M of ${name}`, charts, 2, width, height);
}

/** R² and MAPE on the test structures against the window, of the same plan. */
function windowChart(all: readonly WindowLaw[]): string {
  const windows = all.filter(({ rows }) => rows.length === all[all.length - 1].rows.length);
  const [width, height] = [330, 250];
  const charts = PHASES.flatMap(([phase, name]) => ([['r2', 'R²'], ['mapePercent', 'MAPE (%)']] as const).map(
    ([score, label]) => lines(FORMULAS.map((formula, i) => ({
      name: `M̂${formula.name.slice(1)}`, colour: `p${i + 1}`, dashed: formula.name === 'M4',
      x: windows.map(({ window }) => window),
      y: windows.map((w) => phaseOf(w, phase).formulas.find((fit) => fit.formula === formula.name)!.test[score]),
    })), {
      title: `${name}: ${label} on the test structures`, xLabel: 'voxels per edge', yLabel: label, names: 'ends', width,
      height,
    }),
  ));
  return panels('What the window does to the law', charts, 2, width, height);
}

export function writeFigures(windows: readonly WindowLaw[]): void {
  const largest = windows[windows.length - 1];
  writeFigure('docs/images/paper-figure-5.svg', coverage(largest));
  for (const [phase, name, colour] of PHASES) {
    writeFigure(`docs/images/paper-predictions-${name.toLowerCase()}.svg`, predictions(largest, phase, name, colour));
  }
  if (windows.length > 1) writeFigure('docs/images/paper-window.svg', windowChart(windows));
}

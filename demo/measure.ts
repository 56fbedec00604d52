// The panel of measurements: table, flux, curves, reports.
import { AXES, axisIndex, type Axis } from '../src/core/grid.js';
import { phasesOf } from '../src/core/volume.js';
import type { Description, PhaseDescription } from '../src/descriptors/description.js';
import type { CallOptions } from './client.js';
import { phaseCurves, showCurves } from './charts.js';
import { fillOf } from './colours.js';
import { downloadButton, element, fillTable, make, readable, select, type Cell } from './dom.js';
import type { Page } from './page.js';
import type { Measured, MeasureChoice, Present } from './protocol.js';

/** Phases that are ticked at first: no more are usual, and each costs a solve. */
const FIRST_PHASES = 3;

export const phaseName = ({ phaseNames }: Present, phase: number): string => phaseNames[phase] ?? `label ${phase}`;

interface Shown {
  readonly present: Present;
  readonly choice: MeasureChoice;
  readonly measured: Measured;
}

function rowOf(present: Present, { axis }: MeasureChoice, { description, conduction }: Measured, phase: number): Cell[] {
  const { volumeFraction, specificSurfaceArea, geodesicTortuosity, constrictivity, components } = description.phases[phase];
  const [tau, beta] = [geodesicTortuosity?.[axis], constrictivity?.[axis]];
  const solved = conduction.find((result) => result.phase === phase);
  const m: Cell = solved === undefined ? '–' : solved.percolates ? [readable(solved.mFactor, 4), `≥ ${readable(solved.bracket[0], 4)}`] : '0';
  return [
    phaseName(present, phase), readable(volumeFraction, 4), readable(specificSurfaceArea, 4),
    tau?.mean == null ? '–' : [readable(tau.mean, 4), `± ${readable(tau.std, 2)}`], readable(beta?.bottleneckRadius, 3), readable(beta?.bulgeRadius, 3), readable(beta?.constrictivity, 3),
    readable(components?.['6']?.percolatingFraction[axis], 4), m, readable(solved?.tortuosityFactor, 4), readable(solved?.bruggemanExponent, 3),
  ];
}

function showTables({ present, choice, measured }: Shown): void {
  const unit = present.volume.voxelSizeUm === null ? 'voxels' : 'µm';
  const per = unit === 'µm' ? 'µm⁻¹' : 'voxel⁻¹';
  const { axis } = choice;
  fillTable(
    element('table'),
    `Along ${axis}. M is σ_eff over the phase’s own conductivity, with the lower end of its error estimate below it; τ is the geodesic tortuosity, b the exponent of Bruggeman, M = εᵇ.`,
    ['phase', 'ε', `S, ${per}`, 'τ', `r_min, ${unit}`, `r_max, ${unit}`, 'β', 'percolates', 'M', 'ε/M', 'b'],
    choice.phases.map((phase) => rowOf(present, choice, measured, phase)),
  );
  const rows = Object.entries(measured.row).map(([name, value]) => [name, typeof value === 'number' || value === null ? readable(value, 5) : String(value)]);
  fillTable(element('all'), 'Named as the columns of voxelith describe.', ['descriptor', 'value'], rows);
}

function showFlux({ present, measured: { flux } }: Shown): void {
  element('flux').replaceChildren(...flux.map(({ phase, html }) => {
    const title = make('h3', { textContent: `Where the current flows in ${present.phaseNames[phase] === undefined ? 'label ' + phase : 'the ' + phaseName(present, phase)}` });
    return make('div', {}, title, html === null ? make('p', { textContent: 'It does not conduct from face to face.' }) : make('div', { className: 'pictures', innerHTML: html }));
  }));
}

const firstAxis = (description: Description, axis: Axis): Axis => (description.shape[axisIndex(axis)] > 1 ? axis : 'x');

function showCharts({ present, choice: { phases, axis }, measured: { description } }: Shown): void {
  const unit = present.volume.voxelSizeUm === null ? 'voxels' : 'µm';
  const each = <T>(of: (phase: PhaseDescription) => T | undefined) => phases.map((phase) => ({ phase, name: phaseName(present, phase), value: of(description.phases[phase]) }));
  const twoPoint = each(({ twoPoint: found }) => found?.[firstAxis(description, axis)]);
  showCurves(element('two-point'), phaseCurves(twoPoint, ({ lag, coverage }) => [{ x: lag, y: coverage }]), [`lag along ${axis}, ${unit}`, 'C(h)']);
  showCurves(element('covariance'), phaseCurves(twoPoint, ({ lag, centred }) => [{ x: lag, y: centred.map((value) => value / centred[0]) }]), [`lag along ${axis}, ${unit}`, 'correlation']);
  showCurves(element('tau'), phaseCurves(each(({ geodesicTortuosity }) => geodesicTortuosity?.[axis]?.histogram), ({ edges, counts }) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return [{ x: edges.slice(0, -1), y: counts.map((count) => count / total), style: 'steps' as const }];
  }), ['geodesic tortuosity', 'share of start voxels']);
  showCurves(element('cpsd'), phaseCurves(each(({ constrictivity }) => constrictivity?.[axis]?.curves), ({ radius, cpsd, smip }) => [
    { x: radius, y: cpsd, suffix: ' CPSD' }, { x: radius, y: smip, suffix: ' SMIP', style: 'dashed' as const },
  ]), [`ball radius, ${unit}`, 'volume fraction']);
}

export interface MeasurePanel {
  /** Offers the phases and axes of a structure; what was measured before is hidden. */
  offer(present: Present): void;
  measure(options: CallOptions): Promise<void>;
}

export function measurePanel(page: Page): MeasurePanel {
  let present: Present | null = null;

  const choice = (): MeasureChoice => {
    const phases = [...element('measure-phases').querySelectorAll('input')].filter(({ checked }) => checked).map(({ value }) => Number(value));
    if (phases.length === 0) throw new Error('Measure: tick at least one phase.');
    return { phases, axis: select('axis').value as Axis, interface: select('interface').value as MeasureChoice['interface'] };
  };

  async function measure(options: CallOptions): Promise<void> {
    if (present === null) return;
    const chosen = choice();
    const measured = await page.call('measure', chosen, options);
    element('measured').hidden = false;
    const shown = { present, choice: chosen, measured };
    showTables(shown);
    showFlux(shown);
    showCharts(shown);
    page.warn(Object.entries(measured.description.skipped ?? {}).map(([name, reason]) => `left out: ${name} ${reason}`));
    page.warn(measured.conduction.filter(({ converged }) => !converged).map(({ phase }) => `The solve in phase ${phase} did not converge.`));
    element('measured-files').replaceChildren(...measured.reports.map(({ file, html }) => downloadButton(`Report: ${file}`, file, html, 'text/html')));
    const same = present.command === null ? '' : `The same on the command line: ${present.command}, then voxelith describe and voxelith conduct. `;
    element('reproduce').textContent = `${same}${present.sha256 === null ? '' : `SHA-256 of the labels ${present.sha256}. `}`
      + `M ${measured.conduction.map(({ phase, mFactor }) => `of ${phaseName(present as Present, phase)} ${mFactor}`).join(', ')}. ${measured.seconds.toFixed(1)} s.`;
    document.body.dataset.m = JSON.stringify(Object.fromEntries(measured.conduction.map(({ phase, mFactor }) => [phase, mFactor])));
    document.body.dataset.row = JSON.stringify(measured.row);
  }

  element('measure').addEventListener('submit', (event) => {
    event.preventDefault();
    void page.run(measure);
  });
  return {
    measure,
    offer(structure) {
      present = structure;
      const { shape } = structure.volume;
      const phases = phasesOf(structure.volume);
      element('measure-phases').replaceChildren(...phases.map((phase, k) => {
        const box = make('input', { type: 'checkbox', value: String(phase), checked: k < FIRST_PHASES });
        const swatch = make('span', { className: 'swatch' });
        swatch.style.background = fillOf(phase);
        return make('label', {}, box, swatch, phaseName(structure, phase));
      }));
      for (const option of select('axis').options) option.disabled = shape[axisIndex(option.value as Axis)] < 2;
      select('axis').value = AXES.find((axis) => shape[axisIndex(axis)] > 1) ?? 'z';
      element('measurement').hidden = false;
      element('measured').hidden = true;
      for (const key of ['m', 'row']) delete document.body.dataset[key];
    },
  };
}

// The panel of measurements: table, flux, curves, reports.
import { AXES, axisIndex, errorBar, type Axis, type Description, type PhaseDescription } from '../../src/browser.js';
import { fillOf, phaseCurves, showCurves } from '../../src/viewer.js';
import type { CallOptions } from '../client.js';
import { assemble, downloadButton, fillTable, onSubmit, readable, type Cell } from '../dom.js';
import { make, swatch } from '../../src/viewer/elements.js';
import type { Page } from '../page.js';
import { phaseName, type Measured, type MeasureChoice, type Present } from '../protocol.js';

/** Phases that are ticked at first: no more are usual, and each costs a solve. */
const FIRST_PHASES = 3;

const HTML = `
  <section data-panel="measure" aria-label="Descriptors and conductivity" hidden>
    <h2>Descriptors and conductivity</h2>
    <form class="panel" data-part="form">
      <fieldset>
        <span class="group" role="group" aria-label="Phases to measure" data-part="phases"></span>
        <label>Along <select data-part="axis"><option>z</option><option>y</option><option>x</option></select></label>
        <label>Interface <select data-part="interface">
          <option value="voxel">faces of voxels</option><option value="smooth">smooth</option>
        </select></label>
        <label><input type="checkbox" data-part="uncertainty"> error bar of M</label>
        <button data-part="submit" type="submit">Measure</button>
      </fieldset>
    </form>
    <div data-part="measured" hidden>
      <div class="scroll"><table data-part="table"></table></div>
      <div class="flux" data-part="flux"></div>
      <div class="charts">
        <figure>
          <figcaption>Two-point coverage: both ends of a lag lie in the phase</figcaption>
          <div data-part="twoPoint"></div>
        </figure>
        <figure>
          <figcaption>Its covariance, share of ε(1 − ε): where it is 0 the structure has forgotten itself</figcaption>
          <div data-part="covariance"></div>
        </figure>
        <figure>
          <figcaption>Geodesic tortuosity of the start voxels</figcaption>
          <div data-part="tau"></div>
        </figure>
        <figure>
          <figcaption>Sizes: all balls (CPSD) and balls from the inlet (SMIP)</figcaption>
          <div data-part="cpsd"></div>
        </figure>
      </div>
      <details>
        <summary>All descriptors</summary>
        <div class="scroll"><table class="narrow" data-part="all"></table></div>
      </details>
      <p class="buttons" data-part="files"></p>
      <p class="hint long" data-part="reproduce"></p>
    </div>
  </section>`;

const PARTS = {
  form: HTMLFormElement, phases: HTMLElement, axis: HTMLSelectElement, interface: HTMLSelectElement,
  uncertainty: HTMLInputElement,
  measured: HTMLElement, table: HTMLTableElement, flux: HTMLElement, twoPoint: HTMLElement, covariance: HTMLElement,
  tau: HTMLElement, cpsd: HTMLElement, all: HTMLTableElement, files: HTMLElement, reproduce: HTMLElement,
};
type Parts = ReturnType<typeof assemble<typeof PARTS>>['parts'];

interface Shown {
  readonly present: Present;
  readonly choice: MeasureChoice;
  readonly measured: Measured;
}

const unitOf = ({ volume: { voxelSizeUm } }: Present): 'voxels' | 'µm' => (voxelSizeUm === null ? 'voxels' : 'µm');

function rowOf({ present, choice, measured: { description, conduction } }: Shown, phase: number): Cell[] {
  const { axis } = choice;
  const { volumeFraction, specificSurfaceArea, geodesicTortuosity, constrictivity, components } =
    description.phases[phase];
  const [tau, beta] = [geodesicTortuosity?.[axis], constrictivity?.[axis]];
  const solved = conduction.find((result) => result.phase === phase);
  const flows = (result: NonNullable<typeof solved>): Cell =>
    result.percolates ? [readable(result.mFactor, 4), `≥ ${readable(result.bracket[0], 4)}`] : '0';
  return [
    phaseName(present, phase), readable(volumeFraction, 4), readable(specificSurfaceArea, 4),
    tau?.mean == null ? '–' : [readable(tau.mean, 4), `± ${readable(tau.std, 2)}`],
    readable(beta?.bottleneckRadius, 3), readable(beta?.bulgeRadius, 3), readable(beta?.constrictivity, 3),
    readable(components?.['6']?.percolatingFraction[axis], 4), solved === undefined ? '–' : flows(solved),
    readable(solved?.tortuosityFactor, 4), readable(solved?.bruggemanExponent, 3),
    ...(choice.uncertainty ? [solved === undefined ? '–' : materialCell(solved)] : []),
  ];
}

/** M of the material with its parts, or what keeps it from one. */
function materialCell({ uncertainty }: Measured['conduction'][number]): Cell {
  if (uncertainty === undefined) return '–';
  const bar = errorBar(uncertainty);
  return bar === null ? ['no error bar', uncertainty.reasons.join('; ')] : [bar.value, bar.parts];
}

function showTables({ table, all }: Parts, shown: Shown): void {
  const { present, choice: { axis, phases, uncertainty }, measured } = shown;
  const unit = unitOf(present);
  const per = unit === 'µm' ? 'µm⁻¹' : 'voxel⁻¹';
  fillTable(
    table,
    `Along ${axis}. M is σ_eff over the phase’s own conductivity, with the lower end of its error estimate below it; `
      + 'the tortuosity factor is ε/M, the MacMullin number 1/M; τ is the geodesic tortuosity, b the exponent of '
      + 'Bruggeman, M = εᵇ.',
    [
      'phase', 'ε', `S, ${per}`, 'τ', `r_min, ${unit}`, `r_max, ${unit}`, 'β', 'percolates', 'M', 'tortuosity factor',
      'b', ...(uncertainty ? ['M of the material, ± at 95 %'] : []),
    ],
    phases.map((phase) => rowOf(shown, phase)),
  );
  const text = (value: Measured['row'][string]): string =>
    typeof value === 'number' || value === null ? readable(value, 5) : String(value);
  const rows = Object.entries(measured.row).map(([name, value]) => [name, text(value)]);
  fillTable(all, 'Named as the columns of voxelith describe.', ['descriptor', 'value'], rows);
}

function showFlux({ flux: host }: Parts, { present, measured: { flux } }: Shown): void {
  host.replaceChildren(...flux.map(({ phase, html }) => {
    const name = present.phaseNames[phase] === undefined ? `label ${phase}` : `the ${phaseName(present, phase)}`;
    const pictures = html === null
      ? make('p', { textContent: 'It does not conduct from face to face.' })
      : make('div', { className: 'pictures', innerHTML: html });
    return make('div', {}, make('h3', { textContent: `Where the current flows in ${name}` }), pictures);
  }));
}

/** The axis of curves that any axis has: another one where the window has one voxel along the axis wanted. */
const curveAxis = (description: Description, axis: Axis): Axis =>
  description.shape[axisIndex(axis)] > 1 ? axis : 'x';

function showCharts(parts: Parts, { present, choice: { phases, axis }, measured: { description } }: Shown): void {
  const unit = unitOf(present);
  const along = curveAxis(description, axis);
  const each = <T>(of: (phase: PhaseDescription) => T | undefined) =>
    phases.map((phase) => ({ phase, name: phaseName(present, phase), value: of(description.phases[phase]) }));
  const twoPoint = each(({ twoPoint: found }) => found?.[along]);
  const lag = `lag along ${along}, ${unit}`;
  showCurves(parts.twoPoint, phaseCurves(twoPoint, ({ lag: x, coverage: y }) => [{ x, y }]), [lag, 'C(h)']);
  showCurves(parts.covariance, phaseCurves(twoPoint, ({ lag: x, centred }) =>
    [{ x, y: centred.map((value) => value / centred[0]) }]), [lag, 'correlation']);
  const histograms = each(({ geodesicTortuosity }) => geodesicTortuosity?.[axis]?.histogram);
  showCurves(parts.tau, phaseCurves(histograms, ({ edges, counts }) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return [{ x: edges.slice(0, -1), y: counts.map((count) => count / total), style: 'steps' as const }];
  }), ['geodesic tortuosity', 'share of start voxels']);
  const openings = each(({ constrictivity }) => constrictivity?.[axis]?.curves);
  showCurves(parts.cpsd, phaseCurves(openings, ({ radius, cpsd, smip }) => [
    { x: radius, y: cpsd, suffix: ' CPSD' }, { x: radius, y: smip, suffix: ' SMIP', style: 'dashed' as const },
  ]), [`ball radius, ${unit}`, 'volume fraction']);
}

function reproduceText({ present, measured: { conduction, seconds } }: Shown): string {
  const { command, sha256 } = present;
  const again = `The same on the command line: ${command}, then voxelith describe and voxelith conduct.`;
  const parts = [
    ...(command === null ? [] : [again]),
    ...(sha256 === null ? [] : [`SHA-256 of the labels ${sha256}.`]),
    `M ${conduction.map(({ phase, mFactor }) => `of ${phaseName(present, phase)} ${mFactor}`).join(', ')}.`,
    `${seconds.toFixed(1)} s.`,
  ];
  return parts.join(' ');
}

export interface MeasurePanel {
  readonly root: HTMLElement;
  /** Offers the phases and axes of a structure; what was measured before is hidden. */
  offer(present: Present): void;
  /** Measures what is offered, as the form says. */
  measure(options: CallOptions): Promise<void>;
}

export function measurePanel(page: Page): MeasurePanel {
  const { root, parts } = assemble(HTML, PARTS);
  let present: Present | null = null;

  const choice = (): MeasureChoice => {
    const boxes = [...parts.phases.querySelectorAll('input')];
    const phases = boxes.filter(({ checked }) => checked).map(({ value }) => Number(value));
    if (phases.length === 0) throw new Error('Measure: tick at least one phase.');
    return {
      phases, axis: parts.axis.value as Axis, interface: parts.interface.value as MeasureChoice['interface'],
      uncertainty: parts.uncertainty.checked,
    };
  };

  async function measure(options: CallOptions): Promise<void> {
    if (present === null) return;
    const chosen = choice();
    const measured = await page.call('measure', chosen, options);
    const shown = { present, choice: chosen, measured };
    const { description: { skipped = {}, warnings = [] }, conduction, reports, row } = measured;
    parts.measured.hidden = false;
    showTables(parts, shown);
    showFlux(parts, shown);
    showCharts(parts, shown);
    page.warn([...warnings, ...Object.entries(skipped).map(([name, reason]) => `left out: ${name} ${reason}`)]);
    const stopped = conduction.filter(({ converged }) => !converged);
    page.warn(stopped.map(({ phase }) => `The solve in phase ${phase} did not converge.`));
    parts.files.replaceChildren(...reports.map(({ file, html }) =>
      downloadButton(`Report: ${file}`, file, html, 'text/html')));
    parts.reproduce.textContent = reproduceText(shown);
    const m = Object.fromEntries(conduction.map(({ phase, mFactor }) => [phase, mFactor]));
    Object.assign(root.dataset, { m: JSON.stringify(m), row: JSON.stringify(row) });
  }

  onSubmit(parts.form, () => void page.run(measure));
  return {
    root,
    measure,
    offer(structure) {
      present = structure;
      const { shape } = structure.volume;
      parts.phases.replaceChildren(...structure.fractions.map(({ phase }, k) => {
        const box = make('input', { type: 'checkbox', value: String(phase), checked: k < FIRST_PHASES });
        return make('label', {}, box, swatch(fillOf(phase)), phaseName(structure, phase));
      }));
      for (const option of parts.axis.options) option.disabled = shape[axisIndex(option.value as Axis)] < 2;
      parts.axis.value = AXES.find((axis) => shape[axisIndex(axis)] > 1) ?? 'z';
      root.hidden = false;
      parts.measured.hidden = true;
      for (const key of ['m', 'row']) delete root.dataset[key];
    },
  };
}

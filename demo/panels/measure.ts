// The panel of measurements: table, flux, curves, reports. Rows and charts come as they are ready.
import type { Axis } from '../../src/browser.js';
import { fillOf } from '../../src/viewer.js';
import type { CallOptions } from '../client.js';
import { assemble, download, downloadButton, fillTable, onSubmit, readable } from '../dom.js';
import { numbersCsv, tableBlock } from '../figures.js';
import { withPhaseNames } from '../flags.js';
import { make, swatch } from '../../src/viewer/elements.js';
import { measureCharts } from '../measure-charts.js';
import { measureTable, type Known } from '../measure-table.js';
import type { Page } from '../page.js';
import { offerAxes } from '../phase-options.js';
import { phaseName, type Flux, type Measured, type MeasureChoice, type Present } from '../protocol.js';

/** Phases that are ticked at first: no more are usual, and each costs a solve. */
const FIRST_PHASES = 3;

const HTML = `
  <section data-panel="measure" aria-label="Descriptors and conductivity" hidden>
    <h2>Descriptors and conductivity</h2>
    <form class="panel" data-part="form">
      <fieldset>
        <span class="group" role="group" aria-label="Phases to measure" data-part="phases"></span>
        <label>Along
          <select data-part="axis" name="axis"><option>z</option><option>y</option><option>x</option></select>
        </label>
        <label>Interface <select data-part="interface" name="interface">
          <option value="voxel">faces of voxels</option><option value="smooth">smooth</option>
        </select></label>
        <label><input type="checkbox" data-part="uncertainty" name="uncertainty"> error bar of M</label>
        <button data-part="submit" type="submit">Measure</button>
      </fieldset>
    </form>
    <div data-part="measured" hidden>
      <div data-part="tables"></div>
      <div class="flux" data-part="flux"></div>
      <div class="charts" data-part="charts"></div>
      <details data-part="more">
        <summary>All descriptors</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="All descriptors">
          <table class="narrow" data-part="all"></table>
        </div>
      </details>
      <p class="buttons" data-part="files"></p>
      <p class="hint long" data-part="reproduce"></p>
    </div>
  </section>`;

const PARTS = {
  form: HTMLFormElement, phases: HTMLElement, axis: HTMLSelectElement, interface: HTMLSelectElement,
  uncertainty: HTMLInputElement, measured: HTMLElement, tables: HTMLElement, flux: HTMLElement, charts: HTMLElement,
  more: HTMLElement, all: HTMLTableElement, files: HTMLElement, reproduce: HTMLElement,
};
type Parts = ReturnType<typeof assemble<typeof PARTS>>['parts'];

function fluxElement(present: Present, { phase, html }: Flux): HTMLElement {
  const name = present.phaseNames[phase] === undefined ? `label ${phase}` : `the ${phaseName(present, phase)}`;
  const pictures = html === null
    ? make('p', { textContent: 'It does not conduct from face to face.' })
    : make('div', { className: 'pictures', innerHTML: html });
  return make('div', {}, make('h3', { textContent: `Where the current flows in ${name}` }), pictures);
}

function showAll({ all, more }: Parts, { row }: Measured): void {
  const text = (value: Measured['row'][string]): string =>
    typeof value === 'number' || value === null ? readable(value, 5) : String(value);
  const rows = Object.entries(row).map(([name, value]) => [name, text(value)]);
  fillTable(all, 'Named as the columns of voxelith describe.', ['descriptor', 'value'], rows);
  more.hidden = false;
}

function showFiles({ files }: Parts, { reports, row }: Measured): void {
  const table = make('button', { type: 'button', textContent: 'Table: descriptors.csv' });
  const [head, cells] = [Object.keys(row), Object.values(row)];
  table.addEventListener('click', () => download('descriptors.csv', numbersCsv({ head, rows: [cells] }), 'text/csv'));
  files.replaceChildren(
    table, ...reports.map(({ file, of, html }) =>
      downloadButton(of === undefined ? `Report: ${file}` : `Report of ${of}: ${file}`, file, html, 'text/html')),
  );
}

function reproduceText({ command, sha256, ...present }: Present, { conduction, seconds }: Measured): string {
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
  const table = tableBlock('table', 'Descriptors and conductivity');
  const charts = measureCharts();
  parts.tables.append(table.root);
  parts.charts.append(...charts.roots);
  let present: Present | null = null;

  const choice = ({ phaseNames }: Present): MeasureChoice => {
    const boxes = [...parts.phases.querySelectorAll('input')];
    const phases = boxes.filter(({ checked }) => checked).map(({ value }) => Number(value));
    if (phases.length === 0) throw new Error('Measure: tick at least one phase.');
    return {
      phases, axis: parts.axis.value as Axis, interface: parts.interface.value as MeasureChoice['interface'],
      uncertainty: parts.uncertainty.checked, names: phaseNames,
    };
  };

  function show(known: Known): void {
    table.show(measureTable(known));
    charts.show(known);
  }

  async function measure(options: CallOptions): Promise<void> {
    if (present === null) return;
    const [structure, chosen] = [present, choice(present)];
    for (const part of [parts.flux, parts.files]) part.replaceChildren();
    parts.more.hidden = true;
    parts.reproduce.textContent = '';
    parts.measured.hidden = false;
    let known: Known = { present, choice: chosen, description: null, conduction: [], complete: false };
    show(known);
    const inWords: CallOptions = {
      ...options,
      onProgress: (what, share) => options.onProgress?.(withPhaseNames(what, structure.phaseNames), share),
    };
    const measured = await page.call('measure', chosen, inWords, (part) => {
      if ('description' in part) known = { ...known, description: part.description };
      else {
        known = { ...known, conduction: [...known.conduction, part.conduction] };
        parts.flux.append(fluxElement(structure, part.flux));
        tell(known);
      }
      show(known);
    });
    const { description, conduction, row } = measured;
    show({ ...known, description, conduction, complete: true });
    showAll(parts, measured);
    const { skipped = {}, warnings = [] } = description;
    const leftOut = Object.entries(skipped).map(([name, reason]) => `left out: ${name} ${reason}`);
    page.warn([...warnings, ...leftOut], structure);
    const stopped = conduction.filter(({ converged }) => !converged);
    page.warn(stopped.map(({ phase }) => `The solve in ${phaseName(structure, phase)} did not converge.`));
    showFiles(parts, measured);
    parts.reproduce.textContent = reproduceText(structure, measured);
    root.dataset.row = JSON.stringify(row);
  }

  function tell({ conduction }: Known): void {
    root.dataset.m = JSON.stringify(Object.fromEntries(conduction.map(({ phase, mFactor }) => [phase, mFactor])));
  }

  onSubmit(parts.form, () => void page.run(measure));
  return {
    root,
    measure,
    offer(structure) {
      present = structure;
      parts.phases.replaceChildren(...structure.fractions.map(({ phase }, k) => {
        const box = make('input', {
          type: 'checkbox', name: 'phases', value: String(phase), defaultChecked: k < FIRST_PHASES,
        });
        return make('label', {}, box, swatch(fillOf(phase)), phaseName(structure, phase));
      }));
      offerAxes(parts.axis, structure);
      root.hidden = false;
      parts.measured.hidden = true;
      for (const key of ['m', 'row']) delete root.dataset[key];
    },
  };
}

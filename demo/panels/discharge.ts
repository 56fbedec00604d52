// The panel of discharges on the voxels: curves, planes coloured by state of charge, means over the depth.
import {
  AXES, axisIndex, besideColour, cells, momentText, socColour, socScale, stateOfCharge, stateOfChargeMap,
  type ResolvedDischarge, type ResolvedMap, type SocScale,
} from '../../src/browser.js';
import { type Curve, lineOf, showCurves, showSlices, type VoxelField } from '../../src/viewer.js';
import { assemble, downloadButton, fillTable, onSubmit, readable, requiredNumber } from '../dom.js';
import { make } from '../../src/viewer/elements.js';
import type { Page } from '../page.js';
import { offerPhases } from '../phase-options.js';
import type { Discharged, DischargeChoice, Present } from '../protocol.js';

const HTML = `
  <section data-panel="discharge" aria-label="Discharge on the voxels" hidden>
    <h2>Discharge on the voxels</h2>
    <form class="panel" data-part="form">
      <fieldset>
        <label>Active material <select data-part="active"></select></label>
        <label>Solid electrolyte <select data-part="electrolyte"></select></label>
        <label>Along <select data-part="axis"><option>z</option><option>y</option><option>x</option></select></label>
        <label>Chemistry <select data-part="chemistry"></select></label>
        <label>Separator, µm
          <input data-part="separator" type="number" required min="0.1" step="any" value="30">
        </label>
        <label>C-rates <input data-part="rates" type="text" required value="0.5, 1, 2" size="10"></label>
        <button data-part="submit" type="submit">Discharge</button>
      </fieldset>
      <p class="hint">Electrons, ions, lithium and the reaction on every face between active material and electrolyte,
      until the lower voltage. Each rate takes about 0.2 ms of one core per voxel: for 64³ voxels about a minute.</p>
    </form>
    <div data-part="shown" hidden>
      <div class="scroll"><table data-part="table"></table></div>
      <div class="charts">
        <figure><figcaption>Voltage</figcaption><div data-part="voltage"></div></figure>
        <figure>
          <figcaption>State of charge over the depth, at the end</figcaption><div data-part="depth"></div>
        </figure>
        <figure><figcaption>Reaction over the depth, at the end</figcaption><div data-part="reaction"></div></figure>
      </div>
      <p><label>State of charge at <select data-part="map"></select></label> <span data-part="scale"></span></p>
      <div class="slices" data-part="slices"></div>
      <p class="buttons" data-part="files"></p>
      <p class="hint long" data-part="reproduce"></p>
    </div>
  </section>`;

const PARTS = {
  form: HTMLFormElement, active: HTMLSelectElement, electrolyte: HTMLSelectElement, axis: HTMLSelectElement,
  chemistry: HTMLSelectElement, separator: HTMLInputElement, rates: HTMLInputElement, shown: HTMLElement,
  table: HTMLTableElement, voltage: HTMLElement, depth: HTMLElement, reaction: HTMLElement, map: HTMLSelectElement,
  scale: HTMLElement, slices: HTMLElement, files: HTMLElement, reproduce: HTMLElement,
};
type Parts = ReturnType<typeof assemble<typeof PARTS>>['parts'];

/** Labels of active material and electrolyte in models. */
const [ACTIVE, ELECTROLYTE] = [2, 1];
/** Values above every state of charge stand for the labels of what holds none. */
const BESIDE = 1000;

const rateName = ({ rate }: ResolvedDischarge): string => `${readable(rate, 2)} C`;
const perHour = (value: number): number => value / 36_000;

function ratesIn(field: HTMLInputElement): number[] {
  const rates = field.value.split(/[\s,]+/).filter(Boolean).map(Number);
  if (rates.length === 0 || rates.some((rate) => !(rate > 0))) {
    throw new Error('C-rates: expected numbers above 0, such as 0.5, 1, 2.');
  }
  return rates;
}

function showTable({ table }: Parts, runs: readonly ResolvedDischarge[]): void {
  fillTable(
    table, 'Each from the start. Utilisation is the share of what the active material holds in its window.',
    ['rate', 'A/m²', 'mAh/cm²', 'mWh/cm²', 'utilisation', 'ended by'],
    runs.map((run) => [
      rateName(run), readable(run.currentDensity, 4), readable(perHour(run.capacity), 4),
      readable(perHour(run.energy), 4),
      `${readable(100 * (1 - stateOfCharge(run, run.stoichiometry[run.stoichiometry.length - 1])), 3)} %`, run.endedBy,
    ]),
  );
}

function showCharts(parts: Parts, runs: readonly ResolvedDischarge[]): void {
  const curve = (run: ResolvedDischarge, i: number, x: readonly number[], y: readonly number[]): Curve => {
    const kept = y.map((value, k) => [x[k], value] as const).filter(([, value]) => Number.isFinite(value));
    return {
      label: rateName(run), colour: lineOf(i + 1), x: kept.map(([at]) => at), y: kept.map(([, value]) => value),
    };
  };
  showCurves(
    parts.voltage, runs.map((run, i) => curve(run, i, run.charge.map(perHour), run.voltage)), ['mAh/cm²', 'V'],
  );
  const ended = runs.filter(({ profiles }) => profiles.length > 0);
  const last = ({ profiles }: ResolvedDischarge) => profiles[profiles.length - 1];
  const depth = 'depth from the separator, µm';
  showCurves(
    parts.depth,
    ended.map((run, i) => curve(run, i, run.depthUm, last(run).stoichiometry.map((x) => stateOfCharge(run, x)))),
    [depth, 'mean of the plane'],
  );
  showCurves(
    parts.reaction, ended.map((run, i) => curve(run, i, run.depthUm, last(run).reaction.map((value) => 1e-6 * value))),
    [depth, 'A/cm³'],
  );
}

/** Colours from end to end, with their numbers. */
function scaleBar({ from, to }: SocScale): Node[] {
  const stops = Array.from({ length: 9 }, (_, k) => `rgb(${socColour(k / 8, { from: 0, to: 1 }).join(' ')})`);
  const bar = make('span', { className: 'scale' });
  bar.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
  return [document.createTextNode(`${readable(from, 2)} `), bar, document.createTextNode(` ${readable(to, 2)}`)];
}

/** @param offer takes the map that is chosen, as a colour of the structure */
function showMaps(
  parts: Parts, { volume }: Present, runs: readonly ResolvedDischarge[], offer: (field: VoxelField) => void,
): void {
  const all = runs.flatMap((run) => run.maps.map((map) => ({ run, map })));
  parts.map.replaceChildren(...all.map(({ run, map }, k) =>
    make('option', { value: String(k), textContent: `${rateName(run)}, ${momentText(map.moment)}` })));
  if (all.length === 0) return;
  const socOf = ({ run, map }: { run: ResolvedDischarge; map: ResolvedMap }): Float32Array =>
    stateOfChargeMap(run, map);
  const scale = socScale(all.map(socOf));
  parts.scale.replaceChildren(...scaleBar(scale));
  const update = (): void => {
    const charge = socOf(all[Number(parts.map.value)]);
    offer({ name: 'state of charge', unit: '', values: charge, range: [scale.from, scale.to] });
    const values = charge.map((value, i) => (Number.isNaN(value) ? BESIDE + volume.labels[i] : value));
    showSlices(parts.slices, values, volume, (value) =>
      (value >= BESIDE ? besideColour(value - BESIDE) : socColour(value, scale)));
  };
  parts.map.onchange = update;
  parts.map.value = String(all.length - 1);
  update();
}

function showFiles(
  parts: Parts, { command }: Present, choice: DischargeChoice, { report, cellFile, seconds }: Discharged,
): void {
  const { rates, active, electrolyte, axis } = choice;
  parts.files.replaceChildren(
    downloadButton(`Report: ${report.file}`, report.file, report.html, 'text/html'),
    downloadButton('Cell file: cell.yaml', 'cell.yaml', cellFile, 'application/json'),
  );
  const flags = `--am ${active} --se ${electrolyte} --axis ${axis} --rate ${rates.join(',')} --at 25%,50%,75%,end`;
  parts.reproduce.textContent = [
    ...(command === null ? [] : [
      `The same on the command line: ${command}, then voxelith discharge3d structure.npy cell.yaml ${flags}.`,
    ]),
    `${seconds.toFixed(1)} s.`,
  ].join(' ');
}

export interface DischargePanel {
  readonly root: HTMLElement;
  /** Offers the phases of a structure; discharges of another one are hidden. */
  offer(present: Present): void;
}

export function dischargePanel(page: Page): DischargePanel {
  const { root, parts } = assemble(HTML, PARTS);
  let present: Present | null = null;
  parts.chemistry.replaceChildren(...cells.CHEMISTRIES.map(({ name, title }) =>
    make('option', { value: name, textContent: title })));

  onSubmit(parts.form, () => void page.run(async (options) => {
    if (present === null) return;
    const choice: DischargeChoice = {
      active: Number(parts.active.value), electrolyte: Number(parts.electrolyte.value),
      axis: parts.axis.value as DischargeChoice['axis'], chemistry: parts.chemistry.value,
      separatorUm: requiredNumber(parts.separator), rates: ratesIn(parts.rates), names: present.phaseNames,
    };
    const found = await page.call('discharge', choice, options);
    parts.shown.hidden = false;
    showTable(parts, found.runs);
    showCharts(parts, found.runs);
    showMaps(parts, present, found.runs, page.offerField);
    showFiles(parts, present, choice, found);
    root.dataset.voltage = JSON.stringify(found.runs.map(({ voltage }) => voltage));
  }));

  return {
    root,
    offer(structure) {
      present = structure;
      const { shape, voxelSizeUm } = structure.volume;
      // A section, and an image without a scale, have no resistance that could be meant.
      root.hidden = voxelSizeUm === null || structure.fractions.length < 2;
      parts.shown.hidden = true;
      delete root.dataset.voltage;
      offerPhases(parts.active, structure, ACTIVE);
      offerPhases(parts.electrolyte, structure, ELECTROLYTE);
      for (const option of parts.axis.options) {
        option.disabled = shape[axisIndex(option.value as DischargeChoice['axis'])] < 2;
      }
      parts.axis.value = AXES.find((axis) => shape[axisIndex(axis)] > 1) ?? 'z';
    },
  };
}

// The panel of discharges on the voxels: curves, planes coloured by state of charge, means over the depth.
import {
  besideColour, endText, momentText, socColour, socScale, stateOfCharge, stateOfChargeMap, type ResolvedDischarge,
  type ResolvedMap, type SocScale,
} from '../../src/browser.js';
import { type Curve, lineOf, showSlices } from '../../src/viewer.js';
import type { CallOptions } from '../client.js';
import { perHour, rateName } from '../cell-form.js';
import { assemble, downloadButton, readable } from '../dom.js';
import { chartFigure, named, tableBlock, type ChartFigure, type Table } from '../figures.js';
import { make } from '../../src/viewer/elements.js';
import type { Page } from '../page.js';
import type { CellChoice, Discharged, DischargeChoice, HomogenisedRun, Present } from '../protocol.js';

const HTML = `
  <section data-panel="discharge" aria-label="Discharge on the voxels" hidden>
    <h3>On the voxels</h3>
    <div data-part="tables"></div>
    <div class="charts" data-part="charts"></div>
    <div data-part="maps">
      <p><label>State of charge at <select data-part="map"></select></label> <span data-part="scale"></span></p>
      <div class="slices" data-part="slices"></div>
    </div>
    <p class="buttons" data-part="files"></p>
    <p class="hint long" data-part="reproduce"></p>
  </section>`;

const PARTS = {
  tables: HTMLElement, charts: HTMLElement, maps: HTMLElement, map: HTMLSelectElement, scale: HTMLElement,
  slices: HTMLElement, files: HTMLElement, reproduce: HTMLElement,
};
type Parts = ReturnType<typeof assemble<typeof PARTS>>['parts'];

/** Values above every state of charge stand for the labels of what holds none. */
const BESIDE = 1000;

const utilisation = (run: ResolvedDischarge): number =>
  1 - stateOfCharge(run, run.stoichiometry[run.stoichiometry.length - 1]);

/** What is ready of a discharge. */
interface Ready {
  readonly resolved: readonly ResolvedDischarge[];
  readonly homogenised: readonly HomogenisedRun[];
}

function tableOf({ resolved, homogenised }: Ready): Table {
  return {
    caption: 'Each from the start. Utilisation is the share of what the active material holds in its window; '
      + 'homogenised: the capacity of the same cell by the pseudo-two-dimensional model, in mAh/cm².',
    head: [
      named('rate', 'discharge on voxels'), 'A/m²', 'mAh/cm²', 'mWh/cm²', named('homogenised', 'discharge'),
      'utilisation', 'ended by',
    ],
    rows: resolved.map((run, i) => [
      rateName(run.rate), readable(run.currentDensity, 4), readable(perHour(run.capacity), 4),
      readable(perHour(run.energy), 4), readable(perHour(homogenised[i].dischargeCapacity), 4),
      `${readable(100 * utilisation(run), 3)} %`, endText(run.endedBy),
    ]),
    numbers: {
      head: [
        'rate', 'A/m2', 'mAh/cm2', 'mWh/cm2', 'utilisation', 'ended by', 'mAh/cm2 homogenised', 'mWh/cm2 homogenised',
      ],
      rows: resolved.map((run, i) => [
        run.rate, run.currentDensity, perHour(run.capacity), perHour(run.energy), utilisation(run), run.endedBy,
        perHour(homogenised[i].dischargeCapacity), perHour(homogenised[i].energy),
      ]),
    },
  };
}

interface Figures {
  readonly voltage: ChartFigure;
  readonly depth: ChartFigure;
  readonly reaction: ChartFigure;
}

const figures = (): Figures => ({
  voltage: chartFigure('voltage', 'Voltage, on the voxels and homogenised (dashed)', 'discharge on voxels'),
  depth: chartFigure('depth', 'State of charge over the depth, at the end', 'discharge on voxels'),
  reaction: chartFigure('reaction', 'Reaction over the depth, at the end', 'discharge on voxels'),
});

function showCharts({ voltage, depth, reaction }: Figures, { resolved, homogenised }: Ready): void {
  const curve = (run: ResolvedDischarge, i: number, x: readonly number[], y: readonly number[]): Curve => {
    const kept = y.map((value, k) => [x[k], value] as const).filter(([, value]) => Number.isFinite(value));
    return {
      label: rateName(run.rate), colour: lineOf(i + 1), x: kept.map(([at]) => at), y: kept.map(([, value]) => value),
    };
  };
  const empty = { empty: 'Not ready yet.' };
  voltage.show([
    ...resolved.map((run, i) => curve(run, i, run.charge.map(perHour), run.voltage)),
    ...homogenised.map((run, i): Curve => ({
      label: `${rateName(run.rate)}, homogenised`, colour: lineOf(i + 1), style: 'dashed',
      x: run.curve.charge.map(perHour), y: run.curve.voltage,
    })),
  ], ['capacity, mAh/cm²', 'voltage, V'], empty);
  const ended = resolved.filter(({ profiles }) => profiles.length > 0);
  const last = ({ profiles }: ResolvedDischarge) => profiles[profiles.length - 1];
  const across = 'depth from the separator, µm';
  depth.show(
    ended.map((run, i) => curve(run, i, run.depthUm, last(run).stoichiometry.map((x) => stateOfCharge(run, x)))),
    [across, 'state of charge, mean of the plane'], empty,
  );
  reaction.show(
    ended.map((run, i) => curve(run, i, run.depthUm, last(run).reaction.map((value) => 1e-6 * value))),
    [across, 'reaction, A/cm³'], empty,
  );
}

/** Colours from end to end, with their numbers. */
function scaleBar({ from, to }: SocScale): Node[] {
  const stops = Array.from({ length: 9 }, (_, k) => `rgb(${socColour(k / 8, { from: 0, to: 1 }).join(' ')})`);
  const bar = make('span', { className: 'scale' });
  bar.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
  return [document.createTextNode(`${readable(from, 4)} `), bar, document.createTextNode(` ${readable(to, 4)}`)];
}

function showMaps(page: Page, parts: Parts, { volume }: Present, runs: readonly ResolvedDischarge[]): void {
  const all = runs.flatMap((run) => run.maps.map((map) => ({ run, map })));
  parts.map.replaceChildren(...all.map(({ run, map }, k) =>
    make('option', { value: String(k), textContent: `${rateName(run.rate)}, ${momentText(map.moment)}` })));
  if (all.length === 0) return;
  const socOf = ({ run, map }: { run: ResolvedDischarge; map: ResolvedMap }): Float32Array =>
    stateOfChargeMap(run, map);
  const scale = socScale(all.map(socOf));
  parts.scale.replaceChildren(...scaleBar(scale));
  const update = (): void => {
    const soc = socOf(all[Number(parts.map.value)]);
    // One colour of the structure, which is that of the map that is chosen.
    page.offerField({ name: 'state of charge', unit: '', values: soc, range: [scale.from, scale.to] });
    const values = soc.map((value, i) => (Number.isNaN(value) ? BESIDE + volume.labels[i] : value));
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
  /** Takes another structure; results of the one before are hidden. */
  offer(present: Present): void;
  /** Discharges the present structure, and shows what is ready of it. */
  discharge(choice: CellChoice, options: CallOptions): Promise<void>;
}

export function dischargePanel(page: Page): DischargePanel {
  const { root, parts } = assemble(HTML, PARTS);
  const table = tableBlock('table', 'Discharges on the voxels');
  const charts = figures();
  parts.tables.append(table.root);
  parts.charts.append(...Object.values<ChartFigure>({ ...charts }).map((figure) => figure.root));
  let present: Present | null = null;

  async function discharge(chosen: CellChoice, options: CallOptions): Promise<void> {
    if (present === null) return;
    const structure = present;
    const choice: DischargeChoice = { ...chosen, names: structure.phaseNames };
    let ready: Ready = { resolved: [], homogenised: [] };
    const show = (): void => {
      table.show(tableOf(ready));
      showCharts(charts, ready);
    };
    root.hidden = false;
    parts.maps.hidden = true;
    parts.files.replaceChildren();
    parts.reproduce.textContent = '';
    show();
    const found = await page.call('discharge', choice, options, (part) => {
      ready = 'resolved' in part ? { ...ready, resolved: [...ready.resolved, part.resolved] }
        : { ...ready, homogenised: [...ready.homogenised, part.homogenised] };
      show();
    });
    const { resolved } = ready;
    parts.maps.hidden = false;
    showMaps(page, parts, structure, resolved);
    showFiles(parts, structure, choice, found);
    root.dataset.voltage = JSON.stringify(resolved.map(({ voltage }) => voltage));
  }

  return {
    root,
    discharge,
    offer(structure) {
      present = structure;
      root.hidden = true;
      delete root.dataset.voltage;
    },
  };
}

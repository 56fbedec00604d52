// The panel of homogenised cells: discharge curves and impedance of a cell whose electrode is the present structure.
import { endText } from '../../src/browser.js';
import { lineOf, type Curve } from '../../src/viewer.js';
import type { CallOptions } from '../client.js';
import { CELL_FORM, CELL_PARTS, cellForm, perHour, rateName } from '../cell-form.js';
import { assemble, downloadButton, explain, onSubmit, readable } from '../dom.js';
import { chartFigure, named, tableBlock, type ChartFigure, type Table } from '../figures.js';
import type { Page, Panel } from '../page.js';
import type { CellChoice, HomogenisedRun, Present, Simulated, SimulateChoice } from '../protocol.js';

const HTML = `
  <section data-panel="cell" aria-label="A cell with this electrode" hidden>
    <h2>A cell with this electrode <span data-part="explains"></span></h2>
    ${CELL_FORM}
    <div data-part="shown" hidden>
      <h3>Homogenised</h3>
      <div data-part="tables"></div>
      <div class="charts" data-part="charts"></div>
      <p class="buttons" data-part="files"></p>
      <p class="hint long" data-part="reproduce"></p>
    </div>
  </section>`;

const PARTS = {
  ...CELL_PARTS, explains: HTMLElement, shown: HTMLElement, tables: HTMLElement, charts: HTMLElement,
  files: HTMLElement, reproduce: HTMLElement,
};
type Parts = ReturnType<typeof assemble<typeof PARTS>>['parts'];

/** Ω m² in Ω cm². */
const perCm2 = (value: number): number => 1e4 * value;
/** Hz. Below, diffusion in the particles hides what the arc of the charge transfer is. */
const ARC_FROM = 1;
/** Frequencies that have their name in the chart. */
const NAMED: Readonly<Record<number, string>> = { 1000: '1 kHz', 1: '1 Hz', 0.001: '1 mHz' };

function tableOf(runs: readonly HomogenisedRun[]): Table {
  return {
    caption: 'Each from the start. Utilisation is the share of the nominal capacity.',
    head: [named('rate', 'discharge'), 'A/m²', 'mAh/cm²', 'mWh/cm²', 'mean V', 'utilisation', 'ended by'],
    rows: runs.map((run) => [
      rateName(run.rate), readable(run.currentDensity, 4), readable(perHour(run.dischargeCapacity), 4),
      readable(perHour(run.energy), 4), readable(run.meanVoltage, 4), `${readable(100 * run.utilisation, 3)} %`,
      run.cause === null ? endText(run.endedBy) : [endText(run.endedBy), run.cause],
    ]),
    numbers: {
      head: ['rate', 'A/m2', 'mAh/cm2', 'mWh/cm2', 'mean V', 'utilisation', 'seconds', 'ended by'],
      rows: runs.map((run) => [
        run.rate, run.currentDensity, perHour(run.dischargeCapacity), perHour(run.energy), run.meanVoltage,
        run.utilisation, run.duration, run.endedBy,
      ]),
    },
  };
}

const voltageCurves = (runs: readonly HomogenisedRun[]): Curve[] => runs.map(({ rate, curve }, i) =>
  ({ label: rateName(rate), colour: lineOf(i + 1), x: curve.charge.map(perHour), y: curve.voltage }));

function showFiles(
  parts: Parts, { command }: Present, choice: SimulateChoice,
  { reports, cellFile, nominalCapacity, ...found }: Simulated,
): void {
  parts.files.replaceChildren(
    ...reports.map(({ file, html }) => downloadButton(`Report: ${file}`, file, html, 'text/html')),
    downloadButton('Cell file: cell.yaml', 'cell.yaml', cellFile, 'application/json'),
  );
  const again = `voxelith discharge cell.yaml --rates ${choice.rates.join(',')}, and voxelith impedance cell.yaml ` +
    `--stoichiometry ${found.stoichiometry}.`;
  parts.reproduce.textContent = [
    `The cell holds ${readable(perHour(nominalCapacity), 4)} mAh/cm² between its start and full.`,
    command === null ? `With the cell file on the command line: ${again}`
      : `The same on the command line: ${command}; with the cell file: ${again}`,
    `${found.seconds.toFixed(1)} s.`,
  ].join(' ');
}

/** @param resolve discharges on the voxels */
export function cellPanel(
  page: Page, resolve: (choice: CellChoice, options: CallOptions) => Promise<void>,
): Panel & { offer(present: Present): void } {
  const { root, parts } = assemble(HTML, PARTS);
  parts.explains.replaceWith(explain('which cell'));
  const form = cellForm(parts);
  const table = tableBlock('table', 'Discharges of the homogenised cell');
  const voltage = chartFigure('voltage', 'Voltage', 'discharge');
  const nyquist = chartFigure('nyquist', 'Impedance at rest', 'impedance');
  const arc = chartFigure('arc', 'The same from 1 Hz upwards', 'impedance');
  parts.tables.append(table.root);
  parts.charts.append(voltage.root, nyquist.root, arc.root);
  let present: Present | null = null;

  function showNyquist({ impedance, stoichiometry }: Simulated): void {
    const colour = lineOf(1);
    const at = ({ real, imaginary }: Simulated['impedance'][number]) => ({ x: perCm2(real), y: perCm2(-imaginary) });
    const showFrom = (figure: ChartFigure, lowest: number): void => {
      const points = impedance.filter(({ frequency }) => frequency >= lowest).sort((a, b) => a.real - b.real);
      const marks = points.flatMap((point) => {
        const label = NAMED[point.frequency];
        return label === undefined ? [] : [{ label, colour, ...at(point) }];
      });
      figure.show([
        { label: `Z at x = ${stoichiometry}`, colour, x: points.map((p) => at(p).x), y: points.map((p) => at(p).y) },
      ], ['Re Z, Ω cm²', '−Im Z, Ω cm²'], { marks, equalScales: true });
    };
    showFrom(nyquist, 0);
    showFrom(arc, ARC_FROM);
  }

  async function simulate(options: CallOptions): Promise<void> {
    if (present === null) return;
    const structure = present;
    const choice = form.simulateChoice();
    const runs: HomogenisedRun[] = [];
    parts.shown.hidden = false;
    for (const { root: figure } of [nyquist, arc]) figure.hidden = true;
    parts.files.replaceChildren();
    parts.reproduce.textContent = '';
    const show = (): void => {
      table.show(tableOf(runs));
      voltage.show(voltageCurves(runs), ['capacity, mAh/cm²', 'voltage, V'], { empty: 'Not ready yet.' });
    };
    show();
    const found = await page.call('simulate', choice, options, (run) => {
      runs.push(run);
      show();
    });
    for (const { root: figure } of [nyquist, arc]) figure.hidden = false;
    showNyquist(found);
    showFiles(parts, structure, choice, found);
    const { impedance } = found;
    Object.assign(root.dataset, {
      capacity: JSON.stringify(runs.map(({ dischargeCapacity }) => dischargeCapacity)),
      impedance: JSON.stringify(impedance.map(({ real, imaginary }) => [real, imaginary])),
    });
  }

  onSubmit(parts.form, (button) => void page.run((options) =>
    (button === parts.resolve ? resolve(form.choice(), options) : simulate(options))));

  return {
    root,
    offer(structure) {
      present = structure;
      root.hidden = !form.offer(structure);
      parts.shown.hidden = true;
      for (const key of ['capacity', 'impedance']) delete root.dataset[key];
    },
  };
}

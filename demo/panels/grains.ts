// The panel of grains: the particles of a phase in colours, how many there are, and how large they are.
import { bins, grainColour, SEGMENT_GRAINS_DEFAULTS } from '../../src/browser.js';
import { lineOf, showSlices } from '../../src/viewer.js';
import { assemble, downloadButton, onSubmit, readable, requiredNumber } from '../dom.js';
import { chartFigure, named, numbersCsv, tableBlock, type ChartFigure, type TableBlock } from '../figures.js';
import type { Page } from '../page.js';
import { offerPhases } from '../phase-options.js';
import { phaseName, type Grains, type GrainsChoice, type Present } from '../protocol.js';

const HTML = `
  <section data-panel="grains" aria-label="Grains" hidden>
    <h2>Grains</h2>
    <form class="panel" data-part="form">
      <fieldset>
        <label>Of <select data-part="phase" name="phase"></select></label>
        <label>Dynamics, voxels
          <input data-part="dynamics" name="dynamics" type="number" required min="0" step="any"
            value="${SEGMENT_GRAINS_DEFAULTS.dynamics}">
        </label>
        <label>Ratio, 0 to 1
          <input data-part="ratio" name="ratio" type="number" required min="0" max="1" step="any"
            value="${SEGMENT_GRAINS_DEFAULTS.ratio}">
        </label>
        <button data-part="submit" type="submit">Find grains</button>
      </fieldset>
      <p class="hint">Neighbours are one grain where the distance map rises by less than the dynamics from the saddle
      between them to the lower maximum, or where the saddle has more than that ratio of it.</p>
    </form>
    <div data-part="found" hidden>
      <p data-part="counts"></p>
      <div class="slices" data-part="slices"></div>
      <div data-part="tables"></div>
      <div class="charts" data-part="charts"></div>
      <p class="buttons" data-part="files"></p>
      <p class="hint long" data-part="reproduce"></p>
    </div>
  </section>`;

const PARTS = {
  form: HTMLFormElement, phase: HTMLSelectElement, dynamics: HTMLInputElement, ratio: HTMLInputElement,
  found: HTMLElement, counts: HTMLElement, slices: HTMLElement, tables: HTMLElement, charts: HTMLElement,
  files: HTMLElement, reproduce: HTMLElement,
};
type Parts = ReturnType<typeof assemble<typeof PARTS>>['parts'];

/** Label of the active material in models, whose particles are what is mostly asked for. */
const ACTIVE = 2;

interface Views {
  readonly table: TableBlock;
  readonly histogram: ChartFigure;
}

function showSizes(
  { table, histogram }: Views, { equivalentDiameter, touchesWindow, sizes, sizesInside }: Grains, unit: string,
): void {
  const ways = [['all', sizes], [`${sizesInside.count} whole ones`, sizesInside]] as const;
  const keys = ['mean', 'd10', 'd50', 'd90'] as const;
  const rows = ways.flatMap(([name, { byNumber, byVolume }]) =>
    ([['number', byNumber], ['volume', byVolume]] as const).map(([by, found]) =>
      ({ name: `${name}, by ${by}`, values: keys.map((key) => found?.[key] ?? null) })));
  table.show({
    caption: `Diameters of balls of the same volume, ${unit}. Whole grains touch no face of the window; they are `
      + 'weighted for those of their size that it cuts.',
    head: [named('grains', 'grains'), 'mean', 'D10', 'D50', 'D90'],
    rows: rows.map(({ name, values }) => [name, ...values.map((value) => readable(value, 4))]),
    numbers: {
      head: ['grains', ...keys.map((key) => `${key}, ${unit}`)], rows: rows.map((row) => [row.name, ...row.values]),
    },
  });
  const all = [...equivalentDiameter];
  const { edges, counts } = bins([all, all.filter((_, k) => !touchesWindow[k])]);
  const curve = (label: string, colour: string, y: readonly number[]) =>
    ({ label, colour, x: edges, y: [...y, 0], style: 'steps' as const });
  histogram.show(
    [curve('all', lineOf(1), counts[0]), curve('whole ones', lineOf(2), counts[1])],
    [`equivalent diameter, ${unit}`, 'grains'],
  );
}

/** One row per grain, with all digits. */
function grainsCsv({ equivalentDiameter, touchesWindow }: Grains, unit: string): string {
  return numbersCsv({
    head: ['grain', `equivalent diameter, ${unit}`, 'touches the window'],
    rows: Array.from(equivalentDiameter, (diameter, k) => [k + 1, diameter, Boolean(touchesWindow[k])]),
  });
}

function show(
  parts: Parts, views: Views, { volume, command, ...present }: Present, { phase, dynamics, ratio }: GrainsChoice,
  found: Grains,
): void {
  const { numbers, sha256, count, basins, touchesWindow } = found;
  const cut = touchesWindow.filter(Boolean).length;
  parts.found.hidden = false;
  parts.counts.textContent = `${count} ${count === 1 ? 'grain' : 'grains'} of ${phaseName(present, phase)}, joined `
    + `from ${basins} basins; ${cut} at the window.`;
  showSlices(parts.slices, numbers, volume, grainColour);
  const unit = volume.voxelSizeUm === null ? 'voxels' : 'µm';
  showSizes(views, found, unit);
  parts.files.replaceChildren(
    downloadButton('Table: grains.csv', 'grains.csv', grainsCsv(found, unit), 'text/csv'),
  );
  const flags = `--phase ${phase} --dynamics ${dynamics} --ratio ${ratio}`;
  parts.reproduce.textContent = [
    ...(command === null ? [] : [`The same on the command line: ${command}, then voxelith grains ${flags}.`]),
    ...(sha256 === null ? [] : [`SHA-256 of the numbers of grains, 32 bits each, ${sha256}.`]),
  ].join(' ');
}

export interface GrainsPanel {
  readonly root: HTMLElement;
  /** Offers the phases of a structure; grains of another one are hidden. */
  offer(present: Present): void;
}

export function grainsPanel(page: Page): GrainsPanel {
  const { root, parts } = assemble(HTML, PARTS);
  const views: Views = {
    table: tableBlock('table', 'Sizes of grains'), histogram: chartFigure('histogram', 'Grains by size', 'grains'),
  };
  parts.tables.append(views.table.root);
  parts.charts.append(views.histogram.root);
  let present: Present | null = null;

  onSubmit(parts.form, () => void page.run(async (options) => {
    if (present === null) return;
    const choice = {
      phase: Number(parts.phase.value), dynamics: requiredNumber(parts.dynamics), ratio: requiredNumber(parts.ratio),
    };
    const found = await page.call('grains', choice, options);
    show(parts, views, present, choice, found);
    page.warn(found.warnings, present);
    page.offerField({
      name: 'diameter of the grain', unit: present.volume.voxelSizeUm === null ? 'voxels' : 'µm',
      values: Float32Array.from(found.numbers, (grain) => (grain === 0 ? NaN : found.equivalentDiameter[grain - 1])),
    });
    Object.assign(root.dataset, { grainCount: String(found.count), grainNumbers: found.sha256 ?? '' });
  }));

  return {
    root,
    offer(structure) {
      present = structure;
      root.hidden = false;
      parts.found.hidden = true;
      for (const key of ['grainCount', 'grainNumbers']) delete root.dataset[key];
      offerPhases(parts.phase, structure, ACTIVE);
    },
  };
}

// The panel of grains: the particles of a phase in colours, how many there are, and how large they are.
import { bins, grainColour, SEGMENT_GRAINS_DEFAULTS } from '../../src/browser.js';
import { lineOf, showCurves, showSlices } from '../../src/viewer.js';
import { assemble, fillTable, onSubmit, readable, requiredNumber } from '../dom.js';
import type { Page } from '../page.js';
import { offerPhases } from '../phase-options.js';
import { phaseName, type Grains, type GrainsChoice, type Present } from '../protocol.js';

const HTML = `
  <section data-panel="grains" aria-label="Grains" hidden>
    <h2>Grains</h2>
    <form class="panel" data-part="form">
      <fieldset>
        <label>Of <select data-part="phase"></select></label>
        <label>Dynamics, voxels
          <input data-part="dynamics" type="number" required min="0" step="any"
            value="${SEGMENT_GRAINS_DEFAULTS.dynamics}">
        </label>
        <label>Ratio
          <input data-part="ratio" type="number" required min="0" max="1" step="any"
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
      <div class="scroll"><table data-part="table"></table></div>
      <div class="charts">
        <figure><figcaption>Grains by size</figcaption><div data-part="histogram"></div></figure>
      </div>
      <p class="hint long" data-part="reproduce"></p>
    </div>
  </section>`;

const PARTS = {
  form: HTMLFormElement, phase: HTMLSelectElement, dynamics: HTMLInputElement, ratio: HTMLInputElement,
  found: HTMLElement, counts: HTMLElement, slices: HTMLElement, table: HTMLTableElement, histogram: HTMLElement,
  reproduce: HTMLElement,
};
type Parts = ReturnType<typeof assemble<typeof PARTS>>['parts'];

/** Label of the active material in models, whose particles are what is mostly asked for. */
const ACTIVE = 2;

function showSizes(
  { table, histogram }: Parts, { equivalentDiameter, touchesWindow, sizes, sizesInside }: Grains, unit: string,
): void {
  const ways = [['all', sizes], [`${sizesInside.count} whole ones`, sizesInside]] as const;
  fillTable(
    table,
    `Diameters of balls of the same volume, ${unit}. Whole grains touch no face of the window; they are weighted for `
      + 'those of their size that it cuts.',
    ['grains', 'mean', 'D10', 'D50', 'D90'],
    ways.flatMap(([name, { byNumber, byVolume }]) =>
      ([['number', byNumber], ['volume', byVolume]] as const).map(([by, found]) => [
        `${name}, by ${by}`, ...(['mean', 'd10', 'd50', 'd90'] as const).map((key) => readable(found?.[key], 4)),
      ])),
  );
  const all = [...equivalentDiameter];
  const { edges, counts } = bins([all, all.filter((_, k) => !touchesWindow[k])]);
  const curve = (label: string, colour: string, y: readonly number[]) =>
    ({ label, colour, x: edges, y: [...y, 0], style: 'steps' as const });
  showCurves(
    histogram, [curve('all', lineOf(1), counts[0]), curve('whole ones', lineOf(2), counts[1])],
    [`equivalent diameter, ${unit}`, 'grains'],
  );
}

function show(
  parts: Parts, { volume, command, ...present }: Present, { phase, dynamics, ratio }: GrainsChoice, found: Grains,
): void {
  const { numbers, sha256, count, basins, touchesWindow } = found;
  const cut = touchesWindow.filter(Boolean).length;
  parts.found.hidden = false;
  parts.counts.textContent = `${count} ${count === 1 ? 'grain' : 'grains'} of ${phaseName(present, phase)}, joined `
    + `from ${basins} basins; ${cut} at the window.`;
  showSlices(parts.slices, numbers, volume, grainColour);
  showSizes(parts, found, volume.voxelSizeUm === null ? 'voxels' : 'µm');
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
  let present: Present | null = null;

  onSubmit(parts.form, () => void page.run(async (options) => {
    if (present === null) return;
    const choice = {
      phase: Number(parts.phase.value), dynamics: requiredNumber(parts.dynamics), ratio: requiredNumber(parts.ratio),
    };
    const found = await page.call('grains', choice, options);
    show(parts, present, choice, found);
    page.warn(found.warnings);
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

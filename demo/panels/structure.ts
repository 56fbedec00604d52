// The panel of the present structure: facts, slices, legend, and the file to save.
import { fillOf, rgbOf, showSlices } from '../../src/viewer.js';
import { assemble, download, onSubmit, readable } from '../dom.js';
import { make, swatch } from '../../src/viewer/elements.js';
import type { Page } from '../page.js';
import { phaseName, type Present } from '../protocol.js';

const HTML = `
  <section data-panel="structure" aria-label="Structure" hidden>
    <h2>Structure</h2>
    <p data-part="facts"></p>
    <div class="slices" data-part="slices"></div>
    <p class="legend" data-part="legend"></p>
    <form data-part="save">
      <fieldset class="quiet">
        <label>Save as <select data-part="format">
          <option>npy</option><option>nrrd</option><option>mha</option><option>tif</option><option>nii.gz</option>
          <option>vti</option>
        </select></label>
        <button type="submit">Save</button>
      </fieldset>
    </form>
  </section>`;

export interface StructurePanel {
  readonly root: HTMLElement;
  show(present: Present): void;
}

function factsOf({ name, volume: { shape, voxelSizeUm } }: Present): string {
  const edges = [...new Set(voxelSizeUm)].map((h) => Number(h.toPrecision(4))).join(' × ');
  const size = voxelSizeUm === null ? ', of unknown size.' : `, ${edges} µm each.`;
  return `${name}: ${shape.join(' × ')} voxels (z, y, x)${size}`;
}

export function structurePanel(page: Page): StructurePanel {
  const { root, parts: { facts, slices, legend, save, format } } = assemble(HTML, {
    facts: HTMLElement, slices: HTMLElement, legend: HTMLElement, save: HTMLFormElement, format: HTMLSelectElement,
  });
  onSubmit(save, () => void page.run(async (options) => {
    for (const { file, bytes } of await page.call('encode', { extension: format.value }, options)) {
      download(file, bytes as BlobPart, 'application/octet-stream');
    }
  }));
  return {
    root,
    show(present) {
      root.hidden = false;
      root.dataset.labels = present.sha256 ?? '';
      facts.textContent = factsOf(present);
      showSlices(slices, present.volume.labels, present.volume, rgbOf);
      legend.replaceChildren(...present.fractions.map(({ phase, volumeFraction }) => {
        const text = `${phaseName(present, phase)} ${readable(100 * volumeFraction, 3)} %`;
        return make('span', {}, swatch(fillOf(phase)), text);
      }));
    },
  };
}

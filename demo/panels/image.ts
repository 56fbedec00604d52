// The panel of images: files, window, voxel size, filter, and what comes of them.
import { AXES, type Axis, type Filter, type VoxelSize } from '../../src/browser.js';
import type { CallOptions } from '../client.js';
import { assemble, numberIn, onSubmit, requiredNumber } from '../dom.js';
import type { Page } from '../page.js';
import type { GreyChoice, ImageFacts, Present } from '../protocol.js';
import { greyPanel } from './grey.js';

/** What the number beside a filter means, and where it begins. */
const STRENGTHS: Readonly<Record<string, { readonly label: string; readonly value: string; readonly min: string }>> = {
  median: { label: 'Edge, 3 or 5', value: '3', min: '3' },
  gaussian: { label: 'σ, voxels', value: '1', min: '0.1' },
  anisotropic: { label: 'Iterations', value: '10', min: '1' },
};
const EXAMPLE_EDGE = 96;

const HTML = `
  <div class="panel" data-panel="image">
    <fieldset class="files">
      <label class="file">Choose files <input data-part="files" type="file" multiple
        accept=".tif,.tiff,.npy,.npz,.nrrd,.nhdr,.mha,.mhd,.nii,.hdr,.img,.gz,.vti,.am,.raw,.zraw,.png,.bmp,
          .json"></label>
      <label class="file">Choose a folder <input data-part="folder" type="file" webkitdirectory></label>
      <button data-part="example" type="button">Make an example</button>
      <span class="hint">or drop them anywhere: a TIFF stack, a folder of TIFF or PNG slices, npy, npz, NRRD, MHA,
      NIfTI, vti, AmiraMesh; raw with its .json, and .nhdr, .mhd or .hdr with their data</span>
    </fieldset>
    <p class="facts" data-part="facts" aria-live="polite"></p>
    <div data-part="opened" hidden>
      <form data-part="form">
        <fieldset>
          <label>Window, voxels <select data-part="edge">
            <option value="">whole image</option><option>256</option><option>128</option><option>96</option>
            <option>64</option>
          </select></label>
          <span class="group" role="group" aria-label="Voxel size">
            <label>Voxel z, µm <input data-part="z" type="number" min="0.000001" step="any"></label>
            <label>y <input data-part="y" type="number" min="0.000001" step="any"></label>
            <label>x <input data-part="x" type="number" min="0.000001" step="any"></label>
          </span>
          <span class="group grey-only">
            <label>Filter <select data-part="filter">
              <option value="none">none</option><option value="median">median</option>
              <option value="gaussian">Gaussian</option><option value="anisotropic">anisotropic</option>
            </select></label>
            <label data-part="strengthLabel" hidden>
              <span data-part="strengthName"></span> <input data-part="strength" type="number" step="any">
            </label>
          </span>
          <label class="grey-only">Phases <select data-part="classes">
            <option value="2">two</option><option value="3" selected>three</option>
          </select></label>
          <label class="grey-only">Remove below, voxels
            <input data-part="clean" type="number" required min="1" step="1" value="1">
          </label>
          <button data-part="submit" type="submit">Segment</button>
        </fieldset>
      </form>
      <div data-part="grey"></div>
    </div>
  </div>`;

function textOf({ name, shape, type, content, voxelSizeUm }: ImageFacts): string {
  const what = content === 'grey' ? 'grey values.' : 'labels already: used as they are.';
  const size = voxelSizeUm === null
    ? ' The file does not say the size of a voxel: lengths are in voxels unless you do.'
    : '';
  return `${name}: ${shape.join(' × ')} voxels (z, y, x), ${type}, ${what}${size}`;
}

export interface ImagePanel {
  readonly root: HTMLElement;
  /** Opens one image: a file, or slices. */
  open(files: readonly File[]): void;
}

/** @param taken gets the structure that came from the image */
export function imagePanel(page: Page, taken: (present: Present) => void): ImagePanel {
  const { root, parts } = assemble(HTML, {
    files: HTMLInputElement, folder: HTMLInputElement, example: HTMLButtonElement, facts: HTMLElement,
    opened: HTMLElement, form: HTMLFormElement, edge: HTMLSelectElement, z: HTMLInputElement, y: HTMLInputElement,
    x: HTMLInputElement, filter: HTMLSelectElement, strengthLabel: HTMLLabelElement, strengthName: HTMLElement,
    strength: HTMLInputElement, classes: HTMLSelectElement, clean: HTMLInputElement,
    submit: HTMLButtonElement, grey: HTMLElement,
  });
  const grey = greyPanel(page);
  parts.grey.append(grey.root);
  let facts: ImageFacts | null = null;

  const classes = (): 2 | 3 => Number(parts.classes.value) as 2 | 3;
  const edge = (): number | null => (parts.edge.value === '' ? null : Number(parts.edge.value));
  const filter = (): Filter | null => {
    const strength = (): number => requiredNumber(parts.strength);
    switch (parts.filter.value) {
      case 'median': return { kind: 'median', size: strength() as 3 | 5 };
      case 'gaussian': return { kind: 'gaussian', sigma: strength() };
      case 'anisotropic': return { kind: 'anisotropic', iterations: strength() };
      default: return null;
    }
  };
  const choice = (): GreyChoice => ({ edge: edge(), filter: filter() });
  const voxelSize = (): VoxelSize => {
    const size = AXES.map((axis) => numberIn(parts[axis]));
    if (size.every((h) => h === null)) return null;
    if (size.some((h) => h === null)) throw new Error('Voxel size: give all three edges in µm, or none.');
    return size as unknown as VoxelSize;
  };

  async function showGrey(options: CallOptions): Promise<void> {
    const image = await page.call('grey', choice(), options);
    parts.opened.hidden = false;
    grey.show({ grey: image, whole: facts?.type.startsWith('float') === false }, classes());
  }

  const adopt = async (options: CallOptions): Promise<void> =>
    taken(await page.call('adopt', { edge: edge(), voxelSizeUm: voxelSize() }, options));

  async function showImage(image: ImageFacts, options: CallOptions): Promise<void> {
    facts = image;
    page.warn(image.warnings);
    parts.facts.textContent = textOf(image);
    AXES.forEach((axis: Axis, k) => (parts[axis].value = String(image.voxelSizeUm?.[k] ?? '')));
    root.dataset.content = image.content;
    parts.submit.textContent = image.content === 'grey' ? 'Segment' : 'Use it';
    if (image.content === 'grey') return showGrey(options);
    grey.show(null, classes());
    parts.opened.hidden = false;
    return adopt(options);
  }

  async function segment(options: CallOptions): Promise<void> {
    if (facts?.content === 'labels') return adopt(options);
    const more = { voxelSizeUm: voxelSize(), minVoxels: requiredNumber(parts.clean) };
    taken(await page.call('segment', { ...choice(), ...grey.segmentation(), ...more }, options));
  }

  /** What was opened before is gone, also where the next one cannot be opened. */
  const forget = (): void => {
    facts = null;
    parts.facts.textContent = '';
    parts.opened.hidden = true;
    delete root.dataset.content;
  };
  const open = (files: readonly File[]): void => {
    if (files.length === 0) return;
    void page.run(async (options) => {
      forget();
      await showImage(await page.call('load', files, options), options);
    });
  };
  const again = (): void => {
    if (facts?.content === 'grey') void page.run(showGrey);
  };

  for (const chooser of [parts.files, parts.folder]) {
    chooser.addEventListener('change', () => {
      open([...(chooser.files ?? [])]);
      // The same file may be chosen again.
      chooser.value = '';
    });
  }
  parts.example.addEventListener('click', () => void page.run(async (options) =>
    showImage(await page.call('example', { edge: EXAMPLE_EDGE }, options), options)));
  parts.filter.addEventListener('change', () => {
    const strength = STRENGTHS[parts.filter.value];
    parts.strengthLabel.hidden = strength === undefined;
    if (strength !== undefined) {
      parts.strengthName.textContent = strength.label;
      Object.assign(parts.strength, { value: strength.value, min: strength.min });
    }
    again();
  });
  parts.strength.addEventListener('change', again);
  parts.edge.addEventListener('change', again);
  parts.classes.addEventListener('change', () => grey.useClasses(classes()));
  onSubmit(parts.form, () => void page.run(segment));
  return { root, open };
}

// The panel of images: files, grey values, thresholds, and the slice that shows what they do.
import { AXES, axisIndex, type Axis, type VoxelSize } from '../src/core/grid.js';
import type { Filter } from '../src/image/filter.js';
import type { CallOptions } from './client.js';
import { fillOf, rgbOf } from './colours.js';
import { element, input, make, numberIn, requiredNumber, select } from './dom.js';
import { showHistogram } from './histogram.js';
import type { Page } from './page.js';
import type { GreyChoice, GreyFacts, ImageFacts, Plane, Present } from './protocol.js';
import { paint } from './slices.js';

/** Labels of the classes, dark to bright: pore, solid; pore, solid electrolyte, active material. */
const USUAL_LABELS: Readonly<Record<number, readonly number[]>> = { 2: [3, 2], 3: [3, 1, 2] };
const LABEL_NAMES: readonly (readonly [number, string])[] = [[1, '1 electrolyte'], [2, '2 active, solid'], [3, '3 pore']];
/** What the number beside a filter means, and where it begins. */
const STRENGTHS: Readonly<Record<string, { readonly label: string; readonly value: string; readonly min: string }>> = {
  median: { label: 'Edge, 3 or 5', value: '3', min: '3' }, gaussian: { label: 'σ, voxels', value: '1', min: '0.1' }, anisotropic: { label: 'Iterations', value: '10', min: '1' },
};

interface State {
  facts: ImageFacts | null;
  grey: GreyFacts | null;
  thresholds: number[];
  /** Whether the thresholds are Otsu's own. */
  otsu: boolean;
  labels: number[];
  plane: Plane | null;
}

/** Files of what was dropped, with those in folders. */
async function droppedFiles(items: DataTransferItemList): Promise<File[]> {
  // All at once: the list is empty after the first wait. What was made by a script has no entry.
  const found = [...items].filter(({ kind }) => kind === 'file').map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const filesOf = async (entry: FileSystemEntry): Promise<File[]> => {
    if (entry.isFile) return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    const all: FileSystemEntry[] = [];
    // Chromium hands out a hundred at a time.
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return (await Promise.all(all.filter(({ isFile }) => isFile).map(filesOf))).flat();
      all.push(...some);
    }
  };
  return (await Promise.all(found.map((one) => (one === null ? [] : one instanceof File ? [one] : filesOf(one))))).flat();
}

/** @param show takes the structure that came from the image
 *  @param reveal brings the panel to the front */
export function imagePanel(page: Page, show: (present: Present) => void, reveal: () => void): void {
  const state: State = { facts: null, grey: null, thresholds: [], otsu: true, labels: [...USUAL_LABELS[3]], plane: null };
  let redraw: () => void = () => undefined;

  const edge = (): number | null => (select('edge').value === '' ? null : Number(select('edge').value));
  const filter = (): Filter | null => {
    const strength = (): number => requiredNumber(input('strength'));
    switch (select('filter').value) {
      case 'median': return { kind: 'median', size: strength() as 3 | 5 };
      case 'gaussian': return { kind: 'gaussian', sigma: strength() };
      case 'anisotropic': return { kind: 'anisotropic', iterations: strength() };
      default: return null;
    }
  };
  const choice = (): GreyChoice => ({ edge: edge(), filter: filter() });
  const voxelSize = (): VoxelSize => {
    const size = ['voxel-z', 'voxel-y', 'voxel-x'].map((id) => numberIn(input(id)));
    if (size.every((h) => h === null)) return null;
    if (size.some((h) => h === null)) throw new Error('Voxel size: give all three edges in µm, or none.');
    return size as unknown as VoxelSize;
  };

  function paintPlane(): void {
    const { plane, grey, thresholds, labels } = state;
    if (plane === null || grey === null) return;
    const [black, white] = grey.contrast;
    paint(element<HTMLCanvasElement>('grey-plane'), plane, (value) => {
      const shade = Math.max(0, Math.min(255, (255 * (value - black)) / (white - black || 1)));
      return [shade, shade, shade];
    });
    const limits = thresholds.map(Math.fround);
    paint(element<HTMLCanvasElement>('class-plane'), plane, (value) => rgbOf(labels[limits.filter((limit) => value >= limit).length]));
  }

  // Only the newest position counts: while one plane is on its way the next is the last one asked for.
  let [wanted, fetching] = [0, false];
  async function fetchPlane(): Promise<void> {
    wanted++;
    if (fetching || state.grey === null) return;
    fetching = true;
    try {
      for (let seen = 0; seen !== wanted;) {
        seen = wanted;
        const axis = select('plane-axis').value as Axis;
        const index = Number(input('plane').value);
        state.plane = await page.call('plane', { axis, index });
        element('plane-at').textContent = `plane ${index} of ${state.grey.shape[axisIndex(axis)]}`;
        paintPlane();
      }
    } finally {
      fetching = false;
    }
  }

  function placeSlider(): void {
    const { grey } = state;
    if (grey === null) return;
    const count = grey.shape[axisIndex(select('plane-axis').value as Axis)];
    Object.assign(input('plane'), { max: String(count - 1), value: String(count >> 1) });
    void fetchPlane();
  }

  function setThreshold(index: number, value: number): void {
    const { grey, thresholds } = state;
    if (grey === null || !Number.isFinite(value)) return;
    const step = state.facts?.type.startsWith('float') ? 0 : 1;
    const low = index === 0 ? grey.edges[0] : thresholds[index - 1] + step;
    const high = index === thresholds.length - 1 ? grey.end : thresholds[index + 1] - step;
    thresholds[index] = Math.min(high, Math.max(low, step === 1 ? Math.round(value) : Number(value.toPrecision(6))));
    state.otsu = false;
    showThresholds();
  }

  function showThresholds(): void {
    for (const [k, value] of state.thresholds.entries()) input(`threshold-${k}`).value = String(value);
    redraw();
    paintPlane();
  }

  /** Fields for the thresholds and labels of the classes. */
  function classFields(): void {
    const { labels } = state;
    const names = labels.length === 2 ? ['dark', 'bright'] : ['dark', 'middle', 'bright'];
    const parts: HTMLElement[] = labels.flatMap((label, k) => {
      const choose = make('select', { id: `class-${k}` }, ...LABEL_NAMES.map(([value, name]) => new Option(name, String(value), false, value === label)));
      choose.addEventListener('change', () => {
        labels[k] = Number(choose.value);
        swatch.style.background = fillOf(labels[k]);
        redraw();
        paintPlane();
      });
      const swatch = make('span', { className: 'swatch' });
      swatch.style.background = fillOf(label);
      const field = make('input', { id: `threshold-${k}`, type: 'number', step: 'any', ariaLabel: `threshold ${k + 1}` });
      field.addEventListener('change', () => setThreshold(k, Number(field.value)));
      return [make('label', {}, swatch, `${names[k]} `, choose), ...(k < labels.length - 1 ? [make('label', {}, '< ', field, ' ≤')] : [])];
    });
    element('thresholds').replaceChildren(...parts);
  }

  function useOtsu(): void {
    const classes = Number(select('classes').value) as 2 | 3;
    const { grey } = state;
    if (state.labels.length !== classes) state.labels = [...USUAL_LABELS[classes]];
    const found = grey?.otsu[classes] ?? null;
    if (grey !== null && found === null) page.warn([`Otsu needs at least ${classes} grey values: set the thresholds by hand, or choose fewer phases.`]);
    const range = grey === null ? 0 : grey.end - grey.edges[0];
    state.thresholds = found !== null ? [...found] : Array.from({ length: classes - 1 }, (_, k) => (grey?.edges[0] ?? 0) + (range * (k + 1)) / classes);
    state.otsu = found !== null;
    classFields();
    showThresholds();
  }

  async function showGrey(options: CallOptions): Promise<void> {
    state.grey = await page.call('grey', choice(), options);
    element('opened').hidden = false;
    redraw = showHistogram(element('grey-values'), state.grey, () => ({ values: state.thresholds, labels: state.labels }), setThreshold);
    useOtsu();
    placeSlider();
  }

  async function showImage(facts: ImageFacts, options: CallOptions): Promise<void> {
    state.facts = facts;
    state.grey = null;
    const { name, shape, type, content, voxelSizeUm, warnings } = facts;
    page.warn(warnings);
    element('image-facts').textContent = `${name}: ${shape.join(' × ')} voxels (z, y, x), ${type}, `
      + (content === 'grey' ? 'grey values.' : 'labels already: used as they are.') + (voxelSizeUm === null ? ' The file does not say the size of a voxel: lengths are in voxels unless you do.' : '');
    AXES.forEach((axis, k) => (input(`voxel-${axis}`).value = voxelSizeUm === null ? '' : String(voxelSizeUm[k])));
    element('image').dataset.content = content;
    element('use').textContent = content === 'grey' ? 'Segment' : 'Use it';
    if (content === 'grey') return showGrey(options);
    element('opened').hidden = false;
    show(await page.call('adopt', { edge: edge(), voxelSizeUm: voxelSize() }, options));
  }

  const open = (files: readonly File[]): void => {
    if (files.length === 0) return;
    reveal();
    element('opened').hidden = true;
    void page.run(async (options) => showImage(await page.call('load', files, options), options));
  };

  for (const id of ['files', 'folder']) {
    input(id).addEventListener('change', () => {
      open([...(input(id).files ?? [])]);
      // The same file may be chosen again.
      input(id).value = '';
    });
  }
  element('example').addEventListener('click', () => void page.run(async (options) => showImage(await page.call('example', { edge: 96 }, options), options)));
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  for (const name of ['dragleave', 'drop']) document.addEventListener(name, () => document.body.classList.remove('dropping'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    if (event.dataTransfer !== null) void droppedFiles(event.dataTransfer.items).then(open);
  });

  const again = (): void => {
    if (state.facts?.content === 'grey') void page.run(showGrey);
  };
  select('filter').addEventListener('change', () => {
    const strength = STRENGTHS[select('filter').value];
    element('strength-label').hidden = strength === undefined;
    if (strength !== undefined) {
      (element('strength-label').firstElementChild as HTMLElement).textContent = strength.label;
      Object.assign(input('strength'), { value: strength.value, min: strength.min });
    }
    again();
  });
  input('strength').addEventListener('change', again);
  select('edge').addEventListener('change', again);
  select('classes').addEventListener('change', useOtsu);
  element('otsu').addEventListener('click', useOtsu);
  select('plane-axis').addEventListener('change', placeSlider);
  input('plane').addEventListener('input', () => void fetchPlane());
  element('segment').addEventListener('submit', (event) => {
    event.preventDefault();
    void page.run(async (options) => {
      const voxelSizeUm = voxelSize();
      if (state.facts?.content === 'labels') return show(await page.call('adopt', { edge: edge(), voxelSizeUm }, options));
      const { thresholds, labels, otsu } = state;
      if (new Set(labels).size !== labels.length) throw new Error('Each class needs a label of its own.');
      show(await page.call('segment', {
        ...choice(), labels, voxelSizeUm, minVoxels: requiredNumber(input('clean')),
        segmentation: otsu ? { method: 'otsu', classes: labels.length } : { method: 'thresholds', thresholds },
      }, options));
    });
  });
}

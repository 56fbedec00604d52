// Grey values of the opened image: histogram, thresholds, and the slice that shows what they do.
import { axisIndex, type Axis, type Segmentation } from '../../src/browser.js';
import { fillOf, paint, rgbOf, type PlaneValues } from '../../src/viewer.js';
import { assemble } from '../dom.js';
import { make, swatch } from '../../src/viewer/elements.js';
import { showHistogram } from '../histogram.js';
import type { Page } from '../page.js';
import type { GreyFacts } from '../protocol.js';

/** Labels of the classes, dark to bright: pore, solid; pore, solid electrolyte, active material. */
const USUAL_LABELS: Readonly<Record<2 | 3, readonly number[]>> = { 2: [3, 2], 3: [3, 1, 2] };
const CLASS_NAMES: Readonly<Record<number, readonly string[]>> = {
  2: ['dark', 'bright'], 3: ['dark', 'middle', 'bright'],
};
const LABEL_NAMES: readonly (readonly [number, string])[] = [
  [1, '1 electrolyte'], [2, '2 active, solid'], [3, '3 pore'],
];

const HTML = `
  <div class="grey" data-panel="grey">
    <figure class="histogram">
      <figcaption>Grey values: drag the thresholds, or type them</figcaption>
      <label>Segment by <select data-part="by">
        <option value="auto">blur and noise in the model (auto)</option><option value="otsu">Otsu's thresholds</option>
        <option value="thresholds">these thresholds</option>
      </select></label>
      <div data-part="values"></div>
      <div class="thresholds" data-part="thresholds"></div>
    </figure>
    <figure>
      <figcaption>grey values</figcaption>
      <canvas data-part="greyPlane" role="img" aria-label="Slice of the grey image"></canvas>
    </figure>
    <figure>
      <figcaption data-part="classCaption"></figcaption>
      <canvas data-part="classPlane" role="img" aria-label="The same slice, segmented"></canvas>
    </figure>
    <div class="position">
      <label>across <select data-part="axis"><option>z</option><option>y</option><option>x</option></select></label>
      <input data-part="position" type="range" min="0" value="0" aria-label="position of the slice of the image">
      <output data-part="positionText"></output>
    </div>
  </div>`;

type Way = 'auto' | 'otsu' | 'thresholds';

const CAPTIONS: Readonly<Record<Way, string>> = {
  auto: 'classes at Otsu’s thresholds, to go by: auto finds better ones without skins',
  otsu: 'classes at Otsu’s thresholds', thresholds: 'classes at these thresholds',
};

/** The image as it came from window and filter. */
export interface GreyImage {
  readonly grey: GreyFacts;
  /** Whether grey values are whole numbers. */
  readonly whole: boolean;
}

export interface GreyPanel {
  readonly root: HTMLElement;
  /** Shows an image with Otsu's thresholds for so many classes; null: none. */
  show(image: GreyImage | null, classes: 2 | 3): void;
  /** Changes the number of classes, with Otsu's thresholds and the labels usual for them. */
  useClasses(classes: 2 | 3): void;
  /** What is chosen now. @throws Error where two classes have one label */
  segmentation(): { readonly segmentation: Segmentation; readonly labels: readonly number[] };
}

export function greyPanel(page: Page): GreyPanel {
  const { root, parts } = assemble(HTML, {
    values: HTMLElement, by: HTMLSelectElement, classCaption: HTMLElement, thresholds: HTMLElement,
    greyPlane: HTMLCanvasElement, classPlane: HTMLCanvasElement, axis: HTMLSelectElement, position: HTMLInputElement,
    positionText: HTMLOutputElement,
  });
  let image: GreyImage | null = null;
  let plane: PlaneValues | null = null;
  let thresholds: number[] = [];
  let way: Way = 'auto';
  let labels: number[] = [...USUAL_LABELS[3]];
  let fields: readonly HTMLInputElement[] = [];
  let redraw: () => void = () => undefined;

  function paintPlane(): void {
    if (plane === null || image === null) return;
    const [black, white] = image.grey.contrast;
    paint(parts.greyPlane, plane, (value) => {
      const shade = Math.max(0, Math.min(255, (255 * (value - black)) / (white - black || 1)));
      return [shade, shade, shade];
    });
    const limits = thresholds.map(Math.fround);
    paint(parts.classPlane, plane, (value) => rgbOf(labels[limits.filter((limit) => value >= limit).length]));
  }

  // Only the newest position counts: while one plane is on its way the next is the last one asked for.
  let [wanted, fetching] = [0, false];
  async function fetchPlane(): Promise<void> {
    wanted++;
    if (fetching) return;
    fetching = true;
    try {
      for (let seen = 0; seen !== wanted && image !== null;) {
        seen = wanted;
        const axis = parts.axis.value as Axis;
        const index = Number(parts.position.value);
        plane = await page.call('plane', { axis, index });
        parts.positionText.textContent = `plane ${index} of ${image.grey.shape[axisIndex(axis)]}`;
        paintPlane();
      }
    } finally {
      fetching = false;
    }
  }

  function placeSlider(): void {
    if (image === null) return;
    const count = image.grey.shape[axisIndex(parts.axis.value as Axis)];
    Object.assign(parts.position, { max: String(count - 1), value: String(count >> 1) });
    void fetchPlane();
  }

  function setThreshold(index: number, value: number): void {
    if (image === null || !Number.isFinite(value)) return;
    const { grey, whole } = image;
    const step = whole ? 1 : 0;
    const low = index === 0 ? grey.edges[0] : thresholds[index - 1] + step;
    const high = index === thresholds.length - 1 ? grey.end : thresholds[index + 1] - step;
    const exact = whole ? Math.round(value) : Number(value.toPrecision(6));
    thresholds[index] = Math.min(high, Math.max(low, exact));
    useWay('thresholds');
    showThresholds();
  }

  function showThresholds(): void {
    fields.forEach((field, k) => (field.value = String(thresholds[k])));
    redraw();
    paintPlane();
  }

  const thresholdField = (k: number): HTMLInputElement => {
    const field = make('input', { type: 'number', step: 'any', ariaLabel: `threshold ${k + 1}` });
    field.addEventListener('change', () => setThreshold(k, Number(field.value)));
    return field;
  };

  const classField = (k: number): HTMLLabelElement => {
    const square = swatch(fillOf(labels[k]));
    const choose = make('select', {}, ...LABEL_NAMES.map(([label, name]) =>
      new Option(name, String(label), false, label === labels[k])));
    choose.addEventListener('change', () => {
      labels[k] = Number(choose.value);
      square.style.background = fillOf(labels[k]);
      redraw();
      paintPlane();
    });
    return make('label', {}, square, `${CLASS_NAMES[labels.length][k]} `, choose);
  };

  /** Fields for the labels of the classes, with the thresholds between them. */
  function showClasses(): void {
    fields = labels.slice(1).map((_, k) => thresholdField(k));
    parts.thresholds.replaceChildren(...labels.flatMap((_, k) =>
      [classField(k), ...(k < fields.length ? [make('label', {}, '< ', fields[k], ' ≤')] : [])]));
  }

  function useWay(next: Way): void {
    way = next;
    parts.by.value = way;
    parts.classCaption.textContent = CAPTIONS[way];
  }

  /** Otsu's thresholds, or even ones where there are too few grey values. */
  function useClasses(classes: 2 | 3): void {
    if (labels.length !== classes) labels = [...USUAL_LABELS[classes]];
    const grey = image?.grey ?? null;
    const found = grey?.otsu[classes] ?? null;
    if (grey !== null && found === null && way !== 'thresholds') {
      page.warn([`Otsu needs at least ${classes} grey values: set the thresholds by hand, or choose fewer phases.`]);
    }
    const [low, range] = grey === null ? [0, 0] : [grey.edges[0], grey.end - grey.edges[0]];
    const even = Array.from({ length: classes - 1 }, (_, k) => low + (range * (k + 1)) / classes);
    thresholds = [...(found ?? even)];
    useWay(found === null ? 'thresholds' : way);
    showClasses();
    showThresholds();
  }

  parts.by.addEventListener('change', () => {
    useWay(parts.by.value as Way);
    if (way !== 'thresholds') useClasses(labels.length as 2 | 3);
  });
  parts.axis.addEventListener('change', placeSlider);
  parts.position.addEventListener('input', () => void fetchPlane());
  return {
    root,
    useClasses,
    show(next, classes) {
      image = next;
      plane = null;
      root.hidden = image === null;
      if (image === null) return;
      redraw = showHistogram(parts.values, image.grey, () => ({ values: thresholds, labels }), setThreshold);
      useWay('auto');
      useClasses(classes);
      placeSlider();
    },
    segmentation() {
      if (new Set(labels).size !== labels.length) throw new Error('Each class needs a label of its own.');
      return {
        segmentation: way === 'thresholds' ? { method: way, thresholds } : { method: way, classes: labels.length },
        labels,
      };
    },
  };
}

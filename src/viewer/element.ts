// <voxelith-viewer>: structures and curves in pages that know nothing of this library. Its shadow root keeps the
// page's style sheets out; nothing in it needs more than a strict content security policy allows.
import { SpecError } from '../core/errors.js';
import type { VoxelSize } from '../core/grid.js';
import type { PhaseNames } from '../core/phase-names.js';
import { checkVolume, type LabelVolume } from '../core/volume.js';
import type { Libraries } from '../io/libraries.js';
import { clearChart, showCurves, type Curve, type CurvesOptions } from './charts.js';
import { make } from './elements.js';
import type { VoxelField } from './field.js';
import type { Position } from './slices.js';
import { structureView, type StructureView } from './structure-view.js';
import { adoptStyles } from './styles.js';
import { plotStyles } from 'virtual:plot-styles';

/** Curves in one chart. */
export interface ChartContent {
  /** Above the chart. */
  readonly title?: string;
  readonly curves: readonly Curve[];
  /** Of the axes, with their units. */
  readonly labels: readonly [x: string, y: string];
  readonly options?: CurvesOptions;
}

/** Attributes: `src`, the address of a voxel file; `voxel-size`, its edges in µm (z,y,x, or one for all) where the file
 *  does not say; `colour`, the name of a field that is shown at first. Events: `load`, `error` (detail: message),
 *  `move` (detail: position). */
export interface VoxelithViewerElement extends HTMLElement {
  /** What is shown; setting it takes the place of `src`. */
  volume: LabelVolume | null;
  /** What labels are called in legends and facts. */
  names: PhaseNames;
  /** What the structure can be coloured by, beside its labels. */
  fields: readonly VoxelField[];
  /** Below the structure. */
  charts: readonly ChartContent[];
  /** Loaders of optional readers, for `src`. */
  libraries: Libraries;
  /** The voxel under the cross-hair (z, y, x). */
  position: Position;
  /** Pictures as they are saved. @throws SpecError while nothing is shown */
  pictures(): ReturnType<StructureView['pictures']>;
}

declare global {
  interface HTMLElementTagNameMap {
    'voxelith-viewer': VoxelithViewerElement;
  }
}

const HOST = `
:host { all: initial; display: block; color-scheme: inherit; font: 15px/1.45 system-ui, sans-serif;
  color: var(--ink, light-dark(#1c2430, #e6eaf0)); }
:host([hidden]) { display: none; }
`;

/** @throws SpecError */
function voxelSizeFrom(text: string | null): VoxelSize {
  if (text === null) return null;
  const edges = text.split(',').map(Number);
  const three = edges.length === 1 ? [edges[0], edges[0], edges[0]] : edges;
  if (three.length !== 3 || three.some((edge) => !(edge > 0 && edge < Infinity))) {
    throw new SpecError(
      `voxelith-viewer: voxel-size must be one edge in µm or three as z,y,x, such as 0.2, got ${JSON.stringify(text)}`,
    );
  }
  return three as unknown as VoxelSize;
}

/** Makes the element's class: a page has HTMLElement, Node has none. */
function elementClass(): CustomElementConstructor {
  return class extends HTMLElement implements VoxelithViewerElement {
    static readonly observedAttributes = ['src', 'voxel-size', 'colour'];
    readonly #root = this.attachShadow({ mode: 'open' });
    readonly #place = make('div');
    readonly #charts = make('div', { className: 'vx-charts' });
    readonly #message = make('p', { className: 'vx vx-note' });
    #view: StructureView | null = null;
    #volume: LabelVolume | null = null;
    #names: PhaseNames = {};
    #fields: readonly VoxelField[] = [];
    #grey: VoxelField | null = null;
    #chartContent: readonly ChartContent[] = [];
    #loading = new AbortController();
    #waiting = false;
    libraries: Libraries = {};

    constructor() {
      super();
      adoptStyles(this.#root, plotStyles + HOST);
      this.#message.setAttribute('role', 'status');
      this.#root.append(this.#message, this.#place, this.#charts);
    }

    connectedCallback(): void {
      this.#update();
      this.#showCharts();
    }

    disconnectedCallback(): void {
      // An element that is only moved is connected again at once.
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.#loading.abort();
        this.#view?.dispose();
        this.#view = null;
        this.#place.replaceChildren();
        this.#clearCharts();
      });
    }

    attributeChangedCallback(name: string, before: string | null, now: string | null): void {
      if (before === now) return;
      if (name === 'colour') void this.#view?.colourBy(now);
      else void this.#load();
    }

    get volume(): LabelVolume | null { return this.#volume; }
    set volume(volume) {
      if (volume !== null) checkVolume('voxelith-viewer', volume);
      this.#loading.abort();
      this.#say('');
      [this.#volume, this.#grey] = [volume, null];
      this.#update();
    }

    get names(): PhaseNames { return this.#names; }
    set names(names) {
      this.#names = names;
      this.#update();
    }

    get fields(): readonly VoxelField[] { return this.#fields; }
    set fields(fields) {
      this.#fields = fields;
      this.#update();
    }

    get charts(): readonly ChartContent[] { return this.#chartContent; }
    set charts(charts) {
      this.#chartContent = charts;
      if (this.isConnected) this.#showCharts();
    }

    get position(): Position { return this.#view?.position ?? [0, 0, 0]; }
    set position(position) { this.#view?.moveTo(position); }

    pictures(): ReturnType<StructureView['pictures']> {
      if (this.#view === null || this.#volume === null) {
        throw new SpecError('voxelith-viewer: nothing is shown yet; wait for the event load, or set volume');
      }
      return this.#view.pictures();
    }

    #say(text: string): void {
      this.#message.textContent = text;
      this.#message.hidden = text === '';
    }

    /** Shows what was set, once for all that is set in one go. */
    #update(): void {
      if (this.#waiting) return;
      this.#waiting = true;
      queueMicrotask(() => {
        this.#waiting = false;
        if (this.isConnected) this.#show();
      });
    }

    #show(): void {
      const volume = this.#volume;
      this.#place.hidden = volume === null;
      if (volume === null) return;
      const fields = [...this.#fields, ...(this.#grey === null ? [] : [this.#grey])];
      const wrong = fields.find(({ values }) => values.length !== volume.labels.length);
      if (wrong !== undefined) {
        this.#fail(new SpecError(
          `voxelith-viewer: field ${JSON.stringify(wrong.name)} has ${wrong.values.length} values, expected `
            + `${volume.labels.length}, one per voxel`,
        ));
        return;
      }
      if (this.#view === null) {
        this.#view = structureView({
          styles: this.#root,
          onMove: (position) => void this.dispatchEvent(new CustomEvent('move', { detail: { position } })),
        });
        this.#place.append(this.#view.root);
      }
      this.#view.show({ volume, names: this.#names, fields });
      const colour = this.getAttribute('colour') ?? this.#grey?.name ?? null;
      if (colour !== null) void this.#view.colourBy(colour);
    }

    #fail(error: Error): void {
      this.#say(error.message);
      this.dispatchEvent(new CustomEvent('error', { detail: { message: error.message } }));
    }

    async #load(): Promise<void> {
      this.#loading.abort();
      this.#loading = new AbortController();
      const { signal } = this.#loading;
      const src = this.getAttribute('src');
      if (src === null) return;
      this.#say('Loading …');
      try {
        const size = voxelSizeFrom(this.getAttribute('voxel-size'));
        const { loadVoxels } = await import('./source.js');
        const { volume, grey } = await loadVoxels(new URL(src, document.baseURI), signal, this.libraries);
        if (signal.aborted) return;
        this.#volume = { ...volume, voxelSizeUm: volume.voxelSizeUm ?? size };
        this.#grey = grey;
        this.#say('');
        if (this.isConnected) this.#show();
        this.dispatchEvent(new CustomEvent('load'));
      } catch (error) {
        if (!signal.aborted) this.#fail(error as Error);
      }
    }

    #clearCharts(): void {
      for (const chart of this.#charts.querySelectorAll<HTMLElement>('.vx-chart')) clearChart(chart);
      this.#charts.replaceChildren();
    }

    #showCharts(): void {
      this.#clearCharts();
      for (const { title, curves, labels, options } of this.#chartContent) {
        const place = make('div', { className: 'vx vx-chart' });
        const caption = title === undefined ? [] : [make('figcaption', { textContent: title })];
        this.#charts.append(make('figure', { className: 'vx' }, ...caption, place));
        showCurves(place, curves, labels, options);
      }
    }
  };
}

/** Defines the element `<voxelith-viewer>`, or one of another name; once, however often it is called. */
export function defineViewer(name = 'voxelith-viewer'): void {
  if (customElements.get(name) === undefined) customElements.define(name, elementClass());
}

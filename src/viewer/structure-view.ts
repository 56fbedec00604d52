// A structure in 3D and in three linked slices, coloured by its labels or by a field: what the page shows, and what
// stands inside <voxelith-viewer>.
import { checkArguments } from '../core/arguments.js';
import type { PhaseNames } from '../core/phase-names.js';
import { labelFractions, type LabelVolume, type Phase } from '../core/volume.js';
import { readable } from '../report/html.js';
import { planeOf } from '../report/slices.js';
import { besideColour } from '../report/soc.js';
import { inSteps } from '../runtime/host-work.js';
import { CAMERA, cameraAxes, type Camera } from './camera.js';
import { fillOf, rgbOf } from './colours.js';
import { make, swatch } from './elements.js';
import type { VoxelField } from './field.js';
import { FIELD_SHADES, fieldBar, shadeIndex, withFieldBar } from './field-bar.js';
import { linkedSlices, type LinkedSlices, type PixelColour, type Position } from './slices.js';
import { adoptStyles } from './styles.js';
import { AT_ONCE, scaleOf, scaleSteps } from './texels.js';
import { TURN_MS, volumeView, type Cut } from './volume-view.js';

/** A field that is worked out when somebody chooses it. */
export interface FieldChoice {
  /** In the list of colours. */
  readonly name: string;
  /** The signal says that another colour or structure was chosen. What goes wrong is shown by its message. */
  readonly compute: (signal: AbortSignal) => Promise<VoxelField>;
}

/** A structure, and what it can be coloured by. */
export interface ShownStructure {
  readonly volume: LabelVolume;
  /** What its labels are called. */
  readonly names?: PhaseNames;
  /** Fields that are there. */
  readonly fields?: readonly VoxelField[];
  /** Fields that are worked out when chosen. */
  readonly choices?: readonly FieldChoice[];
}

/** A structure in 3D and in three linked slices, as a part of a page. */
export interface StructureView {
  /** To be put into a page. */
  readonly root: HTMLElement;
  /** The voxel under the cross-hair, (z, y, x). */
  readonly position: Position;
  /** Where the 3D picture is seen from; it stays when another structure is shown. */
  camera: Camera;
  /** Shows another structure. What was offered for the one before is gone. */
  show(structure: ShownStructure): void;
  /** Offers a field among the colours; one of the same name is replaced. */
  offer(field: VoxelField): void;
  /** Colours by the field or choice of this name; null: by label. */
  colourBy(name: string | null): Promise<void>;
  /** Shows the planes through a voxel. */
  moveTo(position: Position): void;
  /** Pictures as they are saved. */
  pictures(): { readonly volume: HTMLCanvasElement | null; readonly slices: HTMLCanvasElement };
  /** Frees what the graphics card holds, and all listeners. */
  dispose(): void;
}

/** Options of `structureView`. */
export interface StructureViewOptions {
  /** Where the style sheet goes; default: the document. */
  readonly styles?: Document | ShadowRoot;
  /** Called when a reader moves the cross-hair. */
  readonly onMove?: (position: Position) => void;
  /** Hears of every turn, by hand or by `camera`. */
  readonly onCamera?: (camera: Camera) => void;
}

const OPACITIES = [['shown', 1], ['half', 0.5], ['hidden', 0]] as const;
const BY_LABEL = 'phases';
const CUTS: readonly (readonly [Cut['kind'], string])[] = [
  ['none', 'whole'], ['z', 'cut across z'], ['y', 'cut across y'], ['x', 'cut across x'],
];

const phaseText = (label: Phase, names: PhaseNames): string => names[label] ?? `label ${label}`;

/** Pores hide what is behind them, and are seen where nothing is. */
const isHiddenFirst = (label: Phase, names: PhaseNames): boolean =>
  /\b(pore|pores|void|voids)\b/i.test(names[label] ?? '');

function select<V extends string>(name: string, entries: readonly (readonly [V, string])[]): HTMLSelectElement {
  return make('select', { name }, ...entries.map(([value, textContent]) => make('option', { value, textContent })));
}

function save(canvas: HTMLCanvasElement, file: string): void {
  canvas.toBlob((blob) => {
    if (blob === null) return;
    const href = URL.createObjectURL(blob);
    make('a', { href, download: file }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
  });
}

/** Makes a view without a structure: put its `root` into a page, then `show` one, and `dispose` it in the end. */
export function structureView(options: StructureViewOptions = {}): StructureView {
  checkArguments('structureView', { options: [options, { styles: true, onMove: true, onCamera: true }] });
  const { styles = document, onMove, onCamera } = options;
  adoptStyles(styles);
  const colour = select('colour', [[BY_LABEL, BY_LABEL]]);
  const cut = select('cut', CUTS);
  const keep = select('keep', [['high', 'keep high side'], ['low', 'keep low side']]);
  const back = make('button', { type: 'button', textContent: 'Reset view' });
  const [saveVolume, saveSlices] = ['3D', 'slices'].map((what) =>
    make('button', { type: 'button', textContent: `PNG of ${what}` }));
  const tools = make(
    'div', { className: 'vx-tools' }, make('label', {}, 'Colour ', colour), make('label', {}, '3D ', cut), keep, back,
    saveVolume, saveSlices,
  );
  keep.ariaLabel = 'side of the cut that stays';
  const legend = make('ul', { className: 'vx-legend' });
  const scale = make('div', { hidden: true });
  const planes = make('div');
  const remark = make('p', { className: 'vx-note' });
  remark.setAttribute('role', 'status');
  const say = (text: string): void => { remark.textContent = text; };
  const volume = volumeView(onCamera);
  const root = make('div', { className: 'vx vx-structure' }, tools, volume.root, legend, remark, scale, planes);

  let shown: ShownStructure | null = null;
  let slices: LinkedSlices | null = null;
  let field: VoxelField | null = null;
  let fields = new Map<string, VoxelField>();
  let asked = new AbortController();
  const opacities = new Map<Phase, number>();

  const rgbBeside = (label: number): readonly number[] => (field === null ? rgbOf(label) : besideColour(label));
  const look = (): void => volume.look({
    label: (label) => ({ rgb: rgbBeside(label), opacity: opacities.get(label) ?? 1 }), shades: FIELD_SHADES,
  });
  const cutNow = (): void => {
    const kind = cut.value as Cut['kind'];
    keep.disabled = kind === 'none';
    if (slices !== null) volume.cut({ kind, keep: keep.value as Cut['keep'] }, slices.position);
  };
  const planeColour = (axis: 'z' | 'y' | 'x', index: number): PixelColour => {
    const { volume: { labels, ...grid } } = shown as ShownStructure;
    const { values: inPlane } = planeOf(labels, grid, axis, index);
    if (field === null) return (i) => rgbOf(inPlane[i]);
    const ends = scaleOf(field);
    const { values } = planeOf(field.values, grid, axis, index);
    return (i) => (Number.isNaN(values[i]) ? besideColour(inPlane[i]) : FIELD_SHADES[shadeIndex(values[i], ends)]);
  };
  const paint = (): void => {
    if (shown === null) return;
    scale.hidden = field === null;
    if (field !== null) scale.replaceChildren(fieldBar(field));
    root.dataset.colour = field?.name ?? BY_LABEL;
    slices?.repaint();
    volume.show(shown.volume, field);
    look();
  };

  const fillLegend = ({ volume: { labels }, names = {} }: ShownStructure): void => {
    const fractions = [...labelFractions(labels)];
    opacities.clear();
    legend.replaceChildren(...fractions.map(([label, fraction]) => {
      const text = phaseText(label, names);
      const hidden = fractions.length > 1 && isHiddenFirst(label, names);
      opacities.set(label, hidden ? 0 : 1);
      const choice = select(`phase${label}`, OPACITIES.map(([word]) => [word, word]));
      choice.options[hidden ? 2 : 0].defaultSelected = true;
      choice.ariaLabel = `${text} in 3D`;
      choice.addEventListener('change', () => {
        opacities.set(label, OPACITIES.find(([word]) => word === choice.value)?.[1] ?? 1);
        look();
      });
      return make('li', {}, swatch(fillOf(label)), `${text} ${readable(100 * fraction, 3)} %`, choice);
    }));
  };
  const fillColours = (): void => {
    const names = [...new Set([...(shown?.choices ?? []).map(({ name }) => name), ...fields.keys()])];
    colour.replaceChildren(...[BY_LABEL, ...names].map((value) => make('option', { value, textContent: value })));
    colour.value = field?.name ?? BY_LABEL;
  };

  const colourBy = async (name: string | null): Promise<void> => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const choice = shown?.choices?.find((one) => one.name === name);
    let problem = '';
    try {
      let next = field;
      if (name === null || name === BY_LABEL) next = null;
      else if (fields.has(name)) next = fields.get(name) as VoxelField;
      else if (choice !== undefined) {
        say(`Working out: ${choice.name} …`);
        next = await choice.compute(signal);
        if (signal.aborted) return;
        fields.set(choice.name, next);
      }
      if (next !== null && next.values.length > AT_ONCE) {
        await inSteps('structureView', scaleSteps(next), { signal, turnMs: TURN_MS });
      }
      field = next;
    } catch (error) {
      if (signal.aborted) return;
      problem = (error as Error).message;
    }
    say(problem);
    fillColours();
    paint();
  };
  colour.addEventListener('change', () => void colourBy(colour.value === BY_LABEL ? null : colour.value));
  cut.addEventListener('change', () => {
    // What lies behind stays, so that the cut is seen.
    const axis = 'xyz'.indexOf(cut.value);
    if (axis >= 0) keep.value = cameraAxes(volume.camera).forward[axis] > 0 ? 'high' : 'low';
    cutNow();
  });
  keep.addEventListener('change', cutNow);
  back.addEventListener('click', () => { volume.camera = CAMERA; });
  const pictures = (): ReturnType<StructureView['pictures']> => ({
    volume: volume.root.dataset.state === 'shown' ? withFieldBar(volume.picture(), field, devicePixelRatio) : null,
    slices: withFieldBar((slices as LinkedSlices).picture(), field, 1.5),
  });
  saveVolume.addEventListener('click', () => {
    const picture = pictures().volume;
    if (picture !== null) save(picture, 'structure-3d.png');
  });
  saveSlices.addEventListener('click', () => save(pictures().slices, 'structure-slices.png'));
  saveVolume.hidden = back.hidden = volume.root.dataset.state === 'unavailable';
  // Colours of the page have changed: canvases do not follow by themselves.
  root.addEventListener('transitionend', ({ target }) => void (target === root && volume.redraw()));

  return {
    root, colourBy, pictures,
    get position() { return slices?.position ?? [0, 0, 0]; },
    get camera() { return volume.camera; },
    set camera(to) { volume.camera = to; },
    show(structure) {
      const same = shown?.volume.shape.every((count, k) => count === structure.volume.shape[k]) ?? false;
      const position = same ? slices?.position : undefined;
      asked.abort();
      say('');
      shown = structure;
      fields = new Map((structure.fields ?? []).map((one) => [one.name, one]));
      field = null;
      fillLegend(structure);
      fillColours();
      slices = linkedSlices({
        grid: structure.volume, plane: planeColour, position, styles,
        onMove(to) {
          cutNow();
          onMove?.(to);
        },
      });
      planes.replaceChildren(slices.root);
      cutNow();
      paint();
    },
    offer(offered) {
      if (shown === null) return;
      fields.set(offered.name, offered);
      if (field?.name === offered.name) void colourBy(offered.name);
      else fillColours();
    },
    moveTo: (position) => slices?.moveTo(position),
    dispose() {
      asked.abort();
      volume.dispose();
      [shown, slices, field] = [null, null, null];
      fields.clear();
      root.replaceChildren();
    },
  };
}

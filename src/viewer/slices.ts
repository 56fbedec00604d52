// Planes of volumes on canvases: single ones, and three that are linked by a cross-hair.
import { checkArguments, type Names } from '../core/arguments.js';
import { AXES, axisIndex, type Axis, type Shape, type VoxelSize } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';
import type { VoxelData } from '../io/voxels.js';
import { readable } from '../report/html.js';
import { barLength } from '../report/scale.js';
import { axesAcross, planeOf } from '../report/slices.js';
import { make } from './elements.js';
import { adoptStyles } from './styles.js';

/** The numbers of a plane, row by row. */
export interface PlaneValues {
  /** width × height of them. */
  readonly values: VoxelData;
  /** Values of a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/** Red, green and blue of the pixel at an index of a plane. */
export type PixelColour = (index: number) => readonly number[];

function paintPixels(canvas: HTMLCanvasElement, width: number, height: number, colour: PixelColour): void {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const image = context.createImageData(width, height);
  for (let i = 0, k = 0; i < width * height; i++, k += 4) {
    const rgb = colour(i);
    image.data[k] = rgb[0];
    image.data[k + 1] = rgb[1];
    image.data[k + 2] = rgb[2];
    image.data[k + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** Paints a plane; `colour` gives red, green and blue of a value. */
export function paint(
  canvas: HTMLCanvasElement, { values, width, height }: PlaneValues, colour: (value: number) => readonly number[],
): void {
  paintPixels(canvas, width, height, (i) => colour(values[i]));
}

type Grid = Pick<LabelVolume, 'shape' | 'voxelSizeUm'>;

/** A voxel by its index along z, y and x. */
export type Position = readonly [z: number, y: number, x: number];

/** Three planes of a volume, linked by a cross-hair. */
export interface LinkedSlices {
  /** To be put into a page. */
  readonly root: HTMLElement;
  /** Of the cross-hair, (z, y, x). */
  readonly position: Position;
  /** Shows the planes through a voxel. */
  moveTo(position: Position): void;
  /** Paints the planes again, after their colours have changed. */
  repaint(): void;
  /** The planes beside each other with their scale bars, as they are saved. */
  picture(): HTMLCanvasElement;
}

/** Options of `linkedSlices`. */
export interface LinkedSlicesOptions {
  /** Shape and voxel size of the volume. */
  readonly grid: Grid;
  /** Colours of the plane across `axis` at `index`. */
  readonly plane: (axis: Axis, index: number) => PixelColour;
  /** Default: the middle. */
  readonly position?: Position;
  /** Where the style sheet goes; default: the document. */
  readonly styles?: Document | ShadowRoot;
  /** Called when a reader moves the cross-hair. */
  readonly onMove?: (position: Position) => void;
}

const LINKED_NAMES: Names<LinkedSlicesOptions> = {
  grid: true, plane: true, position: true, styles: true, onMove: true,
};

const lengthText = (length: number, voxelSizeUm: VoxelSize): string =>
  `${readable(length, 1)} ${voxelSizeUm === null ? 'voxels' : 'µm'}`;

/** Axes of a plane: rows run along the first, columns along the second. */
const axesOf = (axis: Axis): readonly [down: Axis, right: Axis] =>
  AXES.filter((other) => other !== axis) as [Axis, Axis];

const edgeOf = (size: VoxelSize, axis: Axis): number => size?.[axisIndex(axis)] ?? 1;

interface PlaneView {
  readonly axis: Axis;
  readonly figure: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  update(position: Position, repaint: boolean): void;
}

/** One plane with its slider, cross-hair and scale bar. */
function planeView(
  axis: Axis, { grid: { shape, voxelSizeUm }, plane }: LinkedSlicesOptions,
  at: () => Position, move: (changes: readonly (readonly [Axis, number])[]) => void,
): PlaneView {
  const [downAxis, rightAxis] = axesOf(axis);
  const [count, height, width] = [axis, downAxis, rightAxis].map((one) => shape[axisIndex(one)]);
  const [tall, wide] = [height * edgeOf(voxelSizeUm, downAxis), width * edgeOf(voxelSizeUm, rightAxis)];
  const caption = make('figcaption');
  const canvas = make('canvas', { tabIndex: 0 });
  canvas.setAttribute('role', 'img');
  canvas.style.aspectRatio = `${wide} / ${tall}`;
  const [across, down] = ['across', 'down'].map((way) => make('div', { className: `vx-cross vx-${way}` }));
  const length = barLength(wide);
  const barText = make('span', { textContent: lengthText(length, voxelSizeUm) });
  const bar = make('div', { className: 'vx-bar' }, barText, make('i'));
  bar.style.width = `${(100 * length) / wide}%`;
  const slider = make('input', {
    type: 'range', min: '0', max: String(count - 1), ariaLabel: `position of the slice along ${axis}`,
  });
  const frame = make('div', { className: 'vx-plane' }, canvas, across, down, bar);
  let shown = -1;

  const point = (event: PointerEvent): void => {
    const box = canvas.getBoundingClientRect();
    move([
      [downAxis, Math.floor((height * (event.clientY - box.top)) / box.height)],
      [rightAxis, Math.floor((width * (event.clientX - box.left)) / box.width)],
    ]);
  };
  frame.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    if (event.pointerType !== 'touch') frame.setPointerCapture(event.pointerId);
    point(event);
  });
  frame.addEventListener('pointermove', (event) => void (event.buttons === 1 && point(event)));
  canvas.addEventListener('keydown', (event) => {
    const steps: Readonly<Record<string, readonly [Axis, number]>> = {
      ArrowLeft: [rightAxis, -1], ArrowRight: [rightAxis, 1], ArrowUp: [downAxis, -1], ArrowDown: [downAxis, 1],
      PageUp: [axis, -1], PageDown: [axis, 1],
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move([[step[0], at()[axisIndex(step[0])] + step[1] * (event.shiftKey ? 10 : 1)]]);
  });
  slider.addEventListener('input', () => move([[axis, Number(slider.value)]]));
  return {
    axis, canvas, figure: make('figure', {}, caption, frame, slider),
    update(position, repaint) {
      const index = position[axisIndex(axis)];
      if (repaint || index !== shown) paintPixels(canvas, width, height, plane(axis, index));
      shown = index;
      slider.value = String(index);
      caption.textContent =
        `across ${axis}, plane ${index} of ${count}; ${rightAxis} to the right, ${downAxis} downwards`;
      canvas.ariaLabel =
        `Slice across ${axis} at plane ${index}; arrow keys move the cross-hair, Page Up and Page Down the plane`;
      across.style.top = `${(100 * (position[axisIndex(downAxis)] + 0.5)) / height}%`;
      down.style.left = `${(100 * (position[axisIndex(rightAxis)] + 0.5)) / width}%`;
    },
  };
}

/** Width of a plane in a saved picture, at least; and what is left free between them. */
const SAVED_WIDTH = 512;
const GAP = 16;

/** A bar of a round length in the lower left corner of a picture. */
export function drawBar(
  context: CanvasRenderingContext2D, left: number, bottom: number, pixels: number, text: string, unit = 1,
): void {
  context.save();
  context.font = `${12 * unit}px system-ui, sans-serif`;
  const room = Math.max(pixels, context.measureText(text).width);
  context.fillStyle = '#ffffffe0';
  context.fillRect(left - 5 * unit, bottom - 22 * unit, room + 10 * unit, 27 * unit);
  context.fillStyle = '#111';
  context.fillRect(left, bottom - 3 * unit, pixels, 3 * unit);
  context.fillText(text, left, bottom - 8 * unit);
  context.restore();
}

function savedPicture(views: readonly PlaneView[], { shape, voxelSizeUm }: Grid): HTMLCanvasElement {
  const sizes = views.map(({ axis }) => {
    const [tall, wide] = axesOf(axis).map((one) => shape[axisIndex(one)] * edgeOf(voxelSizeUm, one));
    const width = Math.max(SAVED_WIDTH, shape[axisIndex(axesOf(axis)[1])]);
    return { width, height: Math.max(1, Math.round((width * tall) / wide)), wide };
  });
  const picture = make('canvas', {
    width: sizes.reduce((sum, { width }) => sum + width, GAP * (sizes.length - 1)),
    height: Math.max(...sizes.map(({ height }) => height)),
  });
  const context = picture.getContext('2d') as CanvasRenderingContext2D;
  context.imageSmoothingEnabled = false;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, picture.width, picture.height);
  let left = 0;
  views.forEach(({ canvas }, k) => {
    const { width, height, wide } = sizes[k];
    context.drawImage(canvas, left, 0, width, height);
    const length = barLength(wide);
    drawBar(context, left + 14, height - 12, (width * length) / wide, lengthText(length, voxelSizeUm), 1.5);
    left += width + GAP;
  });
  return picture;
}

const middleOf = (shape: Shape): Position => shape.map((count) => count >> 1) as unknown as Position;

/** The planes through one voxel across all axes. A click, a pull or the keys in one of them moves the others. */
export function linkedSlices(options: LinkedSlicesOptions): LinkedSlices {
  checkArguments('linkedSlices', { options: [options, LINKED_NAMES] });
  const { grid, onMove, styles = document } = options;
  adoptStyles(styles);
  let position = options.position ?? middleOf(grid.shape);
  const moveTo = (to: Position): void => {
    const next = to.map((index, k) => Math.min(grid.shape[k] - 1, Math.max(0, index))) as unknown as Position;
    if (next.every((index, k) => index === position[k])) return;
    position = next;
    for (const view of views) view.update(position, false);
    onMove?.(position);
  };
  const move = (changes: readonly (readonly [Axis, number])[]): void => {
    const to = [...position] as [number, number, number];
    for (const [axis, index] of changes) to[axisIndex(axis)] = index;
    moveTo(to);
  };
  const views = axesAcross(grid.shape).map((axis) => planeView(axis, options, () => position, move));
  const root = make('div', { className: 'vx vx-planes' }, ...views.map(({ figure }) => figure));
  const repaint = (): void => {
    for (const view of views) view.update(position, true);
  };
  repaint();
  return {
    root, moveTo, repaint,
    get position() { return position; },
    picture: () => savedPicture(views, grid),
  };
}

/** Fills `host` with linked slices across z, y and x.
 *  @param values of the voxels; `colour` gives red, green and blue of one */
export function showSlices(
  host: HTMLElement, values: VoxelData, grid: Grid, colour: (value: number) => readonly number[],
): LinkedSlices {
  const slices = linkedSlices({
    grid,
    plane: (axis, index) => {
      const { values: inPlane } = planeOf(values, grid, axis, index);
      return (i) => colour(inPlane[i]);
    },
  });
  host.replaceChildren(slices.root);
  return slices;
}

// Planes of volumes on canvases.
import { AXES, axisIndex, type Axis } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';
import type { VoxelData } from '../io/voxels.js';
import { planeOf } from '../report/slices.js';
import { make } from './elements.js';

/** The numbers of a plane, row by row. */
export interface PlaneValues {
  readonly values: VoxelData;
  readonly width: number;
  readonly height: number;
}

/** Paints a plane; `colour` gives red, green and blue of a value. */
export function paint(
  canvas: HTMLCanvasElement, { values, width, height }: PlaneValues, colour: (value: number) => readonly number[],
): void {
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const image = context.createImageData(width, height);
  for (let i = 0; i < values.length; i++) {
    const [red, green, blue] = colour(values[i]);
    image.data.set([red, green, blue, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}

/** Fills `host` with the middle slices across z, y and x, each with a slider for its position.
 *  @param values of the voxels; `colour` gives red, green and blue of one */
export function showSlices(
  host: HTMLElement, values: VoxelData, grid: Pick<LabelVolume, 'shape' | 'voxelSizeUm'>,
  colour: (value: number) => readonly number[],
): void {
  const { shape } = grid;
  host.replaceChildren(...AXES.map((axis: Axis) => {
    const count = shape[axisIndex(axis)];
    const caption = make('figcaption');
    const canvas = make('canvas');
    canvas.setAttribute('role', 'img');
    const slider = make('input', {
      type: 'range', min: '0', max: String(count - 1), value: String(count >> 1),
      ariaLabel: `position of the slice along ${axis}`,
    });
    const update = (): void => {
      caption.textContent = `across ${axis}, plane ${slider.value} of ${count}`;
      canvas.ariaLabel = `Slice across ${axis} at plane ${slider.value}`;
      paint(canvas, planeOf(values, grid, axis, Number(slider.value)), colour);
    };
    slider.addEventListener('input', update);
    update();
    return make('figure', {}, caption, canvas, slider);
  }));
}

// Three orthogonal slices of a labelled volume on canvases, each with a slider for its position.
import type { LabelVolume } from '../src/core/volume.js';
import { AXES, type Axis } from '../src/core/grid.js';

/** RGB of SE, AM and pore: distinguishable with every kind of colour vision. */
const COLOURS: Readonly<Record<number, readonly [number, number, number]>> = {
  1: [0, 114, 178],
  2: [230, 159, 0],
  3: [242, 242, 242],
};

/** Index of the pixel (row, column) of the slice `position` across `axis`. */
function voxelIndex(volume: LabelVolume, axis: Axis, position: number, row: number, column: number): number {
  const [, ny, nx] = volume.shape;
  if (axis === 'z') return (position * ny + row) * nx + column;
  if (axis === 'y') return (row * ny + position) * nx + column;
  return (row * ny + column) * nx + position;
}

function draw(canvas: HTMLCanvasElement, volume: LabelVolume, axis: Axis, position: number): void {
  const [nz, ny, nx] = volume.shape;
  const [rows, columns] = axis === 'z' ? [ny, nx] : axis === 'y' ? [nz, nx] : [nz, ny];
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const image = context.createImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const colour = COLOURS[volume.labels[voxelIndex(volume, axis, position, row, column)]];
      image.data.set([...colour, 255], 4 * (row * columns + column));
    }
  }
  context.putImageData(image, 0, 0);
}

/** Fills `host` with the middle slices across z, y and x. */
export function showSlices(host: HTMLElement, volume: LabelVolume): void {
  host.replaceChildren(
    ...AXES.map((axis, index) => {
      const count = volume.shape[index];
      const figure = document.createElement('figure');
      const caption = document.createElement('figcaption');
      const canvas = document.createElement('canvas');
      const slider = document.createElement('input');
      Object.assign(slider, { type: 'range', min: '0', max: String(count - 1), value: String(count >> 1) });
      slider.ariaLabel = `position of the slice along ${axis}`;
      const update = (): void => {
        caption.textContent = `across ${axis}, voxel ${slider.value} of ${count}`;
        draw(canvas, volume, axis, Number(slider.value));
      };
      slider.addEventListener('input', update);
      update();
      figure.append(caption, canvas, slider);
      return figure;
    }),
  );
}

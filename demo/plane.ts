// Planes of a volume. Rows run along the slower of the two remaining axes.
import type { Axis, Shape } from '../src/core/grid.js';
import type { Plane } from './protocol.js';

export function planeSize([nz, ny, nx]: Shape, axis: Axis): readonly [width: number, height: number] {
  return axis === 'z' ? [nx, ny] : axis === 'y' ? [nx, nz] : [ny, nz];
}

/** Numbers of the plane across `axis` at `index`. */
export function planeOf(data: ArrayLike<number>, shape: Shape, axis: Axis, index: number): Plane {
  const [, ny, nx] = shape;
  const [width, height] = planeSize(shape, axis);
  const values = new Float32Array(width * height);
  const [start, row, column] = axis === 'z' ? [index * ny * nx, nx, 1] : axis === 'y' ? [index * nx, ny * nx, 1] : [index, ny * nx, nx];
  for (let r = 0, i = 0; r < height; r++) for (let c = 0; c < width; c++, i++) values[i] = data[start + r * row + c * column];
  return { values, width, height };
}

// What warnings about the planes of an image are decided on: how planes differ from their neighbours and within
// themselves, along every axis, in one pass.
import { AXES, axisIndex, type Axis, type Shape } from '../core/grid.js';

/** Labels or grey values in C order (z, y, x). */
export interface Values {
  readonly values: Uint8Array | Uint16Array | Float32Array;
  readonly shape: Shape;
  /** What one value is called: "label" or "grey value". */
  readonly called: string;
}

export interface PlaneChanges {
  /** Voxels that differ between planes k and k + 1 across the axis: n − 1 numbers. */
  readonly between: Float64Array;
  /** Neighbours that differ within plane k: n numbers, 0 where it has one value. */
  readonly within: Float64Array;
}

export function planeChanges({ values, shape }: Pick<Values, 'values' | 'shape'>): Record<Axis, PlaneChanges> {
  const [nz, ny, nx] = shape;
  const plane = ny * nx;
  const [z, y, x] = shape.map((n) => ({ between: new Float64Array(n - 1), within: new Float64Array(n) }));
  for (let k = 0, i = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const [more, down] = [k + 1 < nz, j + 1 < ny];
      let [alongZ, alongY, alongX] = [0, 0, 0];
      for (let c = 0; c < nx; c++, i++) {
        const value = values[i];
        if (c + 1 < nx && values[i + 1] !== value) {
          alongX++;
          x.between[c]++;
        }
        const below = Number(down && values[i + nx] !== value);
        const behind = Number(more && values[i + plane] !== value);
        alongY += below;
        alongZ += behind;
        x.within[c] += below + behind;
      }
      z.within[k] += alongY + alongX;
      y.within[j] += alongZ + alongX;
      if (more) z.between[k] += alongZ;
      if (down) y.between[j] += alongY;
    }
  }
  return { z, y, x };
}

/** "20 to 29", "24", "3, 7 and 9", "3, 7, 9 and 12 more". @param planes ascending */
export function planesText(planes: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const plane of planes) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === plane - 1) run[1] = plane;
    else runs.push([plane, plane]);
  }
  const texts = runs.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`));
  if (texts.length > 4) return `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more`;
  return texts.length === 1 ? texts[0] : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

/** Axes along which the image has planes to compare. */
export function comparedAxes(shape: Shape): Axis[] {
  return AXES.filter((axis) => shape[axisIndex(axis)] >= 4);
}

// The edges of the window and its axes, as lines around the 3D picture.
import { cameraAxes, type Camera, type Vector } from './camera.js';

/** An edge of the window in the picture: from the middle, in lengths, upwards positive. */
export interface BoxEdge {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** Whether it lies behind the volume. */
  readonly behind: boolean;
}

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** The twelve edges of a box around the middle. An edge is behind where both of its faces look away. */
export function boxEdges(edges: Vector, camera: Camera): BoxEdge[] {
  const { right, up, forward } = cameraAxes(camera);
  const at = (corner: Vector): [number, number] => [dot(corner, right), dot(corner, up)];
  const away = (axis: number, side: number): boolean => side * forward[axis] > 0;
  return [0, 1, 2].flatMap((along) => [-1, 1].flatMap((a) => [-1, 1].map((b) => {
    const [first, second] = [0, 1, 2].filter((axis) => axis !== along);
    const corner = (end: number): Vector => {
      const place: [number, number, number] = [0, 0, 0];
      place[along] = (end * edges[along]) / 2;
      place[first] = (a * edges[first]) / 2;
      place[second] = (b * edges[second]) / 2;
      return place;
    };
    return { from: at(corner(-1)), to: at(corner(1)), behind: away(first, a) && away(second, b) };
  })));
}

/** Half of the width and the height that the box takes in the picture at zoom 1 from any side. */
export const halfExtent = (edges: Vector): number => Math.hypot(...edges) / 2;

// What is around a sample and not of it: a frame, the corners beside a round sample.
import { AXES, axisIndex, turnedShape, turnedStrides, type Axis } from '../core/grid.js';
import { comparedAxes, type PlaneChanges, type Values } from './plane-changes.js';

/** Share of the columns along an axis that are of one value through the whole image, from which on they are called its
 *  surroundings: 0.21 beside a round sample that touches the four sides. */
const LEAST_SHARE = 0.05;
/** Changes of value along the other columns: where there are fewer, columns of one value are no surprise. */
const LEAST_STEPS = 3;
/** Share of the other columns that a plane of the sample has in another value: balls leave planes without any. */
const LEAST_FILLING = 0.05;
/** Share of the faces within a frame that has another value than the frame. */
const LEAST_FACE = 0.2;
/** Share of columns of the value that may lie in the part to cut out. */
const FEW = 0.005;

type Ranges = Readonly<Partial<Record<Axis, readonly [from: number, to: number]>>>;

function cropText(ranges: Ranges): string {
  const parts = AXES.flatMap((axis) => (ranges[axis] ? [`${axis}=${ranges[axis].join(':')}`] : []));
  return `voxelith import --crop ${parts.join(',')}`;
}

/** Voxels of a plane that have another value than the first voxel of the image. */
function othersIn({ values, shape }: Values, axis: Axis, plane: number): number {
  const [, rows, columns] = turnedShape(shape, axis);
  const [along, down, right] = turnedStrides(shape, axis);
  let others = 0;
  for (let j = 0; j < rows; j++) {
    for (let c = 0; c < columns; c++) others += Number(values[plane * along + j * down + c * right] !== values[0]);
  }
  return others;
}

/** Planes of one value at both ends of every axis: faces that touch share it. */
function frameWarning(image: Values, changes: Readonly<Record<Axis, PlaneChanges>>): string | null {
  const { values, shape, called } = image;
  const axes = AXES.filter((axis) => shape[axisIndex(axis)] > 1);
  const ends = axes.map((axis) => {
    const { within } = changes[axis];
    const mixed = (n: number): boolean => n > 0;
    return [within.findIndex(mixed), within.slice().reverse().findIndex(mixed)] as const;
  });
  if (axes.length < 2 || ends.flat().some((width) => width < 1)) return null;
  const inside = axes.map((axis, k) => [ends[k][0], shape[axisIndex(axis)] - ends[k][1]] as const);
  const voxels = inside.reduce((product, [from, to]) => product * (to - from), 1);
  // A ball in a box touches what is cut out with a cap only; a sample fills its faces.
  const fills = axes.every((axis, k) => {
    const face = voxels / (inside[k][1] - inside[k][0]);
    return [inside[k][0], inside[k][1] - 1].every((plane) => othersIn(image, axis, plane) >= LEAST_FACE * face);
  });
  if (!fills) return null;
  const ranges = Object.fromEntries(axes.map((axis, k) => [axis, inside[k]])) as Ranges;
  return `all faces of the image are ${called} ${values[0]}: no other phase joins two of them, and fractions count ` +
    `it; a frame around the sample has to be cut off: ${cropText(ranges)}`;
}

/** Places of a plane across the axis whose whole column has the value of the first voxel; null where its corners do
 *  not. Planes of one value are left out. */
function columnsOf({ values, shape }: Values, axis: Axis, { within }: PlaneChanges): Uint8Array | null {
  const [planes, rows, columns] = turnedShape(shape, axis);
  const [along, down, right] = turnedStrides(shape, axis);
  const value = values[0];
  const still = new Uint8Array(rows * columns).fill(1);
  const corners = [0, columns - 1, (rows - 1) * columns, rows * columns - 1];
  for (let k = 0; k < planes; k++) {
    if (within[k] === 0) continue;
    let others = 0;
    for (let j = 0, place = 0; j < rows; j++) {
      for (let c = 0; c < columns; c++, place++) {
        if (values[k * along + j * down + c * right] === value) continue;
        still[place] = 0;
        others++;
      }
    }
    if (corners.some((corner) => still[corner] === 0) || others < LEAST_FILLING * rows * columns) return null;
  }
  return still;
}

/** The largest part in the middle, of the form of the plane, with next to none of the columns; null where there is
 *  none worth the name. */
function partWithout(still: Uint8Array, rows: number, columns: number): readonly [number, number] | null {
  const most = Math.min(rows, columns) >> 2;
  for (let margin = 1; margin <= most; margin++) {
    const [top, left] = rows <= columns
      ? [margin, Math.round((margin * columns) / rows)] : [Math.round((margin * rows) / columns), margin];
    let found = 0;
    for (let j = top; j < rows - top; j++) for (let c = left; c < columns - left; c++) found += still[j * columns + c];
    if (found <= FEW * (rows - 2 * top) * (columns - 2 * left)) return [top, left];
  }
  return null;
}

function outsideWarning(image: Values, axis: Axis, changes: PlaneChanges): string | null {
  const still = columnsOf(image, axis, changes);
  if (still === null) return null;
  const count = still.reduce((sum, one) => sum + one, 0);
  const steps = changes.between.reduce((sum, n) => sum + n, 0);
  const others = still.length - count;
  if (others === 0 || count < LEAST_SHARE * still.length || steps < LEAST_STEPS * others) return null;
  const [, rows, columns] = turnedShape(image.shape, axis);
  const margins = partWithout(still, rows, columns);
  const [first, second] = AXES.filter((other) => other !== axis);
  const remedy = margins === null ? 'take a part within the sample (voxelith import --crop)'
    : `take the part within: ${cropText({
      [first]: [margins[0], rows - margins[0]], [second]: [margins[1], columns - margins[1]],
    })}`;
  return `${Math.round((100 * count) / still.length)} % of the image, its corners among it, are ${image.called} ` +
    `${image.values[0]} from end to end along ${axis}, as outside of a round sample: ε, S and M count it; ${remedy}`;
}

export function surroundingsWarnings(image: Values, changes: Readonly<Record<Axis, PlaneChanges>>): string[] {
  const frame = frameWarning(image, changes);
  if (frame !== null) return [frame];
  for (const axis of comparedAxes(image.shape)) {
    const outside = outsideWarning(image, axis, changes[axis]);
    if (outside !== null) return [outside];
  }
  return [];
}

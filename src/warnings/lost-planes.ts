// Planes of one value between planes with structure: slices that were lost.
import type { Axis } from '../core/grid.js';
import { turnedStrides } from '../core/grid.js';
import { comparedAxes, planesText, type PlaneChanges, type Values } from './plane-changes.js';

/** Planes of one value in a row that may be lost slices; more are a layer. */
const MOST_LOST = 2;
/** Neighbours that differ in a plane with structure. */
const LEAST_CHANGES = 20;

/** Runs of planes of one value with structure on both sides. */
function lostIn(within: Float64Array): number[] {
  const lost: number[] = [];
  for (let k = 1; k < within.length; k++) {
    if (within[k] > 0 || within[k - 1] < LEAST_CHANGES) continue;
    let end = k;
    while (end < within.length && within[end] === 0) end++;
    if (end - k <= MOST_LOST && end < within.length && within[end] >= LEAST_CHANGES) {
      for (let plane = k; plane < end; plane++) lost.push(plane);
    }
    k = end;
  }
  return lost;
}

export function lostPlaneWarnings(
  { values, shape, called }: Values, changes: Readonly<Record<Axis, PlaneChanges>>,
): string[] {
  return comparedAxes(shape).flatMap((axis) => {
    const lost = lostIn(changes[axis].within);
    if (lost.length === 0) return [];
    const found = [...new Set(lost.map((plane) => values[plane * turnedStrides(shape, axis)[0]]))];
    const many = lost.length > 1;
    return [
      `across ${axis} plane${many ? 's' : ''} ${planesText(lost)} ha${many ? 've' : 's'} nothing but ` +
        `${called} ${found.join(', ')}: a lost slice? No path along ${axis} gets through it in another phase; ` +
        'leave it out, or take a part without it (import --crop)',
    ];
  });
}

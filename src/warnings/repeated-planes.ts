// Planes that are copies of their neighbours: slices that were doubled, or an image enlarged without interpolation.
import type { Axis } from '../core/grid.js';
import { comparedAxes, planesText, type PlaneChanges, type Values } from './plane-changes.js';

/** Voxels that must differ at the ends of a run of equal planes, and their share of what differs between neighbours
 *  elsewhere: at the widest place of a ball planes are equal, too, but those beside them nearly so. */
const LEAST_CHANGES = 20;
const LIKE_ELSEWHERE = 0.5;

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

/** Planes that equal the one before them. */
function copiesOf({ between, within }: PlaneChanges): number[] {
  const usual = LIKE_ELSEWHERE * median([...between].filter((n) => n > 0));
  const steps = (k: number): boolean =>
    k < 0 || k >= between.length || between[k] >= Math.max(LEAST_CHANGES, usual);
  const copies: number[] = [];
  for (let k = 0; k < between.length; k++) {
    if (between[k] > 0) continue;
    let last = k;
    while (last + 1 < between.length && between[last + 1] === 0) last++;
    const whole = k === 0 && last === between.length - 1;
    if (!whole && within[k] >= LEAST_CHANGES && steps(k - 1) && steps(last + 1)) {
      for (let copy = k; copy <= last; copy++) copies.push(copy + 1);
    }
    k = last;
  }
  return copies;
}

export function repeatedPlaneWarnings({ shape }: Values, changes: Readonly<Record<Axis, PlaneChanges>>): string[] {
  return comparedAxes(shape).flatMap((axis) => {
    const copies = copiesOf(changes[axis]);
    if (copies.length === 0) return [];
    const { length } = changes[axis].between;
    return [copies.length > length / 4
      ? `${copies.length} of ${length} planes across ${axis} equal the one before them: the image was enlarged by ` +
        'repeating them, and S and M see steps that are not there; take it as it was recorded, with its --voxel-size'
      : `across ${axis} plane${copies.length > 1 ? 's' : ''} ${planesText(copies)} ` +
        `equal${copies.length > 1 ? '' : 's'} the one before: slices were doubled, and paths along ${axis} ` +
        'are straight there; leave them out, or take a part without them (import --crop)'];
  });
}

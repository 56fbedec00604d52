// Which particles of connected active material meet connected electrolyte.
import type { Shape } from '../core/grid.js';

/** Voxels of `active` in particles of which a voxel of `active` shares a face with one of `ionic`.
 *  @param classes u8 of every voxel @param numbers particle of every voxel of `active` */
export function workingVoxels(
  classes: Uint8Array, [nz, ny, nx]: Shape, numbers: Uint16Array | Uint32Array, active: number, ionic: number,
): number {
  let most = 0;
  for (const number of numbers) if (number > most) most = number;
  const meets = new Uint8Array(most + 1);
  const look = (at: number, other: number): void => {
    if (classes[at] === active && classes[other] === ionic) meets[numbers[at]] = 1;
    else if (classes[at] === ionic && classes[other] === active) meets[numbers[other]] = 1;
  };
  const plane = ny * nx;
  let at = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, at++) {
        if (x + 1 < nx) look(at, at + 1);
        if (y + 1 < ny) look(at, at + nx);
        if (z + 1 < nz) look(at, at + plane);
      }
    }
  }
  let working = 0;
  for (let i = 0; i < classes.length; i++) if (classes[i] === active && meets[numbers[i]] === 1) working++;
  return working;
}

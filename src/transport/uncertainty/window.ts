// How much M differs between windows, from the parts of one (Kanit et al., Int. J. Solids Struct. 40:3647, 2003: the
// variance of a mean falls with the volume over the integral range).
import { SpecError } from '../../core/errors.js';
import type { Shape } from '../../core/grid.js';
import type { LabelVolume, Phase } from '../../core/volume.js';
import { fractionVariance } from '../../descriptors/fraction-variance.js';
import { studentQuantile } from '../../numeric/distributions.js';
import type { RunOptions, Session } from '../../runtime/session.js';
import type { ConductResult } from '../conduct-result.js';
import type { Subwindows } from './result.js';
import { conductingLabels, partOf, valueOf, type Scene, type Solve } from './solving.js';

/** Parts are at least this many voxels of the halved image long, along each axis. */
const LEAST_EDGE = 5;
/** Parts along an axis, if it is long enough: thirds rather than halves. */
const MOST_PARTS = 3;
/** Fewer parts do not tell a scatter. */
const LEAST_PARTS = 8;
/** Share of the parts that must conduct from face to face. */
const LEAST_CONDUCTING = 0.5;
/** Independent parts that a window must be worth. */
const LEAST_WORTH = 3;
/** A relative error of M of the parts that nobody sees in their scatter. */
const TOLERANCE = 1e-3;

/** The parts of a window, or why they tell nothing. */
export type WindowScatter =
  | { readonly subwindows: Subwindows; readonly share: number; readonly reason: null }
  | { readonly subwindows: Subwindows | null; readonly share: null; readonly reason: string };

const none = (reason: string, subwindows: Subwindows | null = null): WindowScatter =>
  ({ subwindows, share: null, reason });

function partsOf(shape: Shape): readonly [number, number, number] {
  return shape.map((n) => Math.max(1, Math.min(MOST_PARTS, Math.floor(n / LEAST_EDGE)))) as unknown as Shape;
}

/** Variance of the volume fraction of the window over that of a part: the largest of the conducting labels that have a
 *  two-point function. */
async function varianceRatio(
  session: Session, half: LabelVolume, part: Shape, labels: readonly Phase[], run: RunOptions,
): Promise<number> {
  let [ratio, problem] = [0, null as SpecError | null];
  for (const label of labels) {
    if (!half.labels.includes(label)) continue;
    try {
      const { of } = await fractionVariance(session, half, label, run);
      ratio = Math.max(ratio, of(half.shape) / of(part));
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      problem = error;
    }
  }
  if (problem !== null && ratio === 0) throw problem;
  return ratio;
}

/** Half width at `level` of the interval of M from window to window, as a share of M.
 *  @param half the image of every second voxel; whole: its σ_eff over the reference conductivity */
export async function windowScatter(
  session: Session, half: Scene, result: ConductResult, whole: number, level: number, solve: Solve,
  run: RunOptions,
): Promise<WindowScatter> {
  const parts = partsOf(half.shape);
  const [nz, ny, nx] = half.shape.map((n, k) => Math.floor(n / parts[k]));
  const count = parts[0] * parts[1] * parts[2];
  if (count < LEAST_PARTS) {
    return none(
      `the window has room for ${count} parts of ${2 * LEAST_EDGE} voxels, ${LEAST_PARTS} are needed to tell how M ` +
        'scatters; take a larger window',
    );
  }
  let ratio;
  try {
    ratio = await varianceRatio(session, half, [nz, ny, nx], conductingLabels(result), run);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return none('the structure is correlated over half of the window and more; take a larger window');
  }
  const values: number[] = [];
  for (let z = 0; z < parts[0]; z++) {
    for (let y = 0; y < parts[1]; y++) {
      for (let x = 0; x < parts[2]; x++) {
        const part = partOf(half, [
          [z * nz, (z + 1) * nz], [y * ny, (y + 1) * ny], [x * nx, (x + 1) * nx],
        ]);
        values.push(await valueOf(solve, part, result, { boundary: 'dirichlet', tolerance: TOLERANCE }) / whole);
      }
    }
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  const conducting = values.filter((value) => value > 0).length;
  const subwindows = {
    parts, count, conducting, mean, deviation: Math.sqrt((square * count) / (count - 1)), varianceRatio: ratio,
  };
  if (conducting < LEAST_CONDUCTING * count) {
    return none(
      `only ${conducting} of ${count} parts of the window conduct from face to face: M of a window of this size is ` +
        'chance; take a larger window',
      subwindows,
    );
  }
  if (!(ratio * LEAST_WORTH < 1)) {
    return none(
      `the window is worth ${(1 / ratio).toFixed(1)} of its ${count} parts, as far as they are independent; ` +
        `${LEAST_WORTH} are needed; take a larger window`,
      subwindows,
    );
  }
  // The parts differ from their mean, which is that of the window and differs, too.
  const variance = (square / (1 - ratio)) * ratio;
  return { subwindows, share: studentQuantile(level, Math.max(2, 1 / ratio - 1)) * Math.sqrt(variance), reason: null };
}


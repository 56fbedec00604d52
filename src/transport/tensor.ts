// The full conductivity tensor: one solve per axis, each the mean flux for a mean gradient along it.
import { checkOperation, type Names } from '../core/arguments.js';
import { AXES, type Axis } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';
import { imageWarnings } from '../descriptors/image-warnings.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { conductAxes, type ConductOptions, type ConductResult } from './conduct.js';
import { warned } from './conduct-result.js';
import { principalValues, type Matrix3, type Principal } from './eigen.js';
import { noErrorBar } from './uncertainty/text.js';

/** The conductivity tensor of a window, with principal values and directions. */
export interface ConductivityTensor {
  /** Rows: mean flux along z, y, x; columns: unit mean gradient along z, y, x. In the unit of `conductivity`; relative
   *  to the phase when only a phase was given. As solved, not symmetrised. */
  readonly tensor: Matrix3;
  /** ‖A − Aᵀ‖/‖A + Aᵀ‖ (Frobenius): 0 for exact periodic solves; with insulating sides the window's edges are in it. */
  readonly asymmetry: number;
  /** Principal conductivities of the symmetric part, largest first. */
  readonly principal: readonly [Principal, Principal, Principal];
  /** Whether all three solves did. */
  readonly converged: boolean;
  /** The solves, by axis. */
  readonly axes: Readonly<Record<Axis, ConductResult>>;
  /** What speaks against the image, one line each, with the remedy; when asked for. */
  readonly warnings?: readonly string[];
}

/** Tensor from three solves of the same volume that kept their mean flux. */
function tensorOf(axes: Readonly<Record<Axis, ConductResult>>): ConductivityTensor {
  const entry = (row: Axis, column: Axis): number =>
    // The diagonal is read from the dissipation, whose error is the square of that of the flux.
    row === column
      ? axes[column].effectiveConductivity
      : axes[column].meanFlux![row] * axes[column].referenceConductivity;
  const rowOf = (row: Axis): readonly [number, number, number] => [entry(row, 'z'), entry(row, 'y'), entry(row, 'x')];
  const tensor: Matrix3 = [rowOf('z'), rowOf('y'), rowOf('x')];
  let [odd, even] = [0, 0];
  tensor.forEach((row, i) => row.forEach((value, j) => {
    odd += (value - tensor[j][i]) ** 2;
    even += (value + tensor[j][i]) ** 2;
  }));
  return {
    tensor, asymmetry: even > 0 ? Math.sqrt(odd / even) : 0, principal: principalValues(tensor),
    converged: AXES.every((axis) => axes[axis].converged), axes,
  };
}

/** The off-diagonal entries are fluxes, whose error is the square root of that of the dissipation: 1e-3 rather than
 *  1e-2. */
export const TENSOR_DEFAULTS = { tolerance: 1e-6 } as const;

const TENSOR_OPTION_NAMES: Names<Omit<ConductOptions, 'axis'>> = {
  phase: true, conductivity: true, boundary: true, interface: true, smoothing: true, levelSet: true, tolerance: true,
  residualTolerance: true, maxIterations: true, coarsening: true, history: true, meanFlux: true, fields: true,
  warnings: true, uncertainty: true,
};

/** Conductivity tensor of a volume. With `boundary: periodic` it is exact for the periodic repetition of the window;
 *  with Dirichlet faces and insulating sides the off-diagonal entries are those that the sides let through, and lower.
 *  @throws as `conduct` */
export async function conductivityTensor(
  session: Session, volume: LabelVolume, options: Partial<Omit<ConductOptions, 'axis'>>, run: RunOptions = {},
): Promise<ConductivityTensor> {
  checkOperation('conductivityTensor', session, run, {
    volume: [volume, 'record'], options: [options, TENSOR_OPTION_NAMES],
  });
  const wanted = { ...TENSOR_DEFAULTS, ...options, meanFlux: true, warnings: false };
  const { z, y, x } = await conductAxes(session, volume, wanted, run);
  const found = tensorOf({ z, y, x });
  if (options.warnings !== true) return found;
  const image = await imageWarnings(session, volume, warned(found.axes.z), run);
  return { ...found, warnings: [...image, ...AXES.flatMap((axis) => noErrorBar(found.axes[axis]))] };
}

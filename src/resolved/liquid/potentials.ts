// Potentials of electrons and ions in a liquid-filled electrode at a current, by Newton's method: every step is a
// linear solve of both networks.
import type { Lease } from '../../runtime/arena.js';
import { named } from '../../runtime/plan.js';
import type { Frame } from '../../runtime/session.js';
import { voxelCount, type Shape } from '../../core/grid.js';
import type { BetweenSums, ReactionBetween } from '../../kernels/reaction-between.js';
import type { IonEnd, IonFields, TwoNetworkSolver } from '../../kernels/two-networks.js';

/** Linear iterations of a step, and halvings of one that makes the residual larger, at most. */
const MAX_ITERATIONS = 100;
const MAX_HALVINGS = 12;
/** How much of a residual a linear solve may leave. */
const LINEAR = 0.02;
/** Residuals below so many times the goal that no step makes less are rounding. */
const ROUNDING = 30;
/** Current densities that a residual is compared with are at least so large, in A/m². */
const LEAST_CURRENT = 1e-3;

/** Leases of `makePotentials`. */
export function potentialsPlan(shape: Shape) {
  const bytes = 16 * voxelCount(shape);
  return named({ potentials: bytes, step: bytes, load: bytes, outflow: bytes });
}

export interface PotentialsFound {
  /** Whether the residual is as small as was asked for; `failed`: no step made it smaller, or a face has no law. */
  readonly converged: boolean;
  readonly failed: boolean;
  readonly newton: number;
  readonly iterations: number;
  readonly inner: number;
  /** Current through all faces over that of the cell, less 1. */
  readonly charge: number;
  readonly surface: readonly [low: number, high: number];
}

export interface Potentials {
  /** f64[2n] in V: of ions, then of electrons, these over the reference. */
  readonly field: Lease;
  /** f64[2n]: scratch, and what `outflow` writes. */
  readonly scratch: Lease;
  /** From the field as it stands, in so many Newton steps at most. tolerance: of the residual, over the current */
  find(current: number, reference: number, end: IonEnd, tolerance: number, most: number): Promise<PotentialsFound>;
}

/** @param fields of the ions, as the caller keeps them */
export async function makePotentials(
  frame: Frame, shape: Shape, edge: number, networks: TwoNetworkSolver, reaction: ReactionBetween, fields: IonFields,
  leases: Readonly<Record<'potentials' | 'step' | 'load' | 'outflow', Lease>>,
): Promise<Potentials> {
  const [nz, ny, nx] = shape;
  const columns = ny * nx;
  const n = nz * columns;
  const { potentials, step, load, outflow } = leases;
  for (const lease of [potentials, step, load]) await frame.fill(lease, 0);
  const drive = { theta: fields.theta, logarithm: fields.logarithm };

  async function residual(end: IonEnd, reference: number): Promise<BetweenSums & { readonly size: number }> {
    const found = await reaction.solve(potentials, reference);
    await networks.flows(outflow, potentials, reaction.flow, end, drive);
    return { ...found, size: await networks.residual(load, outflow) };
  }

  return {
    field: potentials, scratch: outflow,
    async find(current, reference, end, tolerance, most) {
      // Current leaves through the collector, the electrons' last plane.
      await frame.write(load, new Float64Array(columns).fill(-current * edge), 8 * (2 * n - columns));
      const goal = tolerance * Math.max(Math.abs(current), LEAST_CURRENT) * edge * Math.sqrt(columns);
      let [newton, iterations, inner] = [0, 0, 0];
      let here = await residual(end, reference);
      const fail = (): PotentialsFound =>
        ({ converged: false, failed: true, newton, iterations, inner, charge: NaN, surface: here.surface });
      if (here.failed > 0) return fail();
      while (here.size > goal) {
        if (newton === most) break;
        if (newton === 0) await networks.refresh();
        const solved = await networks.solve(step, end, Math.max(LINEAR * here.size, 0.3 * goal), MAX_ITERATIONS);
        newton++;
        iterations += solved.iterations;
        inner += solved.inner;
        const before = here;
        let length = 1;
        await networks.add(potentials, step, length);
        here = await residual(end, reference);
        for (let k = 0; !(here.size < before.size) || here.failed > 0; k++) {
          // Where rounding is all that is left, no step makes it less.
          if (here.failed === 0 && here.size < ROUNDING * goal) break;
          if (k === MAX_HALVINGS) return fail();
          length /= 2;
          await networks.add(potentials, step, -length);
          here = await residual(end, reference);
        }
        if (!(here.size < before.size)) break;
      }
      const converged = here.size < ROUNDING * goal;
      // One shift of all electrons makes the charge exact, whatever residual is left.
      const due = -current * edge * columns;
      let total = here.total;
      for (let k = 0; k < 2 && total !== due; k++) {
        total = await reaction.shift(potentials, (due - total) / here.slopes);
      }
      return {
        converged, failed: false, newton, iterations, inner, charge: due === 0 ? 0 : total / due - 1,
        surface: here.surface,
      };
    },
  };
}

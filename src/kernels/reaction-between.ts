// The reaction on the faces between two networks. Kernel: assembly/electrode/reaction-between.ts.
import { BETWEEN_SUMS } from '../../assembly/layout.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import type { InterfaceFaces } from './interface-faces.js';
import { lawPlan, placeLaw, reactionPieces, sumOfPieces, type ReactionLaw } from './reaction.js';

/** What a face lets pass; half a voxel of both sides comes from what the voxels conduct. */
export type LawBetween = Pick<ReactionLaw, 'potential' | 'exchange' | 'alpha' | 'thermal' | 'film'>;

/** Leases of `prepareReactionBetween`. count: of faces */
export function reactionBetweenPlan(count: number, law: Pick<LawBetween, 'potential' | 'exchange'>) {
  return [
    ...lawPlan(law),
    ...named({
      reaction: 8 * count, flow: 8 * count, 'exchange factors': 8 * count, 'stoichiometry base': 8 * count,
      'stoichiometry slope': 8 * count, 'reaction sums': 8 * BETWEEN_SUMS * reactionPieces(count),
    }),
  ];
}

/** What a look at all faces found. */
export interface BetweenSums {
  /** Σ of what flows from active material to electrolyte, and of what a volt adds, in the units of the networks. */
  readonly total: number;
  readonly slopes: number;
  /** Faces for which no j was found. */
  readonly failed: number;
  /** Least and greatest stoichiometry at the faces. */
  readonly surface: readonly [low: number, high: number];
}

/** The reaction with its memory, which goes when the scope ends that prepared it. */
export interface ReactionBetween {
  /** f64[count] each: j in A/m²; what flows, in the units of the networks; and the caller's to fill: what exchange
   *  currents are multiplied by, base and slope of the stoichiometry at a face. */
  readonly current: Lease;
  readonly flow: Lease;
  readonly exchange: Lease;
  readonly base: Lease;
  readonly slope: Lease;
  /** Solves the law of every face at potentials f64[2n], those of electrons over a reference in V; `conductances` gets
   *  what a volt adds to each. */
  solve(potential: Lease, reference: number): Promise<BetweenSums>;
  /** Shifts the electrons' potentials by so many volts, to first order. @returns Σ of the flows */
  shift(potential: Lease, volts: number): Promise<number>;
}

/** @param voxels of the window; edges in m, transport axis first; resistivity f64[2·voxels], conductances f64[count] of
 *    the networks */
export async function prepareReactionBetween(
  frame: Frame, faces: InterfaceFaces, law: LawBetween,
  { voxels, edges, resistivity, conductances, classes }: {
    readonly voxels: number; readonly edges: readonly [number, number, number]; readonly resistivity: Lease;
    readonly conductances: Lease; readonly classes: Lease;
  },
): Promise<ReactionBetween> {
  const { count, active, electrolyte, weight } = faces;
  const leases = frame.take(reactionBetweenPlan(count, law));
  const placed = await placeLaw(frame, leases, { ...law, half: [0, 0, 0] });
  const { reaction, flow, 'reaction sums': out } = leases;
  await frame.fill(reaction, 0);
  await frame.fill(flow, 0);
  const [hz, hy, hx] = edges;
  const [areaZ, areaY, areaX] = [hz, hz ** 2 / hy, hz ** 2 / hx];
  const common = {
    out, count, classes, weight, reaction, flow, conductances, areaZ, areaY, areaX, voxels,
  };
  const stage = { name: 'reaction', work: count };
  return {
    current: reaction, flow, exchange: leases['exchange factors'], base: leases['stoichiometry base'],
    slope: leases['stoichiometry slope'],
    async solve(potential, reference) {
      await frame.call('reactBetween', {
        ...common, active, electrolyte, potential, reference, rho: resistivity, exchange: leases['exchange factors'],
        base: leases['stoichiometry base'], slope: leases['stoichiometry slope'], law: placed, halfZ: hz / 2,
        halfY: hy / 2, halfX: hx / 2,
      }, stage);
      const values = await frame.read(out, Float64Array, BETWEEN_SUMS * reactionPieces(count));
      let [low, high] = [Infinity, -Infinity];
      for (let k = 0; k < values.length; k += BETWEEN_SUMS) {
        low = Math.min(low, values[k + 3]);
        high = Math.max(high, values[k + 4]);
      }
      return {
        total: sumOfPieces(values, BETWEEN_SUMS, 0), slopes: sumOfPieces(values, BETWEEN_SUMS, 1),
        failed: sumOfPieces(values, BETWEEN_SUMS, 2), surface: [low, high],
      };
    },
    async shift(potential, volts) {
      await frame.call('shiftBetween', { ...common, potential, shift: volts }, stage);
      return sumOfPieces(await frame.read(out, Float64Array, reactionPieces(count)), 1, 0);
    },
  };
}

// The reaction on the faces of the interface: the law of a face in memory, and its solution on all of them. Kernels:
// assembly/electrode/reaction.ts, law.ts.
import { FACE_LAW_BYTES, REACTION_PIECE, REACTION_SUMS } from '../../assembly/layout.js';
import { VoxelithError } from '../core/errors.js';
import type { Lease, LeasesOf } from '../runtime/arena.js';
import { encodeLayout } from '../runtime/call.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { faceListBytes } from './stored.js';
import type { InterfaceFaces } from './interface-faces.js';

/** Value and slope at equal steps of [0, 1]: f64[cells + 1][2]. */
export interface LawTable {
  readonly values: Float64Array;
  readonly cells: number;
}

/** Three numbers, of faces across z, y, x. */
export type PerFaceAxis = readonly [z: number, y: number, x: number];

/** What a face lets pass per area of interface: Δu = j·R + U(x) + η(j/i0(x)), x = base + slope·j. */
export interface ReactionLaw {
  /** U in V and i0 in A/m² over the stoichiometry. */
  readonly potential: LawTable;
  readonly exchange: LawTable;
  /** α, and f = F/RT in 1/V. */
  readonly alpha: number;
  readonly thermal: number;
  /** Ω m² of a film, and of half a voxel of both sides, which counts by the weight of the face. */
  readonly film: number;
  readonly half: PerFaceAxis;
  /** Of a face in m². */
  readonly area: PerFaceAxis;
  /** What turns A/V into the unit of the network's conductances. */
  readonly unit: number;
}

/** Pieces of a list of faces, each of which is summed by itself. */
export const reactionPieces = (count: number): number => Math.max(1, Math.ceil(count / REACTION_PIECE));
const tableBytes = ({ cells }: LawTable): number => 16 * (cells + 1);

/** Leases of `placeLaw`. */
export const lawPlan = (law: Pick<ReactionLaw, 'potential' | 'exchange'>) => named({
  'potential curve': tableBytes(law.potential), 'exchange curve': tableBytes(law.exchange), 'face law': FACE_LAW_BYTES,
});

/** Puts the law into memory. @returns where kernels find it */
export async function placeLaw(
  frame: Frame, leases: LeasesOf<typeof lawPlan>, law: Omit<ReactionLaw, 'area' | 'unit'>,
): Promise<Lease> {
  await frame.write(leases['potential curve'], law.potential.values);
  await frame.write(leases['exchange curve'], law.exchange.values);
  const [halfZ, halfY, halfX] = law.half;
  await frame.write(leases['face law'], encodeLayout('FaceLaw', {
    potential: leases['potential curve'].ptr, potentialCells: law.potential.cells,
    exchange: leases['exchange curve'].ptr, exchangeCells: law.exchange.cells, alpha: law.alpha, thermal: law.thermal,
    film: law.film, halfZ, halfY, halfX,
  }, frame.addressBytes));
  return leases['face law'];
}

/** Leases of `prepareReaction`, beside the faces. count: of faces */
export function reactionPlan(count: number, law: Pick<ReactionLaw, 'potential' | 'exchange'>) {
  return [...lawPlan(law), ...named({
    'face classes': 32, 'reaction sums': 8 * REACTION_SUMS * reactionPieces(count),
    reaction: 8 * count,
    'stoichiometry base': 8 * count, 'stoichiometry slope': 8 * count,
    'interface conductances': faceListBytes(count),
  })];
}

/** Sums over all faces, in A and V. */
export interface ReactionSums {
  /** Σ wA·j: of all faces, of those of the wired solid, and of |j|. */
  readonly total: number;
  readonly wired: number;
  readonly size: number;
  /** Σ wA·∂j/∂Δu of those of the wired solid. */
  readonly slopes: number;
  /** With Δδ of the correction: Σ wA·j·Δδ now and as j was before, Σ wA·∂j/∂Δu·Δδ² as it was before. */
  readonly along: number;
  readonly before: number;
  readonly square: number;
  /** Faces for which no j was found. */
  readonly failed: number;
  /** Least and greatest stoichiometry at the faces. */
  readonly surface: readonly [low: number, high: number];
}

/** Potentials on both sides of the faces. */
export interface ReactionState {
  /** u8 per voxel: roles, with LABEL_FLOATING. */
  readonly labels: Lease;
  /** f64 per voxel in V; of the wired solid over `reference`. */
  readonly potential: Lease;
  readonly reference: number;
  /** f32 per voxel, and how much of it is added; null: nothing. */
  readonly correction?: { readonly field: Lease; readonly share: number } | null;
}

/** The reaction with its memory, which goes when the scope ends that prepared it. */
export interface Reaction {
  /** f64[count] all: j in A/m², and base and slope of the stoichiometry at a face, the caller's to fill. */
  readonly current: Lease;
  readonly base: Lease;
  readonly slope: Lease;
  /** (u32 face, f32 conductance)[count], as solvers take them. */
  readonly conductances: Lease;
  /** Solves the law of every face. */
  solve(state: ReactionState): Promise<ReactionSums>;
  /** j as the conductances say that stand there, proportional to Δu. */
  proportional(state: ReactionState): Promise<ReactionSums>;
  /** Shifts the potential of the wired solid by so many volts, to first order. @returns Σ wA·j in A */
  shift(state: ReactionState, volts: number): Promise<number>;
}

/** Σ over pieces of one of their sums. @param per sums of a piece */
export function sumOfPieces(sums: Float64Array, per: number, slot: number): number {
  let total = 0;
  for (let at = slot; at < sums.length; at += per) total += sums[at];
  return total;
}

/** Puts the law into memory, and which face of the network each of the interface is. */
export async function prepareReaction(frame: Frame, faces: InterfaceFaces, law: ReactionLaw): Promise<Reaction> {
  const { count } = faces;
  const leases = frame.take(reactionPlan(count, law));
  const classes = leases['face classes'];
  await frame.write(classes, Uint32Array.from(faces.classes));
  await placeLaw(frame, leases, law);
  const { reaction, 'interface conductances': conductances, 'reaction sums': sums } = leases;
  await frame.fill(reaction, 0);
  await nameFaces(frame, faces, conductances);
  const [areaZ, areaY, areaX] = law.area;
  const common = {
    out: sums, count, classes, active: faces.active, weight: faces.weight, reaction, faces: conductances, areaZ, areaY,
    areaX, unit: law.unit,
  };
  const stage = { name: 'reaction', work: count };

  async function react({ labels, potential, reference, correction = null }: ReactionState, linear: boolean) {
    await frame.call('react', {
      ...common, electrolyte: faces.electrolyte, labels, potential, reference, correction: correction?.field ?? null,
      share: correction?.share ?? 0, base: leases['stoichiometry base'], slope: leases['stoichiometry slope'],
      law: leases['face law'], linear,
    }, stage);
    const values = await frame.read(sums, Float64Array, REACTION_SUMS * reactionPieces(count));
    const [total, wired, slopes, along, before, square, size, failed] =
      Array.from({ length: 8 }, (_, slot) => sumOfPieces(values, REACTION_SUMS, slot));
    let [low, high] = [Infinity, -Infinity];
    for (let at = 0; at < values.length; at += REACTION_SUMS) {
      low = Math.min(low, values[at + 8]);
      high = Math.max(high, values[at + 9]);
    }
    return { total, wired, slopes, along, before, square, size, failed, surface: [low, high] } as const;
  }

  return {
    current: reaction, base: leases['stoichiometry base'], slope: leases['stoichiometry slope'], conductances,
    solve: (state) => react(state, false),
    proportional: (state) => react(state, true),
    async shift({ labels }, shift) {
      await frame.call('shiftReaction', { ...common, labels, shift }, stage);
      const totals = await frame.read(sums, Float64Array, reactionPieces(count));
      return totals.reduce((sum, value) => sum + value, 0);
    },
  };
}

/** Writes which face of the network each of the interface is: 3·voxel + axis of the higher of its two voxels. */
async function nameFaces(frame: Frame, faces: InterfaceFaces, conductances: Lease): Promise<void> {
  const { count, classes } = faces;
  if (count === 0) throw new VoxelithError('reaction: there are no faces between active material and electrolyte');
  const [active, electrolyte] = [await frame.read(faces.active, Uint32Array, count),
    await frame.read(faces.electrolyte, Uint32Array, count)];
  const records = new Uint32Array(2 * count);
  for (let kind = 0; kind < 6; kind++) {
    for (let k = classes[kind]; k < classes[kind + 1]; k++) {
      records[2 * k] = 3 * Math.max(active[k], electrolyte[k]) + (kind >> 1);
    }
  }
  await frame.write(conductances, records);
}

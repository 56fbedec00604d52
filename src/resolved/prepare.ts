// An electrode on its way into memory: the network of its voxels, the list of its interface, the law of the faces.
import {
  LABEL_ACTIVE, LABEL_CARBON, LABEL_COLLECTOR, LABEL_ELECTROLYTE, LABEL_FLOATING, LABEL_SEPARATOR,
} from '../../assembly/layout.js';
import { CapacityError, SpecError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import { chargePlan, prepareCharge, type ChargeNetwork } from '../kernels/charge.js';
import { labelFacesPlan, pairFaces, type PairConductances } from '../kernels/coded.js';
import { facePlan, leaseFaces } from '../kernels/faces.js';
import type { StoredLevel } from '../kernels/finest.js';
import { countInterface, interfaceCountPlan, interfaceFacesPlan } from '../kernels/interface-faces.js';
import { countPlan, partsFit, STRONG, type PartCounts } from '../kernels/parts.js';
import { prepareReaction, reactionPlan, type ReactionLaw } from '../kernels/reaction.js';
import { solverPlan, type SolverNeeds } from '../kernels/solver-memory.js';
import { prepareSolver } from '../kernels/solver.js';
import { storedNetwork, storedPlan } from '../kernels/stored.js';
import { countNetworkParts } from '../kernels/transport.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { tableOf, tableValue } from './curve-table.js';
import {
  floatingPlan, isElectrolyte, isSolid, markFloating, type ElectrodeImage, type ElectrodeMaterials,
} from './electrode.js';
import { directionsPlan, electrodeInterface } from './interface.js';
import { potentials, type PotentialOptions, type Potentials } from './potential.js';

/** Conductivity of the collector's plane: so many times that of the best of the solids at least, and as much as the
 *  second over that of the electrolyte, but no more than the third over that of the solids. More makes its potential no
 *  more even than matters, and what single precision rounds there hides the currents of the electrolyte: with 1e4 times
 *  91 S/m over 0.045 S/m solves took three times as many iterations. */
const COLLECTOR = 10;
const OVER_ELECTROLYTE = 1e4;
const AT_MOST = 1e4;
/** Errors of tables: in V, and of exchange currents. */
const VOLTS = 1e-9;
const SHARE = 1e-8;

/** Bulk conductivity by label without LABEL_FLOATING, in S/m; 0: none. */
function conductivityOf(
  { electrolyte, active, carbon }: Pick<ElectrodeMaterials, 'electrolyte' | 'active' | 'carbon'>, label: number,
): number {
  switch (label) {
    case LABEL_ELECTROLYTE:
    case LABEL_SEPARATOR: return electrolyte;
    case LABEL_ACTIVE: return active;
    case LABEL_CARBON: return carbon ?? 0;
    case LABEL_COLLECTOR: {
      const solid = Math.max(active, carbon ?? 0);
      return Math.max(COLLECTOR * solid, Math.min(AT_MOST * solid, OVER_ELECTROLYTE * electrolyte));
    }
    default: return 0;
  }
}

const harmonic = (a: number, b: number): number => (a > 0 && b > 0 ? (2 * a * b) / (a + b) : 0);

/** Whether two labels meet in an interface. */
const react = (a: number, b: number): boolean =>
  (a === LABEL_ACTIVE && isElectrolyte(b)) || (b === LABEL_ACTIVE && isElectrolyte(a));

/** Conductivity between two labels, without LABEL_FLOATING, of one side of the interface; 0: nothing passes. The
 *  collector resists along its plane alone. */
function between(materials: ElectrodeMaterials, a: number, b: number): number {
  if (a !== b && (a === LABEL_COLLECTOR || b === LABEL_COLLECTOR)) {
    const other = a === LABEL_COLLECTOR ? b : a;
    return isSolid(other) ? 2 * conductivityOf(materials, other) : 0;
  }
  return isSolid(a) === isSolid(b) ? harmonic(conductivityOf(materials, a), conductivityOf(materials, b)) : 0;
}

/** The law of the faces of an electrode. */
export function reactionLaw(
  materials: ElectrodeMaterials, { edges }: Pick<ElectrodeImage, 'edges'>,
): ReactionLaw {
  const { potential, exchange, alpha, thermal, film, electrolyte, active, window: [low, high] } = materials;
  const [hz, hy, hx] = edges;
  const half = (edge: number): number => (edge / 2) * (1 / active + 1 / electrolyte);
  const inner = [Math.max(low, 0.01), Math.min(high, 0.99)] as const;
  return {
    potential: tableOf(potential, { tolerance: VOLTS, relative: false, range: [Math.max(low, 0), Math.min(high, 1)] }),
    exchange: tableOf(exchange, { tolerance: SHARE, relative: true, range: inner }),
    alpha, thermal, film, half: [half(hz), half(hy), half(hx)], area: [hy * hx, hz * hx, hz * hy],
    unit: hz / (hy * hx),
  };
}

/** The image for the list of its faces. */
const interfaceOf = ({ labels, shape, from, to }: ElectrodeImage) => ({
  labels, shape, from, to, active: [LABEL_ACTIVE], electrolyte: [LABEL_ELECTROLYTE, LABEL_SEPARATOR],
});

/** Nothing flows in pieces without an interface, each of which has one potential. */
const solverNeeds = ({ maxIterations }: PotentialOptions, parts: PartCounts | null): SolverNeeds => ({
  maxIterations, parts, rightHandSide: true, floating: 'idle', updates: true,
});

/** Memory of `preparePotentials` as far as it is known before the interface has been counted, to plan an operation
 *  with. */
export function potentialsPlan(shape: Shape, threads: number, options: PotentialOptions): LeasePlan {
  const { finest, codes, scratch } = storedPlan(shape, threads, false);
  return {
    leases: finest,
    then: [
      { leases: [...codes, ...facePlan(shape)], then: [labelFacesPlan(shape), scratch] },
      floatingPlan(shape), interfaceCountPlan(shape),
      { leases: chargePlan(shape, threads), then: [solverPlan(shape, threads, solverNeeds(options, null))] },
    ],
  };
}

/** The network of an electrode: f32 per face, those of the interface as at rest. */
async function electrodeNetwork(
  frame: Frame, { labels, shape, edges }: ElectrodeImage, materials: ElectrodeMaterials, law: ReactionLaw,
  leases: readonly Lease[],
) {
  const atRest = law.film + law.half[0] +
    1 / (law.thermal * tableValue(law.exchange, Math.min(Math.max(materials.stoichiometry, 0), 1)));
  const conductances: PairConductances = {
    labels: [LABEL_ELECTROLYTE, LABEL_ACTIVE, LABEL_CARBON, LABEL_SEPARATOR, LABEL_COLLECTOR],
    between: (a, b) => (react(a, b) ? edges[0] / atRest : between(materials, a, b)),
    low: (label) => (isSolid(label) ? 0 : conductivityOf(materials, label)),
    high: () => 0,
  };
  return frame.scope(async () => {
    const codes = Object.values(frame.take(storedPlan(shape, frame.threads, false).codes));
    const faces = leaseFaces(frame, shape);
    const book = await pairFaces(frame, faces, labels, shape, conductances);
    return storedNetwork(
      frame, { axis: 'z', shape, faces, book, voxelSize: edges, periodic: false, keep: 'all' }, leases, codes,
    );
  });
}

/** Parts of which the coarse levels are made: what conducts well in a block, so that both sides of the interface stay
 *  apart. null, blocks, where there is no memory for them. */
async function partsOf(
  frame: Frame, finest: StoredLevel, shape: Shape, options: PotentialOptions,
): Promise<PartCounts | null> {
  const counts = await countNetworkParts(frame, finest, shape, STRONG);
  if (!partsFit(shape, counts)) return null;
  try {
    await frame.extend(solverPlan(shape, frame.threads, solverNeeds(options, counts)));
    return counts;
  } catch (error) {
    if (!(error instanceof CapacityError)) throw error;
    return null;
  }
}

/** Brings an electrode into memory. The caller's plan is `potentialsPlan`, or holds it; what the interface takes beside
 *  is planned here.
 *  @throws SpecError where nothing meets or nothing flows; CapacityError */
export async function preparePotentials(
  where: string, frame: Frame, image: ElectrodeImage, materials: ElectrodeMaterials, options: PotentialOptions,
): Promise<Potentials> {
  const { shape, edges } = image;
  const law = reactionLaw(materials, image);
  const finestLeases = Object.values(frame.take(storedPlan(shape, frame.threads, false).finest));
  const counted = await countInterface(frame, interfaceOf(image));
  const { count } = counted;
  if (count === 0) {
    throw new SpecError(
      `${where}: active material and electrolyte meet nowhere, so that nothing can react; check the labels`,
    );
  }
  const labels = await markFloating(where, frame, image);
  const { finest, counts } = await electrodeNetwork(frame, image, materials, law, finestLeases);

  const listing = interfaceFacesPlan(shape, count);
  const holding = [...chargePlan(shape, frame.threads), ...reactionPlan(count, law)];
  await frame.extend({
    leases: listing.leases, then: [...listing.then, directionsPlan(shape, frame.threads, 2)],
  });
  const { faces, areas } =
    await electrodeInterface(frame, interfaceOf(image), counted, edges, options.area, frame.take(listing.leases));
  await frame.extend({
    leases: holding,
    then: [{ leases: countPlan(shape, true) }, solverPlan(shape, frame.threads, solverNeeds(options, null))],
  });
  const { area, unit } = law;
  const network: ChargeNetwork = {
    between: (a, b, axis) => {
      const [p, q] = [a & ~LABEL_FLOATING, b & ~LABEL_FLOATING];
      return react(p, q) ? -1 : between(materials, p, q) * (area[axis] / edges[axis]) * unit;
    },
    low: (label) => {
      const own = label & ~LABEL_FLOATING;
      return isSolid(own) ? 0 : 2 * conductivityOf(materials, own) * (area[0] / edges[0]) * unit;
    },
    area: [area[0] * unit, area[1] * unit, area[2] * unit],
  };
  const charge = await prepareCharge(frame, shape, labels, faces, network);
  const reaction = await prepareReaction(frame, faces, law);
  const parts = await partsOf(frame, finest, shape, options);
  const solver = await prepareSolver(
    frame, { finest, axis: 'z', shape, linearEnergy: counts.linearEnergy }, solverNeeds(options, parts),
  );
  return potentials({ frame, image, labels, law, faces, areas, charge, reaction, solver, options });
}

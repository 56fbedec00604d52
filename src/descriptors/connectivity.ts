// Utilisation of a phase from a face of the window, and the interface that is active for both of its phases.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import {
  checkCrossed, checkFace, checkNeighbourhood, voxelCount, type Axis, type Face, type Neighbourhood, type Shape,
} from '../core/grid.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { componentsPlan as tablesPlan, disconnect, joinComponents } from '../kernels/components.js';
import { labelsPresent, labelsPresentPlan } from '../kernels/histogram.js';
import { labelLease, transitions, transitionsPlan, type ClassPair } from '../kernels/transitions.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';
import { COMPONENT_DEFAULTS, components } from './components.js';
import { cauchyCrofton } from './surface-area.js';

/** Options of `utilisation`. */
export interface UtilisationOptions {
  readonly phase: Phase;
  /** Axis across which that face lies. Default: z. */
  readonly axis?: Axis;
  /** Face of the window that the phase is used from; `low` is index 0. */
  readonly from?: Face;
  /** Voxels that count as touching. Default: 6, those that share a face. */
  readonly neighbourhood?: Neighbourhood;
}

/** Options of `utilisation` that are not given. */
export const UTILISATION_DEFAULTS = {
  axis: 'z', from: 'low', neighbourhood: COMPONENT_DEFAULTS.neighbourhood,
} as const satisfies Required<Omit<UtilisationOptions, 'phase'>>;

const UTILISATION_OPTION_NAMES: Names<UtilisationOptions> = {
  phase: true, axis: true, from: true, neighbourhood: true,
};

/** Share of the voxels of a phase in components that touch a face of the window, 0 … 1. `components` gives the shares
 *  for all six faces at once.
 *  @throws SpecError for a phase that does not occur, one voxel along the axis, or an unknown face or neighbourhood. */
export async function utilisation(
  session: Session, volume: LabelVolume, options: UtilisationOptions, run: RunOptions = {},
): Promise<number> {
  checkOperation('utilisation', session, run, {
    volume: [volume, 'record'], options: [options, UTILISATION_OPTION_NAMES],
  });
  const { phase, axis, from, neighbourhood } = { ...UTILISATION_DEFAULTS, ...options };
  checkCrossed('utilisation', checkVolume('utilisation', volume).shape, axis);
  checkFace('utilisation', from);
  return (await components(session, volume, { phase, neighbourhood }, run)).connectedFraction[axis]![from];
}

/** Options of `activeInterface`. */
export interface ActiveInterfaceOptions {
  /** Phase that must reach the current collector, AM in a cathode. */
  readonly electronic: Phase;
  /** Phase that must reach the separator, SE in a cathode. */
  readonly ionic: Phase;
  /** Axis from separator to collector. Default: z. */
  readonly axis?: Axis;
  /** Face at the current collector; the separator is opposite. */
  readonly collector?: Face;
  /** Voxels that count as touching. Default: 6, those that share a face. */
  readonly neighbourhood?: Neighbourhood;
}

/** Options of `activeInterface` that are not given. */
export const ACTIVE_INTERFACE_DEFAULTS = {
  axis: 'z', collector: 'high', neighbourhood: COMPONENT_DEFAULTS.neighbourhood,
} as const satisfies Required<Omit<ActiveInterfaceOptions, 'electronic' | 'ionic'>>;

/** Areas per volume of the window: µm⁻¹, or per voxel edge when no voxel size is known. */
export interface ActiveInterface {
  /** Interface between the connected parts of the two phases. */
  readonly activeArea: number;
  /** Interface between the two whole phases. */
  readonly totalArea: number;
  /** activeArea / totalArea; 0 when the phases do not meet. */
  readonly activeFraction: number;
}

/** What `isolate` leases. */
export const isolatePlans = (shape: Shape): LeasePlan[] => [labelsPresentPlan, tablesPlan(shape)];

/** Gives the voxels of a phase that are not connected to a face of the window another label, in place.
 *  @returns whether the phase joins both faces across the axis */
export async function isolatePart(
  frame: Frame, labels: Lease, shape: Shape, axis: Axis, neighbourhood: Neighbourhood, phase: Phase, face: Face,
  isolated: Phase,
): Promise<boolean> {
  return frame.scope(async () => {
    const { tables, totals } = await joinComponents(frame, labels, shape, phase, neighbourhood);
    await disconnect(frame, labels, shape, tables, axis, face, isolated);
    return totals.spanning[axis] > 0;
  });
}

/** Gives the voxels of phases that are not connected to a face of the window labels of their own, in place.
 *  @param parts phases, each with its face @returns the new label of each
 *  @throws SpecError where too many of the 256 labels are in use */
export async function isolate(
  where: string, frame: Frame, labels: Lease, shape: Shape, axis: Axis, neighbourhood: Neighbourhood,
  parts: readonly (readonly [Phase, Face])[],
): Promise<Phase[]> {
  const present = new Set(await labelsPresent(frame, labels, shape));
  const unused = Array.from({ length: 256 }, (_, label) => label).filter((label) => !present.has(label));
  if (unused.length < parts.length) {
    throw new SpecError(
      `${where}: ${parts.length === 1 ? 'one' : 'two'} of the 256 labels must be unused; merge some phases`,
    );
  }
  for (const [k, [phase, face]] of parts.entries()) {
    await isolatePart(frame, labels, shape, axis, neighbourhood, phase, face, unused[k]);
  }
  return unused.slice(0, parts.length);
}

/** Memory of `activeInterface`. */
export function activeInterfacePlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('activeInterfacePlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return { leases: [labelLease(shape)], then: [...isolatePlans(shape), transitionsPlan(threads, 4)] };
}

const ACTIVE_INTERFACE_OPTION_NAMES: Names<ActiveInterfaceOptions> = {
  electronic: true, ionic: true, axis: true, collector: true, neighbourhood: true,
};

/** Interface between the part of one phase that is connected to the collector and the part of the other that is
 *  connected to the separator, in the 13-direction estimate of `surfaceAreas`.
 *  @throws SpecError for phases that are equal or do not occur, one voxel along the axis, or an unknown face or
 *          neighbourhood. */
export async function activeInterface(
  session: Session, volume: LabelVolume, options: ActiveInterfaceOptions, run: RunOptions = {},
): Promise<ActiveInterface> {
  checkOperation('activeInterface', session, run, {
    volume: [volume, 'record'], options: [options, ACTIVE_INTERFACE_OPTION_NAMES],
  });
  const where = 'activeInterface';
  const { shape, labels, voxelSizeUm } = checkVolume(where, volume);
  const { electronic, ionic, axis, collector, neighbourhood } = { ...ACTIVE_INTERFACE_DEFAULTS, ...options };
  checkPhase(where, volume, electronic);
  checkPhase(where, volume, ionic);
  checkCrossed(where, shape, axis);
  checkFace(where, collector, 'collector');
  checkNeighbourhood(where, neighbourhood);
  if (electronic === ionic) throw new SpecError(`${where}: two different phases are needed, got ${ionic} twice`);
  const separator: Face = collector === 'high' ? 'low' : 'high';
  return session.run(where, activeInterfacePlan(shape, session.threads), voxelCount(shape), run, async (frame) => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    await frame.write(lease, labels);
    const [isolatedElectronic, isolatedIonic] = await isolate(
      where, frame, lease, shape, axis, neighbourhood, [[electronic, collector], [ionic, separator]],
    );
    const pairs: ClassPair[] = [
      [electronic, ionic], [electronic, isolatedIonic], [isolatedElectronic, ionic],
      [isolatedElectronic, isolatedIonic],
    ];
    const counts =
      await transitions(frame, lease, shape, [electronic, ionic, isolatedElectronic, isolatedIonic], pairs);
    const [activeArea, ...inactive] = counts.map((count) => cauchyCrofton(count, shape, voxelSizeUm));
    const totalArea = inactive.reduce((sum, area) => sum + area, activeArea);
    return { activeArea, totalArea, activeFraction: totalArea === 0 ? 0 : activeArea / totalArea };
  });
}

// The two networks of a composite electrode: active material (and what else conducts electrons) from the collector,
// electrolyte from the separator; what of them is connected, where they meet, and what of the active material works.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import {
  checkCrossed, checkFace, checkNeighbourhood, voxelCount, type Axis, type Face, type Neighbourhood, type Shape,
} from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { AM, checkVolume, SE, type LabelVolume, type Phase } from '../core/volume.js';
import { isolatePart } from '../descriptors/connectivity.js';
import { cauchyCrofton } from '../descriptors/surface-area.js';
import {
  componentImage, componentImagePlan, componentsPlan as tablesPlan, joinComponents,
} from '../kernels/components.js';
import { labelLease, transitions, transitionsPlan, type ClassPair } from '../kernels/transitions.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';
import { workingVoxels } from './working.js';

/** Options of `networkUse`: which labels conduct what, and where the collector is. */
export interface NetworkUseOptions {
  /** Label of the active material. Default: 2. */
  readonly active?: Phase;
  /** Label of the electrolyte. Default: 1. */
  readonly electrolyte?: Phase;
  /** Labels beside the active material that conduct electrons: carbon-binder. */
  readonly conductors?: readonly Phase[];
  /** Axis from separator to collector. Default: z. */
  readonly axis?: Axis;
  /** Face at the current collector; the separator is opposite. */
  readonly collector?: Face;
  /** Voxels that count as touching. Default: 6, those that share a face. */
  readonly neighbourhood?: Neighbourhood;
  /** Number of the particle of every voxel of active material, 1 and up; null: particles are not known, and what hangs
   *  together as active material counts as one. */
  readonly particles?: Uint16Array | Uint32Array | null;
}

/** Options of `networkUse` that are not given: AM and SE, the collector at the high face across z. */
export const NETWORK_USE_DEFAULTS = {
  active: AM, electrolyte: SE, conductors: [], axis: 'z', collector: 'high', neighbourhood: 6, particles: null,
} as const satisfies Required<NetworkUseOptions>;

const NAMES: Names<NetworkUseOptions> = {
  active: true, electrolyte: true, conductors: true, axis: true, collector: true, neighbourhood: true, particles: true,
};

/** Shares are of voxels. Areas are per volume of the window: µm⁻¹, or per voxel edge when no voxel size is known. */
export interface NetworkUse {
  /** Shares of the window; `other` is what conducts neither. */
  readonly fractions: {
    readonly active: number; readonly electrolyte: number; readonly conductors: number; readonly other: number;
  };
  /** Share of the active material in clusters, of it and of conductors, that touch the collector. null: there is none,
   *  as below. */
  readonly activeUtilisation: number | null;
  /** Share of the electrolyte in clusters that touch the separator. */
  readonly electrolyteUtilisation: number | null;
  /** Whether a cluster that conducts electrons joins both faces. */
  readonly electronsSpan: boolean;
  /** Whether a cluster of electrolyte joins both faces. */
  readonly ionsSpan: boolean;
  /** Surface of the connected active material, against all that is no active material. */
  readonly activeSurface: number;
  /** Interface of active material and electrolyte. */
  readonly interfaceArea: number;
  /** The part of it where both are connected. */
  readonly activeInterface: number;
  /** Share of the active material that works: connected, and of a particle that meets connected electrolyte. */
  readonly workingShare: number | null;
  /** What counts as a particle. */
  readonly particles: 'given' | 'clusters';
}

// Classes of a voxel once it is known what is connected.
const OTHER = 0;
const ACTIVE = 1;
const ISOLATED_ACTIVE = 2;
const IONIC = 3;
const ISOLATED_IONIC = 4;
const CONDUCTOR = 5;
/** All that conducts electrons, while its clusters are looked for. */
const ELECTRONIC = 6;
const ISOLATED_ELECTRONIC = 7;

const PAIRS: readonly ClassPair[] = [
  [ACTIVE, IONIC], [ACTIVE, ISOLATED_IONIC], [ISOLATED_ACTIVE, IONIC], [ISOLATED_ACTIVE, ISOLATED_IONIC],
  [ACTIVE, CONDUCTOR], [ACTIVE, OTHER],
];

/** Memory of `networkUse`. */
export function networkUsePlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('networkUsePlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return {
    leases: [labelLease(shape)],
    then: [{ ...tablesPlan(shape), then: [componentImagePlan(shape)] }, transitionsPlan(threads, PAIRS.length)],
  };
}

function checkRoles(
  where: string, volume: LabelVolume, { active, electrolyte, conductors, particles }: Required<NetworkUseOptions>,
): void {
  const roles = [active, electrolyte, ...conductors];
  const bad = roles.find((label) => !Number.isInteger(label) || label < 0 || label > 255);
  if (bad !== undefined) throw new SpecError(`${where}: a phase is a whole label from 0 to 255, got ${quoted(bad)}`);
  if (new Set(roles).size < roles.length) {
    throw new SpecError(
      `${where}: active material, electrolyte and conductors are different labels, got ${roles.join(', ')}`,
    );
  }
  if (particles !== null && particles.length !== volume.labels.length) {
    throw new SpecError(
      `${where}: ${volume.labels.length} voxels need as many numbers of particles, got ${particles.length}`,
    );
  }
}

/** What is connected in a composite electrode, where both networks meet, and what of the active material works.
 *  The same bits for every number of threads.
 *  @throws SpecError for labels that are equal, one voxel along the axis, or an unknown face or neighbourhood */
export async function networkUse(
  session: Session, volume: LabelVolume, options: NetworkUseOptions = {}, run: RunOptions = {},
): Promise<NetworkUse> {
  const where = 'networkUse';
  checkOperation(where, session, run, { volume: [volume, 'record'], options: [options, NAMES] });
  const { shape, labels, voxelSizeUm } = checkVolume(where, volume);
  const given = { ...NETWORK_USE_DEFAULTS, ...options };
  const { active, electrolyte, conductors, axis, collector, neighbourhood, particles } = given;
  checkArguments(where, { 'options.conductors': [conductors, 'list'] });
  checkRoles(where, volume, given);
  checkCrossed(where, shape, axis);
  checkFace(where, collector, 'collector');
  checkNeighbourhood(where, neighbourhood);
  const separator: Face = collector === 'high' ? 'low' : 'high';
  const roles = new Uint8Array(256).fill(OTHER);
  for (const label of conductors) roles[label] = ELECTRONIC;
  roles[active] = ELECTRONIC;
  roles[electrolyte] = IONIC;
  return session.run(where, networkUsePlan(shape, session.threads), voxelCount(shape), run, async (frame) => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    const found = labels.map((label) => roles[label]);
    await frame.write(lease, found);
    const isolate = (phase: Phase, face: Face, isolated: Phase): Promise<boolean> =>
      isolatePart(frame, lease, shape, axis, neighbourhood, phase, face, isolated);
    const electronsSpan = await isolate(ELECTRONIC, collector, ISOLATED_ELECTRONIC);
    const ionsSpan = await isolate(IONIC, separator, ISOLATED_IONIC);
    await frame.readInto(lease, found, 0, found.length);
    // Conductors are told from active material again.
    for (let i = 0; i < found.length; i++) {
      if (found[i] >= ELECTRONIC) {
        found[i] = labels[i] !== active ? CONDUCTOR : found[i] === ELECTRONIC ? ACTIVE : ISOLATED_ACTIVE;
      }
    }
    const counts = new Float64Array(ISOLATED_ELECTRONIC + 1);
    for (const each of found) counts[each]++;
    await frame.write(lease, found);
    const numbers = particles ?? await clusterNumbers(frame, lease, shape, neighbourhood);
    const working = workingVoxels(found, shape, numbers, ACTIVE, IONIC);
    const areas = (await transitions(
      frame, lease, shape, [OTHER, ACTIVE, ISOLATED_ACTIVE, IONIC, ISOLATED_IONIC, CONDUCTOR], PAIRS,
    )).map((each) => cauchyCrofton(each, shape, voxelSizeUm));
    const amount = counts[ACTIVE] + counts[ISOLATED_ACTIVE];
    const ionic = counts[IONIC] + counts[ISOLATED_IONIC];
    const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
    return {
      fractions: {
        active: amount / labels.length, electrolyte: ionic / labels.length,
        conductors: counts[CONDUCTOR] / labels.length, other: counts[OTHER] / labels.length,
      },
      activeUtilisation: share(counts[ACTIVE], amount),
      electrolyteUtilisation: share(counts[IONIC], ionic),
      electronsSpan, ionsSpan,
      activeSurface: areas[0] + areas[1] + areas[4] + areas[5],
      interfaceArea: areas[0] + areas[1] + areas[2] + areas[3],
      activeInterface: areas[0],
      workingShare: share(working, amount),
      particles: particles === null ? 'clusters' : 'given',
    };
  });
}

/** Clusters of connected active material alone: joined through it, not through conductors. */
async function clusterNumbers(
  frame: Frame, lease: ReturnType<Frame['lease']>, shape: Shape, neighbourhood: Neighbourhood,
): Promise<Uint32Array> {
  return frame.scope(async () => {
    const { tables, totals } = await joinComponents(frame, lease, shape, ACTIVE, neighbourhood);
    return (await componentImage(frame, shape, tables, totals.count)).numbers;
  });
}

// Profiles of the specific surface area: the 13-direction estimate of `surfaceAreas` for every window of two
// neighbouring planes. Pairs inside a plane count in the slabs on both of its sides (decisions/0036).
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { DIRECTIONS } from '../core/directions.js';
import { AXES, axisIndex, checkAxis, voxelCount, type Axis, type Shape } from '../core/grid.js';
import { checkPhase, checkVolume, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { bitBytes, bitsOfPhase } from '../kernels/bits.js';
import { planeTransitions, planeTransitionsPlan, turned, turnLabels } from '../kernels/plane-transitions.js';
import { labelLease } from '../kernels/transitions.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { cauchyCrofton } from './surface-area.js';

/** Options of `surfaceProfiles`. */
export interface SurfaceProfileOptions {
  /** Labels to measure; null: all that occur. */
  readonly phases?: readonly Phase[] | null;
  /** Axes across which planes follow each other. Default: z, y, x. */
  readonly axes?: readonly Axis[];
}

/** Options of `surfaceProfiles` that are not given: every phase across every axis. */
export const SURFACE_PROFILE_DEFAULTS = { phases: null, axes: AXES } as const satisfies Required<SurfaceProfileOptions>;

/** Specific surface area of a phase, plane by plane across an axis. */
export interface SurfaceProfile {
  readonly phase: Phase;
  readonly axis: Axis;
  /** Face between two planes, µm from the low face of the window (voxels when no size is known); one fewer than
   *  planes. */
  readonly position: Float64Array;
  /** S of the two planes beside it, µm⁻¹, or per voxel edge. */
  readonly specificSurfaceArea: Float64Array;
}

/** Labels twice, once with another axis first, and the bits of a phase: 2.2 bytes a voxel. */
export function surfaceProfilesPlan(shape: Shape): LeasePlan<'labels' | 'turned labels' | 'phase'> {
  checkArguments('surfaceProfilesPlan', { shape: [shape, 'shape'] });
  const ways = AXES.map((axis) => turned(shape, axis));
  const bits = Math.max(...ways.map(bitBytes));
  return {
    leases: [labelLease(shape), ...named({ 'turned labels': labelLease(shape).bytes, phase: bits })],
    then: [planeTransitionsPlan(Math.max(...shape))],
  };
}

const SURFACE_PROFILE_OPTION_NAMES: Names<SurfaceProfileOptions> = { phases: true, axes: true };

/** Specific surface area of each pair of neighbouring planes across each axis, for every phase: phase by phase within
 *  an axis. The mean over a profile is that of the window, but for its end planes, whose inner pairs count half.
 *  @throws SpecError for a phase that does not occur or an unknown axis. */
export async function surfaceProfiles(
  session: Session, volume: LabelVolume, options: SurfaceProfileOptions = {}, run: RunOptions = {},
): Promise<SurfaceProfile[]> {
  checkOperation('surfaceProfiles', session, run, {
    volume: [volume, 'record'], options: [options, SURFACE_PROFILE_OPTION_NAMES],
  });
  const where = 'surfaceProfiles';
  const { shape, labels, voxelSizeUm } = checkVolume(where, volume);
  const { phases, axes } = { ...SURFACE_PROFILE_DEFAULTS, ...options };
  phases?.forEach((phase) => checkPhase(where, volume, phase));
  axes.forEach((axis) => checkAxis(where, axis));
  return session.run(where, surfaceProfilesPlan(shape), voxelCount(shape), run, async (frame) => {
    const { labels: given, 'turned labels': other, phase: bits } = frame.take(surfaceProfilesPlan(shape));
    await frame.write(given, labels);
    const found: SurfaceProfile[] = [];
    for (const axis of axes) {
      if (axis !== 'z') await turnLabels(frame, other, given, shape, axis);
      const [planes, ny, nx] = turned(shape, axis);
      const size = voxelSizeUm && turned(voxelSizeUm, axis);
      const edge = voxelSizeUm?.[axisIndex(axis)] ?? 1;
      for (const phase of phases ?? phasesOf(volume)) {
        await bitsOfPhase(frame, bits, axis === 'z' ? given : other, [planes, ny, nx], phase);
        const counts = await planeTransitions(frame, bits, [planes, ny, nx]);
        const areas = counts.slice(1).map((next, z) => cauchyCrofton(
          DIRECTIONS.map(({ offset }, d) => counts[z][d] + (offset[0] === 0 ? next[d] : 0)), [2, ny, nx], size,
        ));
        found.push({
          phase, axis,
          position: Float64Array.from(areas, (_, z) => (z + 1) * edge),
          specificSurfaceArea: Float64Array.from(areas),
        });
      }
    }
    return found;
  });
}

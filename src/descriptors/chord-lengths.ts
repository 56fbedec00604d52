// Chords of a phase along an axis, and the lineal-path function, both exact from the same runs of voxels.
//
// A chord is a longest run of voxels of the phase on a line of voxels. Those that a face of the window cuts have an
// unknown length: they are counted by themselves (decisions/0035). L(h) is the probability that a segment of length h
// lies wholly in the phase: of the segments between voxel centres h apart inside the window, the share whose h + 1
// voxels all belong to it (Lu & Torquato 1992, Phys. Rev. A 45:922).
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { AXES, axisIndex, checkAxis, voxelCount, type Axis, type Shape } from '../core/grid.js';
import { checkPhase, checkVolume, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { bitBytes, bitsOfPhase } from '../kernels/bits.js';
import { chordCounts, chordCountsPlan, type ChordCounts } from '../kernels/chords.js';
import { labelLease } from '../kernels/transitions.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';

/** Options of `chordLengths`. */
export interface ChordLengthOptions {
  /** Labels to measure; null: all that occur. */
  readonly phases?: readonly Phase[] | null;
  /** Axes along which chords are counted. Default: z, y, x. */
  readonly axes?: readonly Axis[];
}

/** Options of `chordLengths` that are not given: every phase along every axis. */
export const CHORD_LENGTH_DEFAULTS = { phases: null, axes: AXES } as const satisfies Required<ChordLengthOptions>;

/** Lengths in µm, or voxels when no size is known. */
export interface ChordLengths {
  readonly phase: Phase;
  readonly axis: Axis;
  /** Length of entry k of the counts: k voxels. */
  readonly length: Float64Array;
  /** Chords with both ends inside the window. */
  readonly whole: Float64Array;
  /** Chords that touch a face: no longer than the true ones. */
  readonly cut: Float64Array;
  /** Mean of the whole chords, as usual in the field; too short where chords are not much shorter than the window.
   *  null: none. */
  readonly meanWholeLength: number | null;
  /** ε over the number of chords per length of line, from the ends inside the window: unbiased by the window; null when
   *  no chord ends in it. */
  readonly meanLength: number | null;
  /** L(h) for h = 0, 1, … voxels. */
  readonly linealPath: Float64Array;
}

/** Labels and the bits of one phase: 1.2 bytes a voxel. */
export function chordLengthsPlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('chordLengthsPlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return {
    leases: [labelLease(shape), { name: 'phase', bytes: bitBytes(shape) }], then: [chordCountsPlan(shape, threads)],
  };
}

function chordsOf(phase: Phase, axis: Axis, edge: number, lines: number, { whole, cut }: ChordCounts): ChordLengths {
  const n = whole.length - 1;
  let [voxels, chords, wholeVoxels, ends] = [0, 0, 0, 0];
  for (let k = 1; k <= n; k++) {
    voxels += k * (whole[k] + cut[k]);
    chords += whole[k];
    wholeVoxels += k * whole[k];
    // One that is as long as the window has no end in it.
    ends += 2 * whole[k] + (k < n ? cut[k] : 0);
  }
  const linealPath = new Float64Array(n);
  // Σ max(0, k − h) over the chords, from the longest lag down: each step adds the chords longer than h.
  for (let h = n - 1, longer = 0, segments = 0; h >= 0; h--) {
    longer += whole[h + 1] + cut[h + 1];
    segments += longer;
    linealPath[h] = segments / (lines * (n - h));
  }
  return {
    phase, axis, whole, cut, linealPath,
    length: Float64Array.from({ length: n + 1 }, (_, k) => k * edge),
    meanWholeLength: chords === 0 ? null : (wholeVoxels / chords) * edge,
    meanLength: ends === 0 ? null : ((voxels / n) * 2 * (n - 1) * edge) / ends,
  };
}

const CHORD_LENGTH_OPTION_NAMES: Names<ChordLengthOptions> = { phases: true, axes: true };

/** Chord lengths and lineal-path function of each phase along each axis, in that order.
 *  @throws SpecError for a phase that does not occur or an unknown axis. */
export async function chordLengths(
  session: Session, volume: LabelVolume, options: ChordLengthOptions = {}, run: RunOptions = {},
): Promise<ChordLengths[]> {
  checkOperation('chordLengths', session, run, {
    volume: [volume, 'record'], options: [options, CHORD_LENGTH_OPTION_NAMES],
  });
  const where = 'chordLengths';
  const { shape, labels, voxelSizeUm } = checkVolume(where, volume);
  const { phases, axes } = { ...CHORD_LENGTH_DEFAULTS, ...options };
  phases?.forEach((phase) => checkPhase(where, volume, phase));
  axes.forEach((axis) => checkAxis(where, axis));
  const voxels = voxelCount(shape);
  return session.run(where, chordLengthsPlan(shape, session.threads), voxels, run, async (frame) => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    const bits = frame.lease('phase', bitBytes(shape));
    await frame.write(lease, labels);
    const found: ChordLengths[] = [];
    for (const phase of phases ?? phasesOf(volume)) {
      await bitsOfPhase(frame, bits, lease, shape, phase);
      for (const axis of axes) {
        const k = axisIndex(axis);
        found.push(
          chordsOf(phase, axis, voxelSizeUm?.[k] ?? 1, voxels / shape[k], await chordCounts(frame, bits, shape, axis)),
        );
      }
    }
    return found;
  });
}

// Connected components of a phase: how many, how large, and which faces of the window they join.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import {
  byCrossedAxis, checkNeighbourhood, voxelCount, type Axis, type Face, type Neighbourhood, type Shape,
} from '../core/grid.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import {
  componentImage, componentImagePlan, componentsPlan as tablesPlan, joinComponents, type ComponentTotals,
} from '../kernels/components.js';
import { labelLease } from '../kernels/transitions.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';

/** Options of `components` and `componentLabels`. */
export interface ComponentOptions {
  readonly phase: Phase;
  /** Voxels that count as touching: 6 share a face (as fluxes do), 18 also an edge, 26 also a corner. */
  readonly neighbourhood?: Neighbourhood;
}

/** Options of `components` that are not given: voxels touch where they share a face. */
export const COMPONENT_DEFAULTS = { neighbourhood: 6 } as const satisfies Required<Omit<ComponentOptions, 'phase'>>;

/** Fractions are shares of the voxels of the phase. */
export interface ComponentStatistics {
  readonly phase: Phase;
  readonly neighbourhood: Neighbourhood;
  /** Of the phase. */
  readonly voxels: number;
  /** Components of the phase. */
  readonly count: number;
  /** Share of the largest component. */
  readonly largestFraction: number;
  /** Whether some component touches both faces across the axis; null where the window is one voxel thick, as below. */
  readonly percolates: Readonly<Record<Axis, boolean | null>>;
  /** Share in components that touch both faces across the axis. */
  readonly percolatingFraction: Readonly<Record<Axis, number | null>>;
  /** Share in components that touch the face: the utilisation of the phase from there. */
  readonly connectedFraction: Readonly<Record<Axis, Readonly<Record<Face, number>> | null>>;
}

/** Component number of each voxel beside the statistics. */
export interface ComponentImage extends ComponentStatistics {
  /** 1, 2, … in raster order of the first voxel of each component, the same for every thread count; 0 outside the
   *  phase. */
  readonly numbers: Uint32Array;
  /** sizes[k − 1]: voxels of component k. */
  readonly sizes: Uint32Array;
}

/** Memory of `components`: 1 byte a voxel for labels, and tables of components. */
export function componentsPlan(shape: Shape): LeasePlan {
  checkArguments('componentsPlan', { shape: [shape, 'shape'] });
  return { leases: [labelLease(shape)], then: [tablesPlan(shape)] };
}

/** Memory of `componentLabels`: that of `components`, and 4 bytes a voxel for the numbers. */
export function componentLabelsPlan(shape: Shape): LeasePlan {
  checkArguments('componentLabelsPlan', { shape: [shape, 'shape'] });
  return { leases: [labelLease(shape)], then: [{ ...tablesPlan(shape), then: [componentImagePlan(shape)] }] };
}

function statisticsOf(
  phase: Phase, neighbourhood: Neighbourhood, shape: Shape, totals: ComponentTotals,
): ComponentStatistics {
  const share = (voxels: number): number => voxels / totals.voxels;
  return {
    phase,
    neighbourhood,
    voxels: totals.voxels,
    count: totals.count,
    largestFraction: share(totals.largest),
    percolates: byCrossedAxis(shape, (axis) => totals.spanning[axis] > 0),
    percolatingFraction: byCrossedAxis(shape, (axis) => share(totals.spanning[axis])),
    connectedFraction: byCrossedAxis(
      shape,
      (axis) => ({ low: share(totals.touching[axis].low), high: share(totals.touching[axis].high) }),
    ),
  };
}

const COMPONENT_OPTION_NAMES: Names<ComponentOptions> = { phase: true, neighbourhood: true };

/** Connected components of a phase.
 *  @throws SpecError for a phase that does not occur or an unknown neighbourhood. */
export async function components(
  session: Session, volume: LabelVolume, options: ComponentOptions, run: RunOptions = {},
): Promise<ComponentStatistics> {
  checkOperation('components', session, run, {
    volume: [volume, 'record'], options: [options, COMPONENT_OPTION_NAMES],
  });
  const { shape, labels } = checkVolume('components', volume);
  const phase = checkPhase('components', volume, options.phase);
  const neighbourhood = checkNeighbourhood('components', options.neighbourhood ?? COMPONENT_DEFAULTS.neighbourhood);
  return session.run('components', componentsPlan(shape), voxelCount(shape), run, async (frame) => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    await frame.write(lease, labels);
    const { totals } = await joinComponents(frame, lease, shape, phase, neighbourhood);
    return statisticsOf(phase, neighbourhood, shape, totals);
  });
}

/** As `components`, with the number of the component at every voxel.
 *  @throws SpecError for a phase that does not occur or an unknown neighbourhood. */
export async function componentLabels(
  session: Session, volume: LabelVolume, options: ComponentOptions, run: RunOptions = {},
): Promise<ComponentImage> {
  checkOperation('componentLabels', session, run, {
    volume: [volume, 'record'], options: [options, COMPONENT_OPTION_NAMES],
  });
  const { shape, labels } = checkVolume('componentLabels', volume);
  const phase = checkPhase('componentLabels', volume, options.phase);
  const neighbourhood =
    checkNeighbourhood('componentLabels', options.neighbourhood ?? COMPONENT_DEFAULTS.neighbourhood);
  return session.run('componentLabels', componentLabelsPlan(shape), voxelCount(shape), run, async (frame) => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    await frame.write(lease, labels);
    const { tables, totals } = await joinComponents(frame, lease, shape, phase, neighbourhood);
    const image = await componentImage(frame, shape, tables, totals.count);
    return { ...statisticsOf(phase, neighbourhood, shape, totals), ...image };
  });
}

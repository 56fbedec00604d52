// Everything that a table of images holds, for one image: descriptors of its phases, and M of each.
import { ARENA_START } from '../../assembly/layout.js';
import { checkArguments, checkOperation, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import {
  AXES, checkAxis, isCrossed, voxelCount, type Axis, type Face, type Shape, type VoxelSize,
} from '../core/grid.js';
import { labelsText } from '../core/text.js';
import { checkVolume, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { describe, DESCRIBE_DEFAULTS, describePlan, describeRow } from '../descriptors/describe.js';
import { columnName, type ByAxis, type Description, type RowValue } from '../descriptors/description.js';
import type { Mutable } from '../descriptors/descriptor.js';
import { QUANTITIES } from '../descriptors/descriptor-table.js';
import { imageWarnings } from '../descriptors/image-warnings.js';
import { along, phaseColumn, quantityRow } from '../descriptors/quantity.js';
import { checkCapacity, type LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { CONDUCT_DEFAULTS, type ConductOptions, type ConductResult } from '../transport/conduct.js';
import { mFactor, mFactorPlan } from '../transport/m-factor.js';
import { M_FACTOR, TRANSPORT_QUANTITIES } from '../transport/quantities.js';
import { iterationsText } from '../transport/solve-report.js';
import { noErrorBar } from '../transport/uncertainty/text.js';
import { SEGMENT_FIRST } from '../warnings/grey-labels.js';
import { MOST_PHASES } from '../warnings/label-statistics.js';

type TransportOptions = Pick<
  ConductOptions, 'boundary' | 'interface' | 'smoothing' | 'tolerance' | 'maxIterations' | 'coarsening' | 'uncertainty'
>;

/** Options of `measure`: what to describe, along which axes, and how to solve for M. MEASURE_DEFAULTS has the rest. */
export interface MeasureOptions extends Partial<TransportOptions> {
  /** Labels to measure; one that does not occur has ε = M = 0. `all`: those that occur. */
  readonly phases?: 'all' | readonly Phase[];
  /** Axes of paths, constrictions and transport. */
  readonly axes?: 'all' | readonly Axis[];
  /** Face where paths and balls enter. */
  readonly from?: Face;
  /** Names from DESCRIPTORS; `all`: those that `describe` gives unasked. */
  readonly only?: 'all' | readonly string[];
  /** Whether to look for what speaks against the numbers. */
  readonly warnings?: boolean;
}

/** The descriptors of [A], which formulas predict M from, as in a study. */
export const MEASURE_DEFAULTS = {
  phases: 'all',
  axes: ['z'],
  from: DESCRIBE_DEFAULTS.from,
  only: ['volumeFraction', 'specificSurfaceArea', 'geodesicTortuosity', 'constrictivity'],
  boundary: CONDUCT_DEFAULTS.boundary,
  interface: CONDUCT_DEFAULTS.interface,
  smoothing: CONDUCT_DEFAULTS.smoothing,
  tolerance: CONDUCT_DEFAULTS.tolerance,
  maxIterations: CONDUCT_DEFAULTS.maxIterations,
  coarsening: CONDUCT_DEFAULTS.coarsening,
  uncertainty: CONDUCT_DEFAULTS.uncertainty,
  warnings: false,
} as const satisfies Required<MeasureOptions>;

/** `describe` and `conduct` of every phase in one object: the solves are `phases[label].transport[axis]`. */
export interface Measurement extends Description {
  /** Axes asked for. */
  readonly axes: readonly Axis[];
  /** Labels asked for that the image does not have. */
  readonly absent: readonly Phase[];
  /** What a reader of the numbers should know: "phase 1 does not percolate along z"; empty when there is nothing. */
  readonly problems: readonly string[];
}

const MEASURE_OPTION_NAMES: Names<MeasureOptions> = {
  phases: true, axes: true, from: true, only: true, boundary: true, interface: true, smoothing: true, tolerance: true,
  maxIterations: true, coarsening: true, uncertainty: true, warnings: true,
};

type Complete = Required<MeasureOptions>;

const namesOf = ({ only }: Pick<Complete, 'only'>): readonly string[] | null => (only === 'all' ? null : only);

function axesOf({ axes }: Pick<Complete, 'axes'>): readonly Axis[] {
  if (axes === 'all') return AXES;
  if (axes.length === 0) throw new SpecError('measure: axes is empty; give some of x, y, z or "all"');
  for (const axis of axes) checkAxis('measure', axis);
  return AXES.filter((axis) => axes.includes(axis));
}

function transportOf({
  boundary, interface: kind, smoothing, tolerance, maxIterations, coarsening, uncertainty,
}: Complete) {
  return { boundary, interface: kind, smoothing, tolerance, maxIterations, coarsening, uncertainty };
}

/** Memory of `measure`: its operations run one after another. */
export function measurePlan(
  shape: Shape, threads: number, options: MeasureOptions = {}, voxelSizeUm: VoxelSize = null,
): LeasePlan {
  checkArguments('measurePlan', {
    shape: [shape, 'shape'], threads: [threads, 'count'], options: [options, MEASURE_OPTION_NAMES],
  });
  const complete: Complete = { ...MEASURE_DEFAULTS, ...options };
  const axes = axesOf(complete).filter((axis) => isCrossed(shape, axis));
  const described = { axes: complete.axes, only: namesOf(complete) };
  const solves = axes.map((axis) => mFactorPlan(shape, threads, { axis, ...transportOf(complete) }));
  return { leases: [], then: [describePlan(shape, threads, described, voxelSizeUm), ...solves] };
}

/** Descriptors and M of every phase of an image: one row of a table that a law is fitted to (`measureRow`).
 *  @throws SpecError for an option or name that does not exist, or for more labels than an image has phases when none
 *          is named; CapacityError before any work; CancelledError */
export async function measure(
  session: Session, volume: LabelVolume, options: MeasureOptions = {}, run: RunOptions = {},
): Promise<Measurement> {
  checkOperation('measure', session, run, { volume: [volume, 'record'], options: [options, MEASURE_OPTION_NAMES] });
  const { shape, voxelSizeUm } = checkVolume('measure', volume);
  const complete: Complete = { ...MEASURE_DEFAULTS, ...options };
  const axes = axesOf(complete);
  const occurring = phasesOf(volume);
  if (complete.phases === 'all' && occurring.length > MOST_PHASES) {
    throw new SpecError(
      `measure: the image has ${labelsText(occurring)}, like grey values or numbered particles; ` +
        `${SEGMENT_FIRST}, or name the labels to measure`,
    );
  }
  const wanted = complete.phases === 'all' ? occurring : [...new Set(complete.phases)].sort((a, b) => a - b);
  if (wanted.length === 0) throw new SpecError('measure: phases is empty; give labels or "all"');
  const phases = wanted.filter((phase) => occurring.includes(phase));
  const absent = wanted.filter((phase) => !occurring.includes(phase));
  const plan = measurePlan(shape, session.threads, options, voxelSizeUm);
  checkCapacity('measure', plan, session.memoryBytes - ARENA_START, voxelCount(shape));

  const description = await describe(
    session, volume,
    { phases: phases.length > 0 ? phases : 'all', axes, from: complete.from, only: namesOf(complete) }, run,
  );
  const problems = absent.map((phase) => `phase ${phase} does not occur`);
  const skipped: Record<string, string> = { ...description.skipped };
  const thin = axes.filter((axis) => !isCrossed(shape, axis));
  if (thin.length > 0) skipped.transport = `along ${thin.join(', ')}, where the image is one voxel thick`;
  const result: Record<string, Description['phases'][string]> = {};
  for (const phase of phases) {
    const transport: Mutable<ByAxis<Omit<ConductResult, 'fields'>>> = {};
    for (const axis of axes.filter((one) => !thin.includes(one))) {
      const solved = await mFactor(session, volume, { phase, axis, ...transportOf(complete) }, run);
      transport[axis] = solved;
      if (!solved.percolates) problems.push(`phase ${phase} does not percolate along ${axis}`);
      else if (!solved.converged) {
        problems.push(
          `M of phase ${phase} along ${axis} not converged after ${iterationsText(solved.iterations)}, error about ` +
            solved.errorEstimate.toExponential(1),
        );
      } else problems.push(...noErrorBar(solved).map((text) => `phase ${phase}: ${text}`));
    }
    result[phase] = { ...description.phases[phase], ...(Object.keys(transport).length > 0 && { transport }) };
  }
  const { interface: kind, warnings } = complete;
  const told = warnings ? await imageWarnings(session, volume, { phases, interface: kind }, run) : null;
  return {
    ...description, phases: result, axes, absent, problems,
    ...(Object.keys(skipped).length > 0 && { skipped }), ...(told !== null && { warnings: told }),
  };
}

/** The numbers of a phase that does not occur: 0 where a quantity has it, for what the others were measured by. */
function absentRow({ phases, absent, axes, shape, voxelSizeUm }: Measurement): Record<string, RowValue> {
  const crossed = axes.filter((axis) => isCrossed(shape, axis));
  const row: Record<string, RowValue> = {};
  for (const quantity of [...QUANTITIES, ...TRANSPORT_QUANTITIES]) {
    const others = Object.values(phases).flatMap((phase) => quantity.axes(phase).map((axis) => ({ phase, axis })));
    const found = others.some(({ phase, axis }) => quantity.value(phase, axis ?? 'z') !== undefined);
    if (quantity.absent !== 0 || (!found && quantity !== M_FACTOR)) continue;
    const places = quantity === M_FACTOR || others.some(({ axis }) => axis !== null) ? crossed : [null];
    for (const phase of absent) {
      for (const axis of places) {
        const name = phaseColumn(quantity, phase) + along(axis ?? 'z');
        row[columnName({ name, unit: quantity.unit }, voxelSizeUm !== null)] = 0;
      }
    }
  }
  return row;
}

/** A measurement as one flat row, with the columns of `describeRow` and of the solves: `mFactor1`,
 *  `tortuosityFactor2AlongX`, … Formulas are fitted to such rows (`fitLaw`). */
export function measureRow(measurement: Measurement): Record<string, RowValue> {
  checkArguments('measureRow', { measurement: [measurement, has<Measurement>('phases', 'absent', 'axes')] });
  const row = describeRow(measurement);
  for (const quantity of TRANSPORT_QUANTITIES) {
    for (const { name, unit, value } of quantityRow(quantity, measurement)) {
      if (value !== undefined) row[columnName({ name, unit }, measurement.voxelSizeUm !== null)] = value;
    }
  }
  return { ...row, ...absentRow(measurement) };
}

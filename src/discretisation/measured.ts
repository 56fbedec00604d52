// What a refinement or a window study says of every structure: descriptors of phases and M, plain and smooth, by the
// names of columns.
import type { Axis } from '../core/grid.js';
import { SpecError } from '../core/errors.js';
import { suggestion } from '../core/names.js';
import { labelsText } from '../core/text.js';
import { phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { describe } from '../descriptors/describe.js';
import type { PhaseDescription } from '../descriptors/description.js';
import { descriptorOf } from '../descriptors/descriptor-table.js';
import { fullTitle, phaseColumn, type QuantityLabels } from '../descriptors/quantity.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { DEFAULT_DESCRIBED, DESCRIBED, describedQuantity } from '../study/columns.js';
import type { ConductOptions, ConductResult } from '../transport/conduct.js';
import { mFactor } from '../transport/m-factor.js';
import { M_FACTOR } from '../transport/quantities.js';
import { SEGMENT_FIRST } from '../warnings/grey-labels.js';
import { MOST_PHASES } from '../warnings/label-statistics.js';

/** How current passes the faces of voxels, as in `conduct`. */
export type Interface = ConductOptions['interface'];

/** What refinement and window studies measure of every structure. */
export interface MeasuredOptions {
  /** Labels; `all`: those of the model, or those that occur in the image. */
  readonly phases?: 'all' | readonly Phase[];
  /** Of paths, constrictions and transport. */
  readonly axis?: Axis;
  /** Names of quantities that `describe` gives. */
  readonly descriptors?: readonly string[];
  /** Of the solves, as in `conduct`. */
  readonly boundary?: ConductOptions['boundary'];
  /** Relative error of M at which a solve stops. */
  readonly tolerance?: number;
}

export const MEASURED_DEFAULTS = {
  phases: 'all', axis: 'z', descriptors: DEFAULT_DESCRIBED, boundary: 'dirichlet', tolerance: 1e-4,
} as const satisfies Required<MeasuredOptions>;

/** Options with all that a structure is measured for. */
export interface Measured extends Required<Omit<MeasuredOptions, 'phases'>> {
  readonly phases: readonly Phase[];
  readonly interfaces: readonly Interface[];
}

/** A quantity of a phase that a refinement or window study measures. */
export interface MeasuredColumn {
  /** "volumeFraction1", "mFactor2", "mFactor2Smooth". */
  readonly name: string;
  readonly phase: Phase;
  /** "M-factor M, smooth interfaces" */
  readonly title: string;
  readonly unit: QuantityLabels['unit'];
  /** Solves on whole faces or open parts of faces; null: a descriptor. */
  readonly interface: Interface | null;
}

/** Values by column; null: there is none, such as a path that does not exist. */
export type ColumnValues = Readonly<Record<string, number | null>>;

const SUFFIX: Readonly<Record<Interface, string>> = { voxel: '', smooth: 'Smooth' };

export const mColumn = (phase: Phase, kind: Interface): string => phaseColumn(M_FACTOR, phase) + SUFFIX[kind];

/** All columns, phase by phase. */
export function measuredColumns({ phases, descriptors, interfaces }: Measured): MeasuredColumn[] {
  return phases.flatMap((phase) => [
    ...descriptors.map(describedQuantity).map((quantity): MeasuredColumn => ({
      name: phaseColumn(quantity, phase), phase, title: fullTitle(quantity), unit: quantity.unit, interface: null,
    })),
    ...interfaces.map((kind): MeasuredColumn => ({
      name: mColumn(phase, kind), phase, unit: M_FACTOR.unit, interface: kind,
      title: fullTitle(M_FACTOR) + (kind === 'smooth' ? ', smooth interfaces' : ''),
    })),
  ]);
}

/** @param own labels of the model or image
 *  @throws SpecError for labels or descriptors that are not there */
export function measuredOf(
  where: string, options: MeasuredOptions, own: readonly Phase[], interfaces: readonly Interface[],
): Measured {
  const { axis, descriptors, boundary, tolerance, phases: wanted } = { ...MEASURED_DEFAULTS, ...options };
  for (const name of descriptors) {
    if (DESCRIBED.includes(name)) continue;
    throw new SpecError(`${where}: no descriptor is called "${name}"; ${suggestion(name, DESCRIBED, 'there are')}`);
  }
  if (wanted === 'all' && own.length > MOST_PHASES) {
    throw new SpecError(
      `${where}: the image has ${labelsText(own)}, like grey values or numbered particles; ${SEGMENT_FIRST}, ` +
        'or name the labels to measure',
    );
  }
  const phases = wanted === 'all' ? own : [...new Set(wanted)];
  const missing = phases.find((phase) => !own.includes(phase));
  if (missing !== undefined || phases.length === 0) {
    throw new SpecError(`${where}: label ${missing ?? '(none)'} does not occur; there are ${labelsText(own)}`);
  }
  return { axis, descriptors: [...new Set(descriptors)], boundary, tolerance, phases, interfaces };
}

/** Measures one structure.
 *  @param levelSet of a phase, null: smooth interfaces come from the labels
 *  @param onSolve what is wanted of a solve beside M
 *  @throws CapacityError, CancelledError */
export async function measureColumns(
  session: Session, volume: LabelVolume, measured: Measured, run: RunOptions,
  more: {
    readonly levelSet?: (phase: Phase) => Float32Array | null;
    readonly uncertainty?: boolean;
    readonly onSolve?: (phase: Phase, kind: Interface, result: ConductResult) => void;
  } = {},
): Promise<ColumnValues> {
  const { phases, axis, descriptors, boundary, tolerance, interfaces } = measured;
  const occurring = phasesOf(volume);
  const present = phases.filter((phase) => occurring.includes(phase));
  const quantities = descriptors.map(describedQuantity);
  const described: Record<Phase, PhaseDescription> = {};
  if (quantities.length > 0 && present.length > 0) {
    const only = [...new Set(quantities.map((quantity) => descriptorOf(quantity).name))];
    const found = await describe(session, volume, { only, axes: [axis], phases: present }, run);
    Object.assign(described, found.phases);
  }
  const values: Record<string, number | null> = {};
  for (const phase of phases) {
    for (const quantity of quantities) {
      const value = described[phase] === undefined ? quantity.absent : quantity.value(described[phase], axis) ?? null;
      values[phaseColumn(quantity, phase)] = value === null ? null : Number(value);
    }
    for (const kind of interfaces) {
      if (!present.includes(phase)) {
        values[mColumn(phase, kind)] = 0;
        continue;
      }
      const levelSet = kind === 'smooth' ? more.levelSet?.(phase) ?? null : null;
      const uncertainty = kind === 'voxel' && more.uncertainty === true;
      const solved = await mFactor(
        session, volume, { phase, axis, boundary, tolerance, interface: kind, levelSet, uncertainty }, run,
      );
      values[mColumn(phase, kind)] = solved.mFactor;
      more.onSolve?.(phase, kind, solved);
    }
  }
  return values;
}

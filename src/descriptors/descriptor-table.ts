// The table of descriptors. Names for `--only`, the JSON, the columns of the CSV and the memory all derive from it.
import { AXES, voxelCount, type Axis, type Face, type Shape } from '../core/grid.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { MAX_CLASSES } from '../kernels/transitions.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { constrictivityOfPhase, constrictivityPlan, isotropicEdge } from './constrictivity.js';
import type { ByAxis, Description, PhaseDescription, RowEntry } from './description.js';
import { geodesicTortuosities, geodesicTortuosityPlan } from './geodesic-tortuosity.js';
import { surfaceAreas, surfaceAreasPlan } from './surface-area.js';
import { volumeFractions, volumeFractionsPlan } from './volume-fraction.js';

export interface DescriptorRequest {
  readonly phases: readonly Phase[];
  readonly axes: readonly Axis[];
  readonly from: Face;
  readonly curves: boolean;
  readonly histograms: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface DescriptorContext {
  readonly session: Session;
  readonly volume: LabelVolume;
  readonly request: DescriptorRequest;
  /** Filled in by the descriptors. */
  readonly result: Omit<Mutable<Description>, 'phases'> & { readonly phases: Record<string, Mutable<PhaseDescription>> };
}

export interface Descriptor {
  readonly name: string;
  /** Other keys of the JSON that it fills; they select it as well. */
  readonly also?: readonly string[];
  /** For the help of `--only`. */
  readonly title: string;
  /** Left out unless named. */
  readonly onRequest?: true;
  /** Why the image does not admit it, with the remedy; null when it does. `present`: labels that occur. */
  refuses?(volume: LabelVolume, present: readonly Phase[], request: DescriptorRequest): string | null;
  plan(shape: Shape, threads: number, request: Pick<DescriptorRequest, 'axes'>): LeasePlan;
  fill(context: DescriptorContext, run: RunOptions): Promise<void>;
  row(description: Description): readonly RowEntry[];
}

/** Every descriptor, in the order of work and of the output. */
export const DESCRIPTORS: readonly Descriptor[] = [
  {
    name: 'volumeFraction',
    title: 'share of all voxels',
    plan: volumeFractionsPlan,
    async fill({ session, volume, request, result }, run) {
      const { phases } = await volumeFractions(session, volume, request, run);
      for (const { phase, volumeFraction } of phases) result.phases[phase].volumeFraction = volumeFraction;
    },
    row: (d) => perPhase(d, 'volumeFraction', 'none', (phase) => phase.volumeFraction),
  },
  {
    name: 'specificSurfaceArea',
    also: ['interfaceAreas'],
    title: 'surface of each phase and area of each interface, per volume of the window',
    refuses(_, present, { phases }) {
      if (present.length <= MAX_CLASSES || phases.length < MAX_CLASSES) return null;
      return `tells ${MAX_CLASSES} labels apart, the image has ${present.length}; name up to ${MAX_CLASSES - 1} phases`;
    },
    plan: surfaceAreasPlan,
    async fill({ session, volume, request, result }, run) {
      const areas = await surfaceAreas(session, volume, request, run);
      for (const { phase, specificSurfaceArea } of areas.phases) result.phases[phase].specificSurfaceArea = specificSurfaceArea;
      result.interfaceAreas = Object.fromEntries(areas.interfaces.map(({ phases, area }) => [phases.join('-'), area]));
    },
    row: (d) => [
      ...perPhase(d, 'specificSurfaceArea', 'perLength', (phase) => phase.specificSurfaceArea),
      ...Object.entries(d.interfaceAreas ?? {}).map(([pair, value]): RowEntry => ({ name: `interfaceArea${pair}`, unit: 'perLength', value })),
    ],
  },
  {
    name: 'geodesicTortuosity',
    title: 'shortest path / thickness: mean, deviation, share of voxels with a path',
    plan: (shape, _, { axes }) => geodesicTortuosityPlan(shape, axes),
    async fill({ session, volume, request: { phases, axes, from, histograms }, result }, run) {
      const tasks = phases.flatMap((phase) => axes.map((axis) => ({ phase, axis, from })));
      const found = await geodesicTortuosities(session, volume, tasks, run);
      phases.forEach((phase, p) => {
        result.phases[phase].geodesicTortuosity = byAxis(axes, (_, k) => {
          const { histogram, ...rest } = found[p * axes.length + k];
          return histograms ? { ...rest, histogram } : rest;
        });
      });
    },
    row: (d) => [
      ...perAxis(d, 'meanGeodesicTortuosity', 'none', (phase) => phase.geodesicTortuosity, (found) => found.mean),
      ...perAxis(d, 'stdGeodesicTortuosity', 'none', (phase) => phase.geodesicTortuosity, (found) => found.std),
      ...perAxis(d, 'reachableFraction', 'none', (phase) => phase.geodesicTortuosity, (found) => found.reachableFraction),
    ],
  },
  {
    name: 'constrictivity',
    title: 'radii of bottlenecks and bulges, and β = (r_min/r_max)²',
    refuses({ voxelSizeUm: size }) {
      if (size === null || size.every((h) => h === size[0])) return null;
      return `needs cubic voxels, these are ${size.join('×')} µm; rescale the image`;
    },
    plan: constrictivityPlan,
    async fill({ session, volume, request: { phases, axes, from, curves }, result }, run) {
      const { shape, labels } = volume;
      const edge = isotropicEdge('describe', volume);
      const inlets = axes.map((axis) => ({ axis, from }));
      await session.run('describe', constrictivityPlan(shape, session.threads), voxelCount(shape), run, async (frame) => {
        const lease = frame.lease('labels', labels.length);
        await frame.write(lease, labels);
        for (const phase of phases) {
          const found = await constrictivityOfPhase(frame, lease, shape, { phase, inlets, curves, edge });
          result.phases[phase].constrictivity = byAxis(axes, (_, k) => {
            const { axis: _axis, ...rest } = found[k];
            return rest;
          });
        }
      });
    },
    row: (d) => [
      ...perAxis(d, 'bottleneckRadius', 'length', (phase) => phase.constrictivity, (found) => found.bottleneckRadius),
      ...perAxis(d, 'bulgeRadius', 'length', (phase) => phase.constrictivity, (found) => found.bulgeRadius),
      ...perAxis(d, 'constrictivity', 'none', (phase) => phase.constrictivity, (found) => found.constrictivity),
    ],
  },
  {
    name: 'profiles',
    title: 'volume fraction of each plane across each axis (JSON only)',
    onRequest: true,
    plan: volumeFractionsPlan,
    async fill({ session, volume, request, result }, run) {
      const { phases } = await volumeFractions(session, volume, request, run);
      for (const { phase, profiles } of phases) result.phases[phase].profiles = byAxis(AXES, (axis) => Array.from(profiles[axis]));
    },
    row: () => [],
  },
];

function byAxis<T>(axes: readonly Axis[], value: (axis: Axis, index: number) => T): ByAxis<T> {
  return Object.fromEntries(axes.map((axis, k) => [axis, value(axis, k)])) as ByAxis<T>;
}

function perPhase(
  description: Description, name: string, unit: RowEntry['unit'], value: (phase: PhaseDescription) => RowEntry['value'],
): RowEntry[] {
  return Object.entries(description.phases).map(([label, phase]) => ({ name: name + label, unit, value: value(phase) }));
}

/** Columns along z have the plain name, those along x and y say so. */
function perAxis<T>(
  description: Description, name: string, unit: RowEntry['unit'],
  found: (phase: PhaseDescription) => ByAxis<T> | undefined, value: (found: T) => RowEntry['value'],
): RowEntry[] {
  return Object.entries(description.phases).flatMap(([label, phase]) =>
    Object.entries(found(phase) ?? {}).map(([axis, one]) => ({
      name: `${name}${label}${axis === 'z' ? '' : `Along${axis.toUpperCase()}`}`, unit, value: value(one),
    })),
  );
}

// The table of descriptors. Names for `--only`, the JSON, the columns of the CSV and the memory all derive from it.
import { AXES, voxelCount, type Axis, type Face, type Shape } from '../core/grid.js';
import { AM, SE, type LabelVolume, type Phase } from '../core/volume.js';
import { MAX_CLASSES } from '../kernels/transitions.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { components, componentsPlan } from './components.js';
import { activeInterface, activeInterfacePlan } from './connectivity.js';
import { constrictivityOfPhase, constrictivityPlan, isotropicEdge } from './constrictivity.js';
import type {
  ActiveInterfaceDescription, ByAxis, ComponentDescription, Description, PhaseDescription, RowEntry,
} from './description.js';
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
    name: 'components',
    also: ['utilisation'],
    title: 'connected components (6, 18, 26 neighbours), percolation, share connected to each face',
    plan: (shape) => componentsPlan(shape),
    async fill({ session, volume, request: { phases, axes }, result }, run) {
      for (const phase of phases) {
        const found: Record<string, ComponentDescription> = {};
        for (const neighbourhood of [6, 18, 26] as const) {
          const one = await components(session, volume, { phase, neighbourhood }, run);
          found[neighbourhood] = { count: one.count, largestFraction: one.largestFraction, percolates: one.percolates };
          // Fluxes cross faces of voxels.
          if (neighbourhood === 6) result.phases[phase].utilisation = byAxis(axes, (axis) => one.connectedFraction[axis]);
        }
        result.phases[phase].components = found;
      }
    },
    row: (d) => [
      ...([6, 18, 26] as const).flatMap((neighbourhood) => {
        const suffix = neighbourhood === 6 ? '' : `In${neighbourhood}`;
        const of = (phase: PhaseDescription): ComponentDescription | undefined => phase.components?.[neighbourhood];
        return [
          ...perPhase(d, 'componentCount', 'none', (phase) => of(phase)?.count, suffix),
          ...perPhase(d, 'largestFraction', 'none', (phase) => of(phase)?.largestFraction, suffix),
          ...perAxis(d, 'percolates', 'none', (phase) => of(phase)?.percolates, (yes) => yes, suffix),
        ];
      }),
      ...perAxis(d, 'utilisationFromLow', 'none', (phase) => phase.utilisation, (found) => found.low),
      ...perAxis(d, 'utilisationFromHigh', 'none', (phase) => phase.utilisation, (found) => found.high),
    ],
  },
  {
    name: 'activeInterface',
    title: 'interface of AM (2) connected to the collector with SE (1) connected to the separator',
    refuses(_, present, { phases }) {
      if (phases.includes(SE) && phases.includes(AM)) return null;
      return `needs the phases ${SE} (SE) and ${AM} (AM); the image has ${present.join(', ')}, described are ${phases.join(', ')}`;
    },
    plan: activeInterfacePlan,
    async fill({ session, volume, request: { axes, from }, result }, run) {
      const roles = { electronic: AM, ionic: SE, collector: from === 'low' ? 'high' : 'low' } as const;
      const found: Mutable<ByAxis<ActiveInterfaceDescription>> = {};
      for (const axis of axes) found[axis] = { ...roles, ...(await activeInterface(session, volume, { ...roles, axis }, run)) };
      result.activeInterface = found;
    },
    row: (d) =>
      Object.entries(d.activeInterface ?? {}).flatMap(([axis, { activeArea, activeFraction }]): RowEntry[] => [
        { name: `activeInterfaceArea${along(axis)}`, unit: 'perLength', value: activeArea },
        { name: `activeInterfaceFraction${along(axis)}`, unit: 'none', value: activeFraction },
      ]),
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

/** Columns along z have the plain name, those along x and y say so. */
function along(axis: string): string {
  return axis === 'z' ? '' : `Along${axis.toUpperCase()}`;
}

function perPhase(
  description: Description, name: string, unit: RowEntry['unit'], value: (phase: PhaseDescription) => RowEntry['value'],
  suffix = '',
): RowEntry[] {
  return Object.entries(description.phases).map(([label, phase]) => ({ name: name + label + suffix, unit, value: value(phase) }));
}

function perAxis<T>(
  description: Description, name: string, unit: RowEntry['unit'],
  found: (phase: PhaseDescription) => ByAxis<T> | undefined, value: (found: T) => RowEntry['value'], suffix = '',
): RowEntry[] {
  return Object.entries(description.phases).flatMap(([label, phase]) =>
    Object.entries(found(phase) ?? {}).map(([axis, one]) => ({
      name: name + label + suffix + along(axis), unit, value: value(one as T),
    })),
  );
}

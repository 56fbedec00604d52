// One structure of a sweep: draw it, add what is to be added, and say what its networks are good for at every content.
import { axisIndex, type Axis } from '../core/grid.js';
import { labelFractions, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { contentRange, insertPhase, isInRange, structureAt } from '../networks/insert.js';
import type { RunOptions, Session } from '../runtime/session.js';
import type { ModelStructure } from '../structure/model.js';
import { conduct } from '../transport/conduct.js';
import { networkUse, type NetworkUseOptions } from './network-use.js';
import { windowParticles } from './particles.js';
import type { SweepValues } from './quantities.js';
import type { SweepSpec } from './spec.js';

/** One structure at all contents of the additive; one entry where there is none. */
export interface SweepRow {
  /** null: the room is too small for this content. */
  readonly steps: readonly (SweepValues | null)[];
  /** Content at which the additive itself first spans along the axis, exact to one voxel; null: never, or none. */
  readonly additiveSpansAt: number | null;
}

/** mAh in a square centimetre of 1 µm of a material of 1 g/cm³ and 1 mAh/g. */
const CENTIMETRES = 1e-4;

/** Measures a structure of a sweep.
 *  @throws SpecError for labels that do not occur, CapacityError, CancelledError */
export async function evaluateSweep(
  session: Session, spec: SweepSpec, volume: ModelStructure, realisation: number, run: RunOptions = {},
): Promise<SweepRow> {
  const { additive, axis } = spec;
  const particles = windowParticles(volume, axis);
  if (additive === null) {
    return { steps: [await valuesOf(session, spec, volume, particles, run)], additiveSpansAt: null };
  }
  const { into, label, method, settings, fractions } = additive;
  const range = contentRange(volume, additive);
  const fitting = fractions.filter((share) => isInRange(range, share));
  if (fitting.length === 0) return { steps: fractions.map(() => null), additiveSpansAt: null };
  const inserted = await insertPhase(session, volume, {
    into, label, method, ...settings, fractions: fitting, seed: spec.seed + realisation,
    neighbourhood: spec.neighbourhood,
  }, run);
  const steps: (SweepValues | null)[] = [];
  for (const share of fractions) {
    const k = fitting.indexOf(share);
    steps.push(k < 0 ? null : await valuesOf(session, spec, structureAt(volume, inserted, k), particles, run));
  }
  return { steps, additiveSpansAt: inserted.spansAt[axis] };
}

async function valuesOf(
  session: Session, spec: SweepSpec, volume: LabelVolume, particles: NetworkUseOptions['particles'], run: RunOptions,
): Promise<SweepValues> {
  const { active, electrolyte, conductors, axis, collector, neighbourhood, additive, densities } = spec;
  const use = await networkUse(
    session, volume, { active, electrolyte, conductors, axis, collector, neighbourhood, particles }, run,
  );
  const shares = labelFractions(volume.labels);
  // What has no density is void.
  const mass = [...shares].reduce((sum, [label, share]) => sum + (densities[label] ?? 0) * share, 0);
  const added = additive === null || densities[additive.label] === undefined
    ? null : densities[additive.label] * (shares.get(additive.label) ?? 0);
  const { specificCapacity: perGram } = spec;
  const working = use.workingShare;
  const perMass = perGram === null || working === null ? null : working * perGram;
  const edge = volume.voxelSizeUm?.[axisIndex(axis)] ?? null;
  const loading = densities[active] === undefined || edge === null
    ? null : use.fractions.active * densities[active] * volume.shape[axisIndex(axis)] * edge * CENTIMETRES;
  return {
    activeFraction: use.fractions.active, electrolyteFraction: use.fractions.electrolyte,
    conductorFraction: conductors.length === 0 ? null : use.fractions.conductors, otherFraction: use.fractions.other,
    additiveMassShare: added === null || mass === 0 ? null : added / mass,
    activeUtilisation: use.activeUtilisation, electrolyteUtilisation: use.electrolyteUtilisation,
    activeSurface: use.activeSurface, interfaceArea: use.interfaceArea, activeInterface: use.activeInterface,
    workingShare: working, capacityPerMass: perMass,
    capacityPerArea: perMass === null || loading === null ? null : perMass * loading,
    electronicConductivity: await conductivity(session, volume, spec.electronic, axis, run),
    ionicConductivity: await conductivity(session, volume, spec.ionic, axis, run),
    electronsSpan: use.electronsSpan, ionsSpan: use.ionsSpan,
  };
}

/** σ_eff of the labels that have a conductivity; null: none is asked for. */
async function conductivity(
  session: Session, volume: LabelVolume, sigma: Readonly<Record<Phase, number>> | null, axis: Axis, run: RunOptions,
): Promise<number | null> {
  if (sigma === null) return null;
  const present = phasesOf(volume).filter((label) => sigma[label] > 0);
  if (present.length === 0) return 0;
  const own = Object.fromEntries(present.map((label) => [label, sigma[label]]));
  return (await conduct(session, volume, { conductivity: own, axis }, run)).effectiveConductivity;
}

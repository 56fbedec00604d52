// What an additive does to an electrode, content by content: electrons, ions, contacts (Lindner et al. 2024, who added
// carbon-binder in steps of 1 vol-% until electrons got through).
import { checkArguments, checkOperation, type Names } from '../../core/arguments.js';
import { SpecError } from '../../core/errors.js';
import { checkCrossed, type Axis } from '../../core/grid.js';
import { checkPhase, checkVolume, labelCounts, type LabelVolume, type Phase } from '../../core/volume.js';
import { surfaceAreas } from '../../descriptors/surface-area.js';
import type { RunOptions, Session } from '../../runtime/session.js';
import { conduct, CONDUCT_DEFAULTS, type ConductResult } from '../../transport/conduct.js';
import type { Conductivities } from '../../transport/conductors.js';
import { insertPhase, structureAt, type Insertion, type InsertOptions, type InsertStep } from '../insert.js';

/** Currents pass faces: what the additive joins is counted over 6 neighbours. */
export interface SeriesOptions extends Omit<InsertOptions, 'neighbourhood'> {
  /** Label of the active material. */
  readonly active: Phase;
  /** Label that conducts ions; default: the phase that is filled. */
  readonly electrolyte?: Phase;
  /** Electronic conductivity per label, S/m; labels that are not named insulate. */
  readonly conductivity: Conductivities;
  /** X/τ of the additive's own pores, its conductivity for ions over that of the electrolyte: 0 for a dense one. */
  readonly additiveTransport?: number;
  /** Along which currents flow. Default: z. */
  readonly axis?: Axis;
  /** Relative error at which solves stop, by their own estimate. */
  readonly tolerance?: number;
  /** Of each solve. */
  readonly maxIterations?: number;
}

/** Options of `insertionSeries` that are not given: a dense additive, electrons and ions along z. */
export const SERIES_DEFAULTS = {
  additiveTransport: 0, axis: CONDUCT_DEFAULTS.axis, tolerance: CONDUCT_DEFAULTS.tolerance,
  maxIterations: CONDUCT_DEFAULTS.maxIterations,
} as const;

const SERIES_NAMES: Names<SeriesOptions> = {
  into: true, label: true, method: true, fractions: true, seed: true, weight: true, leastRadius: true, randomness: true,
  correlationLength: true, active: true, electrolyte: true, conductivity: true, additiveTransport: true, axis: true,
  tolerance: true, maxIterations: true,
};

/** One content. Every number is that of the structure by itself: it does not depend on the other contents. */
export interface SeriesRow extends InsertStep {
  /** Effective, S/m. */
  readonly electronConductivity: number;
  /** The solver's estimate of its relative error. */
  readonly electronErrorEstimate: number;
  /** What the additive alone would conduct, effective over its own: 0 until it spans. */
  readonly additiveMFactor: number;
  /** Effective over that of the electrolyte. */
  readonly ionMFactor: number;
  /** The solver's estimate of its relative error. */
  readonly ionErrorEstimate: number;
  /** Share of the window that the electrolyte has. */
  readonly electrolyteFraction: number;
  /** `electrolyteFraction` over M (τ² of Epstein); null where M is 0. */
  readonly tortuosityFactor: number | null;
  /** Areas per volume of the window between active material, additive, electrolyte and what is filled, "2-4"; per µm,
   *  or per voxel edge. Pairs with a label that does not occur are 0. */
  readonly interfaceArea: Readonly<Record<string, number>>;
  /** Share of the active material's surface that the additive covers; null without surface. */
  readonly coveredShare: number | null;
  /** What a reader of the numbers should know; empty when there is nothing. */
  readonly problems: readonly string[];
}

/** What an additive does to electrons, ions and contacts, content by content. */
export interface Series {
  /** How the additive was put in. */
  readonly insertion: Insertion;
  /** The structure as it is given first, then the contents asked for. */
  readonly rows: readonly SeriesRow[];
  /** Label of the active material. */
  readonly active: Phase;
  /** Label that conducts ions. */
  readonly electrolyte: Phase;
  /** Along which currents flow. */
  readonly axis: Axis;
  /** Share of the window that the active material has. */
  readonly activeFraction: number;
}

/** Progress, cancelling, and rows as they come. */
export interface SeriesRun extends RunOptions {
  /** Called when all contents have proved possible, before anything is solved. */
  readonly onInserted?: (insertion: Insertion) => void | Promise<void>;
  /** A row that is known already, of the same image and options; null: none. */
  readonly known?: (step: InsertStep) => SeriesRow | null;
  /** Called after each row, in order. */
  readonly onRow?: (row: SeriesRow, done: number, total: number) => void | Promise<void>;
}

const SERIES_RUN_NAMES: Names<SeriesRun> = {
  signal: true, onProgress: true, onInserted: true, known: true, onRow: true,
};

/** "2-4": two labels, the lower one first. */
export const pairName = (a: Phase, b: Phase): string => `${Math.min(a, b)}-${Math.max(a, b)}`;

/** Labels whose interfaces are measured, ascending. */
export function seriesPhases(
  { active, electrolyte, into, label }: Pick<SeriesOptions, 'active' | 'electrolyte' | 'into' | 'label'>,
): Phase[] {
  return [...new Set([active, electrolyte ?? into, into, label])].sort((a, b) => a - b);
}

interface Job extends Required<Pick<
  SeriesOptions, 'additiveTransport' | 'axis' | 'tolerance' | 'maxIterations' | 'electrolyte' | 'active' | 'label' |
  'into' | 'conductivity'
>> {}

/** @throws SpecError */
function checkJob(where: string, volume: LabelVolume, options: SeriesOptions): Job {
  const { active, into, label, electrolyte = into } = options;
  const { additiveTransport, axis, tolerance, maxIterations } = { ...SERIES_DEFAULTS, ...options };
  const { shape } = checkVolume(where, volume);
  checkPhase(where, volume, active);
  checkPhase(where, volume, electrolyte);
  checkCrossed(where, shape, axis);
  if (active === into || active === label || active === electrolyte) {
    throw new SpecError(
      `${where}: the active material has a label of its own, got ${active} for it and for what ` +
        (active === into ? 'is filled' : active === label ? 'is added' : 'conducts ions'),
    );
  }
  if (electrolyte === label) {
    throw new SpecError(
      `${where}: label ${label} is added and cannot be the electrolyte; its own pores go by additiveTransport, X/τ`,
    );
  }
  if (!(additiveTransport >= 0 && additiveTransport <= 1)) {
    throw new SpecError(`${where}: additiveTransport (X/τ) is a share from 0 to 1, got ${additiveTransport}`);
  }
  const conducts = Object.entries(options.conductivity).filter(([, sigma]) => sigma > 0).map(([key]) => Number(key));
  for (const needed of [active, label]) {
    if (!conducts.includes(needed)) {
      throw new SpecError(
        `${where}: conductivity says how well electrons move in the active material (${active}) and in the additive ` +
          `(${label}), S/m above 0; label ${needed} has none`,
      );
    }
  }
  for (const other of Object.keys(options.conductivity).map(Number)) {
    if (other !== label) checkPhase(where, volume, other);
  }
  return {
    active, into, label, electrolyte, additiveTransport, axis, tolerance, maxIterations,
    conductivity: options.conductivity,
  };
}

interface Solved {
  readonly value: number;
  readonly error: number;
  readonly problem: string | null;
}

const solvedOf = (what: string, result: ConductResult): Solved => ({
  value: result.effectiveConductivity, error: result.errorEstimate,
  problem: !result.percolates ? `${what} do not get through along ${result.axis}`
    : !result.converged ? `${what}: not converged, error about ${result.errorEstimate.toExponential(1)}` : null,
});

/** σ_eff of those labels that occur. */
async function solve(
  session: Session, volume: LabelVolume, counts: Float64Array, what: string, conductivity: Conductivities,
  { axis, tolerance, maxIterations }: Job, run: RunOptions,
): Promise<Solved> {
  const occurring = Object.fromEntries(
    Object.entries(conductivity).filter(([key, sigma]) => counts[Number(key)] > 0 && sigma > 0),
  );
  if (Object.keys(occurring).length === 0) return { value: 0, error: 0, problem: `${what} find nothing that conducts` };
  const how = { conductivity: occurring, axis, tolerance, maxIterations };
  return solvedOf(what, await conduct(session, volume, how, run));
}

/** Adds a phase content by content, and measures what each content does to electrons, ions and contacts. Contents are
 *  nested, so σ_eff of electrons never falls, and M of the electrolyte never rises, but for the solver's own error.
 *  @throws as `insertPhase` and `conduct`; SpecError for an active material without conductivity, X/τ out of range */
export async function insertionSeries(
  session: Session, volume: LabelVolume, options: SeriesOptions, run: SeriesRun = {},
): Promise<Series> {
  const where = 'series';
  checkArguments(where, { run: [run, SERIES_RUN_NAMES] });
  const { onInserted, known, onRow, ...own } = run;
  checkOperation(where, session, own, { volume: [volume, 'record'], options: [options, SERIES_NAMES] });
  checkArguments(where, { 'options.conductivity': [options.conductivity, 'record'] });
  const job = checkJob(where, volume, options);
  const { label, into, active, electrolyte, axis, additiveTransport } = job;
  const voxels = volume.labels.length;
  const counts = labelCounts(volume.labels);
  const before = counts[label];
  const { method, seed, weight, leastRadius, randomness, correlationLength, fractions } = options;
  // The structure as it is comes first; a first content that is the same is not measured twice.
  const first = Array.isArray(fractions) ? Math.round(fractions[0] * voxels) : NaN;
  const wanted = first > before ? [before / voxels, ...fractions] : first === before
    ? [before / voxels, ...fractions.slice(1)] : fractions;
  const insertion = await insertPhase(session, volume, {
    into, label, method, seed, weight, leastRadius, randomness, correlationLength,
    fractions: wanted,
  }, own);
  await onInserted?.(insertion);
  const phases = seriesPhases({ active, electrolyte, into, label });
  const rows: SeriesRow[] = [];
  // Where the additive neither conducts ions nor stands in the electrolyte, ions have the same way at every content.
  const sameIons = additiveTransport === 0 && electrolyte !== into;
  for (const [k, step] of insertion.steps.entries()) {
    const row = known?.(step) ?? await measureRow(session, structureAt(volume, insertion, k), step, {
      job, phases, ions: sameIons && k > 0 ? rows[0] : null,
    }, own);
    rows.push(row);
    await onRow?.(row, k + 1, insertion.steps.length);
  }
  return { insertion, rows, active, electrolyte, axis, activeFraction: counts[active] / voxels };
}

async function measureRow(
  session: Session, volume: LabelVolume, step: InsertStep,
  { job, phases, ions }: { job: Job; phases: readonly Phase[]; ions: SeriesRow | null }, run: RunOptions,
): Promise<SeriesRow> {
  const { label, active, electrolyte, additiveTransport, conductivity } = job;
  const counts = labelCounts(volume.labels);
  const electrons = await solve(session, volume, counts, 'electrons', conductivity, job, run);
  const alone = step.spans[job.axis]
    ? await solve(session, volume, counts, 'electrons in the additive alone', { [label]: 1 }, job, run)
    : { value: 0, error: 0, problem: null };
  const ionNetwork = { [electrolyte]: 1, [label]: additiveTransport };
  const through = ions === null
    ? await solve(session, volume, counts, 'ions', ionNetwork, job, run)
    : { value: ions.ionMFactor, error: ions.ionErrorEstimate, problem: null };
  const measured = await surfaceAreas(
    session, volume, { phases: phases.filter((phase) => counts[phase] > 0) }, run,
  );
  const interfaceArea: Record<string, number> = {};
  phases.forEach((a, i) => phases.slice(i + 1).forEach((b) => { interfaceArea[pairName(a, b)] = 0; }));
  for (const { phases: [a, b], area } of measured.interfaces) interfaceArea[pairName(a, b)] = area;
  const surface = measured.phases.find(({ phase }) => phase === active)!.specificSurfaceArea;
  const electrolyteFraction = counts[electrolyte] / volume.labels.length;
  const problems = [electrons.problem, alone.problem, through.problem].filter((text) => text !== null);
  return {
    ...step,
    electronConductivity: electrons.value, electronErrorEstimate: electrons.error,
    additiveMFactor: alone.value, ionMFactor: through.value, ionErrorEstimate: through.error, electrolyteFraction,
    tortuosityFactor: through.value > 0 ? electrolyteFraction / through.value : null,
    interfaceArea, coveredShare: surface > 0 ? interfaceArea[pairName(active, label)] / surface : null, problems,
  };
}

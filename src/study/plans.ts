// The table of plans, and what of a study follows from its plan alone.
import { checkArguments, has } from '../core/arguments.js';
import { Sequence } from '../core/sequence.js';
import type { PlanKind, PlannedStructure, PointGradient, StudyCounts } from './plan.js';
import { descriptorSpace } from './plans/descriptor-space.js';
import { grid } from './plans/grid.js';
import { latinHypercube } from './plans/latin-hypercube.js';
import { morris } from './plans/morris.js';
import { paper } from './plans/paper.js';
import type { PaperStudy } from './plans/paper-spec.js';
import type { PointStudy } from './plans/point-plan.js';
import { sobolIndicesPlan } from './plans/sobol-indices.js';
import { sobol } from './plans/sobol.js';

export const PLANS = [paper, grid, latinHypercube, sobol, descriptorSpace, morris, sobolIndicesPlan] as const;

/** A study as it is run: `parseStudySpec` makes one of a file. */
export type StudySpec = PaperStudy | PointStudy;

/** A plan whose studies the types do not tell apart any more. */
export type AnyPlan = PlanKind<any, any>;

/** Kinds of plans, as `plan.kind` of a study file names them. */
export const PLAN_NAMES: readonly string[] = PLANS.map(({ name }) => name);

/** null: there is none of this name. */
export const findPlan = (name: string): AnyPlan | null => PLANS.find((one) => one.name === name) ?? null;

/** The plan of a study. */
export const planOf = ({ plan }: StudySpec): AnyPlan => findPlan(plan?.kind ?? paper.name)!;

/** Families of all plans, with the words that legends have for them. */
export const FAMILY_TITLES: Readonly<Record<string, string>> =
  Object.assign({}, ...PLANS.map(({ families }) => families));

const SPEC_NEEDS = has<StudySpec>('size', 'phases');

const NOTHING_KNOWN = { valuesOf: () => null, gradients: () => [] };

/** The structures that need no rows. */
export function firstRound(spec: StudySpec): Sequence<PlannedStructure> {
  return planOf(spec).round(spec, 0, NOTHING_KNOWN);
}

/** The structures of the first round as a list in memory. */
export function planRound1(spec: StudySpec): PlannedStructure[] {
  checkArguments('planRound1', { spec: [spec, SPEC_NEEDS] });
  return [...firstRound(spec)];
}

/** The structures of the second round as a list in memory, of a plan that follows gradients. */
export function planRound2(spec: StudySpec, gradients: readonly PointGradient[]): PlannedStructure[] {
  checkArguments('planRound2', { spec: [spec, SPEC_NEEDS], gradients: [gradients, 'records'] });
  return [...planOf(spec).round(spec, 1, { valuesOf: () => null, gradients: () => gradients })];
}

/** Structures of a study by rounds, and rows of its table, before anything runs. */
export function countStudy(spec: StudySpec): StudyCounts {
  checkArguments('countStudy', { spec: [spec, SPEC_NEEDS] });
  const rounds = planOf(spec).rounds(spec);
  const sum = (of: (round: StudyCounts['rounds'][number]) => number): number =>
    rounds.reduce((total, round) => total + of(round), 0);
  return { rounds, total: sum(({ structures }) => structures), table: sum(({ table }) => table) };
}

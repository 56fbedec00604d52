// Which structures a study needs, from its spec alone (round 1) and from the gradients (round 2). Nothing is random
// here: the same spec gives the same sequence, ids and seeds. Structures are made one by one: a study may have a
// million.
import { checkArguments, has } from '../core/arguments.js';
import { Sequence } from '../core/sequence.js';
import { splitColumn, studyColumns, type Column } from './columns.js';
import { interpolate, perturb, step, THETA, type StudyParameters, type ThetaName } from './parameters.js';
import type { StudySpec } from './spec.js';

/** Key of the counter-based random numbers of one structure. */
export interface SeedKey {
  readonly seed: number;
  readonly scenario: number;
  readonly realisation: number;
}

/** Families of structures, with the words that legends have for them. */
export const FAMILY_TITLES = {
  interpolated: 'interpolated between cathodes',
  gradient: 'drawn for gradients',
  stepped: 'stepped along a gradient',
} as const;
export type Family = keyof typeof FAMILY_TITLES;

/** One structure to draw. */
export interface PlannedStructure {
  readonly id: string;
  readonly round: 1 | 2;
  readonly family: Family;
  /** Names of the two scenarios, "bm01-bm03". */
  readonly edge: string;
  readonly t: number;
  /** null where a step cannot be taken; `reason` says why. */
  readonly parameters: StudyParameters | null;
  readonly reason: string | null;
  /** Parameters whose synthesis box the draw uses, so that structures of a difference share every random number; null:
   *  its own. */
  readonly boxOf: StudyParameters | null;
  /** Family gradient: the parameter that was increased; null for the base structure. */
  readonly perturbed: ThetaName | null;
  /** Family stepped: the descriptor whose gradient was followed, and how far. */
  readonly descriptor: Column | null;
  readonly h: number | null;
  /** α that the step would have taken below the limit. */
  readonly clipped: readonly ThetaName[];
  readonly key: SeedKey;
  /** Whether M is solved for; structures for gradients are described only. */
  readonly conduct: boolean;
}

/** An interpolated parameter vector θ_k. */
export interface StudyPoint {
  readonly index: number;
  readonly edge: string;
  readonly t: number;
  readonly parameters: StudyParameters;
}

/** ∇f at one point: derivative to every parameter of THETA, or null where no realisation gave one. */
export interface PointGradient {
  readonly point: number;
  readonly descriptor: Column;
  readonly gradient: readonly number[] | null;
  /** Realisations that entered, the smallest number over the parameters. */
  readonly realisations: number;
}

const SPEC_NEEDS = has<StudySpec>('scenarios', 'edges', 't', 'realisations', 'gradient', 'steps');

/** The interpolated points: edge by edge, t by t. */
export function studyPoints(spec: StudySpec): Sequence<StudyPoint> {
  const sets = new Map(spec.scenarios.map((scenario) => [scenario.name, scenario.parameters]));
  return new Sequence(spec.edges.length * spec.t.length, (index) => {
    const [from, to] = spec.edges[Math.floor(index / spec.t.length)];
    const t = spec.t[index % spec.t.length];
    return { index, edge: `${from}-${to}`, t, parameters: interpolate(sets.get(from)!, sets.get(to)!, t) };
  });
}

/** "bm01-bm03/t1": where ids begin; t by its place in the list, so that close values stay apart. */
function pointId(spec: StudySpec, point: StudyPoint): string {
  return `${point.edge}/t${(point.index % spec.t.length) + 1}`;
}

const PLAIN = { reason: null, boxOf: null, perturbed: null, descriptor: null, h: null, clipped: [] } as const;

/** The structures of a gradient: the base, then one per parameter. */
const MOVES = [null, ...THETA] as const;

/** The structure whose descriptors enter the difference for `perturbed` (null: the base). */
export function gradientStructure(
  spec: StudySpec, point: StudyPoint, perturbed: ThetaName | null, realisation: number,
): PlannedStructure {
  const common = spec.gradient.randomNumbers === 'common';
  return {
    ...PLAIN, id: `${pointId(spec, point)}/gradient/${perturbed ?? 'base'}/${realisation}`,
    round: 1, family: 'gradient', edge: point.edge, t: point.t,
    parameters: perturbed === null ? point.parameters : perturb(point.parameters, perturbed, spec.gradient.delta),
    perturbed,
    boxOf: common ? point.parameters : null,
    key: {
      seed: spec.seed, scenario: point.index,
      realisation: common ? realisation : realisation * MOVES.length + MOVES.indexOf(perturbed),
    },
    conduct: false,
  };
}

function interpolatedStructures(spec: StudySpec): Sequence<PlannedStructure> {
  const points = studyPoints(spec);
  const each = spec.realisations.interpolated;
  return new Sequence(points.length * each, (i) => {
    const point = points.at(Math.floor(i / each));
    const realisation = i % each;
    return {
      ...PLAIN, id: `${pointId(spec, point)}/interpolated/${realisation}`, round: 1, family: 'interpolated',
      edge: point.edge, t: point.t, parameters: point.parameters,
      key: { seed: spec.seed, scenario: points.length + point.index, realisation }, conduct: true,
    };
  });
}

function gradientStructures(spec: StudySpec): Sequence<PlannedStructure> {
  const points = studyPoints(spec);
  const followed = stepFactors(spec).length > 0 && spec.realisations.stepped > 0;
  const each = spec.gradient.realisations * MOVES.length;
  return new Sequence(followed ? points.length * each : 0, (i) => {
    const within = i % each;
    const perturbed = MOVES[within % MOVES.length];
    return gradientStructure(spec, points.at(Math.floor(i / each)), perturbed, Math.floor(within / MOVES.length));
  });
}

/** Round 1: interpolated structures with M, and the structures whose descriptors give the gradients.
 *  Random numbers: points own the scenario keys 0 … K−1 for gradients and K … 2K−1 for interpolation, so that the
 *  rows of the table never share a draw with the differences that chose their parameters. */
export function roundOne(spec: StudySpec): Sequence<PlannedStructure> {
  return interpolatedStructures(spec).concat(gradientStructures(spec));
}

/** `roundOne` as a list in memory. */
export function planRound1(spec: StudySpec): PlannedStructure[] {
  checkArguments('planRound1', { spec: [spec, SPEC_NEEDS] });
  return [...roundOne(spec)];
}

/** Every (descriptor, h) that is followed from a point. */
function stepFactors(spec: StudySpec): { descriptor: Column; h: number }[] {
  return spec.steps.descriptors.flatMap((descriptor) => {
    const factors =
      splitColumn(descriptor).quantity.name === 'constrictivity' ? spec.steps.hConstrictivity : spec.steps.h;
    return factors.map((h) => ({ descriptor, h }));
  });
}

/** Round 2: structures at θ_k + h ∇f. Scenario keys from 2K on, one for each step. */
export function roundTwo(spec: StudySpec, gradients: readonly PointGradient[]): Sequence<PlannedStructure> {
  const points = studyPoints(spec);
  const factors = stepFactors(spec);
  const followed = new Map(gradients.map((entry) => [`${entry.point}/${entry.descriptor}`, entry.gradient]));
  const each = spec.realisations.stepped;
  return new Sequence(points.length * factors.length * each, (i) => {
    const realisation = i % each;
    const move = Math.floor(i / each);
    const point = points.at(Math.floor(move / factors.length));
    const { descriptor, h } = factors[move % factors.length];
    const gradient = followed.get(`${point.index}/${descriptor}`) ?? null;
    const stepped = gradient === null ? null : step(point.parameters, gradient, h, spec.steps.minimumAlpha);
    return {
      id: `${pointId(spec, point)}/${descriptor}/${h < 0 ? '' : '+'}${h}/${realisation}`,
      round: 2, family: 'stepped', edge: point.edge, t: point.t, boxOf: null, perturbed: null, descriptor, h,
      parameters: stepped?.parameters ?? null,
      reason: stepped === null ? `no gradient of ${descriptor}: it has no value in the structures of round 1` : null,
      clipped: stepped?.clipped ?? [],
      key: { seed: spec.seed, scenario: 2 * points.length + move, realisation },
      conduct: true,
    };
  });
}

/** `roundTwo` as a list in memory. */
export function planRound2(spec: StudySpec, gradients: readonly PointGradient[]): PlannedStructure[] {
  checkArguments('planRound2', { spec: [spec, SPEC_NEEDS], gradients: [gradients, 'records'] });
  return [...roundTwo(spec, gradients)];
}

/** Numbers of structures, known before anything runs. [A §2.4]: 540 and 480, of which 495 enter the table. */
export interface StudyCounts {
  readonly round1: number;
  readonly round2: number;
  readonly total: number;
  /** Rows of the table: interpolated and stepped. */
  readonly table: number;
  readonly gradient: number;
}

export function countStudy(spec: StudySpec): StudyCounts {
  checkArguments('countStudy', { spec: [spec, SPEC_NEEDS] });
  const interpolated = interpolatedStructures(spec).length;
  const gradient = gradientStructures(spec).length;
  const round1 = interpolated + gradient;
  const round2 = studyPoints(spec).length * stepFactors(spec).length * spec.realisations.stepped;
  return { round1, round2, total: round1 + round2, table: interpolated + round2, gradient };
}

/** Columns that a structure of this kind is evaluated for. */
export function columnsToCompute(spec: StudySpec, structure: PlannedStructure): Column[] {
  return studyColumns(spec, structure.conduct);
}

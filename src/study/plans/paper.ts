// The plan of [A §2.4]: θ interpolated between scenarios, gradients of the descriptors there, and steps along them.
import { Sequence } from '../../core/sequence.js';
import { AM, PORE, SE } from '../../core/volume.js';
import { generatedPeriod, type ThreePhaseSpec } from '../../structure/generate.js';
import type { Parameter } from '../../structure/model.js';
import { unitOfSetting } from '../../structure/unit-of-setting.js';
import { splitColumn, type Column } from '../columns.js';
import { gradientsAt } from '../gradient.js';
import type { PlanKind, PlannedStructure, PointGradient } from '../plan.js';
import type { StudyDrawing } from '../source.js';
import {
  interpolate, PARAMETER_NAMES, perturb, step, STUDY_MODEL, THETA, type StudyParameters, type ThetaName,
} from './paper-parameters.js';
import { PAPER_KEYS, readPaper, type PaperStudy } from './paper-spec.js';

/** Families of structures, with the words that legends have for them. */
const FAMILIES = {
  interpolated: 'interpolated between cathodes',
  gradient: 'drawn for gradients',
  stepped: 'stepped along a gradient',
} as const;

/** One structure of the paper's plan. */
export interface PaperStructure extends PlannedStructure {
  readonly family: keyof typeof FAMILIES;
  /** Names of the two scenarios, "bm01-bm03". */
  readonly edge: string;
  readonly t: number;
  readonly parameters: StudyParameters | null;
  readonly boxOf: StudyParameters | null;
  /** Family gradient: the parameter that was increased; null for the base structure. */
  readonly perturbed: ThetaName | null;
  /** Family stepped: the descriptor whose gradient was followed, and how far. */
  readonly descriptor: Column | null;
  readonly h: number | null;
  /** α that the step would have taken below the limit. */
  readonly clipped: readonly ThetaName[];
}

/** An interpolated parameter vector θ_k. */
export interface StudyPoint {
  readonly index: number;
  readonly edge: string;
  readonly t: number;
  readonly parameters: StudyParameters;
}

/** The interpolated points: edge by edge, t by t. */
export function studyPoints(spec: PaperStudy): Sequence<StudyPoint> {
  const sets = new Map(spec.scenarios.map((scenario) => [scenario.name, scenario.parameters]));
  return new Sequence(spec.edges.length * spec.t.length, (index) => {
    const [from, to] = spec.edges[Math.floor(index / spec.t.length)];
    const t = spec.t[index % spec.t.length];
    return { index, edge: `${from}-${to}`, t, parameters: interpolate(sets.get(from)!, sets.get(to)!, t) };
  });
}

/** "bm01-bm03/t1": where ids begin; t by its place in the list, so that close values stay apart. */
function pointId(spec: PaperStudy, point: StudyPoint): string {
  return `${point.edge}/t${(point.index % spec.t.length) + 1}`;
}

const PLAIN = { reason: null, boxOf: null, perturbed: null, descriptor: null, h: null, clipped: [] } as const;

/** The structures of a gradient: the base, then one per parameter. */
const MOVES = [null, ...THETA] as const;

/** The structure whose descriptors enter the difference for `perturbed` (null: the base). */
export function gradientStructure(
  spec: PaperStudy, point: StudyPoint, perturbed: ThetaName | null, realisation: number,
): PaperStructure {
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

function interpolatedStructures(spec: PaperStudy): Sequence<PaperStructure> {
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

function gradientStructures(spec: PaperStudy): Sequence<PaperStructure> {
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
export function roundOne(spec: PaperStudy): Sequence<PaperStructure> {
  return interpolatedStructures(spec).concat(gradientStructures(spec));
}

/** Every (descriptor, h) that is followed from a point. */
function stepFactors(spec: PaperStudy): { descriptor: Column; h: number }[] {
  return spec.steps.descriptors.flatMap((descriptor) => {
    const factors =
      splitColumn(descriptor).quantity.name === 'constrictivity' ? spec.steps.hConstrictivity : spec.steps.h;
    return factors.map((h) => ({ descriptor, h }));
  });
}

/** Round 2: structures at θ_k + h ∇f. Scenario keys from 2K on, one for each step. */
function roundTwo(spec: PaperStudy, gradients: readonly PointGradient[]): Sequence<PaperStructure> {
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

/** A study gives the covariance once for all structures. */
function drawing(
  spec: PaperStudy, { parameters, boxOf, key }: Pick<PlannedStructure, 'parameters' | 'boxOf' | 'key'>,
  levelSets: boolean,
): StudyDrawing & { readonly structure: ThreePhaseSpec } {
  const { size, voxelSizeUm, covariance } = spec;
  const own = (theta: PlannedStructure['parameters']): ThreePhaseSpec => ({
    model: STUDY_MODEL.name, size, voxelSizeUm, levelSets, ...key,
    parameters: { ...(theta as StudyParameters), ...(covariance !== undefined && { covariance }) },
  });
  const structure =
    boxOf === null ? own(parameters) : { ...own(parameters), period: generatedPeriod(own(boxOf)) };
  return { structure, steps: [], additive: null };
}

export const paper: PlanKind<PaperStudy, PaperStructure> = {
  name: 'paper',
  title: 'interpolations between scenarios, and steps along the gradients of descriptors [A §2.4]',
  keys: PAPER_KEYS,
  mostLabel: PORE,
  defaultPhases: () => [SE, AM],
  read: readPaper,
  families: FAMILIES,
  rounds(spec) {
    const interpolated = interpolatedStructures(spec).length;
    const gradient = gradientStructures(spec).length;
    const stepped = studyPoints(spec).length * stepFactors(spec).length * spec.realisations.stepped;
    return [
      {
        structures: interpolated + gradient, conduct: interpolated, table: interpolated,
        title: `${interpolated} interpolated with M, ${gradient} for the gradients (descriptors only)`,
      },
      {
        structures: stepped, conduct: stepped, table: stepped, title: `${stepped} steps along the gradients with M`,
      },
    ];
  },
  round: (spec, index, evidence) => (index === 0 ? roundOne(spec) : roundTwo(spec, evidence.gradients())),
  gradients(spec, valuesOf) {
    const points = studyPoints(spec);
    return gradientsAt({
      voxelSizeUm: spec.voxelSizeUm, points: points.length, descriptors: spec.steps.descriptors, parameters: THETA,
      delta: () => spec.gradient.delta, realisations: spec.gradient.realisations,
      structure: (point, name, r) => gradientStructure(spec, points.at(point), name as ThetaName | null, r),
    }, valuesOf);
  },
  gradientAxes: () => THETA,
  isTabled: ({ family }) => family !== 'gradient',
  columns: () => ({
    keys: [
      { name: 'edge', meaning: 'scenarios between which the parameters are interpolated', kind: 'string' },
      { name: 't', meaning: 'position between them', kind: 'number' },
      { name: 'descriptor', meaning: 'whose gradient was followed', kind: 'string' },
      { name: 'h', meaning: 'multiple of the gradient', kind: 'number' },
    ],
    notes: [{ name: 'clipped', meaning: 'parameters that a step would have taken below their limit', kind: 'string' }],
  }),
  cells: ({ edge, t, descriptor, h, clipped }) =>
    ({ edge, t, descriptor: descriptor ?? '', h: h ?? 0, clipped: clipped.join(' ') }),
  parameters: () => PARAMETER_NAMES.map((name) => {
    const parameter: Parameter = STUDY_MODEL.parameters[name];
    const source = `${STUDY_MODEL.title}, set by the plan`;
    return { name, meaning: parameter.meaning, unit: unitOfSetting(parameter), source };
  }),
  drawing,
  samples: (spec) => spec.scenarios.map(({ name, parameters }) => ({
    name,
    drawing: drawing(spec, { parameters, boxOf: null, key: { seed: spec.seed, scenario: 0, realisation: 0 } }, false),
  })),
  typical(spec) {
    const points = studyPoints(spec);
    const { parameters, edge, t } = points.at(points.length >> 1);
    const moves = points.length * (2 + stepFactors(spec).length);
    return {
      ...PLAIN, id: 'calibration', round: 1, family: 'interpolated', edge, t, parameters,
      key: { seed: spec.seed, scenario: moves, realisation: 0 }, conduct: true,
    };
  },
  largest: (spec) => spec.scenarios.map(({ parameters }) => {
    const { alphaChiX, alphaChiY, alphaGaussX, alphaGaussY } = parameters;
    const alpha = Math.min(spec.steps.minimumAlpha, alphaChiX, alphaChiY, alphaGaussX, alphaGaussY);
    return drawing(spec, {
      parameters: { ...parameters, alphaGaussX: alpha }, boxOf: null,
      key: { seed: 0, scenario: 0, realisation: 0 },
    }, false).structure;
  }),
};

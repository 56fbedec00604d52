// The study file of the paper's plan. Every setting of [A §2.4] is open; the defaults are the paper's.
import { nameOf, type Checker, type Path } from '../../core/check.js';
import { closest } from '../../core/names.js';
import { quoted } from '../../core/quote.js';
import type { Phase } from '../../core/volume.js';
import type { Covariance } from '../../structure/covariance.js';
import { readSettings } from '../../structure/settings.js';
import { columnsOf, describedBy, type Column } from '../columns.js';
import type { StudyCommon } from '../common.js';
import {
  namedSet, PARAMETER_NAMES, SET_NAMES, STUDY_MODEL, STUDY_PARAMETERS, type StudyParameters,
} from './paper-parameters.js';

/** A parameter vector with a name. */
export interface StudyScenario {
  readonly name: string;
  /** Of the three-phase model, α per voxel. */
  readonly parameters: StudyParameters;
}

/** A study with the plan of [A §2.4]. */
export interface PaperStudy extends StudyCommon {
  readonly plan?: undefined;
  /** Parameter vectors that the plan starts from, by name. */
  readonly scenarios: readonly StudyScenario[];
  /** Family of the fields of every structure; absent: gaussian. */
  readonly covariance?: Covariance;
  /** Pairs of scenario names between which parameters are interpolated. */
  readonly edges: readonly (readonly [from: string, to: string])[];
  /** Positions on an edge, in (0, 1). */
  readonly t: readonly number[];
  /** Structures drawn for every interpolated, and for every stepped, parameter vector. */
  readonly realisations: { readonly interpolated: number; readonly stepped: number };
  /** How gradients of descriptors in θ are found. */
  readonly gradient: {
    /** Forward difference in every parameter, in its own unit (1/voxel for α, 1 for λ). */
    readonly delta: number;
    readonly realisations: number;
    /** common: a parameter's difference is taken between structures drawn from the same random numbers. */
    readonly randomNumbers: 'common' | 'independent';
  };
  /** How far the plan goes along the gradients. */
  readonly steps: {
    readonly descriptors: readonly Column[];
    /** Multiples of the gradient, S per voxel and α per voxel. */
    readonly h: readonly number[];
    /** The same for constrictivity. */
    readonly hConstrictivity: readonly number[];
    /** Lower limit of every α after a step, 1/voxel. */
    readonly minimumAlpha: number;
  };
}

/** 5 × 3 interpolations and 331 + 164 rows. */
export const PAPER_DEFAULTS = {
  scenarios: ['bm01', 'bm03', 'bm10'],
  t: [1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6],
  realisations: { interpolated: 1, stepped: 1 },
  gradient: { delta: 0.05, realisations: 5, randomNumbers: 'common' },
  steps: {
    descriptors: ['volumeFraction', 'specificSurfaceArea', 'meanGeodesicTortuosity', 'constrictivity'],
    h: [-0.2, -0.1, 0.1, 0.2],
    hConstrictivity: [-0.05, -0.025, 0.025, 0.05],
    minimumAlpha: 0.05,
  },
} as const;

export const PAPER_KEYS = ['scenarios', 'covariance', 'edges', 't', 'realisations', 'gradient', 'steps'];

/** Names stand in ids, files and messages. */
export const LONGEST_NAME = 100;

/** Stands in for parameters that cannot be read. */
const SOME_PARAMETERS = namedSet(SET_NAMES[0], 1)!;

function readParameters(check: Checker, value: unknown, path: Path): StudyParameters {
  const before = check.issues.length;
  const read = readSettings(check, check.mapping(value, path, PARAMETER_NAMES), path, STUDY_PARAMETERS);
  return check.issues.length > before
    ? SOME_PARAMETERS
    : (Object.fromEntries(PARAMETER_NAMES.map((name) => [name, read[name]])) as unknown as StudyParameters);
}

function readScenario(check: Checker, value: unknown, path: Path, voxelSizeUm: number): StudyScenario {
  if (typeof value === 'string') {
    const parameters = namedSet(value, voxelSizeUm);
    if (parameters) return { name: value, parameters };
    const near = closest(value, SET_NAMES);
    const hint = near === null ? '' : `did you mean "${near}"? `;
    check.fail(path, `unknown scenario ${quoted(value)}; ${hint}named three-phase sets: ${SET_NAMES.join(', ')}`);
    return { name: value, parameters: SOME_PARAMETERS };
  }
  const map = check.mapping(value, path, ['name', 'parameters']);
  if (map === null) return { name: nameOf(path), parameters: SOME_PARAMETERS };
  const { name } = map;
  const good = typeof name === 'string' && name.length <= LONGEST_NAME && /^[A-Za-z0-9_.+]+$/.test(name);
  if (!good) {
    const expected = `a name of letters, digits and _ . +, ${LONGEST_NAME} at most`;
    check.fail([...path, 'name'], `a scenario needs ${expected}, got ${quoted(name)}`);
  }
  return {
    name: good ? name : nameOf(path), parameters: readParameters(check, map.parameters, [...path, 'parameters']),
  };
}

function readEdges(check: Checker, value: unknown, scenarios: readonly StudyScenario[]): PaperStudy['edges'] {
  const names = scenarios.map((scenario) => scenario.name);
  const all = names.flatMap((from, i) => names.slice(i + 1).map((to) => [from, to] as const));
  if (value === 'all') return all;
  const edges = check.list(value, ['edges'], 1, (item, path) => {
    const pair = Array.isArray(item) ? item : [];
    if (pair.length !== 2 || pair[0] === pair[1] || !pair.every((name) => names.includes(name))) {
      check.fail(path, `an edge is a pair of different scenarios out of ${names.join(', ')}, got ${quoted(item)}`);
      return all[0];
    }
    return [pair[0], pair[1]] as const;
  }, all);
  const n = new Map(scenarios.map((scenario) => [scenario.name, scenario.parameters.n]));
  for (const [from, to] of edges) {
    if (n.get(from) !== n.get(to)) {
      check.fail(
        value === undefined ? ['scenarios'] : ['edges'],
        `n cannot be interpolated: ${from} has ${n.get(from)}, ${to} has ${n.get(to)}`,
      );
    }
  }
  return edges;
}

function readSteps(
  check: Checker, value: unknown, phases: readonly Phase[], described: readonly string[],
): PaperStudy['steps'] {
  const base = PAPER_DEFAULTS.steps;
  const map = check.mapping(value, ['steps'], Object.keys(base)) ?? {};
  const valid = columnsOf(phases, described);
  const wanted = Array.isArray(map.descriptors)
    ? map.descriptors.flatMap((item) => (described.includes(item) ? columnsOf(phases, [item]) : [item]))
    : map.descriptors;
  const followed = base.descriptors.filter((name) => described.includes(name));
  const factors = (key: 'h' | 'hConstrictivity'): readonly number[] =>
    check.list(map[key], ['steps', key], 0, (item, path) => {
      const h = check.number(item, path, {}, 0.1);
      if (h === 0) check.fail(path, `steps.${key} must not be 0: that is the interpolated structure itself`);
      return h;
    }, base[key]);
  return {
    descriptors: check.list(wanted, ['steps', 'descriptors'], 0,
      (item, path) => check.choice(item, path, valid, valid[0]), columnsOf(phases, followed)),
    h: factors('h'),
    hConstrictivity: factors('hConstrictivity'),
    minimumAlpha: check.number(map.minimumAlpha, ['steps', 'minimumAlpha'], { above: 0 }, base.minimumAlpha),
  };
}

/** Reads what the paper's plan says beside the common settings. */
export function readPaper(
  check: Checker, map: Readonly<Record<string, unknown>>, common: StudyCommon,
): Omit<PaperStudy, keyof StudyCommon> {
  const base = PAPER_DEFAULTS;
  const section = (key: string, keys: readonly string[]): Readonly<Record<string, unknown>> =>
    check.mapping(map[key], [key], keys) ?? {};
  const count = (section: string, key: string, given: unknown, fallback: number, min = 1): number =>
    check.number(given, [section, key], { min, max: 10_000, whole: true }, fallback);
  const scenarios = check.list(map.scenarios === undefined ? base.scenarios : map.scenarios, ['scenarios'], 2,
    (item, path) => readScenario(check, item, path, common.voxelSizeUm), []);
  const names = scenarios.map((scenario) => scenario.name);
  names.forEach((name, i) => {
    if (names.indexOf(name) < i) check.fail(['scenarios', i], `two scenarios are named ${quoted(name)}`);
  });
  const covariance =
    map.covariance === undefined ? null : STUDY_MODEL.parameters.covariance.read(check, map.covariance, ['covariance']);
  const realisations = section('realisations', Object.keys(base.realisations));
  const gradient = section('gradient', Object.keys(base.gradient));
  return {
    scenarios,
    ...(covariance !== null && { covariance }),
    edges: scenarios.length >= 2 ? readEdges(check, map.edges, scenarios) : [],
    t: check.list(map.t, ['t'], 1, (item, path) => check.fraction(item, path, { above: 0, below: 1 }, 0.5), base.t),
    realisations: {
      interpolated: count('realisations', 'interpolated', realisations.interpolated, base.realisations.interpolated, 0),
      stepped: count('realisations', 'stepped', realisations.stepped, base.realisations.stepped, 0),
    },
    gradient: {
      delta: check.number(gradient.delta, ['gradient', 'delta'], { above: 0 }, base.gradient.delta),
      realisations: count('gradient', 'realisations', gradient.realisations, base.gradient.realisations),
      randomNumbers: check.choice(
        gradient.randomNumbers, ['gradient', 'randomNumbers'], ['common', 'independent'], base.gradient.randomNumbers,
      ),
    },
    steps: readSteps(check, map.steps, common.phases, describedBy(common)),
  };
}

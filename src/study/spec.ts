// A study: which structures are drawn, described and solved for. Every setting of [A §2.4] is open; the defaults are
// the paper's.
import { lengthUm } from '../core/lengths.js';
import { checkArguments, has } from '../core/arguments.js';
import { Checker, nameOf, type Issue, type Path } from '../core/check.js';
import type { SpecError } from '../core/errors.js';
import { AXES, checkShape, type Axis, type Face, type Shape } from '../core/grid.js';
import { closest } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { AM, SE, type Phase } from '../core/volume.js';
import { hashOf } from './canonical.js';
import type { Covariance } from '../structure/covariance.js';
import { readSettings } from '../structure/settings.js';
import { readStudyCell } from './read-cell.js';
import type { StudyCell } from './cell-columns.js';
import { columnsOf, DEFAULT_DESCRIBED, DESCRIBED, type Column } from './columns.js';
import {
  namedSet, PARAMETER_NAMES, SET_NAMES, STUDY_MODEL, STUDY_PARAMETERS, type StudyParameters,
} from './parameters.js';

export interface StudyScenario {
  readonly name: string;
  readonly parameters: StudyParameters;
}

export interface StudySpec {
  readonly name: string;
  readonly scenarios: readonly StudyScenario[];
  /** Family of the fields of every structure; absent: gaussian. */
  readonly covariance?: Covariance;
  /** Pairs of scenario names between which parameters are interpolated. */
  readonly edges: readonly (readonly [from: string, to: string])[];
  /** Positions on an edge, in (0, 1). */
  readonly t: readonly number[];
  readonly size: Shape;
  readonly voxelSizeUm: number;
  readonly phases: readonly Phase[];
  /** Quantities of the descriptor table that describe every structure; absent: those of [A]. */
  readonly descriptors?: readonly string[];
  readonly axis: Axis;
  readonly seed: number;
  /** Structures drawn for every interpolated, and for every stepped, parameter vector. */
  readonly realisations: { readonly interpolated: number; readonly stepped: number };
  readonly gradient: {
    /** Forward difference in every parameter, in its own unit (1/voxel for α, 1 for λ). */
    readonly delta: number;
    readonly realisations: number;
    /** common: a parameter's difference is taken between structures drawn from the same random numbers. */
    readonly randomNumbers: 'common' | 'independent';
  };
  readonly steps: {
    readonly descriptors: readonly Column[];
    /** Multiples of the gradient, S per voxel and α per voxel. */
    readonly h: readonly number[];
    /** The same for constrictivity. */
    readonly hConstrictivity: readonly number[];
    /** Lower limit of every α after a step, 1/voxel. */
    readonly minimumAlpha: number;
  };
  readonly constrictivity: { readonly from: Face };
  /** `smooth`: current passes the open part of the faces, by the model's own level sets. */
  readonly transport: { readonly tolerance: number; readonly interface: 'voxel' | 'smooth' };
  /** Every structure with M discharged as a cell; absent: none is. */
  readonly cell?: StudyCell;
  /** Split of the table for the regression; does not change any row. */
  readonly fit: { readonly trainFraction: number; readonly seed: number };
}

/** Settings of [A §2.4], with its 5 × 3 interpolations and 331 + 164 rows. */
export const STUDY_DEFAULTS = {
  name: 'study',
  scenarios: ['bm01', 'bm03', 'bm10'],
  t: [1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6],
  size: 401,
  voxelSizeUm: 0.2,
  phases: [SE, AM],
  descriptors: DEFAULT_DESCRIBED,
  axis: 'z',
  seed: 1,
  realisations: { interpolated: 1, stepped: 1 },
  gradient: { delta: 0.05, realisations: 5, randomNumbers: 'common' },
  steps: {
    descriptors: ['volumeFraction', 'specificSurfaceArea', 'meanGeodesicTortuosity', 'constrictivity'],
    h: [-0.2, -0.1, 0.1, 0.2],
    hConstrictivity: [-0.05, -0.025, 0.025, 0.05],
    minimumAlpha: 0.05,
  },
  constrictivity: { from: 'low' },
  transport: { tolerance: 1e-4, interface: 'voxel' },
  fit: { trainFraction: 331 / 495, seed: 1 },
} as const;

const KEYS = [
  'name', 'scenarios', 'covariance', 'edges', 't', 'size', 'voxelSizeUm', 'phases', 'descriptors', 'axis', 'seed',
  'realisations', 'gradient', 'steps', 'constrictivity', 'transport', 'cell', 'fit',
];
const MAX_SEED = 2 ** 32 - 1;
/** Names stand in ids, files and messages. */
const LONGEST_NAME = 100;

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

function readEdges(check: Checker, value: unknown, scenarios: readonly StudyScenario[]): StudySpec['edges'] {
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

const SMALLEST_SIZE = 8;
const STAND_IN_SIZE: Shape = [SMALLEST_SIZE, SMALLEST_SIZE, SMALLEST_SIZE];

function readSize(check: Checker, value: unknown): Shape {
  const list = Array.isArray(value) ? (value as unknown[]) : [value, value, value];
  const shape = list.filter((n): n is number => typeof n === 'number' && Number.isSafeInteger(n) && n >= SMALLEST_SIZE);
  if (list.length !== 3 || shape.length !== 3) {
    const expected = `a whole number of voxels, or three as [z, y, x], each at least ${SMALLEST_SIZE}`;
    check.fail(['size'], `size must be ${expected}, got ${quoted(value)}`);
    return STAND_IN_SIZE;
  }
  try {
    return checkShape('size', shape);
  } catch (error) {
    check.fail(['size'], (error as SpecError).message);
    return STAND_IN_SIZE;
  }
}

/** null: those of [A]. Their names in the file change no row. */
function readDescriptors(check: Checker, value: unknown): readonly string[] | null {
  const base: readonly string[] = STUDY_DEFAULTS.descriptors;
  const list =
    check.list(value, ['descriptors'], 1, (item, path) => check.choice(item, path, DESCRIBED, base[0]), base);
  return list.join() === base.join() ? null : list;
}

function readSteps(
  check: Checker, value: unknown, phases: readonly Phase[], described: readonly string[],
): StudySpec['steps'] {
  const base = STUDY_DEFAULTS.steps;
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

function read(check: Checker, value: unknown): StudySpec {
  const base = STUDY_DEFAULTS;
  const map = check.mapping(value, [], KEYS) ?? {};
  const section = (key: string, keys: readonly string[]): Readonly<Record<string, unknown>> =>
    check.mapping(map[key], [key], keys) ?? {};
  const count = (section: string, key: string, given: unknown, fallback: number, min = 1): number =>
    check.number(given, [section, key], { min, max: 10_000, whole: true }, fallback);

  if (map.name !== undefined && (typeof map.name !== 'string' || map.name === '' || map.name.length > LONGEST_NAME)) {
    check.fail(['name'], `name must be a text of 1 to ${LONGEST_NAME} characters, got ${quoted(map.name)}`);
  }
  const voxelSizeUm = check.number(lengthUm(map.voxelSizeUm), ['voxelSizeUm'], { above: 0 }, base.voxelSizeUm);
  const scenarios = check.list(map.scenarios === undefined ? base.scenarios : map.scenarios, ['scenarios'], 2,
    (item, path) => readScenario(check, item, path, voxelSizeUm), []);
  const names = scenarios.map((scenario) => scenario.name);
  names.forEach((name, i) => {
    if (names.indexOf(name) < i) check.fail(['scenarios', i], `two scenarios are named ${quoted(name)}`);
  });
  const covariance =
    map.covariance === undefined ? null : STUDY_MODEL.parameters.covariance.read(check, map.covariance, ['covariance']);
  const phases = check.list(map.phases, ['phases'], 1,
    (item, path) => check.number(item, path, { min: 1, max: 3, whole: true }, SE), base.phases);
  const descriptors = readDescriptors(check, map.descriptors);
  const realisations = section('realisations', Object.keys(base.realisations));
  const gradient = section('gradient', Object.keys(base.gradient));
  const constrictivity = section('constrictivity', Object.keys(base.constrictivity));
  const transport = section('transport', Object.keys(base.transport));
  const fit = section('fit', Object.keys(base.fit));
  return {
    name: typeof map.name === 'string' ? map.name : base.name,
    scenarios,
    ...(covariance !== null && { covariance }),
    edges: scenarios.length >= 2 ? readEdges(check, map.edges, scenarios) : [],
    t: check.list(map.t, ['t'], 1, (item, path) => check.fraction(item, path, { above: 0, below: 1 }, 0.5), base.t),
    size: readSize(check, map.size === undefined ? base.size : map.size),
    voxelSizeUm,
    phases,
    ...(descriptors !== null && { descriptors }),
    axis: check.choice<Axis>(map.axis, ['axis'], AXES, base.axis),
    seed: check.number(map.seed, ['seed'], { min: 0, max: MAX_SEED, whole: true }, base.seed),
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
    steps: readSteps(check, map.steps, phases, descriptors ?? base.descriptors),
    constrictivity: {
      from: check.choice<Face>(
        constrictivity.from, ['constrictivity', 'from'], ['low', 'high'], base.constrictivity.from,
      ),
    },
    transport: {
      tolerance: check.number(
        transport.tolerance, ['transport', 'tolerance'], { min: 1e-10, max: 0.1 }, base.transport.tolerance,
      ),
      interface: check.choice<'voxel' | 'smooth'>(
        transport.interface, ['transport', 'interface'], ['voxel', 'smooth'], base.transport.interface,
      ),
    },
    ...(map.cell !== undefined && { cell: readStudyCell(check, map.cell, phases) }),
    fit: {
      trainFraction: check.fraction(
        fit.trainFraction, ['fit', 'trainFraction'], { above: 0, below: 1 }, base.fit.trainFraction,
      ),
      seed: check.number(fit.seed, ['fit', 'seed'], { min: 0, max: MAX_SEED, whole: true }, base.fit.seed),
    },
  };
}

/** Checks an untyped study (what a YAML or JSON file holds) and fills in STUDY_DEFAULTS.
 *  @param locate says where in a file a path stands, e.g. "study.yaml:3:1"; default: "study".
 *  @throws SpecError with one line per problem, the first few of them. */
export function parseStudySpec(value: unknown, locate: (issue: Issue) => string = () => 'study'): StudySpec {
  checkArguments('parseStudySpec', { locate: [locate, 'function'] });
  const check = new Checker('the study');
  const spec = read(check, value);
  check.refuse(locate);
  return spec;
}

/** The part of a study that decides what its rows hold: all but its name and the settings of the fit. */
export function rowSettings(spec: StudySpec): Omit<StudySpec, 'name' | 'fit'> {
  const { name: _name, fit: _fit, ...rest } = spec;
  return rest;
}

/** Key of a study: SHA-256 of the canonical JSON of `rowSettings`. Scenarios enter with their numbers, not their names
 *  alone. */
export function studyHash(spec: StudySpec): string {
  checkArguments('studyHash', { spec: [spec, has<StudySpec>('scenarios', 'edges', 't', 'size')] });
  return hashOf(rowSettings(spec));
}

// Plans of points: each a place in the space of parameters or targets, drawn in one or several realisations.
import type { Checker, Path } from '../../core/check.js';
import { suggestion } from '../../core/names.js';
import { quoted } from '../../core/quote.js';
import { Sequence } from '../../core/sequence.js';
import type { StructureSpec } from '../../structure/generate.js';
import { splitColumn, type Column } from '../columns.js';
import type { StudyCommon } from '../common.js';
import type { Parameters, PlanColumn, PlanKind, PlannedStructure } from '../plan.js';
import {
  drawingOfSource, isRandom, labelsOf, modelOf, readSource, SOURCE_KEYS, variablesOf, type StudyDrawing,
  type StudySource, type Variables,
} from '../source.js';
import { readBounds, readGridAxis, type Axes, type Axis, type Place } from './axes.js';
import { readTargets, solveTargets, targetColumn, variablesBeside } from './targets.js';

/** What all plans of points have in common. */
export interface PointSettings {
  /** As in the study file. */
  readonly kind: string;
  /** What is varied; of a plan over targets what is varied beside them. */
  readonly vary: Axes;
  /** Descriptors of the phases for which parameters are solved; areas per µm. */
  readonly targets?: Axes;
  /** Numbers that are held, by the names of what could be varied. */
  readonly hold: Place;
  /** How areas among targets count: in the continuum, or as the estimator on 13 directions counts them. */
  readonly areas?: 'continuum' | 'lattice';
  /** Structures of each point. */
  readonly realisations: number;
  /** independent: points share no draw; common: all points have the same random numbers. */
  readonly randomNumbers: 'independent' | 'common';
  /** Whether M is solved for. */
  readonly conduct: boolean;
}

/** A study of points. @template P settings of its kind of plan */
export interface PointStudy<P extends PointSettings = PointSettings> extends StudyCommon, StudySource {
  /** Settings of its plan. */
  readonly plan: P;
}

/** A structure of a plan of points. */
export interface PointStructure extends PlannedStructure {
  /** From 1. */
  readonly point: number;
  /** What was aimed at. */
  readonly targets: Place;
}

export const POINT_DEFAULTS = {
  realisations: 1, randomNumbers: 'independent', conduct: true, areas: 'continuum',
} as const;

/** Structures that a study may have. */
export const MOST_STRUCTURES = 1_000_000;

const PLAN_KEYS = ['kind', 'vary', 'targets', 'hold', 'areas', 'realisations', 'randomNumbers', 'conduct'];

/** What a kind of such plans says of itself. */
export interface PointKind<P extends PointSettings> {
  readonly name: string;
  readonly title: string;
  /** Whether axes are lists of values, or bounds. */
  readonly axes: 'values' | 'bounds';
  /** Keys of the section `plan` that are its own, and how they are read. */
  readonly keys: readonly string[];
  read(check: Checker, map: Readonly<Record<string, unknown>>, axes: Axes): Omit<P, keyof PointSettings>;
  /** Points of the plan. */
  count(plan: P): number;
  /** Their places, each the values of all axes. @param seed of the study */
  places(plan: P, seed: number): Sequence<Place>;
}

/** What is varied, targets first. */
export const axesOf = ({ vary, targets }: Pick<PointSettings, 'vary' | 'targets'>): Axes => ({ ...targets, ...vary });

function readAxes(
  check: Checker, value: unknown, path: Path, variables: Variables, what: string, kind: 'values' | 'bounds',
): { vary: Record<string, Axis>; hold: Record<string, number> } {
  const vary: Record<string, Axis> = {};
  const hold: Record<string, number> = {};
  if (value === undefined) return { vary, hold };
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    check.mapping(value, path, Object.keys(variables));
    return { vary, hold };
  }
  for (const [name, given] of Object.entries(value)) {
    const at = [...path, name];
    const variable = Object.hasOwn(variables, name) ? variables[name] : null;
    if (variable === null) {
      const there = suggestion(name, Object.keys(variables), 'there are');
      check.fail(at, `${what} no number ${quoted(name)} to vary; ${there}`, true);
    } else if (typeof given === 'number') hold[name] = check.number(given, at, variable.range, 0);
    else {
      vary[name] = kind === 'bounds'
        ? readBounds(check, given, at, variable.range) : readGridAxis(check, given, at, variable.range);
    }
  }
  return { vary, hold };
}

/** What a study may vary, by name. */
function variablesFor(source: StudySource, overTargets: boolean): Variables {
  const all = variablesOf(source);
  if (!overTargets) return all;
  const others = Object.entries(all).filter(([, { of }]) => of !== 'parameter');
  return { ...variablesBeside(source), ...Object.fromEntries(others) };
}

const nameOfSource = (source: StudySource): string => {
  const model = modelOf(source);
  return model === null ? 'this image has' : `the model ${model.name} has`;
};

/** Reads the plan of a study of points. */
export function readPoints<P extends PointSettings>(
  kind: Pick<PointKind<P>, 'name' | 'axes' | 'keys' | 'read' | 'count'>, check: Checker,
  map: Readonly<Record<string, unknown>>, common: StudyCommon,
): Omit<PointStudy<P>, keyof StudyCommon> {
  const before = check.issues.length;
  const source = readSource(check, map, common.voxelSizeUm);
  const path = ['plan'];
  const given = check.mapping(map.plan, path, [...PLAN_KEYS, ...kind.keys]) ?? {};
  const base = POINT_DEFAULTS;
  const realisations = check.number(
    given.realisations, [...path, 'realisations'], { min: 1, max: 10_000, whole: true }, base.realisations,
  );
  const common_ = {
    kind: kind.name, realisations,
    randomNumbers: check.choice<'independent' | 'common'>(
      given.randomNumbers, [...path, 'randomNumbers'], ['independent', 'common'], base.randomNumbers,
    ),
    conduct: typeof given.conduct === 'boolean' ? given.conduct : base.conduct,
  };
  if (given.conduct !== undefined && typeof given.conduct !== 'boolean') {
    check.fail([...path, 'conduct'], 'plan.conduct must be true (M is solved for) or false');
  }
  if (source === null) return { plan: { ...common_, vary: {}, hold: {} } as unknown as P };
  const overTargets = given.targets !== undefined;
  const variables = variablesFor(source, overTargets);
  const axes = readAxes(check, given.vary, [...path, 'vary'], variables, nameOfSource(source), kind.axes);
  const held = given.hold === undefined ? {}
    : readAxes(check, given.hold, [...path, 'hold'], variables, nameOfSource(source), kind.axes).hold;
  const hold = { ...held, ...axes.hold };
  const targets = overTargets
    ? readTargets(check, given.targets, [...path, 'targets'], source, (value, at, fraction) => {
      const range = fraction ? { above: 0, below: 1 } : { above: 0 };
      if (kind.axes === 'values') return readGridAxis(check, value, at, range);
      // One number is held.
      return readBounds(check, typeof value === 'number' ? [value, value] : value, at, range);
    }) : null;
  const known = check.issues.length === before ? Object.entries(variables) : [];
  for (const [name, { needed, meaning, of }] of known) {
    if (!needed || Object.hasOwn(axes.vary, name) || Object.hasOwn(hold, name)) continue;
    const place = of === 'additive' ? ['additive'] : of === 'threshold' ? ['image'] : ['structure'];
    check.fail(place, `${name} (${meaning}) is neither given nor varied; add it to plan.vary, as bounds or one number`);
  }
  if (Object.keys(axes.vary).length === 0 && targets === null && check.issues.length === before) {
    check.fail(path, `nothing is varied: give vary, such as "vary: {${Object.keys(variables)[0] ?? 'threshold1'}: ` +
      `${kind.axes === 'bounds' ? '[from, to]' : '[1, 2, 3]'}}", or targets`);
  }
  if (realisations > 1 && !isRandom(source)) {
    check.fail(
      [...path, 'realisations'], 'every realisation of this source is the same structure; leave realisations out',
    );
  }
  checkTransport(check, source, common);
  const plan = {
    ...common_, vary: axes.vary, hold, ...(targets !== null && {
      targets, areas: check.choice<'continuum' | 'lattice'>(
        given.areas, [...path, 'areas'], ['continuum', 'lattice'], base.areas,
      ),
    }),
  };
  const own = kind.read(check, given, axesOf(plan));
  const whole = { ...plan, ...own } as unknown as P;
  const total = check.issues.length > before ? 0 : kind.count(whole) * realisations;
  if (total > MOST_STRUCTURES) {
    const each = realisations === 1 ? '' : ` (${kind.count(whole)} points in ${realisations} realisations)`;
    check.fail(path, `the plan has ${total} structures${each}, at most ${MOST_STRUCTURES} can be planned; ` +
      'vary less, in fewer values, or take "kind: sobol" with as many points as you can afford');
  }
  return { ...source, plan: whole };
}

function checkTransport(check: Checker, source: StudySource, { transport }: StudyCommon): void {
  if (transport.interface !== 'smooth') return;
  const model = modelOf(source);
  const without = model === null ? 'an image'
    : source.additive !== undefined ? 'a structure with an additive'
    : Object.hasOwn(model.settings, 'levelSets') ? null : `the model ${model.name}`;
  if (without !== null) {
    const problem = `a smooth interface needs level sets, which ${without} does not have; take voxel`;
    check.fail(['transport', 'interface'], problem);
  }
}

/** Numbers of a source that no axis changes. */
export function heldNumbers({ plan, ...source }: PointStudy): Place {
  const held = Object.entries(variablesFor(source, plan.targets !== undefined))
    .flatMap(([name, { base }]): [string, number][] => (base === null ? [] : [[name, base]]));
  return { ...Object.fromEntries(held), ...plan.hold };
}

/** Names of the numbers of every structure, in the order of the table. */
export function numberNames(study: PointStudy): string[] {
  const { plan, ...source } = study;
  const overTargets = plan.targets !== undefined;
  const held = heldNumbers(study);
  return Object.entries(variablesOf(source)).filter(([name, { of }]) =>
    (overTargets && of === 'parameter') || Object.hasOwn(held, name) || Object.hasOwn(plan.vary, name),
  ).map(([name]) => name);
}

/** Numbers of the structure at a place, or why there is none. @param names as `numberNames` says */
function numbersAt(
  study: PointStudy, held: Place, names: readonly string[], place: Place,
): Pick<PlannedStructure, 'parameters' | 'reason'> {
  const { plan, voxelSizeUm } = study;
  const all = { ...held, ...place };
  const pick = (from: Parameters): Parameters =>
    Object.fromEntries(names.filter((name) => Object.hasOwn(from, name)).map((name) => [name, from[name]]));
  if (plan.targets === undefined) return { parameters: pick(all), reason: null };
  const solved = solveTargets(study, all, voxelSizeUm, plan.areas ?? POINT_DEFAULTS.areas);
  if ('reason' in solved) return { parameters: null, reason: solved.reason };
  return { parameters: pick({ ...all, ...solved.parameters }), reason: null };
}

/** The same items, each made once. */
export function remembered<T>(items: Sequence<T>): Sequence<T> {
  const known: T[] = [];
  return new Sequence(items.length, (i) => (known[i] ??= items.at(i)));
}

/** "240 points with M" */
export const countText = (points: number, { realisations, conduct }: PointSettings): string =>
  `${points} points${realisations === 1 ? '' : ` in ${realisations} realisations each`}, ` +
    (conduct ? 'with M' : 'descriptors only');

/** Structures at places, realisation by realisation. @param firstScenario key of the first point */
export function structuresAt(
  study: PointStudy, places: Sequence<Place>,
  { round, family, firstScenario }: { readonly round: number; readonly family: string; readonly firstScenario: number },
): Sequence<PointStructure> {
  const { plan, seed } = study;
  const [held, names] = [heldNumbers(study), numberNames(study)];
  const targetNames = Object.keys(plan.targets ?? {});
  const numbers = remembered(new Sequence(places.length, (k) => numbersAt(study, held, names, places.at(k))));
  return new Sequence(places.length * plan.realisations, (i) => {
    const [point, realisation] = [Math.floor(i / plan.realisations), i % plan.realisations];
    const place = targetNames.length === 0 ? {} : places.at(point);
    return {
      id: `${family}/p${point + 1}/${realisation}`, round, family, point: point + 1, ...numbers.at(point), boxOf: null,
      targets: Object.fromEntries(targetNames.map((name) => [name, place[name]])),
      key: { seed, scenario: plan.randomNumbers === 'common' ? firstScenario : firstScenario + point, realisation },
      conduct: plan.conduct,
    };
  });
}

/** A column beside that of a quantity. */
export const targetOf = (column: Column, meaning: string): PlanColumn => ({
  name: targetColumn(column), meaning: `${column} ${meaning}`, kind: 'number',
  unit: splitColumn(column).quantity.unit || '1',
});

/** The columns of the table that points have. */
export function pointColumns({ plan }: PointStudy): { keys: readonly PlanColumn[]; notes: readonly PlanColumn[] } {
  return {
    keys: [{
      name: 'point', meaning: 'point of the plan; its realisations differ in their random numbers', kind: 'number',
    }],
    notes: Object.keys(plan.targets ?? {}).map((name) =>
      targetOf(name, 'that was aimed at')),
  };
}

/** Structures of a plan that stand for all of them. */
function someOf(structures: Sequence<PointStructure>, count: number): PointStructure[] {
  const step = Math.max(1, Math.floor(structures.length / count));
  const found: PointStructure[] = [];
  for (let i = step >> 1; i < structures.length && found.length < count; i += step) found.push(structures.at(i));
  return found.filter(({ parameters }) => parameters !== null);
}

type DrawnPart = Pick<
  PlanKind<PointStudy, PointStructure>,
  'columns' | 'cells' | 'parameters' | 'drawing' | 'samples' | 'typical' | 'largest' | 'mostLabel' | 'defaultPhases'
>;

/** What all plans of points have in common once their structures are known. @param first those of the table, as far as
 *  they are known before anything runs */
export function drawnPart(first: (spec: PointStudy) => Sequence<PointStructure>): DrawnPart {
  const drawing = (
    spec: PointStudy, { parameters, boxOf, key }: Pick<PlannedStructure, 'parameters' | 'boxOf' | 'key'>,
    levelSets: boolean,
  ): StudyDrawing => drawingOfSource(
    spec, { size: spec.size, voxelSizeUm: spec.voxelSizeUm }, { parameters: parameters!, boxOf, key }, levelSets,
  );
  const structuresOf = (spec: PointStudy, count: number): StructureSpec[] =>
    someOf(first(spec), count).flatMap((one) => drawing(spec, one, false).structure ?? []);
  return {
    mostLabel: 255,
    defaultPhases(check, map) {
      const source = readSource(check, map, 1);
      if (source === null || source.image === undefined) return source === null ? null : labelsOf(source);
      return source.image.labels === null ? null : labelsOf(source);
    },
    columns: pointColumns,
    cells: ({ point, targets }) => ({
      point, ...Object.fromEntries(Object.entries(targets).map(([name, value]) => [targetColumn(name), value])),
    }),
    parameters(spec) {
      const variables = variablesOf(spec);
      const title = modelOf(spec)?.title ?? 'image';
      return numberNames(spec).map((name) => {
        const { meaning, unit } = variables[name];
        return { name, meaning, unit, source: `${title}, set by the plan` };
      });
    },
    drawing,
    samples: (spec) => someOf(first(spec), 3).map((one) => ({
      name: `point ${one.point}`, drawing: drawing(spec, one, false),
    })),
    typical(spec) {
      const structures = first(spec);
      const [found] = someOf(structures, 64);
      const one = found ?? structures.at(0);
      return { ...one, id: 'calibration', key: { ...one.key, scenario: 2 ** 32 - 1, realisation: 0 } };
    },
    largest: (spec) => structuresOf(spec, 32),
  };
}

/** A kind of plan of one round. */
export function pointPlan<P extends PointSettings>(kind: PointKind<P>): PlanKind<PointStudy<P>, PointStructure> {
  const first = (spec: PointStudy<P>): Sequence<PointStructure> => structuresAt(
    spec, kind.places(spec.plan, spec.seed), { round: 1, family: kind.name, firstScenario: 0 },
  );
  return {
    ...(drawnPart(first as (spec: PointStudy) => Sequence<PointStructure>) as DrawnPart),
    name: kind.name,
    title: kind.title,
    keys: ['plan', ...SOURCE_KEYS],
    read: (check, map, common) => readPoints(kind, check, map, common),
    families: { [kind.name]: kind.title },
    rounds({ plan }) {
      const points = kind.count(plan);
      const structures = points * plan.realisations;
      return [{
        structures, conduct: plan.conduct ? structures : 0, table: structures, title: countText(points, plan),
      }];
    },
    round: first,
    gradients: null,
    gradientAxes: () => [],
    isTabled: () => true,
  };
}

/** How many points a plan asks for. */
export function readPointCount(check: Checker, value: unknown): number {
  if (value === undefined) check.fail(['plan'], 'the plan needs points, how many there are, such as "points: 64"');
  return check.number(value, ['plan', 'points'], { min: 1, max: MOST_STRUCTURES, whole: true }, 1);
}

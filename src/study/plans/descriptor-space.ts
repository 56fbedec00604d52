// Points that fill the space of the descriptors rather than that of the parameters. ε and S are known exactly, with
// their derivatives, wherever the model has closed forms; what else is asked for (τ, β) is learnt at anchors, from
// differences between structures with common random numbers.
import type { Checker } from '../../core/check.js';
import { once } from '../../core/once.js';
import { Sequence } from '../../core/sequence.js';
import { farthestPoints, partedPoints } from '../../numeric/spread.js';
import { sobolSequence } from '../../numeric/sobol.js';
import { columnsOf, DEFAULT_DESCRIBED, describedBy, type Column } from '../columns.js';
import type { StudyCommon } from '../common.js';
import { gradientsAt } from '../gradient.js';
import type { Evidence, Parameters, PlanKind, PointGradient } from '../plan.js';
import { SOURCE_KEYS } from '../source.js';
import { placeAt, type Axes, type Bounds, type Place } from './axes.js';
import { exactDescriptors, type ExactDescriptors } from './exact.js';
import {
  countText, drawnPart, heldNumbers, numberNames, pointColumns, readPointCount, readPoints, remembered, structuresAt,
  targetOf,
  type PointSettings, type PointStructure, type PointStudy,
} from './point-plan.js';
import { quadraticFit, type QuadraticFit } from '../../numeric/quadratic-fit.js';
import { rounded } from './targets.js';

export interface DescriptorSpaceSettings extends PointSettings {
  readonly points: number;
  /** What is to be spread evenly. */
  readonly descriptors: readonly Column[];
  /** Places where descriptors without closed form and their derivatives are measured. */
  readonly anchors: number;
  readonly gradient: {
    /** Forward difference in every parameter, as a share of its bounds. */
    readonly delta: number;
    readonly realisations: number;
    readonly randomNumbers: 'common' | 'independent';
  };
  /** Places in the space of parameters among which points are chosen. */
  readonly candidates: number;
}

type Study = PointStudy<DescriptorSpaceSettings>;

export const DESCRIPTOR_SPACE_DEFAULTS = {
  anchors: 16, gradient: { delta: 0.05, realisations: 1, randomNumbers: 'common' },
} as const;

const GRADIENT = 'gradient';
const NAME = 'descriptor-space';
/** Points see each other, and candidates all points. */
const MOST_POINTS = 4096;
const [CANDIDATES_EACH, FEWEST_CANDIDATES, MOST_CANDIDATES] = [16, 512, 16384];
/** Rounds in which points move apart. */
const SWEEPS = 2;

const axesOf = ({ plan }: Study): Axes => plan.vary;

/** A descriptor as a function of the place in the unit cube, with its derivative. */
interface Predictor {
  readonly columns: readonly Column[];
  /** null where there is no such structure. */
  values(u: ArrayLike<number>): Float64Array | null;
  /** Derivatives to the coordinates, descriptor by descriptor. */
  derivatives(u: ArrayLike<number>): readonly Float64Array[];
}

const exactOf = (spec: Study): ExactDescriptors => exactDescriptors(spec, spec.plan.descriptors, {
  held: heldNumbers(spec), axes: axesOf(spec), voxelSizeUm: spec.voxelSizeUm,
});

/** Descriptors that have to be measured. */
function measured(spec: Study): readonly Column[] {
  const { known } = exactOf(spec);
  return spec.plan.descriptors.filter((column) => !known.includes(column));
}

const namesOf = (spec: Study): string[] => Object.keys(axesOf(spec));

/** Anchors, and after them the candidates: one sequence. */
function unitPoints(spec: Study, count: number, skip: number): Sequence<Float64Array> {
  return sobolSequence({ dimensions: namesOf(spec).length, count, skip, seed: spec.seed });
}

/** Towards the far side where the near one is too near. */
const moveOf = ({ plan: { gradient } }: Study, u: number): number =>
  (u + gradient.delta > 1 ? -gradient.delta : gradient.delta);

type Anchors = Sequence<Float64Array>;

const anchorsOf = (spec: Study): Anchors => remembered(unitPoints(spec, spec.plan.anchors, 0));

function gradientStructure(
  spec: Study, anchors: Anchors, anchor: number, name: string | null, realisation: number,
): PointStructure {
  const { plan: { gradient }, seed } = spec;
  const names = namesOf(spec);
  const u = anchors.at(anchor);
  const numbers = (at: Float64Array): Parameters =>
    rounded(pick(spec, { ...heldNumbers(spec), ...placeAt(axesOf(spec), at) }));
  const j = name === null ? -1 : names.indexOf(name);
  const common = gradient.randomNumbers === 'common';
  return {
    id: `${GRADIENT}/p${anchor + 1}/${name ?? 'base'}/${realisation}`, round: 1, family: GRADIENT, point: anchor + 1,
    parameters: numbers(u.map((x, k) => (k === j ? x + moveOf(spec, x) : x))), reason: null, targets: {},
    boxOf: common ? numbers(u) : null,
    key: { seed, scenario: anchor, realisation: common ? realisation : realisation * (names.length + 1) + j + 1 },
    conduct: false,
  };
}

const pick = (spec: Study, from: Place): Place =>
  Object.fromEntries(numberNames(spec).map((name) => [name, from[name]]));

function gradientStructures(spec: Study): Sequence<PointStructure> {
  const moves = [null, ...namesOf(spec)];
  const each = moves.length * spec.plan.gradient.realisations;
  const anchors = anchorsOf(spec);
  const count = measured(spec).length === 0 ? 0 : anchors.length;
  return new Sequence(count * each, (i) => {
    const within = i % each;
    return gradientStructure(
      spec, anchors, Math.floor(i / each), moves[within % moves.length], Math.floor(within / moves.length),
    );
  });
}

function gradients(spec: Study, valuesOf: Evidence['valuesOf']): PointGradient[] {
  const names = namesOf(spec);
  const anchors = anchorsOf(spec);
  return gradientsAt({
    voxelSizeUm: 1, points: anchors.length, descriptors: measured(spec), parameters: names,
    delta: (anchor, j) => moveOf(spec, anchors.at(anchor)[j]),
    realisations: spec.plan.gradient.realisations,
    structure: (anchor, name, r) => gradientStructure(spec, anchors, anchor, name, r),
  }, valuesOf);
}

/** A quadratic function of the place for each measured descriptor, from values and gradients at the anchors. */
function fits(spec: Study, { valuesOf, gradients: found }: Evidence): Map<Column, QuadraticFit | null> {
  const { gradient: { realisations } } = spec.plan;
  const anchors = anchorsOf(spec);
  const byPlace = new Map(found().map((one) => [`${one.point}/${one.descriptor}`, one.gradient]));
  return new Map(measured(spec).map((column) => {
    const samples = Array.from({ length: anchors.length }, (_, k) => {
      const values = Array.from({ length: realisations }, (_, r) =>
        valuesOf(gradientStructure(spec, anchors, k, null, r))?.[column]).filter((value) => typeof value === 'number');
      return {
        at: anchors.at(k),
        value: values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length,
        gradient: byPlace.get(`${k}/${column}`) ?? null,
      };
    });
    return [column, quadraticFit(namesOf(spec).length, samples)];
  }));
}

function predictorOf(spec: Study, evidence: Evidence): Predictor {
  const exact = exactOf(spec);
  const learnt = fits(spec, evidence);
  // Of what no anchor has a value nothing is known, and it is not spread.
  const columns = spec.plan.descriptors.filter((column) => exact.known.includes(column) || learnt.get(column) != null);
  return {
    columns,
    values(u) {
      const known = exact.values(u);
      if (known === null) return null;
      return Float64Array.from(columns, (column) => known[column] ?? learnt.get(column)!.value(u));
    },
    derivatives(u) {
      const known = exact.derivatives(u);
      return columns.map((column) => known[column] ?? learnt.get(column)!.gradient(u));
    },
  };
}

interface Chosen {
  readonly place: Place;
  readonly predicted: Place;
}

/** Chooses the points: far from each other among the candidates, then moved apart along the derivatives. */
function choose(spec: Study, evidence: Evidence): Chosen[] {
  const { points, candidates, anchors } = spec.plan;
  const predictor = predictorOf(spec, evidence);
  const there: { u: Float64Array; values: Float64Array }[] = [];
  for (const u of unitPoints(spec, candidates, anchors)) {
    const values = predictor.values(u);
    if (values !== null) there.push({ u, values });
  }
  if (there.length === 0) return [];
  const low = there[0].values.map((_, k) => there.reduce((least, one) => Math.min(least, one.values[k]), Infinity));
  const high = low.map((_, k) => there.reduce((most, one) => Math.max(most, one.values[k]), -Infinity));
  const scale = low.map((from, k) => (high[k] > from ? 1 / (high[k] - from) : 0));
  const scaled = (values: Float64Array): Float64Array => values.map((value, k) => (value - low[k]) * scale[k]);
  const chosen = farthestPoints(there.map(({ values }) => scaled(values)), Math.min(points, there.length))
    .map((index) => there[index].u);
  const moved = partedPoints(chosen, {
    sweeps: SWEEPS,
    image(u) {
      const values = predictor.values(u);
      return values === null ? null : scaled(values);
    },
    jacobian: (u) => predictor.derivatives(u).map((row, k) => row.map((slope) => slope * scale[k])),
  });
  return moved.map((u) => {
    const values = predictor.values(u)!;
    return {
      place: rounded(placeAt(axesOf(spec), u)),
      predicted: Object.fromEntries(predictor.columns.map((column, k) => [column, values[k]])),
    };
  });
}

function tabled(spec: Study, evidence: Evidence, round: number): Sequence<PointStructure> {
  const { plan } = spec;
  const chosen = once(() => choose(spec, evidence));
  const structures = structuresAt(
    spec, new Sequence(plan.points, (k) => chosen()[k]?.place ?? {}),
    { round, family: NAME, firstScenario: plan.anchors },
  );
  return new Sequence(structures.length, (i) => {
    const structure = structures.at(i);
    const found = chosen()[structure.point - 1];
    return found === undefined
      ? { ...structure, parameters: null, reason: 'no place within the bounds has such a structure' }
      : { ...structure, targets: found.predicted };
  });
}

function readOwn(
  check: Checker, map: Readonly<Record<string, unknown>>, axes: Axes, common: StudyCommon,
): Omit<DescriptorSpaceSettings, keyof PointSettings> {
  const path = ['plan'];
  const base = DESCRIPTOR_SPACE_DEFAULTS;
  const points = readPointCount(check, map.points);
  if (points > MOST_POINTS) {
    check.fail([...path, 'points'], `points of this plan see each other, at most ${MOST_POINTS}, got ${points}; take ` +
      'targets with "kind: sobol"');
  }
  if (map.targets !== undefined) {
    const problem = 'this plan chooses descriptors itself; give bounds of the parameters in vary';
    check.fail([...path, 'targets'], problem, true);
  }
  for (const [name, axis] of Object.entries(axes)) {
    if ((axis as Bounds).whole) {
      check.fail([...path, 'vary', name], `${name} is a whole number, which has no derivative; hold it`);
    }
  }
  const described = describedBy(common);
  const valid = columnsOf(common.phases, described);
  const usual = DEFAULT_DESCRIBED.filter((name) => name !== 'stdGeodesicTortuosity' && described.includes(name));
  const given = Array.isArray(map.descriptors)
    ? map.descriptors.flatMap((item) => (described.includes(item) ? columnsOf(common.phases, [item]) : [item]))
    : map.descriptors;
  const gradient = check.mapping(map.gradient, [...path, 'gradient'], Object.keys(base.gradient)) ?? {};
  const whole = (value: unknown, at: readonly string[], fallback: number, max: number): number =>
    check.number(value, at, { min: 1, max, whole: true }, fallback);
  return {
    points,
    descriptors: check.list(given, [...path, 'descriptors'], 1,
      (item, at) => check.choice(item, at, valid, valid[0]), columnsOf(common.phases, usual)),
    anchors: whole(map.anchors, [...path, 'anchors'], base.anchors, MOST_POINTS),
    gradient: {
      delta: check.number(gradient.delta, [...path, 'gradient', 'delta'], { above: 0, max: 0.5 }, base.gradient.delta),
      realisations:
        whole(gradient.realisations, [...path, 'gradient', 'realisations'], base.gradient.realisations, 1000),
      randomNumbers: check.choice(
        gradient.randomNumbers, [...path, 'gradient', 'randomNumbers'], ['common', 'independent'],
        base.gradient.randomNumbers,
      ),
    },
    candidates: check.number(
      map.candidates, [...path, 'candidates'], { min: points, max: MOST_CANDIDATES, whole: true },
      Math.min(MOST_CANDIDATES, Math.max(FEWEST_CANDIDATES, CANDIDATES_EACH * points)),
    ),
  };
}

const isMeasured = (spec: Study): boolean => gradientStructures(spec).length > 0;

export const descriptorSpace: PlanKind<Study, PointStructure> = {
  ...drawnPart((spec) => {
    const study = spec as Study;
    const places = unitPoints(study, study.plan.anchors, 0);
    return structuresAt(
      spec, new Sequence(places.length, (k) => placeAt(axesOf(study), places.at(k))),
      { round: 1, family: NAME, firstScenario: 0 },
    );
  }) as Omit<PlanKind<Study, PointStructure>, never>,
  name: NAME,
  title: 'spread over the space of the descriptors',
  keys: ['plan', ...SOURCE_KEYS],
  read: (check, map, common) => readPoints<DescriptorSpaceSettings>({
    name: NAME, axes: 'bounds', keys: ['points', 'descriptors', 'anchors', 'gradient', 'candidates'],
    read: (inner, given, axes) => readOwn(inner, given, axes, common), count: ({ points }) => points,
  }, check, map, common),
  families: { [NAME]: 'spread over descriptors', [GRADIENT]: 'drawn for gradients' },
  rounds(spec) {
    const { plan } = spec;
    const first = gradientStructures(spec).length;
    const structures = plan.points * plan.realisations;
    const last = {
      structures, conduct: plan.conduct ? structures : 0, table: structures, title: countText(plan.points, plan),
    };
    if (first === 0) return [last];
    const what = measured(spec).join(', ');
    return [{
      structures: first, conduct: 0, table: 0, title: `${first} at ${plan.anchors} anchors, for ${what} and gradients`,
    }, last];
  },
  round: (spec, index, evidence) => (index === 0 && isMeasured(spec)
    ? gradientStructures(spec) : tabled(spec, evidence, index + 1)),
  gradients,
  gradientAxes: namesOf,
  isTabled: ({ family }) => family !== GRADIENT,
  columns(spec) {
    return {
      ...pointColumns(spec),
      notes: spec.plan.descriptors.map((name) => targetOf(name, 'that was expected')),
    };
  },
};

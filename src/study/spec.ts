// A study: which structures are drawn, described and solved for.
import { lengthUm } from '../core/lengths.js';
import { checkArguments, has } from '../core/arguments.js';
import { Checker, type Issue } from '../core/check.js';
import type { SpecError } from '../core/errors.js';
import { AXES, checkShape, type Axis, type Face, type Shape } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { SE } from '../core/volume.js';
import { hashOf } from './canonical.js';
import { DESCRIBED } from './columns.js';
import { COMMON_DEFAULTS, type StudyCommon } from './common.js';
import { findPlan, PLAN_NAMES, type AnyPlan, type StudySpec } from './plans.js';
import { LONGEST_NAME, PAPER_DEFAULTS } from './plans/paper-spec.js';
import { readStudyCell } from './read-cell.js';
import { NO_SIZE } from './source.js';

export type { StudySpec } from './plans.js';
export type { StudyScenario } from './plans/paper-spec.js';

/** Settings of [A §2.4], with its 5 × 3 interpolations and 331 + 164 rows. */
export const STUDY_DEFAULTS = { ...COMMON_DEFAULTS, ...PAPER_DEFAULTS } as const;

const KEYS = [
  'name', 'size', 'voxelSizeUm', 'phases', 'descriptors', 'axis', 'seed', 'constrictivity', 'transport', 'cell', 'fit',
];
const MAX_SEED = 2 ** 32 - 1;

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
  const base: readonly string[] = COMMON_DEFAULTS.descriptors;
  const list =
    check.list(value, ['descriptors'], 1, (item, path) => check.choice(item, path, DESCRIBED, base[0]), base);
  return list.join() === base.join() ? null : list;
}

function readCommon(check: Checker, map: Readonly<Record<string, unknown>>, kind: AnyPlan): StudyCommon {
  const base = COMMON_DEFAULTS;
  const section = (key: string, keys: readonly string[]): Readonly<Record<string, unknown>> =>
    check.mapping(map[key], [key], keys) ?? {};
  if (map.name !== undefined && (typeof map.name !== 'string' || map.name === '' || map.name.length > LONGEST_NAME)) {
    check.fail(['name'], `name must be a text of 1 to ${LONGEST_NAME} characters, got ${quoted(map.name)}`);
  }
  const voxelSizeUm = check.number(lengthUm(map.voxelSizeUm), ['voxelSizeUm'], { above: 0 }, base.voxelSizeUm);
  const usual = map.phases === undefined ? kind.defaultPhases(new Checker('the study'), map) : base.phases;
  const ofImage = kind.keys.includes('image') && map.image !== undefined;
  if (ofImage && map.voxelSizeUm === undefined) {
    check.fail(['image'], 'an image needs voxelSizeUm, the edge of its voxels in µm, at the top of the study');
  }
  if (usual === null) {
    check.fail([], 'this study needs phases, the labels that are described, such as "phases: [1, 2]"');
  }
  const phases = check.list(map.phases, ['phases'], 1,
    (item, path) => check.number(item, path, { min: 1, max: kind.mostLabel, whole: true }, SE), usual ?? base.phases);
  const descriptors = readDescriptors(check, map.descriptors);
  const constrictivity = section('constrictivity', Object.keys(base.constrictivity));
  const transport = section('transport', Object.keys(base.transport));
  const fit = section('fit', Object.keys(base.fit));
  return {
    name: typeof map.name === 'string' ? map.name : base.name,
    size: ofImage && map.size === undefined ? NO_SIZE : readSize(check, map.size === undefined ? base.size : map.size),
    voxelSizeUm,
    phases,
    ...(descriptors !== null && { descriptors }),
    axis: check.choice<Axis>(map.axis, ['axis'], AXES, base.axis),
    seed: check.number(map.seed, ['seed'], { min: 0, max: MAX_SEED, whole: true }, base.seed),
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

/** The plan that a study names; without a name that of the paper. */
function readKind(check: Checker, value: unknown): AnyPlan {
  const usual = findPlan(PLAN_NAMES[0])!;
  const isMapping = value !== null && typeof value === 'object' && !Array.isArray(value);
  const { plan, structure, image } = isMapping ? (value as Readonly<Record<string, unknown>>) : {};
  if (plan === undefined) {
    if (structure === undefined && image === undefined) return usual;
    check.fail([], 'a structure or an image needs a plan, such as "plan: {kind: sobol, points: 64, vary: {…}}"; ' +
      `kinds are ${PLAN_NAMES.join(', ')}`);
    return findPlan('sobol')!;
  }
  const given = plan !== null && typeof plan === 'object' && Object.hasOwn(plan, 'kind')
    ? (plan as { kind: unknown }).kind : null;
  return findPlan(check.choice(given, ['plan', 'kind'], PLAN_NAMES, PLAN_NAMES[0])) ?? usual;
}

function read(check: Checker, value: unknown): StudySpec {
  const kind = readKind(check, value);
  // What cannot be planned is not looked into.
  if (check.issues.length > 0) return {} as StudySpec;
  const map = check.mapping(value, [], [...KEYS, ...kind.keys]) ?? {};
  const common = readCommon(check, map, kind);
  return { ...common, ...kind.read(check, map, common) } as StudySpec;
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

/** Key of a study: SHA-256 of the canonical JSON of all settings but its name and those of the fit. Scenarios enter
 *  with their numbers, not their names alone. */
export function studyHash(spec: StudySpec): string {
  checkArguments('studyHash', { spec: [spec, has<StudySpec>('size', 'phases')] });
  return hashOf(rowSettings(spec));
}

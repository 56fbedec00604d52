// A design: what a structure shall have, within which bounds of θ, and how much may be simulated to find it.
import { checkArguments } from '../core/arguments.js';
import { Checker, type Issue, type Path } from '../core/check.js';
import { quoted } from '../core/quote.js';
import type { Phase } from '../core/volume.js';
import { QUANTITIES } from '../descriptors/descriptor-table.js';
import { quantityKey } from '../descriptors/quantity.js';
import { findModel, MODEL_NAMES, unknownModel, type AnyModel } from '../structure/models.js';
import { cellColumns } from '../study/cell-columns.js';
import { columnsOf, STUDY_QUANTITIES, type Column } from '../study/columns.js';
import type { Measured } from '../study/evaluate.js';
import { parseStudySpec } from '../study/spec.js';
import { contradictions, readColumn, readLimit, type Limit } from './limits.js';
import { readSpace, type DesignSpace } from './space.js';

/** What is to be large (sign 1) or small (−1). */
export interface Objective {
  readonly column: Column;
  readonly sign: 1 | -1;
  /** Share in the one θ* that is chosen from the front. */
  readonly weight: number;
}

/** A design as it is run: targets, bounds of θ, budget. `parseDesignSpec` makes one of a file. */
export interface DesignSpec {
  /** For reports and files. */
  readonly name: string;
  /** Model, free parameters with their bounds, and what is held. */
  readonly space: DesignSpace;
  /** How structures are measured: window, voxel, axis, solver, cell. */
  readonly measured: Measured;
  /** None: the targets themselves, as near as can be. */
  readonly objectives: readonly Objective[];
  /** What must hold. */
  readonly limits: readonly Limit[];
  /** Table whose rows train the surrogate, by its path beside the design file. */
  readonly start: string | null;
  /** How much may be simulated. */
  readonly budget: {
    /** Points that fill the space before anything is known; less the rows of `start`. */
    readonly initial: number;
    /** Rounds of candidates and a confirmation each, at most. */
    readonly rounds: number;
    /** Candidates of a round. */
    readonly batch: number;
    /** Points of the front of several objectives. */
    readonly front: number;
  };
  /** How a θ is confirmed. */
  readonly confirm: {
    /** Fresh structures of a θ that is confirmed. */
    readonly realisations: number;
    /** Of the intervals. */
    readonly level: number;
  };
  /** common: all points before a confirmation are drawn from the same random numbers. */
  readonly randomNumbers: 'independent' | 'common';
}

/** What a design file does not say; `size` in voxels. */
export const DESIGN_DEFAULTS = {
  name: 'design', model: 'three-phase', size: 64, voxelSizeUm: 0.2,
  budget: { initial: 24, rounds: 6, batch: 4, front: 6 },
  confirm: { realisations: 4, level: 0.95 },
  randomNumbers: 'independent',
} as const;

/** Keys of the file that say how structures are measured, as in a study. */
const MEASURED = ['size', 'voxelSizeUm', 'axis', 'seed', 'constrictivity', 'transport', 'cell'];
const KEYS = [
  'name', 'model', ...MEASURED, 'parameters', 'maximise', 'minimise', 'constraints', 'targets', 'start', 'budget',
  'confirm', 'randomNumbers',
];

/** Described in every design, so that structures can be compared: what tells cathodes apart at little cost. */
const ALWAYS = ['volumeFraction', 'specificSurfaceArea', 'meanGeodesicTortuosity'];

function readObjectives(
  check: Checker, value: unknown, key: 'maximise' | 'minimise', columns: readonly Column[],
): Objective[] {
  if (value === undefined) return [];
  const sign = key === 'maximise' ? 1 : -1;
  const one = (item: unknown, path: Path, weight: number): Objective[] => {
    const column = readColumn(check, item, path, columns);
    return column === null ? [] : [{ column, sign, weight }];
  };
  if (typeof value === 'string') return one(value, [key], 1);
  if (Array.isArray(value)) return value.flatMap((item, i) => one(item, [key, i], 1));
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([column, weight]) =>
      one(column, [key, column], check.number(weight, [key, column], { above: 0 }, 1)));
  }
  check.fail([key], `${key} must be a quantity, a list of them or quantities with weights, got ${quoted(value)}`);
  return [];
}

/** All columns that structures of a model can have. */
export function designColumns(model: AnyModel, measured: Pick<Measured, 'cell'>): Column[] {
  const phases = model.phases().map(({ label }) => label);
  return [
    ...columnsOf(phases, STUDY_QUANTITIES.map(quantityKey)),
    ...(measured.cell === undefined ? [] : cellColumns(measured.cell)),
  ];
}

/** The phases and descriptors that the columns of a design are of. */
function measuredFor(base: Measured, model: AnyModel, asked: readonly Column[]): Measured {
  const labels: readonly Phase[] = model.phases().map(({ label }) => label);
  const has = (column: Column, phase: Phase): boolean =>
    columnsOf([phase], STUDY_QUANTITIES.map(quantityKey)).includes(column);
  const solid = labels.filter((label) => label !== labels.at(-1));
  const phases = labels.filter((label) => solid.includes(label) || asked.some((column) => has(column, label)));
  const descriptors = QUANTITIES.map(quantityKey).filter((name) =>
    ALWAYS.includes(name) || asked.some((column) => columnsOf(phases, [name]).includes(column)));
  const { size, voxelSizeUm, axis, seed, constrictivity, transport, cell } = base;
  return {
    size, voxelSizeUm, phases, descriptors, axis, seed, constrictivity, transport, ...(cell !== undefined && { cell }),
  };
}

function read(check: Checker, value: unknown, locate: (issue: Issue) => string): DesignSpec | null {
  const base = DESIGN_DEFAULTS;
  const map = check.mapping(value, [], KEYS) ?? {};
  const model = findModel(map.model ?? base.model);
  if (model === null) check.fail(['model'], unknownModel(map.model, MODEL_NAMES));
  if (map.name !== undefined && (typeof map.name !== 'string' || !/^[\w.+ -]{1,100}$/.test(map.name))) {
    check.fail(['name'], `name must be a text of 1 to 100 letters, digits and _ . + -, got ${quoted(map.name)}`);
  }
  check.refuse(locate);
  if (model === null) return null;
  const given = Object.fromEntries(MEASURED.flatMap((key) => (map[key] === undefined ? [] : [[key, map[key]]])));
  const settings = parseStudySpec({ size: base.size, voxelSizeUm: base.voxelSizeUm, ...given }, locate);
  const space = readSpace(check, map.parameters, model, settings.voxelSizeUm);
  const columns = designColumns(model, settings);
  const objectives =
    (['maximise', 'minimise'] as const).flatMap((key) => readObjectives(check, map[key], key, columns));
  objectives.forEach(({ column }, i) => {
    if (objectives.findIndex((other) => other.column === column) < i) {
      check.fail([], `${column} is an objective twice; name it once`);
    }
  });
  const limits = (['constraints', 'targets'] as const).flatMap((section) =>
    check.list(map[section], [section], 0, (item, path) => readLimit(check, item, path, section, columns), [])
      .filter((limit) => limit !== null));
  if (objectives.length === 0 && !limits.some(({ target }) => target !== null) && check.issues.length === 0) {
    check.fail([], 'a design needs something to reach: maximise, minimise or targets, such as "maximise: mFactor1"');
  }
  const labels = model.phases().map(({ label }) => label);
  for (const { limits: [first], message } of contradictions(limits, labels)) {
    const { place } = limits[first];
    const [section, index] = place.replace(']', '').split('[');
    check.fail([section, Number(index)], `no structure can have this: ${message}`);
  }
  if (map.start !== undefined && (typeof map.start !== 'string' || map.start === '')) {
    check.fail(['start'], `start must be the path of a table, such as out/laptop/table.csv, got ${quoted(map.start)}`);
  }
  const budget = check.mapping(map.budget, ['budget'], Object.keys(base.budget)) ?? {};
  const count = (key: keyof typeof base.budget, min: number): number =>
    check.number(budget[key], ['budget', key], { min, max: 10_000, whole: true }, base.budget[key]);
  const confirm = check.mapping(map.confirm, ['confirm'], Object.keys(base.confirm)) ?? {};
  const asked = [...objectives.map(({ column }) => column), ...limits.map(({ column }) => column)];
  return {
    name: typeof map.name === 'string' ? map.name : base.name, space, measured: measuredFor(settings, model, asked),
    objectives, limits,
    start: typeof map.start === 'string' ? map.start : null,
    budget: {
      initial: count('initial', 3), rounds: count('rounds', 1), batch: count('batch', 1), front: count('front', 2),
    },
    confirm: {
      realisations: check.number(
        confirm.realisations, ['confirm', 'realisations'], { min: 2, max: 1000, whole: true },
        base.confirm.realisations,
      ),
      level: check.number(confirm.level, ['confirm', 'level'], { above: 0, below: 1 }, base.confirm.level),
    },
    randomNumbers: check.choice(
      map.randomNumbers, ['randomNumbers'], ['independent', 'common'], base.randomNumbers,
    ),
  };
}

/** Checks an untyped design (what a YAML or JSON file holds) and fills in DESIGN_DEFAULTS.
 *  @param locate says where in a file a path stands, e.g. "targets.yaml:3:1"; default: "design".
 *  @throws SpecError with one line per problem: unknown quantities, contradictions, bounds outside of the model */
export function parseDesignSpec(value: unknown, locate: (issue: Issue) => string = () => 'design'): DesignSpec {
  checkArguments('parseDesignSpec', { locate: [locate, 'function'] });
  const check = new Checker('the design');
  const spec = read(check, value, locate);
  check.refuse(locate);
  return spec!;
}

/** The columns that objectives and limits are of, each once. */
export const askedColumns = ({ objectives, limits }: Pick<DesignSpec, 'objectives' | 'limits'>): Column[] =>
  [...new Set([...objectives, ...limits].map(({ column }) => column))];

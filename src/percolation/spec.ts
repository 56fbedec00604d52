// Sweeps and thresholds as files say them.
import { checkArguments } from '../core/arguments.js';
import { Checker, type Issue } from '../core/check.js';
import { AXES, type Axis, type Face, type Neighbourhood } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { readValues } from '../core/values.js';
import { AM, SE, type Phase } from '../core/volume.js';
import { readAdditive, type Additive } from '../networks/additive.js';
import { SWEEP_NAMES, type SweepQuantityName } from './quantities.js';

/** A specification of a structure as it stands in a file: read once the varied settings are in it. */
export type Template = Readonly<Record<string, unknown>>;

/** A setting of the structure, or `thickness` (µm along the axis), and the values that it takes. */
export interface Varied {
  readonly name: string;
  /** In the unit of the setting. */
  readonly values: readonly number[];
}

interface Common {
  readonly name: string;
  readonly axis: Axis;
  readonly neighbourhood: Neighbourhood;
  readonly seed: number;
}

/** Structures over values of one or more settings, and what their networks are good for. */
export interface SweepSpec extends Common {
  readonly kind: 'sweep';
  /** null: the structures are images. */
  readonly structure: Template | null;
  /** The first is that along which charts go, unless there is an additive. */
  readonly vary: readonly Varied[];
  /** Phase that is added to every structure, content by content; null: none. */
  readonly additive: Additive | null;
  /** Label of the active material. */
  readonly active: Phase;
  /** Label of the electrolyte. */
  readonly electrolyte: Phase;
  /** Labels beside the active material that conduct electrons; the additive is one. */
  readonly conductors: readonly Phase[];
  /** Face at the current collector; the separator is opposite. */
  readonly collector: Face;
  /** Structures of each place. */
  readonly realisations: number;
  /** g/cm³ by label. */
  readonly densities: Readonly<Record<Phase, number>>;
  /** Capacity of the active material, mAh/g; null: none is told. */
  readonly specificCapacity: number | null;
  /** Electronic conductivity, S/m by label; null: it is not solved for. */
  readonly electronic: Readonly<Record<Phase, number>> | null;
  /** Ionic conductivity, S/m by label; null: it is not solved for. */
  readonly ionic: Readonly<Record<Phase, number>> | null;
  /** The least value that a quantity must have. */
  readonly limits: Readonly<Partial<Record<SweepQuantityName, number>>>;
}

/** Systems whose threshold is sought. */
export type SystemName = 'voxels' | 'spheres' | 'levels' | 'model' | 'insert';

/** Windows of several sizes in which the content is sought at which they are spanned. */
export interface ThresholdSpec extends Common {
  readonly kind: 'threshold';
  /** `voxels` at random; overlapping `spheres` off any lattice; `levels` of the first field of a model, from its
   *  highest value on; an `insert`ed phase in a model; a `model` of which one setting is varied. */
  readonly system: SystemName;
  /** Edges of the windows: voxels, or of spheres the unit of the diameters. */
  readonly sizes: readonly number[];
  /** Structures of each window, and of `model` for each value. */
  readonly runs: number;
  /** Specification of the model; null where the system has none. */
  readonly structure: Template | null;
  /** Label that is to span, in `model`. */
  readonly phase: Phase;
  /** The setting that is varied, in `model`. */
  readonly vary: Varied | null;
  /** What is inserted, in `insert`. */
  readonly additive: Omit<Additive, 'fractions'> | null;
  /** Diameters and shares of the number, in `spheres`. */
  readonly spheres: readonly { readonly diameter: number; readonly share: number }[];
}

/** A percolation file as it is run: `parsePercolation` makes one. */
export type PercolationSpec = SweepSpec | ThresholdSpec;

export const SWEEP_DEFAULTS = {
  axis: 'z', neighbourhood: 6, seed: 1, active: AM, electrolyte: SE, collector: 'high', realisations: 8,
  limit: 0.95,
} as const;

export const THRESHOLD_SPEC_DEFAULTS = { sizes: [16, 24, 32, 48, 64], runs: 200, phase: AM } as const;

const COMMON = ['kind', 'name', 'axis', 'neighbourhood', 'seed', 'structure', 'vary', 'additive'];
const SWEEP_KEYS = [
  ...COMMON, 'active', 'electrolyte', 'conductors', 'collector', 'realisations', 'densities', 'specificCapacity',
  'electronic', 'ionic', 'limits',
];
const THRESHOLD_KEYS = [...COMMON, 'system', 'sizes', 'runs', 'phase', 'spheres'];
const SYSTEMS = ['voxels', 'spheres', 'levels', 'model', 'insert'] as const;

type Map = Readonly<Record<string, unknown>>;
const LABEL = { min: 0, max: 255, whole: true } as const;
function readVary(check: Checker, value: unknown): Varied[] {
  if (value === undefined) return [];
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    check.fail(['vary'], `vary must be a mapping such as "activeShare: [0.5, 0.6, 0.7]", got ${quoted(value)}`);
    return [];
  }
  return Object.entries(value).map(([name, values]) => ({ name, values: readValues(check, values, ['vary', name]) }));
}

function readByLabel(check: Checker, value: unknown, key: string): Record<Phase, number> {
  if (value === undefined) return {};
  const map = check.mapping(value, [key], Array.from({ length: 256 }, (_, label) => String(label))) ?? {};
  return Object.fromEntries(Object.entries(map).map(([label, number]) =>
    [Number(label), check.number(number, [key, label], { min: 0 }, 0)]));
}

function readCommon(check: Checker, map: Map, name: string): Common {
  const neighbourhood = check.number(map.neighbourhood, ['neighbourhood'], {}, SWEEP_DEFAULTS.neighbourhood);
  if (![6, 18, 26].includes(neighbourhood)) {
    check.fail(['neighbourhood'], `neighbourhood must be 6, 18 or 26, got ${neighbourhood}`);
  }
  if (map.name !== undefined && (typeof map.name !== 'string' || map.name === '' || map.name.length > 100)) {
    check.fail(['name'], `name must be a text of 1 to 100 characters, got ${quoted(map.name)}`);
  }
  return {
    name: typeof map.name === 'string' ? map.name : name,
    axis: check.choice<Axis>(map.axis, ['axis'], AXES, SWEEP_DEFAULTS.axis),
    neighbourhood: neighbourhood as Neighbourhood,
    seed: check.number(map.seed, ['seed'], { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true }, SWEEP_DEFAULTS.seed),
  };
}

function readTemplate(check: Checker, value: unknown): Template | null {
  if (value === undefined) return null;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    check.fail(['structure'], `structure must be a specification such as "model: packing", got ${quoted(value)}`);
    return null;
  }
  return value as Template;
}

function readLimits(check: Checker, value: unknown): SweepSpec['limits'] {
  if (value === undefined) return { activeUtilisation: SWEEP_DEFAULTS.limit };
  const map = check.mapping(value, ['limits'], SWEEP_NAMES) ?? {};
  return Object.fromEntries(Object.entries(map).map(([name, limit]) =>
    [name, check.number(limit, ['limits', name], {}, SWEEP_DEFAULTS.limit)]));
}

function readSweep(check: Checker, map: Map, name: string, images: boolean): SweepSpec {
  const common = readCommon(check, map, name);
  const structure = readTemplate(check, map.structure);
  const vary = readVary(check, map.vary);
  const additive = readAdditive(check, map.additive, true);
  if (structure === null && !images) check.fail([], 'a sweep needs a structure, such as "structure: {model: packing}"');
  if (vary.length === 0 && additive === null) {
    check.fail([], 'nothing is varied: give vary, such as "vary: {activeShare: [0.5, 0.6]}", or an additive');
  }
  const role = (key: 'active' | 'electrolyte'): Phase => check.number(map[key], [key], LABEL, SWEEP_DEFAULTS[key]);
  const byLabel = (key: 'electronic' | 'ionic'): Record<Phase, number> | null =>
    (map[key] === undefined ? null : readByLabel(check, map[key], key));
  const conductors =
    check.list(map.conductors, ['conductors'], 0, (item, path) => check.number(item, path, LABEL, 0), []);
  return {
    kind: 'sweep', ...common, structure, vary, additive, active: role('active'), electrolyte: role('electrolyte'),
    conductors: additive === null ? conductors : [...new Set([...conductors, additive.label])],
    collector: check.choice<Face>(map.collector, ['collector'], ['low', 'high'], SWEEP_DEFAULTS.collector),
    realisations: check.number(
      map.realisations, ['realisations'], { min: 1, max: 10_000, whole: true }, SWEEP_DEFAULTS.realisations,
    ),
    densities: readByLabel(check, map.densities, 'densities'),
    specificCapacity: map.specificCapacity === undefined
      ? null : check.number(map.specificCapacity, ['specificCapacity'], { above: 0 }, 1),
    electronic: byLabel('electronic'), ionic: byLabel('ionic'), limits: readLimits(check, map.limits),
  };
}

function readThreshold(check: Checker, map: Map, name: string): ThresholdSpec {
  const common = readCommon(check, map, name);
  const base = THRESHOLD_SPEC_DEFAULTS;
  if (map.system === undefined) check.fail([], `a threshold needs a system; there are ${SYSTEMS.join(', ')}`);
  const system = check.choice<SystemName>(map.system, ['system'], SYSTEMS, 'voxels');
  const vary = readVary(check, map.vary);
  const structure = readTemplate(check, map.structure);
  const additive = readAdditive(check, map.additive, false);
  const needs = (wanted: boolean, there: boolean, key: string): void => {
    if (wanted && !there) check.fail([], `system ${system} needs ${key}`);
    if (!wanted && there) check.fail([key], `${key} does not belong to the system ${system}`, true);
  };
  needs(['levels', 'model', 'insert'].includes(system), structure !== null, 'structure');
  needs(system === 'model', map.vary !== undefined, 'vary');
  needs(system === 'insert', additive !== null, 'additive');
  needs(system === 'spheres', map.spheres !== undefined, 'spheres');
  if (vary.length > 1) check.fail(['vary'], `one setting is varied, got ${vary.map((one) => one.name).join(', ')}`);
  const sizes = check.list(
    map.sizes, ['sizes'], 2,
    (item, path) => check.number(item, path, system === 'spheres' ? { above: 0 } : { min: 4, whole: true }, 16),
    base.sizes,
  );
  return {
    kind: 'threshold', ...common, system, sizes,
    runs: check.number(map.runs, ['runs'], { min: 8, max: 1e6, whole: true }, base.runs),
    structure, phase: check.number(map.phase, ['phase'], LABEL, base.phase), vary: vary[0] ?? null, additive,
    spheres: check.list(map.spheres, ['spheres'], 1, (item, path) => {
      const one = check.mapping(item, path, ['diameter', 'share']) ?? {};
      return {
        diameter: check.number(one.diameter, [...path, 'diameter'], { above: 0 }, 1),
        share: check.number(one.share, [...path, 'share'], { above: 0, max: 1 }, 1),
      };
    }, []),
  };
}

/** Checks an untyped specification (what a YAML or JSON file holds) and fills in what it does not say.
 *  @param locate says where in a file a path stands; default: "percolation".
 *  @param name of a specification that has none
 *  @throws SpecError with one line per problem, the first few of them. */
export function parsePercolation(
  value: unknown, locate: (issue: Issue) => string = () => 'percolation', name = 'percolation',
): PercolationSpec {
  checkArguments('parsePercolation', { locate: [locate, 'function'], name: [name, 'text'] });
  return parse(value, locate, name, false);
}

/** Checks the specification of a sweep over an additive in images, as `parsePercolation` does that of others.
 *  @param name of a specification that has none
 *  @throws SpecError with one line per problem, the first few of them. */
export function parseImageSweep(value: unknown, locate: (issue: Issue) => string, name: string): SweepSpec {
  checkArguments('parseImageSweep', { locate: [locate, 'function'], name: [name, 'text'] });
  return parse(value, locate, name, true) as SweepSpec;
}

function parse(value: unknown, locate: (issue: Issue) => string, name: string, images: boolean): PercolationSpec {
  const check = new Checker('the specification');
  const threshold = value !== null && typeof value === 'object' && (value as Map).kind === 'threshold';
  const map = check.mapping(value ?? null, [], threshold ? THRESHOLD_KEYS : SWEEP_KEYS) ?? {};
  check.choice(map.kind, ['kind'], ['sweep', 'threshold'], 'sweep');
  const spec = threshold ? readThreshold(check, map, name) : readSweep(check, map, name, images);
  check.refuse(locate);
  return spec;
}

// A cell file, as plain values, into a cell. Every number has a unit and a source; what is missing, negative or of
// another unit is told with its place, all of it at once.
import { Checker, nameOf, type Issue, type Path } from '../../core/check.js';
import { SpecError } from '../../core/errors.js';
import { significant } from '../../core/text.js';
import {
  capacityOf, fluxFactor, layoutOf, type Cell, type ElectrolytePhase, type Kinetics, type Layout,
  type PorousAdditive, type Region,
} from '../cell.js';
import type { Curve } from '../curves/curve.js';
import type { Electrolyte } from '../electrolytes/electrolyte.js';
import { asymmetricExchange } from '../exchange-current/asymmetric.js';
import { constantExchange } from '../exchange-current/constant.js';
import type { ExchangeCurrent } from '../exchange-current/exchange-current.js';
import { latzExchange } from '../exchange-current/latz.js';
import { measuredExchange } from '../exchange-current/measured.js';
import { newmanExchange } from '../exchange-current/newman.js';
import { QuantityReader, type Range, type SourcedEntry } from './quantity.js';
import type { Dimension } from './units.js';

/** A cell with what is known about its numbers. */
export interface CellDescription {
  /** In SI units. */
  readonly cell: Cell;
  /** Every number of the file, in its order, with unit and source. */
  readonly entries: readonly SourcedEntry[];
  /** Charge that C-rates refer to, in C/m²: given, or from the start to the end of an electrode's window. */
  readonly nominalCapacity: number;
  /** The same where the file gives it. */
  readonly statedCapacity: number | null;
  /** aR/(3ε) of every porous electrode, negative to positive. */
  readonly fluxFactors: readonly number[];
  /** In kg/m², by component; empty where the file has no densities. */
  readonly masses: Readonly<Record<string, number>>;
  /** Of all regions, in m. */
  readonly thickness: number;
}

const EXCHANGE_KINDS = ['constant', 'newman', 'latz', 'asymmetric', 'measured'] as const;
const REGION_KINDS = ['current-collector', 'lithium-foil', 'separator', 'porous-electrode'] as const;
const FRACTION = { above: 0, max: 1 };
const POSITIVE = { above: 0 };
const NOT_NEGATIVE = { min: 0 };
/** Room for the rounding of volume fractions that add up to 1. */
const FULL = 1 + 1e-6;

/** A mapping of the file with its place. */
class Entry {
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(
    private readonly check: Checker, private readonly read: QuantityReader, value: unknown, readonly path: Path,
    keys: readonly string[],
  ) {
    this.values = check.mapping(value, path, keys) ?? {};
  }

  get(key: string): unknown {
    return this.values[key];
  }

  at(key: string): Path {
    return [...this.path, key];
  }

  has(key: string): boolean {
    return this.values[key] !== undefined;
  }

  number(key: string, dimension: Dimension, range: Range, fallback?: number): number {
    return this.read.number(this.values[key], this.at(key), dimension, range, fallback);
  }

  curve(key: string, dimension: Dimension, variable: 'x' | 'c', range: Range): Curve {
    return this.read.curve(this.values[key], this.at(key), dimension, variable, range);
  }

  inside(key: string, keys: readonly string[]): Entry {
    return new Entry(this.check, this.read, this.values[key], this.at(key), keys);
  }

  /** One of several words, which must be there. */
  kind<T extends string>(words: readonly T[]): T | null {
    const given = this.values.kind;
    if (given === undefined) {
      this.check.fail(this.path, `${nameOf(this.path)} needs a kind: one of ${words.join(', ')}`);
      return null;
    }
    const found = this.check.choice(given, this.at('kind'), words, words[0]);
    return found === given ? found : null;
  }

  /** @param text what is wrong, behind the name of the entry */
  fail(key: string, text: string): void {
    this.check.fail(this.at(key), `${nameOf(this.at(key))} ${text}`);
  }
}

class CellReader {
  readonly check = new Checker('the cell file');
  readonly read = new QuantityReader(this.check, 298.15, nameOf);
  readonly masses: Record<string, number> = {};
  thickness = 0;
  private readonly electrolytes = new Map<string, Electrolyte>();
  private readonly densities = new Map<string, number>();

  private entry(value: unknown, path: Path, keys: readonly string[]): Entry {
    return new Entry(this.check, this.read, value, path, keys);
  }

  cell(value: unknown): { cell: Cell; nominal: number | null } {
    if (value === null) this.check.fail([], 'the cell file is empty; "regions" is where to begin');
    const keys = ['name', 'temperature', 'voltage', 'nominalCapacity', 'electrolytes', 'regions'];
    const root = this.entry(value ?? undefined, [], keys);
    const temperature = root.number('temperature', 'temperature', { min: 200, max: 500 }, 298.15);
    this.read.temperature = temperature;
    const name = root.get('name') ?? 'cell';
    if (typeof name !== 'string') root.fail('name', 'must be a text');
    const voltage = root.inside('voltage', ['lower', 'upper']);
    const [low, high] = ['lower', 'upper'].map((end) => voltage.number(end, 'voltage', { min: -10, max: 10 }));
    if (low >= high) root.fail('voltage', `has a lower limit of ${low} V, not below the upper one of ${high} V`);
    const nominal = root.has('nominalCapacity')
      ? root.number('nominalCapacity', 'capacity per area', POSITIVE) : null;
    const electrolytes = this.check.mapping(
      root.get('electrolytes'), ['electrolytes'], Object.keys(Object(root.get('electrolytes'))),
    ) ?? {};
    for (const [key, item] of Object.entries(electrolytes)) this.electrolyte(key, item);
    const list = root.get('regions');
    if (!Array.isArray(list)) root.fail('regions', `must be a list of ${REGION_KINDS.join(', ')}`);
    const regions = (Array.isArray(list) ? list as unknown[] : [])
      .map((region, i) => this.region(region, ['regions', i]));
    const cell: Cell = {
      name: String(name), temperature, voltageLimits: [low, high],
      regions: regions.filter((region) => region !== null),
    };
    return { cell, nominal };
  }

  private electrolyte(key: string, value: unknown): void {
    const entry = this.entry(value, ['electrolytes', key], [
      'kind', 'density', 'conductivity',
      ...(Object(value).kind === 'binary'
        ? ['concentration', 'diffusivity', 'transferenceNumber', 'thermodynamicFactor'] : []),
    ]);
    const kind = entry.kind(['single-ion', 'binary']);
    if (entry.has('density')) this.densities.set(key, entry.number('density', 'density', POSITIVE));
    if (kind === 'single-ion') {
      this.electrolytes.set(key, { kind, conductivity: entry.number('conductivity', 'conductivity', POSITIVE) });
    } else if (kind === 'binary') {
      this.electrolytes.set(key, {
        kind,
        concentration: entry.number('concentration', 'concentration', POSITIVE),
        conductivity: entry.curve('conductivity', 'conductivity', 'c', POSITIVE),
        diffusivity: entry.curve('diffusivity', 'diffusivity', 'c', POSITIVE),
        transferenceNumber: entry.curve('transferenceNumber', 'number', 'c', { min: -1, below: 1 }),
        thermodynamicFactor: entry.curve('thermodynamicFactor', 'number', 'c', POSITIVE),
      });
    }
  }

  private region(value: unknown, path: Path): Region | null {
    const keys = {
      'current-collector': ['thickness', 'density', 'contactResistance'],
      'lithium-foil': ['thickness', 'density', 'exchangeCurrent'],
      separator: ['thickness', 'electrolyte'],
      'porous-electrode': ['thickness', 'electrolyte', 'active', 'area', 'kinetics', 'conductivity', 'mFactor',
        'additive'],
    } as const;
    const given = String(Object(value).kind);
    const own = Object.hasOwn(keys, given) ? keys[given as keyof typeof keys] : Object.keys(Object(value));
    const entry = this.entry(value, path, ['kind', ...own]);
    switch (entry.kind(REGION_KINDS)) {
      case null: return null;
      case 'current-collector': {
        this.sheet(entry, 'current collectors');
        return {
          kind: 'current-collector',
          contactResistance: entry.number('contactResistance', 'area resistance', NOT_NEGATIVE, 0),
        };
      }
      case 'lithium-foil': {
        this.sheet(entry, 'lithium foil');
        const exchangeCurrent = entry.has('exchangeCurrent')
          ? entry.number('exchangeCurrent', 'current density', POSITIVE) : null;
        return { kind: 'lithium-foil', exchangeCurrent };
      }
      case 'separator': {
        const thickness = entry.number('thickness', 'length', POSITIVE);
        this.thickness += thickness;
        return { kind: 'separator', thickness, electrolyte: this.phase(entry, thickness) };
      }
      case 'porous-electrode': return this.electrode(entry);
    }
  }

  /** Thickness and mass of a plain sheet, both optional. */
  private sheet(entry: Entry, name: string): void {
    const thickness = entry.number('thickness', 'length', POSITIVE, 0);
    this.thickness += thickness;
    this.weigh(name, thickness * entry.number('density', 'density', POSITIVE, 0));
  }

  private weigh(name: string, mass: number): void {
    if (mass > 0) this.masses[name] = (this.masses[name] ?? 0) + mass;
  }

  private phase(region: Entry, thickness: number): ElectrolytePhase {
    const entry = region.inside('electrolyte', ['of', 'volumeFraction', 'mFactor']);
    const name = String(entry.get('of'));
    const electrolyte = this.electrolytes.get(name);
    if (electrolyte === undefined) {
      const names = [...this.electrolytes.keys()].join(', ') || 'none yet';
      entry.fail('of', `must name one of the file's electrolytes (${names})`);
    }
    const volumeFraction = entry.number('volumeFraction', 'number', FRACTION);
    this.weigh('electrolyte', (this.densities.get(name) ?? 0) * volumeFraction * thickness);
    return {
      electrolyte: electrolyte ?? { kind: 'single-ion', conductivity: NaN },
      volumeFraction,
      mFactor: entry.number('mFactor', 'number', FRACTION),
    };
  }

  private electrode(entry: Entry): Region {
    const thickness = entry.number('thickness', 'length', POSITIVE);
    this.thickness += thickness;
    const electrolyte = this.phase(entry, thickness);
    const active = entry.inside('active', [
      'volumeFraction', 'maximumConcentration', 'radius', 'diffusivity', 'potential', 'stoichiometry', 'window',
      'density',
    ]);
    const volumeFraction = active.number('volumeFraction', 'number', FRACTION);
    const radius = active.number('radius', 'length', POSITIVE);
    this.weigh('active material', active.number('density', 'density', POSITIVE, 0) * volumeFraction * thickness);
    const conductivity = entry.number('conductivity', 'conductivity', POSITIVE);
    const sum = volumeFraction + electrolyte.volumeFraction;
    if (sum > FULL) {
      entry.fail('active', `and its electrolyte: volume fractions add up to ${significant(sum)}, more than 1`);
    }
    return {
      kind: 'porous-electrode',
      thickness,
      active: {
        volumeFraction, radius,
        maximumConcentration: active.number('maximumConcentration', 'concentration', POSITIVE),
        ...this.filling(active),
      },
      area: entry.get('area') === 'spheres' ? (3 * volumeFraction) / radius
        : entry.number('area', 'area per volume', POSITIVE),
      kinetics: this.kinetics(entry.inside('kinetics', [
        'exchangeCurrent', 'transferCoefficient', 'filmResistance', 'capacitance',
      ])),
      electrolyte,
      electronicConductivity: conductivity * entry.number('mFactor', 'number', FRACTION),
      bulkConductivity: conductivity,
      ...(entry.has('additive') ? { additive: this.additive(entry) } : {}),
    };
  }

  private additive(electrode: Entry): PorousAdditive {
    const entry = electrode.inside('additive', ['conductivity', 'porosity', 'mFactor', 'reactingShare']);
    const porosity = entry.number('porosity', 'number', FRACTION);
    return {
      conductivity: entry.number('conductivity', 'conductivity', POSITIVE), porosity,
      mFactor: entry.number('mFactor', 'number', FRACTION),
      reactingShare: entry.number('reactingShare', 'number', { min: 0, max: 1 }, porosity),
    };
  }

  /** What depends on the stoichiometry, and where it may lie. */
  private filling(active: Entry): {
    stoichiometry: number; window: readonly [number, number]; potential: Curve; diffusivity: Curve;
  } {
    const ends = active.inside('window', ['low', 'high']);
    const low = ends.number('low', 'number', { min: 0, max: 1 }, 0);
    const high = ends.number('high', 'number', { min: 0, max: 1 }, 1);
    const stoichiometry = active.number('stoichiometry', 'number', { above: 0, below: 1 });
    const potential = active.curve('potential', 'voltage', 'x', {});
    const diffusivity = active.curve('diffusivity', 'diffusivity', 'x', POSITIVE);
    if (low >= high) active.fail('window', `must have its low end below its high one, got ${low} and ${high}`);
    for (const [what, within] of [['window', [low, high]], ['table of the potential', potential.domain]] as const) {
      if (within !== null && (stoichiometry < within[0] || stoichiometry > within[1])) {
        active.fail('stoichiometry', `of ${stoichiometry} lies outside its ${what}, ${within.join(' to ')}`);
      }
    }
    const start = diffusivity.value(stoichiometry);
    if (start <= 0) active.fail('diffusivity', `must be > 0, got ${significant(start)} m^2/s at the start`);
    return { stoichiometry, window: [low, high], potential, diffusivity };
  }

  private kinetics(entry: Entry): Kinetics {
    return {
      exchangeCurrent: this.exchange(entry.get('exchangeCurrent'), entry.at('exchangeCurrent')),
      transferCoefficient: entry.number('transferCoefficient', 'number', { above: 0, below: 1 }, 0.5),
      filmResistance: entry.number('filmResistance', 'area resistance', NOT_NEGATIVE, 0),
      capacitance: entry.number('capacitance', 'capacitance', NOT_NEGATIVE, 0),
    };
  }

  private exchange(value: unknown, path: Path): ExchangeCurrent {
    const { alpha, kind: given, ...rest } = Object(value) as Record<string, unknown>;
    const entry = this.entry({ kind: given, alpha }, path, ['kind', 'alpha']);
    const kind = entry.kind(EXCHANGE_KINDS);
    if (kind === null) return constantExchange(NaN);
    if (alpha !== undefined && kind !== 'asymmetric') entry.fail('alpha', 'belongs to kind asymmetric only');
    if (kind === 'measured') return measuredExchange(this.read.curve(rest, path, 'current density', 'x', POSITIVE));
    const i0 = this.read.number(rest, path, 'current density', POSITIVE);
    if (kind === 'asymmetric') {
      const ok = typeof alpha === 'number' && alpha > 0 && alpha < 1;
      if (!ok) entry.fail('alpha', 'must be a number between 0 and 1');
      return asymmetricExchange(i0, ok ? alpha : 0.5);
    }
    return { constant: constantExchange, newman: newmanExchange, latz: latzExchange }[kind](i0);
  }
}

/** Charge from the start to where the first electrode is empty or full. */
function theoreticalCapacity({ negative, positive }: Layout): number {
  const room = capacityOf(positive) * (positive.active.window[1] - positive.active.stoichiometry);
  if (negative === null) return room;
  return Math.min(room, capacityOf(negative) * (negative.active.stoichiometry - negative.active.window[0]));
}

/** A cell from the plain values of its file, checked entry by entry.
 *  @param value the file as plain lists and mappings
 *  @param locate "file:line:column" of an issue
 *  @throws SpecError with every problem that was found, one line each */
export function readCell(value: unknown, locate: (issue: Issue) => string): CellDescription {
  const reader = new CellReader();
  const { cell, nominal } = reader.cell(value);
  let layout: Layout | null = null;
  if (reader.check.issues.length === 0) {
    try {
      layout = layoutOf(cell);
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      reader.check.fail(['regions'], error.message);
    }
  }
  reader.check.refuse(locate);
  const { negative, positive } = layout!;
  return {
    cell,
    entries: reader.read.entries,
    nominalCapacity: nominal ?? theoreticalCapacity(layout!),
    statedCapacity: nominal,
    fluxFactors: (negative === null ? [positive] : [negative, positive]).map(fluxFactor),
    masses: reader.masses,
    thickness: reader.thickness,
  };
}

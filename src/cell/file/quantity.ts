// Numbers and curves of a cell file: every one with its unit and its source.
import type { Checker, Path } from '../../core/check.js';
import { SpecError } from '../../core/errors.js';
import { closest } from '../../core/names.js';
import { quoted } from '../../core/quote.js';
import { exp } from '../../numeric/elementary.js';
import { GAS_CONSTANT } from '../constants.js';
import { constant, multipleOf, type Curve } from '../curves/curve.js';
import { expression } from '../curves/expression.js';
import { table, TABLE_SCALES } from '../curves/table.js';
import { measuredBy, unitFactor, UNITS, type Dimension } from './units.js';

/** One entry of the file, as the model card lists it. */
export interface SourcedEntry {
  /** "regions[2].thickness" */
  readonly path: string;
  /** As written: a number, or "expression" or "table of 75 points". */
  readonly value: number | string;
  /** As written. */
  readonly unit: string;
  /** Where the number comes from, as written. */
  readonly source: string;
}

/** Least and most that a number may be, in SI. */
export interface Range {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  readonly below?: number;
}

const KEYS = ['value', 'unit', 'source', 'activationEnergy', 'referenceTemperature'] as const;
const CURVE_KEYS = [...KEYS, 'expression', 'x', 'y', 'scale', 'variableUnit'] as const;
const REFERENCE_TEMPERATURE = 298.15;

/** Reads entries against a checker and remembers where they came from. */
export class QuantityReader {
  readonly entries: SourcedEntry[] = [];
  private readonly nameOf: (path: Path) => string;

  /** @param temperature of the cell in K: values with an activation energy are taken to it */
  constructor(private readonly check: Checker, public temperature: number, name: (path: Path) => string) {
    this.nameOf = name;
  }

  /** A number in SI. @param fallback where the file has none; undefined where it must */
  number(value: unknown, path: Path, dimension: Dimension, range: Range, fallback?: number): number {
    if (value === undefined) {
      if (fallback !== undefined) return fallback;
      this.missing(path, dimension);
      return NaN;
    }
    const entry = this.entry(value, path, KEYS, dimension);
    if (entry === null) return NaN;
    const { mapping, factor, unit, source } = entry;
    const si = this.value(mapping.value, path, factor, unit, range);
    this.entries.push({ path: this.nameOf(path), value: mapping.value as number, unit, source });
    return si * this.arrhenius(mapping, path);
  }

  /** A curve in SI over a variable in SI. @param variable its name in expressions, `range` of its values */
  curve(
    value: unknown, path: Path, dimension: Dimension, variable: 'x' | 'c', range: Range, fallback?: number,
  ): Curve {
    if (value === undefined) {
      if (fallback !== undefined) return constant(fallback);
      this.missing(path, dimension);
      return constant(NaN);
    }
    const entry = this.entry(value, path, CURVE_KEYS, dimension);
    if (entry === null) return constant(NaN);
    const { mapping, factor, unit, source } = entry;
    const kinds = [mapping.value, mapping.expression, mapping.y ?? mapping.x].filter((given) => given !== undefined);
    if (kinds.length !== 1) {
      this.check.fail(path, `${this.nameOf(path)} needs one of value, expression, or x and y; got ${quoted(value)}`);
      return constant(NaN);
    }
    const scale = factor * this.arrhenius(mapping, path);
    const note = (written: number | string): void => {
      this.entries.push({ path: this.nameOf(path), value: written, unit, source });
    };
    if (mapping.value !== undefined) {
      note(mapping.value as number);
      const si = this.value(mapping.value, path, factor, unit, range);
      return constant((si / factor) * scale);
    }
    if (mapping.expression !== undefined) {
      note('expression');
      const formula = this.expression(mapping.expression, path, variable);
      return multipleOf(scale, this.inVariable(formula, mapping, path, variable));
    }
    const [x, y] = (['x', 'y'] as const).map((key) => this.numbers(mapping[key], [...path, key]));
    note(`table of ${x.length} points`);
    const kind = this.check.choice(mapping.scale, [...path, 'scale'], TABLE_SCALES, 'linear');
    try {
      return multipleOf(scale, this.inVariable(table(x, y, kind), mapping, path, variable));
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      this.check.fail(path, `${this.nameOf(path)}: ${error.message}`);
      return constant(NaN);
    }
  }

  private missing(path: Path, dimension: Dimension): void {
    const units = Object.keys(UNITS[dimension]).join(', ');
    const expected = `{value, unit, source}, a ${dimension} in ${units}`;
    this.check.fail(path, `${this.nameOf(path)} is missing: expected ${expected}`);
  }

  private entry(value: unknown, path: Path, keys: readonly string[], dimension: Dimension): {
    mapping: Readonly<Record<string, unknown>>; factor: number; unit: string; source: string;
  } | null {
    if (typeof value === 'number' || typeof value === 'string') {
      this.check.fail(path, `${this.nameOf(path)} must be {value, unit, source}, got ${quoted(value)} alone`);
      return null;
    }
    const mapping = this.check.mapping(value, path, keys);
    if (mapping === null) return null;
    const { unit = dimension === 'number' ? '1' : undefined, source } = mapping;
    const units = Object.keys(UNITS[dimension]);
    const factor = unitFactor(dimension, String(unit));
    if (factor === null) {
      const near = typeof unit === 'string' ? closest(unit, units) : null;
      const other = typeof unit === 'string' ? measuredBy(unit) : null;
      const hint = other !== null ? `; it measures a ${other}` : near !== null ? `; did you mean "${near}"?` : '';
      this.check.fail([...path, 'unit'], `${this.nameOf(path)}: unit must be one of ${units.join(', ')} ` +
        `(a ${dimension}), got ${quoted(unit)}${hint}`);
      return null;
    }
    if (typeof source !== 'string' || source.trim() === '') {
      this.check.fail([...path, 'source'], `${this.nameOf(path)} needs a source: a paper, "measured: …" or "assumed"`);
      return null;
    }
    return { mapping, factor, unit: String(unit), source };
  }

  private value(value: unknown, path: Path, factor: number, unit: string, range: Range): number {
    const si = typeof value === 'number' ? value * factor : NaN;
    const { min = -Infinity, above = -Infinity, max = Infinity, below = Infinity } = range;
    if (si >= min && si > above && si <= max && si < below) return si;
    const limits = ([['≥', range.min], ['>', range.above], ['≤', range.max], ['<', range.below]] as const)
      .flatMap(([sign, limit]) => (limit === undefined ? [] : [`${sign} ${limit / factor}`])).join(' and ');
    const what = ['a finite number', limits, unit === '1' ? '' : unit].filter(Boolean).join(' ');
    this.check.fail(path, `${this.nameOf(path)} must be ${what}, got ${quoted(value)}`);
    return NaN;
  }

  private numbers(value: unknown, path: Path): number[] {
    if (Array.isArray(value) && value.every((item) => typeof item === 'number' && Number.isFinite(item))) {
      return value as number[];
    }
    this.check.fail(path, `${this.nameOf(path)} must be a list of numbers, got ${quoted(value)}`);
    return [0, 1];
  }

  private expression(text: unknown, path: Path, variable: string): Curve {
    try {
      return typeof text === 'number' ? constant(text) : expression(String(text), variable);
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      this.check.fail([...path, 'expression'], `${this.nameOf(path)}: ${error.message}`);
      return constant(NaN);
    }
  }

  /** A curve over concentrations in another unit than mol/m³. */
  private inVariable(
    curve: Curve, mapping: Readonly<Record<string, unknown>>, path: Path, variable: 'x' | 'c',
  ): Curve {
    const { variableUnit } = mapping;
    if (variableUnit === undefined || variable === 'x') return curve;
    const factor = unitFactor('concentration', String(variableUnit));
    if (factor === null) {
      const units = Object.keys(UNITS.concentration).join(', ');
      this.check.fail([...path, 'variableUnit'],
        `${this.nameOf(path)}: variableUnit must be one of ${units}, got ${quoted(variableUnit)}`);
      return curve;
    }
    return {
      ...curve, value: (c) => curve.value(c / factor), slope: (c) => curve.slope(c / factor) / factor,
      domain: curve.domain === null ? null : [curve.domain[0] * factor, curve.domain[1] * factor],
    };
  }

  /** e^(E/R (1/T₀ − 1/T)); 1 without an activation energy. */
  private arrhenius(mapping: Readonly<Record<string, unknown>>, path: Path): number {
    if (mapping.activationEnergy === undefined) {
      if (mapping.referenceTemperature !== undefined) {
        this.check.fail([...path, 'referenceTemperature'],
          `${this.nameOf(path)}: a reference temperature means nothing without an activation energy`);
      }
      return 1;
    }
    const energy = this.number(
      mapping.activationEnergy, [...path, 'activationEnergy'], 'activation energy', { min: 0 },
    );
    const reference = this.number(mapping.referenceTemperature, [...path, 'referenceTemperature'], 'temperature',
      { above: 0 }, REFERENCE_TEMPERATURE);
    return exp((energy / GAS_CONSTANT) * (1 / reference - 1 / this.temperature));
  }
}

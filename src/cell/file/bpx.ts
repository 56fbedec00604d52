// BPX, the Battery Parameter eXchange format (bpxstandard.com, 0.1 to 1.x), to and from cell files. Its surface area a
// and particle radius R mean ε = aR/3; its kinetics are j = 2 F k √(c_e/c_e0 · x(1−x)) sinh(Fη/2RT).
import { SpecError } from '../../core/errors.js';
import { suggestion } from '../../core/names.js';
import { quoted } from '../../core/quote.js';
import type { FileEntry } from '../chemistries/chemistry.js';
import { FARADAY } from '../constants.js';

type Section = Readonly<Record<string, unknown>>;

/** Of an electrode, as the standard spells them. */
export const BPX_ELECTRODE_FIELDS: readonly string[] = [
  'Particle radius [m]', 'Thickness [m]', 'Diffusivity [m2.s-1]', 'OCP [V]', 'Conductivity [S.m-1]',
  'Surface area per unit volume [m-1]', 'Porosity', 'Transport efficiency', 'Reaction rate constant [mol.m-2.s-1]',
  'Minimum stoichiometry', 'Maximum stoichiometry', 'Maximum concentration [mol.m-3]',
  'Diffusivity activation energy [J.mol-1]', 'Reaction rate constant activation energy [J.mol-1]',
];
/** Known fields of every section; those of heat and entropy are known and not used. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Cell: [
    'Ambient temperature [K]', 'Initial temperature [K]', 'Reference temperature [K]', 'Lower voltage cut-off [V]',
    'Upper voltage cut-off [V]', 'Nominal cell capacity [A.h]', 'Specific heat capacity [J.K-1.kg-1]',
    'Thermal conductivity [W.m-1.K-1]', 'Density [kg.m-3]', 'Electrode area [m2]',
    'Number of electrode pairs connected in parallel to make a cell', 'External surface area [m2]', 'Volume [m3]',
  ],
  Electrolyte: [
    'Initial concentration [mol.m-3]', 'Cation transference number', 'Conductivity [S.m-1]', 'Diffusivity [m2.s-1]',
    'Conductivity activation energy [J.mol-1]', 'Diffusivity activation energy [J.mol-1]',
  ],
  'Negative electrode': [...BPX_ELECTRODE_FIELDS, 'Entropic change coefficient [V.K-1]'],
  'Positive electrode': [...BPX_ELECTRODE_FIELDS, 'Entropic change coefficient [V.K-1]'],
  Separator: ['Thickness [m]', 'Porosity', 'Transport efficiency'],
};
const OTHER_SECTIONS = ['User-defined'];

/** Fields that may be an expression or a table. */
const FUNCTIONS = new Set(['Diffusivity [m2.s-1]', 'OCP [V]', 'Conductivity [S.m-1]', 'Cation transference number']);

/** Whether a value is a BPX file. */
export const isBpx = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'Header' in value && 'Parameterisation' in value;

class BpxReader {
  private readonly source: string;
  private readonly sections: Readonly<Record<string, Section>>;
  private readonly reference: unknown;

  constructor(private readonly file: string, root: Section) {
    const header = Object(root.Header) as Section;
    const title = typeof header.Title === 'string' ? header.Title : 'untitled';
    this.source = `BPX ${String(header.BPX)}: ${title}`;
    const parameters = Object(root.Parameterisation) as Readonly<Record<string, Section>>;
    for (const [name, section] of Object.entries(parameters)) {
      if (OTHER_SECTIONS.includes(name)) continue;
      const fields = FIELDS[name];
      if (fields === undefined) {
        this.fail(`unknown section ${quoted(name)}; ${suggestion(name, Object.keys(FIELDS), 'known')}`);
      }
      for (const field of Object.keys(Object(section))) {
        if (fields.includes(field)) continue;
        this.fail(`unknown field ${quoted(field)} in ${quoted(name)}; ${suggestion(field, fields, 'known')}`);
      }
    }
    this.sections = parameters;
    this.reference = Object(parameters.Cell)['Reference temperature [K]'];
  }

  private fail(text: string): never {
    throw new SpecError(`${this.file}: ${text}`);
  }

  private raw(section: string, field: string): unknown {
    const value = this.sections[section]?.[field];
    if (value === undefined) {
      this.fail(`${quoted(section)} has no ${quoted(field)}, which a discharge needs (a BPX of Model "Partial"?)`);
    }
    return value;
  }

  number(section: string, field: string): number {
    const value = this.raw(section, field);
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      this.fail(`${quoted(section)}, ${quoted(field)} must be a number, got ${quoted(value)}`);
    }
    return value;
  }

  entry(value: number, unit: string): FileEntry {
    return { value, unit, source: this.source };
  }

  /** An entry of a field, with its activation energy where the section has one. */
  quantity(section: string, field: string, unit: string, variable: 'x' | 'c' = 'x', factor = 1): FileEntry {
    const value = FUNCTIONS.has(field) ? this.raw(section, field) : this.number(section, field);
    const energy = this.sections[section][`${field.replace(/ \[.*$/, '')} activation energy [J.mol-1]`];
    const heat = energy === undefined ? {} : {
      activationEnergy: this.entry(Number(energy), 'J/mol'),
      ...(this.reference === undefined ? {} : { referenceTemperature: this.entry(Number(this.reference), 'K') }),
    };
    const common = { unit, source: this.source, ...heat };
    if (typeof value === 'number') return { value: value * factor, ...common };
    // The variable of BPX is always called x.
    if (typeof value === 'string') return { expression: variable === 'x' ? value : inC(value), ...common };
    const { x, y } = Object(value) as Section;
    if (!Array.isArray(x) || !Array.isArray(y)) {
      this.fail(`${quoted(section)}, ${quoted(field)} must be a number, an expression or {x, y}, got ${quoted(value)}`);
    }
    return { x, y, ...common };
  }

  electrode(section: string, start: 'Minimum stoichiometry' | 'Maximum stoichiometry'): FileEntry {
    const radius = this.number(section, 'Particle radius [m]');
    const area = this.number(section, 'Surface area per unit volume [m-1]');
    return {
      kind: 'porous-electrode',
      thickness: this.quantity(section, 'Thickness [m]', 'm'),
      electrolyte: this.phase(section),
      conductivity: this.quantity(section, 'Conductivity [S.m-1]', 'S/m'),
      mFactor: { value: 1, source: `${this.source} (conductivity is effective)` },
      area: 'spheres',
      active: {
        volumeFraction: { value: (area * radius) / 3, source: `${this.source}, aR/3` },
        maximumConcentration: this.quantity(section, 'Maximum concentration [mol.m-3]', 'mol/m^3'),
        radius: this.quantity(section, 'Particle radius [m]', 'm'),
        diffusivity: this.quantity(section, 'Diffusivity [m2.s-1]', 'm^2/s'),
        potential: this.quantity(section, 'OCP [V]', 'V'),
        stoichiometry: this.quantity(section, start, '1'),
      },
      kinetics: {
        exchangeCurrent: {
          kind: 'newman',
          // F k √(x(1−x)) is i00·2√(x(1−x)) with i00 = F k/2.
          ...this.quantity(section, 'Reaction rate constant [mol.m-2.s-1]', 'A/m^2', 'x', FARADAY / 2),
        },
      },
    };
  }

  phase(section: string): FileEntry {
    return {
      of: 'electrolyte',
      volumeFraction: this.quantity(section, 'Porosity', '1'),
      mFactor: this.quantity(section, 'Transport efficiency', '1'),
    };
  }

  cell(): FileEntry {
    const pairs = Number(this.sections.Cell?.['Number of electrode pairs connected in parallel to make a cell'] ?? 1);
    const area = this.number('Cell', 'Electrode area [m2]') * pairs;
    const capacity = this.number('Cell', 'Nominal cell capacity [A.h]');
    const temperature = this.sections.Cell?.['Initial temperature [K]'] === undefined
      ? 'Reference temperature [K]' : 'Initial temperature [K]';
    return {
      name: this.source,
      temperature: this.quantity('Cell', temperature, 'K'),
      voltage: {
        lower: this.quantity('Cell', 'Lower voltage cut-off [V]', 'V'),
        upper: this.quantity('Cell', 'Upper voltage cut-off [V]', 'V'),
      },
      nominalCapacity: { value: (3600 * capacity) / area, unit: 'C/m^2', source: `${this.source}, on ${area} m²` },
      electrolytes: {
        electrolyte: {
          kind: 'binary',
          concentration: this.quantity('Electrolyte', 'Initial concentration [mol.m-3]', 'mol/m^3'),
          conductivity: this.quantity('Electrolyte', 'Conductivity [S.m-1]', 'S/m', 'c'),
          diffusivity: this.quantity('Electrolyte', 'Diffusivity [m2.s-1]', 'm^2/s', 'c'),
          transferenceNumber: this.quantity('Electrolyte', 'Cation transference number', '1', 'c'),
          thermodynamicFactor: { value: 1, source: 'BPX has none' },
        },
      },
      regions: [
        this.electrode('Negative electrode', 'Maximum stoichiometry'),
        {
          kind: 'separator', thickness: this.quantity('Separator', 'Thickness [m]', 'm'),
          electrolyte: this.phase('Separator'),
        },
        this.electrode('Positive electrode', 'Minimum stoichiometry'),
      ],
    };
  }
}

/** The variable of a BPX expression under the name that concentrations have here; exp and its kin keep their x. */
const inC = (expression: string): string => expression.replace(/\bx\b/g, 'c');

/** A cell file, as plain values, of a BPX file; charged, as its stoichiometry limits say.
 *  @param file what it is called in messages @throws SpecError for unknown or missing fields, with what was meant */
export function cellFromBpx(value: unknown, file: string): FileEntry {
  if (!isBpx(value)) throw new SpecError(`${file}: no BPX file: expected "Header" and "Parameterisation"`);
  return new BpxReader(file, value as Section).cell();
}

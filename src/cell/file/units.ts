// Units that cell files may use, by what they measure: factors to SI.

export const UNITS = {
  length: { m: 1, mm: 1e-3, um: 1e-6, 'µm': 1e-6, nm: 1e-9 },
  temperature: { K: 1 },
  voltage: { V: 1, mV: 1e-3 },
  conductivity: { 'S/m': 1, 'S/cm': 100, 'mS/cm': 0.1 },
  diffusivity: { 'm^2/s': 1, 'cm^2/s': 1e-4 },
  concentration: { 'mol/m^3': 1, 'mol/l': 1000, 'mol/L': 1000, 'kmol/m^3': 1000 },
  'current density': { 'A/m^2': 1, 'mA/cm^2': 10 },
  'area resistance': { 'ohm m^2': 1, 'ohm cm^2': 1e-4 },
  capacitance: { 'F/m^2': 1, 'uF/cm^2': 0.01 },
  'area per volume': { '1/m': 1, '1/um': 1e6, '1/mm': 1e3 },
  'activation energy': { 'J/mol': 1, 'kJ/mol': 1000 },
  density: { 'kg/m^3': 1, 'g/cm^3': 1000 },
  'capacity per area': { 'C/m^2': 1, 'Ah/m^2': 3600, 'mAh/cm^2': 36_000 },
  'molar mass': { 'kg/mol': 1, 'g/mol': 1e-3 },
  number: { '1': 1 },
} as const;

/** What a unit measures. */
export type Dimension = keyof typeof UNITS;

/** The SI factor of a unit of a dimension; null for one that does not measure it. */
export function unitFactor(dimension: Dimension, unit: string): number | null {
  const factors: Readonly<Record<string, number>> = UNITS[dimension];
  return Object.hasOwn(factors, unit) ? factors[unit] : null;
}

/** What a text such as "S/m" may measure: for a remark on a unit that stands in the wrong place. */
export const measuredBy = (unit: string): Dimension | null =>
  (Object.keys(UNITS) as Dimension[]).find((dimension) => unitFactor(dimension, unit) !== null) ?? null;

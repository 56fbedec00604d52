// What a sweep says of every structure: one table for rows, columns, charts and limits.

export interface SweepQuantity<N extends string = string> {
  /** Column of the table, and name in a limit. */
  readonly name: N;
  readonly title: string;
  /** null: none, or a share. */
  readonly unit: string | null;
  /** A share lies between 0 and 1; its interval is cut there. */
  readonly share: boolean;
}

const share = <N extends string>(name: N, title: string): SweepQuantity<N> =>
  ({ name, title, unit: null, share: true });
const amount = <N extends string>(name: N, title: string, unit: string): SweepQuantity<N> =>
  ({ name, title, unit, share: false });

/** AM: the active material. Areas are per volume of the window; where no voxel size is known, per voxel edge. */
export const SWEEP_QUANTITIES = [
  share('activeFraction', 'AM, share of the window'),
  share('electrolyteFraction', 'electrolyte, share of the window'),
  share('conductorFraction', 'conductors, share of the window'),
  share('otherFraction', 'the rest, share of the window'),
  share('additiveMassShare', 'additive, share of the mass'),
  share('activeUtilisation', 'AM connected to the collector'),
  share('electrolyteUtilisation', 'electrolyte connected to the separator'),
  amount('activeSurface', 'surface of the connected AM', '1/µm'),
  amount('interfaceArea', 'interface of AM and electrolyte', '1/µm'),
  amount('activeInterface', 'interface where both are connected', '1/µm'),
  share('workingShare', 'AM that works'),
  amount('capacityPerMass', 'capacity that works, by mass of AM', 'mAh/g'),
  amount('capacityPerArea', 'capacity that works, by area', 'mAh/cm²'),
  amount('electronicConductivity', 'effective electronic conductivity', 'S/m'),
  amount('ionicConductivity', 'effective ionic conductivity', 'S/m'),
] as const;

/** What a sweep says of every structure: shares, areas, capacities, conductivities. */
export type SweepQuantityName = (typeof SWEEP_QUANTITIES)[number]['name'];

export const SWEEP_NAMES: readonly SweepQuantityName[] = SWEEP_QUANTITIES.map(({ name }) => name);

export const quantityOf = (name: SweepQuantityName): SweepQuantity =>
  SWEEP_QUANTITIES.find((quantity) => quantity.name === name)!;

/** Values of one structure at one content of an additive; null: there is none. */
export type SweepValues = Readonly<Record<SweepQuantityName, number | null>> & {
  readonly electronsSpan: boolean;
  readonly ionsSpan: boolean;
};

// What an electrode can hold at most: Lindner et al. 2024, eqs 2 to 6. The mass of active material is its volume
// fraction times density and thickness, the charge of a gram zF/M with M = ρ/c_max and z the part of the lithium
// between the start and the end of the window.
import { layoutOf } from '../cell.js';
import type { CellDescription } from '../file/read.js';

/** What a porous electrode can hold at most, by mass and area. */
export interface Loading {
  /** Active material in kg per m² of cell. */
  readonly loading: number;
  /** In C per kg of active material. */
  readonly specificCapacity: number;
  /** In C/m². */
  readonly arealCapacity: number;
}

/** Mass and charge of the porous electrode of a half-cell; null for full cells, and without a density. */
export function loadingOf({ cell, masses, nominalCapacity }: CellDescription): Loading | null {
  const loading = masses['active material'] ?? 0;
  if (layoutOf(cell).negative !== null || loading === 0) return null;
  return { loading, specificCapacity: nominalCapacity / loading, arealCapacity: nominalCapacity };
}

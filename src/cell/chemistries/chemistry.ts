// What a half-cell is made of, apart from its structure: entries of a cell file with their units and sources. One file
// per set.

/** An entry of a cell file: value or table with unit and source; see docs/cell.md. */
export type FileEntry = Readonly<Record<string, unknown>>;

/** A half-cell against lithium without its structure, as entries of a cell file: each a value, table or formula with
 *  unit and source. */
export interface Chemistry {
  /** As `findChemistry` and the command line take it. */
  readonly name: string;
  /** In words. */
  readonly title: string;
  /** Of the cell, K. */
  readonly temperature: FileEntry;
  /** Limits of the terminal voltage, V. */
  readonly voltage: { readonly lower: FileEntry; readonly upper: FileEntry };
  /** Of the composite and of the separator. */
  readonly electrolyte: FileEntry;
  /** The layer between foil and composite. */
  readonly separator: {
    readonly thickness: FileEntry; readonly volumeFraction: FileEntry; readonly mFactor: FileEntry;
  };
  /** Of the lithium foil, beside its kind. */
  readonly foil: FileEntry;
  /** Of the active material, without volume fraction and radius. */
  readonly active: FileEntry;
  /** σ of the bulk of the active material. */
  readonly conductivity: FileEntry;
  /** Of the interface of active material and electrolyte. */
  readonly kinetics: FileEntry;
}

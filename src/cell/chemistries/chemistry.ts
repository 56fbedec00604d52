// What a half-cell is made of, apart from its structure: entries of a cell file with their units and sources. One file
// per set.

/** An entry of a cell file: value or table with unit and source; see docs/cell.md. */
export type FileEntry = Readonly<Record<string, unknown>>;

export interface Chemistry {
  readonly name: string;
  readonly title: string;
  readonly temperature: FileEntry;
  readonly voltage: { readonly lower: FileEntry; readonly upper: FileEntry };
  /** Of the composite and of the separator. */
  readonly electrolyte: FileEntry;
  readonly separator: {
    readonly thickness: FileEntry; readonly volumeFraction: FileEntry; readonly mFactor: FileEntry;
  };
  /** Of the lithium foil, beside its kind. */
  readonly foil: FileEntry;
  /** Of the active material, without volume fraction and radius. */
  readonly active: FileEntry;
  /** σ of the bulk of the active material. */
  readonly conductivity: FileEntry;
  readonly kinetics: FileEntry;
}

// The chemistries that come with the library.
import { SpecError } from '../../core/errors.js';
import { closest } from '../../core/names.js';
import { quoted } from '../../core/quote.js';
import type { Chemistry } from './chemistry.js';
import { NCA_LPS } from './nca-lps.js';
import { NMC811_LPS } from './nmc811-lps.js';

/** Chemistries that come with the library; `findChemistry` gives one by its name. */
export const CHEMISTRIES: readonly Chemistry[] = [NCA_LPS, NMC811_LPS];

/** A chemistry of the library by its name.
 *  @throws SpecError that lists the names */
export function findChemistry(name: string): Chemistry {
  const found = CHEMISTRIES.find((chemistry) => chemistry.name === name.toLowerCase());
  if (found !== undefined) return found;
  const names = CHEMISTRIES.map((chemistry) => chemistry.name);
  const near = closest(name, names);
  throw new SpecError(
    `chemistry ${quoted(name)} is unknown; ${near === null ? '' : `did you mean "${near}"? `}there are ` +
      names.join(', '),
  );
}

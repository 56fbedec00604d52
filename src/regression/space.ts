// In which measure a formula is to be close to the data. [A] minimises the sum of squares of M̂ − M itself.
import { SpecError } from '../core/errors.js';
import { suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { log } from '../numeric/elementary.js';

/** absolute: M̂ − M, as the paper; relative: (M̂ − M)/M; log: ln M̂ − ln M. */
export type Space = 'absolute' | 'relative' | 'log';

interface Measure {
  readonly title: string;
  residual(predicted: number, measured: number): number;
  /** ∂residual/∂predicted */
  slope(predicted: number, measured: number): number;
  /** Size of the data that residuals are small against. */
  size(measured: number): number;
}

/** What can be squared in a fit: errors themselves, relative ones, or those of the logarithm. */
export const SPACES: Readonly<Record<Space, Measure>> = {
  absolute: {
    title: 'least squares of the errors themselves, as in the paper',
    residual: (predicted, measured) => predicted - measured,
    slope: () => 1, size: Math.abs,
  },
  relative: {
    title: 'least squares of relative errors', residual: (predicted, measured) => (predicted - measured) / measured,
    slope: (_, measured) => 1 / measured, size: () => 1,
  },
  log: {
    title: 'least squares of logarithms', residual: (predicted, measured) => log(predicted / measured),
    slope: (predicted) => 1 / predicted, size: () => 1,
  },
};

/** @throws SpecError for another word */
export function checkSpace(space: string): asserts space is Space {
  if (Object.hasOwn(SPACES, space)) return;
  const known = Object.keys(SPACES);
  const hint = suggestion(space, known, 'one of');
  throw new SpecError(`fit: errors must be ${known.join(', ')}, got ${quoted(space)}; ${hint}`);
}

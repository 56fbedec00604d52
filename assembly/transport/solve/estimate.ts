// What is left of the error of the energy, from the numbers of conjugate gradients. History records are those of
// conjugate.ts: r·z, alpha, beta, energy, |r|² …
import { HISTORY_VALUES } from '../../layout';

/** Bytes of one iteration in the history. */
export const RECORD: usize = 8 * HISTORY_VALUES;
/** Where |r|² is in a record. */
const SQUARE: usize = 32;

/** Iterations of a run from which on a limit may end it. */
export const ENOUGH = 3;
/** Halvings that find a Ritz value to some per cent. */
const HALVINGS = 24;

/** Whether the Lanczos matrix that the records of a run make (Golub & Van Loan, Matrix Computations, § 10.2.5) has no
 *  eigenvalue up to a value: the pivots of a Sturm sequence. */
function liesAbove(last: usize, known: i32, value: f64): bool {
  let record = last - <usize>(known - 1) * RECORD;
  let pivot = 1 / load<f64>(record, 8) - value;
  while (pivot > 0 && record != last) {
    const before = load<f64>(record, 8);
    record += RECORD;
    const beta = load<f64>(record, 16);
    pivot = 1 / load<f64>(record, 8) + beta / before - value - beta / (before * before * pivot);
  }
  return pivot > 0;
}

/** Smallest Ritz value of a run, the smallest eigenvalue of its Lanczos matrix, or `least` where that is not more than
 *  by a hundredth above it. It falls to the smallest one of the preconditioned network. */
export function smallestRitz(last: usize, known: i32, least: f64): f64 {
  let high = min(least, 1 / load<f64>(last - <usize>(known - 1) * RECORD, 8));
  if (liesAbove(last, known, 0.99 * high)) return high;
  let low: f64 = 0;
  for (let k = 0; k < HALVINGS; k++) {
    const middle = 0.5 * (low + high);
    if (liesAbove(last, known, middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** Upper limit of ‖e‖²_A after the last iteration of a run if no eigenvalue of the preconditioned network lies below
 *  `node`: the rule of Gauss-Radau with that node (Meurant & Tichý, Numer. Algorithms 62:163). */
function radau(last: usize, known: i32, node: f64): f64 {
  let record = last - <usize>(known - 1) * RECORD;
  let step = 1 / node;
  while (record != last) {
    const beyond = step - load<f64>(record, 8);
    record += RECORD;
    step = beyond / (node * beyond + load<f64>(record, 16));
  }
  return (step - load<f64>(last, 8)) * load<f64>(last);
}

/** What `remaining` is multiplied by, at least, to be above the error, and how much of a Ritz value stands for the
 *  smallest eigenvalue (decisions/0158): of a network that both faces hold; where conductances lie far apart, and slow
 *  modes show themselves late; and of a window that repeats. */
const FACTOR: f64 = 3.5;
const FACTOR_OF_FAR: f64 = 30;
const FACTOR_OF_PERIODIC: f64 = 20;
const SHARE: f64 = 0.5;
const SHARE_OF_PERIODIC: f64 = 0.2;
const SHARE_OF_FEW: f64 = 0.02;
/** By which factor the rule of Gauss-Radau with SHARE may exceed the limit where conductances do not lie far apart:
 *  there it is too careful. */
const LEEWAY: f64 = 2;
/** The same for one phase on cubic voxels. */
const LEEWAY_OF_ONE: f64 = 3;

/** What is left of ‖e‖²_A after the last iteration of a run, of which there are `ENOUGH` at least. What iteration j
 *  removes is alpha·(r·z), and the sum over those to come is ‖e‖²_A (Hestenes-Stiefel). The next one is taken to remove
 *  what the last one did times the fall of |r|², which is known already, and times the growth of r·z over |r|² where
 *  there is any, as errors become smoother; from there on they fall as conjugate gradients do at the condition that
 *  half of the smallest Ritz value says. */
function remaining(last: usize, ritz: f64): f64 {
  const square = load<f64>(last, SQUARE);
  const before = load<f64>(last - RECORD, SQUARE);
  const fall = before / load<f64>(last - 2 * RECORD, SQUARE);
  const next = load<f64>(last) * load<f64>(last, 8) * (square / before) * max(1, load<f64>(last, 16) / fall);
  const root = Math.sqrt(min(1, SHARE * ritz));
  return next * (1 + root) * (1 + root) / (4 * root);
}

/** Upper limit of ‖e‖²_A after the last iteration of a run, as far as conjugate gradients can know: little before there
 *  are `ENOUGH`. ritz: the smallest Ritz value of all runs; one: whether there is
 *  one phase on cubic voxels; far: whether conductances lie far apart */
export function limitOf(last: usize, known: i32, ritz: f64, periodic: bool, one: bool, far: bool): f64 {
  if (known < ENOUGH) return radau(last, known, SHARE_OF_FEW * ritz);
  const left = remaining(last, ritz);
  if (periodic) return max(FACTOR_OF_PERIODIC * left, radau(last, known, SHARE_OF_PERIODIC * ritz));
  if (far) return max(FACTOR_OF_FAR * left, radau(last, known, SHARE * ritz));
  return max(FACTOR * left, radau(last, known, SHARE * ritz) / (one ? LEEWAY_OF_ONE : LEEWAY));
}

// What is left of the error of the energy, from the numbers of conjugate gradients. History records are those of
// conjugate.ts: r·z, alpha, beta …
import { HISTORY_VALUES } from '../../layout';

/** Bytes of one iteration in the history. */
export const RECORD: usize = 8 * HISTORY_VALUES;

/** Least and greatest ratio of successive steps that the error estimate assumes, and its safety factor
 *  (decisions/0050). */
const LEAST_RATIO: f64 = 0.1;
const GREATEST_RATIO: f64 = 0.98;
export const SAFETY: f64 = 3;

/** Halvings that find a Ritz value to some per cent. */
const HALVINGS = 24;

/** Energy that the next iterations will still remove: what iteration j removes is alpha·(r·z), and the sum over those
 *  to come is ‖e‖²_A (Hestenes-Stiefel); they are taken as a geometric series with the slowest recent ratio.
 *  @param last record of the last iteration; known: how many records of this run there are */
export function remaining(last: usize, known: i32): f64 {
  if (known < 3) return Infinity;
  const now = load<f64>(last) * load<f64>(last, 8);
  let newer = now;
  let ratio = LEAST_RATIO;
  for (let k = 1; k < min(known, 4); k++) {
    const record = last - <usize>k * RECORD;
    const older = load<f64>(record) * load<f64>(record, 8);
    ratio = max(ratio, newer / older);
    newer = older;
  }
  ratio = min(ratio, GREATEST_RATIO);
  return SAFETY * now * ratio / (1 - ratio);
}

/** Smallest eigenvalue of the Lanczos matrix that the records of a run make (Golub & Van Loan, Matrix Computations,
 *  § 10.2.5), not above `least`; by Sturm sequences. It falls to the smallest one of the preconditioned network. */
export function smallestRitz(last: usize, known: i32, least: f64): f64 {
  const first = last - <usize>(known - 1) * RECORD;
  let high = min(least, 1 / load<f64>(first, 8));
  let low: f64 = 0;
  for (let k = 0; k < HALVINGS; k++) {
    const middle = 0.5 * (low + high);
    let pivot = 1 / load<f64>(first, 8) - middle;
    let record = first;
    while (pivot > 0 && record != last) {
      const before = load<f64>(record, 8);
      record += RECORD;
      const beta = load<f64>(record, 16);
      pivot = 1 / load<f64>(record, 8) + beta / before - middle - beta / (before * before * pivot);
    }
    if (pivot > 0) low = middle;
    else high = middle;
  }
  return high;
}

/** Upper limit of ‖e‖²_A after the last iteration of a run if no eigenvalue of the preconditioned network lies below
 *  `node`: the rule of Gauss-Radau with that node (Meurant & Tichý, Numer. Algorithms 62:163). */
export function radau(last: usize, known: i32, node: f64): f64 {
  let record = last - <usize>(known - 1) * RECORD;
  let step = 1 / node;
  while (record != last) {
    const beyond = step - load<f64>(record, 8);
    record += RECORD;
    step = beyond / (node * beyond + load<f64>(record, 16));
  }
  return (step - load<f64>(last, 8)) * load<f64>(last);
}

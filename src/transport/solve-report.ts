// A solve as text: what came out, how far to trust it, and how it got there.
import { checkArguments, has } from '../core/arguments.js';
import { significant, textTable } from '../core/text.js';
import type { ConductResult } from './conduct.js';

const VERDICTS = {
  both: 'within both',
  wiener: 'within Wiener’s only: no isotropic structure has this value',
  none: 'OUTSIDE of both: not to be trusted',
} as const;

/** Number and noun. */
export function iterationsText(iterations: number): string {
  return `${iterations} ${iterations === 1 ? 'iteration' : 'iterations'}`;
}

/** Result, independent checks (true residual, flux balance, bounds) and, where the solve kept it, the history of its
 *  iterations: M, estimated upper limit of its relative error, residual of the recurrence. Lines of text, no newline at
 *  the end. */
export function solveReport(result: ConductResult): string {
  checkArguments('solveReport', { result: [result, has<ConductResult>('flux', 'bounds')] });
  const { axis, bounds, flux, history, mFactor } = result;
  const mean = (flux.inlet + flux.outlet) / 2;
  const [low, high] =
    result.bracket.map((value) => significant(mFactor === null ? value : value / result.referenceConductivity, 6));
  const lines = [
    `${mFactor === null ? 'σ_eff' : 'M'} = ${high} along ${axis}, between ${low} and ${high} by its own estimate`,
    `${result.converged ? 'converged' : 'NOT CONVERGED'} after ` +
      `${iterationsText(result.iterations)}${result.coarsening === 'parts' ? ' over connected parts' : ''}; ` +
      `${result.unknowns} unknowns`,
    `true residual ${significant(result.residual, 3)}; flux in ${significant(flux.inlet, 5)}, out ` +
      `${significant(flux.outlet, 5)}` +
      (mean > 0 ? `, ${significant((100 * Math.abs(flux.inlet - flux.outlet)) / mean, 2)} % apart` : ''),
    `ε ${significant(result.volumeFraction, 5)}, tortuosity factor ${significant(result.tortuosityFactor)}, ` +
      `MacMullin number ${significant(result.macMullinNumber)}, ` +
      `Bruggeman exponent ${significant(result.bruggemanExponent)}`,
    `bounds: Wiener ${significant(bounds.lowerWiener)} to ${significant(bounds.wiener)}, ` +
      `Hashin-Shtrikman (isotropic structures only) ${significant(bounds.lowerHashinShtrikman)} to ` +
        `${significant(bounds.hashinShtrikman)}; ${VERDICTS[bounds.obeyed]}`,
  ];
  if (history !== undefined && history.length > 0) {
    const rows = history.map(({ mFactor, errorEstimate, residual }, i) => [
      String(i + 1), significant(mFactor, 7), significant(errorEstimate, 2), significant(residual, 3),
    ]);
    lines.push('', textTable([['iteration', 'M', 'error est.', 'residual'], ...rows]));
  }
  return lines.join('\n');
}

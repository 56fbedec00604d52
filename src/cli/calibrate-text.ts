// The result of a calibration for people.
import type { Calibration } from '../calibration/calibrate.js';
import type { FractionInterval } from '../calibration/interval.js';
import type { Validation } from '../calibration/validate.js';
import { significant, textTable } from '../core/text.js';

const range = (interval: readonly [number, number]): string => interval.map((x) => significant(x, 4)).join(' … ');

function misfitText({ misfit, weighting }: Calibration): string[] {
  const parts = Object.entries(misfit.relative)
    .map(([field, value]) => `${field.toUpperCase()} ${significant(100 * value, 2)} %`)
    .join(', ');
  return [
    `misfit: T² = ${significant(misfit.distance, 4)}, ${misfit.degrees} degrees of freedom, ` +
      `probability ${significant(misfit.probability, 2)}; rms of the coverages ${parts} of p(1−p)`,
    ...(
      weighting === 'plain' ? [
        'note: the model cannot have these curves: the fit is a compromise near to all of them, ' +
          'and the standard errors are those of sampling alone; blurred edges and noise that became a phase do ' +
          'this, too: look at the labels, filter, --open the phase of the middle grey value',
      ] : []
    ),
  ];
}

/** @param measured name of the image that the intervals are of, where there are several */
export function calibrationText(
  calibration: Calibration, intervals: readonly FractionInterval[], validation: Validation | null,
  measured: string | null,
): string {
  const { estimates, confounded, alternatives, notes, converged } = calibration;
  const lines = [textTable([
    ['parameter', 'value', 'standard error', '95 % interval'],
    ...estimates.map(({ name, value, standardError, interval }) => [
      name, significant(value, 5), significant(standardError, 2), range(interval),
    ]),
  ]), ...misfitText(calibration)];
  if (!converged) lines.push('note: the fit has not converged');
  for (const { text } of confounded) lines.push(`note: ${text}`);
  for (const other of alternatives) {
    const changed = estimates.flatMap(({ name, value }) => {
      const there = (other as unknown as Record<string, number>)[name];
      return Math.abs(there - value) > 1e-6 * Math.abs(value) ? [`${name} ${significant(there, 4)}`] : [];
    });
    lines.push(`note: fits as well: ${changed.join(', ')}`);
  }
  for (const text of notes) lines.push(`note: ${text}`);
  if (intervals.length > 0) {
    lines.push('', ...(measured === null ? [] : [`${measured} alone:`]), textTable([
      ['label', 'volume fraction', 'σ', '95 % interval'],
      ...intervals.map(({ phase, volumeFraction, standardError, interval }) => [
        String(phase), significant(volumeFraction, 5), significant(standardError, 2), range(interval),
      ]),
    ]));
  }
  if (validation !== null) {
    lines.push('', textTable([
      ['phase', 'quantity', 'image', 'σ of the image', 'model', 'sd of the model'],
      ...validation.quantities.map(({ phases, quantity, image, imageDeviation, model }) => [
        phases.join('-'), quantity, significant(image, 4), significant(imageDeviation, 2),
        significant(model?.mean ?? null, 4), significant(model?.standardDeviation ?? null, 2),
      ]),
    ]));
  }
  return lines.join('\n');
}

// The law of a study: the regression that its file asks for.
import { checkArguments, has } from '../core/arguments.js';
import { fitLaw, type Law, type LawOptions, type TableRow } from '../regression/index.js';
import type { StudySpec } from './spec.js';

/** Fits the law with the phases and the split that a study asks for; null when the table holds nothing to fit.
 *  @param options what else `fitLaw` takes, such as fewer formulas while rows still come */
export function lawOfStudy(
  spec: StudySpec, rows: readonly TableRow[], options: Partial<Pick<LawOptions, 'formulas' | 'randomStarts'>> = {},
): Law | null {
  checkArguments('lawOfStudy', {
    spec: [spec, has<StudySpec>('phases', 'fit')], rows: [rows, 'records'],
    options: [options, { formulas: true, randomStarts: true }],
  });
  if (rows.length < 2) return null;
  const { phases, fit: { trainFraction: trainShare, seed } } = spec;
  return fitLaw(rows, { ...options, phases: phases.map(String), trainShare, seed });
}

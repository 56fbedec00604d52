// What is asked of an assessment of laws, and what it gives.
import type { Interval } from '../numeric/intervals.js';
import type { BootstrapResult } from './bootstrap.js';
import type { CrossValidated, Scored } from './cross-validation.js';
import type { Estimate } from './fit.js';
import type { Formula } from './formulas.js';
import type { LackOfFit } from './lack-of-fit.js';
import type { FormulaSample } from './sample.js';
import type { Criteria } from './selection.js';
import type { Space } from './space.js';

/** Options of `assessLaw` and `assessColumn`. */
export interface AssessmentOptions {
  /** Of all intervals. */
  readonly level: number;
  /** Bootstrap resamples; null: 999, fewer for tables of more than 5,000 rows. */
  readonly draws: number | null;
  /** Parts of a cross-validation; fewer when there are fewer groups. */
  readonly folds: number;
  /** How often the folds are dealt anew; null: 10 times, once for tables of more than 5,000 rows. */
  readonly repeats: number | null;
  /** Key of resamplings and folds. */
  readonly seed: number;
  /** Rows that stay together: columns whose values make a group, "rows", or "auto" (the point of the plan). */
  readonly groups: 'auto' | 'rows' | readonly string[];
  /** Columns whose values make one parameter vector; null: as the ids of the table say. */
  readonly repeatsBy: readonly string[] | null;
  /** A Gaussian process on all columns of the formulas beside them: what could be said at most without a formula. */
  readonly surrogate: boolean;
}
/** Options of `assessLaw` and `assessColumn` that are not given. */
export const ASSESSMENT_DEFAULTS: AssessmentOptions = {
  level: 0.95, draws: null, folds: 10, repeats: null, seed: 1, groups: 'auto', repeatsBy: null, surrogate: false,
};

/** Scores on structures left out. */
export type LeftOutScores = Pick<CrossValidated, 'r2' | 'mapePercent'>;

/** Noise and lack of fit of a formula, and what noise leaves to be explained. */
export interface NoiseOfFormula extends LackOfFit {
  /** The R² that no law of these descriptors can exceed on such structures. */
  readonly ceiling: number;
  /** Of the ceiling, at the level of the assessment. */
  readonly ceilingInterval: Interval;
}

/** What one fitted formula is worth. */
export interface FormulaAssessment {
  /** Its name. */
  readonly formula: string;
  readonly title: string;
  /** Names of the coefficients, in the order of their intervals. */
  readonly coefficients: readonly string[];
  /** Intervals of its coefficients and scores. */
  readonly bootstrap: BootstrapResult;
  /** null with fewer than three groups. */
  readonly crossValidated: LeftOutScores | null;
  /** Criteria of information. */
  readonly criteria: Criteria;
  /** Akaike weight among the fitted formulas; null when rows are too few for AICc. */
  readonly weight: number | null;
  /** How much of what it misses is noise; null where no structure was drawn again. */
  readonly noise: NoiseOfFormula | null;
  /** Test structures outside of the hull of the training structures, in the columns of the formula; null where these
   *  are too many to look at. */
  readonly testOutside: number | null;
}

/** A predictor against the best one on the same structures. */
export interface Comparison {
  readonly name: string;
  readonly title: string;
  /** Fitted here, as published, or the Gaussian process. */
  readonly kind: 'formula' | 'published' | 'surrogate';
  /** On structures left out. */
  readonly scores: LeftOutScores;
  /** R² of the best less R² of this one: positive is worse. null for the best itself. Intervals hold together for
   *  all comparisons. */
  readonly lossR2: Scored | null;
  /** MAPE of this one less MAPE of the best, in percent; null likewise. */
  readonly lossMape: Scored | null;
  /** Whether the data tell it from the best: the interval of the loss that was fitted to does not hold 0. */
  readonly toldApart: boolean | null;
}

/** What laws of one target are worth. */
export interface Assessment {
  /** Label; null: the target belongs to no phase. */
  readonly phase: string | null;
  /** Column that is predicted. */
  readonly target: string;
  /** What was squared. */
  readonly space: Space;
  /** Of all intervals. */
  readonly level: number;
  /** Rows that stayed together: what makes a group, how many there are, and their rows. */
  readonly groups: { readonly title: string; readonly count: number; readonly rows: number };
  /** Parts of a cross-validation. */
  readonly folds: number;
  /** How often the folds were dealt. */
  readonly repeats: number;
  /** In the order of the fits. */
  readonly formulas: readonly FormulaAssessment[];
  /** Best first; empty with fewer than three groups. */
  readonly comparisons: readonly Comparison[];
  /** Parameter vectors that were drawn more than once; null: the table does not say which rows are such. */
  readonly repeated: number | null;
  /** What could not be done, and how it could. */
  readonly notes: readonly string[];
}

/** A fitted formula with the data of its law. */
export interface AssessedFit {
  readonly name: string;
  readonly formula: Formula;
  readonly coefficients: readonly Estimate[];
}

/** What `assessFits` looks at: fits of one target, and the rows that they are from. */
export interface AssessedLaw {
  /** Label; null: the target belongs to no phase. */
  readonly phase: string | null;
  /** Column that is predicted. */
  readonly target: string;
  /** What was squared. */
  readonly space: Space;
  /** Fitted formulas. */
  readonly fits: readonly AssessedFit[];
  /** Published predictors: nothing of them was fitted. */
  readonly fixed: readonly { readonly name: string; readonly title: string; evaluate(sample: FormulaSample): number }[];
  /** Structures that trained, and that tested; `row` counts from 0 in the table. */
  readonly rows: readonly { readonly row: number; readonly set: 'train' | 'test'; readonly sample: FormulaSample }[];
}

// Regression of the M-factor on descriptors: host code only, no WASM.
export { assessFits, assessLaw } from './assess.js';
export {
  ASSESSMENT_DEFAULTS, type AssessedLaw, type Assessment, type AssessmentOptions, type Comparison,
  type FormulaAssessment, type NoiseOfFormula,
} from './assessment.js';
export { type BootstrapResult } from './bootstrap.js';
export { type Scored } from './cross-validation.js';
export { domainOf, type Domain } from './domain.js';
export { formatAssessment } from './format-assessment.js';
export { type LackOfFit } from './lack-of-fit.js';
export { type Criteria } from './selection.js';
export { assessColumn, fitColumn, type ColumnLaw, type ColumnLawOptions } from './column-law.js';
export {
  fitFormula, type Confirmation, type Estimate, type FormulaFitOptions, type Optimum,
} from './fit.js';
export { logLinearStart } from './optimum.js';
export { SPACES, type Space } from './space.js';
export { textFormula, type FormulaNames, type TextFormula } from './text-formula.js';
export { formatColumnLaw, formatEstimate, formatLaw } from './format.js';
export { FORMULAS, formulaByName, powerLaw, type Formula } from './formulas.js';
export {
  evaluateFit, fitLaw, LAW_DEFAULTS, type FittedRow, type FormulaFit, type Law, type LawOptions,
  type PhaseLaw, type PredictorScore,
} from './law.js';
export { PAPER_RANGES, PAPER_TABLE, predict, PUBLISHED, type PaperFit, type PublishedPredictor } from './published.js';
export {
  PREDICTORS, phaseSamples, type FormulaSample, type LeftOutRow, type PhaseSamples, type Predictor,
  type RegressionSample, type TableRow,
} from './sample.js';
export {
  predictRows, readSavedLaw, saveColumnLaw, saveLaw, type RowPrediction, type SavedLaw, type SavedTarget,
  type TargetPrediction,
} from './saved-law.js';
export { scores, type Scores } from './scores.js';
export { splitRows, type Split } from './split.js';

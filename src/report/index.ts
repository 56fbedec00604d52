// Reports: pure functions from data to one self-contained HTML document.
export {
  dischargeReport, impedanceReport, type DischargeReportData, type ImpedanceReportData,
} from './cell.js';
export { conductReport, type ConductReportData } from './conduct.js';
export { grainColour, grainsReport, type GrainSlice, type GrainsReportData } from './grains.js';
export {
  refineReport, windowReport, type RefineReportData, type WindowReportData,
} from './discretisation.js';
export { designSlices } from './design-slices.js';
export { designFigures, designReport, type DesignFigure, type DesignReportData } from './design.js';
export { discharge3dReport, type Discharge3dReportData } from './discharge3d.js';
export { endText } from './ends.js';
export { besideColour, socColour, socFigures, socScale, type SocScale, type SocView } from './soc.js';
export { describeReport, type DescribeReportData } from './describe.js';
export { measureReport, type MeasuredImage, type MeasureReportData, type MeasuredRow } from './measure.js';
export { importReport, type ImportReportData, type ImportReportStep } from './import.js';
export { calibrationReport, type CalibrationReportData } from './calibration.js';
export { factsOf, type Fact } from './facts.js';
export { fluxFigures, type FieldVolume, type FluxView } from './flux.js';
export { readable } from './html.js';
export { resistanceReport, type ResistanceReportData } from './resistance.js';
export { bins, type Bins } from './scale.js';
export { sensitivityReport, type SensitivityReportData } from './sensitivity.js';
export { seriesReport, type SeriesReportData } from './series.js';
export {
  sweepReport, thresholdReport, type SweepReportData, type ThresholdReportData,
} from './percolation.js';
export { axesAcross, colourOf, planeOf, planeText, sliceOf, type LabelSlice, type Plane } from './slices.js';
export { standaloneSvg } from './standalone.js';
export { studyReport, type StudyReportData } from './study.js';
export { studyGradients, type StudyGradients } from './study-plan.js';
export { studySlices } from './study-slices.js';

// Public API, the same on every platform. node.ts and browser.ts add `openSession`.
export * from './core/errors.js';
export * from './core/grid.js';
export * from './core/version.js';
export * from './core/volume.js';
export type { ColumnMeaning, ColumnType, Table, TableCell, TableColumn, TableRecord } from './core/table.js';
export { formatCsv, parseCsv, type CsvCell, type CsvTable } from './io/csv.js';
export { csvMetadata } from './io/csvw.js';
export { encodeParquet } from './io/parquet.js';
export { decodeParquet } from './io/parquet-read.js';
export {
  decodeFolder, decodeVolume, decodeVoxels, encodeVolume, encodeVoxels, formatOf, VOXEL_FORMATS,
} from './io/formats.js';
export type { DecodeContext, EncodedVoxels, Folder, SizedFormat, VoxelFormat } from './io/formats.js';
export type { Libraries } from './io/libraries.js';
export type { RawLayout, ReadOptions, WriteOptions } from './io/room.js';
export { naturalOrder, seriesWarnings, stackSlices } from './io/slices.js';
export { dataTypeOf, type DataType, type VoxelArray, type VoxelData } from './io/voxels.js';
export type { Progress, RunOptions, Session, SessionOptions } from './runtime/session.js';
export * from './descriptors/geodesic-tortuosity.js';
export * from './descriptors/distance.js';
export type { ConductivityBounds } from './transport/bounds.js';
export * from './transport/conduct.js';
export type { Matrix3, Principal, Vector3 } from './transport/eigen.js';
export {
  measure, MEASURE_DEFAULTS, measurePlan, measureRow, type Measurement, type MeasureOptions,
} from './measure/measure.js';
export { unitsOf } from './measure/units.js';
export { readVoxelSize, voxelSizeWarnings } from './core/lengths.js';
export type { PhaseNames } from './core/phase-names.js';
export * from './transport/m-factor.js';
export { M_FACTOR, TRANSPORT_QUANTITIES } from './transport/quantities.js';
export { narrowShare, type Conduction, type NarrowShare } from './transport/narrow-share.js';
export { solveReport } from './transport/solve-report.js';
export { errorBar } from './transport/uncertainty/text.js';
export { conductivityTensor, TENSOR_DEFAULTS, type ConductivityTensor } from './transport/tensor.js';
export * from './regression/index.js';
export { largestCube, PLANNED_OPERATIONS, plannedBytes, type PlannedOperation } from './capacity/capacity.js';
export { generate, generatePlan } from './structure/generate.js';
export type { CommonSpec, ModelPhase, ModelStructure, RandomSpec, StructureModel } from './structure/model.js';
export {
  CALIBRATED_MODELS, DRAWN_BY_NAME, findModel, readStructure, STRUCTURE_MODELS, type ParametricSpec, type StructureSpec,
} from './structure/models.js';
export { CHANNELS_DEFAULTS, type ChannelsSpec } from './structure/models/channels.js';
export { checkChi2, CHI2_KEYS, type Chi2Spec } from './structure/models/chi2.js';
export { LAMINATE_DEFAULTS, type LaminateSpec } from './structure/models/laminate.js';
export type { PackingSpec } from './structure/models/packing.js';
export { PACKING_DEFAULTS, type FurtherClass, type PackingParameters } from './structure/packing/parameters.js';
export { PackingError } from './structure/packing/pack.js';
export type { Particles } from './structure/packing/particles.js';
export { particleImage, particleTable, type ParticleTable } from './structure/packing/particle-image.js';
export {
  lensDisc, lensVolume, packingContacts, type PackingContacts, type PackingContactsOptions, type PairContacts,
} from './structure/packing/contacts.js';
export { SPHERES_DEFAULTS, type SpheresSpec } from './structure/models/spheres.js';
export { checkThreePhase, THREE_PHASE_KEYS, type ThreePhaseSpec } from './structure/models/three-phase.js';
export { phaseLevelSet } from './structure/level-set.js';
export { COVARIANCE_DEFAULTS, COVARIANCE_FAMILIES, covarianceFamily, type Covariance } from './structure/covariance.js';
export type { CovarianceFamily } from './structure/covariance/family.js';
export {
  GENERATE_DEFAULTS, MAX_ALPHA, MIN_FRACTION, type Chi2Parameters, type ThreePhaseParameters,
} from './structure/parameters.js';
export { findParameterSet, parameterSets, specFromSet, type ParameterSet } from './structure/parameter-sets.js';
export * from './structure/theory.js';
export * from './structure/pair-probability.js';
export * from './structure/two-point.js';
export { parseStudySpec, STUDY_DEFAULTS, studyHash, type StudyScenario, type StudySpec } from './study/spec.js';
export type { PlannedStructure, StudyCounts } from './study/plan.js';
export { countStudy, planRound1, planRound2, PLAN_NAMES } from './study/plans.js';
export type { PaperStudy } from './study/plans/paper-spec.js';
export type { PointSettings, PointStructure, PointStudy } from './study/plans/point-plan.js';
export { withImage } from './study/image.js';
export { memoryStore, type StudyStore } from './study/store.js';
export { openStudy, type Study } from './study/study.js';
export { mergeStudy, type MergeResult } from './study/merge.js';
export { studyStatus, type StudyStatus } from './study/status.js';
export type { DesignRound } from './design/rounds.js';
export { DESIGN_DEFAULTS, parseDesignSpec, type DesignSpec } from './design/spec.js';
export {
  countDesign, openDesign, runDesign, type DesignEstimate, type DesignResult, type DesignRunOptions,
} from './design/run.js';
export {
  fitGaussianProcess, GAUSSIAN_PROCESS_DEFAULTS, type GaussianProcess, type GaussianProcessOptions,
} from './numeric/gaussian-process.js';
export { designedStructure, formatDesigned } from './design/designed.js';
export { lawOfStudy } from './study/law.js';
export { formatStudyTable, type StudyTable } from './study/table.js';
export { structureOfRow } from './study/row-structure.js';
export { formatYaml } from './study/write-yaml.js';
export { workStudy, type WorkOptions, type WorkProgress } from './study/work.js';
export * as cells from './cell/index.js';
export { measureComposite, type CompositeOptions } from './resolved/composite.js';
export { lithiumOfGrains, stateOfCharge, stateOfChargeMap, type GrainLithium } from './resolved/maps.js';
export { momentText, parseMoments, type Moment } from './resolved/moments.js';
export * from './report/index.js';
export * from './descriptors/surface-area.js';
export * from './descriptors/surface-profiles.js';
export {
  correlationLength, twoPointCoverage, twoPointCoveragePlan, TWO_POINT_DEFAULTS, type DirectionalCoverage,
  type TwoPointCoverage, type TwoPointFunction,
  type TwoPointOptions,
} from './descriptors/two-point-coverage.js';
export {
  twoPointMap, twoPointMapPlan, TWO_POINT_MAP_DEFAULTS, type RadialCoverage, type TwoPointMap, type TwoPointMapOptions,
} from './descriptors/two-point-map.js';
export * from './descriptors/volume-fraction.js';
export {
  COMPONENT_DEFAULTS, componentsPlan, componentLabelsPlan, components, componentLabels,
} from './descriptors/components.js';
export type { ComponentOptions, ComponentStatistics, ComponentImage } from './descriptors/components.js';
export {
  chordLengths, chordLengthsPlan, CHORD_LENGTH_DEFAULTS, type ChordLengthOptions, type ChordLengths,
} from './descriptors/chord-lengths.js';
export {
  activeInterface, activeInterfacePlan, ACTIVE_INTERFACE_DEFAULTS, utilisation, UTILISATION_DEFAULTS,
  type ActiveInterface, type ActiveInterfaceOptions, type UtilisationOptions,
} from './descriptors/connectivity.js';
export * from './descriptors/constrictivity.js';
export {
  contactDiameter, CONTACT_DIAMETER_DEFAULTS, type ContactDiameterOptions,
} from './descriptors/contact-diameter.js';
export * from './descriptors/triple-phase-boundary.js';
export {
  drawStarParticles, drawStarParticlesPlan, STAR_DRAW_DEFAULTS, type DrawnParticles, type StarDrawOptions,
} from './grains/star-draw.js';
export { formatStarParticles, parseStarParticles, starTable } from './grains/star-file.js';
export {
  starCounts, starParticles, starParticlesPlan, STAR_DEFAULTS, STAR_SHARE, type StarCounts, type StarOptions,
  type StarParticle, type StarParticles,
} from './grains/star-particles.js';
export type { GrainNumbers } from './grains/survey.js';
export type { Crossing } from './kernels/star.js';
export {
  latinHypercube, LATIN_HYPERCUBE_DEFAULTS, type LatinHypercubeOptions,
} from './numeric/latin-hypercube.js';
export { MAX_SOBOL_DIMENSIONS, sobolSequence, SOBOL_DEFAULTS, type SobolOptions } from './numeric/sobol.js';
export {
  harmonicCoefficients, harmonicSum, harmonicVolume, powerSpectrum, sphereRule, sphericalHarmonics, type Direction,
  type SphereRule,
} from './numeric/harmonics.js';
export * from './descriptors/local-thickness.js';
export {
  segmentGrains, segmentGrainsPlan, SEGMENT_GRAINS_DEFAULTS, type GrainImage, type GrainLabels,
  type SegmentGrainsOptions,
} from './descriptors/grains.js';
export {
  grainTable, grainTablePlan, GRAIN_TABLE_DEFAULTS, type GrainContacts, type GrainTable, type GrainTableOptions,
} from './descriptors/grain-table.js';
export {
  grainSizes, GRAIN_SIZES_DEFAULTS, type GrainSizes, type GrainSizesOptions, type SizePercentiles,
} from './descriptors/grain-sizes.js';
export { grainRows, type GrainRows } from './descriptors/grain-rows.js';
export { grainWarnings } from './descriptors/grain-warnings.js';
export type { Triple } from './kernels/triple-lines.js';
export {
  eulerNumbers, eulerNumbersPlan, EULER_NUMBER_DEFAULTS, type ByAdjacency, type EulerNumber, type EulerNumberOptions,
} from './descriptors/euler-number.js';
export type { Configurations } from './kernels/configurations.js';
export {
  describe, describePlan, describeRow, DESCRIBE_DEFAULTS, type DescribeOptions,
} from './descriptors/describe.js';
export type { Description, PhaseDescription, RowValue, TwoPointCurve } from './descriptors/description.js';
export type { Descriptor } from './descriptors/descriptor.js';
export { DESCRIPTORS, QUANTITIES } from './descriptors/descriptor-table.js';
export type { Quantity, QuantityLabels } from './descriptors/quantity.js';
export { evaluateStructure, evaluatorOf } from './study/evaluate.js';
export {
  estimateStudy, runStudy, workShard, type StudyEstimate, type StudyProgress, type StudyResult, type StudyRunOptions,
} from './study/run.js';
export {
  isSensitivityStudy, studySensitivity, type MorrisOutput, type Sensitivity, type SobolOutput,
} from './sensitivity/sensitivity.js';
export { sensitivityTable, type SensitivityTable } from './sensitivity/table.js';
export {
  elementaryEffects, MORRIS_DEFAULTS, morrisTrajectories, type ElementaryEffects, type MorrisOptions, type Trajectory,
} from './numeric/morris.js';
export {
  SOBOL_DEFAULTS as SOBOL_INDICES_DEFAULTS, sobolIndices, type FactorIndices, type SobolIndex, type SobolIndices,
  type SobolIndicesOptions, type SobolOutputs,
} from './numeric/sobol-indices.js';
export { REFINE_DEFAULTS, refineImage, refineStructure, type RefineOptions } from './discretisation/refine.js';
export type { Refinement } from './discretisation/refinement.js';
export {
  windowsOfImage, windowsOfModel, WINDOW_DEFAULTS, type WindowOptions, type WindowStudy,
} from './discretisation/window.js';
export {
  representativity, windowsFor, type Representativity, type WindowSample,
} from './discretisation/representative.js';
export { refineTable, windowTable, type DiscretisationTable } from './discretisation/table.js';
export { cleanLabels, cleanPlan, CLEAN_DEFAULTS, type Cleaned, type CleanOptions } from './image/clean.js';
export { cropGreys, cropLabels, type CropWindow } from './image/crop.js';
export { SCAN_DEFAULTS, simulateScan, type ScanOptions } from './image/scan.js';
export { ANISOTROPIC_DEFAULTS, filterGreys, filterPlan, type Filter, type Filtered } from './image/filter.js';
export { FLATTEN_DEFAULTS, flattenGreys, flattenPlan, type Flattened, type FlattenOptions } from './image/flatten.js';
export { toGreys, type GreyData, type GreyReading, type GreyVolume } from './image/grey.js';
export { greyHistogram, histogramPlan, type Bins, type GreyHistogram, type GreyKind } from './image/histogram.js';
export {
  BALL_DEFAULTS, ballPlan, closePhase, openPhase, type BallOptions, type BallResult,
} from './image/morphology.js';
export {
  contentOf, IMPORT_DEFAULTS, importImage, importPlan, type Content, type DoneStep, type Imported, type ImportOptions,
  type ImportStep, type StepRecord,
} from './image/import.js';
export { stepChange, type StepChange } from './image/step-change.js';
export { importFlags, STEP_FLAGS, type StepFlag } from './image/step-text.js';
export * from './image/rescale.js';
export {
  OTSU_DEFAULTS, SEGMENT_DEFAULTS, segmentGreys, segmentPlan, type Segmentation, type Segmented, type SegmentOptions,
} from './image/segment.js';
export { fractionThresholds, otsuThresholds, type OtsuResult } from './image/thresholds.js';
export {
  calibrate, CALIBRATE_DEFAULTS, regionDistance, type CalibrateOptions, type Calibration, type CurvePoint,
} from './calibration/calibrate.js';
export { chi2FromCoverage, correlationFromCoverage, type Eq6Estimate, type Eq6Point } from './calibration/eq6.js';
export {
  chi2FromDescriptors, FROM_DESCRIPTORS_DEFAULTS, threePhaseFromDescriptors, type DescriptorOptions,
  type ThreePhaseDescriptors,
} from './structure/from-descriptors.js';
export { unitOfSetting } from './structure/unit-of-setting.js';
export { volumeFractionInterval, volumeFractionIntervals, type FractionInterval } from './calibration/interval.js';
export type { ModelName } from './calibration/model.js';
export type { Confounded, ParameterEstimate } from './calibration/region.js';
export {
  validateCalibration, VALIDATE_DEFAULTS, type ComparedQuantity, type Spread, type ValidateOptions, type Validation,
} from './calibration/validate.js';
export { varianceOfMean } from './descriptors/fraction-variance.js';
export {
  LABEL_WARNING_DEFAULTS, labelWarnings, segmentationWarnings, type LabelWarningOptions, type LabelWarnings,
} from './warnings/label-warnings.js';
export { imageWarnings } from './descriptors/image-warnings.js';
export {
  INSERT_DEFAULTS, insertPhase, insertPlan, structureAt, type Insertion, type InsertOptions, type InsertStep,
} from './networks/insert.js';
export { INSERT_METHODS, type InsertMethodName } from './networks/methods.js';
export {
  networkUse, networkUsePlan, NETWORK_USE_DEFAULTS, type NetworkUse, type NetworkUseOptions,
} from './percolation/network-use.js';
export {
  levelSpans, randomVoxelSpans, randomVoxelSpansPlan, sphereSpans, type LevelSpansOptions, type RandomVoxelsOptions,
  type SpanningContents, type SphereSize, type SphereSpansOptions,
} from './percolation/spanning.js';
export {
  spanningCurve, thresholdOf, type Outcome, type SpanningPoint, type Threshold, type ThresholdOptions,
  type WindowOutcomes, type WindowThreshold,
} from './percolation/finite-size.js';
export { clearPhase } from './networks/clear.js';
export { discharge3d, DISCHARGE_3D_DEFAULTS, type Discharge3dOptions } from './resolved/discharge.js';
export type { Checkpointing, DischargeCheckpoint } from './resolved/checkpoint.js';
export type { DepthProfile, ResolvedDischarge, ResolvedEnd, ResolvedMap } from './resolved/result.js';
export {
  insertionSeries, SERIES_DEFAULTS, type Series, type SeriesOptions, type SeriesRow, type SeriesRun,
} from './networks/series/series.js';
export {
  seriesInputs, type SeriesInput, type SeriesMaterials, type SeriesValues,
} from './networks/series/inputs.js';
export {
  FINDINGS_DEFAULTS, seriesFindings, seriesResults, type SeriesFindings, type SeriesResult,
} from './networks/series/findings.js';
export {
  parseImageSweep, parsePercolation, type PercolationSpec, type SweepSpec, type ThresholdSpec,
} from './percolation/spec.js';
export { SWEEP_QUANTITIES, type SweepQuantityName } from './percolation/quantities.js';
export type { Estimate, LimitAnswer, SpanningShare, SweepPoint } from './percolation/summary.js';
export { runSweep, type SweepOptions, type SweepProgress, type SweepResult } from './percolation/sweep.js';
export { sweepTable, thresholdTable, type PercolationTable } from './percolation/table.js';
export { runThreshold, type ThresholdResult, type ThresholdRunOptions } from './percolation/threshold.js';
export {
  areaSpecificResistance, RESISTANCE_DEFAULTS, type ElectrodeResistance, type Homogenised, type ResistanceOptions,
  type ResistanceShares,
} from './resolved/resistance.js';
export { ELECTRODE_IMAGE_DEFAULTS, type ElectrodeImageOptions } from './resolved/electrode.js';

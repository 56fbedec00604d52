// What the library offers of cells.
export { capacityOf, fluxFactor, layoutOf } from './cell.js';
export type {
  ActiveMaterial, Cell, CurrentCollector, ElectrolytePhase, Kinetics, Layout, LithiumFoil, PorousAdditive,
  PorousElectrode, Region, Separator,
} from './cell.js';
export type { Curve } from './curves/curve.js';
export { constant } from './curves/curve.js';
export { expression } from './curves/expression.js';
export { table, type TableScale } from './curves/table.js';
export type { Binary, Electrolyte, SingleIon } from './electrolytes/electrolyte.js';
export { asymmetricExchange } from './exchange-current/asymmetric.js';
export { constantExchange } from './exchange-current/constant.js';
export type { ExchangeCurrent } from './exchange-current/exchange-current.js';
export { latzExchange } from './exchange-current/latz.js';
export { measuredExchange } from './exchange-current/measured.js';
export { newmanExchange } from './exchange-current/newman.js';
export { deLevieImpedance } from './closed-forms/de-levie.js';
export { particleImpedance, slabFactor, sphereFactor } from './closed-forms/diffusion.js';
export { interfaceAdmittance } from './closed-forms/interface.js';
export { oneRailImpedance } from './closed-forms/one-rail.js';
export { depthSquared, porousElectrodeImpedance } from './closed-forms/porous-electrode.js';
export { constantCurrent, type ConstantCurrent } from './experiments/constant-current.js';
export { constantPower, type ConstantPower } from './experiments/constant-power.js';
export { constantVoltage, type ConstantVoltage } from './experiments/constant-voltage.js';
export { explain } from './experiments/explain.js';
export { rateTable, type SimulationOptions } from './experiments/rate-table.js';
export { isPartial, RUN_DEFAULTS, type EndedBy, type Run, type RunOptions } from './experiments/run.js';
export { sequence, type ExperimentStep, type Rest } from './experiments/sequence.js';
export { parseSteps, type WrittenStep } from './experiments/steps.js';
export { CHEMISTRIES, findChemistry } from './chemistries/index.js';
export type { Chemistry } from './chemistries/chemistry.js';
export { cellFromBpx, isBpx } from './file/bpx.js';
export { bpxFromImage } from './file/bpx-partial.js';
export {
  cellFromImage, FROM_IMAGE_DEFAULTS, type FromImageOptions, MATERIAL_DEFAULTS, type MaterialOptions,
  type MeasuredComposite,
} from './file/from-image.js';
export { molarMassOf } from './file/formula.js';
export { readCell, type CellDescription } from './file/read.js';
export type { SourcedEntry } from './file/quantity.js';
export { impedanceSpectrum, type ImpedancePoint } from './impedance/spectrum.js';
export { curveOf, stateAt, type DischargeCurve } from './outputs/curve.js';
export { loadingOf, type Loading } from './outputs/loading.js';
export { splitVoltage, type Overpotentials, type VoltageSplit } from './outputs/overpotential.js';
export { profilesOf, type Profiles } from './outputs/profiles.js';
export { summaryOf, type RunSummary } from './outputs/summary.js';
export { MESH_DEFAULTS, type MeshOptions } from './p2d/mesh.js';
export { settle, uniformState } from './p2d/start.js';
export { P2D, type Control } from './p2d/system.js';
export { compareRagone, ragonePoint, type RagoneComparison } from './ragone/full.js';
export { quickRagone, type RagonePoint } from './ragone/quick.js';
export { electrodeResistances, seriesResistances, type ElectrodeResistances } from './ragone/resistances.js';

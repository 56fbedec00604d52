// The ABI: one re-export per kernel, grouped by area. `src/kernels/` has a wrapper of the same name for each.
export { probeSum, probeTrap, probeTriad } from './core/probe';
export { geodesicDistances, geodesicPrepare } from './paths/geodesic';
export { distanceLines, distancePlanes, distanceValues } from './morphology/distance';
export { distanceWide, openingWide, wideFromBits, wideFromPhase, wideValues } from './morphology/distance-wide';
export { bitsOfDistance, bitsOfPhase, bitsOfWide, bytesOfBits, countBits } from './morphology/bits';
export { reachFromFace } from './morphology/reach';
export { openingLines, openingPlanes } from './morphology/opening';
export { coarsenNetwork } from './transport/coarsen';
export { conductingNetwork } from './transport/network';
export { solveTransport } from './transport/conjugate';
export { philoxBlocks } from './core/random';
export { fftFour, fftTwiddles } from './fields/fft';
export { fieldColumns, fieldPlanes } from './fields/synthesis';
export { excursion } from './fields/threshold';
export { labelsPresent, planeCounts } from './measures/histogram';
export { oneHot, transitions } from './measures/transitions';
export { componentsDisconnect, componentsJoin, componentsMeasure, componentsNumber, componentsPaint } from './morphology/components';

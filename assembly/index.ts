// The ABI: one re-export per kernel, grouped by area. `src/kernels/` calls them.
export { probeSum, probeTrap, probeTriad } from './core/probe';
export { geodesicDistances, geodesicPrepare } from './paths/geodesic';
export { distanceLines, distancePlanes, distanceValues } from './morphology/distance';
export { distanceWide, openingWide, wideFromBits, wideFromPhase, wideValues } from './morphology/distance-wide';
export { climbBasins, numberBasins } from './grains/basins';
export { grainContacts, grainTotals } from './grains/contacts';
export { listMeetings } from './grains/meetings';
export { mergeBasins, paintGrains } from './grains/merge';
export { bitsOfDistance, bitsOfPhase, bitsOfWide, bytesOfBits, countBits } from './morphology/bits';
export { floatsOfSquares, metricBits, metricLines, metricPlanes } from './morphology/metric';
export { rootsOfMetric, rootsOfNarrow, rootsOfWide, unpadSquares } from './morphology/results';
export { localThickness, thicknessCounts } from './morphology/thickness';
export { reachFromFace } from './morphology/reach';
export { openingLines, openingPlanes } from './morphology/opening';
export { openingCounts } from './morphology/opening-counts';
export { codedNetwork } from './transport/network/coded';
export { countNetwork } from './transport/network/count';
export { setFaces, storeFaces, storeLabelFaces } from './transport/network/stored';
export { coarsenNetwork } from './transport/blocks/coarsen';
export { listOctets } from './transport/finest/octets';
export { buildParts } from './transport/parts/build';
export { refreshParts } from './transport/parts/refresh';
export { countParts } from './transport/parts/census';
export { findIslands } from './transport/islands/find';
export { windsAround } from './transport/faces/winding';
export { transportFields } from './transport/output/fields';
export { countInterface, interfaceKinds, listInterface } from './electrode/interface';
export { labelFaces } from './transport/faces/labels';
export { conductingNetwork } from './transport/network/conducting';
export { solveTransport } from './transport/solve/conjugate';
export { probeFinest } from './transport/solve/probe';
export { collectField, spreadField } from './transport/solve/voxels';
export { findPieces, levelPieces } from './transport/solve/pieces';
export { apertureCodes, apertureMarks } from './transport/faces/apertures';
export { apertureConnect } from './transport/faces/owners';
export { philoxBlocks } from './core/random';
export { fftFour, fftTwiddles } from './fields/fft';
export { fieldColumns } from './fields/synthesis';
export { fieldPlanes } from './fields/planes';
export { maternValues, octantAmplitudes, octantCovariance } from './fields/octant';
export { transformDepth, transformPlanes } from './fields/transform';
export { labelsPresent, planeCounts } from './measures/histogram';
export { labelRuns } from './measures/label-runs';
export { oneHot, transitions } from './measures/transitions';
export { pairCounts } from './measures/pairs';
export { planeTransitions, turnLabels } from './measures/plane-transitions';
export { tripleLines } from './measures/triple-lines';
export { chordCounts } from './measures/chords';
export { configurations } from './measures/configurations';
export { cropLags, edgeCounts, indicatorField, spectrumProduct } from './measures/correlation';
export { lagMap, shrinkWindows } from './measures/lag-map';
export {
  componentsDisconnect, componentsJoin, componentsMeasure, componentsNumber, componentsPaint,
} from './morphology/components';
export { medianCube } from './image/median';
export { gaussianWeights, separable } from './image/separable';
export { diffuse, floatValues } from './image/diffusion';
export { greyHistogram, greyRange, stepHistogram } from './image/greys';
export { planeSums, subtractCurves } from './image/profiles';
export { segmentValues } from './image/threshold';
export { blurResidual, classValues, fieldProducts } from './image/deconvolve';
export { likeliestLabels, neighbourLikelihood } from './image/marginals';
export { relaxLabels } from './image/relax';
export { addNoise, greysOfLabels } from './image/scan';
export { absorbSmall, markSmall, paintOutside, phaseMask, regrow } from './image/clean';
export { rescaleLabels, rescaleValues } from './image/rescale';
export { collectRoom, fillOrder, keysOfValues, sortOrder } from './networks/order';
export { percolate } from './networks/percolate';
export { drawSpheres, percolateSpheres } from './networks/spheres';
export { growByEnergy } from './networks/energy';
export { bridgeKeys, joinShells, sizeShells } from './networks/bridge';
export { starRays } from './grains/star-rays';
export { scaleLevels, starLevels } from './grains/star-levels';
export { react, shiftReaction } from './electrode/reaction';
export {
  krylovAdd, krylovDirection, krylovProducts, krylovResidual, krylovSingle, krylovStep,
} from './electrode/krylov';
export { reactBetween, shiftBetween } from './electrode/reaction-between';
export { saltStep } from './electrode/salt';
export { faceSums, twoNetworks } from './electrode/two-networks';
export {
  correctLithium, diffusivityRoots, guessLithium, residualLithium, settleLithium, sumLithium, takeLithium,
} from './electrode/lithium';
export {
  answerLithium, judgeLithium, keepRise, lithiumLaw, rankLithium, sourceLithium,
} from './electrode/lithium-faces';
export { chargeLosses, chargeResidual, correctPotential } from './electrode/charge';

// Functions of the package's entry on volumes.
import type { Peer } from '../harness.js';
import { calls, type CalledCase } from './case.js';

const phase = 1;
/** All but the first layers. */
const INSIDE = [[1, null], [1, null], [1, null]] as const;

const one = (name: string, threads: number, seconds: Peer['seconds']): Peer => ({ name, threads, seconds });
const EDT = [
  one('edt', 1, { 128: 0.049, 256: 0.42, 401: 1.76 }), one('edt', 2, { 128: 0.029, 256: 0.276, 401: 1.05 }),
];
const cc3d = (seconds: Peer['seconds']): Peer[] => [one('cc3d', 1, seconds), one('cc3d: 1 thread', 2, seconds)];
const CC3D_6 = cc3d({ 128: 0.0073, 256: 0.062, 401: 0.265 });
const CC3D_26 = cc3d({ 128: 0.0077, 256: 0.068, 401: 0.289 });
const QUANTIMPY = [one('QuantImPy: one phase', 1, { 128: 0.0091, 256: 0.071, 401: 0.287 })];

const structures: readonly CalledCase[] = [
  calls('generate BM01', ({ library, session, inputs: { edge } }) =>
    library.generate(session, library.specFromSet('bm01', { size: [edge, edge, edge], seed: 1 }))),
  calls('generate BM10', ({ library, session, inputs: { edge } }) =>
    library.generate(session, library.specFromSet('bm10', { size: [edge, edge, edge], seed: 1 }))),
];

const descriptors: readonly CalledCase[] = [
  calls('distance', ({ library, session, inputs: { volume } }) =>
    library.distance(session, volume, { phase }), { peers: EDT }),
  calls('distance: anisotropic', ({ library, session, inputs: { volume } }) =>
    library.distance(session, { ...volume, voxelSizeUm: [0.2, 0.1, 0.1] }, { phase })),
  calls('squaredDistance', ({ library, session, inputs: { volume } }) =>
    library.squaredDistance(session, volume, { phase }), { peers: EDT }),
  calls('components: 6', ({ library, session, inputs: { volume } }) =>
    library.components(session, volume, { phase, neighbourhood: 6 })),
  calls('components: 26', ({ library, session, inputs: { volume } }) =>
    library.components(session, volume, { phase, neighbourhood: 26 })),
  calls('componentLabels: 6', ({ library, session, inputs: { volume } }) =>
    library.componentLabels(session, volume, { phase, neighbourhood: 6 }), { peers: CC3D_6 }),
  calls('componentLabels: 26', ({ library, session, inputs: { volume } }) =>
    library.componentLabels(session, volume, { phase, neighbourhood: 26 }), { peers: CC3D_26 }),
  calls('localThickness', ({ library, session, inputs: { volume } }) =>
    library.localThickness(session, volume, { phase }), { recorded: false }),
  calls('openingSizes', ({ library, session, inputs: { volume } }) =>
    library.openingSizes(session, volume, { phase }), {
    peers: [one("PoreSpy's local thickness", 1, { 128: 0.91, 256: 8.1, 401: 32.6 })],
  }),
  calls('constrictivity', ({ library, session, inputs: { volume } }) =>
    library.constrictivity(session, volume, { phase }), {
    peers: [one("PoreSpy's two curves", 1, { 128: 1.8, 256: 17.3 })],
  }),
  calls('geodesicTortuosity', ({ library, session, inputs: { volume } }) =>
    library.geodesicTortuosity(session, volume, { phase: 2, axis: 'z' }), {
    peers: [one('dijkstra3d', 1, { 128: 0.19, 256: 1.76, 401: 7.8 })],
  }),
  calls('volumeFractions', ({ library, session, inputs: { volume } }) => library.volumeFractions(session, volume)),
  calls('surfaceAreas', ({ library, session, inputs: { volume } }) =>
    library.surfaceAreas(session, volume), { peers: QUANTIMPY }),
  calls('eulerNumbers', ({ library, session, inputs: { volume } }) =>
    library.eulerNumbers(session, volume, { phases: [phase] }), { peers: QUANTIMPY }),
  calls('triplePhaseBoundaries', ({ library, session, inputs: { volume } }) =>
    library.triplePhaseBoundaries(session, volume)),
  calls('surfaceProfiles', ({ library, session, inputs: { volume } }) => library.surfaceProfiles(session, volume)),
  calls('chordLengths', ({ library, session, inputs: { volume } }) => library.chordLengths(session, volume)),
  calls('contactDiameter', ({ library, session, inputs: { volume } }) => library.contactDiameter(session, volume)),
  calls('utilisation', ({ library, session, inputs: { volume } }) =>
    library.utilisation(session, volume, { phase, from: 'low', axis: 'z' })),
  calls('activeInterface', ({ library, session, inputs: { volume } }) =>
    library.activeInterface(session, volume, { electronic: 2, ionic: 1 })),
  calls('twoPointCoverage', ({ library, session, inputs: { volume } }) =>
    library.twoPointCoverage(session, volume, { maxLag: 100 })),
  calls('twoPointMap', ({ library, session, inputs: { volume } }) =>
    library.twoPointMap(session, volume, { phases: phase, maxLag: 50 })),
  calls('imageWarnings', ({ library, session, inputs: { volume } }) => library.imageWarnings(session, volume)),
  calls('labelWarnings', async ({ library, inputs: { volume } }) => library.labelWarnings(volume)),
  calls('labelFractions', async ({ library, inputs: { volume } }) => library.labelFractions(volume.labels)),
  calls('volumeFractionInterval', ({ library, session, inputs: { volume } }) =>
    library.volumeFractionInterval(session, volume, phase)),
  calls('describe', ({ library, session, inputs: { volume } }) => library.describe(session, volume)),
];

const transport: readonly CalledCase[] = [
  calls('conduct', ({ library, session, inputs: { volume } }) => library.conduct(session, volume, { phase }), {
    peers: [
      one('hypre: residual 1e-6', 1, { 128: 1.56, 256: 14.2, 401: 55.8 }),
      one('hypre: residual 1e-6', 2, { 128: 0.82, 256: 7.4, 401: 33.2 }),
    ],
  }),
  calls('conduct: fields', ({ library, session, inputs: { volume } }) =>
    library.conduct(session, volume, { phase, fields: true }), { recorded: false }),
  calls('conduct: smooth', ({ library, session, inputs: { volume } }) =>
    library.conduct(session, volume, { phase, interface: 'smooth' })),
  calls('conduct: three phases', ({ library, session, inputs: { volume } }) =>
    library.conduct(session, volume, { conductivity: { 1: 1, 2: 1e-3, 3: 0.1 } })),
  calls('conduct: periodic', ({ library, session, inputs: { volume } }) =>
    library.conduct(session, volume, { phase, boundary: 'periodic' })),
  calls('conductivityTensor', ({ library, session, inputs: { volume } }) =>
    library.conductivityTensor(session, volume, { phase })),
  calls('measure', ({ library, session, inputs: { volume } }) => library.measure(session, volume), {
    recorded: false,
  }),
];

const images: readonly CalledCase[] = [
  ...([['box 3', { kind: 'box', size: 3 }], ['median 3', { kind: 'median', size: 3 }],
    ['median 5', { kind: 'median', size: 5 }], ['gaussian 1', { kind: 'gaussian', sigma: 1 }],
    ['anisotropic', { kind: 'anisotropic' }]] as const).map(([name, filter]) =>
    calls(`filterGreys: ${name}`, ({ library, session, inputs }) => library.filterGreys(session, inputs.grey, filter))),
  calls('flattenGreys', ({ library, session, inputs }) => library.flattenGreys(session, inputs.grey)),
  calls('greyHistogram', ({ library, session, inputs }) => library.greyHistogram(session, inputs.grey)),
  calls('segmentGreys: otsu 3', ({ library, session, inputs }) =>
    library.segmentGreys(session, inputs.grey, { method: 'otsu', classes: 3 })),
  calls('segmentGreys: auto 3', ({ library, session, inputs }) =>
    library.segmentGreys(session, inputs.grey, { method: 'auto', classes: 3 }), { upTo: 256, recorded: false }),
  calls('cropGreys', async ({ library, inputs }) =>
    library.cropGreys(inputs.grey, INSIDE)),
  calls('cropLabels', async ({ library, inputs: { volume } }) =>
    library.cropLabels(volume, INSIDE)),
  calls('rescaleLabels: half', ({ library, session, inputs: { volume } }) =>
    library.rescaleLabels(session, volume, 0.5)),
  calls('rescaleGreys: half', ({ library, session, inputs }) => library.rescaleGreys(session, inputs.grey, 0.5)),
  calls('cleanLabels', ({ library, session, inputs: { volume } }) =>
    library.cleanLabels(session, volume, { minVoxels: 100 })),
  calls('closePhase', ({ library, session, inputs: { volume } }) =>
    library.closePhase(session, volume, { radius: 2, phase: 2 })),
  calls('openPhase', ({ library, session, inputs: { volume } }) =>
    library.openPhase(session, volume, { radius: 2, phase: 2 })),
  calls('simulateScan', ({ library, session, inputs: { volume } }) =>
    library.simulateScan(session, volume, { greys: { 1: 60, 2: 120, 3: 200 } })),
];

export const FUNCTION_CASES: readonly CalledCase[] = [...structures, ...descriptors, ...transport, ...images];

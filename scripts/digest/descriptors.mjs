// Descriptors: every one of `describe` along all axes, on cubic voxels, on voxels that are no cubes and without a size;
// and each function.
const NAMES = [
  'volumeFraction', 'specificSurfaceArea', 'contactDiameter', 'eulerNumber', 'triplePhaseBoundary',
  'geodesicTortuosity', 'constrictivity',
  'components', 'activeInterface', 'profiles', 'openingSizes', 'twoPoint', 'chordLength',
];
const volumes = ['three', 'flat', 'unsized', 'speckled'];

const describes = volumes.flatMap((volume) => NAMES.map((name) => ({
  name: `describe ${name} of ${volume}`,
  run: async ({ api, session, inputs }) => {
    const description = await api.describe(session, inputs[volume], {
      only: [name], axes: 'all', from: volume === 'speckled' ? 'high' : 'low', curves: true, histograms: true,
      maxLag: 9,
    });
    return { description, row: api.describeRow(description) };
  },
})));

/** [name, input, function of api, session and volume] */
const functions = [
  ['describe two phases', 'two', (api, s, v) => api.describe(s, v)],
  ['describe blocked', 'blocked', (api, s, v) => api.describe(s, v, { axes: 'all' })],
  [
    'describe five', 'five',
    (api, s, v) => api.describe(s, v, { more: ['openingSizes', 'twoPoint', 'chordLength', 'profiles'] }),
  ],
  ['describe sparse', 'sparse', (api, s, v) => api.describe(s, v, { phases: [1], from: 'high', curves: true })],
  ['volumeFractions', 'five', (api, s, v) => api.volumeFractions(s, v)],
  ['surfaceAreas', 'five', (api, s, v) => api.surfaceAreas(s, v, { phases: [1, 4] })],
  ['surfaceProfiles', 'flat', (api, s, v) => api.surfaceProfiles(s, v)],
  ['contactDiameter', 'three', (api, s, v) => api.contactDiameter(s, v, { particles: 3, contact: 2 })],
  ['triplePhaseBoundaries', 'five', (api, s, v) => api.triplePhaseBoundaries(s, v)],
  ['eulerNumbers', 'five', (api, s, v) => api.eulerNumbers(s, v)],
  ['openingSizes', 'flat', (api, s, v) => api.openingSizes(s, v, { phase: 2 })],
  ['localThickness', 'three', (api, s, v) => api.localThickness(s, v, { phase: 1 })],
  ['localThickness flat', 'flat', (api, s, v) => api.localThickness(s, v, { phase: 2 })],
  ['chordLengths', 'three', (api, s, v) => api.chordLengths(s, v)],
  ['twoPointCoverage axes', 'flat', (api, s, v) => api.twoPointCoverage(s, v)],
  ['twoPointCoverage lattice', 'five', (api, s, v) => api.twoPointCoverage(s, v, { directions: 'lattice', maxLag: 8 })],
  ['twoPointMap open', 'three', (api, s, v) => api.twoPointMap(s, v, { phases: 1 })],
  ['twoPointMap pair', 'flat', (api, s, v) => api.twoPointMap(s, v, { phases: [1, 2], maxLag: [5, 9, 12] })],
  [
    'twoPointMap periodic', 'three',
    (api, s, v) => api.twoPointMap(s, api.cropLabels(v, [[0, 24], [0, 32], [0, 40]]), { phases: 2, edges: 'periodic' }),
  ],
  ['squaredDistance open', 'three', (api, s, v) => api.squaredDistance(s, v, { phase: 2 })],
  ['squaredDistance closed', 'three', (api, s, v) => api.squaredDistance(s, v, { phase: 2, border: 'closed' })],
  ['distance flat', 'flat', (api, s, v) => api.distance(s, v, { phase: 1 })],
  ['distance flat closed', 'flat', (api, s, v) => api.distance(s, v, { phase: 1, border: 'closed' })],
  ...[6, 18, 26].flatMap((neighbourhood) => [
    [`components ${neighbourhood}`, 'sparse', (api, s, v) => api.components(s, v, { phase: 1, neighbourhood })],
    [
      `componentLabels ${neighbourhood}`, 'sparse',
      (api, s, v) => api.componentLabels(s, v, { phase: 1, neighbourhood }),
    ],
    [
      `geodesicTortuosity ${neighbourhood}`, 'flat',
      (api, s, v) => api.geodesicTortuosity(s, v, { phase: 2, axis: 'y', neighbourhood }),
    ],
  ]),
  ...['z', 'y', 'x'].flatMap((axis) => [
    [`utilisation ${axis}`, 'sparse', (api, s, v) => api.utilisation(s, v, { phase: 2, axis, from: 'high' })],
    [`activeInterface ${axis}`, 'three', (api, s, v) => api.activeInterface(s, v, { electronic: 2, ionic: 1, axis })],
    [
      `constrictivity ${axis}`, 'flat',
      (api, s, v) => api.constrictivity(s, v, { phase: 1, axis, from: 'high', curves: true }),
    ],
    [
      `geodesicTortuosities ${axis}`, 'speckled',
      (api, s, v) => api.geodesicTortuosities(s, v, [1, 2].map((phase) => ({ phase, axis, from: 'high' }))),
    ],
  ]),
  ['constrictivity radii', 'three', (api, s, v) => api.constrictivity(s, v, { phase: 2, curves: [0.2, 0.4, 0.61] })],
];

export const operations = [
  ...describes,
  ...functions.map(
    ([name, input, run]) => ({ name, run: ({ api, session, inputs }) => run(api, session, inputs[input]) }),
  ),
];

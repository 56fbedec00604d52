// Effective conductivities: axes, boundaries, interfaces, several phases, contrasts, coarse levels, tensor, fields.
const all = { history: true, meanFlux: true };
const mixed = { 1: 1, 2: 0.05 };

/** [input, options] */
const solves = {
  'phase 1 z': ['three', { phase: 1, ...all }],
  'phase 1 y': ['three', { phase: 1, axis: 'y', ...all }],
  'phase 2 x': ['three', { phase: 2, axis: 'x', ...all }],
  'tolerance 1e-9': ['three', { phase: 1, tolerance: 1e-9, ...all }],
  'residual 1e-6': ['three', { phase: 2, residualTolerance: 1e-6, ...all }],
  '3 iterations': ['three', { phase: 1, tolerance: 1e-9, maxIterations: 3, ...all }],
  fields: ['three', { phase: 1, fields: true }],
  'fields y': ['flat', { phase: 2, axis: 'y', fields: true }],
  'fields of two conductors': ['three', { phase: 1, conductivity: mixed, fields: true }],
  'fields smooth': ['three', { phase: 1, interface: 'smooth', fields: true }],
  'fields periodic': ['three', { phase: 1, boundary: 'periodic', fields: true }],
  smooth: ['three', { phase: 1, interface: 'smooth', ...all }],
  'smooth flat': ['flat', { phase: 2, interface: 'smooth', smoothing: 1, axis: 'x', ...all }],
  'smooth periodic': ['three', { phase: 2, interface: 'smooth', boundary: 'periodic', ...all }],
  'level set': ['three', { phase: 1, interface: 'smooth', ...all }, true],
  'level set x, parts': ['three', { phase: 1, interface: 'smooth', axis: 'x', coarsening: 'parts', ...all }, true],
  periodic: ['three', { phase: 1, boundary: 'periodic', ...all }],
  'periodic y of two': ['three', { conductivity: mixed, boundary: 'periodic', axis: 'y', ...all }],
  'voxels that are no cubes': ['flat', { phase: 1, ...all }],
  'voxels that are no cubes, periodic': ['flat', { phase: 2, boundary: 'periodic', axis: 'y', ...all }],
  blocks: ['sparse', { phase: 1, coarsening: 'blocks', ...all }],
  parts: ['sparse', { phase: 1, coarsening: 'parts', ...all }],
  auto: ['sparse', { phase: 1, ...all }],
  'parts y': ['sparse', { phase: 1, axis: 'y', coarsening: 'parts', fields: true }],
  'parts of dense': ['three', { phase: 2, coarsening: 'parts', axis: 'x', ...all }],
  'two conductors': ['three', { conductivity: mixed, ...all }],
  'three conductors': ['three', { phase: 2, conductivity: { 1: 0.3, 2: 2, 3: 1e-3 }, axis: 'x', ...all }],
  'five conductors': ['five', { conductivity: { 1: 1, 2: 2, 3: 0.5, 4: 7, 7: 0.03 }, ...all }],
  'five conductors, parts': [
    'five', { conductivity: { 1: 1, 2: 2, 3: 0.5, 4: 7, 7: 0.03 }, coarsening: 'parts', axis: 'y', ...all },
  ],
  ...Object.fromEntries([1e4, 1e6, 1e8].flatMap((contrast) => ['auto', 'blocks', 'parts'].map((coarsening) => [
    `contrast ${contrast.toExponential()} ${coarsening}`,
    ['sparse', { conductivity: { 1: 1, 2: 1 / contrast, 3: 1 / contrast }, coarsening, ...all }],
  ]))),
  'contrast 1e8, island': ['three', { phase: 2, conductivity: { 1: 1e-8, 2: 1, 3: 1e-4 }, tolerance: 1e-6, ...all }],
  'contrast 1e6, flat, x': ['flat', { conductivity: { 1: 1e-6, 2: 1, 3: 1e-3 }, axis: 'x', fields: true }],
  'contrast 1e6, periodic': ['three', { conductivity: { 1: 1e-6, 2: 1 }, boundary: 'periodic', ...all }],
  'no path': ['blocked', { phase: 1, fields: true }],
  'one phase fills all': ['filled', { phase: 2, ...all }],
};

export const operations = [
  ...Object.entries(solves).map(([name, [input, options, levelSet = false]]) => ({
    name: `conduct ${name}`,
    run: async ({ api, session, inputs }) => {
      const volume = input === 'filled'
        ? { ...inputs.three, labels: new Uint8Array(inputs.three.labels.length).fill(2) }
        : inputs[input];
      const result = await api.conduct(session, volume, levelSet ? { ...options, levelSet: inputs.levelSet } : options);
      return { result, report: api.solveReport(result) };
    },
  })),
  ...['z', 'y', 'x'].map((axis) => (
    {
      name: `mFactor ${axis}`,
      run: ({ api, session, inputs }) => api.mFactor(session, inputs.speckled, { phase: 2, axis }),
    }
  )),
  ...Object.entries({
    periodic: ['three', { phase: 1, boundary: 'periodic' }], dirichlet: ['flat', { conductivity: mixed }],
    smooth: ['three', { phase: 2, interface: 'smooth' }],
  }).map(([name, [input, options]]) => (
    {
      name: `tensor ${name}`,
      run: ({ api, session, inputs }) => api.conductivityTensor(session, inputs[input], options),
    }
  )),
];

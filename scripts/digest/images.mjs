// Import steps one by one and in a row, and the file formats.

const steps = {
  'filter box': ['grey8', [{ step: 'filter', filter: { kind: 'box', size: 5 } }]],
  'filter median 3': ['grey8', [{ step: 'filter', filter: { kind: 'median', size: 3 } }]],
  'filter median 5': ['grey16', [{ step: 'filter', filter: { kind: 'median', size: 5 } }]],
  'filter gaussian': ['grey16', [{ step: 'filter', filter: { kind: 'gaussian', sigma: 1.3 } }]],
  'filter gaussian float': ['greyFloat', [{ step: 'filter', filter: { kind: 'gaussian', sigma: 0.7 } }]],
  'filter box float': ['greyFloat', [{ step: 'filter', filter: { kind: 'box', size: 3 } }]],
  'filter median float': ['greyFloat', [{ step: 'filter', filter: { kind: 'median', size: 3 } }]],
  'filter anisotropic': ['grey16', [{ step: 'filter', filter: { kind: 'anisotropic', iterations: 4 } }]],
  'filter anisotropic kappa': [
    'greyFloat', [{ step: 'filter', filter: { kind: 'anisotropic', iterations: 3, kappa: 0.3 } }],
  ],
  'flatten z': ['grey16', [{ step: 'flatten' }]],
  'flatten all, quadratic': ['grey8', [{ step: 'flatten', axes: ['z', 'y', 'x'], degree: 2 }]],
  'flatten float': ['greyFloat', [{ step: 'flatten', axes: ['y'] }]],
  'segment otsu': ['grey16', [{ step: 'segment', segmentation: { method: 'otsu', classes: 3 }, labels: [3, 1, 2] }]],
  'segment otsu 2': ['grey8', [{ step: 'segment', segmentation: { method: 'otsu' } }]],
  'segment thresholds': [
    'greyFloat', [{ step: 'segment', segmentation: { method: 'thresholds', thresholds: [0.9, 1.5] } }],
  ],
  'segment fractions': [
    'grey16', [{ step: 'segment', segmentation: { method: 'fractions', fractions: [0.3, 0.45, 0.25] } }],
  ],
  clean: ['speckled', [{ step: 'clean', minVoxels: 20 }]],
  'clean one phase': ['speckled', [{ step: 'clean', minVoxels: 5, phases: [2] }]],
  close: ['speckled', [{ step: 'close', radius: 2, phase: 1 }]],
  open: ['speckled', [{ step: 'open', radius: 1.5, phase: 2 }]],
  'close two phases': ['two', [{ step: 'close', radius: 3 }]],
  'rescale labels 0.5': ['three', [{ step: 'rescale', factor: 0.5 }]],
  'rescale labels zyx': ['three', [{ step: 'rescale', factor: [1.3, 0.7, 1] }]],
  'rescale labels five': ['five', [{ step: 'rescale', factor: 0.61 }]],
  'rescale greys': ['grey16', [{ step: 'rescale', factor: [0.5, 1.4, 0.8] }], 'grey'],
  'rescale greys 8': ['grey8', [{ step: 'rescale', factor: 0.5 }], 'grey'],
  'rescale float': ['greyFloat', [{ step: 'rescale', factor: 0.37 }], 'grey'],
  'crop labels': ['three', [{ step: 'crop', window: [[2, 20], [null, 17], [5, null]] }]],
  'crop greys': ['grey16', [{ step: 'crop', window: [[1, 9], [3, 17], [5, 40]] }], 'grey'],
  'all steps': ['grey16', [
    { step: 'crop', window: [[1, null], [null, null], [null, 38]] }, { step: 'flatten', degree: 2 },
    { step: 'filter', filter: { kind: 'median', size: 3 } },
    { step: 'segment', segmentation: { method: 'otsu', classes: 3 } }, { step: 'clean', minVoxels: 10 },
    { step: 'close', radius: 1, phase: 2 }, { step: 'rescale', factor: 0.8 },
  ]],
};

const functions = {
  'histogram 8': (api, s, inputs) => api.greyHistogram(s, inputs.grey8),
  'histogram float': (api, s, inputs) => api.greyHistogram(s, inputs.greyFloat),
  'otsuThresholds 4': async (api, s, inputs) => api.otsuThresholds(await api.greyHistogram(s, inputs.grey16), 4),
};

const EXTENSIONS = ['.npy', '.tif', '.nrrd', '.mha', '.nii', '.vti', '.raw'];
/** Deflated by the engine, each in its own way, or by optional packages, which a page has from its bundler. */
const OTHERS = ['.npz', '.nii.gz', '.h5', '.zarr', '.npy.gz', '.nrrd.gz', '.mha.gz', '.raw.gz'];

const encodings = (extensions) => extensions.flatMap((extension) => ['labels', 'grey16', 'greyFloat'].map((input) => ({
  name: `file ${extension} of ${input}`, host: true,
  run: async ({ api, inputs }) => {
    const { labels, ...grid } = inputs.flat;
    const array = input === 'labels' ? { ...grid, data: labels, provenance: { made: 'by hand' } } : inputs[input];
    const name = `a${extension}`;
    const encoded = await api.encodeVoxels(name, array);
    const decoded = encoded.folder
      ? await api.decodeFolder(name, encoded.folder)
      : await api.decodeVoxels(name, encoded.bytes, encoded.sidecar);
    // HDF5 keeps the time of writing: of its bytes only the number is the same twice.
    return { encoded: extension === '.h5' ? encoded.bytes.length : encoded, decoded };
  },
})));

export const operations = [
  ...Object.entries(steps).map(([name, [input, list, content = null]]) => ({
    name: `import ${name}`,
    run: ({ api, session, inputs }) => {
      const { labels, ...rest } = inputs[input];
      return api.importImage(session, 'image.npy', { data: labels, ...rest }, list, { content });
    },
  })),
  ...Object.entries(functions)
    .map(([name, run]) => ({ name, run: ({ api, session, inputs }) => run(api, session, inputs) })),
  ...encodings(EXTENSIONS),
];

export const inNode = encodings(OTHERS);

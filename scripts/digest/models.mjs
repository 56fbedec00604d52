// Studies, laws, calibrations and the pages that show them.
const SIZE = [20, 24, 22];
const study = (more) => ({
  name: 'digest', scenarios: ['bm01', 'bm03'], t: [1 / 3], size: SIZE, gradient: { realisations: 1 },
  steps: { h: [-0.2, 0.1], hConstrictivity: [0.025] }, ...more,
});
const studies = {
  plain: study({}),
  'smooth, along x, exponential': study({
    transport: { interface: 'smooth', tolerance: 1e-5 }, axis: 'x', covariance: 'exponential', phases: [1, 2, 3],
    constrictivity: { from: 'high' },
    steps: {
      h: [0.1], hConstrictivity: [0.05], descriptors: ['volumeFraction', 'meanGeodesicTortuosity2', 'constrictivity1'],
    },
    gradient: { realisations: 2, randomNumbers: 'independent' },
  }),
};

const reproducibility = [{ label: 'made by', value: 'digest' }];
const chi2 = { model: 'chi2', parameters: { alpha: 0.3, lambda: 1.4, anisotropyFactor: 1 }, seed: 3 };
const three = {
  model: 'three-phase', seed: 3, size: [40, 44, 42],
  parameters: {
    alphaChiX: 0.5, alphaChiY: 0.6, alphaGaussX: 0.45, alphaGaussY: 0.6, lambdaX: 2, lambdaY: 1.5, n: 2,
    anisotropyFactor: 1,
  },
};

const host = {
  law: (api, table) => api.fitLaw(table),
  'law with other seeds': (api, table) => api.fitLaw(table, { seed: 5, phases: ['2'] }),
  predict: (api) => {
    const sample = {
      volumeFraction: 0.4, meanGeodesicTortuosity: 1.12, stdGeodesicTortuosity: 0.03, constrictivity: 0.5,
    };
    return Object.fromEntries(api.PUBLISHED.map(({ name }) => [name, api.predict(name, sample)]));
  },
  'calibrate from descriptors': (api) => [
    api.threePhaseFromDescriptors(
      { volumeFraction: { se: 0.3, am: 0.5 }, specificSurfaceArea: { se: 0.4, am: 0.5 } }, { voxelSizeUm: 0.2 },
    ),
    api.threePhaseFromDescriptors(
      { volumeFraction: { se: 0.3, am: 0.5 }, specificSurfaceArea: { se: 0.08, am: 0.1 } },
      { areas: 'lattice', n: 1, gaussRatio: 0.7 },
    ),
    api.chi2FromDescriptors({ volumeFraction: 0.5, specificSurfaceArea: 0.1 }),
    api.chi2FromDescriptors(
      { volumeFraction: 0.5, specificSurfaceArea: 0.1 }, { areas: 'lattice', anisotropyFactor: 0.9 },
    ),
  ],
  eq6: (api) => [
    api.correlationFromCoverage(1.4, 0.3),
    api.chi2FromCoverage(0.5, [1, 2, 3, 4].map((lag) => ({ lag, coverage: 0.5 - 0.05 * lag }))),
  ],
  'plan of the paper': (api) =>
    ({ counts: api.countStudy(api.parseStudySpec({})), round1: api.planRound1(api.parseStudySpec({})) }),
  'report study': (api, table) => api.studyReport({
    title: 'digest', window: SIZE, voxelSizeUm: 0.2, table, law: api.fitLaw(table), slices: [],
    reproducibility,
  }),
};

async function runStudy(api, settings, threads) {
  const spec = api.parseStudySpec(settings);
  const store = api.memoryStore();
  const result = await api.runStudy(await api.openStudy(spec, store, { version: '0.0.0' }), {
    threads, memoryBytes: 2 ** 30, openSession: api.openSession,
  });
  const files = {};
  for (const name of await store.list()) {
    const text = await store.read(name);
    // Rows come in the order in which they were done.
    const lines = text.split('\n').sort();
    files[name] = name.endsWith('.jsonl') ? lines.filter((line) => line !== '')
      .map((line) => JSON.parse(line)) : name.endsWith('.json') ? JSON.parse(text) : text;
  }
  return { result, files };
}

async function calibration(api, session, images, options) {
  const found = await api.calibrate(session, images, { draws: 32, seed: 2, ...options });
  return { found, distance: api.regionDistance(found, found.parameters) };
}

export const operations = [
  ...Object.entries(host).map(([name, run]) => ({ name, host: true, run: ({ api, inputs }) => run(api, inputs.law) })),
  ...Object.entries(studies).map(
    ([name, settings]) => ({ name: `study ${name}`, run: ({ api, threads }) => runStudy(api, settings, threads) }),
  ),
  {
    name: 'calibrate chi2 on a volume',
    run: async ({ api, session }) => {
      const volume = await api.generate(session, { ...chi2, size: [32, 36, 34] });
      const result = await calibration(api, session, volume, { model: 'chi2' });
      const validation = await api.validateCalibration(session, volume, result.found, { realisations: 2 });
      const intervals = await api.volumeFractionIntervals(session, volume, [2, 3]);
      const html = api.calibrationReport(
        { title: 'digest', calibration: result.found, intervals: intervals.intervals, validation, reproducibility },
      );
      return { ...result, validation, intervals, html };
    },
  },
  {
    name: 'calibrate chi2 on sections',
    run: async ({ api, session }) => {
      const volume = await api.generate(session, { ...chi2, size: [48, 40, 44] });
      const sections = [
        api.cropLabels(volume, [[4, 5], [null, null], [null, null]]),
        api.cropLabels(volume, [[null, null], [20, 21], [null, null]]),
      ];
      return calibration(api, session, sections, { model: 'chi2' });
    },
  },
  {
    name: 'calibrate three-phase on a volume',
    run: async ({ api, session }) => calibration(
      api, session, await api.generate(session, three), { model: 'three-phase', fixed: { anisotropyFactor: 1 } },
    ),
  },
  {
    name: 'report describe',
    run: async ({ api, session, inputs }) => {
      const description = await api.describe(session, inputs.flat, {
        axes: 'all', curves: true, histograms: true, more: ['openingSizes', 'twoPoint', 'chordLength', 'profiles'],
      });
      return api.describeReport({ title: 'digest', description, reproducibility });
    },
  },
  {
    name: 'report conduct',
    run: async ({ api, session, inputs }) => {
      const volume = inputs.flat;
      const results = [];
      for (const axis of ['z', 'x']) {
        results.push(await api.conduct(session, volume, { phase: 1, axis, fields: true, history: true }));
      }
      return api.conductReport({ title: 'digest', volume, results, tensor: null, reproducibility });
    },
  },
];

// Structures: every model, covariance family, parameter set, edges, level sets; and what theory says of them.
const SIZE = [24, 30, 36];
const draw = { size: SIZE, seed: 11, scenario: 2, realisation: 3 };
const three = {
  alphaChiX: 0.12, alphaChiY: 0.2, alphaGaussX: 0.1, alphaGaussY: 0.15, lambdaX: 2, lambdaY: 1.2, n: 2,
  anisotropyFactor: 0.9,
};
const chi2 = { alpha: 0.15, lambda: 1.4, anisotropyFactor: 1.1 };
const table = { family: 'table', lag: [0, 0.4, 0.8, 1.6, 2.4, 3.2, 4], rho: [1, 0.82, 0.62, 0.3, 0.12, 0.03, 0] };
const covariances = {
  exponential: 'exponential', matern: 'matern', 'matern 2.5': { family: 'matern', smoothness: 2.5 },
  spherical: 'spherical', table,
};

/** The probability of pairs and its gradient, under the name that a build has for it. */
const probability = (api, kind) => api[`${kind}PairProbabilityGradient`] ?? api[`${kind}CoverageGradient`];

const specs = {
  'three-phase': { model: 'three-phase', parameters: three, levelSets: true, ...draw },
  'three-phase n 1': { model: 'three-phase', parameters: { ...three, n: 1 }, ...draw },
  'three-phase n 3': { model: 'three-phase', parameters: { ...three, n: 3 }, ...draw },
  'three-phase periodic': { model: 'three-phase', parameters: three, edges: 'periodic', levelSets: true, ...draw },
  'three-phase period': { model: 'three-phase', parameters: three, period: [40, 48, 45], ...draw },
  'three-phase long voxels': { model: 'three-phase', parameters: three, voxelSizeUm: [0.4, 0.2, 0.2], ...draw },
  chi2: { model: 'chi2', parameters: chi2, levelSets: true, ...draw },
  'chi2 periodic': { model: 'chi2', parameters: chi2, edges: 'periodic', ...draw },
  ...Object.fromEntries(Object.entries(covariances).flatMap(([name, covariance]) => [
    [`chi2 ${name}`, { model: 'chi2', parameters: { ...chi2, covariance }, ...draw }],
    [`three-phase ${name}`, { model: 'three-phase', parameters: { ...three, covariance }, ...draw }],
  ])),
  ...Object.fromEntries(['sc', 'bcc', 'fcc'].map((arrangement) => [
    `spheres ${arrangement}`,
    { model: 'spheres', size: [24, 24, 48], arrangement, volumeFraction: 0.4, levelSets: true, voxelSizeUm: 0.5 },
  ])),
  'spheres random': {
    model: 'spheres', size: SIZE, arrangement: 'random', radius: 4, volumeFraction: 0.25, seed: 5, label: 1, matrix: 3,
  },
  'spheres overlapping': {
    model: 'spheres', size: SIZE, arrangement: 'overlapping', radius: 5, volumeFraction: 0.5, seed: 5,
  },
  packing: { model: 'packing', parameters: { activeDiameter: 2.2, activeSpread: 0.1 }, levelSets: true, ...draw },
  'packing cropped': {
    model: 'packing', edges: 'cropped', shares: 'mass', voxelSizeUm: [0.3, 0.2, 0.2],
    parameters: { activeDiameter: 1.6, electrolyteDiameter: 1, voidFraction: 0.35 }, ...draw,
  },
  'packing cells': { model: 'packing', electrolyte: 'polyhedra', parameters: { activeDiameter: 2.2 }, ...draw },
  'packing gaps': {
    model: 'packing', electrolyte: 'polyhedra', voids: 'gaps', parameters: { activeDiameter: 2.2 }, ...draw,
  },
  'laminate z': { model: 'laminate', size: SIZE },
  'laminate x': {
    model: 'laminate', size: SIZE, axis: 'x', layers: [{ thickness: 3, label: 1 }, { thickness: 5, label: 2 }],
  },
  'channels z': { model: 'channels', size: SIZE },
  'channels y round': { model: 'channels', size: SIZE, axis: 'y', section: 'round', width: 5, spacing: 9 },
};
const sets = ['bm01', 'bm03', 'bm10', 'f850', 'f900', 'm850', 'm900', 'c850', 'c900'];

const theory = {
  threePhaseQuantities: (api) => api.threePhaseQuantities(three),
  threePhaseFractions: (api) => api.threePhaseFractions({ ...three, n: 3 }),
  chi2Quantities: (api) => api.chi2Quantities(chi2),
  threePhaseDerivatives: (api) => api.threePhaseDerivatives(three),
  threePhaseLatticeSurface: (api) => api.threePhaseLatticeSurface({ ...three, covariance: table }),
  chi2LatticeSurface: (api) => api.chi2LatticeSurface({ ...chi2, covariance: 'exponential' }),
  mixedPairProbability: (api) => [0.1, 0.5, 0.95].map((rho) => probability(api, 'mixed')(2, 1.7, rho, 0.8 * rho)),
  chi2PairProbability: (api) => [0.1, 0.5, 0.95].map((rho) => probability(api, 'chi2')(1.4, rho)),
};

export const operations = [
  ...Object.entries(specs)
    .map(([name, spec]) => ({ name: `generate ${name}`, run: ({ api, session }) => api.generate(session, spec) })),
  ...sets.map((name) => ({
    name: `generate ${name}`,
    run: ({ api, session }) => api.generate(session, api.specFromSet(name, { size: SIZE, seed: 7 })),
  })),
  ...[1, 2, 3].map((phase) => ({
    name: `phaseLevelSet ${phase}`,
    run: async ({ api, session }) => api.phaseLevelSet(await api.generate(session, specs['three-phase']), phase),
  })),
  ...Object.entries(theory).map(([name, run]) => ({ name: `theory ${name}`, host: true, run: ({ api }) => run(api) })),
  {
    name: 'plans', host: true,
    run: ({ api }) => ({
      generate: api.generatePlan(specs['three-phase'], 2),
      describe: api.describePlan(SIZE, 2, { axes: 'all' }, [0.4, 0.2, 0.2]),
      conduct: api.conductPlan(SIZE, 2), mFactor: api.mFactorPlan(SIZE, 2),
      largest: Object.fromEntries(api.PLANNED_OPERATIONS.map(({ name }) => [name, api.largestCube(name, 2 ** 31, 2)])),
    }),
  },
];

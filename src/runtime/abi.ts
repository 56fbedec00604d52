// Names and kinds of every kernel's arguments, in the order of its signature. Written by scripts/abi.mjs from
// assembly/: do not edit, build. Every kernel has `thread` and `threads` before these.

export const KERNELS = {
  absorbSmall: {
    result: 'pointer', labels: 'pointer', mask: 'pointer', list: 'pointer', votes: 'pointer', nz: 'i32', ny: 'i32',
    nx: 'i32',
  },
  addNoise: {
    out: 'pointer', values: 'pointer', kind: 'i32', noise: 'f64', scratch: 'pointer', key0: 'u32', key1: 'u32',
    voxels: 'u32',
  },
  answerLithium: {
    active: 'pointer', weight: 'pointer', classes: 'pointer', first: 'u32', nx: 'u32', pitch: 'u32',
    reaction: 'optional', ranks: 'pointer', root: 'pointer', now: 'pointer', change: 'pointer', next: 'pointer',
    correction: 'pointer', target: 'pointer', wide: 'flag', gainZ: 'f64', gainY: 'f64', gainX: 'f64', halfZ: 'f64',
    halfY: 'f64', halfX: 'f64', answer: 'pointer', older: 'pointer', base: 'pointer', slope: 'pointer',
    errorNext: 'f64', errorLast: 'f64', errorOlder: 'f64', out: 'pointer',
  },
  apertureCodes: {
    facesZ: 'pointer', facesY: 'pointer', facesX: 'pointer', topZ: 'pointer', topY: 'pointer', topX: 'pointer',
    marks: 'pointer', levelSet: 'optional', scratch: 'pointer', sigma: 'f64', reach: 'i32', nz: 'i32', ny: 'i32',
    nx: 'i32', periodic: 'flag',
  },
  apertureConnect: {
    out: 'pointer', facesZ: 'pointer', facesY: 'pointer', facesX: 'pointer', topZ: 'pointer', topY: 'pointer',
    topX: 'pointer', marks: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', periodic: 'flag',
  },
  apertureMarks: { marks: 'pointer', levelSet: 'optional', phase: 'i32', voxels: 'i32' },
  bitsOfDistance: {
    bits: 'pointer', squared: 'pointer', limit: 'i32', rows: 'i32', nx: 'i32', stride: 'i32', words: 'i32',
  },
  bitsOfPhase: { bits: 'pointer', labels: 'pointer', phase: 'i32', rows: 'i32', nx: 'i32', words: 'i32' },
  bitsOfWide: { bits: 'pointer', squared: 'pointer', limit: 'u32', rows: 'i32', nx: 'i32', words: 'i32' },
  blurResidual: { values: 'pointer', grey: 'pointer', sums: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32' },
  bridgeKeys: {
    keys: 'pointer', voxels: 'pointer', parents: 'pointer', shells: 'pointer', scratch: 'pointer', count: 'i32',
    round: 'flag', randomness: 'f64', key0: 'u32', key1: 'u32',
  },
  buildParts: {
    record: 'pointer', entry: 'pointer', blocks: 'pointer', ids: 'pointer', roots: 'pointer', levels: 'pointer',
    limit: 'pointer', red: 'i32', nodes: 'i32', joining: 'i32', threshold: 'f32', renewable: 'flag',
  },
  bytesOfBits: { mask: 'pointer', bits: 'pointer', rows: 'i32', nx: 'i32', words: 'i32' },
  chargeLosses: {
    out: 'pointer', potential: 'pointer', labels: 'pointer', between: 'pointer', low: 'pointer', nz: 'i32',
    ny: 'i32', nx: 'i32',
  },
  chargeResidual: {
    out: 'pointer', right: 'pointer', potential: 'pointer', labels: 'pointer', between: 'pointer', low: 'pointer',
    source: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', classes: 'pointer', active: 'pointer',
    electrolyte: 'pointer', weight: 'pointer', reaction: 'pointer', areaZ: 'f64', areaY: 'f64', areaX: 'f64',
    cursors: 'pointer',
  },
  chordCounts: {
    counts: 'pointer', begins: 'pointer', bits: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', words: 'i32',
    axis: 'i32',
  },
  classValues: { out: 'pointer', labels: 'pointer', means: 'pointer', voxels: 'u32' },
  climbBasins: {
    basins: 'pointer', peaks: 'pointer', depths: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', stride: 'i32',
    neighbourhood: 'i32',
  },
  coarsenNetwork: { table: 'pointer', count: 'i32' },
  codedNetwork: {
    entry: 'pointer', bits: 'pointer', queue: 'pointer', queued: 'pointer', lines: 'pointer', codesZ: 'pointer',
    codesY: 'pointer', codesX: 'pointer', topZ: 'pointer', sTop: 'i32', sz: 'i32', sy: 'i32', sx: 'i32',
    all: 'flag',
  },
  collectField: {
    entry: 'pointer', x: 'pointer', second: 'optional', to: 'pointer', sz: 'i32', sy: 'i32', sx: 'i32',
  },
  collectRoom: {
    voxels: 'pointer', keys: 'pointer', labels: 'pointer', counts: 'pointer', scratch: 'pointer', count: 'i32',
    phase: 'i32', key0: 'u32', key1: 'u32',
  },
  componentsDisconnect: {
    labels: 'pointer', faces: 'pointer', rowStart: 'pointer', runs: 'pointer', parents: 'pointer', nz: 'i32',
    ny: 'i32', nx: 'i32', face: 'i32', label: 'i32',
  },
  componentsJoin: {
    rowStart: 'pointer', runs: 'pointer', parents: 'pointer', labels: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32',
    phase: 'i32', neighbourhood: 'i32',
  },
  componentsMeasure: {
    totals: 'pointer', faces: 'pointer', rowStart: 'pointer', runs: 'pointer', parents: 'pointer', nz: 'i32',
    ny: 'i32', nx: 'i32',
  },
  componentsNumber: { sizes: 'pointer', parents: 'pointer', runCount: 'u32' },
  componentsPaint: {
    out: 'pointer', rowStart: 'pointer', runs: 'pointer', parents: 'pointer', nx: 'i32', from: 'i32', to: 'i32',
  },
  conductingNetwork: {
    out: 'pointer', network: 'pointer', bits: 'pointer', queue: 'optional', queued: 'optional', labels: 'pointer',
    phase: 'i32', connected: 'flag', nz: 'i32', ny: 'i32', nx: 'i32', sz: 'u32', sy: 'u32', sx: 'u32',
  },
  configurations: { counts: 'pointer', labels: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', phase: 'i32' },
  correctLithium: {
    nz: 'i32', ny: 'i32', nx: 'i32', pitch: 'i32', root: 'pointer', zeros: 'pointer', starts: 'pointer',
    now: 'pointer', change: 'pointer', next: 'pointer', residual: 'pointer', correction: 'pointer',
    direction: 'pointer', product: 'pointer', sums: 'pointer', rate: 'f64', weightY: 'f64', weightX: 'f64',
    momentum: 'f64', tolerance: 'f64', maxIterations: 'i32', out: 'pointer',
  },
  correctPotential: {
    out: 'pointer', potential: 'pointer', correction: 'pointer', share: 'f64', rows: 'i32', nx: 'i32',
  },
  countBits: { counts: 'pointer', bits: 'pointer', nz: 'i32', ny: 'i32', words: 'i32' },
  countInterface: { places: 'pointer', kinds: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', from: 'i32', to: 'i32' },
  countNetwork: { out: 'pointer', entry: 'pointer' },
  countParts: {
    out: 'pointer', planes: 'pointer', entry: 'pointer', blocks: 'pointer', faces: 'optional', cells: 'pointer',
    roots: 'pointer', levels: 'i32', joining: 'i32', threshold: 'f32',
  },
  cropLags: {
    out: 'pointer', field: 'pointer', lz: 'i32', ly: 'i32', lx: 'i32', pz: 'i32', py: 'i32', px: 'i32',
    pitch: 'i32',
  },
  diffuse: {
    a: 'pointer', b: 'pointer', iterations: 'i32', inverse: 'f32', rate: 'f32', nz: 'i32', ny: 'i32', nx: 'i32',
  },
  diffusivityRoots: {
    root: 'pointer', next: 'pointer', starts: 'pointer', table: 'pointer', cells: 'i32', rows: 'i32', pitch: 'i32',
  },
  distanceLines: {
    g: 'pointer', labels: 'pointer', phase: 'i32', nz: 'i32', ny: 'i32', nx: 'i32', stride: 'i32', closed: 'flag',
  },
  distancePlanes: {
    squared: 'pointer', largest: 'pointer', g: 'pointer', lines: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32',
    stride: 'i32', closed: 'flag',
  },
  distanceValues: { present: 'pointer', squared: 'pointer', rows: 'i32', stride: 'i32' },
  distanceWide: {
    squared: 'pointer', scratch: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', longest: 'i32', closed: 'flag',
  },
  drawSpheres: {
    centres: 'pointer', radii: 'pointer', kinds: 'pointer', scratch: 'pointer', count: 'i32', kindCount: 'i32',
    z: 'f64', y: 'f64', x: 'f64', key0: 'u32', key1: 'u32',
  },
  edgeCounts: {
    bins: 'pointer', labels: 'pointer', phase: 'i32', nz: 'i32', ny: 'i32', nx: 'i32', ez: 'i32', ey: 'i32',
    ex: 'i32',
  },
  faceSums: {
    out: 'pointer', values: 'pointer', active: 'pointer', electrolyte: 'pointer', classes: 'pointer', voxels: 'u32',
  },
  fftFour: { x: 'pointer', work: 'pointer', twiddles: 'pointer', length: 'i32' },
  fftTwiddles: { twiddles: 'pointer', length: 'i32' },
  fieldColumns: {
    modes: 'pointer', tables: 'optional', scratch: 'pointer', twiddles: 'pointer', periodZ: 'i32', periodY: 'i32',
    periodX: 'i32', lowZ: 'i32', countZ: 'i32', lowY: 'i32', countY: 'i32', lowX: 'i32', countX: 'i32', nz: 'i32',
    alphaZ1: 'f64', alpha1: 'f64', alphaZ2: 'f64', alpha2: 'f64', reachZ: 'f64', reachY: 'f64', reachX: 'f64',
    octant1: 'optional', octant2: 'optional', octantX: 'i32', octantZ: 'i32', seedLow: 'u32', seedHigh: 'u32',
    scenario: 'u32', realisation: 'u32', pair: 'u32',
  },
  fieldPlanes: {
    outReal: 'pointer', outImaginary: 'pointer', square: 'flag', addReal: 'flag', addImaginary: 'flag',
    modes: 'pointer', scratch: 'pointer', twiddlesY: 'pointer', twiddlesX: 'pointer', periodY: 'i32',
    periodX: 'i32', lowY: 'i32', countY: 'i32', lowX: 'i32', countX: 'i32', nz: 'i32', ny: 'i32', nx: 'i32',
    reachY: 'f64', reachX: 'f64', labels: 'optional', x: 'optional', y: 'optional', lambdaX: 'f32', lambdaY: 'f32',
    inX: 'i32', inY: 'i32', rest: 'i32',
  },
  fieldProducts: { sums: 'pointer', fields: 'pointer', count: 'i32', nz: 'i32', ny: 'i32', nx: 'i32' },
  fillOrder: { labels: 'pointer', voxels: 'pointer', count: 'i32', label: 'i32' },
  findIslands: {
    record: 'pointer', entry: 'pointer', ids: 'pointer', x: 'pointer', strong: 'pointer', sizes: 'pointer',
    sets: 'i32', islands: 'i32', room: 'i32',
  },
  findPieces: { out: 'pointer', entry: 'pointer', ids: 'pointer' },
  floatValues: { floats: 'pointer', values: 'pointer', kind: 'i32', count: 'u32', back: 'flag' },
  floatsOfSquares: { floats: 'pointer', squared: 'pointer', rows: 'i32', stride: 'i32' },
  gaussianWeights: { weights: 'pointer', reach: 'i32', sigma: 'f64' },
  geodesicDistances: {
    field: 'pointer', bits: 'pointer', queue: 'pointer', state: 'pointer', scratch: 'pointer', s1: 'i32', s2: 'i32',
    capacity: 'i32', w0: 'f32', w1: 'f32', w2: 'f32', w01: 'f32', w02: 'f32', w12: 'f32', w012: 'f32',
  },
  geodesicPrepare: {
    field: 'pointer', bits: 'pointer', queue: 'pointer', state: 'pointer', counts: 'pointer', labels: 'pointer',
    nz: 'i32', ny: 'i32', nx: 'i32', axis: 'i32', label: 'i32', target: 'i32', total: 'u32', capacity: 'i32',
  },
  grainContacts: {
    contacts: 'pointer', slots: 'u32', used: 'pointer', ids: 'pointer', directions: 'pointer', grains: 'u32',
    nz: 'i32', ny: 'i32', nx: 'i32',
  },
  grainTotals: {
    totals: 'pointer', ids: 'pointer', labels: 'pointer', grains: 'u32', connected: 'i32', beyond: 'u32', nz: 'i32',
    ny: 'i32', nx: 'i32',
  },
  greyHistogram: {
    out: 'pointer', tables: 'pointer', bins: 'i32', values: 'pointer', kind: 'i32', count: 'u32', base: 'f64',
    scale: 'f64',
  },
  greyRange: { out: 'pointer', values: 'pointer', kind: 'i32', count: 'u32' },
  greysOfLabels: { values: 'pointer', labels: 'pointer', greys: 'pointer', voxels: 'u32' },
  growByEnergy: {
    voxels: 'pointer', labels: 'pointer', states: 'pointer', places: 'pointer', pool: 'pointer', lists: 'pointer',
    free: 'pointer', lengths: 'pointer', nz: 'u32', ny: 'u32', nx: 'u32', into: 'i32', label: 'i32', count: 'u32',
    chunks: 'u32', key0: 'u32', key1: 'u32', weight: 'f64',
  },
  guessLithium: {
    nz: 'i32', ny: 'i32', nx: 'i32', pitch: 'i32', root: 'pointer', zeros: 'pointer', starts: 'pointer',
    now: 'pointer', change: 'pointer', next: 'pointer', residual: 'pointer', correction: 'pointer',
    direction: 'pointer', product: 'pointer', sums: 'pointer', rate: 'f64', weightY: 'f64', weightX: 'f64',
    momentum: 'f64', tolerance: 'f64', maxIterations: 'i32', out: 'pointer',
  },
  indicatorField: {
    field: 'pointer', labels: 'pointer', phase: 'i32', mean: 'f32', nz: 'i32', ny: 'i32', nx: 'i32', pz: 'i32',
    py: 'i32', pitch: 'i32',
  },
  interfaceKinds: { kinds: 'pointer', labels: 'pointer', table: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32' },
  joinShells: { parents: 'pointer', shells: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32' },
  judgeLithium: {
    active: 'pointer', weight: 'pointer', classes: 'pointer', first: 'u32', nx: 'u32', pitch: 'u32',
    reaction: 'optional', ranks: 'pointer', root: 'pointer', now: 'pointer', change: 'pointer', next: 'pointer',
    correction: 'pointer', target: 'pointer', wide: 'flag', gainZ: 'f64', gainY: 'f64', gainX: 'f64', halfZ: 'f64',
    halfY: 'f64', halfX: 'f64', answer: 'pointer', older: 'pointer', base: 'pointer', slope: 'pointer',
    errorNext: 'f64', errorLast: 'f64', errorOlder: 'f64', out: 'pointer',
  },
  keepRise: {
    active: 'pointer', weight: 'pointer', classes: 'pointer', first: 'u32', nx: 'u32', pitch: 'u32',
    reaction: 'optional', ranks: 'pointer', root: 'pointer', now: 'pointer', change: 'pointer', next: 'pointer',
    correction: 'pointer', target: 'pointer', wide: 'flag', gainZ: 'f64', gainY: 'f64', gainX: 'f64', halfZ: 'f64',
    halfY: 'f64', halfX: 'f64', answer: 'pointer', older: 'pointer', base: 'pointer', slope: 'pointer',
    errorNext: 'f64', errorLast: 'f64', errorOlder: 'f64', out: 'pointer',
  },
  keysOfValues: {
    keys: 'pointer', voxels: 'pointer', values: 'pointer', count: 'i32', nx: 'u32', stride: 'u32',
    descending: 'flag',
  },
  krylovAdd: { x: 'pointer', p: 'pointer', alpha: 'f64', slices: 'u32', length: 'u32' },
  krylovDirection: { p: 'pointer', z: 'pointer', beta: 'f64', slices: 'u32', length: 'u32' },
  krylovProducts: { out: 'pointer', z: 'pointer', r: 'pointer', q: 'pointer', slices: 'u32', length: 'u32' },
  krylovResidual: { out: 'pointer', r: 'pointer', b: 'pointer', y: 'pointer', slices: 'u32', length: 'u32' },
  krylovSingle: { single: 'pointer', r: 'pointer', slices: 'u32', length: 'u32' },
  krylovStep: {
    out: 'pointer', x: 'pointer', r: 'pointer', p: 'pointer', q: 'pointer', alpha: 'f64', slices: 'u32',
    length: 'u32',
  },
  labelFaces: {
    faceZ: 'pointer', faceY: 'pointer', faceX: 'pointer', topZ: 'pointer', topY: 'pointer', topX: 'pointer',
    labels: 'pointer', classes: 'pointer', pairs: 'pointer', low: 'pointer', high: 'pointer', nz: 'i32', ny: 'i32',
    nx: 'i32', periodic: 'flag',
  },
  labelRuns: {
    counts: 'pointer', labels: 'pointer', places: 'pointer', kinds: 'i32', blocks: 'pointer', pitch: 'i32',
    nz: 'i32', ny: 'i32', nx: 'i32',
  },
  labelsPresent: { present: 'pointer', labels: 'pointer', n: 'u32' },
  lagMap: {
    map: 'pointer', centred: 'pointer', shells: 'pointer', low: 'optional', ahead: 'optional', first: 'f64',
    second: 'f64', meanFirst: 'f64', meanSecond: 'f64', lz: 'i32', ly: 'i32', lx: 'i32', nz: 'i32', ny: 'i32',
    nx: 'i32', periodic: 'flag', hz: 'f64', hy: 'f64', hx: 'f64', width: 'f64', count: 'i32',
  },
  levelPieces: {
    out: 'pointer', entry: 'pointer', field: 'pointer', second: 'optional', ids: 'pointer', sums: 'pointer',
    sizes: 'pointer', counts: 'pointer', count: 'u32',
  },
  likeliestLabels: { labels: 'pointer', marginals: 'pointer', weights: 'pointer', classes: 'i32', voxels: 'u32' },
  listInterface: {
    active: 'pointer', electrolyte: 'pointer', weight: 'pointer', sums: 'pointer', places: 'pointer',
    kinds: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', from: 'i32', to: 'i32', hz: 'f64', hy: 'f64', hx: 'f64',
    corrected: 'flag',
  },
  listMeetings: {
    remembered: 'pointer', counts: 'pointer', order: 'optional', keys: 'optional', pairs: 'optional',
    basins: 'pointer', depths: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', stride: 'i32', neighbourhood: 'i32',
  },
  listOctets: { lists: 'pointer', entry: 'pointer' },
  lithiumLaw: {
    active: 'pointer', weight: 'pointer', classes: 'pointer', first: 'u32', nx: 'u32', pitch: 'u32',
    reaction: 'optional', ranks: 'pointer', root: 'pointer', now: 'pointer', change: 'pointer', next: 'pointer',
    correction: 'pointer', target: 'pointer', wide: 'flag', gainZ: 'f64', gainY: 'f64', gainX: 'f64', halfZ: 'f64',
    halfY: 'f64', halfX: 'f64', answer: 'pointer', older: 'pointer', base: 'pointer', slope: 'pointer',
    errorNext: 'f64', errorLast: 'f64', errorOlder: 'f64', out: 'pointer',
  },
  localThickness: {
    thickness: 'pointer', squared: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', stride: 'i32', reach: 'i32',
    table: 'optional', size: 'i32', wz: 'f32', wy: 'f32', wx: 'f32',
  },
  markSmall: {
    mask: 'pointer', rowStart: 'pointer', runs: 'pointer', parents: 'pointer', rows: 'i32', nx: 'i32', least: 'u32',
  },
  maternValues: { values: 'pointer', count: 'i32', step: 'f64', nu: 'f64' },
  medianCube: {
    out: 'pointer', values: 'pointer', kind: 'i32', size: 'i32', scratch: 'pointer', nz: 'i32', ny: 'i32',
    nx: 'i32',
  },
  mergeBasins: {
    order: 'pointer', keys: 'pointer', pairs: 'pointer', basins: 'pointer', holders: 'pointer', heights: 'pointer',
    numbers: 'pointer', grains: 'pointer', rows: 'i32', nx: 'i32', count: 'u32', found: 'u32', dynamics: 'f64',
    ratio: 'f64',
  },
  metricBits: {
    bits: 'optional', counts: 'pointer', squared: 'pointer', limit: 'f32', below: 'flag', nz: 'i32', ny: 'i32',
    nx: 'i32', stride: 'i32', words: 'i32',
  },
  metricLines: {
    g: 'pointer', source: 'pointer', fromBits: 'flag', phase: 'i32', nz: 'i32', ny: 'i32', stride: 'i32',
    pitch: 'i32', wz: 'f32', closed: 'flag',
  },
  metricPlanes: {
    squared: 'pointer', scratch: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', stride: 'i32', wy: 'f32', wx: 'f32',
    closed: 'flag',
  },
  neighbourLikelihood: {
    sums: 'pointer', labels: 'pointer', classes: 'i32', prior: 'f32', nz: 'i32', ny: 'i32', nx: 'i32',
  },
  numberBasins: {
    basins: 'pointer', peaks: 'pointer', holders: 'pointer', heights: 'pointer', depths: 'pointer', rows: 'i32',
    nx: 'i32', stride: 'i32',
  },
  octantAmplitudes: {
    octant: 'pointer', sums: 'pointer', scratch: 'pointer', twiddlesZ: 'pointer', twiddlesY: 'pointer',
    twiddlesX: 'pointer', periodZ: 'i32', periodY: 'i32', periodX: 'i32',
  },
  octantCovariance: {
    octant: 'pointer', values: 'pointer', intervals: 'i32', end: 'f64', alpha: 'f64', anisotropy: 'f64',
    periodZ: 'i32', periodY: 'i32', periodX: 'i32',
  },
  oneHot: { labels: 'pointer', blocks: 'i32', phases: 'pointer', count: 'i32', rest: 'flag' },
  openingCounts: {
    counts: 'pointer', asked: 'pointer', number: 'i32', squared: 'pointer', centres: 'pointer',
    connected: 'pointer', ring: 'pointer', queued: 'pointer', flags: 'pointer', sizes: 'pointer', g: 'pointer',
    near: 'pointer', lines: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', stride: 'i32', words: 'i32', axis: 'i32',
    high: 'flag',
  },
  openingLines: {
    g: 'pointer', near: 'pointer', centres: 'pointer', reach: 'i32', nz: 'i32', ny: 'i32', stride: 'i32',
    words: 'i32',
  },
  openingPlanes: {
    counts: 'pointer', covered: 'optional', g: 'pointer', near: 'pointer', lines: 'pointer', limit: 'i32',
    reach: 'i32', nz: 'i32', ny: 'i32', nx: 'i32', stride: 'i32', words: 'i32',
  },
  openingWide: {
    counts: 'pointer', covered: 'optional', squared: 'pointer', limit: 'u32', nz: 'i32', ny: 'i32', nx: 'i32',
    words: 'i32',
  },
  paintGrains: { out: 'pointer', basins: 'pointer', numbers: 'pointer', nx: 'i32', from: 'i32', to: 'i32' },
  paintOutside: { labels: 'pointer', mask: 'pointer', phase: 'i32', count: 'u32' },
  pairCounts: {
    counts: 'pointer', a: 'pointer', b: 'pointer', scratch: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32',
    words: 'i32', dz: 'i32', dy: 'i32', dx: 'i32', lags: 'i32',
  },
  percolate: {
    links: 'pointer', faces: 'pointer', labels: 'pointer', voxels: 'pointer', steps: 'pointer', largest: 'pointer',
    spans: 'pointer', nz: 'u32', ny: 'u32', nx: 'u32', label: 'i32', count: 'u32', stepCount: 'u32',
    furthest: 'i32',
  },
  percolateSpheres: {
    centres: 'pointer', radii: 'pointer', links: 'pointer', faces: 'pointer', before: 'pointer', cells: 'pointer',
    steps: 'pointer', largest: 'pointer', spans: 'pointer', nz: 'u32', ny: 'u32', nx: 'u32', count: 'u32',
    stepCount: 'u32', z: 'f64', y: 'f64', x: 'f64', edge: 'f64',
  },
  phaseMask: { mask: 'pointer', labels: 'pointer', phase: 'i32', others: 'flag', count: 'u32' },
  philoxBlocks: {
    blocks: 'pointer', counters: 'pointer', scratch: 'pointer', count: 'i32', key0: 'u32', key1: 'u32',
    gaussian: 'flag',
  },
  planeCounts: {
    byZ: 'pointer', byY: 'pointer', byX: 'pointer', labels: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32',
    phases: 'pointer', count: 'i32',
  },
  planeSums: { sums: 'pointer', values: 'pointer', kind: 'i32', nz: 'i32', ny: 'i32', nx: 'i32' },
  planeTransitions: { counts: 'pointer', bits: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', words: 'i32' },
  probeFinest: { entry: 'pointer', x: 'pointer', p: 'pointer', sums: 'pointer', nz: 'i32', repeats: 'i32' },
  probeSum: { total: 'pointer', sums: 'pointer', x: 'pointer', slices: 'i32', perSlice: 'i32', repeats: 'i32' },
  probeTrap: { trapThread: 'i32', barriers: 'i32' },
  probeTriad: { a: 'pointer', b: 'pointer', c: 'pointer', n: 'i32' },
  rankLithium: {
    ranks: 'pointer', active: 'pointer', count: 'u32', first: 'u32', nx: 'u32', pitch: 'u32', root: 'pointer',
    starts: 'pointer',
  },
  reachFromFace: {
    reached: 'pointer', set: 'pointer', ring: 'pointer', queued: 'pointer', flags: 'pointer', nz: 'i32', ny: 'i32',
    nx: 'i32', words: 'i32', axis: 'i32', high: 'flag', neighbours: 'i32',
  },
  react: {
    out: 'pointer', count: 'u32', classes: 'pointer', active: 'pointer', electrolyte: 'pointer', weight: 'pointer',
    labels: 'pointer', potential: 'pointer', reference: 'f64', correction: 'optional', share: 'f64',
    base: 'pointer', slope: 'pointer', reaction: 'pointer', faces: 'pointer', law: 'pointer', areaZ: 'f64',
    areaY: 'f64', areaX: 'f64', unit: 'f64', linear: 'flag',
  },
  reactBetween: {
    out: 'pointer', count: 'u32', classes: 'pointer', active: 'pointer', electrolyte: 'pointer', weight: 'pointer',
    voxels: 'u32', potential: 'pointer', rho: 'pointer', reference: 'f64', exchange: 'pointer', base: 'pointer',
    slope: 'pointer', reaction: 'pointer', flow: 'pointer', conductances: 'pointer', law: 'pointer', halfZ: 'f64',
    halfY: 'f64', halfX: 'f64', areaZ: 'f64', areaY: 'f64', areaX: 'f64',
  },
  refreshParts: { out: 'pointer', record: 'pointer', entry: 'pointer' },
  regrow: {
    labels: 'pointer', mask: 'pointer', left: 'pointer', phase: 'i32', rest: 'i32', nz: 'i32', ny: 'i32', nx: 'i32',
  },
  relaxLabels: {
    labels: 'pointer', gradient: 'pointer', means: 'pointer', classes: 'i32', kernels: 'pointer', reach: 'i32',
    prior: 'f32', precision: 'f32', edge: 'i32', changed: 'pointer', scratch: 'pointer', drawing: 'i32',
    sweep: 'u32', marginals: 'optional', share: 'i32', nz: 'i32', ny: 'i32', nx: 'i32',
  },
  rescaleLabels: {
    out: 'pointer', labels: 'pointer', scratch: 'pointer', pitch: 'u32', nz: 'i32', ny: 'i32', nx: 'i32', mz: 'i32',
    my: 'i32', mx: 'i32',
  },
  rescaleValues: {
    out: 'pointer', values: 'pointer', kind: 'i32', nz: 'i32', ny: 'i32', nx: 'i32', mz: 'i32', my: 'i32',
    mx: 'i32',
  },
  residualLithium: {
    nz: 'i32', ny: 'i32', nx: 'i32', pitch: 'i32', root: 'pointer', zeros: 'pointer', starts: 'pointer',
    now: 'pointer', change: 'pointer', next: 'pointer', residual: 'pointer', correction: 'pointer',
    direction: 'pointer', product: 'pointer', sums: 'pointer', rate: 'f64', weightY: 'f64', weightX: 'f64',
    momentum: 'f64', tolerance: 'f64', maxIterations: 'i32', out: 'pointer',
  },
  rootsOfMetric: { out: 'pointer', squared: 'pointer', rows: 'i32', nx: 'i32', stride: 'i32', unit: 'f64' },
  rootsOfNarrow: { out: 'pointer', squared: 'pointer', rows: 'i32', nx: 'i32', stride: 'i32', unit: 'f64' },
  rootsOfWide: { out: 'pointer', squared: 'pointer', rows: 'i32', nx: 'i32', stride: 'i32', unit: 'f64' },
  saltStep: {
    out: 'pointer', c: 'pointer', b: 'pointer', rho: 'pointer', mass: 'pointer', links: 'pointer',
    inverse: 'pointer', r: 'pointer', p: 'pointer', q: 'pointer', sums: 'pointer', endResistance: 'f64',
    weightY: 'f64', weightX: 'f64', tolerance: 'f64', nz: 'u32', ny: 'u32', nx: 'u32', layers: 'u32',
    maxIterations: 'u32',
  },
  scaleLevels: {
    out: 'pointer', levels: 'pointer', band: 'f32', edgeZ: 'f64', edgeY: 'f64', edgeX: 'f64', nz: 'i32', ny: 'i32',
    nx: 'i32',
  },
  segmentValues: {
    labels: 'pointer', values: 'pointer', kind: 'i32', voxels: 'u32', thresholds: 'pointer', count: 'i32',
    classes: 'pointer',
  },
  separable: {
    out: 'pointer', values: 'pointer', kind: 'i32', weights: 'pointer', reach: 'i32', divisor: 'f32',
    scratch: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32',
  },
  setFaces: {
    out: 'pointer', entry: 'pointer', list: 'pointer', count: 'u32', n0: 'i32', n1: 'i32', n2: 'i32', axis: 'i32',
  },
  settleLithium: {
    nz: 'i32', ny: 'i32', nx: 'i32', pitch: 'i32', root: 'pointer', zeros: 'pointer', starts: 'pointer',
    now: 'pointer', change: 'pointer', next: 'pointer', residual: 'pointer', correction: 'pointer',
    direction: 'pointer', product: 'pointer', sums: 'pointer', rate: 'f64', weightY: 'f64', weightX: 'f64',
    momentum: 'f64', tolerance: 'f64', maxIterations: 'i32', out: 'pointer',
  },
  shiftBetween: {
    out: 'pointer', count: 'u32', weight: 'pointer', classes: 'pointer', reaction: 'pointer', flow: 'pointer',
    conductances: 'pointer', areaZ: 'f64', areaY: 'f64', areaX: 'f64', potential: 'pointer', voxels: 'u32',
    shift: 'f64',
  },
  shiftReaction: {
    out: 'pointer', count: 'u32', classes: 'pointer', active: 'pointer', weight: 'pointer', labels: 'pointer',
    reaction: 'pointer', faces: 'pointer', areaZ: 'f64', areaY: 'f64', areaX: 'f64', unit: 'f64', shift: 'f64',
  },
  shrinkWindows: { left: 'pointer', bins: 'pointer', outer: 'i32', count: 'i32', inner: 'i32', edge: 'i32' },
  sizeShells: { shells: 'pointer', sizes: 'pointer', rows: 'i32', nx: 'i32', stride: 'i32', least: 'f32' },
  solveTransport: {
    out: 'pointer', history: 'pointer', sums: 'pointer', table: 'pointer', count: 'i32', alone: 'i32', x: 'pointer',
    secondWord: 'optional', p: 'pointer', started: 'flag', linearEnergy: 'f64', tolerance: 'f64',
    residualTolerance: 'f64', rightNorm: 'f64', maxIterations: 'i32', far: 'flag',
  },
  sortOrder: {
    voxels: 'pointer', keys: 'pointer', voxels2: 'pointer', keys2: 'pointer', buckets: 'pointer', count: 'u32',
  },
  sourceLithium: {
    active: 'pointer', weight: 'pointer', classes: 'pointer', first: 'u32', nx: 'u32', pitch: 'u32',
    reaction: 'optional', ranks: 'pointer', root: 'pointer', now: 'pointer', change: 'pointer', next: 'pointer',
    correction: 'pointer', target: 'pointer', wide: 'flag', gainZ: 'f64', gainY: 'f64', gainX: 'f64', halfZ: 'f64',
    halfY: 'f64', halfX: 'f64', answer: 'pointer', older: 'pointer', base: 'pointer', slope: 'pointer',
    errorNext: 'f64', errorLast: 'f64', errorOlder: 'f64', out: 'pointer',
  },
  spectrumProduct: { a: 'pointer', b: 'pointer', blocks: 'u32' },
  spreadField: {
    out: 'pointer', entry: 'pointer', to: 'pointer', from: 'pointer', sz: 'i32', sy: 'i32', sx: 'i32', least: 'f32',
    all: 'flag',
  },
  starLevels: {
    levels: 'pointer', owners: 'optional', places: 'pointer', coefficients: 'pointer', first: 'pointer',
    a: 'pointer', b: 'pointer', directions: 'pointer', scratch: 'pointer', directionCount: 'i32', particles: 'i32',
    pitch: 'i32', degree: 'i32', band: 'f64', edgeZ: 'f64', edgeY: 'f64', edgeX: 'f64', nz: 'i32', ny: 'i32',
    nx: 'i32',
  },
  starRays: {
    out: 'pointer', image: 'pointer', boxes: 'pointer', centres: 'pointer', rays: 'pointer', harmonics: 'pointer',
    slopesTheta: 'pointer', slopesPhi: 'pointer', scratch: 'pointer', grains: 'i32', rayCount: 'i32', pitch: 'i32',
    crossing: 'i32', overlap: 'f64', edgeZ: 'f64', edgeY: 'f64', edgeX: 'f64', nz: 'i32', ny: 'i32', nx: 'i32',
  },
  stepHistogram: {
    out: 'pointer', tables: 'pointer', bins: 'i32', values: 'pointer', kind: 'i32', nz: 'i32', ny: 'i32', nx: 'i32',
    scale: 'f64',
  },
  storeFaces: { entry: 'pointer', coded: 'pointer' },
  storeLabelFaces: {
    entry: 'pointer', coded: 'pointer', labels: 'pointer', sigma: 'pointer', sz: 'i32', sy: 'i32', sx: 'i32',
    weightZ: 'f64', weightY: 'f64', weightX: 'f64',
  },
  subtractCurves: {
    values: 'pointer', kind: 'i32', alongZ: 'pointer', alongY: 'pointer', alongX: 'pointer', nz: 'i32', ny: 'i32',
    nx: 'i32',
  },
  sumLithium: {
    nz: 'i32', ny: 'i32', nx: 'i32', pitch: 'i32', root: 'pointer', zeros: 'pointer', starts: 'pointer',
    now: 'pointer', change: 'pointer', next: 'pointer', residual: 'pointer', correction: 'pointer',
    direction: 'pointer', product: 'pointer', sums: 'pointer', rate: 'f64', weightY: 'f64', weightX: 'f64',
    momentum: 'f64', tolerance: 'f64', maxIterations: 'i32', out: 'pointer',
  },
  takeLithium: {
    nz: 'i32', ny: 'i32', nx: 'i32', pitch: 'i32', root: 'pointer', zeros: 'pointer', starts: 'pointer',
    now: 'pointer', change: 'pointer', next: 'pointer', residual: 'pointer', correction: 'pointer',
    direction: 'pointer', product: 'pointer', sums: 'pointer', rate: 'f64', weightY: 'f64', weightX: 'f64',
    momentum: 'f64', tolerance: 'f64', maxIterations: 'i32', out: 'pointer',
  },
  thicknessCounts: {
    counts: 'pointer', sums: 'pointer', values: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', stride: 'i32',
    low: 'flag', upper: 'u32',
  },
  transformDepth: {
    field: 'pointer', scratch: 'pointer', twiddlesZ: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', inverse: 'flag',
  },
  transformPlanes: {
    field: 'pointer', scratch: 'pointer', twiddlesY: 'pointer', twiddlesX: 'pointer', nz: 'i32', ny: 'i32',
    nx: 'i32', inverse: 'flag', scale: 'f32',
  },
  transitions: {
    counts: 'pointer', codes: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', pairCodes: 'pointer', pairs: 'i32',
  },
  transportFields: {
    out: 'pointer', entry: 'pointer', x: 'pointer', second: 'optional', potential: 'optional', flux: 'optional',
    sz: 'u32', sy: 'u32', sx: 'u32', scaleY: 'f64', scaleX: 'f64',
  },
  tripleLines: {
    counts: 'pointer', codes: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', triples: 'pointer', count: 'i32',
  },
  turnLabels: { out: 'pointer', labels: 'pointer', nz: 'i32', ny: 'i32', nx: 'i32', axis: 'i32' },
  twoNetworks: {
    out: 'pointer', y: 'pointer', p: 'pointer', rho: 'pointer', active: 'pointer', electrolyte: 'pointer',
    flow: 'pointer', linear: 'flag', theta: 'optional', logarithm: 'optional', share: 'optional', endTheta: 'f64',
    endLogarithm: 'f64', endShare: 'f64', endResistance: 'f64', weightY: 'f64', weightX: 'f64', nz: 'u32',
    ny: 'u32', nx: 'u32', classes: 'pointer',
  },
  unpadSquares: { out: 'pointer', squared: 'pointer', rows: 'i32', nx: 'i32', stride: 'i32' },
  wideFromBits: { squared: 'pointer', bits: 'pointer', rows: 'i32', nx: 'i32', words: 'i32' },
  wideFromPhase: { squared: 'pointer', labels: 'pointer', phase: 'i32', rows: 'i32', nx: 'i32' },
  wideValues: { present: 'pointer', squared: 'pointer', rows: 'i32', nx: 'i32' },
  windsAround: {
    out: 'pointer', parents: 'pointer', windows: 'pointer', faceZ: 'pointer', faceY: 'pointer', faceX: 'pointer',
    nz: 'i32', ny: 'i32', nx: 'i32', axis: 'i32',
  },
} as const;

/** Kernels that read their arguments from a record in memory: the fields above, one after the other. */
export const RECORDS: readonly string[] = [
  'answerLithium', 'apertureCodes', 'chargeResidual', 'codedNetwork', 'conductingNetwork', 'correctLithium',
  'fieldColumns', 'fieldPlanes', 'geodesicDistances', 'geodesicPrepare', 'growByEnergy', 'guessLithium',
  'judgeLithium', 'keepRise', 'labelFaces', 'lagMap', 'listInterface', 'listMeetings', 'lithiumLaw', 'mergeBasins',
  'openingCounts', 'percolate', 'percolateSpheres', 'react', 'reactBetween', 'relaxLabels', 'residualLithium',
  'saltStep', 'settleLithium', 'solveTransport', 'sourceLithium', 'starLevels', 'starRays', 'sumLithium',
  'takeLithium', 'twoNetworks',
];

/** Records that the host keeps in memory for kernels, which take their addresses. */
export const LAYOUTS = {
  FaceLaw: {
    potential: 'pointer', exchange: 'pointer', potentialCells: 'i32', exchangeCells: 'i32', alpha: 'f64',
    thermal: 'f64', film: 'f64', halfZ: 'f64', halfY: 'f64', halfX: 'f64',
  },
  Islands: { sets: 'i32', starts: 'pointer', members: 'pointer', inverseEnergies: 'pointer', gains: 'pointer' },
  Level: {
    nz: 'i32', ny: 'i32', nx: 'i32', rowBytes: 'pointer', planeBytes: 'pointer', halfBytes: 'pointer',
    solution: 'pointer', right: 'pointer', faceX: 'pointer', faceY: 'pointer', faceZ: 'pointer', inverse: 'pointer',
    network: 'pointer', wraps: 'u32', scratch: 'pointer', scratchBytes: 'pointer', tileRows: 'i32',
    islands: 'pointer', parts: 'pointer', diagonal: 'pointer', given: 'pointer', octets: 'pointer', halves: 'u32',
  },
  PartsRecord: {
    levels: 'i32', alone: 'i32', nodesOfVoxels: 'pointer', strength: 'f32', renewable: 'flag', ready: 'flag',
    free: 'pointer', limit: 'pointer',
  },
} as const;

// Small entry for pages without a bundler: open a session, draw, describe, conduct. A bundler finds as much by itself
// in the whole package; a page that loads modules as they lie loads all that its entry names.
export { openSession, type BrowserSessionOptions } from './browser.js';
export * from './core/errors.js';
export { AM, PORE, SE, type LabelVolume, type Phase } from './core/volume.js';
export type { Axis, Shape, VoxelSize } from './core/grid.js';
export { VERSION } from './core/version.js';
export type { Progress, RunOptions, Session, SessionOptions } from './runtime/session.js';
export { generate } from './structure/generate.js';
export type { ModelStructure } from './structure/model.js';
export { readStructure, type StructureSpec } from './structure/models.js';
export { parameterSets, specFromSet } from './structure/parameter-sets.js';
export { describe, DESCRIBE_DEFAULTS, type DescribeOptions } from './descriptors/describe.js';
export type { Description } from './descriptors/description.js';
export { conduct } from './transport/conduct.js';
export { CONDUCT_DEFAULTS, type ConductOptions } from './transport/conduct-options.js';
export type { ConductResult } from './transport/conduct-result.js';
export { mFactor, type MFactorOptions, type MFactorResult } from './transport/m-factor.js';
export { conductivityTensor } from './transport/tensor.js';

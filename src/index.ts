// Public API, the same on every platform. node.ts and browser.ts add `openSession`.
export * from './core/errors.js';
export * from './core/grid.js';
export * from './core/volume.js';
export type { Progress, RunOptions, Session, SessionOptions } from './runtime/session.js';
export * from './descriptors/geodesic-tortuosity.js';

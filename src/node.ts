// Package entry for Node. Everything that does not need Node is in index.ts.
export * from './index.js';
export { openSession, type NodeSessionOptions } from './runtime/session.node.js';
export { openDirectory as openStudyDirectory } from './study/store.node.js';
export { readVolume, readVoxels, writeVolume, writeVoxels } from './io/files.node.js';

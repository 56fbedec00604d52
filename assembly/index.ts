// The ABI: one re-export per kernel, grouped by area. `src/kernels/` has a wrapper of the same name for each.
export { probeSum, probeTrap, probeTriad } from './core/probe';
export { geodesicDistances, geodesicPrepare } from './paths/geodesic';

// What fits: the memory of every operation by the size of the window, from the plans that the operations themselves
// check.
import { checkArguments } from '../core/arguments.js';
import { ARENA_START } from '../../assembly/layout.js';
import { SpecError } from '../core/errors.js';
import { checkShape, MAX_VOXELS, voxelCount, type Shape } from '../core/grid.js';
import { describePlan } from '../descriptors/describe.js';
import { DESCRIPTORS } from '../descriptors/descriptor-table.js';
import { squaredDistancePlan } from '../descriptors/distance.js';
import { segmentGrainsPlan } from '../descriptors/grains.js';
import { twoPointMapPlan } from '../descriptors/two-point-map.js';
import { cleanPlan } from '../image/clean.js';
import { filterPlan } from '../image/filter.js';
import { segmentPlan } from '../image/segment.js';
import { starLevelsPlan, starRaysPlan } from '../kernels/star.js';
import { insertPlan } from '../networks/insert.js';
import { INSERT_METHODS, type InsertMethodName } from '../networks/methods.js';
import { cbrt } from '../numeric/elementary.js';
import { networkUsePlan } from '../percolation/network-use.js';
import { maxMemoryBytes } from '../runtime/memory.js';
import { largestEdge, peakBytes, type LeasePlan } from '../runtime/plan.js';
import { generatePlan } from '../structure/generate.js';
import { STRUCTURE_MODELS } from '../structure/models.js';
import { conductPlan } from '../transport/conduct.js';

/** An operation by its memory. */
export interface PlannedOperation {
  /** What `plannedBytes` and `largestCube` call it. */
  readonly name: string;
  /** What it stands for, with the settings that decide. */
  readonly title: string;
  /** Leases of WebAssembly memory for a window of that shape, (z, y, x) voxels. */
  plan(shape: Shape, threads: number): LeasePlan;
}

/** Operations by the names that `largestCube` takes; each descriptor by its own as well. */
export const PLANNED_OPERATIONS: readonly PlannedOperation[] = [
  ...STRUCTURE_MODELS.flatMap(({ planned }) => planned.map(({ name, title, spec }) => ({
    name, title, plan: (shape: Shape, threads: number) => generatePlan(spec(shape), threads),
  }))),
  {
    name: 'filter-median', title: 'median 3, 16 bit greys',
    plan: (shape, threads) => filterPlan(shape, 2, { kind: 'median', size: 3 }, threads),
  },
  {
    name: 'filter-gaussian', title: 'Gaussian, σ = 1 voxel, 16 bit greys',
    plan: (shape, threads) => filterPlan(shape, 2, { kind: 'gaussian', sigma: 1 }, threads),
  },
  {
    name: 'filter-anisotropic', title: 'anisotropic diffusion, 16 bit greys',
    plan: (shape, threads) => filterPlan(shape, 2, { kind: 'anisotropic' }, threads),
  },
  { name: 'segment', title: 'thresholds, 16 bit greys', plan: (shape, threads) => segmentPlan(shape, 2, threads) },
  { name: 'clean', title: 'small components removed', plan: (shape) => cleanPlan(shape, 1000) },
  { name: 'distance', title: 'exact Euclidean distance', plan: squaredDistancePlan },
  {
    name: 'describe', title: 'all descriptors but those on request',
    plan: (shape, threads) => describePlan(shape, threads),
  },
  ...DESCRIPTORS.map(({ name }) => ({
    name, title: `describe --only ${name}`,
    plan: (shape: Shape, threads: number) => describePlan(shape, threads, { only: [name] }),
  })),
  {
    name: 'correlate', title: 'two-point coverage, lags to 100',
    plan: (shape, threads) => twoPointMapPlan(shape, threads, { phases: 1 }),
  },
  { name: 'conduct', title: 'one phase, voxel faces', plan: (shape, threads) => conductPlan(shape, threads) },
  {
    name: 'conduct-smooth', title: 'one phase, smooth interface',
    plan: (shape, threads) => conductPlan(shape, threads, { interface: 'smooth' }),
  },
  {
    name: 'conduct-coded', title: 'two conductivities',
    plan: (shape, threads) => conductPlan(shape, threads, { conductivity: { 1: 1, 2: 0.1 } }),
  },
  {
    name: 'conduct-fields', title: 'one phase, potential and flux kept',
    plan: (shape, threads) => conductPlan(shape, threads, { fields: true }),
  },
  ...(Object.keys(INSERT_METHODS) as InsertMethodName[]).map((method) => ({
    name: `insert-${method}`, title: `a phase added in half of the window, --method ${method}`,
    plan: (shape: Shape, threads: number) =>
      insertPlan(shape, Math.ceil(voxelCount(shape) / 2), threads, { method, fractions: [0.1] }),
  })),
  { name: 'percolate', title: 'networks of electrons and ions', plan: networkUsePlan },
  { name: 'grains', title: 'grains of a phase, before their number is known', plan: segmentGrainsPlan },
  {
    name: 'star', title: 'star-shaped particles of degree 10, a grain for 20³ voxels',
    plan: (shape, threads) => starRaysPlan(shape, 10, Math.ceil(voxelCount(shape) / 8000), threads),
  },
  {
    name: 'star-draw', title: 'the same particles drawn',
    plan: (shape, threads) => starLevelsPlan(shape, 10, Math.ceil(voxelCount(shape) / 8000), false, threads),
  },
];

/** @throws SpecError that lists the names. */
function operationNamed(name: string): PlannedOperation {
  const found = PLANNED_OPERATIONS.find((operation) => operation.name === name);
  if (found) return found;
  throw new SpecError(
    `capacity: no operation is called "${name}"; there are ` +
      `${PLANNED_OPERATIONS.map((operation) => operation.name).join(', ')}`,
  );
}

/** Bytes of WebAssembly memory that an operation needs at its peak. The caller's own arrays, a byte a voxel for labels,
 *  are beside it.
 *  @throws SpecError for an unknown operation or a bad shape */
export function plannedBytes(operation: string, shape: Shape, threads = 1): number {
  checkArguments('plannedBytes', {
    operation: [operation, 'text'], shape: [shape, 'shape'], threads: [threads, 'count'],
  });
  return ARENA_START + peakBytes(operationNamed(operation).plan(checkShape('capacity', shape), threads));
}

/** Edge of the largest cube of voxels that an operation does in `memoryBytes` of WebAssembly memory (default: all that
 *  a session can have in this engine, 4 or 16 GiB); 0 when none.
 *  @throws SpecError for an unknown operation */
export function largestCube(operation: string, memoryBytes: number = maxMemoryBytes(), threads = 1): number {
  checkArguments('largestCube', {
    operation: [operation, 'text'], memoryBytes: [memoryBytes, 'number'], threads: [threads, 'count'],
  });
  const { plan } = operationNamed(operation);
  const limit = Math.min(memoryBytes, maxMemoryBytes()) - ARENA_START;
  return largestEdge((edge) => plan([edge, edge, edge], threads), limit, Math.floor(cbrt(MAX_VOXELS)));
}

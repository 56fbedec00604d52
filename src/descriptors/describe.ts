// All descriptors of an image in one object. What there is stands in descriptor-table.ts, what an entry is in
// descriptor.ts.
import { checkArguments, checkOperation, has, type Names } from '../core/arguments.js';
import { ARENA_START } from '../../assembly/layout.js';
import { SpecError } from '../core/errors.js';
import {
  AXES, checkAxis, checkFace, isCrossed, voxelCount, voxelSizeJson, type Axis, type Face, type Shape, type VoxelSize,
} from '../core/grid.js';
import { checkPhase, checkVolume, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { checkCapacity, type LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { columnName, type Description, type RowValue } from './description.js';
import type { Descriptor, DescriptorContext, DescriptorRequest } from './descriptor.js';
import { DESCRIPTORS } from './descriptor-table.js';
import { labelsText } from '../core/text.js';
import { SEGMENT_FIRST } from '../warnings/grey-labels.js';
import { MOST_PHASES } from '../warnings/label-statistics.js';
import { imageWarnings } from './image-warnings.js';
import { quantityKey, quantityRow } from './quantity.js';
import { checkMaxLag, twoPointCoveragePlan } from './two-point-coverage.js';

/** Options of `describe`: which descriptors of which phases, and along which axes. */
export interface DescribeOptions {
  /** Labels to describe; default all that occur. */
  readonly phases?: 'all' | readonly Phase[];
  /** Axes of the descriptors that have one. */
  readonly axes?: 'all' | readonly Axis[];
  /** Face where paths and balls enter. */
  readonly from?: Face;
  /** Names from DESCRIPTORS; null: all but those on request. */
  readonly only?: readonly string[] | null;
  /** With `only` null: names of descriptors on request to add; like the others they are skipped where the image does
   *  not admit them. */
  readonly more?: readonly string[];
  /** CPSD and SMIP beside the two radii. */
  readonly curves?: boolean;
  /** Histogram of geodesic tortuosity beside mean and deviation. */
  readonly histograms?: boolean;
  /** Longest lag of two-point and lineal-path functions, voxels; null: half of the window, 100 at most. */
  readonly maxLag?: number | null;
  /** Whether to say in the result what speaks against the image (`imageWarnings`). */
  readonly warnings?: boolean;
}

/** Options of `describe` that are not given: every phase along z from the low face, every descriptor but those on
 *  request, numbers alone. */
export const DESCRIBE_DEFAULTS = {
  phases: 'all',
  axes: ['z'],
  from: 'low',
  only: null,
  more: [],
  curves: false,
  histograms: false,
  maxLag: null,
  warnings: false,
} as const satisfies Required<DescribeOptions>;

/** Names that select a descriptor: its own, those of its keys in the JSON, and those of its columns. */
const keysOf = ({ name, also = [], quantities }: Descriptor): readonly string[] =>
  [...new Set([name, ...also, ...quantities.map(quantityKey)])];

/** @throws SpecError for a name that does not exist; lists those that do. */
function chosen({ only, more }: Pick<Required<DescribeOptions>, 'only' | 'more'>): readonly Descriptor[] {
  const names = DESCRIPTORS.flatMap(({ name, also = [] }) => [name, ...also]);
  if (only?.length === 0) throw new SpecError(`describe: "only" names nothing; choose from ${names.join(', ')}`);
  if (only !== null && more.length > 0) {
    throw new SpecError('describe: "more" goes without "only"; name all of them in "only"');
  }
  const wanted = only ?? more;
  const unknown = wanted.find((name) => !DESCRIPTORS.some((descriptor) => keysOf(descriptor).includes(name)));
  if (unknown !== undefined) {
    throw new SpecError(`describe: no descriptor is called "${unknown}"; there are ${names.join(', ')}`);
  }
  return DESCRIPTORS.filter(
    (descriptor) => (only === null && !descriptor.onRequest) || keysOf(descriptor).some((key) => wanted.includes(key)),
  );
}

function requestOf(
  options: Required<DescribeOptions>, all: readonly Phase[], voxelSizeUm: VoxelSize,
): DescriptorRequest {
  const { from, curves, histograms } = options;
  const maxLag = checkMaxLag('describe', options.maxLag);
  checkFace('describe', from);
  const axes = options.axes === 'all' ? AXES : AXES.filter((axis) => options.axes.includes(axis));
  if (options.axes !== 'all') for (const axis of options.axes) checkAxis('describe', axis);
  if (axes.length === 0) throw new SpecError('describe: axes is empty; give one of x, y, z or "all"');
  const phases = options.phases === 'all' ? all : [...new Set(options.phases)].sort((a, b) => a - b);
  if (phases.length === 0) throw new SpecError('describe: phases is empty; give labels or "all"');
  return { phases, axes, voxelSizeUm, from, curves, histograms, maxLag };
}

const DESCRIBE_OPTION_NAMES: Names<DescribeOptions> = {
  phases: true, axes: true, from: true, only: true, more: true, curves: true, histograms: true, maxLag: true,
  warnings: true,
};

/** Memory of `describe`: its operations run one after another, and so do the phases. Distances on voxels that are no
 *  cubes take more. */
export function describePlan(
  shape: Shape, threads: number, options: DescribeOptions = {}, voxelSizeUm: VoxelSize = null,
): LeasePlan {
  checkArguments('describePlan', {
    shape: [shape, 'shape'], threads: [threads, 'count'], options: [options, DESCRIBE_OPTION_NAMES],
  });
  const complete = { ...DESCRIBE_DEFAULTS, ...options };
  const request = requestOf(complete, [1], voxelSizeUm);
  const plans = chosen(complete).map(({ plan }) => plan(shape, threads, request));
  return { leases: [], then: [...plans, ...(complete.warnings ? [twoPointCoveragePlan(shape, threads)] : [])] };
}

/** Every descriptor of every phase, or those that `only` names, as the JSON that the command line prints.
 *  Descriptors that the image does not admit are listed in `skipped`, unless `only` names them; so are those along an
 *  axis where it is one voxel thick.
 *  @throws SpecError for a phase, axis or name that does not exist; CapacityError before any work; CancelledError */
export async function describe(
  session: Session, volume: LabelVolume, options: DescribeOptions = {}, run: RunOptions = {},
): Promise<Description> {
  checkOperation('describe', session, run, { volume: [volume, 'record'], options: [options, DESCRIBE_OPTION_NAMES] });
  const { shape, voxelSizeUm } = checkVolume('describe', volume);
  const complete = { ...DESCRIBE_DEFAULTS, ...options };
  const present = phasesOf(volume);
  if (complete.phases === 'all' && present.length > MOST_PHASES) {
    throw new SpecError(
      `describe: the image has ${labelsText(present)}, like grey values or numbered particles; ` +
        `${SEGMENT_FIRST}, or name the labels to describe`,
    );
  }
  const asked = requestOf(complete, present, voxelSizeUm);
  const thin = asked.axes.filter((axis) => !isCrossed(shape, axis));
  const request = { ...asked, axes: asked.axes.filter((axis) => isCrossed(shape, axis)) };
  if (complete.phases !== 'all') for (const phase of request.phases) checkPhase('describe', volume, phase);

  const work: Descriptor[] = [];
  const skipped: Record<string, string> = {};
  for (const descriptor of chosen(complete)) {
    // No error where it is named: sections stand in batches beside volumes.
    if (descriptor.axial && thin.length > 0) {
      skipped[descriptor.name] = `along ${thin.join(', ')}, where the image is one voxel thick`;
      if (request.axes.length === 0) continue;
    }
    const reason = descriptor.refuses?.(volume, present, request) ?? null;
    if (reason === null) work.push(descriptor);
    else if (complete.only === null) skipped[descriptor.name] = reason;
    else throw new SpecError(`describe: ${descriptor.name} ${reason}`);
  }
  const plans = work.map(({ plan }) => plan(shape, session.threads, request));
  checkCapacity('describe', { leases: [], then: plans }, session.memoryBytes - ARENA_START, voxelCount(shape));

  const result: DescriptorContext['result'] = {
    shape,
    voxelSizeUm: voxelSizeJson(voxelSizeUm),
    phases: Object.fromEntries(request.phases.map((phase) => [phase, {}])),
  };
  for (const [k, { name, fill }] of work.entries()) {
    const prefix = `${k + 1} of ${work.length}, ${name}`;
    await fill({ session, volume, request, result }, {
      signal: run.signal,
      onProgress: run.onProgress &&
        ((p) => run.onProgress?.({ ...p, operation: 'describe', stage: `${prefix}: ${p.stage}` })),
    });
  }
  if (Object.keys(skipped).length > 0) result.skipped = skipped;
  return complete.warnings
    ? { ...result, warnings: await imageWarnings(session, volume, { phases: request.phases }, run) } : result;
}

/** A description as one flat row: quantity, phase, axis unless z, unit; `meanGeodesicTortuosity1`,
 *  `bulgeRadius2AlongXUm`, `interfaceArea1-2PerUm` (`…Voxels`, `…PerVoxel` where no size is known). Curves, histograms
 *  and profiles stay in the JSON. */
export function describeRow(description: Description): Record<string, RowValue> {
  checkArguments('describeRow', { description: [description, has<Description>('phases')] });
  const row: Record<string, RowValue> = {};
  for (const descriptor of DESCRIPTORS) {
    const entries = descriptor.quantities.flatMap((quantity) => quantityRow(quantity, description));
    for (const entry of [...entries, ...(descriptor.row?.(description) ?? [])]) {
      if (entry.value !== undefined) row[columnName(entry, description.voxelSizeUm !== null)] = entry.value;
    }
  }
  return row;
}

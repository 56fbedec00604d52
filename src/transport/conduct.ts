// Effective conductivity between two opposite faces of the window, or of its periodic repetition: ∇·(σ∇u) = 0.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { axisIndex, turnedShape, voxelCount, type Axis, type Shape, type VoxelSize } from '../core/grid.js';
import { labelFractions, type LabelVolume } from '../core/volume.js';
import { imageWarnings } from '../descriptors/image-warnings.js';
import { apertureFaces, aperturePlan } from '../kernels/apertures.js';
import {
  APERTURE_BOOK, codedNetwork, codedPlan, faceWeights, fieldsPlan, fitCodes, labelFaces, labelFacesPlan,
  transportFields, type TransportFields,
} from '../kernels/coded.js';
import { facePlan, leaseFaces, type FaceLeases } from '../kernels/faces.js';
import { islandSets, type Codebook, type FinestLevel } from '../kernels/finest.js';
import { islandThresholds } from '../kernels/islands.js';
import { countPlan, type PartCounts } from '../kernels/parts.js';
import { solverPlan } from '../kernels/solver-memory.js';
import { prepareSolver, type SolveState } from '../kernels/solver.js';
import { storedNetwork, storedPlan } from '../kernels/stored.js';
import { networkPlan, prepareNetwork, preparingPlan } from '../kernels/transport.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';
import { chooseParts, lookingPlan, type SharedLooks } from './coarsening.js';
import {
  checkConduct, CONDUCT_DEFAULTS, isPlain, voxelEdges, type ConductJob, type ConductOptions,
} from './conduct-options.js';
import { conductResult, errorOf, solverUnit, warned, type ConductResult, type Network } from './conduct-result.js';
import type { Solve } from './uncertainty/solving.js';
import { noErrorBar } from './uncertainty/text.js';
import { uncertaintyOf } from './uncertainty/uncertainty.js';

export { CONDUCT_DEFAULTS, type ConductOptions } from './conduct-options.js';
export type { ConductFields, ConductResult, PerAxis } from './conduct-result.js';
export type { Resolution, Subwindows, Uncertainty, UncertaintyParts } from './uncertainty/result.js';

/** Conductivities from which on voxels make islands; smooth interfaces have one conductivity. */
function islandsOf({ conductivity }: Pick<ConductOptions, 'conductivity'>): number[] {
  return islandThresholds(Object.values(conductivity ?? {}));
}

/** Whether a byte per face is too little for the conductivities. */
function areStored({ interface: kind, conductivity }: Pick<ConductOptions, 'interface' | 'conductivity'>): boolean {
  return kind === 'voxel' && !fitCodes(conductivity ?? {});
}

/** What decides how much memory a solve takes; of a level set only whether there is one. */
export type ConductNeeds = Partial<ConductOptions> & { readonly voxelSizeUm?: VoxelSize };

/** Memory of what follows a solve. */
function afterSolve(shape: Shape, job: Pick<ConductOptions, 'meanFlux' | 'fields'>): LeasePlan[] {
  return job.meanFlux || job.fields ? [fieldsPlan(shape, job.fields)] : [];
}

/** Memory of the solve and of what follows it. sets: of islands; parts: of which the coarse levels are made, null:
 *  blocks */
function solvingPlan(
  shape: Shape, size: VoxelSize, threads: number,
  job: Pick<ConductOptions, 'axis' | 'maxIterations' | 'meanFlux' | 'fields'>, sets: number, plain: boolean,
  parts: PartCounts | null,
): LeasePlan {
  const weights = faceWeights({ axis: job.axis, voxelSize: voxelEdges(size) });
  return {
    ...solverPlan(
      turnedShape(shape, job.axis), threads, { maxIterations: job.maxIterations, plain, parts, weights }, sets,
    ),
    then: afterSolve(shape, job),
  };
}

function planOf(
  shape: Shape, size: VoxelSize, threads: number, job: Omit<ConductOptions, 'phase'>, plain: boolean,
): LeasePlan {
  const turned = turnedShape(shape, job.axis);
  const sets = plain ? 0 : islandsOf(job).length;
  const solving = solvingPlan(shape, size, threads, job, sets, plain, null);
  const counting = job.boundary === 'periodic' ? [] : countPlan(turned, !plain);
  const looking = job.boundary === 'periodic' || sets === 0 ? [] : [lookingPlan(shape)];
  if (plain) {
    const network = networkPlan(shape, job.axis);
    return { leases: network, then: [preparingPlan(shape, job.axis), { leases: counting }, solving] };
  }
  const periodic = job.boundary === 'periodic';
  const solved = [{ leases: counting }, ...looking, solving];
  const faces = job.interface === 'smooth'
    ? aperturePlan(shape, job.levelSet === null ? job.smoothing : null, threads)
    : labelFacesPlan(shape);
  if (areStored(job)) {
    const { finest, codes, scratch } = storedPlan(turned, threads, periodic);
    return { leases: finest, then: [{ leases: [...codes, ...facePlan(shape)], then: [faces, scratch] }, ...solved] };
  }
  const { finest, scratch } = codedPlan(turned, threads, periodic);
  return { leases: finest, then: [{ leases: facePlan(shape), then: [faces, { leases: scratch }] }, ...solved] };
}

/** Memory of `conduct` for a window of `shape`. One phase on cubic voxels with plain faces: about 16 bytes per voxel;
 *  several phases, apertures, other voxels or periodic edges: 8 more, with edges far apart to 23 more; fields: 8 more.
 *  A solve that single precision stalls takes 4 more if they are there. Coarse levels of connected parts, which no one
 *  knows before the structure was seen, take 1 to 16 more, 19 to 55 where conductivities or edges are far apart;
 *  `coarsening: 'auto'` does without them where memory is short. */
export function conductPlan(shape: Shape, threads: number, needs: ConductNeeds = {}): LeasePlan {
  checkArguments('conductPlan', { shape: [shape, 'shape'], threads: [threads, 'count'], needs: [needs, NEED_NAMES] });
  const { voxelSizeUm = null, ...options } = needs;
  const job = { ...CONDUCT_DEFAULTS, ...options };
  const conducting = job.conductivity === null ? [0] : Object.keys(job.conductivity).map(Number)
    .filter((label) => (job.conductivity?.[label] ?? 0) > 0);
  return planOf(shape, voxelSizeUm, threads, job, isPlain({ ...job, conducting }, voxelSizeUm));
}

/** One phase on cubic voxels: the network is where it conducts. */
async function plainNetwork(
  frame: Frame, { labels, shape: image }: LabelVolume, { conducting: [phase], axis }: ConductJob,
): Promise<Network & { finest: FinestLevel }> {
  const { network } = frame.take(networkPlan(image, axis));
  const counts = await prepareNetwork(frame, network, labels, phase, image, axis);
  return {
    finest: { kind: 'plain', network }, counts, fractions: new Map([[phase, counts.phaseVoxels / voxelCount(image)]]),
    openFraction: null, apertures: null,
    // Boundary conductances of 2 times a potential of 1, in steps of the linear profile.
    rightNorm: 2 * image[axisIndex(axis)] * Math.sqrt(counts.low),
  };
}

/** Codes of a smooth interface, and what is known of them. */
async function smoothFaces(
  frame: Frame, faces: FaceLeases, { labels, shape }: LabelVolume,
  { axis, boundary, conducting: [phase], smoothing, levelSet, fields }: ConductJob,
): Promise<Pick<Network, 'openFraction' | 'apertures'> & { book: Codebook }> {
  const source = levelSet === null ? { labels, phase, smoothing } : { levelSet };
  const { openFraction: [z, y, x] } =
    await apertureFaces(frame, faces, source, shape, boundary === 'periodic' ? 'periodic' : 'cropped');
  return {
    book: APERTURE_BOOK, openFraction: { z, y, x },
    apertures: fields ? await frame.read(faces[axis], Uint8Array, labels.length) : null,
  };
}

/** Face codes of an image, which no axis changes, and what is known of them. */
interface FaceCodes extends Partial<Pick<Network, 'openFraction' | 'apertures'>> {
  readonly book: Codebook;
}

/** What solves of the same volume along several axes share: the first fills it in, the others take it. */
interface SharedSolves extends SharedLooks {
  /** Face codes on the host. */
  codes?: { readonly faces: readonly Uint8Array[]; readonly known: FaceCodes };
  fractions?: Network['fractions'];
}

/** Codes of the faces, made or taken from those that are shared. */
async function codesOf(
  frame: Frame, faces: FaceLeases, { axis, fields }: ConductJob, shared: SharedSolves | null,
  make: () => Promise<FaceCodes>,
): Promise<FaceCodes> {
  if (shared === null) return make();
  const leases = Object.values<Lease>({ ...faces });
  if (shared.codes === undefined) {
    const known = await make();
    const read: Uint8Array[] = [];
    for (const lease of leases) read.push(await frame.read(lease, Uint8Array));
    shared.codes = { faces: read, known };
    return known;
  }
  const { faces: codes, known } = shared.codes;
  for (const [k, lease] of leases.entries()) await frame.write(lease, codes[k]);
  // The apertures that fields want are those across the axis.
  return { ...known, ...(known.openFraction && fields ? { apertures: codes['zyx'.indexOf(axis)] } : {}) };
}

/** Any conductances: one code per face, or one conductance. */
async function codedNetworkOf(
  frame: Frame, volume: LabelVolume, job: ConductJob, shared: SharedSolves | null,
): Promise<Network & { finest: FinestLevel }> {
  const { labels, shape, voxelSizeUm } = volume;
  const { axis, conducting, conductivity } = job;
  const periodic = job.boundary === 'periodic';
  const unit = solverUnit(job);
  const relative = Object.fromEntries(conducting.map((label) => [label, conductivity[label] / unit]));
  const islands = islandsOf(job).map((sigma) => sigma / unit);
  const source = { axis, shape, islands, voxelSize: voxelEdges(voxelSizeUm), periodic };
  const fractions = shared?.fractions ?? labelFractions(labels);
  if (shared !== null) shared.fractions = fractions;
  const rest = { fractions, openFraction: null, apertures: null };
  if (areStored(job)) {
    const plan = storedPlan(turnedShape(shape, axis), frame.threads, periodic);
    const leases = Object.values(frame.take(plan.finest));
    return frame.scope(async () => {
      const codes = Object.values(frame.take(plan.codes));
      const faces = leaseFaces(frame, shape);
      const open = Object.fromEntries(conducting.map((label) => [label, 1]));
      const { book } = await codesOf(
        frame, faces, job, shared,
        async () => ({ book: await labelFaces(frame, faces, labels, shape, open, periodic) }),
      );
      const image = { image: labels, conductivity: relative };
      const { finest, counts } = await storedNetwork(frame, { ...source, faces, book }, leases, codes, image);
      return { finest, counts, ...rest, rightNorm: periodic ? null : counts.rightNorm };
    });
  }
  const leases = Object.values(frame.take(codedPlan(turnedShape(shape, axis), frame.threads, periodic).finest));
  return frame.scope(async () => {
    const faces = leaseFaces(frame, shape);
    const { book, ...known } = await codesOf(frame, faces, job, shared, async () => job.interface === 'smooth'
      ? smoothFaces(frame, faces, volume, job) : {
        book: await labelFaces(frame, faces, labels, shape, relative, periodic),
      });
    const { finest, counts } = await codedNetwork(frame, { ...source, faces, book }, leases);
    return { finest, counts, ...rest, ...known, rightNorm: periodic ? null : counts.rightNorm };
  });
}

const CONDUCT_OPTION_NAMES: Names<ConductOptions> = {
  phase: true, conductivity: true, axis: true, boundary: true, interface: true, smoothing: true, levelSet: true,
  tolerance: true, residualTolerance: true, maxIterations: true, coarsening: true, history: true, meanFlux: true,
  fields: true, warnings: true, uncertainty: true,
};

const NEED_NAMES: Names<ConductNeeds> = { ...CONDUCT_OPTION_NAMES, voxelSizeUm: true };
const { axis: _axis, ...AXES_OPTION_NAMES } = CONDUCT_OPTION_NAMES;

/** Effective conductivity along an axis: of one phase (`phase`), or of any number of them (`conductivity`, with `phase`
 *  saying what M is relative to). Voxels may be anisotropic.
 *  @throws SpecError for labels that do not occur, conductivities that are negative, all 0 or more than 10⁸ apart, a
 *          smooth interface of several conducting phases, fewer than 2 voxels along the axis, tolerances ≤ 0;
 *          CapacityError, CancelledError */
export async function conduct(
  session: Session, volume: LabelVolume, options: Partial<ConductOptions>, run: RunOptions = {},
): Promise<ConductResult> {
  const solved = await conductSharing(session, volume, options, run, null);
  const result = await withErrorBar(session, volume, options, run, solved);
  if (options.warnings !== true) return result;
  return { ...result, warnings: [...await imageWarnings(session, volume, warned(result), run), ...noErrorBar(result)] };
}

/** A result with the error bar that was asked for. */
async function withErrorBar(
  session: Session, volume: LabelVolume, options: Partial<ConductOptions>, run: RunOptions, result: ConductResult,
): Promise<ConductResult> {
  if (options.uncertainty !== true) return result;
  const solve: Solve = (image, more) => conductSharing(session, image, more, run, null);
  return { ...result, uncertainty: await uncertaintyOf(session, volume, result, options, solve, run) };
}

/** `conduct` along all three axes, which share what no axis changes: face codes, fractions, and what is looked at
 *  before a choice of coarse levels. Every number is that of a solve by itself. What speaks against the image, when
 *  asked for, comes with the first, x.
 *  @throws as `conduct` */
export async function conductAxes(
  session: Session, volume: LabelVolume, options: Partial<Omit<ConductOptions, 'axis'>>, run: RunOptions = {},
): Promise<Readonly<Record<Axis, ConductResult>>> {
  checkOperation('conductAxes', session, run, {
    volume: [volume, 'record'], options: [options, AXES_OPTION_NAMES],
  });
  const shared: SharedSolves = { components: new Map() };
  const solve = async (axis: Axis): Promise<ConductResult> => {
    const how = { ...options, axis };
    return withErrorBar(session, volume, how, run, await conductSharing(session, volume, how, run, shared));
  };
  const [x, y, z] = [await solve('x'), await solve('y'), await solve('z')];
  if (options.warnings !== true) return { x, y, z };
  const image = await imageWarnings(session, volume, warned(x), run);
  return { x: { ...x, warnings: [...image, ...[x, y, z].flatMap(noErrorBar)] }, y, z };
}

/** `conduct` as one of several solves of the same volume. */
async function conductSharing(
  session: Session, volume: LabelVolume, options: Partial<ConductOptions>, run: RunOptions, shared: SharedSolves | null,
): Promise<ConductResult> {
  checkOperation('conduct', session, run, { volume: [volume, 'record'], options: [options, CONDUCT_OPTION_NAMES] });
  const job = checkConduct('conduct', volume, options);
  const { shape, voxelSizeUm } = volume;
  const plain = isPlain(job, voxelSizeUm);
  const start = performance.now();
  const plan = planOf(shape, voxelSizeUm, session.threads, job, plain);
  return session.run('conduct', plan, voxelCount(shape), run, async (frame) => {
    const network = plain ? await plainNetwork(frame, volume, job) : await codedNetworkOf(frame, volume, job, shared);
    const { finest, counts } = network;
    const found: { flows: TransportFields | null } = { flows: null };
    const turned = turnedShape(shape, job.axis);
    const sets = islandSets(finest);
    const parts = counts.conducting === 0 ? null : await chooseParts(
      frame, finest, turned, volume, job,
      (chosen) => solvingPlan(shape, voxelSizeUm, frame.threads, job, sets, plain, chosen), shared,
    );
    const coarsening = parts === null ? 'blocks' : 'parts';
    const solver = counts.conducting === 0
      ? null : await prepareSolver(
        frame, { finest, axis: job.axis, shape, linearEnergy: counts.linearEnergy },
        { maxIterations: job.maxIterations, parts },
      );
    const goal = {
      ...job, rightNorm: network.rightNorm, afterwards: afterSolve(shape, job),
      agrees: (state: SolveState) => errorOf({ volume, job, network, coarsening }, state) <= job.tolerance,
    };
    const solution = solver === null ? null : await solver.solve(goal, async (solved) => {
      if (!job.meanFlux && !job.fields) return;
      found.flows =
        await transportFields(frame, solved, { axis: job.axis, shape, voxelSize: voxelEdges(voxelSizeUm) }, job.fields);
    });
    return conductResult({
      volume, job, network, solution, coarsening, flows: found.flows,
      seconds: (performance.now() - start) / 1000, peakBytes: frame.peakBytes, threads: frame.threads,
    });
  });
}

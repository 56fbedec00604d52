// Two networks that a reaction joins: what ions see of a window, and what electrons see; voxels of a porous additive
// carry both. Kernels: assembly/electrode/two-networks.ts, krylov.ts. The preconditioner solves both networks as one
// image of twice the planes, ions first, with the reaction as a diagonal term: what joins them lies between voxels that
// are no neighbours, and is left to conjugate gradients around it.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { codedNetwork, codedPlan, labelFaces, labelFacesPlan, faceWeights } from './coded.js';
import { extents } from './extents.js';
import { facePlan, leaseFaces } from './faces.js';
import type { FinestLevel } from './finest.js';
import type { InterfaceFaces } from './interface-faces.js';
import { islandThresholds } from './islands.js';
import { countPlan, STRONG } from './parts.js';
import { solverPlan, type SolverNeeds } from './solver-memory.js';
import { prepareSolver, type Solver } from './solver.js';
import { countNetworkParts } from './transport.js';

/** The window, transport axis first: what its voxels conduct. */
export interface TwoNetworkWindow {
  readonly shape: Shape;
  /** Edges in m. */
  readonly voxelSize: readonly [number, number, number];
  /** Classes of voxels, and the conductivity of each for ions and for electrons, in S/m; 0: none. */
  readonly classes: Uint8Array;
  readonly ionic: readonly number[];
  readonly electronic: readonly number[];
}

/** What lies before the window's first plane, where potentials are 0. */
export interface IonEnd {
  readonly theta: number;
  readonly logarithm: number;
  readonly share: number;
  /** Resistance to the first plane's face in Ω m², over the edge along the axis. */
  readonly resistance: number;
}

/** Fields of the ions' voxels, f64[n] each. */
export interface IonFields {
  readonly theta: Lease;
  readonly logarithm: Lease;
  readonly share: Lease;
}

/** Iterations of one solve of the preconditioner at most, and the residual at which it ends. */
const INNER_ITERATIONS = 12;
const INNER_RESIDUAL = 0.1;
const NEEDS: SolverNeeds = {
  maxIterations: INNER_ITERATIONS, rightHandSide: true, diagonal: true, floating: true, updates: true,
};

const doubled = ([nz, ny, nx]: Shape): Shape => [2 * nz, ny, nx];

/** Conductivities that differ, of both networks. */
const conductivities = ({ ionic, electronic }: Pick<TwoNetworkWindow, 'ionic' | 'electronic'>): number[] =>
  [...new Set([...ionic, ...electronic])].filter((sigma) => sigma > 0);

/** Leases of `prepareTwoNetworks`; what coarse levels of parts take is planned when these are counted. */
export function twoNetworksPlan(window: TwoNetworkWindow, faces: number, threads: number): LeasePlan {
  const shape = doubled(window.shape);
  const { finest, scratch } = codedPlan(shape, threads, false);
  const sets = islandThresholds(conductivities(window)).length;
  return {
    leases: [...finest, ...fieldsPlan(shape, faces)],
    then: [
      { leases: facePlan(shape), then: [labelFacesPlan(shape), { leases: scratch }] },
      { leases: countPlan(shape, true) },
      solverPlan(shape, threads, { ...NEEDS, weights: faceWeights({ axis: 'z', voxelSize: window.voxelSize }) }, sets),
    ],
  };
}

/** Fields of a doubled window. */
function fieldsPlan(shape: Shape, faces: number) {
  const n = voxelCount(shape);
  return named({
    resistivity: 8 * n, rest: 8 * n, direction: 8 * n, image: 8 * n, 'rest, single': 4 * n, 'step, single': 4 * n,
    'diagonal, single': 4 * n, 'face conductances': 8 * faces, classes: 28,
    sums: 16 * shape[0],
  });
}

/** How a linear solve ended. */
export interface JoinedSolve {
  /** Of the conjugate gradients, and of all solves of their preconditioner. */
  readonly iterations: number;
  readonly inner: number;
  /** Norm of the residual. */
  readonly residual: number;
  readonly converged: boolean;
}

/** Both networks, ready to be solved as often as one likes; memory goes with the scope that prepared them. Vectors are
 *  f64[2n], of ions and then of electrons. */
export interface TwoNetworkSolver {
  /** f64[2n] resistivities in Ω m, infinite where nothing conducts, for the caller to change. */
  readonly resistivity: Lease;
  /** f64[faces]: what a volt between both sides makes flow, for the caller to fill before `refresh` and `solve`. */
  readonly conductances: Lease;
  /** u32[7]: where the classes of faces begin, and the last one ends. */
  readonly classes: Lease;
  /** y: what flows out of all voxels at potentials p. flow: f64[faces], what flows through the faces, null: what the
   *  conductances say; ions: what else drives them. @returns Σ p·y */
  flows(y: Lease, p: Lease, flow: Lease | null, end: IonEnd, ions: Partial<IonFields>): Promise<number>;
  /** b − y, which `solve` takes. @returns its norm */
  residual(b: Lease, y: Lease): Promise<number>;
  /** x += length·step, both f64[2n]. */
  add(x: Lease, step: Lease, length: number): Promise<void>;
  /** The preconditioner takes the conductances of the faces as they are now. */
  refresh(): Promise<void>;
  /** Solves A·x for the residual found last, from 0 on, until what is left has a norm below a tolerance. x: f64[2n] */
  solve(x: Lease, end: IonEnd, tolerance: number, maxIterations: number): Promise<JoinedSolve>;
}

/** Classes of the doubled image: what ions see first, then what electrons see, numbered by their conductivities. */
function doubledImage({ classes, ionic, electronic }: TwoNetworkWindow): {
  image: Uint8Array; sigma: Record<number, number>;
} {
  const values = conductivities({ ionic, electronic });
  const n = classes.length;
  const image = new Uint8Array(2 * n);
  const of = (sigmas: readonly number[]): Uint8Array =>
    Uint8Array.from({ length: 256 }, (_, k) => values.indexOf(sigmas[k] ?? 0) + 1);
  const [ions, electrons] = [of(ionic), of(electronic)];
  for (let i = 0; i < n; i++) {
    image[i] = ions[classes[i]];
    image[n + i] = electrons[classes[i]];
  }
  return { image, sigma: Object.fromEntries(values.map((value, k) => [k + 1, value])) };
}

/** The preconditioner: a solver of both networks in one image, with a diagonal term. */
async function prepareInner(
  frame: Frame, window: TwoNetworkWindow, codes: readonly Lease[], diagonal: Lease,
): Promise<Solver> {
  const shape = doubled(window.shape);
  const { image, sigma } = doubledImage(window);
  const islands = islandThresholds(Object.values(sigma));
  const voxelSize = window.voxelSize;
  const { finest, linearEnergy } = await frame.scope(async () => {
    const faces = leaseFaces(frame, shape);
    const book = await labelFaces(frame, faces, image, shape, sigma, false);
    // Nothing holds the electrons: their last plane is closed.
    await frame.fill(faces.topZ, 0);
    const source = { axis: 'z', shape, faces, book, islands, voxelSize, periodic: false, keep: 'all' } as const;
    const made = await codedNetwork(frame, source, codes);
    return { finest: made.finest as FinestLevel, linearEnergy: made.counts.linearEnergy };
  });
  const parts = await countNetworkParts(frame, finest, shape, STRONG);
  const needs = { ...NEEDS, parts };
  await frame.extend(solverPlan(shape, frame.threads, { ...needs, weights: faceWeights({ axis: 'z', voxelSize }) },
    islands.length));
  return prepareSolver(frame, { finest, axis: 'z', shape, linearEnergy, diagonal }, needs);
}

/** Builds both networks and the preconditioner. */
export async function prepareTwoNetworks(
  frame: Frame, window: TwoNetworkWindow, faces: InterfaceFaces,
): Promise<TwoNetworkSolver> {
  const { shape, classes, ionic, electronic, voxelSize } = window;
  const both = doubled(shape);
  const n = voxelCount(shape);
  const [slices, length] = [2 * shape[0], shape[1] * shape[2]];
  const codes = Object.values(frame.take(codedPlan(both, frame.threads, false).finest));
  const leases = frame.take(fieldsPlan(both, faces.count));
  const { resistivity, rest, direction, image, sums } = leases;
  const [single, step, diagonal] = [leases['rest, single'], leases['step, single'], leases['diagonal, single']];
  const conductances = leases['face conductances'];
  const inverse = (sigma: number | undefined): number => (sigma !== undefined && sigma > 0 ? 1 / sigma : Infinity);
  const rho = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    rho[i] = inverse(ionic[classes[i]]);
    rho[n + i] = inverse(electronic[classes[i]]);
  }
  await frame.write(resistivity, rho);
  // Any term holds what no boundary does until `refresh` has the true one.
  await frame.write(diagonal, new Float32Array(2 * n).fill(1));
  const solver = await prepareInner(frame, window, codes, diagonal);
  const work = (name: string) => ({ name, work: 2 * n });
  const [, weightY, weightX] = faceWeights({ axis: 'z', voxelSize });
  const { classes: ends } = leases;
  await frame.write(ends, Uint32Array.from(faces.classes));
  const list = { active: faces.active, electrolyte: faces.electrolyte, classes: ends };
  const total = async (per = 1, slot = 0): Promise<number> => {
    const values = await frame.read(sums, Float64Array, per * slices);
    let sum = 0;
    for (let k = slot; k < values.length; k += per) sum += values[k];
    return sum;
  };
  const flows: TwoNetworkSolver['flows'] = async (y, p, flow, end, ions) => {
    const { theta = null, logarithm = null, share = null } = ions;
    await frame.call('twoNetworks', {
      ...list, ...extents(shape), weightY, weightX, rho: resistivity, out: sums, y, p, theta, logarithm, share,
      flow: flow ?? conductances, linear: flow === null,
      endTheta: end.theta, endLogarithm: end.logarithm, endShare: end.share, endResistance: end.resistance,
    }, work('potentials'));
    return total();
  };
  return {
    resistivity, conductances, classes: ends, flows,
    async residual(b, y) {
      await frame.call('krylovResidual', { out: sums, r: rest, b, y, slices, length }, work('potentials'));
      return Math.sqrt(await total());
    },
    async add(x, p, alpha) {
      await frame.call('krylovAdd', { x, p, alpha, slices, length }, work('potentials'));
    },
    async refresh() {
      await frame.call('faceSums', { ...list, out: diagonal, values: conductances, voxels: n }, work('potentials'));
      await solver.update({ diagonal });
    },
    async solve(x, end, tolerance, maxIterations) {
      await frame.fill(x, 0);
      await frame.fill(direction, 0);
      let [iterations, inner, residual, curvature] = [0, 0, Infinity, 0];
      while (iterations < maxIterations) {
        await frame.call('krylovSingle', { single, r: rest, slices, length }, work('potentials'));
        const solved = await solver.solve({
          tolerance: null, residualTolerance: INNER_RESIDUAL, rightHandSide: single, solution: step,
        });
        inner += solved.iterations;
        await frame.call(
          'krylovProducts', { out: sums, z: step, r: rest, q: iterations === 0 ? rest : image, slices, length },
          work('potentials'),
        );
        const right = await total(2);
        // Steps of the preconditioner differ from each other: each is made conjugate to the last one, no more is known.
        const beta = iterations === 0 ? 0 : -(await total(2, 1)) / curvature;
        await frame.call('krylovDirection', { p: direction, z: step, beta, slices, length }, work('potentials'));
        curvature = await flows(image, direction, null, end, {});
        if (!(curvature > 0)) break;
        await frame.call(
          'krylovStep', { out: sums, x, r: rest, p: direction, q: image, alpha: right / curvature, slices, length },
          work('potentials'),
        );
        residual = Math.sqrt(await total());
        iterations++;
        if (residual <= tolerance) break;
      }
      return { iterations, inner, residual, converged: residual <= tolerance };
    },
  };
}

// Lithium in the active material of an image: one implicit step of its diffusion, and what the faces of the interface
// must know of it. Kernels: assembly/electrode/lithium.ts, lithium-faces.ts.
import { LITHIUM_VALUES, POLL_STEP } from '../../assembly/layout.js';
import { VoxelithError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { within, type Place } from '../runtime/call.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';
import type { InterfaceFaces } from './interface-faces.js';
import type { LawTable, PerFaceAxis } from './reaction.js';


/** What diffuses where. SI units. */
export interface LithiumTask {
  /** Planes of the image that may hold active material, and the voxel with which they begin in the image of the
   *  faces. */
  readonly shape: Shape;
  readonly first: number;
  /** Edges of a voxel in m. */
  readonly edges: PerFaceAxis;
  readonly faces: InterfaceFaces;
  /** F·c_max, in C/m³. */
  readonly capacity: number;
  /** D₀ in m²/s, and √(D/D₀); null where D is D₀ everywhere. */
  readonly diffusivity: number;
  readonly roots: LawTable | null;
}

/** Iterations of one solve at most: far more than steps that are of any use take. */
const ITERATIONS = 2000;
/** What is left of the answer to a uniform reaction, over what the faces bring in. */
const ANSWER = 1e-3;
/** Elements before and behind a field. */
const MARGIN = 4;

const pitchOf = (nx: number): number => 4 * Math.floor(nx / 4) + 4;
const elementsOf = ([nz, ny, nx]: Shape): number => nz * ny * pitchOf(nx);
const blocksOf = (faces: number): number => Math.max(1, Math.ceil(faces / POLL_STEP));
const fieldBytes = (shape: Shape): number => 4 * (elementsOf(shape) + MARGIN + MARGIN);

/** Fields of f32 that it works in, which others may use between its calls. */
const scratchPlan = (shape: Shape) => {
  const bytes = fieldBytes(shape);
  return named({
    'lithium, residual': bytes, 'lithium, correction': bytes, 'lithium, direction': bytes, 'lithium, product': bytes,
  });
};

/** Leases of `prepareLithium`.
 *  @param faces their number @param voxels of active material, at most
 *  @param borrowed whether others lend it their scratch */
export function lithiumPlan(
  shape: Shape, faces: number, roots: LawTable | null, voxels = voxelCount(shape), borrowed = false,
) {
  return [...fieldsPlan(shape, faces, roots, voxels), ...(borrowed ? [] : scratchPlan(shape))];
}

function fieldsPlan(shape: Shape, faces: number, roots: LawTable | null, voxels: number) {
  const wide = 8 * voxels;
  return named({
    lithium: wide, 'lithium, last change': wide, 'lithium, next': wide, 'diffusivity roots': fieldBytes(shape),
    'lithium rows': 4 * (shape[0] * shape[1] + 1), 'lithium ranks': 4 * faces,
    'no lithium': 4 * (pitchOf(shape[2]) + MARGIN + MARGIN), 'diffusivity curve': 16 * ((roots?.cells ?? 0) + 1),
    'lithium sums': 24 * shape[0], 'lithium classes': 28, 'lithium answers': 4 * faces, 'lithium rises': 4 * faces,
    'lithium found': 8 * LITHIUM_VALUES * blocksOf(faces),
  });
}

/** Where the law of the faces lies: f64 per face, x at the face is base + slope·j. */
export interface FaceLaws {
  readonly reaction: Lease;
  readonly base: Lease;
  readonly slope: Lease;
}

/** What a solve took, and what it left: largest differences of stoichiometry. */
export interface LithiumSolve {
  readonly iterations: number;
  readonly before: number;
  readonly after: number;
}

/** How a step and the reaction fit. */
export interface LithiumVerdict {
  /** Largest difference between x of a voxel at a face and what the law had foretold. */
  readonly amiss: number;
  readonly surface: readonly [low: number, high: number];
  /** Estimated error of the step at the faces. */
  readonly error: { readonly largest: number; readonly rms: number };
  /** Σ of all stoichiometries that the reaction of the step's end brings, were it the same all along γ. */
  readonly brought: number;
}

/** Stoichiometries per voxel of active material, in the order of the image, and what formulas of higher order need. */
export interface LithiumState {
  readonly now: Float64Array;
  /** One step earlier, which took so many seconds; null after a restart. */
  readonly before: Float64Array | null;
  readonly lastStep: number;
  /** By how much they rose at the faces in the step before that, and its length; null: there is none. */
  readonly rises: Float32Array | null;
  readonly olderStep: number;
}

/** Lithium with its memory, which goes when the scope ends that prepared it. */
export interface LithiumField {
  /** Sets the state, of which `read` gives all. A number is that of all voxels. */
  set(state: Partial<Omit<LithiumState, 'now'>> & { readonly now: number | Float64Array }): Promise<void>;
  read(): Promise<LithiumState>;
  /** Forgets what lies before. */
  restart(): void;
  /** Begins a step of dt seconds: a guess of its end, and the answer to a uniform reaction. */
  begin(dt: number): Promise<LithiumSolve>;
  /** Begins a step of 0 s: the state stays, and faces have the stoichiometries of their voxels. */
  hold(laws: FaceLaws): Promise<void>;
  /** Writes the law of the faces from the guess: as if the last reaction went on; after a restart, none. */
  foretell(laws: FaceLaws): Promise<void>;
  /** Writes the law of the faces from the last state found and the reaction that it belongs to. */
  law(laws: FaceLaws): Promise<void>;
  /** The state at the end of the step with a reaction. tolerance: of the stoichiometry */
  solve(reaction: Lease, tolerance: number): Promise<LithiumSolve>;
  /** Compares the last state found with the law. */
  judge(laws: FaceLaws): Promise<LithiumVerdict>;
  /** Sums per plane of the image: of the last state found, and of what it has more than the last accepted one. */
  sums(): Promise<{ readonly whole: Float64Array; readonly gain: Float64Array }>;
  /** Takes the last state found. */
  take(): Promise<void>;
  /** Seconds over which the reaction at the end of the step counts, γ. */
  readonly span: number;
}

/** Steps so far, of which the formulas are made. */
interface History {
  readonly dt: number;
  readonly last: number | null;
  readonly older: number | null;
}

/** The backward formula of a step: next − now = momentum·(last change) + span·(rate at the end). Of second order where
 *  there is a last step, and then a constant rate gives dt·rate exactly. */
export function backwardFormula(
  { dt, last }: Pick<History, 'dt' | 'last'>,
): { momentum: number; span: number; guess: number } {
  if (last === null) return { momentum: 0, span: dt, guess: 0 };
  const ratio = dt / last;
  return { momentum: ratio ** 2 / (1 + 2 * ratio), span: (dt * (1 + ratio)) / (1 + 2 * ratio), guess: ratio };
}

/** The error of a step as a combination of its rise, the last one and the one before: span·dt·(dt + last)·x[…], the
 *  third divided difference; with fewer steps behind as if differences of that order changed wholly over the steps. */
function errorOf({ dt, last, older }: History, span: number): readonly [number, number, number] {
  if (last === null) return [0.5, 0, 0];
  const second = [1 / (dt * (dt + last)), -1 / (last * (dt + last))];
  if (older === null) return [span * dt * second[0], span * dt * second[1], 0];
  const factor = (span * dt * (dt + last)) / (dt + last + older);
  return [
    factor * second[0], factor * (second[1] - 1 / (last * (last + older))), factor / (older * (last + older)),
  ];
}

/** Brings the voxels of active material into memory: their roots are 1.
 *  @param active 1 where there is, per voxel of `shape`
 *  @param lent fields of f32 that others use between the calls, where the plan says `borrowed` */
export async function prepareLithium(
  frame: Frame, task: LithiumTask, active: Uint8Array, lent: readonly Lease[] | null = null,
): Promise<LithiumField> {
  const { shape, first, faces, edges, capacity, diffusivity, roots } = task;
  const [, ny, nx] = shape;
  const [pitch, elements] = [pitchOf(nx), elementsOf(shape)];
  const rows = shape[0] * ny;
  const voxels = active.reduce((count, mark) => count + (mark === 0 ? 0 : 1), 0);
  const leases = frame.take(fieldsPlan(shape, faces.count, roots, voxels));
  const narrow = (lease: Lease): Place => within(lease, 4 * MARGIN);
  const scratch = lent ?? Object.values(frame.take(scratchPlan(shape)));
  const needed = scratchPlan(shape);
  if (scratch.length < needed.length || scratch.some(({ bytes }) => bytes < needed[0].bytes)) {
    throw new VoxelithError(`lithium: needs ${needed.length} fields of ${needed[0].bytes} bytes to work in`);
  }
  const [residual, correction, direction, product] = scratch.map(narrow);
  const fields = {
    now: leases.lithium, change: leases['lithium, last change'], next: leases['lithium, next'],
    starts: leases['lithium rows'],
    residual, correction, direction, product, root: narrow(leases['diffusivity roots']),
  };
  const { 'lithium sums': sums, 'lithium found': out, 'lithium classes': classes } = leases;
  for (const lease of [
    leases.lithium, leases['lithium, last change'], leases['lithium, next'], leases['diffusivity roots'],
    leases['no lithium'], leases['lithium rises'],
  ]) await frame.fill(lease, 0);
  await frame.write(classes, Uint32Array.from(faces.classes));
  if (roots !== null) await frame.write(leases['diffusivity curve'], roots.values);
  const starts = new Uint32Array(rows + 1);
  for (let z = 0; z < shape[0]; z++) {
    const marks = new Float32Array(ny * pitch);
    for (let y = 0; y < ny; y++) {
      const row = z * ny + y;
      starts[row + 1] = starts[row];
      for (let x = 0; x < nx; x++) {
        if (active[row * nx + x] === 0) continue;
        marks[y * pitch + x] = 1;
        starts[row + 1]++;
      }
    }
    await frame.write(leases['diffusivity roots'], marks, 4 * (MARGIN + z * ny * pitch));
  }
  await frame.write(leases['lithium rows'], starts);
  await frame.call('rankLithium', {
    ranks: leases['lithium ranks'], active: faces.active, count: faces.count, first, nx, pitch, root: fields.root,
    starts: leases['lithium rows'],
  }, { name: 'lithium at faces', work: faces.count });

  let dt = 0;
  let last: number | null = null;
  let older: number | null = null;
  let scheme = backwardFormula({ dt: 1, last: null });
  const stage = { name: 'lithium', work: elements };
  const ofFaces = { name: 'lithium at faces', work: faces.count };

  const record = (more: { momentum?: number; tolerance?: number } = {}) => ({
    ...extents(shape), pitch, ...fields, zeros: narrow(leases['no lithium']), sums, out,
    rate: (scheme.span * diffusivity) / edges[0] ** 2, weightY: (edges[0] / edges[1]) ** 2,
    weightX: (edges[0] / edges[2]) ** 2, momentum: scheme.momentum, tolerance: 0,
    maxIterations: ITERATIONS, ...more,
  });
  const gains = (): PerFaceAxis => {
    const [z, y, x] = edges.map((edge) => scheme.span / (capacity * edge));
    return [z, y, x];
  };
  const atFaces = (laws: FaceLaws | null, reaction: Lease | null, wide = false) => {
    const [gainZ, gainY, gainX] = gains();
    const [halfZ, halfY, halfX] = edges.map((edge) => edge / (2 * diffusivity * capacity));
    const [errorNext, errorLast, errorOlder] = errorOf({ dt, last, older }, scheme.span);
    const { root, now, change, next } = fields;
    return {
      active: faces.active, weight: faces.weight, classes, first, nx, pitch, reaction,
      ranks: leases['lithium ranks'], root, now, change, next,
      correction, target: wide ? next : residual, wide, gainZ, gainY, gainX, halfZ, halfY, halfX,
      answer: leases['lithium answers'], older: leases['lithium rises'], base: laws?.base ?? sums,
      slope: laws?.slope ?? sums, errorNext, errorLast, errorOlder, out,
    };
  };

  async function newRoots(): Promise<void> {
    if (roots === null) return;
    await frame.call('diffusivityRoots', {
      root: fields.root, next: fields.next, starts: fields.starts, table: leases['diffusivity curve'],
      cells: roots.cells, rows, pitch,
    }, stage);
  }

  /** The correction that a reaction calls for, in `correction`; null: one of −1, from nothing. */
  async function correct(reaction: Lease | null, tolerance: number): Promise<LithiumSolve> {
    if (reaction === null) await frame.fill(scratch[0], 0);
    else await frame.call('residualLithium', record(), stage);
    await frame.call('sourceLithium', atFaces(null, reaction), ofFaces);
    await frame.call('correctLithium', record({ tolerance }), stage);
    const [iterations, before, after] = await frame.read(out, Float64Array, 3);
    if (!Number.isFinite(after)) throw new VoxelithError('lithium: the step left the range of numbers; take less');
    return { iterations, before, after };
  }

  function restart(): void {
    last = null;
    older = null;
  }

  return {
    get span() {
      return scheme.span;
    },

    async set({ now, before = null, lastStep = 0, rises = null, olderStep = 0 }) {
      for (const values of [now, before]) {
        if (values instanceof Float64Array && values.length !== voxels) {
          throw new VoxelithError(
            `lithium: there are ${voxels} voxels of active material, but ${values.length} stoichiometries`,
          );
        }
      }
      const whole = typeof now === 'number' ? new Float64Array(voxels).fill(now) : now;
      await frame.write(leases.lithium, whole);
      await frame.write(leases['lithium, last change'], whole.map((x, k) => (before === null ? 0 : x - before[k])));
      restart();
      if (before !== null) last = lastStep;
      if (rises !== null) {
        await frame.write(leases['lithium rises'], rises);
        older = olderStep;
      }
      await frame.call('guessLithium', record({ momentum: 0 }), stage);
      await newRoots();
    },

    async read() {
      const now = await frame.read(leases.lithium, Float64Array, voxels);
      const change = last === null ? null : await frame.read(leases['lithium, last change'], Float64Array, voxels);
      return {
        now, before: change === null ? null : now.map((value, k) => value - change[k]), lastStep: last ?? 0,
        rises: older === null ? null : await frame.read(leases['lithium rises'], Float32Array, faces.count),
        olderStep: older ?? 0,
      };
    },

    restart,

    async begin(seconds) {
      dt = seconds;
      scheme = backwardFormula({ dt, last });
      await frame.call('guessLithium', record({ momentum: scheme.guess }), stage);
      await newRoots();
      const solved = await correct(null, ANSWER * Math.max(...gains()));
      await frame.call('answerLithium', atFaces(null, null), ofFaces);
      return solved;
    },

    async hold(laws) {
      await frame.call('guessLithium', record({ momentum: 0 }), stage);
      await newRoots();
      await frame.fill(leases['lithium answers'], 0);
      await frame.call('lithiumLaw', atFaces(laws, null), ofFaces);
      await frame.fill(laws.slope, 0);
    },

    async foretell(laws) {
      await frame.call('lithiumLaw', atFaces(laws, last === null ? null : laws.reaction), ofFaces);
    },

    async law(laws) {
      await frame.call('lithiumLaw', atFaces(laws, laws.reaction), ofFaces);
    },

    async solve(reaction, tolerance) {
      await newRoots();
      const solved = await correct(reaction, tolerance);
      await frame.call('settleLithium', record(), stage);
      await frame.call('sourceLithium', atFaces(null, reaction, true), ofFaces);
      return solved;
    },

    async judge(laws) {
      await frame.call('judgeLithium', atFaces(laws, laws.reaction), ofFaces);
      const found = await frame.read(out, Float64Array, LITHIUM_VALUES * blocksOf(faces.count));
      const slot = (k: number): number[] =>
        Array.from({ length: found.length / LITHIUM_VALUES }, (_, block) => found[block * LITHIUM_VALUES + k]);
      const sum = (k: number): number => slot(k).reduce((total, value) => total + value, 0);
      const most = (k: number): number => slot(k).reduce((largest, value) => Math.max(largest, value), 0);
      return {
        amiss: most(0), surface: [Math.min(...slot(1)), Math.max(...slot(2))],
        error: { largest: most(3), rms: Math.sqrt(sum(4) / sum(5)) }, brought: sum(6),
      };
    },

    async sums() {
      await frame.call('sumLithium', record(), stage);
      const values = await frame.read(sums, Float64Array, 2 * shape[0]);
      return { whole: values.slice(0, shape[0]), gain: values.slice(shape[0]) };
    },

    async take() {
      await frame.call('keepRise', atFaces(null, null), ofFaces);
      await frame.call('takeLithium', record(), stage);
      older = last;
      last = dt;
    },
  };
}

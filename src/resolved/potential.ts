// Potentials on the voxels of an electrode at a given current: φ_s in active material, carbon and collector, φ_e in
// electrolyte and separator, and the reaction on the faces between. They make ½Σ g(Δu)² + Σ wA·Ψ(Δu) − I·V smallest,
// Ψ' = j, which is convex: Newton's method with a line search, each step of which is a network of resistors. Potentials
// are f64, and what is solved for in f32 are their corrections, whose right-hand side is the residual in f64.
import { LABEL_COLLECTOR, LABEL_FLOATING } from '../../assembly/layout.js';
import { voxelCount } from '../core/grid.js';
import type { Charge, ChargeLosses } from '../kernels/charge.js';
import type { InterfaceAreas, InterfaceFaces } from '../kernels/interface-faces.js';
import { type Reaction, type ReactionLaw, type ReactionState, type ReactionSums } from '../kernels/reaction.js';
import type { Solver } from '../kernels/solver.js';
import type { Lease } from '../runtime/arena.js';
import type { Frame } from '../runtime/session.js';
import { tableValue } from './curve-table.js';
import { crossSection, isSolid, isWired, type ElectrodeImage } from './electrode.js';
import type { InterfaceAreaOption } from './interface.js';

/** How well potentials are solved for. */
export interface PotentialOptions {
  /** In V, of every voxel. */
  readonly tolerance: number;
  /** Steps of Newton's method at most. */
  readonly maxNewton: number;
  /** Iterations of one linear solve at most. */
  readonly maxIterations: number;
  /** Where the area of the interface comes from (interface.ts). */
  readonly area: InterfaceAreaOption;
}

export const POTENTIAL_DEFAULTS: PotentialOptions = {
  tolerance: 1e-7, maxNewton: 50, maxIterations: 300, area: 'corrected',
};

/** Relative error of a linear solve in the energy: that of potentials is its root. */
const LINEAR = 1e-5;
/** Longest step of the common potential at a cold start, in V. */
const STRIDE = 0.1;

/** Potentials at a current. */
export interface PotentialState {
  readonly converged: boolean;
  /** Of the collector against the separator's face, in V. */
  readonly voltage: number;
  readonly newton: number;
  readonly iterations: number;
  /** Current through the interface over the current, less 1; over the exchange where there is none. */
  readonly balance: number;
  /** Least and greatest stoichiometry at the faces. */
  readonly surface: readonly [low: number, high: number];
}

/** What goes on with potentials needs. */
export interface SavedPotentials {
  readonly potential: Float64Array;
  readonly reaction: Float64Array;
  readonly reference: number;
}

/** An electrode ready to be solved, as long as the scope lasts that prepared it. */
export interface Potentials {
  readonly faces: InterfaceFaces;
  readonly areas: InterfaceAreas;
  /** Labels with LABEL_FLOATING, per voxel of the electrode's image. */
  readonly labels: Uint8Array;
  /** Of the reaction: f64 per face, j in A/m², and the stoichiometry base + slope·j, the caller's to write. */
  readonly reaction: Reaction;
  readonly law: ReactionLaw;
  /** Fields of f32 that hold nothing between two calls. */
  readonly scratch: readonly Lease[];
  /** Potentials at a current density in A/m² of cross-section, above 0 in discharge, from where the last solve ended.
   *  Where that fails it begins anew. */
  solve(current: number): Promise<PotentialState>;
  /** One step of Newton's method from there, for those who go on after it with another law. Σ wA·j is the current
   *  exactly all the same.
   *  @param accuracy relative error of the linear solve in the energy @param refresh whether the network gets the
   *  conductances of the faces as they are now, or keeps those it has
   *  @returns also `changed`, by how much the potential of any voxel did, in V; Infinity where the step was cut
   *    short */
  improve(
    current: number, step: { readonly accuracy: number; readonly refresh: boolean },
  ): Promise<PotentialState & { readonly changed: number }>;
  /** One linear solve, refined: the interface conducts as it does without current at a stoichiometry. Potentials are
   *  then those over equilibrium. */
  linear(current: number, stoichiometry: number): Promise<PotentialState>;
  /** Power that the conductors lose, in W: not what the interface and the half voxels beside it do. */
  losses(): Promise<ChargeLosses>;
  /** φ in V per voxel; NaN in what conducts nothing. */
  read(): Promise<Float64Array>;
  save(): Promise<SavedPotentials>;
  load(saved: SavedPotentials): Promise<void>;
}

const FAILED: PotentialState = {
  converged: false, voltage: NaN, newton: 0, iterations: 0, balance: NaN, surface: [NaN, NaN],
};

/** What the solution works on. */
interface Parts {
  readonly frame: Frame;
  readonly image: ElectrodeImage;
  readonly labels: Uint8Array;
  readonly law: ReactionLaw;
  readonly faces: InterfaceFaces;
  readonly areas: InterfaceAreas;
  readonly charge: Charge;
  readonly reaction: Reaction;
  readonly solver: Solver;
  readonly options: PotentialOptions;
}

/** Share of the descent at the start that may be left as ascent at the end of a step. */
const ASCENT = 0.5;
/** Shortest share of a step that follows another. */
const SHORTEN = 0.1;
const SHORTENINGS = 30;
/** Σ j·Δδ may miss by this share for rounding. */
const ROUNDING = 1e-12;
/** Steps of the common potential at a cold start, and how near it need come. */
const STARTS = 100;
const NEARLY = 1e-3;
/** Of potentials that are refined linearly: the last digits. */
const ROUNDED = 1e-12;
/** Charge is kept to this share of the current. */
const CHARGE = 1e-14;
/** Ratio of two corrections from which on the second tells nothing of a third, and the least one that counts. */
const SLOW = 0.3;
const LEFT = 0.02;

/** Potentials of an electrode that lies in memory. */
export function potentials({
  frame, image, labels, law, faces, areas, charge, reaction, solver, options,
}: Parts): Potentials {
  const { shape } = image;
  const section = crossSection(image);
  const [nz, ny, nx] = shape;
  const voxels = voxelCount(shape);
  const { potential } = charge;
  /** Of the solver's, which has read a right-hand side before it begins, and leaves a correction at the end. */
  const residual = solver.scratch[3];
  let reference = 0;
  let started = false;

  const state = (share: number | null = null): ReactionState => ({
    labels: charge.labels, potential, reference,
    correction: share === null ? null : { field: residual, share },
  });
  /** What flows out at the collector in discharge, in the network's unit per voxel. */
  const source = (current: number) => (label: number): number =>
    label === LABEL_COLLECTOR ? -current * law.area[0] * law.unit : 0;

  /** Mean potential of the collector's plane over the reference. */
  async function collector(): Promise<number> {
    const plane = await frame.read(potential, Float64Array, ny * nx, 8 * (nz - 1) * ny * nx);
    return plane.reduce((sum, value) => sum + value, 0) / plane.length;
  }

  /** One correction: the direction in `residual`, and its energy in A·V. */
  async function direction(current: number, refresh: boolean, tolerance = LINEAR) {
    if (refresh) await solver.update({ faces: { list: reaction.conductances, count: faces.count } });
    const left = await charge.balance(source(current), reaction.current, residual);
    const solved = await solver.solve({
      rightHandSide: residual, solution: residual, tolerance, residualTolerance: null,
    });
    return { left, energy: solved.energy / law.unit, iterations: solved.iterations };
  }

  /** How far to go along the direction: until the energy no longer falls by much.
   *  @returns the share, and the reaction there; null where no share helps */
  async function search(descent: number): Promise<{ share: number; sums: ReactionSums } | null> {
    let share = 1;
    let start: ReactionSums | null = null;
    for (let k = 0; k < SHORTENINGS; k++) {
      const sums = await reaction.solve(state(share));
      start ??= sums;
      const rise = sums.along - start.before;
      const ascent = share * (descent - start.square) + rise - descent;
      const rounded = ROUNDING * (Math.abs(sums.along) + Math.abs(start.before));
      if (sums.failed === 0 && ascent <= Math.max(ASCENT * descent, rounded)) return { share, sums };
      const secant = sums.failed === 0 ? descent / (descent + ascent) : 0;
      share *= Math.max(SHORTEN, secant);
    }
    return null;
  }

  /** Makes Σ wA·j the current, exactly but for rounding, by a common shift of the wired solid. */
  async function shift(current: number, sums: ReactionSums): Promise<number> {
    const target = -current * section;
    let total = sums.total;
    for (let k = 0; k < 3 && Math.abs(total - target) > CHARGE * Math.max(Math.abs(target), sums.size); k++) {
      const volts = (target - total) / sums.slopes;
      reference += volts;
      total = await reaction.shift(state(), volts);
    }
    return total;
  }

  /** One step of Newton's method. before: the reaction that it starts from
   *  @returns null where there is none */
  async function improve(current: number, before: ReactionSums, refresh: boolean, accuracy: number) {
    if (before.failed > 0) return null;
    const { energy, iterations } = await direction(current, refresh, accuracy);
    if (!(energy >= 0 && energy < Infinity)) return null;
    const found = await search(energy);
    if (found === null) return null;
    return { ...found, iterations, changed: await charge.correct(residual, found.share) };
  }

  /** Newton's method from where the potentials are. */
  async function descend(current: number): Promise<PotentialState | null> {
    let sums = await reaction.solve(state());
    let iterations = 0;
    let last = 0;
    for (let newton = 1; newton <= options.maxNewton; newton++) {
      const step = await improve(current, sums, true, LINEAR);
      if (step === null) return null;
      const { changed, share } = step;
      iterations += step.iterations;
      sums = step.sums;
      const rate = changed / last;
      last = changed;
      // What the next correction would be, as the last two tell: no less than a linear solve leaves.
      const next = rate < SLOW ? changed * Math.max(rate, LEFT) : changed;
      if (share === 1 && next <= options.tolerance) return finish(current, sums, newton, iterations);
    }
    return null;
  }

  async function finish(
    current: number, sums: ReactionSums, newton: number, iterations: number,
  ): Promise<PotentialState> {
    const target = -current * section;
    const total = await shift(current, sums);
    const size = target === 0 ? sums.size : target;
    return {
      converged: true, voltage: reference + await collector(), newton, iterations,
      balance: size === 0 ? 0 : (total - target) / size, surface: sums.surface,
    };
  }

  /** Potentials to begin with: none but a common one of the wired solid, at which the current passes. */
  async function begin(current: number): Promise<boolean> {
    const base = await frame.read(reaction.base, Float64Array, faces.count);
    const mean = base.reduce((sum, x) => sum + x, 0) / base.length;
    const equilibrium = tableValue(law.potential, Math.min(Math.max(mean, 0), 1));
    const target = -current * section;
    await frame.fill(potential, 0);
    await frame.fill(reaction.current, 0);
    reference = equilibrium;
    let [low, high] = [-Infinity, Infinity];
    for (let k = 0; k < STARTS; k++) {
      const sums = await reaction.solve(state());
      if (sums.failed > 0) return false;
      const excess = sums.wired - target;
      if (Math.abs(excess) <= NEARLY * Math.max(Math.abs(target), NEARLY * sums.size)) break;
      if (excess > 0) high = reference;
      else low = reference;
      const step = Math.min(Math.max(-excess / sums.slopes, -STRIDE), STRIDE);
      const next = reference + step;
      reference = next > low && next < high ? next : (low + high) / 2;
    }
    await floatFrom(equilibrium);
    return true;
  }

  /** Pieces that float begin where nothing reacts on them. */
  async function floatFrom(equilibrium: number): Promise<void> {
    if (!labels.some((label) => (label & LABEL_FLOATING) !== 0)) return;
    const start = new Float64Array(voxels);
    labels.forEach((label, k) => {
      if ((label & LABEL_FLOATING) !== 0) start[k] = isSolid(label) ? equilibrium : reference - equilibrium;
    });
    await frame.write(potential, start);
  }

  async function solve(current: number): Promise<PotentialState> {
    if (started) {
      const found = await descend(current);
      if (found !== null) return found;
    }
    started = await begin(current);
    const found = started ? await descend(current) : null;
    started = found !== null;
    return found ?? FAILED;
  }

  return {
    faces, areas, labels, reaction, law, solve, scratch: solver.scratch,

    async improve(current, { accuracy, refresh }) {
      const step = started ? await improve(current, await reaction.solve(state()), refresh, accuracy) : null;
      if (step === null) return { ...(await solve(current)), changed: 0 };
      const { sums, iterations, share, changed } = step;
      return { ...(await finish(current, sums, 1, iterations)), changed: share === 1 ? changed : Infinity };
    },

    async linear(current, stoichiometry) {
      await frame.fill(potential, 0);
      await frame.fill(reaction.current, 0);
      await frame.fill(reaction.slope, 0);
      await frame.write(reaction.base, new Float64Array(faces.count).fill(stoichiometry));
      started = false;
      reference = tableValue(law.potential, stoichiometry);
      await floatFrom(reference);
      await reaction.solve(state());
      await frame.fill(potential, 0);
      reference = 0;
      let iterations = 0;
      let last = Infinity;
      for (let step = 1; step <= options.maxNewton; step++) {
        await reaction.proportional(state());
        const way = await direction(current, step === 1);
        iterations += way.iterations;
        const changed = await charge.correct(residual, 1);
        const voltage = await collector();
        const stalled = changed >= SLOW * last && changed <= LINEAR * Math.abs(voltage);
        if (changed <= ROUNDED * Math.abs(voltage) || stalled) {
          return finish(current, await reaction.proportional(state()), step, iterations);
        }
        last = changed;
      }
      return FAILED;
    },

    async losses() {
      const { separator, electrolyte, electrons } = await charge.losses();
      return {
        separator: separator / law.unit, electrolyte: electrolyte / law.unit, electrons: electrons / law.unit,
      };
    },

    async read() {
      const values = await frame.read(potential, Float64Array, voxels);
      labels.forEach((label, k) => {
        if (label === 0) values[k] = NaN;
        else if (isWired(label)) values[k] += reference;
      });
      return values;
    },

    async save() {
      return {
        potential: await frame.read(potential, Float64Array, voxels),
        reaction: await frame.read(reaction.current, Float64Array, faces.count), reference,
      };
    },

    async load(saved) {
      await frame.write(potential, saved.potential);
      await frame.write(reaction.current, saved.reaction);
      reference = saved.reference;
      started = true;
    },
  };
}

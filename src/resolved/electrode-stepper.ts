// Steps of an electrode on its voxels: potentials at the stoichiometries that the faces will have at the end of the
// step, as far as lithium's answer foretells them, and lithium with the reaction that results, in turns until both
// agree. The answer of a face is what its voxel loses per current density that all faces pass alike: so slow and even
// changes of the reaction, which are most, are foretold.
import { FARADAY } from '../cell/constants.js';
import type { Curve } from '../cell/curves/curve.js';
import { VoxelithError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import { lithiumPlan, prepareLithium, type LithiumField } from '../kernels/lithium.js';
import type { LawTable } from '../kernels/reaction.js';
import { asinh } from '../numeric/elementary.js';
import type { Frame } from '../runtime/session.js';
import { tableOf } from './curve-table.js';
import { crossSection, isActive, outerResistance, type ElectrodeImage, type ElectrodeMaterials } from './electrode.js';
import type { Potentials } from './potential.js';
import type { Attempt, Stepper } from './stepper.js';

export interface StepperOptions {
  /** By how much a stoichiometry at the interface may differ from that which the potentials were solved with. */
  readonly agreement: number;
  /** By how much a potential may be wrong, in V. */
  readonly volts: number;
  /** Relative error of the linear solve of a turn, in the energy: that of potentials is its root. */
  readonly accuracy: number;
  /** Residual up to which lithium is solved for, a stoichiometry. */
  readonly residual: number;
  /** Turns at most. */
  readonly maxSweeps: number;
}

export const STEPPER_DEFAULTS: StepperOptions = {
  agreement: 1e-5, volts: 1e-5, accuracy: 1e-2, residual: 1e-6, maxSweeps: 15,
};

/** Turns after which those that do not bring both nearer are given up. */
const PATIENCE = 4;
/** Relative error of the table of √D. */
const ROOTS = 1e-6;

/** An electrode on its voxels, whose memory goes when the scope ends that prepared it. */
export interface Electrode {
  readonly potentials: Potentials;
  readonly lithium: LithiumField;
  readonly stepper: Stepper;
}

/** Planes of the image that may hold active material. */
const innerShape = ({ shape: [, ny, nx], from, to }: ElectrodeImage): Shape => [to - from, ny, nx];

/** D₀ at half of the window, and √(D/D₀) where it varies. */
function diffusivityOf(
  { diffusivity, window: [low, high] }: Pick<ElectrodeMaterials, 'diffusivity' | 'window'>,
): { readonly diffusivity: number; readonly roots: LawTable | null } {
  const whole = diffusivity.constant ?? diffusivity.value((low + high) / 2);
  if (diffusivity.constant !== null) return { diffusivity: whole, roots: null };
  const value = (x: number): number => Math.sqrt(diffusivity.value(x) / whole);
  const root: Curve = {
    value, slope: (x) => diffusivity.slope(x) / (2 * whole * value(x)), domain: diffusivity.domain, constant: null,
  };
  return { diffusivity: whole, roots: tableOf(root, { tolerance: ROOTS, relative: true, range: [low, high] }) };
}

/** Brings the lithium of an electrode into memory beside its potentials, at the stoichiometry of the materials.
 *  @throws CapacityError */
export async function prepareElectrode(
  frame: Frame, image: ElectrodeImage, materials: ElectrodeMaterials, potentials: Potentials,
  options: StepperOptions = STEPPER_DEFAULTS,
): Promise<Electrode> {
  const { faces } = potentials;
  const shape = innerShape(image);
  const [, ny, nx] = shape;
  const { diffusivity, roots } = diffusivityOf(materials);
  const inner = potentials.labels.subarray(image.from * ny * nx, image.to * ny * nx);
  const marks = inner.map((label) => (isActive(label) ? 1 : 0));
  const voxels = marks.reduce((count, mark) => count + mark, 0);
  await frame.extend({ leases: lithiumPlan(shape, faces.count, roots, voxels, true) });
  const lithium = await prepareLithium(
    frame,
    {
      shape, first: image.from * ny * nx, edges: image.edges, faces, diffusivity, roots,
      capacity: FARADAY * materials.maximumConcentration,
    },
    marks, potentials.scratch,
  );
  await lithium.set({ now: materials.stoichiometry });
  return { potentials, lithium, stepper: electrodeStepper(image, materials, potentials, lithium, options) };
}

/** What lies outside of the image takes from the voltage at a current: contacts, the rest of the separator, the
 *  foil. */
function outerLoss(image: ElectrodeImage, materials: ElectrodeMaterials): (current: number) => number {
  const resistance = outerResistance(materials, image);
  const { foil, thermal } = materials;
  return (current) => current * resistance + (foil === null ? 0 : (2 / thermal) * asinh(current / (2 * foil)));
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

function electrodeStepper(
  image: ElectrodeImage, materials: ElectrodeMaterials, potentials: Potentials, lithium: LithiumField,
  { agreement, volts, accuracy, residual, maxSweeps }: StepperOptions,
): Stepper {
  const { edges: [hz, hy, hx] } = image;
  const lossOf = outerLoss(image, materials);
  const { reaction } = potentials;
  const laws = { reaction: reaction.current, base: reaction.base, slope: reaction.slope };
  /** Σ of the stoichiometries that a current brings per second. */
  const inflow = (current: number): number =>
    (current * crossSection(image)) / (FARADAY * materials.maximumConcentration * hz * hy * hx);
  /** Length of the step that was tried last and can be accepted; null: there is none. */
  let tried: number | null = null;

  /** By how much more or less came in than was to; of what is there where nothing was to. */
  async function lithiumBalance(dt: number, current: number): Promise<number> {
    const { whole, gain } = await lithium.sums();
    const wanted = dt * inflow(current);
    return wanted === 0 ? sum(gain) / sum(whole) : sum(gain) / wanted - 1;
  }

  return {
    async attempt(dt, current) {
      tried = null;
      const work = { sweeps: 0, newton: 0, iterations: 0 };
      const failed = (): Attempt => ({
        converged: false, voltage: NaN, error: { largest: NaN, rms: NaN }, surface: [NaN, NaN], work,
        balance: { lithium: NaN, charge: NaN },
      });
      if (dt === 0) await lithium.hold(laws);
      else {
        await lithium.begin(dt);
        await lithium.foretell(laws);
      }
      let last = Infinity;
      let least = Infinity;
      let leastAt = 0;
      while (work.sweeps < maxSweeps) {
        work.sweeps++;
        const {
          converged, voltage, newton, iterations, balance: charge, surface, changed,
        } = dt === 0 ? { ...(await potentials.solve(current)), changed: 0 }
          : await potentials.improve(current, { accuracy, refresh: work.sweeps === 1 });
        const left = changed * Math.min(1, Math.max(changed / last, Math.sqrt(accuracy)));
        last = changed;
        work.newton += newton;
        work.iterations += iterations;
        if (!converged) return failed();
        const end = { converged: true, voltage: voltage - lossOf(current), work };
        if (dt === 0) {
          tried = dt;
          return { ...end, surface, error: { largest: 0, rms: 0 }, balance: { lithium: 0, charge } };
        }
        await lithium.solve(reaction.current, residual);
        const verdict = await lithium.judge(laws);
        if (verdict.amiss <= agreement && left <= volts) {
          tried = dt;
          return {
            ...end, surface: verdict.surface, error: verdict.error,
            balance: { lithium: await lithiumBalance(dt, current), charge },
          };
        }
        if (!(verdict.amiss < least)) {
          if (work.sweeps - leastAt >= PATIENCE) return failed();
        } else [least, leastAt] = [verdict.amiss, work.sweeps];
        await lithium.law(laws);
      }
      return failed();
    },

    async accept() {
      if (tried === null) throw new VoxelithError('accept: no step was tried that can be accepted');
      if (tried > 0) await lithium.take();
      tried = null;
    },

    restart() {
      lithium.restart();
    },

    async save() {
      const { now, before, lastStep, rises, olderStep } = await lithium.read();
      return { lithium: now, before, lastStep, rises, olderStep, ...(await potentials.save()) };
    },

    async load({ lithium: now, before, lastStep, rises, olderStep, ...saved }) {
      tried = null;
      await lithium.set({ now, before, lastStep, rises, olderStep });
      await potentials.load(saved);
    },
  };
}

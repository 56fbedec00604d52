// An electrode that a liquid fills, as what marches in time knows one. A step goes in sweeps: potentials, with faces
// that answer as lithium does over the step; lithium; salt; until these agree.
import { FARADAY, thermalSlope } from '../../cell/constants.js';
import type { Curve } from '../../cell/curves/curve.js';
import { voxelCount } from '../../core/grid.js';
import { lithiumPlan, prepareLithium, type FaceLaws, type LithiumField } from '../../kernels/lithium.js';
import type { InterfaceFaces } from '../../kernels/interface-faces.js';
import type { LawTable } from '../../kernels/reaction.js';
import { prepareReactionBetween, reactionBetweenPlan, type ReactionBetween } from '../../kernels/reaction-between.js';
import { saltPlan } from '../../kernels/salt.js';
import {
  prepareTwoNetworks, twoNetworksPlan, type IonFields, type TwoNetworkSolver, type TwoNetworkWindow,
} from '../../kernels/two-networks.js';
import { named, type LeasePlan } from '../../runtime/plan.js';
import type { Frame } from '../../runtime/session.js';
import { tableOf, type CurveTable } from '../curve-table.js';
import type { Attempt, Stepper, StepperState } from '../stepper.js';
import { makeElectrolyte, type Electrolyte } from './electrolyte.js';
import type { LiquidMaterials } from './materials.js';
import { makePotentials, potentialsPlan, type Potentials } from './potentials.js';
import type { SeparatorMesh } from './separator.js';
import { carriesElectrons, CLASS, noneOf, type LiquidWindow } from './window.js';

/** How near sweeps come unless the caller says otherwise, in stoichiometries at faces; and what concentrations over
 *  themselves may be off where these may be off by 1. */
const AGREEMENT = 2e-6;
const SALT = 10;
/** Residual of the potentials over the current. */
const POTENTIALS = 1e-7;
/** Newton steps of a sweep: lithium and salt of the next one are worth more than a second. At the start of a current
 *  potentials are all there is to find. */
const STEPS = 1;
const STEPS_AT_START = 40;
const MAX_SWEEPS = 25;
/** What lithium's solve leaves, in stoichiometry. */
const LITHIUM = 1e-8;
/** Conductivity of the collector's plane over that of the best solid. */
export const COLLECTOR = 100;

/** What an electrode is prepared from. */
export interface LiquidSetup {
  readonly window: LiquidWindow;
  readonly mesh: SeparatorMesh;
  /** In m, transport axis first. */
  readonly edges: readonly [number, number, number];
  readonly materials: LiquidMaterials;
  readonly tables: LiquidTables;
  /** How near sweeps must come in stoichiometries at faces. */
  readonly agreement?: number;
}

/** Curves of the active material as kernels read them. */
export interface LiquidTables {
  readonly potential: CurveTable;
  readonly exchange: CurveTable;
  readonly diffusivity: { readonly value: number; readonly roots: LawTable | null };
}

/** How near tables must be: V, and shares of exchange currents and diffusivities. */
const TABLES = { potential: 1e-9, share: 1e-8 };

/** Curves of the materials as tables. */
export function liquidTables({ active, kinetics: { exchangeCurrent } }: LiquidMaterials): LiquidTables {
  const { potential, diffusivity, stoichiometry, window: range } = active;
  const value = diffusivity.value(stoichiometry);
  const root = (x: number): number => Math.sqrt(diffusivity.value(x) / value);
  const exchange: Curve = {
    value: (x) => exchangeCurrent.value(x, 1), slope: (x) => exchangeCurrent.slopeInSolid(x, 1), domain: null,
    constant: null,
  };
  const roots: Curve = {
    value: root, slope: (x) => diffusivity.slope(x) / (2 * value * root(x)), domain: null, constant: null,
  };
  return {
    potential: tableOf(potential, { tolerance: TABLES.potential, relative: false, range }),
    exchange: tableOf(exchange, { tolerance: TABLES.share, relative: true, range }),
    diffusivity: {
      value,
      roots: diffusivity.constant === null ? tableOf(roots, { tolerance: TABLES.share, relative: true, range }) : null,
    },
  };
}

/** An electrode that can be asked for more than steps. */
export interface LiquidStepper extends Stepper {
  /** Salt at the state tried last, in mol/m³: least and greatest in the window. */
  salt(): readonly [low: number, high: number];
  /** Concentrations per voxel of the window, transport axis first; 0 where there is no electrolyte. */
  concentrations(): Float64Array;
}

/** The two networks of a window. */
export function networksOf({ window: { shape, classes }, edges, materials, mesh }: LiquidSetup): TwoNetworkWindow {
  const { electrolyte, active, additive, separators } = materials;
  const kappa = electrolyte.conductivity.value(electrolyte.concentration);
  const [ionic, electronic] = [noneOf(), noneOf()];
  ionic[CLASS.pore] = kappa;
  if (mesh.planes > 0) ionic[CLASS.separator] = kappa * separators[separators.length - 1].mFactor;
  electronic[CLASS.active] = active.conductivity;
  if (additive !== null) {
    ionic[CLASS.additive] = ionic[CLASS.additiveIons] = kappa * additive.mFactor;
    electronic[CLASS.additive] = electronic[CLASS.additiveElectrons] = additive.conductivity;
  }
  electronic[CLASS.collector] = COLLECTOR * Math.max(...electronic);
  return { shape, voxelSize: edges, classes, ionic, electronic };
}

/** Planes of the window that the image has, and the voxel with which they begin. */
const imageOf = ({ shape: [nz, ny, nx], first }: LiquidWindow) =>
  ({ shape: [nz - first - 1, ny, nx] as const, first: first * ny * nx });

function fieldsPlan({ window: { shape } }: LiquidSetup) {
  const bytes = 8 * voxelCount(shape);
  return named({ theta: bytes, logarithm: bytes, share: bytes });
}

/** Leases of `prepareLiquid`, beside the list of faces. */
export function liquidPlan(setup: LiquidSetup, faces: number, threads: number): LeasePlan {
  const { window, mesh, tables } = setup;
  const { leases, then } = twoNetworksPlan(networksOf(setup), faces, threads);
  return {
    leases: [
      ...fieldsPlan(setup), ...potentialsPlan(window.shape), ...saltPlan(window.shape, mesh.layers.length),
      ...lithiumPlan(imageOf(window).shape, faces, tables.diffusivity.roots),
      ...leases, ...reactionBetweenPlan(faces, tables),
    ],
    then,
  };
}

/** Everything of an electrode in the memory of a frame, which goes when the scope ends that prepared it.
 *  @param marks 1 per voxel of the image that is active material, transport axis first
 *  @param faces between active material and what reacts, with weights */
export async function prepareLiquid(
  frame: Frame, setup: LiquidSetup, faces: InterfaceFaces, marks: Uint8Array,
): Promise<LiquidStepper> {
  const { window, mesh, edges, materials, tables } = setup;
  const { active, kinetics, temperature } = materials;
  const n = voxelCount(window.shape);
  const image = imageOf(window);
  const ions: IonFields = frame.take(fieldsPlan(setup));
  const room = frame.take(potentialsPlan(window.shape));
  const saltRoom = frame.take(saltPlan(window.shape, mesh.layers.length));
  const capacity = FARADAY * active.maximumConcentration;
  const lithium = await prepareLithium(frame, {
    shape: image.shape, first: image.first, edges, faces, capacity, diffusivity: tables.diffusivity.value,
    roots: tables.diffusivity.roots,
  }, marks);
  await lithium.set({ now: active.stoichiometry });
  const networks = await prepareTwoNetworks(frame, networksOf(setup), faces);
  // Coarse levels took what their parts need; what follows is planned on top.
  await frame.extend({ leases: reactionBetweenPlan(faces.count, tables) });
  const reaction = await prepareReactionBetween(frame, faces, {
    ...tables, alpha: kinetics.transferCoefficient, thermal: thermalSlope(temperature), film: kinetics.filmResistance,
  }, {
    voxels: n, edges, resistivity: networks.resistivity, conductances: networks.conductances,
    classes: networks.classes,
  });
  const potentials = await makePotentials(frame, window.shape, edges[0], networks, reaction, ions, room);
  const sides = await frame.read(faces.electrolyte, Uint32Array, faces.count);
  const salt = makeElectrolyte(frame, saltRoom, window, edges, mesh.layers, materials, sides);
  return new LiquidElectrode(frame, setup, { ions, lithium, networks, reaction, potentials, salt }, faces.count);
}

interface Parts {
  readonly ions: IonFields;
  readonly lithium: LithiumField;
  readonly networks: TwoNetworkSolver;
  readonly reaction: ReactionBetween;
  readonly potentials: Potentials;
  readonly salt: Electrolyte;
}

class LiquidElectrode implements LiquidStepper {
  /** The last accepted state: potentials of both networks, the electrons' over the reference, and j. */
  private readonly field: Float64Array;
  private readonly current: Float64Array;
  private reference: number;
  private readonly factors: Float64Array;
  private readonly laws: FaceLaws;
  private readonly columns: number;
  /** Length of the step tried last. */
  private tried = 0;

  constructor(
    private readonly frame: Frame, private readonly setup: LiquidSetup, private readonly parts: Parts, faces: number,
  ) {
    const { shape } = setup.window;
    this.columns = shape[1] * shape[2];
    this.field = new Float64Array(2 * voxelCount(shape));
    this.current = new Float64Array(faces);
    this.factors = new Float64Array(faces);
    const { active } = setup.materials;
    this.reference = active.potential.value(active.stoichiometry);
    const { current, base, slope } = parts.reaction;
    this.laws = { reaction: current, base, slope };
  }

  /** Properties of the electrolyte where its concentrations are now. */
  private async refresh(): Promise<void> {
    const { frame, parts: { salt, ions, networks, reaction }, factors } = this;
    salt.refresh();
    const { resistivity, theta, logarithm, transference } = salt.fields;
    await frame.write(networks.resistivity, resistivity);
    await frame.write(ions.theta, theta);
    await frame.write(ions.logarithm, logarithm);
    await frame.write(ions.share, transference);
    salt.exchange(factors);
    await frame.write(reaction.exchange, factors);
  }

  /** Mean potential of the collector's plane over the reference. */
  private async collector(): Promise<number> {
    const { frame, parts: { potentials }, columns, field } = this;
    const plane = await frame.read(potentials.field, Float64Array, columns, 8 * (field.length - columns));
    return plane.reduce((sum, value) => sum + value, 0) / columns;
  }

  async attempt(dt: number, current: number): Promise<Attempt> {
    const { frame, parts: { ions, lithium, networks, reaction, potentials, salt }, laws, setup } = this;
    await frame.write(potentials.field, this.field);
    await frame.write(reaction.current, this.current);
    this.tried = dt;
    if (dt > 0) await lithium.begin(dt);
    salt.begin(dt);
    const work = { sweeps: 0, newton: 0, iterations: 0 };
    const { agreement = AGREEMENT } = setup;
    for (;;) {
      await this.refresh();
      if (dt === 0) await lithium.hold(laws);
      else if (work.sweeps === 0) await lithium.foretell(laws);
      else await lithium.law(laws);
      const found = await potentials.find(
        current, this.reference, salt.end, POTENTIALS, dt === 0 ? STEPS_AT_START : STEPS,
      );
      work.sweeps++;
      work.newton += found.newton;
      work.iterations += found.inner;
      const attempt = {
        voltage: NaN, error: { largest: 0, rms: 0 }, surface: found.surface, work,
        balance: { lithium: 0, charge: found.charge },
      };
      if (found.failed) return { ...attempt, converged: false };
      const voltage = this.reference + await this.collector() + salt.before(current) -
        current * setup.materials.contactResistance;
      if (dt === 0) return { ...attempt, converged: found.converged, voltage };
      await lithium.solve(reaction.current, LITHIUM);
      const verdict = await lithium.judge(laws);
      await networks.flows(potentials.scratch, potentials.field, reaction.flow, salt.end, ions);
      const outflow = await frame.read(potentials.scratch, Float64Array, this.field.length / 2);
      const due = -current * setup.edges[0] * this.columns;
      const { change } = await salt.solve(outflow, due, current);
      if (verdict.amiss > agreement || change > SALT * agreement || !found.converged) {
        if (work.sweeps === MAX_SWEEPS || !Number.isFinite(change)) return { ...attempt, converged: false };
        continue;
      }
      return {
        ...attempt, converged: true, voltage, error: verdict.error, surface: verdict.surface,
        balance: { lithium: await this.lithiumBalance(dt, current), charge: found.charge },
      };
    }
  }

  /** What lithium the active material has more than at the last step, over the current's, less 1. */
  private async lithiumBalance(dt: number, current: number): Promise<number> {
    if (current === 0) return 0;
    const { parts: { lithium }, setup: { edges, materials }, columns } = this;
    const { gain } = await lithium.sums();
    const charge = gain.reduce((sum, value) => sum + value, 0) * FARADAY * materials.active.maximumConcentration *
      edges[0];
    return charge / (current * dt * columns) - 1;
  }

  async accept(): Promise<void> {
    const { frame, parts: { lithium, potentials, reaction, salt }, field, current } = this;
    if (this.tried > 0) {
      await lithium.take();
      salt.take();
    }
    // Electrons go on over what the collector is at now, so that small differences keep their digits.
    const mean = await this.collector();
    field.set(await frame.read(potentials.field, Float64Array, field.length));
    for (let i = field.length / 2; i < field.length; i++) field[i] -= mean;
    this.reference += mean;
    current.set(await frame.read(reaction.current, Float64Array, current.length));
  }

  restart(): void {
    this.parts.lithium.restart();
    this.parts.salt.restart();
  }

  salt(): readonly [number, number] {
    return this.parts.salt.range();
  }

  concentrations(): Float64Array {
    return this.parts.salt.next.slice(0, this.field.length / 2);
  }

  async save(): Promise<StepperState> {
    const { parts: { lithium, salt }, field, current, reference, setup: { window } } = this;
    const { now, ...history } = await lithium.read();
    const n = field.length / 2;
    // One potential per voxel, that of electrons where there are both; then the ions' of all voxels.
    const potential = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) {
      potential[i] = carriesElectrons(window.classes[i]) ? field[n + i] + reference : field[i];
    }
    potential.set(field.subarray(0, n), n);
    const saved = salt.save();
    return {
      ...history, lithium: now, potential, reference: 0, reaction: current.slice(),
      salt: { now: saved.now, before: saved.before },
    };
  }

  async load(state: StepperState): Promise<void> {
    const { parts: { lithium, salt }, field, current, setup: { window } } = this;
    await lithium.set({ ...state, now: state.lithium });
    const n = field.length / 2;
    const columns = this.columns;
    this.reference = state.potential.subarray(n - columns, n).reduce((sum, value) => sum + value, 0) / columns;
    for (let i = 0; i < n; i++) {
      field[i] = state.potential[n + i];
      field[n + i] = carriesElectrons(window.classes[i]) ? state.potential[i] - this.reference : 0;
    }
    current.set(state.reaction);
    if (state.salt) salt.load(state.salt.now, state.salt.before, state.lastStep);
  }
}

// The salt of a liquid electrolyte in the window and its separator: its properties where it is, and its step in time.
// Concentrations are fields of the window's voxels with the layers of the separator behind them.
import { FARADAY, thermalSlope } from '../../cell/constants.js';
import type { Curve } from '../../cell/curves/curve.js';
import { overpotential } from '../../cell/p2d/butler-volmer.js';
import { voxelCount } from '../../core/grid.js';
import { backwardFormula } from '../../kernels/lithium.js';
import { saltPlan, solveSalt } from '../../kernels/salt.js';
import type { IonEnd } from '../../kernels/two-networks.js';
import { log } from '../../numeric/elementary.js';
import type { LeasesOf } from '../../runtime/arena.js';
import type { Frame } from '../../runtime/session.js';
import type { LiquidMaterials, SeparatorLayer } from './materials.js';
import { CLASS, noneOf, type LiquidWindow } from './window.js';

/** Least concentration over that at the start that properties are taken at. */
const LEAST_SALT = 1e-6;
/** Least concentration over that at the start by which changes are measured. */
const LEAST_SCALE = 0.02;
/** Residual of a step's solve, and its iterations at most. */
const TOLERANCE = 1e-8;
const MAX_ITERATIONS = 20000;

export interface Electrolyte {
  /** Concentrations at the end of the step that is being tried, in mol/m³. */
  readonly next: Float64Array;
  /** Resistivities in Ω m of the ions' voxels, infinite elsewhere, and θ, ln c and t₊ there, from `next`. */
  readonly fields: {
    readonly resistivity: Float64Array; readonly theta: Float64Array; readonly logarithm: Float64Array;
    readonly transference: Float64Array;
  };
  /** What lies before the first plane, from `next`. */
  readonly end: IonEnd;
  /** Looks at `next`. */
  refresh(): void;
  /** Potential of the middle of the last layer against the foil's metal, at a current in A/m². */
  before(current: number): number;
  /** What exchange currents are multiplied by at every face. */
  exchange(factors: Float64Array): void;
  begin(dt: number): void;
  /** The step with what flows: outflow of t₊·current from the ions' voxels in the units of the networks, and its sum
   *  over the faces of the reaction. @returns largest change of a concentration over itself, and iterations */
  solve(outflow: Float64Array, reaction: number, current: number): Promise<{ change: number; iterations: number }>;
  take(): void;
  restart(): void;
  save(): { readonly now: Float64Array; readonly before: Float64Array | null; readonly lastStep: number };
  load(now: Float64Array, before: Float64Array | null, lastStep: number): void;
  /** Least and greatest concentration of `next`. */
  range(): readonly [low: number, high: number];
}

/** Porosity and M of the electrolyte in every class of voxels. */
function transportOf({ separators, additive }: LiquidMaterials): { porosity: number[]; mFactor: number[] } {
  const last = separators[separators.length - 1];
  const [porosity, mFactor] = [noneOf(), noneOf()];
  porosity[CLASS.pore] = mFactor[CLASS.pore] = 1;
  porosity[CLASS.separator] = last.porosity;
  mFactor[CLASS.separator] = last.mFactor;
  if (additive !== null) {
    for (const kind of [CLASS.additive, CLASS.additiveIons]) {
      porosity[kind] = additive.porosity;
      mFactor[kind] = additive.mFactor;
    }
  }
  return { porosity, mFactor };
}

/** A curve at c; quick where it is constant. */
const at = (curve: Curve): ((c: number) => number) =>
  curve.constant === null ? (c) => curve.value(c) : () => curve.constant!;

/** @param edges in m, transport axis first @param electrolytes voxel of electrolyte of every face */
export function makeElectrolyte(
  frame: Frame, leases: LeasesOf<typeof saltPlan>, window: LiquidWindow, edges: readonly [number, number, number],
  layers: readonly SeparatorLayer[], materials: LiquidMaterials, electrolytes: Uint32Array,
): Electrolyte {
  const { electrolyte, temperature, kinetics, foil } = materials;
  const { shape, classes } = window;
  const n = voxelCount(shape);
  const [edge] = edges;
  const columns = shape[1] * shape[2];
  const { porosity, mFactor } = transportOf(materials);
  const thermal = thermalSlope(temperature);
  const start = electrolyte.concentration;
  const [kappa, diffusivity] = [at(electrolyte.conductivity), at(electrolyte.diffusivity)];
  const [transference, factor] = [at(electrolyte.transferenceNumber), at(electrolyte.thermodynamicFactor)];
  const voxels = Uint32Array.from(function* () {
    for (let i = 0; i < n; i++) if (mFactor[classes[i]] > 0) yield i;
  }());
  const size = n + layers.length;
  const now = new Float64Array(size);
  const change = new Float64Array(size);
  const next = new Float64Array(size);
  for (const i of voxels) now[i] = start;
  now.fill(start, n);
  next.set(now);
  const field = (value: number): Float64Array => new Float64Array(n).fill(value);
  const resistivity = field(Infinity);
  const [theta, logarithm, share] = [field(0), field(0), field(0)];
  const inverse = field(Infinity);
  const mass = new Float64Array(size);
  /** Of every layer: inverse κM and DM, θ, ln c, t₊. */
  const chain = layers.map(() => ({ rho: 0, inverse: 0, theta: 0, logarithm: 0, share: 0 }));
  const last = layers.length - 1;
  const end = { theta: 0, logarithm: 0, share: 0, resistance: 0 };
  let [dt, lastStep]: [number, number | null] = [0, null];
  let scheme = backwardFormula({ dt: 1, last: null });
  const floored = (c: number): number => Math.max(c, LEAST_SALT * start);
  const thetaOf = (c: number, t: number): number => (2 / thermal) * (1 - t) * factor(c);

  function refresh(): void {
    for (const i of voxels) {
      const c = floored(next[i]);
      const m = mFactor[classes[i]];
      resistivity[i] = 1 / (kappa(c) * m);
      inverse[i] = 1 / (diffusivity(c) * m);
      share[i] = transference(c);
      theta[i] = thetaOf(c, share[i]);
      logarithm[i] = log(c);
    }
    layers.forEach(({ mFactor: m }, k) => {
      const c = floored(next[n + k]);
      const t = transference(c);
      chain[k] = {
        rho: 1 / (kappa(c) * m), inverse: 1 / (diffusivity(c) * m), theta: thetaOf(c, t), logarithm: log(c), share: t,
      };
    });
    const near = chain[last];
    end.theta = near.theta;
    end.logarithm = near.logarithm;
    end.share = near.share;
    end.resistance = (0.5 * near.rho * layers[last].thickness) / edge;
  }

  /** What the last sweep found, and how far that was from what it had begun with. */
  const sweep = { found: new Float64Array(size), off: new Float64Array(size), known: false };

  /** Where the next sweep begins, from what this one found: less of what two sweeps have in common, so that those
   *  that overshoot, as where salt runs short, come nearer (Anderson's method with one step of memory). Sums of salt
   *  stay, as all that is mixed has the same. @returns largest change over the concentration itself */
  function mixed(found: Float64Array): number {
    let [most, above, below] = [0, 0, 0];
    const scaled = (i: number): number => 1 / Math.max(Math.abs(found[i]), LEAST_SCALE * start);
    const places = [...layers.keys()].map((k) => n + k);
    const each = (body: (i: number) => void): void => {
      voxels.forEach(body);
      places.forEach(body);
    };
    each((i) => {
      const off = found[i] - next[i];
      const weight = scaled(i);
      most = Math.max(most, Math.abs(off) * weight);
      const rise = off - sweep.off[i];
      above += off * rise * weight * weight;
      below += rise * rise * weight * weight;
    });
    const share = sweep.known && below > 0 ? Math.max(-3, Math.min(above / below, 1)) : 0;
    each((i) => {
      const off = found[i] - next[i];
      const wanted = found[i] - share * (found[i] - sweep.found[i]);
      sweep.found[i] = found[i];
      sweep.off[i] = off;
      next[i] = wanted > 0 ? wanted : found[i];
    });
    sweep.known = true;
    return most;
  }

  /** Concentration at the foil, whose layer's half carries what does not migrate. */
  function atFoil(current: number): number {
    const { inverse: resistance, share: t } = chain[0];
    return floored(next[n] + ((1 - t) * current * layers[0].thickness * resistance) / (2 * FARADAY));
  }

  return {
    next, end, refresh,
    fields: { resistivity, theta, logarithm, transference: share },

    before(current) {
      const surface = atFoil(current);
      const [first] = chain;
      const eta = foil === null ? 0 : overpotential(current / (foil * Math.sqrt(surface / start)), 0.5, thermal);
      let potential = first.theta * (first.logarithm - log(surface)) - 0.5 * current * first.rho * layers[0].thickness
        - eta;
      for (let k = 0; k < last; k++) {
        const [a, b] = [chain[k], chain[k + 1]];
        potential += 0.5 * (a.theta + b.theta) * (b.logarithm - a.logarithm) -
          0.5 * current * (a.rho * layers[k].thickness + b.rho * layers[k + 1].thickness);
      }
      return potential;
    },

    exchange(factors) {
      const { exchangeCurrent } = kinetics;
      const whole = exchangeCurrent.value(0.5, 1);
      for (let k = 0; k < factors.length; k++) {
        factors[k] = exchangeCurrent.value(0.5, floored(next[electrolytes[k]]) / start) / whole;
      }
    },

    begin(seconds) {
      dt = seconds;
      scheme = backwardFormula({ dt, last: lastStep });
      sweep.known = false;
      const guess = scheme.guess;
      for (const i of voxels) next[i] = Math.max(now[i] + guess * change[i], 0.5 * now[i]);
      for (let i = n; i < size; i++) next[i] = Math.max(now[i] + guess * change[i], 0.5 * now[i]);
    },

    async solve(outflow, reaction, current) {
      if (dt === 0) return { change: 0, iterations: 0 };
      const { momentum, span } = scheme;
      const unit = (edge * edge) / span;
      const supply = new Float64Array(size);
      let sum = 0;
      for (const i of voxels) {
        mass[i] = porosity[classes[i]] * unit;
        supply[i] = mass[i] * (now[i] + momentum * change[i]) - outflow[i] / FARADAY;
        sum += outflow[i];
      }
      // What leaves all voxels, less what the reaction takes, came from the last layer.
      const into = -(sum + reaction);
      const whole = current * columns * edge;
      layers.forEach(({ thickness, porosity: share_ }, k) => {
        const i = n + k;
        mass[i] = (share_ * columns * thickness * edge) / span;
        const from = k === 0 ? whole : 0.5 * (chain[k - 1].share + chain[k].share) * whole;
        const to = k === last ? into : 0.5 * (chain[k].share + chain[k + 1].share) * whole;
        supply[i] = mass[i] * (now[i] + momentum * change[i]) + (from - to) / FARADAY;
      });
      const links = Float64Array.from({ length: Math.max(1, last) }, (_, k) => k < last
        ? (2 * columns * edge) /
          (chain[k].inverse * layers[k].thickness + chain[k + 1].inverse * layers[k + 1].thickness)
        : 0);
      await frame.write(leases.concentration, next);
      await frame.write(leases.supply, supply);
      await frame.write(leases.mass, mass);
      await frame.write(leases['inverse diffusivity'], inverse);
      await frame.write(leases['layer links'], links);
      const { iterations } = await solveSalt(
        frame, leases, { shape, voxelSize: edges, layers: layers.length },
        (0.5 * chain[last].inverse * layers[last].thickness) / edge, TOLERANCE, MAX_ITERATIONS,
      );
      const found = await frame.read(leases.concentration, Float64Array, size);
      return { change: mixed(found), iterations };
    },

    take() {
      // What was found, not what another sweep would begin with: this has the salt that came in.
      if (sweep.known) next.set(sweep.found);
      for (let i = 0; i < size; i++) {
        change[i] = next[i] - now[i];
        now[i] = next[i];
      }
      if (dt > 0) lastStep = dt;
    },

    restart() {
      lastStep = null;
    },

    save: () => ({
      now: now.slice(), before: lastStep === null ? null : now.map((value, i) => value - change[i]),
      lastStep: lastStep ?? 0,
    }),

    load(given, before, step) {
      now.set(given);
      next.set(given);
      lastStep = before === null ? null : step;
      change.fill(0);
      before?.forEach((value, i) => { change[i] = now[i] - value; });
    },

    range() {
      let [low, high] = [Infinity, -Infinity];
      for (const i of voxels) {
        low = Math.min(low, next[i]);
        high = Math.max(high, next[i]);
      }
      return [low, high];
    },
  };
}

// A liquid-filled electrode by brute force: all unknowns of a step at once, Newton's method with differences for slopes
// and a dense factor. Twin of the sweeps for windows of some dozens of voxels; D constant, weights of 1.
import { FARADAY, thermalSlope } from '../../../src/cell/constants.js';
import type { LiquidMaterials, SeparatorLayer } from '../../../src/resolved/liquid/materials.js';
import { CLASS } from '../../../src/resolved/liquid/window.js';

export interface TwinElectrode {
  readonly shape: readonly [number, number, number];
  readonly classes: Uint8Array;
  readonly edges: readonly [number, number, number];
  readonly layers: readonly SeparatorLayer[];
  readonly materials: LiquidMaterials;
}

export interface TwinState {
  readonly ions: Float64Array;
  readonly electrons: Float64Array;
  /** Of the voxels, then of the layers. */
  readonly salt: Float64Array;
  readonly lithium: Float64Array;
  readonly reaction: Float64Array;
  readonly voltage: number;
}

interface Link { readonly i: number; readonly j: number; readonly across: number; readonly length: number }
interface Facet { readonly a: number; readonly e: number; readonly area: number; readonly half: number }

function solveDense(matrix: Float64Array[], right: Float64Array): Float64Array {
  const n = right.length;
  const x = right.slice();
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(matrix[i][k]) > Math.abs(matrix[pivot][k])) pivot = i;
    [matrix[k], matrix[pivot]] = [matrix[pivot], matrix[k]];
    [x[k], x[pivot]] = [x[pivot], x[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i][k] / matrix[k][k];
      if (factor === 0) continue;
      for (let j = k; j < n; j++) matrix[i][j] -= factor * matrix[k][j];
      x[i] -= factor * x[k];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k + 1; j < n; j++) x[k] -= matrix[k][j] * x[j];
    x[k] /= matrix[k][k];
  }
  return x;
}

export class LiquidTwin {
  private readonly links: Link[] = [];
  private readonly facets: Facet[] = [];
  private readonly n: number;
  private readonly section: number;
  private readonly places: Record<'ions' | 'electrons' | 'salt' | 'lithium', Int32Array>;
  private readonly unknowns: number;

  constructor(private readonly given: TwinElectrode, collector: number) {
    const { shape: [nz, ny, nx], classes, edges: [hz, hy, hx], materials, layers } = given;
    this.n = nz * ny * nx;
    this.section = ny * nx * hy * hx;
    this.collectorSigma = collector;
    const strides = [ny * nx, nx, 1];
    const counts = [nz, ny, nx];
    const areas = [hy * hx, hz * hx, hz * hy];
    for (let i = 0; i < this.n; i++) {
      for (let axis = 0; axis < 3; axis++) {
        if (Math.floor(i / strides[axis]) % counts[axis] === 0) continue;
        const j = i - strides[axis];
        this.links.push({ i, j, across: areas[axis], length: [hz, hy, hx][axis] });
        for (const [a, e] of [[i, j], [j, i]]) {
          const share = this.reacting(classes[e], materials);
          if (classes[a] === CLASS.active && share > 0) {
            this.facets.push({ a, e, area: share * areas[axis], half: [hz, hy, hx][axis] / 2 });
          }
        }
      }
    }
    let next = 0;
    const number = (count: number, is: (i: number) => boolean): Int32Array =>
      Int32Array.from({ length: count }, (_, i) => (is(i) ? next++ : -1));
    this.places = {
      ions: number(this.n, (i) => this.porosity(i)[1] > 0),
      electrons: number(this.n, (i) => this.sigma(i) > 0),
      salt: number(this.n + layers.length, (i) => i >= this.n || this.porosity(i)[1] > 0),
      lithium: number(this.n, (i) => classes[i] === CLASS.active),
    };
    this.unknowns = next + this.facets.length;
  }

  private readonly collectorSigma: number;

  private reacting(kind: number, { additive }: LiquidMaterials): number {
    if (kind === CLASS.pore || kind === CLASS.separator) return 1;
    return kind === CLASS.additive ? additive!.reactingShare : 0;
  }

  /** Porosity and M. */
  private porosity(i: number): readonly [number, number] {
    const { classes, materials: { additive, separators } } = this.given;
    switch (classes[i]) {
      case CLASS.pore: return [1, 1];
      case CLASS.additive: return [additive!.porosity, additive!.mFactor];
      case CLASS.separator: {
        const last = separators[separators.length - 1];
        return [last.porosity, last.mFactor];
      }
      default: return [0, 0];
    }
  }

  private sigma(i: number): number {
    const { classes, materials: { additive, active } } = this.given;
    switch (classes[i]) {
      case CLASS.active: return active.conductivity;
      case CLASS.additive: return additive!.conductivity;
      case CLASS.collector: return this.collectorSigma;
      default: return 0;
    }
  }

  start(): TwinState {
    const { materials: { active, electrolyte }, layers } = this.given;
    const u = active.potential.value(active.stoichiometry);
    return {
      ions: new Float64Array(this.n), electrons: new Float64Array(this.n).fill(u),
      salt: new Float64Array(this.n + layers.length).fill(electrolyte.concentration),
      lithium: new Float64Array(this.n).fill(active.stoichiometry),
      reaction: new Float64Array(this.facets.length), voltage: u,
    };
  }

  private pack(state: TwinState): Float64Array {
    const y = new Float64Array(this.unknowns);
    for (const name of ['ions', 'electrons', 'salt', 'lithium'] as const) {
      this.places[name].forEach((place, i) => { if (place >= 0) y[place] = state[name][i]; });
    }
    y.set(state.reaction, this.unknowns - this.facets.length);
    return y;
  }

  private unpack(y: Float64Array, from: TwinState): TwinState {
    const state = {
      ions: from.ions.slice(), electrons: from.electrons.slice(), salt: from.salt.slice(),
      lithium: from.lithium.slice(), reaction: y.slice(this.unknowns - this.facets.length), voltage: NaN,
    };
    for (const name of ['ions', 'electrons', 'salt', 'lithium'] as const) {
      this.places[name].forEach((place, i) => { if (place >= 0) state[name][i] = y[place]; });
    }
    return state;
  }

  /** Flow between two places of electrolyte, per area: current in A/m² and lithium in mol/(m² s). */
  private ionFlow(
    [u, c, length, m]: readonly number[], [v, d, other, q]: readonly number[],
  ): { current: number; lithium: number } {
    const { electrolyte: { conductivity, diffusivity, transferenceNumber, thermodynamicFactor }, temperature } =
      this.given.materials;
    const f = thermalSlope(temperature);
    const theta = (at: number): number =>
      (2 / f) * (1 - transferenceNumber.value(at)) * thermodynamicFactor.value(at);
    const resistance = length / (2 * m * conductivity.value(c)) + other / (2 * q * conductivity.value(d));
    const current = (u - v + 0.5 * (theta(c) + theta(d)) * (Math.log(d) - Math.log(c))) / resistance;
    const slow = length / (2 * m * diffusivity.value(c)) + other / (2 * q * diffusivity.value(d));
    const t = 0.5 * (transferenceNumber.value(c) + transferenceNumber.value(d));
    return { current, lithium: (c - d) / slow + (t * current) / FARADAY };
  }

  private residual(
    y: Float64Array, from: TwinState, before: TwinState | null, dt: number, last: number, current: number,
  ): Float64Array {
    const { edges: [hz, hy, hx], materials, layers, classes } = this.given;
    const { active, kinetics, electrolyte, temperature } = materials;
    const state = this.unpack(y, from);
    const { ions, electrons, salt, lithium, reaction } = state;
    const { places, n } = this;
    const r = new Float64Array(this.unknowns);
    const ratio = dt / last;
    const momentum = before === null ? 0 : ratio ** 2 / (1 + 2 * ratio);
    const span = before === null ? dt : (dt * (1 + ratio)) / (1 + 2 * ratio);
    const rise = (now: number, then: number, old: number | null): number =>
      (now - then - momentum * (old === null ? 0 : then - old)) / span;
    const volume = hz * hy * hx;
    for (const { i, j, across, length } of this.links) {
      if (places.ions[i] >= 0 && places.ions[j] >= 0) {
        const [m, q] = [this.porosity(i)[1], this.porosity(j)[1]];
        const flow = this.ionFlow([ions[i], salt[i], length, m], [ions[j], salt[j], length, q]);
        r[places.ions[i]] += across * flow.current;
        r[places.ions[j]] -= across * flow.current;
        r[places.salt[i]] += across * flow.lithium;
        r[places.salt[j]] -= across * flow.lithium;
      }
      if (places.electrons[i] >= 0 && places.electrons[j] >= 0) {
        const g = 2 / (length / this.sigma(i) + length / this.sigma(j));
        const flow = across * g * (electrons[i] - electrons[j]);
        r[places.electrons[i]] += flow;
        r[places.electrons[j]] -= flow;
      }
      if (places.lithium[i] >= 0 && places.lithium[j] >= 0) {
        const flow = (across * active.diffusivity.value(0.5) * (lithium[i] - lithium[j])) / length;
        r[places.lithium[i]] += flow;
        r[places.lithium[j]] -= flow;
      }
    }
    const columns = n / this.given.shape[0];
    const top = n + layers.length - 1;
    for (let i = 0; i < columns; i++) {
      if (places.ions[i] < 0) continue;
      const near = layers[layers.length - 1];
      const flow = this.ionFlow(
        [ions[i], salt[i], hz, this.porosity(i)[1]], [0, salt[top], near.thickness, near.mFactor],
      );
      r[places.ions[i]] += hy * hx * flow.current;
      r[places.salt[i]] += hy * hx * flow.lithium;
      r[places.salt[top]] -= hy * hx * flow.lithium;
    }
    const { kappas, drop } = { kappas: layers, drop: this.potentialOfLayers(salt, current) };
    kappas.forEach((layer, k) => {
      const at = n + k;
      if (k === 0) r[places.salt[at]] -= (this.section * current) / FARADAY;
      if (k + 1 < layers.length) {
        const above = layers[k + 1];
        const flow = this.ionFlow(
          [drop[k], salt[at], layer.thickness, layer.mFactor],
          [drop[k + 1], salt[at + 1], above.thickness, above.mFactor],
        );
        r[places.salt[at]] += this.section * flow.lithium;
        r[places.salt[at + 1]] -= this.section * flow.lithium;
      }
      const hold = this.section * layer.thickness * layer.porosity;
      r[places.salt[at]] += hold * rise(salt[at], from.salt[at], before && before.salt[at]);
    });
    for (let i = 0; i < n; i++) {
      if (places.ions[i] >= 0) {
        r[places.salt[i]] += volume * this.porosity(i)[0] * rise(salt[i], from.salt[i], before && before.salt[i]);
      }
      if (places.lithium[i] >= 0) {
        r[places.lithium[i]] += volume * rise(lithium[i], from.lithium[i], before && before.lithium[i]);
      }
      if (classes[i] === CLASS.collector) r[places.electrons[i]] += current * hy * hx;
    }
    const f = thermalSlope(temperature);
    const charge = FARADAY * active.maximumConcentration;
    this.facets.forEach(({ a, e, area, half }, k) => {
      const j = reaction[k];
      r[places.electrons[a]] += area * j;
      r[places.ions[e]] -= area * j;
      r[places.salt[e]] -= (area * j) / FARADAY;
      r[places.lithium[a]] += (area * j) / charge;
      // The weight of a face is the share of it that reacts.
      const w = area / (this.given.edges.reduce((p, h) => p * h, 1) / (2 * half));
      const x = lithium[a] - (w * half * j) / (active.diffusivity.value(0.5) * charge);
      const kappa = electrolyte.conductivity.value(salt[e]) * this.porosity(e)[1];
      const i0 = kinetics.exchangeCurrent.value(x, salt[e] / electrolyte.concentration);
      const resistance = kinetics.filmResistance + w * half * (1 / active.conductivity + 1 / kappa);
      const eta = (2 / f) * Math.asinh(j / (2 * i0));
      r[this.unknowns - this.facets.length + k] =
        electrons[a] - ions[e] - j * resistance - active.potential.value(x) - eta;
    });
    return r;
  }

  /** Potentials of the middles of the layers; the last one's is 0. */
  private potentialOfLayers(salt: Float64Array, current: number): number[] {
    const { layers } = this.given;
    const drop = layers.map(() => 0);
    for (let k = layers.length - 2; k >= 0; k--) {
      const [own, above] = [layers[k], layers[k + 1]];
      const sides = [
        [0, salt[this.n + k], own.thickness, own.mFactor], [0, salt[this.n + k + 1], above.thickness, above.mFactor],
      ] as const;
      // Current is linear in the drop: from two of them what is wanted.
      const rest = this.ionFlow(sides[0], sides[1]).current;
      const one = this.ionFlow([1, ...sides[0].slice(1)], sides[1]).current;
      drop[k] = drop[k + 1] + (current - rest) / (one - rest);
    }
    return drop;
  }

  /** One implicit step. before: the state before `from`, a step of `last` s earlier; null: of first order */
  step(from: TwinState, before: TwinState | null, dt: number, last: number, current: number): TwinState {
    const y = this.pack(from);
    const residual = (at: Float64Array): Float64Array => this.residual(at, from, before, dt, last, current);
    for (let k = 0; k < 60; k++) {
      const r = residual(y);
      const matrix = Array.from({ length: this.unknowns }, () => new Float64Array(this.unknowns));
      for (let j = 0; j < this.unknowns; j++) {
        const h = 1e-6 * Math.max(1e-3, Math.abs(y[j]));
        const moved = y.slice();
        moved[j] += h;
        const shifted = residual(moved);
        for (let i = 0; i < this.unknowns; i++) matrix[i][j] = (shifted[i] - r[i]) / h;
      }
      const size = matrix.map((row) => row.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
      const right = r.map((value, i) => -value / size[i]);
      const step = solveDense(matrix.map((row, i) => row.map((value) => value / size[i])), right);
      let most = 0;
      step.forEach((value, i) => {
        y[i] += value;
        most = Math.max(most, Math.abs(value) / Math.max(1, Math.abs(y[i])));
      });
      if (most < 1e-11) break;
    }
    const state = this.unpack(y, from);
    return { ...state, voltage: this.voltage(state, current) };
  }

  private voltage({ electrons, salt }: TwinState, current: number): number {
    const { layers, materials: { foil, temperature, electrolyte, contactResistance }, shape } = this.given;
    const f = thermalSlope(temperature);
    const [first] = layers;
    const c = salt[this.n];
    const t = electrolyte.transferenceNumber.value(c);
    const resistance = first.thickness / (2 * first.mFactor);
    const surface = c + ((1 - t) * current * resistance) / (FARADAY * electrolyte.diffusivity.value(c));
    const theta = (2 / f) * (1 - t) * electrolyte.thermodynamicFactor.value(c);
    const eta = foil === null ? 0
      : (2 / f) * Math.asinh(current / (2 * foil * Math.sqrt(surface / electrolyte.concentration)));
    const foilSide = theta * (Math.log(c) - Math.log(surface)) -
      (current * resistance) / electrolyte.conductivity.value(c) - eta;
    const columns = this.n / shape[0];
    const collector = electrons.subarray(this.n - columns).reduce((sum, value) => sum + value, 0) / columns;
    return collector + foilSide - this.potentialOfLayers(salt, current)[0] - current * contactResistance;
  }
}

// The pseudo-two-dimensional model of a cell as one system M ẏ = r(y): porous electrodes along x (M. Doyle, T. Fuller,
// J. Newman, J. Electrochem. Soc. 140 (1993) 1526), a sphere in every volume of them. Linear systems with its exact
// Jacobian are solved by eliminating the particles, then j, which leaves two or three unknowns per volume.
import {
  blockTridiagonal, factorBlockTridiagonal, solveBlockTridiagonal, type BlockTridiagonal, type BlockTridiagonalFactors,
} from '../../numeric/block-tridiagonal.js';
import { factorLu, solveLu, type LuFactors } from '../../numeric/lu.js';
import type { StiffSystem } from '../../numeric/rosenbrock.js';
import { SingularMatrixError } from '../../numeric/singular.js';
import { fluxFactor, layoutOf, type Cell, type Layout, type PorousElectrode } from '../cell.js';
import { FARADAY, thermalSlope } from '../constants.js';
import { overpotential, overpotentialSlope } from './butler-volmer.js';
import { meshOf, type Mesh, type MeshOptions } from './mesh.js';
import { radialBasis, type RadialBasis } from './particle.js';
import { unknownsOf, type Unknowns } from './state.js';
import { Transport } from './transport.js';

/** What the terminals are held at: a current in A/m² (> 0 discharges), a voltage in V, or a power in W/m². */
export interface Control {
  /** What is held. */
  readonly kind: 'current' | 'voltage' | 'power';
  /** In A/m², V or W/m². */
  readonly value: number;
}

/** Surfaces count as this far from empty and full in the exchange current, so that it stays a number. */
const EDGE = 1e-9;

const inside = (x: number): number => (x < EDGE ? EDGE : x > 1 - EDGE ? 1 - EDGE : x);

/** Doyle, Fuller and Newman's model of a cell, discretised: what runs, impedances and profiles are computed with. */
export class P2D implements StiffSystem {
  readonly layout: Layout;
  readonly mesh: Mesh;
  readonly basis: RadialBasis;
  readonly at: Unknowns;
  /** Length of a state. */
  readonly size: number;
  readonly mass: Float64Array;
  /** f = F/RT in 1/V. */
  readonly slope: number;
  control: Control = { kind: 'current', value: 0 };
  readonly transport: Transport;
  readonly binary: boolean;
  /** Electrode of every particle. */
  readonly electrodes: readonly PorousElectrode[];
  /** What j takes out of a particle: flux factor/(F R c_max), times 4k + 3 for polynomial k, per A/m² and s. */
  readonly uptake: Float64Array;
  /** a·h: interface per m² of cell. */
  readonly interfaces: Float64Array;
  /** c_e of the start by volume; 1 in a single-ion electrolyte. */
  readonly initialSalt: Float64Array;

  /** −∂r/∂y of the last linearisation by volume, without interfaces. */
  readonly blocks: BlockTridiagonal;
  /** Its column of the current. */
  readonly column: Float64Array;
  /** u of −∂g/∂y = −δφ_s + δφ_e + u δx_surface + z δj + e δc_e, g the interface's equation, by particle; V. */
  readonly bySurface: Float64Array;
  /** z, Ω m² of interface. */
  readonly byReaction: Float64Array;
  /** e, V m³/mol; 0 in a single-ion electrolyte. */
  readonly bySalt: Float64Array;
  /** −∂ẋ/∂x of every particle, modes × modes; electrodes of constant D share one. */
  readonly diffusion: Float64Array[];
  private state: Float64Array;
  // Its factors at one s.
  private shift = 1;
  private particles: LuFactors[] = [];
  private readonly responses: Float64Array;
  private readonly compliance: Float64Array;
  private readonly conductance: Float64Array;
  private factors: BlockTridiagonalFactors | null = null;
  private border: Float64Array = new Float64Array(0);

  constructor(readonly cell: Cell, readonly options: MeshOptions) {
    this.layout = layoutOf(cell);
    this.mesh = meshOf(cell, options);
    this.basis = radialBasis(options.radialModes);
    const { volumes, porous, blocks, widths } = this.mesh;
    this.binary = blocks[0].electrolyte.electrolyte.kind === 'binary';
    this.at = unknownsOf(this.mesh, options.radialModes, this.binary);
    this.size = this.at.size;
    this.slope = thermalSlope(cell.temperature);
    const blockOf = (volume: number): (typeof blocks)[number] =>
      blocks.find(({ first, count }) => volume >= first && volume < first + count)!;
    this.electrodes = [...porous].map((volume) => blockOf(volume).electrode!);
    this.uptake = Float64Array.from(this.electrodes, (electrode) =>
      fluxFactor(electrode) / (FARADAY * electrode.active.radius * electrode.active.maximumConcentration));
    this.interfaces = Float64Array.from(porous, (volume, p) => this.electrodes[p].area * widths[volume]);
    this.initialSalt = Float64Array.from({ length: volumes }, (_, i) => {
      const { electrolyte } = blockOf(i).electrolyte;
      return electrolyte.kind === 'binary' ? electrolyte.concentration : 1;
    });
    this.mass = new Float64Array(this.size);
    this.mass.fill(1, 0, this.at.reaction);
    if (this.binary) {
      for (let i = 0; i < volumes; i++) {
        this.mass[this.at.salt + i] = blockOf(i).electrolyte.volumeFraction * widths[i];
      }
    }
    this.mass[this.at.charge] = 1;
    this.mass[this.at.energy] = 1;
    this.transport = new Transport(cell, this.layout, this.mesh, this.at);
    const size = this.binary ? 3 : 2;
    this.blocks = blockTridiagonal(volumes, size);
    this.column = new Float64Array(volumes * size);
    const particles = porous.length;
    this.bySurface = new Float64Array(particles);
    this.byReaction = new Float64Array(particles);
    this.bySalt = new Float64Array(particles);
    this.responses = new Float64Array(particles * options.radialModes);
    this.compliance = new Float64Array(particles);
    this.conductance = new Float64Array(particles);
    this.diffusion = this.particleMatrices();
    this.state = new Float64Array(this.size);
  }

  /** Matrices of diffusion: shared where D is constant, own ones to be filled elsewhere. */
  private particleMatrices(): Float64Array[] {
    const { modes, stiffness } = this.basis;
    const shared = new Map<PorousElectrode, Float64Array>();
    return this.electrodes.map((electrode) => {
      const { diffusivity, radius } = electrode.active;
      if (diffusivity.constant === null) return new Float64Array(modes * modes);
      const known = shared.get(electrode);
      if (known !== undefined) return known;
      const rate = diffusivity.constant / (radius * radius);
      const matrix = stiffness.map((value, kl) => (4 * Math.floor(kl / modes) + 3) * rate * value);
      shared.set(electrode, matrix);
      return matrix;
    });
  }

  /** Stoichiometry at the surface of particle p. */
  surface(y: Float64Array, p: number): number {
    const { modes } = this.basis;
    let sum = 0;
    for (let k = 0; k < modes; k++) sum += y[p * modes + k];
    return sum;
  }

  /** c_e over that of the start beside particle p, at least 10⁻⁶. */
  saltRatio(y: Float64Array, p: number): number {
    if (!this.binary) return 1;
    const volume = this.mesh.porous[p];
    const ratio = y[this.at.salt + volume] / this.initialSalt[volume];
    return ratio > 1e-6 ? ratio : 1e-6;
  }

  /** V between the terminals. */
  voltage(y: Float64Array): number {
    return y[this.at.electronic + this.mesh.porous.length - 1] - this.transport.endResistance * y[this.at.current];
  }

  derivative(y: Float64Array, r: Float64Array): void {
    const { modes } = this.basis;
    const { reaction, ionic, electronic, salt, current, charge, energy } = this.at;
    const { porous } = this.mesh;
    r.fill(0);
    this.transport.addResidual(y, r);
    for (let p = 0; p < porous.length; p++) {
      const volume = porous[p];
      const { active, kinetics } = this.electrodes[p];
      const j = y[reaction + p];
      this.addDiffusion(y, r, p);
      const loss = this.uptake[p] * j;
      for (let k = 0; k < modes; k++) r[p * modes + k] -= (4 * k + 3) * loss;
      const amount = this.interfaces[p] * j;
      r[ionic + volume] += amount;
      r[electronic + p] -= amount;
      if (this.binary) r[salt + volume] += amount / FARADAY;
      const x = this.surface(y, p);
      const i0 = kinetics.exchangeCurrent.value(inside(x), this.saltRatio(y, p));
      const eta = overpotential(j / i0, kinetics.transferCoefficient, this.slope);
      r[reaction + p] = y[electronic + p] - y[ionic + volume] - active.potential.value(x) -
        kinetics.filmResistance * j - eta;
    }
    const v = this.voltage(y);
    const held = { current: y[current], voltage: v, power: v * y[current] }[this.control.kind];
    r[current] = this.control.value - held;
    r[charge] = y[current];
    r[energy] = v * y[current];
  }

  private addDiffusion(y: Float64Array, r: Float64Array, p: number): void {
    const { modes, points, values, slopes, weights } = this.basis;
    const { diffusivity, radius } = this.electrodes[p].active;
    const start = p * modes;
    if (diffusivity.constant !== null) {
      const matrix = this.diffusion[p];
      for (let k = 1; k < modes; k++) {
        let sum = 0;
        for (let l = 1; l < modes; l++) sum += matrix[k * modes + l] * y[start + l];
        r[start + k] -= sum;
      }
      return;
    }
    for (let q = 0; q < points; q++) {
      let [x, gradient] = [0, 0];
      for (let k = 0; k < modes; k++) {
        x += values[q * modes + k] * y[start + k];
        gradient += slopes[q * modes + k] * y[start + k];
      }
      const flow = (weights[q] * diffusivity.value(inside(x)) * gradient) / (radius * radius);
      for (let k = 1; k < modes; k++) r[start + k] -= (4 * k + 3) * flow * slopes[q * modes + k];
    }
  }

  linearise(y: Float64Array): void {
    this.state = y;
    this.transport.jacobian(y, this.blocks, this.column);
    for (let p = 0; p < this.electrodes.length; p++) {
      const { active, kinetics } = this.electrodes[p];
      if (active.diffusivity.constant === null) this.lineariseDiffusion(y, p);
      const x = this.surface(y, p);
      const j = y[this.at.reaction + p];
      const [held, ratio] = [inside(x), this.saltRatio(y, p)];
      const i0 = kinetics.exchangeCurrent.value(held, ratio);
      const eta = overpotential(j / i0, kinetics.transferCoefficient, this.slope);
      const bySize = overpotentialSlope(j / i0, eta, kinetics.transferCoefficient, this.slope);
      const byExchange = (-bySize * j) / (i0 * i0);
      this.byReaction[p] = kinetics.filmResistance + bySize / i0;
      this.bySurface[p] = active.potential.slope(x) +
        (held === x ? byExchange * kinetics.exchangeCurrent.slopeInSolid(held, ratio) : 0);
      if (!this.binary) continue;
      const byRatio = ratio > 1e-6 ? byExchange * kinetics.exchangeCurrent.slopeInElectrolyte(held, ratio) : 0;
      this.bySalt[p] = byRatio / this.initialSalt[this.mesh.porous[p]];
    }
  }

  private lineariseDiffusion(y: Float64Array, p: number): void {
    const { modes, points, values, slopes, weights } = this.basis;
    const { diffusivity, radius } = this.electrodes[p].active;
    const matrix = this.diffusion[p].fill(0);
    const start = p * modes;
    for (let q = 0; q < points; q++) {
      let [x, gradient] = [0, 0];
      for (let k = 0; k < modes; k++) {
        x += values[q * modes + k] * y[start + k];
        gradient += slopes[q * modes + k] * y[start + k];
      }
      const weight = weights[q] / (radius * radius);
      const [d, slope] = [diffusivity.value(inside(x)), inside(x) === x ? diffusivity.slope(x) : 0];
      for (let k = 1; k < modes; k++) {
        const test = (4 * k + 3) * weight * slopes[q * modes + k];
        for (let l = 0; l < modes; l++) {
          matrix[k * modes + l] += test * (d * slopes[q * modes + l] + slope * gradient * values[q * modes + l]);
        }
      }
    }
  }

  /** Factors s·M − ∂r/∂y of the last linearisation. @param s in 1/s; `frozen` keeps what has mass where it is */
  factor(s: number, frozen = false): void {
    const { modes } = this.basis;
    const { porous, volumes } = this.mesh;
    const { salt } = this.at;
    this.shift = s;
    const { size } = this.blocks;
    const square = size * size;
    const diagonal = Float64Array.from(this.blocks.diagonal);
    const shared = new Map<Float64Array, LuFactors>();
    this.particles = [];
    for (let p = 0; p < porous.length; p++) {
      if (!frozen) {
        const factors = this.particleFactors(p, s, shared);
        this.particles.push(factors);
        const start = p * modes;
        for (let k = 0; k < modes; k++) this.responses[start + k] = (4 * k + 3) * this.uptake[p];
        solveLu(factors, this.responses, start);
        this.compliance[p] = this.surface(this.responses, p);
      } else {
        this.responses.fill(0);
        this.compliance[p] = 0;
      }
      const y = 1 / (this.byReaction[p] - this.bySurface[p] * this.compliance[p]);
      this.conductance[p] = y;
      const g = this.interfaces[p] * y;
      const at = porous[p] * square;
      diagonal[at] += g;
      diagonal[at + 1] -= g;
      diagonal[at + size] -= g;
      diagonal[at + size + 1] += g;
      if (!this.binary) continue;
      const e = g * this.bySalt[p];
      diagonal[at + 2] += e;
      diagonal[at + size + 2] -= e;
      diagonal[at + 2 * size] += g / FARADAY;
      diagonal[at + 2 * size + 1] -= g / FARADAY;
      diagonal[at + 2 * size + 2] += e / FARADAY;
    }
    const { lower, upper } = this.blocks;
    if (this.binary) {
      for (let i = 0; i < volumes; i++) {
        const row = i * square + 2 * size;
        if (!frozen) diagonal[row + 2] += s * this.mass[salt + i];
        else {
          for (let k = 0; k < size; k++) diagonal[row + k] = k === 2 ? 1 : 0;
        }
      }
    }
    const matrix = frozen && this.binary
      ? { ...this.blocks, diagonal, lower: withoutSalt(lower, size), upper: withoutSalt(upper, size) }
      : { ...this.blocks, diagonal };
    this.factors = factorBlockTridiagonal(matrix);
    const column = frozen && this.binary ? this.column.map((v, row) => (row % size === 2 ? 0 : v)) : this.column;
    this.border = solveBlockTridiagonal(this.factors, column);
  }

  private particleFactors(p: number, s: number, shared: Map<Float64Array, LuFactors>): LuFactors {
    const matrix = this.diffusion[p];
    const known = shared.get(matrix);
    if (known !== undefined) return known;
    const { modes } = this.basis;
    const values = Float64Array.from(matrix);
    for (let k = 0; k < modes; k++) values[k * modes + k] += s;
    const factors = factorLu(modes, values);
    if ('singularColumn' in factors) {
      throw new SingularMatrixError(`P2D.factor: particle ${p} at s = ${s}`, factors.singularColumn);
    }
    shared.set(matrix, factors);
    return factors;
  }

  /** x with (s·M − ∂r/∂y) x = b, in place of b. */
  solve(b: Float64Array): void {
    const { modes } = this.basis;
    const { reaction, ionic, electronic, salt, current, charge, energy } = this.at;
    const { porous, volumes } = this.mesh;
    const { size } = this.blocks;
    const frozen = this.particles.length === 0;
    const right = new Float64Array(volumes * size);
    for (let i = 0; i < volumes; i++) {
      right[i * size] = b[ionic + i];
      if (this.binary) right[i * size + 2] = frozen ? 0 : b[salt + i];
    }
    // What a particle's surface does at δj = 0, and the part of δj that the potentials do not cause.
    for (let p = 0; p < porous.length; p++) {
      if (frozen) b.fill(0, p * modes, (p + 1) * modes);
      else solveLu(this.particles[p], b, p * modes);
      const own = b[reaction + p] - this.bySurface[p] * this.surface(b, p);
      b[reaction + p] = this.conductance[p] * own;
      const amount = this.interfaces[p] * b[reaction + p];
      const row = porous[p] * size;
      right[row] += amount;
      right[row + 1] = b[electronic + p] - amount;
      if (this.binary && !frozen) right[row + 2] += amount / FARADAY;
    }
    const x = solveBlockTridiagonal(this.factors!, right);
    const end = size * (volumes - 1) + 1;
    const deltaCurrent = this.solveControl(b[current], x[end]);
    for (let row = 0; row < x.length; row++) x[row] -= deltaCurrent * this.border[row];
    for (let p = 0; p < porous.length; p++) {
      const row = porous[p] * size;
      b[electronic + p] = x[row + 1];
      let push = x[row + 1] - x[row];
      if (this.binary) push -= this.bySalt[p] * x[row + 2];
      const delta = b[reaction + p] + this.conductance[p] * push;
      b[reaction + p] = delta;
      for (let k = 0; k < modes; k++) b[p * modes + k] -= this.responses[p * modes + k] * delta;
    }
    for (let i = 0; i < volumes; i++) {
      b[ionic + i] = x[i * size];
      if (this.binary) b[salt + i] = x[i * size + 2];
    }
    b[current] = deltaCurrent;
    if (frozen) {
      b[charge] = 0;
      b[energy] = 0;
      return;
    }
    const deltaVoltage = x[end] - this.transport.endResistance * deltaCurrent;
    b[charge] = (b[charge] + deltaCurrent) / this.shift;
    b[energy] = (b[energy] + this.voltage(this.state) * deltaCurrent + this.state[current] * deltaVoltage) / this.shift;
  }

  /** δI from its own row: I, V or V·I held. @param end δφ_s of the last volume at δI = 0 */
  private solveControl(right: number, end: number): number {
    const border = this.border[this.border.length - this.blocks.size + 1];
    const resistance = this.transport.endResistance;
    // δV = end − δI (border + resistance).
    const byCurrent = -(border + resistance);
    switch (this.control.kind) {
      case 'current': return right;
      case 'voltage': return (right - end) / byCurrent;
      case 'power': {
        const [v, i] = [this.voltage(this.state), this.state[this.at.current]];
        return (right - i * end) / (v + i * byCurrent);
      }
    }
  }
}

/** Rows of c_e made empty. */
const withoutSalt = (values: Float64Array, size: number): Float64Array =>
  values.map((value, at) => (Math.floor(at / size) % size === 2 ? 0 : value));

// Currents and lithium along x between the volumes, with their derivatives. Faces take the resistances of their two
// half volumes in series, so that what leaves one volume enters the next, and steps between regions are exact.
//
//   i_e = −κM [∂φ_e − (2RT/F)(1−t₊)χ ∂ln c],  N = −D M ∂c + t₊ i_e/F,  i_s = −σM ∂φ_s
import type { BlockTridiagonal } from '../../numeric/block-tridiagonal.js';
import { log } from '../../numeric/elementary.js';
import type { Cell, Layout } from '../cell.js';
import { FARADAY, thermalSlope } from '../constants.js';
import type { Mesh } from './mesh.js';
import type { Unknowns } from './state.js';
import { overpotential, overpotentialSlope } from './butler-volmer.js';

/** Below this part of its start, a concentration counts as this part: logarithms stay numbers in trial steps. */
const LEAST_SALT = 1e-6;

/** Values at the volumes and their derivatives by the volume's concentration. */
interface Property {
  readonly value: Float64Array;
  readonly slope: Float64Array;
}
const property = (n: number): Property => ({ value: new Float64Array(n), slope: new Float64Array(n) });

/** Currents and salt between the volumes of a cell, and their derivatives. */
export class Transport {
  private readonly binary: boolean;
  /** κM, DM, (2RT/F)(1−t₊)χ, t₊ and ln c. */
  private readonly kappa: Property;
  private readonly diffusion: Property;
  private readonly theta: Property;
  private readonly transference: Property;
  private readonly logarithm: Property;
  /** Conductance of the solid from a particle to the next one, 0 where none follows. */
  private readonly solid: Float64Array;
  private readonly particleOf: Int32Array;
  /** φ_s of the collector of a negative electrode is 0: conductance of the half volume before it. */
  private readonly negativeEnd: number;
  /** Half a volume of solid at the positive collector, and contacts, in Ω m². */
  readonly endResistance: number;
  private readonly foilExchange: number | null;
  private readonly slope: number;

  constructor(cell: Cell, layout: Layout, private readonly mesh: Mesh, private readonly at: Unknowns) {
    const { volumes, widths, porous, blocks } = mesh;
    this.binary = at.salt >= 0;
    this.kappa = property(volumes);
    this.diffusion = property(volumes);
    this.theta = property(volumes);
    this.transference = property(volumes);
    this.logarithm = property(volumes);
    this.slope = thermalSlope(cell.temperature);
    this.solid = new Float64Array(porous.length);
    this.particleOf = new Int32Array(volumes).fill(-1);
    porous.forEach((volume, p) => { this.particleOf[volume] = p; });
    for (const { first, count, electrode } of blocks) {
      if (electrode === null) continue;
      for (let i = first; i + 1 < first + count; i++) {
        this.solid[this.particleOf[i]] = (2 * electrode.electronicConductivity) / (widths[i] + widths[i + 1]);
      }
    }
    const { negative, positive, foil } = layout;
    this.negativeEnd = negative === null ? 0 : (2 * negative.electronicConductivity) / widths[0];
    this.endResistance = widths[volumes - 1] / (2 * positive.electronicConductivity) + layout.contactResistance;
    this.foilExchange = foil?.exchangeCurrent ?? null;
    if (!this.binary) {
      for (const { first, count, electrolyte: { electrolyte, mFactor } } of blocks) {
        if (electrolyte.kind === 'single-ion') {
          this.kappa.value.fill(electrolyte.conductivity * mFactor, first, first + count);
        }
      }
      this.transference.value.fill(1);
    }
  }

  /** κM of every volume at the state last looked at, in S/m. */
  get ionicConductivity(): Float64Array {
    return this.kappa.value;
  }

  /** Properties of the electrolyte at the state. */
  private refresh(y: Float64Array): void {
    if (!this.binary) return;
    for (const { first, count, electrolyte: { electrolyte, mFactor } } of this.mesh.blocks) {
      if (electrolyte.kind !== 'binary') continue;
      const { conductivity, diffusivity, transferenceNumber, thermodynamicFactor, concentration } = electrolyte;
      const least = LEAST_SALT * concentration;
      for (let i = first; i < first + count; i++) {
        const own = y[this.at.salt + i];
        const c = own > least ? own : least;
        this.kappa.value[i] = mFactor * conductivity.value(c);
        this.kappa.slope[i] = mFactor * conductivity.slope(c);
        this.diffusion.value[i] = mFactor * diffusivity.value(c);
        this.diffusion.slope[i] = mFactor * diffusivity.slope(c);
        const [t, chi] = [transferenceNumber.value(c), thermodynamicFactor.value(c)];
        const slope = transferenceNumber.slope(c);
        this.transference.value[i] = t;
        this.transference.slope[i] = slope;
        this.theta.value[i] = (2 / this.slope) * (1 - t) * chi;
        this.theta.slope[i] = (2 / this.slope) * ((1 - t) * thermodynamicFactor.slope(c) - slope * chi);
        this.logarithm.value[i] = log(c);
        this.logarithm.slope[i] = own > least ? 1 / c : 0;
      }
    }
  }

  /** Adds −(what leaves) + (what enters) to the rows of φ_e, φ_s and c_e. */
  addResidual(y: Float64Array, r: Float64Array): void {
    const { ionic, electronic, salt } = this.at;
    const { widths, volumes, porous } = this.mesh;
    this.refresh(y);
    const { kappa, theta, logarithm, diffusion, transference } = this;
    for (let i = 0; i + 1 < volumes; i++) {
      const j = i + 1;
      const conductance = 2 / (widths[i] / kappa.value[i] + widths[j] / kappa.value[j]);
      let drop = y[ionic + i] - y[ionic + j];
      if (this.binary) drop += 0.5 * (theta.value[i] + theta.value[j]) * (logarithm.value[j] - logarithm.value[i]);
      const flow = conductance * drop;
      r[ionic + i] -= flow;
      r[ionic + j] += flow;
      if (!this.binary) continue;
      const rate = 2 / (widths[i] / diffusion.value[i] + widths[j] / diffusion.value[j]);
      const lithium = rate * (y[salt + i] - y[salt + j]) +
        (0.5 * (transference.value[i] + transference.value[j]) * flow) / FARADAY;
      r[salt + i] -= lithium;
      r[salt + j] += lithium;
    }
    for (let p = 0; p < porous.length; p++) {
      if (this.solid[p] === 0) continue;
      const flow = this.solid[p] * (y[electronic + p] - y[electronic + p + 1]);
      r[electronic + p] -= flow;
      r[electronic + p + 1] += flow;
    }
    r[electronic + porous.length - 1] -= y[this.at.current];
    if (this.negativeEnd > 0) r[electronic] -= this.negativeEnd * y[electronic];
    else {
      const { flow } = this.foilFace(y);
      r[ionic] += flow;
      if (this.binary) r[salt] += flow / FARADAY;
    }
  }

  /** Ionic current that enters at the foil, which is at 0 V, and its derivatives by φ_e and c_e of the first volume and
   *  by the cell's current. */
  private foilFace(y: Float64Array): { flow: number; byPotential: number; bySalt: number; byCurrent: number } {
    const { ionic, current } = this.at;
    const width = this.mesh.widths[0];
    const cellCurrent = y[current];
    const conductance = (2 * this.kappa.value[0]) / width;
    let [drop, dropBySalt, dropByCurrent] = [-y[ionic], 0, 0];
    const { surface, ratio, bySalt, byCurrent } = this.foilSurface(y);
    if (this.binary) {
      const jump = this.logarithm.value[0] - log(surface);
      drop += this.theta.value[0] * jump;
      dropBySalt += this.theta.slope[0] * jump +
        this.theta.value[0] * (this.logarithm.slope[0] - bySalt / surface);
      dropByCurrent -= (this.theta.value[0] * byCurrent) / surface;
    }
    if (this.foilExchange !== null) {
      const root = Math.sqrt(ratio);
      const s = cellCurrent / (this.foilExchange * root);
      const eta = overpotential(s, 0.5, this.slope);
      const bySize = overpotentialSlope(s, eta, 0.5, this.slope);
      drop -= eta;
      dropByCurrent -= bySize * (1 / (this.foilExchange * root) - (s * byCurrent) / (2 * surface));
      dropBySalt += (bySize * s * bySalt) / (2 * surface);
    }
    const conductanceBySalt = (2 * this.kappa.slope[0]) / width;
    return {
      flow: conductance * drop,
      byPotential: -conductance,
      bySalt: conductance * dropBySalt + conductanceBySalt * drop,
      byCurrent: conductance * dropByCurrent,
    };
  }

  /** Concentration at the foil, c + (1 − t₊) I h/(2 F D M), over its start too, and its derivatives. */
  private foilSurface(y: Float64Array): { surface: number; ratio: number; bySalt: number; byCurrent: number } {
    const { electrolyte } = this.mesh.blocks[0].electrolyte;
    if (electrolyte.kind === 'single-ion') return { surface: 1, ratio: 1, bySalt: 0, byCurrent: 0 };
    const width = this.mesh.widths[0];
    const [d, t] = [this.diffusion.value[0], this.transference.value[0]];
    const byCurrent = ((1 - t) * width) / (2 * FARADAY * d);
    const excess = byCurrent * y[this.at.current];
    const bySalt = 1 - (excess * this.diffusion.slope[0]) / d -
      (this.transference.slope[0] * y[this.at.current] * width) / (2 * FARADAY * d);
    const floor = LEAST_SALT * electrolyte.concentration;
    const surface = y[this.at.salt] + excess;
    if (surface <= floor) return { surface: floor, ratio: LEAST_SALT, bySalt: 0, byCurrent: 0 };
    return { surface, ratio: surface / electrolyte.concentration, bySalt, byCurrent };
  }

  /** How φ_e falls from the foil, or from the first volume, to every volume: by resistance in separators and in
   *  electrodes, and by gradients of the salt, in V. The three add up to the fall. */
  ionicFall(y: Float64Array): { separator: Float64Array; electrode: Float64Array; diffusion: Float64Array } {
    const { volumes, widths } = this.mesh;
    const [separator, electrode, diffusion] = [0, 0, 0].map(() => new Float64Array(volumes));
    const { ionic } = this.at;
    this.refresh(y);
    const { kappa, theta, logarithm } = this;
    if (this.negativeEnd === 0) {
      separator[0] = (y[this.at.current] * widths[0]) / (2 * kappa.value[0]);
      if (this.binary) diffusion[0] = this.foilLoss(y) - y[ionic] - separator[0];
    }
    for (let i = 0; i + 1 < volumes; i++) {
      const j = i + 1;
      diffusion[j] = diffusion[i] -
        0.5 * (theta.value[i] + theta.value[j]) * (logarithm.value[j] - logarithm.value[i]);
      const ohmic = y[ionic + i] - y[ionic + j] - (diffusion[j] - diffusion[i]);
      const parts = [widths[i] / kappa.value[i], widths[j] / kappa.value[j]] as const;
      separator[j] = separator[i];
      electrode[j] = electrode[i];
      [i, j].forEach((volume, side) => {
        const fall = (ohmic * parts[side]) / (parts[0] + parts[1]);
        (this.particleOf[volume] < 0 ? separator : electrode)[j] += fall;
      });
    }
    return { separator, electrode, diffusion };
  }

  /** Potential of the electrolyte at the foil, which is what its reaction costs, as a negative number of V. */
  foilLoss(y: Float64Array): number {
    if (this.foilExchange === null) return 0;
    const { ratio } = this.foilSurface(y);
    return -overpotential(y[this.at.current] / (this.foilExchange * Math.sqrt(ratio)), 0.5, this.slope);
  }

  /** Derivatives of the negative residual: blocks of φ_e, φ_s and, in a binary electrolyte, c_e of every volume, and
   *  the column of the cell's current. A volume without solid has a φ_s of its own that is 0. */
  jacobian(y: Float64Array, blocks: BlockTridiagonal, column: Float64Array): void {
    const { ionic, salt } = this.at;
    const { widths, volumes, porous } = this.mesh;
    const { size, lower, diagonal, upper } = blocks;
    const square = size * size;
    lower.fill(0);
    diagonal.fill(0);
    upper.fill(0);
    column.fill(0);
    this.refresh(y);
    const { kappa, theta, logarithm, diffusion, transference } = this;
    /** d(flow from i to i+1) by unknown `by` of either side, in row `row` of both. */
    const add = (i: number, row: number, by: number, left: number, right: number): void => {
      diagonal[i * square + row * size + by] += left;
      upper[i * square + row * size + by] += right;
      lower[(i + 1) * square + row * size + by] -= left;
      diagonal[(i + 1) * square + row * size + by] -= right;
    };
    for (let i = 0; i + 1 < volumes; i++) {
      const j = i + 1;
      const conductance = 2 / (widths[i] / kappa.value[i] + widths[j] / kappa.value[j]);
      add(i, 0, 0, conductance, -conductance);
      if (!this.binary) continue;
      const mean = 0.5 * (theta.value[i] + theta.value[j]);
      const jump = logarithm.value[j] - logarithm.value[i];
      const drop = y[ionic + i] - y[ionic + j] + mean * jump;
      const half = 0.5 * conductance * conductance * drop;
      const flow = conductance * drop;
      const left = half * ((widths[i] * kappa.slope[i]) / (kappa.value[i] * kappa.value[i])) +
        conductance * (0.5 * theta.slope[i] * jump - mean * logarithm.slope[i]);
      const right = half * ((widths[j] * kappa.slope[j]) / (kappa.value[j] * kappa.value[j])) +
        conductance * (0.5 * theta.slope[j] * jump + mean * logarithm.slope[j]);
      add(i, 0, 2, left, right);
      const rate = 2 / (widths[i] / diffusion.value[i] + widths[j] / diffusion.value[j]);
      const difference = y[salt + i] - y[salt + j];
      const halfRate = 0.5 * rate * rate * difference;
      const t = 0.5 * (transference.value[i] + transference.value[j]);
      add(i, 2, 0, (t * conductance) / FARADAY, (-t * conductance) / FARADAY);
      add(i, 2, 2,
        rate + halfRate * ((widths[i] * diffusion.slope[i]) / (diffusion.value[i] * diffusion.value[i])) +
          (t * left + 0.5 * transference.slope[i] * flow) / FARADAY,
        -rate + halfRate * ((widths[j] * diffusion.slope[j]) / (diffusion.value[j] * diffusion.value[j])) +
          (t * right + 0.5 * transference.slope[j] * flow) / FARADAY);
    }
    for (let i = 0; i < volumes; i++) {
      const p = this.particleOf[i];
      if (p < 0) diagonal[i * square + size + 1] = 1;
      else if (this.solid[p] !== 0) add(i, 1, 1, this.solid[p], -this.solid[p]);
    }
    column[size * porous[porous.length - 1] + 1] += 1;
    if (this.negativeEnd > 0) diagonal[size + 1] += this.negativeEnd;
    else {
      const face = this.foilFace(y);
      diagonal[0] -= face.byPotential;
      column[0] -= face.byCurrent;
      if (!this.binary) return;
      diagonal[2] -= face.bySalt;
      diagonal[2 * size] -= face.byPotential / FARADAY;
      diagonal[2 * size + 2] -= face.bySalt / FARADAY;
      column[2] -= face.byCurrent / FARADAY;
    }
  }
}

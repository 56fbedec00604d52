// A second electrode on voxels for tests: charge in both phases, lithium and the law of every face of the interface in
// one system, solved by Newton's method with a dense matrix. Nothing of it is shared with the kernels: no splitting, no
// tables, no multigrid. It takes minutes where they take seconds, and is meant for a hundred voxels.
import { FARADAY, thermalSlope } from '../../src/cell/constants.js';
import type { Curve } from '../../src/cell/curves/curve.js';
import type { ExchangeCurrent } from '../../src/cell/exchange-current/exchange-current.js';
import { overpotential, overpotentialSlope } from '../../src/cell/p2d/butler-volmer.js';
import { factorLu, solveLu } from '../../src/numeric/lu.js';
import type { Attempt, Stepper, StepperState } from '../../src/resolved/stepper.js';

export type Role = 'pore' | 'electrolyte' | 'active' | 'carbon' | 'separator';

export interface TwinElectrode {
  /** z, y, x; the separator lies before the first plane of z, the collector behind the last. */
  readonly shape: readonly [number, number, number];
  /** In m. */
  readonly voxel: number;
  readonly roles: readonly Role[];
  /** Planes of electrolyte before the image. */
  readonly separatorPlanes: number;
  /** In S/m. */
  readonly ionic: number;
  readonly electronic: number;
  readonly carbon: number;
  readonly potential: Curve;
  readonly diffusivity: Curve;
  readonly exchangeCurrent: ExchangeCurrent;
  readonly alpha: number;
  /** In Ω m² of interface. */
  readonly film: number;
  /** In mol/m³. */
  readonly maximum: number;
  /** Stoichiometry at the start. */
  readonly start: number;
  /** In K. */
  readonly temperature: number;
  /** Area of interface over that of the face between two voxels of the image, those of the separator below 0; default
   *  1. */
  readonly weight?: (active: number, electrolyte: number) => number;
  /** Voltage that is lost outside of the voxels, in V at a current in A/m². */
  readonly outside?: (current: number) => number;
}

export interface TwinFace {
  readonly active: number;
  readonly electrolyte: number;
  /** Area in m² with its weight, and of the voxel's face. */
  readonly area: number;
  readonly plain: number;
}

export interface TwinState {
  /** Per voxel of the image; NaN where there is none. */
  readonly stoichiometry: Float64Array;
  readonly potential: Float64Array;
  /** Per face, in A/m² of interface and stoichiometry at it. */
  readonly reaction: Float64Array;
  readonly surface: Float64Array;
  readonly voltage: number;
}

/** Surfaces this near to empty and full have the exchange current of this distance. */
const NEAR = 1e-9;
const MAX_NEWTON = 60;

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

/** The stepper of a tiny electrode. */
export class Twin implements Stepper {
  readonly faces: readonly TwinFace[];
  /** Of the cross-section, in m². */
  readonly section: number;
  /** Charge per stoichiometry of all active voxels that lithium can reach, in C/m² of cross-section. */
  readonly capacity: number;
  /** Unknowns: potentials of voxels that conduct and of the collector, stoichiometries, currents of faces. */
  private readonly size: number;
  private readonly potentialOf: Int32Array;
  private readonly lithiumOf: Int32Array;
  private readonly firstFace: number;
  private readonly bonds: { a: number; b: number; g: number }[] = [];
  private readonly paths: { a: number; b: number }[] = [];
  private readonly grounds: { a: number; g: number }[] = [];
  private readonly f: number;
  private y: Float64Array;
  private tried: { y: Float64Array; dt: number } | null = null;
  /** Earlier accepted states, the last first, and the steps that led away from them. */
  private history: { y: Float64Array; dt: number }[] = [];

  constructor(readonly of: TwinElectrode) {
    const { shape: [nz, ny, nx], voxel: h, separatorPlanes: extra, roles } = of;
    this.f = thermalSlope(of.temperature);
    this.section = ny * nx * h * h;
    const plane = ny * nx;
    const role = (z: number, r: number): Role => (z < extra ? 'separator' : roles[(z - extra) * plane + r]);
    const all = (nz + extra) * plane;
    const sigma: Readonly<Record<Role, number>> = {
      pore: 0, electrolyte: of.ionic, separator: of.ionic, active: of.electronic, carbon: of.carbon,
    };
    const side = (r: Role): number => (r === 'pore' ? 0 : r === 'active' || r === 'carbon' ? 1 : 2);
    const at = (k: number): Role => role(Math.floor(k / plane), k % plane);
    const links: [number, number][] = [];
    const bonds: [number, number, number][] = [];
    const faces: TwinFace[] = [];
    const collector = all;
    for (let k = 0; k < all; k++) {
      const [z, y, x] = [Math.floor(k / plane), Math.floor((k % plane) / nx), k % nx];
      const neighbours = [...(z + 1 < nz + extra ? [k + plane] : []), ...(y + 1 < ny ? [k + nx] : []),
        ...(x + 1 < nx ? [k + 1] : [])];
      const here = at(k);
      for (const other of neighbours) {
        const there = at(other);
        if (side(here) !== 0 && side(here) === side(there)) {
          bonds.push([k, other, (2 * h * sigma[here] * sigma[there]) / (sigma[here] + sigma[there])]);
          links.push([k, other]);
        }
        const pair = [here, there];
        if (pair.includes('active') && (pair.includes('electrolyte') || pair.includes('separator'))) {
          const [active, electrolyte] = here === 'active' ? [k, other] : [other, k];
          const [a, e] = [active - extra * plane, electrolyte - extra * plane];
          const plain = h * h;
          faces.push({ active: a, electrolyte: e, area: plain * (of.weight?.(a, e) ?? 1), plain });
          links.push([k, other]);
        }
      }
      if (z === nz + extra - 1 && side(here) === 1) {
        bonds.push([k, collector, 2 * h * sigma[here]]);
        links.push([k, collector]);
      }
    }
    // What hangs together with the low face, through conductors and the interface, has potentials.
    const reached = new Uint8Array(all + 1);
    for (let r = 0; r < plane; r++) if (side(at(r)) === 2) reached[r] = 1;
    for (let changed = true; changed;) {
      changed = false;
      for (const [a, b] of links) {
        if (reached[a] !== reached[b]) {
          reached[a] = reached[b] = 1;
          changed = true;
        }
      }
    }
    if (reached[collector] === 0) throw new Error('the collector is not joined to the separator');
    this.potentialOf = new Int32Array(all + 1).fill(-1);
    let next = 0;
    for (let k = 0; k <= all; k++) if (reached[k] === 1) this.potentialOf[k] = next++;
    this.lithiumOf = new Int32Array(nz * plane).fill(-1);
    for (let k = 0; k < nz * plane; k++) {
      if (roles[k] === 'active' && reached[k + extra * plane] === 1) this.lithiumOf[k] = next++;
    }
    this.faces = faces.filter(({ active }) => reached[active + extra * plane] === 1);
    this.firstFace = next;
    this.size = next + this.faces.length;
    for (const [a, b, g] of bonds) {
      if (reached[a] === 1) this.bonds.push({ a: this.potentialOf[a], b: this.potentialOf[b], g });
      const [i, j] = [a, b].map((k) => (k >= all ? -1 : this.lithiumOf[k - extra * plane] ?? -1));
      if (i >= 0 && j >= 0) this.paths.push({ a: i, b: j });
    }
    for (let r = 0; r < plane; r++) {
      if (side(at(r)) === 2) this.grounds.push({ a: this.potentialOf[r], g: 2 * h * sigma[at(r)] });
    }
    const volumes = this.lithiumOf.filter((i) => i >= 0).length;
    this.capacity = (volumes * h ** 3 * FARADAY * of.maximum) / this.section;
    this.y = new Float64Array(this.size);
    for (const i of this.lithiumOf) if (i >= 0) this.y[i] = of.start;
    // Newton's method begins at the open circuit.
    const rest = of.potential.value(of.start);
    for (let k = 0; k < all; k++) {
      if (this.potentialOf[k] >= 0 && side(at(k)) === 1) this.y[this.potentialOf[k]] = rest;
    }
    this.y[this.potentialOf[collector]] = rest;
  }

  private get collector(): number {
    return this.potentialOf[this.potentialOf.length - 1];
  }

  /** Potential of a voxel of the image. */
  private unknown(voxel: number): number {
    const { separatorPlanes, shape: [, ny, nx] } = this.of;
    return this.potentialOf[voxel + separatorPlanes * ny * nx];
  }

  /** dx_f/dj of a face: half a voxel of diffusion; none at once, before anything has moved. */
  private half({ area, plain }: TwinFace, x: number, dt: number): number {
    const { voxel, maximum, diffusivity } = this.of;
    if (dt === 0) return 0;
    return -((area / plain) * voxel) / (2 * FARADAY * maximum * diffusivity.value(x));
  }

  private surfaceOf(y: Float64Array, n: number, dt: number): number {
    const x = y[this.lithiumOf[this.faces[n].active]];
    return x + this.half(this.faces[n], x, dt) * y[this.firstFace + n];
  }

  /** Residual and Jacobian of a step. `known`: what the earlier states contribute to x, `weight`: of dt·f. */
  private assemble(
    y: Float64Array, known: Float64Array, weight: number, dt: number, current: number,
  ): { residual: Float64Array; matrix: Float64Array } {
    const { size, firstFace, of, f } = this;
    const residual = new Float64Array(size);
    const matrix = new Float64Array(size * size);
    const add = (row: number, column: number, value: number): void => {
      matrix[row * size + column] += value;
    };
    const bond = (a: number, b: number, flow: number, byA: number, byB: number): void => {
      residual[a] += flow;
      residual[b] -= flow;
      for (const [column, value] of [[a, byA], [b, byB]] as const) {
        add(a, column, value);
        add(b, column, -value);
      }
    };
    for (const { a, b, g } of this.bonds) bond(a, b, g * (y[a] - y[b]), g, -g);
    for (const { a, g } of this.grounds) {
      residual[a] += g * y[a];
      add(a, a, g);
    }
    residual[this.collector] += current * this.section;
    // Lithium in units of stoichiometry; fluxes with the diffusivity between two voxels' stoichiometries.
    const h = of.voxel;
    for (const i of this.lithiumOf) {
      if (i < 0) continue;
      residual[i] += y[i] - known[i];
      add(i, i, 1);
    }
    for (const { a, b } of this.paths) {
      const middle = (y[a] + y[b]) / 2;
      const scale = (weight * dt) / (h * h);
      const [d, slope] = [of.diffusivity.value(middle), of.diffusivity.slope(middle) / 2];
      const drop = y[a] - y[b];
      bond(a, b, scale * d * drop, scale * (d + slope * drop), scale * (slope * drop - d));
    }
    this.faces.forEach((face, n) => {
      const { active, electrolyte, area, plain } = face;
      const [i, solid, ion, row] = [this.lithiumOf[active], this.unknown(active), this.unknown(electrolyte),
        firstFace + n];
      const j = y[row];
      residual[solid] += area * j;
      residual[ion] -= area * j;
      add(solid, row, area);
      add(ion, row, -area);
      const moved = (weight * dt * area) / (FARADAY * of.maximum * h ** 3);
      residual[i] += moved * j;
      add(i, row, moved);
      const half = this.half(face, y[i], dt);
      // A diffusivity that varies moves the surface once more.
      const byX = 1 + (dt === 0 ? 0
        : -half * j * (of.diffusivity.slope(y[i]) / of.diffusivity.value(y[i])));
      const x = y[i] + half * j;
      const clipped = Math.min(Math.max(x, NEAR), 1 - NEAR);
      const i0 = of.exchangeCurrent.value(clipped, 1);
      const di0 = clipped === x ? of.exchangeCurrent.slopeInSolid(x, 1) : 0;
      const s = j / i0;
      const eta = overpotential(s, of.alpha, f);
      const deta = overpotentialSlope(s, eta, of.alpha, f);
      const ohmic = of.film + ((area / plain) * h * (1 / of.electronic + 1 / of.ionic)) / 2;
      const dx = of.potential.slope(x) - (deta * s * di0) / i0;
      residual[row] = j * ohmic + of.potential.value(x) + eta - (y[solid] - y[ion]);
      add(row, row, ohmic + deta / i0 + dx * half);
      add(row, i, dx * byX);
      add(row, solid, -1);
      add(row, ion, 1);
    });
    return { residual, matrix };
  }

  /** Solves a step from `y` on. @returns steps of Newton's method; 0 where it fails */
  private solve(y: Float64Array, known: Float64Array, weight: number, dt: number, current: number): number {
    const { size, firstFace } = this;
    for (let step = 1; step <= MAX_NEWTON; step++) {
      const { residual, matrix } = this.assemble(y, known, weight, dt, current);
      // Rows of different units are made alike, so that pivots compare.
      for (let i = 0; i < size; i++) {
        let largest = 0;
        for (let j = 0; j < size; j++) largest = Math.max(largest, Math.abs(matrix[i * size + j]));
        for (let j = 0; j < size; j++) matrix[i * size + j] /= largest;
        residual[i] /= largest;
      }
      const lu = factorLu(size, matrix);
      if ('singularColumn' in lu) return 0;
      solveLu(lu, residual);
      let largest = 0;
      for (let i = 0; i < firstFace; i++) largest = Math.max(largest, Math.abs(residual[i]));
      if (!Number.isFinite(largest)) return 0;
      const damping = Math.min(1, 0.3 / largest);
      for (let i = 0; i < size; i++) y[i] -= damping * residual[i];
      if (largest < 1e-12) return step;
    }
    return 0;
  }

  attempt(dt: number, current: number): Promise<Attempt> {
    const [last, older] = this.history;
    const y = this.y.slice();
    const known = new Float64Array(this.size);
    let weight = 1;
    if (dt > 0 && last !== undefined) {
      const ratio = dt / last.dt;
      weight = (1 + ratio) / (1 + 2 * ratio);
      for (const i of this.lithiumOf) {
        if (i < 0) continue;
        known[i] = ((1 + ratio) ** 2 * y[i] - ratio ** 2 * last.y[i]) / (1 + 2 * ratio);
        y[i] += ratio * (y[i] - last.y[i]);
      }
    } else known.set(y);
    const newton = this.solve(y, known, weight, dt, current);
    const surfaces = this.faces.map((_, n) => this.surfaceOf(y, n, dt));
    // Third differences of what the faces see are the error of the second-order formula, second ones of the first-order
    // one, which also bounds the first step of the second-order formula.
    const errors = this.faces.map((_, n) => {
      if (dt === 0 || last === undefined) return 0;
      const x = [surfaces[n], this.surfaceOf(this.y, n, 1), this.surfaceOf(last.y, n, 1)];
      const first = (x[0] - x[1]) / dt - (x[1] - x[2]) / last.dt;
      const second = first / (dt + last.dt);
      if (older === undefined) return dt * dt * Math.abs(second);
      const before = (x[1] - x[2]) / last.dt - (x[2] - this.surfaceOf(older.y, n, 1)) / older.dt;
      const third = (second - before / (last.dt + older.dt)) / (dt + last.dt + older.dt);
      const ratio = dt / last.dt;
      return (((1 + ratio) ** 2 / (ratio * (1 + 2 * ratio))) * dt ** 3 * Math.abs(third));
    });
    this.tried = { y, dt };
    const lithium = (z: Float64Array): number => sum([...this.lithiumOf].map((i) => (i < 0 ? 0 : z[i])));
    const entered = lithium(y) - lithium(known);
    const due = (weight * dt * current * this.section) / (FARADAY * this.of.maximum * this.of.voxel ** 3);
    const through = -sum(this.faces.map(({ area }, n) => area * y[this.firstFace + n]));
    return Promise.resolve({
      converged: newton > 0,
      voltage: y[this.collector] - (this.of.outside?.(current) ?? 0),
      error: {
        largest: Math.max(0, ...errors), rms: Math.sqrt(sum(errors.map((e) => e * e)) / Math.max(1, errors.length)),
      },
      surface: [Math.min(...surfaces), Math.max(...surfaces)],
      work: { sweeps: 1, newton, iterations: newton },
      balance: {
        lithium: due === 0 ? 0 : entered / due - 1, charge: current === 0 ? 0 : through / (current * this.section) - 1,
      },
    });
  }

  accept(): Promise<void> {
    const { y, dt } = this.tried!;
    if (dt > 0) this.history = [{ y: this.y, dt }, ...this.history].slice(0, 2);
    this.y = y;
    this.tried = null;
    return Promise.resolve();
  }

  restart(): void {
    this.history = [];
  }

  /** What an accepted state looks like. */
  state(): TwinState {
    const { y, faces, firstFace, lithiumOf, of: { outside: _, shape } } = this;
    const count = shape[0] * shape[1] * shape[2];
    const potential = Float64Array.from({ length: count }, (_, k) => {
      const at = this.unknown(k);
      return at < 0 ? NaN : y[at];
    });
    return {
      stoichiometry: Float64Array.from(lithiumOf, (i) => (i < 0 ? NaN : y[i])),
      potential,
      reaction: y.slice(firstFace),
      surface: Float64Array.from(faces, (_, n) => this.surfaceOf(y, n, 1)),
      voltage: y[this.collector],
    };
  }

  save(): Promise<StepperState> {
    const lithium = (y: Float64Array): Float64Array =>
      Float64Array.from([...this.lithiumOf].filter((i) => i >= 0), (i) => y[i]);
    const [last] = this.history;
    return Promise.resolve({
      lithium: lithium(this.y),
      before: last === undefined ? null : lithium(last.y),
      lastStep: last?.dt ?? 0,
      rises: null,
      olderStep: 0,
      reference: 0,
      potential: this.y.slice(0, this.collector + 1),
      reaction: this.y.slice(this.firstFace),
    });
  }

  load({ lithium, before, lastStep, potential, reaction }: StepperState): Promise<void> {
    const places = [...this.lithiumOf].filter((i) => i >= 0);
    const whole = (values: Float64Array): Float64Array => {
      const y = new Float64Array(this.size);
      y.set(potential);
      places.forEach((i, n) => { y[i] = values[n]; });
      y.set(reaction, this.firstFace);
      return y;
    };
    this.y = whole(lithium);
    this.history = before === null ? [] : [{ y: whole(before), dt: lastStep }];
    return Promise.resolve();
  }
}

// Impedance of a cell at any state: the residual of its P2D model, linearised, answers an alternating current.
// Particles that are uniform answer by the closed form of a sphere, others by their polynomials; volumes as pieces of
// line; double layers lie beside the reaction. (s M − J) ŷ = −∂r/∂I at s = iω, Z = −V̂/Î.
import {
  blockTridiagonal, factorBlockTridiagonal, solveBlockTridiagonal, type BlockTridiagonal,
} from '../../numeric/block-tridiagonal.js';
import { complex, inverse, multiple, plus, type Complex } from '../../numeric/complex.js';
import { factorLu, solveLu } from '../../numeric/lu.js';
import { diffusionArgument, sphereFactor } from '../closed-forms/diffusion.js';
import { FARADAY } from '../constants.js';
import type { P2D } from '../p2d/system.js';
import { conductances, linePiece, type LinePiece } from './line.js';

/** Impedance of a cell at one frequency. */
export interface ImpedancePoint {
  /** In Hz. */
  readonly frequency: number;
  /** In Ω m² of cell. */
  readonly real: number;
  /** In Ω m² of cell; below 0 where the cell is capacitive. */
  readonly imaginary: number;
}

/** A particle whose modes beyond the mean are smaller than this is uniform. */
const UNIFORM = 1e-12;

/** How much a particle's surface gives way per A/m²: −δx/δj of a current out of it, at one frequency. */
function compliances(model: P2D, y: Float64Array, frequency: number): Complex[] {
  const { modes } = model.basis;
  const known = new Map<number, Complex>();
  return model.electrodes.map(({ active: { diffusivity, radius } }, p) => {
    const start = p * modes;
    if (y.subarray(start + 1, start + modes).some((mode) => Math.abs(mode) > UNIFORM)) {
      return ofModes(model, p, 2 * Math.PI * frequency);
    }
    const d = diffusivity.value(Math.min(Math.max(y[start], 0), 1));
    const factor = (model.uptake[p] * radius * radius) / d;
    const key = d / (radius * radius);
    let sphere = known.get(key);
    if (sphere === undefined) {
      sphere = sphereFactor(diffusionArgument(frequency, radius, d));
      known.set(key, sphere);
    }
    return multiple(factor, sphere);
  });
}

/** The same by the polynomials of the particle: (iω + A) p = q as a real system of twice the size. */
function ofModes(model: P2D, p: number, omega: number): Complex {
  const { modes } = model.basis;
  const size = 2 * modes;
  const values = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let k = 0; k < modes; k++) {
    for (let l = 0; l < modes; l++) {
      values[k * size + l] = model.diffusion[p][k * modes + l];
      values[(modes + k) * size + modes + l] = model.diffusion[p][k * modes + l];
    }
    values[k * size + modes + k] = -omega;
    values[(modes + k) * size + k] = omega;
    right[k] = (4 * k + 3) * model.uptake[p];
  }
  const factors = factorLu(size, values);
  if ('singularColumn' in factors) throw new Error(`impedance: particle ${p} at ω = ${omega}`);
  solveLu(factors, right);
  const sum = (from: number): number => right.subarray(from, from + modes).reduce((total, value) => total + value, 0);
  return complex(sum(0), sum(modes));
}

/** A matrix of complex blocks as one of real blocks of twice the size: [A, −B; B, A] for A + iB. */
class ComplexBlocks {
  readonly real: BlockTridiagonal;
  private readonly constant: BlockTridiagonal;

  constructor(blocks: BlockTridiagonal) {
    const { size } = blocks;
    this.real = blockTridiagonal(blocks.blocks, 2 * size);
    for (const part of ['lower', 'diagonal', 'upper'] as const) {
      blocks[part].forEach((value, at) => {
        const [block, row, column] = [Math.floor(at / (size * size)), Math.floor(at / size) % size, at % size];
        this.real[part][this.place(block, row, column)] = value;
        this.real[part][this.place(block, row + size, column + size)] = value;
      });
    }
    const { lower, diagonal, upper } = this.real;
    this.constant = { ...this.real, lower: lower.slice(), diagonal: diagonal.slice(), upper: upper.slice() };
  }

  private place(block: number, row: number, column: number): number {
    const size = this.real.size;
    return (block * size + row) * size + column;
  }

  reset(): void {
    this.real.lower.set(this.constant.lower);
    this.real.diagonal.set(this.constant.diagonal);
    this.real.upper.set(this.constant.upper);
  }

  addDiagonal(block: number, row: number, column: number, value: Complex): void {
    this.add(this.real.diagonal, block, row, column, value);
  }

  /** A flow from block i to the next one, `value` per difference of their unknown `column`, in the balance `row`. */
  addFace(i: number, row: number, column: number, value: Complex): void {
    const opposite = multiple(-1, value);
    this.add(this.real.diagonal, i, row, column, value);
    this.add(this.real.upper, i, row, column, opposite);
    this.add(this.real.lower, i + 1, row, column, opposite);
    this.add(this.real.diagonal, i + 1, row, column, value);
  }

  private add(part: Float64Array, block: number, row: number, column: number, { re, im }: Complex): void {
    const half = this.real.size / 2;
    part[this.place(block, row, column)] += re;
    part[this.place(block, row + half, column + half)] += re;
    part[this.place(block, row, column + half)] -= im;
    part[this.place(block, row + half, column)] += im;
  }
}

/** The pieces of line that the porous volumes are; neighbours that do not differ share one. */
function piecesOf(model: P2D, layers: readonly Complex[]): LinePiece[] {
  const { porous, widths } = model.mesh;
  const ionic = model.transport.ionicConductivity;
  const pieces: LinePiece[] = [];
  for (let p = 0; p < porous.length; p++) {
    const volume = porous[p];
    const same = p > 0 && model.electrodes[p] === model.electrodes[p - 1] && layers[p].re === layers[p - 1].re &&
      layers[p].im === layers[p - 1].im && ionic[volume] === ionic[porous[p - 1]];
    pieces.push(same ? pieces[p - 1]
      : linePiece(widths[volume], ionic[volume], model.electrodes[p].electronicConductivity, layers[p]));
  }
  return pieces;
}

/** Faces between volumes, and the collector of a negative electrode, conduct as the lines on their sides do: the
 *  difference to what finite volumes have there is added. */
function addFaces(model: P2D, pieces: readonly LinePiece[], blocks: ComplexBlocks): void {
  const { porous, volumes, widths } = model.mesh;
  const ionic = model.transport.ionicConductivity;
  const particleOf = new Map([...porous].map((volume, p) => [volume, p]));
  const real = (value: number): Complex => complex(-value);
  for (let i = 0; i + 1 < volumes; i++) {
    const [p, q] = [particleOf.get(i), particleOf.get(i + 1)];
    if (p === undefined && q === undefined) continue;
    const halves = [widths[i] / (2 * ionic[i]), widths[i + 1] / (2 * ionic[i + 1])];
    const plain = real(1 / (halves[0] + halves[1]));
    if (p === undefined || q === undefined) {
      // Beside a separator no current flows in the solid.
      const [left, right] = [p, q].map((at, side) => (at === undefined ? complex(halves[side]) : pieces[at].arm.ee));
      blocks.addFace(i, 0, 0, plus(inverse(plus(left, right)), plain));
      continue;
    }
    const { ee, es, ss } = conductances(pieces[p].arm, pieces[q].arm);
    const sigma = [p, q].map((at) => widths[porous[at]] / (2 * model.electrodes[at].electronicConductivity));
    blocks.addFace(i, 0, 0, plus(ee, plain));
    blocks.addFace(i, 0, 1, es);
    blocks.addFace(i, 1, 0, es);
    blocks.addFace(i, 1, 1, plus(ss, real(1 / (sigma[0] + sigma[1]))));
  }
  if (model.layout.negative !== null) {
    const plain = (2 * model.layout.negative.electronicConductivity) / widths[0];
    blocks.addDiagonal(0, 1, 1, plus(inverse(pieces[0].arm.ss), real(plain)));
  }
}

/** Impedance Z(f) = −V̂/Î of the linearised model about a state.
 *  @param y a settled state, at rest or not; what drifts there is taken as standing still
 *  @param frequencies in Hz, > 0 */
export function impedanceSpectrum(model: P2D, y: Float64Array, frequencies: readonly number[]): ImpedancePoint[] {
  const { porous, volumes } = model.mesh;
  const { size } = model.blocks;
  model.linearise(y);
  const blocks = new ComplexBlocks(model.blocks);
  const right = new Float64Array(2 * size * volumes);
  for (let i = 0; i < volumes; i++) {
    for (let row = 0; row < size; row++) right[2 * size * i + row] = -model.column[size * i + row];
  }
  const end = 2 * size * (volumes - 1) + 1;
  return frequencies.map((frequency) => {
    const omega = 2 * Math.PI * frequency;
    blocks.reset();
    const compliance = compliances(model, y, frequency);
    // Charge transfer and diffusion in series, z − u S, and the double layer beside them.
    const faradaic = compliance.map(({ re, im }, p) => {
      const u = model.bySurface[p];
      return multiple(model.interfaces[p], inverse(complex(model.byReaction[p] - u * re, -u * im)));
    });
    const layers = faradaic.map(({ re, im }, p) =>
      complex(re, im + model.interfaces[p] * omega * model.electrodes[p].kinetics.capacitance));
    const pieces = piecesOf(model, layers);
    addFaces(model, pieces, blocks);
    for (let p = 0; p < porous.length; p++) {
      const volume = porous[p];
      const layer = pieces[p].shunt;
      blocks.addDiagonal(volume, 0, 0, layer);
      blocks.addDiagonal(volume, 0, 1, multiple(-1, layer));
      blocks.addDiagonal(volume, 1, 0, multiple(-1, layer));
      blocks.addDiagonal(volume, 1, 1, layer);
      if (!model.binary) continue;
      const bySalt = multiple(model.bySalt[p], faradaic[p]);
      blocks.addDiagonal(volume, 0, 2, bySalt);
      blocks.addDiagonal(volume, 1, 2, multiple(-1, bySalt));
      blocks.addDiagonal(volume, 2, 0, multiple(1 / FARADAY, layer));
      blocks.addDiagonal(volume, 2, 1, multiple(-1 / FARADAY, layer));
      blocks.addDiagonal(volume, 2, 2, multiple(1 / FARADAY, bySalt));
    }
    if (model.binary) {
      for (let i = 0; i < volumes; i++) blocks.addDiagonal(i, 2, 2, complex(0, omega * model.mass[model.at.salt + i]));
    }
    const x = solveBlockTridiagonal(factorBlockTridiagonal(blocks.real), right);
    const lastArm = pieces[pieces.length - 1].arm.ss;
    return {
      frequency,
      real: model.layout.contactResistance + lastArm.re - x[end],
      imaginary: lastArm.im - x[end + size],
    };
  });
}

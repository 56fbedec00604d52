// Electrodes whose discharge is known: images, materials, and closed forms or independent solutions beside them.
import type { Cell } from '../../src/cell/cell.js';
import { constant, type Curve } from '../../src/cell/curves/curve.js';
import { expression } from '../../src/cell/curves/expression.js';
import type { ExchangeCurrent } from '../../src/cell/exchange-current/exchange-current.js';
import { newmanExchange } from '../../src/cell/exchange-current/newman.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { electrodeImage, electrodeMaterials } from '../../src/resolved/electrode.js';
import { prepareElectrode, STEPPER_DEFAULTS, type Electrode } from '../../src/resolved/electrode-stepper.js';
import { POTENTIAL_DEFAULTS } from '../../src/resolved/potential.js';
import { potentialsPlan, preparePotentials } from '../../src/resolved/prepare.js';
import type { Session } from '../../src/runtime/session.js';
import { CHEN_U } from '../cell/reference-cells.js';

export const [FARADAY, THERMAL] = [96485.33212, 96485.33212 / (8.314462618 * 298.15)];
export const [PORE, SE, AM] = [0, 1, 2];

export const chenPotential = expression(CHEN_U);

/** An image of the rule, of which (z, y, x) are the centres of voxels in voxels. */
export function imageOf(shape: Shape, voxelUm: number, rule: (z: number, y: number, x: number) => number): LabelVolume {
  const [, ny, nx] = shape;
  return {
    shape, voxelSizeUm: [voxelUm, voxelUm, voxelUm],
    labels: Uint8Array.from({ length: voxelCount(shape) }, (_, i) =>
      rule(Math.floor(i / (ny * nx)) + 0.5, (Math.floor(i / nx) % ny) + 0.5, (i % nx) + 0.5)),
  };
}

/** Electrolyte, then active material, each of this many voxels. */
export const planar = (voxels: number, voxelUm: number, across = 2): LabelVolume =>
  imageOf([2 * voxels, across, across], voxelUm, (z) => (z < voxels ? SE : AM));

/** Lamellae of `width` voxels along the way from separator to collector: half of one at either side, so that the
 *  window's sides are their planes of symmetry. Before them a plane of pore instead of active material, so that it
 *  reacts at its flanks alone. */
export const comb = (length: number, width: number, voxelUm: number, across = 1): LabelVolume =>
  imageOf([length + 1, across, width], voxelUm, (z, _, x) => (x < width / 2 ? SE : z < 1 ? PORE : AM));

/** The same, whose lamellae stand at 45° to the voxels: `period` voxels from flank to flank along y and x. Planes of
 *  symmetry fold them. */
export const tiltedComb = (length: number, period: number, voxelUm: number): LabelVolume =>
  imageOf([length + 1, 2 * period, 2 * period], voxelUm, (z, y, x) =>
    ((((y + x - 1 - period / 2) % (2 * period)) + 2 * period) % (2 * period) < period ? SE : z < 1 ? PORE : AM));

/** An eighth of a ball of active material around the corner of the window at the collector. */
export const eighthOfBall = (edge: number, radius: number, voxelUm: number): LabelVolume =>
  imageOf([edge, edge, edge], voxelUm, (z, y, x) => (Math.hypot(edge - z, y, x) < radius ? AM : SE));

export interface TruthCell {
  readonly ionic: number;
  readonly electronic: number;
  readonly diffusivity: number | Curve;
  readonly exchange: ExchangeCurrent;
  readonly maximum: number;
  readonly start: number;
  readonly potential: Curve;
  readonly voltageLimits: readonly [number, number];
  /** In m; what lies in the image is a part of it. */
  readonly separator: number;
}

/** Material of the reference half-cells: the potential of NMC811 by Chen et al. 2020, all else round numbers. */
export const REFERENCE: TruthCell = {
  ionic: 0.045, electronic: 91, diffusivity: 1e-14, exchange: newmanExchange(1), maximum: 5e4, start: 0.27,
  potential: chenPotential, voltageLimits: [2.5, 4.5], separator: 1e-15,
};

/** The cell of a material. What stands in it of the composite is not what the image has, and must not be used. */
export function cellOf(given: Partial<TruthCell> = {}): Cell {
  const { ionic, electronic, diffusivity, exchange, maximum, start, potential, voltageLimits, separator } =
    { ...REFERENCE, ...given };
  const electrolyte = { kind: 'single-ion', conductivity: ionic } as const;
  return {
    name: 'truth', temperature: 298.15, voltageLimits,
    regions: [
      { kind: 'lithium-foil', exchangeCurrent: null },
      { kind: 'separator', thickness: separator, electrolyte: { electrolyte, volumeFraction: 1, mFactor: 1 } },
      {
        kind: 'porous-electrode', thickness: 1,
        active: {
          volumeFraction: 0.123, maximumConcentration: maximum, radius: 1,
          diffusivity: typeof diffusivity === 'number' ? constant(diffusivity) : diffusivity, potential,
          stoichiometry: start, window: [0, 1],
        },
        area: 0.369,
        kinetics: { exchangeCurrent: exchange, transferCoefficient: 0.5, filmResistance: 0, capacitance: 0.2 },
        electrolyte: { electrolyte, volumeFraction: 0.456, mFactor: 0.321 },
        electronicConductivity: 0.231 * electronic, bulkConductivity: electronic,
      },
    ],
  };
}

/** Surface of a sheet of thickness ℓ whose other side is closed: (c − c₀)·D/(N ℓ) at D t/ℓ² = τ. */
export function sheetSurface(tau: number): number {
  if (tau < 0.01) return 2 * Math.sqrt(tau / Math.PI);
  let sum = 0;
  for (let n = 1; n <= 60; n++) sum += Math.exp(-((n * Math.PI) ** 2) * tau) / n ** 2;
  return tau + 1 / 3 - (2 / Math.PI ** 2) * sum;
}

/** Surface of a ball: (c − c₀)·D/(N R) at D t/R² = τ. */
export function ballSurface(tau: number): number {
  let sum = 0;
  for (let n = 1; n <= 400; n++) {
    // tan λ = λ, n-th root: Newton's method on sin λ − λ cos λ.
    let lambda = (n + 0.5) * Math.PI - 1 / ((n + 0.5) * Math.PI);
    for (let k = 0; k < 20; k++) {
      lambda -= (Math.sin(lambda) - lambda * Math.cos(lambda)) / (lambda * Math.sin(lambda));
    }
    sum += Math.exp(-(lambda ** 2) * tau) / lambda ** 2;
  }
  return 3 * tau + 1 / 5 - 2 * sum;
}

/** Drop of the voltage at an interface of i0: η of a discharge at |j|. */
export const kineticDrop = (j: number, exchange: number): number => (2 / THERMAL) * Math.asinh(j / (2 * exchange));

/** Discharge of a plane interface at I: stoichiometry there and voltage after a time, of electrolyte and active
 *  material of a thickness each. */
export function planarTruth(
  current: number, time: number, thickness: number, cell: TruthCell & { readonly diffusivity: number },
): { readonly surface: number; readonly voltage: number } {
  const { maximum, diffusivity, start, ionic, electronic, exchange, potential } = cell;
  const step = (current * thickness) / (FARADAY * diffusivity * maximum);
  const surface = start + step * sheetSurface((diffusivity * time) / thickness ** 2);
  const voltage = potential.value(surface) - kineticDrop(current, exchange.value(surface, 1))
    - current * thickness * (1 / ionic + 1 / electronic);
  return { surface, voltage };
}

/** Brings an electrode into memory, with `separatorPlanes: 0` and the faces' own area unless told otherwise. */
export function withElectrode<T>(
  session: Session, volume: LabelVolume, cell: Cell, body: (electrode: Electrode) => Promise<T>,
  stepping = STEPPER_DEFAULTS,
): Promise<T> {
  const image = electrodeImage('test', volume, { separatorPlanes: 0 });
  const goal = { ...POTENTIAL_DEFAULTS, area: 'faces' as const };
  const materials = electrodeMaterials(cell);
  return session.run('electrode', potentialsPlan(image.shape, session.threads, goal), 0, {}, async (frame) => {
    const potentials = await preparePotentials('test', frame, image, materials, goal);
    return body(await prepareElectrode(frame, image, materials, potentials, stepping));
  });
}

/** The same image with `times` as many voxels along each axis. */
export function refined({ shape: [nz, ny, nx], labels, voxelSizeUm }: LabelVolume, times: number): LabelVolume {
  const at = (place: number): number => Math.floor(place / times);
  return imageOf([times * nz, times * ny, times * nx], voxelSizeUm![0] / times, (z, y, x) =>
    labels[(at(z) * ny + at(y)) * nx + at(x)]);
}

// Where the voltage goes: V = U₊(x̄₊) − U₋(x̄₋) − the losses below, exactly. Electrodes are averaged with the weights
// of their reaction, so that a loss times the current is the power that its process dissipates; at rest, with equal
// weights, so that what is left are differences that still relax.
import type { PorousElectrode } from '../cell.js';
import { overpotential } from '../p2d/butler-volmer.js';
import type { P2D } from '../p2d/system.js';

/** In V; what a discharge loses is positive. */
export interface Overpotentials {
  /** Ohmic, in separators. */
  readonly separator: number;
  /** Ohmic, in the electrolyte of electrodes. */
  readonly ionic: number;
  /** Ohmic, in the solid of electrodes. */
  readonly electronic: number;
  /** Reaction and films of the electrodes, and of the lithium foil. */
  readonly chargeTransfer: number;
  /** Surfaces of particles against their means. */
  readonly solidDiffusion: number;
  /** Particles where the reaction is against the mean of their electrode: uneven use along the thickness. */
  readonly unevenUse: number;
  /** Gradients of the salt. */
  readonly electrolyteDiffusion: number;
  /** Collectors and what is in series with them. */
  readonly contact: number;
}

/** Terminal voltage of a state as an equilibrium and losses, in V. */
export interface VoltageSplit {
  /** Between the terminals. */
  readonly voltage: number;
  /** U₊(x̄₊) − U₋(x̄₋): where the cell would come to rest if its particles did not differ. */
  readonly equilibrium: number;
  /** By process; their sum is `equilibrium` less `voltage`. */
  readonly losses: Overpotentials;
}

/** Averages of one electrode, its reaction's weights. */
interface Averages {
  readonly electronic: number;
  readonly ionic: { readonly separator: number; readonly electrode: number; readonly diffusion: number };
  readonly reaction: number;
  /** U at the mean of the electrode, at the means of particles, and at their surfaces. */
  readonly levels: readonly [mean: number, particles: number, surfaces: number];
}

function averagesOf(model: P2D, y: Float64Array, electrode: PorousElectrode): Averages {
  const { reaction, electronic, modes } = model.at;
  const own = [...model.electrodes.keys()].filter((p) => model.electrodes[p] === electrode);
  const total = own.reduce((sum, p) => sum + model.interfaces[p] * y[reaction + p], 0);
  const area = own.reduce((sum, p) => sum + model.interfaces[p], 0);
  const resting = y[model.at.current] === 0;
  const weight = (p: number): number =>
    resting ? model.interfaces[p] / area : (model.interfaces[p] * y[reaction + p]) / total;
  const mean = (f: (p: number) => number): number => own.reduce((sum, p) => sum + weight(p) * f(p), 0);
  const fall = model.transport.ionicFall(y);
  const inElectrolyte = (values: Float64Array): number => mean((p) => values[model.mesh.porous[p]]);
  const { potential } = electrode.active;
  const { kinetics } = electrode;
  const whole = own.reduce((sum, p) => sum + (model.interfaces[p] / area) * y[p * modes], 0);
  return {
    electronic: mean((p) => y[electronic + p]),
    ionic: {
      separator: inElectrolyte(fall.separator),
      electrode: inElectrolyte(fall.electrode),
      diffusion: inElectrolyte(fall.diffusion),
    },
    reaction: mean((p) => {
      const j = y[reaction + p];
      const x = Math.min(Math.max(model.surface(y, p), 1e-9), 1 - 1e-9);
      const i0 = kinetics.exchangeCurrent.value(x, model.saltRatio(y, p));
      return overpotential(j / i0, kinetics.transferCoefficient, model.slope) + kinetics.filmResistance * j;
    }),
    levels: [
      potential.value(whole), mean((p) => potential.value(y[p * modes])),
      mean((p) => potential.value(model.surface(y, p))),
    ],
  };
}

/** The split of the terminal voltage at a state. */
export function splitVoltage(model: P2D, y: Float64Array): VoltageSplit {
  const { negative, positive: electrode, contactResistance } = model.layout;
  const positive = averagesOf(model, y, electrode);
  const other = negative === null ? null : averagesOf(model, y, negative);
  const voltage = model.voltage(y);
  const contact = contactResistance * y[model.at.current];
  const [mean, particles, surfaces] = positive.levels;
  const [otherMean, otherParticles, otherSurfaces] = other?.levels ?? [0, 0, 0];
  const between = (part: keyof Averages['ionic']): number => positive.ionic[part] - (other?.ionic[part] ?? 0);
  return {
    voltage,
    equilibrium: mean - otherMean,
    losses: {
      separator: between('separator'),
      ionic: between('electrode'),
      electronic: positive.electronic - (voltage + contact) - (other?.electronic ?? 0),
      chargeTransfer: -positive.reaction + (other === null ? -model.transport.foilLoss(y) : other.reaction),
      solidDiffusion: particles - surfaces + otherSurfaces - otherParticles,
      unevenUse: mean - particles + otherParticles - otherMean,
      electrolyteDiffusion: between('diffusion'),
      contact,
    },
  };
}

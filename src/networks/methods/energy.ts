// Growth by surface energy, from a film on the solid to fingers.
import { SpecError } from '../../core/errors.js';
import { growByEnergy, growthPlan } from '../../kernels/insertion.js';
import type { InsertMethod } from './method.js';

/** Settings of method `energy`: each voxel goes where its neighbours favour it. */
export interface EnergySettings {
  /** w of E = (w · neighbours of additive + (1 − w) · neighbours of solid) / 6: 0.001 makes a film, 0.999 fingers. */
  readonly weight: number;
}

export const energy: InsertMethod<EnergySettings> = {
  title: 'growth by surface energy, from films to fingers',
  defaults: { weight: 0.5 },
  check(where, { weight }) {
    if (!(weight > 0 && weight < 1)) {
      throw new SpecError(`${where}: weight must lie between 0 (a film) and 1 (fingers), got ${weight}`);
    }
  },
  plan: ({ shape, count }) => [growthPlan(shape, count)],
  order: (frame, { room, label }, { weight }) => growByEnergy(frame, room, label, weight),
};

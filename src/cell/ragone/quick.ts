// A Ragone map from the cell's resistance alone: V(q, I) = U(q) − I·R(q), R in closed form at every state of charge. It
// costs microseconds, forgets transients and saturation, and its distance from the full model is itself a result.
// T. Braun et al., J. Power Sources 2018, use the same class of model.
import { gaussLegendre } from '../../numeric/quadrature.js';
import { bisectDecreasing } from '../../numeric/bisect.js';
import { capacityOf, layoutOf, type Cell } from '../cell.js';
import { electrodeResistances, seriesResistances } from './resistances.js';

/** What a cell gives at a constant current until its lower voltage limit. */
export interface RagonePoint {
  /** In A/m². */
  readonly currentDensity: number;
  /** In C/m². */
  readonly dischargeCapacity: number;
  /** In J/m². */
  readonly energy: number;
  /** Mean power in W/m². */
  readonly power: number;
}

const RULE = gaussLegendre(40);

/** One point per current in A/m², > 0. */
export function quickRagone(cell: Cell, currents: readonly number[]): RagonePoint[] {
  const { negative, positive } = layoutOf(cell);
  const { separator, contact, foil } = seriesResistances(cell);
  const room = (from: number, to: number, capacity: number): number => (to - from) * capacity;
  const { active } = positive;
  const most = Math.min(
    room(active.stoichiometry, Math.min(1, active.window[1], active.potential.domain?.[1] ?? 1), capacityOf(positive)),
    negative === null ? Infinity : room(
      Math.max(0, negative.active.window[0], negative.active.potential.domain?.[0] ?? 0),
      negative.active.stoichiometry, capacityOf(negative),
    ),
  ) * (1 - 1e-6);
  const voltage = (charge: number, current: number): number => {
    const x = active.stoichiometry + charge / capacityOf(positive);
    let v = active.potential.value(x);
    let resistance = separator + contact + foil + electrodeResistances(positive, x, cell.temperature).together;
    if (negative !== null) {
      const other = negative.active.stoichiometry - charge / capacityOf(negative);
      v -= negative.active.potential.value(other);
      resistance += electrodeResistances(negative, other, cell.temperature).together;
    }
    return v - current * resistance;
  };
  return currents.map((currentDensity) => {
    const low = cell.voltageLimits[0];
    const start = voltage(0, currentDensity) <= low ? 0 : most;
    const dischargeCapacity = start === 0 ? 0 : bisectDecreasing((q) => voltage(q, currentDensity), low, 0, most, 60);
    const half = dischargeCapacity / 2;
    const mean = RULE.reduce((sum, [x, weight]) => sum + (weight * voltage(half * (1 + x), currentDensity)) / 2, 0);
    if (dischargeCapacity === 0) return { currentDensity, dischargeCapacity, energy: 0, power: 0 };
    return { currentDensity, dischargeCapacity, energy: mean * dischargeCapacity, power: mean * currentDensity };
  });
}

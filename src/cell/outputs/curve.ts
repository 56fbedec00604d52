// What a run gives over time: from its dense output, as smooth as its steps are exact.
import { denseComponent, denseState } from '../../numeric/rosenbrock.js';
import type { Run } from '../experiments/run.js';

/** The state of a run at a time in s from its beginning. */
export function stateAt({ steps, first, last, duration }: Run, time: number): Float64Array {
  if (time >= duration || steps.length === 0) return last;
  if (time <= 0) return first;
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time <= steps[middle].start + steps[middle].width) high = middle;
    else low = middle + 1;
  }
  const step = steps[low];
  return denseState(step, (time - step.start) / step.width);
}

/** Values of a run at times: same lengths throughout. */
export interface DischargeCurve {
  /** In s from the beginning of the run. */
  readonly time: readonly number[];
  /** In V. */
  readonly voltage: readonly number[];
  /** In A/m², > 0 in discharge. */
  readonly current: readonly number[];
  /** Passed until then, in C/m²; in a sequence that of the steps before counts, too. */
  readonly charge: readonly number[];
  /** Given until then, in J/m², counted alike. */
  readonly energy: readonly number[];
}

/** The curve of a run with `pieces` points in every step, which are close where it bends. */
export function curveOf(run: Run, pieces = 4): DischargeCurve {
  const { model, steps, first } = run;
  const { current, charge, energy, electronic } = model.at;
  const end = electronic + model.mesh.porous.length - 1;
  const rows = [[0, model.voltage(first), first[current], first[charge], first[energy]]];
  for (const step of steps) {
    for (let k = 1; k <= pieces; k++) {
      const at = (component: number): number => denseComponent(step, component, k / pieces);
      const voltage = at(end) - model.transport.endResistance * at(current);
      rows.push([step.start + (step.width * k) / pieces, voltage, at(current), at(charge), at(energy)]);
    }
  }
  const [time, voltage, currents, charges, energies] = [0, 1, 2, 3, 4].map((i) => rows.map((row) => row[i]));
  return { time, voltage, current: currents, charge: charges, energy: energies };
}

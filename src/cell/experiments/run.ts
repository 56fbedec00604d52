// One stretch of an experiment: a control held until something ends it, with steps of controlled error.
import { checkArguments, type Names } from '../../core/arguments.js';
import { bisectDecreasing } from '../../numeric/bisect.js';
import { pow } from '../../numeric/elementary.js';
import { denseState, Rosenbrock, RODAS5P, type RosenbrockMethod, type Step } from '../../numeric/rosenbrock.js';
import { SingularMatrixError } from '../../numeric/singular.js';
import { settle, trySettle } from '../p2d/start.js';
import type { Control, P2D } from '../p2d/system.js';

/** What may end a run. `time`, `charge`, `current` and `voltage` are reached as asked for; `stuck` and
 *  `noPotentials` are failures, of the solver and of its first state; the others are limits of the cell. */
export type EndedBy =
  | 'time' | 'charge' | 'current' | 'voltage' | 'lowerVoltage' | 'upperVoltage' | 'stoichiometry' | 'tableEnd'
  | 'saltDepleted' | 'stuck' | 'noPotentials';

/** A limit with its distance: > 0 as long as the run may go on. */
export interface Limit {
  /** What a run says that it ends. */
  readonly endedBy: EndedBy;
  margin(model: P2D, y: Float64Array): number;
}

/** How time is stepped. */
export interface RunOptions {
  /** Of a step, in V, in stoichiometry and in parts of the salt's concentration. */
  readonly tolerance: number;
  /** Coefficients of the Rosenbrock method. */
  readonly method: RosenbrockMethod;
  /** Steps before a run counts as stuck. */
  readonly maxSteps: number;
}

const RUN_OPTION_NAMES: Names<RunOptions> = { tolerance: true, method: true, maxSteps: true };

/** Options of a run that are not given: RODAS5P, errors of 10⁻⁴ a step. */
export const RUN_DEFAULTS: RunOptions = { tolerance: 1e-4, method: RODAS5P, maxSteps: 5000 };

/** One stretch of an experiment under one control, with everything that its curves are read from. */
export interface Run {
  /** The discretised cell whose states these are. */
  readonly model: P2D;
  /** What was held. */
  readonly control: Control;
  /** Accepted steps, in order. */
  readonly steps: readonly Step[];
  /** State at its beginning. */
  readonly first: Float64Array;
  /** State at its end. */
  readonly last: Float64Array;
  /** In s, from the beginning of the run. */
  readonly duration: number;
  /** What ended it. */
  readonly endedBy: EndedBy;
  /** Steps that were tried and refused. */
  readonly rejected: number;
}

/** Whether a run is a part of what was asked for, because the solver could not go on or begin. */
export const isPartial = ({ endedBy }: Run): boolean => endedBy === 'stuck' || endedBy === 'noPotentials';

/** Places in a step where the interface's equation is looked at, and what it may be wrong there, in tolerances. */
const DEFECTS = [[0.5, 4], [1, 2]] as const;

/** Size of a step's error, 1 being as much as is allowed: of the method itself, and of the interface's equation at the
 *  end and in the middle, so that what is read between steps is as good as the steps are. */
function errorOf(
  model: P2D, solver: Rosenbrock, step: Step, tolerance: number, scratch: Float64Array,
): number {
  const { reaction, ionic, salt, current } = model.at;
  const { error } = step;
  let worst = 0;
  const look = (value: number): void => {
    // NaN must not pass.
    if (!(Math.abs(value) <= worst)) worst = Math.abs(value);
  };
  for (let k = 0; k < reaction; k++) look(error[k]);
  for (let k = ionic; k < (salt < 0 ? current : salt); k++) look(error[k]);
  if (salt >= 0) model.initialSalt.forEach((start, i) => look(error[salt + i] / start));
  if (!(worst <= tolerance)) return worst / tolerance;
  for (const [theta, allowed] of DEFECTS) {
    if (theta < 1) model.derivative(denseState(step, theta), scratch);
    const r = theta < 1 ? scratch : solver.derivativeAt(step.y1);
    for (let k = reaction; k < ionic; k++) look(r[k] / allowed);
  }
  return worst / tolerance;
}

function limitPassed(limits: readonly Limit[], model: P2D, y: Float64Array): Limit | null {
  return limits.find((limit) => !(limit.margin(model, y) > 0)) ?? null;
}

/** Shortens a step until the limit is met at its end: the integrator's own steps, so that the last state is one. */
function shorten(solver: Rosenbrock, model: P2D, step: Step, limit: Limit): Step {
  const margin = (y: Float64Array): number => limit.margin(model, y);
  const theta = bisectDecreasing((part) => margin(denseState(step, part)), 0, 0, 1, 40);
  // A run cannot end before it has begun.
  let [below, atBelow] = [0, margin(step.y0)];
  let [above, atAbove] = [step.width, margin(step.y1)];
  let width = Math.min(Math.max(theta * step.width, 1e-12 * step.width), step.width);
  let best = step;
  for (let k = 0; k < 6; k++) {
    best = solver.step(step.y0, step.start, width);
    const value = margin(best.y1);
    if (Math.abs(value) <= 1e-10 * (1 + Math.abs(atBelow))) break;
    if (value > 0) [below, atBelow] = [width, value];
    else [above, atAbove] = [width, value];
    width = below + ((above - below) * atBelow) / (atBelow - atAbove);
    if (!(width > below && width < above)) break;
  }
  return best;
}

/** A step, or null where its equations have no solution. */
function attempt(solver: Rosenbrock, y: Float64Array, time: number, width: number): Step | null {
  try {
    return solver.step(y, time, width);
  } catch (error) {
    if (error instanceof SingularMatrixError) return null;
    throw error;
  }
}

/** Integrates from given concentrations, whose potentials are found first, until the time is over or a limit is met.
 *  A control that no potentials satisfy gives a run without steps that stands at rest.
 *  @param duration in s, Infinity where only limits end it */
export function run(
  model: P2D, concentrations: Float64Array, control: Control, duration: number, limits: readonly Limit[],
  options: Partial<RunOptions> = {},
): Run {
  checkArguments('experiment', { options: [options, RUN_OPTION_NAMES] });
  const { tolerance, method, maxSteps } = { ...RUN_DEFAULTS, ...options };
  const start = concentrations.slice();
  const begins = trySettle(model, start, control);
  if (!begins) {
    start.set(concentrations);
    settle(model, start, { kind: 'current', value: 0 });
  }
  const solver = new Rosenbrock(model, method);
  const steps: Step[] = [];
  const scratch = new Float64Array(model.size);
  let [y, t, rejected]: [Float64Array, number, number] = [start, 0, 0];
  const finish = (endedBy: EndedBy): Run =>
    ({ model, control, steps, first: start, last: y, duration: t, endedBy, rejected });
  if (!begins) return finish('noPotentials');
  const passed = limitPassed(limits, model, y);
  if (passed !== null) return finish(passed.endedBy);
  const fastest = Math.min(...model.electrodes.map(({ active: { radius, diffusivity, stoichiometry } }) =>
    (radius * radius) / diffusivity.value(stoichiometry)));
  let h = Math.min(1e-4 * fastest, duration);
  while (steps.length < maxSteps) {
    if (t >= duration) return finish('time');
    // No crumbs before the end.
    const left = duration - t;
    const width = h >= left ? left : h > left / 2 ? left / 2 : h;
    const step = attempt(solver, y, t, width);
    const error = step === null ? NaN : errorOf(model, solver, step, tolerance, scratch);
    if (step === null || !(error <= 1)) {
      rejected++;
      h = width * (Number.isFinite(error) ? Math.max(0.2, 0.9 * pow(error, -1 / method.order)) : 0.2);
      if (!(h > 1e-9 * fastest) || rejected > maxSteps) return finish('stuck');
      continue;
    }
    const limit = limitPassed(limits, model, step.y1);
    const kept = limit === null ? step : shorten(solver, model, step, limit);
    steps.push(kept);
    y = kept.y1;
    t = limit === null && width === left ? duration : t + kept.width;
    if (limit !== null) return finish(limit.endedBy);
    h = width * Math.min(6, error === 0 ? 6 : 0.9 * pow(error, -1 / method.order));
  }
  return finish('stuck');
}

// States that satisfy the algebraic equations: potentials and reaction for given concentrations.
import { SpecError } from '../../core/errors.js';
import { asinh } from '../../numeric/elementary.js';
import { SingularMatrixError } from '../../numeric/singular.js';
import type { Control, P2D } from './system.js';

/** Largest change of a potential in one step of Newton's method, in V. */
const MAX_STEP = 0.3;
const MAX_STEPS = 100;

/** Every particle uniform at its electrode's stoichiometry, the salt at its start, no current yet. */
export function uniformState(model: P2D, stoichiometries?: { negative?: number; positive?: number }): Float64Array {
  const y = new Float64Array(model.size);
  const { modes } = model.basis;
  model.electrodes.forEach((electrode, p) => {
    const given = electrode === model.layout.positive ? stoichiometries?.positive : stoichiometries?.negative;
    y[p * modes] = given ?? electrode.active.stoichiometry;
  });
  if (model.binary) y.set(model.initialSalt, model.at.salt);
  return y;
}

/** Potentials, reaction and current that belong to the concentrations of y under a control, in place.
 *  @throws SpecError where none are found */
export function settle(model: P2D, y: Float64Array, control: Control): void {
  if (trySettle(model, y, control)) return;
  throw new SpecError(
    `${model.cell.name}: no potentials satisfy a ${control.kind} of ${control.value} at this state of charge; ` +
      'a smaller one, or a state further from empty and full, has some',
  );
}

/** As `settle`, by Newton's method from a uniform reaction and asinh.
 *  @returns whether potentials were found; where not, those in y mean nothing */
export function trySettle(model: P2D, y: Float64Array, control: Control): boolean {
  try {
    return newton(model, y, control);
  } catch (error) {
    if (error instanceof SingularMatrixError) return false;
    throw error;
  }
}

function newton(model: P2D, y: Float64Array, control: Control): boolean {
  model.control = control;
  const { reaction, ionic, electronic, current } = model.at;
  const { porous, volumes } = model.mesh;
  const guess = control.kind === 'current' ? control.value : 0;
  y[current] = guess;
  y.fill(0, ionic, ionic + volumes);
  for (const sign of [-1, 1]) {
    const electrode = sign < 0 ? model.layout.positive : model.layout.negative;
    if (electrode === null) continue;
    const j = (sign * guess) / (electrode.area * electrode.thickness);
    // The negative electrode's solid is at 0 V; its electrolyte, and all of it, below.
    model.electrodes.forEach((own, p) => {
      if (own !== electrode) return;
      const x = model.surface(y, p);
      const i0 = electrode.kinetics.exchangeCurrent.value(Math.min(Math.max(x, 1e-9), 1 - 1e-9), model.saltRatio(y, p));
      const drop = electrode.active.potential.value(x) + (2 / model.slope) * asinh(j / i0 / 2);
      y[reaction + p] = j;
      y[electronic + p] = drop;
    });
  }
  if (model.layout.negative !== null) {
    const level = y[electronic];
    for (let i = 0; i < volumes; i++) y[ionic + i] = -level;
    for (let p = 0; p < porous.length; p++) y[electronic + p] -= level;
  }
  const r = new Float64Array(model.size);
  for (let step = 0; step < MAX_STEPS; step++) {
    model.derivative(y, r);
    model.linearise(y);
    model.factor(1, true);
    model.solve(r);
    let largest = 0;
    for (let k = ionic; k < electronic + porous.length; k++) largest = Math.max(largest, Math.abs(r[k]));
    if (!Number.isFinite(largest)) return false;
    const damping = largest > MAX_STEP ? MAX_STEP / largest : 1;
    for (let k = reaction; k < electronic + porous.length; k++) y[k] += damping * r[k];
    y[current] += damping * r[current];
    if (largest < 1e-13) return true;
    if (largest < 1e-10 && step > 0) {
      // One more step at quadratic convergence is all that rounding allows.
      model.derivative(y, r);
      model.linearise(y);
      model.factor(1, true);
      model.solve(r);
      for (let k = reaction; k < electronic + porous.length; k++) y[k] += r[k];
      y[current] += r[current];
      return true;
    }
  }
  return false;
}

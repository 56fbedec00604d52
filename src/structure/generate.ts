// One function draws every structure: stochastic models and the deterministic test structures.
import { checkArguments, checkOperation } from '../core/arguments.js';
import type { Shape } from '../core/grid.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import type { ModelStructure } from './model.js';
import { readStructure, type StructureSpec } from './models.js';

export type { CommonSpec, ModelStructure, RandomSpec } from './model.js';
export type { StructureSpec } from './models.js';
export type { Chi2Spec } from './models/chi2.js';
export type { ThreePhaseSpec } from './models/three-phase.js';

const WHERE = 'generate';

/** Size (z, y, x) of the periodic box from which `generate` cuts the window; the window where there is none.
 *  @throws SpecError on bad input */
export function generatedPeriod(spec: StructureSpec): Shape {
  const { model, spec: complete } = readStructure(WHERE, spec);
  return model.period?.(complete) ?? complete.size;
}

/** Memory of `generate` in the core; nothing for structures that the host draws.
 *  @throws SpecError on bad input */
export function generatePlan(spec: StructureSpec, threads: number): LeasePlan {
  checkArguments('generatePlan', { spec: [spec, 'record'], threads: [threads, 'count'] });
  const { model, spec: complete } = readStructure(WHERE, spec);
  return model.plan(complete, threads);
}

/** Draws a structure. Its labels are those of `phases` of its model.
 *  The result is a function of `spec` alone: the same bits on any number of threads, in Node and in browsers.
 *  @throws SpecError, CapacityError (before any work), CancelledError */
export async function generate(session: Session, spec: StructureSpec, run: RunOptions = {}): Promise<ModelStructure> {
  checkOperation('generate', session, run, { spec: [spec, 'record'] });
  const { model, spec: complete } = readStructure(WHERE, spec);
  return model.draw(session, complete, run);
}

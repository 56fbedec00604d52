// One structure: draw, describe, solve. The only files of the study that know operations are this and draw.ts.
import { checkOperation } from '../core/arguments.js';
import { ARENA_START } from '../../assembly/layout.js';
import { SpecError } from '../core/errors.js';
import { axisIndex, type Face, type Shape } from '../core/grid.js';
import { AM, phasesOf, SE, type Phase } from '../core/volume.js';
import { describe, DESCRIBE_DEFAULTS, describePlan, type DescribeOptions } from '../descriptors/describe.js';
import type { PhaseDescription } from '../descriptors/description.js';
import { descriptorOf } from '../descriptors/descriptor-table.js';
import { phaseColumn } from '../descriptors/quantity.js';
import { peakBytes, type LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session, SessionOptions } from '../runtime/session.js';
import type { VoxelArray } from '../io/voxels.js';
import { generate, generatePlan, type ModelStructure, type StructureSpec } from '../structure/generate.js';
import { phaseLevelSet } from '../structure/level-set.js';
import { mFactor, mFactorPlan } from '../transport/m-factor.js';
import { M_FACTOR } from '../transport/quantities.js';
import { iterationsText } from '../transport/solve-report.js';
import { cellValues } from './cell.js';
import { describedBy, describedQuantity, type Column } from './columns.js';
import type { StudyCommon } from './common.js';
import { cornerOf, drawingPlans, drawStructure } from './draw.js';
import { scaleCost, type StructureCost } from './estimate.js';
import type { Layout } from './parallel.js';
import type { PlannedStructure } from './plan.js';
import { planOf } from './plans.js';
import type { Evaluation } from './rows.js';
import type { StudyDrawing } from './source.js';
import type { StudySpec } from './spec.js';
import type { Evaluate } from './work.js';

/** What draws a planned structure. @throws SpecError where there is none */
export function drawingOf(spec: StudySpec, structure: PlannedStructure): StudyDrawing {
  if (structure.parameters === null) {
    throw new SpecError(`study: ${structure.id} has no parameters: ${structure.reason}`);
  }
  return planOf(spec).drawing(spec, structure, structure.conduct && spec.transport.interface === 'smooth');
}

/** Descriptors that a cell is made of, beside M. */
const OF_CELLS = ['volumeFraction', 'specificSurfaceArea'];

/** What `describe` is asked for, for the quantities of a study: once, or once for each face that it starts from. */
function descriptions(spec: Measured): (DescribeOptions & { readonly only: readonly string[] })[] {
  const byFace = new Map<Face, string[]>();
  const names = describedBy(spec).map((quantity) => descriptorOf(describedQuantity(quantity)).name);
  for (const name of new Set([...names, ...(spec.cell === undefined ? [] : OF_CELLS)])) {
    // The face is a setting of constrictivity alone.
    const from = name === 'constrictivity' ? spec.constrictivity.from : DESCRIBE_DEFAULTS.from;
    byFace.set(from, [...(byFace.get(from) ?? []), name]);
  }
  return [...byFace].map(([from, only]) => ({ from, only, axes: [spec.axis] }));
}

/** How structures are measured: a study without its plan. */
export type Measured = Omit<StudyCommon, 'name' | 'fit'>;

/** A structure to draw and to measure. */
export interface Drawing {
  /** For messages. */
  readonly id: string;
  readonly drawing: StructureSpec;
  /** Whether M is solved for. */
  readonly conduct: boolean;
}

/** Draws a planned structure and measures what its columns ask for.
 *  @throws SpecError when the model has no such structure, CapacityError, CancelledError, KernelError */
export async function evaluateStructure(
  session: Session, spec: StudySpec, structure: PlannedStructure, run: RunOptions = {},
): Promise<Evaluation> {
  return evaluateIn(null, session, spec, structure, run);
}

/** What evaluates structures of a study of an image: draws in it, describes and solves.
 *  @param image cut to its window, as `withImage` gives it */
export function evaluatorOf(image: VoxelArray | null): Evaluate {
  return (session, spec, structure, run) => evaluateIn(image, session, spec, structure, run);
}

async function evaluateIn(
  image: VoxelArray | null, session: Session, spec: StudySpec, structure: PlannedStructure, run: RunOptions,
): Promise<Evaluation> {
  checkOperation('evaluateStructure', session, run, { spec: [spec, 'record'], structure: [structure, 'record'] });
  const drawing = drawingOf(spec, structure);
  const seen = image === null ? null : cornerOf(image, spec.size);
  return evaluateDrawn(session, spec, structure, () => drawStructure(session, drawing, seen, run), run);
}

/** The same for a structure of no plan. @throws as `evaluateStructure` */
export async function evaluateDrawing(
  session: Session, spec: Measured, structure: Drawing, run: RunOptions,
): Promise<Evaluation> {
  return evaluateDrawn(session, spec, structure, () => generate(session, structure.drawing, run), run);
}

async function evaluateDrawn(
  session: Session, spec: Measured, structure: Pick<Drawing, 'id' | 'conduct'>, draw: () => Promise<ModelStructure>,
  run: RunOptions,
): Promise<Evaluation> {
  const values: Partial<Record<Column, number | string | null>> = {};
  const problems: string[] = [];
  const { axis, phases } = spec;
  const set = (column: Column, value: number | null, problem: string | null): void => {
    values[column] = value;
    if (problem !== null) problems.push(`${column}: ${problem}`);
  };
  const began = performance.now();
  const volume = await draw();
  const occurring = phasesOf(volume);
  const present = phases.filter((phase) => occurring.includes(phase));
  const quantities = describedBy(spec).map(describedQuantity);
  for (const phase of phases.filter((one) => !present.includes(one))) {
    const first = quantities.find(({ absent }) => absent === null);
    for (const quantity of quantities) {
      const problem = quantity === first ? `phase ${phase} does not occur` : null;
      set(phaseColumn(quantity, phase), quantity.absent, problem);
    }
    if (structure.conduct) set(phaseColumn(M_FACTOR, phase), 0, null);
  }
  const found: Record<Phase, PhaseDescription> = Object.fromEntries(present.map((phase) => [phase, {}]));
  let interfaceArea = 0;
  for (const options of present.length === 0 ? [] : descriptions(spec)) {
    const { phases: described, interfaceAreas } = await describe(session, volume, { ...options, phases: present }, run);
    for (const phase of present) found[phase] = { ...found[phase], ...described[phase] };
    interfaceArea = interfaceAreas?.[`${SE}-${AM}`] ?? interfaceArea;
  }
  // Numbers of one descriptor are missing for one reason: it is told once.
  const told = new Set<string>();
  for (const quantity of quantities) {
    for (const phase of present) {
      const value = quantity.value(found[phase], axis) ?? null;
      const reason = `${descriptorOf(quantity).name} ${phase}`;
      set(
        phaseColumn(quantity, phase), value === null ? null : Number(value),
        value === null && !told.has(reason) ? quantity.missing(axis) : null,
      );
      if (value === null) told.add(reason);
    }
  }
  const described = performance.now();
  const mFactors = new Map<Phase, number>();
  if (structure.conduct) {
    for (const phase of present) mFactors.set(phase, await conduct(session, spec, volume, phase, set, run));
    if (spec.cell !== undefined) {
      const cell = cellValues(spec.cell, {
        image: structure.id, axis, interfaceArea,
        thickness: spec.size[axisIndex(axis)] * spec.voxelSizeUm,
        activeFraction: found[AM]?.volumeFraction ?? 0, electrolyteFraction: found[SE]?.volumeFraction ?? 0,
        activeMFactor: mFactors.get(AM) ?? 0, electrolyteMFactor: mFactors.get(SE) ?? 0,
      });
      Object.assign(values, cell.values);
      problems.push(...cell.problems);
    }
  }
  return {
    values,
    problems,
    seconds: {
      describe: (described - began) / 1000, conduct: structure.conduct ? (performance.now() - described) / 1000 : 0,
    },
  };
}

/** M of a phase, set as its column. */
async function conduct(
  session: Session, spec: Measured, volume: ModelStructure, phase: Phase,
  set: (column: Column, value: number, problem: string | null) => void, run: RunOptions,
): Promise<number> {
  const { axis, transport } = spec;
  const levelSet = transport.interface === 'smooth' ? phaseLevelSet(volume, phase) : null;
  const solved = await mFactor(session, volume, { phase, axis, levelSet, ...transport }, run);
  const problem = !solved.percolates
    ? `phase ${phase} does not percolate along ${axis}`
    : solved.converged ? null : `not converged after ${iterationsText(solved.iterations)}, error about ` +
      `${solved.errorEstimate.toExponential(1)}`;
  set(phaseColumn(M_FACTOR, phase), solved.mFactor, problem);
  return solved.mFactor;
}

/** WebAssembly bytes that any structure of the study may need: the largest peak of its operations, and the box for the
 *  smallest α. */
export function bytesPerStructure(spec: StudySpec, threads: number, image: VoxelArray | null = null): number {
  const kind = planOf(spec);
  const typical = kind.typical(spec);
  const drawn =
    typical.parameters === null ? [] : drawingPlans(drawingOf(spec, typical), spec.size, image, threads);
  return bytesForDrawings(spec, kind.largest(spec), threads, drawn);
}

/** The same for any of these structures. @param others memory beside what draws them */
export function bytesForDrawings(
  spec: Measured, drawings: readonly StructureSpec[], threads: number, others: readonly LeasePlan[] = [],
): number {
  const { size, axis, voxelSizeUm: edge } = spec;
  const boxes = drawings.flatMap((one) => planIfThere(one, threads));
  const levelSet = spec.transport.interface === 'smooth' ? new Float32Array(0) : null;
  const plans = [
    ...boxes, ...others,
    ...descriptions(spec).map((options) => describePlan(size, threads, options, [edge, edge, edge])),
    mFactorPlan(size, threads, { axis, ...spec.transport, levelSet }),
  ];
  return ARENA_START + Math.max(...plans.map(peakBytes));
}

/** Nothing for what the model has not: its row will say so. */
function planIfThere(spec: StructureSpec, threads: number): LeasePlan[] {
  try {
    return [generatePlan(spec, threads)];
  } catch (error) {
    if (error instanceof SpecError) return [];
    throw error;
  }
}

/** What opens sessions to time on. */
interface TimingOptions {
  readonly openSession: (options: SessionOptions) => Promise<Session>;
  readonly signal?: AbortSignal;
}

/** Draws one structure of the study in a small window, on every session of the layout at once as the study will, and
 *  scales the time up. The first draw warms the code up and is not counted. */
export async function timeStructure(
  spec: StudySpec, layout: Layout, options: TimingOptions & { readonly evaluate?: Evaluate },
): Promise<StructureCost> {
  const evaluate = options.evaluate ?? evaluateStructure;
  const structure = planOf(spec).typical(spec);
  return timed(
    spec, (session, small, run) => evaluate(session, { ...spec, ...small, cell: undefined }, structure, run), layout,
    options,
  );
}

/** The same for any structure. @param drawingIn the structure in a window of that size */
export async function timeDrawing(
  spec: Measured, drawingIn: (small: Measured) => StructureSpec, layout: Layout, options: TimingOptions,
): Promise<StructureCost> {
  return timed(spec, (session, small, run) =>
    evaluateDrawing(session, small, { id: 'calibration', drawing: drawingIn(small), conduct: true }, run),
  layout, options);
}

async function timed(
  spec: Measured, evaluate: (session: Session, small: Measured, run: RunOptions) => Promise<Evaluation>,
  layout: Layout, { openSession, signal }: TimingOptions,
): Promise<StructureCost> {
  const shrink = (n: number): number => Math.min(n, 128, Math.max(64, Math.round(n / 3)));
  const size: Shape = [shrink(spec.size[0]), shrink(spec.size[1]), shrink(spec.size[2])];
  // A discharge takes as long whatever the window.
  const { cell: _cell, ...structures } = spec;
  const costs = await Promise.all(Array.from({ length: layout.sessions }, async () => {
    const session = await openSession({ threads: layout.threadsEach, memoryBytes: layout.memoryEach });
    const costAt = async (shape: Shape): Promise<StructureCost> => {
      await evaluate(session, { ...structures, size: shape }, { signal });
      const { seconds } = await evaluate(session, { ...structures, size: shape }, { signal });
      return scaleCost(seconds, shape, spec.size);
    };
    try {
      return await costAt(size).catch((error: unknown) => {
        // Particles may need the whole window.
        if (error instanceof SpecError) return costAt(spec.size);
        throw error;
      });
    } catch (error) {
      // What cannot be drawn takes no time; its row will say why.
      if (error instanceof SpecError) return { describe: 0, conduct: 0 };
      throw error;
    } finally {
      session.close();
    }
  }));
  const mean = (of: (cost: StructureCost) => number): number =>
    costs.reduce((sum, cost) => sum + of(cost), 0) / costs.length;
  return { describe: mean((cost) => cost.describe), conduct: mean((cost) => cost.conduct) };
}

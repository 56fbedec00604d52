// The report of a study: law, sample slices, and the facts that let someone repeat it.
import { writeFiles } from '../io/write.node.js';
import { fitLaw, type Assessment, type Law, type TableRow } from '../regression/index.js';
import { factsOf, sliceOf, studyReport, type LabelSlice, type StudyGradients } from '../report/index.js';
import { SpecError } from '../core/errors.js';
import type { VoxelArray } from '../io/voxels.js';
import { cornerOf, drawStructure } from '../study/draw.js';
import type { PointGradient } from '../study/plan.js';
import type { Sensitivity } from '../sensitivity/sensitivity.js';
import { planOf } from '../study/plans.js';
import type { StudySpec } from '../study/spec.js';
import type { Invocation } from './command.js';

/** Fits the law with the split that the study file asks for; null when the table holds nothing to fit. */
export function lawOfStudy(spec: StudySpec, rows: readonly TableRow[]): Law | null {
  if (rows.length < 2) return null;
  return fitLaw(rows, { phases: spec.phases.map(String), trainShare: spec.fit.trainFraction, seed: spec.fit.seed });
}

/** The window, and of the paper's plan what distinguishes it from the paper's. */
export function windowText(spec: StudySpec, rows: number): string {
  const edges = spec.size.map((n) => Number((n * spec.voxelSizeUm).toPrecision(4))).join(' × ');
  const own = `window ${spec.size.join(' × ')} voxels = ${edges} µm (z, y, x), ${rows} structures`;
  return spec.plan === undefined
    ? `${own}; the paper: 401 × 401 × 401 voxels = 80.2 µm, 495 structures` : own;
}

/** Draws each sample of the plan once, as it is in the study, and keeps its middle plane along the transport
 *  direction. */
export async function drawSlices(
  call: Pick<Invocation, 'session' | 'run'>, spec: StudySpec, image: VoxelArray | null = null,
): Promise<LabelSlice[]> {
  const session = await call.session();
  const slices: LabelSlice[] = [];
  const seen = image === null ? null : cornerOf(image, spec.size);
  for (const { name, drawing } of planOf(spec).samples(spec)) {
    const volume = await drawStructure(session, drawing, seen, call.run).catch((error: unknown) => {
      // A structure that the model has not is a row that says so, and no slice.
      if (error instanceof SpecError) return null;
      throw error;
    });
    if (volume === null) continue;
    const caption = `seed ${spec.seed}, plane through the middle`;
    slices.push(sliceOf(volume, spec.axis === 'y' ? 'x' : 'y', name, caption));
  }
  return slices;
}

/** What a report shows of the gradients of a study. */
export function gradientsOf(spec: StudySpec, gradients: readonly PointGradient[] | null): StudyGradients | null {
  return gradients === null ? null : { parameters: planOf(spec).gradientAxes(spec), gradients };
}

export interface ReportContent {
  readonly spec: Pick<StudySpec, 'name' | 'size' | 'voxelSizeUm'>;
  readonly table: readonly TableRow[];
  readonly law: Law | null;
  readonly assessments: readonly Assessment[];
  readonly slices: readonly LabelSlice[];
  readonly gradients: StudyGradients | null;
  /** Of a plan for it; null or absent: of none. */
  readonly sensitivity?: Sensitivity | null;
  readonly facts: readonly (readonly [label: string, value: string])[];
}

/** @throws FileError */
export async function writeStudyReport(
  path: string, { spec, table, law, assessments, slices, gradients, sensitivity, facts }: ReportContent,
): Promise<void> {
  const html = studyReport({
    title: `Study ${spec.name}`, window: spec.size, voxelSizeUm: spec.voxelSizeUm, table, law, assessments,
    slices, gradients, sensitivity,
    reproducibility: factsOf(facts),
  });
  await writeFiles(new Map([[path, html]]));
}

// The report of a study as a file.
import { writeFiles } from '../io/write.node.js';
import type { Assessment, Law, TableRow } from '../regression/index.js';
import { factsOf, studyReport, type LabelSlice, type StudyGradients } from '../report/index.js';
import type { Sensitivity } from '../sensitivity/sensitivity.js';
import type { StudySpec } from '../study/spec.js';

/** The window, and of the paper's plan what distinguishes it from the paper's. */
export function windowText(spec: StudySpec, rows: number): string {
  const edges = spec.size.map((n) => Number((n * spec.voxelSizeUm).toPrecision(4))).join(' × ');
  const own = `window ${spec.size.join(' × ')} voxels = ${edges} µm (z, y, x), ${rows} structures`;
  return spec.plan === undefined
    ? `${own}; the paper: 401 × 401 × 401 voxels = 80.2 µm, 495 structures` : own;
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

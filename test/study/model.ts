// An evaluator with known answers, so that the tests of the machinery need no kernels: every descriptor is a smooth
// function of the parameters and the key of the draw.
import type { Session } from '../../src/runtime/session.js';
import { studyColumns } from '../../src/study/columns.js';
import { THETA } from '../../src/study/plans/paper-parameters.js';
import { parseStudySpec, type StudySpec } from '../../src/study/spec.js';
import type { Evaluate } from '../../src/study/work.js';

export function smallSpec(changes: Record<string, unknown> = {}): StudySpec {
  return parseStudySpec({
    name: 'small', size: 16, edges: [['bm01', 'bm10']], t: [0.25, 0.75], gradient: { realisations: 2 },
    steps: { descriptors: ['volumeFraction1', 'constrictivity2'], h: [-0.1, 0.1] }, ...changes,
  });
}

export const modelEvaluate: Evaluate = async (_session, spec, structure) => {
  const { parameters, key } = structure;
  const f = THETA.reduce((sum, name, j) => sum + (j + 1) * parameters![name], key.realisation / 3 + key.scenario / 7);
  const columns = studyColumns(spec, structure.conduct);
  return {
    values: Object.fromEntries(columns.map((column, j) => [column, f / (j + 2)])),
    problems: [],
    seconds: { describe: 1, conduct: structure.conduct ? 1 : 0 },
  };
};

/** Stands where the evaluator above ignores the session. */
export const idle = {} as Session;

// Studies with the paper's plan, for tests that look into it.
import { parseStudySpec } from '../../src/study/spec.js';
import type { PaperStudy } from '../../src/study/plans/paper-spec.js';

export const paperStudy = (value: unknown): PaperStudy => parseStudySpec(value) as PaperStudy;

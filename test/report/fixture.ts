// A tiny study, run by the program itself: what its report is made from. Windows so small that some do not percolate.
import { studySlices, type StudyReportData } from '../../src/report/index.js';
import { evaluateStructure } from '../../src/study/evaluate.js';
import { lawOfStudy } from '../../src/study/law.js';
import { mergeStudy } from '../../src/study/merge.js';
import { parseStudySpec } from '../../src/study/spec.js';
import { memoryStore } from '../../src/study/store.js';
import { openStudy } from '../../src/study/study.js';
import { workStudy } from '../../src/study/work.js';
import { testSession } from '../session.js';

export async function tinyStudy(): Promise<StudyReportData> {
  const session = await testSession();
  const spec = parseStudySpec({
    name: 'tiny', size: 16, t: [0.3, 0.7], realisations: { interpolated: 4, stepped: 1 }, gradient: { realisations: 1 },
    steps: { descriptors: ['volumeFraction1', 'constrictivity1'], h: [-0.1, 0.1], hConstrictivity: [-0.02, 0.02] },
  });
  const study = await openStudy(spec, memoryStore(), { version: '0.1.0' });
  const round = async () => {
    await workStudy(study, { sessions: [session], evaluate: evaluateStructure });
    return (await mergeStudy(study)).table;
  };
  await round();
  const { rows } = (await round())!;
  return {
    title: 'Structure-property law of solid-state cathodes', window: spec.size,
    voxelSizeUm: spec.voxelSizeUm, table: rows, law: lawOfStudy(spec, rows),
    slices: await studySlices(session, spec),
    reproducibility: [
      { label: 'specification', value: `sha256 ${study.specHash}` },
      { label: 'machine', value: 'x64, 2 cores <test> & "quotes"' },
    ],
  };
}

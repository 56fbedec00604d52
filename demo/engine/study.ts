// A study in memory: structures drawn, described and solved, the law that follows from them while they come, and its
// report.
import {
  assessLaw, countStudy, evaluateFit, formatEstimate, lawOfStudy, memoryStore, mergeStudy, openStudy, parseStudySpec,
  PUBLISHED, runStudy, structureOfRow, studyGradients, studyReport, studySlices, VERSION, type Law, type Study,
  type StudySpec, type StudyTable,
} from '../../src/browser.js';
import type { Studied, StudiedPhase, StudyPart, Tasks } from '../protocol.js';
import { pageFacts, type State } from './state.js';
import type { TaskRun } from './steps.js';

/** Of the time between two looks at the rows, so much may go into looking. */
const SHARE_OF_LOOKING = 0.1;
const SHORTEST_PAUSE_MS = 400;

/** The study of a specification, with the rows that earlier runs have left: a cancelled one goes on. */
async function studyOf(state: State, spec: StudySpec): Promise<Study> {
  const study = await openStudy(spec, memoryStore(), { version: VERSION });
  const known = state.studies.get(study.specHash);
  if (known !== undefined) return { ...known, spec };
  state.studies.set(study.specHash, study);
  return study;
}

/** Predictions of M beside what was simulated, of every phase that has some. */
function phasesOf(law: Law, table: StudyTable): StudiedPhase[] {
  return law.phases.map(({ phase, title, rows, leftOut, formulas, published }) => {
    const samples = rows.map(({ sample }) => sample);
    return {
      phase: Number(phase), title, leftOut: leftOut.length,
      simulated: samples.map(({ mFactor }) => mFactor),
      trained: rows.map(({ set }) => set === 'train'),
      ids: rows.map(({ row: place }) => String(table.rows[place].id)),
      predictors: [
        ...formulas.map((fit) => ({
          name: fit.formula, expression: fit.expression, source: 'fitted to this study',
          coefficients: fit.coefficients.map(({ value, standardError }, k) =>
            `c${k + 1} = ${formatEstimate(value, standardError)}`),
          predicted: samples.map((sample) => evaluateFit(fit, sample)), test: fit.test, train: fit.train,
        })),
        ...published.map(({ name, expression, source, test }) => {
          const predictor = PUBLISHED.find((one) => one.name === name);
          const predicted = samples.map((sample) => predictor?.evaluate(sample) ?? NaN);
          return { name, expression, source, coefficients: [], predicted, test, train: null };
        }),
      ],
    };
  });
}

/** The rows that are there, in the order of the plan. */
async function rowsOf(study: Study): Promise<StudyTable> {
  const { table, partialTable } = await mergeStudy(study, { partial: true });
  return table ?? partialTable ?? { columns: [], rows: [] };
}

export async function study(
  state: State, { settings, formula }: Tasks['study']['input'], run: TaskRun, tell: (part: StudyPart) => void,
): Promise<Studied> {
  const begin = performance.now();
  const spec = parseStudySpec(settings);
  const here = await studyOf(state, spec);
  const { table: total } = countStudy(spec);
  const { memoryBytes } = state.session;
  /** Coefficients from one start are good enough for a law that changes with the next row. */
  const look = async (): Promise<void> => {
    const table = await rowsOf(here);
    const law = lawOfStudy(spec, table.rows, { formulas: [formula], randomStarts: 0 });
    tell({ specHash: here.specHash, table, phases: law === null ? [] : phasesOf(law, table), total });
  };
  let looking: Promise<void> | null = null;
  let next = 0;
  const lookSometimes = (): void => {
    if (looking !== null || performance.now() < next) return;
    const from = performance.now();
    looking = look().finally(() => {
      looking = null;
      const now = performance.now();
      next = now + Math.max(SHORTEST_PAUSE_MS, (now - from) / SHARE_OF_LOOKING);
    });
  };
  run.report('what it takes', null);
  try {
    const { failures } = await runStudy(here, {
      // Structures run side by side in sessions of their own: pages without shared memory use all cores, too.
      threads: navigator.hardwareConcurrency || 1, memoryBytes, openSession: state.openSession, signal: run.signal,
      onProgress({ overallDone, overallTotal, overallSecondsLeft: left }) {
        const rest = left === null ? '' : `, about ${Math.ceil(left)} s left`;
        run.report(`${overallDone} of ${overallTotal} structures${rest}`, overallDone / overallTotal);
        lookSometimes();
      },
    });
    run.report('fitting the law', null);
    const table = await rowsOf(here);
    const law = lawOfStudy(spec, table.rows);
    return {
      specHash: here.specHash, table, phases: law === null ? [] : phasesOf(law, table), total, failures,
      seconds: (performance.now() - begin) / 1000,
    };
  } catch (error) {
    await looking;
    await look();
    throw error;
  }
}

/** What draws a row of a study again. */
export async function row(state: State, { settings, id }: Tasks['row']['input']): Promise<Tasks['row']['output']> {
  return { specification: { ...(await structureOfRow(await studyOf(state, parseStudySpec(settings)), id)) } };
}

/** The report of a study that has its rows: the law with its intervals, the samples drawn. */
export async function reportStudy(
  state: State, { settings }: Tasks['reportStudy']['input'], run: TaskRun,
): Promise<Tasks['reportStudy']['output']> {
  const spec = parseStudySpec(settings);
  const here = await studyOf(state, spec);
  const { rows } = await rowsOf(here);
  run.report('drawing samples', null);
  const slices = await studySlices(state.session, spec, null, { signal: run.signal });
  run.report('what the law is worth', null);
  const law = lawOfStudy(spec, rows);
  const { plan } = await mergeStudy(here);
  const html = studyReport({
    title: `Study ${spec.name}`, window: spec.size, voxelSizeUm: spec.voxelSizeUm, table: rows, law,
    assessments: law === null ? [] : assessLaw(rows, law), slices, gradients: studyGradients(spec, plan.gradients),
    reproducibility: pageFacts(state, [
      ['spec hash', here.specHash], ['study seed', String(spec.seed)], ['split seed', String(spec.fit.seed)],
    ]),
  });
  return { file: 'study.html', html };
}

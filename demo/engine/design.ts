// A design in memory: from targets to a confirmed θ, whose structure becomes the present one.
import {
  describe, designedStructure, designReport, designSlices, findModel, formatDesigned, generate, memoryStore, mFactor,
  openDesign, parseDesignSpec, runDesign, VERSION, type DesignResult, type DesignSpec, type Study,
} from '../../src/browser.js';
import type { Designed, DesignPart, Present, Tasks } from '../protocol.js';
import { pageFacts, present, type State } from './state.js';
import { stepsOf, type TaskRun } from './steps.js';

/** The rows of a design, with those that earlier runs have left: a cancelled one goes on. */
async function rowsOf(state: State, spec: DesignSpec): Promise<Study> {
  const opened = await openDesign(spec, memoryStore(), { version: VERSION });
  const known = state.studies.get(opened.specHash) ?? opened;
  state.studies.set(opened.specHash, known);
  return known;
}

/** Draws θ*, and makes its structure the present one; null: there is no θ*. */
async function drawn(state: State, spec: DesignSpec, result: DesignResult, run: TaskRun): Promise<Present | null> {
  if (result.theta === null) return null;
  const { model } = spec.space;
  const theta = designedStructure(spec, result);
  const structure = await generate(state.session, {
    ...theta, ...(Object.hasOwn(model.settings, 'levelSets') && { levelSets: true }),
  }, { signal: run.signal });
  const phases = findModel(model.name)?.phases(theta) ?? [];
  return present(state, `Designed structure, seed ${spec.measured.seed}`, structure, {
    phaseNames: Object.fromEntries(phases.map(({ label, name }) => [label, name])), warnings: [],
    command: 'voxelith generate designed.yaml -o structure.npy',
  });
}

export async function design(
  state: State, { settings }: Tasks['design']['input'], run: TaskRun, tell: (part: DesignPart) => void,
): Promise<Designed> {
  const begin = performance.now();
  const spec = parseDesignSpec(settings);
  const { limits, confirm: { level, realisations } } = spec;
  const rounds: DesignPart['rounds'][number][] = [];
  run.report('what closed forms exclude', null);
  const result = await runDesign(await rowsOf(state, spec), spec, {
    threads: navigator.hardwareConcurrency || 1, memoryBytes: state.session.memoryBytes,
    openSession: state.openSession, signal: run.signal,
    onProgress({ stage, done, total, secondsLeft: left }) {
      const rest = left === null ? '' : `, at most ${Math.ceil(left)} s left`;
      run.report(`${stage}: ${done} of at most ${total} structures${rest}`, done / total);
    },
    onRound(round) {
      rounds.push(round);
      tell({ limits, rounds: [...rounds] });
    },
  });
  run.report('drawing the designed structure', null);
  const slices = await designSlices(state.session, spec, result, { signal: run.signal });
  const shown = await drawn(state, spec, result, run);
  const html = designReport({
    spec, result, slices,
    reproducibility: pageFacts(state, [
      ['design hash', result.specHash], ['seed', String(spec.measured.seed)],
    ]),
  });
  const { status, decidedBy, confirmation, blocking, failures, rows, specHash } = result;
  return {
    status, decidedBy, confirmation, rounds, limits, level, realisations, specHash, failures, present: shown,
    blocking: blocking.map(({ limit: { text }, attainable }) => ({ text, attainable })), structures: rows.length,
    specification: result.theta === null ? null : formatDesigned(spec, result),
    report: { file: 'design.html', html }, seconds: (performance.now() - begin) / 1000,
  };
}

/** What can be asked of a design, of one phase of the present structure along z. */
export async function quantities(
  state: State, { wanted }: Tasks['quantities']['input'], run: TaskRun,
): Promise<Tasks['quantities']['output']> {
  if (state.structure === null) throw new Error('Draw a structure or open an image first.');
  const { session, structure: { volume } } = state;
  const phases = [...new Set(wanted.map(({ phase }) => phase))];
  const asked = new Set(wanted.map(({ quantity }) => quantity));
  const step = stepsOf(run, 1 + phases.length);
  const only = [
    'volumeFraction', ...(asked.has('specificSurfaceArea') ? ['specificSurfaceArea'] : []),
    ...(asked.has('meanGeodesicTortuosity') ? ['geodesicTortuosity'] : []),
    ...(asked.has('constrictivity') ? ['constrictivity'] : []),
  ];
  const found = await step('describing', (more) => describe(session, volume, { phases, axes: ['z'], only }, more));
  const mFactors = new Map<number, number>();
  for (const phase of phases) {
    await step(`conduction in phase ${phase}`, async (more) => {
      if (!wanted.some((one) => one.phase === phase && one.quantity === 'mFactor')) return;
      mFactors.set(phase, (await mFactor(session, volume, { phase, axis: 'z' }, more)).mFactor);
    });
  }
  return wanted.map(({ quantity, phase }) => {
    const { volumeFraction, specificSurfaceArea, geodesicTortuosity, constrictivity } = found.phases[phase];
    switch (quantity) {
      case 'mFactor': return mFactors.get(phase) ?? null;
      case 'volumeFraction': return volumeFraction ?? null;
      case 'specificSurfaceArea': return specificSurfaceArea ?? null;
      case 'meanGeodesicTortuosity': return geodesicTortuosity?.z?.mean ?? null;
      case 'constrictivity': return constrictivity?.z?.constrictivity ?? null;
    }
  });
}

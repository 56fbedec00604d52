// Calibration of a model to the present structure.
import {
  calibrate as fit, calibrationReport, validateCalibration, VERSION, volumeFractionIntervals, voxelSizeJson,
  type Calibration, type RunOptions, type Session,
} from '../../src/browser.js';
import type { CalibrateChoice, Calibrated } from '../protocol.js';
import { reproducibility, type State } from './state.js';
import type { TaskRun } from './steps.js';

/** The same session, which tells of each structure that it draws: these are nearly all of the work of a calibration. */
function counting(session: Session, drawn: () => void): Session {
  return {
    ...session,
    run: (operation, plan, voxels, options, body) => {
      if (operation === 'generate') drawn();
      return session.run(operation, plan, voxels, options, body);
    },
  };
}

/** What `voxelith generate` reads. */
function specificationOf({ model, parameters, voxelEdgesUm }: Calibration, from: string): string {
  return [
    `# Made by voxelith ${VERSION} from ${from}`,
    `model: ${model}`,
    'parameters:',
    ...Object.entries(parameters).map(([key, value]) => `  ${key}: ${value}`),
    ...(voxelEdgesUm === null ? [] : [`voxelSizeUm: ${JSON.stringify(voxelSizeJson(voxelEdgesUm))}`]),
    'size: 128', 'seed: 1', '',
  ].join('\n');
}

export async function calibrate(state: State, choice: CalibrateChoice, run: TaskRun): Promise<Calibrated> {
  if (state.structure === null) throw new Error('Draw a structure or open an image first.');
  const begin = performance.now();
  const { name, volume: image } = state.structure;
  const { model, phases, draws, seed, anisotropyFactor, realisations } = choice;
  const total = 2 * draws + realisations;
  let drawn = 0;
  const session = counting(state.session, () => {
    const before = drawn++;
    const round = Math.floor(before / draws);
    const text = round < 2
      ? `error bars, round ${round + 1} of 2: structure ${(before % draws) + 1} of ${draws}`
      : `beside the image: structure ${before - 2 * draws + 1} of ${realisations}`;
    run.report(text, before / total);
  });
  const options: RunOptions = { signal: run.signal };

  run.report('counting pairs and fitting', null);
  const fixed: Readonly<Record<string, number>> = anisotropyFactor === null ? {} : { anisotropyFactor };
  const found = await fit(session, image, { model, phases, draws, seed, fixed }, options);
  const { intervals, warnings } = await volumeFractionIntervals(session, image, found.phases, options);
  const validation = realisations === 0
    ? null
    : await validateCalibration(session, image, found, { realisations, seed }, options);
  const { region: _region, ...calibration } = found;
  const html = calibrationReport({
    title: name, calibration: found, intervals, validation,
    reproducibility: reproducibility(state, [['seed', String(seed)], ['draws', String(draws)]]),
  });
  return {
    calibration, intervals, warnings, quantities: validation?.quantities ?? [],
    report: { file: 'calibration.html', html }, specification: specificationOf(found, name),
    seconds: (performance.now() - begin) / 1000,
  };
}

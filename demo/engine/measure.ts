// Descriptors, two-point functions and M of the present structure.
import {
  AXES, axisIndex, conductReport, describe, describeReport, describeRow, fluxFigures, mFactor, phaseLevelSet,
  type Axis, type Description, type LabelVolume, type MFactorResult, type ModelStructure,
} from '../../src/browser.js';
import type { MeasureChoice, Measured, Report } from '../protocol.js';
import { reproducibility, type State } from './state.js';
import { stepsOf, type TaskRun } from './steps.js';

/** Two-point functions are counted for so many phases at once. */
const MOST_TWO_POINT = 8;

/** Further descriptors, which `describe` gives on request only. */
const ON_REQUEST = ['chordLength', 'profiles', 'openingSizes'];

/** Two descriptions of one structure in one. */
function merged(a: Description, b: Description): Description {
  const phases = Object.entries(a.phases).map(([label, phase]) => [label, { ...phase, ...b.phases[label] }]);
  return { ...a, ...b, skipped: a.skipped, phases: Object.fromEntries(phases) };
}

/** The level set of a model's phase, where the model has one. */
function levelSetOf(
  volume: LabelVolume | ModelStructure, phase: number, kind: MeasureChoice['interface'],
): Float32Array | null {
  const known = 'levelSets' in volume && volume.levelSets !== undefined;
  return kind === 'smooth' && known ? phaseLevelSet(volume, phase) : null;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Flux in the middle along the axis, and through the plane where the fewest faces carry the most. */
function fluxHtml({ shape, voxelSizeUm }: LabelVolume, { axis, fields, narrowShare }: MFactorResult): string | null {
  if (fields === undefined || narrowShare === undefined || narrowShare === null) return null;
  const beside: Axis = axis === 'y' ? 'x' : 'y';
  const middle = shape[axisIndex(beside)] >> 1;
  const { plane, highest, mean } = narrowShare;
  const runs = axis === 'x' ? 'to the right' : 'downwards';
  return fluxFigures({ flux: fields.flux, shape, voxelSizeUm }, [
    {
      name: `along ${axis}`, across: beside, index: middle,
      caption: `plane ${middle} across ${beside}, ${axis} runs ${runs}; grey carries no current`,
    },
    {
      name: `across ${axis}`, across: axis, index: plane,
      caption: `plane ${plane}: a tenth of its area carries ${percent(highest)} of the flux, `
        + `${percent(mean)} on average`,
    },
  ]).join('');
}

export async function measure(
  state: State, { phases, axis, interface: kind, uncertainty }: MeasureChoice, run: TaskRun,
): Promise<Measured> {
  if (state.structure === null) throw new Error('Draw a structure or open an image first.');
  const begin = performance.now();
  const { session, structure: { name, volume } } = state;
  const step = stepsOf(run, 2 + phases.length);
  const options = { phases, axes: [axis], curves: true, histograms: true, warnings: true } as const;
  const found = await step('describing', (more) => describe(session, volume, options, more));
  const axes = AXES.filter((direction) => volume.shape[axisIndex(direction)] > 1);
  const only = phases.length > MOST_TWO_POINT ? ON_REQUEST : ['twoPoint', ...ON_REQUEST];
  const description = merged(found, await step('two-point functions, chords, profiles, sizes', (more) =>
    describe(session, volume, { phases, axes, only }, more)));
  const facts = { reproducibility: reproducibility(state, []) };
  const reports: Report[] = [
    { file: 'descriptors.html', html: describeReport({ title: name, description, ...facts }) },
  ];
  const [conduction, flux]: [Measured['conduction'][number][], Measured['flux'][number][]] = [[], []];
  for (const phase of phases) {
    const levelSet = levelSetOf(volume, phase, kind);
    const how = { phase, axis, interface: kind, levelSet, fields: true, history: true, uncertainty };
    const result = await step(`conduction in phase ${phase}`, (more) => mFactor(session, volume, how, more));
    const title = `${name}, phase ${phase}`;
    const html = conductReport({ title, volume, results: [result], tensor: null, ...facts });
    reports.push({ file: `conductivity-${phase}.html`, html });
    flux.push({ phase, html: fluxHtml(volume, result) });
    const { fields: _fields, ...rest } = result;
    conduction.push(rest);
  }
  const seconds = (performance.now() - begin) / 1000;
  return { description, row: describeRow(description), conduction, flux, reports, seconds };
}

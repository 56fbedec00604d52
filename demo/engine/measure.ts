// Descriptors, two-point functions and M of the present structure.
import {
  AXES, axisIndex, conductReport, describe, describeReport, describeRow, fluxFigures, mFactor, phaseLevelSet,
  planeText, sliceOf, type Axis, type Description, type LabelSlice, type LabelVolume, type MFactorResult,
  type ModelStructure,
} from '../../src/browser.js';
import type { MeasureChoice, Measured, MeasuredPart, Report } from '../protocol.js';
import { reproducibility, type State } from './state.js';
import { stepsOf, type TaskRun } from './steps.js';

/** Two-point functions are counted for so many phases at once. */
const MOST_TWO_POINT = 8;

/** What takes no time. */
const FIRST = ['volumeFraction', 'specificSurfaceArea'];

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
      caption: `plane ${plane}: the narrowest tenth of its area carries ${percent(highest)} of the forward flux, `
        + `${percent(mean)} on average over the planes; 10 % would be even`,
    },
  ]).join('');
}

/** The middle plane that has the pressing direction in it, where the structure has one. */
function structurePicture(volume: LabelVolume, name: string): LabelSlice {
  const axis: Axis = volume.shape[axisIndex('y')] > 1 ? 'y' : 'z';
  return sliceOf(volume, axis, name, planeText(axis));
}

export async function measure(
  state: State, { phases, axis, interface: kind, uncertainty, names }: MeasureChoice, run: TaskRun,
  tell: (part: MeasuredPart) => void,
): Promise<Measured> {
  if (state.structure === null) throw new Error('Draw a structure or open an image first.');
  const begin = performance.now();
  const { session, structure: { name, volume } } = state;
  const step = stepsOf(run, 3 + phases.length);
  const options = { phases, axes: [axis], curves: true, histograms: true } as const;
  // What is quick and most asked for comes first.
  const first = await step('volumes and surfaces', (more) =>
    describe(session, volume, { ...options, only: FIRST }, more));
  tell({ description: first });
  const facts = { reproducibility: reproducibility(state, []) };
  const reports: Report[] = [];
  const conduction: Measured['conduction'][number][] = [];
  for (const phase of phases) {
    const levelSet = levelSetOf(volume, phase, kind);
    const how = { phase, axis, interface: kind, levelSet, fields: true, history: true, uncertainty };
    const called = names[phase] ?? `label ${phase}`;
    const result = await step(`conduction in ${called}`, (more) => mFactor(session, volume, how, more));
    const { fields: _fields, ...rest } = result;
    tell({ conduction: rest, flux: { phase, html: fluxHtml(volume, result) } });
    conduction.push(rest);
    const html = conductReport({
      title: `${name}, ${called}`, names, volume, results: [result], tensor: null, ...facts,
    });
    reports.push({ file: `conductivity-${phase}.html`, html, of: called });
  }
  const found = await step('describing', (more) => describe(session, volume, { ...options, warnings: true }, more));
  tell({ description: found });
  const axes = AXES.filter((direction) => volume.shape[axisIndex(direction)] > 1);
  const only = phases.length > MOST_TWO_POINT ? ON_REQUEST : ['twoPoint', ...ON_REQUEST];
  const description = merged(found, await step('two-point functions, chords, profiles, sizes', (more) =>
    describe(session, volume, { phases, axes, only }, more)));
  const slice = structurePicture(volume, name);
  reports.unshift({
    file: 'descriptors.html', html: describeReport({ title: name, names, description, slice, ...facts }),
  });
  const seconds = (performance.now() - begin) / 1000;
  return { description, row: describeRow(description), conduction, reports, seconds };
}

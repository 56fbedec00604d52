// The import pipeline: steps one after another, each recorded with everything that was left open filled in.
import { checkArguments, checkOperation, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { fromLabels, toLabels, type VoxelArray, type VoxelGrid } from '../io/voxels.js';
import type { GreyKind } from '../kernels/greys.js';
import type { LeasePlan } from '../runtime/plan.js';
import { labelRuns } from '../kernels/label-runs.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { statisticsBy } from '../warnings/label-statistics.js';
import { segmentationWarningsOf } from '../warnings/label-warnings.js';
import { labelRecordingWarnings, recordingWarnings } from '../warnings/recording-warnings.js';
import { cleanLabels, cleanPlan } from './clean.js';
import { checkWindow, cropGreys, cropLabels, type CropWindow } from './crop.js';
import { filterGreys, filterPlan, type Filter } from './filter.js';
import { flattenGreys, flattenPlan, type FlattenOptions } from './flatten.js';
import { toGreys, type GreyVolume } from './grey.js';
import { ballPlan, closePhase, openPhase, type BallOptions } from './morphology.js';
import {
  rescaledShape, rescaleGreys, rescaleGreysPlan, rescaleLabels, rescaleLabelsPlan, type RescaleFactor,
} from './rescale.js';
import { segmentGreys, segmentPlan, type Segmentation } from './segment.js';

/** Filter, flatten and segment need grey values, clean, open and close need labels, crop and rescale take both. */
export type ImportStep =
  | { readonly step: 'crop'; readonly window: CropWindow }
  | { readonly step: 'filter'; readonly filter: Filter }
  | ({ readonly step: 'flatten' } & FlattenOptions)
  | { readonly step: 'segment'; readonly segmentation: Segmentation; readonly labels?: readonly Phase[] | null }
  | { readonly step: 'clean'; readonly minVoxels: number; readonly phases?: readonly Phase[] | null }
  | ({ readonly step: 'open' | 'close' } & BallOptions)
  | { readonly step: 'rescale'; readonly factor: RescaleFactor };

/** What the numbers of an image are: grey values, or labels of phases. */
export type Content = 'grey' | 'labels';

/** Options of `importImage`. */
export interface ImportOptions {
  /** What the numbers are; null: labels when they are whole, 0…255, of at most 16 kinds and the first step is none for
   *  grey values, else grey values. */
  readonly content?: Content | null;
  /** Where the image came from, for the provenance. */
  readonly source?: Readonly<Record<string, unknown>> | null;
  /** Sees every step when it is done, e.g. for a report. */
  readonly onStep?: ((step: DoneStep) => void) | null;
}

/** Options of `importImage` that are not given: the numbers themselves say what they are. */
export const IMPORT_DEFAULTS = { content: null, source: null, onStep: null } as const;

/** Most labels that an image may have to be taken for a segmented one. */
const MAX_LABELS = 16;

/** A step as it was done, for the provenance: JSON. */
export type StepRecord = Readonly<Record<string, unknown>>;

/** A step with what it was given and what it made. */
export interface DoneStep {
  /** The step with everything that was left open filled in. */
  readonly record: StepRecord;
  /** The image that it was given. */
  readonly before: VoxelArray;
  /** The image that it made. */
  readonly after: VoxelArray;
}

/** An image after all steps. */
export interface Imported {
  /** Result of the last step; its provenance holds source and steps. */
  readonly array: VoxelArray;
  /** The same as labels; null when it holds grey values. */
  readonly labels: LabelVolume | null;
  /** What was done, in order, with all settings. */
  readonly steps: readonly StepRecord[];
  /** What a user should know, one line each. */
  readonly warnings: readonly string[];
  /** What the numbers were taken for, before any step. */
  readonly content: Content;
}

type State = { readonly content: 'grey'; readonly volume: GreyVolume } |
  { readonly content: 'labels'; readonly volume: LabelVolume };

const GREY_STEPS: readonly string[] = ['filter', 'flatten', 'segment'];
const LABEL_STEPS: readonly string[] = ['clean', 'open', 'close'];

/** @returns null when there are more than MAX_LABELS values, or some that are no labels. */
function fewLabels({ data }: VoxelArray): number | null {
  const seen = new Set<number>();
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (seen.has(value)) continue;
    if (!(value >= 0 && value <= 255 && Number.isInteger(value)) || seen.size === MAX_LABELS) return null;
    seen.add(value);
  }
  return seen.size;
}

/** What the steps take the numbers for. @throws SpecError for a step that needs what is not there any more, or not
 *  yet. */
export function contentOf(array: VoxelArray, steps: readonly ImportStep[], content: Content | null): Content {
  checkArguments('contentOf', { array: [array, has<VoxelArray>('data', 'shape')], steps: [steps, 'records'] });
  const first = steps.find(({ step }) => GREY_STEPS.includes(step) || LABEL_STEPS.includes(step));
  const wanted = first === undefined ? null : GREY_STEPS.includes(first.step) ? 'grey' : 'labels';
  const found = content ?? wanted ?? (fewLabels(array) === null ? 'grey' : 'labels');
  if (content === null && wanted === 'labels' && fewLabels(array) === null) {
    throw new SpecError(
      `import: ${(first as ImportStep).step} needs labels, this image has grey values (more than ${MAX_LABELS} of ` +
        'them): put segment before it',
    );
  }
  let now = found;
  for (const { step } of steps) {
    if (GREY_STEPS.includes(step) && now === 'labels') {
      throw new SpecError(
        `import: ${step} needs grey values, here are labels already: put it before segment, and segment only once`,
      );
    }
    if (LABEL_STEPS.includes(step) && now === 'grey') {
      throw new SpecError(`import: ${step} needs labels: put segment before it`);
    }
    if (step === 'segment') now = 'labels';
  }
  return found;
}

/** Memory of the steps, one after another: the greatest of them is the peak. */
export function importPlan(
  shape: Shape, kind: GreyKind, content: Content, steps: readonly ImportStep[], threads: number,
): LeasePlan {
  checkArguments('importPlan', {
    shape: [shape, 'shape'], kind: [kind, 'number'], content: [content, 'text'], steps: [steps, 'records'],
    threads: [threads, 'count'],
  });
  const plans: LeasePlan[] = [];
  let [size, now] = [shape, content];
  for (const step of steps) {
    switch (step.step) {
      case 'crop': {
        const [z, y, x] = checkWindow('crop', step.window, size).map(([from, to]) => to - from);
        size = [z, y, x];
        break;
      }
      case 'filter': plans.push(filterPlan(size, kind, step.filter, threads)); break;
      case 'flatten': plans.push(flattenPlan(size, kind)); break;
      case 'segment':
        plans.push(segmentPlan(size, kind, threads, step.segmentation));
        now = 'labels';
        break;
      case 'clean': plans.push(cleanPlan(size, step.minVoxels)); break;
      case 'open': case 'close': plans.push(ballPlan(size, threads)); break;
      case 'rescale': {
        const to = rescaledShape(size, step.factor);
        plans.push(now === 'grey' ? rescaleGreysPlan(size, to, kind) : rescaleLabelsPlan(size, to, threads));
        size = to;
      }
    }
  }
  return { leases: [], then: plans };
}

const IMPORT_OPTION_NAMES: Names<ImportOptions> = { content: true, source: true, onStep: true };

/** Makes an image out of numbers by steps, one after another, each recorded.
 *  @throws SpecError, FileError for numbers that are no grey values or labels, CapacityError */
export async function importImage(
  session: Session, name: string, array: VoxelArray, steps: readonly ImportStep[], options: ImportOptions = {},
  run: RunOptions = {},
): Promise<Imported> {
  checkOperation('importImage', session, run, {
    name: [name, 'text'], array: [array, 'record'], steps: [steps, 'list'], options: [options, IMPORT_OPTION_NAMES],
  });
  const settings = { ...IMPORT_DEFAULTS, ...options };
  const content = contentOf(array, steps, settings.content);
  const records: StepRecord[] = [];
  const warnings: string[] = [];
  let state: State;
  if (content === 'labels') {
    state = { content, volume: toLabels(name, array) };
  } else {
    const { volume, warnings: found } = toGreys(name, array);
    warnings.push(...found);
    state = { content, volume };
  }
  // Of what is left after cropping, which is the remedy; and before any step hides what was recorded.
  const recorded = steps.findIndex(({ step }) => step !== 'crop');
  for (const [k, step] of steps.entries()) {
    if (k === recorded) warnings.push(...recordedWarnings(state));
    const done = await take(session, state, step, run);
    const record = { step: step.step, ...done.record };
    settings.onStep?.({ record, before: numbersIn(state), after: numbersIn(done.state) });
    state = done.state;
    records.push(record);
    warnings.push(...(done.warnings ?? []));
  }
  if (steps.length > 0 && recorded < 0) warnings.push(...recordedWarnings(state));
  if (steps.length > 0 && state.content === 'labels') {
    const statistics = await statisticsBy(state.volume, (window) => labelRuns(session, 'importImage', window, run));
    warnings.push(...segmentationWarningsOf(statistics));
  }
  const { source } = settings;
  const before = array.provenance ? { made: array.provenance } : {};
  // Without a step the numbers are what the file held, whatever their type.
  const result = steps.length === 0 ? array : numbersIn(state);
  const provenance = { import: { ...(source ? { source: { ...source, ...before } } : before), steps: records } };
  const grid: VoxelGrid = { shape: result.shape, voxelSizeUm: result.voxelSizeUm, provenance };
  const labels = state.content === 'labels' ? { ...grid, labels: state.volume.labels } : null;
  return { array: { ...grid, data: result.data }, labels, steps: records, warnings, content };
}

function numbersIn(state: State): VoxelArray {
  return state.content === 'labels' ? fromLabels(state.volume) : state.volume;
}

function recordedWarnings(state: State): string[] {
  return state.content === 'labels' ? labelRecordingWarnings(state.volume)
    : recordingWarnings({ values: state.volume.data, shape: state.volume.shape, called: 'grey value' });
}

interface Done {
  readonly state: State;
  readonly record: StepRecord;
  readonly warnings?: readonly string[];
}

async function take(session: Session, state: State, step: ImportStep, run: RunOptions): Promise<Done> {
  if (step.step === 'crop') {
    const window = checkWindow('crop', step.window, state.volume.shape);
    return {
      state: state.content === 'grey'
        ? { content: 'grey', volume: cropGreys(state.volume, window) }
        : { content: 'labels', volume: cropLabels(state.volume, window) },
      record: { window },
    };
  }
  if (step.step === 'rescale') {
    const { factor } = step;
    const next: State = state.content === 'grey'
      ? { content: 'grey', volume: await rescaleGreys(session, state.volume, factor, run) }
      : { content: 'labels', volume: await rescaleLabels(session, state.volume, factor, run) };
    return { state: next, record: { factor, from: state.volume.shape, to: next.volume.shape } };
  }
  if (state.content === 'grey') return takeGrey(session, state.volume, step, run);
  return takeLabels(session, state.volume, step, run);
}

async function takeGrey(session: Session, volume: GreyVolume, step: ImportStep, run: RunOptions): Promise<Done> {
  switch (step.step) {
    case 'filter': {
      const done = await filterGreys(session, volume, step.filter, run);
      return { state: { content: 'grey', volume: done.volume }, record: { ...done.filter } };
    }
    case 'flatten': {
      const { axes = ['z'], degree = 1 } = step;
      const done = await flattenGreys(session, volume, { axes, degree }, run);
      const removed = Object.fromEntries(axes.map((axis) => {
        const curve = done.trend[axis];
        return [
          axis,
          curve.reduce((high, v) => Math.max(high, v), -Infinity) -
            curve.reduce((low, v) => Math.min(low, v), Infinity),
        ];
      }));
      return { state: { content: 'grey', volume: done.volume }, record: { axes, degree, removed } };
    }
    case 'segment': {
      const { volume: result, thresholds, labels, fractions, explained, found, warnings } =
        await segmentGreys(session, volume, step.segmentation, { labels: step.labels ?? null }, run);
      return {
        state: { content: 'labels', volume: result },
        record: {
          ...step.segmentation, thresholds, labels, fractions, ...(explained === null ? {} : { explained }), ...found,
        },
        warnings,
      };
    }
    default:
      throw new SpecError(`import: ${step.step} needs labels: put segment before it`);
  }
}

async function takeLabels(session: Session, volume: LabelVolume, step: ImportStep, run: RunOptions): Promise<Done> {
  switch (step.step) {
    case 'clean': {
      const { minVoxels, phases = null } = step;
      const { volume: result, components, voxels } = await cleanLabels(session, volume, { minVoxels, phases }, run);
      return { state: { content: 'labels', volume: result }, record: { minVoxels, phases, components, voxels } };
    }
    case 'open': case 'close': {
      const { radius, phase = null } = step;
      const work = step.step === 'open' ? openPhase : closePhase;
      const { volume: result, phase: used, voxels } = await work(session, volume, { radius, phase }, run);
      const lost = voxels > 0 && !result.labels.includes(used)
        ? [`${step.step} by ${radius} voxels removes phase ${used} altogether; take a smaller ball`]
        : [];
      return { state: { content: 'labels', volume: result }, record: { radius, phase: used, voxels }, warnings: lost };
    }
    default:
      throw new SpecError(`import: ${step.step} needs grey values: put it before segment`);
  }
}

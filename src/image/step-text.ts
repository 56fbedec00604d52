// Import steps as text: what the flags of `voxelith import` say, read and written. Errors say what a flag expects.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { AXES, type Axis } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { AUTO_DEFAULTS } from './auto.js';
import { ANISOTROPIC_DEFAULTS, checkFilter, type Filter } from './filter.js';
import { FLATTEN_DEFAULTS } from './flatten.js';
import type { ImportStep } from './import.js';
import { checkSegmentation, OTSU_DEFAULTS, type Segmentation } from './segment.js';

function fail(flag: string, expected: string, text: string): never {
  throw new SpecError(`--${flag}: expected ${expected}, found ${quoted(text)}`);
}

function numbers(flag: string, expected: string, text: string, list: string): number[] {
  const found = list.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  return found.some((n) => !Number.isFinite(n)) ? fail(flag, expected, text) : found;
}

/** "kind:rest" */
function halves(text: string): [kind: string, rest: string | null] {
  const at = text.indexOf(':');
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

/** z0:z1,y0:y1,x0:x1 as in numpy, or named: x=0:100,z=10:; what is left out is whole. */
function crop(text: string): ImportStep {
  const expected = 'z0:z1,y0:y1,x0:x1 (voxels from the first to before the last, as in numpy) or e.g. z=10:90';
  const window: [number | null, number | null][] = [[null, null], [null, null], [null, null]];
  const parts = text.split(',');
  const named = parts.every((part) => /^[xyz]=/.test(part));
  if (!named && parts.length !== 3) fail('crop', expected, text);
  parts.forEach((part, k) => {
    const match = /^(?:([xyz])=)?(\d*):(\d*)$/.exec(part);
    if (match === null || (match[1] !== undefined) !== named) return fail('crop', expected, text);
    const bound = (digits: string): number | null => (digits === '' ? null : Number(digits));
    window[match[1] === undefined ? k : AXES.indexOf(match[1] as Axis)] = [bound(match[2]), bound(match[3])];
  });
  return { step: 'crop', window };
}

function filter(text: string): ImportStep {
  const expected = 'box:3, median, median:5, gaussian:1.5 or anisotropic[:iterations[,kappa]]';
  const [kind, rest] = halves(text);
  const given = rest === null ? [] : numbers('filter', expected, text, rest);
  const most: Readonly<Record<string, number>> = { box: 1, median: 1, gaussian: 1, anisotropic: 2 };
  const enough = kind !== 'gaussian' || given.length > 0;
  if (!Object.hasOwn(most, kind) || given.length > most[kind] || !enough) fail('filter', expected, text);
  const [a, b] = given;
  const made: Filter =
    kind === 'box' ? { kind, size: a ?? 3 }
    : kind === 'median' ? { kind, size: (a ?? 3) as 3 | 5 }
    : kind === 'gaussian' ? { kind, sigma: a }
    : { kind: 'anisotropic', ...(a === undefined ? {} : { iterations: a }), ...(b === undefined ? {} : { kappa: b }) };
  return { step: 'filter', filter: checkFilter(made) };
}

function flatten(text: string): ImportStep {
  const [kind, rest] = halves(text);
  if ((kind !== 'linear' && kind !== 'quadratic') || !/^[xyz]*$/.test(rest ?? '') || rest === '') {
    fail('flatten', 'linear or quadratic, with axes if not along z, e.g. linear:xyz', text);
  }
  const axes = AXES.filter((axis) => (rest ?? 'z').includes(axis));
  return { step: 'flatten', degree: kind === 'linear' ? 1 : 2, axes };
}

function segment(text: string): ImportStep {
  const expected = 'auto, auto:3, otsu, otsu:3, thresholds:90,160 or fractions:0.4,0.5,0.1 (dark to bright)';
  const [method, rest] = halves(text);
  const given = rest === null ? null : numbers('segment', expected, text, rest);
  let segmentation: Segmentation;
  if ((method === 'auto' || method === 'otsu') && (given === null || given.length === 1)) {
    segmentation = { method, ...(given ? { classes: given[0] } : {}) };
  } else if (method === 'thresholds' && given !== null) segmentation = { method, thresholds: given };
  else if (method === 'fractions' && given !== null) segmentation = { method, fractions: given };
  else return fail('segment', expected, text);
  return { step: 'segment', segmentation: checkSegmentation(segmentation, null) };
}

function ball(flag: 'open' | 'close', text: string): ImportStep {
  const expected = 'a radius in voxels, with a label if there are more than two, e.g. 1.5:2';
  const [radius, phase] = text.split(':').map((part) => numbers(flag, expected, text, part)[0]);
  return { step: flag, radius, phase: phase ?? null };
}

function clean(text: string): ImportStep {
  return { step: 'clean', minVoxels: numbers('clean', 'a number of voxels', text, text)[0] };
}

function rescale(text: string): ImportStep {
  const expected = 'voxels after / voxels before, one number or x,y,z';
  const given = numbers('rescale', expected, text, text);
  if (given.length !== 1 && given.length !== 3) fail('rescale', expected, text);
  return { step: 'rescale', factor: given.length === 1 ? given[0] : [given[2], given[1], given[0]] };
}

type StepOf<N extends ImportStep['step']> = Extract<ImportStep, { step: N }>;

const filterText = ({ filter: made }: StepOf<'filter'>): string => {
  switch (made.kind) {
    case 'gaussian': return `gaussian:${made.sigma}`;
    case 'anisotropic': {
      const { iterations, kappa } = { ...ANISOTROPIC_DEFAULTS, ...made };
      return `anisotropic:${iterations}${kappa === null ? '' : `,${kappa}`}`;
    }
    default: return `${made.kind}:${made.size}`;
  }
};

const segmentText = ({ segmentation: made }: StepOf<'segment'>): string => {
  switch (made.method) {
    case 'auto': return `auto:${made.classes ?? AUTO_DEFAULTS.classes}`;
    case 'otsu': return `otsu:${made.classes ?? OTSU_DEFAULTS.classes}`;
    case 'thresholds': return `thresholds:${made.thresholds.join(',')}`;
    case 'fractions': return `fractions:${made.fractions.join(',')}`;
  }
};

const cropText = ({ window }: StepOf<'crop'>): string =>
  window.map(([from, to]) => `${from ?? ''}:${to ?? ''}`).join(',');

const flattenText = ({ axes = FLATTEN_DEFAULTS.axes, degree = FLATTEN_DEFAULTS.degree }: StepOf<'flatten'>): string =>
  `${degree === 1 ? 'linear' : 'quadratic'}:${axes.join('')}`;

const ballText = ({ radius, phase = null }: StepOf<'open' | 'close'>): string =>
  phase === null ? String(radius) : `${radius}:${phase}`;

const rescaleText = ({ factor }: StepOf<'rescale'>): string =>
  typeof factor === 'number' ? String(factor) : [...factor].reverse().join(',');

/** One flag of `voxelith import`: the step that its text means, and the text of such a step. */
export interface StepFlag<N extends ImportStep['step'] = ImportStep['step']> {
  /** Name of the flag without dashes. */
  readonly flag: N;
  /** What stands behind it, as the help writes it. */
  readonly argument: string;
  /** One line for the help. */
  readonly help: string;
  /** The step that the text behind the flag means.
   *  @throws SpecError that says what the flag expects */
  step(text: string): ImportStep;
  /** The text that means a step. */
  text(step: StepOf<N>): string;
}

const STEPS: { readonly [N in ImportStep['step']]: Omit<StepFlag<N>, 'flag'> } = {
  crop: {
    argument: '<ranges>', help: 'z0:z1,y0:y1,x0:x1 as in numpy, or e.g. z=10:90',
    step: crop, text: cropText,
  },
  filter: {
    argument: '<kind>', help: 'box:3, median[:5], gaussian:σ, anisotropic[:iterations[,kappa]]',
    step: filter, text: filterText,
  },
  flatten: {
    argument: '[trend]',
    help: 'subtract a trend of the grey values: linear (default), quadratic; :xyz for axes other than z',
    step: (text) => flatten(text || 'linear'), text: flattenText,
  },
  segment: {
    argument: '<how>',
    help: 'auto[:classes], otsu[:classes], thresholds:a,b, fractions:.4,.5,.1; classes from dark to bright',
    step: segment, text: segmentText,
  },
  clean: {
    argument: '<voxels>', help: 'smaller components take the label around them',
    step: clean, text: ({ minVoxels }) => String(minVoxels),
  },
  close: {
    argument: '<radius[:label]>', help: 'close gaps of a phase with a ball, voxels',
    step: (text) => ball('close', text), text: ballText,
  },
  open: {
    argument: '<radius[:label]>', help: 'remove bridges and spikes of a phase with a ball, voxels',
    step: (text) => ball('open', text), text: ballText,
  },
  rescale: {
    argument: '<factor|x,y,z>', help: 'voxels after / before: majority of labels, mean of grey values',
    step: rescale, text: rescaleText,
  },
};

/** Every flag, in the order of the help. */
export const STEP_FLAGS = Object.entries(STEPS).map(([flag, rest]) => ({ flag, ...rest })) as readonly StepFlag[];

/** The flags of `voxelith import` that do these steps, e.g. `--filter median:3 --segment otsu:3 --labels 3,1,2`.
 *  @throws SpecError for a step that no flag can say */
export function importFlags(steps: readonly ImportStep[]): string {
  checkArguments('importFlags', { steps: [steps, 'records'] });
  return steps.map((step) => {
    if (step.step === 'clean' && step.phases != null) {
      throw new SpecError('importFlags: clean of some phases only has no flag; use the library, or clean all phases');
    }
    const written = `--${step.step} ${(STEPS[step.step] as Pick<StepFlag, 'text'>).text(step)}`;
    return step.step === 'segment' && step.labels != null ? `${written} --labels ${step.labels.join(',')}` : written;
  }).join(' ');
}

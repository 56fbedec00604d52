// What the structures of a study are made of: any model of structures, or an image with its processing; and a phase
// that is added inside. And which of their numbers a plan may vary.
import { Checker, nameOf, type NumberRange, type Path } from '../core/check.js';
import { SpecError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import { own, suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { PORE, type Phase } from '../core/volume.js';
import { checkWindow } from '../image/crop.js';
import type { ImportStep } from '../image/import.js';
import { STEP_FLAGS } from '../image/step-text.js';
import { readAdditive, type Additive } from '../networks/additive.js';
import { INSERT_METHODS } from '../networks/methods.js';
import { INSERT_DEFAULTS, type InsertOptions } from '../networks/insert.js';
import { streamKey } from '../numeric/philox.js';
import { generatedPeriod, type StructureSpec } from '../structure/generate.js';
import { findModel, MODEL_NAMES, unknownModel, type AnyModel } from '../structure/models.js';
import type { Parameter } from '../structure/model.js';
import { rescaled } from '../structure/parameter-sets.js';
import type { Setting } from '../structure/settings.js';
import { unitOfSetting } from '../structure/unit-of-setting.js';
import type { Parameters, SeedKey } from './plan.js';

type Map = Readonly<Record<string, unknown>>;

/** A model with its settings and parameters as a file gives them; those that are varied may be missing. */
export interface StudyStructure {
  readonly model: string;
  readonly parameters: Map;
  readonly settings: Map;
}

/** An image, and how it becomes labels. */
export interface StudyImage {
  readonly file: string;
  /** As of --crop; null: the whole image. */
  readonly crop: string | null;
  /** Steps of `voxelith import`, each a flag and its text. */
  readonly steps: readonly (readonly [flag: string, text: string])[];
  /** Labels of the classes, dark to bright; null: 1, 2, 3 … */
  readonly labels: readonly Phase[] | null;
  /** Of shape, edges and numbers, once the image was read. */
  readonly sha256: string | null;
}

/** One of structure and image is there. */
export interface StudySource {
  readonly structure?: StudyStructure;
  readonly image?: StudyImage;
  readonly additive?: Omit<Additive, 'fractions'>;
}

/** A number that a plan may vary. */
export interface Variable {
  readonly meaning: string;
  readonly unit: string;
  readonly range: NumberRange;
  /** As the file gives it, or what it is when it is not given; null: it is none then. */
  readonly base: number | null;
  /** Whether it has to be given or varied. */
  readonly needed: boolean;
  /** Where the number belongs. */
  readonly of: 'parameter' | 'setting' | 'threshold' | 'additive';
}

export type Variables = Readonly<Record<string, Variable>>;

/** What an image study draws from, or the specification of a structure; and what is added inside. */
export interface StudyDrawing {
  /** null: the image. */
  readonly structure: StructureSpec | null;
  readonly steps: readonly ImportStep[];
  readonly additive: InsertOptions | null;
}

/** Stands for the size of an image that was not read yet. */
export const NO_SIZE: Shape = [1, 1, 1];

export const SOURCE_KEYS = ['structure', 'image', 'additive'];

/** The content of the additive, a share of the window. */
const CONTENT = 'additiveContent';
/** Settings of models that the study gives. */
const OF_THE_STUDY = ['size', 'voxelSizeUm', 'seed', 'scenario', 'realisation', 'levelSets', 'period'];
/** Numbers that only name. */
const NAMES = ['label', 'matrix'];
/** Steps that change the window. */
const OF_THE_WINDOW = ['crop', 'rescale'];

/** The model of a source; null: an image. */
export const modelOf = ({ structure }: StudySource): AnyModel | null =>
  (structure === undefined ? null : findModel(structure.model));

function readStructureOf(check: Checker, value: unknown, voxelSizeUm: number): StudyStructure | null {
  const path = ['structure'];
  const isMapping = value !== null && typeof value === 'object' && !Array.isArray(value);
  const given: Map = isMapping ? (value as Map) : {};
  const model = findModel(given.model);
  if (!isMapping || model === null) {
    if (!isMapping) check.mapping(value ?? null, path, ['model', 'set', 'parameters']);
    else check.fail([...path, 'model'], unknownModel(given.model, MODEL_NAMES));
    return null;
  }
  const settings = Object.keys(model.settings).filter((key) => !OF_THE_STUDY.includes(key));
  for (const key of Object.keys(given).filter((name) => OF_THE_STUDY.includes(name))) {
    check.fail([...path, key], key === 'size' || key === 'voxelSizeUm' || key === 'seed'
      ? `${key} stands at the top of the study, for all structures` : `${key} is set by the study`, true);
  }
  // What reading gave is read again: then the settings lie in a mapping of their own.
  const map = check.mapping({ ...given, ...(given.settings as object | undefined) }, path, [
    'model', 'set', 'parameters', 'settings', ...settings, ...OF_THE_STUDY,
  ]) ?? {};
  const readAll = (
    from: Map | null, table: Readonly<Record<string, Setting>>, keys: readonly string[], at: Path,
  ): Record<string, unknown> => {
    const result: Record<string, unknown> = {};
    for (const key of keys) {
      if (from?.[key] !== undefined) result[key] = table[key].read(check, from[key], [...at, key]);
    }
    return result;
  };
  const names = Object.keys(model.parameters);
  const at = [...path, 'parameters'];
  const own = map.parameters === undefined ? {} : check.mapping(map.parameters, at, names);
  return {
    model: model.name,
    parameters: { ...readSet(check, map.set, model, voxelSizeUm), ...readAll(own, model.parameters, names, at) },
    settings: readAll(map, model.settings, settings, path),
  };
}

/** The parameters of a named set, per voxel of the study. */
function readSet(check: Checker, value: unknown, model: AnyModel, voxelSizeUm: number): Map {
  if (value === undefined) return {};
  const set = model.sets.find(({ name }) => name === String(value).toLowerCase());
  if (set === undefined) {
    const names = model.sets.map(({ name }) => name);
    const there = names.length === 0
      ? `the model ${model.name} has none` : suggestion(String(value), names, `${model.name} has`);
    check.fail(['structure', 'set'], `unknown parameter set ${quoted(value)}; ${there}`);
    return {};
  }
  const ratio = voxelSizeUm / set.voxelSizeUm;
  const parameters = set.parameters as Map;
  return ratio === 1 ? parameters : rescaled(parameters, model.parameters, ratio);
}

function readImageOf(check: Checker, value: unknown): StudyImage | null {
  const path = ['image'];
  const map = check.mapping(typeof value === 'string' ? { file: value } : value ?? null, path,
    ['file', 'crop', 'steps', 'labels', 'sha256']) ?? {};
  if (typeof map.file !== 'string' || map.file === '') {
    check.fail(path, `image needs a file, such as "image: {file: electrode.tif}", got ${quoted(map.file)}`);
    return null;
  }
  const flags = STEP_FLAGS.filter(({ flag }) => !OF_THE_WINDOW.includes(flag));
  const steps = check.list(map.steps, [...path, 'steps'], 0, (item, at): readonly [string, string] => {
    const entries = Array.isArray(item) ? [item as unknown[]] : Object.entries(item ?? {});
    const [flag, text] = entries.length === 1 ? entries[0].map(String) : ['', ''];
    const known = flags.find((one) => one.flag === flag);
    if (known === undefined) {
      const names = flags.map((one) => one.flag);
      const there = OF_THE_WINDOW.includes(flag)
        ? 'crop stands beside steps, and a file is rescaled by "voxelith import"'
        : suggestion(flag, names, 'there are');
      const expected = 'a step is one of import\'s with its text, such as "segment: thresholds:90"';
      check.fail(at, `${expected}, got ${quoted(item)}; ${there}`);
      return ['segment', 'otsu'];
    }
    return checkText(check, at, () => known.step(text)) ? [flag, text] : ['segment', 'otsu'];
  }, []);
  const crop = map.crop === undefined || map.crop === null ? null : String(map.crop);
  const good = crop === null || checkText(check, [...path, 'crop'], () => stepOf('crop', crop));
  return {
    file: map.file, crop: good ? crop : null, steps,
    labels: map.labels === undefined || map.labels === null ? null : check.list(
      map.labels, [...path, 'labels'], 2,
      (item, at) => check.number(item, at, { min: 0, max: 255, whole: true }, 1), [],
    ),
    sha256: typeof map.sha256 === 'string' ? map.sha256 : null,
  };
}

/** Whether a text can be read; what is wrong with it is an issue at its place. */
function checkText(check: Checker, path: Path, reading: () => unknown): boolean {
  try {
    reading();
    return true;
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    check.fail(path, `${nameOf(path)}: ${error.message}`);
    return false;
  }
}

const stepOf = (flag: string, text: string): ImportStep => STEP_FLAGS.find((one) => one.flag === flag)!.step(text);

/** The window of an image that a study sees. @throws SpecError for a crop that reaches beyond */
export function imageWindow({ crop }: StudyImage, shape: Shape): readonly (readonly [number, number])[] {
  const step = crop === null ? null : stepOf('crop', crop);
  return checkWindow('image', step?.step === 'crop' ? step.window : [[null, null], [null, null], [null, null]], shape);
}

/** Reads the source of a study; what is wrong goes to `check`. null: there is none to go on with. */
export function readSource(check: Checker, map: Map, voxelSizeUm: number): StudySource | null {
  if ((map.structure === undefined) === (map.image === undefined)) {
    check.fail(map.image === undefined ? [] : ['image'],
      map.image === undefined
        ? 'this plan needs a structure, such as "structure: {model: packing}", or an image'
        : 'give a structure or an image, not both');
    return null;
  }
  const additive = readAdditive(check, map.additive, false);
  const extra = additive === null ? {} : {
    additive: { into: additive.into, label: additive.label, method: additive.method, settings: additive.settings },
  };
  if (map.image !== undefined) {
    const image = readImageOf(check, map.image);
    return image === null ? null : { image, ...extra };
  }
  const structure = readStructureOf(check, map.structure, voxelSizeUm);
  return structure === null ? null : { structure, ...extra };
}

const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** The numbers of a source by name. */
export function variablesOf(source: StudySource): Variables {
  const found: Record<string, Variable> = {};
  const model = modelOf(source);
  if (model !== null) {
    const { parameters, settings } = source.structure!;
    const add = (
      table: Readonly<Record<string, Setting & Partial<Parameter>>>, given: Map, of: 'parameter' | 'setting',
    ): void => {
      for (const [name, setting] of Object.entries(table)) {
        const { range, meaning, fallback } = setting;
        if (range === undefined || NAMES.includes(name) || OF_THE_STUDY.includes(name)) continue;
        const base = numberOr(given[name] ?? fallback);
        const needed = base === null && fallback === undefined;
        found[name] = { meaning, unit: unitOfSetting(setting), range, base, needed, of };
      }
    };
    add(model.parameters, parameters, 'parameter');
    add(model.settings, settings, 'setting');
  }
  const thresholds = thresholdsOf(source.image);
  thresholds.forEach((base, k) => {
    const meaning = `grey value from which class ${k + 2} begins, dark to bright`;
    found[`threshold${k + 1}`] = { meaning, unit: '1', range: {}, base, needed: false, of: 'threshold' };
  });
  if (source.additive !== undefined) {
    const { method, settings } = source.additive;
    found[CONTENT] = {
      meaning: 'share of the window', unit: '1', range: { min: 0, max: 1 }, base: null, needed: true, of: 'additive',
    };
    for (const [name, base] of Object.entries({ ...INSERT_METHODS[method].defaults, ...settings })) {
      const meaning = `of the method ${method}`;
      found[name] = { meaning, unit: '1', range: {}, base, needed: false, of: 'additive' };
    }
  }
  return found;
}

/** The thresholds of an image's segmentation; none: it has another. */
function thresholdsOf(image: StudyImage | undefined): readonly number[] {
  for (const [flag, text] of image?.steps ?? []) {
    const step = stepOf(flag, text);
    if (step.step === 'segment' && step.segmentation.method === 'thresholds') return step.segmentation.thresholds;
  }
  return [];
}

/** Labels that a source may have, pore aside; of images what the file says. */
export function labelsOf(source: StudySource): readonly Phase[] {
  const model = modelOf(source);
  const own = model === null
    ? source.image!.labels ?? []
    : model.phases({ ...source.structure!.settings, parameters: source.structure!.parameters })
      .map(({ label }) => label);
  const added = source.additive === undefined ? [] : [source.additive.label];
  return [...new Set([...own, ...added])].filter((label) => label !== PORE);
}

/** Whether two draws with different keys differ. */
export function isRandom(source: StudySource): boolean {
  const model = modelOf(source);
  return source.additive !== undefined || (model !== null && Object.hasOwn(model.settings, 'seed'));
}

/** What draws the structure with these numbers. @param boxOf whose synthesis box it uses; null: its own */
export function drawingOfSource(
  source: StudySource, grid: { readonly size: Shape; readonly voxelSizeUm: number },
  { parameters, boxOf, key }: { readonly parameters: Parameters; readonly boxOf: Parameters | null;
    readonly key: SeedKey },
  levelSets: boolean,
): StudyDrawing {
  const { additive, image } = source;
  const variables = variablesOf(source);
  const numbersFor = (of: Variable['of'], from: Parameters): Record<string, number> =>
    Object.fromEntries(Object.entries(from).filter(([name]) => own(variables, name)?.of === of));
  const [seed] = streamKey(key);
  let inserted: InsertOptions | null = null;
  if (additive !== undefined) {
    const { [CONTENT]: content, ...settings } = numbersFor('additive', parameters);
    const { into, label, method } = additive;
    inserted = { into, label, method: method ?? INSERT_DEFAULTS.method, ...settings, fractions: [content], seed };
  }
  const model = modelOf(source);
  if (model === null) {
    const thresholds = Object.values(numbersFor('threshold', parameters));
    const steps = image!.steps.map(([flag, text]): ImportStep => {
      const step = stepOf(flag, text);
      if (step.step !== 'segment') return step;
      const { labels } = image!;
      return step.segmentation.method === 'thresholds'
        ? { ...step, labels, segmentation: { method: 'thresholds', thresholds } } : { ...step, labels };
    });
    return { structure: null, steps, additive: inserted };
  }
  const { settings, parameters: given } = source.structure!;
  const hasKey = Object.hasOwn(model.settings, 'realisation');
  const specOf = (from: Parameters): StructureSpec => ({
    model: model.name, ...settings, ...numbersFor('setting', from), ...grid,
    ...(hasKey ? key : Object.hasOwn(model.settings, 'seed') ? { seed } : {}),
    ...(levelSets && { levelSets }),
    ...(Object.keys(model.parameters).length > 0 && { parameters: { ...given, ...numbersFor('parameter', from) } }),
  }) as StructureSpec;
  const structure = specOf(parameters);
  const boxed = boxOf !== null && Object.hasOwn(model.settings, 'period');
  return {
    structure: boxed ? ({ ...structure, period: generatedPeriod(specOf(boxOf)) } as StructureSpec) : structure,
    steps: [], additive: inserted,
  };
}

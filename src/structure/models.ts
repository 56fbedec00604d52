// The table of structure models, and how a specification of any of them is read.
import { Checker, type Issue } from '../core/check.js';
import { suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';
import type { StructureModel } from './model.js';
import { booleanModel } from './models/boolean.js';
import { channels } from './models/channels.js';
import { chi2 } from './models/chi2.js';
import { laminate } from './models/laminate.js';
import { packing } from './models/packing.js';
import { spheres } from './models/spheres.js';
import { threePhase } from './models/three-phase.js';
import { readSettings, type SettingTable } from './settings.js';

/** Every structure model, in the order in which help and documentation list them. */
export const STRUCTURE_MODELS = [threePhase, chi2, booleanModel, packing, spheres, laminate, channels] as const;

type SpecOf<M> = M extends StructureModel<infer S> ? S : never;
/** Specification of a structure of any model: its `model` says which one, and `generate` draws it. */
export type StructureSpec = SpecOf<(typeof STRUCTURE_MODELS)[number]>;

/** A specification with everything that was not given at its fallback. */
export type CompleteSpec = Required<StructureSpec>;

/** A specification of a model that can be fitted. */
export type ParametricSpec = Extract<StructureSpec, { readonly parameters: { readonly anisotropyFactor: number } }>;

type Settings = Readonly<Record<string, unknown>>;

/** A model whose specifications the types do not tell apart any more. */
export type AnyModel = StructureModel<any>;

/** Models that can be fitted. */
export const CALIBRATED_MODELS: readonly AnyModel[] =
  STRUCTURE_MODELS.filter(({ calibration }) => calibration !== null);

export const MODEL_NAMES: readonly string[] = STRUCTURE_MODELS.map(({ name }) => name);

/** The structure model of a name; null: there is none. */
export function findModel(name: unknown): AnyModel | null {
  return STRUCTURE_MODELS.find((model) => model.name === name) ?? null;
}

/** Models that can be drawn by their name and a size alone. */
export const DRAWN_BY_NAME: readonly AnyModel[] = STRUCTURE_MODELS.filter(({ settings, parameters }) =>
  Object.entries({ ...settings, ...parameters })
    .every(([key, setting]) => key === 'size' || Object.hasOwn(setting, 'fallback')));

/** The model of a parameter set; null where none has this name. */
function modelOfSet(name: string): AnyModel | null {
  const has = ({ sets }: AnyModel): boolean => sets.some((set: { readonly name: string }) => set.name === name);
  return STRUCTURE_MODELS.find(has) ?? null;
}

/** What is wrong with the name of a model that is not among `names`. */
export function unknownModel(name: unknown, names: readonly string[]): string {
  const set = typeof name === 'string' ? name.toLowerCase() : '';
  const owner = modelOfSet(set);
  if (owner !== null) {
    return `${quoted(name)} is a parameter set of the model ${owner.name}; in a program ` +
      `specFromSet("${set}", { size, seed }) has it as a specification`;
  }
  if (name === undefined) return `needs a model; there are ${names.join(', ')}`;
  return `unknown model ${quoted(name)}; ${suggestion(typeof name === 'string' ? name : '', names, 'there are')}`;
}

/** Where in a file a path stands, e.g. "structure.yaml:3:1"; of a caller's object the operation. */
type Locate = (issue: Pick<Issue, 'path' | 'onKey'>) => string;

/** Reads an untyped specification: what a file, the command line or a caller gives.
 *  @param where the operation
 *  @throws SpecError with one line per problem */
export function readStructure(
  where: string, value: unknown, locate: Locate = () => where,
): { model: AnyModel; spec: CompleteSpec } {
  const check = new Checker('the structure');
  const isMapping = value !== null && typeof value === 'object' && !Array.isArray(value);
  const name = isMapping && Object.hasOwn(value, 'model') ? (value as Record<string, unknown>).model : undefined;
  const model = findModel(name);
  if (!isMapping) check.mapping(value ?? null, [], ['model', 'size']);
  else if (model === null) check.fail(['model'], unknownModel(name, MODEL_NAMES));
  check.refuse(locate);
  const found = model as AnyModel;
  const { settings, parameters } = found as { settings: SettingTable<Settings>; parameters: SettingTable<Settings> };
  const keys = Object.keys(parameters);
  const given =
    check.mapping(value, [], ['model', ...(keys.length > 0 ? ['parameters'] : []), ...Object.keys(settings)]);
  const spec = { model: found.name, ...readSettings(check, given, [], settings) };
  if (keys.length > 0) {
    const path = ['parameters'];
    Object.assign(
      spec, { parameters: readSettings(check, check.mapping(given?.parameters, path, keys), path, parameters) },
    );
  }
  check.refuse(locate);
  found.check(`${where} ${found.name}`, spec);
  return { model: found, spec: spec as unknown as CompleteSpec };
}

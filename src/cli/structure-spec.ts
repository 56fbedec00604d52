// What to generate, from a SPEC file or a model name, with --set and the other flags on top.
import type { Issue } from '../core/check.js';
import { SpecError } from '../core/errors.js';
import type { Shape, VoxelSize } from '../core/grid.js';
import { closest } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { readBytes } from '../io/files.node.js';
import { textOf } from '../io/utf8.js';
import {
  findModel, MODEL_NAMES, readStructure, unknownModel, type AnyModel, type StructureSpec,
} from '../structure/models.js';
import { parameterSets, rescaled, type ParameterSet } from '../structure/parameter-sets.js';
import { readYaml } from '../study/yaml.js';

type Settings = Readonly<Record<string, unknown>>;

/** What --model and `model` of a SPEC file may be. */
export const SOURCE_NAMES = [...parameterSets.map(({ name }) => name), ...MODEL_NAMES];

const DEFAULT_EDGE = 128;

export interface SpecFlags {
  readonly model?: string;
  readonly size?: Shape;
  readonly seed?: number;
  readonly voxelSize?: VoxelSize;
  readonly set?: readonly string[];
  readonly levelSets?: boolean;
}

export interface WantedStructure {
  readonly model: AnyModel;
  readonly spec: StructureSpec;
  /** The named parameter set, or null. */
  readonly set: ParameterSet | null;
}

interface GivenSettings {
  readonly given: Settings;
  readonly locate: (issue: Pick<Issue, 'path' | 'onKey'>) => string;
}

const isMapping = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** YAML or JSON. @throws FileError, SpecError with the place in the file. */
async function readSettings(path: string): Promise<GivenSettings> {
  const { value, locate } = readYaml(textOf(path, await readBytes(path)), path);
  if (isMapping(value)) return { given: value, locate };
  const found = value === null ? 'nothing' : quoted(value);
  const where = locate({ path: [], onKey: false });
  throw new SpecError(`${where}: expected settings such as "model: bm01" and "size: 128", found ${found}`);
}

/** key=value with YAML's idea of a value: number, word, or list. */
function settingOf(text: string): readonly [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new SpecError(`--set: expected key=value, found ${quoted(text)}`);
  const [key, value] = [text.slice(0, at), text.slice(at + 1)];
  return [key, value === 'NaN' ? NaN : readYaml(value, `--set ${key}`).value];
}

function cubic(size: VoxelSize): number | null {
  if (size !== null && (size[0] !== size[1] || size[1] !== size[2])) {
    throw new SpecError(`--voxel-size: structures are drawn on cubic voxels, got ${size.join(', ')} µm (z, y, x)`);
  }
  return size === null ? null : size[0];
}

/** Parameters that are known before any is given. Published ones are per voxel of their own size; the structure is the
 *  same in µm on any other. */
function knownParameters({ parameters }: AnyModel, set: ParameterSet | null, voxelSizeUm: unknown): Settings {
  const table: Readonly<Record<string, { readonly fallback?: unknown }>> = parameters;
  const fallbacks =
    Object.entries(table).flatMap(([key, { fallback }]) => (fallback === undefined ? [] : [[key, fallback]]));
  const edge = Array.isArray(voxelSizeUm) ? (voxelSizeUm[2] as unknown) : voxelSizeUm;
  const ratio = set !== null && typeof edge === 'number' ? edge / set.voxelSizeUm : 1;
  return { ...Object.fromEntries(fallbacks), ...(set && rescaled(set.parameters, parameters, ratio)) };
}

/** Whether a key of --set, as it is meant, is a parameter and no setting of the drawing. */
function isParameter({ settings, parameters }: AnyModel, key: string): boolean {
  if (Object.hasOwn(settings, key)) return false;
  return Object.hasOwn(parameters, key) ||
    Object.hasOwn(parameters, closest(key, Object.keys({ ...settings, ...parameters })) ?? '');
}

/** @param path SPEC file, or null to take --model.
 *  @throws SpecError on unknown models and settings and on bad values, FileError */
export async function structureSpec(path: string | undefined, flags: SpecFlags): Promise<WantedStructure> {
  if ((path === undefined) === (flags.model === undefined)) {
    throw new SpecError('generate: give either a SPEC file or --model; models: ' + SOURCE_NAMES.join(', '));
  }
  const { given, locate } = path === undefined ? { given: {}, locate: () => 'generate' } : await readSettings(path);
  const { model: named = flags.model, parameters: own = {}, ...settings } = given as Record<string, unknown>;
  const set =
    typeof named === 'string' ? (parameterSets.find(({ name }) => name === named.toLowerCase()) ?? null) : null;
  const model = findModel(set?.model ?? named);
  if (model === null) {
    throw new SpecError(`${locate({ path: ['model'], onKey: false })}: ${unknownModel(named, SOURCE_NAMES)}`);
  }

  if (flags.voxelSize !== undefined) settings.voxelSizeUm = cubic(flags.voxelSize);
  if (flags.seed !== undefined) settings.seed = flags.seed;
  if (flags.size !== undefined) settings.size = flags.size;
  if (flags.levelSets) settings.levelSets = true;
  if (set !== null && settings.voxelSizeUm === undefined) settings.voxelSizeUm = set.voxelSizeUm;
  settings.size ??= DEFAULT_EDGE;
  const changes = (flags.set ?? []).map(settingOf);
  const ofMaterial = new Set(changes.filter(([key]) => isParameter(model, key)));
  const base = knownParameters(model, set, settings.voxelSizeUm);
  const parameters = isMapping(own) ? { ...base, ...own, ...Object.fromEntries(ofMaterial) } : own;
  const none = isMapping(parameters) && Object.keys(parameters).length === 0;
  const spec = {
    ...settings, ...Object.fromEntries(changes.filter((change) => !ofMaterial.has(change))), model: model.name,
    ...(!none && { parameters }),
  };
  return { model, spec: readStructure('generate', spec, locate).spec, set };
}

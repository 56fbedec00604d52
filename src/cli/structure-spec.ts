// What to generate, from a SPEC file or a model name, with --set and the other flags on top.
import { SpecError } from '../core/errors.js';
import type { Shape, VoxelSize } from '../core/grid.js';
import { own } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { readBytes } from '../io/files.node.js';
import { textOf } from '../io/utf8.js';
import { CHANNELS_DEFAULTS } from '../structure/channels.js';
import { GENERATE_DEFAULTS, type StructureSpec } from '../structure/generate.js';
import { LAMINATE_DEFAULTS } from '../structure/laminate.js';
import { CHI2_KEYS, THREE_PHASE_KEYS } from '../structure/parameters.js';
import { parameterSets, type ParameterSet } from '../structure/parameter-sets.js';
import { SPHERES_DEFAULTS } from '../structure/spheres.js';
import { readYaml } from '../study/yaml.js';

type Settings = Record<string, unknown>;

const RANDOM_KEYS = ['seed', ...Object.keys(GENERATE_DEFAULTS)];
/** Settings of each model beside `size` and `voxelSizeUm`, and its parameters. */
const MODELS: Readonly<Record<string, { readonly settings: readonly string[]; readonly parameters: readonly string[] }>> = {
  'three-phase': { settings: RANDOM_KEYS, parameters: [...THREE_PHASE_KEYS, 'covariance'] },
  chi2: { settings: RANDOM_KEYS, parameters: [...CHI2_KEYS, 'covariance'] },
  spheres: { settings: Object.keys(SPHERES_DEFAULTS), parameters: [] },
  laminate: { settings: Object.keys(LAMINATE_DEFAULTS), parameters: [] },
  channels: { settings: Object.keys(CHANNELS_DEFAULTS), parameters: [] },
};
export const MODEL_NAMES = [...parameterSets.map(({ name }) => name), ...Object.keys(MODELS)];

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
  readonly spec: StructureSpec;
  /** The named parameter set, or null. */
  readonly set: ParameterSet | null;
}

/** YAML or JSON. @throws FileError, SpecError with the place in the file. */
async function readSettings(path: string): Promise<Settings> {
  const { value, locate } = readYaml(textOf(path, await readBytes(path)), path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const found = value === null ? 'nothing' : quoted(value);
    const where = locate({ path: [], onKey: false });
    throw new SpecError(`${where}: expected settings such as "model: bm01" and "size: 128", found ${found}`);
  }
  return value as Settings;
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

/** α per voxel of a published set is for its own voxel size; the structure is the same in µm on any other. */
function rescaled(set: ParameterSet, voxelSizeUm: number | VoxelSize): Settings {
  const edge = Array.isArray(voxelSizeUm) ? (voxelSizeUm as readonly number[])[2] : (voxelSizeUm as number | null);
  const ratio = (edge ?? set.voxelSizeUm) / set.voxelSizeUm;
  return Object.fromEntries(Object.entries(set.parameters).map(([key, value]: [string, number]) => [key, key.startsWith('alpha') ? value * ratio : value]));
}

/** @param path SPEC file, or null to take --model.
 *  @throws SpecError on unknown models and settings, FileError; the numbers themselves are checked by `generate`. */
export async function structureSpec(path: string | undefined, flags: SpecFlags): Promise<WantedStructure> {
  if ((path === undefined) === (flags.model === undefined)) {
    throw new SpecError('generate: give either a SPEC file or --model; models: ' + MODEL_NAMES.join(', '));
  }
  const where = path ?? 'generate';
  const { model: named = flags.model, parameters: ownParameters = {}, ...settings } = path === undefined ? ({} as Settings) : await readSettings(path);
  const set = parameterSets.find(({ name }) => name === String(named).toLowerCase()) ?? null;
  const model = set?.model ?? String(named);
  const known = own(MODELS, model);
  if (known === undefined) {
    const found = named === undefined ? `${where}: needs a model` : `${where}: unknown model ${quoted(named)}`;
    throw new SpecError(`${found}; there are ${MODEL_NAMES.join(', ')}`);
  }

  if (flags.voxelSize !== undefined) settings.voxelSizeUm = cubic(flags.voxelSize);
  if (flags.seed !== undefined) settings.seed = flags.seed;
  if (flags.size !== undefined) settings.size = flags.size;
  if (flags.levelSets) settings.levelSets = true;
  if (set !== null && settings.voxelSizeUm === undefined) settings.voxelSizeUm = set.voxelSizeUm;
  const parameters: Settings = {
    ...(known.parameters.length > 0 && { anisotropyFactor: 1 }),
    ...(set && rescaled(set, settings.voxelSizeUm as number | VoxelSize)),
    ...(ownParameters as Settings),
  };
  for (const [key, value] of (flags.set ?? []).map(settingOf)) {
    if (known.parameters.includes(key)) parameters[key] = value;
    else settings[key] = value;
  }
  const allowed = [...new Set(['size', 'voxelSizeUm', ...known.settings])];
  const unknown = [
    ...Object.keys(settings).filter((key) => !allowed.includes(key)),
    ...Object.keys(parameters).filter((key) => !known.parameters.includes(key)),
  ];
  if (unknown.length > 0) {
    throw new SpecError(`${where}: ${model} has no setting ${unknown.join(', ')}; it has ${[...known.parameters, ...allowed].join(', ')}`);
  }
  const { size = DEFAULT_EDGE } = settings;
  const spec = {
    ...settings,
    model,
    size: Array.isArray(size) ? size : [size, size, size],
    ...(known.parameters.length > 0 && { parameters, seed: settings.seed ?? 1 }),
  };
  return { spec: spec as unknown as StructureSpec, set };
}

// What the page draws, as `voxelith generate` reads it.
import { VERSION, type VoxelSize } from '../src/browser.js';
import { fallbacksOf, type Preset } from './presets.js';

export interface Drawing {
  readonly preset: Preset;
  readonly edge: number;
  /** null: the model has none. */
  readonly seed: number | null;
  readonly voxelSizeUm: number | VoxelSize;
  /** All numbers among the parameters. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Numbers among the settings, such as a radius. */
  readonly settings: Readonly<Record<string, number>>;
}

/** Everything said, so that it means the same wherever it is read. */
export function specificationOf(
  { preset, edge, seed, voxelSizeUm, parameters, settings }: Drawing,
): Readonly<Record<string, unknown>> {
  return {
    model: preset.model, size: edge, ...(seed !== null && { seed }), ...(voxelSizeUm !== null && { voxelSizeUm }),
    ...preset.settings, ...settings, ...(Object.keys(parameters).length > 0 && { parameters }),
  };
}

/** YAML of a mapping of numbers, words and lists, and of mappings of these. */
function yamlLines(value: Readonly<Record<string, unknown>>, indent: string): string[] {
  return Object.entries(value).flatMap(([key, item]) =>
    (typeof item === 'object' && item !== null && !Array.isArray(item)
      ? [`${indent}${key}:`, ...yamlLines(item as Readonly<Record<string, unknown>>, `${indent}  `)]
      : [`${indent}${key}: ${typeof item === 'string' ? item : JSON.stringify(item)}`]));
}

export function specificationFiles(drawing: Drawing): { readonly yaml: string; readonly json: string } {
  const specification = specificationOf(drawing);
  const command = 'voxelith generate structure.yaml -o structure.npy';
  const head = `# Made by the page of voxelith ${VERSION}; ${command} draws the same.`;
  return {
    yaml: [head, ...yamlLines(specification, ''), ''].join('\n'), json: `${JSON.stringify(specification, null, 2)}\n`,
  };
}

/** Command that gives the same labels: of a published set by its name, else with what is changed of it. */
export function commandOf({ preset, edge, seed, voxelSizeUm, parameters, settings }: Drawing): string {
  const output = '-o structure.npy';
  if (Array.isArray(voxelSizeUm)) return `voxelith generate structure.yaml ${output}`;
  const known: Readonly<Record<string, unknown>> = preset.set === null ? fallbacksOf(preset.model) : preset.parameters;
  const set = Object.entries({ ...preset.settings, ...settings, ...parameters })
    .filter(([key, value]) => value !== known[key]).map(([key, value]) => ` --set ${key}=${String(value)}`).join('');
  const keys = seed === null ? '' : ` --seed ${seed}`;
  const sameEdge = voxelSizeUm === preset.voxelSizeUm || voxelSizeUm === null;
  const voxels = sameEdge ? '' : ` --voxel-size ${String(voxelSizeUm)}um`;
  return `voxelith generate --model ${preset.set ?? preset.model} --size ${edge}${keys}${voxels}${set} ${output}`;
}

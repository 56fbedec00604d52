// What the page offers to draw: published sets, packings, bodies of a known answer.
import { DRAWN_BY_NAME, findModel, parameterSets, type VoxelSize } from '../src/browser.js';

export interface Preset {
  /** As the address has it. */
  readonly name: string;
  readonly title: string;
  readonly model: string;
  /** Where it is a published set, its name on the command line. */
  readonly set: string | null;
  readonly voxelSizeUm: number | VoxelSize;
  /** Beside what the sliders set. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, number>>;
  /** A sentence on where it is from. */
  readonly source: string;
}

export interface PresetGroup {
  readonly title: string;
  readonly presets: readonly Preset[];
}

const numbersOf = (table: object): Record<string, number> =>
  Object.fromEntries(Object.entries(table).filter(([, value]) => typeof value === 'number')) as Record<string, number>;

function ofSets(model: string): Preset[] {
  return parameterSets.filter((set) => set.model === model).map((set) => ({
    name: set.name, title: set.title, model, set: set.name, voxelSizeUm: set.voxelSizeUm, settings: {},
    parameters: numbersOf(set.parameters), source: set.source,
  }));
}

/** Numbers that a model of this name has without being told. */
export function fallbacksOf(model: string): Record<string, number> {
  const { parameters, settings } = findModel(model) ?? { parameters: {}, settings: {} };
  const table: Readonly<Record<string, { readonly fallback?: unknown }>> = { ...settings, ...parameters };
  return numbersOf(Object.fromEntries(Object.entries(table).map(([key, { fallback }]) => [key, fallback])));
}

/** A model by its name. */
function byName(
  model: string, more: Partial<Pick<Preset, 'name' | 'title' | 'settings' | 'parameters'>> = {},
): Preset {
  const { title, settings } = DRAWN_BY_NAME.find(({ name }) => name === model) as (typeof DRAWN_BY_NAME)[number];
  const { fallback } = settings.voxelSizeUm as { readonly fallback?: number | null };
  return {
    name: model, title, model, set: null, voxelSizeUm: fallback ?? null, settings: {}, parameters: {},
    source: '', ...more,
  };
}

export const PRESET_GROUPS: readonly PresetGroup[] = [
  { title: 'Cathodes', presets: ofSets('three-phase') },
  { title: 'Nanostructured particles', presets: ofSets('chi2') },
  {
    title: 'Packings of particles',
    presets: [
      byName('packing'),
      byName('packing', {
        name: 'packing-spread', title: 'packing with a spread of sizes',
        parameters: { activeSpread: 0.3, electrolyteSpread: 0.3 },
      }),
      byName('packing', {
        name: 'packing-polyhedra', title: 'spheres packed among polyhedra', settings: { electrolyte: 'polyhedra' },
      }),
    ],
  },
  {
    title: 'Bodies whose answer is known',
    presets: [
      byName('boolean'),
      byName('spheres', { title: 'spheres, simple cubic' }),
      byName('spheres', {
        name: 'spheres-bcc', title: 'spheres, body-centred cubic',
        settings: { arrangement: 'bcc', volumeFraction: 0.5 },
      }),
      byName('laminate'),
      byName('channels'),
    ],
  },
];

export const PRESETS: readonly Preset[] = PRESET_GROUPS.flatMap(({ presets }) => presets);

// The parameters of a model as sliders, and the edge of its voxels.
import { findModel, unitOfSetting, type StructureModel, type VoxelSize } from '../src/browser.js';
import { make } from '../src/viewer/elements.js';
import { requiredNumber } from './dom.js';
import type { Preset } from './presets.js';
import { slider, type Scale } from './slider.js';

/** A model whose specifications the types do not tell apart any more. */
export type AnyModel = StructureModel<never>;
type Entry = Scale & Parameters<typeof unitOfSetting>[0];
type Table = Readonly<Record<string, Entry>>;

/** Settings with a field of their own, and those that say no length or share. */
const NO_SLIDER = new Set(['size', 'voxelSizeUm', 'seed', 'scenario', 'realisation', 'label', 'matrix', 'cell']);

export const modelOf = ({ model }: Preset): AnyModel => findModel(model) as unknown as AnyModel;

/** "α_χX: χ² part of X, per voxel" is called α_χX; what has no symbol, by the words of its name. */
export const symbolOf = (key: string, meaning: string): string =>
  /^(\S{1,5}):/.exec(meaning)?.[1] ?? key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

interface Field {
  readonly kind: 'parameters' | 'settings';
  readonly of: Entry;
  readonly unit: HTMLElement;
}

export interface Theta {
  /** Begins again with the numbers of a preset. */
  show(preset: Preset): void;
  /** @throws Error that names a field */
  values(): {
    readonly parameters: Readonly<Record<string, number>>;
    readonly settings: Readonly<Record<string, number>>;
    readonly voxelSizeUm: number | VoxelSize;
  };
  /** Sets what there is a slider for. */
  set(parameters: Readonly<Record<string, unknown>>, voxelEdgesUm: VoxelSize): void;
}

/** @param host is filled; its controls fire input events */
export function thetaFields(host: HTMLFieldSetElement): Theta {
  let model: AnyModel | null = null;
  let voxel = make('input');
  /** To which the numbers per voxel belong; null: none is known. */
  let edge: number | null = null;
  const fields = new Map<HTMLInputElement, Field>();

  const tell = (field: HTMLInputElement, value: string): void => {
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const voxelSize = (): number | VoxelSize => {
    if (voxel.value.trim() === '') return null;
    const edges = voxel.value.split(',').map(Number);
    if (![1, 3].includes(edges.length) || edges.some((h) => !(h > 0))) {
      throw new Error(`Voxel edge: expected a number of µm, three as z,y,x, or nothing, found “${voxel.value}”.`);
    }
    return edges.length === 1 ? edges[0] : edges as unknown as VoxelSize;
  };
  /** The structure stays the same in µm: what is per voxel follows the edge along x. */
  const rescale = (): void => {
    const now = Number(voxel.value.split(',').at(-1));
    if (voxel.value.trim() === '' || !(now > 0)) return;
    for (const [field, { of: { edgePower = 0 } }] of fields) {
      if (edge === null || model?.lengthsUm === true || edgePower === 0) continue;
      const value = Number(field.value);
      // The same operations as on the command line, for the same bits.
      tell(field, String(edgePower > 0 ? value * (now / edge) : value / (now / edge)));
    }
    edge = now;
  };
  /** Lengths in µm are in voxels where the edge of a voxel is unknown. */
  const nameUnits = (): void => {
    for (const { of: entry, unit } of fields.values()) {
      const own = unitOfSetting(entry);
      const shown = own === 'µm' && voxel.value.trim() === '' ? 'voxel' : own;
      unit.textContent = shown === '1' ? '' : shown;
    }
  };
  const of = (wanted: 'parameters' | 'settings'): Record<string, number> => Object.fromEntries(
    [...fields].filter(([, { kind }]) => kind === wanted).map(([field]) => [field.name, requiredNumber(field)]),
  );

  return {
    show(preset) {
      model = modelOf(preset);
      fields.clear();
      const rows = (['parameters', 'settings'] as const).flatMap((kind) =>
        Object.entries((model as AnyModel)[kind] as unknown as Table).flatMap(([key, entry]) => {
          const value = (preset[kind] as Readonly<Record<string, unknown>>)[key] ?? entry.fallback;
          if (NO_SLIDER.has(key) || entry.range === undefined || typeof value !== 'number') return [];
          const unit = make('small');
          const { root, field } = slider(key, symbolOf(key, entry.meaning), unit, entry.meaning, value, entry);
          fields.set(field, { kind, of: entry, unit });
          return [root];
        }));
      const text = preset.voxelSizeUm === null ? '' : String(preset.voxelSizeUm);
      voxel = make('input', { name: 'voxelSizeUm', value: text, defaultValue: text, inputMode: 'decimal' });
      voxel.addEventListener('change', rescale);
      voxel.addEventListener('input', nameUnits);
      nameUnits();
      edge = typeof preset.voxelSizeUm === 'number' ? preset.voxelSizeUm : null;
      const title = 'One edge in µm, or edges z,y,x; empty: unknown';
      host.replaceChildren(...rows, make('label', { className: 'voxel', title }, 'voxel edge, µm ', voxel));
    },
    values: () => ({ parameters: of('parameters'), settings: of('settings'), voxelSizeUm: voxelSize() }),
    set(parameters, voxelEdgesUm) {
      const edges = [...new Set(voxelEdgesUm)];
      tell(voxel, edges.length > 1 ? String(voxelEdgesUm) : String(edges[0] ?? ''));
      edge = voxelEdgesUm?.[2] ?? null;
      for (const [field, { kind }] of fields) {
        const value = parameters[field.name];
        if (kind === 'parameters' && typeof value === 'number') tell(field, String(value));
      }
    },
  };
}

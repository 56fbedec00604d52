// Layers across an axis: the structure whose effective conductivities are the arithmetic and the harmonic mean.
import { SpecError } from '../core/errors.js';
import { axisIndex, checkAxis, checkShape, voxelCount, type Axis } from '../core/grid.js';
import type { CommonSpec, ModelStructure } from './generate.js';
import { checkSettings } from './settings.js';

export interface LaminateSpec extends CommonSpec {
  readonly model: 'laminate';
  /** The layers follow each other along this axis. */
  readonly axis?: Axis;
  /** Thickness in voxels and label of each layer, repeated until the window is full. */
  readonly layers?: readonly { readonly thickness: number; readonly label: number }[];
}

export const LAMINATE_DEFAULTS = { axis: 'z', layers: [{ thickness: 4, label: 1 }, { thickness: 4, label: 2 }] } as const;

/** @throws SpecError on a bad axis, thickness or label, no layers, or an unknown setting. */
export function laminate(spec: LaminateSpec): ModelStructure {
  checkSettings('generate laminate', spec, LAMINATE_DEFAULTS);
  const shape = checkShape('generate laminate', spec.size);
  const axis = checkAxis('generate laminate', spec.axis ?? LAMINATE_DEFAULTS.axis);
  const layers = spec.layers ?? LAMINATE_DEFAULTS.layers;
  if (layers.length === 0) throw new SpecError('generate laminate: layers must list at least one {thickness, label}');
  for (const { thickness, label } of layers) {
    if (!Number.isInteger(thickness) || thickness < 1) {
      throw new SpecError(`generate laminate: thickness must be a whole number of voxels ≥ 1, got ${thickness}`);
    }
    checkLabel('generate laminate', label);
  }
  const along = axisIndex(axis);
  const profile = new Uint8Array(shape[along]);
  for (let i = 0, layer = 0; i < profile.length; layer = (layer + 1) % layers.length) {
    profile.fill(layers[layer].label, i, i + layers[layer].thickness);
    i += layers[layer].thickness;
  }
  const labels = new Uint8Array(voxelCount(shape));
  const [nz, ny, nx] = shape;
  for (let z = 0, row = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++, row += nx) {
      if (along === 2) labels.set(profile, row);
      else labels.fill(profile[along === 0 ? z : y], row, row + nx);
    }
  }
  const voxel = spec.voxelSizeUm ?? null;
  return {
    labels, shape, voxelSizeUm: voxel === null ? null : [voxel, voxel, voxel],
    provenance: { model: 'laminate', axis, layers: layers.map((layer) => ({ ...layer })), size: [...shape] },
  };
}

/** @throws SpecError unless a whole number from 0 to 255. */
export function checkLabel(where: string, label: number): number {
  if (!Number.isInteger(label) || label < 0 || label > 255) {
    throw new SpecError(`${where}: a label is a whole number from 0 to 255, got ${label}`);
  }
  return label;
}

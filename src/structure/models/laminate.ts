// Layers across an axis: the structure whose effective conductivities are the arithmetic and the harmonic mean.
import { axisIndex, cubicVoxels, voxelCount, type Axis } from '../../core/grid.js';
import type { CommonSpec, ModelStructure, StructureModel } from '../model.js';
import { axis, edge, label, listOf, number, readSettings, shape, type SettingTable } from '../settings.js';

interface Layer {
  readonly thickness: number;
  readonly label: number;
}

/** Layers across an axis: effective conductivities are the arithmetic mean along them, the harmonic one across. */
export interface LaminateSpec extends CommonSpec {
  readonly model: 'laminate';
  /** The layers follow each other along this axis. */
  readonly axis?: Axis;
  /** Thickness in voxels and label of each layer, repeated until the window is full. */
  readonly layers?: readonly Layer[];
}

/** Settings of `laminate` that are not given: two layers of four voxels along z. */
export const LAMINATE_DEFAULTS = {
  axis: 'z', layers: [{ thickness: 4, label: 1 }, { thickness: 4, label: 2 }],
} as const;

/** Label by position along the axis. */
function profileOf({ size, axis: along, layers }: Required<LaminateSpec>): Uint8Array {
  const profile = new Uint8Array(size[axisIndex(along)]);
  for (let i = 0, layer = 0; i < profile.length; layer = (layer + 1) % layers.length) {
    profile.fill(layers[layer].label, i, i + layers[layer].thickness);
    i += layers[layer].thickness;
  }
  return profile;
}

function draw(spec: Required<LaminateSpec>): ModelStructure {
  const { size, layers } = spec;
  const profile = profileOf(spec);
  const along = axisIndex(spec.axis);
  const labels = new Uint8Array(voxelCount(size));
  const [nz, ny, nx] = size;
  for (let z = 0, row = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++, row += nx) {
      if (along === 2) labels.set(profile, row);
      else labels.fill(profile[along === 0 ? z : y], row, row + nx);
    }
  }
  return {
    labels, shape: size, voxelSizeUm: cubicVoxels(spec.voxelSizeUm),
    provenance: { model: 'laminate', axis: spec.axis, layers: layers.map((layer) => ({ ...layer })), size: [...size] },
  };
}

const LAYER: SettingTable<Layer> = {
  thickness: number({ meaning: 'voxels', unit: 'voxel', min: 1, whole: true }),
  label: label({ meaning: 'label of the layer' }),
};

export const laminate: StructureModel<LaminateSpec> = {
  name: 'laminate',
  title: 'layers across an axis',
  settings: {
    size: shape({ meaning: 'voxels' }),
    voxelSizeUm: edge('edge of a cubic voxel in µm'),
    axis: axis({ meaning: 'along which the layers follow each other', fallback: LAMINATE_DEFAULTS.axis }),
    layers: listOf<Layer>({
      meaning: 'thickness and label of each layer', fallback: LAMINATE_DEFAULTS.layers,
    }, (check, item, path) =>
      readSettings(check, check.mapping(item, path, Object.keys(LAYER)), path, LAYER)),
  },
  parameters: {},
  sets: [],
  phases: ({ layers = LAMINATE_DEFAULTS.layers } = {}) =>
    [...new Set(layers.map((layer) => layer.label))].map((value, brightness) => ({
      label: value, name: `layers ${value}`, symbol: `layers ${value}`, brightness,
    })),
  check: () => undefined,
  finer: ({ layers }, factor) =>
    ({ layers: layers.map(({ thickness, label }) => ({ thickness: thickness * factor, label })) }),
  expected: {},
  plan: () => ({ leases: [] }),
  planned: [],
  draw: async (_session, spec) => draw(spec),
  calibration: null,
};

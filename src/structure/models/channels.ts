// Straight parallel channels along an axis: tortuosity 1, M = open fraction, known radii.
import { SpecError } from '../../core/errors.js';
import { axisIndex, cubicVoxels, voxelCount, type Axis } from '../../core/grid.js';
import type { CommonSpec, ModelStructure, StructureModel } from '../model.js';
import {
  axis as axisSetting, choice, edge, label as labelSetting, number, shape as shapeSetting,
} from '../settings.js';

/** Straight parallel channels on a square lattice: tortuosity 1, M = their share of the cross-section. */
export interface ChannelsSpec extends CommonSpec {
  readonly model: 'channels';
  /** Along which the channels run. Default: z. */
  readonly axis?: Axis;
  /** Of a channel. Default: square. */
  readonly section?: 'square' | 'round';
  /** Edge of a square or diameter of a round channel, voxels. */
  readonly width?: number;
  /** Distance between neighbouring channels' axes, voxels; the first lies half of it from the faces. */
  readonly spacing?: number;
  /** Label of the channels, 0 … 255. Default: 1. */
  readonly label?: number;
  /** Label of the rest, 0 … 255. Default: 3. */
  readonly matrix?: number;
}

/** Settings of `channels` that are not given; lengths in voxels. */
export const CHANNELS_DEFAULTS = { axis: 'z', section: 'square', width: 4, spacing: 8, label: 1, matrix: 3 } as const;

function draw(spec: Required<ChannelsSpec>): ModelStructure {
  const { size: shape, axis, section, width, spacing, label, matrix } = spec;
  // Offset of a voxel centre from the nearest channel axis.
  const offset = (i: number): number => {
    const u = (i + 0.5) / spacing;
    return (u - Math.floor(u) - 0.5) * spacing;
  };
  const half = width / 2;
  const open = (i: number, j: number): boolean => {
    const [u, v] = [offset(i), offset(j)];
    return section === 'round' ? u * u + v * v < half * half : u >= -half && u < half && v >= -half && v < half;
  };
  const labels = new Uint8Array(voxelCount(shape));
  const [nz, ny, nx] = shape;
  const along = axisIndex(axis);
  let at = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        const inside = along === 0 ? open(y, x) : along === 1 ? open(z, x) : open(z, y);
        labels[at++] = inside ? label : matrix;
      }
    }
  }
  return {
    labels, shape, voxelSizeUm: cubicVoxels(spec.voxelSizeUm),
    provenance: { model: 'channels', axis, section, width, spacing, label, matrix, size: [...shape] },
  };
}

const DEFAULTS = CHANNELS_DEFAULTS;

export const channels: StructureModel<ChannelsSpec> = {
  name: 'channels',
  title: 'straight parallel channels',
  settings: {
    size: shapeSetting({ meaning: 'voxels' }),
    voxelSizeUm: edge('edge of a cubic voxel in µm'),
    axis: axisSetting({ meaning: 'along which the channels run', fallback: DEFAULTS.axis }),
    section: choice(['square', 'round'], { meaning: 'of a channel', fallback: DEFAULTS.section }),
    width: number(
      { meaning: 'edge or diameter of a channel, voxels', unit: 'voxel', above: 0, fallback: DEFAULTS.width },
    ),
    spacing: number({
      meaning: 'distance between the axes of neighbours, voxels', unit: 'voxel', above: 0, fallback: DEFAULTS.spacing,
    }),
    label: labelSetting({ meaning: 'label of the channels', fallback: DEFAULTS.label }),
    matrix: labelSetting({ meaning: 'label of the rest', fallback: DEFAULTS.matrix }),
  },
  parameters: {},
  sets: [],
  phases: ({ label = DEFAULTS.label, matrix = DEFAULTS.matrix } = {}) => [
    { label, name: 'channels', symbol: 'channels', brightness: 0 },
    { label: matrix, name: 'matrix', symbol: 'matrix', brightness: 1 },
  ],
  check(where, { width, spacing }) {
    if (spacing < width) {
      throw new SpecError(`${where}: spacing must be at least the width of ${width} voxels, got ${spacing}`);
    }
  },
  finer: ({ width, spacing }, factor) => ({ width: width * factor, spacing: spacing * factor }),
  expected: {},
  plan: () => ({ leases: [] }),
  planned: [],
  draw: async (_session, spec) => draw(spec),
  calibration: null,
};

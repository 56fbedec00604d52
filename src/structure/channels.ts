// Straight parallel channels along an axis: tortuosity 1, M = open fraction, known radii.
import { SpecError } from '../core/errors.js';
import { axisIndex, checkAxis, checkShape, voxelCount, type Axis } from '../core/grid.js';
import type { CommonSpec, ModelStructure } from './generate.js';
import { checkLabel } from './laminate.js';
import { checkSettings } from './settings.js';

export interface ChannelsSpec extends CommonSpec {
  readonly model: 'channels';
  readonly axis?: Axis;
  readonly section?: 'square' | 'round';
  /** Edge of a square or diameter of a round channel, voxels. */
  readonly width?: number;
  /** Distance between neighbouring channels' axes, voxels; the first lies half of it from the faces. */
  readonly spacing?: number;
  readonly label?: number;
  readonly matrix?: number;
}

export const CHANNELS_DEFAULTS = { axis: 'z', section: 'square', width: 4, spacing: 8, label: 1, matrix: 3 } as const;

/** @throws SpecError on bad or unknown settings. */
export function channels(spec: ChannelsSpec): ModelStructure {
  const where = 'generate channels';
  checkSettings(where, spec, CHANNELS_DEFAULTS);
  const shape = checkShape(where, spec.size);
  const { section, width, spacing, label, matrix, ...rest } = { ...CHANNELS_DEFAULTS, ...spec };
  const axis = checkAxis(where, rest.axis);
  if (section !== 'square' && section !== 'round') throw new SpecError(`${where}: section must be square or round, got "${String(section)}"`);
  if (!(width > 0) || !Number.isFinite(width)) throw new SpecError(`${where}: width must be above 0 voxels, got ${width}`);
  if (!(spacing >= width) || !Number.isFinite(spacing)) {
    throw new SpecError(`${where}: spacing must be at least the width of ${width} voxels, got ${spacing}`);
  }
  checkLabel(where, label);
  checkLabel(where, matrix);
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
  const voxel = spec.voxelSizeUm ?? null;
  return {
    labels, shape, voxelSizeUm: voxel === null ? null : [voxel, voxel, voxel],
    provenance: { model: 'channels', axis, section, width, spacing, label, matrix, size: [...shape] },
  };
}

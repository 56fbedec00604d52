// voxelith info: what an image file holds.
import type { Command } from 'commander';
import { voxelCount, voxelSizeJson } from '../core/grid.js';
import { readVoxels } from '../io/files.node.js';
import { formatOf } from '../io/formats.js';
import { dataTypeOf, type VoxelArray } from '../io/voxels.js';
import { defineCommand, runs } from './command.js';
import { shapeText, significant, textTable, voxelSizeText } from './text.js';

/** Voxels of each label; null when the numbers are no labels. */
function labelCounts({ data }: VoxelArray): Map<number, number> | null {
  const counts = new Float64Array(256);
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (!(value >= 0 && value <= 255 && Number.isInteger(value))) return null;
    counts[value]++;
  }
  return new Map([...counts.entries()].filter(([, count]) => count > 0));
}

function range({ data }: VoxelArray): { min: number; max: number; mean: number; notFinite: number } {
  let [min, max, sum, notFinite] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (!Number.isFinite(value)) {
      notFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  return { min, max, mean: sum / (data.length - notFinite), notFinite };
}

export function infoCommand(): Command {
  const command = defineCommand('info', 'Show what an image file holds: size, labels, voxel size, origin.', [
    'info cathode.nrrd',
    'info cathode.tif --json',
  ]).argument('<image>', '.npy, .npz, .tif, .nrrd, .mha, .vti or .raw');
  return runs<[string]>(command, async (call, path) => {
    const array = await readVoxels(path);
    const { shape, voxelSizeUm, provenance = null } = array;
    const voxels = voxelCount(shape);
    const counts = labelCounts(array);
    const values = counts === null ? range(array) : null;
    const phases =
      counts && Object.fromEntries([...counts].map(([label, count]) => [label, { voxels: count, volumeFraction: count / voxels }]));
    const base = { file: path, format: formatOf(path, 'read').name, dtype: dataTypeOf(array.data), shape, voxels };
    const lines = [
      `file        ${path} (${base.format}, ${base.dtype})`,
      `shape       ${shapeText(shape)}, ${voxels} voxels`,
      `voxel size  ${voxelSizeText(voxelSizeUm)}`,
    ];
    if (values) lines.push(`values      ${significant(values.min, 6)} to ${significant(values.max, 6)}, mean ${significant(values.mean, 6)}; no labels`);
    if (provenance) lines.push(`made by     ${JSON.stringify(provenance)}`);
    if (counts) {
      const rows = [...counts].map(([label, count]) => [String(label), String(count), significant(count / voxels, 6)]);
      lines.push('', textTable([['label', 'voxels', 'volume fraction'], ...rows]));
    }
    call.print({ ...base, voxelSizeUm: voxelSizeJson(voxelSizeUm), phases, values, provenance }, lines.join('\n'));
  });
}

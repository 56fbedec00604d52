// voxelith info: what an image file holds.
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { largestCube, PLANNED_OPERATIONS, plannedBytes } from '../capacity/capacity.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, voxelSizeJson, type Shape } from '../core/grid.js';
import { readImage } from '../io/files.node.js';
import { dataTypeOf, type VoxelArray } from '../io/voxels.js';
import { defaultThreads, MAX_MEMORY_BYTES } from '../runtime/session.js';
import { defineCommand, runs } from './command.js';
import { addRawOptions } from './options.js';
import { shapeText, significant, textTable, voxelSizeText } from './text.js';

/** More kinds of values than this are grey values, although they could be labels. */
const MAX_LABELS = 64;
const BINS = 16;

/** Voxels of each label; null when the numbers are no labels, or too many kinds. */
function labelCounts({ data }: VoxelArray): Map<number, number> | null {
  const counts = new Float64Array(256);
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (!(value >= 0 && value <= 255 && Number.isInteger(value))) return null;
    counts[value]++;
  }
  const present = [...counts.entries()].filter(([, count]) => count > 0);
  return present.length > MAX_LABELS ? null : new Map(present);
}

/** Voxels in equal bins from min to max, and where each bin begins. */
function histogramOf({ data }: VoxelArray, min: number, max: number): { from: number[]; counts: number[] } {
  const counts = Array.from({ length: BINS }, () => 0);
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) {
      counts[max > min ? Math.min(BINS - 1, Math.floor(((data[i] - min) / (max - min)) * BINS)) : 0]++;
    }
  }
  return { from: counts.map((_, b) => min + ((max - min) * b) / BINS), counts };
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

interface InfoOptions {
  readonly plan?: boolean;
}

/** Memory of every operation: the largest cube that fits and, for an image, what it needs. */
function planOf(
  shape: Shape | null, memoryBytes: number, threads: number,
): { operations: Record<string, unknown>; text: string } {
  const rows = PLANNED_OPERATIONS.map(({ name, title }) => {
    const bytes = shape === null ? null : plannedBytes(name, shape, threads);
    return {
      name, title, largestCube: largestCube(name, memoryBytes, threads), bytes,
      fits: bytes === null ? null : bytes <= memoryBytes,
    };
  });
  const head = ['operation', 'largest cube', ...(shape ? ['this image, MiB', 'fits'] : []), ''];
  const lines = rows.map((row) => [
    row.name, `${row.largestCube}³`,
    ...(row.bytes === null ? [] : [(row.bytes / 2 ** 20).toFixed(0), row.fits ? 'yes' : 'no']), row.title,
  ]);
  return {
    operations: Object.fromEntries(rows.map(({ name, ...rest }) => [name, rest])),
    text: `memory ${(memoryBytes / 2 ** 20).toFixed(0)} MiB, ${threads} ` +
      `thread${threads === 1 ? '' : 's'}\n\n${textTable([head, ...lines])}`,
  };
}

export function infoCommand(): Command {
  const command = defineCommand('info', 'Show what an image file holds: size, labels, voxel size, origin.', [
    'info cathode.nrrd',
    'info cathode.tif --json',
    'info --plan --memory 2G',
  ])
    .argument('[image]', 'a file, scan.h5:/volumes/raw, a .zarr or a folder of slices')
    .option('--plan', 'memory that each operation needs for it, and the largest cube that fits; also without an image');
  addRawOptions(command);
  return runs<[string | undefined, InfoOptions]>(command, async (call, path, options) => {
    const { memory = MAX_MEMORY_BYTES, threads = defaultThreads(availableParallelism()) } = call.common;
    const planning = (shape: Shape | null): ReturnType<typeof planOf> | null =>
      (options.plan ? planOf(shape, Math.min(memory, MAX_MEMORY_BYTES), threads) : null);
    if (path === undefined) {
      const plan = planning(null);
      if (plan === null) throw new SpecError('info: expected an image or --plan, found neither');
      call.print({ operations: plan.operations }, plan.text);
      return;
    }
    const { array, format, warnings } = await readImage([path], call.reading);
    call.warn(warnings);
    const { shape, voxelSizeUm, provenance = null } = array;
    const voxels = voxelCount(shape);
    const counts = labelCounts(array);
    const values = counts === null ? range(array) : null;
    const histogram = values && histogramOf(array, values.min, values.max);
    const phases =
      counts && Object.fromEntries(
        [...counts].map(([label, count]) => [label, { voxels: count, volumeFraction: count / voxels }]),
      );
    const base = { file: path, format, dtype: dataTypeOf(array.data), shape, voxels };
    const lines = [
      `file        ${path} (${base.format}, ${base.dtype})`,
      `shape       ${shapeText(shape)}, ${voxels} voxels`,
      `voxel size  ${voxelSizeText(voxelSizeUm)}`,
    ];
    if (values) {
      lines.push(
        `values      ${significant(values.min, 6)} to ${significant(values.max, 6)}, ` +
          `mean ${significant(values.mean, 6)}; no labels`,
      );
    }
    if (values && values.notFinite > 0) lines.push(`            ${values.notFinite} are not finite`);
    if (provenance) lines.push(`made by     ${JSON.stringify(provenance)}`);
    if (counts) {
      const rows = [...counts].map(([label, count]) => [String(label), String(count), significant(count / voxels, 6)]);
      lines.push('', textTable([['label', 'voxels', 'volume fraction'], ...rows]));
    }
    if (histogram) {
      const most = Math.max(...histogram.counts);
      const rows = histogram.counts.map(
        (count, b) => [significant(histogram.from[b], 6), String(count), '█'.repeat(Math.round((24 * count) / most))],
      );
      lines.push('', textTable([['from', 'voxels', ''], ...rows]));
    }
    const plan = planning(shape);
    if (plan !== null) lines.push('', plan.text);
    call.print(
      {
        ...base, voxelSizeUm: voxelSizeJson(voxelSizeUm), phases, values, histogram, provenance,
        ...(plan && { operations: plan.operations })
      },
      lines.join('\n'),
    );
  });
}

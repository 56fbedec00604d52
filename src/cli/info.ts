// voxelith info: what an image file holds.
import { availableParallelism, totalmem } from 'node:os';
import type { Command } from 'commander';
import { largestCube, PLANNED_OPERATIONS, plannedBytes } from '../capacity/capacity.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, voxelSizeJson, type Shape } from '../core/grid.js';
import { readImage } from '../io/files.node.js';
import { dataTypeOf, type VoxelArray } from '../io/voxels.js';
import { defaultMemoryBytes, maxMemoryBytes } from '../runtime/memory.js';
import { defaultThreads } from '../runtime/session.js';
import { defineCommand, runs } from './command.js';
import { addRawOptions } from './options.js';
import { shapeText, significant, textTable, voxelSizeText } from './text.js';

/** More kinds of values than this are grey values, although they could be labels. */
const MAX_LABELS = 64;
/** Rows of the histogram at most: enough to see the valley beside a peak of a few per cent. */
const BINS = 32;
const BAR = 40;
/** Share of the voxels beyond the first and the last row, which hold them: hot pixels would squeeze all others into
 *  one row. */
const OUTLIERS = 0.0005;

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

interface Histogram {
  /** Where each bin begins; the first and the last hold what lies beyond them, too. */
  readonly from: readonly number[];
  readonly counts: readonly number[];
}

const FINE = 65536;

/** Voxels in equal bins of a range, the last one up to `max` included. */
function countsOf({ data }: VoxelArray, min: number, width: number, bins: number): number[] {
  const counts = Array.from({ length: bins }, () => 0);
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) counts[Math.max(0, Math.min(bins - 1, Math.floor((data[i] - min) / width)))]++;
  }
  return counts;
}

/** Voxels in equal bins over all but the outliers. Bins of whole numbers are whole, or they would hold unequal numbers
 *  of values. */
function histogramOf(array: VoxelArray, { min, max, notFinite, whole }: Range): Histogram {
  if (!(max > min)) return { from: [min], counts: [array.data.length - notFinite] };
  const each = whole && max - min < FINE;
  const unit = each ? 1 : (max - min) / FINE;
  const fine = countsOf(array, min, unit, each ? max - min + 1 : FINE);
  const most = OUTLIERS * fine.reduce((sum, n) => sum + n, 0);
  const first = (counts: readonly number[]): number => {
    let below = 0;
    return counts.findIndex((n) => (below += n) > most);
  };
  const [low, high] = [first(fine), fine.length - 1 - first([...fine].reverse())];
  const step = Math.max(1, Math.ceil((high - low + 1) / BINS));
  const start = min + low * unit;
  const counts = countsOf(array, start, step * unit, Math.ceil((high - low + 1) / step));
  return { from: counts.map((_, b) => start + b * step * unit), counts };
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly notFinite: number;
  /** Whether all finite values are whole. */
  readonly whole: boolean;
}

function range({ data }: VoxelArray): Range {
  let [min, max, sum, notFinite, whole] = [Infinity, -Infinity, 0, 0, true];
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (!Number.isFinite(value)) {
      notFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    whole &&= Number.isInteger(value);
  }
  return { min, max, mean: sum / (data.length - notFinite), notFinite, whole };
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
    const { memory = defaultMemoryBytes(totalmem()), threads = defaultThreads(availableParallelism()) } = call.common;
    const planning = (shape: Shape | null): ReturnType<typeof planOf> | null =>
      (options.plan ? planOf(shape, Math.min(memory, maxMemoryBytes()), threads) : null);
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
    const found = counts === null ? range(array) : null;
    const histogram = found && histogramOf(array, found);
    const values = found && { min: found.min, max: found.max, mean: found.mean, notFinite: found.notFinite };
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
        (count, b) => [significant(histogram.from[b], 6), String(count), '█'.repeat(Math.round((BAR * count) / most))],
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

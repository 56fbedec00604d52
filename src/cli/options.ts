// Options that several commands share, and how their texts become numbers. Sizes are x,y,z here, as people say them;
// arrays are (z, y, x).
import { InvalidArgumentError, Option, type Command } from 'commander';
import { type Axis, type Shape, type VoxelSize } from '../core/grid.js';
import { SpecError } from '../core/errors.js';
import { quoted } from '../core/quote.js';
import type { RawLayout } from '../io/room.js';
import { readLength, readVoxelSize } from '../core/lengths.js';
import { STORED_TYPES, type StoredType } from '../io/voxels.js';

/** Flags of every command, and of those that read images. */
export interface CommonOptions {
  readonly rawShape?: Shape;
  readonly rawType?: StoredType;
  readonly rawOrder?: 'little' | 'big';
  readonly rawSkip?: number;
  readonly threads?: number;
  readonly memory?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly strict?: boolean;
}

export function addCommonOptions(command: Command): Command {
  return command
    .optionsGroup('Common options:')
    .option('--threads <n>', 'worker threads (default: the machine\'s cores, 8 at most)', parseCount)
    .option('--memory <size>', 'memory for the computation, e.g. 2G (default: 4G, on Node 24 up to 16G)', parseMemory)
    .option('--json', 'print one JSON object to stdout and nothing else')
    .option('--quiet', 'no progress and no notes on stderr')
    .option('--strict', 'warnings are errors: exit code 1, and nothing is written')
    .helpOption('-h, --help', 'show this help');
}

/** Flags of commands that read images: how the numbers of a raw file lie. */
export function addRawOptions(command: Command): Command {
  return command
    .optionsGroup('Raw files (.raw, .bin, .dat, .vol, or any extension that no format has):')
    .option(
      '--raw-shape <x,y,z>', 'voxels along x, y, z, x fastest; without it FILE.raw.json says shape and type',
      parseShape,
    )
    .addOption(new Option('--raw-type <type>', 'number type (default: uint8)').choices(STORED_TYPES))
    .addOption(new Option('--raw-order <order>', 'byte order (default: little)').choices(['little', 'big']))
    .option('--raw-skip <bytes>', 'bytes of a header before the numbers (default: 0)', parseSeed);
}

/** The layout that --raw-shape and its like say. @throws SpecError */
export function rawLayout({ rawShape, rawType, rawOrder, rawSkip }: CommonOptions): RawLayout | undefined {
  const more = { 'raw-type': rawType, 'raw-order': rawOrder, 'raw-skip': rawSkip };
  const alone = Object.entries(more).find(([, value]) => value !== undefined);
  if (rawShape === undefined && alone !== undefined) {
    throw new SpecError(`--${alone[0]}: says how the numbers of a raw file lie, together with --raw-shape x,y,z`);
  }
  return rawShape && { shape: rawShape, dtype: rawType, byteOrder: rawOrder, skip: rawSkip };
}

export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new InvalidArgumentError(`Expected a number, found ${quoted(text)}.`);
  }
  return value;
}

/** Whole number ≥ 1. */
export function parseCount(text: string): number {
  const value = parseNumber(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError(`Expected a whole number of at least 1, found ${quoted(text)}.`);
  }
  return value;
}

/** Number above 0. */
export function parsePositive(text: string): number {
  const value = parseNumber(text);
  if (!(value > 0)) throw new InvalidArgumentError(`Expected a number above 0, found ${quoted(text)}.`);
  return value;
}

/** Number above 0 and below 1. */
export function parseFraction(text: string): number {
  const value = parseNumber(text);
  if (!(value > 0 && value < 1)) {
    throw new InvalidArgumentError(`Expected a number above 0 and below 1, found ${quoted(text)}.`);
  }
  return value;
}

/** Whole number ≥ 0 that a double holds exactly. */
export function parseSeed(text: string): number {
  const value = parseNumber(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError(`Expected a whole number from 0 to 2^53 - 1, found ${quoted(text)}.`);
  }
  return value;
}

/** Bytes of "2G", "512M", "1.5GiB" or a plain number of bytes; G and M are powers of 1024. */
export function parseMemory(text: string): number {
  const match = /^([\d.]+)\s*(?:([kmg])(?:i?b)?|b)?$/i.exec(text.trim());
  const factor = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[match?.[2]?.toLowerCase() ?? ''] ?? 1;
  const bytes = Math.floor(Number(match?.[1]) * factor);
  if (!(bytes > 0)) throw new InvalidArgumentError(`Expected a size such as 2G or 512M, found ${quoted(text)}.`);
  return bytes;
}

/** One number for a cube, or x,y,z. */
export function parseShape(text: string): Shape {
  const sizes = text.split(',').map(parseNumber);
  if ((sizes.length !== 1 && sizes.length !== 3) || sizes.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new InvalidArgumentError(
      `Expected a whole number of voxels of at least 1, or three as x,y,z, found ${quoted(text)}.`,
    );
  }
  const [x, y, z] = sizes.length === 1 ? [sizes[0], sizes[0], sizes[0]] : sizes;
  return [z, y, x];
}

/** "0.2", "0.2um", "200nm" or "x,y,z" of these; µm without a unit. */
export function parseVoxelSize(text: string): VoxelSize {
  return readVoxelSize('--voxel-size', text);
}

/** A length: µm with a unit, voxels without one. */
export interface Distance {
  readonly value: number;
  readonly unit: 'µm' | 'voxels';
}

export function parseDistance(text: string): Distance {
  const length = readLength(text);
  if (length === null || !(length.value >= 0)) {
    throw new InvalidArgumentError(`Expected e.g. 2um, 500nm, or 10 (voxels), found ${quoted(text)}.`);
  }
  return length.um === null
    ? { value: length.value, unit: 'voxels' } : { value: length.value * length.um, unit: 'µm' };
}

/** Values per label, such as "1=1.0,2=1e-3". @param expected what a part is, for the message */
export function parsePerLabel<T>(text: string, expected: string, parse: (value: string) => T): Record<number, T> {
  const values: Record<number, T> = {};
  for (const part of text.split(',')) {
    const [label, value, ...rest] = part.split('=');
    if (value === undefined || rest.length > 0) {
      throw new InvalidArgumentError(`Expected ${expected}, found ${quoted(text)}.`);
    }
    const phase = parsePhase(label);
    if (phase in values) throw new InvalidArgumentError(`Label ${phase} is named twice in ${quoted(text)}.`);
    values[phase] = parse(value);
  }
  return values;
}

/** A label. Whether it occurs is for the image to say. */
export function parsePhase(text: string): number {
  const value = parseNumber(text);
  if (!Number.isInteger(value) || value < 0 || value > 255) {
    throw new InvalidArgumentError(`Expected a label from 0 to 255, found ${quoted(text)}.`);
  }
  return value;
}

export const axisOption = (what: string): Option =>
  new Option('--axis <axis>', what).choices(['x', 'y', 'z', 'all']).default('z');

/** The axes that --axis names, in the order x, y, z. */
export function axesOf(choice: Axis | 'all'): readonly Axis[] {
  return choice === 'all' ? ['x', 'y', 'z'] : [choice];
}

export const voxelSizeOption = (what: string): Option =>
  new Option('--voxel-size <size>', what).argParser(parseVoxelSize);

/** Of an option that may be repeated: all its texts. */
export const several = (text: string, before: readonly string[] = []): string[] => [...before, text];

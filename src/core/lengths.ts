// Lengths as people write them: 200nm, 0.2 µm, 2e-4mm; 0.2,0.2,0.4um. One reader for flags, specifications and files.
import { checkArguments } from './arguments.js';
import { SpecError } from './errors.js';
import { checkShape, checkVoxelSize, type Shape, type VoxelSize } from './grid.js';
import { quoted } from './quote.js';

const UNITS: Readonly<Record<string, number>> = {
  pm: 1e-6, angstrom: 1e-4, ångström: 1e-4, å: 1e-4, nm: 1e-3, nanometer: 1e-3, um: 1, micron: 1, micrometer: 1,
  mm: 1e3, millimeter: 1e3, cm: 1e4, centimeter: 1e4, m: 1e6, meter: 1e6, in: 25400, inch: 25400, inche: 25400,
};

/** A length of a specification in µm: a number, or a text such as 200nm; anything else as it is. */
export function lengthUm(value: unknown): unknown {
  const length = typeof value === 'string' ? readLength(value) : null;
  return length === null || length.um === null ? value : length.value * length.um;
}

/** µm in one unit of a name; null when unknown. */
export function unitUm(unit: string): number | null {
  const key = unit.trim().replace(/^(µ|μ|\\u00B5)m$/i, 'um').toLowerCase();
  // Plural, and metres as the British have them.
  const plain = key.replace(/s$/, '').replace(/metre$/, 'meter');
  const found = [key, plain].find((name) => Object.hasOwn(UNITS, name));
  return found === undefined ? null : UNITS[found];
}

export interface Length {
  readonly value: number;
  /** µm per unit of `value`; null where the text has none. */
  readonly um: number | null;
}

/** A number with or without a unit; null when the text is none. */
export function readLength(text: string): Length | null {
  const match = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(\p{L}*)$/iu.exec(text.trim());
  if (match === null) return null;
  const um = match[2] === '' ? null : unitUm(match[2]);
  return match[2] !== '' && um === null ? null : { value: Number(match[1]), um };
}

/** Edges of a voxel from one length or three as x,y,z. A unit behind the last alone is that of all; none is µm.
 *  @throws SpecError */
export function readVoxelSize(where: string, text: string): readonly [z: number, y: number, x: number] {
  checkArguments('readVoxelSize', { where: [where, 'text'], text: [text, 'text'] });
  const lengths = text.split(',').map(readLength);
  const last = lengths[lengths.length - 1];
  const shared = lengths.slice(0, -1).every((length) => length !== null && length.um === null);
  const sizes = lengths.map((length) =>
    (length === null ? NaN : length.value * ((shared ? last?.um : length.um) ?? 1)));
  const mixed = !shared && lengths.some((length) => length?.um === null);
  if (![1, 3].includes(sizes.length) || mixed || sizes.some((h) => !(h > 0 && Number.isFinite(h)))) {
    throw new SpecError(
      `${where}: expected e.g. 0.2um, 200nm or x,y,z as 0.2,0.2,0.4um or 200nm,200nm,0.4um, found ${quoted(text)}`,
    );
  }
  const [x, y, z] = sizes.length === 1 ? [sizes[0], sizes[0], sizes[0]] : sizes;
  return [z, y, x];
}

/** Edges that no tomogram or FIB-SEM of a battery has, µm. */
const [LEAST_UM, MOST_UM] = [1e-3, 20];

/** What to ask about a voxel size that somebody gave: 200 is 200 µm, where 200 nm was meant. */
export function voxelSizeWarnings(size: VoxelSize, shape: Shape | null = null): string[] {
  checkVoxelSize('voxelSizeWarnings', size);
  if (shape !== null) checkShape('voxelSizeWarnings', shape);
  const far = size?.find((h) => h > MOST_UM || h < LEAST_UM);
  if (size === null || far === undefined) return [];
  const window = shape === null
    ? ''
    : `, the window ${shape.map((n, k) => Number((n * size[k]).toPrecision(3))).join(' × ')} µm`;
  const hint = far > MOST_UM ? `${Number(far.toPrecision(6))}nm` : `${Number((far * 1e3).toPrecision(6))}um`;
  return [`a voxel would be ${Number(far.toPrecision(6))} µm wide${window}: if that is not meant, say ${hint}`];
}

// Sizes for people.
import { significant } from '../core/text.js';

export { significant, textTable } from '../core/text.js';

/** "401×401×401 (z, y, x)" */
export function shapeText(shape: readonly number[]): string {
  return `${shape.join('×')} (z, y, x)`;
}

export function voxelSizeText(size: readonly number[] | null): string {
  if (size === null) return 'unknown';
  const [z, y, x] = size;
  return z === y && y === x
    ? `${significant(z, 6)} µm`
    : `${[z, y, x].map((h) => significant(h, 6)).join(' × ')} µm (z, y, x)`;
}

/** "1 grain", "2 grains" */
export const counted = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`;

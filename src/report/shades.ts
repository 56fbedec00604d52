// A scale of colours for numbers, and its bar for below a picture.
import { indexedPng, pngDataUri } from './png.js';
import { axis as scaleAxis } from './scale.js';

/** Anchors of matplotlib's viridis (CC0): even steps in lightness, readable with every colour vision and in grey. */
const ANCHORS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];

/** Red, green and blue of a share from 0 to 1. */
export function shade(share: number): readonly number[] {
  const at = share * (ANCHORS.length - 1);
  const k = Math.min(ANCHORS.length - 2, Math.floor(at));
  return ANCHORS[k].map((from, c) => Math.round(from + (at - k) * (ANCHORS[k + 1][c] - from)));
}

/** `count` colours from the lowest to the highest. */
export const shades = (count: number): (readonly number[])[] =>
  Array.from({ length: count }, (_, i) => shade(i / (count - 1)));

export interface ShadeScale {
  readonly from: number;
  readonly to: number;
  /** What the numbers are. */
  readonly name: string;
  /** Whether the last colour also stands for what lies above. */
  readonly open: boolean;
}

const BAR_SHADES = 255;

/** The scale itself, 300 wide: colours from end to end, ticks under them. */
export function shadeScale({ from, to, name, open }: ShadeScale): { readonly svg: string; readonly height: number } {
  const [left, width] = [22, 256];
  const bar = pngDataUri(
    indexedPng(Uint8Array.from({ length: BAR_SHADES }, (_, i) => i), BAR_SHADES, 1, shades(BAR_SHADES)),
  );
  const { ticks, label } = scaleAxis(from, to);
  const room = 1e-9 * (to - from);
  const marks = ticks.filter((tick) => tick > from - room && tick <= to + room).map((tick) => {
    const x = (left + (width * (tick - from)) / (to - from)).toFixed(1);
    return `<path class="axis" d="M${x} 20v4"/><text x="${x}" y="35" ` +
      `text-anchor="middle">${open && tick >= to - room ? '≥ ' : ''}${label(tick)}</text>`;
  });
  return {
    svg: `<image href="${bar}" x="${left}" y="10" width="${width}" height="10" ` +
      `preserveAspectRatio="none"/>${marks.join('')}`
      + `<text class="label" x="150" y="51" text-anchor="middle">${name}</text>`,
    height: 56,
  };
}

// The scale of a field's colours: an element for pages, and the same in saved pictures.
import { axis } from '../report/scale.js';
import { shades } from '../report/shades.js';
import { make } from './elements.js';
import type { VoxelField } from './field.js';
import { scaleOf, type FieldScale } from './texels.js';

/** 255 colours from the lowest to the highest value. */
export const FIELD_SHADES: readonly (readonly number[])[] = shades(255);

/** "distance to the interface, µm" */
export const fieldTitle = ({ name, unit }: Pick<VoxelField, 'name' | 'unit'>): string =>
  (unit === '' ? name : `${name}, ${unit}`);

/** Index among the colours of a scale. */
export const shadeIndex = (value: number, { from, to }: FieldScale): number =>
  Math.min(254, Math.max(0, Math.round((254 * (value - from)) / (to - from))));

/** Numbers below the bar, at shares of its length. */
function ticksOf({ from, to }: FieldScale): { readonly share: number; readonly text: string }[] {
  const { ticks, label } = axis(from, to, 3);
  const room = 1e-9 * (to - from);
  return ticks.filter((tick) => tick >= from - room && tick <= to + room)
    .map((tick) => ({ share: (tick - from) / (to - from), text: label(tick) }));
}

const gradientStops = Array.from({ length: 9 }, (_, k) => `rgb(${FIELD_SHADES[Math.round((254 * k) / 8)].join(' ')})`);

export function fieldBar(field: VoxelField): HTMLElement {
  const colours = make('i', { className: 'vx-colours' });
  colours.style.background = `linear-gradient(to right, ${gradientStops.join(', ')})`;
  const ticks = ticksOf(scaleOf(field)).map(({ share, text }) => {
    const tick = make('span', { textContent: text });
    tick.style.left = `${100 * share}%`;
    return tick;
  });
  return make('div', { className: 'vx-scale' }, make('b', { textContent: fieldTitle(field) }), colours,
    make('div', { className: 'vx-ticks' }, ...ticks));
}

const HEIGHT = 46;

/** A picture with the scale of a field below it. */
export function withFieldBar(picture: HTMLCanvasElement, field: VoxelField | null, unit = 1): HTMLCanvasElement {
  if (field === null) return picture;
  const result = make('canvas', { width: picture.width, height: picture.height + HEIGHT * unit });
  const pen = result.getContext('2d') as CanvasRenderingContext2D;
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, result.width, result.height);
  pen.drawImage(picture, 0, 0);
  pen.translate(0, picture.height);
  pen.scale(unit, unit);
  const [left, width] = [24, Math.min(320, result.width / unit - 48)];
  FIELD_SHADES.forEach((rgb, k) => {
    pen.fillStyle = `rgb(${rgb.join(' ')})`;
    pen.fillRect(left + (k * width) / FIELD_SHADES.length, 8, width / FIELD_SHADES.length + 1, 10);
  });
  pen.fillStyle = '#111';
  pen.font = '12px system-ui, sans-serif';
  pen.textAlign = 'center';
  for (const { share, text } of ticksOf(scaleOf(field))) pen.fillText(text, left + share * width, 32);
  pen.textAlign = 'start';
  pen.fillText(fieldTitle(field), left + width + 16, 18, Math.max(20, result.width / unit - left - width - 24));
  return result;
}

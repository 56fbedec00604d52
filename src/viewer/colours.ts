// Colours of labels, the same in pictures, charts and legends.
import { colourOf } from '../report/slices.js';

/** Of lines: dark enough on white and light enough on black. */
const LINES: Readonly<Record<number, string>> = { 1: '#0b7fcc', 2: '#d98200', 3: '#7d8896' };

/** Colour of a label in pictures, `#rrggbb`. */
export const fillOf = (label: number): string =>
  `#${colourOf(label).map((part) => part.toString(16).padStart(2, '0')).join('')}`;
/** Colour of a label's lines in charts, dark enough on white and light enough on black; `#rrggbb`. */
export const lineOf = (label: number): string => LINES[label] ?? fillOf(label);
/** Colour of a label in pictures: red, green, blue, 0 … 255 each. */
export const rgbOf = colourOf;

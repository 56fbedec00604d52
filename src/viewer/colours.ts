// Colours of labels, the same in pictures, charts and legends.
import { colourOf } from '../report/slices.js';

/** Of lines: dark enough on white and light enough on black. */
const LINES: Readonly<Record<number, string>> = { 1: '#0b7fcc', 2: '#d98200', 3: '#7d8896' };

export const fillOf = (label: number): string => `rgb(${colourOf(label).join(' ')})`;
export const lineOf = (label: number): string => LINES[label] ?? fillOf(label);
export const rgbOf = colourOf;

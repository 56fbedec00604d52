// Colour images whose pixels are all grey are read as greys; others are none.
import { FileError } from '../core/errors.js';

export function noColour(name: string, y: number, x: number): FileError {
  return new FileError(`${name}: pixel (${y}, ${x}) (y, x) has a colour; save the image as 8- or 16-bit grey values`);
}

/** Whether chroma of YCbCr is that of a grey: 128, which the rounding of JPEG moves a little. */
export function isGreyChroma(value: number): boolean {
  return Math.abs(value - 128) <= 2;
}

// Where the picture is seen from and where its slices stand, as texts for the address.
import { CAMERA, type Camera, type Position } from '../src/viewer.js';

const DEGREES = 180 / Math.PI;

const numbersIn = (text: string): number[] | null => {
  const numbers = text.split(',').map((piece) => (piece.trim() === '' ? NaN : Number(piece)));
  return numbers.every(Number.isFinite) ? numbers : null;
};
const short = (value: number, digits: number): number => Number(value.toFixed(digits)) + 0;

function numbersOf({ yaw, pitch, zoom, pan: [right, up] }: Camera): string {
  const numbers = [short(yaw * DEGREES, 1), short(pitch * DEGREES, 1), short(zoom, 3), short(right, 3), short(up, 3)];
  return (numbers[3] === 0 && numbers[4] === 0 ? numbers.slice(0, 3) : numbers).join(',');
}

/** "yaw,pitch,zoom", angles in degrees, and where it was moved ",right,up" in lengths of the volume; empty: as at
 *  first. */
export const cameraText = (camera: Camera): string =>
  (numbersOf(camera) === numbersOf(CAMERA) ? '' : numbersOf(camera));

/** null: the text is none. */
export function cameraFrom(text: string): Camera | null {
  if (text === '') return CAMERA;
  const numbers = numbersIn(text);
  if (numbers === null || (numbers.length !== 3 && numbers.length !== 5)) return null;
  const [yaw, pitch, zoom, right = 0, up = 0] = numbers;
  if (Math.abs(pitch) > 90 || !(zoom > 0)) return null;
  return { yaw: yaw / DEGREES, pitch: pitch / DEGREES, zoom, pan: [right, up] };
}

/** "z,y,x" */
export const positionText = (position: Position): string => position.join(',');

/** null: the text is none. */
export function positionFrom(text: string): Position | null {
  const numbers = numbersIn(text);
  return numbers !== null && numbers.length === 3 && numbers.every((n) => Number.isInteger(n) && n >= 0)
    ? numbers as unknown as Position : null;
}

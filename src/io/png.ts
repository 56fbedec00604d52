// Greyscale PNG [W3C PNG, third edition], read only: slices of a stack. 1, 2, 4, 8 and 16 bits; palettes and colours
// where they are greys in truth. Resolution (pHYs) is not believed: most programs write that of a screen.
import { FileError } from '../core/errors.js';
import type { DecodeContext, VoxelFormat } from './formats.js';
import { noColour } from './grey.js';
import { inflated } from './inflate.js';
import { checkRoom } from './room.js';
import { concatenated, shapeFrom, type VoxelArray } from './voxels.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Samples per pixel by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const PALETTE = 3;

/** Undoes the filter of each row [section 9] in place; every row begins with its filter's number. */
function unfilter(name: string, bytes: Uint8Array, row: number, rows: number, pixel: number): void {
  const pitch = row + 1;
  for (let y = 0; y < rows; y++) {
    const at = y * pitch + 1;
    const kind = bytes[at - 1];
    if (kind > 4) throw new FileError(`${name}: row ${y} has filter ${kind}; the file is damaged, write it again`);
    if (kind === 0) continue;
    for (let k = 0; k < row; k++) {
      const left = k >= pixel ? bytes[at + k - pixel] : 0;
      const up = y > 0 ? bytes[at + k - pitch] : 0;
      let predicted = kind === 1 ? left : kind === 2 ? up : (left + up) >> 1;
      if (kind === 4) {
        const corner = k >= pixel && y > 0 ? bytes[at + k - pitch - pixel] : 0;
        const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
        predicted = a <= b && a <= c ? left : b <= c ? up : corner;
      }
      bytes[at + k] += predicted;
    }
  }
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name } = context;
  if (SIGNATURE.some((byte, k) => bytes[k] !== byte)) {
    throw new FileError(`${name}: not a PNG file: it does not begin with \\x89PNG`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const truncated = (): FileError =>
    new FileError(`${name}: the file is truncated: it ends before its last chunk; write it again`);
  const data: Uint8Array[] = [];
  let palette = new Uint8Array(0);
  let head: DataView | null = null;
  for (let at = 8, type = ''; type !== 'IEND'; ) {
    if (at + 12 > bytes.length) throw truncated();
    const length = view.getUint32(at);
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) throw truncated();
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR' && length === 13) head = new DataView(body.buffer, body.byteOffset, 13);
    else if (type === 'PLTE') palette = Uint8Array.from(body);
    else if (type === 'IDAT') data.push(body);
    at += 12 + length;
  }
  if (head === null || data.length === 0) throw new FileError(`${name}: the PNG holds no image; write it again`);
  const [nx, ny, bits, colour] = [head.getUint32(0), head.getUint32(4), head.getUint8(8), head.getUint8(9)];
  const samples = SAMPLES[colour];
  if (samples === undefined || ![1, 2, 4, 8, 16].includes(bits)) {
    throw new FileError(`${name}: colour type ${colour} with ${bits} bits is no PNG; write it again`);
  }
  if (head.getUint8(12) !== 0) throw new FileError(`${name}: interlaced PNG is not read; save it without interlacing`);
  const shape = shapeFrom(name, [1, ny, nx]);
  const row = Math.ceil((nx * samples * bits) / 8);
  checkRoom(context, shape, (samples * bits) / 8 + (bits === 16 ? 2 : 1));
  // Readers of PNG leave out what follows the last row.
  const rows = await inflated(context, concatenated(...data), 'deflate', { bytes: (row + 1) * ny, more: 'ignore' });
  if (rows.length < (row + 1) * ny) {
    throw new FileError(
      `${name}: the image data are truncated: ${rows.length} of ${(row + 1) * ny} bytes; write the file again`,
    );
  }
  unfilter(name, rows, row, ny, Math.max(1, (samples * bits) / 8));
  const result = bits === 16 ? new Uint16Array(ny * nx) : new Uint8Array(ny * nx);
  /** Sample k of row y. */
  const sample = (y: number, k: number): number => {
    const at = y * (row + 1) + 1;
    if (bits === 8) return rows[at + k];
    if (bits === 16) return (rows[at + 2 * k] << 8) | rows[at + 2 * k + 1];
    const bit = k * bits;
    return (rows[at + (bit >> 3)] >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
  };
  for (let y = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++) {
      let value = sample(y, x * samples);
      if (colour === PALETTE) {
        const [r, g, b] = palette.subarray(3 * value, 3 * value + 3);
        if (r === undefined || r !== g || g !== b) throw noColour(name, y, x);
        value = r;
      } else if (samples > 2 && (sample(y, x * samples + 1) !== value || sample(y, x * samples + 2) !== value)) {
        throw noColour(name, y, x);
      }
      result[y * nx + x] = value;
    }
  }
  return { data: result, shape, voxelSizeUm: null };
}

export const png: VoxelFormat = { name: 'png', extensions: ['.png'], sidecar: 'none', encode: null, decode };

// Windows bitmaps [Microsoft, BITMAPINFOHEADER and its kin], read only: slices of a stack. 1, 4 and 8 bits with a
// palette, 24 and 32 bits, uncompressed; colours where they are greys in truth. Resolution is not believed.
import { FileError } from '../core/errors.js';
import type { DecodeContext, VoxelFormat } from './formats.js';
import { noColour } from './grey.js';
import { checkRoom } from './room.js';
import { shapeFrom, type VoxelArray } from './voxels.js';

/** Length of the first header, and of the shortest second one (OS/2), whose palette has three bytes a colour. */
const [FILE_HEADER, OLD_HEADER] = [14, 12];
/** Kinds of compression: none, and masks of colours that are the usual ones of 32 bits. */
const [PLAIN, MASKS] = [0, 3];
/** Blue, green, red in the bytes of 32 bits. */
const USUAL_MASKS = [0xff0000, 0xff00, 0xff];
const COMPRESSIONS: Readonly<Record<number, string>> =
  { 1: 'RLE', 2: 'RLE', 3: 'masks of colours', 4: 'JPEG', 5: 'PNG' };

interface Head {
  readonly nx: number;
  readonly ny: number;
  readonly bits: number;
  /** Whether the first row of the file is the topmost. */
  readonly topDown: boolean;
  /** Grey values of the palette; −1 for colours. null: there is none. */
  readonly palette: Int16Array | null;
  readonly at: number;
}

/** @throws FileError for what is no bitmap that is read */
function headOf(name: string, bytes: Uint8Array): Head {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== 0x42 || bytes[1] !== 0x4d) throw new FileError(`${name}: not a bitmap: it does not begin with BM`);
  const truncated = (): FileError => new FileError(`${name}: the file is truncated inside its header; write it again`);
  if (bytes.length < FILE_HEADER + OLD_HEADER) throw truncated();
  const [at, length] = [view.getUint32(10, true), view.getUint32(FILE_HEADER, true)];
  const old = length === OLD_HEADER;
  if (!old && length < 40) {
    throw new FileError(`${name}: a bitmap header of ${length} bytes is not read; save it as PNG`);
  }
  if (bytes.length < FILE_HEADER + length) throw truncated();
  const [nx, height, bits] = old
    ? [view.getUint16(18, true), view.getUint16(20, true), view.getUint16(24, true)]
    : [view.getInt32(18, true), view.getInt32(22, true), view.getUint16(28, true)];
  const compression = old ? PLAIN : view.getUint32(30, true);
  const usual = compression === MASKS && bits === 32 && bytes.length >= 66 &&
    USUAL_MASKS.every((mask, k) => view.getUint32(54 + 4 * k, true) === mask);
  if (![1, 4, 8, 24, 32].includes(bits) || (compression !== PLAIN && !usual)) {
    const how = compression === PLAIN ? '' : ` with ${COMPRESSIONS[compression] ?? `compression ${compression}`}`;
    throw new FileError(`${name}: a bitmap of ${bits} bits${how} is not read; save it as PNG`);
  }
  const [first, step] = [FILE_HEADER + length, old ? 3 : 4];
  // All of them where their number is left out, or as many as there is room for before the pixels.
  const most = Math.min(2 ** bits, Math.max(0, Math.floor((at - first) / step)));
  const colours = bits > 8 ? 0 : ((old ? 0 : view.getUint32(46, true)) || most);
  if (colours > 256 || first + colours * step > bytes.length) throw truncated();
  const palette = bits > 8 ? null : Int16Array.from({ length: colours }, (_, k) => {
    const [blue, green, red] = bytes.subarray(first + k * step);
    return blue === green && green === red ? blue : -1;
  });
  return { nx, ny: Math.abs(height), bits, topDown: height < 0, palette, at };
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name } = context;
  const { nx, ny, bits, topDown, palette, at } = headOf(name, bytes);
  const shape = shapeFrom(name, [1, ny, nx]);
  // Rows are filled up to four bytes.
  const pitch = 4 * Math.ceil((nx * bits) / 32);
  if (at + pitch * ny > bytes.length) {
    throw new FileError(
      `${name}: the file is truncated: its pixels need ${at + pitch * ny} bytes, found ${bytes.length}; write it again`,
    );
  }
  checkRoom(context, shape, 1);
  const data = new Uint8Array(nx * ny);
  for (let y = 0; y < ny; y++) {
    const row = bytes.subarray(at + (topDown ? y : ny - 1 - y) * pitch);
    for (let x = 0; x < nx; x++) {
      let value: number;
      if (palette !== null) {
        const bit = x * bits;
        value = palette[(row[bit >> 3] >> (8 - bits - (bit & 7))) & ((1 << bits) - 1)] ?? -1;
      } else {
        const k = (x * bits) / 8;
        value = row[k] === row[k + 1] && row[k] === row[k + 2] ? row[k] : -1;
      }
      if (value < 0) throw noColour(name, y, x);
      data[y * nx + x] = value;
    }
  }
  return { data, shape, voxelSizeUm: null };
}

export const bmp: VoxelFormat = { name: 'bmp', extensions: ['.bmp'], sidecar: 'none', encode: null, decode };

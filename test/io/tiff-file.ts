// TIFF files of any layout, for tests: an encoder by the text of TIFF 6.0, its Technical Notes 2 and 3, and BigTIFF.
import { deflateSync } from 'node:zlib';

export type Tag = readonly [tag: number, kind: number, values: readonly (number | bigint)[]];

export interface TiffLayout {
  readonly littleEndian: boolean;
  readonly big: boolean;
  readonly nx: number;
  readonly ny: number;
  readonly samples: number;
  readonly planar: boolean;
  readonly bits: number;
  /** 1 unsigned, 2 signed, 3 float. */
  readonly format: 1 | 2 | 3;
  readonly compression: 1 | 5 | 8 | 32773 | 32946;
  readonly predictor: 1 | 2 | 3;
  /** Tiles; null: strips of so many rows. */
  readonly tile: readonly [nx: number, ny: number] | null;
  readonly rows: number;
  readonly lowBitFirst: boolean;
  /** Tags that say what the standard takes where they are absent. */
  readonly defaults: boolean;
  readonly more: readonly Tag[];
}

export const PLAIN_LAYOUT: TiffLayout = {
  littleEndian: true, big: false, nx: 1, ny: 1, samples: 1, planar: false, bits: 8, format: 1, compression: 1,
  predictor: 1, tile: null, rows: 2 ** 32 - 1, lowBitFirst: false, defaults: true, more: [],
};

/** Value of sample s of pixel (y, x). */
export type PixelValue = (y: number, x: number, s: number) => number | bigint;

/** A number of binary16, which the value must be. */
function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  const exponent = Math.floor(Math.log2(size));
  return sign | (exponent < -14 ? size * 2 ** 24 : ((exponent + 15) << 10) | (size * 2 ** (10 - exponent) - 1024));
}

/** Bytes of a number, highest first. */
function bytesOfNumber(value: number | bigint, { bits, format }: TiffLayout): number[] {
  if (format === 3 && bits !== 16) {
    const view = new DataView(new ArrayBuffer(bits / 8));
    if (bits === 32) view.setFloat32(0, Number(value));
    else view.setFloat64(0, Number(value));
    return [...new Uint8Array(view.buffer)];
  }
  let whole = BigInt.asUintN(bits, format === 3 ? BigInt(halfBits(Number(value))) : BigInt(value));
  const bytes: number[] = [];
  for (let k = 0; k < bits / 8; k++, whole >>= 8n) bytes.unshift(Number(whole & 255n));
  return bytes;
}

/** Rows of numbers, of which `count` make one with `stride` samples a pixel, after the predictor. */
function packedRow(numbers: readonly (number | bigint)[], stride: number, layout: TiffLayout): number[] {
  const { bits, predictor, littleEndian } = layout;
  if (bits % 8 !== 0) {
    const text = numbers.map((value) => Number(value).toString(2).padStart(bits, '0')).join('');
    return (text.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, '0'), 2));
  }
  const highFirst = numbers.map((value) => bytesOfNumber(value, layout));
  if (predictor === 3) {
    const planes = Array.from({ length: bits / 8 }, (_, k) => highFirst.map((bytes) => bytes[k])).flat();
    return planes.map((byte, i) => (i < stride ? byte : (byte - planes[i - stride]) & 255));
  }
  const whole = highFirst.map((bytes) => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n));
  const different = predictor === 1 ? whole : whole.map((value, i) => (i < stride ? value : value - whole[i - stride]));
  const plain = { ...layout, format: 1 as const };
  const ordered = different.map((value) => bytesOfNumber(BigInt.asUintN(bits, value), plain));
  return ordered.flatMap((bytes) => (littleEndian ? bytes.reverse() : bytes));
}

/** Runs of equal bytes and others, as PackBits has them. */
function packedBits(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    let run = 1;
    while (run < 128 && i + run < bytes.length && bytes[i + run] === bytes[i]) run++;
    if (run > 1) out.push(257 - run, bytes[i]);
    else out.push(0, bytes[i]);
    i += run;
  }
  return Uint8Array.from(out);
}

/** LZW as an encoder of TIFF writes it [TIFF 6.0, section 13]: widens its codes with entry 511, clears its table with
 *  entry 4094. */
export function packedLzw(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  let [held, bits, width] = [0, 0, 9];
  let table = new Map<string, number>();
  const put = (code: number): void => {
    held = held * 2 ** width + code;
    bits += width;
    for (; bits >= 8; bits -= 8) {
      out.push(Math.floor(held / 2 ** (bits - 8)) % 256);
      held %= 2 ** (bits - 8);
    }
  };
  const codeOf = (text: string): number => (text.length === 1 ? text.charCodeAt(0) : (table.get(text) as number));
  const grow = (entry: string): void => {
    table.set(entry, 258 + table.size);
    const code = 258 + table.size;
    if (code === 4095) {
      put(256);
      table = new Map();
      width = 9;
    } else if (code >= 2 ** width) width++;
  };
  put(256);
  let last = '';
  for (const byte of bytes) {
    const next = last + String.fromCharCode(byte);
    if (next.length === 1 || table.has(next)) {
      last = next;
      continue;
    }
    put(codeOf(last));
    grow(next);
    last = String.fromCharCode(byte);
  }
  if (last !== '') {
    put(codeOf(last));
    // A reader adds an entry after every code, also after the last one: the end may be a bit wider.
    grow(`${last} and what would follow`);
  }
  put(257);
  if (bits > 0) put(0);
  return Uint8Array.from(out);
}

function compressed(bytes: Uint8Array, { compression, lowBitFirst }: TiffLayout): Uint8Array {
  const packed = compression === 1 ? bytes
    : compression === 5 ? packedLzw(bytes)
    : compression === 32773 ? packedBits(bytes)
    : new Uint8Array(deflateSync(bytes));
  const turned = (byte: number): number => parseInt([...byte.toString(2).padStart(8, '0')].reverse().join(''), 2);
  return lowBitFirst ? packed.map(turned) : packed;
}

/** Strips or tiles of a page in their order. */
function blocks(layout: TiffLayout, value: PixelValue): Uint8Array[] {
  const { nx, ny, samples, planar, tile } = layout;
  const rows = Math.min(layout.rows, ny);
  const [width, height] = tile ?? [nx, rows];
  const found: Uint8Array[] = [];
  for (let plane = 0; plane < (planar ? samples : 1); plane++) {
    for (let top = 0; top < ny; top += height) {
      for (let left = 0; left < nx; left += width) {
        const lines = tile === null ? Math.min(rows, ny - top) : height;
        const bytes: number[] = [];
        for (let y = top; y < top + lines; y++) {
          const row = Array.from({ length: width * (planar ? 1 : samples) }, (_, k) => {
            const [x, s] = planar ? [left + k, plane] : [left + Math.floor(k / samples), k % samples];
            // What lies beyond the image in a tile stands for nothing.
            return x < nx && y < ny ? value(y, x, s) : 1;
          });
          bytes.push(...packedRow(row, planar ? 1 : samples, layout));
        }
        found.push(compressed(Uint8Array.from(bytes), layout));
      }
    }
  }
  return found;
}

/** Bytes of a value; a rational is two of them. */
const KIND_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 16: 8 };

/** A file with these pages: header, all strips, directories, then the values of tags that do not fit into them. */
export function tiffFile(pages: readonly { layout: TiffLayout; value: PixelValue }[]): Uint8Array {
  const { littleEndian, big } = pages[0].layout;
  const word = big ? 8 : 4;
  const parts: Uint8Array[] = [];
  let length = 0;
  const put = (bytes: Uint8Array): number => {
    parts.push(bytes);
    length += bytes.length;
    return length - bytes.length;
  };
  const number = (value: number | bigint, bytes: number): Uint8Array => {
    const all = bytesOfNumber(BigInt(value), { ...PLAIN_LAYOUT, bits: 8 * bytes });
    return Uint8Array.from(littleEndian ? all.reverse() : all);
  };
  const order = littleEndian ? 0x49 : 0x4d;
  put(Uint8Array.of(order, order));
  put(number(big ? 43 : 42, 2));
  if (big) [number(8, 2), number(0, 2)].forEach(put);
  const pointer = put(new Uint8Array(word));
  const places = pages.map(({ layout, value }) =>
    blocks(layout, value).map((bytes) => [put(bytes), bytes.length] as const));
  let next = pointer;
  const links: [number, number][] = [];
  for (const [k, { layout }] of pages.entries()) {
    const { nx, ny, samples, planar, bits, format, compression, predictor, tile, lowBitFirst, defaults, more } = layout;
    const optional: Tag[] = [
      [258, 3, Array.from({ length: samples }, () => bits)], [259, 3, [compression]], [277, 3, [samples]],
      [278, 4, [layout.rows]], [339, 3, Array.from({ length: samples }, () => format)], [317, 3, [predictor]],
      [284, 3, [planar ? 2 : 1]], [266, 3, [lowBitFirst ? 2 : 1]],
    ];
    const usual: Readonly<Record<number, number>> = {
      258: 1, 259: 1, 277: 1, 278: 2 ** 32 - 1, 339: 1, 317: 1, 284: 1, 266: 1,
    };
    const said = optional.filter(([tag, , values]) => (tag !== 278 || tile === null) &&
      (defaults || values.some((value) => value !== usual[tag])));
    const offsets = places[k].map(([at]) => at);
    const counts = places[k].map(([, count]) => count);
    const tags: Tag[] = [
      [256, 4, [nx]], [257, 4, [ny]], [262, 3, [1]], ...said,
      [tile === null ? 273 : 324, big ? 16 : 4, offsets], [tile === null ? 279 : 325, big ? 16 : 4, counts],
      ...(tile === null ? [] : [[322, 4, [tile[0]]], [323, 4, [tile[1]]]] as Tag[]),
    ];
    const all = [...tags.filter(([tag]) => !more.some(([other]) => other === tag)), ...more].sort(([a], [b]) => a - b);
    const count = big ? 8 : 2;
    const directory = new Uint8Array(count + all.length * (big ? 20 : 12) + word);
    const at = put(directory);
    links.push([next, at]);
    directory.set(number(all.length, count));
    for (const [i, [tag, kind, values]] of all.entries()) {
      const entry = count + i * (big ? 20 : 12);
      const bytes = Uint8Array.from(values.flatMap((value) => [...number(value, KIND_BYTES[kind])]));
      directory.set(number(tag, 2), entry);
      directory.set(number(kind, 2), entry + 2);
      directory.set(number(kind === 5 ? values.length / 2 : values.length, word), entry + 4);
      directory.set(bytes.length <= word ? bytes : number(put(bytes), word), entry + 4 + word);
    }
    next = at + directory.length - word;
  }
  const file = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  for (const [where, place] of links) file.set(number(place, word), where);
  return file;
}

/** A text as values of a tag. */
export const asciiTag = (tag: number, text: string): Tag => [tag, 2, [...Buffer.from(`${text}\0`, 'utf8')]];

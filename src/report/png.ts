// A tiny PNG writer for label images: indexed colours, 1 to 8 bits a pixel, deflate blocks stored without compression
// (a synchronous encoder would cost 300 lines; three phases take 2 bits a pixel anyway).
import { crc32 } from '../io/crc32.js';

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i);
  out.set(data, 8);
  view.setUint32(data.length + 8, crc32(out.subarray(4, data.length + 8)));
  return out;
}

/** zlib stream of stored blocks. */
function stored(data: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(data.length / 65535));
  const out = new Uint8Array(2 + blocks * 5 + data.length + 4);
  out.set([0x78, 0x01]);
  let at = 2;
  for (let b = 0; b < blocks; b++) {
    const part = data.subarray(b * 65535, (b + 1) * 65535);
    out.set(
      [b === blocks - 1 ? 1 : 0, part.length & 255, part.length >> 8, ~part.length & 255, (~part.length >> 8) & 255],
      at,
    );
    out.set(part, at + 5);
    at += 5 + part.length;
  }
  let [a, b] = [1, 0];
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  new DataView(out.buffer).setUint32(at, ((b << 16) | a) >>> 0);
  return out;
}

/** @param pixels palette indices, row by row, `width × height`; @param palette up to 256 colours as [red, green,
 *    blue]. */
export function indexedPng(
  pixels: Uint8Array, width: number, height: number,
  palette: readonly (readonly [number, number, number] | readonly number[])[],
): Uint8Array {
  const depth = palette.length <= 2 ? 1 : palette.length <= 4 ? 2 : palette.length <= 16 ? 4 : 8;
  const stride = 1 + Math.ceil((width * depth) / 8);
  const raw = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      raw[y * stride + 1 + (bit >> 3)] |= pixels[y * width + x] << (8 - depth - (bit & 7));
    }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([depth, 3, 0, 0, 0], 8);
  const parts = [
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(palette.flatMap((colour) => [...colour]))),
    chunk('IDAT', stored(raw)),
    chunk('IEND', new Uint8Array(0)),
  ];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** data: address of a PNG. */
export function pngDataUri(png: Uint8Array): string {
  let text = '';
  for (let i = 0; i < png.length; i += 3) {
    const [a, b, c] = [png[i], png[i + 1] ?? 0, png[i + 2] ?? 0];
    text += BASE64[a >> 2] + BASE64[((a & 3) << 4) | (b >> 4)]
      + (i + 1 < png.length ? BASE64[((b & 15) << 2) | (c >> 6)] : '=') + (i + 2 < png.length ? BASE64[c & 63] : '=');
  }
  return `data:image/png;base64,${text}`;
}

// How much compressed data may stand for, found without decompressing them: for codecs of other packages, which take no
// bound.

const ZSTD_MAGIC = 0xfd2fb528;
/** A block of zstd stands for at most this [RFC 8878, 3.1.1.2.4]. */
const ZSTD_BLOCK = 2 ** 17;

/** Most bytes that frames of zstd stand for [RFC 8878, 3.1.1]; what is no frame stands for none. */
export function mostZstd(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let most = 0;
  for (let at = 0; at + 5 <= bytes.length; ) {
    const magic = view.getUint32(at, true);
    if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) {
      if (at + 8 > bytes.length) break;
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (magic !== ZSTD_MAGIC) break;
    const descriptor = bytes[at + 4];
    const single = (descriptor >> 5) & 1;
    const contentSize = [single, 2, 4, 8][descriptor >> 6];
    at += 5 + (1 - single) + [0, 1, 2, 4][descriptor & 3] + contentSize;
    for (let last = false; !last && at + 3 <= bytes.length; ) {
      const header = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
      const [kind, size] = [(header >> 1) & 3, header >> 3];
      last = (header & 1) === 1;
      most += kind === 2 ? ZSTD_BLOCK : size;
      // A repeated byte is one.
      at += 3 + (kind === 1 ? 1 : size);
    }
    // Checksum.
    at += (descriptor >> 2) & 1 ? 4 : 0;
  }
  return most;
}

/** Most bytes that a buffer of Blosc stands for: its header says them, and the decoder holds to it. */
export function mostBlosc(bytes: Uint8Array): number {
  return bytes.length < 16 ? 0 : new DataView(bytes.buffer, bytes.byteOffset, 16).getUint32(4, true);
}

/** Most bytes that a buffer of numcodecs' LZ4 stands for: they stand before it, and the decoder holds to them. */
export function mostLz4(bytes: Uint8Array): number {
  return bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

/** What the frame header of a JPEG says [ITU T.81, B.2.2]. */
export interface JpegFrame {
  /** Number of the marker: 0 baseline, 1 extended, 2 progressive; further ones are lossless or arithmetic. */
  readonly kind: number;
  /** Bits of a sample. */
  readonly precision: number;
  readonly ny: number;
  readonly nx: number;
  readonly components: number;
}

/** All frame headers of a JPEG up to its end: an image has one. Data of scans are passed by their rule, that ff is
 *  followed by 00 or a restart there. */
export function jpegFrames(bytes: Uint8Array): JpegFrame[] {
  const frames: JpegFrame[] = [];
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at] === 0xff ? bytes[at + 1] : 0;
    if (marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd8)) {
      at++;
      continue;
    }
    if (marker === 0xd9) break;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker) && at + 10 <= bytes.length) {
      frames.push({
        kind: marker - 0xc0, precision: bytes[at + 4], ny: (bytes[at + 5] << 8) | bytes[at + 6],
        nx: (bytes[at + 7] << 8) | bytes[at + 8], components: bytes[at + 9],
      });
    }
    at += 2 + Math.max(2, (bytes[at + 2] << 8) | bytes[at + 3]);
  }
  return frames;
}

// Image directories of TIFF [TIFF 6.0, section 2] and BigTIFF: tags are read where they lie, when somebody asks. How
// many values a tag has is only what the file says, and several tags may lie over the same bytes.
import { FileError } from '../core/errors.js';

const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const LONG8 = 16;
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 16: 8, 17: 8, 18: 8,
};

interface Entry {
  readonly kind: number;
  readonly count: number;
  /** Where the values lie. */
  readonly at: number;
}

/** One page. */
export class TiffDirectory {
  constructor(
    private readonly view: DataView, readonly littleEndian: boolean,
    private readonly entries: ReadonlyMap<number, Entry>,
  ) {}

  has(tag: number): boolean {
    return this.entries.has(tag);
  }

  /** How many values of a number type a tag has. */
  count(tag: number): number {
    return this.entries.get(tag)?.count ?? 0;
  }

  /** One value; undefined where there is none, or none of a type that this package asks for. */
  value(tag: number, index = 0): number | undefined {
    const entry = this.entries.get(tag);
    if (entry === undefined || index >= entry.count) return undefined;
    const at = entry.at + index * (TYPE_BYTES[entry.kind] ?? 1);
    if (entry.kind === SHORT) return this.view.getUint16(at, this.littleEndian);
    if (entry.kind === LONG) return this.view.getUint32(at, this.littleEndian);
    if (entry.kind === LONG8) return Number(this.view.getBigUint64(at, this.littleEndian));
    if (entry.kind === RATIONAL) {
      return this.view.getUint32(at, this.littleEndian) / this.view.getUint32(at + 4, this.littleEndian);
    }
    return (TYPE_BYTES[entry.kind] ?? 1) === 1 ? this.view.getUint8(at) : undefined;
  }

  /** Values of one byte each, in place. */
  bytes(tag: number): Uint8Array {
    const entry = this.entries.get(tag);
    if (entry === undefined || (TYPE_BYTES[entry.kind] ?? 1) !== 1) return new Uint8Array(0);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + entry.at, entry.count);
  }
}

/** Kinds of a page [TIFF 6.0, tags 254 and 255]: bit 0 of the new one is a copy of less resolution, bit 2 a mask. */
const [SUBFILE, OLD_SUBFILE] = [254, 255];

/** Whether a page is an image of its own: no copy of less resolution, no mask of transparency. */
export function isImage(page: TiffDirectory): boolean {
  return ((page.value(SUBFILE) ?? 0) & 5) === 0 && page.value(OLD_SUBFILE) !== 2;
}

/** All pages in file order. Those behind other pages (SubIFDs: levels of a pyramid) are not among them.
 *  @param big BigTIFF: 64-bit places and counts
 *  @throws FileError where they lie beyond the end, in a loop, or over each other */
export function directoriesOf(name: string, bytes: Uint8Array, littleEndian: boolean, big: boolean): TiffDirectory[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): number =>
    (big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian));
  const [countBytes, entryBytes, wordBytes] = big ? [8, 20, 8] : [2, 12, 4];
  const inside = (at: number, length: number): void => {
    if (at + length <= bytes.length) return;
    throw new FileError(
      `${name}: the file is truncated: a directory lies beyond its ${bytes.length} bytes; write it again`,
    );
  };
  const pages: TiffDirectory[] = [];
  const seen = new Set<number>();
  let sum = 0;
  for (let at = word(big ? 8 : 4); at !== 0; ) {
    if (seen.has(at)) throw new FileError(`${name}: its directories form a loop; the file is damaged, write it again`);
    seen.add(at);
    inside(at, countBytes);
    const count = big ? word(at) : view.getUint16(at, littleEndian);
    const next = at + countBytes + entryBytes * count;
    inside(next, wordBytes);
    sum += next - at;
    if (sum > bytes.length) {
      throw new FileError(`${name}: its directories lie over each other; the file is damaged, write it again`);
    }
    const entries = new Map<number, Entry>();
    for (let entry = at + countBytes; entry < next; entry += entryBytes) {
      const kind = view.getUint16(entry + 2, littleEndian);
      const values = word(entry + 4);
      const length = (TYPE_BYTES[kind] ?? 1) * values;
      const place = entry + 4 + wordBytes;
      const from = length <= wordBytes ? place : word(place);
      inside(from, length);
      entries.set(view.getUint16(entry, littleEndian), { kind, count: values, at: from });
    }
    pages.push(new TiffDirectory(view, littleEndian, entries));
    at = word(next);
  }
  if (pages.length === 0) throw new FileError(`${name}: the file holds no image; write it again`);
  return pages;
}

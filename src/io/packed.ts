// Plain values with arrays of numbers inside, as bytes: what a long run must know to go on. JSON says how the values
// hang together, the arrays follow as they lie in memory, and a checksum over all of it tells damage.
import { FileError } from '../core/errors.js';
import { crc32 } from './crc32.js';
import { textOf } from './utf8.js';

/** "VXPK", then u32 little-endian: version, checksum of all behind it, bytes of the JSON. */
const MAGIC = 0x4b505856;
const VERSION = 2;
const CHECKED = 12;
const HEAD = 16;
/** Arrays begin at multiples of this, so that they can be looked at where they lie. */
const ALIGN = 8;

const TYPES = { Float64Array, Float32Array, Uint32Array, Int32Array, Uint8Array } as const;
type TypeName = keyof typeof TYPES;
type Packable = InstanceType<(typeof TYPES)[TypeName]>;

const typeOf = (value: unknown): TypeName | null =>
  (Object.keys(TYPES) as TypeName[]).find((name) => value instanceof TYPES[name]) ?? null;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN;

/** What stands in the JSON for what JSON has no word for. */
interface Stand {
  readonly $array?: readonly [type: TypeName, length: number];
  readonly $number?: string;
}

/** Values, lists, records, texts, numbers and arrays of numbers as bytes. Numbers keep their bits. */
export function packed(value: unknown): Uint8Array {
  const arrays: Packable[] = [];
  const json = new TextEncoder().encode(JSON.stringify(value, (_, item: unknown): unknown => {
    const type = typeOf(item);
    if (type !== null) {
      arrays.push(item as Packable);
      return { $array: [type, (item as Packable).length] } satisfies Stand;
    }
    const odd = typeof item === 'number' && (!Number.isFinite(item) || Object.is(item, -0));
    return odd ? { $number: Object.is(item, -0) ? '-0' : String(item) } satisfies Stand : item;
  }));
  const start = aligned(HEAD + json.length);
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + aligned(byteLength), start));
  bytes.set(json, HEAD);
  let at = start;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  const head = new DataView(bytes.buffer);
  head.setUint32(CHECKED, json.length, true);
  [MAGIC, VERSION, crc32(bytes.subarray(CHECKED))].forEach((word, k) => head.setUint32(4 * k, word, true));
  return bytes;
}

/** The values in bytes of `packed`.
 *  @param path for messages @param what they should be @throws FileError for other bytes, and damaged ones */
export function unpacked(path: string, what: string, bytes: Uint8Array): unknown {
  const head = new DataView(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD));
  if (bytes.length < HEAD || head.getUint32(0, true) !== MAGIC) {
    throw new FileError(`${path}: is no ${what}; choose another name, or remove it`);
  }
  if (head.getUint32(4, true) !== VERSION) {
    throw new FileError(`${path}: is a ${what} of another version of the program; remove it to begin anew`);
  }
  if (crc32(bytes.subarray(CHECKED)) !== head.getUint32(8, true)) {
    throw new FileError(`${path}: is damaged or not whole (its checksum differs); remove it to begin anew`);
  }
  const length = head.getUint32(CHECKED, true);
  let at = aligned(HEAD + length);
  return JSON.parse(textOf(path, bytes.subarray(HEAD, HEAD + length)), (_, item: unknown): unknown => {
    const { $array, $number } = Object(item) as Stand;
    if ($number !== undefined) return Number($number);
    if ($array === undefined) return item;
    const [type, count] = $array;
    const size = count * TYPES[type].BYTES_PER_ELEMENT;
    const array = new TYPES[type](bytes.slice(at, at + size).buffer);
    at += aligned(size);
    return array;
  });
}

// From arguments by name to what a kernel's WebAssembly function takes: numbers in order, or a record in memory.
import { CALL_RECORD } from '../../assembly/layout.js';
import { VoxelithError } from '../core/errors.js';
import { KERNELS, LAYOUTS, RECORDS } from './abi.js';

/** Kernels of the core, by the names of their exports. */
export type KernelName = keyof typeof KERNELS;

/** Bytes of an address: 4 in the core of up to 4 GiB, 8 in the wide one (decisions/0199). */
export type AddressBytes = 4 | 8;

/** Above every address of the wide core. */
const MAX_ADDRESS = 2 ** 40;

/** A place in WASM memory: a lease, or `within` one. */
export interface Place {
  readonly name: string;
  /** Byte address. */
  readonly ptr: number;
}

/** What the caller gives for each kind of argument. */
interface Values {
  pointer: Place;
  /** null: absent, address 0. */
  optional: Place | null;
  flag: boolean;
  i32: number;
  u32: number;
  f32: number;
  f64: number;
}
type Kind = keyof Values;
type Fields<K extends KernelName> = (typeof KERNELS)[K];

/** A kernel's arguments by their names in its signature; a missing, unknown or mistyped one does not compile. */
export type Arguments<K extends KernelName> = {
  readonly [N in keyof Fields<K>]: Fields<K>[N] extends Kind ? Values[Fields<K>[N]] : never;
};

/** A call as it goes to the workers. */
export interface KernelCall {
  readonly kernel: string;
  /** What the function takes after `thread` and `threads`. */
  readonly args: readonly (number | bigint)[];
  /** The numbers by name, for messages. */
  readonly named: Readonly<Record<string, number>>;
  /** Goes to CALL_RECORD before the call. */
  readonly record: Uint8Array | null;
}

/** The place `byteOffset` bytes into another. */
export function within({ name, ptr }: Place, byteOffset: number): Place {
  return { name, ptr: ptr + byteOffset };
}

const isWhole = (value: unknown, from: number, below: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value < below;
const isPlace = (value: unknown): value is Place =>
  typeof value === 'object' && value !== null && isWhole((value as Place).ptr, 1, MAX_ADDRESS);

/** The number that stands for a value, or null when the value is none of its kind. */
function numberOf(kind: Kind, value: unknown): number | null {
  switch (kind) {
    case 'pointer':
      return isPlace(value) ? value.ptr : null;
    case 'optional':
      return value === null ? 0 : numberOf('pointer', value);
    case 'flag':
      return typeof value === 'boolean' ? Number(value) : null;
    case 'i32':
      return isWhole(value, -(2 ** 31), 2 ** 31) ? (value as number) : null;
    case 'u32':
      return isWhole(value, 0, 2 ** 32) ? (value as number) : null;
    default:
      return typeof value === 'number' ? value : null;
  }
}

const SIZES: Readonly<Record<Exclude<Kind, 'pointer' | 'optional'>, number>> =
  { flag: 1, i32: 4, u32: 4, f32: 4, f64: 8 };
const isAddress = (kind: Kind): kind is 'pointer' | 'optional' => kind === 'pointer' || kind === 'optional';

/** Fields one after the other, each aligned to its size, as AssemblyScript lays out an @unmanaged class.
 *  @returns byte offsets, and the bytes of all. */
export function recordLayout(
  kinds: readonly Kind[], addressBytes: AddressBytes,
): { readonly offsets: readonly number[]; readonly bytes: number } {
  let bytes = 0;
  const offsets = kinds.map((kind) => {
    const size = isAddress(kind) ? addressBytes : SIZES[kind];
    const at = Math.ceil(bytes / size) * size;
    bytes = at + size;
    return at;
  });
  return { offsets, bytes };
}

/** The bytes of a record. */
function encodeRecord(kinds: readonly Kind[], numbers: readonly number[], addressBytes: AddressBytes): Uint8Array {
  const { offsets, bytes } = recordLayout(kinds, addressBytes);
  const record = new Uint8Array(bytes);
  const view = new DataView(record.buffer);
  for (const [i, kind] of kinds.entries()) {
    if (isAddress(kind) && addressBytes === 8) view.setBigUint64(offsets[i], BigInt(numbers[i]), true);
    else if (kind === 'f64') view.setFloat64(offsets[i], numbers[i], true);
    else if (kind === 'f32') view.setFloat32(offsets[i], numbers[i], true);
    else if (kind === 'flag') view.setUint8(offsets[i], numbers[i]);
    else view.setInt32(offsets[i], numbers[i], true);
  }
  return record;
}

/** A record that kernels take the address of, as assembly/ lays it out; addresses are numbers, what is not given is
 *  0. */
export function encodeLayout<L extends keyof typeof LAYOUTS>(
  layout: L, values: Partial<Readonly<Record<keyof (typeof LAYOUTS)[L], number>>>, addressBytes: AddressBytes,
): Uint8Array {
  const fields: Readonly<Record<string, Kind>> = LAYOUTS[layout];
  const given: Readonly<Record<string, number | undefined>> = values;
  return encodeRecord(Object.values(fields), Object.keys(fields).map((name) => given[name] ?? 0), addressBytes);
}

/** One field of such a record: its bytes, and at which byte they begin. */
export function encodeField<L extends keyof typeof LAYOUTS>(
  layout: L, field: keyof (typeof LAYOUTS)[L], value: number, addressBytes: AddressBytes,
): { readonly bytes: Uint8Array; readonly offset: number } {
  const fields: Readonly<Record<string, Kind>> = LAYOUTS[layout];
  const { offsets } = recordLayout(Object.values(fields), addressBytes);
  const bytes = encodeRecord([fields[field as string]], [value], addressBytes);
  return { bytes, offset: offsets[Object.keys(fields).indexOf(field as string)] };
}

/** @throws VoxelithError for an unknown kernel, and for an argument that is missing, unknown or not of its kind */
export function encodeCall(
  kernel: string, values: Readonly<Record<string, unknown>>, addressBytes: AddressBytes,
): KernelCall {
  if (!Object.hasOwn(KERNELS, kernel)) throw new VoxelithError(`the core has no kernel "${kernel}"`);
  const fields: Readonly<Record<string, Kind>> = KERNELS[kernel as KernelName];
  const unknown = Object.keys(values).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) {
    throw new VoxelithError(
      `kernel ${kernel}: has no argument "${unknown}"; it takes ${Object.keys(fields).join(', ')}`,
    );
  }
  const named = Object.fromEntries(
    Object.entries(fields).map(([name, kind]) => {
      if (!Object.hasOwn(values, name)) throw new VoxelithError(`kernel ${kernel}: the argument "${name}" is missing`);
      const number = numberOf(kind, values[name]);
      if (number === null) {
        throw new VoxelithError(`kernel ${kernel}: "${name}" must be of kind ${kind}, got ${String(values[name])}`);
      }
      return [name, number];
    }),
  );
  const kinds = Object.values(fields);
  const numbers = Object.values(named);
  const address = (ptr: number): number | bigint => (addressBytes === 8 ? BigInt(ptr) : ptr);
  if (!RECORDS.includes(kernel)) {
    return { kernel, args: numbers.map((n, i) => (isAddress(kinds[i]) ? address(n) : n)), named, record: null };
  }
  return { kernel, args: [address(CALL_RECORD)], named, record: encodeRecord(kinds, numbers, addressBytes) };
}

/** How a call reads in a message. */
export function describeCall({ kernel, named }: KernelCall): string {
  return `${kernel}(${Object.entries(named).map(([name, value]) => `${name}: ${value}`).join(', ')})`;
}

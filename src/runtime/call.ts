// From arguments by name to what a kernel's WebAssembly function takes: numbers in order, or a record in memory.
import { CALL_RECORD } from '../../assembly/layout.js';
import { VoxelithError } from '../core/errors.js';
import { KERNELS, LAYOUTS, RECORDS } from './abi.js';

export type KernelName = keyof typeof KERNELS;

/** A place in WASM memory: a lease, or `within` one. */
export interface Place {
  readonly name: string;
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
  readonly args: readonly number[];
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
  typeof value === 'object' && value !== null && isWhole((value as Place).ptr, 1, 2 ** 32);

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

const SIZES: Readonly<Record<Kind, number>> = { pointer: 4, optional: 4, flag: 1, i32: 4, u32: 4, f32: 4, f64: 8 };

/** Fields one after the other, each aligned to its size, as AssemblyScript lays out an @unmanaged class.
 *  @returns byte offsets, and the bytes of all. */
export function recordLayout(kinds: readonly Kind[]): { readonly offsets: readonly number[]; readonly bytes: number } {
  let bytes = 0;
  const offsets = kinds.map((kind) => {
    const at = Math.ceil(bytes / SIZES[kind]) * SIZES[kind];
    bytes = at + SIZES[kind];
    return at;
  });
  return { offsets, bytes };
}

/** The bytes of a record. */
function encodeRecord(kinds: readonly Kind[], numbers: readonly number[]): Uint8Array {
  const { offsets, bytes } = recordLayout(kinds);
  const record = new Uint8Array(bytes);
  const view = new DataView(record.buffer);
  for (const [i, kind] of kinds.entries()) {
    if (kind === 'f64') view.setFloat64(offsets[i], numbers[i], true);
    else if (kind === 'f32') view.setFloat32(offsets[i], numbers[i], true);
    else if (kind === 'flag') view.setUint8(offsets[i], numbers[i]);
    else view.setInt32(offsets[i], numbers[i], true);
  }
  return record;
}

/** A record that kernels take the address of, as assembly/ lays it out; addresses are numbers, what is not given is
 *  0. */
export function encodeLayout<L extends keyof typeof LAYOUTS>(
  layout: L, values: Partial<Readonly<Record<keyof (typeof LAYOUTS)[L], number>>>,
): Uint8Array {
  const fields: Readonly<Record<string, Kind>> = LAYOUTS[layout];
  const given: Readonly<Record<string, number | undefined>> = values;
  return encodeRecord(Object.values(fields), Object.keys(fields).map((name) => given[name] ?? 0));
}

/** Byte offset of one of its fields. */
export function fieldOffset<L extends keyof typeof LAYOUTS>(layout: L, field: keyof (typeof LAYOUTS)[L]): number {
  const fields: Readonly<Record<string, Kind>> = LAYOUTS[layout];
  return recordLayout(Object.values(fields)).offsets[Object.keys(fields).indexOf(field as string)];
}

/** @throws VoxelithError for an unknown kernel, and for an argument that is missing, unknown or not of its kind */
export function encodeCall(kernel: string, values: Readonly<Record<string, unknown>>): KernelCall {
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
  const numbers = Object.values(named);
  if (!RECORDS.includes(kernel)) return { kernel, args: numbers, named, record: null };
  return { kernel, args: [CALL_RECORD], named, record: encodeRecord(Object.values(fields), numbers) };
}

/** How a call reads in a message. */
export function describeCall({ kernel, named }: KernelCall): string {
  return `${kernel}(${Object.entries(named).map(([name, value]) => `${name}: ${value}`).join(', ')})`;
}

// WebAssembly memories of two widths: addresses of 4 bytes reach 4 GiB, those of 8 bytes 16 GiB, which is where engines
// stop (decisions/0199).
import { ARENA_START } from '../../assembly/layout.js';
import type { AddressBytes } from './call.js';

export const PAGE_BYTES = 65536;
/** 4 GiB less one page, so that byte counts fit 32 bits. */
export const NARROW_BYTES = 65535 * PAGE_BYTES;
/** What V8 and SpiderMonkey allow a memory of 64-bit addresses to grow to. */
const WIDE_PAGES = 262144;
export const WIDE_BYTES = WIDE_PAGES * PAGE_BYTES;

/** A memory that all threads share. @throws what the engine throws where it has no such memory, or no room */
export function createMemory(addressBytes: AddressBytes, initialPages: number): WebAssembly.Memory {
  if (addressBytes === 4) return new WebAssembly.Memory({ initial: initialPages, maximum: 65536, shared: true });
  const wide = { initial: BigInt(initialPages), maximum: BigInt(WIDE_PAGES), shared: true, address: 'i64' };
  // TypeScript knows memories of 32-bit addresses only.
  return new WebAssembly.Memory(wide as unknown as WebAssembly.MemoryDescriptor);
}

/** @throws what the engine throws where the machine refuses */
export function growMemory(memory: WebAssembly.Memory, addressBytes: AddressBytes, pages: number): void {
  memory.grow((addressBytes === 8 ? BigInt(pages) : pages) as number);
}

let wide: boolean | null = null;

/** Whether this engine has memories of 64-bit addresses: Node from 24 on, browsers since early 2025. */
export function hasWideMemory(): boolean {
  if (wide !== null) return wide;
  try {
    wide = createMemory(8, 1).buffer.byteLength === PAGE_BYTES;
  } catch {
    wide = false;
  }
  return wide;
}

/** Most bytes that a session can use here. */
export const maxMemoryBytes = (): number => (hasWideMemory() ? WIDE_BYTES : NARROW_BYTES);

/** Voxels from which on kernels count with 32 bits that addresses of 64 bits do not wrap: 1290³. */
export const WIDE_VOXELS = 2 ** 31;

/** The part of so many bytes that an operation on so many voxels can use. */
export const usableBytes = (bytes: number, voxels: number): number =>
  voxels < WIDE_VOXELS ? bytes : Math.min(bytes, NARROW_BYTES - ARENA_START);

/** What `--memory` can be raised to, for messages. */
export const memoryAdvice = (): string =>
  hasWideMemory() ? `${WIDE_BYTES / 2 ** 20} MiB at most` : `4096 MiB at most; ${WIDE_BYTES / 2 ** 20} on Node 24`;

/** Share of a machine's memory that a session takes unless it is told how much. */
export const MEMORY_SHARE = 0.75;

/** Bytes of memory for a session on a machine with so many: 4 GiB everywhere, more where both machine and engine have
 *  them. */
export function defaultMemoryBytes(machineBytes: number): number {
  return Math.min(maxMemoryBytes(), Math.max(NARROW_BYTES, Math.floor(MEMORY_SHARE * machineBytes)));
}

/** What the page says of a kernel: its arguments and their kinds, and the class of its record if it takes one. */
export interface KernelSource {
  readonly name: string;
  readonly file: string;
  readonly record: string | null;
  readonly parameters: number;
  /** Records that it takes the addresses of. */
  readonly layouts: readonly {
    readonly name: string;
    readonly file: string;
    readonly fields: KernelSource['fields'];
  }[];
  readonly fields: readonly (readonly [name: string, kind: string])[];
}
export const PAGE: string;
export function readKernels(): KernelSource[];
export function abiPage(): string;
export function writeAbi(): void;

// Codecs of Zarr chunks under a bound: a chunk holds what its shape says, and a kilobyte of it can stand for a
// gigabyte.
//
// zarrita finds codecs by name in a registry, which the whole program shares. Ours stand beside its own under other
// names, and the metadata that zarrita reads ask for those.
import type { registry } from 'zarrita';
import { FileError } from '../core/errors.js';
import type { Attributes } from './arranged.js';
import { mostBlosc, mostLz4, mostZstd } from './frames.js';
import { inflated, mostInflated, type Packing } from './inflate.js';
import { objectFrom, packedAtMost } from './voxels.js';

type Registry = typeof registry;
type CodecEntry = Awaited<ReturnType<NonNullable<ReturnType<Registry['get']>>>>;

const OURS = 'voxelith.';
const INFLATED: Readonly<Record<string, Packing>> = { gzip: 'gzip', zlib: 'deflate' };
/** zstd counts blocks as full; encoders that split them make them a few kilobytes. */
const MOST: Readonly<Record<string, (bytes: Uint8Array) => number>> = {
  blosc: mostBlosc, lz4: mostLz4, zstd: (bytes) => mostZstd(bytes) / 64,
};
/** Bytes of an element at most. */
const WIDEST = 8;
/** What a codec may add to data that another one compressed, or to very few. */
const SLACK = 2 ** 18;

function boundedEntry(kind: string, whole: Registry): () => Promise<CodecEntry> {
  return async () => {
    const original = (await whole.get(kind)?.()) as CodecEntry;
    return {
      fromConfig(configuration: unknown, meta: { readonly shape: readonly number[] }) {
        const codec = original.fromConfig(
          configuration as never, meta as never,
        ) as { kind: string; decode(bytes: Uint8Array): unknown };
        const bytes = packedAtMost(WIDEST * meta.shape.reduce((product, n) => product * n, 1)) + SLACK;
        const decode = async (data: Uint8Array): Promise<unknown> => {
          const packing = INFLATED[kind];
          if (packing !== undefined) {
            const extent = { bytes: Math.min(bytes, mostInflated(data.length)), more: 'refuse' } as const;
            return inflated({ name: 'a chunk', room: Infinity }, data, packing, extent);
          }
          if (MOST[kind](data) > bytes) throw new FileError(`a chunk of at most ${bytes} bytes holds more (${kind})`);
          return codec.decode(data);
        };
        return { kind: codec.kind, decode };
      },
    } as unknown as CodecEntry;
  };
}

/** Puts the bounded codecs beside those of zarrita. */
export function registerBounded(all: Registry): void {
  for (const kind of [...Object.keys(INFLATED), ...Object.keys(MOST)]) {
    // Version 2 gets a prefix from zarrita.
    for (const prefix of ['', 'numcodecs.']) {
      all.set(`${prefix}${OURS}${kind}` as never, boundedEntry(kind, all) as never);
    }
  }
}

const bounded = (name: unknown): unknown => {
  const kind = String(name).replace(/^numcodecs\./, '');
  return Object.hasOwn(INFLATED, kind) || Object.hasOwn(MOST, kind) ? `${OURS}${kind}` : name;
};

/** Metadata of an array that ask for the bounded codecs. */
export function withBoundedCodecs(text: Uint8Array): Uint8Array {
  const meta = objectFrom(new TextDecoder().decode(text));
  if (meta === null) return text;
  const second = (codec: unknown): unknown => (isObject(codec) ? { ...codec, id: bounded(codec.id) } : codec);
  const third = (codec: unknown): unknown => (isObject(codec) ? { ...codec, name: bounded(codec.name) } : codec);
  const { compressor, filters, codecs } = meta;
  return new TextEncoder().encode(JSON.stringify({
    ...meta,
    ...(compressor === undefined ? {} : { compressor: second(compressor) }),
    ...(Array.isArray(filters) ? { filters: filters.map(second) } : {}),
    ...(Array.isArray(codecs) ? { codecs: codecs.map(third) } : {}),
  }));
}

function isObject(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null;
}

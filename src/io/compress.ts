// Compression by the platform: zlib in Node, the same in browsers. The bytes may differ from one version to the next,
// what they stand for does not.

import type { Packing } from './inflate.js';

export async function compressed(bytes: Uint8Array, kind: Packing): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream(kind));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

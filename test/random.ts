// Seeded randomness for tests, independent of the product's own generator.

/** mulberry32: uniform numbers in [0, 1) from a 32-bit seed. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Labels drawn independently with the given probabilities; spatially correlated when `smooth` > 0 by majority of
 *  repeated nearest-neighbour copying, so that clusters, necks and holes occur. */
export function randomLabels(
  shape: readonly [number, number, number], fractions: Readonly<Record<number, number>>, seed: number, smooth = 0,
): Uint8Array {
  const random = uniform(seed);
  const entries = Object.entries(fractions).map(([label, share]) => [Number(label), share] as const);
  const draw = (): number => {
    let u = random() * entries.reduce((sum, [, share]) => sum + share, 0);
    for (const [label, share] of entries) {
      u -= share;
      if (u < 0) return label;
    }
    return entries[entries.length - 1][0];
  };
  const [nz, ny, nx] = shape;
  const labels = Uint8Array.from({ length: nz * ny * nx }, draw);
  for (let pass = 0; pass < smooth * labels.length; pass++) {
    const z = Math.floor(random() * nz);
    const y = Math.floor(random() * ny);
    const x = Math.floor(random() * nx);
    const step = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]][Math.floor(random() * 6)];
    const [c, b, a] = [z + step[0], y + step[1], x + step[2]];
    if (c < 0 || b < 0 || a < 0 || c >= nz || b >= ny || a >= nx) continue;
    labels[(z * ny + y) * nx + x] = labels[(c * ny + b) * nx + a];
  }
  return labels;
}

/** Normal numbers by Box and Muller. */
export function normals(seed: number): () => number {
  const random = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

// Fixed inputs of the digest. They come from this file alone, so that a change of the package cannot change them.

/** Numbers in [0, 1) by murmur3's finaliser. */
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let h = state;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** Sum of waves of about `length` voxels in random directions, z, y, x; roughly standard normal. */
function waves([nz, ny, nx], length, seed) {
  const random = uniform(seed);
  const count = 24;
  const all = Array.from({ length: count }, () => {
    const [u, v, w] = [random() - 0.5, random() - 0.5, random() - 0.5];
    const scale = (2 * Math.PI * (0.7 + 0.6 * random())) / (length * Math.sqrt(u * u + v * v + w * w));
    return [u * scale, v * scale, w * scale, 2 * Math.PI * random()];
  });
  const field = new Float64Array(nz * ny * nx);
  let at = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        let sum = 0;
        for (const [kz, ky, kx, phase] of all) sum += Math.cos(kz * z + ky * y + kx * x + phase);
        field[at++] = sum * Math.sqrt(2 / count);
      }
    }
  }
  return field;
}

const SHAPE = [26, 32, 40];

function labelsOf(field, limits, labels) {
  return Uint8Array.from(field, (value) => labels[limits.filter((limit) => value >= limit).length]);
}

/** A law's table that no study has to make. */
function lawTable() {
  const rows = [];
  for (let i = 0; i < 60; i++) {
    const row = { id: `s${i}`, family: ['interpolated', 'stepped'][i % 2] };
    for (const [phase, shift] of [[1, 0], [2, 0.05]]) {
      const volumeFraction = 0.2 + shift + 0.005 * ((i * 7) % 60);
      const meanGeodesicTortuosity = 1.05 + 0.002 * ((i * 11) % 60);
      const stdGeodesicTortuosity = 0.02 + 0.0008 * ((i * 13) % 60);
      const constrictivity = 0.3 + 0.008 * ((i * 17) % 60);
      const wobble = 1 + 0.03 * (((i * 23 + 5 * phase) % 17) / 8 - 1);
      // Square roots alone: powers differ between engines in the last bit.
      const paths = meanGeodesicTortuosity * meanGeodesicTortuosity;
      const m = (volumeFraction * Math.sqrt(Math.sqrt(volumeFraction) * constrictivity)) / paths;
      Object.assign(row, {
        [`volumeFraction${phase}`]: volumeFraction, [`specificSurfaceArea${phase}PerUm`]: 0.5 + 0.01 * ((i * 19) % 60),
        [`meanGeodesicTortuosity${phase}`]: meanGeodesicTortuosity,
        [`stdGeodesicTortuosity${phase}`]: stdGeodesicTortuosity,
        [`constrictivity${phase}`]: constrictivity,
        [`mFactor${phase}`]: wobble * m,
      });
    }
    rows.push(row);
  }
  return rows;
}

/** Labelled volumes, grey images, the table of a law. */
export function makeInputs() {
  const coarse = waves(SHAPE, 14, 1);
  const other = waves(SHAPE, 9, 2);
  const noise = uniform(3);
  const three = Uint8Array.from(coarse, (value, i) => (value > 0.1 ? 1 : other[i] > -0.6 ? 2 : 3));
  const grid = { shape: SHAPE, voxelSizeUm: [0.2, 0.2, 0.2] };
  const speckled = Uint8Array.from(three, (label) => (noise() < 0.02 ? 1 + Math.floor(3 * noise()) : label));
  const layer = SHAPE[1] * SHAPE[2];
  const bright = Float64Array.from(coarse, (value, i) =>
    110 + 55 * Math.sign(value - 0.1) + 25 * Math.tanh(other[i]) + 12 * (noise() - 0.5) + 0.9 * Math.floor(i / layer));
  return {
    law: lawTable(),
    three: { ...grid, labels: three },
    unsized: { shape: SHAPE, voxelSizeUm: null, labels: three },
    flat: { shape: SHAPE, voxelSizeUm: [0.5, 0.2, 0.3], labels: three },
    speckled: { ...grid, labels: speckled },
    two: { ...grid, labels: labelsOf(coarse, [0.2], [3, 2]) },
    five: { ...grid, labels: labelsOf(coarse, [-1, -0.3, 0.3, 1], [1, 2, 3, 4, 7]) },
    /** White noise a little above the percolation threshold of site percolation, 0.3116. */
    sparse: {
      ...grid, labels: Uint8Array.from({ length: three.length }, () => (noise() < 0.36 ? 1 : noise() < 0.5 ? 2 : 3)),
    },
    /** Nothing of label 1 in the first layer. */
    blocked: { ...grid, labels: three.map((label, i) => (i < layer ? 2 : label)) },
    levelSet: Float32Array.from(coarse, (value) => value - 0.1),
    grey8: { ...grid, data: Uint8Array.from(bright, (value) => Math.max(0, Math.min(255, value))) },
    grey16: { ...grid, data: Uint16Array.from(bright, (value) => 40 * value) },
    greyFloat: { ...grid, data: Float32Array.from(bright, (value) => value / 100) },
    section: {
      shape: [1, 48, 44], voxelSizeUm: [0.2, 0.2, 0.2], labels: labelsOf(waves([1, 48, 44], 10, 4), [0.2], [3, 2]),
    },
  };
}

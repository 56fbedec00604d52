// What an instrument would show of known labels: grey values, blur, noise, a drift, 8 bits.
import { filterGreys, type GreyVolume, type LabelVolume, type Session } from '../../src/node.js';
import { normals } from '../../test/random.js';

export interface Instrument {
  /** Grey value of each class, dark to bright. */
  readonly levels: readonly number[];
  /** Standard deviation of the Gaussian blur, voxels. */
  readonly blur: number;
  /** Standard deviation of the noise, grey values. */
  readonly noise: number;
  /** Grey values by which the last plane is brighter than the first one. */
  readonly drift: number;
}

export async function tomogram(
  session: Session, { labels, shape }: LabelVolume, { levels, blur, noise, drift }: Instrument, seed: number,
): Promise<GreyVolume> {
  const sharp: GreyVolume = { data: Float32Array.from(labels, (k) => levels[k]), shape, voxelSizeUm: null };
  const { data } = blur > 0 ? (await filterGreys(session, sharp, { kind: 'gaussian', sigma: blur })).volume : sharp;
  const normal = normals(seed);
  const plane = shape[1] * shape[2];
  const slope = shape[0] > 1 ? drift / (shape[0] - 1) : 0;
  const grey = Uint8Array.from(data, (value, i) => {
    const seen = value + noise * normal() + slope * (Math.floor(i / plane) - (shape[0] - 1) / 2);
    return Math.max(0, Math.min(255, Math.round(seen)));
  });
  return { data: grey, shape, voxelSizeUm: null };
}

// What a segmentation should preserve: ε, S and M of every class; sizes say how fine the structure is.
import {
  describe, mFactor, surfaceAreas, volumeFractions, type Axis, type LabelVolume, type Session,
} from '../../src/node.js';

export interface Measured {
  readonly volumeFraction: number;
  readonly surface: number;
  readonly mFactor: number;
}

const NOTHING: Measured = { volumeFraction: 0, surface: 0, mFactor: 0 };
const axisOf = ({ shape }: LabelVolume): Axis => (shape[0] > 1 ? 'z' : 'x');

/** By class; zeros for one that does not occur. */
export async function measure(session: Session, volume: LabelVolume, classes: number): Promise<readonly Measured[]> {
  const { phases } = await volumeFractions(session, volume);
  const areas = (await surfaceAreas(session, volume)).phases;
  const result: Measured[] = [];
  for (let k = 0; k < classes; k++) {
    const volumeFraction = phases.find(({ phase }) => phase === k)?.volumeFraction ?? 0;
    result.push(volumeFraction === 0 ? NOTHING : {
      volumeFraction, surface: areas.find(({ phase }) => phase === k)!.specificSurfaceArea,
      mFactor: (await mFactor(session, volume, { phase: k, axis: axisOf(volume) })).mFactor,
    });
  }
  return result;
}

/** Median diameter of each class, voxels: half of it is covered by balls of that diameter. */
export async function medianSizes(session: Session, volume: LabelVolume, classes: number): Promise<readonly number[]> {
  const { phases } = await describe(session, volume, { only: ['openingSizes'] });
  return Array.from({ length: classes }, (_, k) => phases[k]?.openingSizes?.d50 ?? 0);
}

// A tomogram of a known structure, as a scanner would see it: a grey value per label, blur, noise. What a
// segmentation gives of it can be compared with the structure.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { checkVolume, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { addNoise, greysOfLabels, greyTable, noiseLeases } from '../kernels/scan.js';
import { gaussianWeights, separable, separableLeases } from '../kernels/separable.js';
import { labelLease } from '../kernels/transitions.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { checkFilter, gaussianReach } from './filter.js';
import { greyLease, type GreyData, type GreyVolume } from './grey.js';

/** Options of `simulateScan`: what the scanner shows of each label, and how badly. */
export interface ScanOptions {
  /** Grey value of each label that occurs. */
  readonly greys: Readonly<Record<Phase, number>>;
  /** Standard deviation of the Gaussian blur, voxels; 0: none. */
  readonly blur?: number;
  /** Standard deviation of the noise, grey values; every voxel has its own. */
  readonly noise?: number;
  /** Key of the noise. Default: 1. */
  readonly seed?: number;
  /** uint8 and uint16: rounded, and held at the ends of the range. */
  readonly dtype?: keyof typeof RANGES;
}

const RANGES = { uint8: [0, 255], uint16: [0, 65535], float32: [-Infinity, Infinity] } as const;
const ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array } as const;
/** Options of `simulateScan` that are not given; blur in voxels, noise in grey values. */
export const SCAN_DEFAULTS = { blur: 0.6, noise: 8, seed: 1, dtype: 'uint8' } as const;
const SCAN_NAMES: Names<ScanOptions> = { greys: true, blur: true, noise: true, seed: true, dtype: true };
const KINDS = { uint8: 1, uint16: 2, float32: 4 } as const;

/** Leases of `simulateScan`. */
function scanPlan(shape: Shape, blur: number, threads: number) {
  return {
    leases: [
      labelLease(shape), ...greyTable, greyLease('grey values', shape, 4), greyLease('other values', shape, 4),
      ...noiseLeases(threads), ...separableLeases(shape, gaussianReach(blur), threads),
    ],
  };
}

function checkScan(volume: LabelVolume, options: ScanOptions): Required<ScanOptions> {
  const where = 'simulateScan';
  const filled = { ...SCAN_DEFAULTS, ...options };
  const { greys, blur, noise, seed, dtype } = filled;
  if (!(dtype in RANGES)) throw new SpecError(`${where}: dtype is uint8, uint16 or float32, got "${String(dtype)}"`);
  checkArguments(where, { 'options.greys': [greys, 'record'] });
  const [low, high] = RANGES[dtype];
  for (const phase of phasesOf(volume)) {
    const grey = greys[phase];
    if (grey === undefined) throw new SpecError(`${where}: label ${phase} occurs and has no grey value in greys`);
    if (!Number.isFinite(grey) || grey < low || grey > high) {
      throw new SpecError(`${where}: the grey value of label ${phase} must lie in ${dtype}, got ${grey}`);
    }
  }
  if (blur !== 0) checkFilter({ kind: 'gaussian', sigma: blur });
  if (!(noise >= 0 && Number.isFinite(noise))) {
    throw new SpecError(`${where}: noise is a standard deviation of at least 0 grey values, got ${noise}`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new SpecError(`${where}: seed is a whole number from 0 to 2⁵³ − 1, got ${seed}`);
  }
  return filled;
}

/** Grey image of a structure: the grey values of its labels, blurred by a Gaussian, with white noise on top. The same
 *  bits for every number of threads.
 *  @throws SpecError for a label without grey value, or values out of range; CapacityError */
export async function simulateScan(
  session: Session, volume: LabelVolume, options: ScanOptions, run: RunOptions = {},
): Promise<GreyVolume> {
  checkOperation('simulateScan', session, run, { volume: [volume, 'record'], options: [options, SCAN_NAMES] });
  const { labels, shape, voxelSizeUm, provenance: of } = checkVolume('simulateScan', volume);
  const { greys, blur, noise, seed, dtype } = checkScan(volume, options);
  const voxels = voxelCount(shape);
  const plan = scanPlan(shape, blur, session.threads);
  return session.run('simulateScan', plan, voxels, run, async (frame) => {
    const {
      labels: lease, 'greys of labels': table, 'grey values': values, 'other values': other, ...scratch
    } = frame.take(plan);
    await frame.write(lease, labels);
    await greysOfLabels(frame, values, lease, greys, table, shape);
    let [from, out] = [values, other];
    if (blur > 0) {
      const reach = gaussianReach(blur);
      await gaussianWeights(frame, scratch.weights, reach, blur);
      await separable(frame, other, values, 4, reach, 1, scratch, shape, 'Gaussian');
      [from, out] = [other, values];
    }
    await addNoise(frame, out, from, KINDS[dtype], noise, seed, scratch, shape);
    const data: GreyData = await frame.read(out, ARRAYS[dtype] as typeof Float32Array, voxels);
    return { data, shape, voxelSizeUm, provenance: { scan: { greys, blur, noise, seed, dtype }, of } };
  });
}

// A tomogram of a known structure, as a scanner would see it: a grey value per label, blur, noise. What a
// segmentation gives of it can be compared with the structure.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { checkVolume, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { philox, streamKey } from '../numeric/philox.js';
import { polarFactor } from '../numeric/portable.js';
import { inTurns } from '../runtime/host-work.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { checkFilter, filterGreys } from './filter.js';
import type { GreyVolume } from './grey.js';

export interface ScanOptions {
  /** Grey value of each label that occurs. */
  readonly greys: Readonly<Record<Phase, number>>;
  /** Standard deviation of the Gaussian blur, voxels; 0: none. */
  readonly blur?: number;
  /** Standard deviation of the noise, grey values; every voxel has its own. */
  readonly noise?: number;
  readonly seed?: number;
  /** uint8 and uint16: rounded, and held at the ends of the range. */
  readonly dtype?: keyof typeof RANGES;
}

const RANGES = { uint8: [0, 255], uint16: [0, 65535], float32: [-Infinity, Infinity] } as const;
const ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array } as const;
export const SCAN_DEFAULTS = { blur: 0.6, noise: 8, seed: 1, dtype: 'uint8' } as const;
const SCAN_NAMES: Names<ScanOptions> = { greys: true, blur: true, noise: true, seed: true, dtype: true };
const WORD = 2 ** 32;
/** Voxels between two looks at the clock; even, because normal numbers come in pairs. */
const PART = 2 ** 14;

/** Standard normal numbers with an address each: Marsaglia's polar method on the counters (pair, attempt). */
function normalsOf(seed: number): (values: Float64Array, pair: number) => void {
  const [key0, key1] = streamKey({ seed, scenario: 0, realisation: 0 });
  const block = new Uint32Array(4);
  return (values, pair) => {
    for (let attempt = 0; ; attempt++) {
      philox(block, pair, attempt, 0, 0, key0, key1);
      for (const word of [0, 2]) {
        const [u, v] = [(2 * (block[word] + 0.5)) / WORD - 1, (2 * (block[word + 1] + 0.5)) / WORD - 1];
        const factor = polarFactor(u, v);
        if (factor === null) continue;
        values[0] = u * factor;
        values[1] = v * factor;
        return;
      }
    }
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
  const sharp = { data: Float32Array.from(labels, (label) => greys[label]), shape, voxelSizeUm };
  const { data } =
    blur === 0 ? sharp : (await filterGreys(session, sharp, { kind: 'gaussian', sigma: blur }, run)).volume;
  const [low, high] = RANGES[dtype];
  const scanned = new ARRAYS[dtype](data.length);
  const draw = normalsOf(seed);
  const pair = new Float64Array(2);
  await inTurns('simulateScan', 'noise', Math.ceil(scanned.length / PART), run, (part) => {
    for (let i = part * PART; i < Math.min((part + 1) * PART, scanned.length); i++) {
      if (noise > 0 && i % 2 === 0) draw(pair, i / 2);
      const value = data[i] + noise * pair[i % 2];
      scanned[i] = dtype === 'float32' ? value : Math.max(low, Math.min(high, Math.floor(value + 0.5)));
    }
  });
  return { data: scanned, shape, voxelSizeUm, provenance: { scan: { greys, blur, noise, seed, dtype }, of } };
}

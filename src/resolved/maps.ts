// Where lithium is, from maps of a discharge: state of charge per voxel, and the material of each grain.
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import type { GrainLabels } from '../descriptors/grains.js';
import type { ResolvedDischarge, ResolvedMap } from './result.js';

type Ends = Pick<ResolvedDischarge, 'charged' | 'discharged'>;

/** State of charge of a stoichiometry: 1 at that of the start, 0 at the end of the window. */
export function stateOfCharge(ends: Ends, stoichiometry: number): number {
  checkArguments('stateOfCharge', {
    ends: [ends, has<Ends>('charged', 'discharged')], stoichiometry: [stoichiometry, 'number'],
  });
  return chargeAt(ends, stoichiometry);
}

const chargeAt = ({ charged, discharged }: Ends, stoichiometry: number): number =>
  (discharged - stoichiometry) / (discharged - charged);

/** State of charge per voxel; NaN outside the active material. */
export function stateOfChargeMap(ends: Ends, map: Pick<ResolvedMap, 'stoichiometry'>): Float32Array {
  checkArguments('stateOfChargeMap', { ends: [ends, has<Ends>('charged', 'discharged')], map: [map, 'record'] });
  return map.stoichiometry.map((x) => chargeAt(ends, x));
}

/** Lithium in each grain at one moment. Entry k − 1 of every list belongs to grain k; NaN for one without active
 *  material. */
export interface GrainLithium {
  /** Voxels of active material. */
  readonly voxels: Float64Array;
  /** Mean stoichiometry. */
  readonly mean: Float64Array;
  /** Standard deviation of the stoichiometry within the grain. */
  readonly std: Float64Array;
  /** Least stoichiometry in the grain. */
  readonly least: Float64Array;
  /** Greatest stoichiometry in the grain. */
  readonly most: Float64Array;
}

/** Stoichiometries of the grains that a watershed found, or of any numbers of voxels.
 *  @throws SpecError unless there is one number per voxel of the map, from 0 to the count */
export function lithiumOfGrains(map: Pick<ResolvedMap, 'stoichiometry'>, grains: GrainLabels): GrainLithium {
  const where = 'lithiumOfGrains';
  checkArguments(where, {
    map: [map, has<typeof map>('stoichiometry')], grains: [grains, has<GrainLabels>('numbers')],
  });
  const { stoichiometry } = map;
  const { numbers, count } = grains;
  if (numbers.length !== stoichiometry.length) {
    throw new SpecError(
      `${where}: expected as many numbers of grains as voxels, found ${numbers.length} for ${stoichiometry.length}`,
    );
  }
  const [voxels, mean, std] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const [least, most] = [new Float64Array(count).fill(Infinity), new Float64Array(count).fill(-Infinity)];
  for (let i = 0; i < numbers.length; i++) {
    const [grain, x] = [numbers[i], stoichiometry[i]];
    if (grain > count) {
      throw new SpecError(`${where}: grains are numbered up to ${grain} or more, but there are ${count}`);
    }
    if (grain === 0 || Number.isNaN(x)) continue;
    const k = grain - 1;
    // Welford: no difference of large sums.
    const away = x - mean[k];
    mean[k] += away / ++voxels[k];
    std[k] += away * (x - mean[k]);
    if (x < least[k]) least[k] = x;
    if (x > most[k]) most[k] = x;
  }
  for (let k = 0; k < count; k++) {
    if (voxels[k] > 0) std[k] = Math.sqrt(std[k] / voxels[k]);
    else for (const list of [mean, std, least, most]) list[k] = NaN;
  }
  return { voxels, mean, std, least, most };
}

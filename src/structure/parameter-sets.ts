// The table of published (or surrogate) parameter sets; one file each.
import { SpecError } from '../core/errors.js';
import type { Chi2Spec, RandomSpec, ThreePhaseSpec } from './generate.js';
import type { Chi2Parameters, ThreePhaseParameters } from './parameters.js';
import { bm01 } from './parameter-sets/bm01.js';
import { bm03 } from './parameter-sets/bm03.js';
import { bm10 } from './parameter-sets/bm10.js';
import { c850 } from './parameter-sets/c850.js';
import { c900 } from './parameter-sets/c900.js';
import { f850 } from './parameter-sets/f850.js';
import { f900 } from './parameter-sets/f900.js';
import { m850 } from './parameter-sets/m850.js';
import { m900 } from './parameter-sets/m900.js';

interface ParameterSetInfo {
  /** Lower case, as on the command line. */
  readonly name: string;
  readonly title: string;
  /** True when the values are ours and only imitate a published structure. */
  readonly surrogate: boolean;
  readonly source: string;
  /** Voxel size to which α per voxel refers. */
  readonly voxelSizeUm: number;
}

export type ParameterSet =
  | (ParameterSetInfo & { readonly model: 'three-phase'; readonly parameters: ThreePhaseParameters })
  | (ParameterSetInfo & { readonly model: 'chi2'; readonly parameters: Chi2Parameters });

export const parameterSets: readonly ParameterSet[] = [bm01, bm03, bm10, f850, f900, m850, m900, c850, c900];

/** Finds a set by name, upper or lower case. @throws SpecError that lists the names. */
export function findParameterSet(name: string): ParameterSet {
  const set = parameterSets.find((s) => s.name === name.toLowerCase());
  if (set) return set;
  throw new SpecError(`parameter set "${name}" is unknown; there are ${parameterSets.map((s) => s.name).join(', ')}`);
}

/** What `generate` needs to draw from the set `name`; the voxel size is the set's own unless `draw` has one. */
export function specFromSet(name: string, draw: RandomSpec): ThreePhaseSpec | Chi2Spec {
  const set = findParameterSet(name);
  const common = { voxelSizeUm: set.voxelSizeUm, ...draw };
  return set.model === 'chi2'
    ? { ...common, model: set.model, parameters: set.parameters }
    : { ...common, model: set.model, parameters: set.parameters };
}

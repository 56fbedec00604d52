// The published (or surrogate) parameter sets of all models; one file each, listed by their model.
import { checkArguments, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { quoted } from '../core/quote.js';
import type { ParameterSetOf, RandomSpec } from './model.js';
import { STRUCTURE_MODELS, type ParametricSpec } from './models.js';

type SetOf<S> =
  S extends { readonly model: infer M extends string; readonly parameters: infer P } ? ParameterSetOf<M, P> : never;
/** A published or surrogate θ of a model that can be fitted, with its voxel size and source. */
export type ParameterSet = SetOf<ParametricSpec>;

/** All parameter sets, model by model; `findParameterSet` looks one up by name. */
export const parameterSets: readonly ParameterSet[] =
  STRUCTURE_MODELS.flatMap(({ sets }) => sets as readonly ParameterSet[]);

/** Finds a set by name, upper or lower case. @throws SpecError that lists the names. */
export function findParameterSet(name: string): ParameterSet {
  checkArguments('findParameterSet', { name: [name, 'text'] });
  const set = parameterSets.find((s) => s.name === String(name).toLowerCase());
  if (set) return set;
  throw new SpecError(
    `parameter set ${quoted(name)} is unknown; there are ${parameterSets.map((s) => s.name).join(', ')}`,
  );
}

/** Parameters per voxel of an edge `ratio` times as long. Only × and ÷: they feed kernels. */
export function rescaled<P extends object>(
  parameters: P, table: Readonly<Record<string, { readonly edgePower?: number }>>, ratio: number,
): P {
  const scaled = (value: number, power: number): number =>
    power === 0 ? value : power > 0 ? scaled(value * ratio, power - 1) : scaled(value / ratio, power + 1);
  return Object.fromEntries(Object.entries(parameters).map(([key, value]: [string, unknown]) =>
    [key, typeof value === 'number' ? scaled(value, table[key].edgePower ?? 0) : value])) as P;
}

const DRAW_NAMES: Names<RandomSpec> = {
  size: true, voxelSizeUm: true, seed: true, scenario: true, realisation: true, levelSets: true, edges: true,
};

/** What `generate` needs to draw from the set `name`; the voxel size is the set's own unless `draw` has one. */
export function specFromSet(name: string, draw: RandomSpec): ParametricSpec {
  checkArguments('specFromSet', { name: [name, 'text'], draw: [draw, DRAW_NAMES] });
  const { voxelSizeUm, model, parameters } = findParameterSet(name);
  return { voxelSizeUm, ...draw, model, parameters } as ParametricSpec;
}

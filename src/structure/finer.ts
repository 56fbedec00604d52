// The same structure on finer voxels: window and material keep their lengths, random numbers their keys.
import { SpecError } from '../core/errors.js';
import type { Shape, VoxelSize } from '../core/grid.js';
import { readStructure, type AnyModel, type StructureSpec } from './models.js';
import { rescaled } from './parameter-sets.js';

export interface FinerStructure {
  readonly model: AnyModel;
  readonly spec: StructureSpec;
  /** Whether it is the structure that the given specification draws, sampled more finely; else another realisation of
   *  it, whose random numbers are keyed by voxels. */
  readonly same: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const shorter = (edges: number | VoxelSize, factor: number): number | VoxelSize =>
  (edges === null ? null : typeof edges === 'number' ? edges / factor
    : [edges[0] / factor, edges[1] / factor, edges[2] / factor]);

/** Level sets where the model has them for these settings. */
function withLevelSets(where: string, spec: Fields, { settings }: AnyModel): Fields {
  if (!Object.hasOwn(settings, 'levelSets')) return spec;
  const wanted = { ...spec, levelSets: true };
  try {
    readStructure(where, wanted);
    return wanted;
  } catch (error) {
    if (error instanceof SpecError) return { ...spec, levelSets: false };
    throw error;
  }
}

/** @param factor whole number ≥ 1: voxels are so many times shorter
 *  @throws SpecError for a specification that cannot be drawn on finer voxels */
export function finerStructure(where: string, spec: StructureSpec, factor: number): FinerStructure {
  const { model, spec: complete } = readStructure(where, spec);
  const given = complete as unknown as Fields & { size: Shape; voxelSizeUm: number | VoxelSize; parameters?: Fields };
  if (given.voxelSizeUm === null && model.lengthsUm === true) {
    throw new SpecError(
      `${where}: lengths of the model ${model.name} are in µm; give voxelSizeUm, so that finer voxels keep them`,
    );
  }
  const finer: Fields = {
    ...given, size: given.size.map((n) => n * factor), voxelSizeUm: shorter(given.voxelSizeUm, factor),
    ...(given.parameters !== undefined &&
      { parameters: rescaled(given.parameters, model.parameters, 1 / factor) }),
    // The box decides the fields: it keeps its length, too.
    ...(Object.hasOwn(model.settings, 'period') &&
      { period: model.period!(complete).map((n: number) => n * factor) }),
    ...model.finer?.(complete, factor),
  };
  return {
    model, spec: withLevelSets(where, finer, model) as unknown as StructureSpec,
    same: Object.hasOwn(model.settings, 'period') || !Object.hasOwn(model.settings, 'realisation'),
  };
}

// The structures of a sweep or of a threshold: a template with what is varied in it.
import { SpecError } from '../core/errors.js';
import { axisIndex, type Axis } from '../core/grid.js';
import { suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { findModel, readStructure, type StructureSpec } from '../structure/models.js';
import type { Template, Varied } from './spec.js';

/** What a place on the axes of a sweep is called, and where it lies. */
export type Place = Readonly<Record<string, number>>;

/** All combinations; the first of `vary` changes fastest. */
export function placesOf(vary: readonly Varied[]): Place[] {
  return vary.reduceRight<Place[]>(
    (places, { name, values }) => places.flatMap((place) => values.map((value) => ({ [name]: value, ...place }))), [{}],
  );
}

/** The name under which the length of the window along the axis is varied, µm. */
export const THICKNESS = 'thickness';

/** The specification of a realisation with settings at their places.
 *  @throws SpecError for a model that is unknown, settings that it does not have, or values that it does not take */
export function structureOf(
  where: string, template: Template, place: Place, drawn: {
    readonly axis: Axis; readonly seed: number; readonly realisation: number; readonly size?: number;
  },
): StructureSpec {
  const model = findModel(template.model);
  if (model === null) return readStructure(where, template).spec;
  const spec: Record<string, unknown> = { ...template };
  const given = template.parameters;
  const parameters: Record<string, unknown> = typeof given === 'object' ? { ...given } : {};
  if (drawn.size !== undefined) spec.size = drawn.size;
  for (const [name, value] of Object.entries(place)) {
    if (name === THICKNESS) spec.size = thicker(where, spec, value, drawn.axis);
    else if (Object.hasOwn(model.parameters, name)) parameters[name] = value;
    else if (Object.hasOwn(model.settings, name)) spec[name] = value;
    else {
      const known = [THICKNESS, ...Object.keys(model.parameters), ...Object.keys(model.settings)];
      const there = suggestion(name, known, 'there are');
      throw new SpecError(`${where}: ${quoted(name)} cannot be varied in the model ${model.name}; ${there}`);
    }
  }
  if (Object.hasOwn(model.settings, 'realisation')) {
    Object.assign(spec, { seed: drawn.seed, realisation: drawn.realisation });
  } else if (Object.hasOwn(model.settings, 'seed')) spec.seed = drawn.seed + drawn.realisation;
  if (Object.keys(model.parameters).length > 0) spec.parameters = parameters;
  return readStructure(where, spec).spec;
}

function thicker(where: string, { size, voxelSizeUm }: Record<string, unknown>, um: number, axis: Axis): number[] {
  const edges = Array.isArray(voxelSizeUm) ? (voxelSizeUm as unknown[]) : [voxelSizeUm, voxelSizeUm, voxelSizeUm];
  const edge = edges[axisIndex(axis)];
  const shape = Array.isArray(size) ? [...(size as unknown[])] : [size, size, size];
  if (typeof edge !== 'number' || shape.some((n) => typeof n !== 'number')) {
    throw new SpecError(
      `${where}: thickness needs voxelSizeUm and size in the structure, got ${quoted(voxelSizeUm)} and ${quoted(size)}`,
    );
  }
  shape[axisIndex(axis)] = Math.round(um / edge);
  return shape as number[];
}

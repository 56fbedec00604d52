// Descriptors that follow from the parameters without drawing anything: ε and S of models with closed forms, and their
// derivatives.
import { SpecError } from '../../core/errors.js';
import { quantityKey } from '../../descriptors/quantity.js';
import type { CompleteSpec } from '../../structure/models.js';
import { splitColumn, type Column } from '../columns.js';
import { drawingOfSource, modelOf, type StudySource } from '../source.js';
import { placeAt, type Axes, type Place } from './axes.js';

/** By column. */
type Values = Readonly<Record<Column, number>>;

export interface ExactDescriptors {
  /** Columns with a closed form. */
  readonly known: readonly Column[];
  /** Their values at a place of the unit cube, lengths in µm; null where the model has no such structure. */
  values(u: ArrayLike<number>): Values | null;
  /** Derivatives to the coordinates of the unit cube. */
  derivatives(u: ArrayLike<number>): Readonly<Record<Column, Float64Array>>;
}

/** Central differences of closed forms, in the unit cube: errors of 1e-10. */
const STEP = 1e-5;

interface Frame {
  readonly held: Place;
  readonly axes: Axes;
  readonly voxelSizeUm: number;
}

/** What of the columns is known of a source. Of a structure with an additive, and of an image, nothing is. */
export function exactDescriptors(
  source: StudySource, columns: readonly Column[], { held, axes, voxelSizeUm }: Frame,
): ExactDescriptors {
  const model = source.additive === undefined ? modelOf(source) : null;
  const { quantities, volumeFraction, derivatives } = model?.expected ?? {};
  const specAt = (place: Place): CompleteSpec => drawingOfSource(
    source, { size: [8, 8, 8], voxelSizeUm },
    { parameters: { ...held, ...place }, boxOf: null, key: { seed: 0, scenario: 0, realisation: 0 } }, false,
  ).structure as CompleteSpec;
  const known = columns.filter((column) => {
    const key = quantityKey(splitColumn(column).quantity);
    return (key === 'volumeFraction' && volumeFraction !== undefined) ||
      (key === 'specificSurfaceArea' && quantities !== undefined);
  });
  const needsAreas = known.some((column) => !column.startsWith('volumeFraction'));
  const valuesAt = (place: Place): Values | null => {
    try {
      const spec = specAt(place);
      const areas = needsAreas ? quantities!(spec) : null;
      const fractions = areas?.volumeFraction ?? volumeFraction?.(spec) ?? {};
      const surfaces = areas?.specificSurfaceArea ?? {};
      return Object.fromEntries(known.map((column) => {
        const { quantity, phase } = splitColumn(column);
        return [column, quantityKey(quantity) === 'volumeFraction'
          ? fractions[phase] ?? 0 : (surfaces[phase] ?? 0) / voxelSizeUm];
      }));
    } catch (error) {
      if (error instanceof SpecError) return null;
      throw error;
    }
  };
  const names = Object.keys(axes);
  return {
    known,
    values: (u) => valuesAt(placeAt(axes, u)),
    derivatives(u) {
      const place = placeAt(axes, u);
      const slopes = names.map((_, j) => {
        const [low, high] = [-STEP, STEP].map((by) => placeAt(axes, Array.from(u, (x, k) => (k === j ? x + by : x))));
        return { low, high, byCoordinate: (high[names[j]] - low[names[j]]) / (2 * STEP) };
      });
      if (derivatives !== undefined) {
        const exact = derivatives(specAt(place));
        return Object.fromEntries(known.map((column) => {
          const { quantity, phase } = splitColumn(column);
          const isFraction = quantityKey(quantity) === 'volumeFraction';
          const rows = isFraction ? exact.volumeFraction[phase] : exact.specificSurfaceArea[phase];
          const unit = isFraction ? 1 : 1 / voxelSizeUm;
          return [column, Float64Array.from(names, (name, j) => (rows?.[name] ?? 0) * slopes[j].byCoordinate * unit)];
        }));
      }
      const moved = slopes.map(({ low, high }) => [valuesAt(low), valuesAt(high)] as const);
      return Object.fromEntries(known.map((column) => [column, Float64Array.from(moved, ([low, high]) =>
        (low === null || high === null ? 0 : (high[column] - low[column]) / (2 * STEP)))]));
    },
  };
}

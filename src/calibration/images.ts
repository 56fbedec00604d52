// Images for a calibration: which label is which phase, on which voxels, and whether there is enough of it.
import { SpecError } from '../core/errors.js';
import type { VoxelSize } from '../core/grid.js';
import { checkVolume, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { pow } from '../numeric/elementary.js';
import { CALIBRATED_MODELS } from '../structure/models.js';
import type { LagVector } from '../structure/two-point.js';
import { rolesOfLabels, type FieldName, type ImageCounts, type Roles, type Statistic } from './curves.js';
import { calibratedModel, fieldNames, type ModelName } from './model.js';

export interface PreparedImages {
  readonly images: readonly LabelVolume[];
  readonly roles: Roles;
  /** Edges of a voxel along (z, y, x) in units of the reference voxel, the edge along x of the first image; per
   *  image. */
  readonly voxels: readonly LagVector[];
  /** µm, null when unknown. */
  readonly voxelSizeUm: number | null;
  /** Of the first image that has more than one voxel along z, else cubes; (z, y, x), null when unknown. */
  readonly voxelEdgesUm: VoxelSize;
  /** Some image has more than one voxel along z, and one across it. */
  readonly seesZ: boolean;
  readonly seesAcross: boolean;
}

function rolesOf(where: string, model: ModelName, present: readonly Phase[], phases: readonly Phase[] | null): Roles {
  const own = calibratedModel(where, model).phases();
  const names = own.map(({ name }) => name);
  const wanted = phases ?? own.map(({ label }) => label);
  if (present.length > names.length) {
    throw new SpecError(
      `${where}: the ${model} model has ${names.length} phases, the image has ${present.length} labels ` +
        `(${present.slice(0, 8).join(', ')}${present.length > 8 ? ', …' : ''}); segment it or merge labels first`,
    );
  }
  if (present.length < names.length) {
    const others =
      CALIBRATED_MODELS.filter((other) => other.phases().length === present.length).map((other) => other.name);
    const remedy = others.length > 0
      ? `take the model ${others.join(' or ')} for ${present.length} phases`
      : 'take a larger image or another segmentation';
    throw new SpecError(
      `${where}: expected ${names.length} phases (${names.join(', ')}), ` +
        `the image has only label ${present.join(', ')}; ${remedy}`,
    );
  }
  if (
    wanted.length !== names.length || new Set(wanted).size !== wanted.length ||
      wanted.some((label) => !present.includes(label))
  ) {
    const [asked, found] = phases === null
      ? [`the image has labels ${present.join(', ')}; say`, '']
      : ['expected', `, got ${phases.join(',')} for an image with ${present.join(', ')}`];
    throw new SpecError(
      `${where}: ${asked} the labels of ${names.join(', ')} in this order ` +
        `(phases: ${present.join(',')} in some order)${found}`,
    );
  }
  return rolesOfLabels(wanted);
}

/** Checks images and finds their roles. An image with one voxel along an axis is a section across that axis.
 *  @param phases labels in the order of the model: SE, AM, pore, or solid, pore; null: the model's own labels
 *  @throws SpecError */
export function prepareImages(
  where: string, model: ModelName, images: readonly LabelVolume[], phases: readonly Phase[] | null,
): PreparedImages {
  if (images.length === 0) throw new SpecError(`${where}: expected at least one image or section, got none`);
  images.forEach((image) => checkVolume(where, image));
  const present = [...new Set(images.flatMap(phasesOf))].sort((a, b) => a - b);
  const roles = rolesOf(where, model, present, phases);
  const [first] = images;
  const reference = first.voxelSizeUm?.[2] ?? 1;
  const voxels = images.map(({ voxelSizeUm, shape }): LagVector => {
    if ((voxelSizeUm === null) !== (first.voxelSizeUm === null)) {
      throw new SpecError(`${where}: some images have a voxel size and some do not; give all of them one, or none`);
    }
    const [z, y, x] = voxelSizeUm ?? [1, 1, 1];
    if (shape[1] > 1 && shape[2] > 1 && Math.abs(y / x - 1) > 1e-6) {
      throw new SpecError(
        `${where}: voxels must be as long along y as along x, got ${y} and ${x} µm; rescale the image first`,
      );
    }
    if (shape.filter((n) => n > 1).length < 2) {
      throw new SpecError(`${where}: expected a volume or a section, got ${shape.join('×')} voxels`);
    }
    return [z / reference, (shape[1] > 1 ? y : x) / reference, (shape[2] > 1 ? x : y) / reference];
  });
  const along = images.findIndex(({ shape }) => shape[0] > 1);
  return {
    images, roles, voxels, voxelEdgesUm: first.voxelSizeUm === null
      ? null
      : [(along < 0 ? 1 : voxels[along][0]) * reference, reference, reference],
    voxelSizeUm: first.voxelSizeUm === null ? null : reference,
    seesZ: images.some(({ shape }) => shape[0] > 1),
    seesAcross: images.some(({ shape }) => shape[1] > 1 || shape[2] > 1),
  };
}

/** Images of which the pairs along one direction come on one grid of lags. */
function edgesAlong(prepared: PreparedImages, direction: 'z' | 'across'): number[] {
  const edges = prepared.images.flatMap(({ shape }, i) => {
    const [z, y, x] = prepared.voxels[i];
    if (direction === 'z') return shape[0] > 1 ? [z] : [];
    return [...(shape[1] > 1 ? [y] : []), ...(shape[2] > 1 ? [x] : [])];
  });
  return [...new Set(edges.map((edge) => Number(edge.toPrecision(9))))];
}

/** Longest lag, in steps, that is still half of the largest window along an axis. */
export function longestLag(images: readonly LabelVolume[]): number {
  return Math.min(200, Math.max(...images.flatMap(({ shape }) => shape.map((n) => n >> 1))));
}

/** Below this share of its value at 0 a correlation counts as gone. */
const DECORRELATED = 0.05;
/** Above this at half of the window, the window is too small. */
const STILL_CORRELATED = 0.2;
const MOST_LAGS = 8;

/** Pooled coverage of a field along a direction by steps; null where no pairs are. */
function pooled(counts: readonly ImageCounts[], field: FieldName, direction: 'z' | 'across'): number[] {
  const sums: [number, number][] = [];
  for (const { axes } of counts) {
    for (const axis of axes) {
      if ((axis.axis === 'z') !== (direction === 'z')) continue;
      const all = field === 'x' ? axis.pairs : axis.outside;
      all.forEach((n, h) => {
        sums[h] ??= [0, 0];
        sums[h][0] += axis[field][h];
        sums[h][1] += n;
      });
    }
  }
  return sums.map(([both, all]) => both / all);
}

/** The statistics to compare: each field's share, and its coverage at up to eight lags per direction, to where it
 *  decorrelates.
 *  @throws SpecError when the image is too small to see that */
export function chooseStatistics(
  where: string, model: ModelName, prepared: PreparedImages, counts: readonly ImageCounts[],
): Statistic[] {
  return fieldNames(model).flatMap((field) => {
    const statistics: Statistic[] = [{ field, direction: null, steps: 0, lag: null }];
    for (const direction of ['z', 'across'] as const) {
      const edges = edgesAlong(prepared, direction);
      if (edges.length === 0) continue;
      if (edges.length > 1) {
        throw new SpecError(
          `${where}: images differ in the length of voxels ${direction === 'z' ? 'along' : 'across'} z ` +
            `(${edges.join(', ')} of the first); rescale them to one`,
        );
      }
      const curve = pooled(counts, field, direction);
      const share = curve[0];
      const correlation = curve.map((c) => (c - share * share) / (share * (1 - share)));
      const gone = correlation.findIndex((c) => c < DECORRELATED);
      // Where a small window leaves a rest of correlation, the least of it.
      const end = gone >= 0 ? gone : correlation.indexOf(Math.min(...correlation));
      if (!(correlation[end] < STILL_CORRELATED)) {
        throw new SpecError(
          `${where}: the image is too small for its correlation length: ` +
            `over ${curve.length - 1} voxels ${direction === 'z' ? 'along' : 'across'} z (half of the window) the ` +
              'structure has not decorrelated; take a window at least four times as long as its coarsest ' +
              'features, or a coarser voxel',
        );
      }
      // One step beyond where structures are finer than voxels, so that there is a curve at all.
      const last = Math.min(curve.length - 1, Math.max(end, 3));
      const steps = new Set(Array.from({ length: MOST_LAGS }, (_, k) => Math.round(pow(last, k / (MOST_LAGS - 1)))));
      for (const h of steps) {
        statistics.push(
          { field, direction, steps: h, lag: direction === 'z' ? [h * edges[0], 0, 0] : [0, 0, h * edges[0]] },
        );
      }
    }
    return statistics;
  });
}

/** Longest edge, reference voxels. */
export function longestEdge(prepared: PreparedImages): number {
  return Math.max(...prepared.images.flatMap(({ shape }, i) => shape.map((n, k) => n * prepared.voxels[i][k])));
}

// What the standard errors rest on, in words, where the images may not keep it.
import { SpecError } from '../core/errors.js';
import { AXES, type Axis } from '../core/grid.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { significant } from '../core/text.js';
import type { LagVector } from '../structure/two-point.js';
import type { Statistic } from './curves.js';
import type { PreparedImages } from './images.js';
import { calibrationOf, fieldAt, fieldNames, type ModelName, type Parameters } from './model.js';

/** Correlation that counts as none. */
const INDEPENDENT = 0.05;

/** Distance along an axis beyond which the phases of the model are all but independent, reference voxels. */
export function independentDistance(model: ModelName, parameters: Parameters, axis: Axis): number {
  return Math.max(...fieldNames(model).map((name) => {
    const field = fieldAt(model, parameters, name);
    const p = field.share.value;
    const correlated = (h: number): boolean => {
      const lag: LagVector = axis === 'z' ? [h, 0, 0] : [0, 0, h];
      return field.coverage(lag).value - p * p > INDEPENDENT * p * (1 - p);
    };
    let [low, high] = [0, 1];
    while (correlated(high) && high < 1e6) [low, high] = [high, 2 * high];
    for (let k = 0; k < 20; k++) {
      const middle = (low + high) / 2;
      if (correlated(middle)) low = middle;
      else high = middle;
    }
    return high;
  }));
}

/** Shorter chords than this, in voxels, are noise or edges rather than a phase that the image resolves. */
const SHORTEST_CHORD = 3;

/** Mean chord of a label along the rows of the image, voxels. */
function meanChord({ labels, shape }: LabelVolume, label: Phase): number {
  const row = shape[2] > 1 ? shape[2] : shape[1];
  let [count, starts] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== label) continue;
    count++;
    if (i % row === 0 || labels[i - 1] !== label) starts++;
  }
  return starts === 0 ? Infinity : count / starts;
}

/** Signs of a segmentation that made a phase of noise, or of the blurred edge between two others. */
export function segmentationNotes(
  { images, roles }: PreparedImages, statistics: readonly Statistic[], data: ArrayLike<number>,
): string[] {
  const thin = Object.values(roles).filter((label): label is Phase => label !== null).flatMap((label) => {
    const chord = Math.min(...images.map((image) => meanChord(image, label)));
    return chord < SHORTEST_CHORD
      ? [
        `label ${label} is ${significant(chord, 2)} voxels long on average: too fine for the image, or noise, ` +
          'or the blurred edge between two other phases; look at the labels, filter, ' +
          'or set --segment thresholds or fractions',
      ]
      : [];
  });
  const share = data[statistics.findIndex(({ field, lag }) => field === 'y' && lag === null)];
  const lifted = statistics.some(({ field, steps }, i) => field === 'y' && steps === 1 && data[i] >= share);
  return lifted
    ? [
      ...thin,
      `label ${roles.x} lines the boundary between labels ${roles.y} and ${roles.rest}, as a blurred edge does: ` +
        `two neighbours outside of ${roles.x} are alike more often than far ones can be; ` +
        `--open 1.5:${roles.x} removes such a skin`,
    ]
    : thin;
}

/** Sections across one axis may be slices of one volume: nothing in the images says how far apart they were cut.
 *  @param apart reference voxels, null when not said
 *  @param worth independent images that all are worth */
export function sectionNotes(
  model: ModelName, parameters: Parameters, { images, voxelSizeUm }: PreparedImages, apart: number | null,
  worth: number,
): string[] {
  const length = (voxels: number): string =>
    `${significant(voxels, 3)} voxels${voxelSizeUm === null ? '' : ` (${significant(voxels * voxelSizeUm, 2)} µm)`}`;
  if (apart !== null) {
    return worth > 0.95 * images.length ? [] : [
      `sections ${length(apart)} apart are not independent: the ${images.length} images are worth ` +
        `${significant(worth, 2)}, and standard errors are for so many`,
    ];
  }
  return AXES.flatMap((axis, k) => {
    const count = images.filter(({ shape }) => shape[k] === 1).length;
    if (count < 2) return [];
    const voxels = Math.ceil(independentDistance(model, parameters, axis));
    return [
      `${count} sections across ${axis} count as independent of each other: ` +
        `that holds when they were cut ${length(voxels)} or more apart; if they are nearer, ` +
          'standard errors are too small (up to the square root of their number): say how far with --apart, ' +
          'or give the volume',
    ];
  });
}

/** Fewer than this many independent samples say nothing about θ; fewer than the second leave it to rough estimates. */
const LEAST_SAMPLES = 10;
const FEW_SAMPLES = 40;

/** A window of few correlation lengths takes its own share for the material's, so that its coverage seems to fall like
 *  that of a finer one. What it is worth shows in structures with the fitted θ: p(1−p) over the variance of the share
 *  [B, eq. 18].
 *  @param covariance of the statistics
 *  @throws SpecError when it is worth too little */
export function sampleNotes(
  where: string, model: ModelName, statistics: readonly Statistic[], data: ArrayLike<number>,
  covariance: readonly (readonly number[])[],
): string[] {
  return statistics.flatMap(({ field, lag }, i) => {
    if (lag !== null) return [];
    const samples = (data[i] * (1 - data[i])) / covariance[i][i];
    const what =
      `the share of ${calibrationOf(model).fields[field]?.title} (${significant(data[i], 2)} ± ` +
        `${significant(Math.sqrt(covariance[i][i]), 2)})`;
    if (samples < LEAST_SAMPLES) {
      throw new SpecError(
        `${where}: the image is too small for its correlation length: ` +
          `${what} rests on ${significant(samples, 2)} independent samples, ` +
            `expected ${LEAST_SAMPLES} at least and hundreds for parameters within a few per cent; ` +
            'take a larger window, more sections, or coarser voxels',
      );
    }
    return samples < FEW_SAMPLES ? [
      `${what} rests on no more than ${significant(samples, 2)} independent samples: ` +
        'parameters may be far off beyond their standard errors; take a larger image',
    ] : [];
  });
}

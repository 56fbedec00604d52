// Covariance of the statistics by drawing structures: nothing is assumed about fourth moments, which have no closed
// form.
import type { Shape } from '../core/grid.js';
import type { RunOptions, Session } from '../runtime/session.js';
import type { DrawKey } from '../kernels/fields.js';
import { generate } from '../structure/generate.js';
import type { ParametricSpec } from '../structure/models.js';
import { rescaled } from '../structure/parameter-sets.js';
import { countImage, rolesOfLabels, valuesOf, type ImageCounts, type Roles, type Statistic } from './curves.js';
import type { PreparedImages } from './images.js';
import { calibratedModel, calibrationOf, type ModelName, type Parameters } from './model.js';

/** Roles of the model's own labels. */
export function ownRoles(model: ModelName): Roles {
  return rolesOfLabels(calibratedModel('calibrate', model).phases().map(({ label }) => label));
}

/** Spec of a structure like image `index`: same window, voxels of the image. */
export function specLike(
  model: ModelName, parameters: Parameters, prepared: Pick<PreparedImages, 'voxels'>, index: number, shape: Shape,
  key: DrawKey,
): ParametricSpec {
  const [z, y, x] = prepared.voxels[index];
  const across = shape[2] > 1 ? x : y;
  // Lengths in voxels of this image; a takes up the ratio of its edges.
  const scaled = rescaled(parameters, calibratedModel('calibrate', model).parameters, across);
  const anisotropyFactor = (parameters.anisotropyFactor * across) / z;
  return calibrationOf(model).window({ ...scaled, anisotropyFactor }, shape, key);
}

/** What the draws depend on besides θ. */
export interface DrawPlan {
  readonly model: ModelName;
  readonly prepared: PreparedImages;
  readonly shapes: readonly Shape[];
  readonly statistics: readonly Statistic[];
  readonly seed: number;
}

/** Statistics of `draws` structures with parameters θ, one row each. */
export async function drawStatistics(
  session: Session, plan: DrawPlan, parameters: Parameters, draws: number, scenario: number, run: RunOptions = {},
): Promise<Float64Array[]> {
  const { model, prepared, shapes, statistics, seed } = plan;
  const maxLag = Math.max(...statistics.map(({ steps }) => steps));
  const rows: Float64Array[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const counts: ImageCounts[] = [];
    for (const [i, shape] of shapes.entries()) {
      const structure = await generate(
        session,
        specLike(model, parameters, prepared, i, shape, { seed, scenario, realisation: draw * shapes.length + i }),
        { signal: run.signal },
      );
      counts.push(await countImage(session, structure, ownRoles(model), maxLag, { signal: run.signal }));
    }
    rows.push(valuesOf(counts, statistics));
  }
  return rows.filter((row) => row.every(Number.isFinite));
}

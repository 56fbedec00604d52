// Covariance of the statistics by drawing structures: nothing is assumed about fourth moments, which have no closed form.
import type { Shape } from '../core/grid.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { transformLength } from '../kernels/transform.js';
import { generate, type Chi2Spec, type ThreePhaseSpec } from '../structure/generate.js';
import type { Chi2Parameters, ThreePhaseParameters } from '../structure/parameters.js';
import { covarianceFamily } from '../structure/covariance.js';
import { countImage, valuesOf, type ImageCounts, type Roles, type Statistic } from './curves.js';
import type { PreparedImages } from './images.js';
import type { ModelName, Parameters } from './model.js';

const ROLES: Readonly<Record<ModelName, Roles>> = { 'three-phase': { x: 1, y: 2, rest: 3 }, chi2: { x: 2, y: null, rest: 3 } };

/** Margin of sections that have to be cut from a volume. */
const MOST_THICKNESS = 64;

/** Spec of a structure like image `index`: same window, voxels of the image. */
export function specLike(
  model: ModelName, parameters: Parameters, prepared: Pick<PreparedImages, 'voxels'>, index: number, shape: Shape, draw: { readonly seed: number; readonly scenario: number; readonly realisation: number },
): ThreePhaseSpec | Chi2Spec {
  const [z, y, x] = prepared.voxels[index];
  const across = shape[2] > 1 ? x : y;
  // α in voxels of this image; a takes up the ratio of its edges.
  const scaled = Object.fromEntries(Object.entries(parameters).map(([key, value]: [string, number]) => [
    key, key.startsWith('alpha') ? value * across : key === 'anisotropyFactor' ? (value * across) / z : value,
  ])) as unknown as Parameters;
  const alpha = Math.min(...Object.entries(scaled).filter(([key]) => key.startsWith('alpha')).map(([, value]) => value as number));
  const { range, radial } = covarianceFamily(scaled.covariance);
  // The Gaussian covariance is a product over the axes: a section needs no thickness to be cut from.
  // Fields smoother than the window is long are drawn periodic in two windows.
  const stretch = [scaled.anisotropyFactor, 1, 1];
  const period = shape.map((n, k) => {
    if (n === 1 && radial === null) return 1;
    const margin = (range / alpha) * stretch[k];
    return transformLength(n + Math.min(Math.max(n, MOST_THICKNESS), margin));
  }) as unknown as Shape;
  const common = { size: shape, period, ...draw };
  return model === 'chi2'
    ? { ...common, model, parameters: scaled as Chi2Parameters }
    : { ...common, model, parameters: scaled as ThreePhaseParameters };
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
      const structure = await generate(session, specLike(model, parameters, prepared, i, shape, { seed, scenario, realisation: draw * shapes.length + i }), { signal: run.signal });
      counts.push(await countImage(session, structure, ROLES[model], maxLag, { signal: run.signal }));
    }
    rows.push(valuesOf(counts, statistics));
  }
  return rows.filter((row) => row.every(Number.isFinite));
}

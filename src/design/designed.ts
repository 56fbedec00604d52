// What a design comes to: θ* as a structure to draw, and as a file for `voxelith generate`.
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import type { ParametricSpec } from '../structure/models.js';
import { formatYaml } from '../study/write-yaml.js';
import type { DesignResult } from './run.js';
import type { DesignSpec } from './spec.js';

type Found = Pick<DesignResult, 'theta' | 'confirmation'>;

function settingsOf({ space, measured }: DesignSpec, { theta }: Found): Record<string, unknown> {
  if (theta === null) throw new SpecError('design: there is no θ*: closed forms exclude every limit within the bounds');
  const { size, voxelSizeUm, seed } = measured;
  const { covariance, ...numbers } = theta;
  return {
    model: space.model.name, parameters: { ...numbers, ...(covariance !== undefined && { covariance }) },
    voxelSizeUm, size: [...size], seed,
  };
}

/** The structure of θ*, for `generate`. @throws SpecError where there is no θ* */
export function designedStructure(spec: DesignSpec, result: Found): ParametricSpec {
  checkArguments('designedStructure', {
    spec: [spec, has<DesignSpec>('space', 'measured')], result: [result, 'record'],
  });
  return settingsOf(spec, result) as unknown as ParametricSpec;
}

/** The designed structure as a file for `voxelith generate`, with what was confirmed of it.
 *  @throws SpecError where the design found no θ */
export function formatDesigned(spec: DesignSpec, result: Found): string {
  checkArguments('formatDesigned', {
    spec: [spec, has<DesignSpec>('space', 'measured')], result: [result, 'record'],
  });
  const confirmed = result.confirmation?.columns ?? [];
  return formatYaml(settingsOf(spec, result), [
    `θ* of the design "${spec.name}", made by voxelith ${VERSION}; confirmed by ${spec.confirm.realisations} ` +
      'structures:',
    ...confirmed.map(({ column, predicted, predictedHalfWidth, mean, halfWidth, agrees }) =>
      `  ${column} ${mean?.toPrecision(4)} ± ${halfWidth?.toPrecision(2)}${agrees === false
        ? `, which does not agree with the prediction ${predicted.mean.toPrecision(4)} ± ` +
          `${predictedHalfWidth!.toPrecision(2)}` : ''}`),
  ]);
}

// The designed structure beside the cathodes that are nearest to it, for the report of a design.
import { checkOperation, has } from '../core/arguments.js';
import type { DesignResult } from '../design/run.js';
import { namedThetas } from '../design/space.js';
import type { DesignSpec } from '../design/spec.js';
import { designDrawing } from '../design/structures.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { generate } from '../structure/generate.js';
import { sliceOf, type LabelSlice } from './slices.js';

/** Cathodes that are shown beside the design. */
const NEIGHBOURS = 2;

/** Middle planes of θ* and of the nearest cathodes, along the transport direction; none where there is no θ*.
 *  @throws CapacityError, CancelledError */
export async function designSlices(
  session: Session, spec: DesignSpec, result: Pick<DesignResult, 'theta' | 'distances'>, run: RunOptions = {},
): Promise<LabelSlice[]> {
  checkOperation('designSlices', session, run, {
    spec: [spec, has<DesignSpec>('space', 'measured')],
    result: [result, has<DesignResult>('distances')],
  });
  const { theta, distances } = result;
  if (theta === null) return [];
  const { space, measured } = spec;
  const cathodes = namedThetas(space.model, measured.voxelSizeUm);
  const shown = [
    { name: 'θ*', theta: theta as Record<string, number>, caption: 'designed' },
    ...distances.slice(0, NEIGHBOURS).map(({ name, descriptors }) => ({
      name, theta: cathodes.find((one) => one.name === name)!.theta,
      caption: `${descriptors.toPrecision(2)} ranges away`,
    })),
  ];
  const slices: LabelSlice[] = [];
  for (const { name, theta: parameters, caption } of shown) {
    const key = { seed: measured.seed, scenario: 0, realisation: 0 };
    const volume = await generate(session, designDrawing(spec, { parameters, key }), run);
    slices.push(sliceOf(volume, measured.axis === 'y' ? 'x' : 'y', name, caption));
  }
  return slices;
}

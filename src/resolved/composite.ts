// What a cell file wants to know of a composite, measured on its image.
import type { MeasuredComposite } from '../cell/file/from-image.js';
import { checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { axisIndex, type Axis } from '../core/grid.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { contactDiameterOf } from '../descriptors/contact-diameter.js';
import { surfaceAreas } from '../descriptors/surface-area.js';
import { volumeFractions } from '../descriptors/volume-fraction.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { mFactor } from '../transport/m-factor.js';

/** Options of `measureComposite`. */
export interface CompositeOptions {
  /** Name of the image, for messages and sources. */
  readonly image: string;
  /** Label of the active material. */
  readonly active: Phase;
  /** Label of the electrolyte. */
  readonly electrolyte: Phase;
  /** Along which current flows. */
  readonly axis: Axis;
}

const OPTION_NAMES: Names<CompositeOptions> = { image: true, active: true, electrolyte: true, axis: true };

/** Volume fractions, M-factors and interface of active material and electrolyte, for `cellFromImage`.
 *  @throws SpecError where there is no voxel size, or the phases are one, or do not touch; CapacityError */
export async function measureComposite(
  session: Session, volume: LabelVolume, options: CompositeOptions, run: RunOptions = {},
): Promise<MeasuredComposite> {
  checkOperation('measureComposite', session, run, { volume: [volume, 'record'], options: [options, OPTION_NAMES] });
  const { image, active, electrolyte, axis } = options;
  if (active === electrolyte) throw new SpecError(`${image}: active material and electrolyte are both ${active}`);
  if (volume.voxelSizeUm === null) throw new SpecError(`${image}: has no voxel size; give one`);
  const along = axisIndex(axis);
  const { phases } = await volumeFractions(session, volume, { phases: [active, electrolyte] }, run);
  const { interfaces } = await surfaceAreas(session, volume, { phases: [active, electrolyte] }, run);
  const contact = contactDiameterOf(phases[0].volumeFraction, interfaces[0].area);
  if (contact === null) throw new SpecError(`${image}: labels ${active} and ${electrolyte} do not touch`);
  const solve = async (phase: Phase): Promise<number> =>
    (await mFactor(session, volume, { phase, axis }, run)).mFactor!;
  return {
    image, axis,
    thickness: volume.shape[along] * volume.voxelSizeUm[along],
    activeFraction: phases[0].volumeFraction, electrolyteFraction: phases[1].volumeFraction,
    activeMFactor: await solve(active), electrolyteMFactor: await solve(electrolyte),
    interfaceArea: interfaces[0].area, contactDiameter: contact,
  };
}

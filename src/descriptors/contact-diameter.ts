// Diameter of the spheres that have the measured contact area: D_SCA = 6 V/S (Iwamoto et al. 2023, J. Power Sources
// Adv. 21:100120).
import { checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { AM, checkPhase, checkVolume, SE, type LabelVolume, type Phase } from '../core/volume.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { surfaceAreas } from './surface-area.js';
import { volumeFractions } from './volume-fraction.js';

/** Options of `contactDiameter`. */
export interface ContactDiameterOptions {
  /** Phase of the particles; default AM (2). */
  readonly particles?: Phase;
  /** Phase that they touch; default SE (1). */
  readonly contact?: Phase;
}

/** Options of `contactDiameter` that are not given: AM in contact with SE. */
export const CONTACT_DIAMETER_DEFAULTS = {
  particles: AM, contact: SE,
} as const satisfies Required<ContactDiameterOptions>;

/** 6 ε/S_ab. @returns null where the phases do not touch. */
export function contactDiameterOf(volumeFraction: number, interfaceArea: number): number | null {
  return interfaceArea === 0 ? null : (6 * volumeFraction) / interfaceArea;
}

const CONTACT_DIAMETER_OPTION_NAMES: Names<ContactDiameterOptions> = { particles: true, contact: true };

/** Specific-contact-area diameter of a phase: six times its volume over its interface with another, µm (voxels when no
 *  size is known); null where the two do not touch. Spheres of that diameter, wholly in contact, have the same area per
 *  volume.
 *  @throws SpecError for phases that are equal or do not occur. */
export async function contactDiameter(
  session: Session, volume: LabelVolume, options: ContactDiameterOptions = {}, run: RunOptions = {},
): Promise<number | null> {
  checkOperation('contactDiameter', session, run, {
    volume: [volume, 'record'], options: [options, CONTACT_DIAMETER_OPTION_NAMES],
  });
  const where = 'contactDiameter';
  checkVolume(where, volume);
  const { particles, contact } = { ...CONTACT_DIAMETER_DEFAULTS, ...options };
  checkPhase(where, volume, particles);
  checkPhase(where, volume, contact);
  if (particles === contact) throw new SpecError(`${where}: two different phases are needed, got ${particles} twice`);
  const phases = [particles, contact];
  const [{ volumeFraction }] = (await volumeFractions(session, volume, { phases: [particles] }, run)).phases;
  const [{ area }] = (await surfaceAreas(session, volume, { phases }, run)).interfaces;
  return contactDiameterOf(volumeFraction, area);
}

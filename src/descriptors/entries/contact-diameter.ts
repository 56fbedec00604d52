import { AM, SE } from '../../core/volume.js';
import { contactDiameter, contactDiameterOf } from '../contact-diameter.js';
import type { Descriptor } from '../descriptor.js';
import { surfaceAreasPlan } from '../surface-area.js';
import { volumeFractionsPlan } from '../volume-fraction.js';

export const contactDiameterDescriptor: Descriptor = {
  name: 'contactDiameter',
  title: 'diameter of spheres with the area of the interface of AM (2) with SE (1): 6 V/S',
  refuses(_, present, { phases }) {
    if (phases.includes(SE) && phases.includes(AM)) return null;
    return `needs the phases ${SE} (SE) and ${AM} (AM); the image has ${present.join(', ')}, described are ${phases.join(', ')}`;
  },
  plan: (shape, threads) => ({ leases: [], then: [volumeFractionsPlan(shape, threads), surfaceAreasPlan(shape, threads)] }),
  async fill({ session, volume, result }, run) {
    // Both are there already unless `only` left them out.
    const [fraction, area] = [result.phases[AM].volumeFraction, result.interfaceAreas?.[`${SE}-${AM}`]];
    const known = fraction !== undefined && area !== undefined;
    result.contactDiameter = known ? contactDiameterOf(fraction, area) : await contactDiameter(session, volume, {}, run);
  },
  row: ({ contactDiameter: value }) => [{ name: 'contactDiameter', unit: 'length', value }],
};

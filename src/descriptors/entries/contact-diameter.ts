import { AM, SE } from '../../core/volume.js';
import { contactDiameter, contactDiameterOf } from '../contact-diameter.js';
import { refusesWithoutCathode, type Descriptor } from '../descriptor.js';
import { surfaceAreasPlan } from '../surface-area.js';
import { volumeFractionsPlan } from '../volume-fraction.js';

export const contactDiameterDescriptor: Descriptor = {
  name: 'contactDiameter',
  title: 'diameter of spheres with the area of the interface of AM (2) with SE (1): 6 V/S',
  source: '6 V/S (Iwamoto et al. 2023, J. Power Sources Adv. 21:100120)',
  refuses: refusesWithoutCathode,
  plan: (shape, threads) =>
    ({ leases: [], then: [volumeFractionsPlan(shape, threads), surfaceAreasPlan(shape, threads)] }),
  async fill({ session, volume, result }, run) {
    // Both are there already unless `only` left them out.
    const [fraction, area] = [result.phases[AM].volumeFraction, result.interfaceAreas?.[`${SE}-${AM}`]];
    const known = fraction !== undefined && area !== undefined;
    result.contactDiameter =
      known ? contactDiameterOf(fraction, area) : await contactDiameter(session, volume, {}, run);
  },
  quantities: [],
  row: ({ contactDiameter: value }) => [{ name: 'contactDiameter', unit: 'length', value }],
};

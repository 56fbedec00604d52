// The table of descriptors. Names for `--only`, the JSON, the columns of tables and studies, their gradients, the axes
// of charts and the memory all derive from it.
import type { Descriptor } from './descriptor.js';
import { activeInterfaceDescriptor } from './entries/active-interface.js';
import { chordLengthDescriptor } from './entries/chord-length.js';
import { componentsDescriptor } from './entries/components.js';
import { constrictivityDescriptor } from './entries/constrictivity.js';
import { contactDiameterDescriptor } from './entries/contact-diameter.js';
import { eulerNumberDescriptor } from './entries/euler-number.js';
import { geodesicTortuosityDescriptor } from './entries/geodesic-tortuosity.js';
import { grainSizesDescriptor } from './entries/grain-sizes.js';
import { openingSizesDescriptor } from './entries/opening-sizes.js';
import { profilesDescriptor } from './entries/profiles.js';
import { specificSurfaceAreaDescriptor } from './entries/specific-surface-area.js';
import { twoPointDescriptor } from './entries/two-point.js';
import { triplePhaseBoundaryDescriptor } from './entries/triple-phase-boundary.js';
import { volumeFractionDescriptor } from './entries/volume-fraction.js';
import { quantityKey, type Quantity } from './quantity.js';

/** Every descriptor, in the order of work and of the output. */
export const DESCRIPTORS: readonly Descriptor[] = [
  volumeFractionDescriptor,
  specificSurfaceAreaDescriptor,
  contactDiameterDescriptor,
  eulerNumberDescriptor,
  triplePhaseBoundaryDescriptor,
  geodesicTortuosityDescriptor,
  constrictivityDescriptor,
  componentsDescriptor,
  activeInterfaceDescriptor,
  profilesDescriptor,
  openingSizesDescriptor,
  grainSizesDescriptor,
  twoPointDescriptor,
  chordLengthDescriptor,
];

/** Every number per phase that a descriptor gives, in the order of the columns. */
export const QUANTITIES: readonly Quantity[] = DESCRIPTORS.flatMap(({ quantities }) => quantities);

/** The descriptor that gives a quantity. */
export function descriptorOf(quantity: Pick<Quantity, 'name' | 'suffix'>): Descriptor {
  const key = quantityKey(quantity);
  return DESCRIPTORS.find(({ quantities }) => quantities.some((one) => quantityKey(one) === key))!;
}

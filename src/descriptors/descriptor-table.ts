// The table of descriptors. Names for `--only`, the JSON, the columns of the CSV and the memory all derive from it.
import type { Descriptor } from './descriptor.js';
import { activeInterfaceDescriptor } from './entries/active-interface.js';
import { chordLengthDescriptor } from './entries/chord-length.js';
import { componentsDescriptor } from './entries/components.js';
import { constrictivityDescriptor } from './entries/constrictivity.js';
import { contactDiameterDescriptor } from './entries/contact-diameter.js';
import { eulerNumberDescriptor } from './entries/euler-number.js';
import { geodesicTortuosityDescriptor } from './entries/geodesic-tortuosity.js';
import { openingSizesDescriptor } from './entries/opening-sizes.js';
import { profilesDescriptor } from './entries/profiles.js';
import { specificSurfaceAreaDescriptor } from './entries/specific-surface-area.js';
import { twoPointDescriptor } from './entries/two-point.js';
import { triplePhaseBoundaryDescriptor } from './entries/triple-phase-boundary.js';
import { volumeFractionDescriptor } from './entries/volume-fraction.js';

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
  twoPointDescriptor,
  chordLengthDescriptor,
];

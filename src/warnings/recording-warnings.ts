// Warnings about an image as it was recorded, before any value in it is believed: they hold for labels and grey values.
import type { LabelVolume } from '../core/volume.js';
import { isDesigned } from './designs.js';
import { lostPlaneWarnings } from './lost-planes.js';
import { planeChanges, type Values } from './plane-changes.js';
import { repeatedPlaneWarnings } from './repeated-planes.js';
import { surroundingsWarnings } from './surroundings.js';

export function recordingWarnings(image: Values): string[] {
  const changes = planeChanges(image);
  return [
    ...surroundingsWarnings(image, changes), ...lostPlaneWarnings(image, changes),
    ...repeatedPlaneWarnings(image, changes),
  ];
}

/** The same of labels; designs are what they are. */
export function labelRecordingWarnings(volume: LabelVolume): string[] {
  if (isDesigned(volume)) return [];
  return recordingWarnings({ values: volume.labels, shape: volume.shape, called: 'label' });
}

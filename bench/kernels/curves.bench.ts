// Two-point functions (101 lags) and chords on the three-phase structure of BM01.
import { chordLengths } from '../../src/descriptors/chord-lengths.js';
import { surfaceProfiles } from '../../src/descriptors/surface-profiles.js';
import { twoPointCoverage } from '../../src/descriptors/two-point-coverage.js';
import { twoPointMap } from '../../src/descriptors/two-point-map.js';
import { generate } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import type { LabelVolume } from '../../src/core/volume.js';
import type { Session } from '../../src/runtime/session.js';
import type { BenchCase } from '../harness.js';

let kept: { readonly edge: number; readonly volume: LabelVolume } | null = null;

/** Generating takes longer than measuring: the cases of one size share their structure. */
async function structure(session: Session, edge: number): Promise<LabelVolume> {
  if (kept?.edge !== edge) {
    kept = { edge, volume: await generate(session, specFromSet('bm01', { size: [edge, edge, edge], seed: 1 })) };
  }
  return kept.volume;
}

function curve(name: string, run: (session: Session, volume: LabelVolume) => Promise<unknown>): BenchCase {
  return {
    name,
    bytesPerVoxel: null,
    async setup(session, edge) {
      const volume = await structure(session, edge);
      return { voxels: edge ** 3, run: async () => void (await run(session, volume)) };
    },
  };
}

export const cases: readonly BenchCase[] = [
  curve('curves-two-point-axis-z', (session, volume) => twoPointCoverage(
    session, volume, { phases: [1], directions: ['z'], maxLag: 100 },
  )),
  curve('curves-two-point-axis-x', (session, volume) => twoPointCoverage(
    session, volume, { phases: [1], directions: ['x'], maxLag: 100 },
  )),
  curve('curves-two-point-axes', (session, volume) => twoPointCoverage(session, volume, { maxLag: 100 })),
  curve('curves-two-point-lattice', (session, volume) => twoPointCoverage(
    session, volume, { directions: 'lattice', maxLag: 100 },
  )),
  curve('curves-chords', (session, volume) => chordLengths(session, volume)),
  curve('curves-surface-profiles', (session, volume) => surfaceProfiles(session, volume)),
  curve('curves-two-point-map', (session, volume) => twoPointMap(session, volume, { phases: 1, maxLag: 100 })),
];

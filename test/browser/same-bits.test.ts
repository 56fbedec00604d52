// What the package promises of engines: the same input gives the same bits in Node, Chromium and Firefox.
import { beforeAll, describe, expect, it } from 'vitest';
import { runHere, runInEngine, unlike, type Digest } from '../../scripts/digest/engine.mjs';

/** Parts of the names of the digest's operations; `npm run digest -- --engine firefox` runs all of them. */
const OPERATIONS = [
  'generate bm01', 'generate f850', 'generate three-phase matern', 'generate chi2 spherical', 'generate spheres random',
  'generate packing', 'import all steps', 'theory', 'mFactor', 'conduct phase 1 z', 'conduct fields smooth',
  'conduct contrast 1e+6', 'tensor dirichlet', 'study plain', 'law', 'discharge3d', 'cell of an image',
  'calibrate from', 'calibrate chi2 on sections',
  ...['three', 'flat'].flatMap((volume) =>
    ['volumeFraction', 'specificSurfaceArea', 'profiles', 'geodesicTortuosity', 'constrictivity', 'twoPoint'].map(
      (name) => `describe ${name} of ${volume}`,
    )),
];

let here: Digest;
beforeAll(async () => {
  here = await runHere(OPERATIONS, [1]);
});

describe.each(['chromium', 'firefox'] as const)('the bits of Node in %s', (engine) => {
  it('[law] labels, descriptors, M, a discharge, rows of a study and fits, on 1, 2 and 3 threads', async () => {
    const { leaves, unequal } = await runInEngine(engine, OPERATIONS, [1, 2, 3]);
    expect(unequal).toEqual([]);
    expect(Object.keys(leaves).length).toBeGreaterThanOrEqual(OPERATIONS.length);
    expect(unlike(leaves, here.leaves)).toEqual([]);
  });

  it('[law] the same without cross-origin isolation', async () => {
    const chosen = ['generate bm01', 'mFactor', 'describe geodesicTortuosity of three', 'discharge3d'];
    const { leaves } = await runInEngine(engine, chosen, [1]);
    expect(Object.keys(leaves).length).toBeGreaterThanOrEqual(chosen.length);
    expect(unlike(leaves, here.leaves)).toEqual([]);
  });
});

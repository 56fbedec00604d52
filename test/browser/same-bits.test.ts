// What the package promises of engines: the same input gives the same bits in Node, Chromium and Firefox.
import { beforeAll, describe, expect, it } from 'vitest';
import { runHere, runInEngine, unlike, type Digest } from '../../scripts/digest/engine.mjs';

/** Parts of the names of the digest's operations; `npm run digest -- --engine firefox` runs all of them. */
const OPERATIONS = [
  'generate bm01', 'generate chi2 spherical', 'generate packing cells', 'theory', 'mFactor z', 'conduct phase 1 z',
  'tensor dirichlet', 'study plain', 'law', 'discharge3d', 'cell of an image', 'calibrate from',
  ...['three', 'flat'].flatMap((volume) =>
    ['specificSurfaceArea', 'profiles', 'geodesicTortuosity', 'constrictivity'].map(
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
  }, 900_000);

  it('[law] the same without cross-origin isolation', async () => {
    const chosen = ['generate bm01', 'mFactor z', 'describe geodesicTortuosity of three', 'discharge3d'];
    const { leaves } = await runInEngine(engine, chosen, [1]);
    expect(Object.keys(leaves).length).toBeGreaterThanOrEqual(chosen.length);
    expect(unlike(leaves, here.leaves)).toEqual([]);
  });
});

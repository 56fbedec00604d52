// The public functions in the hands of JavaScript: whatever comes as an argument, the answer is a value or an error of
// the library that names function and argument.
import { describe, expect, it } from 'vitest';
import { SpecError, VoxelithError } from '../src/core/errors.js';
import * as grid from '../src/core/grid.js';
import * as api from '../src/index.js';
import * as coverage from '../src/structure/pair-probability.js';
import { testSession } from './session.js';

/** Arithmetic of grids and coverages, inner loops where wrong numbers give NaN; and parts of operations that the
 *  runtime calls. */
const LEFT_OUT = new Set([
  ...Object.keys(grid).filter((name) => !name.startsWith('check')), ...Object.keys(coverage),
  'geodesicEdges', 'readStructure', 'constrictivityOfPhase', 'constrictivityPhasePlan', 'chiSquareMean',
  'gaussianSurface', 'mixedSurface', 'mixedSurvival', 'mixedDensity', 'chi2PhaseCoverage',
  'fieldCoverage', 'threePhaseCoverage', 'chi2FromCoverage', 'correlationFromCoverage', 'squaredLag', 'latticeSurface',
]);

const session = await testSession({ threads: 1 });
const labels = Uint8Array.from({ length: 512 }, (_, i) => 1 + ((i * 7) % 3));
const volume = { labels, shape: [8, 8, 8], voxelSizeUm: [1, 1, 1] } as const;
const NONSENSE: readonly unknown[] = [
  null, undefined, 0, -1, NaN, 'x', '__proto__', [], {}, [null], { nonsense: 1 }, new Map(), 3n, () => 1,
];
/** What stands before the nonsense. */
const BEFORE: readonly (readonly unknown[])[] = [
  [], [session], [session, volume], [session, volume, { phase: 1 }], ['a.csv'], [volume], [[8, 8, 8]],
];

type Unchecked = (...args: readonly unknown[]) => unknown;
const functions = Object.entries(api).filter(([name, f]) =>
  typeof f === 'function' && !(f.prototype instanceof Error) && !LEFT_OUT.has(name)) as [string, Unchecked][];

async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return null;
  } catch (error) {
    return error;
  }
}

describe('arguments of the library', () => {
  it.each(functions)('[law] %s answers nonsense with a value or an error of its own', async (_, f) => {
    for (const before of BEFORE) {
      for (const wrong of NONSENSE) {
        const error = await errorOf(() => f(...before, wrong));
        if (error === null || error instanceof VoxelithError) continue;
        expect([before.length, wrong, error]).toEqual('an error of the library');
      }
    }
  });

  it('[exact] the message names function and argument, what was expected and what was found', async () => {
    const unchecked = api as unknown as Record<string, Unchecked>;
    const message = async (name: string, ...args: readonly unknown[]): Promise<string> => {
      const error = await errorOf(() => unchecked[name](...args));
      expect(error).toBeInstanceOf(SpecError);
      return (error as Error).message;
    };
    expect(await message('describe', null)).toBe('describe: session must be an open session, got null');
    expect(await message('describe', session, null)).toBe('describe: volume must be an object, got null');
    expect(await message('describe', session, volume, { pahses: [1] }))
      .toBe('describe: options has no "pahses"; did you mean "phases"?');
    expect(await message('components', session, volume, { phase: 1 }, { onprogress: null }))
      .toBe('components: run has no "onprogress"; did you mean "onProgress"?');
    expect(await message('conduct', session, volume, { phase: 1, tolerence: 1e-3 }))
      .toBe('conduct: options has no "tolerence"; did you mean "tolerance"?');
    expect(await message('conductPlan', [8, 8], 1, {}))
      .toMatch(/^conductPlan: shape must be three whole numbers of voxels.*, got \[8,8\]$/);
    expect(await message('fitLaw', [1])).toBe('fitLaw: table must be a list of objects, got [1]');
    expect(await message('describe', session, { ...volume, labels: [1] }))
      .toMatch(/^describe: labels must be a Uint8Array, got \[1\]/);
    // One value instead of a list of one, and a text, which is a list of its letters to JavaScript.
    expect(await message('describe', session, volume, { phases: 1 }))
      .toBe('describe: options.phases must be a list of labels such as [1, 2], got 1');
    expect(await message('measure', session, volume, { axes: 'xy' }))
      .toBe('measure: options.axes must be a list of axes such as ["z"], got "xy"');
    expect(await message('describe', session, volume, { only: 'volumeFraction' }))
      .toBe('describe: options.only must be a list of names, got "volumeFraction"');
    expect(await message('twoPointMap', session, volume, { phases: 9 })).toMatch(/label 9 does not occur/);
    expect(await message('generate', session, { model: 'BM01', size: 8 }))
      .toBe('generate: "BM01" is a parameter set of the model three-phase; ' +
        'in a program specFromSet("bm01", { size, seed }) has it as a specification');
    expect(await message('describe', session, JSON.parse('{"__proto__": {"labels": 1}}')))
      .toMatch(/^describe: size must be three/);
  });
});

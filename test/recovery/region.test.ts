// The joint 95 % region of the calibration, about many structures with known parameters. Minutes: `npm run test:recovery`.
import { describe, expect, it } from 'vitest';
import { CASES, covers, runTrial, TRIALS } from '../../bench/recovery/trials.js';
import { testSession } from '../session.js';

describe('joint 95 % region of structures with known θ', () => {
  it.each(CASES.map((each) => [each.title, each] as const))('[law] covers θ in at least 34 of 40: %s', async (_, each) => {
    const session = await testSession({ debug: false });
    let covered = 0;
    for (let trial = 0; trial < TRIALS; trial++) if (covers(await runTrial(session, each, trial))) covered++;
    expect(covered).toBeGreaterThanOrEqual(34);
  });
});

// The joint 95 % region of the calibration, about many structures with known parameters. Minutes: `npm run
// test:recovery`.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CASES, covers, runTrial, TRIALS, type Trial } from '../../bench/recovery/trials.js';
import { parseCsv } from '../../src/index.js';
import { testSession } from '../session.js';

/** What docs/calibration.md shows; `npm run recovery` writes it anew. */
const shown = parseCsv('recovery.csv', readFileSync(new URL('../../docs/recovery.csv', import.meta.url), 'utf8')).rows;

describe('joint 95 % region of structures with known θ', () => {
  it.each(
    CASES.map((each) => [each.title, each] as const),
  )('[law] covers θ in at least 34 of 40, [pinned] with the distances of docs/recovery.csv: %s', async (_, each) => {
    const session = await testSession({ debug: false });
    const trials: Trial[] = [];
    for (let trial = 0; trial < TRIALS; trial++) trials.push(await runTrial(session, each, trial));
    expect(trials.filter(covers).length).toBeGreaterThanOrEqual(34);
    const distances = shown.filter((row) => row.case === each.name).map((row) => Number(row.distance));
    expect(distances).toHaveLength(TRIALS);
    // Fits stop where the last digits of the host's functions decide.
    for (const [k, { distance }] of trials.entries()) expect(Math.abs(distance / distances[k] - 1)).toBeLessThan(0.01);
  });
});

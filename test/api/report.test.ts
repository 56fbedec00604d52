// The public API as a text that is committed: a change of it is seen in review.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { apiReport, REPORT } from '../../scripts/api/report.mjs';

describe('public API', () => {
  it('[pinned] is what test/api/report.txt says; after a change that is meant: npm run api:report', () => {
    // Line by line: the first that differs says what has changed.
    expect(apiReport().split('\n')).toEqual(readFileSync(REPORT, 'utf8').split('\n'));
  });
});

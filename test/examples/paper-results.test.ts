// The paper's study on record: the page says what the committed tables give, and the tables are what the program gives.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { marksOf, pageParts } from '../../bench/published/parts.js';
import { lawsOfWindows } from '../../bench/published/tables.js';
import { evaluateStructure } from '../../src/study/evaluate.js';
import { planRound1 } from '../../src/study/plans.js';
import { readStudySpec } from '../../src/study/read-spec.js';
import { studyHash } from '../../src/study/spec.js';
import { testSession } from '../session.js';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const windows = lawsOfWindows();
const plan = read('examples/paper.yaml');

describe('examples/paper-results', () => {
  it('[exact] the tables of docs/published.md are those of the committed tables', () => {
    const page = read('docs/published.md');
    const parts = pageParts(windows);
    for (const name of [
      'scores', 'coefficients', 'printed coefficients', 'interpolated', 'ranges', 'spreads', 'other shapes',
    ]) {
      const { from, to } = marksOf(name);
      expect(page.slice(page.indexOf(from) + from.length, page.indexOf(to)), name).toBe(`\n${parts.get(name)!()}\n`);
    }
  });

  it('[exact] examples/paper.yaml is the plan whose hash the rows on record carry', () => {
    const spec = readStudySpec(plan, 'paper.yaml');
    expect(studyHash(spec)).toBe('9785532d35849d618830c55cece43b0703016d8e4868f76b90087e5a169acb6c');
  });

  it('[pinned] a structure drawn and measured today has its row of the table of 96³, bit for bit', async () => {
    const spec = readStudySpec(plan.replace(/^size: 401/m, 'size: 96'), 'paper-96.yaml');
    const structure = planRound1(spec).find(({ family }) => family === 'interpolated')!;
    const { values } = await evaluateStructure(await testSession(), spec, structure);
    const row = windows.find(({ window }) => window === 96)!.rows.find(({ id }) => id === structure.id)!;
    for (const [column, value] of Object.entries(values)) expect(Number(row[column]), column).toBe(value);
  });
});

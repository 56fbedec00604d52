// [B] Table 2 beside our own numbers: χ²₂ model, six samples, window and number of realisations as given.
//   npm run table2 -- [--size 400] [--realisations 2] [--threads 2] [--samples f850,m900] [-o docs/published.md]
// Finished realisations are kept in out/table2/ and not computed again.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  constrictivity, generate, geodesicTortuosity, openSession, specFromSet, surfaceAreas, VERSION, volumeFractions, type Session,
} from '../../src/node.js';

const SOLID = 2;
const PORE = 3;

/** Columns of Table 2, as printed (simulated rows); S per µm. */
const PUBLISHED: Readonly<Record<string, readonly number[]>> = {
  f850: [0.46, 9.34, 1.11, 1.05, 0.53, 0.68],
  f900: [0.68, 6.23, 1.05, 1.11, 0.61, 0.63],
  m850: [0.52, 8.04, 1.09, 1.07, 0.54, 0.68],
  m900: [0.6, 5.82, 1.07, 1.09, 0.57, 0.66],
  c850: [0.62, 7.46, 1.06, 1.09, 0.6, 0.66],
  c900: [0.7, 4.66, 1.05, 1.12, 0.62, 0.61],
};
const COLUMNS = ['ε', 'S / µm⁻¹', 'τ_geod solid', 'τ_geod pores', 'β solid', 'β pores'];
const PLACES = [2, 2, 2, 2, 2, 2];

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '400' },
    realisations: { type: 'string', default: '2' },
    threads: { type: 'string', default: '2' },
    samples: { type: 'string', default: Object.keys(PUBLISHED).join(',') },
    output: { type: 'string', short: 'o' },
  },
});
const size = Number(values.size);
const realisations = Number(values.realisations);
const samples = values.samples.split(',');

async function measure(session: Session, sample: string, realisation: number): Promise<number[]> {
  const file = `out/table2/${sample}-${size}-${realisation}-${VERSION}.json`;
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as number[];
  const structure = await generate(session, specFromSet(sample, { size: [size, size, size], seed: 2023, realisation }));
  const fraction = (await volumeFractions(session, structure)).phases.find((entry) => entry.phase === SOLID)!.volumeFraction;
  const surface = (await surfaceAreas(session, structure)).phases.find((entry) => entry.phase === SOLID)!.specificSurfaceArea;
  const tau = async (phase: number): Promise<number> => (await geodesicTortuosity(session, structure, { phase })).mean ?? NaN;
  const beta = async (phase: number): Promise<number> => (await constrictivity(session, structure, { phase })).constrictivity ?? NaN;
  const row = [fraction, surface, await tau(SOLID), await tau(PORE), await beta(SOLID), await beta(PORE)];
  mkdirSync('out/table2', { recursive: true });
  writeFileSync(`${file}.tmp`, JSON.stringify(row));
  renameSync(`${file}.tmp`, file);
  return row;
}

const dist = new URL('../../../../dist/', import.meta.url);
const session = await openSession({
  threads: Number(values.threads), wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist),
});
const lines = [
  `| sample | ${COLUMNS.map((name) => `${name} | [B]`).join(' | ')} |`,
  `|---|${COLUMNS.map(() => '---:|---:').join('|')}|`,
];
for (const sample of samples) {
  const rows: number[][] = [];
  for (let r = 0; r < realisations; r++) {
    const start = performance.now();
    rows.push(await measure(session, sample, r));
    process.stderr.write(`${sample} realisation ${r}: ${rows[r].map((v) => v.toFixed(4)).join(' ')} (${((performance.now() - start) / 1000).toFixed(1)} s)\n`);
  }
  const means = COLUMNS.map((_, c) => rows.reduce((sum, row) => sum + row[c], 0) / rows.length);
  const cells = means.map((mean, c) => `${mean.toFixed(PLACES[c] + 1)} | ${PUBLISHED[sample][c].toFixed(PLACES[c])}`);
  lines.push(`| ${sample.toUpperCase()} | ${cells.join(' | ')} |`);
}
session.close();
const title = `χ²₂ model, ${size}³ voxels of 10 nm, mean of ${realisations} realisation(s) (ours) beside [B] Table 2 (ten 400³ realisations)`;
console.log(`\n${title}\n\n${lines.join('\n')}`);
if (values.output) writeFileSync(values.output, `${title}\n\n${lines.join('\n')}\n`);

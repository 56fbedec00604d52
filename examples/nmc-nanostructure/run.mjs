// The six nanoporous NMC samples of [B] as virtual structures: descriptors beside its Table 2, M-factors beside its eq.
// 15. [B] Neumann et al. 2023, Int. J. Solids Struct. 280:112394. Uses nothing but the package; see README.md in this
// folder.
// @ts-check
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describe, formatCsv, generate, mFactor, openSession, parseCsv, predict, specFromSet, VERSION } from 'voxelith';

/** Labels of the χ²₂ model. */
const SOLID = 2;
const PORE = 3;
const SEED = 2023;

/** [B] Table 2, rows "sim": means of ten cubes of 400³ voxels. */
const PRINTED = {
  f850: {
    volumeFraction2: 0.46, specificSurfaceArea2: 9.34, meanGeodesicTortuosity2: 1.11, meanGeodesicTortuosity3: 1.05,
    constrictivity2: 0.53, constrictivity3: 0.68,
  },
  f900: {
    volumeFraction2: 0.68, specificSurfaceArea2: 6.23, meanGeodesicTortuosity2: 1.05, meanGeodesicTortuosity3: 1.11,
    constrictivity2: 0.61, constrictivity3: 0.63,
  },
  m850: {
    volumeFraction2: 0.52, specificSurfaceArea2: 8.04, meanGeodesicTortuosity2: 1.09, meanGeodesicTortuosity3: 1.07,
    constrictivity2: 0.54, constrictivity3: 0.68,
  },
  m900: {
    volumeFraction2: 0.6, specificSurfaceArea2: 5.82, meanGeodesicTortuosity2: 1.07, meanGeodesicTortuosity3: 1.09,
    constrictivity2: 0.57, constrictivity3: 0.66,
  },
  c850: {
    volumeFraction2: 0.62, specificSurfaceArea2: 7.46, meanGeodesicTortuosity2: 1.06, meanGeodesicTortuosity3: 1.09,
    constrictivity2: 0.6, constrictivity3: 0.66,
  },
  c900: {
    volumeFraction2: 0.7, specificSurfaceArea2: 4.66, meanGeodesicTortuosity2: 1.05, meanGeodesicTortuosity3: 1.12,
    constrictivity2: 0.62, constrictivity3: 0.61,
  },
};

const TABLE_2 = /** @type {const} */ ([
  ['volumeFraction2', 'ε'], ['specificSurfaceArea2', 'S / µm⁻¹'], ['meanGeodesicTortuosity2', 'τ solid'],
  ['meanGeodesicTortuosity3', 'τ pores'],
  ['constrictivity2', 'β solid'], ['constrictivity3', 'β pores'],
]);

/** As in the tables of studies: the label of the phase stands at the end. */
const COLUMNS = /** @type {const} */ ([
  'version', 'sample', 'size', 'realisation', 'volumeFraction2', 'specificSurfaceArea2', 'meanGeodesicTortuosity2',
  'stdGeodesicTortuosity2', 'constrictivity2', 'mFactor2',
  'volumeFraction3', 'specificSurfaceArea3', 'meanGeodesicTortuosity3', 'stdGeodesicTortuosity3', 'constrictivity3',
  'mFactor3',
]);

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '128' },
    realisations: { type: 'string', default: '10' },
    samples: { type: 'string', default: Object.keys(PRINTED).join(',') },
    threads: { type: 'string' },
    out: { type: 'string', default: 'out/nmc-nanostructure' },
  },
});
const size = Number(values.size);
const realisations = Number(values.realisations);
const samples = values.samples.split(',');
const unknown = samples.find((sample) => !(sample in PRINTED));
if (unknown !== undefined) {
  throw new Error(`--samples: expected some of ${Object.keys(PRINTED).join(',')}, found "${unknown}"`);
}
if (!(Number.isInteger(realisations) && realisations > 0)) {
  throw new Error(`--realisations: expected a whole number above 0, found "${values.realisations}"`);
}

/** One row of the table of structures; what a structure does not have (no path through a phase) is empty.
 *  @param {import('voxelith').Session} session @param {string} sample @param {number} realisation */
async function measure(session, sample, realisation) {
  const structure = await generate(session, specFromSet(sample, { size: [size, size, size], seed: SEED, realisation }));
  const { phases } = await describe(
    session, structure, { only: ['volumeFraction', 'specificSurfaceArea', 'geodesicTortuosity', 'constrictivity'] },
  );
  /** @type {Record<string, string>} */
  const row = { version: VERSION, sample, size: String(size), realisation: String(realisation) };
  for (const phase of [SOLID, PORE]) {
    const found = phases[phase];
    row[`volumeFraction${phase}`] = String(found.volumeFraction);
    row[`specificSurfaceArea${phase}`] = String(found.specificSurfaceArea);
    row[`meanGeodesicTortuosity${phase}`] = String(found.geodesicTortuosity?.z?.mean ?? '');
    row[`stdGeodesicTortuosity${phase}`] = String(found.geodesicTortuosity?.z?.std ?? '');
    row[`constrictivity${phase}`] = String(found.constrictivity?.z?.constrictivity ?? '');
    row[`mFactor${phase}`] = String((await mFactor(session, structure, { phase, axis: 'z' })).mFactor);
  }
  return row;
}

/** Rows of this and of earlier runs; a run that was stopped goes on where it was. */
const file = join(values.out, 'structures.csv');
const rows = existsSync(file) ? parseCsv(file, readFileSync(file, 'utf8')).rows.map((row) => ({ ...row })) : [];
/** @param {string} sample @param {number} realisation */
const find = (sample, realisation) => rows.find((row) =>
  row.version === VERSION && row.sample === sample && row.size === String(size) &&
    row.realisation === String(realisation));

/** Mean and standard deviation of what there is; a dash where there is nothing.
 *  @param {readonly number[]} all @param {number} places */
function spread(all, places) {
  const list = all.filter(Number.isFinite);
  if (list.length === 0) return '–';
  const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
  if (list.length === 1) return mean.toFixed(places);
  return `${mean.toFixed(places)} ± ` +
    `${Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (list.length - 1)).toFixed(places)}`;
}

/** @param {string} text */
const number = (text) => (text === '' ? NaN : Number(text));

/** [B, eq. 15] of one phase; the printed exponent of β is 0.35. NaN where a descriptor is missing.
 *  @param {number} volumeFraction @param {number} meanGeodesicTortuosity @param {number} constrictivity */
function equation15(volumeFraction, meanGeodesicTortuosity, constrictivity) {
  const known = [volumeFraction, meanGeodesicTortuosity, constrictivity].every((x) => x > 0);
  return known ? predict('stenzel2016-b035', { volumeFraction, meanGeodesicTortuosity, constrictivity }) : NaN;
}

/** @param {readonly (readonly string[])[]} lines the first is the head */
const markdown = ([head, ...body]) =>
  [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const session = await openSession(values.threads === undefined ? {} : { threads: Number(values.threads) });
mkdirSync(values.out, { recursive: true });
for (const sample of samples) {
  for (let realisation = 0; realisation < realisations; realisation++) {
    if (find(sample, realisation)) continue;
    const start = performance.now();
    rows.push(await measure(session, sample, realisation));
    writeFileSync(`${file}.part`, formatCsv(COLUMNS, rows.map((row) => COLUMNS.map((column) => row[column]))));
    renameSync(`${file}.part`, file);
    process.stderr.write(
      `${sample} ${size}³, realisation ${realisation + 1} of ${realisations}: ` +
        `${((performance.now() - start) / 1000).toFixed(1)} s\n`,
    );
  }
}
session.close();

const descriptors = [['sample', ...TABLE_2.flatMap(([, title]) => [title, '[B]'])]];
const transport = [['sample', ...['solid', 'pores'].flatMap((phase) => [`M ${phase}`, 'eq. 15', 'eq. 15, [B]'])]];
for (const sample of samples) {
  const own = Array.from(
    { length: realisations }, (_, realisation) => /** @type {Record<string, string>} */ (find(sample, realisation)),
  );
  const printed = PRINTED[/** @type {keyof typeof PRINTED} */ (sample)];
  descriptors.push([
    sample.toUpperCase(),
    ...TABLE_2.flatMap(([column]) => [spread(own.map((row) => number(row[column])), 3), printed[column].toFixed(2)]),
  ]);
  const { volumeFraction2, meanGeodesicTortuosity2, meanGeodesicTortuosity3, constrictivity2, constrictivity3 } =
    printed;
  const byPrinted = [
    equation15(volumeFraction2, meanGeodesicTortuosity2, constrictivity2),
    equation15(1 - volumeFraction2, meanGeodesicTortuosity3, constrictivity3),
  ];
  transport.push([sample.toUpperCase(), ...[SOLID, PORE].flatMap((phase, i) => [
    spread(own.map((row) => number(row[`mFactor${phase}`])), 4),
    spread(own.map((row) => equation15(
      number(row[`volumeFraction${phase}`]), number(row[`meanGeodesicTortuosity${phase}`]),
      number(row[`constrictivity${phase}`]),
    )), 4),
    byPrinted[i].toFixed(3),
  ])]);
}
const drawn = realisations === 1 ? 'one realisation' : `mean ± standard deviation of ${realisations} realisations`;
const caveat = size === 400
  ? ''
  : 'A window of another size is not comparable with the printed table: paths, bottlenecks and M depend on it.\n';
const text = `χ²₂ model of six samples, ${size}³ voxels of 10 nm, ${drawn}; [B]: as printed, 400³ voxels.
${caveat}
Descriptors beside [B] Table 2

${markdown(descriptors)}

M-factors beside [B] eq. 15, M = ε^1.15 β^0.35 / τ^4.39, of each structure's own descriptors and of the printed ones

${markdown(transport)}
`;
writeFileSync(join(values.out, `table-${size}.md`), text);
process.stdout.write(text);

// From a drawn or an imported cathode to discharges on its voxels at three rates, with maps of the state of charge.
// Uses nothing but the package; see README.md in this folder.
// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  cells, discharge3d, discharge3dReport, factsOf, formatCsv, generate, grainTable, lithiumOfGrains,
  measureComposite, momentText, openSession, parseMoments, readVolume, segmentGrains, stateOfCharge,
  stateOfChargeMap, VERSION, writeVolume, writeVoxels,
} from 'voxelith';

const { values } = parseArgs({ options: {
  size: { type: 'string', default: '64' },
  image: { type: 'string' },
  rates: { type: 'string', default: '0.2,1,3' },
  out: { type: 'string', default: 'out/discharge3d' },
  threads: { type: 'string' },
} });
const [SE, AM] = [1, 2];
const [VOXEL_UM, BALL_RADIUS_UM] = [0.5, 2.5];
const SEPARATOR_UM = 20;
const rates = values.rates.split(',').map(Number);
const moments = parseMoments('25%,50%,75%,end', '--at');

mkdirSync(values.out, { recursive: true });
const session = await openSession(values.threads === undefined ? {} : { threads: Number(values.threads) });
const n = Number(values.size);
const volume = values.image !== undefined ? await readVolume(values.image)
  : await generate(session, {
    model: 'boolean', size: [n, n, n], seed: 5, voxelSizeUm: VOXEL_UM, label: AM, matrix: SE,
    parameters: { volumeFraction: 0.6, radius: BALL_RADIUS_UM / VOXEL_UM, anisotropyFactor: 1 },
  });
if (values.image === undefined) await writeVolume(join(values.out, 'cathode.nrrd'), volume);

const name = values.image ?? 'cathode.nrrd';
const composite = await measureComposite(session, volume, { image: name, active: AM, electrolyte: SE, axis: 'z' });
const file = cells.cellFromImage(composite, cells.findChemistry('nmc811-lps'));
const separator = file.regions.find(({ kind }) => kind === 'separator');
separator.thickness = { value: SEPARATOR_UM, unit: 'um', source: 'assumed: as thin as one that can be handled' };
writeFileSync(join(values.out, 'cell.yaml'), `${JSON.stringify(file, null, 2)}\n`);
const description = cells.readCell(file, ({ message }) => message);

const runs = [];
for (const rate of rates) {
  const run = await discharge3d(session, volume, description.cell, { active: AM, electrolyte: SE, rate, moments });
  runs.push(run);
  for (const map of run.maps) {
    const { shape, voxelSizeUm } = volume;
    const place = join(values.out, `soc-${rate}C-${momentText(map.moment)}.vti`);
    await writeVoxels(place, { data: stateOfChargeMap(run, map), shape, voxelSizeUm });
  }
}
writeFileSync(join(values.out, 'curves.csv'), formatCsv(
  ['rate', 'time', 'voltage', 'charge'],
  runs.flatMap(({ rate, time, voltage, charge }) => time.map((t, k) => [rate, t, voltage[k], charge[k]])),
));
const grains = await segmentGrains(session, volume, { phase: AM });
writeFileSync(join(values.out, 'discharge3d.html'), discharge3dReport({
  title: name, names: { [SE]: 'solid electrolyte', [AM]: 'active material' }, volume, active: AM, axis: 'z',
  separator: 'low', description, runs,
  grains: {
    table: await grainTable(session, volume, grains),
    lithium: runs.map(({ maps }) => lithiumOfGrains(maps[maps.length - 1], grains)),
  },
  reproducibility: factsOf([['version', `voxelith ${VERSION}`], ['command', process.argv.slice(2).join(' ')]]),
}));
await session.close();

const last = (list) => list[list.length - 1];
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const used = (run) => 1 - stateOfCharge(run, last(run.stoichiometry));
const lines = [
  `Active material ${composite.activeFraction.toFixed(3)}, electrolyte ${composite.electrolyteFraction.toFixed(3)}; ` +
    `voxel faces times ${(runs[0].area.corrected / runs[0].area.faces).toFixed(3)}; ` +
    `${(100 * runs[0].active.dead).toFixed(2)} % of the active material dead.`,
  '', '| C-rate | A/m² | mAh/cm² | used, % | SOC at the separator | SOC at the collector | steps | ended by |',
  '|---|---|---|---|---|---|---|---|',
  ...runs.map((run) => {
    const soc = last(run.profiles).stoichiometry.map((x) => stateOfCharge(run, x)).filter(Number.isFinite);
    const end = Math.ceil(soc.length / 8);
    return `| ${run.rate.toFixed(2)} | ${run.currentDensity.toFixed(2)} | ${(run.capacity / 36000).toFixed(3)} | ` +
      `${(100 * used(run)).toFixed(1)} | ${mean(soc.slice(0, end)).toFixed(3)} | ` +
      `${mean(soc.slice(-end)).toFixed(3)} | ${run.work.steps} | ${run.endedBy} |`;
  }),
  '',
];

/** Mean of a map over the active material. */
const filling = ({ stoichiometry }) => mean([...stoichiometry].filter((x) => !Number.isNaN(x)));
const atTime = ({ time, stoichiometry }, t) => stoichiometry[time.findIndex((value) => value === t)];
const spacing = (run) => 1e-6 * (run.depthUm[1] - run.depthUm[0]);
const reacted = (run, { reaction }) =>
  -reaction.filter(Number.isFinite).reduce((sum, value) => sum + value, 0) * spacing(run);
const near = (value, wanted, share) => Math.abs(value / wanted - 1) < share;
const byRate = [...runs].sort((a, b) => a.rate - b.rate);
const statements = [
  ['lithium and charge are kept to rounding at every step',
    runs.every(({ balance }) => balance.lithium < 1e-9 && balance.charge < 1e-9)],
  ['the capacity falls with the rate',
    byRate.every(({ capacity }, i) => i === 0 || capacity < byRate[i - 1].capacity)],
  ['the reaction over the depth adds up to the current',
    runs.every((run) => run.profiles.every((profile) => near(reacted(run, profile), run.currentDensity, 1e-6)))],
  ['lithium in the maps is the charge that has passed',
    runs.every((run) => run.maps.every((map) => near(filling(map), atTime(run, map.time), 1e-5)))],
];
lines.push(...statements.map(([text, holds]) => `- ${holds ? 'holds' : 'DOES NOT HOLD'}: ${text}`), '');
writeFileSync(join(values.out, 'summary.md'), lines.join('\n'));
process.stdout.write(`${lines.join('\n')}${join(values.out, 'summary.md')}\n`);
process.exitCode = statements.every(([, holds]) => holds) ? 0 : 1;

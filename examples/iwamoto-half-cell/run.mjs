// The half-cells of Iwamoto et al. 2023 ([C], J. Power Sources Adv. 21:100120) in kind: three structures of the same ε
// and M whose D_SCA grows, discharged with particles of D_SCA and with particles of D50. Uses nothing but the package;
// see README.md in this folder.
// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  cells, dischargeReport, factsOf, formatCsv, generate, mFactor, openSession, surfaceAreas, VERSION, volumeFractions,
} from 'voxelith';

const { values } = parseArgs({ options: {
  size: { type: 'string', default: '96' },
  out: { type: 'string', default: 'out/iwamoto-half-cell' },
  threads: { type: 'string' },
} });
const [SE, AM] = [1, 2];
/** Balls of the Boolean model in voxels, and the printed D50 of the active material in µm. */
const BALL_RADIUS = 8;
const D50 = 5;
/** Magnifications of the one drawing: ε and M have no scale, D_SCA has. */
const MAGNIFICATIONS = [1, 1.25, 1.6];
/** 1 C of [C] in A/m²: 1.89 mA on 0.7854 cm². */
const ONE_C = 24.06;
const RATES = [0.1, 0.5, 1, 2];
const chemistry = cells.findChemistry('nca-lps');

/** What one drawing has, in voxels. */
async function measure() {
  const session = await openSession(values.threads === undefined ? {} : { threads: Number(values.threads) });
  const n = Number(values.size);
  const volume = await generate(session, {
    model: 'boolean', size: [n, n, n], seed: 2023, label: AM, matrix: SE,
    parameters: { volumeFraction: 0.694, radius: BALL_RADIUS, anisotropyFactor: 1 },
  });
  const { phases } = await volumeFractions(session, volume, { phases: [AM, SE] });
  const { interfaces } = await surfaceAreas(session, volume, { phases: [AM, SE] });
  const found = {
    active: phases[0].volumeFraction,
    electrolyte: phases[1].volumeFraction,
    activeM: (await mFactor(session, volume, { phase: AM })).mFactor,
    electrolyteM: (await mFactor(session, volume, { phase: SE })).mFactor,
    // Per voxel edge: the drawing has no size.
    area: interfaces[0].area,
  };
  await session.close();
  return found;
}

const found = await measure();
/** A half-cell of [C] at an edge of the voxels in µm. */
function halfCell(voxelUm, radiusUm) {
  const interfaceArea = found.area / voxelUm;
  const file = cells.cellFromImage({
    image: `Boolean model, voxels of ${voxelUm.toFixed(4)} µm`, axis: 'z', thickness: Number(values.size) * voxelUm,
    activeFraction: found.active, electrolyteFraction: found.electrolyte, activeMFactor: found.activeM ?? 0,
    electrolyteMFactor: found.electrolyteM ?? 0, interfaceArea, contactDiameter: (6 * found.active) / interfaceArea,
  }, chemistry, { radiusUm, thicknessUm: 43 });
  return { description: cells.readCell(file, () => 'cell'), contactDiameter: (6 * found.active) / interfaceArea };
}
const perGram = (charge, { thickness, active }) => charge / 3.6 / (active.volumeFraction * 4.7e6 * thickness);
const atCentre = (run) => cells.profilesOf(run.model, run.last).centreStoichiometry.filter((x) => x !== null);

const series = MAGNIFICATIONS.map((magnification) => {
  const voxelUm = (magnification * D50) / (2 * BALL_RADIUS);
  const bySize = { sca: halfCell(voxelUm, null), d50: halfCell(voxelUm, D50 / 2) };
  const simulated = Object.fromEntries(Object.entries(bySize).map(([name, { description }]) => {
    const runs = cells.rateTable(description.cell, RATES.map((rate) => rate * ONE_C));
    const electrode = cells.layoutOf(description.cell).positive;
    return [name, { runs, capacities: runs.map((run) => perGram(run.last[run.model.at.charge], electrode)) }];
  }));
  return { contactDiameter: bySize.sca.contactDiameter, description: bySize.sca.description, ...simulated };
});

mkdirSync(values.out, { recursive: true });
const columns = [
  'particles', 'diameterUm', ...RATES.map((rate) => `mAhPerGram_${rate}C`), 'startV_1C', 'centreFront_1C',
  'centreBack_1C',
];
const ONE = RATES.indexOf(1);
const rows = series.flatMap(({ contactDiameter, sca, d50 }) => [['D_SCA', contactDiameter, sca], ['D50', D50, d50]].map(
  ([name, diameter, { runs, capacities }]) => {
    const centres = atCentre(runs[ONE]);
    const start = runs[ONE].model.voltage(runs[ONE].first);
    return [name, diameter, ...capacities, start, centres[0], centres[centres.length - 1]];
  }));
writeFileSync(join(values.out, 'capacities.csv'), formatCsv(columns, rows));
series.forEach(({ contactDiameter, description, sca }, i) => {
  const title = `D_SCA ${contactDiameter.toFixed(1)} µm`;
  writeFileSync(join(values.out, `structure-${i + 1}.html`), dischargeReport({
    title, description, runs: sca.runs, summaries: sca.runs.map((run) => cells.summaryOf(run, description)),
    ragone: cells.compareRagone(sca.runs), reproducibility: factsOf([['version', `voxelith ${VERSION}`]]),
  }));
});

const digits = (value) => value.toFixed(1);
const lines = [
  `One drawing of the Boolean model, ε_AM ${found.active.toFixed(3)}, M_AM ${found.activeM?.toFixed(3)}, M_SE ` +
    `${found.electrolyteM?.toFixed(3)}, at ${MAGNIFICATIONS.length} magnifications: the same ε and M, D_SCA ` +
    `${series.map(({ contactDiameter }) => digits(contactDiameter)).join(', ')} µm.`,
  '', `| particles | diameter, µm | ${RATES.map((rate) => `${rate} C, mAh/g`).join(' | ')} | start of 1 C, V |`,
  `|---|---|${RATES.map(() => '---|').join('')}---|`,
  ...rows.map(([name, diameter, ...rest]) => `| ${name} | ${digits(diameter)} | ` +
    `${rest.slice(0, RATES.length).map(digits).join(' | ')} | ${rest[RATES.length].toFixed(3)} |`),
  '',
];
const [first, last] = [series[0], series[series.length - 1]];
const falls = (values) => values.every((value, i) => i === 0 || value < values[i - 1]);
const drop = (run) => run.model.voltage(run.first);
const half = (run, other) => run.model.voltage(cells.stateAt(run, other.duration / 2));
const statements = [
  ['capacity falls with the rate', series.every(({ sca }) => falls(sca.capacities))],
  ['at 1 C a larger D_SCA gives less', falls(series.map(({ sca }) => sca.capacities[ONE]))],
  ['D50 gives the fall with the rate but no difference between structures, and more than D_SCA',
    series.every(({ d50, sca }) => falls(d50.capacities) && d50.capacities[ONE] > sca.capacities[ONE] &&
      Math.abs(d50.capacities[ONE] - first.d50.capacities[ONE]) < 1e-6)],
  ['the first drop is that of either diameter within 25 mV, the middle of the curve is not',
    Math.abs(drop(last.sca.runs[ONE]) - drop(last.d50.runs[ONE])) < 0.025 &&
      half(last.d50.runs[ONE], last.sca.runs[ONE]) - half(last.sca.runs[ONE], last.sca.runs[ONE]) > 0.025],
  ['at the end of 1 C: D50 fills centres beyond 0.8 everywhere; D_SCA leaves them emptier, towards the collector more',
    series.every(({ d50 }) => Math.min(...atCentre(d50.runs[ONE])) > 0.8) && series.every(({ sca }) => {
      const centres = atCentre(sca.runs[ONE]);
      return centres[centres.length - 1] < centres[0];
    }) && falls(series.map(({ sca }) => Math.max(...atCentre(sca.runs[ONE]))))],
];
lines.push(...statements.map(([text, holds]) => `- ${holds ? 'holds' : 'DOES NOT HOLD'}: ${text}`), '');
writeFileSync(join(values.out, 'summary.md'), lines.join('\n'));
process.stdout.write(`${lines.join('\n')}${join(values.out, 'summary.md')}\n`);
process.exitCode = statements.every(([, holds]) => holds) ? 0 : 1;

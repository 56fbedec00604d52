// The electrode of Lindner et al. 2024 in kind: NMC811 in liquid electrolyte, with little carbon-binder that does not
// span, and with as much as spans; discharged at three rates on the voxels. Uses nothing but the package; see README.md
// in this folder.
// @ts-check
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  cells, cropLabels, discharge3d, generate, insertPhase, openSession, structureAt, writeVolume,
} from 'voxelith';
import { parse } from 'yaml';

const { values } = parseArgs({ options: {
  rates: { type: 'string', default: '0.1,1,2' },
  planes: { type: 'string', default: '77' },
  side: { type: 'string', default: '16' },
  tolerance: { type: 'string', default: '6e-3' },
  conductivity: { type: 'string' },
  out: { type: 'string', default: 'out/liquid-electrode' },
  threads: { type: 'string' },
} });
const [ACTIVE, PORE, BINDER] = [2, 3, 4];
/** Carbon-binder over the window: as little as was measured, and as much as spans from separator to collector. */
const CONTENTS = [0.0341, 0.14];
const file = fileURLToPath(new URL('nmc811-liquid.yaml', import.meta.url));
const written = parse(readFileSync(file, 'utf8'));
// Of the active material, in S/m, instead of the file's.
if (values.conductivity !== undefined) written.regions[2].conductivity.value = Number(values.conductivity);
const { cell } = cells.readCell(written, ({ path }) => path.join('.'));
const session = await openSession(values.threads === undefined ? {} : { threads: Number(values.threads) });
const [planes, side, tolerance] = [values.planes, values.side, values.tolerance].map(Number);

/** Particles of 10 µm, pressed to 36 % of void; voxels of 1 µm. */
const packing = await generate(session, {
  model: 'packing', size: [planes, 28, 28], seed: 3, voxelSizeUm: 1, edges: 'cropped',
  parameters: { voidFraction: 0.36, activeShare: 1, activeDiameter: 10, activeSpread: 0.1, activeOverlap: 0.1 },
});
const insertion = await insertPhase(session, packing, { into: PORE, label: BINDER, fractions: CONTENTS });
/** Means of a profile over tenths of the depth. */
const tenths = (profile) => Array.from({ length: 10 }, (_, k) => {
  const part = profile.slice(Math.floor((k * planes) / 10), Math.floor(((k + 1) * planes) / 10))
    .filter((value) => !Number.isNaN(value));
  return part.reduce((sum, value) => sum + value, 0) / part.length;
});

mkdirSync(values.out, { recursive: true });
const rows = [];
for (const [step, content] of CONTENTS.entries()) {
  const window = [[0, planes], [28 - side, 28], [0, side]];
  const image = cropLabels(structureAt(packing, insertion, step), window);
  await writeVolume(join(values.out, `binder-${Number((100 * content).toFixed(2))}%.nrrd`), image);
  for (const rate of values.rates.split(',').map(Number)) {
    const run = await discharge3d(session, image, cell, {
      electrolyte: PORE, active: ACTIVE, carbon: BINDER, rate,
      tolerances: { stoichiometry: tolerance, voltage: tolerance },
    });
    const soc = tenths(run.profiles[run.profiles.length - 1].stoichiometry);
    const used = (run.stoichiometry.at(-1) - run.charged) / (run.discharged - run.charged);
    console.log(
      `${(100 * content).toFixed(2)} % binder, ${rate} C: ${(run.capacity / 36).toFixed(0)} of ` +
        `${(run.capacity / used / 36).toFixed(0)} µAh/cm², ${run.endedBy} after ${run.time.at(-1).toFixed(0)} s; ` +
        `stoichiometry from separator to collector ${soc.map((x) => x.toFixed(3)).join(' ')}`,
    );
    rows.push({
      binder: content, rate, currentDensity: run.currentDensity, capacity: run.capacity, energy: run.energy,
      time: run.time.at(-1), endedBy: run.endedBy,
      ...Object.fromEntries(soc.map((x, k) => [`x${k + 1}`, x])),
    });
  }
}
session.close();
const names = Object.keys(rows[0]);
writeFileSync(
  join(values.out, 'discharges.csv'), [names.join(','), ...rows.map((row) => names.map((name) => row[name]).join(','))]
    .join('\n') + '\n',
);

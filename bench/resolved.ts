// `npm run resolved`: what a cell of homogeneous media misses of a discharge on the voxels of the same image. The three
// surrogate cathodes, NMC811 in LPS glass; the homogeneous cell takes ε, M, interface area and D_SCA of the image.
// Prints the table of docs/cell.md, with what the images have in comments.
//   npm run resolved -- [--size 44,20,20] [--edge 0.5] [--rates 0.1,0.5,1,2,4] [--sets bm01,bm03,bm10] [--threads 2]
import { parseArgs } from 'node:util';
import { findChemistry } from '../src/cell/chemistries/index.js';
import { rateTable } from '../src/cell/experiments/rate-table.js';
import { cellFromImage } from '../src/cell/file/from-image.js';
import { readCell } from '../src/cell/file/read.js';
import { voxelCount, type Shape } from '../src/core/grid.js';
import { contactDiameterOf } from '../src/descriptors/contact-diameter.js';
import { surfaceAreas } from '../src/descriptors/surface-area.js';
import { volumeFractions } from '../src/descriptors/volume-fraction.js';
import { openSession } from '../src/node.js';
import { discharge3d } from '../src/resolved/discharge.js';
import { generate } from '../src/structure/generate.js';
import { findParameterSet, rescaled } from '../src/structure/parameter-sets.js';
import { threePhase } from '../src/structure/models/three-phase.js';
import { mFactor } from '../src/transport/m-factor.js';

const { values } = parseArgs({ options: {
  size: { type: 'string', default: '44,20,20' }, edge: { type: 'string', default: '0.5' },
  rates: { type: 'string', default: '0.1,0.5,1,2,4' }, sets: { type: 'string', default: 'bm01,bm03,bm10' },
  threads: { type: 'string', default: '2' },
} });
const size = values.size.split(',').map(Number) as unknown as Shape;
const edge = Number(values.edge);
const rates = values.rates.split(',').map(Number);
const [SE, AM] = [1, 2];
const chemistry = findChemistry('nmc811-lps');
const dist = new URL('../../../dist/', import.meta.url);
const session = await openSession(
  { threads: Number(values.threads), wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist) },
);
const print = (text: string): void => { process.stdout.write(`${text}\n`); };

print('| cathode | C-rate | 3D, mAh/cm² | homogeneous | of 3D | mean V 3D | homogeneous | used 3D | lithium kept |');
print('|---|---:|---:|---:|---:|---:|---:|---:|---:|');
for (const name of values.sets.split(',')) {
  const set = findParameterSet(name);
  if (set.model !== 'three-phase') throw new Error(`${name} is no cathode`);
  const volume = await generate(session, {
    model: 'three-phase', size, seed: 1, voxelSizeUm: [edge, edge, edge],
    parameters: rescaled(set.parameters, threePhase.parameters, edge / set.voxelSizeUm),
  });
  const { phases } = await volumeFractions(session, volume, { phases: [AM, SE] });
  const { interfaces } = await surfaceAreas(session, volume, { phases: [AM, SE] });
  const interfaceArea = interfaces[0].area;
  const measured = {
    image: name, axis: 'z', thickness: size[0] * edge, activeFraction: phases[0].volumeFraction,
    electrolyteFraction: phases[1].volumeFraction, interfaceArea,
    activeMFactor: (await mFactor(session, volume, { phase: AM, axis: 'z' })).mFactor!,
    electrolyteMFactor: (await mFactor(session, volume, { phase: SE, axis: 'z' })).mFactor!,
    contactDiameter: contactDiameterOf(phases[0].volumeFraction, interfaceArea)!,
  };
  const read = readCell(cellFromImage(measured, chemistry), () => name).cell;
  // A separator of 50 µm: the chemistry's 610 µm alone would forbid 4 C.
  const regions = read.regions.map((region) => (region.kind === 'separator' ? { ...region, thickness: 5e-5 } : region));
  const cell = { ...read, regions };
  print(`<!-- ${JSON.stringify(measured)} -->`);
  for (const rate of rates) {
    const begun = performance.now();
    const found = await discharge3d(session, volume, cell, { rate });
    const seconds = (performance.now() - begun) / 1000;
    const [run] = rateTable(cell, [found.currentDensity]);
    const { at } = run.model;
    const [charge, energy] = [at.charge, at.energy].map((k) => run.last[k] - run.first[k]);
    const filled = found.stoichiometry[found.stoichiometry.length - 1];
    print(`| ${[
      set.title.replace(' (surrogate)', ''), rate, (found.capacity / 36_000).toFixed(3), (charge / 36_000).toFixed(3),
      `${((100 * charge) / found.capacity).toFixed(1)} %`, (found.energy / found.capacity).toFixed(3),
      (energy / charge).toFixed(3), `${found.active.wired.toFixed(3)}, ${found.active.dead.toFixed(4)}`,
      found.balance.lithium.toExponential(0),
    ].join(' | ')} | <!-- ${JSON.stringify({
      seconds, voxels: voxelCount(size), steps: found.work.steps, endedBy: found.endedBy, run: run.endedBy, filled,
      area: found.area, active: found.active,
      curve: [0.02, 0.25, 0.5, 0.75].map((share) => {
        const k = found.charge.findIndex((q) => q >= share * found.capacity);
        return [found.charge[k] / found.capacity, found.voltage[k]];
      }),
    })} -->`);
  }
}
await session.close();

// What the surrogates leave open: structures of the same ε and S with other n and other α of the χ² and Gaussian parts.
//   npm run published:theta -- [--edge 160] [--realisations 4] [--threads 2]
// Rows that examples/paper-results/theta.csv already has are kept. `npm run published` makes the page's table of it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  describe, findParameterSet, generate, mFactor, openSession, threePhaseFromDescriptors, threePhaseQuantities,
  type Session, type ThreePhaseParameters,
} from '../../src/node.js';
import { formatCsv, parseCsv } from '../../src/io/csv.js';
import type { ThreePhaseSet } from '../../src/structure/models/three-phase.js';
import { THETA_FILE } from './tables.js';

const CATHODES = ['bm01', 'bm10'] as const;
const DEGREES = [1, 2, 8] as const;
const RATIOS = [0.25, 0.5, 1, 2, 4] as const;
const COLUMNS = [
  'cathode', 'n', 'gaussRatio', 'realisation', 'edge', 'volumeFraction2', 'meanGeodesicTortuosity2', 'constrictivity2',
  'mFactor2', 'volumeFraction1', 'mFactor1',
] as const;

const { values } = parseArgs({ options: {
  edge: { type: 'string', default: '160' }, realisations: { type: 'string', default: '4' },
  threads: { type: 'string', default: '2' },
} });
const edge = Number(values.edge);

/** The parameters of a cathode with n degrees of freedom and α'' = ratio · α̃ that keep its ε and S. */
function otherTheta(name: string, n: number, gaussRatio: number): ThreePhaseParameters {
  const set = findParameterSet(name) as ThreePhaseSet;
  const { volumeFraction, specificSurfaceArea } = threePhaseQuantities(set.parameters);
  return threePhaseFromDescriptors(
    {
      volumeFraction: { se: volumeFraction[1], am: volumeFraction[2] },
      specificSurfaceArea: { se: specificSurfaceArea[1], am: specificSurfaceArea[2] },
    },
    { n, gaussRatio, anisotropyFactor: set.parameters.anisotropyFactor },
  );
}

type Row = Readonly<Record<string, string>>;

async function measure(
  session: Session, cathode: string, n: number, gaussRatio: number, realisation: number,
): Promise<Row> {
  const structure = await generate(session, {
    model: 'three-phase', parameters: otherTheta(cathode, n, gaussRatio), size: [edge, edge, edge], voxelSizeUm: 0.2,
    seed: 1, scenario: 0, realisation,
  });
  const { phases } = await describe(session, structure, {
    phases: [1, 2], axes: ['z'], only: ['volumeFraction', 'geodesicTortuosity', 'constrictivity'],
  });
  const m = async (phase: 1 | 2): Promise<number> => (await mFactor(session, structure, { phase, axis: 'z' })).mFactor;
  const am = phases[2];
  const numbers = {
    n, gaussRatio, realisation, edge, volumeFraction2: am.volumeFraction,
    meanGeodesicTortuosity2: am.geodesicTortuosity?.z?.mean ?? NaN,
    constrictivity2: am.constrictivity?.z?.constrictivity ?? NaN,
    mFactor2: await m(2), volumeFraction1: phases[1].volumeFraction, mFactor1: await m(1),
  };
  return { cathode, ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])) };
}

const rows: Row[] = existsSync(THETA_FILE) ? [...parseCsv(THETA_FILE, readFileSync(THETA_FILE, 'utf8')).rows] : [];
const dist = new URL('../../../../dist/', import.meta.url);
const session = await openSession({
  threads: Number(values.threads), wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist),
});
for (const cathode of CATHODES) for (const n of DEGREES) for (const gaussRatio of RATIOS) {
  for (let realisation = 0; realisation < Number(values.realisations); realisation++) {
    const there = rows.some((row) => row.cathode === cathode && Number(row.n) === n &&
      Number(row.gaussRatio) === gaussRatio && Number(row.realisation) === realisation && Number(row.edge) === edge);
    if (there) continue;
    rows.push(await measure(session, cathode, n, gaussRatio, realisation));
    writeFileSync(THETA_FILE, formatCsv(COLUMNS, rows.map((row) => COLUMNS.map((column) => row[column]))));
  }
}
session.close();

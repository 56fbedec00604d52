// What M of the active material hangs on beside ε: structures with other θ than the surrogates'.
//   npm run published:theta -- [--edge 128] [--realisations 3] [--threads 2]
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

const COLUMNS = [
  'cathode', 'change', 'realisation', 'edge', 'volumeFraction2', 'meanGeodesicTortuosity2', 'constrictivity2',
  'mFactor2', 'volumeFraction1', 'mFactor1',
] as const;

const { values } = parseArgs({ options: {
  edge: { type: 'string', default: '128' }, realisations: { type: 'string', default: '3' },
  threads: { type: 'string', default: '2' },
} });
const edge = Number(values.edge);

interface Variant {
  readonly cathode: string;
  /** What differs from the surrogate, "α_X × 2". */
  readonly change: string;
  readonly parameters: ThreePhaseParameters;
}

const surrogate = (name: string): ThreePhaseParameters => (findParameterSet(name) as ThreePhaseSet).parameters;

/** n degrees of freedom and α″ = ratio · α̃ in both fields, ε and S kept. */
function otherShape(cathode: string, n: number, gaussRatio: number): Variant {
  const { volumeFraction, specificSurfaceArea } = threePhaseQuantities(surrogate(cathode));
  const parameters = threePhaseFromDescriptors(
    {
      volumeFraction: { se: volumeFraction[1], am: volumeFraction[2] },
      specificSurfaceArea: { se: specificSurfaceArea[1], am: specificSurfaceArea[2] },
    },
    { n, gaussRatio, anisotropyFactor: surrogate(cathode).anisotropyFactor },
  );
  return { cathode, change: `n = ${n}, α″/α̃ = ${gaussRatio}`, parameters };
}

/** One entry of θ moved, ε kept. */
function moved(cathode: string): Variant[] {
  const theta = surrogate(cathode);
  const { alphaChiX: x, alphaGaussX: gx, alphaChiY: y, alphaGaussY: gy } = theta;
  const of = (change: string, entries: Partial<ThreePhaseParameters>): Variant => (
    { cathode, change, parameters: { ...theta, ...entries } }
  );
  return [
    ...[0.85, 0.94, 1, 1.1].map((a) => of(`a = ${a}`, { anisotropyFactor: a })),
    ...[0.5, 0.7, 1.4, 2].map((f) => of(`α_X × ${f}`, { alphaChiX: f * x, alphaGaussX: f * gx })),
    ...[0.25, 0.5, 1.4].map((f) => of(`α_Y × ${f}`, { alphaChiY: f * y, alphaGaussY: f * gy })),
  ];
}

const VARIANTS: readonly Variant[] = [
  ...['bm01', 'bm10'].flatMap((cathode) => [
    ...[0.25, 0.5, 1, 2, 4].map((ratio) => otherShape(cathode, 2, ratio)),
    ...[1, 8].map((n) => otherShape(cathode, n, 1)),
  ]),
  ...moved('bm03'),
];

type Row = Readonly<Record<string, string>>;

async function measure(session: Session, variant: Variant, realisation: number): Promise<Row> {
  const { cathode, change, parameters } = variant;
  const structure = await generate(session, {
    model: 'three-phase', parameters, size: [edge, edge, edge], voxelSizeUm: 0.2, seed: 1, scenario: 0, realisation,
  });
  const { phases } = await describe(session, structure, {
    phases: [1, 2], axes: ['z'], only: ['volumeFraction', 'geodesicTortuosity', 'constrictivity'],
  });
  const m = async (phase: 1 | 2): Promise<number> => (await mFactor(session, structure, { phase, axis: 'z' })).mFactor;
  const am = phases[2];
  const numbers = {
    realisation, edge, volumeFraction2: am.volumeFraction,
    meanGeodesicTortuosity2: am.geodesicTortuosity?.z?.mean ?? NaN,
    constrictivity2: am.constrictivity?.z?.constrictivity ?? NaN,
    mFactor2: await m(2), volumeFraction1: phases[1].volumeFraction, mFactor1: await m(1),
  };
  const cells = Object.entries(numbers).map(([name, value]) => [name, String(value)]);
  return { cathode, change, ...Object.fromEntries(cells) };
}

const rows: Row[] = existsSync(THETA_FILE) ? [...parseCsv(THETA_FILE, readFileSync(THETA_FILE, 'utf8')).rows] : [];
const dist = new URL('../../../../dist/', import.meta.url);
const session = await openSession({
  threads: Number(values.threads), wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist),
});
for (const variant of VARIANTS) {
  for (let realisation = 0; realisation < Number(values.realisations); realisation++) {
    const there = rows.some((row) => row.cathode === variant.cathode && row.change === variant.change &&
      Number(row.realisation) === realisation && Number(row.edge) === edge);
    if (there) continue;
    rows.push(await measure(session, variant, realisation));
    writeFileSync(THETA_FILE, formatCsv(COLUMNS, rows.map((row) => COLUMNS.map((column) => row[column]))));
  }
}
session.close();

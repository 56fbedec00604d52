// Whether the interval of every solve holds the true value: random windows and structures, each solved to tolerances
// from 1e-2 to 1e-7, beside a direct solve of the same equations where it is small, else a solve to 1e-10.
//   npm run accuracy:solver -- [--scale 1] [--families windows,blocks,…] [--seed 1] [--threads 2]
// Writes docs/accuracy-solver.csv, one row per structure, and the table of docs/accuracy.md; with a scale or families,
// only prints.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { voxelCount, type Shape } from '../src/core/grid.js';
import {
  conduct, findParameterSet, formatCsv, generate, openSession, type ConductOptions, type Session,
} from '../src/node.js';
import { effectiveConductivity } from '../test/reference/effective.js';
import { uniform } from '../test/random.js';
import { oneOf, randomWindow, whole, type Random, type RandomWindow } from '../test/windows.js';
import { hardStructure, type HardKind } from './hard.js';
import { writeParts } from './page.js';

const CSV = 'docs/accuracy-solver.csv';
const PAGE = 'docs/accuracy.md';
const TOLERANCES = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7];
/** Of the solves that stand for the truth. */
const TRUE_TOLERANCE = 1e-10;
/** What a direct solve, or one to TRUE_TOLERANCE, may itself be off. */
const TRUTH = 1e-9;
/** By how much more an interval is wider than its estimate, for conductances in single precision. */
const ROUNDING = 2 ** -23;
const MOST_ITERATIONS = 1000;
/** Windows that are solved directly. */
const DIRECT_VOXELS = 1600;
/** Below this share of the best conductivity a window does not conduct: a direct solve leaves as much by rounding. */
const NOTHING = 1e-13;

const MIDDLE = [12, 13, 15, 16, 17, 20, 23, 24, 25, 31, 32, 33, 39, 40, 41, 47, 48, 49];
const LARGE = [79, 80, 81, 87, 88, 89, 95, 96, 97, 101];
const HARD: readonly (readonly [HardKind, low: number, high: number])[] = [
  ['blobs', 0.16, 0.9], ['fine blobs', 0.2, 0.6], ['coarse blobs', 0.3, 0.7], ['sheets', 0.06, 0.4],
  ['voxels', 0.33, 0.7], ['blocks of 5', 0.34, 0.6],
];

/** What is solved, and what is known of it. */
interface Case extends Omit<RandomWindow, 'kind'> {
  readonly kind: string;
}

interface Family {
  readonly name: string;
  readonly structures: number;
  readonly draw: (session: Session, random: Random) => Promise<Case>;
}

const onePhase = (phase: number): Pick<Case, 'sigma' | 'edges' | 'boundary'> =>
  ({ sigma: { [phase]: 1 }, edges: [1, 1, 1], boundary: 'dirichlet' });

const FAMILIES: readonly Family[] = [
  {
    name: 'windows to 1600 voxels', structures: 840,
    draw: async (_, random) => randomWindow(random, DIRECT_VOXELS),
  },
  {
    name: 'windows to 40³ voxels', structures: 100,
    draw: async (_, random) => randomWindow(random, 40 ** 3, MIDDLE),
  },
  {
    name: 'one phase, 31³ to 65³', structures: 60,
    draw: async (_, random) => {
      const [kind, low, high] = oneOf(random, HARD);
      const edge = oneOf(random, [31, 32, 33, 39, 41, 47, 49, 63, 65]);
      const { labels, shape } = hardStructure(kind, edge, low + (high - low) * random(), whole(random, 1, 1e6));
      return {
        kind, labels, shape, axis: oneOf(random, [0, 1, 2] as const), coarsening: 'auto', ...onePhase(1),
      };
    },
  },
  {
    name: 'excursion sets, 31³ to 65³', structures: 30,
    draw: async (session, random) => {
      const set = findParameterSet('bm01');
      if (set.model !== 'three-phase') throw new Error('bm01: expected the three-phase model');
      const shape: Shape = [0, 0, 0].map(() => oneOf(random, [31, 33, 39, 40, 41, 47, 49, 63, 65])) as never;
      const { labels } = await generate(
        session, { model: 'three-phase', parameters: set.parameters, size: shape, seed: whole(random, 1, 1e6) },
      );
      const phases = oneOf(random, [1, 2, 3]);
      const conducts = phases === 1 ? onePhase(oneOf(random, [1, 2])) : {
        sigma: Object.fromEntries([1, 2, 3].slice(0, phases).map((label) => [label, 10 ** (-7.9 * random())])),
        edges: oneOf(random, [[1, 1, 1], [2, 1, 1], [1, 5, 10]] as const),
        boundary: oneOf(random, ['periodic', 'dirichlet'] as const),
      };
      const axis = oneOf(random, [0, 1, 2] as const);
      return { kind: 'excursion', labels, shape, axis, coarsening: 'auto', ...conducts };
    },
  },
  {
    name: 'windows around 90³ voxels', structures: 6,
    draw: async (_, random) => ({ ...randomWindow(random, 1.1e6, LARGE), coarsening: 'auto' }),
  },
];

interface Solve {
  readonly iterations: number;
  readonly converged: boolean;
  readonly inside: boolean;
  /** True error over the estimate; 0 where rounding of the conductances explains it. */
  readonly share: number;
}

interface Row {
  readonly family: string;
  readonly structure: number;
  readonly of: Case;
  readonly solves: readonly Solve[];
}

async function solveAll(session: Session, of: Case): Promise<Solve[] | null> {
  const { labels, shape, sigma, edges, axis, boundary, coarsening } = of;
  const options: Partial<ConductOptions> = {
    conductivity: sigma, axis: 'zyx'[axis] as 'z', boundary, coarsening, maxIterations: MOST_ITERATIONS,
  };
  const solve = (tolerance: number): ReturnType<typeof conduct> =>
    conduct(session, { labels, shape, voxelSizeUm: edges }, { ...options, tolerance });
  let truth: number;
  if (voxelCount(shape) <= DIRECT_VOXELS) {
    truth = effectiveConductivity(labels, shape, sigma, { axis, edges, periodic: boundary === 'periodic' });
  } else {
    const { effectiveConductivity: value, converged } = await solve(TRUE_TOLERANCE);
    if (!converged) console.log(`no truth: ${describe(of)}`);
    truth = value;
  }
  if (truth <= NOTHING * Math.max(...Object.values(sigma))) return null;
  const solves: Solve[] = [];
  for (const tolerance of TOLERANCES) {
    const { effectiveConductivity: value, bracket: [low, high], errorEstimate, converged, iterations } =
      await solve(tolerance);
    const error = value / truth - 1;
    solves.push({
      iterations, converged: converged && errorEstimate <= tolerance,
      inside: low <= truth * (1 + TRUTH) && high >= truth * (1 - TRUTH),
      share: error > ROUNDING ? error / errorEstimate : 0,
    });
  }
  return solves;
}

function contrastOf({ sigma }: Case): number {
  const open = Object.values(sigma).filter((value) => value > 0);
  return Math.max(...open) / Math.min(...open);
}

function describe(of: Case): string {
  return `${of.kind} ${of.shape.join('×')} along ${'zyx'[of.axis]}, ${of.boundary}, ${of.coarsening}, ` +
    `contrast ${contrastOf(of).toPrecision(2)}, edges ${of.edges.map((edge) => edge.toPrecision(2)).join(':')}`;
}

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' }, families: { type: 'string' }, seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
  },
});

async function measure(session: Session): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [k, { name, structures, draw }] of FAMILIES.entries()) {
    if (values.families !== undefined && !values.families.split(',').includes(name.split(' ')[0])) continue;
    let solved = 0;
    for (let structure = 1; solved < structures * Number(values.scale); structure++) {
      const of = await draw(session, uniform(1e6 * Number(values.seed) + 1e5 * k + structure));
      const solves = await solveAll(session, of);
      if (solves === null) continue;
      solved++;
      rows.push({ family: name, structure, of, solves });
      solves.forEach(({ converged, inside, share, iterations }, t) => {
        if (converged && inside) return;
        console.log(`${converged ? 'OUTSIDE' : 'NOT CONVERGED'} ${TOLERANCES[t]}, structure ${structure}: ` +
          `${describe(of)}; ${iterations} iterations, error ${share.toPrecision(3)} × the estimate`);
      });
    }
    console.log(`${name}: ${solved} structures`);
    if (values.scale === '1' && values.families === undefined) write(rows);
  }
  return rows;
}

function table(rows: readonly Row[]): string {
  const head = [
    'structures', 'number', 'tolerance', 'converged', 'inside', 'iterations', 'median of error / estimate', 'greatest',
  ];
  const body = FAMILIES.flatMap(({ name }) => {
    const own = rows.filter(({ family }) => family === name);
    return own.length === 0 ? [] : TOLERANCES.map((tolerance, t) => {
      const solves = own.map((row) => row.solves[t]);
      const shares = solves.map(({ share }) => share).sort((a, b) => a - b);
      return [
        t === 0 ? name : '', t === 0 ? String(own.length) : '', tolerance.toExponential(0).replace('-', '−'),
        String(solves.filter(({ converged }) => converged).length),
        String(solves.filter(({ inside }) => inside).length),
        (solves.reduce((sum, { iterations }) => sum + iterations, 0) / own.length).toFixed(1),
        shares[Math.floor(shares.length / 2)].toFixed(3), shares[shares.length - 1].toFixed(2),
      ];
    });
  });
  return [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...body].map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** Rows so far, so that a run that is stopped leaves what it has. */
function write(rows: readonly Row[]): void {
  const columns = [
    'family', 'structure', 'kind', 'shape', 'axis', 'boundary', 'coarsening', 'labels', 'contrast', 'edges',
    ...TOLERANCES.flatMap((tolerance) => [`iterations ${tolerance}`, `error / estimate ${tolerance}`]),
  ];
  writeFileSync(CSV, formatCsv(columns, rows.map(({ family, structure, of, solves }) => [
    family, structure, of.kind, of.shape.join('×'), 'zyx'[of.axis], of.boundary, of.coarsening,
    new Set(of.labels).size, Number(contrastOf(of).toPrecision(3)),
    of.edges.map((edge) => edge.toPrecision(3)).join(':'),
    ...solves.flatMap(({ iterations, share }) => [iterations, Number(share.toPrecision(3))]),
  ])));
  writeParts(PAGE, [{
    from: '<!-- solver: written by npm run accuracy:solver -->', to: '<!-- end of solver -->',
    text: `\n${table(rows)}\n`,
  }]);
}

const dist = new URL('../../../dist/', import.meta.url);
const session = await openSession(
  { threads: Number(values.threads), wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist) },
);
const rows = await measure(session);
session.close();
console.log(table(rows));

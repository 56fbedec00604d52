// The numbers of decisions/0220: the variance of gradients with common random numbers against independent ones, and
// how evenly plans of equally many structures fill the space of the descriptors.
// `npm run plans -- EDGE [gradients|expected|spread]`.
import type { Session } from '../src/runtime/session.js';
import { openSession } from '../src/node.js';
import { distancesTo, nearestDistances } from '../src/numeric/spread.js';
import { splitColumn, type Values } from '../src/study/columns.js';
import { evaluateStructure } from '../src/study/evaluate.js';
import { mergeStudy } from '../src/study/merge.js';
import { countStudy, planRound1 } from '../src/study/plans.js';
import { THETA } from '../src/study/plans/paper-parameters.js';
import type { PaperStructure } from '../src/study/plans/paper.js';
import { parseStudySpec, type StudySpec } from '../src/study/spec.js';
import { threePhaseQuantities } from '../src/structure/theory.js';
import { memoryStore } from '../src/study/store.js';
import { openStudy } from '../src/study/study.js';
import type { StudyTableRow } from '../src/study/table.js';
import { workStudy, type Evaluate } from '../src/study/work.js';

const edge = Number(process.argv[2] ?? 64);
const part = process.argv[3] ?? 'both';
const REALISATIONS = 12;
const dist = new URL('../../../dist/', import.meta.url);
const session = await openSession({
  threads: 1, wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist),
});
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]): number => {
  const middle = mean(values);
  return values.reduce((sum, x) => sum + (x - middle) ** 2, 0) / (values.length - 1);
};
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Forward differences at the middle of an edge, one for each realisation, by "descriptor/parameter". */
async function differences(randomNumbers: 'common' | 'independent'): Promise<Map<string, number[]>> {
  const spec = parseStudySpec({
    size: edge, edges: [['bm01', 'bm10']], t: [0.5], gradient: { realisations: REALISATIONS, randomNumbers },
  });
  const rows = new Map<string, Values>();
  const drawn = (planRound1(spec) as PaperStructure[]).filter(({ family }) => family === 'gradient');
  for (const structure of drawn) rows.set(structure.id, (await evaluateStructure(session, spec, structure)).values);
  const found = new Map<string, number[]>();
  for (let r = 0; r < REALISATIONS; r++) {
    const at = (name: string): Values => rows.get(`bm01-bm10/t1/gradient/${name}/${r}`)!;
    for (const name of THETA) {
      for (const [column, value] of Object.entries(at('base'))) {
        const moved = at(name)[column];
        if (typeof value !== 'number' || typeof moved !== 'number') continue;
        found.set(`${column}/${name}`, [...(found.get(`${column}/${name}`) ?? []), moved - value]);
      }
    }
  }
  return found;
}

/** ε and S of the closed forms, without noise: the choice of a plan alone. */
const expected: Evaluate = async (_on, spec, { parameters }) => {
  const { volumeFraction, specificSurfaceArea } = threePhaseQuantities(parameters as never);
  return {
    values: Object.fromEntries([1, 2].flatMap((phase) => [
      [`volumeFraction${phase}`, volumeFraction[phase]],
      [`specificSurfaceArea${phase}`, specificSurfaceArea[phase] / spec.voxelSizeUm],
    ])),
    problems: [], seconds: { describe: 1, conduct: 0 },
  };
};

const described: Evaluate = async (on: Session, spec, structure, run) =>
  evaluateStructure(on, spec, { ...structure, conduct: false }, run);

async function rowsOf(spec: StudySpec, evaluate: Evaluate): Promise<readonly StudyTableRow[]> {
  const study = await openStudy(spec, memoryStore(), { version: 'bench' });
  for (const _round of countStudy(spec).rounds) await workStudy(study, { sessions: [session], evaluate });
  return (await mergeStudy(study)).table!.rows;
}


async function gradients(): Promise<void> {
  print(`window ${edge}³, ${REALISATIONS} realisations of 7 structures each`);
  const [common, independent] = [await differences('common'), await differences('independent')];
  const ratios = new Map<string, number[]>();
  for (const [key, values] of common) {
    const other = independent.get(key);
    // SE does not know the parameters of Y: its differences are rounding.
    const nothing = values.every((value) => Math.abs(value) < 1e-12);
    if (other === undefined || values.length < 3 || other.length < 3 || nothing) continue;
    const column = key.split('/')[0];
    ratios.set(column, [...(ratios.get(column) ?? []), variance(other) / variance(values)]);
  }
  print('variance of a difference, independent over common: median over θ (least – most)');
  for (const [column, all] of ratios) {
    print(`  ${column.padEnd(26)} ${median(all).toFixed(1).padStart(7)}  (${Math.min(...all).toFixed(1)} – ` +
      `${Math.max(...all).toFixed(1)})  ${splitColumn(column).quantity.title}`);
  }
}

async function spread(evaluate: Evaluate, descriptors: readonly string[]): Promise<void> {
  const COLUMNS = descriptors.flatMap((name) => [`${name}1`, `${name}2`]);
  const placesOf = (rows: readonly StudyTableRow[]): number[][] =>
    rows.map((row) => COLUMNS.map((name) => Number(row[name]))).filter((place) => place.every(Number.isFinite));
  const paper = parseStudySpec({
    size: edge, t: [1 / 2], gradient: { realisations: 1 }, steps: { descriptors }, descriptors,
  });
  const paperRows = await rowsOf(paper, evaluate);
  const { total } = countStudy(paper);
  /** The box that the parameters of the paper's plan span. */
  const vary = Object.fromEntries(THETA.map((name) => {
    const values = paperRows.map((row) => Number(row[name])).filter(Number.isFinite);
    return [name, [Math.min(...values), Math.max(...values)]];
  }));
  const points = (plan: Record<string, unknown>): StudySpec => parseStudySpec({
    size: edge, structure: { model: 'three-phase', parameters: { n: 2, anisotropyFactor: 0.93 } }, phases: [1, 2],
    descriptors, plan: { vary, ...plan },
  });
  const ANCHORS = 3;
  const plans: readonly (readonly [string, readonly StudyTableRow[]])[] = [
    ['paper', paperRows],
    ['sobol', await rowsOf(points({ kind: 'sobol', points: total }), evaluate)],
    ['latin-hypercube', await rowsOf(points({ kind: 'latin-hypercube', points: total, exchanges: 5000 }), evaluate)],
    ['descriptor-space', await rowsOf(points({
      kind: 'descriptor-space', anchors: ANCHORS,
      points: descriptors.length > 2 ? total - ANCHORS * (THETA.length + 1) : total,
    }), evaluate)],
  ];
  const pooled = plans.flatMap(([, rows]) => placesOf(rows));
  const ends = COLUMNS.map((_, k) => pooled.map((place) => place[k]))
    .map((values) => [Math.min(...values), Math.max(...values)]);
  const scaled = (places: readonly number[][]): number[][] =>
    places.map((place) => place.map((x, k) => (x - ends[k][0]) / (ends[k][1] - ends[k][0])));
  const all = scaled(pooled);
  print(`${total} structures of each plan; ${COLUMNS.length} descriptors, each in units of its range over all plans`);
  print('plan               rows  nearest neighbour: mean, least   way from any place to a row: mean, most');
  for (const [name, rows] of plans) {
    const own = scaled(placesOf(rows));
    const [near, far] = [nearestDistances(own), distancesTo(own, all)];
    const gaps = `${mean(far).toFixed(3)} ${Math.max(...far).toFixed(3)}`;
    const room = `${mean(near).toFixed(3)} ${Math.min(...near).toFixed(3)}`;
    print(`${name.padEnd(18)} ${String(own.length).padStart(4)}  ${room}                        ${gaps}`);
  }
}

if (part === 'both' || part === 'gradients') await gradients();
if (part !== 'gradients') {
  await spread(expected, ['volumeFraction', 'specificSurfaceArea']);
  if (part !== 'expected') {
    await spread(
      described, ['volumeFraction', 'specificSurfaceArea', 'meanGeodesicTortuosity', 'constrictivity'],
    );
  }
}
session.close();

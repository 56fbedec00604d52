// Known parameters and what calibrations find of them: docs/recovery.csv, docs/recovery-fractions.csv, the plots and
// tables of docs/calibration.md.
//   npm run recovery -- [--cases chi2-2d,chi2-3d] [--threads 2]
// Calibrations that docs/recovery.csv already has are kept: delete it to repeat them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatCsv, openSession, parseCsv, type Session } from '../../src/node.js';
import { scatter } from '../../src/report/chart.js';
import { panels, writeFigure } from '../figure.js';
import { median } from '../harness.js';
import { writeParts } from '../page.js';
import { FRACTION_CASES, FRACTION_TRIALS, runFractions, type FractionSummary } from './fractions.js';
import {
  CASES, covers, expectedDistances, parameterNames, runTrial, TRIALS, type RecoveryCase, type Trial,
} from './trials.js';

const CSV = 'docs/recovery.csv';
const FRACTIONS_CSV = 'docs/recovery-fractions.csv';
const PAGE = 'docs/calibration.md';
const SYMBOLS: Readonly<Record<string, string>> = {
  alphaChiX: 'α_χX', alphaGaussX: 'α_gX', lambdaX: 'λ_X', alphaChiY: 'α_χY', alphaGaussY: 'α_gY', lambdaY: 'λ_Y',
  anisotropyFactor: 'a', alpha: 'α', lambda: 'λ',
};

const names = [...new Set(CASES.flatMap(({ model }) => parameterNames(model)))];
const COLUMNS = [
  'case', 'trial', 'distance', 'limit',
  ...names.flatMap((name) => [name, `${name}Estimate`, `${name}StandardError`, `${name}Nearest`]),
];
const FRACTION_COLUMNS = [
  'case', 'truth', 'trials', 'covered', 'scatter', 'exact', 'fromImages', 'fromImagesDeviation',
] as const;

function readTrials(): Trial[] {
  if (!existsSync(CSV)) return [];
  return parseCsv(CSV, readFileSync(CSV, 'utf8')).rows.map((row) => {
    const model = CASES.find(({ name }) => name === row.case)!.model;
    const of = (suffix: string) =>
      Object.fromEntries(parameterNames(model).map((name) => [name, Number(row[name + suffix])]));
    return {
      case: row.case, trial: Number(row.trial), distance: Number(row.distance), limit: Number(row.limit), truth: of(''),
      estimate: of('Estimate'),
      standardError: of('StandardError'), nearest: of('Nearest'),
    };
  });
}

const round = (x: number | undefined): number | null => (x === undefined ? null : Number(x.toPrecision(6)));

function writeTrials(trials: readonly Trial[]): void {
  writeFileSync(CSV, formatCsv(COLUMNS, trials.map((t) => [
    t.case, t.trial, round(t.distance), round(t.limit),
    ...names.flatMap((name) => [t.truth, t.estimate, t.standardError, t.nearest].map((of) => round(of[name]))),
  ])));
}

async function runTrials(session: Session, wanted: readonly string[]): Promise<Trial[]> {
  const trials = readTrials();
  for (const each of CASES.filter(({ name }) => wanted.includes(name))) {
    for (let k = 0; k < TRIALS; k++) {
      if (trials.some((t) => t.case === each.name && t.trial === k)) continue;
      const start = performance.now();
      const trial = await runTrial(session, each, k);
      trials.push(trial);
      writeTrials(trials);
      console.log(
        `${each.name} ${k}: T² ${trial.distance.toFixed(1)}, limit ${trial.limit.toFixed(1)}, ` +
          `${((performance.now() - start) / 1000).toFixed(1)} s`,
      );
    }
  }
  return trials;
}

const [WIDTH, HEIGHT] = [240, 226];
/** Estimates against true values of every parameter, and the distances of θ against their distribution. */
function plotCase({ name, title, model }: RecoveryCase, trials: readonly Trial[]): void {
  const parameters = parameterNames(model).map((key) => scatter([
    {
      colour: 'p2', mark: 'train', x: trials.map((t) => t.truth[key]), y: trials.map((t) => t.estimate[key]),
      errors: trials.map((t) => t.standardError[key]),
    },
    ...[trials.filter((t) => t.nearest[key] !== t.estimate[key])].map((other) => (
      { colour: 'p3', mark: 'test' as const, x: other.map((t) => t.truth[key]), y: other.map((t) => t.nearest[key]) })),
  ], {
    title: SYMBOLS[key], xLabel: 'true', yLabel: 'estimate ± standard error', oneToOne: true, width: WIDTH,
    height: HEIGHT,
  }));
  const sorted = [...trials].sort((a, b) => a.distance - b.distance);
  const expected = expectedDistances(model, sorted.length);
  const [inside, outside] = [true, false]
    .map((wanted) => sorted.flatMap((t, i) => (covers(t) === wanted ? [{ x: expected[i], y: t.distance }] : [])));
  const distances = scatter([
    { colour: 'p3', mark: 'train', x: inside.map(({ x }) => x), y: inside.map(({ y }) => y) },
    { colour: 'p1', mark: 'test', x: outside.map(({ x }) => x), y: outside.map(({ y }) => y) },
  ], {
    title: 'T² of the true θ', xLabel: 'expected', yLabel: 'found', oneToOne: true, width: WIDTH, height: HEIGHT,
    notes: [`${inside.length} of ${sorted.length} within 95 %`],
  });
  writeFigure(`docs/images/recovery-${name}.svg`, panels(title, [...parameters, distances], 4, WIDTH, HEIGHT));
}

/** Share of the trials with the true value within 1.96 standard errors. */
function within(trials: readonly Trial[], key: string): string {
  const inside = trials.filter((t) => Math.abs(t.estimate[key] - t.truth[key]) <= 1.96 * t.standardError[key]).length;
  return `${SYMBOLS[key]} ${inside}`;
}

function regionTable(trials: readonly Trial[]): string {
  const rows = CASES.flatMap(({ name, title, model }) => {
    const own = trials.filter((t) => t.case === name);
    if (own.length === 0) return [];
    const names = parameterNames(model);
    const errors = names.filter((key) => key.startsWith('alpha') || key === 'anisotropyFactor').map((key) => {
      const error = median(own.map((t) => Math.abs(t.estimate[key] / t.truth[key] - 1)));
      return `${SYMBOLS[key]} ${(100 * error).toFixed(1)} %`;
    });
    const nearer = own.filter((t) => names.some((key) => t.nearest[key] !== t.estimate[key])).length;
    return [
      `| ${title} | ${own.filter(covers).length} of ${own.length} | ${errors.join(', ')} ` +
        `| ${names.map((key) => within(own, key)).join(', ')} | ${nearer} |`,
    ];
  });
  return [
    '| data | region covers θ | median of abs(estimate/true − 1) | true value within 1.96 standard errors ' +
      '| another optimum, named beside the estimate, is nearer to θ |',
    '|---|---:|---|---|---:|', ...rows,
  ].join('\n');
}

function plotFractions(all: readonly FractionSummary[]): void {
  const x = (own: readonly FractionSummary[]): number[] => own.map(({ scatter }) => 100 * scatter);
  const series = [['³', 'p2'], ['²', 'p3']].map(([sign, colour]) => {
    const own = all.filter((s) => s.case.endsWith(sign));
    return {
      colour, mark: 'train' as const, x: x(own), y: own.map((s) => 100 * s.fromImages),
      errors: own.map((s) => 100 * s.fromImagesDeviation),
    };
  });
  const model = { colour: 'p1', mark: 'test' as const, x: x(all), y: all.map((s) => 100 * s.exact) };
  writeFigure('docs/images/recovery-fractions.svg', scatter([...series, model], {
    title: 'σ of ε, per cent', xLabel: `scatter of ε over ${FRACTION_TRIALS} realisations`, yLabel: 'by [B, eq. 18]',
    oneToOne: true, width: 420, height: 330,
    notes: ['◆ of the model', '○ of single images, mean ± deviation'],
  }));
}

function fractionTable(all: readonly FractionSummary[]): string {
  const percent = (x: number): string => (100 * x).toFixed(2);
  const rows = all.map((s) => {
    const title = s.case.replace('chi2', 'χ²₂').replace('three-phase', 'SE,');
    return `| ${title} | ${s.covered} of ${s.trials} | ${percent(s.scatter)} | ${percent(s.exact)} ` +
      `| ${percent(s.fromImages)} ± ${percent(s.fromImagesDeviation)} |`;
  });
  return [
    '| window | 95 % interval covers ε | scatter of ε, % | eq. 18 of the model | eq. 18 of single images |',
    '|---|---:|---:|---:|---:|', ...rows,
  ].join('\n');
}

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: CASES.map(({ name }) => name).join(',') },
    threads: { type: 'string', default: '2' },
  },
});
const dist = new URL('../../../../dist/', import.meta.url);
const session = await openSession(
  { threads: Number(values.threads), wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist) },
);
const trials = await runTrials(session, values.cases.split(',').filter(Boolean));
const fractions: FractionSummary[] = [];
for (const each of FRACTION_CASES) fractions.push(await runFractions(session, each));
session.close();
writeFileSync(FRACTIONS_CSV, formatCsv(FRACTION_COLUMNS, fractions.map(
  (s) => FRACTION_COLUMNS.map((name) => (typeof s[name] === 'number' ? round(s[name]) : s[name])),
)));
for (const each of CASES) {
  const own = trials.filter((t) => t.case === each.name);
  if (own.length > 0) plotCase(each, own);
}
plotFractions(fractions);
const tables = [['regions', regionTable(trials)], ['fractions', fractionTable(fractions)]] as const;
writeParts(PAGE, tables.map(([name, table]) => (
  { from: `<!-- ${name}: written by npm run recovery -->`, to: `<!-- end of ${name} -->`, text: `\n${table}\n` })));

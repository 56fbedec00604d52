// Sensitivity of every output of a study to what was varied, and to the random numbers: elementary effects or Sobol'
// indices, from the table of a study with such a plan.
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { fullTitle, unitText } from '../descriptors/quantity.js';
import { elementaryEffects, type ElementaryEffects } from '../numeric/morris.js';
import type { Interval } from '../numeric/intervals.js';
import { percentileInterval, resampled } from '../numeric/resampling.js';
import { sobolIndices, type SobolConvergence, type SobolIndex } from '../numeric/sobol-indices.js';
import { readCellColumn } from '../study/cell-columns.js';
import { splitColumn, studyColumns, type Column } from '../study/columns.js';
import type { Bounds } from '../study/plans/axes.js';
import { morris, OTHER_DRAW, trajectoriesOf, type MorrisSettings } from '../study/plans/morris.js';
import { axesOf, type PointStudy } from '../study/plans/point-plan.js';
import { factorNames, REALISATION } from '../study/plans/rows-plan.js';
import { mixture, sobolIndicesPlan, type SobolIndicesSettings } from '../study/plans/sobol-indices.js';
import type { StudySpec } from '../study/spec.js';
import type { StudyTable, StudyTableRow } from '../study/table.js';

/** What was varied. */
export interface SensitivityFactor {
  /** A parameter or target; `realisation`: the random numbers. */
  readonly name: string;
  /** null: the random numbers. */
  readonly range: Bounds | null;
}

/** How much of what an output does is chance. */
export interface NoiseShare {
  /** Share of its variance: mean over the factors of the variance between realisations. */
  readonly share: number;
  /** 95 %, by bootstrap over rows; null: too few. */
  readonly interval: Interval | null;
}

interface Output {
  readonly column: Column;
  /** "M-factor M, phase 1" */
  readonly title: string;
  readonly unit: string;
  readonly mean: number;
  readonly deviation: number;
  /** Rows (or trajectories) with all their values, and those without. */
  readonly rows: number;
  readonly leftOut: number;
  /** null: structures are not random. */
  readonly noise: NoiseShare | null;
}

/** Elementary effects on one output. */
export interface MorrisOutput extends Output {
  /** In the order of the factors; effects per whole range of a factor, of the realisation the difference between two
   *  draws. null: fewer than two trajectories gave one. */
  readonly effects: readonly (ElementaryEffects | null)[];
}

/** Sobol' indices of one output. */
export interface SobolOutput extends Output {
  /** In the order of the factors, the realisation among them. */
  readonly factors: readonly {
    readonly first: SobolIndex;
    readonly total: SobolIndex;
    /** First index of the mean over realisations: what chance cannot blur; null: not of the realisation, or all is
     *  chance. */
    readonly firstOfMean: number | null;
  }[];
  /** Of factors i < j, what both do beyond what each does alone; null without the mixtures for it. */
  readonly second: readonly { readonly i: number; readonly j: number; readonly index: SobolIndex }[] | null;
  /** How far the indices may be trusted. */
  readonly convergence: SobolConvergence;
}

/** An output without indices. */
export interface SensitivityGap {
  readonly column: Column;
  readonly title: string;
  /** Why there are no indices of it. */
  readonly reason: string;
}

interface Common {
  readonly factors: readonly SensitivityFactor[];
  readonly gaps: readonly SensitivityGap[];
  readonly structures: number;
}

/** Sensitivities of all outputs of a study with a plan for it. */
export type Sensitivity =
  | (Common & { readonly method: 'morris'; readonly outputs: readonly MorrisOutput[] })
  | (Common & { readonly method: 'sobol-indices'; readonly outputs: readonly SobolOutput[] });

const WHERE = 'sensitivity';
const DRAWS = 1000;

/** Whether a study has a plan from which sensitivities follow. */
export function isSensitivityStudy(spec: StudySpec): boolean {
  checkArguments('isSensitivityStudy', { spec: [spec, 'record'] });
  return [morris.name, sobolIndicesPlan.name].includes((spec as { plan?: { kind: string } }).plan?.kind ?? '');
}

function labelsOf(column: Column): { readonly title: string; readonly unit: string } {
  const cell = readCellColumn(column);
  if (cell !== null) return { title: `${cell.quantity.title} at ${cell.rate} C`, unit: cell.quantity.unit };
  const { quantity, phase } = splitColumn(column);
  return { title: `${fullTitle(quantity)}, phase ${phase}`, unit: unitText(quantity.unit) || '1' };
}

/** Columns with numbers. */
function outputColumns(spec: StudySpec, conduct: boolean): Column[] {
  return studyColumns(spec, conduct)
    .filter((column) => (readCellColumn(column)?.quantity.kind ?? 'number') === 'number');
}

/** Rows of the table by row of the plan and sample. */
function bySample(table: StudyTable): Map<number, Map<string, StudyTableRow>> {
  for (const name of ['row', 'sample']) {
    if (table.columns.includes(name)) continue;
    throw new SpecError(`${WHERE}: the table has no column "${name}"; it is not that of a study with such a plan`);
  }
  const rows = new Map<number, Map<string, StudyTableRow>>();
  for (const one of table.rows) {
    const row = rows.get(Number(one.row)) ?? new Map<string, StudyTableRow>();
    row.set(String(one.sample), one);
    rows.set(Number(one.row), row);
  }
  return rows;
}

const valueOf = (row: Map<string, StudyTableRow> | undefined, sample: string, column: Column): number => {
  const value = row?.get(sample)?.[column];
  return typeof value === 'number' ? value : NaN;
};

function momentsOf(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}

/** Fewer pairs say nothing of chance. */
const LEAST_PAIRS = 4;

/** Half of the mean square of differences between two draws at the same place, over the variance of all values. */
function noiseOf(pairs: readonly (readonly [number, number])[], variance: number): NoiseShare | null {
  if (pairs.length < LEAST_PAIRS || !(variance > 0)) return null;
  const share = (rows: ArrayLike<number>): number => {
    let sum = 0;
    for (let k = 0; k < rows.length; k++) sum += (pairs[rows[k]][1] - pairs[rows[k]][0]) ** 2;
    return sum / rows.length / 2 / variance;
  };
  return {
    share: share(Uint32Array.from(pairs, (_, k) => k)),
    interval: percentileInterval(resampled(pairs.length, DRAWS, 1, share)),
  };
}

function morrisOutput(
  spec: PointStudy<MorrisSettings>, rows: Map<number, Map<string, StudyTableRow>>, column: Column,
): MorrisOutput | string {
  const names = factorNames(spec);
  const varied = names.filter((name) => name !== REALISATION);
  const trajectories = trajectoriesOf(spec.plan, spec.seed);
  const effects: number[][] = names.map(() => []);
  const pairs: (readonly [number, number])[] = [];
  const values: number[] = [];
  let whole = 0;
  trajectories.forEach(({ points, moves }, t) => {
    const row = rows.get(t + 1);
    const y = points.map((_, k) => valueOf(row, String(k), column));
    values.push(...y.filter(Number.isFinite));
    if (y.every(Number.isFinite)) whole++;
    moves.forEach((j, k) => {
      const effect = (y[k + 1] - y[k]) / (points[k + 1][j] - points[k][j]);
      if (Number.isFinite(effect)) effects[j].push(effect);
    });
    const other = valueOf(row, OTHER_DRAW, column);
    const last = y[y.length - 1];
    if (Number.isFinite(other) && Number.isFinite(last)) {
      pairs.push([last, other]);
      effects[varied.length]?.push(other - last);
    }
  });
  const found = effects.map((one) => elementaryEffects(one));
  if (values.length < 2 || found.every((one) => one === null)) return 'too few of its values are there';
  const { mean, variance } = momentsOf(values);
  if (!(variance > 0)) return `it does not vary, it is ${mean} everywhere`;
  return {
    column, ...labelsOf(column), mean, deviation: Math.sqrt(variance), rows: whole,
    leftOut: trajectories.length - whole, noise: names.includes(REALISATION) ? noiseOf(pairs, variance) : null,
    effects: found,
  };
}

function sobolOutput(
  spec: PointStudy<SobolIndicesSettings>, rows: Map<number, Map<string, StudyTableRow>>, column: Column,
): SobolOutput | string {
  const names = factorNames(spec);
  const { rows: count, secondOrder } = spec.plan;
  const sample = (name: string): number[] =>
    Array.from({ length: count }, (_, row) => valueOf(rows.get(row + 1), name, column));
  try {
    const found = sobolIndices({
      a: sample('A'), b: sample('B'), ab: names.map((name) => sample(mixture('A', name))),
      ...(secondOrder && { ba: names.map((name) => sample(mixture('B', name))) }),
    });
    const last = names.indexOf(REALISATION);
    const chance = last < 0 ? null : found.factors[last].total;
    const rest = 1 - (chance?.value ?? 0);
    return {
      column, ...labelsOf(column), mean: found.mean, deviation: Math.sqrt(found.variance), rows: found.rows,
      leftOut: found.leftOut, noise: chance === null ? null : { share: chance.value, interval: chance.interval },
      factors: found.factors.map(({ first, total }, i) =>
        ({ first, total, firstOfMean: i === last || !(rest > 0) ? null : first.value / rest })),
      second: found.second, convergence: found.convergence,
    };
  } catch (error) {
    if (error instanceof SpecError) return error.message.replace(/^sobolIndices: /, '');
    throw error;
  }
}

/** Sensitivity of every output that the table of a study has.
 *  @throws SpecError for a study with another plan, or a table that is not its */
export function studySensitivity(spec: StudySpec, table: StudyTable): Sensitivity {
  checkArguments('studySensitivity', {
    spec: [spec, has<StudySpec>('size', 'phases')], table: [table, has<StudyTable>('columns', 'rows')],
  });
  if (!isSensitivityStudy(spec)) {
    throw new SpecError(
      `${WHERE}: the plan of the study must be ${morris.name} or ${sobolIndicesPlan.name}, such as ` +
        `"plan: {kind: ${morris.name}, trajectories: 10, vary: {lambdaX: [0.5, 1]}}"`,
    );
  }
  const study = spec as PointStudy;
  const rows = bySample(table);
  const axes = axesOf(study.plan);
  const factors = factorNames(study).map((name): SensitivityFactor =>
    ({ name, range: name === REALISATION ? null : axes[name] as Bounds }));
  const gaps: SensitivityGap[] = [];
  const collect = <T>(output: (column: Column) => T | string): T[] =>
    outputColumns(spec, study.plan.conduct).flatMap((column) => {
      const found = output(column);
      if (typeof found !== 'string') return [found];
      gaps.push({ column, title: labelsOf(column).title, reason: found });
      return [];
    });
  const common = { factors, gaps, structures: table.rows.length };
  if (study.plan.kind === morris.name) {
    const outputs = collect((column) => morrisOutput(study as PointStudy<MorrisSettings>, rows, column));
    return { ...common, method: 'morris', outputs };
  }
  const outputs = collect((column) => sobolOutput(study as PointStudy<SobolIndicesSettings>, rows, column));
  return { ...common, method: 'sobol-indices', outputs };
}

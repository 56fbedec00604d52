// A design for people, as JSON, and as tables.
import { significant, textTable } from '../core/text.js';
import type { DesignResult, DesignRow, FrontMember } from '../design/run.js';
import type { DesignRound } from '../design/rounds.js';
import { disagreeing, type Confirmed } from '../design/confirm.js';
import { askedColumns, type DesignSpec } from '../design/spec.js';
import { formatCsvLine } from '../io/csv.js';
import { studyColumns } from '../study/columns.js';
import { duration } from './progress.js';

const mebibytes = (bytes: number): string => `${significant(bytes / 2 ** 20, 3)} MiB`;

export function estimateLines(
  spec: DesignSpec, structures: number, bytes: number,
  left: { readonly seconds: number; readonly open: number } | null,
): string {
  const { budget, confirm, measured } = spec;
  return [
    `design "${spec.name}": at most ${structures} structures of ${measured.size.join('×')} voxels ` +
      `(${measured.voxelSizeUm} µm), ${mebibytes(bytes)} each`,
    `  up to ${budget.initial} to begin with, then ${budget.rounds} rounds of ${budget.batch} candidates and ` +
      `${confirm.realisations} fresh structures of the best`,
    ...(left === null ? [] : [
      left.open === 0 ? '  all rows are there' : `  ${left.open} to do, about ${duration(left.seconds)} at most`,
    ]),
  ].join('\n');
}

const plusMinus = (mean: number | null, error: number | null, digits = 4): string =>
  `${significant(mean, digits)} ± ${significant(error, 2)}`;

/** One line of a round, as it ends. */
export function roundText(spec: DesignSpec, { round, columns, agrees, kept }: DesignRound): string {
  const parts = columns.map(({ column, predicted, predictedHalfWidth, mean, halfWidth }) =>
    `${column} ${plusMinus(predicted.mean, predictedHalfWidth, 3)} → ${plusMinus(mean, halfWidth, 3)}`);
  const { length } = spec.limits;
  return `round ${round}: ${parts.join(', ')}; ${agrees ? 'agree' : 'do not agree'}` +
    `${length === 0 ? '' : kept ? ', limits kept' : ', limits not kept'}`;
}

/** "yes", or how far the confirmation is from the prediction. */
function agreement({ agrees, predicted, mean }: Confirmed): string {
  if (agrees === null) return '-';
  return agrees ? 'yes' : `no, ${significant(Math.abs(mean! - predicted.mean), 2)} ` +
    `${mean! < predicted.mean ? 'below' : 'above'}`;
}

/** What a design that keeps its limits does not show; empty where predictions agree. */
export function doubts({ confirmation }: Pick<DesignResult, 'confirmation'>): string {
  const columns = disagreeing(confirmation?.columns ?? []);
  return columns.length === 0 ? ''
    : `prediction and confirmation of ${columns.join(', ')} do not agree: trust what is confirmed, not the surrogate`;
}

export function designText(spec: DesignSpec, result: DesignResult, thetaFile: string | null): string {
  const { status, confirmation, blocking, distances, front, theta, rows, rounds } = result;
  const out: string[] = [];
  if (confirmation !== null) {
    out.push(
      `${rows.length} structures, ${rounds.length} rounds; θ* by ${spec.confirm.realisations} fresh structures, ± at ` +
        `${significant(100 * spec.confirm.level)} %`,
      textTable([
        ['quantity', 'predicted', 'confirmed', 'agree', 'limit'],
        ...confirmation.columns.map((one) => [
          one.column, plusMinus(one.predicted.mean, one.predictedHalfWidth), plusMinus(one.mean, one.halfWidth),
          agreement(one),
          spec.limits.flatMap((limit, i) =>
            (limit.column === one.column ? [`${limit.text}: ${confirmation.verdicts[i]}`] : [])).join('; '),
        ]),
      ]),
      '', `θ* ${Object.entries(theta ?? {}).filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name} ${String(value)}`).join(', ')}`,
    );
  }
  if (spec.objectives.length > 1 && front.length > 0) {
    out.push('', textTable([
      ['front', ...askedColumns(spec)],
      ...front.map(({ columns, chosen }, i) => [
        chosen ? 'θ*' : String(i + 1), ...askedColumns(spec).map((column) => significant(columns[column].mean)),
      ]),
    ]));
  }
  if (distances.length > 0) {
    out.push('', textTable([
      ['cathode', 'distance', 'in θ', 'differs most in'],
      ...distances.map(({ name, descriptors, theta: inTheta, most }) => [
        name, significant(descriptors, 3), significant(inTheta, 3),
        most === null ? '-' : `${most.column} by ${significant(most.difference, 2)} of its range`,
      ]),
    ]));
  }
  if (blocking.length > 0) {
    out.push(
      ...(out.length > 0 ? [''] : []),
      `cannot be met, by ${result.decidedBy}; without any one of these the others can:`,
      textTable([
        ['limit', 'place', 'the others leave from', 'to'],
        ...blocking.map(({ limit, attainable: [low, high] }) =>
          [limit.text, limit.place, significant(low), significant(high)]),
      ]),
    );
  }
  const doubt = doubts(result);
  out.push('', thetaFile === null ? status : `met: ${thetaFile}${doubt === '' ? '' : `; but ${doubt}`}`);
  return out.join('\n').replace(/^\n/, '');
}

export function designJson(
  spec: DesignSpec, result: DesignResult, outputs: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { rows, blocking, ...rest } = result;
  return {
    name: spec.name, model: spec.space.model.name, objectives: spec.objectives,
    limits: spec.limits.map(({ low, high, ...limit }) => ({
      ...limit, low: Number.isFinite(low) ? low : null, high: Number.isFinite(high) ? high : null,
    })),
    level: spec.confirm.level, ...rest, structures: rows.length,
    disagreeing: disagreeing(result.confirmation?.columns ?? []),
    blocking: blocking.map(({ limit, attainable }) => ({ limit: limit.text, place: limit.place, attainable })),
    ...outputs,
  };
}

const csv = (lines: readonly (readonly (string | number)[])[]): string =>
  lines.map((line) => `${formatCsvLine(line)}\n`).join('');

/** Every structure of a design, in the order in which it was asked for. */
export function rowLines(spec: DesignSpec, rows: readonly DesignRow[]): string {
  const columns = studyColumns(spec.measured, true);
  const parameters = [...spec.space.free.map(({ name }) => name),
    ...Object.entries(spec.space.held).flatMap(([name, value]) => (typeof value === 'number' ? [name] : []))];
  return csv([
    ['id', 'family', 'round', 'seed', 'scenario', 'realisation', ...parameters, ...columns, 'problems'],
    ...rows.map(({ structure, row }) => [
      structure.id, structure.family, structure.round, row.key.seed, row.key.scenario, row.key.realisation,
      ...parameters.map((name) => row.parameters?.[name] ?? NaN), ...columns.map((column) => row.values[column] ?? NaN),
      [row.error, ...row.problems].filter((text) => text !== null).join('; '),
    ]),
  ]);
}

/** The front by belief: free parameters, mean and standard error of every column that was asked for. */
export function frontLines(spec: DesignSpec, front: readonly FrontMember[]): string {
  const names = spec.space.free.map(({ name }) => name);
  const columns = askedColumns(spec);
  return csv([
    ['chosen', ...names, ...columns.flatMap((column) => [column, `${column}Error`])],
    ...front.map((member) => [
      Number(member.chosen), ...names.map((name) => member.theta[name]),
      ...columns.flatMap((column) => [member.columns[column].mean, member.columns[column].error]),
    ]),
  ]);
}

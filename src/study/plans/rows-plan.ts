// Plans for sensitivity: rows of points that belong together. The points of a row share every random number and the
// synthesis box, so that their differences are those of the parameters; where structures are random, one more point of
// a row differs in its random numbers alone, so that the realisation is a factor like others.
import type { Checker } from '../../core/check.js';
import { Sequence } from '../../core/sequence.js';
import type { Parameters, PlanColumn, PlanKind } from '../plan.js';
import { isRandom, modelOf, SOURCE_KEYS } from '../source.js';
import { isBounds, placeAt, type Axes } from './axes.js';
import {
  axesOf, drawnPart, pointColumns, readPoints, structuresAt, type PointSettings, type PointStructure, type PointStudy,
} from './point-plan.js';

/** A point of a row. */
export interface RowPoint {
  /** In ids and in the table, such as "A", "AB.lambdaX", or the step of a walk. */
  readonly sample: string;
  /** In [0, 1], in the order of the factors. */
  readonly point: Float64Array;
  /** 0, or 1 for other random numbers. */
  readonly realisation: 0 | 1;
}

export interface RowStructure extends PointStructure {
  /** From 1. */
  readonly row: number;
  readonly sample: string;
}

export interface RowKind<P extends PointSettings> {
  readonly name: string;
  readonly title: string;
  readonly keys: readonly string[];
  read(check: Checker, map: Readonly<Record<string, unknown>>, axes: Axes): Omit<P, keyof PointSettings>;
  rows(plan: P): number;
  /** Points of every row. @param random whether the realisation is a factor */
  perRow(plan: P, random: boolean): number;
  /** The rows, each made when it is asked for. @param seed of the study */
  points(plan: P, random: boolean, seed: number): Sequence<readonly RowPoint[]>;
}

/** What stands for the random numbers among the factors. */
export const REALISATION = 'realisation';

/** Names of the factors, the realisation last where structures are random. */
export function factorNames(study: PointStudy): string[] {
  const { plan, ...source } = study;
  return [...Object.keys(axesOf(plan)), ...(isRandom(source) ? [REALISATION] : [])];
}

/** Numbers whose synthesis box is that of all points of a row: inverse lengths are the least of the row, the stretch is
 *  the largest. */
function boxes(study: PointStudy, row: readonly Parameters[]): (own: Parameters) => Parameters {
  const table = (modelOf(study)?.parameters ?? {}) as Readonly<Record<string, { readonly edgePower?: number }>>;
  const shared: Record<string, number> = {};
  for (const name of Object.keys(row[0])) {
    const values = row.map((numbers) => numbers[name]);
    if (table[name]?.edgePower === 1) shared[name] = Math.min(...values);
    else if (name === 'anisotropyFactor') shared[name] = Math.max(...values);
  }
  return (own) => ({ ...own, ...shared });
}

/** The last item that was made is kept: neighbours ask for the same row. */
function lastOf<T>(items: Sequence<T>): (index: number) => T {
  let known: { readonly index: number; readonly item: T } | null = null;
  return (index) => {
    if (known?.index !== index) known = { index, item: items.at(index) };
    return known.item;
  };
}

export function rowPlan<P extends PointSettings>(kind: RowKind<P>): PlanKind<PointStudy<P>, RowStructure> {
  const randomOf = ({ plan: _plan, ...source }: PointStudy<P>): boolean => isRandom(source);
  const first = (spec: PointStudy<P>): Sequence<RowStructure> => {
    const { plan, seed } = spec;
    const random = randomOf(spec);
    const axes = axesOf(plan);
    const each = kind.perRow(plan, random);
    const rows = kind.points(plan, random, seed);
    const rowOf = lastOf(new Sequence(rows.length, (row): readonly RowStructure[] => {
      const points = rows.at(row);
      const places = new Sequence(points.length, (k) => placeAt(axes, points[k].point));
      const one = { ...spec, plan: { ...plan, realisations: 1 } };
      const drawn = [...structuresAt(one, places, { round: 1, family: kind.name, firstScenario: 0 })];
      const known = drawn.flatMap(({ parameters }) => (parameters === null ? [] : [parameters]));
      const boxOf = known.length === 0 ? null : boxes(spec, known);
      return drawn.map((structure, k) => ({
        ...structure, id: `${kind.name}/r${row + 1}/${points[k].sample}`, point: row * each + k + 1, row: row + 1,
        sample: points[k].sample, key: { seed, scenario: row, realisation: points[k].realisation },
        boxOf: structure.parameters === null || boxOf === null ? null : boxOf(structure.parameters),
      }));
    }));
    return new Sequence(rows.length * each, (i) => rowOf(Math.floor(i / each))[i % each]);
  };
  const drawn = drawnPart(first as unknown as (spec: PointStudy) => Sequence<PointStructure>) as
    unknown as PlanKind<PointStudy<P>, RowStructure>;
  const count = (spec: PointStudy<P>): number => kind.rows(spec.plan) * kind.perRow(spec.plan, randomOf(spec));
  return {
    ...drawn,
    name: kind.name,
    title: kind.title,
    keys: ['plan', ...SOURCE_KEYS],
    read(check, map, common) {
      const found = readPoints<P>({
        name: kind.name, axes: 'bounds', keys: kind.keys, read: kind.read,
        count: (plan) => kind.rows(plan) * kind.perRow(plan, true),
      }, check, map, common);
      const { plan } = found as PointStudy<P>;
      for (const name of ['realisations', 'randomNumbers'] as const) {
        const given = (map.plan as Readonly<Record<string, unknown>> | null | undefined)?.[name];
        if (given === undefined) continue;
        check.fail(['plan', name], `${name} does not belong to the plan ${kind.name}: points of a row share their ` +
          'random numbers, and the realisation is a factor', true);
      }
      for (const [name, axis] of Object.entries(axesOf(plan))) {
        if (isBounds(axis) && axis.from === axis.to) {
          check.fail(['plan', 'vary', name], `${name} is the same at both bounds, ${axis.from}; give one number for ` +
            'what is held');
        }
      }
      return found;
    },
    families: { [kind.name]: kind.title },
    rounds(spec) {
      const structures = count(spec);
      return [{
        structures, conduct: spec.plan.conduct ? structures : 0, table: structures,
        title: `${kind.rows(spec.plan)} rows of ${kind.perRow(spec.plan, randomOf(spec))} structures, ` +
          (spec.plan.conduct ? 'with M' : 'descriptors only'),
      }];
    },
    round: first,
    gradients: null,
    isTabled: () => true,
    columns(spec) {
      const { keys, notes } = pointColumns(spec);
      const own: PlanColumn[] = [
        { name: 'row', meaning: 'points that share their random numbers', kind: 'number' },
        { name: 'sample', meaning: 'place of the point in its row', kind: 'string' },
      ];
      return { keys: [...keys, ...own], notes };
    },
    cells: (structure) => ({ ...drawn.cells(structure), row: structure.row, sample: structure.sample }),
  };
}

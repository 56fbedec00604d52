// The table of `voxelith series`: a line for each content, numbers that read back to the same bits.
import { AXES } from '../core/grid.js';
import { columnName } from '../descriptors/description.js';
import { unitText } from '../descriptors/quantity.js';
import type { InsertStep } from '../networks/insert.js';
import type { SeriesResult } from '../networks/series/findings.js';
import type { SeriesRow } from '../networks/series/series.js';
import type { TableLine } from './batch.js';

const PROBLEMS = '; ';

/** Columns with their units, in the order of the table; the areas of interfaces stand before the last ones. */
const MEASURED = {
  fraction: '1', voxels: '1', filled: '1', connectivity: '1', spansZ: '1', spansY: '1', spansX: '1',
  electronConductivitySPerM: 'S/m', electronErrorEstimate: '1', additiveMFactor: '1', ionMFactor: '1',
  ionErrorEstimate: '1', electrolyteFraction: '1', tortuosityFactor: '1', coveredShare: '1',
} as const;
const DERIVED = {
  ionConductivitySPerM: 'S/m', ohmicResistanceOhmCm2: 'Ω cm²', activeLoadingMgPerCm2: 'mg/cm²',
  additiveLoadingMgPerCm2: 'mg/cm²', loadingMgPerCm2: 'mg/cm²', arealCapacityMAhPerCm2: 'mAh/cm²',
  specificCapacityMAhPerG: 'mAh/g',
} as const;

const areaColumn = (pair: string, sizeKnown: boolean): string =>
  columnName({ name: `interfaceArea${pair}`, unit: 'perLength' }, sizeKnown);

/** Units of the columns. */
export function seriesUnits(pairs: readonly string[], sizeKnown: boolean): Record<string, string> {
  const areas = pairs.map((pair) => [areaColumn(pair, sizeKnown), unitText('perLength', sizeKnown)]);
  return { ...MEASURED, ...Object.fromEntries(areas), ...DERIVED };
}

export function seriesLine(row: SeriesResult, sizeKnown: boolean): TableLine {
  const spans = AXES.map((axis) => [`spans${axis.toUpperCase()}`, row.spans[axis]]);
  const areas = Object.entries(row.interfaceArea).map(([pair, area]) => [areaColumn(pair, sizeKnown), area]);
  return {
    fraction: row.fraction, voxels: row.voxels, filled: row.filled, connectivity: row.connectivity,
    ...Object.fromEntries(spans),
    electronConductivitySPerM: row.electronConductivity, electronErrorEstimate: row.electronErrorEstimate,
    additiveMFactor: row.additiveMFactor, ionMFactor: row.ionMFactor, ionErrorEstimate: row.ionErrorEstimate,
    electrolyteFraction: row.electrolyteFraction, tortuosityFactor: row.tortuosityFactor,
    coveredShare: row.coveredShare, ...Object.fromEntries(areas),
    ionConductivitySPerM: row.ionConductivity, ohmicResistanceOhmCm2: row.ohmicResistance,
    activeLoadingMgPerCm2: row.activeLoading, additiveLoadingMgPerCm2: row.additiveLoading,
    loadingMgPerCm2: row.loading, arealCapacityMAhPerCm2: row.arealCapacity,
    specificCapacityMAhPerG: row.specificCapacity, problems: row.problems.join(PROBLEMS),
  };
}

/** The measured row that a line holds, for a content that was added anew; null where the line has something else than
 *  numbers where they belong. */
export function seriesRow(
  line: TableLine, step: InsertStep, pairs: readonly string[], sizeKnown: boolean,
): SeriesRow | null {
  let whole = true;
  const number = (column: string): number => {
    const text = line[column];
    const value = text === undefined || text === null || text === '' ? NaN : Number(text);
    whole &&= Number.isFinite(value);
    return value;
  };
  const orNull = (column: string): number | null => (line[column] === '' ? null : number(column));
  const row: SeriesRow = {
    ...step,
    electronConductivity: number('electronConductivitySPerM'), electronErrorEstimate: number('electronErrorEstimate'),
    additiveMFactor: number('additiveMFactor'), ionMFactor: number('ionMFactor'),
    ionErrorEstimate: number('ionErrorEstimate'),
    electrolyteFraction: number('electrolyteFraction'), tortuosityFactor: orNull('tortuosityFactor'),
    interfaceArea: Object.fromEntries(pairs.map((pair) => [pair, number(areaColumn(pair, sizeKnown))])),
    coveredShare: orNull('coveredShare'),
    problems: String(line.problems ?? '').split(PROBLEMS).filter((text) => text !== ''),
  };
  return whole && number('voxels') === step.voxels ? row : null;
}

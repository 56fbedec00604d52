// The cell of a structure: what its descriptors and M make of a chemistry, discharged at the rates of the study.
import { findChemistry } from '../cell/chemistries/index.js';
import { explain } from '../cell/experiments/explain.js';
import { rateTable, type SimulationOptions } from '../cell/experiments/rate-table.js';
import { cellFromImage, type MeasuredComposite } from '../cell/file/from-image.js';
import { isPartial } from '../cell/experiments/run.js';
import { readCell } from '../cell/file/read.js';
import { contactDiameterOf } from '../descriptors/contact-diameter.js';
import { cellColumn, cellColumns, type CellQuantityName, type StudyCell } from './cell-columns.js';
import type { Column, Values } from './columns.js';

/** Coarser than a single discharge, in a sixth of its time: capacity and energy within 2e-3 where half of the cell is
 *  used, within 1e-2 where a tenth is. M of such a window scatters by more. */
export const STUDY_DISCHARGE: Partial<SimulationOptions> = { electrodeVolumes: 20, radialModes: 6, tolerance: 5e-3 };

/** What a study measures of a composite; D_SCA follows. Lengths in µm. */
export type StudyComposite = Omit<MeasuredComposite, 'contactDiameter'>;

/** 1 mAh in C, 1 mWh in J. */
const HOUR = 3.6;
/** 1 kg in g, 1 m² in cm². */
const [GRAMS, SQUARE_CM] = [1e3, 1e4];

/** Why a composite makes no cell, D_SCA aside; null when it does. */
function obstacle({ activeMFactor, electrolyteMFactor, interfaceArea, axis }: StudyComposite): string | null {
  if (activeMFactor === 0) return `the active material does not percolate along ${axis}`;
  if (electrolyteMFactor === 0) return `the electrolyte does not percolate along ${axis}`;
  return interfaceArea === 0 ? 'active material and electrolyte do not touch' : null;
}

/** Columns of a cell, and why some have no value. A composite in which no current can flow has none, and is no
 *  error. */
export function cellValues(
  settings: StudyCell, composite: StudyComposite,
): { readonly values: Values; readonly problems: readonly string[] } {
  const values: Partial<Record<Column, number | string | null>> =
    Object.fromEntries(cellColumns(settings).map((column) => [column, null]));
  const reason = obstacle(composite);
  if (reason !== null) return { values, problems: [`cell: ${reason}`] };
  const { chemistry, rates, ...options } = settings;
  const contactDiameter = contactDiameterOf(composite.activeFraction, composite.interfaceArea)!;
  const file = cellFromImage({ ...composite, contactDiameter }, findChemistry(chemistry), options);
  const description = readCell(file, () => composite.image);
  const currents = rates.map((rate) => (rate * description.nominalCapacity) / 3600);
  const problems = rateTable(description.cell, currents, STUDY_DISCHARGE).flatMap((run, i) => {
    const rate = rates[i];
    const set = (name: CellQuantityName, value: number | string): void => { values[cellColumn(name, rate)] = value; };
    const { model: { at }, first, last, endedBy, duration } = run;
    set('cellEndedBy', endedBy);
    // Of what the solver could not begin or finish no capacity is known.
    if (!isPartial(run)) {
      const charge = last[at.charge] - first[at.charge];
      set('cellCapacity', charge / (HOUR * GRAMS * description.masses['active material']));
      set('cellArealCapacity', charge / (HOUR * SQUARE_CM));
      set('cellEnergy', (last[at.energy] - first[at.energy]) / (HOUR * SQUARE_CM));
      if (duration > 0) return [];
    }
    return [`${cellColumn('cellCapacity', rate)}: ${explain(run)}`];
  });
  return { values, problems };
}

// What cells made of the present structure are asked for: phases, axis, chemistry, separator, C-rates.
import { cells, type Phase } from '../src/browser.js';
import { make } from '../src/viewer/elements.js';
import { readable, requiredNumber } from './dom.js';
import { offerAxes, offerPhases } from './phase-options.js';
import type { CellChoice, Present } from './protocol.js';

/** Controls for a fieldset, with what `CELL_PARTS` names. */
export const CELL_CONTROLS = `
  <label>Active material <select data-part="active" name="active"></select></label>
  <label>Solid electrolyte <select data-part="electrolyte" name="electrolyte"></select></label>
  <label>Along
    <select data-part="axis" name="axis"><option>z</option><option>y</option><option>x</option></select>
  </label>
  <label>Chemistry <select data-part="chemistry" name="chemistry"></select></label>
  <label>Separator, µm
    <input data-part="separator" name="separator" type="number" required min="0.1" step="any" value="30">
  </label>
  <label>C-rates <input data-part="rates" name="rates" type="text" required value="0.5, 1, 2" size="10"></label>`;

export const CELL_PARTS = {
  active: HTMLSelectElement, electrolyte: HTMLSelectElement, axis: HTMLSelectElement, chemistry: HTMLSelectElement,
  separator: HTMLInputElement, rates: HTMLInputElement,
};

type Parts = { readonly [N in keyof typeof CELL_PARTS]: InstanceType<(typeof CELL_PARTS)[N]> };

/** Labels of active material and electrolyte in models. */
const [ACTIVE, ELECTROLYTE]: readonly Phase[] = [2, 1];

function ratesIn(field: HTMLInputElement): number[] {
  const rates = field.value.split(/[\s,]+/).filter(Boolean).map(Number);
  if (rates.length === 0 || rates.some((rate) => !(rate > 0))) {
    throw new Error('C-rates: expected numbers above 0, such as 0.5, 1, 2.');
  }
  return rates;
}

export interface CellForm {
  /** Offers the phases and axes of a structure. Whether it can be a cell: a section, and an image without a scale,
   *  have no resistance that could be meant. */
  offer(present: Present): boolean;
  /** @throws Error that names the field */
  choice(): CellChoice;
}

export function cellForm(parts: Parts): CellForm {
  parts.chemistry.replaceChildren(...cells.CHEMISTRIES.map(({ name, title }) =>
    make('option', { value: name, textContent: title })));
  return {
    offer(present) {
      offerPhases(parts.active, present, ACTIVE);
      offerPhases(parts.electrolyte, present, ELECTROLYTE);
      offerAxes(parts.axis, present);
      return present.volume.voxelSizeUm !== null && present.fractions.length > 1;
    },
    choice: () => ({
      active: Number(parts.active.value), electrolyte: Number(parts.electrolyte.value),
      axis: parts.axis.value as CellChoice['axis'], chemistry: parts.chemistry.value,
      separatorUm: requiredNumber(parts.separator), rates: ratesIn(parts.rates),
    }),
  };
}

export const rateName = (rate: number): string => `${readable(rate, 2)} C`;

/** C/m² in mAh/cm², J/m² in mWh/cm². */
export const perHour = (value: number): number => value / 36_000;

// What cells made of the present structure are asked for: phases, axis, chemistry, separator, C-rates.
import { cells, type Phase } from '../src/browser.js';
import { make } from '../src/viewer/elements.js';
import { numberIn, readable, requiredNumber } from './dom.js';
import { offerAxes, offerPhases } from './phase-options.js';
import type { CellChoice, Present, SimulateChoice } from './protocol.js';

/** One form for both ways to discharge such a cell, with what `CELL_PARTS` names. */
export const CELL_FORM = `
  <form class="panel" data-part="form">
    <fieldset>
      <label>Active material <select data-part="active" name="active"></select></label>
      <label>Solid electrolyte <select data-part="electrolyte" name="electrolyte"></select></label>
      <label>Along
        <select data-part="axis" name="axis"><option>z</option><option>y</option><option>x</option></select>
      </label>
      <label>Chemistry <select data-part="chemistry" name="chemistry"></select></label>
      <label>Separator, µm
        <input data-part="separator" name="separator" type="number" required min="0.1" step="any" value="30">
      </label>
      <label>C-rates, 1/h
        <input data-part="rates" name="rates" type="text" required value="0.5, 1, 2" size="10">
      </label>
    </fieldset>
    <p class="hint">Lithium foil on the other side; discharged from full to its lower voltage.</p>
    <fieldset class="way">
      <legend>Homogenised, in seconds</legend>
      <label>Electrode, µm
        <input data-part="thickness" name="thickness" type="number" min="0.1" step="any" placeholder="window">
      </label>
      <label>Interface area <select data-part="area" name="area">
        <option value="spheres">of spheres</option><option value="image">as measured</option>
      </select></label>
      <label>Impedance at x
        <input data-part="stoichiometry" name="stoichiometry" type="number" min="0.01" max="0.99" step="any"
          value="0.5">
      </label>
      <button data-part="submit" type="submit">Simulate</button>
      <p class="hint">Volume fractions, M of both solids and their interface are measured on the structure; the rest is
      the chemistry. x is the stoichiometry of the active material.</p>
    </fieldset>
    <fieldset class="way">
      <legend>On the voxels, in minutes</legend>
      <button data-part="resolve" type="submit">Discharge on the voxels</button>
      <p class="hint">Electrons, ions, lithium and the reaction on every face between active material and electrolyte;
      the electrode is the window. <span data-part="cost"></span></p>
    </fieldset>
  </form>`;

export const CELL_PARTS = {
  form: HTMLFormElement, active: HTMLSelectElement, electrolyte: HTMLSelectElement, axis: HTMLSelectElement,
  chemistry: HTMLSelectElement, separator: HTMLInputElement, rates: HTMLInputElement, thickness: HTMLInputElement,
  area: HTMLSelectElement, stoichiometry: HTMLInputElement, resolve: HTMLButtonElement, cost: HTMLElement,
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
  /** The same with what only the homogenised cell has. */
  simulateChoice(): SimulateChoice;
}

/** Of one discharge on the voxels, measured on one thread. */
const SECONDS_PER_VOXEL = 2e-4;

function costText(voxels: number): string {
  const seconds = SECONDS_PER_VOXEL * voxels;
  const time = seconds < 90 ? `${readable(seconds, 1)} s` : `${readable(seconds / 60, 1)} minutes`;
  return `Each rate takes about ${time} of one thread.`;
}

export function cellForm(parts: Parts): CellForm {
  parts.chemistry.replaceChildren(...cells.CHEMISTRIES.map(({ name, title }) =>
    make('option', { value: name, textContent: title })));
  const choice = (): CellChoice => ({
    active: Number(parts.active.value), electrolyte: Number(parts.electrolyte.value),
    axis: parts.axis.value as CellChoice['axis'], chemistry: parts.chemistry.value,
    separatorUm: requiredNumber(parts.separator), rates: ratesIn(parts.rates),
  });
  return {
    offer(present) {
      offerPhases(parts.active, present, ACTIVE);
      offerPhases(parts.electrolyte, present, ELECTROLYTE);
      offerAxes(parts.axis, present);
      parts.cost.textContent = costText(present.volume.labels.length);
      return present.volume.voxelSizeUm !== null && present.fractions.length > 1;
    },
    choice,
    simulateChoice: () => ({
      ...choice(), thicknessUm: numberIn(parts.thickness), area: parts.area.value as SimulateChoice['area'],
      stoichiometry: numberIn(parts.stoichiometry),
    }),
  };
}

export const rateName = (rate: number): string => `${readable(rate, 2)} C`;

/** C/m² in mAh/cm², J/m² in mWh/cm². */
export const perHour = (value: number): number => value / 36_000;

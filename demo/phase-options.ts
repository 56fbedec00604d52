// Phases and axes of a structure as the choices of a field. What was chosen before stays where the structure has it.
import { axisIndex, type Axis, type Phase } from '../src/browser.js';
import { make } from '../src/viewer/elements.js';
import { phaseName, type Present } from './protocol.js';

/** @param first the phase that is chosen where the structure has it */
export function offerPhases(field: HTMLSelectElement, structure: Present, first: Phase): void {
  const before = field.value;
  const has = (phase: number): boolean => structure.fractions.some((one) => one.phase === phase);
  field.replaceChildren(...structure.fractions.map(({ phase }) =>
    make('option', { value: String(phase), textContent: phaseName(structure, phase), defaultSelected: phase === first })
  ));
  if (before !== '' && has(Number(before))) field.value = before;
}

/** A section has no path along the axis across which it lies. */
export function offerAxes(field: HTMLSelectElement, { volume: { shape } }: Present): void {
  for (const option of field.options) option.disabled = shape[axisIndex(option.value as Axis)] < 2;
  if (field.selectedOptions[0]?.disabled !== false) {
    field.value = [...field.options].find(({ disabled }) => !disabled)?.value ?? field.options[0].value;
  }
}

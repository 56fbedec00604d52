// The phases of a structure as the choices of a field.
import type { Phase } from '../src/browser.js';
import { make } from '../src/viewer/elements.js';
import { phaseName, type Present } from './protocol.js';

/** @param first the phase that is chosen where the structure has it */
export function offerPhases(field: HTMLSelectElement, structure: Present, first: Phase): void {
  field.replaceChildren(...structure.fractions.map(({ phase }) =>
    make('option', { value: String(phase), textContent: phaseName(structure, phase) })));
  if (structure.fractions.some(({ phase }) => phase === first)) field.value = String(first);
}

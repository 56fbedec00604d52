// Panels of which one is seen at a time.
import { make } from '../src/viewer/elements.js';

export interface Tabs {
  readonly root: HTMLElement;
  /** Brings a panel to the front. */
  reveal(panel: HTMLElement): void;
}

/** @param label what the choice is about; panels: in their order, each with the text of its tab */
export function tabs(label: string, panels: readonly (readonly [text: string, panel: HTMLElement])[]): Tabs {
  const buttons = panels.map(([textContent]) => make('button', { type: 'button', role: 'tab', textContent }));
  const reveal = (chosen: HTMLElement): void => {
    for (const [k, [, panel]] of panels.entries()) {
      panel.hidden = panel !== chosen;
      buttons[k].ariaSelected = String(panel === chosen);
    }
  };
  for (const [k, [text, panel]] of panels.entries()) {
    panel.role = 'tabpanel';
    panel.ariaLabel = text;
    panel.id = `${panel.dataset.panel}-panel`;
    buttons[k].setAttribute('aria-controls', panel.id);
    buttons[k].addEventListener('click', () => reveal(panel));
  }
  reveal(panels[0][1]);
  const list = make('div', { className: 'tabs', role: 'tablist', ariaLabel: label }, ...buttons);
  return { root: make('div', {}, list, ...panels.map(([, panel]) => panel)), reveal };
}

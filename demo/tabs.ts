// Panels of which one is seen at a time, by the pattern that readers of screens and keyboards know: one tab stop, arrow
// keys move, Home and End go to the ends.
import { make } from '../src/viewer/elements.js';

export interface Tab {
  readonly name: string;
  readonly text: string;
  readonly panels: readonly HTMLElement[];
  /** What stands there while none of the panels has anything to show. */
  readonly needs?: string;
}

export interface Tabs {
  readonly root: HTMLElement;
  /** Brings the tab of a panel to the front. */
  reveal(panel: HTMLElement): void;
}

/** Where a key leads from tab `k` of `count`; null: it is no key of tabs. */
function step(key: string, k: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight': case 'ArrowDown': return (k + 1) % count;
    case 'ArrowLeft': case 'ArrowUp': return (k + count - 1) % count;
    case 'Home': return 0;
    case 'End': return count - 1;
    default: return null;
  }
}

/** @param name what the address calls the choice; label: what it is about */
export function tabs(name: string, label: string, entries: readonly Tab[]): Tabs {
  // The chosen tab is a control like others, so that the address keeps it.
  const choice = make('input', { name: 'tab', hidden: true, defaultValue: entries[0].name, ariaLabel: label });
  const buttons = entries.map(({ text, name: value }) => {
    const button = make('button', { type: 'button', role: 'tab', textContent: text });
    // Only these two name each other.
    button.id = `${name}-tab-${value}`;
    button.setAttribute('aria-controls', `${name}-panel-${value}`);
    return button;
  });
  const bodies = entries.map(({ name: value, panels, needs }) => {
    const body = make('div', { className: 'tab', role: 'tabpanel' }, ...panels);
    body.id = `${name}-panel-${value}`;
    body.setAttribute('aria-labelledby', `${name}-tab-${value}`);
    if (needs !== undefined) body.append(make('p', { className: 'hint needs', textContent: needs }));
    return body;
  });
  const show = (): void => {
    const chosen = Math.max(0, entries.findIndex((entry) => entry.name === choice.value));
    for (const [k, button] of buttons.entries()) {
      button.ariaSelected = String(k === chosen);
      button.tabIndex = k === chosen ? 0 : -1;
      bodies[k].hidden = k !== chosen;
    }
  };
  const choose = (k: number): void => {
    choice.value = entries[k].name;
    choice.dispatchEvent(new Event('change', { bubbles: true }));
  };
  choice.addEventListener('change', show);
  for (const [k, button] of buttons.entries()) {
    button.addEventListener('click', () => choose(k));
    button.addEventListener('keydown', (event) => {
      const next = step(event.key, k, entries.length);
      if (next === null) return;
      event.preventDefault();
      choose(next);
      buttons[next].focus();
    });
  }
  show();
  const list = make('div', { className: 'tabs', role: 'tablist', ariaLabel: label }, ...buttons);
  const root = make('div', { className: 'tabbed' }, choice, list, ...bodies);
  root.dataset.panel = name;
  return {
    root,
    reveal: (panel) => choose(entries.findIndex(({ panels }) => panels.includes(panel))),
  };
}

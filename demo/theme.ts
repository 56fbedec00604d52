// Light, dark, or as the system has it. The choice stays with the browser.
import { make } from '../src/viewer/elements.js';

const KEY = 'voxelith-theme';
const THEMES = { system: 'as the system', light: 'light', dark: 'dark' } as const;

/** Storage is refused to some pages, and to files. */
function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** A field that sets `data-theme` of the document. */
export function themeChoice(): HTMLLabelElement {
  const root = document.documentElement;
  const options = Object.entries(THEMES).map(([value, text]) => new Option(text, value));
  const field = make('select', {}, ...options);
  const before = stored() ?? 'system';
  field.value = before in THEMES ? before : 'system';
  const apply = (): void => {
    root.dataset.theme = field.value;
  };
  field.addEventListener('change', () => {
    apply();
    store(field.value);
  });
  apply();
  return make('label', { className: 'theme' }, 'Colours ', field);
}

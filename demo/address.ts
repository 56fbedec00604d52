// The state of the page in its address: every control that has a name and was moved, by the name of its panel.
// Values that are as they were at first are left out, so that addresses stay short.

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** Between two writes: browsers refuse more than 200 in 30 s. */
const PAUSE_MS = 250;
/** Characters of an entry in a sentence. */
const MOST_SHOWN = 60;

const panelOf = (control: Element): string | undefined =>
  control.closest<HTMLElement>('[data-panel]')?.dataset.panel;

/** Controls with names by their keys in the address; boxes of one name are one entry. */
function controlsIn(host: HTMLElement): Map<string, Control[]> {
  const found = new Map<string, Control[]>();
  for (const control of host.querySelectorAll<Control>('input[name], select[name], textarea[name]')) {
    const panel = panelOf(control);
    if (panel === undefined || control.name === '') continue;
    const key = `${panel}.${control.name}`;
    found.set(key, [...found.get(key) ?? [], control]);
  }
  return found;
}

const isBox = (control: Control): control is HTMLInputElement =>
  control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio');

function firstValue(control: Control): string {
  if (!(control instanceof HTMLSelectElement)) return control.defaultValue;
  const options = [...control.options];
  return (options.find(({ defaultSelected }) => defaultSelected) ?? options.find(({ disabled }) => !disabled))?.value ??
    '';
}

/** Of controls of one name. `first`: as the page began with them. */
function valueOf(controls: readonly Control[], first: boolean): string {
  if (!isBox(controls[0])) return first ? firstValue(controls[0]) : controls[0].value;
  const boxes = controls.filter(isBox);
  return boxes.filter((box) => (first ? box.defaultChecked : box.checked)).map(({ value }) => value).join(',');
}

/** Sets controls of one name, and tells those who listen. Whether they took the value. */
function take(controls: readonly Control[], value: string): boolean {
  if (isBox(controls[0])) {
    const wanted = value.split(',');
    const boxes = controls.filter(isBox);
    if (value !== '' && !wanted.every((one) => boxes.some((box) => box.value === one))) return false;
    for (const box of boxes) box.checked = wanted.includes(box.value);
  } else {
    const [control] = controls;
    const before = control.value;
    control.value = value;
    if (control.value !== value) {
      control.value = before;
      return false;
    }
  }
  for (const type of ['input', 'change']) controls[0].dispatchEvent(new Event(type, { bubbles: true }));
  return true;
}

/** Keeps the controls of `host` in the address from now on, and sets them to what it says. Controls that come later
 *  (parameters of another model, phases of an image) are set when they come.
 *  @param complete panels that have all of their controls once the page has begun
 *  @param say told what another address asks for in vain
 *  @returns what the address asks for in vain, for a sentence; null: nothing */
export function keepInAddress(
  host: HTMLElement, complete: readonly string[], say: (what: string) => void,
): () => string | null {
  let waiting = new Map<string, string>();
  /** Controls that somebody has moved: what a panel proposes for the present structure is no state of the page. */
  const moved = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  const restore = (): void => {
    // One may bring the next: a model its parameters.
    for (const [key, value] of waiting) {
      const controls = controlsIn(host).get(key);
      if (controls === undefined || (valueOf(controls, false) !== value && !take(controls, value))) continue;
      moved.add(key);
      waiting.delete(key);
    }
  };
  const read = (): void => {
    waiting = new Map(new URLSearchParams(location.hash.slice(1)));
    restore();
  };
  const inVain = (): string | null => {
    const panels = [...host.querySelectorAll<HTMLElement>('[data-panel]')].map(({ dataset }) => dataset.panel);
    const controls = controlsIn(host);
    const entries = [...waiting].filter(([key]) => {
      const [panel] = key.split('.');
      return controls.has(key) || complete.includes(panel) || !panels.includes(panel);
    });
    if (entries.length === 0) return null;
    const names = entries.map(([key, value]) => `${key}=${value}`.slice(0, MOST_SHOWN)).join(', ');
    return `The address asks for ${names}, which this page does not have: that part of it is left out, and what is ` +
      'shown may not be what was sent to you.';
  };
  const write = (): void => {
    timer = null;
    const changed = [...controlsIn(host)].map(([key, controls]) => [key, controls] as const)
      .filter(([key, controls]) =>
        moved.has(key) && !waiting.has(key) && valueOf(controls, false) !== valueOf(controls, true))
      .map(([key, controls]) => [key, valueOf(controls, false)]);
    const text = new URLSearchParams([...changed, ...waiting]).toString().replaceAll('%2C', ',');
    if (text !== location.hash.slice(1)) history.replaceState(null, '', text === '' ? location.pathname : `#${text}`);
  };
  const note = ({ target, isTrusted }: Event): void => {
    const control = target as Control;
    const key = `${panelOf(control)}.${control.name}`;
    moved.add(key);
    if (isTrusted) waiting.delete(key);
    timer ??= setTimeout(write, PAUSE_MS);
  };
  for (const type of ['input', 'change']) host.addEventListener(type, note);
  new MutationObserver(() => {
    if (waiting.size > 0) restore();
  }).observe(host, { childList: true, subtree: true });
  addEventListener('hashchange', () => {
    read();
    const what = inVain();
    if (what !== null) say(what);
  });
  read();
  return inVain;
}

// Small helpers for the page: elements, tables, downloads, numbers.
import { readable } from '../src/browser.js';
import { make } from '../src/viewer/elements.js';
import { TOPICS, type Topic } from './topics.js';

export { readable };

type Kinds = Readonly<Record<string, new () => HTMLElement>>;

export interface Assembled<K extends Kinds> {
  readonly root: HTMLElement;
  readonly parts: { readonly [N in keyof K]: InstanceType<K[N]> };
}

/** Makes elements from HTML with one outermost element. Those that the page works with are marked data-part="name"
 *  there and named in `kinds` with what they are: a panel knows its own elements only, and needs no ids.
 *  @throws Error for a part that is missing or of another kind */
export function assemble<K extends Kinds>(html: string, kinds: K): Assembled<K> {
  const template = document.createElement('template');
  template.innerHTML = html.trim();
  const root = template.content.firstElementChild as HTMLElement;
  const parts = Object.fromEntries(Object.entries(kinds).map(([name, kind]) => {
    const found = root.dataset.part === name ? root : root.querySelector(`[data-part="${name}"]`);
    if (!(found instanceof kind)) {
      throw new Error(`page: expected a ${kind.name} as data-part="${name}", found ${String(found)}`);
    }
    return [name, found];
  }));
  return { root, parts: parts as Assembled<K>['parts'] };
}

/** Does `work` when the form is sent, by the button that it is told, and keeps the browser from sending it anywhere. */
export function onSubmit(form: HTMLFormElement, work: (button: HTMLElement | null) => void): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    work(event.submitter);
  });
}

/** Where pages of the documentation lie, with {page} for the name of one: the page's own HTML says it, so that a site
 *  can have them beside it. */
const docsAddress = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name=voxelith-docs]')?.content ?? '../docs/{page}.html';

/** Brings an element into view, gliding unless the system asks for no motion. */
export function bringIntoView(element: HTMLElement, block: ScrollLogicalPosition): void {
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ block, behavior: isStill ? 'auto' : 'smooth' });
}

/** A small link to the page that explains a quantity: its unit, its convention, its source. */
export function explain(topic: Topic): HTMLAnchorElement {
  const [page, anchor] = TOPICS[topic].split('#');
  return make('a', {
    className: 'explain', textContent: '?', target: '_blank', rel: 'noopener',
    href: `${docsAddress().replace('{page}', page)}#${anchor}`, title: `What is meant by ${topic}`,
    ariaLabel: `What is meant by ${topic}`,
  });
}

/** A cell: text, and what stands below it in small print; or an element. */
export type Cell = string | readonly [text: string, small: string] | HTMLElement;

/** Fills a table; the first cell of a row is its header. */
export function fillTable(
  table: HTMLElement, caption: string, head: readonly Cell[], rows: readonly (readonly Cell[])[],
): void {
  const cell = (content: Cell, tag: 'td' | 'th'): HTMLElement =>
    typeof content === 'string' || content instanceof HTMLElement
      ? make(tag, {}, content)
      : make(tag, {}, content[0], make('small', { textContent: content[1] }));
  const column = (content: Cell): HTMLElement => {
    const header = cell(content, 'th');
    header.setAttribute('scope', 'col');
    return header;
  };
  // What scrolls sideways can be reached by keys.
  const scroll = table.closest<HTMLElement>('.scroll');
  if (scroll !== null) Object.assign(scroll, { tabIndex: 0, role: 'group', ariaLabel: caption });
  table.replaceChildren(
    make('caption', {}, make('span', { textContent: caption })),
    make('thead', {}, make('tr', {}, ...head.map(column))),
    make('tbody', {}, ...rows.map(([first, ...rest]) => {
      const header = cell(first, 'th');
      header.setAttribute('scope', 'row');
      return make('tr', {}, header, ...rest.map((content) => cell(content, 'td')));
    })),
  );
}

/** Offers bytes or text as a file. */
export function download(name: string, content: BlobPart, type: string): void {
  const href = URL.createObjectURL(new Blob([content], { type }));
  make('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

/** A button that offers a file. */
export function downloadButton(label: string, name: string, content: string, type: string): HTMLButtonElement {
  const button = make('button', { type: 'button', textContent: label });
  button.addEventListener('click', () => download(name, content, type));
  return button;
}

const labelOf = (field: HTMLInputElement): string =>
  field.labels?.[0]?.textContent?.trim() || field.ariaLabel || field.name || 'number';

/** A number typed into a field; null when it is empty. @throws Error that names the field */
export function numberIn(field: HTMLInputElement): number | null {
  if (field.validity.badInput) throw new Error(`${labelOf(field)}: expected a number.`);
  if (field.value === '') return null;
  const value = Number(field.value);
  if (!field.validity.valid) throw new Error(`${labelOf(field)}: ${field.validationMessage}`);
  return value;
}

/** The same for a field that must not be empty. */
export function requiredNumber(field: HTMLInputElement): number {
  const value = numberIn(field);
  if (value === null) throw new Error(`${labelOf(field)}: expected a number, found nothing.`);
  return value;
}

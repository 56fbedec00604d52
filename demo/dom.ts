// Small helpers for the page: elements, tables, downloads, numbers.
import { readable } from '../src/report/html.js';

export { readable };

export const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

export const input = (id: string): HTMLInputElement => element<HTMLInputElement>(id);
export const select = (id: string): HTMLSelectElement => element<HTMLSelectElement>(id);

/** A new element with properties and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, properties: Partial<HTMLElementTagNameMap[K]> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const result = Object.assign(document.createElement(tag), properties);
  result.append(...children);
  return result;
}

/** A cell: text, and what stands below it in small print. */
export type Cell = string | readonly [text: string, small: string];

/** Fills a table; the first cell of a row is its header. */
export function fillTable(table: HTMLElement, caption: string, head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const cell = (content: Cell, tag: 'td' | 'th'): HTMLElement =>
    typeof content === 'string' ? make(tag, { textContent: content }) : make(tag, {}, content[0], make('small', { textContent: content[1] }));
  table.replaceChildren(
    make('caption', { textContent: caption }),
    make('thead', {}, make('tr', {}, ...head.map((text) => make('th', { textContent: text, scope: 'col' })))),
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

/** A number typed into a field; null when it is empty. @throws Error that names the field */
export function numberIn(field: HTMLInputElement): number | null {
  const label = field.labels?.[0]?.textContent?.trim() ?? field.ariaLabel ?? field.id;
  if (field.validity.badInput) throw new Error(`${label}: expected a number.`);
  if (field.value === '') return null;
  const value = Number(field.value);
  if (!field.validity.valid) throw new Error(`${label}: ${field.validationMessage}`);
  return value;
}

/** The same for a field that must not be empty. */
export function requiredNumber(field: HTMLInputElement): number {
  const value = numberIn(field);
  if (value === null) throw new Error(`${field.labels?.[0]?.textContent?.trim() ?? field.id}: expected a number, found nothing.`);
  return value;
}

// Small helpers for elements of a page.

/** A new element with properties and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, properties: Partial<HTMLElementTagNameMap[K]> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const result = Object.assign(document.createElement(tag), properties);
  result.append(...children);
  return result;
}

/** A square in the colour of a label. */
export function swatch(colour: string): HTMLSpanElement {
  const square = make('span', { className: 'swatch' });
  square.style.background = colour;
  return square;
}

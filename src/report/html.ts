// Text, numbers and tables as HTML. Everything that comes from data goes through `escape`.

export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A number for readers: `digits` significant digits, a true minus, no exponent between 1e-4 and 1e6; – for none. */
export function readable(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const text = magnitude < -4 || magnitude > 5 ? value.toExponential(digits - 1) : value.toFixed(
    Math.max(0, digits - 1 - magnitude),
  );
  return text.replaceAll('-', '−');
}

export function fixed(value: number | null | undefined, places: number, unit = ''): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(places)
    .replace('-', '−') + unit;
}

/** c1 → c₁, ε^c2 → ε<sup>…</sup>: an expression of the formula tables as HTML. */
export function formulaHtml(expression: string): string {
  return escape(expression)
    .replaceAll(/\^(−?-?[\w.]+)/g, (_, exponent: string) => `<sup>${exponent.replace('-', '−')}</sup>`)
    .replaceAll(/\bc(\d)/g, '<i>c</i><sub>$1</sub>')
    .replaceAll(/M̂(\d)/g, 'M̂<sub>$1</sub>');
}

/** A cell is plain text, or ready-made HTML. */
export type Cell = string | { readonly html: string };
const cellHtml = (cell: Cell) => (typeof cell === 'string' ? escape(cell) : cell.html);

/** First column is the row's header; the others are numbers, right-aligned. A row of one cell heads a group of rows. */
export function tableHtml(caption: Cell, head: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const header = head.map((cell) => `<th scope="col">${cellHtml(cell)}</th>`).join('');
  const body = rows.map(([first, ...rest]) => {
    if (rest.length === 0) {
      return `<tr class="group"><th scope="rowgroup" colspan="${head.length}">${cellHtml(first)}</th></tr>`;
    }
    const cells = rest.map((cell) => `<td>${cellHtml(cell)}</td>`).join('');
    return `<tr><th scope="row">${cellHtml(first)}</th>${cells}</tr>`;
  }).join('\n');
  return `<div class="scroll"><table><caption>${cellHtml(caption)}</caption>\n` +
    `<thead><tr>${header}</tr></thead>\n<tbody>${body}</tbody></table></div>`;
}

/** A figure at the head of a page: what it is, its value, a remark below. */
export type Tile = readonly [name: string, value: string, remark: string];

export function tilesHtml(tiles: readonly Tile[]): string {
  const one = ([name, value, remark]: Tile): string =>
    `<div><dt>${escape(name)}</dt><dd>${escape(value)}<small>${escape(remark)}</small></dd></div>`;
  return `<dl class="tiles">${tiles.map(one).join('')}</dl>`;
}

/** Pictures in one row. */
export const figuresHtml = (...content: readonly string[]): string =>
  `<div class="grid" style="--n:${content.length}">${content.map((svg) => `<figure>${svg}</figure>`).join('')}</div>`;

export function section(id: string, title: string, ...content: readonly string[]): string {
  return `<section id="${id}"><h2>${escape(title)}</h2>\n${content.join('\n')}\n</section>`;
}

export function warningsHtml(warnings: readonly string[]): string {
  return warnings.map((text) => `<p class="warn">${escape(text)}</p>`).join('');
}

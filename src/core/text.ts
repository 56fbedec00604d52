// Numbers and tables for people.

/** `digits` significant digits without trailing zeros; a dash for what is not known. */
export function significant(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '-';
  return String(Number(value.toPrecision(digits)));
}

const MOST_NAMED = 12;

/** "1, 2, 3", or "203 labels from 12 to 240". @param labels ascending */
export function labelsText(labels: readonly number[]): string {
  return labels.length > MOST_NAMED
    ? `${labels.length} labels from ${labels[0]} to ${labels[labels.length - 1]}` : labels.join(', ');
}

/** Columns of equal width: texts to the left, numbers to the right. The first row is the head. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const numeric = rows[0]
    .map((_, column) => rows.slice(1).every((row) => /^(-?[\d.]+(e[+-]?\d+)?( %)?|-|)$/i.test(row[column] ?? '')));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (numeric[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

// Numbers and columns of plain text.
import { decimalExponent } from '../numeric/elementary.js';

/** `digits` significant digits without an exponent where that reads well. */
export function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const magnitude = decimalExponent(Math.abs(value));
  return magnitude < -4 || magnitude > 5 ? value.toExponential(digits - 1) : value.toFixed(
    Math.max(0, Math.min(6, digits - 1 - magnitude)),
  );
}

/** Columns padded to their widest cell; the first one left-aligned, the others right-aligned. */
export function align(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length));
  const widths = rows[0].map((_, column) => width(column));
  const pad = (text: string, column: number) => ' '.repeat(widths[column] - [...text].length);
  return rows.map(
    (row) => row.map((text, column) => (column === 0 ? text + pad(text, column) : pad(text, column) + text)).join('  ')
      .trimEnd(),
  );
}

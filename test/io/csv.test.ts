import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/core/errors.js';
import { formatCsv, parseCsv } from '../../src/io/csv.js';

describe('csv', () => {
  it('[law] tables survive, whatever their cells hold', () => {
    const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
      fc.record({
        columns: fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: width, maxLength: width }),
        rows: fc.array(fc.array(fc.string({ minLength: 1 }), { minLength: width, maxLength: width })),
      }));
    fc.assert(fc.property(table, ({ columns, rows }) => {
      const back = parseCsv('t.csv', formatCsv(columns, rows));
      expect(back.columns).toEqual(columns);
      expect(back.rows.map((row) => back.columns.map((column) => row[column]))).toEqual(rows);
    }));
  });

  it('[published] RFC 4180, section 2: quotes, doubled quotes, line breaks in cells, CRLF', () => {
    const { columns, rows } = parseCsv('t.csv', '\ufeffa,b\r\n"1,5","x ""y""\nz"\r\n,2\r\n\r\n');
    expect(columns).toEqual(['a', 'b']);
    expect(rows).toEqual([{ a: '1,5', b: 'x "y"\nz' }, { a: '', b: '2' }]);
    expect(formatCsv(['a', 'b'], [[NaN, null], [1.5, true]])).toBe('a,b\n,\n1.5,true\n');
  });

  it('[exact] empty, torn and doubled tables are refused', () => {
    for (const text of ['', '\n', 'a,b\n1', 'a,b\n1,2,3\n', 'a,a\n1,2\n', 'a\n"1']) {
      expect(() => parseCsv('t.csv', text)).toThrow(FileError);
    }
  });
});

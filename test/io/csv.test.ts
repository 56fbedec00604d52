import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/core/errors.js';
import { formatCsv, parseCsv } from '../../src/io/csv.js';
import { textOf } from '../../src/io/utf8.js';

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

  it('[law] cells between semicolons or tabs, decimal commas, CRLF, a mark of byte order: the same table', () => {
    const number = fc.oneof(
      fc.integer().map(String), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), fc.constant(''),
    );
    const rows = fc.array(fc.tuple(fc.stringMatching(/^[a-z ,.]{1,6}$/), number, number), { minLength: 1 });
    fc.assert(fc.property(
      rows, fc.constantFrom(';', '\t'), fc.boolean(), fc.boolean(), fc.boolean(),
      (table, separator, mark, said, windows) => {
        const commas = table.map((row) => [`x${row[0]}`, ...row.slice(1).map((cell) => cell.replace('.', ','))]);
        const text = [['name', 'a', 'b'], ...commas].map((row) => row.join(separator)).join(windows ? '\r\n' : '\n');
        const all = `${mark ? '\ufeff' : ''}${said ? `sep=${separator}\n` : ''}${text}\n`;
        expect(parseCsv('t.csv', all).rows.map(({ name, a, b }) => [name, a, b]))
          .toEqual(table.map(([name, a, b]) => [`x${name}`, a, b]));
      },
    ));
  });

  it('[exact] a head of one column with a semicolon or a tab in its name is one column', () => {
    for (const name of ['a;b', 'a\tb', 'a;b,c']) {
      expect(parseCsv('t.csv', formatCsv([name], [['1;2']]))).toEqual({ columns: [name], rows: [{ [name]: '1;2' }] });
    }
  });

  it('[exact] commas stay where a column holds other texts, or numbers with points', () => {
    const rows = parseCsv('t.csv', 'phases;note;value\n1,2;0,5;1,234.5\n1;about 0,5;0,5\n').rows;
    expect(rows).toEqual([
      { phases: '1.2', note: '0,5', value: '1,234.5' }, { phases: '1', note: 'about 0,5', value: '0,5' },
    ]);
    expect(parseCsv('t.csv', 'a,b\n"0,5",1\n').rows).toEqual([{ a: '0,5', b: '1' }]);
  });

  it('[exact] errors name line and column', () => {
    expect(() => parseCsv('t.csv', 'a;b;c\n1;"x\ny";2\n1;2\n')).toThrow(
      't.csv: line 4 has 2 cells between semicolons, the head has 3: column "c" is the first without a cell',
    );
    expect(() => parseCsv('t.csv', 'a,b\n1,2\n0,5,7\n')).toThrow(
      't.csv: line 3 has 3 cells between commas, the head has 2: "7" is the first cell too many',
    );
    expect(() => parseCsv('t.csv', 'a,b\n1,2\n3,"4\n')).toThrow(/the quote in line 3, column 2 is not closed/);
    expect(() => parseCsv('t.csv', 'sep=;\na;b;a\n')).toThrow(/line 2: columns 1 and 3 are both named "a"/);
  });

  it('[exact] text: UTF-8, UTF-16 of both byte orders with their mark; others are refused', () => {
    const table = 'µm;ε\n1;2\n';
    const utf16 = Buffer.from(`\ufeff${table}`, 'utf16le');
    expect(textOf('t.csv', utf16)).toBe(table);
    expect(textOf('t.csv', Buffer.from(utf16).swap16())).toBe(table);
    expect(textOf('t.csv', Buffer.from(`\ufeff${table}`))).toBe(table);
    expect(() => textOf('t.csv', Uint8Array.of(0xb5, 0x6d))).toThrow(/not a text file in UTF-8/);
  });

  it('[exact] empty, torn and doubled tables are refused', () => {
    for (const text of ['', '\n', 'a,b\n1', 'a,b\n1,2,3\n', 'a,a\n1,2\n', 'a\n"1']) {
      expect(() => parseCsv('t.csv', text)).toThrow(FileError);
    }
  });
});

// What a CSV file cannot say of its columns: NAME.csv-metadata.json beside it, where programs look for it [W3C, Model
// for Tabular Data and Metadata on the Web, 2015, §5.3]. Parquet files carry the same object.
import { checkArguments, has } from '../core/arguments.js';
import { VERSION } from '../core/version.js';
import type { ColumnType, Table } from '../core/table.js';

/** Datatypes of the vocabulary; numbers are those of ECMAScript. */
const DATATYPES: Readonly<Record<ColumnType, string>> = {
  number: 'double', integer: 'long', boolean: 'boolean', text: 'string',
};

/** Names that the vocabulary allows [RFC 6570]; columns with others are known by their titles. */
const ALLOWED = /^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/;

/** Name of the metadata of a CSV file. */
export const csvMetadataName = (csv: string): string => `${csv}-metadata.json`;

/** The metadata of a table in the file `url`, in whose folder they lie. */
export function csvMetadata(url: string, table: Pick<Table, 'columns'>): string {
  const where = 'csvMetadata';
  checkArguments(where, { url: [url, 'text'], table: [table, has<Table>('columns')] });
  const { columns } = table;
  checkArguments(where, { 'table.columns': [columns, 'records'] });
  return `${JSON.stringify({
    '@context': 'http://www.w3.org/ns/csvw',
    url,
    'dc:creator': `voxelith ${VERSION}`,
    tableSchema: {
      columns: columns.map(({ name, type, title, unit, source }) => ({
        ...(ALLOWED.test(name) ? { name } : {}),
        titles: name,
        datatype: DATATYPES[type],
        // NaN spelt out is a quantity that does not exist.
        ...(type === 'text' ? {} : { null: ['', 'NaN'] }),
        ...(title === null ? {} : { 'dc:description': title }),
        ...(unit === null ? {} : { 'schema:unitText': unit }),
        ...(source === null ? {} : { 'dc:source': source }),
      })),
    },
  }, null, 1)}\n`;
}

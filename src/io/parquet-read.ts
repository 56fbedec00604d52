// Tables from Parquet files, of this program or of others, by the optional packages hyparquet and
// hyparquet-compressors. Their decoders trust what a file says of its lengths: all of these are looked up first.
import type { ColumnMetaData, FileMetaData, SchemaElement } from 'hyparquet';
import { checkArguments, type Names } from '../core/arguments.js';
import { FileError, VoxelithError } from '../core/errors.js';
import { crc32 } from './crc32.js';
import { CHECK_KEY, CREATED_BY } from './parquet.js';
import { checkLibraries, loadLibrary, type Libraries } from './libraries.js';
import { noRoom, type ReadOptions } from './room.js';
import type { ColumnType, Table, TableCell, TableColumn, TableRecord } from '../core/table.js';

type Limits = Pick<ReadOptions, 'maxBytes' | 'libraries'>;
const LIMIT_NAMES: Names<Limits> = { maxBytes: true, libraries: true };

/** What a cell takes in memory while rows are made of columns, bytes. */
const CELL_BYTES = 24;
/** Values of a block that encoders of differences use, at most; usual is 128. */
const MOST_DELTAS = 2 ** 16;

async function decoders(name: string, libraries: Libraries) {
  const [what, otherwise] = [`${name}: Parquet`, 'save the table as CSV'];
  return Promise.all([
    loadLibrary('hyparquet', libraries, what, otherwise),
    loadLibrary('hyparquet/src/column.js', libraries, what, otherwise),
    loadLibrary('hyparquet-compressors', libraries, what, otherwise),
  ]);
}
type Decoders = Awaited<ReturnType<typeof decoders>>;

const damaged = (name: string, what: string): FileError =>
  new FileError(`${name}: a Parquet file that is damaged: ${what}; write it again`);

/** Types of columns by what Parquet calls them; null: no flat column. */
function typeOf({ type, num_children: children, repetition_type: repetition, converted_type: converted }: SchemaElement,
): ColumnType | null {
  if (children || repetition === 'REPEATED') return null;
  if (type === 'BOOLEAN') return 'boolean';
  const date = converted?.startsWith('TIME') || converted === 'DATE';
  if ((type === 'INT32' || type === 'INT64') && !date && converted !== 'DECIMAL') return 'integer';
  const number = type === 'FLOAT' || type === 'DOUBLE' || converted === 'DECIMAL';
  return number ? 'number' : 'text';
}

/** The columns of a file. @throws FileError where it holds more than a table of single values */
function columnsOf(name: string, { schema, row_groups: groups }: FileMetaData): TableColumn[] {
  const [root, ...elements] = schema;
  const columns = elements.map((element, k) => {
    const type = typeOf(element);
    if (type === null) {
      throw new FileError(`${name}: column "${element.name}" holds lists or records; a table has one value per cell`);
    }
    const pairs = new Map(groups[0]?.columns[k]?.meta_data?.key_value_metadata?.map(({ key, value }) => [key, value]));
    const said = (key: string): string | null => pairs.get(key) ?? null;
    return { name: element.name, type, title: said('title'), unit: said('unit'), source: said('source') };
  });
  if (columns.length === 0 || root.num_children !== columns.length) throw damaged(name, 'its columns are not whole');
  const twice = columns.find((column, k) => columns.findIndex((other) => other.name === column.name) < k);
  if (twice !== undefined) throw new FileError(`${name}: two columns are named "${twice.name}"`);
  return columns;
}

class Bytes {
  at = 0;
  constructor(readonly name: string, readonly bytes: Uint8Array) {}

  byte(): number {
    if (this.at >= this.bytes.length) throw damaged(this.name, 'a page ends early');
    return this.bytes[this.at++];
  }

  varInt(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 35; scale *= 2 ** 7) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw damaged(this.name, 'a number has no end');
  }
}

/** Packed numbers come in groups of eight, and some encoders fill whole blocks. */
const FILLED_UP = 512;

/** Runs of equal or packed numbers of `width` bits: no more than there are values, so that a decoder ends.
 *  @throws FileError */
function checkRuns(source: Bytes, width: number, most: number): void {
  for (let seen = 0; seen < most && source.at < source.bytes.length;) {
    const header = source.varInt();
    const packed = header % 2 === 1;
    const count = packed ? Math.floor(header / 2) * 8 : Math.floor(header / 2);
    source.at += packed ? Math.ceil((count * width) / 8) : Math.ceil(width / 8);
    seen += count;
    if (seen > most + (packed ? FILLED_UP : 0)) {
      throw damaged(source.name, 'a page has another number of values than it says');
    }
  }
}

interface Chunk {
  readonly name: string;
  readonly meta: ColumnMetaData;
  readonly element: SchemaElement;
  readonly rows: number;
}

/** Walks over the pages of a chunk as a decoder does, and compares what they say of themselves.
 *  @returns bytes that its pages unpack to
 *  @throws FileError */
function checkChunk([, { parquetHeader }, { compressors }]: Decoders, bytes: Uint8Array, chunk: Chunk): number {
  const { name, meta, element, rows } = chunk;
  const { codec, dictionary_page_offset: dictionary, data_page_offset: data } = meta;
  const start = Number(dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data);
  const end = start + Number(meta.total_compressed_size);
  if (!(start >= 4 && end > start && end <= bytes.length - 8) || Number(meta.num_values) !== rows) {
    throw damaged(name, `column "${element.name}" does not lie in the file`);
  }
  const optional = element.repetition_type === 'OPTIONAL';
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset + start, end - start), offset: 0 };
  const unpack = compressors[codec];
  if (codec !== 'UNCOMPRESSED' && unpack === undefined) {
    throw new FileError(`${name}: column "${element.name}" is compressed by ${codec}, which is not read; use Snappy`);
  }
  const unpacked = (page: Uint8Array, length: number): Uint8Array => {
    // No codec that Parquet has makes pages of numbers and texts more than a few thousand times smaller.
    if (!(length >= 0) || length > 2 ** 16 * (page.length + 1)) throw damaged(name, 'a page has no size');
    return codec === 'UNCOMPRESSED' || length === 0 ? page : unpack!(page, length);
  };
  let [seen, total] = [0, 0];
  while (seen < rows && reader.offset < end - start - 1) {
    const header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: size } = header;
    if (!(packed >= 0) || packed > end - start - reader.offset) throw damaged(name, 'a page is longer than its column');
    const page = bytes.subarray(start + reader.offset, start + reader.offset + packed);
    reader.offset += packed;
    total += size;
    const { dictionary_page_header: words, data_page_header: v1, data_page_header_v2: v2 } = header;
    if (words) {
      if (!(words.num_values >= 0) || words.num_values > size) throw damaged(name, 'a dictionary is too long');
      continue;
    }
    const values = v1?.num_values ?? v2?.num_values ?? -1;
    if (!(values >= 0) || seen + values > rows) throw damaged(name, `column "${element.name}" has too many values`);
    seen += values;
    let source: Bytes;
    if (v2) {
      const levels = v2.definition_levels_byte_length + v2.repetition_levels_byte_length;
      if (!(levels >= 0 && levels <= packed && v2.repetition_levels_byte_length === 0)) {
        throw damaged(name, 'levels are longer than their page');
      }
      if (!(v2.num_nulls >= 0 && v2.num_nulls <= values)) throw damaged(name, 'a page has more nulls than values');
      if (optional) checkRuns(new Bytes(name, page.subarray(0, levels)), 1, values);
      const rest = page.subarray(levels);
      source = new Bytes(name, v2.is_compressed === false ? rest : unpacked(rest, size - levels));
    } else {
      source = new Bytes(name, unpacked(page, size));
      if (optional) {
        const length = new DataView(source.bytes.buffer, source.bytes.byteOffset, source.bytes.length)
          .getUint32(0, true);
        if (length > source.bytes.length - 4) throw damaged(name, 'levels are longer than their page');
        checkRuns(new Bytes(name, source.bytes.subarray(4, 4 + length)), 1, values);
        source.at = 4 + length;
      }
    }
    checkValues(source, element, v1?.encoding ?? v2!.encoding, values);
  }
  if (seen !== rows) throw damaged(name, `column "${element.name}" ends after ${seen} of ${rows} values`);
  return total;
}

/** The values of a page whose lengths are in the page itself. @throws FileError */
function checkValues(source: Bytes, element: SchemaElement, encoding: string, values: number): void {
  if (source.at >= source.bytes.length) return;
  if (encoding.endsWith('_DICTIONARY')) checkRuns(source, source.byte(), values);
  else if (encoding === 'RLE' && element.type === 'BOOLEAN') {
    source.at += 4;
    checkRuns(source, 1, values);
  } else if (encoding.startsWith('DELTA') && (source.varInt() > MOST_DELTAS || source.varInt() > MOST_DELTAS)) {
    throw damaged(source.name, 'blocks of differences are too long');
  }
}

function cellOf(value: unknown): TableCell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}

/** The checksum that this program writes: no damage to a digit passes unseen. @throws FileError */
function checkSum(name: string, bytes: Uint8Array, metadata: FileMetaData): void {
  const written = metadata.key_value_metadata?.find(({ key }) => key === CHECK_KEY)?.value;
  // Other programs keep keys that they do not know when they write what they read.
  if (written === undefined || metadata.created_by !== CREATED_BY) return;
  const [length, sum] = written.split(':').map(Number);
  if (crc32(bytes.subarray(0, length)) !== sum) throw damaged(name, 'its checksum does not fit');
}

/** Reads a Parquet file of single values (lists and records are refused). Whole numbers of 64 bits are numbers as far
 *  as these hold them exactly, bigints beyond; times and dates are texts as ISO 8601 has them.
 *  @param name of the file, for messages
 *  @throws FileError for a damaged file, or where the packages are missing; CapacityError beyond `maxBytes` */
export async function decodeParquet(name: string, bytes: Uint8Array, options: Limits = {}): Promise<Table> {
  checkArguments('decodeParquet', { name: [name, 'text'], bytes: [bytes, 'bytes'], options: [options, LIMIT_NAMES] });
  const { maxBytes = Infinity, libraries = {} } = options;
  checkLibraries('decodeParquet', libraries);
  const all = await decoders(name, libraries);
  const [{ parquetMetadata, parquetRead }, , { compressors }] = all;
  try {
    const metadata = parquetMetadata(bytes, { geoparquet: false });
    const columns = columnsOf(name, metadata);
    checkSum(name, bytes, metadata);
    const count = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
    if (!(count >= 0) || count !== Number(metadata.num_rows)) throw damaged(name, 'its rows are not whole');
    const needed = count * columns.length * CELL_BYTES + bytes.length;
    if (needed > maxBytes) throw noRoom(name, `${count} rows of ${columns.length} columns take`, needed, maxBytes);
    let unpacked = 0;
    for (const group of metadata.row_groups) {
      const rows = Number(group.num_rows);
      if (group.columns.length !== columns.length) throw damaged(name, 'a group of rows lacks columns');
      for (const [k, { meta_data: meta }] of group.columns.entries()) {
        const element = metadata.schema[k + 1];
        if (meta === undefined || meta.path_in_schema.join('.') !== element.name || meta.type !== element.type) {
          throw damaged(name, 'its columns are not in order');
        }
        unpacked += checkChunk(all, bytes, { name, meta, element, rows });
        if (needed + unpacked > maxBytes) throw noRoom(name, 'its texts take', needed + unpacked, maxBytes);
      }
    }
    const rows: TableRecord[] = [];
    const file = {
      byteLength: bytes.length,
      // A copy in any case: slices of Node's Buffers are views.
      slice: (from: number, to?: number): ArrayBuffer => new Uint8Array(bytes.subarray(from, to)).buffer,
    };
    await parquetRead({
      file, metadata, compressors, useOffsetIndex: false,
      onComplete: (found: unknown[][]) => {
        for (const cells of found) {
          rows.push(Object.fromEntries(columns.map((column, k) => [column.name, cellOf(cells[k])])));
        }
      },
    });
    if (rows.length !== count) throw damaged(name, `it has ${rows.length} of ${count} rows`);
    return { columns, rows };
  } catch (error) {
    if (error instanceof VoxelithError) throw error;
    throw damaged(name, 'its pages cannot be decoded');
  }
}

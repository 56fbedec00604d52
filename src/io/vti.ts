// VTK XML image data [VTK file formats, ImageData]: written as cell data, raw appended; read raw, base64 or ascii, as
// they are or compressed with zlib.
import { FileError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import { chosen, type Listed } from './arranged.js';
import type { DecodeContext, VoxelFormat } from './formats.js';
import { placeOf } from './place.js';
import { storedNumbers, storedSize } from './stored.js';
import { textNumbers } from './text-numbers.js';
import {
  asciiJson, bytesOf, concatenated, dataTypeOf, entryOf, objectFrom, provenanceFrom, shapeFrom, spacingFrom,
  voxelSizeFromJson, warnOblique, type StoredType, type VoxelArray, type VoxelData, type VoxelGrid,
} from './voxels.js';
import { base64Source, rawSource, vtkBytes, type VtkEncoding } from './vtk-data.js';
import { xmlTags, type XmlTag } from './vtk-xml.js';

const TYPES: Readonly<Record<string, StoredType>> = {
  UInt8: 'uint8', Int8: 'int8', UInt16: 'uint16', Int16: 'int16', UInt32: 'uint32', Int32: 'int32',
  UInt64: 'uint64', Int64: 'int64', Float32: 'float32', Float64: 'float64',
};
const COMMENT = 'voxelith';
const ZLIB = 'vtkZLibDataCompressor';
/** A tag begins, so that data end. */
const LESS = 0x3c;

/** Arrays on one grid as one file, in parts to be written one after another: 400³ floats need no second copy.
 *  @param arrays by the name that ParaView shows; the first is the active one */
export function encodeImageData(arrays: ReadonlyMap<string, VoxelData>, grid: VoxelGrid): Uint8Array[] {
  const { shape, voxelSizeUm, provenance } = grid;
  const [nz, ny, nx] = shape;
  const extent = `0 ${nx} 0 ${ny} 0 ${nz}`;
  const spacing = [...(voxelSizeUm ?? [1, 1, 1])].reverse().join(' ');
  // A comment must not contain two hyphens.
  const meta = asciiJson({ voxelSizeUm, provenance: provenance ?? null }).replaceAll('--', '-\\u002d');
  const encoder = new TextEncoder();
  const tags: string[] = [];
  const blocks: Uint8Array[] = [];
  let offset = 0;
  for (const [name, data] of arrays) {
    const vtk = Object.keys(TYPES).find((key) => TYPES[key] === dataTypeOf(data)) as string;
    tags.push(`<DataArray type="${vtk}" Name="${name}" format="appended" offset="${offset}"/>`);
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(data.byteLength), true);
    blocks.push(length, bytesOf(data));
    offset += 8 + data.byteLength;
  }
  const head = `<?xml version="1.0"?>
<!-- ${COMMENT} ${meta} -->
<VTKFile type="ImageData" version="1.0" byte_order="LittleEndian" header_type="UInt64">
<ImageData WholeExtent="${extent}" Origin="0 0 0" Spacing="${spacing}">
<Piece Extent="${extent}">
<PointData></PointData>
<CellData Scalars="${[...arrays.keys()][0]}">${tags.join('')}</CellData>
</Piece>
</ImageData>
<AppendedData encoding="raw">
_`;
  return [encoder.encode(head), ...blocks, encoder.encode('\n</AppendedData>\n</VTKFile>\n')];
}

function encode(array: VoxelArray): Uint8Array {
  const name = dataTypeOf(array.data) === 'uint8' ? 'labels' : 'values';
  return concatenated(...encodeImageData(new Map([[name, array.data]]), array));
}

type Section = 'CellData' | 'PointData';

/** A data array as its tag says it. */
interface DataArray {
  readonly section: Section;
  readonly name: string;
  readonly active: boolean;
  readonly attributes: XmlTag['attributes'];
  readonly shape: Shape;
  /** Where its inline data begin. */
  readonly start: number;
}

/** What the tags of a file say. */
interface Contents {
  readonly file: XmlTag['attributes'];
  readonly image: XmlTag['attributes'];
  readonly arrays: readonly DataArray[];
  /** Where appended data begin, behind the underscore, and whether they are base64; null: there are none. */
  readonly appended: { readonly start: number; readonly base64: boolean } | null;
  /** Our comment. */
  readonly own: Record<string, unknown> | null;
}

/** @throws FileError */
function extentOf(name: string, text: string | undefined): { cells: number[]; points: number[] } {
  const numbers = (text ?? '').trim().split(/\s+/).map(Number);
  const lengths = [4, 2, 0].map((k) => numbers[k + 1] - numbers[k]);
  if (numbers.length !== 6 || !lengths.every((n) => Number.isInteger(n) && n >= 0)) {
    throw new FileError(
      `${name}: expected a WholeExtent of six whole numbers, found "${text ?? ''}"; write the file again`,
    );
  }
  // A section has one layer of cells between one layer of points.
  return { cells: lengths.map((n) => Math.max(1, n)), points: lengths.map((n) => n + 1) };
}

/** @throws FileError */
function contentsOf(name: string, bytes: Uint8Array): Contents {
  let [file, image, appended, own, pieces]: [
    XmlTag['attributes'] | null, XmlTag['attributes'] | null, Contents['appended'], Contents['own'], number,
  ] = [null, null, null, null, 0];
  let section: { readonly name: Section; readonly scalars: string | undefined } | null = null;
  const arrays: DataArray[] = [];
  for (const tag of xmlTags(name, bytes)) {
    const { attributes } = tag;
    if (tag.kind === 'comment' && tag.text.startsWith(`${COMMENT} {`)) {
      own ??= objectFrom(tag.text.slice(COMMENT.length + 1));
    } else if (tag.name === 'VTKFile' && tag.kind === 'opens') file = attributes;
    else if (file === null && tag.kind !== 'comment') break;
    else if (tag.name === 'ImageData' && tag.kind === 'opens') image = attributes;
    else if (tag.name === 'Piece' && tag.kind !== 'closes') pieces++;
    else if (tag.name === 'CellData' || tag.name === 'PointData') {
      section = tag.kind === 'opens' ? { name: tag.name, scalars: attributes.get('Scalars') } : null;
    } else if (tag.name === 'DataArray' && tag.kind !== 'closes' && section !== null && image !== null) {
      const { cells, points } = extentOf(name, image.get('WholeExtent'));
      const own = attributes.get('Name') ?? '';
      arrays.push({
        section: section.name, name: own, active: own === section.scalars, attributes, start: tag.end,
        shape: shapeFrom(name, section.name === 'CellData' ? cells : points),
      });
    } else if (tag.name === 'AppendedData' && tag.kind === 'opens') {
      const start = bytes.indexOf('_'.charCodeAt(0), tag.end) + 1;
      if (start > 0) appended = { start, base64: attributes.get('encoding') !== 'raw' };
      break;
    }
  }
  if (file === null || image === null) {
    throw new FileError(`${name}: not a .vti file: no <VTKFile type="ImageData"> at its beginning`);
  }
  if (pieces > 1) throw new FileError(`${name}: its image is in ${pieces} pieces; save it as one`);
  return { file, image, arrays, appended, own };
}

/** The array that is meant: the named one, the active scalars, or the only one. @throws FileError */
function chosenArray(name: string, wanted: string | null, arrays: readonly DataArray[]): DataArray {
  const paths = new Map(arrays.map((array) => {
    const unique = arrays.filter((other) => other.name === array.name).length === 1;
    return [array, unique ? array.name : `${array.section}/${array.name}`] as const;
  }));
  const scalars = arrays.filter(({ attributes }) => (attributes.get('NumberOfComponents') ?? '1') === '1');
  const [active, ...more] = scalars.filter((array) => array.active);
  if (wanted === null && active !== undefined && more.length === 0) return active;
  const listed = (scalars.length > 0 ? scalars : arrays).map((array): Listed => {
    const type = array.attributes.get('type') ?? '';
    return { path: paths.get(array) as string, shape: array.shape, dtype: entryOf(TYPES, type) ?? type };
  });
  const full = arrays.find((array) => `${array.section}/${array.name}` === wanted);
  const { path } = full ? { path: paths.get(full) } : chosen(name, wanted, listed);
  return arrays.find((array) => paths.get(array) === path) as DataArray;
}

/** How the numbers of a file are packed. @throws FileError for compressions that are not read */
function encodingOf(name: string, file: XmlTag['attributes']): VtkEncoding {
  const compressor = file.get('compressor') ?? '';
  if (compressor !== '' && compressor !== ZLIB) {
    throw new FileError(`${name}: compressed with ${compressor}; save it with ${ZLIB} or without compression`);
  }
  return {
    littleEndian: file.get('byte_order') !== 'BigEndian', word: file.get('header_type') === 'UInt64' ? 8 : 4,
    blocks: compressor === ZLIB,
  };
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { file: path } = placeOf(context.name);
  const { file, image, arrays, appended, own } = contentsOf(path, bytes);
  const encoding = encodingOf(path, file);
  const array = chosenArray(path, context.dataset, arrays);
  const inside = { ...context, name: arrays.length > 1 ? `${path}:${array.name}` : path };
  const { name } = inside;
  const { attributes, shape, start } = array;
  const type = entryOf(TYPES, attributes.get('type') ?? '');
  if (type === undefined) {
    throw new FileError(
      `${name}: type "${attributes.get('type') ?? ''}" is not read; expected one of ${Object.keys(TYPES).join(', ')}`,
    );
  }
  if ((attributes.get('NumberOfComponents') ?? '1') !== '1') {
    throw new FileError(`${name}: has ${attributes.get('NumberOfComponents')} components per voxel; expected one`);
  }
  const meta = metaOf(context, own, image);
  const until = (from: number): Uint8Array => {
    const end = bytes.indexOf(LESS, from);
    if (end < 0) throw new FileError(`${name}: the file is truncated inside its data; write it again`);
    return bytes.subarray(from, end);
  };
  const format = attributes.get('format') ?? 'ascii';
  if (format === 'ascii') return { data: textNumbers(inside, until(start), shape, type), shape, ...meta };
  if (format === 'appended' && appended === null) {
    throw new FileError(`${name}: the file is truncated before its <AppendedData>; write it again`);
  }
  const offset = Number(attributes.get('offset') ?? 0);
  if (!(offset >= 0)) {
    throw new FileError(`${name}: its data are at offset "${attributes.get('offset') ?? ''}"; write the file again`);
  }
  const source = appended === null || format !== 'appended' ? base64Source(inside, until(start))
    : appended.base64 ? base64Source(inside, until(appended.start).subarray(offset))
    : rawSource(bytes.subarray(appended.start + offset));
  const body = await vtkBytes(inside, source, storedSize(shape, type), encoding);
  const room = inside.room - (body.buffer === bytes.buffer ? 0 : body.length);
  return { data: storedNumbers({ name, room }, body, shape, type, encoding.littleEndian), shape, ...meta };
}

function metaOf(
  context: DecodeContext, own: Record<string, unknown> | null, image: XmlTag['attributes'],
): Pick<VoxelArray, 'voxelSizeUm' | 'provenance'> {
  if (own !== null) {
    return { voxelSizeUm: voxelSizeFromJson(context.name, own.voxelSizeUm), ...provenanceFrom(own.provenance) };
  }
  const numbers = (key: string): number[] => (image.get(key) ?? '').trim().split(/\s+/).map(Number);
  if (image.has('Direction')) {
    const turns = numbers('Direction');
    // Its columns are the axes of the file.
    warnOblique(context, [0, 1, 2].map((k) => [turns[k], turns[k + 3], turns[k + 6]]), 'Direction');
  }
  return { voxelSizeUm: image.has('Spacing') ? spacingFrom(context, numbers('Spacing'), null) : null };
}

export const vti: VoxelFormat = { name: 'vti', extensions: ['.vti'], sidecar: 'none', encode, decode };

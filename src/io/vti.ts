// VTK XML image data [VTK file formats, ImageData]: written as cell data, raw appended; read raw, base64 or ascii,
// uncompressed.
import { FileError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { DecodeContext, VoxelFormat } from './formats.js';
import { checkRoom, noRoom, type Room } from './room.js';
import {
  asciiJson, bytesOf, bytesPerVoxel, checkLength, concatenated, copiedBytes, dataTypeOf, entryOf, numbersOf, objectFrom,
  provenanceFrom, shapeFrom,
  spacingFrom, voxelSizeFromJson, type DataType, type VoxelArray, type VoxelData, type VoxelGrid,
} from './voxels.js';

const TYPES: Readonly<Record<string, DataType>> = {
  UInt8: 'uint8', Int8: 'int8', UInt16: 'uint16', Int16: 'int16', UInt32: 'uint32', Int32: 'int32',
  Float32: 'float32', Float64: 'float64',
};
const COMMENT = 'voxelith';
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

function attributes(tag: string): Map<string, string> {
  return new Map([...tag.matchAll(/(?<![\w:])([\w:]+)\s*=\s*["']([^"']*)["']/g)].map((match) => [match[1], match[2]]));
}

/** Length word, then that many bytes. */
function block(name: string, bytes: Uint8Array, wide: boolean, littleEndian: boolean): Uint8Array {
  const size = wide ? 8 : 4;
  if (bytes.length < size) throw new FileError(`${name}: the file is truncated before its data; write it again`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  const length = wide ? Number(view.getBigUint64(0, littleEndian)) : view.getUint32(0, littleEndian);
  return bytes.subarray(size, size + length);
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

/** Not `atob`, which wants the file as a string and gives another. @throws FileError */
function fromBase64(context: Room, text: Uint8Array): Uint8Array {
  const length = Math.floor((text.length * 3) / 4);
  if (length > context.room) throw noRoom(context.name, 'its decoded data (base64) take', length, context.room);
  const result = new Uint8Array(length);
  const values = new Int8Array(256).fill(-1);
  for (let k = 0; k < 64; k++) values[BASE64.charCodeAt(k)] = k;
  let [found, bits, held] = [0, 0, 0];
  for (const byte of text) {
    if (isSpace(byte)) continue;
    if (byte === 61) break;
    if (values[byte] < 0) {
      throw new FileError(`${context.name}: byte ${byte} among its base64 data; the file is damaged, write it again`);
    }
    bits = ((bits << 6) | values[byte]) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    result[found++] = bits >> held;
  }
  return result.subarray(0, found);
}

/** Numbers between spaces, as many as the shape needs. @throws FileError */
function fromAscii(context: Room, text: Uint8Array, shape: Shape, type: DataType): VoxelData {
  const width = bytesPerVoxel(type);
  const count = voxelCount(shape);
  // Every number needs a digit and a space: no memory for what cannot be there.
  if (2 * count - 1 > text.length) checkLength(context.name, Math.ceil(text.length / 2) * width, shape, type);
  checkRoom(context, shape, width);
  const data = numbersOf(new Uint8Array(count * width), type);
  const latin1 = new TextDecoder('latin1');
  let found = 0;
  for (let at = 0; at < text.length; ) {
    let end = at;
    while (end < text.length && !isSpace(text[end])) end++;
    if (end > at && found++ < count) data[found - 1] = Number(latin1.decode(text.subarray(at, end)));
    at = end + 1;
  }
  checkLength(context.name, found * width, shape, type);
  return data;
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name } = context;
  const latin1 = new TextDecoder('latin1');
  const begin = latin1.decode(bytes.subarray(0, 65536));
  const file = /<VTKFile[^<>]*>/.exec(begin);
  const image = /<ImageData[^<>]*>/.exec(begin);
  if (file === null || image === null) {
    throw new FileError(`${name}: not a .vti file: no <VTKFile type="ImageData"> at its beginning`);
  }
  const { byte_order: order, header_type: headerType, compressor } =
    Object.fromEntries(attributes(file[0])) as Record<string, string | undefined>;
  if (compressor) throw new FileError(`${name}: compressed with ${compressor}; write it with compressor "none"`);
  const littleEndian = order !== 'BigEndian';
  const wide = headerType === 'UInt64';

  const imageAttributes = attributes(image[0]);
  const extent = (imageAttributes.get('WholeExtent') ?? '').trim().split(/\s+/).map(Number);
  const section = /<(CellData|PointData)[^<>]*>\s*(<DataArray[^<>]*>)/.exec(begin);
  if (extent.length !== 6 || section === null) {
    throw new FileError(
      `${name}: expected a WholeExtent of six numbers and a DataArray in CellData or PointData; write the file again`,
    );
  }
  const points = section[1] === 'PointData' ? 1 : 0;
  const shape =
    shapeFrom(name, [extent[5] - extent[4] + points, extent[3] - extent[2] + points, extent[1] - extent[0] + points]);
  const tag = attributes(section[2]);
  const type = entryOf(TYPES, tag.get('type') ?? '');
  if (type === undefined) {
    throw new FileError(
      `${name}: type "${tag.get('type')}" is not read; expected one of ${Object.keys(TYPES).join(', ')}`,
    );
  }
  if ((tag.get('NumberOfComponents') ?? '1') !== '1') {
    throw new FileError(`${name}: has ${tag.get('NumberOfComponents')} components per voxel; expected one`);
  }

  let body: Uint8Array;
  if (tag.get('format') === 'appended') {
    const appended = /<AppendedData[^<>]*?encoding\s*=\s*["'](raw|base64)["'][^<>]*>\s*_/.exec(begin);
    if (appended === null) {
      throw new FileError(`${name}: the file is truncated before its <AppendedData>; write it again`);
    }
    const start = appended.index + appended[0].length + Number(tag.get('offset') ?? 0);
    const rest = bytes.subarray(start);
    const end = rest.indexOf(LESS);
    const encoded = rest.subarray(0, end < 0 ? rest.length : end);
    body = block(name, appended[1] === 'raw' ? rest : fromBase64(context, encoded), wide, littleEndian);
  } else {
    const start = section.index + section[0].length;
    const end = bytes.indexOf(LESS, start);
    if (end < 0) throw new FileError(`${name}: the file is truncated inside its data; write it again`);
    const text = bytes.subarray(start, end);
    if (tag.get('format') === 'ascii') {
      return { data: fromAscii(context, text, shape, type), shape, ...meta(name, begin, imageAttributes) };
    }
    body = block(name, fromBase64(context, text), wide, littleEndian);
  }
  checkLength(name, body.length, shape, type);
  checkRoom(context, shape, copiedBytes(type, littleEndian, body.byteOffset));
  return { data: numbersOf(body, type, littleEndian), shape, ...meta(name, begin, imageAttributes) };
}

function meta(
  name: string, begin: string, image: ReadonlyMap<string, string>,
): Pick<VoxelArray, 'voxelSizeUm' | 'provenance'> {
  const own = new RegExp(`<!-- ${COMMENT} (\\{.*\\}) -->`).exec(begin);
  const value = own === null ? null : objectFrom(own[1]);
  if (value !== null) {
    return { voxelSizeUm: voxelSizeFromJson(name, value.voxelSizeUm), ...provenanceFrom(value.provenance) };
  }
  const spacing = image.get('Spacing')?.trim().split(/\s+/).map(Number);
  return { voxelSizeUm: spacing === undefined ? null : spacingFrom(name, spacing, null) };
}

export const vti: VoxelFormat = { name: 'vti', extensions: ['.vti'], sidecar: 'none', encode, decode };

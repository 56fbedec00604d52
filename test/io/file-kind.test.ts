// Files of a wrong kind say what they are: made here by their formats' specifications, and by other programs' writers.
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { decodeVoxels, encodeVoxels, VOXEL_FORMATS } from '../../src/io/formats.js';
import { kindOfFile } from '../../src/io/file-kind.js';

const latin = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const archive = (...names: readonly string[]): Uint8Array =>
  zipSync(Object.fromEntries(names.map((name) => [name, latin('x'.repeat(5000))])), { level: 0 });
/** Two triangles without colour. */
const stl = new Uint8Array(84 + 2 * 50);
stl[80] = 2;

const WRONG: readonly (readonly [title: string, bytes: Uint8Array])[] = [
  ['a PDF document', latin('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')],
  ['a JPEG image', latin('\xff\xd8\xff\xe0\0\x10JFIF\0')],
  ['a Word document', archive('[Content_Types].xml', '_rels/.rels', 'word/document.xml')],
  ['an Excel workbook', archive('[Content_Types].xml', 'xl/workbook.xml')],
  ['a ZIP archive', archive('slices/0001.tif')],
  ['an STL mesh', stl],
  ['an STL mesh', latin('solid part\n facet normal 0 0 1\n')],
  ['a DICOM file', latin(`${'\0'.repeat(128)}DICM\x02\0`)],
  ['an HDF5 file', latin('\x89HDF\r\n\x1a\n\0')],
  ['a gzip archive', new Uint8Array(gzipSync('x'))],
  ['a web page', latin('<!DOCTYPE html>\n<html lang="en">')],
  ['a JSON text', latin('{"shape": [1, 2, 3]}')],
  ['a text', latin('x,y,z\n1,2,3\n')],
];

describe('files of a wrong kind', () => {
  it.each(WRONG)('[exact] %s is told by its first bytes, whatever its name', async (title, bytes) => {
    expect(kindOfFile(bytes)?.title).toBe(title);
    await expect(decodeVoxels('scan.npy', bytes)).rejects
      .toThrow(new RegExp(`scan.npy: .*by its first bytes it is ${title}`));
    await expect(decodeVoxels('scan.doc', bytes)).rejects
      .toThrow(new RegExp(`^scan.doc: is ${title}, by its first bytes; `));
  });

  it('[law] every format that is written is known by its first bytes, or nothing is said of it', async () => {
    const array = { data: new Uint16Array(64).fill(7), shape: [4, 4, 4], voxelSizeUm: null } as const;
    const written = VOXEL_FORMATS.filter(({ encode, folder }) => encode !== null && folder !== true);
    for (const { name, extensions: [extension] } of written) {
      if (name === 'hdf5') continue;
      const { bytes } = await encodeVoxels(`a${extension}`, array);
      const kind = kindOfFile(bytes);
      if (name === 'raw' && !extension.endsWith('.gz')) expect(kind).toBeNull();
      else expect([extension, kind?.extensions.includes(extension)]).toEqual([extension, true]);
    }
  });

  it('[exact] an empty file and numbers without a header are no kind', async () => {
    expect(kindOfFile(new Uint8Array(0))).toBeNull();
    expect(kindOfFile(Uint8Array.of(1, 2, 3, 1, 2, 3))).toBeNull();
    await expect(decodeVoxels('scan.tif', new Uint8Array(0))).rejects.toThrow('scan.tif: the file is empty (0 bytes)');
    await expect(decodeVoxels('scan.raw', latin('abcdefgh'))).rejects.toThrow(/^(?!.*first bytes)/);
  });
});

// What people's programs write beyond the plain case: 64-bit numbers, several arrays in a file, axes of length one,
// spacings in other fields, blocks of zlib.
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CapacityError, FileError } from '../../src/core/errors.js';
import { decodeFolder, decodeVoxels, encodeVoxels } from '../../src/io/formats.js';
import type { VoxelArray } from '../../src/io/voxels.js';

type Part = Uint8Array | string;
const joined = (...parts: readonly Part[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))));
const shape = [5, 6, 7] as const;
const at = (i: number): readonly [number, number, number] => [Math.floor(i / 42), Math.floor(i / 7) % 6, i % 7];
/** 0 to 3 by the place. */
const small = Array.from({ length: 210 }, (_, i) => ((z, y, x) => (z + 2 * y + x) % 4)(...at(i)));
const bytes = Uint8Array.from(small);
/** Whole numbers of a width in bytes. */
function whole(values: readonly (number | bigint)[], width: number, littleEndian = true): Uint8Array {
  const view = new DataView(new ArrayBuffer(width * values.length));
  values.forEach((value, i) => {
    if (width === 8) view.setBigInt64(8 * i, BigInt.asIntN(64, BigInt(value)), littleEndian);
    else if (width === 4) view.setUint32(4 * i, Number(value), littleEndian);
    else view.setUint8(i, Number(value));
  });
  return new Uint8Array(view.buffer);
}
const npy = (descr: string, sizes: string, data: Uint8Array, fortran = false, quote = "'"): Uint8Array => {
  const python = fortran ? 'True' : 'False';
  const header = `{'descr': '${descr}', 'fortran_order': ${python}, 'shape': ${sizes}, }\n`.replaceAll("'", quote);
  return joined('\x93NUMPY', Uint8Array.of(1, 0, header.length & 255, header.length >> 8), header, data);
};
const nrrd = (fields: string, data: Part): Uint8Array => joined(`NRRD0004\n${fields}\n`, data);
const mha = (fields: string, data: Part, end = 'ElementDataFile = LOCAL\n'): Uint8Array =>
  joined(`ObjectType = Image\n${fields}${end}`, data);
const nifti = (code: number, data: Uint8Array, spacing = [1, 0.2, 0.2, 0.4]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(352));
  view.setInt32(0, 348, true);
  [3, 7, 6, 5, 1, 1, 1, 1].forEach((n, k) => view.setInt16(40 + 2 * k, n, true));
  view.setInt16(70, code, true);
  spacing.forEach((h, k) => view.setFloat32(76 + 4 * k, h, true));
  view.setFloat32(108, 352, true);
  view.setUint8(123, 3);
  const header = new Uint8Array(view.buffer);
  header.set([0x6e, 0x2b, 0x31, 0], 344);
  return joined(header, data);
};
/** A .vti of 5×6×7 cells; arrays are tags with what stands between them. */
const vti = (arrays: string, appended: Part = '', attributes = '', section = '', more = ''): Uint8Array => joined(
  `<VTKFile type="ImageData" version="1.0" ${attributes}><ImageData WholeExtent="0 7 0 6 0 5" Origin="0 0 0" ` +
    `Spacing="0.2 0.2 0.4"${more}><FieldData><DataArray type="Float64" Name="TimeValue" format="ascii">1</DataArray>` +
    `</FieldData><Piece Extent="0 7 0 6 0 5"><PointData></PointData><CellData${section}>${arrays}</CellData></Piece>` +
    '</ImageData>',
  ...(appended === '' ? [] : ['<AppendedData encoding="raw">\n _', appended, '</AppendedData>']), '</VTKFile>',
);

/** One way to store whole numbers of 64 bits. */
type Store = (values: readonly bigint[], signed: boolean, littleEndian: boolean) => readonly [string, Uint8Array];
const WIDE: Readonly<Record<string, Store>> = {
  npy: (v, signed, le) => ['a.npy', npy(`${le ? '<' : '>'}${signed ? 'i' : 'u'}8`, '(5, 6, 7)', whole(v, 8, le))],
  'npy, Fortran': (v, signed, le) => {
    const turned = v.map((_, i) => v[((i % 5) * 6 + (Math.floor(i / 5) % 6)) * 7 + Math.floor(i / 30)]);
    return ['a.npy', npy(`${le ? '<' : '>'}${signed ? 'i' : 'u'}8`, '(5, 6, 7)', whole(turned, 8, le), true)];
  },
  nrrd: (v, signed, le) => ['a.nrrd', nrrd(
    `type: ${signed ? 'signed long long int' : 'uint64'}\ndimension: 3\nsizes: 7 6 5\nencoding: gzip\nendian: ` +
      `${le ? 'little' : 'big'}\n`, gzipSync(whole(v, 8, le)),
  )],
  mha: (v, signed, le) => ['a.mha', mha(
    `NDims = 3\nDimSize = 7 6 5\nElementByteOrderMSB = ${le ? 'False' : 'True'}\nElementType = ` +
      `MET_${signed ? '' : 'U'}LONG_LONG\n`, whole(v, 8, le),
  )],
  nifti: (v, signed) => ['a.nii', nifti(signed ? 1024 : 1280, whole(v, 8))],
  vti: (v, signed, le) => ['a.vti', vti(
    `<DataArray type="${signed ? '' : 'U'}Int64" format="appended" offset="0"/>`,
    joined(whole([8 * v.length], 4, le), whole(v, 8, le)), `byte_order="${le ? 'Little' : 'Big'}Endian"`,
  )],
  'vti, text': (v, signed) => ['a.vti', vti(
    `<DataArray type="${signed ? '' : 'U'}Int64" format="ascii">${v.join(' ')}</DataArray>`,
  )],
};

describe('64-bit whole numbers', () => {
  const stores = Object.entries(WIDE);
  it.each(stores)('[law] %s: every value up to 2^53 is read exactly, one beyond is named', async (_, store) => {
    const limit = 2n ** 53n;
    await fc.assert(fc.asyncProperty(
      fc.boolean(), fc.boolean(), fc.constantFrom(4n, 2n ** 31n, 2n ** 32n, limit), fc.infiniteStream(fc.nat()),
      fc.bigInt({ min: limit, max: 2n ** 63n - 1n }), fc.nat({ max: 209 }),
      async (signed, littleEndian, most, stream, beyond, place) => {
        const values = small.map(() => {
          const value = (BigInt(stream.next().value as number) * 2n ** 22n + BigInt(place)) % most;
          return signed && (stream.next().value as number) % 2 === 1 ? -value : value;
        });
        const [name, file] = store(values, signed, littleEndian);
        expect(Array.from((await decodeVoxels(name, file)).data, BigInt)).toEqual(values);
        values[place] = beyond;
        await expect(decodeVoxels(...store(values, signed, littleEndian))).rejects.toThrow(String(beyond));
      },
    ), { numRuns: 60 });
  });

  it('[exact] labels stay 32 bits wide; MET_LONG has four bytes; values above 2^63 of uint64 are named', async () => {
    const labels = small.map((v) => BigInt(v - 1));
    for (const store of Object.values(WIDE).slice(0, 6)) {
      expect((await decodeVoxels(...store(labels, true, true))).data).toEqual(Int32Array.from(small, (v) => v - 1));
    }
    const long = mha('NDims = 3\nDimSize = 7 6 5\nElementType = MET_LONG\n', whole(small, 4));
    expect((await decodeVoxels('a.mha', long)).data).toEqual(Int32Array.from(small));
    const file = npy('<u8', '(1, 2)', whole([1, 2n ** 64n - 1n], 8));
    await expect(decodeVoxels('a.npy', file)).rejects.toThrow(/value 1 is 18446744073709551615, beyond/);
  });

  it('[law] more than 32 bits need twice the room, which is asked for', async () => {
    const [name, file] = WIDE.npy(small.map(BigInt), true, true);
    const [, long] = WIDE.npy(small.map(() => 2n ** 40n), true, true);
    await expect(decodeVoxels(name, file, null, { maxBytes: file.length + 4 * 210 })).resolves.toBeDefined();
    const less = decodeVoxels(name, long, null, { maxBytes: file.length + 8 * 210 - 1 });
    await expect(less).rejects.toThrow(CapacityError);
    await expect(decodeVoxels(name, long, null, { maxBytes: file.length + 8 * 210 })).resolves.toBeDefined();
  });
});

/** A zip without compression, as numpy.savez writes it. */
function npz(members: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const u16 = (...n: number[]): Uint8Array => Uint8Array.from(n.flatMap((v) => [v & 255, v >> 8]));
  const parts: Uint8Array[] = [];
  const entries: Uint8Array[] = [];
  let offset = 0;
  for (const [name, data] of Object.entries(members)) {
    const common = joined(u16(20, 0, 0, 0, 0x21), whole([0, data.length, data.length], 4), u16(name.length, 0));
    parts.push(joined('PK\x03\x04', common, name, data));
    entries.push(joined('PK\x01\x02', u16(20), common, u16(0, 0, 0), whole([0, offset], 4), name));
    offset += parts.at(-1)!.length;
  }
  const directory = joined(...entries);
  const count = entries.length;
  return joined(
    ...parts, directory, 'PK\x05\x06', u16(0, 0, count, count), whole([directory.length, offset], 4), u16(0),
  );
}

describe('several arrays in one file', () => {
  const image = npy('|u1', '(5, 6, 7)', bytes);
  const affine = npy('<f8', '(4, 4)', new Uint8Array(128));

  it('[exact] npz: two that can be images are named with shape and type, and a name takes one', async () => {
    const file = npz({ 'affine.npy': affine, 'image.npy': image });
    await expect(decodeVoxels('a.npz', file)).rejects.toThrow(
      'a.npz: holds 2 images, name one of them after a colon (a.npz:affine): affine (4×4 float64), image (5×6×7 uint8)',
    );
    expect(await decodeVoxels('a.npz:image', file)).toMatchObject({ data: bytes, shape });
    expect((await decodeVoxels('a.npz:affine', file)).shape).toEqual([1, 4, 4]);
    await expect(decodeVoxels('a.npz:labels', file)).rejects.toThrow(/no array "labels" in it; it holds affine/);
  });

  it('[exact] npz: what is no image beside one is left out: numbers, lists, texts', async () => {
    const file = npz({
      'voxel_size.npy': npy('<f8', '()', new Uint8Array(8)), 'spacing.npy': npy('<f8', '(3,)', new Uint8Array(24)),
      'note.npy': npy('<U3', '()', new Uint8Array(12)), 'README.txt': joined('labels'), 'image.npy': image,
    });
    expect(await decodeVoxels('a.npz', file)).toMatchObject({ data: bytes, shape });
    await expect(decodeVoxels('a.npz', npz({ 'note.npy': npy('<U3', '()', new Uint8Array(12)) }))).rejects.toThrow(
      /note: dtype U3 is not read/,
    );
    await expect(decodeVoxels('a.npz', npz({ 'README.txt': joined('labels') }))).rejects.toThrow(
      /no \.npy array inside; it holds README\.txt/,
    );
  });

  it('[exact] npz: written under the name that is asked for', async () => {
    const { bytes: file } = await encodeVoxels('a.npz:phases', { data: bytes, shape, voxelSizeUm: null });
    expect(await decodeVoxels('a.npz:phases', file)).toMatchObject({ data: bytes, shape });
    await expect(decodeVoxels('a.npz:arr_0', file)).rejects.toThrow(/no array "arr_0"/);
  });

  it('[exact] vti: the active scalars, else the only ones, else those named', async () => {
    const tag = (name: string, offset: number, more = ''): string =>
      `<DataArray type="UInt8" Name="${name}" format="appended" offset="${offset}"${more}/>`;
    const data = joined(whole([210], 4), bytes.map((v) => v + 1), whole([210], 4), bytes);
    const both = tag('grey &amp; raw', 0) + tag('phase', 214);
    const read = (file: Uint8Array, name = 'a.vti'): Promise<VoxelArray> => decodeVoxels(name, file);
    expect((await read(vti(both, data, '', ' Scalars="phase"'))).data).toEqual(bytes);
    await expect(read(vti(both, data))).rejects.toThrow(
      /holds 2 images, .* \(a\.vti:grey & raw\): grey & raw \(5×6×7 uint8\), phase \(5×6×7 uint8\)/,
    );
    expect((await read(vti(both, data), 'a.vti:phase')).data).toEqual(bytes);
    expect((await read(vti(both, data), 'a.vti:CellData/phase')).data).toEqual(bytes);
    const vectors = tag('normals', 0, ' NumberOfComponents="3"') + tag('phase', 214);
    expect((await read(vti(vectors, data, '', ' Vectors="normals"'))).data).toEqual(bytes);
  });
});

describe('axes of length one', () => {
  it('[exact] fall away where there are more than three: channels behind, times before', async () => {
    for (const sizes of ['(1, 1, 5, 6, 7)', '(5, 6, 7, 1)', '(1, 5, 6, 7, 1)', '(5, 1, 6, 7)', '(5L, 6L, 7L)']) {
      for (const fortran of [false, true]) {
        const turned = fortran
          ? Uint8Array.from(small, (_, i) => small[((i % 5) * 6 + (Math.floor(i / 5) % 6)) * 7 + Math.floor(i / 30)])
          : bytes;
        const file = npy('|u1', sizes, turned, fortran, '"');
        expect(await decodeVoxels('a.npy', file)).toMatchObject({ data: bytes, shape });
      }
    }
    const section = await decodeVoxels('a.npy', npy('|u1', '(1, 30, 7, 1)', bytes));
    expect(section.shape).toEqual([1, 30, 7]);
    expect((await decodeVoxels('a.npy', npy('|u1', '(1, 210, 1, 1)', bytes))).shape).toEqual([1, 210, 1]);
    await expect(decodeVoxels('a.npy', npy('|u1', '(2, 3, 5, 7)', bytes))).rejects.toThrow(/has axes 2×3×5×7/);
  });

  it('[exact] lengths go with the axes that remain: NRRD by kinds, MetaImage, Zarr', async () => {
    const fields = (kinds: string, sizes: string): string =>
      `type: uint8\ndimension: 4\nsizes: ${sizes}\nkinds: ${kinds}\nencoding: raw\n`;
    const directions = 'space: left-posterior-superior\nspace units: "um" "um" "um"\n' +
      'space directions: none (0.2,0,0) (0,0.3,0) (0,0,0.4)\n';
    expect(await decodeVoxels('a.nrrd', nrrd(fields('list domain domain domain', '1 7 6 5') + directions, bytes)))
      .toMatchObject({ data: bytes, shape, voxelSizeUm: [0.4, 0.3, 0.2] });
    await expect(decodeVoxels('a.nrrd', nrrd(fields('RGB-color space space space', '3 7 2 5') + directions, bytes)))
      .rejects.toThrow(/holds z 5 × y 2 × x 7 × rgb-color 3; save one volume \(axis rgb-color has 3 of them\)/);
    const spacings = 'spacings: 0.2 0.3 0.4 nan\nunits: "um" "um" "um" ""\n';
    const behind = nrrd(fields('space space space time', '7 6 5 1') + spacings, bytes);
    expect((await decodeVoxels('a.nrrd', behind)).voxelSizeUm).toEqual([0.4, 0.3, 0.2]);
    const time = 'NDims = 4\nDimSize = 7 6 5 1\nElementSpacing = 0.2 0.3 0.4 9\nElementType = MET_UCHAR\n';
    expect(await decodeVoxels('a.mha', mha(time, bytes))).toMatchObject({ shape, voxelSizeUm: [0.4, 0.3, 0.2] });
    const axes = ['y', 'x'].map((name) => ({ name, type: 'space', unit: 'nanometer' }));
    const section = await decodeFolder('a.zarr', new Map(Object.entries({
      '.zattrs': joined(JSON.stringify({ multiscales: [{ axes, datasets: [{
        path: '0', coordinateTransformations: [{ type: 'scale', scale: [300, 200] }],
      }] }] })),
      '0/.zarray': joined(JSON.stringify({
        zarr_format: 2, shape: [30, 7], chunks: [30, 7], dtype: '|u1', compressor: null, fill_value: 0, order: 'C',
        filters: null,
      })),
      '0/0.0': bytes,
    })));
    expect(section.voxelSizeUm!.map((h) => Number(h.toPrecision(12)))).toEqual([0.2, 0.3, 0.2]);
  });
});

describe('voxel sizes', () => {
  const heard = async (name: string, file: Uint8Array): Promise<[VoxelArray['voxelSizeUm'], string[]]> => {
    const warnings: string[] = [];
    const { voxelSizeUm } = await decodeVoxels(name, file, null, { onWarning: (text) => void warnings.push(text) });
    return [voxelSizeUm, warnings];
  };
  const mhaFields = 'NDims = 3\nDimSize = 7 6 5\nElementType = MET_UCHAR\n';
  const nrrdFields = 'type: uint8\ndimension: 3\nsizes: 7 6 5\nencoding: raw\n';

  it('[exact] of zero, below, infinite or no number: the image is read, unknown, with a warning', async () => {
    for (const spacing of ['0 0.2 0.2', '0.2 -0.2 0.2', '0.2 0.2 inf', '0.2 0.2 x']) {
      for (const [name, file] of [
        ['a.mha', mha(`${mhaFields}ElementSpacing = ${spacing}\n`, bytes)],
        ['a.nrrd', nrrd(`${nrrdFields}spacings: ${spacing}\n`, bytes)],
        ['a.nii', nifti(2, bytes, [1, 0.2, 0, 0.4])],
      ] as const) {
        const [size, warnings] = await heard(name, file);
        expect(size).toBe(null);
        expect(warnings).toHaveLength(1);
        expect(warnings[0]).toMatch(new RegExp(`^${name}: its voxel size of .* is none`));
      }
    }
  });

  it('[published] MetaIO: ElementSize where there is no ElementSpacing', async () => {
    expect(await heard('a.mha', mha(`${mhaFields}ElementSize = 0.2 0.3 0.4\n`, bytes))).toEqual([[0.4, 0.3, 0.2], []]);
    const both = `${mhaFields}ElementSize = 9 9 9\nElementSpacing = 0.2 0.3 0.4\n`;
    expect(await heard('a.mha', mha(both, bytes))).toEqual([[0.4, 0.3, 0.2], []]);
  });

  it('[exact] NRRD: every axis has its unit; one that is not known makes the size unknown; ' +
      'oblique axes are said', async () => {
    const directions = (vectors: string, units: string): Uint8Array =>
      nrrd(`${nrrdFields}space dimension: 3\nspace directions: ${vectors}\nspace units: ${units}\n`, bytes);
    const [size] = await heard('a.nrrd', directions('(200,0,0) (0,0.3,0) (0,0,0.0004)', '"nm" "um" "mm"'));
    expect(size!.map((h) => Number(h.toPrecision(12)))).toEqual([0.4, 0.3, 0.2]);
    const [none, said] = await heard('a.nrrd', directions('(2,0,0) (0,3,0) (0,0,4)', '"px" "px" "px"'));
    expect([none, said[0]]).toEqual([null, expect.stringMatching(/units of its axes are not all known/)]);
    const [oblique, warned] = await heard('a.nrrd', directions('(3,4,0) (-4,3,0) (0,0,2)', '"um" "um" "um"'));
    expect(oblique).toEqual([2, 5, 5]);
    expect(warned).toEqual([expect.stringMatching(/obliquely in their space \(space directions\)/)]);
    const turned = await heard('a.nrrd', directions('(0,0,2) (0,-3,0) (4,0,0)', '"um" "um" "um"'));
    expect(turned).toEqual([[4, 3, 2], []]);
  });

  it('[exact] MetaImage and vti say oblique axes, too', async () => {
    const turn = '0.8 0.6 0 -0.6 0.8 0 0 0 1';
    const [, fromMha] = await heard('a.mha', mha(`${mhaFields}TransformMatrix = ${turn}\n`, bytes));
    expect(fromMha).toEqual([]);
    const [, withSize] =
      await heard('a.mha', mha(`${mhaFields}TransformMatrix = ${turn}\nElementSpacing = 1 1 2\n`, bytes));
    expect(withSize).toEqual([expect.stringMatching(/TransformMatrix/)]);
    const text = `<DataArray type="UInt8" format="ascii">${small.join(' ')}</DataArray>`;
    const [size, fromVti] = await heard('a.vti', vti(text, '', '', '', ` Direction="${turn}"`));
    expect([size, fromVti]).toEqual([[0.4, 0.2, 0.2], [expect.stringMatching(/Direction/)]]);
    expect((await heard('a.vti', vti(text, '', '', '', ' Direction="1 0 0 0 -1 0 0 0 1"')))[1]).toEqual([]);
  });
});

describe('NRRD layouts', () => {
  const fields = 'type: uint8\ndimension: 3\nsizes: 7 6 5\n';
  const read = async (more: string, data: Part): Promise<number[]> =>
    [...(await decodeVoxels('a.nrrd', nrrd(`${fields}${more}`, data))).data];

  it('[published] lines and bytes before the data, −1 for data at the end, ' +
      'bytes within the compressed ones', async () => {
    const before = 'line one\nline two\n';
    expect(await read('encoding: raw\nline skip: 2\n', joined(before, bytes))).toEqual(small);
    expect(await read('encoding: raw\nbyte skip: 18\n', joined(before, bytes))).toEqual(small);
    expect(await read('encoding: raw\nlineskip: 1\nbyteskip: 9\n', joined(before, bytes))).toEqual(small);
    expect(await read('encoding: raw\nbyte skip: -1\n', joined(before, bytes))).toEqual(small);
    expect(await read('encoding: gzip\nline skip: 2\nbyte skip: 3\n', joined(before, gzipSync(joined('abc', bytes)))))
      .toEqual(small);
    await expect(read('encoding: gzip\nbyte skip: -1\n', gzipSync(bytes))).rejects.toThrow(/byte skip −1 is for raw/);
    await expect(read('encoding: raw\nbyte skip: -2\n', bytes)).rejects.toThrow(/must be whole numbers/);
    await expect(read('encoding: raw\nline skip: 9\n', bytes)).rejects.toThrow(/truncated/);
  });

  it('[published] text and hex', async () => {
    expect(await read('encoding: ascii\n', small.join(' ').replaceAll('3 ', '3,\n'))).toEqual(small);
    expect(await read('encoding: txt\nline skip: 1\n', `line\n${small.join('\n')}`)).toEqual(small);
    const hex = Buffer.from(bytes).toString('hex');
    expect(await read('encoding: hex\n', hex.replace(/(.{40})/g, '$1\n'))).toEqual(small);
    await expect(read('encoding: hex\n', hex.slice(2))).rejects.toThrow(/truncated/);
    await expect(read('encoding: hex\n', 'xy'.repeat(210))).rejects.toThrow(/byte 120 among its hex data/);
    await expect(read('encoding: ascii\n', small.join(' ').replace('3', '300'))).rejects.toThrow(
      /number \d+ of its text data is 300, which uint8 does not hold/,
    );
    await expect(read('encoding: ascii\n', small.join(' ').replace('3', 'x'))).rejects.toThrow(
      /is "x"; the file is damaged/,
    );
  });
});

describe('vti with blocks of zlib', () => {
  /** As vtkXMLWriter writes them. */
  function packed(
    data: Uint8Array, size: number, word: 4 | 8, littleEndian: boolean,
  ): { header: Uint8Array; blocks: Uint8Array } {
    const count = Math.ceil(data.length / size);
    const parts = Array.from({ length: count }, (_, k) => data.subarray(k * size, (k + 1) * size));
    const blocks = parts.map((part) => new Uint8Array(deflateSync(part)));
    const header = [parts.length, size, data.length % size, ...blocks.map((block) => block.length)];
    return { header: whole(header, word, littleEndian), blocks: joined(...blocks) };
  }
  const base64 = (part: Uint8Array): string => Buffer.from(part).toString('base64');
  interface Way {
    readonly size: number;
    readonly word: 4 | 8;
    readonly littleEndian: boolean;
    readonly way: string;
    readonly width: number;
  }
  const ways: fc.Arbitrary<Way> = fc.record({
    size: fc.integer({ min: 1, max: 300 }), word: fc.constantFrom(4 as const, 8 as const), littleEndian: fc.boolean(),
    way: fc.constantFrom('raw', 'appended base64', 'inline'), width: fc.constantFrom(1, 4, 8),
  });
  const fileOf = ({ size, word, littleEndian, way, width }: Way): Uint8Array => {
    const { header, blocks } = packed(whole(small, width, littleEndian), size, word, littleEndian);
    const attributes = `byte_order="${littleEndian ? 'Little' : 'Big'}Endian" header_type="UInt${8 * word}" ` +
      'compressor="vtkZLibDataCompressor"';
    const type = { 1: 'UInt8', 4: 'UInt32', 8: 'Int64' }[width];
    const text = base64(header) + base64(blocks);
    if (way === 'inline') {
      return vti(`<DataArray type="${type}" Name="a" format="binary">\n  ${text}\n</DataArray>`, '', attributes);
    }
    const before = way === 'raw'
      ? joined(whole([3], word), 'abc')
      : joined(base64(joined(whole([1, 1, 0, 1], 4), 'a')));
    const file = vti(
      `<DataArray type="${type}" Name="a" format="appended" offset="${before.length}"/>`,
      joined(before, way === 'raw' ? joined(header, blocks) : text), attributes,
    );
    return way === 'raw' ? file : joined(Buffer.from(file).toString('latin1').replace('"raw"', '"base64"'));
  };

  it('[law] blocks of any size, headers of 32 and 64 bits, both byte orders, raw and base64', async () => {
    await fc.assert(fc.asyncProperty(ways, async (way) => {
      expect([...(await decodeVoxels('a.vti', fileOf(way))).data]).toEqual(small);
    }), { numRuns: 100 });
  });

  it('[law] cut anywhere they are refused, never read wrong', async () => {
    await fc.assert(fc.asyncProperty(ways, fc.double({ min: 0, max: 0.999, noNaN: true }), async (way, share) => {
      const file = fileOf(way);
      const end = Buffer.from(file).lastIndexOf(way.way === 'inline' ? '</DataArray>' : '</AppendedData>');
      // White space before the end is no part of the data.
      const cut = file.slice(0, Math.floor(share * (end - 4)));
      await expect(decodeVoxels('a.vti', cut)).rejects.toThrow(FileError);
    }), { numRuns: 200 });
  });

  it('[exact] whole data in base64: one text with their length, or the length padded by itself', async () => {
    const tag = (text: string): Uint8Array =>
      vti(`<DataArray type="UInt8" Name="a" format="binary">${text}</DataArray>`);
    for (const text of [base64(joined(whole([210], 4), bytes)), base64(whole([210], 4)) + base64(bytes)]) {
      expect([...(await decodeVoxels('a.vti', tag(text))).data]).toEqual(small);
    }
  });

  it('[exact] pieces and headers that do not fit are refused', async () => {
    const text = Buffer.from(vti('<DataArray type="UInt8" format="ascii">1</DataArray>')).toString()
      .replace('</Piece>', '</Piece><Piece Extent="7 9 0 6 0 5"></Piece>');
    await expect(decodeVoxels('a.vti', joined(text))).rejects.toThrow(/its image is in 2 pieces; save it as one/);
    const bad = joined(whole([2, 100, 7, 5, 5], 4), bytes);
    await expect(decodeVoxels('a.vti', vti(
      '<DataArray type="UInt8" format="appended" offset="0"/>', bad, 'compressor="vtkZLibDataCompressor"',
    ))).rejects.toThrow(/its data are 2 blocks of 100 bytes, the last of 7; 210 bytes are needed/);
  });
});

// Files as other programs write them, by hand from the published layouts or as tiny originals.
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeVolume, decodeVoxels, encodeVoxels } from '../../src/io/formats.js';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (...parts: (Uint8Array | string)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? ascii(part) : part)));
const base64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
/** arange(24) mod 5 of shape (2, 3, 4), the array in all the originals below. */
const values = Array.from({ length: 24 }, (_, i) => i % 5);
const bytes24 = Uint8Array.from(values);
const array = { data: bytes24, shape: [2, 3, 4], voxelSizeUm: null } as const;

describe('npy', () => {
  const plain =
    'k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMsIDQpLCB9ICAgICAgICAgICAg' +
      'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAQIDBAABAgMEAAECAwQAAQIDBAABAgM=';
  const fortran =
    'k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywgNCksIH0gICAgICAgICAgICAg' +
      'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAgQBAwABAwACBAECBAEDAAIDAAIEAQM=';
  const big =
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPnUyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMsIDQpLCB9ICAgICAgICAgICAg' +
      'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAABAAIAAwAEAAAAAQACAAMABAAAAAEAAgADAAQAAAABAA' +
      'IAAwAEAAAAAQACAAM=';

  it('[published] a file of numpy 2.4 is byte for byte what is written here', async () => {
    expect(Buffer.from((await encodeVoxels('a.npy', array)).bytes).toString('base64')).toBe(plain);
  });

  it('[published] numpy files: C order, Fortran order, big-endian', async () => {
    for (const text of [plain, fortran, big]) {
      const { data, shape } = await decodeVoxels('a.npy', base64(text));
      expect([...data]).toEqual(values);
      expect(shape).toEqual([2, 3, 4]);
    }
  });

  it('[published] 64-bit integers, numpy\'s default, of both byte orders; long ones become doubles', async () => {
    for (const [code, littleEndian] of [['<', true], ['>', false]] as const) {
      const body = new DataView(new ArrayBuffer(24));
      [3, -1, 0].forEach((value, i) => body.setBigInt64(8 * i, BigInt(value), littleEndian));
      const header = `{'descr': '${code}i8', 'fortran_order': False, 'shape': (1, 1, 3), }\n`;
      const file = (): Uint8Array => joined(
        Uint8Array.of(0x93), 'NUMPY', Uint8Array.of(1, 0, header.length, 0), header, new Uint8Array(body.buffer),
      );
      expect([...(await decodeVoxels('a.npy', file())).data]).toEqual([3, -1, 0]);
      for (const long of [2n ** 40n + 1n, -(2n ** 53n) + 1n]) {
        body.setBigInt64(8, long, littleEndian);
        expect((await decodeVoxels('a.npy', file())).data).toEqual(Float64Array.of(3, Number(long), 0));
      }
      body.setBigInt64(8, -(2n ** 60n) - 1n, littleEndian);
      await expect(decodeVoxels('a.npy', file())).rejects.toThrow(/value 1 is -1152921504606846977, beyond the ±2\^53/);
    }
  });

  it('[published] npz: stored and deflated members of numpy.savez', async () => {
    const packed =
      'UEsDBC0AAAAIAAAAIQAcYXGY//////////8JABQAaW1hZ2UubnB5AQAQAJgAAAAAAAAAUAAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBeU2' +
        'qorqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGOgommjoKtQrkAS4GRiZmFiwEAFBLAQItAy0AAAAIAAAAIQAcYXGYUA' +
        'AAAJgAAAAJAAAAAAAAAAAAAACAAQAAAABpbWFnZS5ucHlQSwUGAAAAAAEAAQA3AAAAiwAAAAAA';
    const stored =
      'UEsDBC0AAAAAAAAAIQAcYXGY//////////8JABQAaW1hZ2UubnB5AQAQAJgAAAAAAAAAmAAAAAAAAACTTlVNUFkBAHYAeydkZXNjcic6ICd8dT' +
        'EnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwgMywgNCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgIC' +
        'AgICAgICAgICAgICAgICAgICAgICAgICAgCgABAgMEAAECAwQAAQIDBAABAgMEAAECA1BLAQItAy0AAAAAAAAAIQAcYXGYmAAAAJgAAA' +
        'AJAAAAAAAAAAAAAACAAQAAAABpbWFnZS5ucHlQSwUGAAAAAAEAAQA3AAAA0wAAAAAA';
    for (const text of [packed, stored]) expect([...(await decodeVoxels('a.npz', base64(text))).data]).toEqual(values);
    await expect(decodeVoxels('a.npz', base64(packed).slice(0, 200))).rejects.toThrow(/directory is missing/);
  });

  it('[exact] what cannot be labels is refused: complex numbers, four dimensions', async () => {
    const file = (descr: string, shape: string, body: number): Uint8Array => {
      const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`;
      return joined(Uint8Array.of(0x93), 'NUMPY', Uint8Array.of(1, 0, header.length, 0), header, new Uint8Array(body));
    };
    await expect(decodeVoxels('a.npy', file('<c8', '(1, 1, 1)', 8))).rejects.toThrow(
      /dtype c8 is not read; expected one of/,
    );
    await expect(decodeVoxels('a.npy', file('|u1', '(2, 1, 2, 2, 2)', 16))).rejects.toThrow(
      /has axes 2×1×2×2×2; expected a volume/,
    );
    await expect(decodeVoxels('a.npy', file('|u1', '(1, 1, 3)', 2))).rejects.toThrow(
      /truncated: 1×1×3 .* need 3 bytes, found 2/,
    );
    expect((await decodeVoxels('a.npy', file('|u1', '(2, 3)', 6))).shape).toEqual([1, 2, 3]);
  });
});

/** A classic TIFF: directories of [tag, type, values], then strips; offsets filled in. */
function tiffFile(
  littleEndian: boolean, pages: { tags: [number, number, number[]][]; strips: Uint8Array[] }[],
  extra: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const chunks: number[] = [...ascii(littleEndian ? 'II' : 'MM')];
  const put = (value: number, width: number, to = chunks, at = to.length): void => {
    for (let i = 0; i < width; i++) to[at + i] = Math.floor(value / 256 ** (littleEndian ? i : width - 1 - i)) % 256;
  };
  put(42, 2);
  put(8, 4);
  for (const [p, { tags, strips }] of pages.entries()) {
    const all: [number, number, number[]][] = [
      ...tags, [273, 4, strips.map(() => 0)], [279, 4, strips.map((strip) => strip.length)],
    ];
    all.sort((a, b) => a[0] - b[0]);
    const start = chunks.length;
    const bodyAt = start + 2 + 12 * all.length + 4;
    const body: number[] = [];
    const width = (type: number): number => ({ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8 })[type] as number;
    let stripAt = bodyAt +
      all.reduce((sum, [, type, list]) => sum + (width(type) * list.length > 4 ? width(type) * list.length : 0), 0);
    const offsets = strips.map((strip) => (stripAt += strip.length) - strip.length);
    put(all.length, 2);
    for (const [tag, type, list] of all) {
      const numbers = tag === 273 ? offsets : list;
      put(tag, 2);
      put(type, 2);
      put(numbers.length, 4);
      const where: number[] = [];
      for (const n of numbers) {
        if (type === 5) {
          put(Math.round(n * 1e4), 4, where);
          put(1e4, 4, where);
        } else put(n, width(type), where);
      }
      if (where.length > 4) {
        put(bodyAt + body.length, 4);
        body.push(...where);
      } else chunks.push(...where, ...Array.from({ length: 4 - where.length }, () => 0));
    }
    const nextAt = chunks.length;
    put(0, 4);
    chunks.push(...body, ...strips.flatMap((strip) => [...strip]));
    if (p + 1 < pages.length) put(chunks.length, 4, chunks, nextAt);
  }
  return Uint8Array.from([...chunks, ...extra]);
}
const tagsOf = (nx: number, ny: number, rows: number, compression: number, bits = 8): [number, number, number[]][] => [
  [256, 3, [nx]], [257, 3, [ny]], [258, 3, [bits]], [259, 3, [compression]], [262, 3, [1]], [277, 3, [1]],
  [278, 3, [rows]],
];

describe('tiff', () => {
  it('[published] PackBits: the example of TIFF 6.0, section 9', async () => {
    const packed =
      Uint8Array.of(0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x03, 0x80, 0x00, 0x2a, 0x22, 0xf7, 0xaa);
    const plain = [
      0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0x22,
      ...Array.from({ length: 10 }, () => 0xaa),
    ];
    const file = tiffFile(true, [{ tags: tagsOf(24, 1, 1, 32773), strips: [packed] }]);
    expect([...(await decodeVoxels('a.tif', file)).data]).toEqual(plain);
    const short = tiffFile(true, [{ tags: tagsOf(25, 1, 1, 32773), strips: [packed] }]);
    await expect(decodeVoxels('a.tif', short)).rejects.toThrow(/PackBits strip ends after 24 of 25/);
  });

  it.each([true, false])('[published] pages of several strips, plain and deflate, ' +
      'little-endian %s', async (littleEndian) => {
    const pack = (compression: number) =>
      (part: Uint8Array): Uint8Array => (compression === 1 ? part : new Uint8Array(deflateSync(part)));
    const pages = [1, 8, 32946].map((compression) => ({
      tags: tagsOf(4, 3, 2, compression), strips: [bytes24.slice(0, 8), bytes24.slice(8, 12)].map(pack(compression)),
    }));
    const { data, shape, voxelSizeUm } = await decodeVoxels('a.tiff', tiffFile(littleEndian, pages));
    expect(shape).toEqual([3, 3, 4]);
    expect([...data]).toEqual([...values.slice(0, 12), ...values.slice(0, 12), ...values.slice(0, 12)]);
    expect(voxelSizeUm).toBe(null);
  });

  it('[published] 16-bit samples follow the byte order of the file', async () => {
    for (const littleEndian of [true, false]) {
      const strip = littleEndian ? Uint8Array.of(1, 0, 0, 2) : Uint8Array.of(0, 1, 2, 0);
      const { data } =
        await decodeVoxels('a.tif', tiffFile(littleEndian, [{ tags: tagsOf(2, 1, 1, 1, 16), strips: [strip] }]));
      expect([...data]).toEqual([1, 512]);
    }
  });

  it('[published] an ImageJ stack: one directory, all slices behind it, voxel size from unit, ' +
      'resolution and spacing', async () => {
    const description = [...ascii('ImageJ=1.54f\nimages=2\nslices=2\nunit=\\u00B5m\nspacing=0.5\nloop=false\n\0')];
    const tags: [number, number, number[]][] = [
      ...tagsOf(4, 3, 3, 1), [270, 2, description], [282, 5, [5]], [283, 5, [4]],
    ];
    const file = tiffFile(false, [{ tags, strips: [bytes24.slice(0, 12)] }], bytes24.slice(12));
    const { data, shape, voxelSizeUm } = await decodeVoxels('a.tif', file);
    expect(shape).toEqual([2, 3, 4]);
    expect([...data]).toEqual(values);
    expect(voxelSizeUm).toEqual([0.5, 0.25, 0.2]);
    await expect(decodeVoxels('a.tif', file.slice(0, -1))).rejects.toThrow(
      /truncated: 2×3×4 .* need 24 bytes, found 23/,
    );
  });

  it('[published] LZW of two by two pixels', async () => {
    // 9-bit codes: clear, four pixels, end of information.
    const bits = [256, 3, 1, 4, 1, 257].map((code) => code.toString(2).padStart(9, '0')).join('').padEnd(56, '0');
    const strip = Uint8Array.from(bits.match(/.{8}/g) ?? [], (text) => parseInt(text, 2));
    const file = tiffFile(true, [{ tags: tagsOf(2, 2, 2, 5), strips: [strip] }]);
    expect(await decodeVolume('a.tif', file))
      .toEqual({ labels: Uint8Array.of(3, 1, 4, 1), shape: [1, 2, 2], voxelSizeUm: null, provenance: undefined });
  });

  it('[exact] pages of unequal size and directories in a loop are refused', async () => {
    const one = { tags: tagsOf(4, 3, 3, 1), strips: [bytes24.slice(0, 12)] };
    const other = { tags: tagsOf(3, 4, 4, 1), strips: [bytes24.slice(0, 12)] };
    await expect(decodeVoxels('a.tif', tiffFile(true, [one, other]))).rejects.toThrow(
      /holds 2 images, name one of them after a colon \(a\.tif:1\): 1 \(1×3×4 uint8\), 2 \(1×4×3 uint8\)/,
    );
    const loop = tiffFile(true, [one]);
    new DataView(loop.buffer).setUint32(8 + 2 + 12 * 9, 8, true);
    await expect(decodeVoxels('a.tif', loop)).rejects.toThrow(/loop/);
  });

  it('[published] resolution tags of a written file are pixels per µm, as its ImageJ description says', async () => {
    const { bytes } = await encodeVoxels('a.tif', { ...array, voxelSizeUm: [0.5, 0.25, 0.2] });
    const view = new DataView(bytes.buffer);
    const found = new Map<number, number>();
    const at = view.getUint32(4, true);
    for (let i = 0; i < view.getUint16(at, true); i++) {
      found.set(view.getUint16(at + 2 + 12 * i, true), at + 10 + 12 * i);
    }
    const rational = (tag: number): number => {
      const p = view.getUint32(found.get(tag) as number, true);
      return view.getUint32(p, true) / view.getUint32(p + 4, true);
    };
    expect([rational(282), rational(283), view.getUint16(found.get(296) as number, true)]).toEqual([5, 4, 1]);
  });
});

describe('nrrd', () => {
  const header =
    'NRRD0005\n# made elsewhere\ntype: unsigned char\ndimension: 3\nspace: left-posterior-superior\nsizes: 4 3 2\n';

  it('[published] raw and gzip, comments, line ends of Windows, units converted', async () => {
    const space = 'space directions: (0.0002,0,0) (0,0.0003,0) (0,0,0.0004)\nspace units: "mm" "mm" "mm"\n';
    for (const file of [
      joined(header, space, 'encoding: raw\n\n', bytes24),
      joined(header, space, 'encoding: gzip\n\n', gzipSync(bytes24)),
      joined(`${header}${space}encoding: raw\n\n`.replaceAll('\n', '\r\n'), bytes24),
    ]) {
      const { data, shape, voxelSizeUm } = await decodeVoxels('a.nrrd', file);
      expect([...data]).toEqual(values);
      expect(shape).toEqual([2, 3, 4]);
      voxelSizeUm?.forEach((h, i) => expect(h).toBeCloseTo([0.4, 0.3, 0.2][i], 12));
    }
  });

  it('[published] big-endian numbers, plain spacings', async () => {
    const file = joined(
      'NRRD0004\ntype: short\ndimension: 2\nsizes: 2 1\nspacings: 0.2 0.2\nendian: big\nencoding: raw\n\n',
      Uint8Array.of(1, 0, 255, 255),
    );
    const { data, voxelSizeUm } = await decodeVoxels('a.nrrd', file);
    expect([...data]).toEqual([256, -1]);
    // A section is as thick as its pixels are wide.
    expect(voxelSizeUm).toEqual([0.2, 0.2, 0.2]);
  });

  it('[exact] what is wrong with the header is said', async () => {
    const read = (text: string): Promise<unknown> => decodeVoxels('a.nrrd', joined(text, bytes24));
    await expect(read(`${header}encoding: bzip2\n\n`)).rejects.toThrow(
      /encoding "bzip2" is not read; expected raw, gzip/,
    );
    await expect(read(`${header}\n`)).rejects.toThrow(/no "encoding:"/);
    await expect(read(`${header}data file: a.raw\nencoding: raw\n\n`)).rejects.toThrow(
      /"a\.raw", is not beside it; give both files together/,
    );
    await expect(read(header.replace('unsigned char', 'block') + 'encoding: raw\n\n')).rejects.toThrow(/type "block"/);
    await expect(
      decodeVoxels('a.nrrd', joined(header, 'encoding: gzip\n\n', gzipSync(bytes24).subarray(0, 15))),
    ).rejects.toThrow(/truncated or damaged/);
  });
});

describe('mha', () => {
  const header = 'ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nDimSize = 4 3 ' +
    '2\nElementType = MET_UCHAR\n';

  it('[published] plain and zlib-compressed; spacing without a unit is µm, all ones is unknown', async () => {
    for (const [spacing, expected] of [['0.2 0.3 0.4', [0.4, 0.3, 0.2]], ['1 1 1', null]] as const) {
      const lines = `${header}ElementSpacing = ${spacing}\n`;
      for (const file of [
        joined(lines, 'ElementDataFile = LOCAL\n', bytes24),
        joined(lines, 'CompressedData = True\nElementDataFile = LOCAL\n', deflateSync(bytes24)),
      ]) {
        const { data, shape, voxelSizeUm } = await decodeVoxels('a.mha', file);
        expect([...data]).toEqual(values);
        expect(shape).toEqual([2, 3, 4]);
        expect(voxelSizeUm).toEqual(expected);
      }
    }
  });

  it('[exact] colours and detached data are refused', async () => {
    const read = (text: string): Promise<unknown> => decodeVoxels('a.mha', joined(header, text, bytes24));
    await expect(read('ElementNumberOfChannels = 3\nElementDataFile = LOCAL\n')).rejects.toThrow(
      /3 channels per voxel; expected one/,
    );
    await expect(read('ElementDataFile = a.raw\n')).rejects.toThrow(/"a\.raw", is not beside it/);
  });
});

describe('vti', () => {
  const file = (section: string, data: string, attributes = ''): string =>
    `<?xml version="1.0"?>\n<VTKFile type="ImageData" version="0.1" byte_order="LittleEndian"${attributes}>
  <ImageData WholeExtent="0 3 0 2 0 1" Origin="0 0 0" Spacing="0.2 0.2 0.4">
    <Piece Extent="0 3 0 2 0 1"><${section} Scalars="a">
      ${data}
    </${section}></Piece></ImageData></VTKFile>`;

  it('[published] point data in ascii and base64 with a 32-bit length', async () => {
    const inline = Buffer.concat([Uint8Array.of(24, 0, 0, 0), bytes24]).toString('base64');
    for (const text of [
      file('PointData', `<DataArray type="UInt8" Name="a" format="ascii">${values.join(' ')}</DataArray>`),
      file('PointData', `<DataArray type="UInt8" Name="a" format="binary">\n${inline}\n</DataArray>`),
    ]) {
      const { data, shape, voxelSizeUm } = await decodeVoxels('a.vti', ascii(text));
      expect([...data]).toEqual(values);
      expect(shape).toEqual([2, 3, 4]);
      expect(voxelSizeUm).toEqual([0.4, 0.2, 0.2]);
    }
  });

  it('[exact] unknown compressions, vectors and short data are refused with a remedy', async () => {
    const read = (text: string): Promise<unknown> => decodeVoxels('a.vti', ascii(text));
    await expect(read(
      file('CellData', '<DataArray type="UInt8" format="ascii">1</DataArray>', ' compressor="vtkLZMADataCompressor"'),
    )).rejects.toThrow(/compressed with vtkLZMADataCompressor; save it with vtkZLibDataCompressor or without/);
    await expect(
      read(file('CellData', '<DataArray type="UInt8" NumberOfComponents="3" format="ascii">1</DataArray>')),
    ).rejects.toThrow(/3 components/);
    await expect(read(file('CellData', '<DataArray type="UInt8" format="ascii">1 2 3</DataArray>'))).rejects.toThrow(
      /truncated: 1×2×3 .* need 6 bytes, found 3/,
    );
  });
});

describe('raw', () => {
  it('[exact] its .json says shape and type, or what to write there', async () => {
    const sidecar = '{"shape": [2, 3, 4], "dtype": "uint8", "voxelSizeUm": 0.2}';
    expect(await decodeVolume('a.raw', bytes24, sidecar))
      .toEqual({ labels: bytes24, shape: [2, 3, 4], voxelSizeUm: [0.2, 0.2, 0.2], provenance: undefined });
    await expect(decodeVoxels('a.raw', bytes24)).rejects.toThrow(/or write a\.raw\.json beside it with \{"shape"/);
    await expect(decodeVoxels('a.raw', bytes24, '{"shape": [2, 3, 5]}')).rejects.toThrow(
      /has 24 bytes, 2×3×5 \(z, y, x\) uint8 need 30; it is truncated/,
    );
    await expect(decodeVoxels('a.raw', bytes24, '{"dtype": "uint8"}')).rejects.toThrow(/"shape" must be/);
    await expect(decodeVoxels('a.raw', bytes24, '{"shape": [2, 3, 4], "dtype": "u1"}')).rejects.toThrow(
      /"dtype" must be one of uint8/,
    );
    await expect(decodeVoxels('a.raw', bytes24, '{"shape": [2, 3, 4], "voxelSizeUm": [0.2]}')).rejects.toThrow(
      /voxelSizeUm must be/,
    );
    await expect(decodeVoxels('a.raw', bytes24, '[2, 3, 4]')).rejects.toThrow(/a\.raw\.json: not a JSON object/);
  });
});

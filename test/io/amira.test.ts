// AmiraMesh by its published layout: header, lattices, sections, runs.
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/core/errors.js';
import { decodeVoxels } from '../../src/io/formats.js';
import type { VoxelArray } from '../../src/io/voxels.js';

const joined = (...parts: readonly (Uint8Array | string)[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))));
const shape = [5, 6, 7] as const;
const labels = Uint8Array.from({ length: 210 }, (_, i) => (i < 150 ? 64 : i % 3));
/** Box from the centre of the first voxel to that of the last. */
const BOX = 'BoundingBox 0 1.2 -0.5 1 3 4.6';
const header = (format: string, fields: string, more = 'Units { Coordinates "µm" }'): string =>
  `# ${format}\n\n\ndefine Lattice 7 6 5\n\nParameters {\n  Materials { Pore { Color 1 0 0 } }\n  ${more}\n  ` +
    `Content "7x6x5 byte, uniform coordinates",\n  ${BOX},\n  CoordType "uniform"\n}\n\n${fields}\n\n` +
    '# Data section follows\n';
const LITTLE = 'AmiraMesh BINARY-LITTLE-ENDIAN 2.1';
const AVIZO = 'Avizo BINARY-LITTLE-ENDIAN 2.1';
/** Runs of up to 127, or literals of up to 127, as `cuts` has it. */
function runs(data: Uint8Array, cuts: readonly number[]): Uint8Array {
  const result: number[] = [];
  for (let [at, k] = [0, 0]; at < data.length; k++) {
    const length = Math.min(cuts[k % cuts.length], data.length - at);
    const equal = data.subarray(at, at + length).every((value) => value === data[at]);
    if (equal) result.push(length, data[at]);
    else result.push(length | 128, ...data.subarray(at, at + length));
    at += length;
  }
  return Uint8Array.from(result);
}
const read = (file: Uint8Array, name = 'a.am'): Promise<VoxelArray> => decodeVoxels(name, file);
const rounded = ({ voxelSizeUm }: VoxelArray): number[] => voxelSizeUm!.map((h) => Number(h.toPrecision(12)));

describe('AmiraMesh', () => {
  it('[exact] whole numbers of either byte order, text, zlib; the box spans the centres of the voxels', async () => {
    const packed = deflateSync(labels);
    const floats = new DataView(new ArrayBuffer(840));
    labels.forEach((label, i) => floats.setFloat32(4 * i, label / 4, false));
    for (const [file, data] of [
      [joined(header(LITTLE, 'Lattice { byte Labels } @1'), '@1\n', labels, '\n'), labels],
      [joined(header(AVIZO, `Lattice { byte Labels } = @1(HxZip,${packed.length})`), '@1\n', packed), labels],
      [joined(header('AmiraMesh 3D ASCII 2.0', 'Lattice { byte Labels } @1'), `@1\n${labels.join('\n')}\n`), labels],
      [
        joined(header('AmiraMesh BINARY 2.0', 'Lattice { float Data } @1'), '@1\n', new Uint8Array(floats.buffer)),
        Float32Array.from(labels, (label) => label / 4),
      ],
    ] as const) {
      const array = await read(file);
      expect([array.data, array.shape]).toEqual([data, shape]);
      expect(rounded(array)).toEqual([0.4, 0.3, 0.2]);
    }
  });

  it('[law] runs of any length are undone (HxByteRLE), and cut anywhere refused', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 127 }), { minLength: 1, maxLength: 9 });
    await fc.assert(fc.asyncProperty(cuts, fc.double({ min: 0, max: 0.999, noNaN: true }), async (lengths, share) => {
      const packed = runs(labels, lengths);
      const file = joined(header(LITTLE, `Lattice { byte Labels } @1(HxByteRLE,${packed.length})`), '@1\n', packed);
      expect((await read(file)).data).toEqual(labels);
      await expect(read(file.slice(0, Math.floor(share * file.length)))).rejects.toThrow(FileError);
    }));
  });

  it('[exact] several fields are named; a section is found behind data that look like a mark', async () => {
    // Label 64 is "@".
    const marks = Uint8Array.from({ length: 210 }, (_, i) => '@2\n'.charCodeAt(i % 3));
    const fields = 'Lattice { byte Marks } @1\nLattice { byte Labels } @2\nLattice { float[3] Gradient } @3';
    const file = joined(header(LITTLE, fields), '@1\n', marks, '\n@2\n', labels, '\n@3\n', new Uint8Array(2520));
    expect((await read(file, 'a.am:Labels')).data).toEqual(labels);
    expect((await read(file, 'a.am:Marks')).data).toEqual(marks);
    await expect(read(file)).rejects.toThrow(
      /holds 3 images, .*: Marks \(5×6×7 uint8\), Labels \(5×6×7 uint8\), Gradient \(5×6×7 float\[3\]\)/,
    );
    await expect(read(file, 'a.am:Gradient')).rejects.toThrow(/holds float\[3\]; expected one number a voxel/);
  });

  it('[exact] units are converted; unknown ones, and coordinates that are not uniform, are said', async () => {
    const said = async (text: string): Promise<[number[] | null, string[]]> => {
      const warnings: string[] = [];
      const onWarning = (warning: string): void => void warnings.push(warning);
      const { voxelSizeUm } = await decodeVoxels('a.am', joined(text, '@1\n', labels), null, { onWarning });
      return [voxelSizeUm?.map((h) => Number(h.toPrecision(12))) ?? null, warnings];
    };
    const field = 'Lattice { byte Labels } @1';
    expect(await said(header(LITTLE, field, 'Units { Coordinates "mm" }'))).toEqual([[400, 300, 200], []]);
    expect(await said(header(LITTLE, field, ''))).toEqual([[0.4, 0.3, 0.2], []]);
    expect(await said(header(LITTLE, field, 'Units { Coordinates "px" }')))
      .toEqual([null, [expect.stringMatching(/in "px", which is no known unit/)]]);
    expect(await said(header(LITTLE, field).replace('CoordType "uniform"', 'CoordType "rectilinear"')))
      .toEqual([null, [expect.stringMatching(/not uniform/)]]);
  });

  it('[exact] what is not read is said by name', async () => {
    await expect(read(joined('# HyperSurface 0.1 ASCII\n'))).rejects.toThrow(/not an AmiraMesh file of numbers/);
    await expect(read(joined(header(LITTLE, 'Lattice { byte Labels } @1(HxMystery,9)'), '@1\n', labels)))
      .rejects.toThrow(/packed with HxMystery, which is not read/);
    await expect(read(joined(header(LITTLE, 'Lattice { byte Labels } @1(HxByteRLE,1)'), '@1\n', labels)))
      .rejects.toThrow(/1 bytes of runs cannot hold 210/);
    await expect(read(joined(header(LITTLE, ''), '@1\n', labels))).rejects.toThrow(/no array of numbers in it/);
  });
});

// TIFF of every layout that the reader knows, against an encoder written by the text of the standard (tiff-file.ts).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeVoxels, encodeVoxels } from '../../src/io/formats.js';
import type { VoxelArray } from '../../src/io/voxels.js';
import { asciiTag, PLAIN_LAYOUT, tiffFile, type PixelValue, type Tag, type TiffLayout } from './tiff-file.js';

const read = (file: Uint8Array, name = 'a.tif'): Promise<VoxelArray> => decodeVoxels(name, file);
/** What is read, and what its user is told. */
async function heard(file: Uint8Array, name = 'a.tif'): Promise<VoxelArray & { said: string[] }> {
  const said: string[] = [];
  return { ...(await decodeVoxels(name, file, null, { onWarning: (text) => said.push(text) })), said };
}
const stack = (count: number, more: Partial<TiffLayout>, tags: readonly Tag[] = []): Uint8Array => tiffFile(
  Array.from({ length: count }, (_, z) => ({
    layout: { ...PLAIN_LAYOUT, nx: 4, ny: 3, ...more, more: z === 0 ? tags : [] },
    value: (y, x) => z * 100 + y * 10 + x,
  })),
);
const stackNumbers = (...slices: number[]): number[] =>
  slices.flatMap((z) => [0, 1, 2].flatMap((y) => [0, 1, 2, 3].map((x) => z * 100 + y * 10 + x)));

/** A number of a type, from 32 random bits. */
function numberOf({ bits, format }: TiffLayout, random: number): number | bigint {
  if (format === 3) {
    return bits === 16 ? ((random % 2048) - 1024) * 2 ** ((random >>> 16) % 8 - 4) : Math.fround(random / 7 - 2 ** 28);
  }
  if (bits === 64) return BigInt(random) - (format === 2 ? 2n ** 31n : 0n);
  return format === 2 ? random % 2 ** (bits - 1) - (random % 3) : random % 2 ** bits;
}
const whole = (bits: number): boolean => [8, 16, 32, 64].includes(bits);

const layouts = fc.record({
  littleEndian: fc.boolean(), big: fc.boolean(),
  nx: fc.integer({ min: 1, max: 19 }), ny: fc.integer({ min: 1, max: 9 }),
  samples: fc.constantFrom(1, 1, 2, 3), planar: fc.boolean(),
  kind: fc.constantFrom<[number, 1 | 2 | 3]>(
    [1, 1], [2, 1], [4, 1], [7, 1], [8, 1], [10, 1], [12, 1], [14, 1], [16, 1], [24, 1], [32, 1], [64, 1],
    [8, 2], [16, 2], [32, 2], [64, 2], [16, 3], [32, 3], [64, 3],
  ),
  compression: fc.constantFrom<TiffLayout['compression']>(1, 5, 8, 32773, 32946), predictor: fc.constantFrom(1, 2, 3),
  tile: fc.option(fc.tuple(fc.constantFrom(2, 3, 16), fc.constantFrom(1, 3, 16))),
  rows: fc.constantFrom(1, 2, 5, 2 ** 32 - 1), lowBitFirst: fc.boolean(), defaults: fc.boolean(),
}).map(({ kind: [bits, format], ...rest }): TiffLayout => {
  const packed = [5, 8, 32946].includes(rest.compression);
  const most = !packed || !whole(bits) ? 1 : format === 3 ? 3 : 2;
  const predictor = Math.min(rest.predictor, most) as 1 | 2 | 3;
  return { ...rest, bits, format, predictor, planar: rest.planar && rest.samples > 1, more: [] };
});

describe('layouts of TIFF', () => {
  it('[law] numbers come back whatever their type, order, packing, predictor and place', async () => {
    await fc.assert(fc.asyncProperty(
      layouts, fc.integer({ min: 1, max: 3 }),
      fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 7, maxLength: 7 }),
      async (layout, pages, noise) => {
        const value = (z: number): PixelValue => (y, x, s) =>
          numberOf(layout, noise[(z + 3 * y + 5 * x + 2 * s) % noise.length]);
        const file = tiffFile(Array.from({ length: pages }, (_, z) => ({ layout, value: value(z) })));
        const { samples } = layout;
        for (const sample of new Set([0, samples - 1])) {
          const { data, shape } = await read(file.slice(), samples === 1 ? 'a.tif' : `a.tif:1/s${sample + 1}`);
          expect(shape).toEqual([pages, layout.ny, layout.nx]);
          const expected = Array.from({ length: pages }, (_, z) => Array.from({ length: layout.ny }, (__, y) =>
            Array.from({ length: layout.nx }, (___, x) => Number(value(z)(y, x, sample))))).flat(2);
          expect([...data]).toEqual(expected);
        }
      },
    ), { numRuns: 300 });
  });

  it('[exact] values beyond 2^53 and labels beyond 32 bits', async () => {
    const layout = { ...PLAIN_LAYOUT, nx: 2, ny: 1, bits: 64 };
    const file = (first: bigint): Uint8Array => tiffFile([{ layout, value: (_, x) => (x === 0 ? first : 3n) }]);
    expect([...(await read(file(2n ** 53n - 1n))).data]).toEqual([2 ** 53 - 1, 3]);
    await expect(read(file(2n ** 64n - 1n))).rejects.toThrow(/18446744073709551615, beyond/);
  });
});

describe('images of a TIFF', () => {
  it('[exact] images of two sizes are named, and each can be had', async () => {
    const page = (nx: number, value: number, more: readonly Tag[] = []) =>
      ({ layout: { ...PLAIN_LAYOUT, nx, ny: 2, more }, value: (() => value) as PixelValue });
    const file = tiffFile([page(3, 1), page(5, 2), page(3, 3)]);
    await expect(read(file)).rejects.toThrow(
      'a.tif: holds 2 images, name one of them after a colon (a.tif:1): 1 (2×2×3 uint8), 2 (1×2×5 uint8)',
    );
    expect([...(await read(file, 'a.tif:1')).data]).toEqual([1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3]);
    expect((await read(file, 'a.tif:2')).shape).toEqual([1, 2, 5]);
    await expect(read(file, 'a.tif:3')).rejects.toThrow(/no array "3" in it; it holds 1 \(2×2×3 uint8\), 2/);
  });

  it('[published] copies of less resolution and masks are no slices [TIFF 6.0, tags 254 and 255]', async () => {
    const page = (nx: number, more: readonly Tag[], value: number) =>
      ({ layout: { ...PLAIN_LAYOUT, nx, ny: 2, more }, value: (() => value) as PixelValue });
    const file = tiffFile([
      page(2, [[254, 4, [1]]], 9), page(4, [[254, 4, [0]]], 1), page(4, [[254, 4, [4]]], 9),
      page(1, [[255, 3, [2]]], 9), page(4, [[254, 4, [2]]], 2),
    ]);
    const { shape, data } = await read(file);
    expect([shape, [...data]]).toEqual([[2, 2, 4], [...Array(8).fill(1), ...Array(8).fill(2)]]);
  });

  it('[published] hyperstacks of ImageJ: pages are c within z within t; each stack has a name', async () => {
    const text = 'ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\nunit=um\nspacing=0.5\n';
    const file = stack(12, {}, [asciiTag(270, text), [282, 5, [5, 1]], [283, 5, [4, 1]]]);
    await expect(read(file)).rejects.toThrow(
      'holds 4 images, name one of them after a colon (a.tif:t1c1): t1c1 (3×3×4 uint8), t1c2 (3×3×4 uint8), t2c1 ',
    );
    const { data, shape, voxelSizeUm } = await read(file, 'a.tif:t2c1');
    expect([[...data], shape, voxelSizeUm])
      .toEqual([stackNumbers(6, 8, 10).map((n) => n % 256), [3, 3, 4], [0.5, 0.25, 0.2]]);
    // One of them is a stack under another name, which is said.
    const times = await heard(stack(2, {}, [asciiTag(270, 'ImageJ=1.53t\nimages=2\nframes=2\n')]));
    expect([times.shape, times.said]).toEqual([[2, 3, 4], ['a.tif: its 2 times are taken as slices']]);
    await expect(read(stack(3, {}, [asciiTag(270, 'ImageJ=1.53t\nimages=2\nslices=2\n')]))).rejects.toThrow(
      /says that it holds 2 pages, 3 are there/,
    );
  });

  it('[published] tifffile: a shape of four axes is several images, two series are, too; ' +
      'a truncated one lies behind its page', async () => {
    const shaped = (shape: readonly number[], more: object = {}): Tag =>
      asciiTag(270, JSON.stringify({ shape, ...more }));
    const file = stack(6, {}, [shaped([2, 3, 3, 4])]);
    await expect(read(file)).rejects.toThrow(/holds 2 images.*: i1 \(3×3×4 uint8\), i2 \(3×3×4 uint8\)/);
    expect([...(await read(file, 'a.tif:i2')).data]).toEqual(stackNumbers(3, 4, 5).map((n) => n % 256));
    const named = stack(6, {}, [shaped([3, 2, 3, 4], { axes: 'ZCYX' })]);
    expect([...(await read(named, 'a.tif:c2')).data]).toEqual(stackNumbers(1, 3, 5).map((n) => n % 256));
    const series = (more: readonly Tag[], z: number) =>
      ({ layout: { ...PLAIN_LAYOUT, nx: 4, ny: 3, more }, value: ((y, x) => z * 100 + y * 10 + x) as PixelValue });
    const begin = [shaped([2, 3, 4])];
    const two = tiffFile([series(begin, 0), series([], 1), series(begin, 2), series([], 0)]);
    await expect(read(two)).rejects.toThrow(/holds 2 images.*: 1 \(2×3×4 uint8\), 2 \(2×3×4 uint8\)/);
    expect([...(await read(two, 'a.tif:2')).data]).toEqual(stackNumbers(2, 0));
    // Sections that were written one by one are a stack.
    const sections = tiffFile([0, 1, 2].map((z) => series([shaped([3, 4])], z)));
    expect([...(await read(sections)).data]).toEqual(stackNumbers(0, 1, 2));
    const one = tiffFile([series([shaped([2, 3, 4], { truncated: true })], 0)]);
    const at = Buffer.from(one).indexOf(Buffer.from(stackNumbers(0)));
    const behind = new Uint8Array(one.length + 12);
    behind.set(one);
    behind.set(stackNumbers(1), at + 12);
    // The second slice lies over the directory: the header finds it behind.
    behind.set(one.subarray(at + 12), at + 24);
    const moved = new DataView(behind.buffer);
    moved.setUint32(4, moved.getUint32(4, true) + 12, true);
    const entries = moved.getUint32(4, true);
    for (let i = 0; i < moved.getUint16(entries, true); i++) {
      const entry = entries + 2 + 12 * i;
      if (moved.getUint16(entry, true) === 270) moved.setUint32(entry + 8, moved.getUint32(entry + 8, true) + 12, true);
    }
    expect([...(await read(behind)).data]).toEqual(stackNumbers(0, 1));
  });

  it('[exact] colours: greys in truth are read, others named with the pixel; samples have names', async () => {
    const rgb = (value: PixelValue): Uint8Array => tiffFile([
      { layout: { ...PLAIN_LAYOUT, nx: 2, ny: 2, samples: 3, more: [[262, 3, [2]]] }, value },
    ]);
    expect([...(await read(rgb((y, x) => 10 * y + x))).data]).toEqual([0, 1, 10, 11]);
    const red = rgb((y, x, s) => 10 * y + x + (s === 2 && y === 1 ? 1 : 0));
    await expect(read(red)).rejects.toThrow('a.tif: pixel (1, 0) (y, x) has a colour');
    expect([...(await read(red, 'a.tif:1/s3')).data]).toEqual([0, 1, 11, 12]);
    const pair = { ...PLAIN_LAYOUT, nx: 2, ny: 2, samples: 2 };
    const two = tiffFile([{ layout: pair, value: (y, x, s) => 10 * y + x + 5 * s }]);
    await expect(read(two)).rejects.toThrow(/holds 2 images.*: 1\/s1 \(1×2×2 uint8\), 1\/s2/);
    const alpha = tiffFile([
      { layout: { ...pair, ny: 1, more: [[338, 3, [2]]] }, value: (_, x, s) => (s === 1 ? 255 : x) },
    ]);
    expect([...(await read(alpha)).data]).toEqual([0, 1]);
  });

  it('[exact] 0 as white is said, and resolution tags that could be true', async () => {
    const white = await heard(stack(1, {}, [[262, 3, [0]]]));
    expect([[...white.data], white.said]).toEqual([stackNumbers(0), [expect.stringMatching(/says that 0 is white/)]]);
    const fine = await heard(stack(1, {}, [[282, 5, [50000, 1]], [283, 5, [50000, 1]], [296, 3, [3]]]));
    expect([fine.voxelSizeUm, fine.said])
      .toEqual([null, [expect.stringMatching(/say 0\.2 µm for a pixel.*--voxel-size 0\.2um/)]]);
    const screen = await heard(stack(1, {}, [[282, 5, [72, 1]], [283, 5, [72, 1]], [296, 3, [2]]]));
    expect(screen.said).toEqual([]);
  });

  it('[exact] what is not read is called by its name', async () => {
    const refused = (tags: readonly Tag[], message: RegExp): Promise<void> =>
      expect(read(stack(1, {}, tags))).rejects.toThrow(message);
    await refused([[259, 3, [4]]], /compressed as CCITT fax \(group 4\), which is not read; save it uncompressed/);
    await refused([[259, 3, [34712]]], /compressed as JPEG 2000/);
    await refused([[259, 3, [12345]]], /compressed as number 12345/);
    await refused([[339, 3, [6]]], /holds complex numbers/);
    await refused([[258, 3, [48]]], /numbers of 48 bits/);
    await refused([[262, 3, [5]]], /a colour image \(CMYK\)/);
    await refused([[259, 3, [8]], [317, 3, [3]]], /predictor 3 of 8 bits/);
    await refused([[277, 4, [2 ** 32 - 1]]], /4 × 3 pixels of 4294967295 samples; the file is damaged/);
    await expect(read(stack(1, { rows: 1 }, [[279, 4, [4]]]))).rejects.toThrow(/does not say where strip 2 lies/);
    await refused([[32997, 4, [2]]], /a volume of its own \(ImageDepth 2\)/);
  });

  it('[exact] blocks that a sparse file leaves out are zeros, with a warning; ' +
      'without any it holds no image', async () => {
    const sparse = await heard(stack(1, { rows: 2 }, [[273, 4, [8, 0]], [279, 4, [8, 0]]]));
    expect([[...sparse.data], sparse.said])
      .toEqual([[...stackNumbers(0).slice(0, 8), 0, 0, 0, 0], [expect.stringMatching(/1 strips or tiles are not in/)]]);
    await expect(read(stack(1, {}, [[273, 4, [0]], [279, 4, [0]]]))).rejects.toThrow(/holds no image data/);
  });
});

describe('voxel sizes of TIFF', () => {
  const imageJ = (lines: string, count = 2): Promise<VoxelArray & { said: string[] }> => {
    const text = asciiTag(270, `ImageJ=1.53t\nimages=${count}\n${lines}\n`);
    return heard(stack(count, {}, [text, [282, 5, [5, 1]], [283, 5, [4, 1]]]));
  };
  it('[published] units of ImageJ, for every axis; slices without spacing are one unit apart, ' +
      'as ImageJ 1.53t shows', async () => {
    const sizes = async (lines: string): Promise<unknown> =>
      (await imageJ(lines)).voxelSizeUm?.map((h) => Number(h.toPrecision(9)));
    expect(await sizes('unit=um\nspacing=0.5')).toEqual([0.5, 0.25, 0.2]);
    expect(await sizes('unit=\\u00B5m\nspacing=0.5')).toEqual([0.5, 0.25, 0.2]);
    expect(await sizes('unit=micron\nspacing=0.5\nyunit=nm\nzunit=mm')).toEqual([500, 0.00025, 0.2]);
    expect(await sizes('unit=nm\nspacing=50')).toEqual([0.05, 0.00025, 0.0002]);
    expect(await sizes('unit=mm\nspacing=1')).toEqual([1000, 250, 200]);
    expect(await sizes('unit=cm\nspacing=1')).toEqual([10000, 2500, 2000]);
    expect(await sizes('unit=inch\nspacing=1')).toEqual([25400, 6350, 5080]);
    expect(await sizes('unit=pixel\nspacing=1')).toBe(undefined);
    expect(await sizes('spacing=1')).toBe(undefined);
    expect(await sizes('unit=\\u00C5ngstr\\u00F6m\nspacing=10000')).toEqual([1, 0.000025, 0.00002]);
    expect((await imageJ('unit=pixel\nspacing=1')).said).toEqual([]);
    const furlongs = await imageJ('unit=furlong\nspacing=1');
    expect([furlongs.voxelSizeUm, furlongs.said])
      .toEqual([null, [expect.stringMatching(/unit "furlong" is not known/)]]);
    const without = await imageJ('unit=um');
    expect([without.voxelSizeUm, without.said])
      .toEqual([[1, 0.25, 0.2], [expect.stringMatching(/no distance of its slices/)]]);
    expect((await imageJ('unit=um', 1)).voxelSizeUm).toEqual([0.2, 0.25, 0.2]);
  });

  it('[exact] a spacing of zero, below zero or of no number is unknown, with a warning', async () => {
    for (const spacing of ['0', '-0.5', 'Infinity']) {
      const { voxelSizeUm, said } = await imageJ(`unit=um\nspacing=${spacing}`);
      expect([voxelSizeUm, said.length]).toEqual([null, 1]);
      expect(said[0]).toMatch(/voxel size .* --voxel-size/);
    }
  });

  const ome = (pixels: string, data = ''): string =>
    `<?xml version="1.0"?><!-- <Pixels SizeZ="9"/> --><OME xmlns="x" UUID="urn:uuid:own"><Image ID="Image:0">` +
      `<Pixels DimensionOrder="XYZCT" SizeX="4" SizeY="3" ${pixels}>${data}</Pixels></Image></OME>`;
  it('[published] units of OME; images, channels and missing planes', async () => {
    const sized = (attributes: string): Promise<VoxelArray & { said: string[] }> =>
      heard(stack(2, {}, [asciiTag(270, ome(`SizeC="1" SizeZ="2" SizeT="1" ${attributes}`, '<TiffData/>'))]));
    const plain = await sized('PhysicalSizeX="0.2" PhysicalSizeY="0.25" PhysicalSizeZ="0.5"');
    expect(plain.voxelSizeUm).toEqual([0.5, 0.25, 0.2]);
    expect((await sized(`PhysicalSizeX='200' PhysicalSizeXUnit='nm' PhysicalSizeY="0.25" PhysicalSizeYUnit="&#181;m" ` +
      `PhysicalSizeZ="0.0005" PhysicalSizeZUnit="mm"`)).voxelSizeUm).toEqual([0.5, 0.25, 0.2]);
    expect((await sized('PhysicalSizeX="2" PhysicalSizeXUnit="pixel" PhysicalSizeY="1"')).voxelSizeUm).toBe(null);
    const zero = await sized('PhysicalSizeX="0" PhysicalSizeY="0" PhysicalSizeZ="0"');
    expect([zero.voxelSizeUm, zero.said.length]).toEqual([null, 1]);
    const channels = stack(6, {}, [asciiTag(270, ome('SizeC="3" SizeZ="2" SizeT="1"', '<TiffData/>'))]);
    await expect(read(channels)).rejects.toThrow(/holds 3 images.*: c1 \(2×3×4 uint8\), c2/);
    // Planes are z within c here.
    expect([...(await read(channels, 'a.tif:c3')).data]).toEqual(stackNumbers(4, 5).map((n) => n % 256));
    const turned = '<TiffData IFD="0" FirstZ="1" PlaneCount="1"/><TiffData IFD="1" FirstZ="0"/>';
    expect([...(await read(stack(2, {}, [asciiTag(270, ome('SizeC="1" SizeZ="2" SizeT="1"', turned))]))).data])
      .toEqual(stackNumbers(1, 0));
    const short = stack(2, {}, [asciiTag(270, ome('SizeC="1" SizeZ="3" SizeT="1"', '<TiffData/>'))]);
    await expect(read(short)).rejects.toThrow(/plane 3 of the 3 \(3 slices\) of its OME image is in no page/);
    const companion = '<OME xmlns="x"><BinaryOnly MetadataFile="a.companion.ome" UUID="urn:uuid:x"/></OME>';
    await expect(read(stack(2, {}, [asciiTag(270, companion)])))
      .rejects.toThrow(/that "a\.companion\.ome" describes/);
  });

  it('[published] OME of several files: planes lie in files beside it, which only their names can say', async () => {
    const part = (z: number, files: readonly string[]): Uint8Array => {
      const places = files.map((name, k) => `<TiffData IFD="0" FirstZ="${k}" PlaneCount="1"><UUID FileName="${name}">` +
        `urn:uuid:${name}</UUID></TiffData>`);
      const text = asciiTag(270, ome('SizeC="1" SizeZ="2" SizeT="1"', places.join('')));
      return tiffFile([{
        layout: { ...PLAIN_LAYOUT, nx: 4, ny: 3, more: [text] }, value: (y, x) => z * 100 + y * 10 + x,
      }]);
    };
    const names = ['a.tif', 'b.tif'];
    const files = new Map(names.map((name, z) => [name, part(z, names)]));
    const beside = async (name: string): Promise<Uint8Array | null> => files.get(name) ?? null;
    const { data: values, shape } = await decodeVoxels('dir/a.tif', files.get('a.tif')!, null, { beside });
    expect([[...values], shape]).toEqual([stackNumbers(0, 1), [2, 3, 4]]);
    await expect(read(files.get('a.tif')!)).rejects.toThrow(/lie in "b\.tif", which is not beside it/);
    const asked: string[] = [];
    await expect(decodeVoxels('a.tif', part(0, ['a.tif', '../b.tif']), null, {
      beside: async (name) => (asked.push(name), null),
    })).rejects.toThrow(/not beside it/);
    expect(asked).toEqual([]);
  });
});

describe('what is written', () => {
  it('[law] ImageJ\'s lines say the voxel size; our own line has it exactly, with the provenance', async () => {
    await fc.assert(fc.asyncProperty(
      fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 1e-4, max: 1e4, noNaN: true }))), fc.string(),
      async ([z, y, x], text) => {
        const grid = { shape: [2, 3, 4], voxelSizeUm: [z, y, x], provenance: { text } } as const;
        const array: VoxelArray = { data: new Uint8Array(24), ...grid };
        const { bytes } = await encodeVoxels('a.tif', array);
        const { voxelSizeUm, provenance } = await read(bytes);
        expect({ voxelSizeUm, provenance }).toEqual({ voxelSizeUm: [z, y, x], provenance: { text } });
        const plain = Buffer.from(bytes);
        plain.write('x', plain.indexOf('voxelith='), 'latin1');
        const sizes = (await read(new Uint8Array(plain))).voxelSizeUm!;
        [z, y, x].forEach((h, k) => expect(Math.abs(sizes[k] / h - 1)).toBeLessThan(1e-5));
      },
    ), { numRuns: 50 });
  });
});

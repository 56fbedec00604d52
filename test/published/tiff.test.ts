// TIFF, JPEG and BMP of tifffile and Pillow (libtiff, libjpeg), and ours read by them.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readImage, readVoxels, writeVoxels } from '../../src/io/files.node.js';
import { DATA_TYPES, type DataType, type VoxelArray } from '../../src/io/voxels.js';
import { arrayOf, expectKept, inFolder, pythonWith, SCRIPT, type Kept } from './python.js';

const python = pythonWith(['json', 'os', 'sys', 'numpy', 'tifffile', 'PIL.Image']);

describe.skipIf(python === null)('TIFF of other programs', () => {
  it('[published] tifffile: types × byte order × packing × strips and tiles × ' +
      'BigTIFF', () => inFolder(async (folder) => {
    const kept = python!(`${SCRIPT}
import itertools
packings = {'plain': {}, 'zlib': {'compression': 'zlib'}, 'predictor': {'compression': 'zlib', 'predictor': True}}
layouts = [{}, {'rowsperstrip': 1}, {'rowsperstrip': 4}, {'tile': (16, 16)}, {'tile': (16, 32)}]
dtypes = ['?', 'u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f2', 'f4', 'f8']
for dtype, order, packing, layout, big in itertools.product(dtypes, '<>', packings, layouts, [False, True]):
  # What tifffile has no encoder for, or none without the package imagecodecs.
  if packing == 'predictor' and dtype in ('f2', 'f4', 'f8', 'i8', 'u8') or dtype == '?' and packing != 'plain': continue
  name = f"{dtype.replace('?', 'b')}-{ord(order)}-{packing}-{list(layout.values())}-{big}.tif"
  how = {**packings[packing], **layout, 'byteorder': order, 'bigtiff': big, 'photometric': 'minisblack'}
  tifffile.imwrite(path(name), ramp(dtype), **how); keep(name, ramp(dtype))
print(json.dumps(manifest))`, folder) as Kept[];
    await expectKept(folder, kept);
  }));

  it('[published] tifffile: ImageJ, OME, units, pyramids, several images in a file, truncated, ' +
      'colours', () => inFolder(async (folder) => {
    const kept = python!(`${SCRIPT}
grey = ramp('u2')
for order in '<>':
  for unit, scale in [('um', 1), ('micron', 1), ('\\\\u00B5m', 1), ('nm', 1e-3), ('mm', 1e3)]:
    name = f'imagej-{len(manifest)}.tif'
    meta = {'axes': 'ZYX', 'spacing': 0.5, 'unit': unit}
    tifffile.imwrite(path(name), grey, byteorder=order, imagej=True, resolution=(5, 4), metadata=meta)
    keep(name, grey, [float('%.7g' % (h * scale)) for h in (0.5, 0.25, 0.2)])
for dtype in ['u1', 'u2', 'f4']:
  tifffile.imwrite(path(f'imagej-{dtype}.tif'), ramp(dtype, (2, 3, 2, 9, 21)), imagej=True, metadata={'axes': 'TZCYX'})
  keep(f'imagej-{dtype}', ramp(dtype, (2, 3, 2, 9, 21))[1, :, 0], None, f'imagej-{dtype}.tif:t2c1')
for k, (unit, scale) in enumerate([('µm', 1), ('nm', 1e-3), ('mm', 1e3), ('Å', 1e-4), ('cm', 1e4), ('in', 25400)]):
  for big in [False, True]:
    name = f'ome-{k}-{big}.ome.tif'
    meta = {'axes': 'ZYX', 'PhysicalSizeX': 0.2, 'PhysicalSizeY': 0.25, 'PhysicalSizeZ': 0.5}
    units = {f'PhysicalSize{axis}Unit': unit for axis in 'XYZ'}
    tifffile.imwrite(path(name), grey, ome=True, bigtiff=big, photometric='minisblack', metadata={**meta, **units})
    keep(name, grey, [float('%.7g' % (h * scale)) for h in (0.5, 0.25, 0.2)])
many = ramp('u2', (2, 3, 2, 9, 21))
tifffile.imwrite(path('many.ome.tif'), many, ome=True, photometric='minisblack', metadata={'axes': 'TZCYX'})
for t in range(2):
  for c in range(2): keep(f'many-{t}-{c}', many[t, :, c], None, f'many.ome.tif:t{t + 1}c{c + 1}')
with tifffile.TiffWriter(path('pyramid.ome.tif'), bigtiff=True) as tif:
  tif.write(grey, subifds=2, tile=(16, 16), photometric='minisblack', metadata={'axes': 'ZYX'})
  tif.write(grey[:, ::2, ::2], subfiletype=1, tile=(16, 16), photometric='minisblack')
  tif.write(grey[:, ::4, ::4], subfiletype=1, tile=(16, 16), photometric='minisblack')
keep('pyramid.ome.tif', grey)
with tifffile.TiffWriter(path('levels.tif')) as tif:
  tif.write(grey, photometric='minisblack'); tif.write(grey[:, ::2, ::2], subfiletype=1, photometric='minisblack')
keep('levels.tif', grey)
with tifffile.TiffWriter(path('series.ome.tif')) as tif:
  for array in [grey, ramp('u1', (2, 5, 7))]: tif.write(array, photometric='minisblack', metadata={'axes': 'ZYX'})
keep('series-1', grey, None, 'series.ome.tif:1'); keep('series-2', ramp('u1', (2, 5, 7)), None, 'series.ome.tif:2')
with tifffile.TiffWriter(path('series.tif')) as tif:
  tif.write(grey, photometric='minisblack'); tif.write(grey[::-1], photometric='minisblack')
keep('shaped-1', grey, None, 'series.tif:1'); keep('shaped-2', grey[::-1], None, 'series.tif:2')
with tifffile.TiffWriter(path('sections.tif')) as tif:
  for section in grey: tif.write(section, photometric='minisblack')
keep('sections.tif', grey)
tifffile.imwrite(path('truncated.tif'), grey, truncate=True, photometric='minisblack'); keep('truncated.tif', grey)
tifffile.imwrite(path('nothing.tif'), grey, metadata=None, photometric='minisblack'); keep('nothing.tif', grey)
tifffile.imwrite(path('four.tif'), many[0], photometric='minisblack', metadata={'axes': 'ZCYX'})
keep('four', many[0, :, 1], None, 'four.tif:c2')
for planar in ['contig', 'separate']:
  three = np.stack([grey] * 3, -1 if planar == 'contig' else 1)
  tifffile.imwrite(path(f'rgb-{planar}.tif'), three, photometric='rgb', planarconfig=planar)
  keep(f'rgb-{planar}.tif', grey)
tifffile.imwrite(path('white.tif'), ramp('u1'), photometric='miniswhite'); keep('white.tif', ramp('u1'))
colours = np.random.default_rng(1).integers(0, 65535, (3, 256)).astype('u2')
tifffile.imwrite(path('palette.tif'), ramp('u1'), photometric='palette', colormap=colours)
keep('palette.tif', ramp('u1'))
tifffile.imwrite(path('section.tif'), grey[0], photometric='minisblack'); keep('section.tif', grey[0])
print(json.dumps(manifest))`, folder) as Kept[];
    await expectKept(folder, kept);
  }));

  it('[published] Pillow: every mode of grey × every compression of libtiff that is read; ' +
      'bitmaps', () => inFolder(async (folder) => {
    const kept = python!(`${SCRIPT}
from PIL import Image
grey = ramp('u1', (9, 21))
modes = {'1': Image.fromarray(grey > 99), 'L': Image.fromarray(grey), 'I16': Image.fromarray(ramp('u2', (9, 21))),
  'I': Image.fromarray(ramp('i4', (9, 21))), 'F': Image.fromarray(ramp('f4', (9, 21))),
  'RGB': Image.fromarray(np.stack([grey] * 3, -1)), 'LA': Image.merge('LA', [Image.fromarray(grey)] * 2),
  'RGBA': Image.fromarray(np.stack([grey] * 4, -1))}
for mode, image in modes.items():
  wanted = np.array(image)
  wanted = wanted[..., 0] if wanted.ndim == 3 else wanted
  for how in [None, 'raw', 'tiff_lzw', 'tiff_adobe_deflate', 'tiff_deflate', 'packbits']:
    image.save(path(f'{mode}-{how}.tif'), compression=how); keep(f'{mode}-{how}.tif', wanted)
  if mode in ('1', 'L', 'RGB', 'RGBA'):
    flat = image.convert('RGB') if mode == 'RGBA' else image
    flat.save(path(f'{mode}.bmp')); keep(f'{mode}.bmp', wanted * (255 if mode == '1' else 1))
Image.fromarray(grey).quantize(16).save(path('p16.bmp'))
keep('p16.bmp', np.array(Image.open(path('p16.bmp')).convert('L')))
pages = [Image.fromarray(page) for page in ramp('u2')]
for how in ['raw', 'tiff_lzw', 'tiff_adobe_deflate', 'packbits']:
  pages[0].save(path(f'stack-{how}.tif'), save_all=True, append_images=pages[1:], compression=how)
  keep(f'stack-{how}.tif', ramp('u2'))
Image.fromarray(grey).save(path('predictor.tif'), compression='tiff_lzw', tiffinfo={317: 2})
keep('predictor.tif', grey)
print(json.dumps(manifest))`, folder) as Kept[];
    await expectKept(folder, kept);
  }));

  it('[published] Pillow: JPEG as slices and inside a TIFF, within the two greys that decoders differ by; ' +
      'fax and CMYK are refused by name', () => inFolder(async (folder) => {
    const kept = python!(`${SCRIPT}
from PIL import Image
y, x = np.mgrid[:37, :61]
smooth = (128 + 100 * np.sin(x / 9) * np.cos(y / 7)).astype('u1')
def decoded(name): return np.array(Image.open(path(name)).convert('L'))
for quality in [60, 90, 100]:
  for kind, more in [('baseline', {}), ('progressive', {'progressive': True}), ('rgb', {})]:
    image = Image.fromarray(np.stack([smooth] * 3, -1) if kind == 'rgb' else smooth)
    name = f'{kind}-{quality}.jpg'
    image.save(path(name), quality=quality, **more); keep(name, decoded(name))
Image.fromarray(smooth).save(path('jpeg.tif'), compression='jpeg', quality=90); keep('jpeg.tif', decoded('jpeg.tif'))
Image.fromarray(smooth > 128).save(path('fax.tif'), compression='group4')
Image.fromarray(np.stack([smooth] * 4, -1), 'CMYK').save(path('cmyk.jpg'))
print(json.dumps(manifest))`, folder) as Kept[];
    await expectKept(folder, kept, 2);
    const { warnings } = await readImage([join(folder, 'baseline-90.jpg')]);
    expect(warnings).toEqual([expect.stringMatching(/JPEG is lossy/)]);
    await expect(readVoxels(join(folder, 'fax.tif'))).rejects.toThrow(/CCITT fax \(group 4\), which is not read/);
    await expect(readVoxels(join(folder, 'cmyk.jpg'))).rejects.toThrow(/JPEG of 4 components/);
  }));
});

describe.skipIf(python === null)('what is written, read by other programs', () => {
  it('[published] tifffile: values, type, and the voxel size along z, as of ImageJ; ' +
      'Pillow: every slice', () => inFolder(async (folder) => {
    for (const type of DATA_TYPES) {
      for (const nz of [1, 5]) {
        const grid = { voxelSizeUm: [0.4, 0.25, 0.2], provenance: { 'µ=': 'a\\u00e9 = b' } } as const;
        const array: VoxelArray = { data: arrayOf(type, nz * 42), shape: [nz, 6, 7], ...grid };
        await writeVoxels(join(folder, `${type}-${nz}.tif`), array);
      }
    }
    const found = python!(`
import numpy as np
from PIL import Image
result = []
for name in sorted(os.listdir(sys.argv[1])):
  with tifffile.TiffFile(os.path.join(sys.argv[1], name)) as tif:
    array, page, meta = tif.asarray(), tif.pages[0], tif.imagej_metadata
    x, y = [page.tags[tag].value for tag in ('XResolution', 'YResolution')]
    one = {'name': name, 'dtype': str(array.dtype), 'shape': list(array.shape),
      'values': array.astype('f8').ravel().tolist(), 'unit': meta['unit'], 'spacing': meta['spacing'],
      'x': x[1] / x[0], 'y': y[1] / y[0]}
  if str(array.dtype) in ('uint8', 'uint16', 'float32', 'int32'):
    image = Image.open(os.path.join(sys.argv[1], name))
    frames = []
    for k in range(image.n_frames):
      image.seek(k); frames.append(np.array(image).astype('f8'))
    one['pillow'] = np.stack(frames).ravel().tolist()
  result.append(one)
print(json.dumps(result))`, folder) as Record<string, unknown>[];
    expect(found.length).toBe(readdirSync(folder).length);
    for (const one of found) {
      const [type, nz] = basename(String(one.name), '.tif').split('-');
      const expected = [...arrayOf(type as DataType, Number(nz) * 42)];
      expect(one).toMatchObject({
        dtype: type, shape: nz === '1' ? [6, 7] : [5, 6, 7], values: expected, unit: 'um', spacing: 0.4, x: 0.2,
        y: 0.25, ...('pillow' in one ? { pillow: expected } : {}),
      });
    }
  }));
});

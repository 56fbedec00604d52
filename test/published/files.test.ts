// numpy, NIfTI, HDF5, VTK's image data and MetaImage as their own programs write them, and ours read by these.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVoxels, writeVoxels } from '../../src/io/files.node.js';
import { DATA_TYPES, type DataType } from '../../src/io/voxels.js';
import { arrayOf, expectKept, inFolder, pythonWith, SCRIPT, type Kept } from './python.js';

const numpy = pythonWith(['json', 'os', 'sys', 'numpy']);
const nibabel = pythonWith(['json', 'os', 'sys', 'numpy', 'nibabel']);
const h5py = pythonWith(['json', 'os', 'sys', 'numpy', 'h5py']);
const vtk = pythonWith(['json', 'os', 'sys', 'numpy', 'vtk']);

describe.skipIf(numpy === null)('numpy', () => {
  it('[published] types × byte orders × C and Fortran order × versions of the header × axes of ' +
      'length one', () => inFolder(async (folder) => {
    await expectKept(folder, numpy!(`${SCRIPT}
codes = ['b1', 'u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f2', 'f4', 'f8']
for code in codes:
  for order in '<>':
    for layout in 'CF':
      array = np.array(ramp(order + code), order=layout)
      name = f'{code}-{"l" if order == "<" else "b"}-{layout}.npy'
      np.save(path(name), array); keep(name, array)
for version in [(1, 0), (2, 0), (3, 0)]:
  name = f'version-{version[0]}.npy'
  with open(path(name), 'wb') as f: np.lib.format.write_array(f, ramp('i8'), version=version)
  keep(name, ramp('i8'))
for k, shape in enumerate([(1, 3, 9, 21), (3, 9, 21, 1), (1, 1, 3, 9, 21), (3, 1, 9, 21)]):
  for layout in 'CF':
    array = np.array(ramp('u2', shape), order=layout)
    np.save(path(f'ones-{k}-{layout}.npy'), array); keep(f'ones-{k}-{layout}.npy', ramp('u2'))
np.save(path('section.npy'), ramp('u1', (9, 21))); keep('section.npy', ramp('u1', (9, 21)))
for save in [np.savez, np.savez_compressed]:
  name = save.__name__ + '.npz'
  save(path(name), raw=ramp('u2'), labels=ramp('i8') % 3, affine=np.eye(4), size=0.2, note='text')
  keep(name + '-raw', ramp('u2'), want=name + ':raw'); keep(name + '-labels', ramp('i8') % 3, want=name + ':labels')
  save(path('one-' + name), image=np.asfortranarray(ramp('>i4')), spacing=[1., 2., 3.]); keep('one-' + name, ramp('i4'))
print(json.dumps(manifest))`, folder) as Kept[]);
    await expect(readVoxels(join(folder, 'savez.npz'))).rejects.toThrow(
      /holds 3 images, .*: raw \(3×9×21 uint16\), labels \(3×9×21 int64\), affine \(4×4 float64\)/,
    );
  }));
});

describe.skipIf(nibabel === null)('nibabel', () => {
  it('[published] NIfTI-1 and -2, pairs, gzip × types × byte orders × units × ' +
      'scaling', () => inFolder(async (folder) => {
    await expectKept(folder, nibabel!(`${SCRIPT}
import nibabel as nib
kinds = {'one.nii': (nib.Nifti1Image, nib.Nifti1Header), 'packed.nii.gz': (nib.Nifti1Image, nib.Nifti1Header),
  'two.nii': (nib.Nifti2Image, nib.Nifti2Header), 'pair.hdr': (nib.Nifti1Pair, nib.nifti1.Nifti1PairHeader)}
for code in ['u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f4', 'f8']:
  for kind, (make, head) in kinds.items():
    for endian in '<>':
      array = ramp(endian + code)
      header = head(endianness=endian); header.set_data_dtype(array.dtype)
      image = make(array.transpose(2, 1, 0), np.diag([0.2, 0.25, 0.4, 1]), header=header, dtype=array.dtype)
      image.header.set_xyzt_units('micron')
      name = f'{code}-{"l" if endian == "<" else "b"}-{kind}'
      nib.save(image, path(name)); keep(name, array, [0.4, 0.25, 0.2])
      if kind == 'pair.hdr': keep(name[:-4] + '.img', array, [0.4, 0.25, 0.2])
for unit, um in [('mm', 1e3), ('meter', 1e6), ('micron', 1)]:
  image = nib.Nifti1Image(ramp('i2').transpose(2, 1, 0), np.diag([0.5, 0.25, 2, 1])); image.header.set_xyzt_units(unit)
  nib.save(image, path(unit + '.nii')); keep(unit + '.nii', ramp('i2'), [2 * um, 0.25 * um, 0.5 * um])
image = nib.Nifti1Image(ramp('f8').transpose(2, 1, 0), np.eye(4)); image.set_data_dtype('i2')
nib.save(image, path('scaled.nii'))
keep('scaled.nii', np.asarray(nib.load(path('scaled.nii')).dataobj).astype('f4').transpose(2, 1, 0))
image = nib.Nifti1Image(ramp('u1').transpose(2, 1, 0)[..., None], np.diag([2, 2, 2, 1]))
image.header.set_xyzt_units('micron')
nib.save(image, path('time.nii')); keep('time.nii', ramp('u1'), [2, 2, 2])
print(json.dumps(manifest))`, folder) as Kept[]);
  }));
});

describe.skipIf(h5py === null)('h5py', () => {
  it('[published] types × byte orders × chunks × filters, groups, attributes', () => inFolder(async (folder) => {
    await expectKept(folder, h5py!(`${SCRIPT}
kinds = {'plain': {}, 'chunks': {'chunks': (2, 4, 8)},
  'gzip': {'compression': 'gzip', 'shuffle': True, 'fletcher32': True}}
for code in ['b1', 'u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f4', 'f8']:
  for order in '<>':
    for kind, more in kinds.items():
      array = ramp(order + code) if code != 'b1' else ramp(code)
      name = f'{code}-{"l" if order == "<" else "b"}-{kind}.h5'
      with h5py.File(path(name), 'w') as f:
        d = f.create_dataset('data', data=array, **more); d.attrs['element_size_um'] = [0.4, 0.25, 0.2]
      keep(name, array, [0.4, 0.25, 0.2])
for k, shape in enumerate([(1, 3, 9, 21), (3, 9, 21, 1), (1, 3, 9, 21, 1)]):
  with h5py.File(path(f'ones-{k}.h5'), 'w') as f: f['deep/er/image'] = ramp('i8', shape)
  keep(f'ones-{k}.h5', ramp('i8'))
with h5py.File(path('two.h5'), 'w') as f:
  f['raw'] = ramp('u2'); f['labels'] = ramp('i8') % 3; f['note'] = 'text'
keep('raw', ramp('u2'), want='two.h5:raw'); keep('labels', ramp('i8') % 3, want='two.h5:/labels')
print(json.dumps(manifest))`, folder) as Kept[]);
    await expect(readVoxels(join(folder, 'two.h5'))).rejects.toThrow(/holds 2 images, .*labels \(3×9×21 int64\), raw/);
  }), 300_000);
});

/** VTK's image from (z, y, x) numbers. */
const VTK = `
import vtk
# Debian's readers are those of parallel programs.
alone = vtk.vtkDummyController(); vtk.vtkMultiProcessController.SetGlobalController(alone)
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy
def image_of(points=None, cells=None):
  image, shape = vtk.vtkImageData(), list((points or cells).values())[0].shape
  if not points: shape = [n + 1 for n in shape]
  image.SetDimensions(*[int(n) for n in shape[::-1]]); image.SetSpacing(0.2, 0.25, 0.4)
  for data, arrays in [(image.GetPointData(), points or {}), (image.GetCellData(), cells or {})]:
    for name, array in arrays.items():
      one = numpy_to_vtk(array.ravel(), deep=True); one.SetName(name); data.AddArray(one)
  return image
`;

describe.skipIf(vtk === null)('VTK', () => {
  it('[published] XML image data: types × text, base64, appended × none, zlib × headers × byte orders; ' +
      'the active scalars', () => inFolder(async (folder) => {
    await expectKept(folder, vtk!(`${SCRIPT}${VTK}
modes = {'ascii': (0, 0), 'binary': (1, 0), 'base64': (2, 1), 'raw': (2, 0)}
def write(name, image, mode='raw', packed=True, wide=False, big=False, block=64):
  writer = vtk.vtkXMLImageDataWriter(); writer.SetFileName(path(name)); writer.SetInputData(image)
  writer.SetDataMode(modes[mode][0]); writer.SetEncodeAppendedData(modes[mode][1])
  if not packed: writer.SetCompressorTypeToNone()
  else: writer.SetCompressorTypeToZLib(); writer.SetBlockSize(block)
  writer.SetHeaderTypeToUInt64() if wide else writer.SetHeaderTypeToUInt32()
  writer.SetByteOrderToBigEndian() if big else writer.SetByteOrderToLittleEndian()
  assert writer.Write() == 1
for code in ['u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f4', 'f8']:
  for mode in modes:
    for packed in [False, True]:
      for wide, big in [(False, False), (True, True)]:
        name = f'{code}-{mode}-{packed}-{wide}.vti'
        write(name, image_of(points={'a': ramp(code)}), mode, packed, wide, big)
        keep(name, ramp(code), [0.4, 0.25, 0.2])
write('cells.vti', image_of(cells={'a': ramp('u1')}), block=32768); keep('cells.vti', ramp('u1'), [0.4, 0.25, 0.2])
both = image_of(points={'grey': ramp('u2', (4, 10, 22))}, cells={'phase': ramp('i8') % 3})
both.GetCellData().SetActiveScalars('phase'); write('both.vti', both); keep('both.vti', ramp('i8') % 3)
keep('both-grey', ramp('u2', (4, 10, 22)), want='both.vti:grey')
two = image_of(points={'grey': ramp('u2'), 'phase': ramp('i8') % 3}); write('two.vti', two)
keep('two-phase', ramp('i8') % 3, want='two.vti:phase')
print(json.dumps(manifest))`, folder) as Kept[]);
    await expect(readVoxels(join(folder, 'two.vti'))).rejects.toThrow(
      /holds 2 images, .*: grey \(3×9×21 uint16\), phase \(3×9×21 int64\)/,
    );
  }), 300_000);

  it('[published] MetaImage of MetaIO: types × local, detached × plain, zlib', () => inFolder(async (folder) => {
    await expectKept(folder, vtk!(`${SCRIPT}${VTK}
# VTK writes no 64-bit whole numbers as MetaImage.
for code in ['u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'f4', 'f8']:
  for packed in [False, True]:
    for kind in ['mha', 'mhd']:
      image = image_of(points={'a': ramp(code)}); image.GetPointData().SetActiveScalars('a')
      name = f'{code}-{packed}.{kind}'
      writer = vtk.vtkMetaImageWriter(); writer.SetFileName(path(name)); writer.SetInputData(image)
      if kind == 'mhd': writer.SetRAWFileName(path(f'{code}-{packed}.' + ('zraw' if packed else 'raw')))
      writer.SetCompression(packed); writer.Write()
      keep(name, ramp(code))
print(json.dumps(manifest))`, folder) as Kept[]);
    // VTK writes millimetres whatever they were, and its field is ElementSpacing.
    expect((await readVoxels(join(folder, 'u1-False.mha'))).voxelSizeUm!.map((h) => Number(h.toPrecision(6))))
      .toEqual([0.4, 0.25, 0.2]);
  }), 300_000);
});

/** What another program finds in a file of ours. */
interface Found {
  readonly values: readonly number[];
  readonly shape: readonly number[];
  readonly size: readonly number[] | null;
}

describe('what is written, read by other programs', () => {
  // VTK takes a first axis of up to nine for components of a NRRD.
  const shape = [3, 5, 14] as const;
  const voxelSizeUm = [0.4, 0.25, 0.2] as const;
  /** Writes an image of every type; the script fills `found` by the names of the files. */
  async function expectRead(
    python: ReturnType<typeof pythonWith>, extension: string, script: string, types: readonly DataType[] = DATA_TYPES,
  ): Promise<void> {
    await inFolder(async (folder) => {
      for (const type of types) {
        const array = { data: arrayOf(type, 210), shape, voxelSizeUm, provenance: { 'µ=': 'a: b' } };
        await writeVoxels(join(folder, `${type}${extension}`), array);
      }
      const found = python!(`
import numpy as np
result = {}
def found(name, array, size):
  result[name] = {'values': array.astype('f8').ravel().tolist(), 'shape': list(array.shape), 'size': size}
names = [name for name in sorted(os.listdir(sys.argv[1])) if name.endswith('${extension}')]
path = lambda name: os.path.join(sys.argv[1], name)
${script}
print(json.dumps(result))`, folder) as Readonly<Record<string, Found>>;
      expect(Object.keys(found)).toHaveLength(types.length);
      expect(readdirSync(folder).length).toBeGreaterThanOrEqual(types.length);
      for (const type of types) {
        const { values, shape: size, size: voxel } = found[`${type}${extension}`];
        expect([type, size, values]).toEqual([type, shape, [...arrayOf(type, 210)]]);
        expect([type, voxel?.map((h) => Number(h.toPrecision(6))) ?? voxelSizeUm]).toEqual([type, voxelSizeUm]);
      }
    });
  }

  it.skipIf(numpy === null)('[published] numpy: npy and npz', async () => {
    await expectRead(numpy, '.npy', 'for name in names: found(name, np.load(path(name)), None)');
    await expectRead(numpy, '.npz', 'for name in names: found(name, np.load(path(name))["arr_0"], None)');
  });

  it.skipIf(nibabel === null)('[published] nibabel: NIfTI with voxel size and its unit', async () => {
    for (const extension of ['.nii', '.nii.gz']) {
      await expectRead(nibabel, extension, `
import nibabel as nib
for name in names:
  image = nib.load(path(name))
  assert image.header.get_xyzt_units()[0] == 'micron'
  assert image.get_data_dtype().newbyteorder('=') == np.dtype(name.split('.')[0])
  found(name, np.asarray(image.dataobj).transpose(2, 1, 0), [float(h) for h in image.header.get_zooms()[::-1]])`);
    }
  });

  it.skipIf(h5py === null)('[published] h5py: values, type, element_size_um', async () => {
    await expectRead(h5py, '.h5', `
for name in names:
  with h5py.File(path(name)) as f:
    assert f['data'].dtype == np.dtype(name.split('.')[0])
    found(name, f['data'][:], list(f['data'].attrs['element_size_um']))`);
  }, 300_000);

  const withVtk = it.skipIf(vtk === null);
  withVtk('[published] VTK: vti, MetaImage (MetaIO, as ITK), NRRD and NIfTI with their spacing', async () => {
    const read = (reader: string, cells: boolean): string => `${VTK}
for name in names:
  reader = vtk.${reader}(); reader.SetFileName(path(name)); reader.Update(); image = reader.GetOutput()
  data = image.Get${cells ? 'Cell' : 'Point'}Data(); array = vtk_to_numpy(data.GetScalars() or data.GetArray(0))
  x, y, z = [n - ${cells ? 1 : 0} for n in image.GetDimensions()]
  assert array.dtype == np.dtype(name.split('.')[0]), (name, array.dtype)
  found(name, array.reshape(z, y, x), list(image.GetSpacing()[::-1]))`;
    await expectRead(vtk, '.vti', read('vtkXMLImageDataReader', true));
    await expectRead(vtk, '.mha', read('vtkMetaImageReader', false));
    await expectRead(vtk, '.nrrd', read('vtkNrrdReader', false));
    await expectRead(vtk, '.nii', read('vtkNIFTIImageReader', false));
  }, 300_000);
});

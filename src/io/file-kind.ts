// What a file is by its first bytes, for those that are not what their names say.

export interface FileKind {
  /** "a PDF document" */
  readonly title: string;
  /** Extensions of formats that are read; none: it holds no image that could be. */
  readonly extensions: readonly string[];
}

interface Signature extends FileKind {
  /** Bytes as Latin text at a place; several have to be there. */
  readonly at: readonly (readonly [offset: number, text: string])[];
}

const sign = (
  title: string, text: string, extensions: readonly string[] = [], offset = 0,
): Signature => ({ title, extensions, at: [[offset, text]] });

/** From the signatures of the formats' specifications; those that say more come first. */
const SIGNATURES: readonly Signature[] = [
  sign('a PDF document', '%PDF-'),
  sign('a JPEG image', '\xff\xd8\xff', ['.jpg', '.jpeg']),
  sign('a PNG image', '\x89PNG\r\n\x1a\n', ['.png']),
  sign('a GIF image', 'GIF8'),
  { title: 'a WebP image', extensions: [], at: [[0, 'RIFF'], [8, 'WEBP']] },
  { title: 'an AVI film', extensions: [], at: [[0, 'RIFF'], [8, 'AVI ']] },
  sign('an MP4 or HEIC file', 'ftyp', [], 4),
  sign('a TIFF image', 'II*\0', ['.tif', '.tiff']),
  sign('a TIFF image', 'MM\0*', ['.tif', '.tiff']),
  sign('a BigTIFF image', 'II+\0', ['.tif', '.tiff']),
  sign('a BigTIFF image', 'MM\0+', ['.tif', '.tiff']),
  sign('an HDF5 file', '\x89HDF\r\n\x1a\n', ['.h5', '.hdf5']),
  sign('an npy array', '\x93NUMPY', ['.npy']),
  sign('an NRRD image', 'NRRD000', ['.nrrd', '.nhdr']),
  sign('a MetaImage', 'ObjectType', ['.mha', '.mhd']),
  sign('a MetaImage', 'NDims', ['.mha', '.mhd']),
  sign('an AmiraMesh file', '# AmiraMesh', ['.am']),
  sign('an AmiraMesh file', '# Avizo', ['.am']),
  sign('a NIfTI image', 'n+1\0', ['.nii'], 344),
  sign('a NIfTI-2 image', 'n+2\0', ['.nii'], 4),
  sign('a DICOM file', 'DICM', [], 128),
  sign('a Zeiss CZI file', 'ZISRAWFILE'),
  sign('an OLE file, such as a Zeiss TXM or an old Office document', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
  sign('a MATLAB file', 'MATLAB '),
  sign('a Parquet table', 'PAR1'),
  sign('an SQLite database', 'SQLite format 3\0'),
  sign('a VTK file of the legacy kind', '# vtk DataFile'),
  sign('a PLY mesh', 'ply\n'),
  sign('an STL mesh', 'solid '),
  sign('a 7z archive', '7z\xbc\xaf\x27\x1c'),
  sign('a RAR archive', 'Rar!\x1a\x07'),
  sign('a gzip archive', '\x1f\x8b\x08', ['.nii.gz', '.npy.gz', '.nrrd.gz', '.mha.gz', '.raw.gz']),
  sign('an xz archive', '\xfd7zXZ\0'),
  sign('a zstd archive', '\x28\xb5\x2f\xfd'),
  sign('a bzip2 archive', 'BZh'),
  sign('a tar archive', 'ustar', [], 257),
  sign('a program', '\x7fELF'),
  sign('a WebAssembly module', '\0asm'),
  { title: 'a bitmap image', extensions: ['.bmp'], at: [[0, 'BM'], [6, '\0\0\0\0']] },
];

/** Names inside archives of the ZIP kind that say whose they are. */
const ZIPPED: readonly (readonly [name: string, kind: FileKind])[] = [
  ['word/', { title: 'a Word document', extensions: [] }],
  ['xl/', { title: 'an Excel workbook', extensions: [] }],
  ['ppt/', { title: 'a PowerPoint presentation', extensions: [] }],
  ['mimetypeapplication/vnd.oasis', { title: 'an OpenDocument file', extensions: [] }],
  ['.npy', { title: 'an npz archive of arrays', extensions: ['.npz'] }],
  ['.zarray', { title: 'a zipped Zarr array', extensions: ['.zarr.zip'] }],
  ['zarr.json', { title: 'a zipped Zarr array', extensions: ['.zarr.zip'] }],
];

/** So much of a file is looked at. */
const HEAD = 4096;
const STL_HEADER = 84;
const STL_TRIANGLE = 50;

// oxlint-disable-next-line no-control-regex
const isText = (head: string): boolean => head.length > 0 && !/[\0-\x08\x0e-\x1f\x7f]/.test(head);

/** What begins as a text; binary data may follow. */
function kindOfText(head: string): FileKind | null {
  const start = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  const none: readonly string[] = [];
  if (start.startsWith('<') && start.includes('<VTKFile')) return { title: 'a VTK XML file', extensions: ['.vti'] };
  if (/^(<!doctype html|<html)/i.test(start)) return { title: 'a web page', extensions: none };
  if (start.startsWith('<svg') || (start.startsWith('<?xml') && start.includes('<svg'))) {
    return { title: 'an SVG drawing', extensions: none };
  }
  if (start.startsWith('<?xml')) return { title: 'an XML file', extensions: none };
  if (!isText(head)) return null;
  if (/^[{[]/.test(start)) return { title: 'a JSON text', extensions: none };
  return { title: 'a text', extensions: none };
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** What a file is, from its beginning; null: that cannot be told. */
export function kindOfFile(bytes: Uint8Array): FileKind | null {
  const head = latin1(bytes.subarray(0, HEAD));
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) {
    // The directory of an archive stands at its end.
    const names = head + latin1(bytes.subarray(-HEAD));
    const found = ZIPPED.find(([name]) => names.includes(name));
    return found?.[1] ?? { title: 'a ZIP archive', extensions: [] };
  }
  const known = SIGNATURES.find(({ at }) => at.every(([offset, text]) => head.startsWith(text, offset)));
  if (known !== undefined) return { title: known.title, extensions: known.extensions };
  if (bytes.length > STL_HEADER) {
    const triangles = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(STL_HEADER - 4, true);
    if (bytes.length === STL_HEADER + STL_TRIANGLE * triangles) return { title: 'an STL mesh', extensions: [] };
  }
  return kindOfText(head);
}

// Where an array lies: a file, and for files that hold several (HDF5, Zarr, npz, vti, TIFF) the path inside, as in
// scan.h5:/volumes/raw.

export interface Place {
  readonly file: string;
  /** Without slashes at its ends; null when the name says none. */
  readonly dataset: string | null;
}

const INSIDE = /^(.*\.(?:h5|hdf5|hdf|zarr|npz|vti|am))(?:(?::\/?|\/+)(.*))?$/i;
/** A folder may be called x.tif: only a colon says more. */
const INSIDE_TIFF = /^(.*\.tiff?)(?::(.*))$/i;

/** scan.h5:/volumes/raw, scan.npz:image, scan.tif:c2, scan.zarr:0 and scan.zarr/0 name an array inside; scan.zarr/ is
 *  the folder itself. */
export function placeOf(name: string): Place {
  const match = INSIDE_TIFF.exec(name) ?? INSIDE.exec(name);
  if (match === null) return { file: name, dataset: null };
  const dataset = (match[2] ?? '').replace(/^\/+|\/+$/g, '');
  return { file: match[1], dataset: dataset === '' ? null : dataset };
}

/** Whether a name that stands in a file stays in that file's folder or below: anybody can write a header. */
export function isBeside(file: string): boolean {
  return file !== '' && !/^[/\\]|^[a-z]:/i.test(file) && !file.split(/[/\\]/).includes('..');
}

// Files of other programs.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const fixtures = fileURLToPath(new URL('../../test/io/fixtures/', import.meta.url));
/** Fixtures that hold several images. */
const INSIDE = {
  'h5py-many.h5': ['volumes/raw', 'volumes/labels', 'volumes/xyz'], 'zarr2-plain.zarr': ['fortran', 'long', 'mask'],
};
export const operations = readdirSync(fixtures).filter((name) => name !== 'README.md').flatMap(
  (name) => INSIDE[name]?.map((path) => `${name}:${path}`) ?? name,
).map((name) => ({
  name: `read ${name}`, host: true, run: ({ api }) => api.readVoxels(fixtures + name),
}));

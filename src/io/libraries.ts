// Optional packages, loaded on use. No import names them in a way that a bundler follows: an app is built without those
// that it does not have, and carries none that it does not give (decisions/0256).
import { checkArguments, type Names } from '../core/arguments.js';
import { causeText } from '../core/cause.js';
import { FileError } from '../core/errors.js';

/** Loaders of optional packages, by what an import calls them, for apps that a bundler makes: it finds the package by
 *  the loader. In Node and with an import map a package is found by its name alone. */
export interface Libraries {
  /** JPEG, also inside TIFF, and zstd inside TIFF. */
  readonly geotiff?: () => Promise<unknown>;
  /** HDF5. */
  readonly h5wasm?: () => Promise<unknown>;
  /** Parquet is read by this one, the next and the one after. */
  readonly hyparquet?: () => Promise<unknown>;
  readonly 'hyparquet/src/column.js'?: () => Promise<unknown>;
  readonly 'hyparquet-compressors'?: () => Promise<unknown>;
  /** Parquet is written by this one. */
  readonly 'hyparquet-writer'?: () => Promise<unknown>;
  /** Zarr is read by this one. */
  readonly zarrita?: () => Promise<unknown>;
}

const LIBRARY_NAMES: Names<Libraries> = {
  geotiff: true, h5wasm: true, hyparquet: true, 'hyparquet/src/column.js': true, 'hyparquet-compressors': true,
  'hyparquet-writer': true, zarrita: true,
};

/** @throws SpecError for names that no reader or writer asks for */
export function checkLibraries(where: string, libraries: Libraries = {}): void {
  checkArguments(where, { libraries: [libraries, LIBRARY_NAMES] });
}

/** @internal Types of packages that a user may not have. */
interface Modules {
  readonly geotiff: typeof import('geotiff');
  readonly h5wasm: typeof import('h5wasm');
  readonly hyparquet: typeof import('hyparquet');
  readonly 'hyparquet/src/column.js': typeof import('hyparquet/src/column.js');
  readonly 'hyparquet-compressors': typeof import('hyparquet-compressors');
  readonly 'hyparquet-writer': typeof import('hyparquet-writer');
  readonly zarrita: typeof import('zarrita');
}

const inPage = (): boolean => 'document' in globalThis || 'WorkerGlobalScope' in globalThis;

/** @internal
 *  @param what needs the package: "scan.h5: HDF5"
 *  @param otherwise what a user can do without it, or empty
 *  @throws FileError when it is not installed or its loader fails */
export async function loadLibrary<N extends keyof Modules>(
  library: N, libraries: Libraries, what: string, otherwise = '',
): Promise<Modules[N]> {
  const given = libraries[library];
  try {
    // The name is no literal, and the comments say so to Vite and webpack.
    return await (given === undefined
      ? import(/* @vite-ignore */ /* webpackIgnore: true */ library)
      : given()) as Modules[N];
  } catch (error) {
    const name = library.split('/')[0];
    const remedy = otherwise === '' ? '' : `, or ${otherwise}`;
    if (given !== undefined) {
      const failed = `its loader in \`libraries\` failed (${causeText(error)})`;
      throw new FileError(`${what} needs ${name}, and ${failed}${remedy}`);
    }
    const loader = inPage() ? ` and pass libraries: { '${library}': () => import('${library}') }` : '';
    throw new FileError(`${what} needs the optional package ${name}: npm install ${name}${loader}${remedy}`);
  }
}

import type binaryen from 'binaryen';

/** The module that addresses of 64 bits make of these sources; `read` gives the text of one, null where there is
 *  none. */
export function compileWide(entries: readonly string[], read?: (file: string) => string | null): binaryen.Module;
export function writeCore64(path: string, keyPath: string): void;

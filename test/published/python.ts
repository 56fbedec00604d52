// Other programs' readers and writers, through Debian's python3 with the packages that CI installs. Where they are not
// here, the checks are left out with a message.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CANDIDATES = [process.env.VOXELITH_PYTHON ?? '', '/usr/bin/python3', 'python3'].filter((path) => path !== '');

/** Runs a script whose only output is JSON. @param args sys.argv[1:] */
export type Python = (script: string, ...args: readonly string[]) => unknown;

/** @param modules that the scripts import
 *  @returns null where no interpreter has them all */
export function pythonWith(modules: readonly string[]): Python | null {
  const imports = `import ${modules.join(', ')}`;
  const path = CANDIDATES.find((candidate) => spawnSync(candidate, ['-c', imports]).status === 0);
  if (path === undefined) {
    console.warn(`left out: no python3 with ${modules.join(', ')} is here (VOXELITH_PYTHON=path, or apt-get install)`);
    return null;
  }
  return (script, ...args) => {
    const text = execFileSync(path, ['-W', 'ignore', '-c', `${imports}\n${script}`, ...args], {
      encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(text) as unknown;
  };
}

/** Does something in a folder that goes afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'voxelith-python-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Folders that one process at a time puts files into. Everyone who wants one leaves a file of its own in it, then looks
// for living others, and gives way when there are: no step must be atomic but making a file.
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, markOf, processOf } from './process.node.js';

const PREFIX = '.voxelith-lock-';
/** How long one waits for others, and at most until the next look, ms. */
const [PATIENCE, INTERVAL] = [20_000, 20];
/** Files are put in place in milliseconds: a lock of another machine that is older is that of a dead process, ms. */
const EXPIRES = 60_000;

/** Whether another process holds the folder; locks of dead ones are removed. */
async function isHeld(directory: string, own: string): Promise<boolean> {
  for (const name of await readdir(directory)) {
    const note = name.startsWith(PREFIX) && name !== own ? processOf(name.slice(PREFIX.length)) : null;
    if (note === null) continue;
    const path = join(directory, name);
    const age = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? -Infinity);
    if ((await isRunning(note)) ?? age < EXPIRES) return true;
    await rm(path, { force: true });
  }
  return false;
}

/** Whether some process puts files into a folder now. */
export function isBusy(directory: string): Promise<boolean> {
  return isHeld(directory, '').catch(() => false);
}

/** @returns what gives it free again. @throws an error where it stays held */
async function claim(directory: string): Promise<() => Promise<void>> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const own = `${PREFIX}${await markOf()}`;
    const release = (): Promise<void> => rm(join(directory, own), { force: true });
    await (await open(join(directory, own), 'wx')).close();
    if (!(await isHeld(directory, own).catch(async (error: unknown) => {
      await release();
      throw error;
    }))) return release;
    await release();
    if (Date.now() > until) throw new Error('another process puts files there, and does not end');
    // Two that start at the same moment both give way; not twice.
    await new Promise((done) => setTimeout(done, Math.random() * INTERVAL));
  }
}

/** Runs `body` while no other process does in the same folders. */
export async function exclusively(directories: readonly string[], body: () => Promise<void>): Promise<void> {
  const held: (() => Promise<void>)[] = [];
  try {
    // In one order for all, so that two never wait for each other.
    for (const directory of [...new Set(directories)].sort()) held.push(await claim(directory));
    await body();
  } finally {
    for (const release of held) await release();
  }
}

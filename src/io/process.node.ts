// Who made a file: a process of a machine, alive or not. For locks, and for what killed processes leave behind.
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { once } from '../core/once.js';
import { crc32 } from './crc32.js';

export interface ProcessNote {
  /** Name of the machine, and behind it what tells it from others of that name. */
  readonly host: string;
  readonly pid: number;
  /** Start of the process in clock ticks since boot, where the system tells; a reused pid has another. */
  readonly started: string | null;
}

async function processStart(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    // Field 22; the name in field 2 may hold spaces and brackets.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return null;
  }
}

const own = once(() => processStart(process.pid));

/** Two machines or containers may have one name, and then their processes have one another's numbers: a boot and a
 *  space of process numbers are one machine, where the system tells. */
const machine = once(async (): Promise<string> => {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const space = await readlink('/proc/self/ns/pid').catch(() => '');
  const what = crc32(new TextEncoder().encode(boot + space)).toString(16).padStart(8, '0');
  return `${hostname()}+${what}`;
});

export async function thisProcess(): Promise<ProcessNote> {
  return { host: await machine(), pid: process.pid, started: await own() };
}

/** Whether a process of this machine runs; null for one of another machine, which cannot be told. */
export async function isRunning(note: Partial<ProcessNote>): Promise<boolean | null> {
  // The name alone: from a program before this one, which wrote no more.
  if (note.host !== (await machine()) && note.host !== hostname()) return null;
  try {
    process.kill(note.pid as number, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const started = await processStart(note.pid as number);
  return (note.started ?? null) === null || started === null || note.started === started;
}

/** A name for files of this process, another each time: HOST~PID~START~RANDOM. */
export async function markOf(): Promise<string> {
  const { host, pid, started } = await thisProcess();
  return `${host}~${pid}~${started ?? ''}~${crypto.randomUUID()}`;
}

/** A mark without the number behind it that tells the files of one call apart: MARK~7. */
export function withoutNumber(mark: string): string {
  return mark.replace(/(~[\da-f-]{36})~\d+$/, '$1');
}

/** The process of a name by `markOf`; null for another name. */
export function processOf(mark: string): ProcessNote | null {
  const [, host, pid, started] = /^(.+)~(\d+)~(\d*)~[\da-f-]+$/.exec(withoutNumber(mark)) ?? [];
  return host === undefined ? null : { host, pid: Number(pid), started: started === '' ? null : started };
}

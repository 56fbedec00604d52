// The real command in a child process.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import { stopping, type Moment } from '../stop.js';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `voxelith …args` and waits for its end. */
export function voxelith(...args: readonly string[]): Promise<Outcome> {
  return onNode([], args);
}

/** Runs `voxelith …args`, which is sent a signal at that moment. `code` is null when the signal ended it. */
export function stopped(signal: 'SIGINT' | 'SIGKILL', moment: Moment, ...args: readonly string[]): Promise<Outcome> {
  return onNode(stopping(signal, moment), args);
}

function onNode(options: readonly string[], args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...options, main, ...args], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stdout, stderr });
    });
  });
}

/** Expects of every call of a command: exit 2, nothing on stdout, and one line on stderr that says this. */
export async function expectRefused(
  command: string, wrong: readonly (readonly [args: readonly string[], message: RegExp])[],
): Promise<void> {
  const outcomes = await Promise.all(wrong.map(([args]) => voxelith(command, ...args, '--json')));
  for (const [i, [args, message]] of wrong.entries()) {
    const { code, stdout, stderr } = outcomes[i];
    expect([args, code, stdout]).toEqual([args, 2, '']);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toMatch(message);
  }
}

/** A folder for one test file, removed after it. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'voxelith-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

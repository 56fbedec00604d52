// What happens to results when nobody can take them: a full disk behind stdout, a reader that is gone, a stderr that is
// gone; and the limit of memory for reading.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder, voxelith, type Outcome } from './cli.js';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = scratchFolder();
const file = join(folder, 'a.npy');
beforeAll(async () => void (await voxelith('generate', '--model', 'spheres', '--size', '24', '--quiet', '-o', file)));

/** A line of the shell in which $VX runs the command; `code` is that of the line. */
function shell(line: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, NODE: process.execPath, MAIN: main, FILE: file };
    execFile('bash', ['-c', `vx() { "$NODE" "$MAIN" "$@"; }; ${line}`], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stdout, stderr });
    });
  });
}

describe('results that cannot be written', () => {
  it.each(
    ['info "$FILE"', 'info "$FILE" --json', '--help'],
  )('[law] %s on a full disk is a failure, and says so', async (command) => {
    const { code, stderr } = await shell(`vx ${command} > /dev/full`);
    expect(stderr)
      .toBe('error: standard output cannot be written: the disk is full; the result is lost, write it elsewhere\n');
    expect(code).toBe(1);
  });

  it('[law] a reader that has seen enough is none, and neither is a stderr that is gone', async () => {
    expect(await shell('vx describe "$FILE" --json | true; exit "${PIPESTATUS[0]}"'))
      .toMatchObject({ code: 0, stderr: '' });
    expect((await shell('vx info "$FILE" 2> >(true)')).code).toBe(0);
    expect((await shell('vx generate --model bm01 --size 48 -o "$FILE-b.npy" 2> /dev/full > /dev/null; exit $?')).code)
      .toBe(0);
    expect((await shell('vx info "$FILE-missing.npy" 2>&-')).code).toBe(2);
  });
});

describe('--memory', () => {
  it('[law] holds for reading', async () => {
    const { code, stdout, stderr } = await voxelith('info', file, '--memory', '8K');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error: .*a\.npy: the file takes 13\.\d+ KiB of memory, 8 KiB are left for it; /);
    expect(stderr).toMatch(/; allow more \(--memory, maxBytes\) or read a part\n$/);
    expect((await voxelith('info', file, '--memory', '1M')).code).toBe(0);
  });
});

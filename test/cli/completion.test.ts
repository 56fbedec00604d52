import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();

/** What bash offers for the last word of a line. */
function offered(script: string, ...words: readonly string[]): string[] {
  const line = `COMP_WORDS=(voxelith ${words.map((word) => `'${word}'`).join(' ')})
    COMP_CWORD=${words.length}; _voxelith
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', `source ${script}\n${line}`], { encoding: 'utf8' }).trim().split('\n');
}

describe('voxelith completion', () => {
  it('[oracle] bash completes commands, subcommands, flags and choices, and leaves files to itself', async () => {
    const script = join(folder, 'voxelith.bash');
    writeFileSync(script, (await voxelith('completion', 'bash')).stdout);
    expect(offered(script, 'con')).toEqual(['conduct']);
    expect(offered(script, '')).toEqual(expect.arrayContaining(['generate', 'study', '--version']));
    expect(offered(script, 'study', 'st')).toEqual(['status']);
    expect(offered(script, 'conduct', '--sm')).toEqual(['--smoothing']);
    expect(offered(script, 'conduct', 'a.npy', '--axis', '')).toEqual(['x', 'y', 'z', 'all']);
    expect(offered(script, 'conduct', 'a.npy', '--interface', 's')).toEqual(['smooth']);
    expect(offered(script, 'conduct', '')).toEqual(['']);
  });

  it('[oracle] scripts are read by the shells that are installed', async () => {
    for (const shell of ['bash', 'zsh', 'fish'] as const) {
      const { code, stdout } = await voxelith('completion', shell);
      expect([shell, code]).toEqual([shell, 0]);
      const script = join(folder, `script.${shell}`);
      writeFileSync(script, stdout);
      const { status, stderr, error } = spawnSync(shell, ['-n', script], { encoding: 'utf8' });
      if (error === undefined) expect([shell, status, stderr]).toEqual([shell, 0, '']);
    }
  });

  it('another shell is refused', async () => {
    const { code, stderr } = await voxelith('completion', 'tcsh');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/Allowed choices are bash, zsh, fish/)]);
  });
});

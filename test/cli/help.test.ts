import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { voxelith } from './cli.js';

/** Every command, subcommands included, as the help itself lists them. */
async function commands(...path: string[]): Promise<string[][]> {
  const { stdout } = await voxelith(...path, '--help');
  const list = /\nCommands:\n([^]*?)(\n\n|$)/.exec(stdout)?.[1] ?? '';
  const names = [...list.matchAll(/^ {2}([a-z]+)/gm)].map((match) => match[1]).filter((name) => name !== 'help');
  const below = await Promise.all(names.map((name) => commands(...path, name)));
  return names.flatMap((name, i) => [[...path, name], ...below[i]]);
}

describe('voxelith --help', () => {
  it('[law] every command has a description, examples that begin with its name, and the common flags', async () => {
    const all = await commands();
    expect(all.length).toBeGreaterThan(0);
    for (const path of all) {
      const { code, stdout, stderr } = await voxelith(...path, '--help');
      expect([path, code, stderr]).toEqual([path, 0, '']);
      expect(stdout).toContain(`Usage: voxelith ${path.join(' ')}`);
      expect(stdout).toContain(`\n  $ voxelith ${path.join(' ')}`);
      if (!stdout.includes('\nCommands:')) {
        for (const flag of ['--threads', '--memory', '--json', '--quiet']) expect(stdout).toContain(flag);
      }
    }
  });

  it('[exact] wrong usage is one line on stderr and exit 2; a typo gets a suggestion', async () => {
    const wrong: [string[], RegExp][] = [
      [['inof'], /unknown command 'inof' \(Did you mean info\?\)/],
      [['describe'], /missing required argument 'images'/],
      [['info'], /info: expected an image or --plan, found neither/],
      [['info', 'a.npy', '--jsn'], /unknown option '--jsn' \(Did you mean --json\?\)/],
      [['info', 'a.npy', 'b.npy'], /too many arguments/],
      [['info', 'a.npy', '--threads', 'two'], /--threads.*Expected a number, found "two"/],
      [['info', 'a.npy', '--memory', 'lots'], /--memory.*Expected a size such as 2G or 512M, found "lots"/],
    ];
    for (const [args, message] of wrong) {
      const { code, stdout, stderr } = await voxelith(...args);
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).toMatch(/^error: .*\n$/);
      expect(stderr).toMatch(message);
    }
  });

  it('[law] docs/cli.md has a section for every command and an example for every subcommand', async () => {
    const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
    for (const path of await commands()) {
      if (path.length === 1) expect(page).toContain(`\n## voxelith ${path[0]}\n`);
      expect(page).toMatch(new RegExp(`voxelith ${path.join(' +')} `));
    }
  });

  it('[exact] --version prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect((await voxelith('--version')).stdout).toBe(`${version}\n`);
  });
});

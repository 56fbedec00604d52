import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder, stopped } from './cli.js';

const folder = scratchFolder();

it('[law] Ctrl-C ends the work in one line with exit 130 and leaves no file, not even a temporary one', async () => {
  // Six fields on one thread: seconds of work on any machine, so that the signal comes while a kernel works.
  const how = ['--model', 'bm10', '--size', '401', '--threads', '1', '--json'];
  const args = ['generate', ...how, '-o', join(folder, 'big.npy')];
  const outcome = await stopped('SIGINT', { after: 500 }, ...args);
  expect(outcome).toEqual({ code: 130, stdout: '', stderr: 'error: generate: cancelled by the caller\n' });
  expect(readdirSync(folder)).toEqual([]);
});

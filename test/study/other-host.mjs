// Asks for a shard as another host does: with another name, and with a clock that is `seconds` off.
import os from 'node:os';
import { syncBuiltinESMExports } from 'node:module';

const [directory, seconds] = process.argv.slice(2);
os.hostname = () => 'other-host';
syncBuiltinESMExports();
const now = Date.now;
Date.now = () => now() + 1000 * Number(seconds);

const { openStudyDirectory } = await import('../../dist/node.js');
const store = await openStudyDirectory(directory);
try {
  const lock = await store.lock('rows-1-of-2');
  await lock.check();
  await lock.release();
  console.log('has it');
} catch (error) {
  console.log(error.name);
}

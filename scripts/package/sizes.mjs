// What a user of the package loads: apps as a bundler makes them of the installed package, minified, and the files that
// pages load as they lie. Everything counted in bytes as gzip packs them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

/** What an app imports, and the most that it may take, in thousands of bytes. */
const APPS = [
  {
    what: 'open, draw, describe, conduct', most: 90, from: 'voxelith',
    names: ['openSession', 'specFromSet', 'generate', 'describe', 'conduct', 'mFactor'],
  },
  {
    what: 'open, read any file, describe, conduct', most: 98, from: 'voxelith',
    names: ['openSession', 'decodeVolume', 'describe', 'mFactor'],
  },
  { what: 'open, conduct', most: 40, from: 'voxelith', names: ['openSession', 'mFactor'] },
];
const FILES = [
  { what: 'core.wasm', most: 150 }, { what: 'core64.wasm', most: 150 }, { what: 'pipeline.js', most: 90 },
  { what: 'browser.js', most: 400 }, { what: 'worker.web.js', most: 5 },
];

const zipped = (bytes) => gzipSync(bytes, { level: 9 }).length / 1000;

async function sizeOfApp(folder, { from, names }) {
  const code = `import { ${names.join(', ')} } from '${from}';\nglobalThis.used = [${names.join(', ')}];`;
  const entry = join(folder, 'app.js');
  const bundle = await rolldown({
    input: entry, cwd: folder, platform: 'browser', logLevel: 'silent',
    plugins: [{
      name: 'app', resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? code : null),
    }],
  });
  const { output } = await bundle.generate({ minify: true, codeSplitting: false });
  await bundle.close();
  return output.reduce((sum, { type, code: text }) => sum + (type === 'chunk' ? zipped(text) : 0), 0);
}

/** @param folder where the package is installed @param packed what `npm pack --json` says of it
 *  @throws Error where something is larger than it may be */
export async function checkSizes(folder, packed) {
  const found = [
    { what: 'the package', most: 4400, size: packed.size / 1000 },
    { what: 'the package, unpacked', most: 12_000, size: packed.unpackedSize / 1000 },
  ];
  for (const app of APPS) found.push({ ...app, size: await sizeOfApp(folder, app) });
  for (const file of FILES) {
    found.push({ ...file, size: zipped(readFileSync(join(folder, 'node_modules/voxelith/dist', file.what))) });
  }
  for (const { what, size, most } of found) console.log(`${what}: ${size.toFixed(1)} kB of at most ${most}`);
  const large = found.filter(({ size, most }) => !(size <= most));
  if (large.length > 0) {
    throw new Error(
      `check-package: larger than they may be: ${large.map(({ what, size }) => `${what} (${size.toFixed(1)} kB)`)}; ` +
        'see what came in (decisions 0257 and 0271), or raise the limit there and in scripts/package/sizes.mjs',
    );
  }
}

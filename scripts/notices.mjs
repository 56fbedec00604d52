// Licences of what the bundles contain of other packages: dist/THIRD-PARTY-NOTICES.txt, written anew by every build
// from the modules that went into it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Folders of packages whose code is in dist/. The core holds parts of AssemblyScript's standard library, the page
 *  uPlot's style sheet. */
const folders = new Set(['assemblyscript', 'uplot'].map((name) => join(ROOT, 'node_modules', name)));

/** Folder of the package that a module belongs to; null for our own. */
function packageOf(id) {
  if (!id.includes('/node_modules/')) return null;
  let folder = dirname(id);
  // Packages have inner package.json files without a name.
  while (!existsSync(join(folder, 'package.json')) || !packageJson(folder).name) folder = dirname(folder);
  return folder;
}

const packageJson = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

function notice(folder) {
  const { name, version, license } = packageJson(folder);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  if (files.length === 0 && !license) throw new Error(`notices: ${name} is bundled and says no licence`);
  return [`${name} ${version} (${license})`, ...files.map((file) => readFileSync(join(folder, file), 'utf8').trim())]
    .join('\n\n');
}

/** Rollup plugin, the same one in every bundle: the list grows with them. */
export const notices = {
  name: 'notices',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      for (const id of Object.keys(chunk.modules ?? {})) {
        const folder = packageOf(id);
        if (folder !== null) folders.add(folder);
      }
    }
  },
  writeBundle() {
    const texts = [...folders].sort().map(notice);
    writeFileSync(
      join(ROOT, 'dist/THIRD-PARTY-NOTICES.txt'),
      `Files in this folder contain code of these packages.\n\n${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`,
    );
  },
};

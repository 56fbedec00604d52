// Builds the site into build/site: pages by VitePress, beside them the page (demo/), the library that live examples
// load (lib/), the files of the repository that pages name, and the API reference where `npm run api` has made it.
// `node site/build.mjs [--base /sub/path/]` after `npm run build` and `npm ci` in site/.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SITE = join(ROOT, 'build/site');
const { values: { base } } = parseArgs({ options: { base: { type: 'string', default: '/' } } });
if (!/^\/([\w.~-]+\/)*$/.test(base)) {
  process.stderr.write(`site: --base is "${base}"; expected a path between slashes, such as /voxelith/\n`);
  process.exit(2);
}

const require = createRequire(import.meta.url);
const vitepress = join(require.resolve('vitepress/package.json'), '../bin/vitepress.js');
rmSync(SITE, { recursive: true, force: true });
execFileSync(process.execPath, [vitepress, 'build', fileURLToPath(new URL('.', import.meta.url))], {
  stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, SITE_BASE: base },
});

const copy = (from, to, filter) =>
  cpSync(join(ROOT, from), join(SITE, to), { recursive: true, filter: (path) => filter?.(path) ?? true });
copy('dist/demo', 'demo');
// The page links to the pages beside it, and not to those of the repository.
const page = join(SITE, 'demo/index.html');
const docs = /(<meta name="voxelith-docs" content=")[^"]*/;
writeFileSync(page, readFileSync(page, 'utf8').replace(docs, '$1../docs/{page}.html'));
for (const name of readdirSync(join(ROOT, 'dist')).filter((file) => /^(inline|browser|viewer.*)\.js$/.test(file))) {
  copy(`dist/${name}`, `lib/${name}`);
}
// Pages themselves are HTML there.
for (const name of ['docs', 'examples']) {
  copy(name, name, (path) => !path.endsWith('.md') && !/\/(node_modules|dist|out)(\/|$)/.test(path.slice(ROOT.length)));
}
for (const name of ['LICENSE', 'CITATION.cff']) copy(name, name);
process.stdout.write(`site: ${SITE}\n`);

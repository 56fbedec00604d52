// The demo page as one HTML file that works from a disk: its scripts and the core are inside, packed, and are taken out
// under addresses of their own when it is opened.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rollup } from 'rollup';

const TYPES = { js: 'text/javascript', wasm: 'application/wasm' };
/** Files as the page asks for them, of the files that are inside: page and engine share a script. */
const FILES = {
  'main.js': ['shared.js', 'main.js'], 'engine.js': ['shared.js', 'engine.js'], 'worker.web.js': ['worker.web.js'],
  'core.wasm': ['core.wasm'], 'core64.wasm': ['core64.wasm'],
};
const INSIDE = [...new Set(Object.values(FILES).flat())];

/** Runs in the page: what `demo/files.ts` looks for, then the page's own script. A page from a disk may start a
 *  classic worker from a blob. It may load no blobs itself, but addresses that are the data; these end at 2 MB. */
const UNPACK = `
const files = {};
try {
  const inside = {};
  for (const { dataset: { file }, textContent } of document.querySelectorAll('script[data-file]')) {
    const packed = Uint8Array.from(atob(textContent), (character) => character.charCodeAt(0));
    const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    inside[file] = await new Response(plain).arrayBuffer();
  }
  for (const [file, parts] of Object.entries(${JSON.stringify(FILES)})) {
    const type = ${JSON.stringify(TYPES)}[file.split('.').at(-1)];
    const blob = new Blob(parts.map((name) => inside[name]), { type });
    files[file] = parts.length > 1 ? URL.createObjectURL(blob) : await new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsDataURL(blob);
    });
  }
  globalThis.voxelithFiles = files;
  await import(files['main.js']);
} catch (error) {
  document.querySelector('[role=status]').textContent = \`This browser cannot run the page: \${error.message}\`;
}
`;

/** Name under which the shared script leaves what others import of it. */
const SHARED = 'voxelithShared';
/** A script with what it loads on use, for any context: the page's is imported, the engine's is a classic worker. */
async function whole(file) {
  const bundle = await rollup({
    input: file,
    // The decoder of LERC is no module, and cannot be loaded by the page of several files either.
    external: (id, importer) => id.endsWith('lerc.js') || (importer !== undefined && id.endsWith('/shared.js')),
  });
  const { output: [{ code }] } = await bundle.generate({
    format: 'iife', inlineDynamicImports: true, ...(file.endsWith('shared.js') && { name: SHARED }),
    globals: (id) => (id.endsWith('/shared.js') ? SHARED : id),
  });
  await bundle.close();
  return Buffer.from(code);
}

/** @param folder the built page @param target the HTML file to write */
export async function writeSingleFile(folder, target) {
  const read = (name) => readFileSync(join(folder, name));
  const packed = await Promise.all(INSIDE.map(async (file) => {
    const bytes = ['shared.js', 'main.js', 'engine.js'].includes(file) ? await whole(join(folder, file)) : read(file);
    const text = gzipSync(bytes, { level: 9 }).toString('base64');
    return `<script type="text/plain" data-file="${file}">${text}</script>`;
  }));
  const html = read('index.html').toString()
    .replace(/<link rel="stylesheet" href="(.*?)">/g, (_, name) => `<style>\n${read(name)}</style>`)
    .replace(/<script type="module" src="main.js"><\/script>/, () =>
      `${packed.join('\n')}\n<script type="module">${UNPACK}</script>`);
  if (/(?:src|href)="(?!data:|https:|#)[^"]*"/.test(html)) {
    throw new Error(`single-file: ${target} still asks for a file beside it`);
  }
  const licences = readFileSync(join(folder, '../THIRD-PARTY-NOTICES.txt'), 'utf8').replaceAll('--', '- -');
  writeFileSync(target, html.replace('</body>', () => `<!--\n${licences}\n-->\n</body>`));
}

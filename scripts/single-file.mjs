// The demo page as one HTML file that works from a disk: its scripts and the core are inside, packed, and are taken out
// under addresses of their own when it is opened.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rollup } from 'rollup';

const TYPES = { js: 'text/javascript', wasm: 'application/wasm' };
const FILES = ['main.js', 'engine.js', 'worker.web.js', 'core.wasm', 'core64.wasm'];

/** Runs in the page: what `demo/files.ts` looks for, then the page's own script. A page from a disk may start a
 *  classic worker from a blob. It may load no blobs itself, but addresses that are the data; these end at 2 MB. */
const UNPACK = `
const files = {};
try {
  for (const { dataset: { file, type }, textContent } of document.querySelectorAll('script[data-file]')) {
    const packed = Uint8Array.from(atob(textContent), (character) => character.charCodeAt(0));
    const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    const blob = new Blob([await new Response(plain).arrayBuffer()], { type });
    files[file] = blob.size > 1e6 || file === 'main.js' ? URL.createObjectURL(blob) : await new Promise((resolve) => {
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

/** A script with what it loads on use, as a classic one. */
async function whole(file) {
  const bundle = await rollup({
    input: file,
    // It is no module, and cannot be loaded by the page of several files either.
    external: (id) => id.endsWith('lerc.js'),
  });
  const { output: [{ code }] } = await bundle.generate({ format: 'iife', inlineDynamicImports: true });
  await bundle.close();
  return Buffer.from(code);
}

/** @param folder the built page @param target the HTML file to write */
export async function writeSingleFile(folder, target) {
  const read = (name) => readFileSync(join(folder, name));
  const packed = await Promise.all(FILES.map(async (file) => {
    const bytes = file === 'engine.js' ? await whole(join(folder, file)) : read(file);
    const type = TYPES[file.split('.').at(-1)];
    return `<script type="text/plain" data-file="${file}" data-type="${type}">` +
      `${gzipSync(bytes, { level: 9 }).toString('base64')}</script>`;
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

// Presses every button of the built site's live examples in Chromium: programs print there what Node prints, which
// stands below them, and the viewer shows its structure (--picture FILE.png keeps that). After `node site/build.mjs`;
// CHROMIUM=path.
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launch } from '../scripts/engines.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

const { values: { picture } } = parseArgs({ options: { picture: { type: 'string' } } });

const server = createServer((request, response) => {
  const file = join(ROOT, 'build/site', new URL(request.url, 'http://localhost').pathname);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end();
  response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
  return createReadStream(file).pipe(response);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}/docs/`;
const browser = await launch('chromium', []);
try {
  const page = await browser.newPage();
  await page.goto(`${address}live.html`);
  const wanted = [...readFileSync(join(ROOT, 'docs/live.md'), 'utf8').matchAll(/^```text output\n([^]*?)^```$/gm)]
    .map(([, text]) => text);
  const programs = page.locator('.live');
  await page.waitForLoadState('networkidle');
  if (wanted.length === 0 || await programs.count() !== wanted.length) {
    throw new Error(`live: ${await programs.count()} programs on the page, ${wanted.length} outputs in docs/live.md`);
  }
  for (const [k, text] of wanted.entries()) {
    const program = programs.nth(k);
    await program.locator('> button').click();
    await program.and(page.locator('[data-run]')).waitFor();
    const found = await program.locator('output').textContent();
    if (found !== text) throw new Error(`live: program ${k + 1} prints\n${found}expected\n${text}`);
  }
  process.stdout.write(`${wanted.length} live programs print what Node prints\n`);
  await page.goto(`${address}viewer.html`);
  await page.waitForLoadState('networkidle');
  await page.locator('.live > button').click();
  await page.locator('.live[data-run]').waitFor();
  const says = await page.locator('.live output').textContent();
  if (says !== '') throw new Error(`live: the viewer's program says ${says}`);
  await page.waitForSelector('voxelith-viewer .vx-volume[data-state=shown]');
  const planes = await page.locator('voxelith-viewer .vx-planes canvas').count();
  if (planes !== 3) throw new Error(`live: the viewer shows ${planes} slices, not 3`);
  if (picture !== undefined) await page.locator('.live').screenshot({ path: picture });
  process.stdout.write('the live viewer shows its structure in 3D and in three slices\n');
} finally {
  await browser.close();
  server.close();
}
